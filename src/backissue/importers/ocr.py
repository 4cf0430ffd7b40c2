"""Newspaper text from OCR → one article: lines of a column become paragraphs, hyphens at their ends are undone.

The printed heading is the title where the text begins with one; else the title is made from the first words, and
provenance says so. OCR's errors stay as they are: no word is corrected, lost or added.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..article import Article, Provenance
from .decoding import Undecodable, decode_head
from .inline_markdown import write_run
from .languages import language_of
from .linebreaks import MARKED_HYPHENS, is_wrapped, lines_of, paragraphs
from .outcomes import Imported, Input, Outcome, Rejected, Settings
from .text import MIN_WORDS, count_words, looks_structured, read_text
from .titling import NOTE, title_of

FORMAT = "ocr"
TITLE = "Newspaper text from OCR"
VERSION = 1
ALONE = True

LONG_LINE = 400
"""Characters of a first line that can only be a text without line breaks."""

_MAX_HEADING = 120
_LINE_END_HYPHEN = re.compile(rf"[^\W\d_](?:[-‐{MARKED_HYPHENS}])$")


def recognises(head: bytes) -> int:
    """45 for a column of lines that break off within sentences, with hyphens at their ends or hardly an empty line;
    35 for a text that is one long line; nothing for other text.
    """
    try:
        text = decode_head(head)
    except Undecodable:
        return 0
    if looks_structured(text):
        return 0
    lines = lines_of(text)
    full = [line for line in lines if line.strip()]
    if not full:
        return 0
    if len(full[0]) > LONG_LINE and len(full) <= 3:
        return 35
    if len(full) < 4 or not is_wrapped(lines):
        return 0
    hyphens = sum(bool(_LINE_END_HYPHEN.search(line)) for line in full)
    marked = sum(line[-1] in MARKED_HYPHENS for line in full)
    empty = sum(not line.strip() for line in "\n".join(lines).strip("\n").split("\n"))
    return 45 if marked > 1 or hyphens * 20 > len(full) or empty * 12 < len(full) else 0


def read(source: Input, settings: Settings) -> Iterator[Outcome]:
    """Yield the article, or the reason why the text is none."""
    text = read_text(source)
    if isinstance(text, Rejected):
        yield text
        return
    lines = lines_of(text)
    found = paragraphs(lines)
    words, letters = count_words(found), sum(char.isalpha() for char in text)
    if words < MIN_WORDS:
        yield Rejected(place="", reason=f"too short for an article: {words} word{'' if words == 1 else 's'}")
        return
    if letters * 3 < sum(not char.isspace() for char in text):
        yield Rejected(place="", reason="no text: most characters are not letters")
        return
    notes = ["line breaks and hyphens of the printed columns undone"] if is_wrapped(lines) else []
    heading = _heading(found)
    if heading:
        found = found[1:]
    else:
        notes.append(NOTE)
    body = "\n\n".join(block for paragraph in found if (block := write_run([paragraph])))
    article = Article(
        title=heading or title_of(" ".join(found)) or f"Untitled: {source.name}",
        lang=settings.lang or language_of(text),
        source_url=settings.url,
        provenance=Provenance(file=source.name, format=FORMAT, notes=tuple(notes)),
        body=body,
    )
    yield Imported(article=article, identity=settings.url)


def _heading(found: Sequence[str]) -> str:
    """The printed heading, where the first paragraph is one: short, of words, above a longer text; else nothing."""
    first = found[0]
    if len(found) < 2 or len(first) > _MAX_HEADING or len(first.split()) > 16:
        return ""
    letters = sum(char.isalpha() for char in first)
    if letters < 4 or letters * 2 < len(first.replace(" ", "")) or first[0].islower():
        return ""
    if first.endswith((",", ";", "-", ":")) or sum(map(len, found[1:])) < len(first):
        return ""
    return first
