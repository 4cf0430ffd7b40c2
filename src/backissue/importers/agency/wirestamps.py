"""The time at the end of a wire message → a time stamp in ISO 8601.

IPTC 7901 writes `131137 GMT Nov 13` (day, hour, minute, zone, month, year), ANPA 1312 `AP-WF-11-13-13 1509GMT`.
"""

from __future__ import annotations

import re

_IPTC = re.compile(
    r"(?P<day>\d{2})(?P<hour>\d{2})(?P<minute>\d{2})\s+(?:(?P<zone>[A-Z]{1,5})\s+)?"
    r"(?P<month>[A-Za-zäÄéûÛ]{3,9})\.?\s+(?P<year>\d{2,4})"
)
_ANPA = re.compile(
    r"(?P<agency>[A-Z]{2,6})-[A-Z]{1,4}-(?P<month>\d{2})-(?P<day>\d{2})-(?P<year>\d{2,4})"
    r"\s+(?P<hour>\d{2})(?P<minute>\d{2})\s?(?P<zone>[A-Z]{2,4})?"
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan ene gen",
            "feb fév fev",
            "mar mär mrz",
            "apr abr avr",
            "may mai mag maj mei",
            "jun giu",
            "jul lug",
            "aug ago aoû aou",
            "sep set",
            "oct okt ott out",
            "nov",
            "dec dez dic déc des",
        ),
        1,
    )
    for name in names.split()
}
_ZONES = {
    **dict.fromkeys(("GMT", "UTC", "Z"), "Z"),
    **dict.fromkeys(("MEZ", "CET", "BST"), "+01:00"),
    **dict.fromkeys(("MESZ", "CEST"), "+02:00"),
    "EST": "-05:00",
    "EDT": "-04:00",
    "CST": "-06:00",
    "CDT": "-05:00",
    "MST": "-07:00",
    "MDT": "-06:00",
    "PST": "-08:00",
    "PDT": "-07:00",
}


def iptc_stamp(trailer: str) -> str:
    """When an IPTC 7901 message was sent; empty where its end does not say."""
    match = _IPTC.search(trailer)
    month = _MONTHS.get(match["month"][:3].lower()) if match else None
    return _stamp(match, month) if match and month else ""


def anpa_stamp(trailer: str) -> tuple[str, str]:
    """The agency that sent an ANPA 1312 message, and when; both empty where its end does not say."""
    match = _ANPA.search(trailer)
    return (match["agency"], _stamp(match, int(match["month"]))) if match else ("", "")


def _stamp(match: re.Match[str], month: int) -> str:
    """The time stamp; only the day where the zone is one that is not known, the reader's zone where there is none."""
    year, zone = match["year"], match["zone"] or ""
    century = "" if len(year) == 4 else "19" if int(year) >= 70 else "20"
    date = f"{century}{year}-{month:02d}-{match['day']}"
    if zone and zone not in _ZONES:
        return date
    return f"{date}T{match['hour']}:{match['minute']}:00{_ZONES.get(zone, '')}"
