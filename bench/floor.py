"""The floor under a clean build: read all input, write the same output files, with no work between.

    python -m bench.floor --articles 100000 --on memory        # an archive and its site, built first by backissue
    python -m bench.floor --input SITE/content --site SITE/public --scratch FOLDER

The output files have the sizes of the real ones and are filled with one letter;
every folder is made once and every file is opened, written and closed, and every input file read, by one process
and by two. No generator that reads and writes whole files can be faster on this file system.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from .archives import articles, write_markdown
from .builders import backissue
from .measure import measure
from .newsprint import newsprint
from .peers import MEMORY, machine

BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Floor:
    """Seconds, with what was read and written."""

    processes: int
    wall: float
    cpu: float
    files_read: int
    bytes_read: int
    files_written: int
    bytes_written: int


def walked(folder: Path) -> list[tuple[str, int]]:
    """List the files under a folder as paths relative to it, with their sizes, sorted."""
    found = []
    for parent, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(parent, name)
            found.append((os.path.relpath(path, folder), os.stat(path).st_size))
    return sorted(found)


def read_files(folder: str, names: Sequence[str]) -> int:
    """Read each file whole; gives the bytes."""
    size = 0
    for name in names:
        descriptor = os.open(f"{folder}/{name}", os.O_RDONLY)
        try:
            while data := os.read(descriptor, 1 << 20):
                size += len(data)
        finally:
            os.close(descriptor)
    return size


def write_files(folder: str, files: Sequence[tuple[str, int]]) -> int:
    """Write files of these sizes, their folders being there; gives the bytes."""
    longest = max((size for _, size in files), default=0)
    filler = memoryview(b"x" * longest)
    for name, size in files:
        descriptor = os.open(f"{folder}/{name}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        try:
            written = 0
            while written < size:
                written += os.write(descriptor, filler[written:size])
        finally:
            os.close(descriptor)
    return sum(size for _, size in files)


def floor(source: Path, site: Path, scratch: Path, processes: int) -> Floor:
    """Measure once. `scratch` is a folder on the file system to be measured."""
    inputs, outputs = walked(source), walked(site)
    target = Path(tempfile.mkdtemp(prefix="backissue-floor-", dir=scratch))
    try:
        before = _cpu()
        started = time.perf_counter()
        for parent in dict.fromkeys(os.path.dirname(name) for name, _ in outputs):
            os.makedirs(target / parent, exist_ok=True)
        names = [name for name, _ in inputs]
        with _mapper(processes) as apply:
            bytes_read = sum(apply(read_files, [(str(source), part) for part in _batches(names)]))
            bytes_written = sum(apply(write_files, [(str(target), part) for part in _batches(outputs)]))
        wall = time.perf_counter() - started
        return Floor(processes, wall, _cpu() - before, len(inputs), bytes_read, len(outputs), bytes_written)
    finally:
        shutil.rmtree(target)


@contextmanager
def _mapper(processes: int) -> Iterator:
    if processes == 1:
        yield lambda function, calls: [function(*call) for call in calls]
        return
    # Forked: starting fresh interpreters is work that the floor should not have.
    with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
        yield lambda function, calls: list(pool.map(function, *zip(*calls, strict=True))) if calls else []


def _batches(items: list) -> list[list]:
    return [items[start : start + BATCH] for start in range(0, len(items), BATCH)]


def _cpu() -> float:
    """Give the CPU seconds of this process and of its children that have ended."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def report(floors: Sequence[Floor], heading: str) -> str:
    """Write a Markdown table of medians."""
    lines = [
        f"### {heading}",
        "",
        "| processes | runs | wall s | CPU s | files read | MB read | files written | MB written |",
        "| --: | --: | --: | --: | --: | --: | --: | --: |",
    ]
    for processes in dict.fromkeys(one.processes for one in floors):
        these = [one for one in floors if one.processes == processes]
        first = these[0]
        lines.append(
            f"| {processes} | {len(these)} | {statistics.median(one.wall for one in these):.2f}"
            f" | {statistics.median(one.cpu for one in these):.2f} | {first.files_read:,}"
            f" | {first.bytes_read / 1e6:,.1f} | {first.files_written:,} | {first.bytes_written / 1e6:,.1f} |"
        )
    return "\n".join(lines) + "\n"


def measured(source: Path, site: Path, scratch: Path, runs: int) -> list[Floor]:
    """Measure with one process and with two in turn."""
    found = []
    for _ in range(runs):
        for processes in (1, 2):
            os.sync()
            found.append(floor(source, site, scratch, processes))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--engine", default="commonmark")
    parser.add_argument("--on", choices=("memory", "disk"), default="memory")
    parser.add_argument("--disk", type=Path, default=Path(tempfile.gettempdir()), help="a folder on a disk")
    parser.add_argument("--input", type=Path, help="a content folder that is there already")
    parser.add_argument("--site", type=Path, help="the site built from it, by whatever generator")
    parser.add_argument("--scratch", type=Path, help="where to write; the place of --on by default")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--output", type=Path, help="FILE.md")
    options = parser.parse_args()
    if (options.input is None) != (options.site is None):
        parser.error("--input and --site go together")
    scratch = options.scratch or (MEMORY if options.on == "memory" else options.disk)
    if options.input is not None:
        floors = measured(options.input, options.site, scratch, options.runs)
        heading = "The floor"
    else:
        root = Path(tempfile.mkdtemp(prefix="backissue-bench-", dir=scratch))
        try:
            write_markdown(articles(options.articles, 0, newsprint(0)), root / "content")
            builder = backissue(options.engine)
            builder.prepare(root)
            built = measure([*builder.command, "--clean"], cwd=root, env=builder.env)
            if not built.succeeded:
                raise SystemExit(f"the site could not be built:\n{built.output}")
            floors = measured(root / "content", root / "public", scratch, options.runs)
        finally:
            shutil.rmtree(root)
        heading = f"The floor for {options.articles:,} articles, {options.on}"
    text = f"{machine()}\n\n{report(floors, heading)}"
    print(text)
    if options.output:
        options.output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
