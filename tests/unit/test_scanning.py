from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from backissue import scanning
from backissue.errors import ContentError
from backissue.scanning import Files, Listing, Stamp, is_article_file, list_folders, scan


def put(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)


def told(folder: Path) -> list[str]:
    return sorted(str(fault) for fault in scan(folder).faults)


def test_every_file_has_its_stamp(tmp_path: Path) -> None:
    put(tmp_path, "a.md", "x/y/b.png", "x/ü.md")
    found = scan(tmp_path)
    assert found.files.keys() == {"a.md", "x/y/b.png", "x/ü.md"}
    status = (tmp_path / "x/y/b.png").stat()
    assert found.files["x/y/b.png"] == (9, max(status.st_mtime_ns, status.st_ctime_ns), status.st_ino)
    assert found.faults == ()


def test_who_writes_a_file_can_not_hide_it(tmp_path: Path) -> None:
    """With as many bytes as before, and the old time of modification given back."""
    put(tmp_path, "a.md")
    path, before = tmp_path / "a.md", scan(tmp_path).files["a.md"]
    status = path.stat()
    time.sleep(0.02)  # more than a tick of the system's clock
    path.write_text("b.md")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_mtime_ns == status.st_mtime_ns
    assert scan(tmp_path).files["a.md"] != before


def test_hidden_files_and_folders_are_left_out(tmp_path: Path) -> None:
    put(tmp_path, ".hidden.md", ".git/a.md", "x/.DS_Store", "x/a.md")
    assert list(scan(tmp_path).files) == ["x/a.md"]


def test_linked_files_and_folders_count_as_if_they_lay_there(tmp_path: Path) -> None:
    content = tmp_path / "content"
    put(tmp_path, "elsewhere/b.md", "elsewhere/deep/c.md")
    put(content, "a.md")
    for name in ("one", "two"):  # both, whichever is come across first
        (content / name).symlink_to(tmp_path / "elsewhere")
    (content / "linked.md").symlink_to(tmp_path / "elsewhere/b.md")
    assert scan(content).files.keys() == {
        "a.md", "linked.md", "one/b.md", "one/deep/c.md", "two/b.md", "two/deep/c.md",
    }  # fmt: skip


def test_loops_of_links_are_not_walked(tmp_path: Path) -> None:
    content = tmp_path / "content"
    put(content, "x/y/a.md")
    put(tmp_path, "elsewhere/b.md")
    (content / "x/up").symlink_to(content)
    (content / "x/y/self").symlink_to(".")
    (content / "far").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere/back").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere/home").symlink_to(content)
    found = scan(content)
    assert found.files.keys() == {"x/y/a.md", "far/b.md"}
    assert found.faults == ()


def test_a_link_to_nothing_is_told(tmp_path: Path) -> None:
    content = tmp_path / "content"
    put(content, "a.md")
    (content / "b.md").symlink_to("gone.md")
    (content / "c.md").symlink_to("c.md")
    assert list(scan(content).files) == ["a.md"]
    assert told(content) == [
        "content/b.md: can't be read: No such file or directory",
        "content/c.md: can't be read: Too many levels of symbolic links",
    ]


def test_names_that_are_no_text_are_told(tmp_path: Path) -> None:
    content = os.fsencode(tmp_path / "content")
    os.makedirs(content + b"/caf\xe9")
    for name in (b"/\xff.md", b"/caf\xe9/a.md", b"/line\nbreak.md", b"/fine.md"):
        with open(content + name, "wb") as file:
            file.write(b"x")
    folder = tmp_path / "content"
    assert list(scan(folder).files) == ["fine.md"]
    assert told(folder) == [
        "content/\\udcff.md: the file's name is no text — rename it: file names are UTF-8",
        "content/caf\\udce9/a.md: the file's name is no text — rename it: file names are UTF-8",
        "content/line break.md: the file's name has a line break — rename it",
    ]


def test_what_is_no_file_is_told_and_not_opened(tmp_path: Path) -> None:
    content = tmp_path / "content"
    content.mkdir()
    os.mkfifo(content / "pipe.md")
    assert told(content) == ["content/pipe.md: not a file that can be read to its end — move it elsewhere"]
    assert scan(content).files == {}


def test_a_folder_that_cannot_be_listed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = tmp_path / "content"
    put(content, "shut/a.md", "b.md")
    listed = os.scandir

    def scandir(path: str) -> object:
        if path.endswith("shut"):
            raise PermissionError(13, "Permission denied", path)
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert list(scan(content).files) == ["b.md"]
    assert told(content) == ["content/shut: can't be read: Permission denied"]


def test_which_files_hold_articles() -> None:
    assert [name for name in ("a.md", "b.markdown", "c.jsonl", "d.jsonl.gz", "e.MD", "f.txt", "g.gz", "h.md~")
            if is_article_file(name)] == ["a.md", "b.markdown", "c.jsonl", "d.jsonl.gz"]  # fmt: skip


def test_files_are_found_by_path_and_told_from_those_of_before(tmp_path: Path) -> None:
    put(tmp_path, "a.md", "b.md", "x/c.md", "x/d.md", "y/e.md", "z/f.md")
    before = scan(tmp_path).files
    assert (len(before), "x/c.md" in before, "x/b.md" in before, "x" in before, "w/a.md" in before) == (
        6, True, False, False, False,
    )  # fmt: skip
    assert sorted(before) == ["a.md", "b.md", "x/c.md", "x/d.md", "y/e.md", "z/f.md"]
    assert not any(scan(tmp_path).files.since(before))
    assert not any(Files.of(reversed(list(before.items()))).since(before))
    put(tmp_path, "new.md", "x/y/g.md")
    (tmp_path / "b.md").write_text("other")
    (tmp_path / "x/d.md").unlink()
    (tmp_path / "y/e.md").unlink()
    now = scan(tmp_path).files
    assert [sorted(paths) for paths in now.since(before)] == [["x/d.md", "y/e.md"], ["new.md", "x/y/g.md"], ["b.md"]]
    assert (bool(now), bool(Files({}))) == (True, False)


def test_folders_that_were_listed_ahead_are_not_listed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = tmp_path / "content"
    put(content, "a.md", "x/b.md", "x/y/c.md", "z/d.md", "w/e.md")
    (content / "w/f.md").symlink_to("gone.md")
    places = ["", "x", "x/y", "w", "not there"]
    ahead = dict(zip(places, list_folders((str(content), places)), strict=True))
    assert [place for place, listing in ahead.items() if listing is None] == ["w", "not there"]
    listed: list[str] = []
    look = scanning._files_in

    def files_in(base: str, place: str, folders: list[str], faults: list[ContentError]) -> dict[str, Stamp]:
        listed.append(place)
        return look(base, place, folders, faults)

    monkeypatch.setattr(scanning, "_files_in", files_in)
    found = scan(content, ahead)
    assert sorted(listed) == ["w", "z"]
    assert (dict(found.files), [str(fault) for fault in found.faults]) == (dict(scan(content).files), told(content))


def test_folders_beside_many_files_are_shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = tmp_path / "content"
    put(content, "a.md", "x/b.md", "x/y/c.md", "z/d.md", "w/e.md")
    (content / "w/f.md").symlink_to("gone.md")
    asked: list[list[str]] = []

    def share(places: list[str]) -> dict[str, Listing | None]:
        asked.append(sorted(places))
        return dict(zip(places, list_folders((str(content), places)), strict=True))

    assert dict(scan(content, None, share).files) == dict(scan(content).files)
    assert asked == []
    monkeypatch.setattr(scanning, "MANY", 0)
    found = scan(content, None, share)
    assert asked == [["w", "x", "z"]]
    assert (dict(found.files), [str(fault) for fault in found.faults]) == (dict(scan(content).files), told(content))
