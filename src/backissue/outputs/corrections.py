"""What was put right: a page of the newest corrections and retractions, one for each year, and a feed.

What they say is in the volumes' summaries, for it is little; the articles' cards are fetched when a page is stale.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from ..archive import Archive, Spot
from ..config import Site
from ..dates import Date
from ..entries import Remark, digest
from ..plan import Edition, Page, Sheaf, encode
from ..views import CorrectionEntry, CorrectionsView, CorrectionYear

TEMPLATE = "corrections.html"
FEED = "corrections.xml"
FOLDER = "corrections/"
CORRECTIONS = f"{FOLDER}index.html"
UNDATED = "undated"


def by_setting(archive: Archive, site: Site) -> Iterator[tuple[str, str]]:
    """The pages, and the feed."""
    if site.corrections:
        yield CORRECTIONS, "corrections: true"
        if year_pages(archive, site):
            yield f"{FOLDER}*.html", "corrections: true"
        if site.url:
            yield f"{FOLDER}feed.xml", "url, corrections: true"


def year_pages(archive: Archive, site: Site) -> dict[str, str]:
    """The pages of years, each with the one that it leads to when its year has no correction any more."""
    volumes = archive.volumes[: archive.listed] if site.corrections else ()
    years = {_year(remark) for volume in volumes for _position, remark in volume.corrections}
    return {f"{FOLDER}{year}.html": CORRECTIONS for year in years}


def _year(remark: Remark) -> str:
    return remark.when[:4] or UNDATED


class _Said(NamedTuple):
    """A remark, and where its article stands."""

    remark: Remark
    spot: Spot


def sheaves(edition: Edition) -> Iterator[Sheaf]:
    """A sheaf for the newest ones and the feed, one for each year."""
    if not edition.site.corrections:
        return
    said = _newest_first(edition)
    years: dict[str, list[_Said]] = {}
    for each in said:
        years.setdefault(_year(each.remark), []).append(each)
    marks = tuple(CorrectionYear(year, f"{FOLDER}{year}.html", len(some)) for year, some in years.items())
    feed = f"{FOLDER}feed.xml" if edition.site.url else ""
    newest = said[: edition.site.page_size]
    head = _page(edition, CORRECTIONS, TEMPLATE, "", newest, marks, len(said), feed)
    pages = [head]
    if feed:
        fed = [each for each in said if each.remark.when][: edition.site.feeds.size]
        pages.append(_page(edition, feed, FEED, "", fed, (), len(fed), feed))
    yield Sheaf("corrections", digest(*(page.key for page in pages)), partial(iter, pages))
    for year, some in years.items():
        page = _page(edition, f"{FOLDER}{year}.html", TEMPLATE, year, some, (), len(some), "")
        yield Sheaf(f"corrections:{year}", page.key, partial(iter, [page]))


def _newest_first(edition: Edition) -> list[_Said]:
    """What is said of listed articles; of one moment in the archive's order."""
    archive = edition.archive
    said = [
        _Said(remark, Spot(index, position))
        for index, volume in enumerate(archive.volumes[: archive.listed])
        for position, remark in volume.corrections
    ]
    said.sort(key=lambda each: Date(each.remark.when).sort_key if each.remark.when else "", reverse=True)
    return said


def _page(
    edition: Edition,
    path: str,
    template: str,
    year: str,
    said: Sequence[_Said],
    years: tuple[CorrectionYear, ...],
    total: int,
    feed: str,
) -> Page:
    cards = [edition.archive.card_digest(each.spot) for each in said]
    key = digest(edition.salt(template), encode((path, [each.remark for each in said], years, total, feed)), *cards)

    def view() -> bytes:
        entries = [
            CorrectionEntry(card, each.remark)
            for card, each in zip(edition.cards([edition.id(each.spot) for each in said]), said, strict=True)
        ]
        return encode(CorrectionsView(year, tuple(entries), years, total, feed))

    return Page(path, template, key, view)
