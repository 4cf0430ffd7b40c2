"""Addresses that lead elsewhere: a page for each, and lists of them all for servers that can do it without one.

Where an article or a list moved its former address leads to it, always. Those that articles give as `aliases` have
pages where site.yaml asks for them (`redirects.aliases`), as long as nothing else stands there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from string import ascii_uppercase
from urllib.parse import quote, unquote, urlsplit

from ..addresses.ledger import may_be_alias
from ..alphabet import alphabet_of
from ..archive import Archive, Spot
from ..config import Site
from ..entries import digest
from ..metadata import twin_path
from ..paths import article_beside, timemap_path
from ..plan import Edition, Page, Sheaf, encode
from ..views import RedirectView, TextView
from .citations import citation_paths
from .corrections import year_pages
from .emptied import list_pages
from .feeds import feed_paths
from .formers import former_list
from .histories import former_timemaps
from .listings import last_pages
from .terms import index_parts

TEMPLATE = "redirect.html"

_Lines = Sequence[tuple[str, str]]
"""Former addresses, decoded, each with the address that it leads to, as it is sent."""

_MAPS = {"netlify": "_redirects", "nginx": "redirects.nginx", "apache": "redirects.apache", "caddy": "redirects.caddy"}


def pages_of_lists(archive: Archive, site: Site) -> dict[str, str]:
    """The last numbered page of each list, the parts of indexes and the years of corrections, each with the page that
    it leads to when it is no more.
    """
    parts = index_parts(archive, alphabet_of(site.language))
    return last_pages(archive, site.page_size) | parts | year_pages(archive, site)


def sheaves(edition: Edition) -> Iterator[Sheaf]:
    """A sheaf for the former addresses of each top folder, one for the aliases of each volume, one for each map."""
    folders: dict[str, dict[str, str]] = {}
    for path, target in sorted(edition.moved.items()):
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
    if settings.maps:
        beside = _beside(edition)
        # Of an article that is what it was the path is too.
        parts = [path.encode() + edition.archive.link_digest(spot) for path, spot in aliases.items()]
        site = edition.site
        # What stands at an address that differs by its case only is not where nginx is to lead from.
        others = {small for path in (*edition.moved, *beside, *aliases) if (small := _lower(path)) != path}
        there = sorted(edition.reader.pages_at(others)) if "nginx" in settings.maps and others else []
        outline = encode((site.url, edition.moved, beside, there))
        for kind in dict.fromkeys(settings.maps):
            key = digest(edition.salt(TEMPLATE), kind.encode(), outline, *parts)
            yield Sheaf(f"redirects:{kind}", key, partial(_map, edition, kind, key, beside, aliases, there))


def by_setting(_archive: Archive, site: Site) -> Iterator[tuple[str, str]]:
    """The pages of aliases, which have a file of the ledger to themselves, and the lists for servers."""
    if site.redirects.aliases:
        yield "those of urls/aliases.txt", "redirects.aliases: true"
    for kind in site.redirects.maps:
        yield _MAPS[kind], f"redirects.maps: {kind}"


def _beside(edition: Edition) -> dict[str, str]:
    """Where the files lead that lie beside former pages and have one like them beside the page that is there now:
    feeds, citations, JSON twins, TimeMaps. The files themselves are there too, for hosts that send nobody on.
    """
    site = edition.site
    found: dict[str, str] = {}
    if not edition.moved:
        return found
    there = list_pages(edition.archive)
    for path, target in edition.moved.items():
        former = former_list(path)
        if former is None or target not in there:
            continue
        kind, folder, number = former
        goal = target.removesuffix("index.html")
        cited = {format_: file for file, format_ in citation_paths(edition, kind, goal, 0).items()}
        found |= {file: cited[format_] for file, format_ in citation_paths(edition, kind, folder, number).items()}
        if not number and kind in site.feeds.lists:
            found |= dict(zip(feed_paths(site, folder), feed_paths(site, goal), strict=True))
    if site.json_twins:
        for former_paths in edition.former_by_volume.values():
            found |= {twin_path(path): twin_path(goal) for goal, paths in former_paths.items() for path in paths}
    histories = {timemap_path(article_beside(path)) for path in edition.moved.values() if article_beside(path)}
    timemaps = {path: timemap_path(article) for path, article in former_timemaps(edition).items()}
    found |= {path: goal for path, goal in timemaps.items() if goal in histories}
    return {path: goal for path, goal in found.items() if path != goal}


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
        if path not in found and path not in edition.moved and may_be_alias(path):
            found[path] = spot
    for path in edition.reader.pages_at(found.keys()):
        del found[path]
    return found


def _map(
    edition: Edition,
    kind: str,
    key: bytes,
    beside: Mapping[str, str],
    aliases: Mapping[str, Spot],
    there: Collection[str],
) -> Iterator[Page]:
    def view() -> bytes:
        base = unquote(urlsplit(edition.site.url).path).rstrip("/") + "/"
        pairs = {**edition.moved, **beside}
        spots = list(aliases.values())
        for path, link in zip(aliases, edition.links(spots), strict=True):
            pairs[path] = link.path
        lines = [
            (base + address, quote(base + target))
            for path, target in sorted(pairs.items())
            for address in _addresses(path)
        ]
        if kind == "nginx":
            return encode(TextView(_nginx(lines, {base + path for path in (*pairs.values(), *there)})))
        return encode(TextView(_WRITERS[kind](lines)))

    yield Page(_MAPS[kind], "text", key, view)


def _addresses(path: str) -> Iterator[str]:
    """The addresses by which a page is asked for: that of a folder with and without its index."""
    yield path
    if path.endswith("/index.html"):
        yield path.removesuffix("index.html")


def _netlify(lines: _Lines) -> str:
    """What Netlify and Cloudflare Pages read: from, to, status; addresses as they are sent."""
    return "".join(f"{quote(address)} {goal} 301\n" for address, goal in lines)


def _nginx(lines: _Lines, there: Collection[str]) -> str:
    """Lines of a map of $uri, which is decoded.

    A map's words know no case, so an address that differs by nothing else from another one, or from one that is
    `there`, is an expression, which does; others are words, for nginx tries one expression after the other.
    """
    lowered = Counter(_lower(address) for address, _goal in lines)
    lowered.update({_lower(address) for address in there})
    words = [
        (f"~^{re.escape(address)}$" if lowered[_lower(address)] > 1 else address, goal)
        for address, goal in lines
    ]  # fmt: skip
    head = "# include this in a map block: see docs/permanence.md\n"
    return head + "".join(f"{_quoted(word, escape=True)} {_quoted(goal, escape=True)};\n" for word, goal in words)


def _apache(lines: _Lines) -> str:
    """A RewriteMap of the kind txt, whose keys can't hold spaces: they are as its function `escape` makes them."""
    found = []
    for address, goal in lines:
        escaped = _HEX.sub(lambda match: match[0].lower(), quote(address, safe=_APACHE_LEAVES))
        found.append(f"{escaped} {goal}\n")
    return "".join(found)


def _caddy(lines: _Lines) -> str:
    """Directives to import, in a site's block. A map's words know case, and no sign means something else in them."""
    words = "".join(f"\t{_quoted(address)} {_quoted(goal)}\n" for address, goal in lines)
    return (
        f'map {{path}} {{moved}} {{\n{words}\tdefault ""\n}}\n'
        '@moved expression {moved} != ""\nredir @moved {moved} permanent\n'
    )


def _quoted(text: str, escape: bool = False) -> str:
    """In quotation marks; with `escape` a backslash is doubled."""
    text = text.replace("\\", "\\\\") if escape else text
    return '"' + text.replace('"', '\\"') + '"'


def _lower(address: str) -> str:
    """As nginx makes a map's words small: ASCII's letters only."""
    return address.translate(_SMALL)


_SMALL = {ord(letter): letter.lower() for letter in ascii_uppercase}
_HEX = re.compile("%[0-9A-F]{2}")
_APACHE_LEAVES = "$-_.+!*'(),:;@&=/~"
"""What the function `escape` of Apache's mod_rewrite leaves as it is, beside ASCII's letters and digits."""

_WRITERS: Mapping[str, Callable[[_Lines], str]] = {"netlify": _netlify, "apache": _apache, "caddy": _caddy}
