"""Builds that are killed, that run out of space, that meet each other, or that meet bad input."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from bench import kills
from tests.scratch import ScratchSite, differences
from tests.sites.plain_theme import use_plain_theme

from backissue.catalog import Catalog
from backissue.errors import BuildStopped, ContentErrors


def filled(root: Path, count: int = 300) -> ScratchSite:
    site = ScratchSite(root)
    use_plain_theme(site)
    for number in range(count):
        site.put(f"{number}.md", f"Title {number}", date=f"19{number % 60 + 10}-02-01", tags=f"[T{number % 7}]")
    return site


def test_killed_at_any_moment_the_next_build_equals_a_clean_one(tmp_path: Path) -> None:
    ends = kills.run(tmp_path, kills=6, articles=150, seed=5, every=2)
    assert ends["killed"] == 6
    assert ends["compared"] >= 3
    assert not list((tmp_path / "site").glob(".*.new"))


@pytest.mark.parametrize("step", ["publish", "note"])
def test_killed_between_the_site_and_the_catalog(tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The two moments that matter most: pages half moved, and pages moved but not yet noted."""
    from backissue import publishing
    from backissue.batches import making

    class Killed(BaseException):
        pass

    site = filled(tmp_path / "site", 40)
    site.build()
    for number in range(20):
        site.put(f"{number}.md", f"Other {number}", date="1999-01-01")
    with monkeypatch.context() as patch:
        if step == "publish":
            moves = making.publish

            def some(batch: list[tuple[str, str]]) -> int:
                moves(batch[: len(batch) // 2])
                raise Killed

            patch.setattr(making, "publish", some)
        else:

            def never(*_: object) -> None:
                raise Killed

            patch.setattr(publishing.Publisher, "_note", never)
        with pytest.raises(Killed):
            site.build()
    for number in range(20):  # what was being written is no longer wanted
        site.put(f"{number}.md", f"Title {number}", date=f"19{number % 60 + 10}-02-01", tags=f"[T{number % 7}]")
    site.build()
    assert not differences(site.tree(), site.clean_tree(tmp_path / "clean"))


def test_killed_while_a_site_is_there_that_the_catalog_does_not_know(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from backissue.batches import making

    site = filled(tmp_path / "site", 40)
    site.build()
    (site.root / ".backissue/catalog.sqlite").unlink()
    for number in range(20):
        site.put(f"{number}.md", f"Title {number}", "Other text.", date=f"19{number % 60 + 10}-02-01")
    with monkeypatch.context() as patch:
        moves = making.publish

        def some(batch: list[tuple[str, str]]) -> int:
            moves(batch[: len(batch) // 2])
            raise KeyboardInterrupt

        patch.setattr(making, "publish", some)
        with pytest.raises(KeyboardInterrupt):
            site.build()
    site.build()
    assert not differences(site.tree(), site.clean_tree(tmp_path / "clean"))


def test_a_fault_of_a_template_leaves_the_site_untouched(tmp_path: Path) -> None:
    site = filled(tmp_path / "site", 5)
    site.build()
    before = site.tree()
    site.write("templates/article.html", "{{ view.card.title }}\n{{ view.nothing }}")
    site.put("0.md", "Changed", date="1911-02-01")
    with pytest.raises(BuildStopped, match=r"templates/article\.html:2: .*nothing"):
        site.build()
    assert site.tree() == before
    site.write("templates/article.html", "{% if %}")
    with pytest.raises(BuildStopped, match=r"templates/article\.html:1: "):
        site.build()
    assert site.tree() == before


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can mount a small file system")
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_full_disk_leaves_the_site_whole(tmp_path: Path, jobs: int) -> None:
    site = filled(tmp_path / "site", 200)
    site.output.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6000k", "tmpfs", str(site.output)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a small file system")
    try:
        site.build()
        before = site.tree()
        for number in range(200):
            site.put(f"{number}.md", f"Title {number}", "Long text. " * 400, date=f"19{number % 60 + 10}-02-01")
        with pytest.raises(BuildStopped, match="no space left"):
            site.build(jobs=jobs)
        assert site.tree() == before
        for number in range(200):
            site.put(f"{number}.md", f"Title {number}", date=f"19{number % 60 + 10}-02-01", tags=f"[T{number % 7}]")
        site.build()
        assert site.tree() == before
    finally:
        subprocess.run(["umount", "--lazy", str(site.output)], check=True)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can mount a small file system")
def test_no_space_for_the_catalog_is_one_line_and_nothing_is_forgotten(tmp_path: Path) -> None:
    site = filled(tmp_path / "site", 200)
    state = site.root / ".backissue"
    state.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8000k", "tmpfs", str(state)], capture_output=True)
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a small file system")
    full = r"catalog\.sqlite: no space left — free some and build again"
    try:
        (state / "fill").write_bytes(bytes((8000 << 10) - (64 << 10)))
        with pytest.raises(BuildStopped, match=full):
            site.build()
        assert not site.output.exists()
        (state / "fill").unlink()
        site.build()
        before = site.tree()
        for number in range(200):
            site.put(f"{number}.md", f"Title {number}", "Other text.", date=f"19{number % 60 + 10}-02-01")
        with (state / "fill").open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(bytes(4096)):
                pass
        with pytest.raises(BuildStopped, match=full):
            site.build()
        assert site.tree() == before
        (state / "fill").unlink()
        assert site.build().rendered < len(before)
        assert not differences(site.tree(), site.clean_tree(tmp_path / "clean"))
    finally:
        subprocess.run(["umount", str(state)], check=True)


def test_a_catalog_that_can_not_be_kept_leaves_nothing_lying_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = filled(tmp_path / "site", 5)
    site.build()
    before = {path.name for path in site.output.iterdir()}
    site.put("0.md", "Other", date="1911-02-01")

    def never(*_: object) -> None:
        raise sqlite3.OperationalError("locked")

    monkeypatch.setattr(Catalog, "expect", never)
    with pytest.raises(BuildStopped, match=r"catalog\.sqlite: locked — put that right, or delete it, and build again"):
        site.build()
    assert {path.name for path in site.output.iterdir()} == before


def test_two_builds_at_once(tmp_path: Path) -> None:
    from backissue.lock import locked

    site = filled(tmp_path, 3)
    with locked(site.root / ".backissue/lock"):
        code = f"""
from tests.scratch import ScratchSite
from pathlib import Path
ScratchSite(Path({str(tmp_path)!r})).build()
"""
        root = Path(__file__).parents[2]
        result = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
        assert f"process {os.getpid()} is building this site" in result.stderr
    assert not site.output.exists()
    site.build()


def test_all_faults_together_and_the_site_untouched(tmp_path: Path) -> None:
    site = ScratchSite(tmp_path)
    site.put("good.md", "Good", date="1953-02-01")
    site.build()
    before = site.tree()
    site.put("good.md", "Better", date="1953-02-01")
    site.write("content/broken.md", "---\ntitle: a\ndate: [1953\n---\nx")
    site.write("content/untitled.md", "---\ndate: 1953\n---\nx")
    site.write("content/day.md", "---\ntitle: Day\ndate: 1953-02-31\n---\nx")
    site.write("content/bytes.md", b"---\ntitle: caf\xe9\n---\nx")
    site.write("content/plain.md", "no front matter")
    site.write("content/type.md", "---\ntitle: T\ntags: {a: b}\n---\nx")
    site.write("content/lines.jsonl", '{"title": "One"}\n{"title": \n{"body": "x"}\n')
    site.put("one.md", "Same", date="1960-01-01")
    site.put("two.md", "Same", date="1960-01-05")
    with pytest.raises(ContentErrors) as caught:
        site.build()
    lines = str(caught.value).splitlines()
    places = [line.split(": ")[0] for line in lines]
    assert places == [
        "content/broken.md:3",
        "content/bytes.md:2",
        "content/day.md:3",
        "content/lines.jsonl:2",
        "content/lines.jsonl:3",
        "content/one.md",
        "content/plain.md:1",
        "content/type.md:3",
        "content/untitled.md:2",
    ]
    assert "content/two.md" in lines[5]
    assert all(" — " in line for line in lines), lines
    assert site.tree() == before
    with pytest.raises(ContentErrors) as again:
        site.build()
    assert str(again.value) == str(caught.value)

    report = site.build(skip_bad=True)
    assert [str(fault) for fault in report.faults] == lines
    assert "Better" in site.page("1953/02/good.html")
    assert report.articles == 3  # good, One, and the first of the two that clash


def test_settings_are_checked_like_an_article(tmp_path: Path) -> None:
    site = ScratchSite(tmp_path, "title: A\npagesize: 3\nlanguage: not a language\n")
    with pytest.raises(ContentErrors) as caught:
        site.build()
    assert 'site.yaml:2: unknown key "pagesize" — did you mean "page_size"?' in str(caught.value).splitlines()
    assert len(caught.value.faults) == 2


def test_removing_much_of_a_site_stops(tmp_path: Path) -> None:
    site = filled(tmp_path, 60)
    site.build()
    before = site.tree()
    for number in range(30):
        site.remove(f"content/{number}.md")
    with pytest.raises(ContentErrors) as caught:
        site.build(allow_gone=False)
    lines = str(caught.value).splitlines()
    assert lines[0] == (
        "content/0.md: is gone, and with it the page 1910/02/title-0.html — put it back, or write"
        " aliases: [/1910/02/title-0.html] in another article, or build with --allow-gone"
    )
    assert lines[20:] == ["content/…: and 10 more pages would be lost — --allow-gone gives them all up"]
    assert site.tree() == before
    assert site.build().removed > 30


def test_removing_many_files_stops(tmp_path: Path) -> None:
    site = ScratchSite(tmp_path)
    names = [f"{number}.pdf" for number in range(30)]
    for name in names:
        site.write(f"content/{name}", name)
    site.put("a.md", "Papers", " ".join(f"[{name}]({name})" for name in names))
    site.build()
    before = site.tree()
    site.put("a.md", "Papers", f"[{names[0]}]({names[0]}) only.")
    with pytest.raises(BuildStopped, match=r"would remove .* --allow-gone"):
        site.build(allow_gone=False)
    assert site.tree() == before
    some = "media/1.pdf, media/10.pdf, media/11.pdf, media/12.pdf, media/13.pdf, …"
    assert site.build().notes == (f"taken out of the site, as shown by no article any more: {some}",)
    assert site.build().notes == ()  # what was done is told once


def test_content_and_output_must_not_hold_each_other(tmp_path: Path) -> None:
    site = ScratchSite(tmp_path, "output: content/public\n")
    site.put("a.md")
    with pytest.raises(BuildStopped, match="must not hold each other"):
        site.build()
    with pytest.raises(BuildStopped, match="no such folder"):
        site.build(content=tmp_path / "nowhere")


def test_a_folder_whose_path_is_no_text(tmp_path: Path) -> None:
    """As where the locale is not that of the names."""
    root = tmp_path / os.fsdecode(b"caf\xe9")
    try:
        root.mkdir()
    except OSError:
        pytest.skip("this file system has names of UTF-8 only")
    site = ScratchSite(root)
    site.put("a.md")
    with pytest.raises(BuildStopped, match="caf\ufffd/content: the folder's path is not UTF-8 — rename it"):
        site.build()
