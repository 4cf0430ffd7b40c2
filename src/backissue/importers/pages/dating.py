"""The dates that a page states, each as exactly as it states it.

A time keeps the offset that it is written with; one without an offset is in the site's zone. Midnight without an
offset is how content systems write a day.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from ...dates import Date

_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[Tt ,_]{1,2}(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|z|UTC|GMT|[+-]\d{1,2}(?::?\d{2})?)?.{0,30})?"
)
_DAY = re.compile(r"(\d{4})[/.]?(\d{2})[/.]?(\d{2})")
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")
FIRST_YEAR = 1700
_ZONES = {
    "UT": 0,
    "UTC": 0,
    "GMT": 0,
    "Z": 0,
    "WET": 0,
    "CET": 1,
    "CEST": 2,
    "MEZ": 1,
    "MESZ": 2,
    "EET": 2,
    "EEST": 3,
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    "JST": 9,
    "KST": 9,
}


def date_of(text: str, zone: tzinfo) -> Date | None:
    """The date that a string of metadata states, or None where it is no date that we can be sure of."""
    text = " ".join(text.split())[:80]
    if not any(char.isdigit() for char in text):
        return None
    try:
        moment, exact = _iso(text) or _other(text)
    except (ValueError, OverflowError, TypeError, Warning):
        return None
    if not FIRST_YEAR <= moment.year <= datetime.now(UTC).year + 1:
        return None
    if not exact or (moment.tzinfo is None and (moment.hour, moment.minute, moment.second) == (0, 0, 0)):
        return Date(moment.date().isoformat())
    aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return Date(aware.replace(microsecond=0).isoformat())


def first_date(texts: Iterable[str], zone: tzinfo) -> Date | None:
    """The first of the strings that states a date; a time of the same day, stated by another, makes it more exact."""
    found = [date for text in texts if text and (date := date_of(text, zone))]
    if not found:
        return None
    day = found[0].edtf[:10]
    return next((date for date in found if date.precision == "time" and date.edtf[:10] == day), found[0])


def _iso(text: str) -> tuple[datetime, bool] | None:
    if match := _ISO.fullmatch(text):
        year, month, day, hour, minute, second, offset = match.groups()
        if hour is None:
            return datetime(int(year), int(month), int(day)), False
        written = f"{year}-{month:0>2}-{day:0>2}T{int(hour):02d}:{minute}:{second or '00'}{_offset(offset)}"
        return datetime.fromisoformat(written), True
    if match := _DAY.fullmatch(text):
        return datetime(int(match[1]), int(match[2]), int(match[3])), False
    if _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), UTC), True
    return None


def _offset(written: str | None) -> str:
    if not written:
        return ""
    if written[0] not in "+-":
        return "+00:00"
    digits = written[1:].replace(":", "")
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "00")
    return f"{written[0]}{hours:0>2}:{minutes}"


def _other(text: str) -> tuple[datetime, bool]:
    """A date as RFC 5322, JavaScript or a person writes it, where day and month cannot be mistaken."""
    from dateutil import parser

    text = re.sub(r"\s*\([^)]*\)$", "", text)
    if re.fullmatch(r"\d{1,2}[./]\d{1,2}[./]\d{4}.*", text) and "/" in text:
        first, second = (int(part) for part in re.findall(r"\d+", text)[:2])
        if first <= 12 and second <= 12 and first != second:
            raise ValueError("day or month")
    year = re.search(r"\d{4}", text)
    if year is None:
        raise ValueError("no year")
    zones = {name: timezone(timedelta(hours=hours)) for name, hours in _ZONES.items()}
    day_first = "." in text[:3] or "/" in text[:3]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        early, late = (
            parser.parse(text, default=default, dayfirst=day_first, tzinfos=zones)
            for default in (datetime(int(year[0]), 1, 1), datetime(int(year[0]), 2, 2, 2, 2))
        )
    if (early.month, early.day) != (late.month, late.day):
        raise ValueError("no day")
    return early, early.hour == late.hour and early.minute == late.minute
