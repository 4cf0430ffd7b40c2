"""Text of a web page → an element tree, within limits that hostile pages cannot pass."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice

from lxml import etree, html
from lxml.html import HtmlElement

from ...loading.fields import clean_text

MAX_ELEMENTS = 30_000
"""Pages with more elements than this are refused: the longest real articles have a third of it."""

_GROUPING = re.compile(
    r"</?(?:b|big|blockquote|center|dd|div|dl|em|font|i|section|small|span|strong|u|ul)\b[^<>]*>", re.IGNORECASE
)
_LONG_TAG = re.compile(r"<[A-Za-z][^<>]{20000,}>")
_MAX_ATTRIBUTES = 4_000
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")

MAX_SPANS = 2_000
"""So many `span` elements in one element are left as they are."""


def parse(text: str) -> HtmlElement | None:
    """The tree of a page, or None where there are no elements at all. External entities are never read, and controls,
    which no article holds, are left out.

    libxml2 stops reading where elements nest more than 255 deep. Such a page is read again without the elements that
    only set or group text, so that no text is lost.
    """
    text = _LONG_TAG.sub(_without_crowd, _DECLARATION.sub("", clean_text(text)))
    tree, whole = _parsed(text)
    if not whole:
        tree, _ = _parsed(_GROUPING.sub(" ", text))
    if tree is not None:
        _unwrap_crowds(tree)
    return tree


def _unwrap_crowds(tree: HtmlElement) -> None:
    """Take away elements that say nothing where thousands stand side by side: converters write one for each word.

    The time of trafilatura and htmldate grows with the square of their number.
    """
    crowded = Counter(element.getparent() for element in tree.iter("span", "font"))
    for parent, count in crowded.items():
        if count > MAX_SPANS and parent is not None:
            etree.strip_tags(parent, "span", "font")
            for element in parent.iter():
                # What is stripped leaves pieces of text behind, which only become one when they are set.
                if element.text:
                    element.text = str(element.text)
                if element.tail and element is not parent:
                    element.tail = str(element.tail)


def _without_crowd(tag: re.Match[str]) -> str:
    """A tag, without its attributes where they are so many that libxml2 would take minutes to compare them."""
    return tag[0] if len(tag[0].split(None, _MAX_ATTRIBUTES)) <= _MAX_ATTRIBUTES else tag[0].split(None, 1)[0] + ">"


def _parsed(text: str) -> tuple[HtmlElement | None, bool]:
    """The tree, and whether all of the page is in it."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError):
        return None, True
    return tree, not any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log)


def is_too_large(tree: HtmlElement) -> bool:
    """Whether a page has more elements than can be read in reasonable time."""
    return sum(1 for _ in islice(tree.iter(), MAX_ELEMENTS + 1)) > MAX_ELEMENTS
