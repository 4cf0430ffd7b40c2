"""A WordPress export as a stream of bytes → its head and its items, one at a time, wherever it is damaged.

An item's end is looked for outside CDATA sections. A section that is not closed where it should be (`]]>` before the
end tag of its element) ends with that end tag, or with its item: damage stays within the item that it is in.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from ..decoding import STRAY
from ..outcomes import Unreadable

CHUNK = 1 << 16
MAX_ITEM = 64 << 20
"""The longest item, in bytes."""

_OPENING = re.compile(rb"<item(?=[\s>])[^>]*>")
_MARK = re.compile(
    rb"<([A-Za-z_][\w.:-]*)(?:\s[^<>]*)?>\s*<!\[CDATA\[|<!\[CDATA\[|<!--|</item\s*>|<item(?=[\s>])[^>]*>"
)
_BOUNDARY = re.compile(rb"</item\s*>\s*(?:<item[\s>]|</channel)|</item\s*>\s*\Z")
_TEXTS = (b"content:encoded", b"excerpt:encoded", b"wp:comment_content", b"wp:meta_value", b"description")
"""Fields whose text may speak of items; in any other one an item's end is a sign that its section was not closed."""

_DECLARATION = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)


class Piece(NamedTuple):
    """A part of an export, in UTF-8, and the byte that it begins at. `closed` says that an item's end was found."""

    data: bytes
    start: int
    closed: bool = True


def pieces_of(stream: BinaryIO) -> Iterator[Piece]:
    """First what stands before the items, then each item from `<item>` to `</item>`."""
    window = _Window(_utf8(stream))
    head = window.search(_OPENING, 0)
    if head is None:
        yield Piece(window.take(len(window.data)), 0)
        return
    yield Piece(window.take(head.start()), 0)
    while True:
        opening = window.search(_OPENING, 0, forget=True)
        if opening is None:
            return
        window.drop(opening.start())
        start = window.base
        end, closed = _item_end(window, opening.end() - opening.start())
        yield Piece(window.take(end), start, closed)


class _Window:
    """The part of a stream that is being looked at; `base` is where it begins in the stream."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.chunks = chunks
        self.data = b""
        self.base = 0
        self.ended = False

    def more(self) -> bool:
        """Read on; false at the end of the stream, or where an item has grown too long."""
        if self.ended or len(self.data) > MAX_ITEM:
            return False
        gained: list[bytes] = []
        size = 0
        while size <= len(self.data) // 2:
            chunk = next(self.chunks, b"")
            if not chunk:
                self.ended = True
                break
            gained.append(chunk)
            size += len(chunk)
        self.data = b"".join((self.data, *gained))
        return size > 0

    def search(self, pattern: re.Pattern[bytes], place: int, *, forget: bool = False) -> re.Match[bytes] | None:
        """The first match from `place` on, reading as far as needed; `forget` lets go of what holds none."""
        while True:
            match = pattern.search(self.data, place)
            if match is not None and (match.end() < len(self.data) - 64 or self.ended):
                return match
            if match is None:
                place = max(place, len(self.data) - 4096)
                if forget:
                    self.drop(max(0, len(self.data) - 4096))
                    place = 0
            if not self.more():
                return pattern.search(self.data, place)

    def take(self, length: int) -> bytes:
        """What the window begins with; it moves on past it."""
        taken = self.data[:length]
        self.drop(length)
        return taken

    def drop(self, length: int) -> None:
        """Move on."""
        self.data = self.data[length:]
        self.base += length


def _item_end(window: _Window, place: int) -> tuple[int, bool]:
    """Where the item that the window begins with ends, and whether it has an end of its own."""
    while True:
        mark = window.search(_MARK, place)
        if mark is None:
            return len(window.data), False
        found = mark[0]
        if found.startswith(b"</item"):
            return mark.end(), True
        if found.startswith(b"<item"):
            return mark.start(), False
        if found == b"<!--":
            closing = window.search(re.compile(rb"-->|</item\s*>"), mark.end())
            place = (
                closing.start()
                if closing is not None and closing[0] != b"-->"
                else closing.end()
                if closing
                else mark.end()
            )
            continue
        section = _section_end(window, mark)
        if section is None:
            boundary = window.search(re.compile(rb"</item\s*>"), mark.end())
            return (boundary.end(), True) if boundary is not None else (len(window.data), False)
        place = section


def _section_end(window: _Window, mark: re.Match[bytes]) -> int | None:
    """Where a CDATA section ends; None where it must be broken, for the item ends first."""
    name = mark[1]
    first = window.search(re.compile(rb"\]\]>"), mark.end())
    if first is None:
        return None
    after = window.data[first.end() : first.end() + 200].lstrip()
    inside = window.data[mark.end() : first.start()]
    matches = name is None or after.startswith((b"</" + name, b"<![CDATA["))
    if matches and (name in _TEXTS or not _BOUNDARY.search(inside)):
        return first.end()
    if name is None or matches:
        return None
    proper = window.search(re.compile(rb"\]\]>\s*</" + re.escape(name) + rb"\s*>"), first.start())
    boundary = _BOUNDARY.search(inside) or window.search(_BOUNDARY, first.start())
    start = (
        boundary.start() + (mark.end() if boundary is not None and boundary.string is inside else 0)
        if boundary
        else None
    )
    if proper is not None and (start is None or proper.start() < start):
        return proper.end()
    return None if start is not None and start < first.start() else first.end()


def _utf8(stream: BinaryIO) -> Iterator[bytes]:
    """The stream's chunks in UTF-8, by its byte order mark or its declaration."""
    first = stream.read(CHUNK)
    encoding = _encoding(first)
    if encoding == "utf-8":
        while first:
            yield first
            first = stream.read(CHUNK)
        return
    decoder = codecs.getincrementaldecoder(encoding)(STRAY if encoding == "utf-8" else "replace")
    while first:
        yield decoder.decode(first).encode("utf-8", "replace")
        first = stream.read(CHUNK)
    yield decoder.decode(b"", True).encode("utf-8", "replace")


def _encoding(first: bytes) -> str:
    for mark, name in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if first.startswith(mark):
            return name
    declared = _DECLARATION.match(first.removeprefix(codecs.BOM_UTF8))
    name = declared[1].decode("ascii", "replace").lower() if declared else "utf-8"
    try:
        name = codecs.lookup(name).name
    except LookupError:
        raise Unreadable(f'in the encoding "{name}", which nobody knows') from None
    return name
