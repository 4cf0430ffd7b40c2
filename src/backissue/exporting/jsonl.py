"""JSON Lines: each article whole, as a line that the content folder could hold; a file a year.

A line has front matter's keys, `body`, and `backissue`: the page's `path`, the `url`, and the `file` it came from.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from ..config import Site
from ..loading.articlefile import front_matter
from .formats import year_name
from .records import Record

NAME = "jsonl"
BY_YEAR = True
MOST = 0
OWN_KEY = "backissue"
"""The key of what an archive says of an article beside the article itself."""

_encoder = msgspec.json.Encoder()


def line_of(record: Record) -> bytes:
    """An article as a line, without its end."""
    values = front_matter(record.article)
    body = values.pop("body", "")
    own = {"path": record.path, "url": record.url, "file": record.file}
    return _encoder.encode({**values, OWN_KEY: {k: v for k, v in own.items() if v}, "body": body})


class _Writer:
    def __init__(self, folder: Path, year: str) -> None:
        self._name = f"articles-{year_name(year)}.jsonl"
        self._file = open(folder / self._name, "wb")  # noqa: SIM115 - closed by `close`

    def add(self, record: Record) -> None:
        self._file.write(line_of(record))
        self._file.write(b"\n")

    def close(self) -> list[str]:
        self._file.close()
        return [self._name]


def open_writer(folder: Path, _site: Site, year: str) -> _Writer:
    """Begin a year's file."""
    return _Writer(folder, year)


def resource(_file: str) -> dict[str, Any]:
    """Lines have the keys that they need: no table, so no Table Schema."""
    return {"type": "file", "format": "jsonl", "mediatype": "application/jsonl", "encoding": "utf-8"}


def companions(_site: Site) -> dict[str, bytes]:
    """None."""
    return {}
