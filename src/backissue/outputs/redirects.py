"""Addresses that lead elsewhere: a page for each, and lists of them all for servers that can do it without one.

Where an article or a list moved its former address leads to it, always. Those that articles give as `aliases` have
pages where site.yaml asks for them (`redirects.aliases`), as long as nothing else stands there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from urllib.parse import quote, urlsplit

from ..archive import Spot
from ..entries import digest
from ..metadata import twin_path
from ..paths import history_path
from ..plan import Edition, Page, Sheaf, encode
from ..views import RedirectView, TextView

TEMPLATE = "redirect.html"

_OURS = re.compile(
    r"(?:(?:tags|authors|sources|sections|calendar|media|assets|sitemaps|corrections|search|pagefind|exports)/.*"
    r"|(?:\d{4}|undated)/(?:\d\d/|undated/)?(?:index|page/[^/]*)\.html|page/.*|[^/]*\.html?)",
    re.ASCII | re.DOTALL,
)
"""What other outputs may call their pages; no alias is put there. (`/about/` is `about/index.html`.)"""

_MAPS = {"netlify": "_redirects", "nginx": "redirects.nginx", "apache": "redirects.apache", "caddy": "redirects.caddy"}


def sheaves(edition: Edition) -> Iterator[Sheaf]:
    """A sheaf for the former addresses of each top folder, one for the aliases of each volume, one for each map."""
    folders: dict[str, dict[str, str]] = {}
    moved = {**edition.moved, **_histories(edition)}
    for path, target in sorted(moved.items()):
        folders.setdefault(path.partition("/")[0], {})[path] = target
    for folder, some in folders.items():
        key = digest(edition.salt(TEMPLATE), encode(some))
        yield Sheaf(f"moved:{folder}", key, partial(_moved, edition, some))
    settings = edition.site.redirects
    aliases = _aliases(edition) if settings.aliases or settings.maps else {}
    if settings.aliases:
        volumes: dict[int, dict[str, Spot]] = {}
        for path, spot in aliases.items():
            volumes.setdefault(spot.volume, {})[path] = spot
        for index, paths in sorted(volumes.items()):
            parts = [path.encode() + edition.archive.link_digest(spot) for path, spot in paths.items()]
            name = f"aliases:{edition.archive.volumes[index].name}"
            yield Sheaf(name, digest(edition.salt(TEMPLATE), *parts), partial(_alias_pages, edition, paths))
    for kind in dict.fromkeys(settings.maps):
        # Of an article that is what it was the path is too.
        parts = [path.encode() + edition.archive.link_digest(spot) for path, spot in aliases.items()]
        key = digest(edition.site.url.encode(), bytes([edition.site.json_twins]), kind.encode(), encode(moved), *parts)
        yield Sheaf(f"redirects:{kind}", key, partial(_map, edition, kind, key, moved, aliases))


def _histories(edition: Edition) -> dict[str, str]:
    """Where the histories of articles that moved stood, and where they stand."""
    if not edition.moved or not edition.site.histories:
        return {}
    archive = edition.archive
    leads = [lead for lead in sorted(archive.followers) if archive.history(lead) == lead]
    there = {link.path for link in edition.links(leads)}
    return {history_path(path): history_path(target) for path, target in edition.moved.items() if target in there}


def _moved(edition: Edition, moved: Mapping[str, str]) -> Iterator[Page]:
    for path, target in moved.items():
        yield edition.viewed(path, TEMPLATE, RedirectView(target, ""))


def _alias_pages(edition: Edition, paths: Mapping[str, Spot]) -> Iterator[Page]:
    for path, spot in paths.items():
        key = digest(edition.salt(TEMPLATE), path.encode(), edition.archive.link_digest(spot))

        def view(spot: Spot = spot) -> bytes:
            (link,) = edition.links([spot])
            return encode(RedirectView(link.path, link.title))

        yield Page(path, TEMPLATE, key, view)


def _aliases(edition: Edition) -> dict[str, Spot]:
    """The first article that gives each alias at which nothing else stands."""
    found: dict[str, Spot] = {}
    for path, spot in edition.archive.aliases():
        if path not in found and path not in edition.moved and not _OURS.fullmatch(path):
            found[path] = spot
    for path in edition.reader.pages_at(found.keys()):
        del found[path]
    return found


def _map(
    edition: Edition, kind: str, key: bytes, moved: Mapping[str, str], aliases: Mapping[str, Spot]
) -> Iterator[Page]:
    def view() -> bytes:
        base = urlsplit(edition.site.url).path.rstrip("/") + "/"
        pairs = dict(moved)
        if edition.site.json_twins:
            articles = edition.reader.pages_at(edition.moved.values())
            twins = ((path, target) for path, target in edition.moved.items() if target in articles)
            pairs |= {twin_path(path): twin_path(target) for path, target in twins}
        spots = list(aliases.values())
        for path, link in zip(aliases, edition.links(spots), strict=True):
            pairs[path] = link.path
        lines = []
        for path, target in sorted(pairs.items()):
            goal = base + quote(target)
            lines += [_LINES[kind](base + address, goal) for address in _addresses(path)]
        return encode(TextView(_HEADS.get(kind, "") + "".join(lines)))

    yield Page(_MAPS[kind], "text", key, view)


def _addresses(path: str) -> Iterator[str]:
    """The addresses by which a page is asked for: that of a folder with and without its index."""
    yield path
    if path.endswith("/index.html"):
        yield path.removesuffix("index.html")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


_HEADS = {"nginx": "# include this in a map block: see docs/permanence.md\n"}
_LINES: Mapping[str, Callable[[str, str], str]] = {
    # Netlify and Cloudflare Pages: from, to, status; addresses as they are sent.
    "netlify": lambda path, goal: f"{quote(path)} {goal} 301\n",
    # nginx: lines of a map of $uri, which is decoded.
    "nginx": lambda path, goal: f"{_quoted(path)} {_quoted(goal)};\n",
    # Apache: a RewriteMap of the kind txt, whose keys can't hold spaces.
    "apache": lambda path, goal: "" if " " in path else f"{path} {goal}\n",
    # Caddy: directives to import, in a site's block.
    "caddy": lambda path, goal: f"redir {_quoted(path)} {_quoted(goal)} permanent\n",
}
