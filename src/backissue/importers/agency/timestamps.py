"""The time stamps of agency formats → dates of the archive; never guessed.

Read are ISO 8601, extended and basic (`20231125T162741+0000`, as NewsML 1.x and NITF write it), RFC 5322 mail dates
and the European `15.07.2019 12:09`. `4/4/2018` may mean two days and is none.
"""

from __future__ import annotations

import re
from datetime import tzinfo
from email.utils import parsedate_to_datetime

from ...dates import Date, parse_date

_BASIC = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
    r"(?:[Tt ]?(?P<hour>\d{2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<zone>[Zz]|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?",
    re.ASCII,
)
_DOTTED = re.compile(
    r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})(?:,?\s+(?:kl\.?\s*)?(?P<hour>\d{1,2})[:.](?P<minute>\d{2})"
    r"(?:[:.](?P<second>\d{2}))?)?(?:\s*(?P<zone>[Zz]|[+-]\d{2}:?\d{2}))?",
    re.ASCII | re.IGNORECASE,
)
_HOUR_OFFSET = re.compile(r"(?<=\d)\s*([+-]\d{2})$", re.ASCII)


def parse_timestamp(text: str, zone: tzinfo) -> Date | None:
    """The date that `text` says, a time without a zone being in `zone`; None where it says none, or one that is not.

    Times are put into `zone`, as the archive has one clock.
    """
    text = " ".join(text.split())
    if not text or len(text) > 80:
        return None
    for form in (_BASIC, _DOTTED):
        match = form.fullmatch(text)
        if match:
            return _parsed(_extended(match), zone)
    found = _parsed(_HOUR_OFFSET.sub(r"\1:00", text) if ":" in text else text, zone)
    return found or _mail_date(text, zone)


def _extended(match: re.Match[str]) -> str:
    day = f"{match['year']}-{match['month']}-{match['day']}"
    if not match["hour"]:
        return day
    return f"{day}T{match['hour']}:{match['minute']}:{match['second'] or '00'}{match['zone'] or ''}"


def _parsed(text: str, zone: tzinfo) -> Date | None:
    try:
        return parse_date(text, zone)
    except ValueError:
        return None


def _mail_date(text: str, zone: tzinfo) -> Date | None:
    try:
        moment = parsedate_to_datetime(text)
        return parse_date(moment.isoformat(), zone)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
