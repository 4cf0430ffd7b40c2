"""What lies in the content folder: every file's stamp, and the faults of names that no web address can carry."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISREG
from typing import NamedTuple

import msgspec

from .errors import ContentError
from .loading import ARTICLE_SUFFIXES

Stamp = tuple[int, int, int]
"""Size in bytes, time in nanoseconds, inode: compared for inequality, never for age.

The time is that of the last change, of the bytes or of what the system notes of the file, whichever is later: who
writes a file can give it back its old time of modification, but can't hide that he did.
"""


MANY = 16_000
"""As many files are found in the time in which processes begin that share the work."""

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(dict[str, Stamp])


class Files(Mapping[str, Stamp]):
    """Files by relative path (with `/`), kept folder by folder: what holds for a folder is soon compared."""

    def __init__(self, folders: Mapping[str, bytes]) -> None:
        """`folders` has, by the path of each folder with files (that of the outermost is empty), their stamps by name,
        encoded.
        """
        self.folders = folders
        self._names: dict[str, dict[str, Stamp]] = {}

    @classmethod
    def of(cls, stamps: Iterable[tuple[str, Stamp]]) -> Files:
        """Files, each given by its path."""
        folders: dict[str, dict[str, Stamp]] = {}
        for path, stamp in stamps:
            folder, _, name = path.rpartition("/")
            folders.setdefault(folder, {})[name] = stamp
        return cls({folder: _encoder.encode(names) for folder, names in folders.items()})

    def names(self, folder: str) -> dict[str, Stamp]:
        """The files that lie in a folder itself, by name."""
        found = self._names.get(folder)
        if found is None:
            encoded = self.folders.get(folder)
            found = self._names[folder] = _decoder.decode(encoded) if encoded else {}
        return found

    def __getitem__(self, path: str) -> Stamp:
        folder, _, name = path.rpartition("/")
        return self.names(folder)[name]

    def __iter__(self) -> Iterator[str]:
        for folder in self.folders:
            prefix = f"{folder}/" if folder else ""
            for name in self.names(folder):
                yield prefix + name

    def __len__(self) -> int:
        return sum(len(self.names(folder)) for folder in self.folders)

    def __bool__(self) -> bool:
        return bool(self.folders)

    def since(self, before: Files) -> Differences:
        """What is not as it was before."""
        found = Differences([], [], [])
        for folder in {**before.folders, **self.folders}:
            if before.folders.get(folder) == self.folders.get(folder):
                continue
            prefix = f"{folder}/" if folder else ""
            old, new = before.names(folder), self.names(folder)
            found.gone.extend(prefix + name for name in old if name not in new)
            found.came.extend(prefix + name for name in new if name not in old)
            found.changed.extend(prefix + name for name, stamp in new.items() if old.get(name, stamp) != stamp)
        return found


class Differences(NamedTuple):
    """The paths of files that are gone, that came, and that have another stamp."""

    gone: list[str]
    came: list[str]
    changed: list[str]


class Scan(NamedTuple):
    """The files of a content folder, hidden ones left out."""

    files: Files
    faults: tuple[ContentError, ...]


def is_article_file(path: str) -> bool:
    """Whether a file, by its name, holds articles."""
    return path.endswith(ARTICLE_SUFFIXES)


class Listing(NamedTuple):
    """What lies in a folder itself: its files, as `Files` keeps them, and the paths of other folders."""

    files: bytes
    folders: list[str]


def list_folders(batch: tuple[str, list[str]]) -> list[Listing | None]:
    """What lies in folders below the first; None for one that there is something to tell of, or that is not there."""
    base, places = batch
    found: list[Listing | None] = []
    for place in places:
        folders: list[str] = []
        faults: list[ContentError] = []
        files = _files_in(base, place, folders, faults)
        found.append(None if faults else Listing(_encoder.encode(files) if files else b"", folders))
    return found


def scan(
    folder: Path,
    ahead: Mapping[str, Listing | None] | None = None,
    share: Callable[[list[str]], Mapping[str, Listing | None]] | None = None,
) -> Scan:
    """Stat every file below a folder. Linked files and folders count as if they lay there; a loop is not walked.

    `ahead` may have what lies in some of the folders (`list_folders`); `share` gives it for those that are still to be
    looked into, and is asked once, when MANY files were found.
    """
    base = os.fspath(folder)
    faults: list[ContentError] = []
    found: dict[str, bytes] = {}
    listed = dict(ahead or {})
    many = 0
    waiting = [""]
    # From level to level, so that most of those with files wait before many are found; it grows as it is gone through.
    for at, place in enumerate(waiting):
        if share is not None and many > MANY:
            listed.update(share(waiting[at:]))
            share = None
        listing = listed.get(place)
        if listing is not None:
            encoded = listing.files
            waiting += listing.folders
        else:
            files = _files_in(base, place, waiting, faults)
            many += len(files)
            encoded = _encoder.encode(files) if files else b""
        if encoded:
            found[place] = encoded
    return Scan(Files(found), tuple(faults))


def walk(folder: Path, faults: list[ContentError]) -> Iterator[tuple[str, Stamp]]:
    """The files below a folder, one by one, as `scan` gives them together; their faults are added to `faults`."""
    waiting = [""]
    while waiting:
        place = waiting.pop()
        prefix = f"{place}/" if place else ""
        for name, stamp in _files_in(os.fspath(folder), place, waiting, faults).items():
            yield prefix + name, stamp


def _files_in(base: str, place: str, folders: list[str], faults: list[ContentError]) -> dict[str, Stamp]:
    """The files that lie in a folder itself, by name; the folders in it are added to `folders`."""
    prefix = f"{place}/" if place else ""
    found: dict[str, Stamp] = {}
    try:
        with _listed(f"{base}/{place}" if place else base) as entries:
            for entry in entries:
                name = entry.name
                if name[0] == ".":
                    continue
                try:
                    if entry.is_dir():
                        if not (entry.is_symlink() and _leads_back(entry.stat(), base, prefix)):
                            folders.append(prefix + name)
                        continue
                    status = entry.stat()
                except OSError as error:
                    faults.append(ContentError(f"can't be read: {error.strerror}", _shown(base, prefix + name)))
                    continue
                if not (name.isprintable() and prefix.isprintable() and S_ISREG(status.st_mode)):
                    wrong = _fault(prefix + name, status)
                    if wrong:
                        what, hint = wrong
                        faults.append(ContentError(what, _shown(base, prefix + name), None, hint))
                        continue
                found[name] = status.st_size, max(status.st_mtime_ns, status.st_ctime_ns), status.st_ino
    except OSError as error:
        faults.append(ContentError(f"can't be read: {error.strerror}", _shown(base, prefix)))
    return found


@contextmanager
def _listed(directory: str) -> Iterator[Iterator[os.DirEntry[str]]]:
    """The entries of a folder, which is held open where that can be: its files are then found without their paths."""
    if os.scandir not in os.supports_fd:
        with os.scandir(directory) as entries:
            yield entries
        return
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with os.scandir(descriptor) as entries:
            yield entries
    finally:
        os.close(descriptor)


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
    if not S_ISREG(status.st_mode):
        return "not a file that can be read to its end", "move it elsewhere"
    if "\n" in path or "\r" in path:
        return "the file's name has a line break", "rename it"
    try:
        path.encode()
    except UnicodeEncodeError:
        return "the file's name is no text", "rename it: file names are UTF-8"
    return None


def _shown(base: str, path: str) -> str:
    return f"{os.path.basename(base)}/{path}".rstrip("/").encode("utf-8", "backslashreplace").decode()
