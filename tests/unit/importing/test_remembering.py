"""Inputs that were read before are not read again, as long as the archive has all that they hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.unit.importing import tinyformat
from tests.unit.importing.archives import Archive

RECORDS = (
    "title=One\tdate=2019-03-01\tidentity=urn:1",
    "title=One\tdate=2019-03-01\tidentity=urn:1\tsource_url=https://a.example/x",
    "title=Draft\tdraft=1",
    "do=reject",
    "do=repeat",
    "title= ",
)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The inputs that were read."""
    found: list[str] = []
    real = tinyformat.read

    def read(source: Any, settings: Any) -> Any:
        found.append(source.name)
        return real(source, settings)

    monkeypatch.setattr(tinyformat, "read", read)
    return found


def test_what_was_read_is_not_read_again_and_told_the_same(archive: Archive, reads: list[str]) -> None:
    paper = archive.write("a.tiny", *RECORDS)
    report = archive.root / "report.jsonl"
    archive.run(paper)
    archive.run(paper, report=report)
    assert reads == ["a.tiny"]
    told = report.read_text()
    archive.forget()
    accounts = archive.run(paper, report=report)
    assert reads == ["a.tiny", "a.tiny"]
    assert report.read_text() == told
    assert (accounts.duplicates, accounts.rejected) == (4, 2)
    assert [json.loads(line)["outcome"] for line in told.splitlines()].count("duplicate") == 4


@pytest.mark.parametrize("change", ["gone", "other bytes", "other name", "reader", "settings"])
def test_it_is_read_again_when_anything_changed(
    archive: Archive, reads: list[str], monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    paper = archive.write("a.tiny", *RECORDS)
    archive.run(paper)
    options: dict[str, Any] = {}
    if change == "gone":
        (archive.content / "imported/2019/03/one.md").unlink()
    elif change == "other bytes":
        archive.write("a.tiny", *RECORDS, "")
    elif change == "other name":
        paper = archive.write("b.tiny", *RECORDS)
    elif change == "reader":
        monkeypatch.setattr(tinyformat, "VERSION", 2)
    else:
        options = {"url": "https://a.example"}
    archive.run(paper, **options)
    assert len(reads) == 2


def test_a_reader_that_looks_at_other_files_reads_again(
    archive: Archive, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tinyformat, "ALONE", False)
    paper = archive.write("a.tiny", *RECORDS)
    archive.run(paper)
    archive.run(paper)
    assert len(reads) == 2


def test_what_could_not_be_read_whole_is_read_again(archive: Archive, reads: list[str]) -> None:
    paper = archive.write("a.tiny", "title=One", "do=raise")
    archive.run(paper)
    archive.run(paper)
    assert len(reads) == 2


def test_an_edited_article_is_still_told_of_as_imported_before(archive: Archive, reads: list[str]) -> None:
    paper = archive.write("a.tiny", *RECORDS)
    archive.run(paper)
    path = archive.content / "imported/undated/draft.md"
    path.write_text(path.read_text().replace("title: Draft", "title: Mine"))
    assert archive.run(paper).duplicates == 4
    assert reads == ["a.tiny"]
