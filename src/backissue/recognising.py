"""The site in an output folder that the catalog does not know: a copied or restored one, or one that it has forgotten.

What lies there is known by its bytes: files that hold what a build once wrote are ours, to be left as they are or to be
deleted; all others are somebody else's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

from .batches import digests
from .catalog import Catalog
from .executors import Workers, each
from .fixity import SITE, Print, read_manifests, unpacked

FORMER = "former"
"""The sheaf, of no output, of what manifests tell of a site of which the catalog knows nothing."""

FILES_IN_BATCH = 64


def recognise(catalog: Catalog, output: Path, manifests: Path, workers: Callable[[int], Workers]) -> None:
    """Note in the catalog what lies in an output folder, in place of what it knows of another one.

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
        return
    known = {name: catalog.sheaf_prints(name) for name in names}
    there = _held(output, {path: unpacked(data) for some in known.values() for path, data in some.items()}, workers)
    for name in names:
        pages, prints_of = catalog.sheaf_pages(name), known[name]
        held = {path: value for path, value in pages.items() if path in there}
        if not held:
            catalog.drop_sheaves([name])
        elif len(held) < len(pages):
            catalog.put_sheaf(name, b"", held, {path: prints_of[path] for path in held})


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


def _held(output: Path, prints: Mapping[str, Print], workers: Callable[[int], Workers]) -> set[str]:
    """Those of some files that lie in a folder and hold what they are known by."""
    names = [path for path, known in prints.items() if known.sha256]
    found = each(workers(len(names)), digests.prints_of_files, str(output.resolve()), names, FILES_IN_BATCH)
    return {path for path, there in found.items() if there == prints[path]}
