"""Measures the search: what it takes to index archives, and what a reader's first search loads.

    python -m bench.search --articles 1000 10000 --work /somewhere/with/room

For each size: an archive (bench.archives, JSON Lines) is built with a theme of one line, so that what is measured is
the search; then one article is added, and built again; then a browser opens the search page with a query in its
address, from this machine. Times are by the clock unless they say CPU; those of a search are by the page's own clock,
for asking a browser from outside takes longer than it takes. Prints Markdown.
"""

from __future__ import annotations

import argparse
import functools
import http.server
import json
import resource
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import sync_playwright

from backissue.building import Options, Report
from backissue.pipeline import build
from backissue.theme import VIEWS
from bench.archives import add_line, added_article, articles, write_lines

NOW = datetime(2026, 1, 2, tzinfo=UTC)
SETTINGS = "title: Bench\nsearch: pagefind\nmanifests: false\nmarkdown: {engine: commonmark, extensions: [tables]}\n"
QUERIES = ("shipping", "government report", "said")

PAGE_CLOCK = """
new MutationObserver(() => {
  const search = document.getElementById("search");
  if (!window.firstResult && search && search.querySelector(".results li")) window.firstResult = performance.now();
  if (!window.lastAnswer && search && search.ariaBusy === "false") window.lastAnswer = performance.now();
}).observe(document, { childList: true, subtree: true, attributeFilter: ["aria-busy"] });
"""
"""Notes when results are first in the page, and when all shards have answered: milliseconds after it was asked for."""


class Clock:
    """Follows a build's progress: when indexing began and ended."""

    def __init__(self) -> None:
        self.began = self.ended = 0.0

    def __call__(self, step: str, _done: int, _total: int) -> None:
        now = time.monotonic()
        if step == "indexing":
            self.ended = now
        elif not self.ended:
            self.began = now


def made(root: Path, count: int) -> None:
    """Write the archive, as JSON Lines, and a theme that says little."""
    (root / "content").mkdir(parents=True)
    (root / "templates").mkdir()
    (root / "site.yaml").write_text(SETTINGS)
    for name in VIEWS:
        if name != "search.html":
            (root / "templates" / name).write_text("<!DOCTYPE html><title>{{ path }}</title>")
    write_lines(articles(count), root / "content")


def built(root: Path) -> tuple[Report, float, float, float]:
    """Build; the report, seconds of indexing, of everything, and of CPU by everybody."""
    clock, before, start = Clock(), cpu(), time.monotonic()
    report = build(Options(root=root, explain=True, allow_gone=True), clock, NOW)
    return report, clock.ended - (clock.began or start), time.monotonic() - start, cpu() - before


def cpu() -> float:
    uses = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in uses)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    handler = functools.partial(_Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def searched(folder: Path, chromium: str) -> Iterator[tuple[str, int, dict[str, int], float, float, str]]:
    """For each query, with nothing cached: requests below search/ and their bytes by kinds of files, milliseconds from
    the opening of the page to the first results and to the last, and what the page says.
    """
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with served(folder) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        for query in QUERIES:
            context = browser.new_context()
            page = context.new_page()
            asked: list[str] = []
            page.on("request", lambda request, asked=asked: asked.append(request.url))  # type: ignore[misc]
            page.add_init_script(PAGE_CLOCK)
            page.goto(f"{url}search.html?q={query.replace(' ', '+')}", wait_until="commit")
            page.wait_for_selector("#search[aria-busy=false]", timeout=60_000)
            first, last = page.evaluate("[window.firstResult || window.lastAnswer, window.lastAnswer]")
            page.wait_for_timeout(300)
            paths = [each.split("?")[0].removeprefix(url) for each in asked if "/search/" in each]
            sizes: dict[str, int] = {}
            for path in paths:
                kind = path.rpartition(".")[2].removeprefix("pf_")
                sizes[kind] = sizes.get(kind, 0) + (folder / path).stat().st_size
            yield query, len(paths), sizes, first, last, page.inner_text(".count")
            context.close()
        browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--work", type=Path, required=True, help="a folder for the archives, emptied each time")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--again", action="store_true", help="measure what was built there before, as it is")
    asked = parser.parse_args()
    for count in asked.articles:
        root = asked.work / str(count)
        print(f"## {count:,} articles\n", flush=True)
        if not asked.again:
            measured(root, count)
        print("\n| query | requests | kB | of it | first results, ms | all, ms | says |")
        print("| --- | --- | --- | --- | --- | --- | --- |")
        for query, requests, sizes, first, last, said in searched(root / "public", asked.chromium):
            kinds = ", ".join(f"{kind} {size / 1e3:,.0f}" for kind, size in sizes.items())
            loaded = sum(sizes.values()) / 1e3
            print(f"| {query} | {requests} | {loaded:,.0f} | {kinds} | {first:.0f} | {last:.0f} | {said} |", flush=True)
        print()


def measured(root: Path, count: int) -> None:
    """Build an archive, and once more with one article added; what that took."""
    shutil.rmtree(root, ignore_errors=True)
    made(root, count)
    report, index, whole, used = built(root)
    folder = root / "public"
    shards = json.loads((folder / "search/shards.json").read_text())["shards"]
    files = [path for path in (folder / "search").rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"indexing {index:.1f} s of {whole:.1f} s ({used:.0f} s CPU in all), peak of a process {peak:,.0f} MiB")
    print(f"{len(shards)} shards, {len(files):,} files, {size / 1e6:.1f} MB", flush=True)
    add_line(added_article(count), root / "content")
    report, index, whole, used = built(root)
    touched = {page.path.rsplit("/", 2)[0] for page in report.explained if page.reason.endswith("shard changed")}
    changed = sum(page.path.startswith("search/") for page in report.explained)
    print(f"one article more: {whole:.2f} s ({used:.2f} s CPU), {changed} files in {sorted(touched)}", flush=True)


if __name__ == "__main__":
    main()
