"""The archive's dates: full, to the day, to the month, to the year, or unknown; never guessed.

Dates follow EDTF level 0 (ISO 8601-2:2019, clause 4): `1985-04-12T23:20:30+02:00`, `1985-04-12`, `1985-04`, `1985`.
An unknown date is None, not a Date.
"""

from __future__ import annotations

import contextlib
import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Literal

import msgspec

Precision = Literal["year", "month", "day", "time"]

_CLOCK = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d+))?)?"
    r"(?:[ \t]*(?P<half>[AaPp])\.?[Mm]\.?)?"
    r"[ \t]*(?P<zone>[Zz]|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2}(?::\d{2})?)?|UTC|GMT|[ECMP][SD]T)?"
)
_NUMBERS = re.compile(
    rf"(?P<year>\d{{4}})(?:(?P<sep>[-/.])(?P<month>\d{{1,2}})"
    rf"(?:(?P=sep)(?P<day>\d{{1,2}})(?:(?:[Tt]|,?[ \t]+){_CLOCK})?)?)?",
    re.ASCII,
)
_HOUR = r"(?:[01]\d|2[0-3])"
_EXACT = re.compile(rf"\d{{4}}-\d\d-\d\dT{_HOUR}:\d\d:\d\d(?:Z|[+-]{_HOUR}:[0-5]\d)", re.ASCII)
"""What Python reads by itself, in a third of the time."""
_EXACTLY = len("2014-03-01T12:00:00+01:00")
_BASIC = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
    r"(?:T(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?P<zone>Z|[+-]\d{2}(?:\d{2})?)?)?",
    re.ASCII,
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january|feb february|mar march|apr april|may|jun june|jul july|aug august|sep sept september|"
            "oct october|nov november|dec december"
        ).split("|"),
        1,
    )
    for name in names.split()
}
_WORD = "(?P<word>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_WORDS = re.compile(
    r"(?:(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?\.?,?[ \t]+)?"
    rf"(?:(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ \t-]+)?{_WORD},?[ \t-]+(?P<year>\d{{4}})"
    rf"|{_WORD.replace('word', 'word2')}[ \t]+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?[ \t]+(?P<year2>\d{{4}}))"
    rf"(?:(?:,|[ \t]at)?[ \t]+{_CLOCK})?",
    re.ASCII | re.IGNORECASE,
)
_AMERICAN_ZONES = {"E": -5, "C": -6, "M": -7, "P": -8}
"""RFC 822, section 5.1: EST is five hours behind UTC, EDT four, and so on westward."""


_MINUTE = timedelta(minutes=1)


class Date(msgspec.Struct, frozen=True, array_like=True):
    """A date as exactly as it is known, in EDTF level 0; a time always carries its offset from UTC, in
    whole minutes.
    """

    edtf: str

    @property
    def precision(self) -> Precision:
        """How exactly the date is known."""
        match len(self.edtf):
            case 4:
                return "year"
            case 7:
                return "month"
            case 10:
                return "day"
            case _:
                return "time"

    @property
    def year(self) -> str:
        """Four digits."""
        return self.edtf[:4]

    @property
    def month(self) -> str:
        """Two digits, or nothing where only the year is known."""
        return self.edtf[5:7]

    @property
    def day(self) -> str:
        """Two digits, or nothing where the day is not known."""
        return self.edtf[8:10]

    @property
    def clock(self) -> str:
        """Hours and minutes (`14:30`), or nothing where the time is not known."""
        return self.edtf[11:16]

    @property
    def sort_key(self) -> str:
        """Orders dates: by calendar day, then by the instant; the less exact comes before the more exact."""
        if len(self.edtf) <= 10:
            return self.edtf
        if self.edtf.endswith("+00:00"):
            return f"{self.edtf[:10]}T{self.edtf}"
        instant = datetime.fromisoformat(self.edtf).astimezone(UTC).isoformat()
        return f"{self.edtf[:10]}T{instant}"


def parse_date(text: str, zone: tzinfo) -> Date:
    """Read a date as it is written in front matter.

    Takes EDTF level 0; the forms of YAML timestamps and of Jekyll (`2014-3-1 12:00 -0700`, `2014/03/01`); the basic
    form of ISO 8601 (`20140301T120000Z`); and English dates that name the month (`1 March 2014`, `Sat, 01 Mar 2014
    12:00:00 GMT`), for they can mean one thing only: `01/03/2014` is not taken. A time without a zone is in `zone`; a
    time with one is put into `zone`, so that one clock holds for the whole archive.
    Raises ValueError, whose text says what is wrong, when it is no such date or there is no such day.
    """
    text = text.strip()
    if _EXACT.fullmatch(text):
        with contextlib.suppress(ValueError, OverflowError):
            aware = datetime.fromisoformat(text)
            aware.astimezone(UTC)  # what orders dates, and must be there too
            written = aware.astimezone(zone).isoformat()
            return Date(written if len(written) == _EXACTLY else _put_into(zone, aware).isoformat())
    match = _NUMBERS.fullmatch(text) or _BASIC.fullmatch(text) or _WORDS.fullmatch(text)
    if match is None:
        raise ValueError(f'"{_shortened(text)}" is not a date')
    parts = match.groupdict()
    word = parts.get("word") or parts.get("word2")
    try:
        year = int(parts["year"] or parts["year2"])
        month = _MONTHS[word.lower()] if word else int(parts["month"]) if parts["month"] else None
        day = parts.get("day") or parts.get("day2")
        if month is None:
            return Date(f"{date(year, 1, 1).year:04d}")
        if day is None:
            if parts.get("hour"):
                raise ValueError("a time without a day")
            return Date(date(year, month, 1).isoformat()[:7])
        if parts["hour"] is None:
            return Date(date(year, month, int(day)).isoformat())
        moment = datetime(
            year,
            month,
            int(day),
            _hour(int(parts["hour"]), (parts.get("half") or "").lower()),
            int(parts["minute"]),
            int(parts["second"] or 0),
            int((parts.get("fraction") or "").ljust(6, "0")[:6]),
        )
        offset = parts["zone"]
        aware = moment.replace(tzinfo=_offset(offset)) if offset else in_minutes(moment.replace(tzinfo=zone))
        aware.astimezone(UTC)  # what orders dates, and must be there too
        return Date(_put_into(zone, aware).isoformat())
    except (ValueError, OverflowError) as error:
        raise ValueError(f'"{_shortened(text)}" is an impossible date ({error})') from None


def in_minutes(aware: datetime) -> datetime:
    """A time with an offset of whole minutes, which is all that EDTF and RFC 3339 can write; its clock stays as it is.

    A place's time before it had a standard one is that of its meridian, some seconds off (Amsterdam's `+00:19:32`):
    that offset is rounded.
    """
    offset = aware.utcoffset() or timedelta()
    minutes = round(offset / _MINUTE)
    return aware if offset == minutes * _MINUTE else aware.replace(tzinfo=timezone(minutes * _MINUTE))


def _put_into(zone: tzinfo, aware: datetime) -> datetime:
    """The same instant by the clock of a zone."""
    local = aware.astimezone(zone)
    rounded = in_minutes(local)
    return local if rounded is local else aware.astimezone(rounded.tzinfo)


def _hour(hour: int, half: str) -> int:
    """An hour of the day, from one of twelve where `half` is `a` or `p`."""
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError("hour must be in 1..12")
    return hour % 12 + (12 if half == "p" else 0)


def _offset(text: str) -> tzinfo:
    text = text.upper()
    if text[0] in _AMERICAN_ZONES:
        return timezone(timedelta(hours=_AMERICAN_ZONES[text[0]] + (text[1] == "D")))
    text = text.removeprefix("UTC").removeprefix("GMT")
    if text in ("", "Z"):
        return UTC
    digits = text[1:].replace(":", "")
    hours, rest = (digits[:-2], digits[-2:]) if len(digits) in (3, 4) else (digits[:2], digits[2:])
    minutes, seconds = int(rest[:2] or 0), int(rest[2:] or 0)
    if int(hours) > 23 or minutes > 59 or seconds > 59:
        raise ValueError("no zone is so far from UTC")
    delta = timedelta(hours=int(hours), minutes=minutes, seconds=seconds)
    return timezone(-delta if text[0] == "-" else delta)


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"
