"""Imports into JSON Lines files: the same guarantees as for files of one article."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.unit.importing.archives import Archive
from tests.unit.importing.test_stories import text

from backissue.importers.outcomes import Outcome
from backissue.importing import placing
from backissue.importing.linefiles import LineFiles
from backissue.loading.jsonlines import parse_line, parted, write_line

RECORDS = (
    f"title=Flood\tdate=2019-03-01\tbody={text(1)}",
    f"title=Flood\tdate=2019-03-02\tbody={text(2)}",
    f"title=Old flood\tdate=1953\tbody={text(3)}",
    f"title=Sometime\tbody={text(4)}",
)


class _Killed(BaseException):
    """What nobody catches."""


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


def lines(archive: Archive, file: str) -> list[dict[str, Any]]:
    path = archive.content / "imported" / file
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def edit(archive: Archive, file: str, old: str, new: str) -> bytes:
    path = archive.content / "imported" / file
    before = path.read_text("utf-8")
    assert old in before
    path.write_text(before.replace(old, new), "utf-8")
    return path.read_bytes()


def test_there_is_a_file_for_each_month(archive: Archive) -> None:
    accounts = archive.run(archive.write("a.tiny", *RECORDS), lines=True)
    assert accounts.imported == 4
    assert list(archive.files()) == ["imported/1953.jsonl", "imported/2019/03.jsonl", "imported/undated.jsonl"]
    one, other = lines(archive, "2019/03.jsonl")
    assert one["title"] == other["title"] == "Flood"
    assert one["slug"] == "flood"
    assert other["slug"].startswith("flood-")


def test_what_is_written_loads_as_it_would_from_a_file(archive: Archive, tmp_path: Path) -> None:
    paper = archive.write("a.tiny", *RECORDS, "title=“Ünïcode” \\ 🦊\tbody=# a\\n\\n* b\tdate=2019-03-01")
    other = Archive(tmp_path / "other")
    assert archive.run(paper, lines=True).imported == other.run(paper).imported == 5
    for data in archive.files().values():
        for line in data.splitlines():
            article = parse_line(line, "x.jsonl", 1, archive.site.zone)
            assert parse_line(write_line(article).encode(), "x.jsonl", 1, archive.site.zone) == article
    bodies = {json.loads(line)["body"] for data in archive.files().values() for line in data.splitlines()}
    assert bodies == {other.article(path).body for path in other.files()}


@pytest.mark.parametrize("forget", [False, True])
@pytest.mark.parametrize("as_lines", [False, True])
def test_again_changes_nothing(archive: Archive, forget: bool, as_lines: bool) -> None:
    paper = archive.write("a.tiny", *RECORDS)
    archive.run(paper, lines=True)
    files, times = archive.files(), archive.times()
    if forget:
        archive.forget()
    assert archive.run(paper, lines=as_lines).duplicates == 4
    assert (archive.files(), archive.times()) == (files, times)


def test_more_records_are_added_at_the_end(archive: Archive) -> None:
    archive.run(archive.write("a.tiny", *RECORDS), lines=True)
    before = archive.files()["imported/2019/03.jsonl"]
    (archive.content / "imported/2019/03.jsonl").write_bytes(before.rstrip(b"\n"))
    archive.run(archive.write("b.tiny", "title=New\tdate=2019-03-09"), lines=True)
    after = archive.files()["imported/2019/03.jsonl"]
    assert after.startswith(before)
    assert [line["title"] for line in lines(archive, "2019/03.jsonl")] == ["Flood", "Flood", "New"]


def test_an_edited_line_is_not_overwritten(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.unit.importing import tinyformat

    paper = archive.write("a.tiny", *RECORDS)
    archive.run(paper, lines=True)
    edited = edit(archive, "1953.jsonl", "Old flood", "The old flood")
    assert archive.run(paper, lines=True).duplicates == 4
    assert archive.files()["imported/1953.jsonl"] == edited
    changed = archive.write("a.tiny", *(record.replace("title=", "title=The ") for record in RECORDS))
    monkeypatch.setattr(tinyformat, "VERSION", 2)
    monkeypatch.setattr(placing.Shelves, "_is_namesake", lambda *_: False)
    archive.run(changed, lines=True)
    assert edited in archive.files()["imported/1953.jsonl"]


def test_a_newer_importer_replaces_lines_where_they_stand(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.unit.importing import tinyformat

    paper = archive.write("a.tiny", *RECORDS)
    archive.run(paper, lines=True)
    edited = edit(archive, "1953.jsonl", "Old flood", "The old flood")
    before = lines(archive, "2019/03.jsonl")
    real = tinyformat._outcome
    monkeypatch.setattr(tinyformat, "VERSION", 2)
    sections = {"line 2": "x" * 7, "line 3": "xxx"}

    def read(fields: dict[str, str], place: str) -> Outcome:
        return real({**fields, "section": sections.get(place, "y")}, place)

    monkeypatch.setattr(tinyformat, "_outcome", read)
    accounts = archive.run(paper, lines=True)
    assert (accounts.replaced, accounts.rejected) == (3, 1)
    assert "conflict" in str(accounts.faults[0])
    assert "1953.jsonl#old-flood" in str(accounts.faults[0])
    assert archive.files()["imported/1953.jsonl"] == edited
    after = lines(archive, "2019/03.jsonl")
    assert [line["section"] for line in after] == ["x" * 7, "x" * 3]
    assert [line["body"] for line in after] == [line["body"] for line in before]
    files, times = archive.files(), archive.times()
    assert archive.run(paper, lines=True).duplicates == 3
    assert (archive.files(), archive.times()) == (files, times)


def test_versions_are_lines_too(archive: Archive) -> None:
    for number in (1, 3, 2):
        record = f"title=V{number}\tdate=2019-03-01\tidentity=urn:1\tversion={number}\tbody={text(number)}"
        archive.run(archive.write(f"{number}.tiny", record), lines=True)
    found = {line["title"]: (line.get("slug"), line.get("version_of")) for line in lines(archive, "2019/03.jsonl")}
    assert found == {
        "V3": ("v1", None),
        "V1": ("v1-v1", "imported/2019/03.jsonl#v1"),
        "V2": ("v1-v2", "imported/2019/03.jsonl#v1"),
    }


@pytest.mark.parametrize("inline", [True, False])
def test_copies_are_noted_in_lines(archive: Archive, inline: bool) -> None:
    paper = archive.write(
        "a.tiny", f"title=Late\tdate=2019-03-05\tbody={text(1)}", f"title=Early\tdate=2018-03-01\tbody={text(1)} more"
    )
    accounts = archive.run(paper, lines=True, inline=inline)
    assert accounts.copies == 1
    assert lines(archive, "2019/03.jsonl")[0]["copy_of"] == "imported/2018/03.jsonl#early"
    files, times = archive.files(), archive.times()
    assert archive.run(paper, lines=True).duplicates == 2
    assert (archive.files(), archive.times()) == (files, times)
    archive.forget()
    assert archive.run(paper).duplicates == 2
    assert (archive.files(), archive.times()) == (files, times)


def test_handwritten_lines_have_their_pages_and_stories(archive: Archive) -> None:
    (archive.content / "mine.jsonl").write_text(
        json.dumps({"title": "Flood", "date": "2019-03-07", "body": text(1)}) + "\nbroken\n"
    )
    before = archive.files()["mine.jsonl"]
    archive.run(archive.write("a.tiny", RECORDS[0].replace("2019-03-01", "2019-03-08")))
    assert archive.files()["mine.jsonl"] == before
    (path,) = [path for path in archive.files() if path != "mine.jsonl"]
    assert path != "imported/2019/03/flood.md"
    assert archive.article(path).copy_of == "mine.jsonl#flood"


def test_half_a_line_that_an_import_was_killed_at_is_cut_off(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = archive.write("a.tiny", *RECORDS)
    archive.run(archive.write("first.tiny", "title=First\tdate=2019-03-01"), lines=True)

    def killed(self: LineFiles, file: str, waiting: list[bytes]) -> None:
        with (archive.content / file).open("ab") as stream:
            stream.write(waiting[0] + b"\n" + waiting[-1][:40])
        raise _Killed

    with monkeypatch.context() as patch:
        patch.setattr(LineFiles, "_write", killed)
        with pytest.raises(_Killed):
            archive.run(paper, lines=True)
    accounts = archive.run(paper, lines=True)
    assert accounts.records == 4
    every = [line for file in ("1953.jsonl", "2019/03.jsonl", "undated.jsonl") for line in lines(archive, file)]
    assert sorted(line["title"] for line in every) == ["First", "Flood", "Flood", "Old flood", "Sometime"]


def test_a_file_of_lines_that_went_is_imported_again(archive: Archive) -> None:
    paper = archive.write("a.tiny", *RECORDS)
    archive.run(paper, lines=True)
    files = archive.files()
    (archive.content / "imported/2019/03.jsonl").unlink()
    accounts = archive.run(paper, lines=True)
    assert (accounts.imported, accounts.duplicates) == (2, 2)
    assert archive.files().keys() == files.keys()


def test_pictures_of_lines_lie_beside_their_file(archive: Archive) -> None:
    archive.run(archive.write("a.tiny", "title=One\tdate=2019-03-01\tfile=a.png\tbody=![x](a.png)"), lines=True)
    assert archive.files()["imported/2019/03/one/a.png"] == b"picture"
    assert lines(archive, "2019/03.jsonl")[0]["body"] == "![x](03/one/a.png)"


def test_what_lines_are_called_by() -> None:
    assert parted("a/b.jsonl#c") == ("a/b.jsonl", "c")
    assert parted("a/b#c.md") == ("a/b#c.md", "")
    assert parted("a/b.md") == ("a/b.md", "")
