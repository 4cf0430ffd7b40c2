"""Compares backissue with its peers: the same archive, the same pages, on memory and on disk, runs in turn.

    python -m bench.peers --sizes 1000,10000,100000 --runs 5 --peers hugo,eleventy,pelican --on memory,disk \\
        --engine python-markdown,commonmark --output peers.md

For each size and place one archive is made; it is moved into each builder's site folder for its run (a rename), the
output of the run before is removed, dirty pages are flushed, and the command is measured (see measure.py). A run counts
only when it ends well and wrote exactly one page for each article. Tables and, beside them, all runs as JSON are
written after each turn, so that an interrupted comparison keeps what it has.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from .archives import add_markdown, added_article, articles, write_markdown
from .builders import PEERS, Builder, Unavailable, backissue, peer
from .measure import measure
from .newsprint import Newsprint, newsprint
from .site_tree import SiteTree, site_tree

CLEAN, UNCHANGED, ADDED = "clean build", "nothing changed", "one article added"
MEMORY = Path("/dev/shm")
ENGINES = ("python-markdown", "commonmark")


@dataclass(frozen=True, slots=True)
class Run:
    """One measured run of one builder. `fault` says why it does not count; times in seconds, sizes in bytes."""

    place: str
    articles: int
    builder: str
    version: str
    case: str
    wall: float
    cpu: float
    peak_memory: int
    memory_kind: str
    files: int
    bytes: int
    article_bytes: int
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """The runs of one builder and case: medians, and the spread of wall seconds."""

    runs: int
    wall: float
    wall_least: float
    wall_most: float
    cpu: float
    peak_memory: float
    files: int
    bytes: int


def compare(
    place: str,
    folder: Path,
    size: int,
    builders: Sequence[Builder],
    runs: int,
    timeout: float,
    text: Newsprint,
    seed: int = 0,
) -> Iterator[Run]:
    """Build one archive of `size` articles with every builder in turn, `runs` times over, without those that failed.

    `folder` is where all is made, and is removed in the end.
    """
    late = added_article(size, seed, text)
    left_out: set[str] = set()
    with _scratch(folder) as root:
        content = root / "content"
        write_markdown(articles(size, seed, text), content)
        for _ in range(runs):
            for builder in builders:
                if builder.name in left_out:
                    continue
                site = root / "site"
                site.mkdir()
                content.rename(site / "content")
                builder.prepare(site)
                for case in (CLEAN, UNCHANGED, ADDED) if builder.incremental else (CLEAN,):
                    added = add_markdown(late, site / "content") if case == ADDED else None
                    run = _run(place, size, builder, case, site, timeout, size + (case == ADDED))
                    if added is not None:
                        added.unlink()
                    yield run
                    if run.fault:
                        left_out.add(builder.name)
                        break
                (site / "content").rename(content)
                shutil.rmtree(site)


def _run(place: str, size: int, builder: Builder, case: str, site: Path, timeout: float, wanted: int) -> Run:
    os.sync()
    command = [*builder.command, "--clean"] if builder.incremental and case == CLEAN else builder.command
    measured = measure(command, cwd=site, env=builder.env, timeout=timeout)
    tree = site_tree(site / "public")
    return Run(
        place=place,
        articles=size,
        builder=builder.name,
        version=builder.version,
        case=case,
        wall=measured.wall,
        cpu=measured.cpu,
        peak_memory=measured.peak_memory,
        memory_kind=measured.kind,
        files=tree.files,
        bytes=tree.bytes,
        article_bytes=tree.article_bytes,
        fault=_fault(measured.timed_out, measured.exit_code, measured.output, tree, wanted, timeout),
    )


def _fault(timed_out: bool, exit_code: int, output: str, tree: SiteTree, wanted: int, timeout: float) -> str:
    if timed_out:
        return f"not done after {timeout:.0f} s"
    if exit_code:
        said = [line for line in output.splitlines() if line.strip()]
        return f"exit code {exit_code}: {said[-1].strip()[:160] if said else 'no word'}"
    if tree.articles != wanted:
        return f"{tree.articles} article pages instead of {wanted}"
    return ""


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    root = Path(tempfile.mkdtemp(prefix="backissue-bench-", dir=folder))
    try:
        yield root
    finally:
        shutil.rmtree(root)


def summarise(runs: Iterable[Run]) -> Summary | None:
    """Reduce the runs of one builder and case that count; None where there are none."""
    good = [run for run in runs if not run.fault]
    if not good:
        return None
    walls = [run.wall for run in good]
    return Summary(
        runs=len(good),
        wall=statistics.median(walls),
        wall_least=min(walls),
        wall_most=max(walls),
        cpu=statistics.median(run.cpu for run in good),
        peak_memory=statistics.median(run.peak_memory for run in good),
        files=good[-1].files,
        bytes=good[-1].bytes,
    )


def report(runs: Sequence[Run]) -> str:
    """Write the tables, one a place and size, as Markdown. Ratios are of median wall time to the fastest peer's."""
    parts = [f"{machine()}\n"]
    for place, size in dict.fromkeys((run.place, run.articles) for run in runs):
        these = [run for run in runs if (run.place, run.articles) == (place, size)]
        rows: dict[tuple[str, str], list[Run]] = {}
        for run in these:
            rows.setdefault((run.builder, run.case), []).append(run)
        summaries = {key: summarise(group) for key, group in rows.items()}
        peers = [found.wall for (name, _), found in summaries.items() if found and not name.startswith("backissue")]
        fastest = min(peers, default=None)
        parts.append(f"### {size:,} articles, {place}\n")
        parts.append(
            "| builder | case | runs | wall s (least–most) | to the fastest peer | CPU s | peak MiB | files | MB |\n"
            "| --- | --- | --: | --: | --: | --: | --: | --: | --: |"
        )
        for (name, case), found in summaries.items():
            label = f"{name} {rows[name, case][0].version}"
            if found is None:
                parts.append(f"| {label} | {case} | 0 | {rows[name, case][-1].fault} | | | | | |")
                continue
            ratio = f"{found.wall / fastest:.3f}" if fastest else ""
            parts.append(
                f"| {label} | {case} | {found.runs} | {found.wall:.2f} ({found.wall_least:.2f}–{found.wall_most:.2f})"
                f" | {ratio} | {found.cpu:.2f} | {found.peak_memory / 2**20:,.0f} | {found.files:,}"
                f" | {found.bytes / 1e6:,.1f} |"
            )
        parts.append("")
    return "\n".join(parts)


def machine() -> str:
    """Say in a line what the measurements were made on."""
    model = "unknown processor"
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return (
        f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB, Linux {platform.release().split('-')[0]},"
        f" Python {platform.python_version()}"
    )


def _write(output: Path, runs: Sequence[Run]) -> None:
    output.with_suffix(".md").write_text(report(runs), encoding="utf-8")
    rows = [asdict(run) for run in runs]
    output.with_suffix(".json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def _names(text: str) -> list[str]:
    return [name for name in text.split(",") if name]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,10000,100000", help="numbers of articles")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--peers", type=_names, default=list(PEERS), help="hugo, eleventy, pelican; empty for none")
    parser.add_argument("--engine", type=_names, default=list(ENGINES), help="backissue's engines; empty for none")
    parser.add_argument("--on", type=_names, default=["memory", "disk"], help="memory (/dev/shm), disk")
    parser.add_argument("--disk", type=Path, default=Path(tempfile.gettempdir()), help="a folder on a disk")
    parser.add_argument("--cache", type=Path, help="where Eleventy is installed")
    parser.add_argument("--timeout", type=float, default=1_800, help="seconds for one run")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path, help="FILE.md, with FILE.json beside it")
    options = parser.parse_args()
    places = {"memory": ("memory file system", MEMORY), "disk": ("disk", options.disk)}
    for name in options.on:
        if name not in places:
            parser.error(f"--on {name}: memory or disk")
    builders: list[Builder] = []
    for name in options.peers:
        try:
            builders.append(peer(name, options.cache))
        except Unavailable as error:
            print(f"{name} is left out: {error}")
    builders += [backissue(engine) for engine in options.engine]
    text = newsprint(options.seed)
    runs: list[Run] = []
    for size in map(int, _names(options.sizes)):
        for name in options.on:
            place, folder = places[name]
            for run in compare(place, folder, size, builders, options.runs, options.timeout, text, options.seed):
                runs.append(run)
                said = run.fault or f"{run.wall:.2f} s, CPU {run.cpu:.2f} s, {run.peak_memory / 2**20:,.0f} MiB"
                print(f"{run.articles:>9,} {place:<18} {run.builder:<28} {run.case:<18} {said}", flush=True)
                if options.output:
                    _write(options.output, runs)
    print(report(runs))


if __name__ == "__main__":
    main()
