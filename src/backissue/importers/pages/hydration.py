"""The text of a page that scripts would build: it lies in a script as a string of JSON that holds HTML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from .parsing import parse

_STRING = re.compile(r'"((?:[^"\\]|\\.){400,})"', re.DOTALL)
_PARAGRAPH = re.compile(r"<p[\s>]|<br\s*/?>", re.IGNORECASE)
_MAX_SCRIPT = 4_000_000
_MAX_STRINGS = 200
_MAX_DEPTH = 4


def text_in_scripts(tree: HtmlElement) -> HtmlElement | None:
    """The longest HTML of several paragraphs that a page's scripts hold, as a tree, or None."""
    best = ""
    for script in tree.iter("script"):
        text = script.text
        if text and 400 < len(text) < _MAX_SCRIPT and ("\\u003c" in text.lower() or "<p" in text or "<br" in text):
            for found in _strings(text, 0):
                if len(found) > len(best) and len(_PARAGRAPH.findall(found)) > 2:
                    best = found
    return parse(f"<html><body><article>{best}</article></body></html>") if best else None


def _strings(text: str, depth: int) -> Iterator[str]:
    for count, match in enumerate(_STRING.finditer(text)):
        if count >= _MAX_STRINGS:
            return
        try:
            value = json.loads(f'"{match[1]}"', strict=False)
        except ValueError:
            continue
        if value.lstrip()[:1] == "<":
            yield value
        elif depth < _MAX_DEPTH and '"' in value:
            yield from _strings(value, depth + 1)
        elif _PARAGRAPH.search(value):
            yield value
