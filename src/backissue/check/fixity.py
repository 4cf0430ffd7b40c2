"""Every byte of the site and of the content folder, held against the manifests of the last build."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from ..errors import BuildStopped, ContentError
from ..executors import Workers
from ..fixity import SITE, Line, print_of_file, read_manifests
from ..scanning import files_below, walk
from .findings import Finding

LINES_IN_BATCH = 256
_HIDDEN_STAGING = ".backissue.new"


def check_fixity(
    folder: Path,
    folders: dict[str, Path],
    workers: Callable[[int], Workers],
    progress: Callable[[int, int], None],
) -> Iterator[Finding]:
    """Every file that is not what the manifests in a folder say: changed, missing or not in them.

    `folders` has the site's folder and the content's, by the kinds of manifests. `workers` gives the workers for so
    many files; `progress` is told of files done and of all. Raises BuildStopped where there are no manifests, or none
    that can be read.
    """
    for kind, top in folders.items():
        try:
            lines = list(read_manifests(folder, kind))
        except (ValueError, OSError) as error:
            raise BuildStopped(f"{error} — build the site again with --clean") from None
        if not lines and not next(folder.glob(f"{kind}*.sha256"), None):
            raise BuildStopped(f"{folder}: there are no manifests of the {kind} — build the site with --clean")
        yield from _differing(top, lines, workers(len(lines)), progress)
        known = {line.path for line in lines}
        faults: list[ContentError] = []
        for path in sorted(_files_of_site(top) if kind == SITE else (path for path, _stamp in walk(top, faults))):
            if path not in known:
                yield Finding(f"{top}/{path}", 0, "fixity", f"is in no manifest of the {kind}")
        for fault in faults:
            yield Finding(fault.path, 0, "fixity", fault.message)


def _differing(top: Path, lines: list[Line], team: Workers, progress: Callable[[int, int], None]) -> Iterator[Finding]:
    parts = [lines[at : at + LINES_IN_BATCH] for at in range(0, len(lines), LINES_IN_BATCH)]
    done = 0
    for part, found in zip(parts, team.run(differences, ((str(top), part) for part in parts)), strict=True):
        yield from (Finding(f"{top}/{path}", 0, "fixity", what) for path, what in found)
        done += len(part)
        progress(done, len(lines))


def differences(batch: tuple[str, list[Line]]) -> list[tuple[str, str]]:
    """The files in a folder that are not what lines of a manifest say; each with what is wrong."""
    folder, lines = batch
    found = []
    for line in lines:
        try:
            size, sha256 = print_of_file(f"{folder}/{line.path}")
        except (FileNotFoundError, NotADirectoryError):
            found.append((line.path, "is missing"))
        except OSError as error:
            found.append((line.path, f"can't be read: {error.strerror}"))
        else:
            if line.size not in (-1, size):
                found.append((line.path, f"holds {size:,} bytes, where there were {line.size:,}"))
            elif sha256.hex() != line.sha256:
                found.append((line.path, f"holds other bytes: their SHA-256 is {sha256.hex()}, not {line.sha256}"))
    return found


def _files_of_site(top: Path) -> Iterator[str]:
    """All that lies in the site's folder but what a build that was cut off left there; a linked folder is one thing."""
    yield from files_below(top, lambda path: path != _HIDDEN_STAGING)
    for directory, folders, _names in os.walk(top):
        linked = (path for name in folders if os.path.islink(path := os.path.join(directory, name)))
        yield from (os.path.relpath(path, top).replace(os.sep, "/") for path in linked)
