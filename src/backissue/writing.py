"""Puts finished pages into the output folder: all at once at the end, so that a build that fails changes nothing there.

Where there is no site yet, pages are written into a folder beside it that takes its name when all is done. Where there
is one, the pages that differ are written into a hidden folder of it and then moved into their places, each atomically.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from .batches import making
from .errors import BuildStopped
from .executors import Workers

PAGES_IN_BATCH = 64
BYTES_IN_BATCH = 400_000
MOVES_IN_BATCH = 2_000


class Staging:
    """A build's finished pages before they are published."""

    def __init__(self, output: Path, workers: Workers, context_path: str) -> None:
        # The workers of a cluster are in other folders than we.
        self._output = output = output.absolute()
        self._workers = workers
        self._context_path = context_path
        inside, beside = output / ".backissue.new", output.with_name(f".{output.name}.new")
        for left_over in (inside, beside):
            _remove(left_over)
        self.whole = _is_free(output)
        """Whether the pages take the output folder's name together; else each is moved to its place."""
        self.folder = beside if self.whole else inside
        self._moves: list[tuple[str, str]] = []
        self.written = 0
        """How many pages the site had not as they are."""
        self.prints: dict[str, bytes] = {}
        """What the bytes of each rendered page are known by (`fixity.Print`, packed)."""

    def render(self, pages: Iterable[making.Leaf], progress: Callable[[int], None]) -> None:
        """Render pages into the staging folder. Raises BuildStopped; then nothing is left of them."""
        waiting: list[tuple[str, ...]] = []
        done = 0

        def jobs() -> Iterator[tuple[str, making.Destination, making.Leaves]]:
            for number, leaves in enumerate(_batched(pages)):
                waiting.append(leaves.paths)
                yield self._context_path, self._destination(number), leaves

        try:
            self.folder.mkdir(parents=True)
            for number, made in enumerate(self._workers.run(making.render, jobs())):
                paths, waiting[number] = waiting[number], ()
                self.prints.update(zip(paths, made.prints, strict=True))
                self.written += sum(made.written)
                if not self.whole:
                    for place, (path, written) in enumerate(zip(paths, made.written, strict=True)):
                        if written:
                            self._moves.append((f"{self.folder}/{number}/{place}", f"{self._output}/{path}"))
                done += len(paths)
                progress(done)
        except OSError as error:
            self.discard()
            raise _stopped(error) from None
        except BaseException:
            self.discard()
            raise

    @property
    def replaced(self) -> Iterator[str]:
        """The paths to which pages are moved, one by one: in most of them lies a file that is to go."""
        start = len(f"{self._output}/")
        return (goal[start:] for _page, goal in self._moves)

    def _destination(self, number: int) -> making.Destination:
        if self.whole:
            return making.Destination(str(self.folder), "")
        folder = f"{self.folder}/{number}"
        os.mkdir(folder)
        return making.Destination(folder, str(self._output))

    def publish(self) -> None:
        """Put the pages into their places."""
        try:
            if self.whole:
                with contextlib.suppress(FileNotFoundError):
                    self._output.rmdir()
                self._output.parent.mkdir(parents=True, exist_ok=True)
                os.rename(self.folder, self._output)
                return
            parts = (self._moves[at : at + MOVES_IN_BATCH] for at in range(0, len(self._moves), MOVES_IN_BATCH))
            for _count in self._workers.run(making.publish, parts):
                pass
        except OSError as error:
            raise _stopped(error) from None
        finally:
            self.discard()

    def discard(self) -> None:
        """Remove what was not published."""
        _remove(self.folder)


def prune(output: Path, paths: Iterable[str]) -> None:
    """Delete files of the site, and the folders that this leaves empty."""
    folders: set[str] = set()
    for path in paths:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
            os.unlink(output / path)
        folders.add(os.path.dirname(path))
    while folders:
        folder = max(folders, key=len)
        folders.discard(folder)
        if folder:
            try:
                os.rmdir(output / folder)
            except OSError:
                continue
            folders.add(os.path.dirname(folder))


def _batched(pages: Iterable[making.Leaf]) -> Iterator[making.Leaves]:
    batch: list[making.Leaf] = []
    size = 0
    for page in pages:
        batch.append(page)
        size += len(page.view)
        if len(batch) >= PAGES_IN_BATCH or size >= BYTES_IN_BATCH:
            yield making.Leaves.of(batch)
            batch, size = [], 0
    if batch:
        yield making.Leaves.of(batch)


def _is_free(folder: Path) -> bool:
    """Whether a new folder can take this one's name: it is not there, or empty and no link or mount point."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        return False
    return not folder.exists() or (next(folder.iterdir(), None) is None and not os.path.ismount(folder))


def _remove(folder: Path) -> None:
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)


def _stopped(error: OSError) -> BuildStopped:
    place = error.filename or "the output folder"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return BuildStopped("no space left for the site — free some and build again; the site before is untouched")
    return BuildStopped(f"{place}: can't be written: {error.strerror} — put that right and build again")
