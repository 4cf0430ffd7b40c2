"""CSV and TSV data sets → articles, in constant memory; `columns` says which field is where.

RFC 4180, and what spreadsheets and programs make of it: the delimiter is told from the first rows, cells may hold line
breaks, quotation marks may be doubled or escaped by a backslash. A quotation mark that never closes costs its own line,
not the rest of the file.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TextIO

import msgspec

from .columns import guess_columns, is_data_set, read_columns
from .decoding import STRAY, UTF_8, Undecodable, decode_head, encoding_of_stream
from .outcomes import Input, Outcome, Rejected, Settings, Unreadable
from .records import RecordReader

FORMAT = "csv"
TITLE = "CSV and TSV"
VERSION = 1
MAX_BYTES = 0

MAX_RECORD = 8 << 20
"""Characters that a record may have: a quotation mark that doesn't close within them never does."""
SAMPLES = 200
DELIMITERS = ",;\t|"
_FIRST_ROWS = 40
_DOUBLED = re.compile(r'(?<![,;\t|\r\n"])""')
_ESCAPED = re.compile(r'\\"(?![,;\t|\r\n]|$)')
"""A quotation mark within a cell, doubled; and one after a backslash that does not end the cell."""
_OPENS_CELL = re.compile(r'(?:^|\t)"', re.MULTILINE)
_CLOSES_CELL = re.compile(r'"(?:\t|\r?$)', re.MULTILINE)
"""Quotation marks around a cell: TSV from databases has none that mean so."""


class Dialect(msgspec.Struct, frozen=True):
    """How rows are written. `escape` is the backslash where it, not doubling, keeps a quotation mark."""

    delimiter: str
    quoted: bool = True
    escape: str | None = None

    def reader(self, lines: Iterator[str] | Sequence[str], *, strict: bool) -> Iterator[list[str]]:
        """Python's reader of this dialect."""
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quoting=csv.QUOTE_MINIMAL if self.quoted else csv.QUOTE_NONE,
            escapechar=self.escape,
            doublequote=self.escape is None,
            strict=strict,
            skipinitialspace=False,
        )


def recognises(head: bytes) -> int:
    """85 for a header with an article's fields above rows that fit it; 45 for any other table with a header."""
    try:
        text = decode_head(head)
    except Undecodable:
        return 0
    found = sniff(text, cut=len(head) >= 4096)
    if found is None:
        return 0
    _, rows = found
    if not _is_header(rows[0]):
        return 0
    if is_data_set(guess_columns(rows[0], {})):
        return 85
    return 45 if len(rows) >= 3 and len(rows[0]) >= 3 else 0


def sniff(text: str, cut: bool = False) -> tuple[Dialect, list[list[str]]] | None:
    """The dialect of a text's first rows, and these; None where no delimiter gives rows that agree.

    `cut` says that the text goes on, so that its last row may be half of one.
    """
    announced, text = _announced(text)
    doubled = _DOUBLED.search(text) is not None
    escape = "\\" if not doubled and _ESCAPED.search(text) else None
    best: tuple[bool, float, int, Dialect, list[list[str]]] | None = None
    for delimiter in announced or DELIMITERS:
        quoted = delimiter != "\t" or bool(_OPENS_CELL.search(text) and _CLOSES_CELL.search(text))
        dialect = Dialect(delimiter, quoted, escape if quoted else None)
        rows = _first_rows(text, dialect, cut)
        if not rows or len(rows[0]) < 2:
            continue
        width = len(rows[0])
        agreeing = sum(len(row) == width for row in rows) / len(rows)
        known = _is_header(rows[0]) and is_data_set(guess_columns(_cleaned(rows[0]), {}))
        if agreeing >= (0.5 if known else 0.8) and (best is None or (known, agreeing, width) > best[:3]):
            best = (known, agreeing, width, dialect, rows)
    return best[3:] if best else None


def read(source: Input, settings: Settings) -> Iterator[Outcome]:
    """Yield an article or a reason for each row. Raises Unreadable where no table, or no title and text, is found."""
    given, guess = read_columns(settings.options.get("columns"))
    csv.field_size_limit(max(csv.field_size_limit(), MAX_RECORD))
    try:
        found = sniff(decode_head(source.head), cut=True)
        with source.open() as stream:
            encoding = encoding_of_stream(stream)
    except Undecodable as error:
        raise Unreadable(str(error)) from None
    if found is None:
        raise Unreadable("no table: no delimiter (comma, semicolon, tab, bar) gives rows of one width")
    dialect, rows = found
    header = _header(rows[0], {name for column in given.values() for name in column.names})
    columns = guess_columns(header, given, guess)
    if not any(columns.get(field) and columns[field].names for field in ("title", "body")):
        names = ", ".join(" ".join(name.split())[:40] for name in header[:12])
        raise Unreadable(f"no column for title or body among {names} — say which is which with columns")
    samples = [dict(zip(header, row, strict=False)) for row in rows[1:]]
    reader = RecordReader(source.name, FORMAT, settings, given, guess, samples)
    has_header = header == _cleaned(rows[0])
    with source.open() as stream:
        text = io.TextIOWrapper(stream, encoding, STRAY if encoding in UTF_8 else "replace", newline="")
        for number, row in islice(_rows(text, dialect, len(header)), int(has_header), None):
            yield _outcome(reader, header, row, f"line {number}")


def _outcome(reader: RecordReader, header: Sequence[str], row: list[str] | str, place: str) -> Outcome:
    if isinstance(row, str):
        return Rejected(place=place, reason=row)
    while len(row) > len(header) and not row[-1].strip():
        row.pop()
    if len(row) > len(header):
        return Rejected(place=place, reason=f"{len(row)} cells where the header has {len(header)}")
    if len(row) < len(header) and len(row) * 2 < len(header):
        return Rejected(place=place, reason=f"only {len(row)} of {len(header)} cells")
    return reader.read({name: cell for name, cell in zip(header, row, strict=False) if name}, place)


class _Lines:
    """The lines of a text, which can be put back: those of the record that is being read are kept."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._back: deque[str] = deque()
        self.number = 0
        self.taken: list[str] = []
        self._size = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else self._text.readline(MAX_RECORD + 1)
        if not line:
            raise StopIteration
        rest = line
        while len(rest) > MAX_RECORD and rest[-1] not in "\r\n":
            rest = self._text.readline(MAX_RECORD + 1)
        self.number += 1
        self.taken.append(line)
        self._size += len(line)
        if self._size > MAX_RECORD:
            raise csv.Error(f"a record of more than {MAX_RECORD >> 20} million characters")
        return line

    def begin(self) -> int:
        """Begin a record; gives the number of its first line."""
        self.taken, self._size = [], 0
        return self.number + 1

    def put_back(self, keep: int) -> None:
        """Let the lines taken, but for the first `keep`, be read again."""
        again = self.taken[keep:]
        self._back.extendleft(reversed(again))
        self.number -= len(again)


def _rows(text: TextIO, dialect: Dialect, width: int) -> Iterator[tuple[int, list[str] | str]]:
    """The first line's number and the cells of every record, or the reason why it has none; empty lines are passed."""
    lines = _Lines(text)
    strict, lenient = dialect.reader(lines, strict=True), dialect.reader(lines, strict=False)
    while True:
        number = lines.begin()
        try:
            row = next(strict)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, _second_reading(lines, lenient, str(error), width)
            continue
        if number == 1 and row:
            row[0] = row[0].removeprefix("\ufeff")
            if len(row) in (1, 2) and row[0].lower().startswith("sep=") and len(lines.taken[0].strip()) <= 6:
                continue
        if row and any(cell.strip() for cell in row):
            yield number, row


def _second_reading(lines: _Lines, lenient: Iterator[list[str]], fault: str, width: int) -> list[str] | str:
    """A record that breaks the rules, read as Python's reader makes sense of it, where its width then is right."""
    if "unexpected end" not in fault and "million" not in fault:
        lines.put_back(0)
        lines.begin()
        try:
            row = next(lenient)
        except (StopIteration, csv.Error):
            row = []
        if len(row) == width:
            return row
    lines.put_back(1)
    if "unexpected end" in fault or "million" in fault:
        return "a quotation mark that never closes"
    return f"broken quotation marks ({fault})"


def _first_rows(text: str, dialect: Dialect, cut: bool) -> list[list[str]]:
    rows: list[list[str]] = []
    reader = dialect.reader(iter(io.StringIO(text, newline="")), strict=False)
    try:
        for row in reader:
            if row and any(row):
                rows.append(row)
            if len(rows) > _FIRST_ROWS:
                break
    except csv.Error:
        pass
    return rows[:-1] if cut and 1 < len(rows) <= _FIRST_ROWS else rows


def _announced(text: str) -> tuple[str, str]:
    """The delimiter that Excel's first line `sep=;` names, and the text below it."""
    first, _, rest = text.lstrip("\ufeff").partition("\n")
    first = first.rstrip("\r")
    return (first[4], rest) if len(first) == 5 and first.lower().startswith("sep=") else ("", text)


def _is_header(row: Sequence[str]) -> bool:
    """Whether a row names columns: short, distinct names, not figures."""
    names = [cell.strip() for cell in row[1:]] if row and not row[0].strip() else [cell.strip() for cell in row]
    return (
        all(name and len(name) <= 60 and "\n" not in name and any(c.isalpha() for c in name) for name in names)
        and len(set(names)) == len(names)
        and not any(name.endswith((".", "!", "?")) for name in names)
    )


def _header(first: Sequence[str], named: set[str]) -> list[str]:
    """The names of the columns: those of the first row, or their numbers from 1 where the user names numbers."""
    header = _cleaned(first)
    if named and not named & set(header) and all(name.isdigit() for name in named):
        return [str(number) for number in range(1, len(first) + 1)]
    repeated = Counter(header)
    return [name if repeated[name] == 1 or header.index(name) == at else "" for at, name in enumerate(header)]


def _cleaned(row: Sequence[str]) -> list[str]:
    return [cell.removeprefix("\ufeff").strip() for cell in row]
