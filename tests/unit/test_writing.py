from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from backissue.batches import making
from backissue.errors import BuildStopped
from backissue.fixity import print_of
from backissue.writing import PAGES_IN_BATCH, Staging, prune


class Writers:
    """Workers that write each leaf's view as it is: no theme, no context."""

    def run(self, function: Callable[[Any], Any], jobs: Iterable[Any]) -> Iterator[Any]:
        for job in jobs:
            yield self._render(*job) if function is making.render else function(job)

    def _render(self, _context: str, destination: making.Destination, leaves: making.Leaves) -> making.Made:
        made = making.Made([], [])
        for number, (path, view) in enumerate(zip(leaves.paths, leaves.views, strict=True)):
            if view == b"stop":
                raise BuildStopped("a template is at fault")
            if view == b"full":
                raise OSError(28, "No space left on device")
            made.prints.append(print_of(view).packed())
            there = Path(destination.compare, path)
            made.written.append(not (destination.compare and there.is_file() and there.read_bytes() == view))
            if made.written[-1]:
                target = Path(destination.into, str(number) if destination.compare else path)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(view)
        return made

    def close(self) -> None: ...


def staged(output: Path, pages: dict[str, bytes]) -> Staging:
    staging = Staging(output, Writers(), "context")  # type: ignore[arg-type]
    staging.render((making.Leaf("list.html", path, data) for path, data in pages.items()), lambda _: None)
    return staging


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


PAGES = {"index.html": b"home", "1953/02/a.html": b"flood", "1953/index.html": b"year"}


@pytest.mark.parametrize("there", [False, True])
def test_a_first_site_appears_all_at_once(tmp_path: Path, there: bool) -> None:
    output = tmp_path / "public"
    if there:
        output.mkdir()
    staging = staged(output, PAGES)
    assert not list(output.glob("*"))
    assert staging.folder == tmp_path / ".public.new"
    staging.publish()
    assert tree(output) == PAGES
    assert staging.written == 3
    assert [path.name for path in tmp_path.iterdir()] == ["public"]


def test_where_there_is_a_site_only_what_differs_is_moved(tmp_path: Path) -> None:
    output = tmp_path / "public"
    staged(output, PAGES).publish()
    (output / "CNAME").write_text("mine")
    times = {path: path.stat().st_ino for path in output.rglob("*") if path.is_file()}
    staging = staged(output, {**PAGES, "index.html": b"new", "1954/b.html": b"more"})
    assert tree(output)["index.html"] == b"home"
    staging.publish()
    assert tree(output) == {**PAGES, "index.html": b"new", "1954/b.html": b"more", "CNAME": b"mine"}
    assert staging.written == 2
    moved = [path.name for path, inode in times.items() if path.stat().st_ino != inode]
    assert moved == ["index.html"]
    assert not list(output.glob(".*"))


def test_many_pages_go_in_batches(tmp_path: Path) -> None:
    pages = {f"{number}.html": b"x" * (number % 3) for number in range(3 * PAGES_IN_BATCH + 5)}
    pages["large.html"] = b"y" * 1_000_000
    (tmp_path / "public").mkdir()
    (tmp_path / "public/mine").write_bytes(b"")
    done: list[int] = []
    staging = Staging(tmp_path / "public", Writers(), "")  # type: ignore[arg-type]
    staging.render((making.Leaf("", path, data) for path, data in pages.items()), done.append)
    staging.publish()
    assert tree(tmp_path / "public") == {**pages, "mine": b""}
    assert done == sorted(done)
    assert done[-1] == len(pages)
    assert len(done) == 4


@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize(
    ("view", "message"),
    [(b"stop", "a template is at fault"), (b"full", "no space left .*; the site before is untouched")],
)
def test_a_build_that_fails_changes_nothing(tmp_path: Path, there: bool, view: bytes, message: str) -> None:
    output = tmp_path / "public"
    if there:
        staged(output, PAGES).publish()
    with pytest.raises(BuildStopped, match=message):
        staged(output, {"index.html": b"new", "bad.html": view})
    assert tree(output) == (PAGES if there else {})
    assert [path.name for path in tmp_path.iterdir()] == (["public"] if there else [])
    assert not list(output.glob(".*"))


def test_what_a_killed_build_left_is_removed(tmp_path: Path) -> None:
    output = tmp_path / "public"
    staged(output, PAGES)  # never published
    assert (tmp_path / ".public.new/index.html").exists()
    staged(output, {"index.html": b"home"}).publish()
    assert tree(output) == {"index.html": b"home"}
    staged(output, {"index.html": b"new"})
    assert (output / ".backissue.new").is_dir()
    staged(output, {}).publish()
    assert tree(output) == {"index.html": b"home"}
    assert not (output / ".backissue.new").exists()


def test_a_linked_output_folder_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    output = tmp_path / "public"
    output.symlink_to("disk")
    staged(output, PAGES).publish()
    assert output.is_symlink()
    assert tree(tmp_path / "disk") == PAGES


def test_an_output_that_can_be_no_folder(tmp_path: Path) -> None:
    for name in ("file", "dangling"):
        output = tmp_path / name
        output.write_text("mine") if name == "file" else output.symlink_to("gone/further")
        with pytest.raises(BuildStopped, match="can't be written"):
            staged(output, PAGES)
    assert (tmp_path / "file").read_text() == "mine"
    assert os.readlink(tmp_path / "dangling") == "gone/further"


def test_a_folder_in_the_place_of_a_page_is_told(tmp_path: Path) -> None:
    output = tmp_path / "public"
    staged(output, PAGES).publish()
    (output / "about.html").mkdir()
    (output / "about.html/mine").write_text("mine")
    with pytest.raises(BuildStopped, match=r"about\.html: a folder and a file"):
        staged(output, {"about.html": b"x"}).publish()
    assert (output / "about.html/mine").read_text() == "mine"
    assert not list(output.glob(".*"))


def test_pruning_removes_files_and_the_folders_that_it_empties(tmp_path: Path) -> None:
    for name in ("1953/02/a.html", "1953/02/b.html", "1954/c.html", "1954/mine.txt", "d/e/f/g.html"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "empty").mkdir()
    prune(tmp_path, ["1953/02/a.html", "1953/02/b.html", "1954/c.html", "d/e/f/g.html", "gone.html", "gone/gone.html"])
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")) == [
        "1954", "1954/mine.txt", "empty",
    ]  # fmt: skip


def test_pruning_leaves_folders_that_others_made_of_pages(tmp_path: Path) -> None:
    (tmp_path / "a.html/mine").mkdir(parents=True)
    (tmp_path / "b").write_text("a file where a folder was")
    prune(tmp_path, ["a.html", "b/c.html"])
    assert (tmp_path / "a.html/mine").is_dir()
    assert (tmp_path / "b").is_file()
    prune(tmp_path, [])
    assert tmp_path.is_dir()
