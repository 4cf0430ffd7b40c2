"""Dates in many forms and languages are read, and none is guessed."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from backissue.importers.looser_dates import read_date

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("written", "edtf"),
    [
        ("Mon, 24 Sep 2018 19:22:00 GMT", "2018-09-24T21:22:00+02:00"),
        ("Mon, 24 Sep 18 19:22 EST", "2018-09-25T02:22:00+02:00"),
        ("Fri, 31 Dec 99 10:00:00 +0000", "1999-12-31T11:00:00+01:00"),
        ("Mon, 24 Sep 2018 19:22:00", "2018-09-24T19:22:00+02:00"),
        ("Seg, 24 Set 2018 19:22:00 -0300", "2018-09-25T00:22:00+02:00"),
        ("Mo, 24 Okt 2018 19:22:00 +0200", "2018-10-24T19:22:00+02:00"),
        ("24. März 2018, 19:22 Uhr", "2018-03-24T19:22:00+01:00"),
        ("Donnerstag, 5. Jänner 2017", "2017-01-05"),
        ("24 févr. 2018 à 19h22", "2018-02-24T19:22:00+01:00"),
        ("le 1er août 2018", "2018-08-01"),
        ("lun., 24 déc. 2018 19:22:00 +0100", "2018-12-24T19:22:00+01:00"),
        ("24 сентября 2018 г., 19:22", "2018-09-24T19:22:00+02:00"),
        ("Пн, 24 сен 2018 19:22:00 +0300", "2018-09-24T18:22:00+02:00"),
        ("24 мая 2018", "2018-05-24"),
        ("2018年9月24日 下午 7:22", "2018-09-24T19:22:00+02:00"),
        ("2018년 9월 24일 오후 7:22", "2018-09-24T19:22:00+02:00"),
        ("2018. szeptember 24., 19:22", "2018-09-24T19:22:00+02:00"),
        ("September 24th, 2018 at 7:22 p.m. EDT", "2018-09-25T01:22:00+02:00"),
        ("Wed Sep 24 19:22:00 2003", "2003-09-24T19:22:00+02:00"),
        ("24 กันยายน 2561", "2018-09-24"),
        ("٢٤ سبتمبر ٢٠١٨", "2018-09-24"),
        ("24 tháng 9, 2018", "2018-09-24"),
        ("24.09.2018 19:22", "2018-09-24T19:22:00+02:00"),
        ("13/04/2018", "2018-04-13"),
        ("04/13/2018", "2018-04-13"),
        ("20180924T192200+0200", "2018-09-24T19:22:00+02:00"),
        ("2018-09-24T19:22:00Z", "2018-09-24T21:22:00+02:00"),
        ("September 2018", "2018-09"),
        ("2018", "2018"),
    ],
)
def test_read(written: str, edtf: str) -> None:
    date = read_date(written, BERLIN)
    assert date is not None
    assert date.edtf == edtf


@pytest.mark.parametrize(
    "written",
    [
        "03/04/2018",
        "24 listopad 2018",
        "Sun, 31 Feb 2018 10:00:00 GMT",
        "Mon, 30 Nov -0001 00:00:00 +0000",
        "0000-00-00 00:00:00",
        "0001-01-01T00:00:00Z",
        "yesterday",
        "5 minutes ago",
        "24 September",
        "Updated 24 Foo 2018",
        "1537816920",
        "",
    ],
)
def test_not_guessed(written: str) -> None:
    assert read_date(written, BERLIN) is None


@pytest.mark.parametrize(
    "written", ["Mon, 24 Sep 2018 19:22:00 BST", "Mon, 24 Sep 2018 25:61:00 GMT", "Mon, 24 Sep 2018 19:22 A"]
)
def test_a_time_that_cannot_be_told_leaves_the_day(written: str) -> None:
    date = read_date(written, BERLIN)
    assert date is not None
    assert date.edtf == "2018-09-24"


@pytest.mark.parametrize(
    ("written", "language", "edtf"),
    [
        ("24 listopad 2018", "pl", "2018-11-24"),
        ("24 listopada 2018", "hr", "2018-10-24"),
        ("03/04/2018", "fr-CA", "2018-04-03"),
        ("03/04/2018", "en-US", "2018-03-04"),
    ],
)
def test_a_language_settles_what_is_ambiguous(written: str, language: str, edtf: str) -> None:
    date = read_date(written, BERLIN, [language])
    assert date is not None
    assert date.edtf == edtf
