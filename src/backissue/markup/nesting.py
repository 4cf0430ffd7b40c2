"""Cleaned HTML → the same with elements only where HTML lets them stand.

What nh3 gives parses without error, but a parser takes more than the content models allow (HTML, 3.2.5): paragraphs
in a `span`, a `div` in a heading, rows without cells.
"""

from __future__ import annotations

import re

_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)((?: [a-z-]+=\"[^\"]*\")*)>")
_EMPTY = re.compile(r"<tr>\s*</tr>|<h([1-6])>(?:\s|<br>|&nbsp;)*</h\1>")
_LATE_CAPTION = re.compile(
    r"(<table[^>]*>)((?:(?!<table|</table|<caption).)+)(<caption[^>]*>(?:(?!<table|</table).)*?</caption>)", re.DOTALL
)
_ROW_GROUP = re.compile(r"<(tbody|thead|tfoot)[^>]*>(?:(?!<table|<tbody|<thead|<tfoot).)*?</\1>", re.DOTALL)
_ROWSPAN = re.compile(r'rowspan="([0-9]{1,5})"')
_NAMELESS = re.compile(r"(<details[^>]*>)(?!\s*<summary)")
_NOT_IN_ADDRESSES = frozenset("address aside footer h1 h2 h3 h4 h5 h6 header section".split())
_VOID = frozenset("br col hr img source track wbr".split())
_TRANSPARENT = frozenset("a del ins audio video".split())
_INLINE = frozenset(
    "abbr b bdi bdo cite code data dfn em i kbd mark q rp rt ruby s samp small span strong sub sup time u var".split()
)
_LINES = frozenset("h1 h2 h3 h4 h5 h6 p pre summary".split())
"""Blocks that hold only what stands within a line."""
_BOXES = frozenset("address aside blockquote div footer header h1 h2 h3 h4 h5 h6 p pre section".split())
"""Blocks that can be left out and leave only what they hold."""
_BLOCKS = _BOXES | frozenset("details dl figure hr ol table ul".split())


def nested(html: str) -> str:
    """Take away what HTML does not let stand where it stands: an inline element around a block, the block in a line
    (a heading, a summary), headings in an address, rows without cells, headings without words, cells that reach below
    their table. A caption comes first in its table, and details have a summary. All text stays.
    """
    if "<table" in html:
        html = _LATE_CAPTION.sub(r"\1\3\2", html)
        html = _ROW_GROUP.sub(_clipped, html)
    if "<details" in html:
        html = _NAMELESS.sub(r"\1<summary>…</summary>", html)
    while "</h" in html or "</tr>" in html:
        fuller = _EMPTY.sub("", html)
        if fuller == html:
            break
        html = fuller
    pieces: list[str] = []
    open_: list[tuple[str, int]] = []  # the open elements, and where each begins
    dropped: set[int] = set()
    position = 0
    for tag in _TAG.finditer(html):
        pieces.append(html[position : tag.start()])
        position = tag.end()
        closing, name, _attributes = tag.groups()
        if closing:
            if open_ and open_[-1][0] == name:
                begin = open_.pop()[1]
                if begin in dropped:
                    pieces.append(" " if name in _BOXES else "")
                    continue
        else:
            if name in _BLOCKS and _stands_wrong(name, open_, dropped):
                dropped.add(len(pieces))
            if name not in _VOID:
                open_.append((name, len(pieces)))
        pieces.append(tag[0])
    if not dropped:
        return html
    pieces.append(html[position:])
    return nested("".join("" if place in dropped else piece for place, piece in enumerate(pieces)))


def _clipped(group: re.Match[str]) -> str:
    """A group of rows without cells that reach down beyond its last row."""
    if "rowspan=" not in group[0]:
        return group[0]
    head, *rows = re.split(r"(?=<tr[ >])", group[0])

    def clip(span: re.Match[str]) -> str:
        return f'rowspan="{min(int(span[1]), left)}"' if int(span[1]) else span[0]

    for place, row in enumerate(rows):
        left = len(rows) - place
        rows[place] = _ROWSPAN.sub(clip, row)
    return head + "".join(rows)


def _stands_wrong(name: str, open_: list[tuple[str, int]], dropped: set[int]) -> bool:
    """Whether a block is to be left out where it stands; inline elements around it are marked as dropped."""
    if name in _NOT_IN_ADDRESSES:
        dropped.update(begin for around, begin in open_ if around == "address")
    for around, begin in reversed(open_):
        if around in _INLINE:
            dropped.add(begin)
        elif around in _LINES and begin not in dropped:
            if name in _BOXES:
                return True
            dropped.add(begin)
        elif around not in _TRANSPARENT and begin not in dropped:
            return False
    return False
