from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backissue import charts
from backissue.views import DayMark, MonthMark, YearMark, YearRow


def row(year: str, *months: int) -> YearRow:
    counts = (months + (0,) * 12)[:12]
    return YearRow(year, f"{year}/index.html", sum(counts), counts, 0)


def test_a_short_archive_is_shown_by_the_month() -> None:
    chart = charts.timeline([row("1954", 2), row("1953", 0, 4, 1)], "ltr")
    assert chart.unit == "months"
    assert [(bar.period, bar.articles, bar.path) for bar in chart.bars] == [
        ("1953-02", 4, "1953/02/index.html"), ("1953-03", 1, "1953/03/index.html"),
        ("1954-01", 2, "1954/01/index.html"),
    ]  # fmt: skip
    first, second, third = chart.bars
    assert (first.left, first.slot, first.top, first.height) == ("4.17%", "4.17%", "0%", "100%")
    assert (second.top, second.height) == ("75%", "25%")
    assert third.left == "50%"
    assert [(tick.label, tick.place) for tick in chart.ticks] == [("1953", "0%"), ("1954", "50%")]


def test_a_long_archive_is_shown_by_the_year_and_keeps_its_gaps() -> None:
    chart = charts.timeline([row("2020", 1), row("1921", 50)], "ltr")
    assert (chart.unit, chart.most) == ("years", 50)
    assert [(bar.period, bar.left, bar.height) for bar in chart.bars] == [("1921", "0%", "100%"), ("2020", "99%", "2%")]
    assert [tick.label for tick in chart.ticks] == ["1940", "1960", "1980", "2000", "2020"]


def test_a_very_long_archive_is_shown_by_the_decade() -> None:
    chart = charts.timeline([row("2020", 1), row("1805", 2), row("1801", 3)], "ltr")
    assert (chart.unit, [(bar.period, bar.articles, bar.path) for bar in chart.bars]) == (
        "decades", [("1800–1809", 5, ""), ("2020–2029", 1, "")],
    )  # fmt: skip


def test_time_runs_from_the_right_where_the_page_does() -> None:
    left, right = (charts.timeline([row("1990", 1), row("1921", 2)], way) for way in ("ltr", "rtl"))
    assert [bar.left for bar in right.bars] == ["98.57%", "0%"]
    assert [bar.left for bar in left.bars] == ["0%", "98.57%"]
    assert [float(tick.place[:-1]) for tick in right.ticks] == [
        pytest.approx(100 - float(tick.place[:-1]), abs=0.02) for tick in left.ticks
    ]


def test_years_that_only_are_known_make_no_chart_by_the_month() -> None:
    bare = YearRow("1953", "1953/index.html", 3, (0,) * 12, 3)
    assert charts.timeline([bare], "ltr").unit == "years"
    assert charts.timeline([], "ltr").bars == ()


def test_a_list_s_years_span_what_they_are_told_to() -> None:
    marks = [YearMark("", 9, ""), YearMark("1953", 2, "tags/sea/page/1.html")]
    (bar,) = charts.coverage(marks, "1950", "1959", "ltr").bars
    assert (bar.left, bar.slot, bar.path) == ("30%", "10%", "tags/sea/page/1.html")
    assert charts.coverage(marks[:1], "", "", "ltr").bars == ()


@given(
    st.dictionaries(st.integers(1, 9999), st.integers(1, 10**6), min_size=1, max_size=30),
    st.sampled_from(["ltr", "rtl"]),
)
def test_every_chart_stays_in_its_box(years: dict[int, int], direction: str) -> None:
    chart = charts.timeline([row(f"{year:04}", count) for year, count in years.items()], direction)
    assert sum(bar.articles for bar in chart.bars) == sum(years.values())
    assert len(chart.ticks) <= 8
    assert len(chart.lines) <= 4
    for bar in chart.bars:
        left, slot, width, top, height = (float(value[:-1]) for value in bar[:5])
        assert left >= -0.01
        assert left + slot <= 100.02
        assert 0 < width <= slot + 0.01
        assert height > 0
        assert top + height == pytest.approx(100, abs=0.02)
    for place in (float(tick.place[:-1]) for tick in chart.ticks):
        assert 0 <= place <= 100


def test_a_sparkline_is_a_short_path_with_gaps() -> None:
    assert charts.sparkline([0, 9, 9, 0, 3]) == "M0 10V10h1V1h2V10h1V7h1V10Z"
    assert charts.sparkline([0, 0]) == charts.sparkline([]) == ""


@given(st.lists(st.integers(0, 10**6), max_size=100))
def test_a_sparkline_takes_few_bytes(counts: list[int]) -> None:
    assert len(charts.sparkline(counts)) <= 600


def test_shares_and_what_is_left_of_them() -> None:
    assert (charts.share(1, 4), charts.share(1, 4, True), charts.share(0, 4), charts.share(1, 9999)) == (
        "25%", "75%", "0%", "2%",
    )  # fmt: skip


def test_the_weeks_of_a_month() -> None:
    marks = (DayMark(1, 2, "a#d01"), DayMark(28, 1, "a#d28"))
    weeks = charts.weeks(marks, "1953-02", 0)  # began on a Sunday
    assert [len(week) for week in weeks] == [7] * 5
    assert weeks[0] == [None] * 6 + [charts.Day(1, "1953-02-01", 2, "a#d01")]
    assert [day.day if day else 0 for day in weeks[-1]] == [23, 24, 25, 26, 27, 28, 0]
    assert charts.weeks(marks, "1953-02", 6)[0][0] == charts.Day(1, "1953-02-01", 2, "a#d01")
    assert sum(day is not None for week in charts.weeks((), "2024-02", 0) for day in week) == 29


def test_a_year_shows_twelve_months_or_the_few_that_it_has() -> None:
    days = (DayMark(1, 1, "p"),)
    marks = [MonthMark(f"{n:02}", 1, "p", (), days) for n in range(1, 8)]
    assert [month.month for month in charts.calendar_months(marks[:2])] == ["01", "02"]
    assert len(charts.calendar_months(marks)) == 12
    assert charts.calendar_months([MonthMark("01", 1, "p", (), ())]) == []
