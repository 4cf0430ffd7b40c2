"""The front page, and the page for addresses that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from ..archive import Term
from ..entries import digest
from ..plan import Edition, Page, Sheaf, encode
from ..views import HomeView, NotFoundView, TermCount
from .calendar import undated_of, year_rows
from .terms import term_count

TOP_TAGS = 40
TOP_SOURCES = 24
"""How many of the tags and sources with the most articles the front page shows."""


def sheaves(edition: Edition) -> Iterator[Sheaf]:
    """A sheaf for each of the two pages."""
    yield _home(edition)
    missing = edition.viewed("404.html", "404.html", NotFoundView(edition.archive.count))
    yield Sheaf("404", missing.key, lambda: iter((missing,)))


def _home(edition: Edition) -> Sheaf:
    archive, site = edition.archive, edition.site
    newest = archive.newest(site.home_size)
    sections = _most(edition, "sections", len(archive.terms))
    ways = (
        year_rows(edition),
        *undated_of(edition),
        archive.count,
        sections,
        _most(edition, "tags", TOP_TAGS),
        _most(edition, "sources", TOP_SOURCES),
        len(archive.kinds("authors")),
    )
    key = digest(edition.salt("home.html"), encode((site.about, ways)), *map(archive.card_digest, newest))

    def view() -> bytes:
        cards = tuple(edition.cards([edition.id(spot) for spot in newest]))
        return encode(HomeView(site.about, cards, *ways))

    return Sheaf("home", key, lambda: iter((Page("index.html", "home.html", key, view),)))


def _most(edition: Edition, kind: str, limit: int) -> tuple[TermCount, ...]:
    """The terms of a taxonomy with the most articles, in the order of their names."""

    def rank(term: Term) -> tuple[int, str]:
        return (-term.count, term.ref.name)

    chosen = sorted(edition.archive.kinds(kind), key=rank)[:limit]
    chosen.sort(key=lambda term: (edition.alphabet.sort_key(term.ref.name), term.ref.name))
    return tuple(term_count(edition, term) for term in chosen)
