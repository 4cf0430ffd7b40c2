"""Inputs on disk: found in folders, opened through their compression, with limits on what they may expand to."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import hashlib
import io
import lzma
import os
import shutil
import stat
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, cast

import msgspec

from ..errors import MissingExtra
from ..importers import Format
from ..importers.outcomes import HEAD_BYTES, Input, Unreadable
from ..importers.webarchive.members import zstd_module
from .unpacking import is_archive, unpack

MAX_LAYERS = 3
"""How often an input may be compressed over again."""
BOMB_BYTES = 64 << 20
BOMB_RATIO = 250
"""An input that expands to more than BOMB_BYTES and more than BOMB_RATIO times its size is refused: text does not."""
MAX_EXPANDED_BYTES = 1 << 40

_LEFT_OUT = frozenset({"CVS", "_darcs", "__MACOSX", "Thumbs.db", "desktop.ini"})
_BROKEN = (EOFError, OSError, zlib.error, lzma.LZMAError, ValueError)


class Found(msgspec.Struct, frozen=True, array_like=True):
    """An input: `name` is what provenance calls it, `shown` what people typed or would type, `path` the file.

    `fault` says why it can't be opened at all; `size` is in bytes, as it lies on disk.
    """

    name: str
    shown: str
    path: str
    size: int = 0
    fault: str = ""


def find(inputs: Sequence[str], spool: Path, stdin: BinaryIO | None = None) -> Iterator[Found]:
    """The files that `inputs` mean: a file is itself, a folder all files in it in the order of their names, `-` stdin.

    A tar or zip archive is a folder too. Hidden files and those of version control are left out of folders. What can't
    be read twice (standard input, a pipe) is first copied into the folder `spool`, and archives are unpacked there.
    """
    for found in _given(inputs, spool, stdin):
        if not found.fault and is_archive(Path(found.path)):
            yield from _unpacked(found, spool)
        else:
            yield found


def _unpacked(archive: Found, spool: Path) -> Iterator[Found]:
    """The files of an archive, unpacked once however often it is asked for."""
    name = hashlib.blake2b(os.fsencode(archive.path), digest_size=12).hexdigest()
    home = spool / f"unpacked-{name}"
    folder, note = home / archive.name, home / ".fault"
    if not home.exists():
        limit = max(BOMB_BYTES, BOMB_RATIO * archive.size)
        fault = unpack(Path(archive.path), folder, limit)
        note.write_text(fault, "utf-8")
    fault = note.read_text("utf-8")
    empty = True
    for found in _in_folder(folder, archive.shown):
        empty = False
        yield msgspec.structs.replace(found, name=f"{archive.name}/{found.name}")
    if fault or empty:
        yield msgspec.structs.replace(archive, size=0, fault=fault or "an archive without files")


def _given(inputs: Sequence[str], spool: Path, stdin: BinaryIO | None) -> Iterator[Found]:
    for number, given in enumerate(inputs):
        if given == "-":
            copy = spool / f"stdin-{number}"
            if not copy.exists():
                _copied(stdin or sys.stdin.buffer, copy)
            yield Found("stdin", "-", str(copy), copy.stat().st_size)
            continue
        path = Path(given)
        try:
            mode = path.stat().st_mode
        except (OSError, ValueError) as error:
            yield Found(path.name, given, given, 0, _why(error))
            continue
        if stat.S_ISDIR(mode):
            yield from _in_folder(path, given)
        elif stat.S_ISREG(mode):
            yield _found(path, path.name, given)
        else:
            copy = spool / f"pipe-{number}"
            if not copy.exists():
                with path.open("rb") as stream:
                    _copied(stream, copy)
            yield Found(path.name, given, str(copy), copy.stat().st_size)


def _in_folder(folder: Path, given: str) -> Iterator[Found]:
    faults: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=faults.append):
        folders[:] = sorted(name for name in folders if _wanted(name))
        for name in sorted(filter(_wanted, names)):
            path = Path(parent, name)
            yield _found(path, path.relative_to(folder).as_posix(), os.path.join(given, path.relative_to(folder)))
        while faults:
            fault = faults.pop()
            yield Found(str(fault.filename), str(fault.filename), str(fault.filename), 0, _why(fault))


def _found(path: Path, name: str, shown: str) -> Found:
    name, shown = _printable(name), _printable(shown)
    try:
        status = path.stat()
    except OSError as error:
        return Found(name, shown, os.fspath(path), 0, _why(error))
    if not stat.S_ISREG(status.st_mode):
        return Found(name, shown, os.fspath(path), 0, "no regular file")
    return Found(name, shown, os.fspath(path), status.st_size)


def _wanted(name: str) -> bool:
    return not name.startswith(".") and name not in _LEFT_OUT


def _printable(name: str) -> str:
    """A file's name without the surrogates that stand for bytes which are no UTF-8."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _copied(stream: BinaryIO, to: Path) -> None:
    with to.open("wb") as copy:
        shutil.copyfileobj(stream, copy, 1 << 20)


def _why(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else "") or str(error) or type(error).__name__


class Source:
    """An input that is being read: its head for recognition, then an `Input` for the format that reads it."""

    def __init__(self, found: Found) -> None:
        self._found = found
        self._open: list[BinaryIO] = []
        self._file: BinaryIO | None = None
        self.layers: tuple[str, ...] = ()
        self.damage = ""
        """What is wrong with the compressed data, or empty: what stood before the damage was read."""
        try:
            with self._unpacked(MAX_EXPANDED_BYTES) as stream:
                self.head = stream.read(HEAD_BYTES)
        except OSError as error:
            raise Unreadable(f"can't be read: {_why(error)}") from None
        finally:
            self.close()
        self.damage = ""

    def input(self, format_: Format) -> Input:
        """The input as the reader of a format wants it. Raises Unreadable where it is too large or can't be read."""
        limit = format_.max_bytes or MAX_EXPANDED_BYTES
        if (format_.raw or not self.layers) and self._found.size > limit:
            raise Unreadable(_too_large(limit))
        try:
            with open(self._found.path, "rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            raise Unreadable(f"can't be read: {_why(error)}") from None
        return Input(
            name=self._found.name,
            digest=f"sha256:{digest}",
            head=self.head,
            open=self._raw if format_.raw else lambda: self._unpacked(limit),
            path=self._found.path,
        )

    @property
    def position(self) -> int:
        """How far into the file, as it lies on disk, reading has come, as far as can be told."""
        if self._file is None or self._file.closed:
            return 0
        try:
            return self._file.tell()
        except (OSError, ValueError):
            return 0

    def close(self) -> None:
        """Close every stream that was opened."""
        while self._open:
            with contextlib.suppress(Exception):
                self._open.pop().close()

    def _raw(self) -> BinaryIO:
        if len(self._open) > 64:
            self._open = [stream for stream in self._open if not stream.closed]
        self._file = open(self._found.path, "rb")  # noqa: SIM115 - closed by whoever reads, else by close()
        self._open.append(self._file)
        return self._file

    def _unpacked(self, limit: int) -> BinaryIO:
        """A stream with all layers of compression undone; `layers` names them, from the outermost."""
        stream = self._raw()
        layers: list[str] = []
        while len(layers) < MAX_LAYERS:
            name, opener = _compression(stream.read(10))
            stream.seek(0)
            if opener is None:
                break
            inner = cast(BinaryIO, io.BufferedReader(opener(stream), 1 << 16))
            self._open.append(inner)
            try:
                inner.read(1)
                inner.seek(0)
            except _BROKEN:
                raise Unreadable(f"{name} data that are damaged from the start — nothing can be read of it") from None
            layers.append(name)
            stream = inner
        self.layers = tuple(layers)
        return cast(BinaryIO, io.BufferedReader(_Guard(stream, self, limit, self._found.size), 1 << 16))


class _Guard(io.RawIOBase):
    """A decompressed stream that ends where its data are damaged, and that refuses to grow without bound."""

    def __init__(self, stream: BinaryIO, source: Source, limit: int, size: int) -> None:
        super().__init__()
        self._stream = stream
        self._source = source
        self._limit = limit
        self._bomb = max(BOMB_BYTES, BOMB_RATIO * size)
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._stream.read(len(buffer))
        except _BROKEN as error:
            if not self._source.layers:
                raise
            what = "end too early" if isinstance(error, EOFError) else "are damaged"
            self._source.damage = f"the {self._source.layers[-1]} data {what} after {self._at:,} bytes of content"
            return 0
        self._at += len(data)
        if self._at > self._limit:
            raise Unreadable(_too_large(self._limit))
        if self._at > self._bomb:
            raise Unreadable(f"expands to more than {BOMB_RATIO} times its size — a decompression bomb is not opened")
        buffer[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        try:
            self._at = self._stream.seek(offset, whence)
        except _BROKEN as error:
            if not self._source.layers:
                raise
            self._source.damage = f"the {self._source.layers[-1]} data are damaged ({type(error).__name__})"
            self._at = self._stream.seek(0)
        return self._at

    def tell(self) -> int:
        return self._at

    def close(self) -> None:
        self._stream.close()
        super().close()


def _too_large(limit: int) -> str:
    return f"larger than {limit >> 20:,} MiB, which is too much to read at once — split it, or leave it out"


def _compression(start: bytes) -> tuple[str, Callable[[BinaryIO], Any] | None]:
    if start.startswith(b"\x1f\x8b\x08"):
        return "gzip", lambda stream: gzip.GzipFile(fileobj=stream, mode="rb")
    if start.startswith(b"BZh") and start[4:] in (b"1AY&SY", b"\x17rE8P\x90"):
        return "bzip2", bz2.BZ2File
    if start.startswith(b"\xfd7zXZ\x00"):
        return "xz", lzma.LZMAFile
    if start.startswith(b"\x28\xb5\x2f\xfd"):
        with contextlib.suppress(MissingExtra):
            return "zstd", zstd_module().ZstdFile
    return "", None


def unrecognised(head: bytes) -> str:
    """Why nothing recognises an input that begins with `head`, and what to do."""
    if not head:
        return "empty"
    if head[257:262] == b"ustar":
        return "a tar archive within another — unpack it and import the folder"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "a zip archive of no known kind — unpack it and import the folder"
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        return f"compressed by zstd — {MissingExtra('opening that', 'import')}"
    return "no format known to backissue — say which with --format, or leave it out"
