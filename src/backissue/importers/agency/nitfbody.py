"""A text marked up in NITF, or in XHTML with NITF's media → Markdown, and the pictures in it.

NITF's blocks (block, media, bq, nitf-table, fn, hl2) become the HTML that says the same; what it marks inside a line
(person, location, chron, money …) is plain text. Standard: NITF 3.6, https://iptc.org/standards/nitf/.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from ...article import Image
from .elements import find, pixels, text_at, text_of, texts_at, unescape_once_more
from .items import plain

_AS_HTML = {
    "block": "div",
    "body.content": "div",
    "body.end": "div",
    "hedline": "div",
    "hl1": "h2",
    "hl2": "h2",
    "bq": "blockquote",
    "nitf-table": "div",
    "content": "div",
    "datasource": "p",
    "tagline": "p",
    "bibliography": "p",
    "fn": "p",
    "note": "div",
    "credit": "p",
    "postaddr": "p",
    "subhead": "h2",
    "subheadline": "h2",
    "crosshead": "h2",
}
_DROPPED = (
    "nitf-table-metadata",
    "media-metadata",
    "media-object",
    "custom-table",
    "alt-code",
    "classifier",
    "nitf-col",
)


def body_of(element: Any, pictures: Mapping[str, Image] | None = None) -> tuple[str, Image | None]:
    """The Markdown of an element that holds text, and its first picture.

    A picture that stands before all text is the lead, and is not in the Markdown. `pictures` are those that the text
    points to by a name (`#photo0`). The element is changed: it is not to be used after.
    """
    from ..fragments import element_to_markdown

    lead = None
    unescape_once_more(element)
    for name in _DROPPED:
        for each in list(element.iter(name)):
            _cut(each)
    for media in list(element.iter("media")):
        image = _image_of(media, pictures or {})
        if image is not None and lead is None:
            lead = image
            if not _text_before(element, media):
                _cut(media)
                continue
        _as_figure(media, image)
    for fraction in list(element.iter("frac")):
        parts = [plain(text_at(fraction, "numer")), plain(text_at(fraction, "denom"))]
        fraction[:] = []
        fraction.text = "/".join(parts)
    for paragraph in element.iter("p"):
        _join_wrapped(paragraph)
    for each in element.iter():
        if isinstance(each.tag, str):
            each.tag = _AS_HTML.get(each.tag.lower(), each.tag.lower())
    return element_to_markdown(element), lead


def _join_wrapped(paragraph: Any) -> None:
    """Take out the line breaks of a paragraph that was set in lines of a wire's width.

    They only say where a line was full: the next word would not have fitted. Those of verse and results stay.
    """
    breaks = list(paragraph.iterchildren("br"))
    if not breaks or any(child.tag != "br" for child in paragraph):
        return
    lines = [plain(text) for text in (paragraph.text, *(each.tail for each in breaks))]
    lines = lines[:-1] if not lines[-1] else lines
    if not all(lines):
        return
    width = max(map(len, lines))
    full = all(len(line) + 1 + len(after.split(" ", 1)[0]) >= width - 1 for line, after in pairwise(lines))
    if 40 <= width <= 90 and full and len(lines) > 1:
        paragraph[:] = []
        paragraph.text = " ".join(lines)


def _image_of(media: Any, pictures: Mapping[str, Image]) -> Image | None:
    caption = " ".join(texts_at(media, "media-caption"))
    credit = text_at(media, "media-producer")
    best, widest = "", -1
    for reference in media.iter("media-reference"):
        target = plain(reference.get("source") or reference.get("data-location") or reference.get("name"))
        if target.lstrip("#") in pictures:
            known = pictures[target.lstrip("#")]
            return Image(known.src, known.alt, known.caption or caption, known.credit or credit)
        kind = (reference.get("mime-type") or media.get("media-type") or "").lower()
        if not target or target.startswith("#") or not ("image" in kind or "photo" in kind or "graphic" in kind):
            continue
        credit = credit or plain(reference.get("copyright"))
        width = pixels(reference.get("width"))
        if width > widest:
            best, widest = target, width
    if not best:
        return None
    alternate = next((plain(each.get("alternate-text")) for each in media.iter("media-reference")), "")
    return Image(best, alternate, caption, credit)


def _text_before(element: Any, media: Any) -> bool:
    for each in element.iter():
        if each is media:
            return False
        if plain(each.text) and isinstance(each.tag, str) and not _within(each, "media"):
            return True
        before = each.getprevious()
        if before is not None and plain(before.tail) and not _within(before, "media"):
            return True
    return False


def _within(element: Any, tag: str) -> bool:
    return any(each.tag == tag for each in (element, *element.iterancestors()))


def _as_figure(media: Any, image: Image | None) -> None:
    from lxml import etree

    captions = [text_of(each) for each in media.iter("media-caption")]
    credit = text_of(find(media, "media-producer"))
    tail = media.tail
    media.clear()
    media.tag, media.tail = "figure", tail
    if image is not None:
        etree.SubElement(media, "img", src=image.src, alt=image.alt)
        captions, credit = [image.caption], image.credit
    words = " ".join(filter(None, [*captions, f"({credit})" if credit else ""]))
    if words:
        etree.SubElement(media, "figcaption").text = words


def _cut(element: Any) -> None:
    """Take an element out, and leave the text after it."""
    parent, before, tail = element.getparent(), element.getprevious(), element.tail
    if parent is None:
        return
    if tail:
        if before is not None:
            before.tail = (before.tail or "") + tail
        else:
            parent.text = (parent.text or "") + tail
    parent.remove(element)
