"""CSV by RFC 4180: UTF-8, a header, lines that end CRLF; a file a year, and a second one for spreadsheets.

A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, and may carry it out: there such cells
begin with an apostrophe. It also cuts cells after 32,767 characters: there bodies are left out.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from ..config import Site
from .columns import COLUMNS, table_schema
from .formats import year_name
from .records import Record

NAME = "csv"
BY_YEAR = True
MOST = 0

_SPREADSHEET = "spreadsheet-"
_SHORT = tuple(column for column in COLUMNS if column.name != "body")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guarded(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


class _Writer:
    def __init__(self, folder: Path, year: str) -> None:
        self._names = [f"articles-{year_name(year)}.csv", f"{_SPREADSHEET}{year_name(year)}.csv"]
        # The spreadsheets' one begins with a byte order mark, without which they take it for another encoding.
        self._files = [
            open(folder / name, "w", encoding=encoding, newline="")  # noqa: SIM115 - closed by `close`
            for name, encoding in zip(self._names, ("utf-8", "utf-8-sig"), strict=True)
        ]
        self._whole, self._short = (csv.writer(file, lineterminator="\r\n") for file in self._files)
        self._whole.writerow([column.name for column in COLUMNS])
        self._short.writerow([column.name for column in _SHORT])

    def add(self, record: Record) -> None:
        row = [column.value(record) for column in COLUMNS]
        self._whole.writerow(row)
        self._short.writerow([guarded(value) for value, column in zip(row, COLUMNS, strict=True) if column in _SHORT])

    def close(self) -> list[str]:
        for file in self._files:
            file.close()
        return self._names


def open_writer(folder: Path, _site: Site, year: str) -> _Writer:
    """Begin a year's files."""
    return _Writer(folder, year)


def resource(file: str) -> dict[str, Any]:
    """A table."""
    columns = _SHORT if file.startswith(_SPREADSHEET) else COLUMNS
    return {
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8-sig" if columns is _SHORT else "utf-8",
        "schema": table_schema(columns),
    }


def companions(_site: Site) -> dict[str, bytes]:
    """None."""
    return {}
