"""The table of bands on disk, and what is found in it: pairs of articles that may be alike, in memory that is bounded.

Each band has a file of its own. It is searched in as many passes as keep what one pass sorts below ROWS_IN_PASS values,
each pass taking the values that leave its remainder: whoever shares a value is in the same pass. What is found, and how
alike the two are, lies in an SQLite file beside them.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Self

from .stories import BANDS, pairs_of_band

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ROWS_IN_PASS = 200_000
_ROWS_IN_MEMORY = 4_096
_PAGE = 1_000


class BandFiles:
    """The bands of articles 0, 1, 2, …: added once, searched as often as needed. Its files lie in `folder`."""

    def __init__(self, folder: Path, rows_in_pass: int = ROWS_IN_PASS) -> None:
        self._files: list[BinaryIO] = [(folder / f"band-{number:02d}").open("w+b") for number in range(BANDS)]
        self._waiting = bytearray()
        self._rows_in_pass = rows_in_pass
        self.count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for file in self._files:
            file.close()

    def add(self, bands: bytes) -> None:
        """Add the bands of the next article."""
        self._waiting += bands
        self.count += 1
        if len(self._waiting) >= 4 * BANDS * _ROWS_IN_MEMORY:
            self._write()

    def _write(self) -> None:
        import numpy as np

        table = np.frombuffer(self._waiting, dtype="<u4").reshape(-1, BANDS)
        for file, column in zip(self._files, table.T, strict=True):
            file.write(column.tobytes())
        self._waiting = bytearray()

    def candidates(self, asked: NDArray[np.bool_]) -> Iterator[NDArray[np.int64]]:
        """The pairs (i < j) of articles that share a band and of which one is asked for, in arrays; some come twice."""
        self._write()
        passes = -(-self.count // self._rows_in_pass)
        for file in self._files:
            for remainder in range(passes):
                values, rows = self._pass(file, passes, remainder)
                yield pairs_of_band(values, rows, asked)

    def _pass(self, file: BinaryIO, passes: int, remainder: int) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        """The values of a band that leave a remainder, and the articles that they are of."""
        import numpy as np

        some_values, some_rows = [], []
        file.seek(0)
        for start in range(0, self.count, self._rows_in_pass):
            values = np.frombuffer(file.read(4 * self._rows_in_pass), dtype="<u4")
            rows = np.flatnonzero(values % passes == remainder)
            some_values.append(values[rows])
            some_rows.append(rows + start)
        return np.concatenate(some_values), np.concatenate(some_rows)


class Pairs:
    """Pairs of numbers (i < j) with how alike they are, once that is known; on disk, in `folder`, in their order."""

    def __init__(self, folder: Path) -> None:
        self._db = sqlite3.connect(folder / "pairs.sqlite", isolation_level=None)
        self._db.execute("pragma journal_mode=off")
        self._db.execute("pragma synchronous=off")
        self._db.execute("pragma cache_size=-8192")
        self._db.execute("create table pair (one integer, other integer, share real, primary key (one, other))")
        self._db.execute("create index unknown on pair (one, other) where share is null")
        self._db.execute("create table member (root integer, one integer, primary key (root, one)) without rowid")
        self._db.execute("create table told (one integer primary key, story integer)")
        self._db.execute("begin")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._db.close()

    def add(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Add pairs; those that are there already stay as they are."""
        self._db.executemany("insert or ignore into pair values (?,?,null)", pairs)

    def unknown(self) -> Iterator[list[tuple[int, int]]]:
        """The pairs whose share is not known, page by page; meanwhile shares of earlier pages may be set."""
        last = (-1, -1)
        query = "select one, other from pair where share is null and (one, other) > (?,?) order by one, other limit ?"
        while page := self._db.execute(query, (*last, _PAGE)).fetchall():
            yield page
            last = page[-1]

    def set_share(self, pair: tuple[int, int], share: float) -> None:
        """Keep how alike a pair is."""
        self._db.execute("insert or replace into pair values (?,?,?)", (*pair, share))

    def share(self, pair: tuple[int, int]) -> float | None:
        """How alike a pair is; None where that is not known."""
        row = self._db.execute("select share from pair where one=? and other=?", pair).fetchone()
        return row[0] if row else None

    def clusters(self, count: int, threshold: float) -> Iterator[list[int]]:
        """The groups that pairs of at least so much likeness hold together; the numbers are below `count`."""
        parent = array("i", range(count))

        def root(one: int) -> int:
            while parent[one] != one:
                parent[one] = parent[parent[one]]
                one = parent[one]
            return one

        alike = "select one, other from pair where share >= ?"
        for one, other in self._db.execute(alike, (threshold,)):
            low, high = sorted((root(one), root(other)))
            parent[high] = low
        members = ((root(number), number) for pair in self._db.execute(alike, (threshold,)) for number in pair)
        self._db.executemany("insert or ignore into member values (?,?)", members)
        rows = self._db.execute("select root, one from member order by root, one")
        for _root, group in groupby(rows, key=lambda row: row[0]):
            yield [one for _, one in group]

    def tell(self, stories: Iterable[tuple[int, int]]) -> None:
        """Keep whose story is told by whom: pairs of a copy and its story."""
        self._db.executemany("insert into told values (?,?)", stories)

    def told(self, one: int) -> int | None:
        """Whose story an article tells; None where it is its own."""
        row = self._db.execute("select story from told where one=?", (one,)).fetchone()
        return row[0] if row else None
