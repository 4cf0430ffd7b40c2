"""The archive's dates: full, to the day, to the month, to the year, or unknown; never guessed.

Dates follow EDTF level 0 (ISO 8601-2:2019, clause 4): `1985-04-12T23:20:30+02:00`, `1985-04-12`, `1985-04`, `1985`.
An unknown date is None, not a Date.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Literal

import msgspec

Precision = Literal["year", "month", "day", "time"]

_FORM = re.compile(
    r"(?P<year>\d{4})"
    r"(?:(?P<sep>[-/])(?P<month>\d{1,2})"
    r"(?:(?P=sep)(?P<day>\d{1,2})"
    r"(?:(?:[Tt]|[ \t]+)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d+))?)?"
    r"[ \t]*(?P<zone>[Zz]|UTC|GMT|[+-]\d{1,2}(?::?\d{2})?)?)?)?)?",
    re.ASCII,
)


class Date(msgspec.Struct, frozen=True, array_like=True):
    """A date as exactly as it is known, in EDTF level 0; a time always carries its offset from UTC."""

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
        instant = datetime.fromisoformat(self.edtf).astimezone(UTC).isoformat()
        return f"{self.edtf[:10]}T{instant}"


def parse_date(text: str, zone: tzinfo) -> Date:
    """Read a date as it is written in front matter.

    Takes EDTF level 0 and the forms of YAML timestamps and of Jekyll (`2014-3-1 12:00 -0700`, `2014/03/01`). A time
    without a zone is in `zone`; a time with one is put into `zone`, so that one clock holds for the whole archive.
    Raises ValueError, whose text says what is wrong, when it is no such date or there is no such day.
    """
    text = text.strip()
    match = _FORM.fullmatch(text)
    if match is None:
        raise ValueError(f'"{_shortened(text)}" is not a date')
    year, month, day, hour = match["year"], match["month"], match["day"], match["hour"]
    try:
        if month is None:
            return Date(f"{date(int(year), 1, 1).year:04d}")
        if day is None:
            return Date(f"{date(int(year), int(month), 1):%Y-%m}".rjust(7, "0"))
        if hour is None:
            return Date(date(int(year), int(month), int(day)).isoformat())
        fraction = (match["fraction"] or "").ljust(6, "0")[:6]
        moment = datetime(
            int(year),
            int(month),
            int(day),
            int(hour),
            int(match["minute"]),
            int(match["second"] or 0),
            int(fraction),
        )
        written = match["zone"]
        aware = moment.replace(tzinfo=_offset(written) if written else zone)
        return Date(aware.astimezone(zone).isoformat())
    except (ValueError, OverflowError) as error:
        raise ValueError(f'"{_shortened(text)}" is an impossible date ({error})') from None


def _offset(text: str) -> tzinfo:
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "")
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
    delta = timedelta(hours=hours, minutes=minutes)
    return timezone(-delta if text[0] == "-" else delta)


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"
