"""Batches come back in order, wherever they run; a dead worker's batch runs again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest

from backissue import executors
from backissue.errors import BuildStopped


def double(number: int) -> int:
    return number * 2


def die_once(job: tuple[str, int]) -> int:
    marker, number = job
    if number == 13 and not Path(marker).exists():
        Path(marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def die(_number: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def fail(number: int) -> int:
    if number == 7:
        raise OSError(28, "full")
    return number


def when_told_to_end(_number: int) -> bool:
    return signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_workers_end_when_they_are_told_to() -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with closing(executors.processes(2)) as workers:
            assert all(workers.run(when_told_to_end, range(4)))
    finally:
        signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize("count", [0, 2])
def test_results_are_in_order(count: int) -> None:
    workers = executors.processes(count) if count else executors.here()
    try:
        assert list(workers.run(double, range(100))) == [number * 2 for number in range(100)]
    finally:
        workers.close()


@pytest.mark.skipif(not executors.FORKS, reason="pipes of other systems can't be widened")
def test_batches_do_not_wait_for_pipes_or_threads() -> None:
    import fcntl

    turn = sys.getswitchinterval()
    workers = executors.processes(2)
    try:
        assert list(workers.run(double, [1])) == [2]
        pipes = [getattr(workers._executor, name)._writer for name in ("_call_queue", "_result_queue")]
        assert [fcntl.fcntl(pipe.fileno(), fcntl.F_GETPIPE_SZ) for pipe in pipes] == [executors.PIPE_BYTES] * 2
        assert sys.getswitchinterval() == pytest.approx(executors.TURN)
    finally:
        workers.close()
    assert sys.getswitchinterval() == turn


def leave_a_mark(folder: str) -> None:
    Path(folder, str(os.getpid())).touch()
    raise ValueError("not heard of")


def test_workers_do_something_ahead(tmp_path: Path) -> None:
    workers = executors.processes(2)
    try:
        workers.ahead(leave_a_mark, str(tmp_path))
        assert list(workers.run(double, [1])) == [2]  # none was started before
        workers.ahead(leave_a_mark, str(tmp_path))
        assert list(workers.run(double, [1, 2, 3])) == [2, 4, 6]
    finally:
        workers.close()
    assert any(tmp_path.iterdir())
    assert str(os.getpid()) not in [mark.name for mark in tmp_path.iterdir()]


def test_a_dead_workers_batch_runs_again(tmp_path: Path) -> None:
    workers = executors.processes(2)
    try:
        jobs = [(str(tmp_path / "died"), number) for number in range(60)]
        assert list(workers.run(die_once, jobs)) == list(range(60))
        assert (tmp_path / "died").exists()
        assert list(workers.run(double, [1, 2])) == [2, 4]
    finally:
        workers.close()


def test_a_batch_that_kills_every_worker_is_told() -> None:
    workers = executors.processes(2)
    try:
        with pytest.raises(BuildStopped, match="workers died 3 times"):
            list(workers.run(die, [1]))
    finally:
        workers.close()


@pytest.mark.parametrize("count", [0, 2])
def test_what_a_batch_raises_is_raised(count: int) -> None:
    workers = executors.processes(count) if count else executors.here()
    try:
        with pytest.raises(OSError, match="full"):
            list(workers.run(fail, range(20)))
        assert list(workers.run(double, [4])) == [8]
    finally:
        workers.close()


def test_batches_are_taken_as_they_are_needed() -> None:
    taken: list[int] = []

    def jobs():
        for number in range(10_000):
            taken.append(number)
            yield number

    workers = executors.processes(2)
    try:
        results = workers.run(double, jobs())
        next(results)
        assert len(taken) <= 2 + 4  # so that work begins at once
        for _ in range(500):
            next(results)
        assert len(taken) <= 501 + 2 * 2 * executors.WINDOW
        results.close()
    finally:
        workers.close()


@pytest.mark.parametrize(
    "begin",
    [
        "from backissue.executors import processes; workers = processes(2); list(workers.run(abs, [1, 2, 3]))",
        "from backissue.importing.readers import _pool; pool = _pool(2); pool.submit(abs, 1).result()",
    ],
)
def test_workers_end_with_the_process_they_work_for_however_that_ends(begin: str) -> None:
    code = f"import time\nif __name__ == '__main__':\n    {begin}; print('at work', flush=True); time.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == b"at work\n"
            process.kill()
            process.communicate(timeout=60)  # which goes on while any of them lives
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


@pytest.mark.parametrize(("jobs", "counts", "used"), [
    (1, [1_000], [1]),
    (2, [10], [1]),
    (2, [1_000], [2]),
    (2, [1_000, 10], [2, 2]),  # once they have started, they are used for little too
])  # fmt: skip
def test_a_team_starts_when_there_is_enough_to_do(jobs: int, counts: list[int], used: list[int]) -> None:
    with closing(executors.Team(jobs)) as team:
        assert [team.workers(count).count for count in counts] == used


@pytest.mark.parametrize(("jobs", "count", "used"), [(8, 9, 3), (8, 2, 2), (2, 9, 2), (1, 9, 1)])
def test_a_team_has_few_for_heavy_work(jobs: int, count: int, used: int) -> None:
    with closing(executors.Team(jobs)) as team, team.few(count, 3) as workers:
        assert workers.count == used


def test_results_by_name() -> None:
    seen: list[list[str]] = []

    def lengths(batch: tuple[str, list[str]]) -> list[int]:
        place, names = batch
        seen.append(names)
        return [len(place + name) for name in names]

    assert executors.each(executors.here(), lengths, "in/", ["a", "bb", "ccc"], 2) == {"a": 4, "bb": 5, "ccc": 6}
    assert seen == [["a", "bb"], ["ccc"]]
