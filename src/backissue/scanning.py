"""What lies in the content folder: every file's stamp, and the faults of names that no web address can carry."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from .errors import ContentError
from .loading import ARTICLE_SUFFIXES

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
    """Stat every file below a folder. Linked files and folders count as if they lay there; a loop is not walked."""
    faults: list[ContentError] = []
    files = dict(walk(folder, faults))
    return Scan(files, tuple(faults))


def walk(folder: Path, faults: list[ContentError]) -> Iterator[tuple[str, Stamp]]:
    """The files below a folder, one by one, as `scan` gives them together; their faults are added to `faults`."""
    base = os.fspath(folder)
    waiting = [("", base)]
    while waiting:
        prefix, directory = waiting.pop()
        try:
            entries = os.scandir(directory)
        except OSError as error:
            faults.append(ContentError(f"can't be read: {error.strerror}", _shown(folder, prefix)))
            continue
        with entries:
            for entry in entries:
                name = entry.name
                if name[0] == ".":
                    continue
                try:
                    if entry.is_dir():
                        if not (entry.is_symlink() and _leads_back(entry.stat(), base, prefix)):
                            waiting.append((f"{prefix}{name}/", entry.path))
                        continue
                    status = entry.stat()
                except OSError as error:
                    faults.append(ContentError(f"can't be read: {error.strerror}", _shown(folder, prefix + name)))
                    continue
                path = prefix + name
                if not (path.isprintable() and stat.S_ISREG(status.st_mode)):
                    wrong = _fault(path, status)
                    if wrong:
                        what, hint = wrong
                        faults.append(ContentError(what, _shown(folder, path), None, hint))
                        continue
                yield path, (status.st_size, status.st_mtime_ns, status.st_ino)


def files_below(folder: Path, enter: Callable[[str], bool] = lambda _path: True, follow: bool = False) -> Iterator[str]:
    """The paths, from a folder, of all files that lie there, whatever they are; with `follow`, in linked folders too.

    `enter` tells of a folder's path whether it is looked into.
    """
    base = os.fspath(folder)
    for directory, folders, names in os.walk(base, followlinks=follow):
        prefix = os.path.relpath(directory, base).replace(os.sep, "/") + "/" if directory != base else ""
        folders[:] = [name for name in folders if enter(prefix + name)]
        yield from (prefix + name for name in names)


def is_hidden(path: str) -> bool:
    """Whether a file or folder, by its name, is none of the site's or the content's."""
    return path.rpartition("/")[2].startswith(".")


def _leads_back(status: os.stat_result, base: str, prefix: str) -> bool:
    """Whether a linked folder is one of those that it lies in."""
    folder = os.path.join(base, prefix)
    while len(folder) > len(base):
        folder = folder.rstrip("/")
        if os.path.samestat(status, os.stat(folder)):
            return True
        folder = folder[: folder.rfind("/") + 1]
    return os.path.samestat(status, os.stat(base))


def _fault(path: str, status: os.stat_result) -> tuple[str, str] | None:
    """What keeps a file out of the site, and what to do about it."""
    if not stat.S_ISREG(status.st_mode):
        return "not a file that can be read to its end", "move it elsewhere"
    if "\n" in path or "\r" in path:
        return "the file's name has a line break", "rename it"
    try:
        path.encode()
    except UnicodeEncodeError:
        return "the file's name is no text", "rename it: file names are UTF-8"
    return None


def _shown(folder: Path, path: str) -> str:
    return f"{folder.name}/{path}".rstrip("/").encode("utf-8", "backslashreplace").decode()
