"""The Markdown of a body → its words as plain text, for search: without marks, addresses, HTML and code fences' names.

Rendering a body to HTML to take the tags away again costs as much as its page does. What is searched need not look
like anything, so the marks are taken out of the text itself; a test holds that the words are those of the page.
"""

from __future__ import annotations

import html
import re

_DEFINITION = re.compile(r"^ {0,3}\[(?!\^)[^\]\n]+\]:[ \t]*\S+.*$", re.MULTILINE)
_FENCE = re.compile(r"^[ \t]*(?:`{3,}|~{3,}).*$", re.MULTILINE)
_RULE = re.compile(r"^[ \t]*(?:[-*_=][ \t]*){3,}$|^[ \t|:-]+\|[ \t|:-]*$", re.MULTILINE)
_BLOCK = re.compile(
    r"^[ \t]*(?:>[ \t]?)*(?:#{1,6}[ \t]+|[-*+][ \t]+|\d{1,9}[.)][ \t]+|\[\^[^\]\n]+\]:[ \t]*|:[ \t]+)?", re.MULTILINE
)
_HIDDEN = re.compile(r"<!--.*?-->|<(script|style|template)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,2000}>")
_AUTOLINK = re.compile(r"<((?:https?|mailto):[^<>\s]+)>")
_IMAGE = re.compile(r"!\[([^\]]*)\](?:\((?:[^()\s]|\([^()\s]*\))*(?:[ \t]+\"[^\"]*\")?\)|\[[^\]]*\])")
_LINK = re.compile(
    r"\](?:\((?:[^()\s]|\([^()\s]*\)|<[^<>\n]*>)*(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)|\[[^\]\n]*\])(?:\{[^{}\n]*\})?"
)
_FOOTNOTE = re.compile(r"\[\^[^\]\n]+\]")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!<>|~^\"'-])")
_MARKS = re.compile(r"\*+|(?<![^\W_])_+|_+(?![^\W_])|`+|~~|[\[\]|]")


def plain_text(body: str) -> str:
    """The words of a Markdown body, in order, with single spaces."""
    text = body
    if "\\" in text:
        text = _ESCAPED.sub(lambda found: f"&#{ord(found[1])};", text)
    if "<" in text:
        text = _TAG.sub(" ", _AUTOLINK.sub(r"\1", _HIDDEN.sub(" ", text)))
    if "]:" in text:
        text = _DEFINITION.sub("", text)
    text = _BLOCK.sub("", _RULE.sub("", _FENCE.sub("", text)))
    if "[" in text:
        text = _FOOTNOTE.sub(" ", _LINK.sub("]", _IMAGE.sub(r"\1 ", text)))
    text = _MARKS.sub("", text)
    return " ".join((html.unescape(text) if "&" in text else text).split())
