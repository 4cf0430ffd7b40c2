"""Atom feeds (RFC 4287) of the newest articles: of the whole archive and of each list that site.yaml names.

A feed's addresses are absolute, so there are feeds only where site.yaml gives the site's url. Articles without a date
are in none: Atom demands one, and an archive invents nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..archive import Spot, Term, numbers
from ..entries import digest
from ..plan import Edition, Page, Sheaf, encode
from ..views import FeedEntry, FeedView
from .listings import has_feed

TEMPLATE = "feed.xml"
PATH = "feed.xml"


def sheaves(edition: Edition) -> Iterator[Sheaf]:
    """A sheaf for each feed."""
    if not edition.site.url:
        return
    archive = edition.archive
    newest = [spot for spot in archive.newest(edition.site.feeds.size) if spot.volume >= archive.first_dated]
    yield _sheaf(edition, PATH, None, newest)
    for term in archive.terms.values():
        if has_feed(edition, term.ref.kind):
            spots = _newest(edition, term)
            if spots:
                yield _sheaf(edition, term.folder + "feed.xml", term, spots)


def _newest(edition: Edition, term: Term) -> list[Spot]:
    spots: list[Spot] = []
    for index, run in reversed(term.runs):
        if index < edition.archive.first_dated:
            break
        spots += [Spot(index, position) for position in reversed(numbers(run.positions))]
        if len(spots) >= edition.site.feeds.size:
            break
    return spots[: edition.site.feeds.size]


def _sheaf(edition: Edition, path: str, term: Term | None, spots: list[Spot]) -> Sheaf:
    parts = [edition.salt(TEMPLATE), path.encode()]
    if term is not None:
        parts.append(edition.ref(term)[1])
    key = digest(*parts, *map(edition.archive.card_digest, spots))

    def view() -> bytes:
        cards = edition.cards([edition.id(spot) for spot in spots])
        entries = tuple(FeedEntry(card, card.updated or card.date) for card in cards)
        page = term.ref.path if term else "index.html"
        return encode(FeedView(path, page, term.ref if term else None, entries))

    return Sheaf(f"feed:{path}", key, lambda: iter((Page(path, TEMPLATE, key, view),)))
