"""What goes wrong around an import: readers that hang, crash or never come back; damage, bombs, stops."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import random
import signal
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest
from tests.unit.importing.archives import TINY, Archive

from backissue.errors import BuildStopped
from backissue.importing import inputs
from backissue.importing.holdings import Holdings

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


def records(count: int, start: int = 0) -> list[str]:
    return [f"title=Article {n}\tdate=2019-{n % 12 + 1:02}-01\tbody=Text {n}." for n in range(start, start + count)]


def articles(archive: Archive) -> int:
    """How many there are, also while an import is at work."""
    return sum(1 for _ in archive.content.rglob("*.md"))


# -- processes


def test_the_result_does_not_depend_on_how_many_processes_read(archive: Archive, tmp_path: Path) -> None:
    papers = [archive.write(f"{n:03}.tiny", *records(3, start=n % 7 * 2)) for n in range(40)]
    reports, trees = [], []
    for number, options in enumerate(({"inline": True}, {"inline": False, "jobs": 1}, {"inline": False, "jobs": 3})):
        other = Archive(tmp_path / f"site{number}")
        other.run(*papers, report=tmp_path / "report.jsonl", **options)
        reports.append((tmp_path / "report.jsonl").read_text())
        trees.append(other.files())
    assert trees[0] == trees[1] == trees[2]
    assert reports[0] == reports[1] == reports[2]


def test_a_large_input_comes_through_in_pieces(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    body = "x" * 20_000
    paper = archive.write("a.tiny", *(f"title=A{n}\tbody={body}{n}" for n in range(300)))
    accounts = archive.run(paper, inline=False, jobs=2)
    assert accounts.imported == 300


@pytest.mark.parametrize("inline", [True, False])
def test_a_reader_that_hangs_is_ended_and_the_rest_goes_on(archive: Archive, inline: bool) -> None:
    first = archive.write("a.tiny", "title=One", "do=hang", "title=Never")
    accounts = archive.run(first, archive.write("b.tiny", "title=Two"), seconds=3, inline=inline)
    assert (accounts.imported, accounts.rejected) == (2, 1)
    assert accounts.faults[0].reason == "took longer than 3 seconds — split it, or leave it out"


@pytest.mark.parametrize(("do", "seconds"), [("crash", 60), ("stuck", 3)])
def test_a_reader_that_takes_its_process_along_costs_its_input_only(archive: Archive, do: str, seconds: float) -> None:
    papers = [archive.write(f"{n}.tiny", f"title=Article {n}", f"title=More {n}") for n in range(6)]
    papers[2] = archive.write("2.tiny", "title=Before", f"do={do}", "title=After")
    accounts = archive.run(*papers, inline=False, jobs=2, seconds=seconds, grace=3)
    assert (accounts.imported, accounts.rejected, accounts.inputs) == (11, 1, 6)
    assert accounts.faults[0].input == papers[2]
    assert "was ended" in accounts.faults[0].reason


def test_an_import_that_is_interrupted_gives_its_accounts_and_goes_on(archive: Archive) -> None:
    paper = archive.write("a.tiny", *records(400))
    seen = 0

    def interrupt(*, records: int, position: int, total: int) -> None:
        nonlocal seen
        seen = records
        if records >= 200:
            raise KeyboardInterrupt

    accounts = archive.run(paper, progress=interrupt)
    assert accounts.stopped
    assert accounts.imported == seen < 400
    accounts = archive.run(paper)
    assert not accounts.stopped
    assert (accounts.imported, accounts.duplicates) == (400 - seen, seen)
    clean = Archive(archive.root / "clean")
    clean.run(paper)
    assert archive.files() == clean.files()


def test_an_import_that_is_killed_goes_on_where_it_was(archive: Archive) -> None:
    paper = archive.write("a.tiny", *records(300))
    script = (
        "from datetime import UTC, datetime; from pathlib import Path; from backissue.config import Site\n"
        "from backissue.importing import run_import\n"
        "if __name__ == '__main__':\n"
        f"    root = Path({str(archive.root)!r})\n"
        f"    run_import([{paper!r}], site=Site(), root=root, to=root / 'content/imported', plugins=({TINY!r},),"
        " inline=True, now=lambda: datetime(2026, 11, 24, 12, tzinfo=UTC))\n"
    )
    for _ in range(3):
        process = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stderr=subprocess.DEVNULL)
        have = articles(archive)
        while process.poll() is None and articles(archive) < have + 40:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
    archive.run(paper)
    clean = Archive(archive.root / "clean")
    clean.run(paper)
    assert archive.files() == clean.files()


# -- the index


@pytest.mark.parametrize("damage", [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_index_is_made_again(archive: Archive, damage: bytes) -> None:
    paper = archive.write("a.tiny", *records(5))
    archive.run(paper)
    files, times = archive.files(), archive.times()
    archive.forget()
    (archive.root / ".backissue/imports.sqlite").write_bytes(damage)
    assert archive.run(paper).duplicates == 5
    assert (archive.files(), archive.times()) == (files, times)


def test_an_index_of_another_version_is_made_again(archive: Archive) -> None:
    paper = archive.write("a.tiny", *records(5))
    archive.run(paper)
    holdings = Holdings(archive.root / ".backissue/imports.sqlite")
    holdings.set_meta("schema", "0")
    holdings.commit()
    holdings.close()
    assert archive.run(paper).duplicates == 5


def test_broken_articles_in_the_content_folder_do_not_stop_an_import(archive: Archive) -> None:
    (archive.content / "broken.md").write_bytes(b"---\ntitle: [\n---\n\xff")
    assert archive.run(archive.write("a.tiny", "title=One")).imported == 1


# -- bytes


def compressions() -> list[tuple[str, object]]:
    return [("gz", gzip.compress), ("bz2", lambda data: bz2.compress(data, 1)), ("xz", lzma.compress)]


@pytest.mark.parametrize(("name", "compress"), compressions())
def test_compressed_inputs_are_opened(archive: Archive, name: str, compress) -> None:
    paper = archive.root / f"a.{name}"
    paper.write_bytes(compress(compress(b"TINY\ntitle=One\n")))
    assert archive.run(str(paper)).imported == 1


@pytest.mark.parametrize(("name", "compress"), compressions())
def test_what_stands_before_damage_is_imported(archive: Archive, name: str, compress) -> None:
    noise = random.Random(1)
    text = "TINY\n" + "".join(f"title=A{n}\tbody={noise.randbytes(40).hex()}\n" for n in range(3_000))
    paper = archive.root / f"a.{name}"
    data = compress(text.encode())
    paper.write_bytes(data[: len(data) // 2])
    accounts = archive.run(str(paper), dry_run=True)
    assert accounts.imported > 500
    assert accounts.rejected in (1, 2)  # the record that was cut may be none
    assert "end too early" in accounts.faults[-1].reason


def test_compressed_data_that_give_nothing_are_no_text(archive: Archive) -> None:
    paper = archive.root / "a.gz"
    paper.write_bytes(b"\x1f\x8b\x08\x00nonsense")
    accounts = archive.run(str(paper))
    assert accounts.faults[0].reason == "gzip data that are damaged from the start — nothing can be read of it"


def test_a_bomb_is_not_opened(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "BOMB_BYTES", 1 << 20)
    paper = archive.root / "a.gz"
    paper.write_bytes(gzip.compress(b"TINY\n" + b"title=One\n" * 3 + b"\n" * (8 << 20)))
    accounts = archive.run(str(paper))
    assert accounts.faults[-1].reason == (
        "expands to more than 250 times its size — a decompression bomb is not opened"
    )


def test_an_input_that_is_too_large_for_its_format_is_refused(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.unit.importing import tinyformat

    monkeypatch.setattr(tinyformat, "MAX_BYTES", 1 << 20)
    plain = archive.write("a.tiny", "title=One", *["do=repeat"] * 200_000)
    packed = archive.root / "a.gz"
    packed.write_bytes(gzip.compress(Path(plain).read_bytes()))
    accounts = archive.run(plain, str(packed), dry_run=True)
    assert [fault.reason for fault in accounts.faults] == [
        "larger than 1 MiB, which is too much to read at once — split it, or leave it out"
    ] * 2


@pytest.mark.parametrize("seed", range(40))
def test_any_bytes_end_in_a_line(archive: Archive, seed: int) -> None:
    noise = random.Random(seed)
    starts = [
        b"",
        b"\x1f\x8b\x08\x00",
        b"BZh9",
        b"\xfd7zXZ\x00",
        b"TINY\n",
        b"<?xml version='1.0'?>",
        b"{",
        b"PK\x03\x04",
    ]
    data = noise.choice(starts) + noise.randbytes(noise.randrange(3000))
    if seed % 3 == 0:
        data = zlib.compress(data, wbits=31)
    (archive.root / "any.bin").write_bytes(data)
    accounts = archive.run(str(archive.root / "any.bin"))
    assert accounts.records >= 1


HOSTILE = [
    b" ",
    b"\n",
    b"\t",
    b"\r\n",
    b"<",
    b"{",
    b"a",
    b"\0",
    b"<!--",
    b"<a>",
    b'"',
    b"#",
    b"---\n",
    b"a: b\n",
    b"* ",
    b"=\n",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_recognition_is_quick_whatever_the_bytes(archive: Archive, piece: bytes) -> None:
    paper = archive.root / "hostile.bin"
    paper.write_bytes(piece * (70_000 // len(piece)))
    accounts = archive.run(str(paper), seconds=30)  # a pattern that is quadratic takes minutes
    assert not any("took longer" in fault.reason for fault in accounts.faults)


def test_files_that_cannot_be_read_have_their_lines(archive: Archive, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "loop").symlink_to("loop")
    os.mkfifo(folder / "pipe")
    (folder / os.fsdecode(b"caf\xe9.tiny")).write_bytes(b"TINY\ntitle=One\n")
    accounts = archive.run(str(folder), str(tmp_path / "nowhere"), "bad\0name")
    assert (accounts.imported, accounts.rejected) == (1, 4)
    reasons = " ".join(str(fault) for fault in accounts.faults)
    assert "no regular file" in reasons
    assert "No such file" in reasons


def test_a_full_disk_stops_with_a_line_and_leaves_whole_files(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, left = os.replace, [3]

    def full(source: object, target: object) -> None:
        if str(target).endswith(".md"):
            left[0] -= 1
            if left[0] < 0:
                raise OSError(28, "No space left on device", str(target))
        real(source, target)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "replace", full)
    paper = archive.write("a.tiny", *records(10))
    with pytest.raises(BuildStopped, match=r"No space left on device .*run it again: it goes on"):
        archive.run(paper)
    assert len(archive.files()) == 3
    monkeypatch.setattr(os, "replace", real)
    accounts = archive.run(paper)
    assert (accounts.imported, accounts.duplicates) == (7, 3)


def test_standard_input_is_spooled_away(archive: Archive) -> None:
    accounts = archive.run("-", stdin=io.BytesIO(gzip.compress(b"TINY\ntitle=One\n")), inline=False, jobs=1)
    assert accounts.imported == 1
