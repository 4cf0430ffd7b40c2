"""Addresses that lead elsewhere: a page for each, and lists of them all for servers that can do it without one.

Where an article or a list moved its former address leads to it, always. Those that articles give as `aliases` have
pages where site.yaml asks for them (`redirects.aliases`), as long as nothing else stands there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from ..alphabet import alphabet_of
from ..archive import Archive, Spot
from ..config import Site
from ..entries import digest
from ..metadata import twin_path
from ..paths import changes_path, history_path, timemap_path
from ..plan import Edition, Page, Sheaf, encode
from ..views import RedirectView, TextView
from .citations import citation_paths
from .feeds import feed_paths, term_feeds
from .histories import compared, family_digest, leads
from .listings import last_pages
from .terms import index_parts

TEMPLATE = "redirect.html"

_OURS = re.compile(
    r"(?:(?:tags|authors|sources|sections|calendar|media|assets|sitemaps|corrections|search|pagefind|exports)/.*"
    r"|(?:\d{4}|undated)/(?:\d\d/|undated/)?(?:index|page/[^/]*)\.html|page/.*|[^/]*\.html?)",
    re.ASCII | re.DOTALL,
)
"""What other outputs may call their pages; no alias is put there. (`/about/` is `about/index.html`.)"""

_OF_LIST = re.compile(
    r"(?P<folder>(?:(?P<kind>tags|authors|sources|sections)/[^/]+|\d{4}/(?:\d\d|undated)|undated)/)"
    r"(?:index|page/(?P<number>\d+))\.html",
    re.ASCII,
)
"""The path of a list's own page, or of a numbered one."""

_MAPS = {"netlify": "_redirects", "nginx": "redirects.nginx", "apache": "redirects.apache", "caddy": "redirects.caddy"}


def pages_of_lists(archive: Archive, site: Site) -> dict[str, str]:
    """The last numbered page of each list and the parts of indexes, each with the page that it leads to when it is no
    more.
    """
    return last_pages(archive, site.page_size) | index_parts(archive, alphabet_of(site.language))


def sheaves(edition: Edition) -> Iterator[Sheaf]:
    """A sheaf for the former addresses of each top folder and one for those of histories, one for the aliases of each
    volume, one for each map.
    """
    folders: dict[str, dict[str, str]] = {}
    for path, target in sorted(edition.moved.items()):
        folders.setdefault(path.partition("/")[0], {})[path] = target
    for folder, some in folders.items():
        key = digest(edition.salt(TEMPLATE), encode(some))
        yield Sheaf(f"moved:{folder}", key, partial(_moved, edition, some))
    histories = _histories(edition)
    history_parts = [
        part for history in histories for part in (encode(history[1:]), family_digest(edition, history[0]))
    ]
    if histories:
        key = digest(edition.salt(TEMPLATE), *history_parts)
        yield Sheaf("moved histories", key, partial(_moved_histories, edition, histories))
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
    if settings.maps:
        beside = _beside_lists(edition)
        # Of an article that is what it was the path is too.
        parts = [path.encode() + edition.archive.link_digest(spot) for path, spot in aliases.items()]
        site = edition.site
        outline = encode((site.url, site.json_twins, edition.moved, beside))
        for kind in dict.fromkeys(settings.maps):
            key = digest(kind.encode(), outline, *parts, *history_parts)
            yield Sheaf(f"redirects:{kind}", key, partial(_map, edition, kind, key, beside, histories, aliases))


class _History(NamedTuple):
    """An article that has a history and moved: where a page of it was, and where it is."""

    lead: Spot
    path: str
    target: str


def _histories(edition: Edition) -> list[_History]:
    """The histories that moved with their articles."""
    if not edition.moved or not edition.site.histories:
        return []
    spots = leads(edition.archive)
    there = {link.path: spot for link, spot in zip(edition.links(spots), spots, strict=True)}
    moved = sorted(edition.moved.items())
    return [_History(there[target], path, target) for path, target in moved if target in there]


def _beside_articles(edition: Edition, histories: Sequence[_History]) -> dict[str, str]:
    """Where the pages of histories stood, and where they stand."""
    found = {}
    for lead, path, target in histories:
        versions = compared(edition, lead)
        if versions:
            found[history_path(path)] = history_path(target)
        found.update((changes_path(path, version), changes_path(target, version)) for version in versions)
    return found


def _beside_lists(edition: Edition) -> dict[str, str]:
    """Where the feeds and citations of lists lead that moved, and the citations of numbered pages: to those of the list
    that they lead to, else to its page. No page can stand for such a file, but a server can send readers on.
    """
    if not edition.moved:
        return {}
    archive, site = edition.archive, edition.site
    terms = {term.ref.path: term for term in archive.terms.values()}
    lists = terms.keys() | {volume.folder + "index.html" for volume in archive.volumes[: archive.listed]}
    found: dict[str, str] = {}
    for path, target in edition.moved.items():
        match = _OF_LIST.fullmatch(path)
        if not match:
            continue
        folder, kind, number = match["folder"], match["kind"] or "", int(match["number"] or 0)
        goal = target.removesuffix("index.html")
        cited = {format_: file for file, format_ in citation_paths(edition, kind, goal, 0).items()}
        for file, format_ in citation_paths(edition, kind, folder, number).items():
            found[file] = cited[format_] if target in lists else target
        if not number and kind in site.feeds.lists:
            fed = term_feeds(edition, terms[target]) if target in terms else ()
            for file in feed_paths(site, folder):
                found[file] = next((feed for feed in fed if feed == goal + file.removeprefix(folder)), target)
    return found


def _moved(edition: Edition, moved: Mapping[str, str]) -> Iterator[Page]:
    for path, target in moved.items():
        yield edition.viewed(path, TEMPLATE, RedirectView(target, ""))


def _moved_histories(edition: Edition, histories: Sequence[_History]) -> Iterator[Page]:
    yield from _moved(edition, _beside_articles(edition, histories))


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
    edition: Edition,
    kind: str,
    key: bytes,
    beside: Mapping[str, str],
    histories: Sequence[_History],
    aliases: Mapping[str, Spot],
) -> Iterator[Page]:
    def view() -> bytes:
        base = urlsplit(edition.site.url).path.rstrip("/") + "/"
        pages = _beside_articles(edition, histories)
        pairs = {**edition.moved, **beside, **pages}
        if edition.site.url:
            there = ((path, target) for _lead, path, target in histories if history_path(path) in pages)
            pairs |= {timemap_path(path): timemap_path(target) for path, target in there}
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
