"""Records of WARC 0.17 to 1.1 (ISO 28500) and ARC 1 and 2 files, one after the other; past damage, the next one found.

Only the framing is done here: where a record begins and ends. Its header and its HTTP message are read by warcio.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .members import Break, Chunk

MAX_BLOCK = 20 << 20
"""The largest block that is kept, in bytes: of larger ones the beginning alone."""
KEPT_OF_LARGER = 65_536
MAX_HEADER = 65_536
MAX_PUSHED = 256 << 20

_WARC = re.compile(rb"WARC/\d+\.\d+[ \t]*\r*\n")
ARC_HEADER = re.compile(
    rb"(?P<url>[A-Za-z][A-Za-z0-9+.-]*:[^\n]{0,8000}?) (?P<ip>[0-9A-Fa-f.:]+|-) (?P<date>\d{8,20})"
    rb" (?P<mime>[^ \n]{1,200})(?: (?P<more>[^\n]{0,8000}))? (?P<length>-?\w{1,20})\r?\n"
)
_NEXT = re.compile(
    rb"\n(?=" + _WARC.pattern + rb"(?:[A-Za-z-]+:)|" + re.sub(rb"\?P<\w+>", b"?:", ARC_HEADER.pattern) + rb")"
)
_INNER = re.compile(rb"\r?\n\r?\n(?=" + _WARC.pattern + rb"[A-Za-z-]+:)")
_HEADER_END = re.compile(rb"\n\r*\n")
_LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*(\d{1,15})[ \t]*\r*$", re.IGNORECASE | re.MULTILINE)
_BLANK = re.compile(rb"[\r\n\0]+")
_LOOK_BACK = 20_000


class Record(NamedTuple):
    """A record: its number from 1, its place on disk, its header as written, and its block.

    `offset` is the record's, or its compressed member's. `length` is the whole block's: `block` is only the beginning
    of one that is larger than MAX_BLOCK. `damage` says in what way the record is broken, or is empty.
    """

    number: int
    offset: int
    kind: str
    header: bytes
    block: bytes
    length: int
    damage: str = ""


def records(source: Iterator[Chunk | Break]) -> Iterator[Record]:
    """Every record, and for every damaged place one with `damage` (of kind `` where not even a header was found)."""
    stream = _Plain(source)
    number = 0
    while True:
        stream.skip_blank()
        if stream.broken is not None:
            number += 1
            yield Record(number, stream.broken.offset, "", b"", b"", 0, stream.broken.why)
            stream.resume()
            continue
        if stream.at_end():
            return
        number += 1
        yield _one(stream, number)


def _one(stream: _Plain, number: int) -> Record:
    """The record that begins here; what is broken is passed over, up to the next record or break."""
    offset = stream.offset()
    begin = stream.peek(MAX_HEADER)
    warc = _WARC.match(begin)
    arc = None if warc else ARC_HEADER.match(begin)
    if warc is None and arc is None:
        return stream.damaged(Record(number, offset, "", b"", b"", 0), "no record begins here")
    if arc is not None:
        kind, header, written = "arc", arc[0], arc["length"]
        length = int(written) if written.isdigit() else None
    else:
        end = _HEADER_END.search(begin)
        if end is None:
            return stream.damaged(Record(number, offset, "warc", begin, b"", 0), "the record's header has no end")
        kind, header = "warc", begin[: end.end()]
        found = _LENGTH.search(header)
        length = int(found[1]) if found else None
    record = Record(number, offset, kind, header, b"", length or 0)
    stream.skip(len(header))
    if length is None:
        return stream.damaged(record, "the record's header gives no length")
    block = stream.take(min(length, MAX_BLOCK if length <= MAX_BLOCK else KEPT_OF_LARGER))
    passed = len(block) + stream.skip(length - len(block))
    record = record._replace(block=block)
    if passed < length:
        inner = _INNER.search(block)
        if inner is None:
            return stream.damaged(record, f"the record ends after {passed:,} of {length:,} bytes")
    elif stream.ends_record():
        return record
    else:
        inner = _INNER.search(block)
    if inner is not None and length <= MAX_BLOCK and stream.push_back(block[inner.end() :]):
        return record._replace(block=block[: inner.start()], damage="the record is shorter than its Content-Length")
    return stream.damaged(record, "the record is longer than its Content-Length")


class _Plain:
    """The decompressed file, up to its next break."""

    def __init__(self, source: Iterator[Chunk | Break]) -> None:
        self._source = source
        self._buffer = bytearray()
        self._start = 0  # of the buffer, in decompressed bytes
        self._marks: list[tuple[int, int]] = []  # decompressed position, place on disk
        self._plain = False
        self._pushed = 0
        self._ended = False
        self._break: Break | None = None

    @property
    def broken(self) -> Break | None:
        """The break at which the stream stands, if nothing is left before it."""
        return self._break if not self._buffer and not self._fill() else None

    def at_end(self) -> bool:
        return not self._buffer and not self._fill() and self._break is None

    def resume(self) -> None:
        """Go on after the break."""
        self._break = None

    def offset(self) -> int:
        """Where what comes next lies on disk: itself in a plain file, its member in a compressed one."""
        position, disk = self._marks[0] if self._marks else (0, 0)
        return disk + max(0, self._start - position) if self._plain else disk

    def peek(self, count: int) -> bytes:
        while len(self._buffer) < count and self._fill():
            pass
        return bytes(self._buffer[:count])

    def take(self, count: int) -> bytes:
        data = self.peek(count)
        self._drop(len(data))
        return data

    def skip(self, count: int) -> int:
        """Pass over bytes; gives how many there were."""
        passed = 0
        while passed < count and (self._buffer or self._fill()):
            step = min(count - passed, len(self._buffer))
            self._drop(step)
            passed += step
        return passed

    def push_back(self, data: bytes) -> bool:
        """Put bytes back, to be read again; not without end, for a hostile file could make that its business."""
        self._pushed += len(data)
        if self._pushed > MAX_PUSHED + self._start:
            return False
        self._buffer[:0] = data
        self._start -= len(data)
        return True

    def skip_blank(self) -> None:
        """Pass over the empty lines between records, and the zero bytes that some tools pad with."""
        while self._buffer or self._fill():
            blank = _BLANK.match(self._buffer)
            self._drop(blank.end() if blank else 0)
            if self._buffer:
                return

    def ends_record(self) -> bool:
        """Whether a record may end here: another one, a new member, the end or a break follows."""
        self.skip_blank()
        if not self._buffer or (not self._plain and any(place == self._start for place, _ in self._marks)):
            return True
        begin = self.peek(MAX_HEADER)
        return bool(_WARC.match(begin) or ARC_HEADER.match(begin))

    def damaged(self, record: Record, why: str) -> Record:
        """Pass on to the next record, or to the break; gives `record` with what is wrong."""
        while True:
            found = _NEXT.search(self._buffer, 1 if record.kind == "" else 0)
            if found is not None:
                self._drop(found.start() + 1)
                return record._replace(damage=why)
            self._drop(max(0, len(self._buffer) - _LOOK_BACK))
            if not self._fill():
                self._drop(len(self._buffer))
                if self._break is not None:
                    why = self._break.why
                    self.resume()
                return record._replace(damage=why)

    def _fill(self) -> bool:
        if self._ended or self._break is not None:
            return False
        item = next(self._source, None)
        if item is None:
            self._ended = True
            return False
        if isinstance(item, Break):
            self._break = item
            return False
        position = self._start + len(self._buffer)
        self._plain = item.plain
        if not self._marks or (not item.plain and self._marks[-1][1] != item.offset):
            self._marks.append((position, item.offset))
        self._buffer += item.data
        return True

    def _drop(self, count: int) -> None:
        del self._buffer[:count]
        self._start += count
        while len(self._marks) > 1 and self._marks[1][0] <= self._start:
            del self._marks[0]
