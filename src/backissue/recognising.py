"""The site in an output folder that the catalog does not know: a copied or restored one, or one that it has forgotten.

What lies there is known by its bytes: files that hold what a build once wrote are ours, to be left as they are or to be
deleted; all others are somebody else's. In a folder that it knows, files may have been taken away, or others put into
their places, since the last build: the folder's own stamp tells of it, so that no file has to be looked at else.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePosixPath

import msgspec

from .batches import digests
from .catalog import Catalog
from .executors import Workers, each
from .fixity import SITE, Print, read_manifests, unpacked

FORMER = "former"
"""The sheaf, of no output, of what manifests tell of a site of which the catalog knows nothing."""

FOLDERS = "folders"
"""What the catalog keeps of the folders of the site: the stamp of each that pages lie in."""

FILES_IN_BATCH = 64

_Stamps = dict[str, tuple[int, int]]


def recognise(catalog: Catalog, output: Path, manifests: Path, workers: Callable[[int], Workers]) -> bool:
    """Note in the catalog what lies in an output folder, in place of what it knows of another one. Whether nothing of
    what builds wrote lies there, so that all that does is somebody else's.

    Where it knows of none, the manifests of the last build may tell: nothing is taken for fresh then, but what is not
    part of the site any more can be deleted. `workers` gives the workers for so many files.
    """
    catalog.clear_expected()
    catalog.clear_doomed()
    names = catalog.sheaf_keys()
    if not names:
        prints = _told(manifests)
        ours = _held(output, prints, workers)
        if ours:
            catalog.put_sheaf(FORMER, b"", dict.fromkeys(ours, b""), {path: prints[path].packed() for path in ours})
        return bool(prints) and not ours
    known = {name: catalog.sheaf_prints(name) for name in names}
    prints = {path: unpacked(data) for some in known.values() for path, data in some.items()}
    there = _held(output, prints, workers)
    for name in names:
        pages, prints_of = catalog.sheaf_pages(name), known[name]
        held = {path: value for path, value in pages.items() if path in there}
        if not held:
            catalog.drop_sheaves([name])
        elif len(held) < len(pages):
            catalog.put_sheaf(name, b"", held, {path: prints_of[path] for path in held})
    stamps = _stamps(catalog)
    _keep(catalog, output, (), stamps, stamps)
    return not there and all(print_of.sha256 for print_of in prints.values())


def expect_missing(catalog: Catalog, output: Path, workers: Callable[[int], Workers]) -> None:
    """Note in the catalog, as pages that are still to be written, those that were taken away from an output folder, or
    that others took the places of. What was written into a file that stays where it is can't be seen so. Commits.
    """
    known = _stamps(catalog)
    disturbed = {folder for folder, stamp in known.items() if _stamp(output, folder) != stamp}
    if not disturbed:
        return
    for name, pages in list(catalog.all_pages()):
        some = [path for path in pages if path.rpartition("/")[0] in disturbed]
        if some:
            prints = catalog.sheaf_prints(name)
            there = _held(output, {path: unpacked(prints.get(path, b"")) for path in some}, workers, by_size=True)
            lost = [path for path in some if path not in there]
            if lost:
                catalog.expect(name, lost)
    _keep(catalog, output, known.keys() - disturbed, disturbed, known)
    catalog.commit()


def note_folders(catalog: Catalog, output: Path, touched: Iterable[str]) -> None:
    """Note in the catalog how the folders of the site are left by a build that wrote or deleted these pages."""
    known = _stamps(catalog)
    folders = {path.rpartition("/")[0] for path in touched}
    for folder in list(folders):
        while folder:
            # A folder that comes or goes changes the one that it lies in.
            folder = folder.rpartition("/")[0]
            if folder in known:
                folders.add(folder)
    _keep(catalog, output, known.keys() - folders, folders, known)


def _keep(catalog: Catalog, output: Path, as_known: Iterable[str], anew: Iterable[str], known: _Stamps) -> None:
    stamps = {folder: known[folder] for folder in as_known}
    stamps |= {folder: stamp for folder in anew if (stamp := _stamp(output, folder)) is not None}
    catalog.set_meta(FOLDERS, msgspec.msgpack.encode(stamps))


def _stamps(catalog: Catalog) -> _Stamps:
    data = catalog.meta(FOLDERS)
    return msgspec.msgpack.decode(data, type=_Stamps) if data else {}


def _stamp(output: Path, folder: str) -> tuple[int, int] | None:
    """What changes when files come into a folder or go from it; None where there is no such folder."""
    try:
        status = os.stat(f"{output}/{folder}")
    except OSError:
        return None
    return max(status.st_mtime_ns, status.st_ctime_ns), status.st_ino


def _told(manifests: Path) -> dict[str, Print]:
    """The files of the site by the manifests in a folder, as far as they can be read and lead nowhere else."""
    try:
        return {
            line.path: Print(line.size, bytes.fromhex(line.sha256))
            for line in read_manifests(manifests, SITE)
            if not PurePosixPath(line.path).is_absolute() and ".." not in line.path.split("/")
        }
    except (OSError, ValueError):
        return {}


def _held(
    output: Path, prints: Mapping[str, Print], workers: Callable[[int], Workers], by_size: bool = False
) -> set[str]:
    """Those of some files that lie in a folder and hold what they are known by; `by_size`, where no more is known, are
    as long.
    """
    names = [path for path, known in prints.items() if known.sha256]
    found = each(workers(len(names)), digests.prints_of_files, str(output.resolve()), names, FILES_IN_BATCH)
    held = {path for path, there in found.items() if there == prints[path]}
    if by_size:
        held.update(path for path in prints.keys() - found.keys() if _size(f"{output}/{path}") == prints[path].size)
    return held


def _size(path: str) -> int:
    return os.stat(path).st_size if os.path.isfile(path) else -1
