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
_MARKED = re.compile(r"[\[\]<*_`\\]")
"""What all markup has: to look for it takes an eighth of the time that it takes to look for markup."""
_UNSPACED = "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
"""The letters of Chinese and Japanese, which are written without spaces: a set so large takes 2 ms to compile."""

_UNSPACED_BYTES = bytes((*range(0xE3, 0xEA), 0xEF, 0xF0))
"""With one of these each of them begins in UTF-8; most texts have none, which is quicker seen."""
_SPACES = bytes(chr(code).isspace() and code < 128 for code in range(256))


def lead_of(body: str) -> str:
    """The beginning of a Markdown body's first paragraph of prose: plain text, at most SUMMARY_LENGTH characters."""
    start = 0
    while start < len(body) and start < 20_000:
        end = body.find("\n\n", start)
        block = body[start : end if end >= 0 else len(body)].strip("\n")
        if block and not block.startswith("    ") and not _NOT_PROSE.match(block):
            text = block[: 4 * SUMMARY_LENGTH]
            if _MARKED.search(text):
                text = _MARKUP.sub(r"\1", text)
            text = " ".join((html.unescape(text) if "&" in text else text).split())
            if len(text) > 1:
                return shortened(text, SUMMARY_LENGTH)
        if end < 0:
            break
        start = end + 2
    return ""


def word_count(text: str) -> int:
    """How many words a text has: what spaces part, and each letter of Chinese and Japanese by itself."""
    if text.isascii():
        # A number with a bit for each character that is a space. It differs from itself moved by a character where a
        # word begins and where one ends; the text stands between two spaces, the last of which is moved out of it, so
        # that the first remains to be taken off. That takes a third of the time that it takes to make every word.
        spaces = int.from_bytes(f" {text} ".encode().translate(_SPACES))
        return ((spaces ^ (spaces >> 8)).bit_count() - 1) // 2
    raw = text.encode("utf-8", "surrogatepass")
    unspaced = len(raw.translate(None, _UNSPACED_BYTES)) < len(raw)
    return len(text.split()) + (sum(map(len, re.findall(_UNSPACED, text))) if unspaced else 0)


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
