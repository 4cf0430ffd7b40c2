"""The front page, and the page for addresses that lead nowhere.

The front page is laid out by what the archive holds, not by the clock: "other years" are seen from the day of the
newest article, so the same content makes the same page on any day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..archive import Archive, Spot
from ..entries import Card, digest
from ..plan import Edition, Page, Sheaf, encode
from ..terms import Term
from ..views import HomeView, NotFoundView, SectionFront, TermCount
from .calendar import statistics_path, undated_of, year_rows
from .terms import term_count

TOP_TAGS = 40
TOP_SOURCES = TOP_SECTIONS = 24
"""How many of the tags, sources and sections with the most articles the front page shows."""

FRONT = 6
"""How many of the newest articles are shown large; the lead story is the first of them with a picture."""

SECTIONS = 4
IN_SECTION = 4
FEWEST = 3
"""How many sections, those with the most articles, have a place of their own, and how many articles there."""

OTHER_YEARS = 4
"""How many articles of earlier years are shown."""


def sheaves(edition: Edition) -> Iterator[Sheaf]:
    """A sheaf for each of the two pages."""
    yield _home(edition)
    missing = edition.viewed("404.html", "404.html", NotFoundView(edition.archive.count))
    yield Sheaf("404", missing.key, lambda: iter((missing,)))


def _home(edition: Edition) -> Sheaf:
    archive, site = edition.archive, edition.site
    newest = archive.newest(site.home_size)
    shown = set(newest[:FRONT])
    fronts: list[tuple[Term, list[Spot]]] = []
    for term in _largest(edition, "sections", SECTIONS):
        spots = _newest_of(term, IN_SECTION, shown)
        if len(spots) >= FEWEST:
            shown.update(spots)
            fronts.append((term, spots))
    day, others = other_years(archive, shown)
    listed = [spot for spot in newest[FRONT:] if spot not in shown]
    newest = newest[:FRONT] + listed
    sections = _most(edition, "sections", TOP_SECTIONS)
    ways = (
        year_rows(edition),
        *undated_of(edition),
        archive.count,
        sections,
        _most(edition, "tags", TOP_TAGS),
        _most(edition, "sources", TOP_SOURCES),
        len(archive.kinds("authors")),
        statistics_path(edition),
    )
    counts = [(term_count(edition, term), len(spots)) for term, spots in fronts]
    spots = [*newest, *(spot for _term, found in fronts for spot in found), *others]
    outline = encode((site.about, len(newest), counts, day, ways))
    key = digest(edition.salt("home.html"), outline, *map(archive.card_digest, spots))

    def view() -> bytes:
        cards = _lead_first(edition.cards([edition.id(spot) for spot in newest]))
        sheets = tuple(
            SectionFront(term_count(edition, term), _lead_first(edition.cards([edition.id(spot) for spot in found])))
            for term, found in fronts
        )
        past = tuple(edition.cards([edition.id(spot) for spot in others]))
        return encode(HomeView(site.about, cards, FRONT, sheets, day, past, *ways))

    return Sheaf("home", key, lambda: iter((Page("index.html", "home.html", key, view),)))


def _lead_first(cards: Sequence[Card]) -> tuple[Card, ...]:
    """Articles with the lead story before the others: of those shown large the newest that has a picture."""
    lead = next((place for place, card in enumerate(cards[:FRONT]) if card.image), 0)
    return (*cards[lead : lead + 1], *cards[:lead], *cards[lead + 1 :])


def _newest_of(term: Term, count: int, without: set[Spot]) -> list[Spot]:
    """The newest articles of a list, the newest first."""
    found: list[Spot] = []
    for index, run in term.newest_runs():
        for position in reversed(run):
            spot = Spot(index, position)
            if spot not in without:
                found.append(spot)
                if len(found) == count:
                    return found
    return found


def other_years(archive: Archive, without: set[Spot]) -> tuple[str, list[Spot]]:
    """Articles of earlier years from the day of the year of the newest dated article, the oldest first; from its month
    where there are none of that day. With the day, `10-05`, or the month, `10`; nothing where there are neither.

    Of more than OTHER_YEARS the years are spread over the whole span, and each year gives one.
    """
    for index in range(archive.listed - 1, archive.first_dated - 1, -1):
        volume = archive.volumes[index]
        if len(volume.name) == 7:
            break
    else:
        return "", []
    month, day = volume.name[5:], volume.days[-1]
    earlier = [
        (at, archive.volumes[at].days)
        for at in range(archive.first_dated, index)
        if archive.volumes[at].name[5:] == month
    ]
    for exact in (True, False):
        found = []
        for at, days in earlier:
            spots = (Spot(at, place) for place, each in enumerate(days) if each == day or not exact)
            spot = next((spot for spot in spots if spot not in without), None)
            if spot is not None:
                found.append(spot)
        if found and not (exact and day == 0):
            many = len(found)
            chosen = sorted({round(step * (many - 1) / max(OTHER_YEARS - 1, 1)) for step in range(OTHER_YEARS)})
            return (f"{month}-{day:02}" if exact else month), [found[place] for place in chosen]
    return "", []


def _largest(edition: Edition, kind: str, limit: int) -> list[Term]:
    """The terms of a taxonomy with the most articles, those first."""

    def rank(term: Term) -> tuple[int, str]:
        return (-term.count, term.ref.name)

    return sorted(edition.archive.kinds(kind), key=rank)[:limit]


def _most(edition: Edition, kind: str, limit: int) -> tuple[TermCount, ...]:
    """The terms of a taxonomy with the most articles, in the order of their names."""
    chosen = _largest(edition, kind, limit)
    chosen.sort(key=lambda term: (edition.alphabet.sort_key(term.ref.name), term.ref.name))
    return tuple(term_count(edition, term) for term in chosen)
