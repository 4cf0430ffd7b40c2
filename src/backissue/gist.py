"""What a text comes to: how it begins, how long it is, what is left of it where there is little room."""

from __future__ import annotations

import html
import re

SUMMARY_LENGTH = 240
"""Characters of a text's beginning that stand for it in a list, at most."""

_NOT_PROSE = re.compile(r"\s*(?:[#>|`~<!:]|[-*+=_](?:\s|[-*=_]+\s*$)|\d+[.)]\s|\[\^|\[[^\]]+\]:|\{)")
_MARKUP = re.compile(
    r"!\[[^\]]*\]\([^)]*\)|\[\^[^\]]+\]|<[^<>]{1,500}>|\](?:\([^)]*\)|\[[^\]]*\])|[*_`\[]{1,3}|\]|\\([\\`*_{}\[\]()#+.!<>|~-])"
)
_UNSPACED = "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
"""The letters of Chinese and Japanese, which are written without spaces: a set so large takes 2 ms to compile."""


def lead_of(body: str) -> str:
    """The beginning of a Markdown body's first paragraph of prose: plain text, at most SUMMARY_LENGTH characters."""
    start = 0
    while start < len(body) and start < 20_000:
        end = body.find("\n\n", start)
        block = body[start : end if end >= 0 else len(body)].strip("\n")
        if block and not block.startswith("    ") and not _NOT_PROSE.match(block):
            text = _MARKUP.sub(r"\1", block[: 4 * SUMMARY_LENGTH])
            text = " ".join((html.unescape(text) if "&" in text else text).split())
            if len(text) > 1:
                return shortened(text, SUMMARY_LENGTH)
        if end < 0:
            break
        start = end + 2
    return ""


def word_count(text: str) -> int:
    """How many words a text has: what spaces part, and each letter of Chinese and Japanese by itself."""
    count = len(text.split())
    if not text.isascii():
        count += sum(map(len, re.findall(_UNSPACED, text)))
    return count


def says_the_same(summary: str, gist: str) -> bool:
    """Whether a summary is how the text begins: then the page need not say it twice."""
    one, other = " ".join(summary.split()).rstrip(".…"), gist.rstrip(".…")
    return one.startswith(other) or other.startswith(one)


def shortened(text: str, length: int) -> str:
    """A text of at most `length` characters: cut at a word, with an ellipsis where it was cut."""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > length // 2 else cut).rstrip(" ,;:–—-") + "…"
