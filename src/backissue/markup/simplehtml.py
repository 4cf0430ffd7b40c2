"""What an engine makes of most texts → what cleaning and resolving make of that, in one pass.

Simple are elements without attributes and links whose address nothing could be wrong with. All else is not judged here:
it is left to `cleaning` and `links`.
"""

from __future__ import annotations

import re
from html import unescape

from .links import Outline, Resolve, attributes_of, led_to, link_attributes

_WITHIN_A_LINE = "[^<]*(?:</?(?:em|strong|code)>[^<]*)*"
_SAFE_ADDRESS = (
    r"https?://(?:(?!xn--)[a-z0-9](?:-?[a-z0-9])*\.)+[a-z]{2,}(?:[/?\#](?:[\w./~%+,;:@!$'()*=?\#-]|&amp;)*)?"
    r"|(?!//)[\w./~%-]+(?:\#[\w-]*)?"
)
# Tags that stay as they are are passed over. One of which no group matches is not simple.
_TAG = re.compile(
    r"<(?!/?(?:p|em|strong|[uo]l|li|blockquote|code)>)"
    rf'(?:a href="({_SAFE_ADDRESS})">({_WITHIN_A_LINE})</a>|h([1-6])>({_WITHIN_A_LINE})</h\3>|([bh]r) />)?',
    re.ASCII,
)
_ADDRESS, _LINK_TEXT, _LEVEL, _HEADING_TEXT, _EMPTY = range(1, 6)
_QUOTE_OR_MORE = re.compile("&(?!(?:amp|lt|gt);)")
_MORE_THAN_ESCAPED = re.compile("&(?!(?:amp|lt|gt|quot);)")


class _NotSimple(Exception):
    """HTML that is left to others."""


def written(html: str, resolve: Resolve) -> str | None:
    """What `links.resolve_links` makes of such HTML once it is cleaned, or None if any part of it is not simple.

    The HTML is an engine's own: it holds nothing that its author wrote as HTML.
    """
    if _QUOTE_OR_MORE.search(html):
        if _MORE_THAN_ESCAPED.search(html):
            return None
        html = html.replace("&quot;", '"')
    outline = Outline()

    def element(tag: re.Match[str]) -> str:
        kind = tag.lastindex
        if kind == _LINK_TEXT:
            address, scheme = led_to(unescape(tag[_ADDRESS]), resolve)
            if not address:
                return tag[_LINK_TEXT]
            if address[0] == "#":  # only the whole body tells whether there is such a place
                raise _NotSimple
            return f"<a{attributes_of(link_attributes(address, scheme))}>{tag[_LINK_TEXT]}</a>"
        if kind == _HEADING_TEXT:
            name, id_ = outline.element(int(tag[_LEVEL])), outline.id_for(tag[_HEADING_TEXT])
            written = f' id="{id_}"' if id_ else ""
            return f"<{name}{written}>{tag[_HEADING_TEXT]}</{name}>"
        if kind == _EMPTY:
            return f"<{tag[_EMPTY]}>"
        raise _NotSimple

    try:
        made = _TAG.sub(element, html)
    except _NotSimple:
        return None
    return made.replace("\xa0", "&nbsp;")
