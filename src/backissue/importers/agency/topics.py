"""Names for the codes that agencies file by: IPTC's subjects, and the categories of ANPA 1312 and IPTC 7901.

Only the seventeen subjects at the top of IPTC's scheme are here (http://cv.iptc.org/newscodes/subjectcode/): they are
what the six digits after them refine, and what a code without a name can be called by.
"""

from __future__ import annotations

import re

SUBJECTS = {
    "01": "arts, culture and entertainment",
    "02": "crime, law and justice",
    "03": "disaster and accident",
    "04": "economy, business and finance",
    "05": "education",
    "06": "environmental issue",
    "07": "health",
    "08": "human interest",
    "09": "labour",
    "10": "lifestyle and leisure",
    "11": "politics",
    "12": "religion and belief",
    "13": "science and technology",
    "14": "social issue",
    "15": "sport",
    "16": "unrest, conflicts and war",
    "17": "weather",
}
"""IPTC's subjects by the first two digits of their codes of eight."""

CATEGORIES = {
    "a": "domestic news",
    "e": "entertainment",
    "f": "business",
    "i": "international",
    "l": "lifestyle",
    "n": "state and regional",
    "o": "weather",
    "p": "politics",
    "r": "racing",
    "s": "sports",
    "v": "advisories",
    "w": "Washington",
    "pl": "Politik",
    "wi": "Wirtschaft",
    "ku": "Kultur",
    "sp": "Sport",
    "vm": "Vermischtes",
}
"""Wire categories: ANPA 1312's letters, and the desks (Ressorts) of German agencies."""

_SUBJECT_CODE = re.compile(r"(?:^|[:/])(\d{2})\d{6}$", re.ASCII)


def subject_name(code: str) -> str:
    """The name of the IPTC subject that a code (`15054000`, `subj:15054000`) belongs to; empty for any other code."""
    match = _SUBJECT_CODE.search(code.strip())
    return SUBJECTS.get(match[1], "") if match else ""


def is_code(text: str) -> bool:
    """Whether a subject is written as a code (`N2:GB`, `04008000`, a URI) and not as words."""
    return bool(re.fullmatch(r"\d{4,}|\S{1,40}:\S+|https?://\S+", text.strip()))
