"""Reading elements: the text of the first child, of all, of the one in the right language; and bodies as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .items import plain, text_to_markdown

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def find(element: Any, path: str) -> Any:
    """The first element at a path of names (`itemMeta/provider`), whatever their case; None for none."""
    return next(each(element, path), None)


def each(element: Any, path: str) -> Iterator[Any]:
    """The elements at a path of names below an element, in document order; names are blind to case."""
    if element is None:
        return
    first, _, rest = path.lower().partition("/")
    for child in element:
        if isinstance(child.tag, str) and child.tag.lower() == first:
            if rest:
                yield from each(child, rest)
            else:
                yield child


def text_of(element: Any) -> str:
    """All the text in an element, in one line; empty for None. Elements part words."""
    if element is None:
        return ""
    return plain(" ".join(element.itertext())) if len(element) else plain(element.text)


def text_at(element: Any, path: str) -> str:
    """The text of the first element at a path that has some."""
    return next((text for found in each(element, path) if (text := text_of(found))), "")


def texts_at(element: Any, path: str) -> tuple[str, ...]:
    """The texts of all elements at a path that have some."""
    return tuple(text for found in each(element, path) if (text := text_of(found)))


def in_language(elements: list[Any], lang: str) -> list[Any]:
    """Those elements that are in `lang`; where none is, those without a language; else the first and its likes."""
    wanted = lang.lower().split("-")[0]
    by_language: dict[str, list[Any]] = {}
    for element in elements:
        own = (element.get(XML_LANG) or element.get("lang") or "").lower().split("-")[0]
        by_language.setdefault("" if own == "x" else own, []).append(element)
    for key in (wanted, "", *by_language):
        if by_language.get(key):
            return by_language[key]
    return []


_ESCAPED = r"(?:#\d{2,6}|#x[0-9A-Fa-f]{2,6}|quot|apos|nbsp|amp);"
_TWICE = re.compile(rf"&amp;(?={_ESCAPED})")
_LEFT = re.compile(rf"&{_ESCAPED}")


def unescape_once_more(element: Any) -> None:
    """Read character references that are left in an element's text: some senders escape their text twice."""
    from html import unescape

    for one in element.iter():
        if one.text and _LEFT.search(one.text):
            one.text = unescape(one.text)
        if one.tail and _LEFT.search(one.tail):
            one.tail = unescape(one.tail)


def pixels(value: object) -> int:
    """A width as a number; 0 for what is none."""
    match = re.fullmatch(r"\s*(\d{1,6})(?:\.\d*)?\s*(?:px)?\s*", str(value), re.ASCII)
    return int(match[1]) if match else 0


_LOOKS_LIKE_HTML = re.compile(
    r"<(?:p|br|div|h[1-6]|ul|ol|table|b|i|strong|em|a|span|img|blockquote|section)\b[^<>]*>", re.IGNORECASE
)


def markup_or_text(text: str, *, marked_up: bool = False) -> str:
    """Markdown of a text that may be HTML, HTML whose markup is escaped once more, or plain.

    `marked_up` says that it is called HTML: its line ends are then spaces, be there markup in it or not.
    """
    from html import unescape

    from ..fragments import to_markdown

    text = _TWICE.sub("&", text) if marked_up or _LOOKS_LIKE_HTML.search(text) else text
    if not _LOOKS_LIKE_HTML.search(text) and "&lt;" in text and _LOOKS_LIKE_HTML.search(unescape(text)):
        text = unescape(text)
    if marked_up and not _LOOKS_LIKE_HTML.search(text):
        text = "".join(f"<p>{part}</p>" for part in re.split(r"\n[ \t]*\n", text))
    return to_markdown(text) if _LOOKS_LIKE_HTML.search(text) else text_to_markdown(text)
