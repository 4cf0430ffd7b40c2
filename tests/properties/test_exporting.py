"""What is exported as JSON Lines is content again, the same articles; an export after edits is that of a clean one."""

from __future__ import annotations

import csv
import io
import json
import math
import shutil
import tempfile
from datetime import UTC
from pathlib import Path
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.properties.test_incremental_builds import NAMES, body, fronts, values
from tests.properties.test_loading import any_text, articles
from tests.scratch import NOW, ScratchSite, differences
from tests.sites.plain_theme import use_plain_theme

from backissue.article import Article
from backissue.building import Options
from backissue.errors import BuildStopped, ContentErrors
from backissue.exporting import run_export
from backissue.exporting.csv import guarded
from backissue.exporting.jsonl import OWN_KEY, line_of
from backissue.exporting.records import Record
from backissue.loading.articlefile import write_article
from backissue.loading.jsonlines import parse_line

WANTED = ["jsonl", "csv", "sqlite"]


def finite(value: Any) -> bool:
    """Whether JSON can hold a value."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        return all(map(finite, value.values()))
    return all(map(finite, value)) if isinstance(value, list) else True


@given(articles(UTC))
def test_a_line_is_the_article(article: Article) -> None:
    assume(finite(article.extra) and OWN_KEY not in article.extra)
    line = line_of(Record("a/b.html", "https://a.example/a/b.html", "b.md", 0, article, (), "", ""))
    assert b"\n" not in line
    own = {"path": "a/b.html", "url": "https://a.example/a/b.html", "file": "b.md"}
    assert parse_line(line, "x.jsonl", 1, UTC) == replace(article, extra={**article.extra, OWN_KEY: own})


def exported(root: Path, files: dict[str, bytes]) -> dict[str, bytes]:
    """The JSON Lines that an archive of these content files is exported as."""
    (root / "content").mkdir()
    for name, data in files.items():
        path = root / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (root / "site.yaml").write_text("clash: suffix\n", "utf-8")
    run_export(Options(root=root, jobs=1), root / "export", ["jsonl"], lambda *_: None, NOW)
    return {path.name: path.read_bytes() for path in (root / "export/jsonl").glob("*.jsonl")}


@settings(max_examples=8, deadline=None)
@given(st.lists(articles(UTC), min_size=1, max_size=4))
def test_an_export_is_content_again(found: list[Article]) -> None:
    found = [replace(one, copy_of="", version_of="", embargo=None, image=None) for one in found]
    assume(all(finite(one.extra) and OWN_KEY not in one.extra for one in found))
    names = [f"{number}.md" if number % 2 else f"2001-02-0{number + 1}-dated-{number}.md" for number in range(4)]
    files = {name: write_article(one).encode() for name, one in zip(names, found, strict=False)}
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        first = exported(Path(one), files)
        again = exported(Path(other), first)
    assert first.keys() == again.keys()
    for name, data in first.items():
        told = [parse_line(line, name, 1, UTC) for line in data.splitlines()]
        told_again = [parse_line(line, name, 1, UTC) for line in again[name].splitlines()]
        key = lambda article: (article.title, article.body, str(article))  # noqa: E731
        plain = [
            sorted((replace(a, extra={**a.extra, OWN_KEY: 0}) for a in each), key=key) for each in (told, told_again)
        ]
        assert plain[0] == plain[1]
    published = [article for article in found if not article.draft and article.status != "withdrawn"]
    assert sum(len(data.splitlines()) for data in first.values()) == len(published)


@settings(max_examples=6, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(NAMES), fronts, min_size=1, max_size=4), min_size=2, max_size=3))
def test_an_export_after_edits_is_a_clean_one(states: list[dict[str, dict[str, Any]]]) -> None:
    """Whatever of the content is written, changed, and gone between exports, with or without builds between them."""
    with tempfile.TemporaryDirectory() as folder:
        site = ScratchSite(Path(folder), "title: A\nurl: https://a.example\ncontact: a@a.example\nclash: suffix\n")
        use_plain_theme(site)
        for number, state in enumerate(states):
            shutil.rmtree(site.root / "content")
            for name, front in state.items():
                lines = {key: json.dumps(value) for key, value in values(front).items() if key != "title"}
                site.put(f"{name}.md", front["title"], body(front), **lines)
            try:
                # What goes on under another name keeps its address, of which the ledger knows once it was built.
                if number % 2 or (number and states[number - 1].keys() - state.keys()):
                    site.build()
                options = Options(root=site.root, jobs=1)
                run_export(options, site.root / "export", WANTED, lambda *_: None, NOW)
            except (BuildStopped, ContentErrors):
                continue  # addresses that would clash or be lost, and archives without an article that may be told of
            clean = Options(root=site.root, jobs=1, state=site.root / "state")
            shutil.rmtree(site.root / "state", ignore_errors=True)
            shutil.rmtree(site.root / "clean", ignore_errors=True)
            run_export(clean, site.root / "clean", WANTED, lambda *_: None, NOW)
            assert not differences(site.tree(site.root / "export"), site.tree(site.root / "clean"))


@given(st.lists(any_text, min_size=1, max_size=5))
def test_no_cell_of_a_spreadsheet_is_a_formula(cells: list[str]) -> None:
    assert not any(guarded(cell).startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    assert next(csv.reader(io.StringIO(out.getvalue(), newline=""))) == cells
