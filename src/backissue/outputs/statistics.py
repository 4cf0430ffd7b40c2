"""The archive in figures: its articles by year, source, section, language and length; how dates are known; gaps."""

from __future__ import annotations

from collections.abc import Iterator

from ..archive import LENGTHS, Archive, Volume
from ..config import Site
from ..entries import digest
from ..gaps import gaps
from ..plan import Edition, Page, Sheaf, encode
from ..terms import Term
from ..views import SourceTally, StatisticsView, YearMark
from .calendar import STATISTICS, undated_of, year_path, year_rows, years_of
from .terms import stretches_of, term_count

TEMPLATE = "statistics.html"
SOURCES = 60
"""As many of the sources with the most articles as the page tells of."""

GAPS = 10
"""As many of the longest gaps as the page tells of."""

MEAN_STEP = 10
"""Average lengths are told to so many words, and sums to a thousand: so a word that comes makes no page anew."""


def sheaves(edition: Edition) -> Iterator[Sheaf]:
    """One sheaf, of one page, if site.yaml wants it. Its key stands for the tallies of the volumes, and for the sources
    and sections.
    """
    if not edition.site.statistics:
        return
    archive = edition.archive
    parts = [edition.salt(TEMPLATE), encode(edition.site.language)]
    for volume in archive.volumes[: archive.listed]:
        tallies = (volume.name, volume.days, sorted(volume.langs.items()), volume.lengths, volume.words)
        parts.append(encode(tallies))
    for term in (*archive.kinds("sources"), *archive.kinds("sections")):
        parts += (edition.ref(term)[1], edition.standing(term))
    yield Sheaf("statistics", digest(*parts), lambda: _page(edition))


def by_setting(_archive: Archive, site: Site) -> Iterator[tuple[str, str]]:
    """The one page."""
    if site.statistics:
        yield STATISTICS, "statistics: true"


def _page(edition: Edition) -> Iterator[Page]:
    archive = edition.archive
    listed = archive.volumes[: archive.listed]
    stretches = stretches_of(edition)
    sources = sorted(archive.kinds("sources"), key=_most_first)
    languages: dict[str, int] = {}
    for volume in listed:
        for lang, count in volume.langs.items():
            languages[lang] = languages.get(lang, 0) + count
    undated, undated_path = undated_of(edition)
    view = StatisticsView(
        total=archive.count,
        thousands=sum(volume.words for volume in listed) // 1_000,
        years=year_rows(edition),
        undated=undated,
        undated_path=undated_path,
        known=_known(listed),
        lengths=tuple(map(sum, zip(*(volume.lengths for volume in listed), strict=True))) or (0,) * (len(LENGTHS) + 1),
        bounds=LENGTHS,
        means=tuple(_means(edition)),
        languages=tuple(sorted(languages.items(), key=lambda item: (-item[1], item[0]))),
        sections=tuple(
            term_count(edition, term, stretches) for term in sorted(archive.kinds("sections"), key=_most_first)
        ),
        sources=tuple(
            SourceTally(term_count(edition, term, stretches), *gaps(_periods(edition, term), 1))
            for term in sources[:SOURCES]
        ),
        sources_in_all=len(sources),
        gaps=tuple(gaps(((volume.name, set(volume.days)) for volume in listed[archive.first_dated :]), GAPS)),
        since=stretches.since,
        until=stretches.until,
    )
    yield edition.viewed(STATISTICS, TEMPLATE, view)


def _most_first(term: Term) -> tuple[int, str]:
    return -term.count, term.ref.name


def _known(volumes: tuple[Volume, ...]) -> tuple[int, int, int, int]:
    """How many dates are known to the day (or to the time), to the month, to the year, and not at all."""
    to_day = to_month = to_year = unknown = 0
    for volume in volumes:
        if len(volume.name) == 7:
            bare = volume.days.count(0)
            to_month += bare
            to_day += len(volume) - bare
        elif volume.name:
            to_year += len(volume)
        else:
            unknown += len(volume)
    return to_day, to_month, to_year, unknown


def _means(edition: Edition) -> Iterator[YearMark]:
    """The average length of each year's articles that have words, the oldest first."""
    for year, volumes in years_of(edition).items():
        count = sum(len(volume) - volume.lengths[0] for _index, volume in volumes)
        mean = sum(volume.words for _index, volume in volumes) / max(count, 1)
        if mean >= MEAN_STEP:
            yield YearMark(year, round(mean / MEAN_STEP) * MEAN_STEP, year_path(year))


def _periods(edition: Edition, term: Term) -> Iterator[tuple[str, bytes]]:
    """The months and years in which a term has dated articles, each with the days of those."""
    archive = edition.archive
    for index, run in term.runs:
        if index >= archive.first_dated:
            volume = archive.volumes[index]
            yield volume.name, bytes(map(volume.days.__getitem__, run))
