"""A byline as agencies write it → the names in it.

`By Jane Doe and John Roe, The Associated Press` names two people: what introduces them, what they are and whom they
work for is not part of a name. A sign-off (`ab/de/dl`) names nobody.
"""

from __future__ import annotations

import re

_BY = {
    "en": "by",
    "de": "von|text:",
    "fr": "par|de notre correspondante?|propos recueillis par",
    "es": "por",
    "pt": "por",
    "it": "di",
    "nl": "door|van",
    "no": "av|tekst:",
    "nb": "av|tekst:",
    "nn": "av|tekst:",
    "sv": "av|text:",
    "da": "af|tekst:",
    "fi": "teksti:",
    "ar": "بقلم|من",
}
"""What introduces the names, by language; `By` does in all."""

_AND = {
    "de": "und",
    "fr": "et",
    "es": "y|e",
    "pt": "e",
    "it": "e|ed",
    "nl": "en",
    "no": "og",
    "nb": "og",
    "nn": "og",
    "da": "og",
    "sv": "och",
    "fi": "ja",
}
_OTHER_ROLES = re.compile(
    r"(?:^|[,;/|(])\s*(?:foto|photo|photos|bild|kuva|illustration|grafik|graphic|video|editing|rédaction)\w*\s*"
    r"(?:by|av|af|von|par)?\s*:.*$",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(r"\s*(?:\([^()]*\)|<[^<>]*>|\[[^\[\]]*\])")
_ADDRESS = re.compile(r"\s*\S+@\S+")
_PLACE = re.compile(r"\s+(?:in|à|aus|from|reporting from|i)\s+[A-Z][\w .'-]*$")
_SIGN_OFF = re.compile(r"[a-zåäöæøéü]{1,5}(?:[/ -][a-zåäöæøéü]{1,5})*")
_OFFICE = re.compile(
    r"\b(?:agency|agencies|agence|agentur|associated press|press association|canadian press|media|news|newspapers?|wire"
    r"|reuters|writers?|reporters?|correspondents?|editors?|columnist|critic|staff|bureau|service|times|tribune"
    r"|(?:washington|york|huffington) post"
    r"|press$|herald|journal|gazette|daily|desk|redaktion|korrespondent\w*|redaktør|toimitus|ritzau|scanpix|getty|redaktionen"
    r"|university|universität|université|institute|college|limited|ltd|inc|gmbh|asa|oyj?|plc|analyst)\b"
    r"|^(?:afp|aap|ap|ansa|apa|ats|belga|dpa|efe|epa|ntb|pa|stt|tass|tt|upi|xinhua)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\w?\d[\w.-]*")
_ACRONYM = re.compile(r"[A-Z]{2,6}|[a-z]{2,4}(?:-[a-z]+)?")


def names_in(byline: str, lang: str = "", source: str = "") -> tuple[str, ...]:
    """The names in a byline, each once, in its order. `lang` is the text's language, `source` the agency it is from.

    Where it names no person it gives the agency or the office (`The Associated Press`), and nothing for a sign-off.
    """
    language = lang.lower().split("-")[0]
    text = " ".join(_ADDRESS.sub("", _IN_BRACKETS.sub("", byline)).split()).strip(" -–—=.,;:|")
    text = _OTHER_ROLES.sub("", text).strip(" ,;|/")
    introduction = "|".join(filter(None, ("by", _BY.get(language, ""))))
    text = re.sub(rf"^(?:{introduction})\b[:\s]*", "", text, flags=re.IGNORECASE).strip()
    if not text or _SIGN_OFF.fullmatch(text):
        return ()
    conjunction = "|".join(filter(None, ("and|&", _AND.get(language, ""), "و" if language == "ar" else "")))
    people: list[str] = []
    offices: list[str] = []
    for group in re.split(rf"\s*[;|]\s*|\s+/\s+|\s*,?\s+(?:{conjunction})\s+", text, flags=re.IGNORECASE):
        for name in _of_group(group, source):
            place = _PLACE.search(name)
            name = (name[: place.start()] if place and " " in name[: place.start()] else name).strip(" -–—=,:*")
            if not name or _SIGN_OFF.fullmatch(name) or _NUMBER.fullmatch(name):
                continue
            (offices if is_office(name, source) else people).append(name)
    return tuple(dict.fromkeys(people or offices[:1]))


def _of_group(group: str, source: str) -> list[str]:
    parts = [part.strip() for part in re.split(r"\s*,\s*", group) if part.strip()]
    if len(parts) == 2 and not any(is_office(part, source) for part in parts):
        family, given = parts
        if len(family.split()) == 1 and len(given.split()) <= 2:
            return [f"{given} {family}"]
    return [name for part in parts for name in _slashed(part)]


def _slashed(part: str) -> list[str]:
    """`Karl Melander/TT` is a name and an agency, `Anna Berg/Jan Dahl` two names."""
    return [name.strip() for name in part.split("/")] if " " in part else [part]


def is_office(name: str, source: str) -> bool:
    """Whether a name is that of an agency, an office or a function and not a person's."""
    if _ACRONYM.fullmatch(name) or _OFFICE.search(name):
        return True
    return bool(source) and name.casefold().removeprefix("the ") == source.casefold().removeprefix("the ")
