"""The calendar: a page for each year, and one for the whole span of the archive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ..archive import Spot, Volume
from ..entries import digest
from ..plan import Edition, Page, Sheaf, encode
from ..runs import D
from ..views import CalendarView, DayMark, MonthMark, YearRow, YearView
from .listings import sheet_path, volume_folder

CALENDAR = "calendar/index.html"
STATISTICS = "statistics/index.html"
HEADLINES = 5
"""How many of a month's newest headlines its year shows."""

_Years = dict[str, list[tuple[int, Volume]]]


def sheaves(edition: Edition) -> Iterator[Sheaf]:
    """A sheaf for each year, and one for the calendar."""
    years = years_of(edition)
    names = list(years)
    for place, name in enumerate(names):
        previous = year_path(names[place - 1]) if place else ""
        next_ = year_path(names[place + 1]) if place + 1 < len(names) else ""
        yield _year_sheaf(edition, name, years[name], previous, next_)
    page = edition.viewed(CALENDAR, "calendar.html", _calendar(edition))
    yield Sheaf("calendar", page.key, lambda: iter((page,)))


def years_of(edition: Edition) -> _Years:
    """The dated volumes of lists, year by year, the oldest first."""
    years: _Years = {}
    archive = edition.archive
    for index in range(archive.first_dated, archive.listed):
        years.setdefault(archive.volumes[index].year, []).append((index, archive.volumes[index]))
    return years


def statistics_path(edition: Edition) -> str:
    """The page of the archive in figures; empty where site.yaml wants none."""
    return STATISTICS if edition.site.statistics else ""


def year_path(year: str) -> str:
    """The page of a year."""
    return f"{year}/index.html"


def undated_of(edition: Edition) -> tuple[int, str]:
    """How many articles have no date, and the page that lists them."""
    if not edition.archive.first_dated:
        return 0, ""
    volume = edition.archive.volumes[0]
    return len(volume), volume_folder(volume) + "index.html"


def year_rows(edition: Edition) -> tuple[YearRow, ...]:
    """Every year's counts, the newest first."""
    rows = []
    for year, volumes in reversed(years_of(edition).items()):
        months = [0] * 12
        unplaced = 0
        for _index, volume in volumes:
            if len(volume.name) == 7:
                months[int(volume.name[5:]) - 1] = len(volume)
            else:
                unplaced = len(volume)
        rows.append(YearRow(year, year_path(year), sum(months) + unplaced, tuple(months), unplaced))
    return tuple(rows)


def _days(volume: Volume, page_size: int) -> tuple[DayMark, ...]:
    """A month's days, each with the place where its articles begin, in a list that shows the newest first."""
    marks = []
    end = 0
    folder = volume_folder(volume)
    for day, count in Counter(volume.days).items():
        end += count
        if day:
            path = sheet_path(folder, len(volume), page_size, end - 1)
            marks.append(DayMark(day, count, f"{path}#d{day:02}"))
    return tuple(marks)


def _newest(index: int, volume: Volume, most: int) -> list[Spot]:
    """The newest articles of a volume, the newest first."""
    end = len(volume)
    return [Spot(index, position) for position in reversed(range(max(end - most, 0), end))]


def _calendar(edition: Edition) -> CalendarView:
    return CalendarView(year_rows(edition), *undated_of(edition), edition.archive.count, statistics_path(edition))


def _year_sheaf(edition: Edition, year: str, volumes: list[tuple[int, Volume]], previous: str, next_: str) -> Sheaf:
    parts = [edition.salt("year.html"), encode((previous, next_, edition.site.page_size))]
    for _index, volume in volumes:
        if len(volume.name) == 7:
            parts += (volume.name.encode(), len(volume).to_bytes(4, "big"), volume.links[-HEADLINES * D :], volume.days)
        else:
            parts += (volume.name.encode(), len(volume).to_bytes(4, "big"), volume.cards[-edition.site.page_size * D :])
    key = digest(*parts)

    def view() -> bytes:
        months = []
        cards: list[Spot] = []
        unplaced, unplaced_path = 0, ""
        for index, volume in volumes:
            path = volume_folder(volume) + "index.html"
            if len(volume.name) == 7:
                headlines = edition.links(_newest(index, volume, HEADLINES))
                days = _days(volume, edition.site.page_size)
                months.append(MonthMark(volume.name[5:], len(volume), path, headlines, days))
            else:
                unplaced, unplaced_path = len(volume), path
                cards = _newest(index, volume, edition.site.page_size)
        shown = tuple(edition.cards([edition.id(spot) for spot in cards]))
        count = sum(len(volume) for _index, volume in volumes)
        return encode(YearView(year, count, tuple(months), shown, unplaced, unplaced_path, previous, next_))

    return Sheaf(f"year:{year}", key, lambda: iter((Page(year_path(year), "year.html", key, view),)))
