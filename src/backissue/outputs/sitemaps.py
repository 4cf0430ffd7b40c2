"""Sitemaps (sitemaps.org, protocol 0.9), each at most 50,000 addresses: one a year, one of the lists; and robots.txt.

Addresses in them are absolute, so there are sitemaps only where site.yaml gives the site's url.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ..archive import Volume
from ..entries import KINDS, digest
from ..plan import Edition, Page, Sheaf, encode
from ..views import SitemapIndexView, SitemapView, TextView
from .calendar import CALENDAR, year_path
from .listings import volume_folder

MOST = 40_000
"""Addresses in one file: the protocol allows 50,000, and 50 MiB, which long addresses would reach sooner."""


def sheaves(edition: Edition) -> Iterator[Sheaf]:
    """A sheaf for each year's sitemaps, one for that of the lists, one for the index and robots.txt."""
    site = edition.site
    robots = "User-agent: *\nAllow: /\n"
    if not site.url:
        page = edition.viewed("robots.txt", "text", TextView(robots))
        yield Sheaf("robots", page.key, lambda: iter((page,)))
        return
    files: list[str] = []
    years: dict[str, list[Volume]] = {}
    for volume in edition.archive.volumes:
        years.setdefault(volume.year, []).append(volume)
    for year, volumes in sorted(years.items()):
        count = sum(map(len, volumes))
        names = _names(year or "undated", count)
        files += names
        key = digest(edition.salt("sitemap.xml"), *(volume.cards for volume in volumes))
        yield Sheaf(f"sitemap:{year}", key, partial(_articles, edition, volumes, names))
    lists = _lists(edition)
    names = _names("lists", len(lists))
    files += names
    yield Sheaf(
        "sitemap:lists", digest(edition.salt("sitemap.xml"), encode(lists)), lambda: _pages(edition, lists, names)
    )
    index = edition.viewed("sitemap.xml", "sitemap-index.xml", SitemapIndexView(tuple(files)))
    text = edition.viewed("robots.txt", "text", TextView(f"{robots}Sitemap: {site.url.rstrip('/')}/sitemap.xml\n"))
    yield Sheaf("sitemaps", digest(index.key, text.key), lambda: iter((index, text)))


def _names(name: str, count: int) -> list[str]:
    return [f"sitemaps/{name}{f'-{part}' if part else ''}.xml" for part in range(max(-(-count // MOST), 1))]


def _lists(edition: Edition) -> list[tuple[str, str]]:
    archive = edition.archive
    paths = ["index.html", CALENDAR]
    paths += [f"{kind}/index.html" for kind in KINDS]
    paths += [term.ref.path for term in archive.terms.values()]
    paths += dict.fromkeys(year_path(volume.year) for volume in archive.volumes[archive.first_dated : archive.listed])
    paths += [volume_folder(volume) + "index.html" for volume in archive.volumes[: archive.listed]]
    return [(path, "") for path in paths]


def _articles(edition: Edition, volumes: list[Volume], names: list[str]) -> Iterator[Page]:
    urls = []
    for volume in volumes:
        for card in edition.cards(list(memoryview(volume.ids).cast("I"))):
            changed = card.updated or card.date
            urls.append((card.path, changed[:10] if len(changed) >= 10 else ""))
    return _pages(edition, urls, names)


def _pages(edition: Edition, urls: list[tuple[str, str]], names: list[str]) -> Iterator[Page]:
    for part, name in enumerate(names):
        view = SitemapView(tuple(urls[part * MOST : (part + 1) * MOST]))
        yield edition.viewed(name, "sitemap.xml", view)
