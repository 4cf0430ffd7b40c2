"""A sample of every set of real files through the whole import: recognised, accounted for, loadable, idempotent."""

from __future__ import annotations

import gzip
import json
import shutil
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest

from backissue.config import Site
from backissue.importing import Accounts, run_import
from backissue.loading.articlefile import parse_article

LARGEST = 1 << 20
"""Larger files are left to the tests of their formats."""

SETS = {
    # set: files of the sample, the formats that may be recognised in it (nothing but these), the least share imported
    "html": (24, {"html", "feed"}, 0.9),
    "feeds": (24, {"feed", "html"}, 0.7),
    "iptc": (60, {"ninjs", "newsml-g2", "newsml1", "nitf", "wire", "agency-xml", "mail", "feed", ""}, 0.6),
    "wxr": (8, {"wordpress", "feed"}, 0.0),
    "warc": (8, {"warc", "wacz"}, 0.0),
    "rawtext": (24, {"ocr", "text"}, 1.0),
    "mdsites": (40, {"markdown", "text"}, 0.8),
    "corpus": (1, {"jsonl"}, 1.0),
}
_NO_INPUT = (".json", ".txt")


def sample(name: str, data: Path, folder: Path, count: int) -> Path:
    """A folder with every so many of a set's inputs, spread over all of it."""
    folder.mkdir()
    if name == "corpus":
        with gzip.open(data / "dated-articles.jsonl.gz") as lines:
            (folder / "articles.jsonl").write_bytes(b"".join(islice(lines, 0, 5000, 50)))
        return folder
    if name in ("mdsites", "rawtext"):
        packed = sorted(data.glob("*.tar.gz"))
        for archive in packed:
            with tarfile.open(archive) as members:
                posts = [m for m in members.getmembers() if m.isfile() and m.name.endswith((".md", ".txt"))]
                for member in posts[:: max(1, len(posts) * len(packed) // count)]:
                    target = folder / archive.name.partition(".")[0] / member.name
                    target.parent.mkdir(parents=True, exist_ok=True)
                    content = members.extractfile(member)
                    assert content is not None
                    target.write_bytes(content.read())
        return folder
    files = [path for path in inputs_of(data, name) if path.stat().st_size < LARGEST]
    for path in files[:: max(1, len(files) // count)]:
        target = folder / path.relative_to(data)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    return folder


def inputs_of(data: Path, name: str) -> Iterator[Path]:
    for path in sorted(data.rglob("*")):
        gold = name == "html" and (path.suffix in _NO_INPUT or ".expected" in path.name)
        about = path.parent == data and path.name in ("SOURCE.md", "index.jsonl")
        if path.is_file() and not gold and not about and not path.name.endswith(".tar.gz"):
            yield path


def state(content: Path) -> dict[str, tuple[bytes, int]]:
    return {
        path.relative_to(content).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in content.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("name", SETS)
def test_a_sample_of_a_set_is_imported(name: str, shared: Path, tmp_path: Path) -> None:
    count, formats, share = SETS[name]
    folder = sample(name, shared / "data" / name, tmp_path / "in", count)
    content = tmp_path / "content"
    content.mkdir()
    site = Site()

    def run(report: str) -> Accounts:
        return run_import(
            [str(folder)],
            site=site,
            root=tmp_path,
            to=content / "imported",
            report=tmp_path / report,
            inline=True,
            now=lambda: datetime(2026, 11, 24, 12, tzinfo=UTC),
        )

    accounts = run("first.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "first.jsonl").read_text().splitlines()]
    counts = (accounts.imported, accounts.duplicates, accounts.rejected, accounts.withheld)
    outcomes = [line["outcome"] for line in lines]
    assert counts == tuple(outcomes.count(each) for each in ("imported", "duplicate", "rejected", "withheld"))
    assert accounts.records == len(lines) == sum(counts)
    told = {line["input"] for line in lines}
    assert told == {str(path) for path in folder.rglob("*") if path.is_file()}
    assert {line.get("format", "") for line in lines} <= formats
    assert all(line.get("reason") for line in lines if line["outcome"] == "rejected")
    arrived = sum(bool(set(each) - {"rejected"}) for each in by_input(lines).values())
    assert arrived >= share * len(told)
    assert arrived > 0

    before = state(content)
    for path, (data, _) in before.items():
        if path.endswith(".md"):
            article = parse_article(data, path, site.zone)
            assert article.title
            assert article.provenance is not None
            assert "\ufffd" * 3 not in article.body
    again = run("again.jsonl")
    assert (again.records, again.imported, again.withheld, again.rejected) == (
        accounts.records,
        0,
        0,
        accounts.rejected,
    )
    assert state(content) == before


def by_input(lines: list[dict[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in lines:
        found.setdefault(line["input"], []).append(line["outcome"])
    return found
