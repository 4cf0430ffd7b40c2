"""Pictures of the archive as numbers that a template puts into SVG: where bars stand, how high, what they are called.

All places and sizes are percentages, so that a chart fits every width without a script and letters keep their shape.
All is pure, and given to templates as filters.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple, Protocol

from .views import DayMark, MonthMark

MONTHS_WITHIN, YEARS_WITHIN = 12, 160
"""Spans of so many years are shown by the month, and by the year; longer ones by the decade."""

FEW_MONTHS = 6
"""A year in which no more months have articles is not worth a picture of twelve."""

LEAST = 2.0
"""The height, in percent, of the lowest bar: one article among thousands is seen too."""

SPARK = 10
"""The height of a sparkline in the units of its path."""


class Bar(NamedTuple):
    """A bar: the slot that it stands in, its own width and height (percent), its period (EDTF, or `1950–1959`), how
    many articles, and the page to go to, if any.
    """

    left: str
    slot: str
    width: str
    top: str
    height: str
    period: str
    articles: int
    path: str


class Tick(NamedTuple):
    """A label below a chart: its place in percent, `start`, `middle` or `end` as what stands there, and its text."""

    place: str
    anchor: str
    label: str


class Line(NamedTuple):
    """A line across a chart: how far from the top, in percent, and the count that it stands for."""

    top: str
    articles: int


class Chart(NamedTuple):
    """A bar chart over time. `unit` says what a bar is: `months`, `years` or `decades`."""

    unit: str
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    lines: tuple[Line, ...]
    most: int


class _Row(Protocol):
    @property
    def year(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def count(self) -> int: ...


class _Months(_Row, Protocol):
    @property
    def months(self) -> Sequence[int]: ...


def timeline(rows: Sequence[_Months], direction: str) -> Chart:
    """A whole archive's years (with their months), in any order, as a chart by the month, the year or the decade.

    Articles of which no month is known are in none of a chart by the month.
    """
    if not rows:
        return Chart("years", (), (), (), 0)
    first, last = (choose(int(row.year) for row in rows) for choose in (min, max))
    if last - first < MONTHS_WITHIN and any(any(row.months) for row in rows):
        found = {
            (int(row.year) - first) * 12 + number: (
                f"{row.year}-{number + 1:02}", count, f"{row.year}/{number + 1:02}/index.html",
            )
            for row in rows for number, count in enumerate(row.months) if count
        }  # fmt: skip
        return _chart("months", found, 12 * (last - first + 1), first, direction)
    return coverage(rows, str(first), str(last), direction)


def coverage(rows: Iterable[_Row], since: str, until: str, direction: str) -> Chart:
    """The counts of years as a chart that spans the years from `since` to `until`. What has no year has no bar."""
    dated = [row for row in rows if row.year and row.count]
    if not dated:
        return Chart("years", (), (), (), 0)
    first, last = int(since), int(until)
    if last - first < YEARS_WITHIN:
        found = {int(row.year) - first: (row.year, row.count, row.path) for row in dated}
        return _chart("years", found, last - first + 1, first, direction)
    first -= first % 10
    sums: dict[int, int] = {}
    for row in dated:
        decade = (int(row.year) - first) // 10
        sums[decade] = sums.get(decade, 0) + row.count
    decades = {
        decade: (f"{first + 10 * decade:04}–{first + 10 * decade + 9:04}", count, "") for decade, count in sums.items()
    }
    return _chart("decades", decades, (last - first) // 10 + 1, first, direction)


def _chart(unit: str, found: Mapping[int, tuple[str, int, str]], slots: int, first: int, direction: str) -> Chart:
    slot = 100 / slots
    whole, wide = _percent(slot), _percent(slot * (0.8 if slots <= 60 else 0.86 if slots <= 130 else 1))
    most = max(count for _period, count, _path in found.values())
    bars = []
    for number in sorted(found):
        period, count, path = found[number]
        left = slot * number if direction != "rtl" else 100 - slot * (number + 1)
        height = max(LEAST, 100 * count / most)
        bars.append(Bar(_percent(left), whole, wide, _percent(100 - height), _percent(height), period, count, path))
    return Chart(unit, tuple(bars), tuple(_ticks(unit, slots, first, direction)), _lines(most), most)


def _ticks(unit: str, slots: int, first: int, direction: str) -> Iterable[Tick]:
    """Labels for round years, at most seven, so that they part even on a phone."""
    years = {"months": slots / 12, "years": slots, "decades": slots * 10}[unit]
    in_slot = {"months": 1 / 12, "years": 1, "decades": 10}[unit]
    steps = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1_000, 10_000)
    step = next(step for step in steps if years / step <= 7 and step >= in_slot)
    for year in range(first + -first % step, first + int(years), step):
        # A year of months begins at its January; a bar of a year or decade is labelled below its middle.
        place = 100 * ((year - first) / in_slot + (0 if unit == "months" else 0.5)) / slots
        anchor = "start" if place < 4 or unit == "months" else "end" if place > 96 else "middle"
        if direction == "rtl":
            place = 100 - place
        yield Tick(_percent(place), anchor, str(year))


def _lines(most: int) -> tuple[Line, ...]:
    """Lines at round counts: one to four, the highest not above the highest bar."""
    if most < 2:
        return ()
    step = next(unit * 10**power for power in range(12) for unit in (1, 2, 5) if most / (unit * 10**power) < 4)
    return tuple(Line(_percent(100 - 100 * count / most), count) for count in range(step, most + 1, step))


def _percent(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"


def sparkline(counts: Sequence[int]) -> str:
    """The path of a picture in a box as wide as there are counts and SPARK high: a step for each, a gap where none is.

    Some five bytes a count; equal steps are drawn as one.
    """
    most = max(counts, default=0)
    if not most:
        return ""
    tops = [SPARK - max(1, round((SPARK - 1) * count / most)) if count else SPARK for count in counts]
    path = f"M0 {SPARK}"
    for top, run in groupby(tops):
        path += f"V{top}h{len(list(run))}"
    return f"{path}V{SPARK}Z"


def share(count: int, most: int, rest: bool = False) -> str:
    """How long a bar is beside the longest one, in percent, or what is left to the `rest`. What is there is seen."""
    part = max(LEAST, 100 * count / most) if count and most else 0
    return _percent(100 - part if rest else part)


def calendar_months(months: Sequence[MonthMark]) -> list[MonthMark]:
    """The months of which a year's picture shows the days: all twelve, or those with articles where they are few."""
    found = [month for month in months if month.days]
    if len(found) <= FEW_MONTHS:
        return found
    by_name = {month.month: month for month in months}
    return [by_name.get(f"{n:02}") or MonthMark(f"{n:02}", 0, "", (), ()) for n in range(1, 13)]


class Day(NamedTuple):
    """A day of a month as a calendar shows it: its number, its date (EDTF), how many articles, where they begin."""

    day: int
    date: str
    articles: int
    path: str


def weeks(days: Iterable[DayMark], period: str, starts: int) -> list[list[Day | None]]:
    """The weeks of a month (`1953-02`) as rows of seven, the first day of the week being `starts` (0 is Monday)."""
    year, month = int(period[:4]), int(period[5:7])
    marks = {mark.day: mark for mark in days}
    cells: list[Day | None] = [None] * ((date(year, month, 1).weekday() - starts) % 7)
    for number in range(1, monthrange(year, month)[1] + 1):
        mark = marks.get(number)
        day = f"{period}-{number:02}"
        cells.append(Day(number, day, mark.count, mark.path) if mark else Day(number, day, 0, ""))
    cells += [None] * (-len(cells) % 7)
    return [cells[start : start + 7] for start in range(0, len(cells), 7)]


FILTERS: Mapping[str, Callable[..., Any]] = {
    function.__name__: function for function in (calendar_months, coverage, share, sparkline, timeline, weeks)
}
"""The filters by the names that templates know them by."""
