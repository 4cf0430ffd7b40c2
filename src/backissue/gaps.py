"""Stretches of time without articles: what dates that are known to the day, the month or the year leave uncovered."""

from __future__ import annotations

import heapq
from calendar import monthrange
from collections.abc import Collection, Iterable
from datetime import date
from functools import cache
from itertools import pairwise
from typing import NamedTuple


class Gap(NamedTuple):
    """A stretch without articles: its first and its last day (ISO 8601), and how many days it has."""

    first: str
    last: str
    days: int


def gaps(periods: Iterable[tuple[str, Collection[int]]], most: int) -> list[Gap]:
    """The longest gaps, at most so many, the longest first; of equals the earliest.

    A period is a month (`1953-02`) or a year (`1936`) with the days of the month of its articles. An article of which
    only the month or the year is known (day 0) may be of any day of it, so it covers all of them.
    """
    covered: list[int] = []
    for period, days in periods:
        before, last = _days_of(period)
        if len(period) == 4 or 0 in days:
            covered += range(before + 1, last + 1)
        else:
            covered += map(before.__add__, days)
    covered.sort()
    found = [(day + 1 - later, day + 1) for day, later in pairwise(covered) if later > day + 1]
    return [
        Gap(date.fromordinal(first).isoformat(), date.fromordinal(first - length - 1).isoformat(), -length)
        for length, first in heapq.nsmallest(most, found)
    ]


@cache
def _days_of(period: str) -> tuple[int, int]:
    """The day before a month or year, and its last day, by their numbers in the calendar."""
    year = int(period[:4])
    if len(period) == 4:
        return date(year, 1, 1).toordinal() - 1, date(year, 12, 31).toordinal()
    month = int(period[5:7])
    before = date(year, month, 1).toordinal() - 1
    return before, before + monthrange(year, month)[1]
