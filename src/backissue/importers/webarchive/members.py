"""The bytes of a web archive's file, decompressed: chunks that know their place on disk, and where the file breaks.

A .warc.gz is a row of gzip members (RFC 1952), one a record; a .warc.lz4 a row of LZ4 frames; a .warc.zst a row of
Zstandard frames (RFC 8878), perhaps after a dictionary for all of them in a frame that is skipped
(https://iipc.github.io/warc-specifications/specifications/warc-zstd/). Where a member is broken,
reading goes on with the next one that begins like a record.
"""

from __future__ import annotations

import importlib
import re
import zlib
from collections.abc import Iterator
from typing import IO, Any, NamedTuple

from ...errors import MissingExtra

BLOCK = 65_536
MAX_CHUNK = 1 << 20
MAX_EXPANSION = 500
"""How many times its size a member may expand to, beyond FREE_EXPANSION bytes: web pages stay below a hundred."""
FREE_EXPANSION = 64 << 20
GZIP = b"\x1f\x8b\x08"
LZ4 = b"\x04\x22\x4d\x18"
ZSTD = b"\x28\xb5\x2f\xfd"
ZSTD_DICTIONARY = b"\x5d\x2a\x4d\x18"
MAX_DICTIONARY = 16 << 20
_RECORD = re.compile(rb"WARC/\d|[a-z][a-z0-9+.-]*:\S* \S+ \d{8}")


class Chunk(NamedTuple):
    """Decompressed bytes. `offset` is where their member begins on disk, or, in a `plain` file, they themselves."""

    data: bytes
    offset: int
    plain: bool = False


class Break(NamedTuple):
    """A place on disk where the file is broken, and why. What follows begins anew."""

    offset: int
    why: str


def chunks(stream: IO[bytes], first: bytes = b"") -> Iterator[Chunk | Break]:
    """The decompressed bytes of a plain, gzip, LZ4 or Zstandard file, in chunks of at most MAX_CHUNK bytes.

    `first` is what has been read of the stream already.
    Raises MissingExtra for LZ4 and Zstandard where the package for it is not installed.
    """
    first += stream.read(BLOCK)
    if first.startswith((ZSTD, ZSTD_DICTIONARY)):
        yield from _zstd_chunks(stream, first)
        return
    if first.startswith(GZIP):
        yield from _Members(stream, first, GZIP, _Gzip, "gzip member").read()
    elif first.startswith(LZ4):
        yield from _Members(stream, first, LZ4, _lz4_decoder(), "LZ4 frame").read()
    else:
        offset = 0
        while first:
            yield Chunk(first, offset, plain=True)
            offset += len(first)
            first = stream.read(BLOCK)


def _zstd_chunks(stream: IO[bytes], first: bytes) -> Iterator[Chunk | Break]:
    zstd = zstd_module()
    dictionary = None
    offset = 0
    if first.startswith(ZSTD_DICTIONARY):
        length = int.from_bytes(first[4:8], "little")
        if length > MAX_DICTIONARY:
            yield Break(0, "the dictionary is too large")
            return
        while len(first) < 8 + length and (more := stream.read(BLOCK)):
            first += more
        data, first = first[8 : 8 + length], first[8 + length :]
        offset = 8 + length
        try:
            if data.startswith(ZSTD):
                data = zstd.ZstdDecompressor().decompress(data, MAX_DICTIONARY)
            dictionary = zstd.ZstdDict(data)
        except (zstd.ZstdError, ValueError) as error:
            yield Break(0, f"the dictionary is damaged ({error})")
            return

    class Frame(_Frame):
        def __init__(self) -> None:
            super().__init__(zstd.ZstdDecompressor(dictionary))

        def feed(self, data: bytes) -> bytes:
            try:
                return super().feed(data)
            except zstd.ZstdError as error:
                raise ValueError(str(error)) from None

    yield from _Members(stream, first, ZSTD, Frame, "zstd frame", offset).read()


def zstd_module() -> Any:
    """Python's module for Zstandard, which 3.14 and later have, or its backport. Raises MissingExtra without either."""
    for name in ("compression.zstd", "backports.zstd"):
        try:
            return importlib.import_module(name)
        except ImportError:
            continue
    raise MissingExtra("reading zstd files", "import")


class _Gzip:
    """One gzip member, fed piece by piece."""

    def __init__(self) -> None:
        self._decoder = zlib.decompressobj(zlib.MAX_WBITS + 16)

    def feed(self, data: bytes) -> bytes:
        return self._decoder.decompress(data, MAX_CHUNK)

    @property
    def ended(self) -> bool:
        return self._decoder.eof

    @property
    def rest(self) -> bytes:
        """What of the bytes fed is not yet read."""
        return self._decoder.unused_data if self._decoder.eof else self._decoder.unconsumed_tail


class _Frame:
    """One LZ4 or zstd frame, fed piece by piece."""

    def __init__(self, decoder: Any) -> None:
        self._decoder = decoder

    def feed(self, data: bytes) -> bytes:
        output: bytes = self._decoder.decompress(data, MAX_CHUNK)
        return output

    @property
    def ended(self) -> bool:
        return bool(self._decoder.eof)

    @property
    def rest(self) -> bytes:
        """What of the bytes fed lies behind the frame."""
        unused: bytes | None = self._decoder.unused_data if self._decoder.eof else None
        return unused or b""

    @property
    def holds_more(self) -> bool:
        return not self._decoder.eof and not self._decoder.needs_input


def _lz4_decoder() -> type[Any]:
    try:
        from lz4.frame import LZ4FrameDecompressor  # type: ignore[import-untyped]
    except ImportError:
        raise MissingExtra("reading .lz4 files", "import") from None

    class Frame(_Frame):
        def __init__(self) -> None:
            super().__init__(LZ4FrameDecompressor())

    return Frame


class _Members:
    """A row of compressed members."""

    def __init__(
        self, stream: IO[bytes], first: bytes, magic: bytes, decoder: type[Any], name: str, offset: int = 0
    ) -> None:
        self._stream = stream
        self._raw = first
        self._offset = offset  # of the first byte of _raw
        self._magic = magic
        self._decoder = decoder
        self._name = name

    def read(self) -> Iterator[Chunk | Break]:
        while self._raw or self._fill():
            stripped = self._raw.lstrip(b"\0")
            self._drop(len(self._raw) - len(stripped))
            if not self._raw:
                continue
            while len(self._raw) < len(self._magic) and self._fill():
                pass
            start = self._offset
            if not self._raw.startswith(self._magic):
                yield Break(start, f"no {self._name} begins here")
                self._seek_member()
                continue
            try:
                yield from self._member(start)
            except _Broken as broken:
                yield Break(start, str(broken))
                if not self._raw.startswith(self._magic) or self._offset == start:
                    self._drop(1)
                self._seek_member()

    def _member(self, start: int) -> Iterator[Chunk]:
        decoder = self._decoder()
        given = 0
        while True:
            if not self._raw and not self._fill() and not getattr(decoder, "holds_more", False):
                raise _Broken(f"the {self._name} ends early")
            fed = self._raw
            try:
                data = decoder.feed(fed)
            except (zlib.error, RuntimeError, ValueError, EOFError) as error:
                text = str(error)
                raise _Broken(f"the {self._name} is damaged ({text.partition(': ')[2] or text})") from None
            rest = decoder.rest
            self._drop(len(fed) - len(rest))
            given += len(data)
            if given > FREE_EXPANSION and given > MAX_EXPANSION * (self._offset - start):
                raise _Broken(f"the {self._name} expands more than {MAX_EXPANSION} times")
            if data:
                yield Chunk(data, start)
            if decoder.ended:
                return

    def _seek_member(self) -> None:
        """Go on to the next member that begins like a record, or to the end of the file."""
        while True:
            place = self._raw.find(self._magic)
            if place < 0:
                self._drop(max(0, len(self._raw) - len(self._magic) + 1))
                if not self._fill():
                    self._drop(len(self._raw))
                    return
                continue
            self._drop(place)
            while len(self._raw) < 8192 and self._fill():
                pass
            try:
                begins = self._decoder().feed(self._raw[:8192])
            except (zlib.error, RuntimeError, ValueError, EOFError):
                begins = b""
            if _RECORD.match(begins):
                return
            self._drop(1)

    def _fill(self) -> bool:
        data = self._stream.read(BLOCK)
        self._raw += data
        return bool(data)

    def _drop(self, count: int) -> None:
        self._raw = self._raw[count:]
        self._offset += count


class _Broken(Exception):
    """A member that can't be read on."""
