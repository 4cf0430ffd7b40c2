"""Parquet (extra `parquet`): the columns of CSV with true lists and numbers; a file a year."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from ..config import Site
from ..errors import MissingExtra
from .columns import COLUMNS, Column
from .formats import year_name
from .records import Record

NAME = "parquet"
BY_YEAR = True
MOST = 0
ROWS = 2_000
"""Articles in one row group: so many are held in memory."""

_LISTS: dict[str, Callable[[Record], Any]] = {
    "authors": lambda record: [author.name for author in record.article.authors],
    "tags": lambda record: list(record.article.tags),
    "corrections": lambda record: [correction.text for correction in record.article.corrections],
}


class _Writer:
    def __init__(self, folder: Path, year: str) -> None:
        try:
            pa: Any = import_module("pyarrow")
            files: Any = import_module("pyarrow.parquet")
        except ModuleNotFoundError:
            raise MissingExtra("--parquet", "parquet") from None

        def kind(column: Column) -> Any:
            if column.name in _LISTS:
                return pa.list_(pa.string())
            return pa.int64() if column.type == "integer" else pa.string()

        self._table = pa.Table
        self._schema = pa.schema([pa.field(column.name, kind(column)) for column in COLUMNS])
        self._name = f"articles-{year_name(year)}.parquet"
        self._writer: Any = files.ParquetWriter(folder / self._name, self._schema, compression="zstd")
        self._rows: list[dict[str, Any]] = []

    def add(self, record: Record) -> None:
        self._rows.append({column.name: _LISTS.get(column.name, column.value)(record) for column in COLUMNS})
        if len(self._rows) >= ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(self._table.from_pylist(self._rows, schema=self._schema))
            self._rows.clear()

    def close(self) -> list[str]:
        self._flush()
        self._writer.close()
        return [self._name]


def open_writer(folder: Path, _site: Site, year: str) -> _Writer:
    """Begin a year's file."""
    return _Writer(folder, year)


def resource(_file: str) -> dict[str, Any]:
    """A file that describes itself; the Table Schema stands here too, lists as arrays."""
    fields = [
        {
            "name": column.name,
            "type": "array" if column.name in _LISTS else column.type,
            "description": column.what,
        }
        for column in COLUMNS
    ]
    return {
        "type": "file",
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "schema": {"fields": fields, "primaryKey": ["path"]},
    }


def companions(_site: Site) -> dict[str, bytes]:
    """None."""
    return {}
