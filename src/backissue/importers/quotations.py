"""Which paragraphs quote somebody else at length: from the opening quotation mark to the one that closes it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

_CLOSED_BY = {
    "“": "”“\"",
    "„": "“”\"",
    "”": "”",
    "«": "»",
    "»": "«",
    "‹": "›",
    "「": "」",
    "『": "』",
    '"': '"',
    "‘": "’",
    "'": "'",
}  # fmt: skip
_SINGLE = frozenset("‘'")
_AFTER_CLOSING = re.compile(r"[\s.,;:!?…)\]’'”\"»›」』]*")
_INTRODUCES = re.compile(r"[:：]$")
MAX_INTRODUCTION = 300
"""Characters of a paragraph that introduces a quotation (`Associated Press reported:`)."""
MAX_PARAGRAPHS = 60

_SAYING = (
    r"report(?:ed|s|ing)?|wr(?:ote|ites|iting)|sa(?:id|ys)|stat(?:ed|es|ement)|not(?:ed|es)|add(?:ed|s)|explain(?:ed|s)"
    r"|announc(?:ed|es)|reveal(?:ed|s)|claim(?:ed|s)|tweet(?:ed|s)|post(?:ed|s)|publish(?:ed|es)|quot(?:ed|es)"
    r"|according to|berichtet(?:e)?|schr(?:eibt|ieb)|melde(?:t|te)|sagt(?:e)?|rapporte|écri(?:t|vait)|indique"
    r"|informó|escribió|reportó|señaló|scrive|riporta|informou|escreveu"
)
_INLINE = re.compile(
    rf"(?P<intro>(?=\S)[^“„«\"]{{0,160}}\b(?:{_SAYING})\b[^“„«\"]{{0,80}}?:)\s+(?P<rest>[“„«\"].+)$", re.IGNORECASE
)
_PRONOUN = re.compile(r"(?:he|she|they|it|i|we|you|who|er|sie|il|elle|él|ella)\b", re.IGNORECASE)


class Paragraph(msgspec.Struct, frozen=True, array_like=True):
    """A paragraph of plain text, and whether it is part of a block quotation; `quotation` numbers these from 1."""

    text: str
    quotation: int = 0


def find_quotations(paragraphs: Sequence[str]) -> list[Paragraph]:
    """Mark the paragraphs that are quoted: those after one that ends with a colon, up to the closing quotation mark.

    Marks may be typographic or straight, quotations may nest and run over several paragraphs, each of which may open
    anew. What follows the closing mark within its paragraph becomes a paragraph of its own. Where no mark closes, the
    first paragraph alone is taken for the quotation. No text is changed, lost or added.
    """
    found: list[Paragraph] = []
    number = 0
    place = 0
    texts = [part for text in paragraphs for part in _introduction_apart(text)]
    while place < len(texts):
        text = texts[place]
        found.append(Paragraph(text))
        place += 1
        if not _INTRODUCES.search(text) or len(text) > MAX_INTRODUCTION or place == len(texts):
            continue
        opening = _opening(texts[place])
        if not opening:
            continue
        number += 1
        count, cut = _extent(texts[place:], opening)
        found.extend(Paragraph(quoted, number) for quoted in texts[place : place + count - 1])
        last = texts[place + count - 1]
        found.append(Paragraph(last[:cut].rstrip(), number))
        if rest := last[cut:].strip():
            texts[place + count - 1] = rest
            place += count - 1
        else:
            place += count
    return found


def _introduction_apart(text: str) -> list[str]:
    """`Reuters reported: “…` in one paragraph as two, where the quotation is all that follows."""
    match = _INLINE.match(text)
    if match is None or _PRONOUN.match(text):
        return [text]
    rest = match["rest"]
    end = _closing(rest, rest[0])
    if end is not None and _AFTER_CLOSING.sub("", rest[end:]):
        return [text]
    return [match["intro"], rest]


def _opening(text: str) -> str:
    """The quotation mark that a paragraph opens with, or nothing."""
    first = text.lstrip("[(…. ")[:1]
    return first if first in _CLOSED_BY and first else ""


def _extent(texts: Sequence[str], opening: str) -> tuple[int, int]:
    """How many paragraphs a quotation takes, and where in the last of them it ends."""
    depth = 0
    for count, text in enumerate(texts[:MAX_PARAGRAPHS], 1):
        if count > 1 and _INTRODUCES.search(text) and count < len(texts) and _opening(texts[count]) == opening:
            break
        end, depth = _end(text, opening, depth)
        if end is not None:
            return count, end
    return 1, len(texts[0])


def _end(text: str, opening: str, depth: int) -> tuple[int | None, int]:
    """Where in a paragraph the quotation ends, or None; and how deep it stands open after the paragraph.

    A mark with which the paragraph opens while the quotation is open repeats it, and opens no other. Where the sentence
    goes on after the closing mark (`,” he said. “…`), the quotation goes on with it.
    """
    start = len(text) - len(text.lstrip("[(…. "))
    place = start
    if text[start : start + 1] == opening:
        place += 1
        depth = max(depth, 1)
    if opening in _SINGLE:
        match = re.search(rf"{re.escape(_CLOSED_BY[opening])}[.,;!?…)\]\s]*$", text[place:])
        return (len(text) if match else None), depth
    closers = _CLOSED_BY[opening]
    while place < len(text):
        char = text[place]
        closes = char in closers and (char != opening or _stands_after_word(text, place))
        if char == opening and not closes:
            depth += 1
        elif closes:
            depth -= 1
            if depth <= 0:
                end = place + 1 + len(_AFTER_CLOSING.match(text[place + 1 :])[0].rstrip())  # type: ignore[index]
                rest = text[end:].strip()
                if not rest:
                    return len(text), 0
                if _begins_sentence(text, end, rest):
                    return end, 0
                depth = 0
        place += 1
    return (len(text) if depth <= 0 else None), depth


def _closing(text: str, opening: str) -> int | None:
    end, _ = _end(text, opening, 0)
    return end


def _stands_after_word(text: str, place: int) -> bool:
    """Whether a mark that opens as well as closes (`"`) closes here: it stands close after a word."""
    return place > 0 and not text[place - 1].isspace() and text[place - 1] not in "([—–"


def _begins_sentence(text: str, end: int, rest: str) -> bool:
    ended = re.search(r"[.!?…]['\"’”“»\])\s]*$", text[:end])
    return bool(ended) and (rest[0].isupper() or not rest[0].isalpha()) and rest[0] not in '“„«"‘(['
