"""JSON Lines files of the content folder, while an import appends to them and changes lines in them.

New lines wait until `flush`, changed ones until `rewrite`, which copies each file once. The index calls a file that is
being written unfinished before anything of it is touched: stopped at any point, the file itself says what it holds.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import BinaryIO

from ..errors import ContentErrors
from ..loading.jsonlines import MAX_LINE_BYTES, parse_line, parted
from ..scanning import Stamp
from .holdings import Holdings, Line, line_digest

FLUSH_BYTES = 8 << 20
"""So much waits in memory at most."""
_BLOCK = 1 << 20


class LineFiles:
    """The JSON Lines files below `content`. Lines are known by what their articles are called by."""

    def __init__(self, content: Path, holdings: Holdings) -> None:
        self._content = content
        self._holdings = holdings
        self._waiting: dict[str, list[bytes]] = {}
        self._new: dict[str, bytes] = {}
        self._size = 0
        self._ends: dict[str, int] = {}
        self._unfinished: set[str] = set()
        self._copying = False
        self._edits = sqlite3.connect("", isolation_level=None)
        self._edits.execute("create table edit (path text primary key, file text, line blob) without rowid")
        self._edits.execute("begin")

    @property
    def full(self) -> bool:
        """Whether so much waits that it is time for a `flush`."""
        return self._size >= FLUSH_BYTES

    def append(self, path: str, text: str) -> Stamp:
        """Add a line at the end of its file, soon; its stamp in the index."""
        file, _ = parted(path)
        data = text.encode()
        start = self._end(file)
        self._waiting.setdefault(file, []).append(data)
        self._new[path] = data
        self._size += len(data)
        self._ends[file] = start + len(data) + 1
        return start, len(data), line_digest(data)

    def change(self, path: str, text: str) -> Stamp:
        """Put another line in a line's place, by the end of the import; its stamp in the index."""
        if path in self._new:
            self.flush()
        spot = self._holdings.spot(path)
        if spot is None:
            raise FileNotFoundError(f"{path}: no such line")
        file, _ = parted(path)
        if file not in self._unfinished:
            self._unfinished.add(file)
            self._holdings.set_lines(file, (-1, self._size_of(file), 0))
        data = text.encode()
        self._edits.execute("insert or replace into edit values (?,?,?)", (path, file, data))
        return spot.start, spot.length, line_digest(data)

    def read(self, path: str) -> bytes:
        """A line as it is, or soon will be. Raises FileNotFoundError where there is none."""
        if path in self._new:
            return self._new[path]
        row = self._edits.execute("select line from edit where path=?", (path,)).fetchone()
        if row is not None:
            return bytes(row[0])
        spot = self._holdings.spot(path)
        if spot is None:
            raise FileNotFoundError(f"{path}: no such line")
        return spot.read(self._content)

    def flush(self) -> None:
        """Write what waits at the ends of files, and keep the index. Stopped, it can be called again."""
        if self._waiting:
            for file in self._waiting:
                self._holdings.set_lines(file, (-1, self._size_of(file), 0))
            self._holdings.commit()
            for file in list(self._waiting):
                self._write(file, self._waiting[file])
                del self._waiting[file]
                self._holdings.set_lines(file, self._stamp(file))
            self._new, self._size = {}, 0
        self._holdings.commit()

    def rewrite(self) -> None:
        """Write all that waits, lines that change too. Where this is stopped, the next import sees what is left."""
        self.flush()
        if self._copying:
            return
        for (file,) in self._edits.execute("select distinct file from edit order by file").fetchall():
            self._copying = True
            self._copy(file)
            self._copying = False
            self._unfinished.discard(file)
            self._holdings.set_lines(file, self._stamp(file))
            self._holdings.commit()
        self._edits.execute("delete from edit")

    def close(self) -> None:
        """Forget what waits."""
        self._edits.close()

    def _write(self, file: str, lines: list[bytes]) -> None:
        path = self._content / file
        path.parent.mkdir(parents=True, exist_ok=True)
        begun, size = self._lacks_end(file), self._size_of(file)
        try:
            with path.open("ab") as stream:
                stream.write((b"\n" if begun else b"") + b"\n".join(lines) + b"\n")
        except BaseException:
            os.truncate(path, size)
            raise

    def _copy(self, file: str) -> None:
        """Copy a file with its changed lines in the place of the old ones, and note where all lie then."""
        target = self._content / file
        partial = target.with_name(f".{target.name}.part")
        try:
            with target.open("rb") as old, partial.open("wb") as new:
                self._holdings.move_lines(self._copied(file, old, new))
                _copy_bytes(old, new, os.fstat(old.fileno()).st_size - old.tell())
            os.replace(partial, target)
            self._ends.pop(file, None)
        except BaseException:
            with contextlib.suppress(OSError):
                partial.unlink()
            raise

    def _copied(self, file: str, old: BinaryIO, new: BinaryIO) -> Iterator[tuple[int, int, str]]:
        for spot in self._holdings.lines_of(file):
            _copy_bytes(old, new, spot.start - old.tell())
            start = new.tell()
            row = self._edits.execute("select line from edit where path=?", (spot.path,)).fetchone()
            if row is None:
                _copy_bytes(old, new, spot.length)
            else:
                new.write(row[0])
                old.seek(spot.length, os.SEEK_CUR)
            yield start, new.tell() - start, spot.path

    def _end(self, file: str) -> int:
        """Where the next line of a file will begin."""
        if file not in self._ends:
            self._ends[file] = self._size_of(file) + self._lacks_end(file)
        return self._ends[file]

    def _size_of(self, file: str) -> int:
        try:
            return (self._content / file).stat().st_size
        except FileNotFoundError:
            return 0

    def _lacks_end(self, file: str) -> bool:
        """Whether a file's last line has no line end, as an editor may leave it."""
        if not self._size_of(file):
            return False
        with (self._content / file).open("rb") as stream:
            stream.seek(-1, os.SEEK_END)
            return stream.read(1) != b"\n"

    def _stamp(self, file: str) -> Stamp:
        if file in self._unfinished:
            return -1, self._size_of(file), 0
        status = (self._content / file).stat()
        return status.st_size, status.st_mtime_ns, status.st_ino


def lines_in(stream: BinaryIO) -> Iterator[Line]:
    """The lines of a JSON Lines file, empty ones left out; what is too long for an article comes in pieces."""
    start = 0
    while data := stream.readline(MAX_LINE_BYTES + 1):
        line = data.rstrip(b"\r\n")
        if line.strip():
            yield Line(start, line)
        start += len(data)


def mend(path: Path, whole: int) -> None:
    """Cut off half a line that an import was killed at; the file was `whole` bytes long before that import wrote."""
    with path.open("r+b") as stream:
        end = stream.seek(0, os.SEEK_END)
        stream.seek(max(whole, end - MAX_LINE_BYTES))
        tail = stream.read()
        last = tail.rpartition(b"\n")[2]
        if last and not _is_article(last):
            stream.truncate(end - len(last))


def _is_article(line: bytes) -> bool:
    try:
        parse_line(line, "", 1, UTC)
    except ContentErrors:
        return False
    return True


def _copy_bytes(old: BinaryIO, new: BinaryIO, count: int) -> None:
    while count > 0 and (data := old.read(min(count, _BLOCK))):
        new.write(data)
        count -= len(data)
