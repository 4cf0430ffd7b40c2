"""Stretches of time without articles: what dates that are known to the day, the month or the year leave uncovered."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple


class Gap(NamedTuple):
    """A stretch without articles: its first and its last day (ISO 8601), and how many days it has."""

    first: str
    last: str
    days: int


def gaps(periods: Iterable[tuple[str, Iterable[int]]], most: int) -> list[Gap]:
    """The longest gaps, at most so many, the longest first; of equals the earliest.

    A period is a month (`1953-02`) or a year (`1936`) with the days of the month of its articles. An article of which
    only the month or the year is known (day 0) may be of any day of it, so it covers all of them.
    """
    found = []
    covered = 0
    for first, last in sorted(_covered(periods)):
        if covered and first > covered + 1:
            found.append((covered + 1, first - 1))
        covered = max(covered, last)
    found.sort(key=lambda gap: (gap[0] - gap[1], gap))
    return [
        Gap(date.fromordinal(first).isoformat(), date.fromordinal(last).isoformat(), last - first + 1)
        for first, last in found[:most]
    ]


def _covered(periods: Iterable[tuple[str, Iterable[int]]]) -> Iterator[tuple[int, int]]:
    for period, days in periods:
        year = int(period[:4])
        if len(period) == 4:
            yield date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
            continue
        month = int(period[5:7])
        start = date(year, month, 1).toordinal() - 1
        for day in set(days):
            yield (start + day, start + day) if day else (start + 1, start + monthrange(year, month)[1])
