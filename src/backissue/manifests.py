"""The manifests that a build leaves: what every file of the site and of the content folder is known by.

They lie in a folder beside site.yaml, so that they can be kept where the site is not; the content's names those of
drafts, so it must not be served. What changes is noted in the catalog together with the change itself: a build that is
killed before it writes them leaves that to the next.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from .batches import digests
from .catalog import Catalog
from .executors import Workers, each
from .fixity import CONTENT, FEW, KINDS, SHELVES, Print, manifest_name, write_if_other, written

FOLDER = "manifests"
ENDINGS = (".sha256", ".sizes")
FILES_IN_BATCH = 32


def folder_identity(folder: Path) -> bytes:
    """What tells the folder from one that takes its place; nothing where it is not there."""
    try:
        return str(folder.stat().st_ino).encode()
    except OSError:
        return b""


def write_manifests(catalog: Catalog, folder: Path, content: Path, workers: Callable[[int], Workers]) -> None:
    """Bring the manifests in a folder up to what the catalog knows.

    Those files of the content folder that were not read yet are read now, by `workers`, who are asked for by how many
    files there are. Raises OSError.
    """

    def digest_files(files: Iterable[str]) -> dict[str, Print]:
        names = sorted(files)
        prints = each(workers(len(names)), digests.prints_of_files, str(content.resolve()), names, FILES_IN_BATCH)
        return {name: found for name, found in prints.items() if found is not None}

    anew = catalog.meta("manifests") != folder_identity(folder) or not folder_identity(folder)
    stale = catalog.stale_manifests()
    for kind in KINDS:
        few = (catalog.count_sources() if kind == CONTENT else catalog.count_pages()) <= FEW
        parts = b"1" if few else b"256"
        all_ = anew or catalog.meta(f"manifests:{kind}") != parts
        shelves = {shelf for of, shelf in stale if of == kind}
        if not all_ and not shelves:
            continue
        folder.mkdir(parents=True, exist_ok=True)
        if all_:
            _remove(folder, kind, None if not few else range(SHELVES))
        numbers: Iterable[int | None] = (None,) if few else range(SHELVES) if all_ else sorted(shelves)
        for number in numbers:
            for ending, text in zip(ENDINGS, written(_prints(catalog, kind, number, digest_files)), strict=True):
                write_if_other(folder / (manifest_name(kind, number) + ending), text)
        catalog.set_meta(f"manifests:{kind}", parts)
    catalog.set_meta("manifests", folder_identity(folder))
    catalog.clear_stale_manifests()
    catalog.commit()


def remove_manifests(catalog: Catalog, folder: Path) -> None:
    """Remove the manifests of an archive that is to have none."""
    if catalog.meta("manifests") is None:
        return
    for kind in KINDS:
        _remove(folder, kind, None)
        _remove(folder, kind, range(SHELVES))
    with contextlib.suppress(OSError):
        folder.rmdir()
    catalog.set_meta("manifests", None)
    catalog.commit()


def _remove(folder: Path, kind: str, numbers: Iterable[int] | None) -> None:
    for number in (None,) if numbers is None else numbers:
        for ending in ENDINGS:
            (folder / (manifest_name(kind, number) + ending)).unlink(missing_ok=True)


def _prints(
    catalog: Catalog, kind: str, number: int | None, digest_files: Callable[[Iterable[str]], Mapping[str, Print]]
) -> list[tuple[str, Print]]:
    if kind != CONTENT:
        return list(catalog.page_prints(number))
    known = dict(catalog.source_prints(number))
    unread = [path for path, found in known.items() if found is None]
    fresh = digest_files(unread) if unread else {}
    catalog.put_source_prints(fresh)
    return [(path, found or fresh[path]) for path, found in known.items() if found or path in fresh]
