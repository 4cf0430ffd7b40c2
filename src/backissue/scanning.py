"""What lies in the content folder: every file's stamp, and the faults of names that no web address can carry."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from .entries import ARTICLE_SUFFIXES
from .errors import ContentError

Stamp = tuple[int, int, int]
"""Size in bytes, time of modification in nanoseconds, inode: compared for inequality, never for age."""


class Scan(msgspec.Struct, frozen=True):
    """The files of a content folder by relative path (with `/`), hidden ones left out."""

    files: dict[str, Stamp]
    faults: tuple[ContentError, ...]


def is_article_file(path: str) -> bool:
    """Whether a file, by its name, holds articles."""
    return path.endswith(ARTICLE_SUFFIXES)


def scan(folder: Path) -> Scan:
    """Stat every file below a folder. Linked files and folders count as if they lay there; a loop is walked once."""
    files: dict[str, Stamp] = {}
    faults: list[ContentError] = []
    base = os.fspath(folder)
    waiting = [("", base)]
    seen: set[tuple[int, int]] = set()
    while waiting:
        prefix, directory = waiting.pop()
        try:
            entries = os.scandir(directory)
        except OSError as error:
            faults.append(ContentError(f"can't be read: {error.strerror}", prefix or folder.name))
            continue
        with entries:
            for entry in entries:
                name = entry.name
                if name[0] == ".":
                    continue
                try:
                    if entry.is_dir():
                        if entry.is_symlink():
                            status = entry.stat()
                            if (status.st_dev, status.st_ino) in seen:
                                continue
                            seen.add((status.st_dev, status.st_ino))
                        waiting.append((f"{prefix}{name}/", entry.path))
                        continue
                    status = entry.stat()
                except OSError as error:
                    faults.append(ContentError(f"can't be read: {error.strerror}", _shown(prefix + name)))
                    continue
                path = prefix + name
                if not _is_unicode(path):
                    hint = "rename it: file names are UTF-8"
                    faults.append(ContentError("the file's name is no text", _shown(path), None, hint))
                    continue
                files[path] = (status.st_size, status.st_mtime_ns, status.st_ino)
    return Scan(files, tuple(faults))


def _is_unicode(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _shown(path: str) -> str:
    return path.encode("utf-8", "backslashreplace").decode()
