"""The people that a byline in plain text names: `By Jane Doe and John Roe, staff writers` is two."""

from __future__ import annotations

import re

from ..article import Named

MAX_PEOPLE = 50
_BY = re.compile(
    r"^(?:(?:written|reported|words|story|text|posted)\s+)?(?:by|von|par|por|di|door)\s*:?\s+", re.IGNORECASE
)
_BETWEEN = re.compile(r"\s*(?:[;|\n•·]|\s(?:and|und|et|y|og|och|&)\s)\s*", re.IGNORECASE)
_TURNED = re.compile(r"([^\W\d_][\w'’-]+(?:\s[^\W\d_][\w'’-]+)?),\s+([^\W\d_][\w'’.-]*(?:\s[\w.'’-]+){0,2})")
_ROLE = re.compile(
    r"(?:.*\b)?(?:writers?|reporters?|correspondents?|editors?|columnists?|journalists?|contributors?|producers?"
    r"|staff|jr|sr|ii|iii|iv|m\.?d|ph\.?d|esq)\.?",
    re.IGNORECASE,
)
_AGENCIES = frozenset("reuters reuter ap afp upi dpa apa ansa efe tass itar-tass bloomberg xinhua pti ians".split()) | {
    "associated press"
}
_NOBODY = frozenset("none null nan n/a na unknown anonymous undefined admin - –".split())


def people_in(text: str) -> tuple[Named, ...]:
    """The people that a byline names, each once, in its order.

    What they are and whom they work for (`staff writer`, `Reuters`) is left out.

    `Doe, Jane` is turned, and `Jane Doe, John Roe` is two people.
    """
    found: dict[str, Named] = {}
    for part in _BETWEEN.split(_BY.sub("", " ".join(text.split()))):
        for name in _names(part):
            if name.lower() not in _NOBODY:
                found.setdefault(name.casefold(), Named(name))
    return tuple(found.values())[:MAX_PEOPLE]


def _names(part: str) -> list[str]:
    part = part.strip(" ,;:|–—-")
    if not part:
        return []
    turned = _TURNED.fullmatch(part)
    if turned and " " not in turned[1] and not _ROLE.fullmatch(turned[2]):
        return [f"{turned[2]} {turned[1]}"]
    names: list[str] = []
    for piece in part.split(","):
        name = piece.strip()
        if not name:
            continue
        if names and re.fullmatch(r"(?:jr|sr|ii|iii|iv)\.?", name, re.IGNORECASE):
            names[-1] = f"{names[-1]}, {name}"
        elif not names or not (_ROLE.fullmatch(name) or name.lower().removeprefix("the ") in _AGENCIES):
            names.append(name)
    return names
