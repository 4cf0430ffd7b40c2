"""Sitemaps (sitemaps.org, protocol 0.9): one a year, one of the lists, on request one of news; and robots.txt.

Addresses in them are absolute, so there are sitemaps only where site.yaml gives the site's url. All stand at its root,
since a map speaks for what lies beside and below it alone (protocol, "Sitemap file location"). Withdrawn articles are
in none, nor are copies and older versions, which only their lead's page shows. A page's `lastmod` is the newest date of
what it shows, as far as a day is known: of an article its last correction, of a list its last changed article.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from ..archive import Archive, Volume
from ..config import Site
from ..entries import KINDS, day_of, digest
from ..plan import Edition, Page, Sheaf, encode
from ..slugs import MAX_BYTES
from ..views import NewsSitemapView, SitemapIndexView, SitemapView, TextView
from .calendar import CALENDAR, statistics_path, year_path
from .corrections import CORRECTIONS
from .listings import volume_folder

MOST = 50_000
"""Addresses that the protocol allows in one file."""

MOST_BYTES = 52_428_800
"""Bytes that it allows in one file."""

NEWS_SPAN = timedelta(days=2)
NEWS_MOST = 1_000
"""What Google's news sitemaps hold: articles of two days, and so many at the most."""

INDEX, NEWS_PATH = "sitemap.xml", "sitemap-news.xml"

_AROUND = len("<url><loc></loc><lastmod>2019-03-01</lastmod></url>\n")
_LONGEST_PATH = 3 * len("undated/") + MAX_BYTES + len("index.html")


def sheaves(edition: Edition) -> Iterator[Sheaf]:
    """A sheaf for each year's sitemaps, one for that of the lists, one for news, one for the index and robots.txt."""
    site = edition.site
    robots = "User-agent: *\nAllow: /\n"
    if not site.url:
        page = edition.viewed("robots.txt", "text", TextView(robots))
        yield Sheaf("robots", page.key, lambda: iter((page,)))
        return
    files: list[str] = []
    years: dict[str, list[Volume]] = {}
    for volume in edition.archive.volumes[: edition.archive.listed]:
        years.setdefault(volume.year, []).append(volume)
    for year, volumes in sorted(years.items()):
        lists = _lists_of_year(year, volumes)
        names = _names(edition, year or "undated", len(lists) + sum(map(len, volumes)))
        files += names
        key = digest(edition.salt("sitemap.xml"), encode((lists, len(names))), *(volume.cards for volume in volumes))
        yield Sheaf(f"sitemap:{year}", key, partial(_articles, edition, lists, volumes, names))
    lists = _lists(edition)
    names = _names(edition, "lists", len(lists))
    files += names
    key = digest(edition.salt("sitemap.xml"), encode((lists, len(names))))
    yield Sheaf("sitemap:lists", key, lambda: _pages(edition, lists, names))
    if site.news_sitemap:
        files.append(NEWS_PATH)
        yield _news(edition)
    index = edition.viewed(INDEX, "sitemap-index.xml", SitemapIndexView(tuple(files)))
    text = edition.viewed("robots.txt", "text", TextView(f"{robots}Sitemap: {site.url.rstrip('/')}/{INDEX}\n"))
    yield Sheaf("sitemaps", digest(index.key, text.key), lambda: iter((index, text)))


def by_setting(_archive: Archive, site: Site) -> Iterator[tuple[str, str]]:
    """The index and the news; the other parts are found by the index alone."""
    if site.url:
        yield INDEX, "url"
        if site.news_sitemap:
            yield NEWS_PATH, "url, news_sitemap: true"


def most(site_url: str) -> int:
    """How many addresses one file holds: as many as both limits allow, however long the addresses are."""
    longest = _AROUND + 5 * len(site_url) + 1 + _LONGEST_PATH
    return min(MOST, MOST_BYTES // longest - 10)


def _names(edition: Edition, name: str, count: int) -> list[str]:
    parts = max(-(-count // most(edition.site.url)), 1)
    return [f"sitemap-{name}{f'-{part}' if part else ''}.xml" for part in range(parts)]


def _lists_of_year(year: str, volumes: list[Volume]) -> list[tuple[str, str]]:
    """The pages of a year and its months."""
    changed = max(volume.changed for volume in volumes)
    found = [(year_path(year), changed)] if year else []
    return found + [(volume_folder(volume) + "index.html", volume.changed) for volume in volumes]


def _lists(edition: Edition) -> list[tuple[str, str]]:
    archive = edition.archive
    days = [volume.changed for volume in archive.volumes[: archive.listed]]
    newest = max(days, default="")
    kinds = dict.fromkeys(KINDS, "")
    terms = []
    changes = archive.lists.changed(days)
    for term in archive.terms.values():
        changed = changes[term.key]
        kinds[term.ref.kind] = max(kinds[term.ref.kind], changed)
        terms.append((term.ref.path, changed))
    indexes = [(f"{kind}/index.html", changed) for kind, changed in kinds.items()]
    fronts = filter(None, ("index.html", CALENDAR, statistics_path(edition)))
    remarks = (remark for volume in archive.volumes[: archive.listed] for _position, remark in volume.corrections)
    corrected = max((day_of(remark.when) for remark in remarks), default="")
    corrections = [(CORRECTIONS, corrected)] if edition.site.corrections else []
    return [*((path, newest) for path in fronts), *corrections, *indexes, *terms]


def _articles(
    edition: Edition, lists: list[tuple[str, str]], volumes: list[Volume], names: list[str]
) -> Iterator[Page]:
    urls = list(lists)
    for volume in volumes:
        cards = edition.cards(list(memoryview(volume.ids).cast("I")))
        urls += [(card.path, day_of(card.changed)) for card in cards]
    return _pages(edition, urls, names)


def _pages(edition: Edition, urls: list[tuple[str, str]], names: list[str]) -> Iterator[Page]:
    size = most(edition.site.url)
    for part, name in enumerate(names):
        view = SitemapView(tuple(urls[part * size : (part + 1) * size]))
        yield edition.viewed(name, "sitemap.xml", view)


def _news(edition: Edition) -> Sheaf:
    """The news sitemap: what appeared in the 48 hours up to the archive's newest article.

    Counted from that, not from now: the same content gives the same bytes on any day. A day stands for its beginning.
    """
    archive = edition.archive
    newest = [spot for spot in archive.newest(NEWS_MOST) if spot.volume >= archive.first_dated]
    key = digest(edition.salt("sitemap-news.xml"), *map(archive.card_digest, newest))

    def pages() -> Iterator[Page]:
        cards = [card for card in edition.cards([edition.id(spot) for spot in newest]) if day_of(card.date)]
        # By the archive's own clock, by which days begin too.
        moments = [datetime.fromisoformat(card.date[:19]) for card in cards]
        shown = tuple(card for card, moment in zip(cards, moments, strict=True) if moments[0] - moment <= NEWS_SPAN)
        yield edition.viewed(NEWS_PATH, "sitemap-news.xml", NewsSitemapView(shown))

    return Sheaf("sitemap:news", key, pages)
