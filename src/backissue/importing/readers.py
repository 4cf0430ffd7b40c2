"""Reading processes: inputs in batches, several at once, their messages in the order of the inputs.

The result does not depend on how many processes there are. A process that hangs ends itself, and one that dies (a crash
in a library, no memory left) takes its batch along; the inputs that were being read are then read again, each in a
process of its own, and one that ends its process again is the one at fault.
"""

from __future__ import annotations

import contextlib
import faulthandler
import itertools
import logging
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import time
import warnings
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from types import TracebackType
from typing import Self

from .. import importers
from ..executors import cores, end_with_parent
from .inputs import Found
from .preparing import Refused
from .reading import Ended, Job, Message, read_input
from .spool import SEGMENT_SECONDS, Reader, Writer

SMALL_BYTES = 1 << 20
BATCH_BYTES = 8 << 20
BATCH_INPUTS = 32
"""Inputs of at most SMALL_BYTES go in batches of so many bytes and so many inputs; a larger one goes alone."""


class Readers:
    """A pool of reading processes, `jobs` of them; with `inline`, none: inputs are read in our own process."""

    def __init__(self, jobs: int = 0, *, inline: bool = False) -> None:
        self.jobs = jobs or cores()
        self._inline = inline
        self._pool: ProcessPoolExecutor | None = None
        self._folder: Path | None = None
        self._numbers = itertools.count()

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="backissue-import-"))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None and self._pool is not None:
            self._pool.shutdown()
        self.stop()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def folder(self) -> Path:
        """A scratch folder for the time of the import."""
        if self._folder is None:
            raise RuntimeError("Readers are used in a with statement")
        return self._folder

    def read(self, inputs: Iterable[Found], job: Job) -> Iterator[tuple[Found, Iterator[Message]]]:
        """Every input with its messages; they are to be read to their end before the next input is asked for."""
        if self._inline:
            for found in inputs:
                yield found, read_input(found, job)
            return
        batches = _batches(inputs)
        pending: deque[_Batch] = deque()
        while True:
            while len(pending) <= 2 * self.jobs and (batch := next(batches, None)) is not None:
                pending.append(self._submitted(batch, job))
            if not pending:
                return
            front = pending.popleft()
            for found in front.inputs:
                yield found, self._messages(front, found, job)
            shutil.rmtree(front.folder, ignore_errors=True)

    def _messages(self, batch: _Batch, found: Found, job: Job) -> Iterator[Message]:
        """The messages of an input of a batch, up to and with its Ended."""
        told = 0
        if not batch.died:
            try:
                for message in batch.messages():
                    told += 1
                    yield message
                    if isinstance(message, Ended):
                        return
            except BrokenProcessPool:
                batch.died = True
                self.stop()
        yield from self._alone(found, job, told)

    def _alone(self, found: Found, job: Job, told: int) -> Iterator[Message]:
        """Read an input in a process of its own; `told` messages of it are known already."""
        folder = self._new_folder()
        pool = _pool(1)
        try:
            alone = _Batch([found], folder, pool.submit(read_batch, [found], job, str(folder), 0.0))
            for message in itertools.islice(alone.messages(), told, None):
                yield message
                if isinstance(message, Ended):
                    return
        except BrokenProcessPool:
            limit = f"{job.seconds:g} seconds"
            yield Refused(
                "", f"its reader took longer than {limit}, or ran out of memory, and was ended — leave it out"
            )
            yield Ended()
        finally:
            _end(pool)
            shutil.rmtree(folder, ignore_errors=True)

    def _submitted(self, inputs: list[Found], job: Job) -> _Batch:
        folder = self._new_folder()
        try:
            future = self._started().submit(read_batch, inputs, job, str(folder), SEGMENT_SECONDS)
        except BrokenProcessPool:
            self.stop()
            future = self._started().submit(read_batch, inputs, job, str(folder), SEGMENT_SECONDS)
        return _Batch(inputs, folder, future)

    def _new_folder(self) -> Path:
        folder = self.folder / f"batch-{next(self._numbers)}"
        folder.mkdir()
        return folder

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = _pool(self.jobs)
        return self._pool

    def stop(self) -> None:
        """End all reading processes at once."""
        pool, self._pool = self._pool, None
        if pool is not None:
            _end(pool)


class _Batch:
    """Inputs that one process reads, and what it has told of them so far."""

    def __init__(self, inputs: list[Found], folder: Path, future: Future[None]) -> None:
        self.inputs = inputs
        self.folder = folder
        self.died = False
        self._future = future
        self._spool = Reader(folder)
        self._segment: Iterator[Message] = iter(())

    def messages(self) -> Iterator[Message]:
        """What comes next. Raises BrokenProcessPool when the process dies before the last input's Ended."""
        while True:
            # Not `yield from`, which would close the segment with this generator.
            for message in self._segment:  # noqa: UP028
                yield message
            done = self._future.done()
            segment = self._spool.read()
            if segment is not None:
                self._segment = segment
            elif done:
                self._future.result()
                raise BrokenProcessPool("the process ended before its work")
            else:
                wait([self._future], timeout=0.01)


def read_batch(inputs: Sequence[Found], job: Job, folder: str, every: float) -> None:
    """Read inputs, in a reading process, and tell of them through the spool in `folder`, every so many seconds."""
    writer = Writer(Path(folder), every)
    with _Watch(job.seconds + job.grace) as watch:
        for found in inputs:
            for message in read_input(found, job):
                writer.write(message)
                watch.tick()
                if writer.ahead:
                    watch.pause()
                    writer.wait()
        writer.flush()


class _Watch:
    """Ends the process, from outside Python, when it shows no life for so many seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._nowhere = open(os.devnull, "w")  # noqa: SIM115 - closed in __exit__
        self._set = 0.0

    def __enter__(self) -> Self:
        self.tick()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        faulthandler.cancel_dump_traceback_later()
        self._nowhere.close()

    def tick(self) -> None:
        """Show life; cheap enough for every record."""
        now = time.monotonic()
        if now - self._set > min(1.0, self._seconds / 4):
            faulthandler.dump_traceback_later(self._seconds, exit=True, file=self._nowhere)
            self._set = now

    def pause(self) -> None:
        """Show no life for a while, for a good reason."""
        faulthandler.cancel_dump_traceback_later()
        self._set = 0.0


def _pool(jobs: int) -> ProcessPoolExecutor:
    # Never a plain fork: it copies whatever threads and locks the caller has.
    context = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
    if sys.platform != "win32":
        context.set_forkserver_preload(["backissue.importing.reading", "backissue.importing.stories"])
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin_process)


def _begin_process() -> None:
    """A reading process leaves Ctrl-C to its parent, and prints nothing: what is wrong is told by messages."""
    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    with contextlib.suppress(Exception):  # told with the first input
        importers.formats()  # now, for it may take longer than one record should


def _end(pool: ProcessPoolExecutor) -> None:
    """End a pool's processes, whatever they are at."""
    processes = list((getattr(pool, "_processes", None) or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        with contextlib.suppress(OSError, ValueError):
            process.kill()
    for process in processes:
        with contextlib.suppress(OSError, ValueError, AssertionError):
            process.join(10)


def _batches(inputs: Iterable[Found]) -> Iterator[list[Found]]:
    batch: list[Found] = []
    total = 0
    for found in inputs:
        if found.size > SMALL_BYTES:
            if batch:
                yield batch
                batch, total = [], 0
            yield [found]
            continue
        batch.append(found)
        total += found.size
        if len(batch) == BATCH_INPUTS or total >= BATCH_BYTES:
            yield batch
            batch, total = [], 0
    if batch:
        yield batch
