"""Runs a command and measures it: wall seconds, CPU seconds with all its children, peak memory of all its processes.

    python -m bench.measure COMMAND [ARGUMENT ...]

CPU is what wait4(2) reports for the command and the descendants that were waited for. Memory is the sum over the
process tree of PSS (each page of memory shared by n processes counts a n-th), from /proc/PID/smaps_rollup, sampled;
where PSS cannot be read, RSS. Linux only.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

INTERVAL = 0.05
# Reading the memory map of a large process takes time from it: at most this share of the time goes to sampling.
SAMPLING_SHARE = 0.04

_NOT_PASSED_ON = frozenset({"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"})


@dataclass(frozen=True, slots=True)
class Measured:
    """One run. Times in seconds, memory in bytes; `kind` says whether memory is PSS or, in part, RSS. Of `cpu`, `user`
    was spent in the programs, the rest in the system for them.
    """

    exit_code: int
    timed_out: bool
    wall: float
    cpu: float
    user: float
    peak_memory: int
    kind: str
    samples: int
    output: str

    @property
    def succeeded(self) -> bool:
        return self.exit_code == 0 and not self.timed_out


def measure(
    command: Sequence[str],
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float | None = None,
) -> Measured:
    """Run the command to its end, or kill it and its descendants after `timeout` seconds.

    `env` is added to this process's environment, of which what keeps Python from keeping compiled code, as it does on
    a user's machine, is left out. `output` is the last 4,000 characters of what it printed.
    """
    log = open_anonymous_file()
    try:
        started = time.perf_counter()
        # A session of its own: what it starts is found by the session's number even when orphaned.
        process = subprocess.Popen(
            list(command),
            cwd=cwd,
            env={**{name: value for name, value in os.environ.items() if name not in _NOT_PASSED_ON}, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        sampler = _Sampler(process.pid)
        timed_out = threading.Event()
        timer = threading.Timer(timeout, _kill, (process.pid, timed_out)) if timeout else None
        sampler.start()
        if timer:
            timer.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - started
        except BaseException:
            # Interrupted: a session of its own does not get the terminal's signal.
            _kill(process.pid, timed_out)
            raise
        finally:
            if timer:
                timer.cancel()
            sampler.finish()
        process.returncode = os.waitstatus_to_exitcode(status)
        os.lseek(log, 0, os.SEEK_SET)
        with os.fdopen(os.dup(log), "rb") as file:
            output = file.read().decode("utf-8", "replace")[-4_000:]
    finally:
        os.close(log)
    return Measured(
        exit_code=process.returncode,
        timed_out=timed_out.is_set(),
        wall=wall,
        cpu=usage.ru_utime + usage.ru_stime,
        user=usage.ru_utime,
        peak_memory=sampler.peak,
        kind=sampler.kind,
        samples=sampler.samples,
        output=output,
    )


def open_anonymous_file() -> int:
    """Give a descriptor of a file in memory, for output: a pipe might fill and hold the command up."""
    return os.memfd_create("output")


def _kill(session: int, timed_out: threading.Event) -> None:
    timed_out.set()
    for pid in _tree(session):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


class _Sampler(threading.Thread):
    """Adds up the memory of a session's processes from time to time, and keeps the greatest sum."""

    def __init__(self, session: int) -> None:
        super().__init__(daemon=True)
        self.peak = 0
        self.samples = 0
        self.kind = "PSS"
        self._session = session
        self._done = threading.Event()

    def run(self) -> None:
        pause = 0.0
        while not self._done.wait(pause):
            started = time.perf_counter()
            total = 0
            for pid in _tree(self._session):
                size, kind = _memory(pid)
                total += size
                if kind == "RSS":
                    self.kind = "RSS"
            self.peak = max(self.peak, total)
            self.samples += 1
            pause = max(INTERVAL, (time.perf_counter() - started) / SAMPLING_SHARE)

    def finish(self) -> None:
        self._done.set()
        self.join()


def _tree(root: int) -> list[int]:
    """List the process, its descendants, and all others of the session that it leads."""
    parents: dict[int, int] = {}
    found: set[int] = set()
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat", "rb") as file:
                # The command's name, in brackets, may hold spaces; after it come state, parent, group, session.
                fields = file.read().rpartition(b")")[2].split()
        except OSError:
            continue
        if fields[0] in (b"Z", b"X"):
            continue
        pid = int(name)
        parents[pid] = int(fields[1])
        if pid == root or int(fields[3]) == root:
            found.add(pid)
    grown = True
    while grown:
        children = {pid for pid, parent in parents.items() if parent in found} - found
        found |= children
        grown = bool(children)
    return sorted(found)


def _memory(pid: int) -> tuple[int, str]:
    """Give a process's bytes and which measure they are; nothing for one that has ended."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb") as file:
            for line in file:
                if line.startswith(b"Pss:"):
                    return int(line.split()[1]) * 1024, "PSS"
        return 0, "PSS"
    except ProcessLookupError:
        return 0, "PSS"
    except OSError:
        pass
    try:
        with open(f"/proc/{pid}/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE"), "RSS"
    except (OSError, IndexError):
        return 0, "PSS"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--timeout", type=float, help="seconds")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        parser.error("which command?")
    result = measure(command, timeout=options.timeout)
    print(result.output, end="")
    print(json.dumps({key: value for key, value in asdict(result).items() if key != "output"}))
    sys.exit(result.exit_code)


if __name__ == "__main__":
    main()
