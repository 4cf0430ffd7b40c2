"""SQLite files that are caches: what stands in them can be had again, so they may be thrown away at any time."""

from __future__ import annotations

import sqlite3
from pathlib import Path


def connect(path: Path | None, page: int = 4096, journal: str = "wal") -> sqlite3.Connection:
    """Open a file, made if need be with its folder; None is a database in memory. A new one has pages of so many bytes.
    Raises sqlite3.Error.

    A killed process must leave the file whole, which a write-ahead log sees to; that is all it has to survive, so no
    write waits for the disk. `journal` may be another of SQLite's ways to keep a file whole, or `off`.
    """
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(path or ":memory:", isolation_level="DEFERRED")
    try:
        db.execute(f"pragma page_size={page}")
        db.execute(f"pragma journal_mode={journal}")
        db.execute("pragma synchronous=off")
        db.execute("pragma cache_size=-65536")
    except sqlite3.Error:
        db.close()
        raise
    return db


def discard(path: Path | None) -> None:
    """Throw a file away that is not open, with what SQLite keeps beside it."""
    if path is not None:
        for suffix in ("", "-journal", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)


def is_full(error: sqlite3.Error) -> bool:
    """Whether an error says that there is no space for a file."""
    code = getattr(error, "sqlite_errorcode", 0)
    # A shared index that can't grow is told as what the system said of it, not as a disk that is full.
    return code & 0xFF == sqlite3.SQLITE_FULL or code == sqlite3.SQLITE_IOERR_SHMSIZE


def is_outside(error: sqlite3.Error) -> bool:
    """Whether an error says nothing of what is in a file, which is to be kept: it could only not be written."""
    return is_full(error) or getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_IOERR_WRITE
