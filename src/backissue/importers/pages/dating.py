"""The dates that a page states, each as exactly as it states it.

A time keeps the offset that it is written with; one without an offset is in the site's zone. Midnight without an
offset is how content systems write a day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo

from ...dates import Date, in_minutes
from ..looser_dates import YEARS, read_date

_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[Tt ,_]{1,2}(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|z|UTC|GMT|[+-]\d{1,2}(?::?\d{2})?)?.{0,30})?"
)
_DAY = re.compile(r"(\d{4})[/.]?(\d{2})[/.]?(\d{2})")
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")


def date_of(text: str, zone: tzinfo) -> Date | None:
    """The date that a string of metadata states, or None where it is no date that we can be sure of."""
    text = " ".join(text.split())[:80]
    if not any(char.isdigit() for char in text):
        return None
    try:
        found = _iso(text)
    except (ValueError, OverflowError):
        return None
    if found is None:
        return read_date(text, zone)
    moment, exact = found
    if moment.year not in YEARS:
        return None
    if not exact or (moment.tzinfo is None and (moment.hour, moment.minute, moment.second) == (0, 0, 0)):
        return Date(moment.date().isoformat())
    aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return Date(in_minutes(aware.replace(microsecond=0)).isoformat())


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
