"""The accounts of an import: what the four counts, the report and the faults say."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from tests.unit.importing.archives import Archive

from backissue.errors import BuildStopped, ContentErrors, MissingExtra
from backissue.importing.accounts import MAX_FAULTS, Bookkeeper, Fault, Line


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


def report(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_every_record_is_one_of_four(archive: Archive, tmp_path: Path) -> None:
    paper = archive.write(
        "a.tiny",
        "title=One\tbody=A.",
        "title=Two\tdraft=1",
        "title=Three\tembargo=2027-01-01",
        "do=reject",
        "do=repeat",
    )
    accounts = archive.run(paper, report=tmp_path / "report.jsonl")
    assert (accounts.records, accounts.imported, accounts.duplicates) == (5, 1, 1)
    assert (accounts.rejected, accounts.withheld, accounts.inputs) == (1, 2, 1)
    assert str(accounts) == "5 records: 1 imported, 1 duplicates, 1 rejected, 2 withheld"
    lines = report(tmp_path / "report.jsonl")
    assert [line["outcome"] for line in lines] == ["imported", "withheld", "withheld", "rejected", "duplicate"]
    assert lines[0] == {
        "input": paper,
        "outcome": "imported",
        "place": "line 2",
        "format": "tiny",
        "path": "content/imported/undated/one.md",
    }
    assert lines[2]["reason"] == "embargo until 2027-01-01T00:00:00+00:00"
    assert lines[4]["reason"] == "repeats line 2"


def test_a_fault_is_one_line_that_names_input_and_place(archive: Archive) -> None:
    paper = archive.write("a.tiny", "do=reject")
    assert [str(fault) for fault in archive.run(paper).faults] == [f"{paper} (line 2): not an article"]


def test_an_embargo_that_has_ended_withholds_nothing(archive: Archive) -> None:
    paper = archive.write("a.tiny", "title=Three\tembargo=2026-11-24T11:59:00+00:00")
    assert archive.run(paper).imported == 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\x00\x01\x02", "no format known to backissue — say which with --format, or leave it out"),
        (
            b"\0" * 257 + b"ustar\x0000" + b"\0" * 300,
            "can't be read: damaged (bad checksum); what stands before was read",
        ),
        (b"PK\x03\x04xxxx", "a zip archive of no known kind — unpack it and import the folder"),
        (b"TINY\n", "holds no article"),
    ],
)
def test_an_input_without_an_article_has_a_line(archive: Archive, tmp_path: Path, data: bytes, reason: str) -> None:
    paper = tmp_path / "in.bin"
    paper.write_bytes(data)
    accounts = archive.run(str(paper))
    assert (accounts.records, accounts.rejected) == (1, 1)
    assert accounts.faults == (Fault(str(paper), "", reason),)


def test_what_a_reader_gave_before_it_failed_counts(archive: Archive) -> None:
    paper = archive.write("a.tiny", "title=One", "do=unreadable", "title=Two")
    accounts = archive.run(paper)
    assert (accounts.imported, accounts.rejected) == (1, 1)
    assert accounts.faults[0].reason == "not well-formed beyond repair at byte 12"


def test_a_reader_that_raises_what_it_must_not_costs_one_line(archive: Archive) -> None:
    accounts = archive.run(archive.write("a.tiny", "do=raise"), archive.write("b.tiny", "title=One"))
    assert (accounts.imported, accounts.rejected) == (1, 1)
    assert "ValueError: what no reader should raise" in accounts.faults[0].reason


@pytest.mark.parametrize("fields", ["body=No headline.", "title= \tbody=x", "title=T\tslug=x\tlang=no such tongue"])
def test_a_record_that_gives_no_sound_article_is_rejected(archive: Archive, fields: str) -> None:
    accounts = archive.run(archive.write("a.tiny", fields))
    assert (accounts.rejected, accounts.imported) == (1, 0)
    assert archive.files() == {}


def test_lone_surrogates_are_replaced_not_fatal(archive: Archive) -> None:
    accounts = archive.run(archive.write("a.tiny", "title=A\udcff\tbody=b\udc80"))
    assert accounts.imported == 1
    assert archive.article("imported/undated/a.md").body == "b?"


def test_a_package_that_is_missing_stops_with_the_way_to_get_it(archive: Archive) -> None:
    with pytest.raises(MissingExtra, match=r"A format for tests needs an extra .* pip install 'backissue\[import\]'"):
        archive.run(archive.write("a.tiny", "do=missing"))


def test_a_format_can_be_forced(archive: Archive, tmp_path: Path) -> None:
    paper = archive.write("a.tiny", "title=One", start="no such mark")
    assert archive.run(paper, format="tiny").imported == 1
    with pytest.raises(BuildStopped, match=r'no format is called "tinny" — known are .*tiny'):
        archive.run(paper, format="tinny")


def test_standard_input_is_an_input(archive: Archive) -> None:
    accounts = archive.run("-", stdin=io.BytesIO(b"TINY\ntitle=One\n"))
    assert accounts.imported == 1
    provenance = archive.article("imported/undated/one.md").provenance
    assert provenance is not None
    assert provenance.file == "stdin"


def test_a_dry_run_writes_nothing_but_the_report(archive: Archive, tmp_path: Path) -> None:
    paper = archive.write(
        "a.tiny",
        "title=One",
        "title=One\tbody=b",
        "title=One",
        "title=V\tidentity=x:1\tbody=1",
        "title=V\tidentity=x:1\tbody=2",
    )
    before = sorted(tmp_path.rglob("*"))
    dry = archive.run(paper, dry_run=True, report=tmp_path / "report.jsonl")
    assert sorted(tmp_path.rglob("*")) == sorted([*before, tmp_path / "report.jsonl"])
    paths = [line["path"] for line in report(tmp_path / "report.jsonl")]
    real = archive.run(paper, report=tmp_path / "report.jsonl")
    assert (dry.imported, dry.duplicates) == (real.imported, real.duplicates) == (4, 1)
    assert paths == [line["path"] for line in report(tmp_path / "report.jsonl")]


def test_a_mapping_of_columns_is_read_and_its_faults_have_lines(archive: Archive, tmp_path: Path) -> None:
    columns = tmp_path / "columns.yaml"
    columns.write_text("title: headline\nbody: [text\n")
    with pytest.raises(ContentErrors, match=r"columns\.yaml:3: broken YAML"):
        archive.run(archive.write("a.tiny", "title=One"), columns=columns)
    columns.write_text("- a\n")
    with pytest.raises(ContentErrors, match=r"columns\.yaml:1: expected lines of the form key: column"):
        archive.run(archive.write("a.tiny", "title=One"), columns=columns)


def test_progress_is_told(archive: Archive) -> None:
    told: list[tuple[int, int, int]] = []
    papers = [archive.write(f"{name}.tiny", f"title={name}") for name in "abc"]

    def progress(*, records: int, position: int, total: int) -> None:
        told.append((records, position, total))

    archive.run(*papers, progress=progress)
    total = sum(Path(paper).stat().st_size for paper in papers)
    assert told[-1] == (3, total, total)
    assert told == sorted(told)


def test_faults_beyond_what_people_read_are_counted() -> None:
    books = Bookkeeper()
    for number in range(MAX_FAULTS + 7):
        books.enter(Line(input="a", outcome="rejected", place=str(number), reason=str(number)))
    accounts = books.accounts()
    assert (len(accounts.faults), accounts.unlisted, accounts.rejected) == (MAX_FAULTS, 7, MAX_FAULTS + 7)


def test_two_imports_at_once_are_one_too_many(archive: Archive) -> None:
    from backissue.importing.runner import _alone

    with _alone(archive.root), pytest.raises(BuildStopped, match="another import is at work"):
        archive.run(archive.write("a.tiny", "title=One"))


def test_a_folder_that_cannot_be_written_stops_with_a_line(archive: Archive) -> None:
    (archive.content / "imported").write_text("a file where a folder should be")
    with pytest.raises(BuildStopped, match=r"the import stopped: .*run it again"):
        archive.run(archive.write("a.tiny", "title=One"))


def test_records_rejected_for_one_reason_are_told_in_few_lines(archive: Archive, tmp_path: Path) -> None:
    paper = archive.write("a.tiny", *["do=reject"] * 1500, "title=One", "title= ")
    accounts = archive.run(paper, report=tmp_path / "report.jsonl")
    assert (accounts.records, accounts.rejected, accounts.imported) == (1502, 1501, 1)
    assert [fault.place for fault in accounts.faults][-3:] == ["line 21", "line 1503", "1,480 more"]
    assert len(accounts.faults) == 22
    lines = [json.loads(line) for line in (tmp_path / "report.jsonl").read_text().splitlines()]
    assert sum(line.get("count", 1) for line in lines) == 1502
    assert len(lines) == 1003


def test_a_reader_that_is_broken_spoils_its_own_format_only(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib

    from backissue import importers

    real = importlib.import_module

    def load(name: str, package: str | None = None) -> object:
        if name == "backissue.importers.feed":
            raise ImportError("no such thing")
        return real(name, package)

    importers._loaded.cache_clear()
    monkeypatch.setattr(importlib, "import_module", load)
    try:
        accounts = archive.run(archive.write("a.tiny", "title=One"))
    finally:
        importers._loaded.cache_clear()
    assert accounts.imported == 1
    assert accounts.remarks == ("the format feed can't be read, for its reader is broken (ImportError: no such thing)",)


def test_a_format_that_fails_to_recognise_is_not_the_one(monkeypatch: pytest.MonkeyPatch) -> None:
    import msgspec

    from backissue.importers import formats, recognise

    def fails(_head: bytes) -> int:
        raise ValueError

    known = {name: msgspec.structs.replace(one, recognises=fails) for name, one in formats().items() if name != "html"}
    found = recognise(b"<!doctype html><html><body>", {**known, "html": formats()["html"]})
    assert found is not None
    assert found.name == "html"
