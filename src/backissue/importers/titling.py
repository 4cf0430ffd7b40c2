"""A title for a text that has none: its own first words."""

from __future__ import annotations

import re

MAX_TITLE = 80
"""Characters of a title that is made."""

NOTE = "title: the text's first words"
"""What provenance says of an article whose title was made so."""

_SENTENCE = re.compile(r"(?P<last>[^\s.!?]+)[.!?]['\"’”“»)]*(?=\s+[^\s\w]*[A-ZÀ-ÖØ-ÞĀ-ƵА-ЯΑ-Ω0-9“„«\"—–-]|\s*$)")
_ABBREVIATED = re.compile(r"\d+|.|[A-ZÄÖÜ].{0,2}|etc|vol|art|bzw|usw|resp")
"""Words before a full stop that hardly end a sentence: `Mr.`, `17.`, `u.`."""
_WORDS = re.compile(r"[^\W_]")


def title_of(text: str) -> str:
    """The first sentence of a text, where it is short, else its first words and an ellipsis; empty without letters."""
    line = " ".join(text.split())
    start = _WORDS.search(line)
    if start is None or not any(char.isalpha() for char in line):
        return ""
    before = line[: start.start()]
    line = line[len(before.rstrip("“„«\"'‘¿¡([")) :] if len(before) < 4 else line[start.start() :]
    for match in _SENTENCE.finditer(line[: MAX_TITLE + 8]):
        if match.end() > MAX_TITLE:
            break
        if not _ABBREVIATED.fullmatch(match["last"]) and sum(map(str.isalpha, line[: match.end()])) > 5:
            return line[: match.end()].rstrip(".")
    if len(line) <= MAX_TITLE:
        return line
    cut = line[: MAX_TITLE - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > MAX_TITLE // 2 else cut).rstrip(" ,;:.–—-") + "…"
