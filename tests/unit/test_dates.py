from __future__ import annotations

import pickle
from datetime import UTC, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from backissue.dates import Date, parse_date

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("written", "edtf"),
    [
        ("1936", "1936"),
        ("2023-11", "2023-11"),
        ("2023-3", "2023-03"),
        ("2014-03-01", "2014-03-01"),
        ("2014-3-1", "2014-03-01"),
        ("2014/03/01", "2014-03-01"),
        ("2014.03.01", "2014-03-01"),
        ("20140301", "2014-03-01"),
        ("  2014-03-01\n", "2014-03-01"),
        ("0099-01-02", "0099-01-02"),
        ("2014-03-01 12:00", "2014-03-01T12:00:00+00:00"),
        ("2014-03-01T12:00:30Z", "2014-03-01T12:00:30+00:00"),
        ("2014-03-01t12:00:30z", "2014-03-01T12:00:30+00:00"),
        ("2014-03-01 12:00:30 -0700", "2014-03-01T19:00:30+00:00"),
        ("2014-03-01 12:00:30 +9", "2014-03-01T03:00:30+00:00"),
        ("2014-03-01 12:00:30 UTC", "2014-03-01T12:00:30+00:00"),
        ("2014-03-01 12:00:30 UTC+02:00", "2014-03-01T10:00:30+00:00"),
        ("2014-03-01T12:00:00.5Z", "2014-03-01T12:00:00.500000+00:00"),
        ("2014-03-01T12:00:00,123456789Z", "2014-03-01T12:00:00.123456+00:00"),
        ("2014-03-01 2:30 PM", "2014-03-01T14:30:00+00:00"),
        ("2014-03-01 12:30 a.m.", "2014-03-01T00:30:00+00:00"),
        ("2014-03-01 12:30 pm", "2014-03-01T12:30:00+00:00"),
        ("20140301T120005Z", "2014-03-01T12:00:05+00:00"),
        ("20140301T1200-0500", "2014-03-01T17:00:00+00:00"),
        ("1 March 2014", "2014-03-01"),
        ("01-Mar-2014", "2014-03-01"),
        ("March 1, 2014", "2014-03-01"),
        ("Sept. 3rd, 2014", "2014-09-03"),
        ("Saturday, March 1st, 2014 at 3:04 pm", "2014-03-01T15:04:00+00:00"),
        ("may 2014", "2014-05"),
        ("Sat, 01 Mar 2014 12:00:00 GMT", "2014-03-01T12:00:00+00:00"),
        ("Sat, 01 Mar 2014 12:00:00 EST", "2014-03-01T17:00:00+00:00"),
        ("Sat, 01 Mar 2014 12:00:00 PDT", "2014-03-01T19:00:00+00:00"),
    ],
)
def test_reads_every_form(written: str, edtf: str) -> None:
    assert parse_date(written, UTC) == Date(edtf)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", "is not a date"),
        ("soon", "is not a date"),
        ("01/03/2014", "is not a date"),
        ("2014-03/01", "is not a date"),
        ("201403", "is not a date"),
        ("14-03-01", "is not a date"),
        ("２０１４", "is not a date"),
        ("2021-02-08 16:30-:00+16:30", "is not a date"),
        ("1936~", "is not a date"),
        ("1 Marsh 2014", "is not a date"),
        ("2014-02-30", "day"),
        ("Feb 30, 2014", "day"),
        ("2014-13", "month"),
        ("0000", "year"),
        ("2014-03-01 25:61", "hour must be in 0..23"),
        ("2014-03-01 13:00 pm", "hour must be in 1..12"),
        ("March 2014 12:00", "a time without a day"),
        ("2014-03-01 12:00 +24:00", "no zone is so far from UTC"),
        ("0001-01-01 00:00 +05:00", "impossible date"),
    ],
)
def test_says_what_is_wrong(written: str, why: str) -> None:
    with pytest.raises(ValueError, match=why.replace("(", r"\(")):
        parse_date(written, UTC)


def test_a_long_text_is_shortened_in_the_message() -> None:
    with pytest.raises(ValueError, match="…") as caught:
        parse_date("x" * 500, UTC)
    assert len(str(caught.value)) < 100


def test_a_time_is_put_into_the_archives_zone_and_a_day_is_not_moved() -> None:
    assert parse_date("2014-07-01 23:30 UTC", PARIS).edtf == "2014-07-02T01:30:00+02:00"
    assert parse_date("2014-01-01 12:00", PARIS).edtf == "2014-01-01T12:00:00+01:00"
    assert parse_date("2014-07-01", PARIS).edtf == "2014-07-01"


@pytest.mark.parametrize(
    ("zone", "written", "edtf"),
    [
        ("Europe/Amsterdam", "1890-01-01 12:00", "1890-01-01T12:00:00+00:20"),
        ("Europe/Amsterdam", "1936-07-01T12:00:00Z", "1936-07-01T13:20:00+01:20"),
        ("Europe/London", "1840-03-03T23:59:59.5", "1840-03-03T23:59:59.500000-00:01"),
        ("Europe/Paris", "1900-05-05T10:00:00Z", "1900-05-05T10:09:00+00:09"),
        ("America/New_York", "1880-12-31 23:59:30 -0500", "1881-01-01T00:03:30-04:56"),
        ("UTC", "1890-01-01T12:00:00+00:19:32", "1890-01-01T11:40:28+00:00"),
        ("Europe/London", "0001-01-02T00:00:00Z", "0001-01-01T23:59:00-00:01"),
    ],
)
def test_an_offset_has_no_seconds(zone: str, written: str, edtf: str) -> None:
    date = parse_date(written, ZoneInfo(zone))
    assert date.edtf == edtf  # RFC 3339, section 5.6: time-numoffset; ISO 8601-2 has no more either
    assert parse_date(edtf, ZoneInfo(zone)) == date


def test_parts_and_precision() -> None:
    year, month, day = Date("1936"), Date("2023-11"), Date("2014-03-01")
    time = parse_date("2014-03-01 09:05", timezone(timedelta(hours=2)))
    assert [date.precision for date in (year, month, day, time)] == ["year", "month", "day", "time"]
    assert (year.year, year.month, year.day, year.clock) == ("1936", "", "", "")
    assert (month.year, month.month, month.day) == ("2023", "11", "")
    assert (time.year, time.month, time.day, time.clock) == ("2014", "03", "01", "09:05")


def test_sort_key_orders_by_day_then_instant_the_less_exact_first() -> None:
    written = [
        "2013-12-31", "2014", "2014-03", "2014-03-01", "2014-03-01T01:00:00+02:00", "2014-03-01T00:30:00+00:00",
        "2014-03-02",
    ]  # fmt: skip
    dates = [Date(each) for each in written]
    mixed = dates[::-1]
    assert sorted(mixed, key=lambda date: date.sort_key) == dates


def test_a_date_can_be_pickled_and_hashed() -> None:
    date = Date("2014-03-01")
    assert pickle.loads(pickle.dumps(date)) == date
    assert len({date, Date("2014-03-01")}) == 1
