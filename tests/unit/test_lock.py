"""The lock of a site ends with the process that has it, whatever that began meanwhile."""

from __future__ import annotations

from pathlib import Path

from backissue import executors
from backissue.lock import locked


def test_workers_do_not_hold_it(tmp_path: Path) -> None:
    workers = executors.processes(1)
    try:
        with locked(tmp_path / "lock"):
            assert list(workers.run(abs, [-1])) == [1]
        with locked(tmp_path / "lock"):
            pass
    finally:
        workers.close()
