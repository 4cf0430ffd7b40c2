"""WordPress' export, WXR 1.0 to 1.2, whole or damaged → articles, in constant memory but for a list of the pictures.

The export is read twice: once for what posts refer to by number (pictures, blocks that they share), once for the posts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from .outcomes import HEAD_BYTES, Input, Outcome, Rejected, Settings, Unreadable
from .prologue import demand_harmless, root_of, text_of_head

if TYPE_CHECKING:
    from .wxr.assembly import Library

FORMAT = "wordpress"
TITLE = "WordPress' export (WXR)"
VERSION = 1
ALONE = True
MAX_BYTES = 0

_EXPORT = re.compile(r"wordpress\.org/export/|<wp:wxr_version|<!-- generator=\"WordPress")
_REFERRED_TO = re.compile(rb"<wp:post_type>\s*(?:<!\[CDATA\[)?\s*(attachment|wp_block)\b")


def recognises(head: bytes) -> int:
    """How surely these are the first bytes of a WordPress export."""
    text = text_of_head(head)
    if not _EXPORT.search(text):
        return 0
    return 98 if root_of(head).name in ("rss", "channel") or "<channel" in text else 60


def read(source: Input, settings: Settings) -> Iterator[Outcome]:
    """One outcome for every item, in the export's order. Raises Unreadable where there is no export in it."""
    from .wxr import assembly, items, splitting

    demand_harmless(source.head[:HEAD_BYTES])
    library = _library(source)
    with source.open() as stream:
        pieces = splitting.pieces_of(stream)
        head = next(pieces)
        site = items.parse_site(head.data)
        number = 0
        for number, piece in enumerate(pieces, 1):
            item = items.parse_item(piece.data, site)
            if item is None:
                yield Rejected(place=f"item {number}", reason=f"broken at byte {piece.start}")
                continue
            if not piece.closed:
                item = items.cut(item)
            place = f"item {number}"
            try:
                outcome = assembly.outcome_of(item, place, site, library, settings, source.name, FORMAT)
            except RecursionError:
                outcome = Rejected(place=place, reason=f"nested too deep at byte {piece.start}")
            yield outcome
    if not number and b"<channel" not in head.data:
        raise Unreadable("no WordPress export: it has no items")


def _library(source: Input) -> Library:
    from .wxr import assembly, items, splitting

    media = {}
    children: dict[str, tuple[str, ...]] = {}
    blocks = {}
    with source.open() as stream:
        pieces = splitting.pieces_of(stream)
        site = items.parse_site(next(pieces).data)
        for piece in pieces:
            if not _REFERRED_TO.search(piece.data):
                continue
            item = items.parse_item(piece.data, site)
            if item is None:
                continue
            number, kind = item.get("wp:post_id"), item.get("wp:post_type")
            if kind == "wp_block":
                blocks[number] = item.get("content:encoded")
            elif kind == "attachment" and (file := assembly.media_of(item)) is not None:
                media[number] = file
                parent = item.get("wp:post_parent")
                if parent not in ("", "0"):
                    children[parent] = (*children.get(parent, ()), number)
    return assembly.Library(media, children, blocks)
