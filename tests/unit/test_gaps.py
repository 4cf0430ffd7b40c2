from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from backissue.gaps import Gap, gaps


def test_days_without_articles() -> None:
    found = gaps([("1953-01", [30, 31]), ("1953-02", [1, 4, 4, 20])], 9)
    assert found == [Gap("1953-02-05", "1953-02-19", 15), Gap("1953-02-02", "1953-02-03", 2)]


def test_what_is_known_to_the_month_or_year_covers_all_of_it() -> None:
    assert gaps([("1953-01", [0]), ("1953-03", [0, 5])], 9) == [Gap("1953-02-01", "1953-02-28", 28)]
    assert gaps([("1953", [0]), ("1953-02", [3]), ("1953-12", [31]), ("1954-01", [2])], 9) == [
        Gap("1954-01-01", "1954-01-01", 1)
    ]


def test_the_longest_come_first_and_of_equals_the_earliest() -> None:
    found = gaps([("1953-01", [1, 3, 5, 10])], 2)
    assert found == [Gap("1953-01-06", "1953-01-09", 4), Gap("1953-01-02", "1953-01-02", 1)]


def test_nothing_before_the_first_and_after_the_last() -> None:
    assert gaps([], 9) == gaps([("0001-01", [5])], 9) == gaps([("9999-12", [31]), ("9999", [0])], 9) == []


@given(st.sets(st.dates(date(1950, 1, 1), date(1952, 12, 31)), min_size=1, max_size=40))
def test_gaps_and_articles_make_up_the_span(days: set[date]) -> None:
    months: dict[str, list[int]] = {}
    for day in days:
        months.setdefault(day.isoformat()[:7], []).append(day.day)
    found = gaps(months.items(), 1_000)
    empty = {date.fromisoformat(gap.first) + timedelta(n) for gap in found for n in range(gap.days)}
    assert empty.isdisjoint(days)
    assert len(empty) + len(days) == (max(days) - min(days)).days + 1
