"""A scratch archive that tests import into, and what they ask of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from backissue.article import Article
from backissue.config import Site
from backissue.importing import Accounts, run_import
from backissue.loading.articlefile import parse_article

TINY = "tests.unit.importing.tinyformat"


class Archive:
    """An archive in a folder, with a clock that tests may set."""

    def __init__(self, root: Path, site: Site | None = None) -> None:
        self.root = root
        self.site = site or Site()
        self.content = root / "content"
        self.content.mkdir(parents=True, exist_ok=True)
        self.clock = datetime(2026, 11, 24, 12, tzinfo=UTC)

    def write(self, name: str, *records: str, start: str = "TINY") -> str:
        """Write an input of the tiny format; its path."""
        path = self.root / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes("\n".join((start, *records, "")).encode("utf-8", "surrogateescape"))
        return str(path)

    def run(self, *inputs: str, **options: Any) -> Accounts:
        """Import inputs; in this process unless told otherwise."""
        options = {"inline": True, "plugins": (TINY,), "to": self.content / "imported", **options}
        accounts = run_import(inputs, site=self.site, root=self.root, now=lambda: self.clock, **options)
        total = accounts.imported + accounts.duplicates + accounts.rejected + accounts.withheld
        assert accounts.records == total
        return accounts

    def files(self) -> dict[str, bytes]:
        """Every file of the content folder, with its bytes."""
        return {
            path.relative_to(self.content).as_posix(): path.read_bytes()
            for path in sorted(self.content.rglob("*"))
            if path.is_file()
        }

    def times(self) -> dict[str, int]:
        """Every file of the content folder, with its time of modification."""
        return {name: (self.content / name).stat().st_mtime_ns for name in self.files()}

    def article(self, path: str) -> Article:
        """The article at a path, read as the build reads it."""
        return parse_article((self.content / path).read_bytes(), path, self.site.zone)

    def forget(self) -> None:
        """Throw the index away."""
        for path in (self.root / ".backissue").glob("imports.sqlite*"):
            path.unlink()
