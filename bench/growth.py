"""How builds grow: 1,000 to 1,000,000 articles as JSON Lines, built clean, with nothing changed, with one added.

    python -m bench.growth --sizes 1000,10000,100000,1000000 --engine commonmark --output docs/growth.md

Writes a table (FILE.md), all runs (FILE.json) and a plot (FILE.svg). A million articles need about 25 GB under
--folder, most of it the site. The page of one month in the middle of the archive is read too, as a reader would: its
bytes, and the median time of reading its file.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

from .archives import add_line, added_article, articles, write_lines
from .builders import Builder, backissue
from .loglog import Panel, Series, draw
from .measure import measure
from .newsprint import Newsprint, newsprint
from .peers import ADDED, CLEAN, UNCHANGED, machine
from .site_tree import site_tree

MONTH = "2006/06"
MONTH_READS = 200
CASES = (CLEAN, UNCHANGED, ADDED)


@dataclass(frozen=True, slots=True)
class Step:
    """One build at one size. Times in seconds, sizes in bytes; the month's page is measured after the clean build."""

    articles: int
    case: str
    wall: float
    cpu: float
    user: float
    peak_memory: int
    files: int
    bytes: int
    month_bytes: int = 0
    month_seconds: float = 0.0


class Failed(Exception):
    """A build that ended badly, or that wrote other than one page for each article."""


def grow(size: int, builder: Builder, folder: Path, text: Newsprint, timeout: float, seed: int = 0) -> Iterator[Step]:
    """Build an archive of `size` articles three times over. Raises Failed."""
    root = Path(tempfile.mkdtemp(prefix="backissue-bench-", dir=folder))
    try:
        write_lines(articles(size, seed, text), root / "content")
        builder.prepare(root)
        late = added_article(size, seed, text)
        for case in CASES:
            if case == ADDED:
                add_line(late, root / "content")
            os.sync()
            command = [*builder.command, "--clean"] if case == CLEAN else builder.command
            measured = measure(command, cwd=root, env=builder.env, timeout=timeout)
            tree = site_tree(root / "public")
            if not measured.succeeded:
                raise Failed(f"{size:,} articles, {case}: exit code {measured.exit_code}\n{measured.output}")
            if tree.articles != size + (case == ADDED):
                raise Failed(f"{size:,} articles, {case}: {tree.articles:,} article pages")
            month_bytes, month_seconds = read_month(root / "public") if case == CLEAN else (0, 0.0)
            yield Step(
                size,
                case,
                measured.wall,
                measured.cpu,
                measured.user,
                measured.peak_memory,
                tree.files,
                tree.bytes,
                month_bytes,
                month_seconds,
            )
    finally:
        shutil.rmtree(root)


def read_month(site: Path) -> tuple[int, float]:
    """Read the page of a month in the middle of the archive again and again: its bytes, the median seconds."""
    page = next((path for path in (site / MONTH / "index.html", site / f"{MONTH}.html") if path.is_file()), None)
    if page is None:
        raise Failed(f"no page for the month {MONTH}")
    seconds = []
    for _ in range(MONTH_READS):
        started = time.perf_counter()
        page.read_bytes()
        seconds.append(time.perf_counter() - started)
    return page.stat().st_size, statistics.median(seconds)


def report(steps: Sequence[Step], name: str) -> str:
    """Write the table as Markdown, and how far from linear the growth was."""
    lines = [
        f"{machine()}; {name}",
        "",
        "| articles | case | wall s | CPU s | of it user | peak MiB | files | MB | month page kB | read in µs |",
        "| --: | --- | --: | --: | --: | --: | --: | --: | --: | --: |",
    ]
    for step in steps:
        month = f"{step.month_bytes / 1e3:.1f} | {step.month_seconds * 1e6:.0f}" if step.month_bytes else " | "
        lines.append(
            f"| {step.articles:,} | {step.case} | {step.wall:.2f} | {step.cpu:.2f} | {step.user:.2f}"
            f" | {step.peak_memory / 2**20:,.0f} | {step.files:,} | {step.bytes / 1e6:,.1f} | {month} |"
        )
    lines.append("")
    clean = sorted((step for step in steps if step.case == CLEAN), key=lambda step: step.articles)
    for small, large in pairwise(clean):
        linear = large.articles / small.articles
        wall, cpu, user = (getattr(large, value) / getattr(small, value) / linear for value in ("wall", "cpu", "user"))
        lines.append(
            f"- {small.articles:,} to {large.articles:,} articles: CPU {cpu:.2f} times linear"
            f" (user {user:.2f} times), wall {wall:.2f} times"
        )
    return "\n".join(lines) + "\n"


def plot(steps: Sequence[Step]) -> str:
    """Draw CPU time, which other work on the machine bears on least, and peak memory against the number of articles."""

    def series(value: str, scale: float) -> tuple[Series, ...]:
        return tuple(
            Series(
                case,
                tuple((step.articles, getattr(step, value) / scale) for step in steps if step.case == case),
            )
            for case in CASES
        )

    panels = [
        Panel("CPU time", "s", series("cpu", 1)),
        Panel("Peak memory", "MiB", series("peak_memory", 2**20)),
    ]
    return draw(panels, "articles")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,10000,100000,1000000")
    parser.add_argument("--engine", default="commonmark")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()), help="where all is made")
    parser.add_argument("--timeout", type=float, default=7_200, help="seconds for one build")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path, help="FILE.md, with FILE.json and FILE.svg beside it")
    options = parser.parse_args()
    builder = backissue(options.engine)
    text = newsprint(options.seed)
    steps: list[Step] = []
    for size in map(int, options.sizes.split(",")):
        try:
            for step in grow(size, builder, options.folder, text, options.timeout, options.seed):
                steps.append(step)
                print(
                    f"{step.articles:>9,} {step.case:<18} {step.wall:.2f} s, {step.peak_memory / 2**20:,.0f} MiB",
                    flush=True,
                )
                if options.output:
                    options.output.with_suffix(".md").write_text(report(steps, builder.name), encoding="utf-8")
                    rows = json.dumps([asdict(one) for one in steps], indent=1)
                    options.output.with_suffix(".json").write_text(rows + "\n", encoding="utf-8")
                    options.output.with_suffix(".svg").write_text(plot(steps), encoding="utf-8")
        except Failed as failure:
            raise SystemExit(str(failure)) from None
    print(report(steps, builder.name))


if __name__ == "__main__":
    main()
