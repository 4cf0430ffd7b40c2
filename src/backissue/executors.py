"""Where batches run: in this process, in a pool of processes, or on a Dask cluster; always through an executor's `map`.

What was measured: a pool costs 30 ms to start and some 10 ms a worker for its templates, which is what some hundred
pages take, so small work stays in this process. `map` takes all its batches at once, and a million views do not fit in
memory, so batches go out in windows, of which two are under way.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor
from contextlib import contextmanager, suppress
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import urlsplit

from .errors import BuildStopped, MissingExtra

Batch = TypeVar("Batch")
Result = TypeVar("Result")

WINDOW = 8
"""Batches a worker in one window."""

TURN = 0.0005
"""Seconds for which a thread of this process keeps the others waiting, where there is a pool: each batch takes several
turns of the threads that hand it on, and Python's 5 ms a turn, while pages are planned, are as long as its work takes.
"""

PIPE_BYTES = 1 << 20
"""What a pipe to and from a pool takes before anybody has read from it (Linux has 64 KiB, and allows for so many): a
batch is half of that, and its reader should not have to wait for this process to be given a core.
"""

ATTEMPTS = 3
"""How often a batch is tried when workers die."""

SMALL = 150
"""Pages or articles that one process handles before a pool would have started."""


FORKS = sys.platform == "linux"
"""Whether a process begins as a copy of this one, which takes a hundredth of a second; elsewhere it loads all anew."""


class Workers:
    """Runs batches, in order, somewhere. To be closed, which ends what was started."""

    def __init__(
        self,
        start: Callable[[], Executor] | None,
        count: int,
        stop: Callable[[Executor], None] = lambda executor: executor.shutdown(wait=True, cancel_futures=True),
        finish: Callable[[], object] | None = None,
    ) -> None:
        """`start` makes an executor, and makes it anew when it has died; None runs in this process. `stop` ends one,
        and waits for what is under way; `finish` is called when all is done.
        """
        self._start = start
        self._stop = stop
        self._finish = finish
        self._executor: Executor | None = None
        self.count = count

    def run(self, function: Callable[[Batch], Result], batches: Iterable[Batch]) -> Iterator[Result]:
        """Apply a function to each batch; the results in the order of the batches. A dead worker's batch runs again.

        Raises what the function raises, and BuildStopped where workers die again and again.
        """
        if self._start is None:
            yield from map(function, batches)
            return
        try:
            yield from self._run(function, iter(batches))
        except BaseException:
            # Nothing may still be at work for a caller that has given up.
            self._end()
            raise

    def ahead(self, function: Callable[[Batch], object], batch: Batch) -> None:
        """Let every worker that was started do something while this process works on; nobody waits for it, and what it
        raises is not heard of.
        """
        if self._executor is not None:
            with suppress(BrokenExecutor):
                for _worker in range(self.count):
                    self._executor.submit(function, batch)

    def _run(self, function: Callable[[Batch], Result], waiting: Iterator[Batch]) -> Iterator[Result]:
        under_way: deque[tuple[list[Batch], Iterator[Result]]] = deque()
        size = self.count  # small at first: nobody is at work until a window is full
        while True:
            while len(under_way) < 2:
                window = list(islice(waiting, size))
                size = min(2 * size, WINDOW * self.count)
                if not window:
                    break
                under_way.append((window, self._map(function, window)))
            if not under_way:
                return
            window, results = under_way.popleft()
            done = 0
            try:
                for result in results:
                    done += 1
                    yield result
            except BrokenExecutor:
                yield from self._again(function, window[done:])
                # What was under way behind it died with the same executor.
                under_way = deque((later, self._map(function, later)) for later, _results in under_way)

    def _again(self, function: Callable[[Batch], Result], batches: list[Batch]) -> Iterator[Result]:
        """Run batches whose worker died, one at a time, so that one that kills every worker is found."""
        for batch in batches:
            for attempt in range(ATTEMPTS):
                try:
                    result = next(self._map(function, [batch]))
                except BrokenExecutor as error:
                    if attempt + 1 == ATTEMPTS:
                        raise BuildStopped(
                            f"workers died {ATTEMPTS} times at the same work ({error}) — is there too little memory?"
                        ) from None
                else:
                    yield result
                    break

    def _map(self, function: Callable[[Batch], Result], batches: list[Batch]) -> Iterator[Result]:
        """Begin a window; an executor that has died is replaced."""
        assert self._start is not None
        if self._executor is None:
            self._executor = self._start()
        try:
            return self._executor.map(function, batches)
        except BrokenExecutor:
            self._executor = self._start()
            return self._executor.map(function, batches)

    def _end(self) -> None:
        if self._executor is not None:
            self._stop(self._executor)
            self._executor = None

    def close(self) -> None:
        """End what was started."""
        self._end()
        if self._finish is not None:
            self._finish()


def here() -> Workers:
    """Run everything in this process."""
    return Workers(None, 1)


def processes(count: int) -> Workers:
    """A pool of processes on this machine."""
    # Small builds do without; it takes some milliseconds to load.
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    method = "fork" if FORKS else None
    context = multiprocessing.get_context(method)
    turn = sys.getswitchinterval()

    def start() -> Executor:
        sys.setswitchinterval(min(turn, TURN))
        pool = ProcessPoolExecutor(count, mp_context=context, initializer=end_with_parent)
        _widen(pool)
        return pool

    return Workers(start, count, finish=lambda: sys.setswitchinterval(turn))


def _widen(pool: object) -> None:
    """Let the pipes of a pool take whole batches, where the system allows for it and they are where they were."""
    if not FORKS:
        return
    import fcntl

    for queue in ("_call_queue", "_result_queue"):
        with suppress(AttributeError, OSError):
            fcntl.fcntl(getattr(pool, queue)._writer.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)


def end_with_parent() -> None:
    """Let this process, a worker of a pool, end when the one that began it does, however that ends.

    A worker that waits for work does not notice that nobody is left to give it any, and would wait for ever. What that
    one does when it is told to end is nothing for a worker to do.
    """
    import multiprocessing
    import signal
    import threading

    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def cluster(address: str) -> Workers:
    """The workers of a Dask cluster (extra `dask`), which must see the site's folder under the same path.

    Raises BuildStopped where no scheduler answers.
    """
    import socket

    try:
        import distributed
    except ModuleNotFoundError:
        raise MissingExtra("--scheduler", "dask") from None
    parts = urlsplit(address)
    try:
        # The client would go on trying in the background, and tell of it at length.
        socket.create_connection((parts.hostname or "", parts.port or 8786), timeout=5).close()
        client: Any = distributed.Client(address, timeout="30s")  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        hint = "start one, and write tcp://host:port"
        raise BuildStopped(f"no Dask scheduler answers at {address} ({error or 'timeout'}) — {hint}") from None
    count = max(sum(client.nthreads().values()), 1)
    return Workers(client.get_executor, count, lambda executor: executor.shutdown(wait=True), client.close)


def cores() -> int:
    """How many processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Team:
    """The workers of one command, started when there is work enough for them. To be closed."""

    def __init__(self, jobs: int = 0, scheduler: str = "") -> None:
        """`jobs` is how many processes to use, 0 for one a core; `scheduler` a Dask cluster's address, or empty."""
        self._jobs = jobs or cores()
        self._scheduler = scheduler
        self._workers: Workers | None = None

    def workers(self, count: int) -> Workers:
        """The workers for so many articles, pages or files. Raises BuildStopped where no cluster answers."""
        if self._workers is None:
            if self._scheduler:
                self._workers = cluster(self._scheduler)
            elif count <= SMALL or self._jobs == 1:
                return here()
            else:
                self._workers = processes(self._jobs)
        return self._workers

    @contextmanager
    def few(self, count: int, most: int) -> Iterator[Workers]:
        """The workers for so many tasks of one step, of which at most `most` are under way at a time on one machine."""
        if self._scheduler:
            yield self.workers(count)
            return
        jobs = min(self._jobs, count, most)
        workers = processes(jobs) if jobs > 1 else here()
        try:
            yield workers
        finally:
            workers.close()

    def close(self) -> None:
        """End what was started."""
        if self._workers is not None:
            self._workers.close()


def each(
    workers: Workers,
    function: Callable[[tuple[str, list[str]]], list[Result]],
    place: str,
    names: Sequence[str],
    size: int,
) -> dict[str, Result]:
    """What a function of batches gives for each of some names, `size` of them a batch; `place` goes with each batch."""
    parts = [list(names[at : at + size]) for at in range(0, len(names), size)]
    found: dict[str, Result] = {}
    for part, results in zip(parts, workers.run(function, ((place, part) for part in parts)), strict=True):
        found.update(zip(part, results, strict=True))
    return found
