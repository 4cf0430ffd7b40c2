"""Any HTML → HTML that is safe, well-formed, and made of what news text needs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape, unescape
from typing import AnyStr

import nh3

from . import links
from .nesting import nested

_INLINE = (
    "a abbr b bdi bdo br cite code data del dfn em i img ins kbd mark q rp rt ruby s samp small span strong sub sup"
)
_INLINE += " time u var wbr audio video source track"
_BLOCKS = "p h1 h2 h3 h4 h5 h6 hr pre blockquote ul ol li dl dt dd figure figcaption div section aside header footer"
_BLOCKS += " address details summary table caption colgroup col thead tbody tfoot tr th td"
TAGS = frozenset(f"{_INLINE} {_BLOCKS}".split())

ATTRIBUTES: dict[str, set[str]] = {
    "*": {"class", "dir", "id", "lang", "title", "translate"},
    "a": {"download", "href", "hreflang", "type"},
    "audio": {"controls", "loop", "muted", "preload", "src"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "data": {"value"},
    "del": {"cite", "datetime"},
    "details": {"open"},
    "img": {"alt", "decoding", "height", "loading", "sizes", "src", "srcset", "width"},
    "ins": {"cite", "datetime"},
    "li": {"value"},
    "ol": {"reversed", "start", "type"},
    "q": {"cite"},
    "source": {"src", "type"},
    "td": {"colspan", "headers", "rowspan", "style"},
    "th": {"abbr", "colspan", "headers", "rowspan", "scope", "style"},
    "time": {"datetime"},
    "track": {"default", "kind", "label", "src", "srclang"},
    "video": {"controls", "height", "loop", "muted", "playsinline", "poster", "preload", "src", "width"},
}
"""What may stand on which element. `style` is only the alignment of a table's cell, which `links` makes a class."""

SCHEMES = links.SCHEMES | {"data"}
"""What an address may begin with. `links` takes away `data:` but from a picture."""

_settings = {
    "tags": set(TAGS),
    "attributes": ATTRIBUTES,
    "url_schemes": set(SCHEMES),
    "filter_style_properties": {"text-align"},
    "link_rel": None,
}
# Building a Cleaner takes longer than cleaning an article with it.
_clean = nh3.Cleaner(**_settings).clean  # type: ignore[arg-type]
_clean_with_embeds = nh3.Cleaner(
    **{  # type: ignore[arg-type]
        **_settings,
        "tags": {*TAGS, "iframe", "embed"},
        "attributes": {**ATTRIBUTES, "iframe": {"src", "title"}, "embed": {"src", "title"}},
    }
).clean

# What HTML forbids in text: controls, halves of surrogate pairs, noncharacters.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(chr(plane + last) for plane in range(0x10000, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
    + "]"
)
# The same in UTF-8: single bytes are looked for much faster than a set of characters.
_CONTROLS = [bytes([code]) for code in (*range(9), 0x0B, *range(0x0E, 0x20), 0x7F)]
_CONTROL_CHARACTERS = [control.decode() for control in _CONTROLS]
_MORE_CONTROLS = [chr(code).encode() for code in range(0x80, 0xA0)]
_MAY_BE_NONCHARACTERS = [b"\xef\xb7", b"\xef\xbf", *(bytes([lead]) for lead in range(0xF0, 0xF5))]
_EMBED_START = re.compile(r"<(?:iframe|embed)[\s/>]", re.IGNORECASE)
# As nh3 writes them: attributes in double quotes.
_EMBED = re.compile(r'<embed((?: [a-z]+="[^"]*")*)>|<iframe((?: [a-z]+="[^"]*")*)>.*?</iframe>', re.DOTALL)
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')


def without_forbidden(text: str) -> str:
    """The text without the characters that may not stand in HTML."""
    return _FORBIDDEN.sub("", text) if _may_hold_forbidden(text) else text


def _may_hold_forbidden(text: str) -> bool:
    if text.isascii():
        return _any_in(_CONTROL_CHARACTERS, text)
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return True
    return (
        _any_in(_CONTROLS, data)
        or (b"\xc2" in data and _any_in(_MORE_CONTROLS, data))
        or _any_in(_MAY_BE_NONCHARACTERS, data)
    )


def _any_in(parts: Sequence[AnyStr], whole: AnyStr) -> bool:
    return any(part in whole for part in parts)


def clean(html: str, raw: bool = True) -> str:
    """Clean HTML from anywhere: what comes out parses without error and runs nothing.

    An embedded page (`iframe`, `embed`) becomes a link to it. `raw` says that the HTML may hold what its author wrote,
    not an engine alone.
    """
    if not raw:
        return _clean(html)
    if _EMBED_START.search(html):
        html = _embeds_as_links(html)
    # Elements that were taken away can leave what stood inside them where it may not stand; then a second reading
    # puts it right, and seldom a third.
    cleaned = _clean(html)
    for _ in range(3):
        again = _clean(cleaned)
        if again == cleaned:
            break
        cleaned = again
    return nested(cleaned)


def _embeds_as_links(html: str) -> str:
    def link(embed: re.Match[str]) -> str:
        written = dict(_ATTRIBUTE.findall(embed[1] or embed[2] or ""))
        address = written.get("src")
        text = escape(unescape(written.get("title") or address or ""))
        return f'<a href="{address}">{text}</a>' if address else ""

    return _EMBED.sub(link, _clean_with_embeds(html))
