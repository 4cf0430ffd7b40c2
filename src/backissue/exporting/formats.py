"""What a format of exports is: a module with these names."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from ..config import Site
from .records import Record


class Writer(Protocol):
    """Writes the articles of a year, or of the whole archive, into files of a folder."""

    def add(self, record: Record) -> None:
        """Write an article."""

    def close(self) -> list[str]:
        """End the files; their names."""


class Format(Protocol):
    """A format: what it is called, whether it has files of its own for each year, how many articles it may hold."""

    NAME: str
    BY_YEAR: bool
    MOST: int

    def open_writer(self, folder: Path, site: Site, year: str) -> Writer:
        """Begin the files of a year (nothing is undated), or of the whole archive."""

    def resource(self, file: str) -> dict[str, Any]:
        """What the data package says of a file beside its name, its size and its digest."""

    def companions(self, site: Site) -> dict[str, bytes]:
        """Files that stand beside, whatever the articles."""


def year_name(year: str) -> str:
    """A year in a file's name."""
    return year or "undated"
