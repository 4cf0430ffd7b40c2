"""Manifests: what they say, which parts of them a build writes, and what is found when bytes are not what they say."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.scratch import ScratchSite

from backissue import manifests, pipeline
from backissue.building import Options
from backissue.check import check_archive_fixity
from backissue.errors import BuildStopped
from backissue.fixity import Line, print_of, print_of_file, read_manifests, unpacked, written

names = st.text(st.characters(codec="utf-8", exclude_characters="\n\r\0/"), min_size=1, max_size=12)


@pytest.fixture
def site(tmp_path: Path) -> ScratchSite:
    site = ScratchSite(tmp_path)
    site.put("flood.md", "The flood", "![Map](map.png)", date="1953-02-01")
    site.put("after.md", "After", date="1953-02-03")
    site.put("draft.md", "Draft", draft="true")
    site.write("content/map.png", b"\x89PNG")
    site.write("content/unused.png", b"\x89")
    site.write("content/lines.jsonl", '{"title": "Lines", "date": "1960"}\n')
    return site


def faults(site: ScratchSite) -> list[str]:
    found = check_archive_fixity(Options(root=site.root, jobs=1), lambda *_: None)
    return [str(finding).replace(f"{site.root}/", "") for finding in found]


@given(st.dictionaries(names, st.binary(max_size=8), max_size=8))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]) -> None:
    folder = tmp_path_factory.mktemp("m")
    digests, sizes = written((name, print_of(data)) for name, data in files.items())
    (folder / "site.sha256").write_bytes(digests.encode())
    (folder / "site.sizes").write_bytes(sizes.encode())
    expected = [Line(name, len(data), print_of(data).sha256.hex()) for name, data in sorted(files.items())]
    assert list(read_manifests(folder, "site")) == expected
    assert all(unpacked(print_of(data).packed()) == print_of(data) for data in files.values())


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="GNU coreutils")
def test_sha256sum_reads_them(site: ScratchSite) -> None:
    site.write("content/back\\slash.png", b"x")
    site.build()
    for kind, folder in (("site", site.output), ("content", site.root / "content")):
        command = ["sha256sum", "--strict", "-c", str(site.root / f"manifests/{kind}.sha256")]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
        assert len(done.stdout.splitlines()) == len(site.tree(folder))
        assert not done.stderr


def test_every_file_is_in_them(site: ScratchSite) -> None:
    site.build()
    for kind, folder in (("site", site.output), ("content", site.root / "content")):
        lines = {line.path: line for line in read_manifests(site.root / "manifests", kind)}
        assert lines.keys() == site.tree(folder).keys()
        for path, line in lines.items():
            assert (line.size, line.sha256) == (print_of_file(folder / path)[0], print_of_file(folder / path)[1].hex())


def test_a_build_with_nothing_to_do_writes_none(site: ScratchSite) -> None:
    site.build()
    times = {path: path.stat().st_mtime_ns for path in (site.root / "manifests").iterdir()}
    site.build()
    assert {path: path.stat().st_mtime_ns for path in (site.root / "manifests").iterdir()} == times


def test_large_ones_are_in_parts_of_which_few_are_written(site: ScratchSite, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(300):
        site.put(f"{number}.md", f"Title {number}", date=f"{1900 + number % 90}-01-01")
    site.build()
    whole = {line for kind in ("site", "content") for line in read_manifests(site.root / "manifests", kind)}
    monkeypatch.setattr(manifests, "FEW", 10)
    site.put("1.md", "Title 1", "Another text", date="1901-01-01")
    site.build()
    assert len(site.manifests()) == 4 * 256
    assert len(whole ^ {line for kind in ("site", "content") for line in read_manifests(site.root / "manifests", kind)})
    before = site.manifests()
    site.put("1.md", "Title 1", "A third text", date="1901-01-01")
    site.build()
    changed = {name for name, text in site.manifests().items() if before[name] != text}
    assert {name.partition("-")[0] for name in changed} == {"site", "content"}
    assert len([name for name in changed if name.startswith("content")]) <= 2
    assert len(changed) < 30
    assert not faults(site)
    monkeypatch.undo()
    site.build()
    site.put("1.md", "Title 1", date="1901-01-01")
    site.build()
    assert len(site.manifests()) == 4


def test_they_are_written_again_when_they_are_gone(site: ScratchSite) -> None:
    site.build()
    before = site.manifests()
    shutil.rmtree(site.root / "manifests")
    site.build()
    assert site.manifests() == before


def test_a_build_that_ends_before_they_are_written(site: ScratchSite, monkeypatch: pytest.MonkeyPatch) -> None:
    site.build()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "manifests")

    monkeypatch.setattr(pipeline, "write_manifests", full)
    site.put("new.md", "New", date="1953-02-04")
    with pytest.raises(BuildStopped, match="No space left"):
        site.build()
    assert faults(site)
    monkeypatch.undo()
    site.build()
    assert not faults(site)


def test_there_are_none_where_none_are_wanted(site: ScratchSite) -> None:
    site.build()
    assert site.manifests()
    site.write("site.yaml", "title: Scratch\nmanifests: false\n")
    site.build()
    assert not (site.root / "manifests").exists()
    with pytest.raises(BuildStopped, match="manifests: false"):
        faults(site)


def test_they_are_whole_where_there_were_none(site: ScratchSite) -> None:
    site.build()
    wanted = site.manifests()
    yaml = (site.root / "site.yaml").read_text("utf-8")
    site.write("site.yaml", yaml + "manifests: false\n")
    site.build(clean=True)
    site.put("new.md", "New", date="1953-02-04")
    site.build()
    (site.root / "content/new.md").unlink()
    site.build(allow_gone=True)
    # Without them it is not known what the files are, and what was changed since must not pass for what was built.
    (site.output / "index.html").write_bytes(b"changed")
    site.write("site.yaml", yaml)
    site.build()
    assert site.manifests() == wanted
    assert not faults(site)
    assert site.build().rendered == 0


def test_every_byte_is_held_against_them(site: ScratchSite) -> None:
    site.build()
    assert not faults(site)
    page = site.output / "1953/02/the-flood.html"
    data = bytearray(page.read_bytes())
    data[100] ^= 1
    page.write_bytes(data)
    (site.output / "1953/02/after.html").write_bytes(b"short")
    (site.output / "index.html").unlink()
    (site.output / ".hidden").write_bytes(b"")
    (site.root / "content/unused.png").write_bytes(b"y")
    (site.root / "content/new.md").write_bytes(b"y")
    found = faults(site)
    assert [line.partition(" holds other bytes: their SHA-256 is")[0] for line in found] == [
        found[0],
        "public/1953/02/the-flood.html:",
        "public/index.html: is missing",
        "public/.hidden: is in no manifest of the site",
        "content/unused.png:",
        "content/new.md: is in no manifest of the content",
    ]
    assert found[0].startswith("public/1953/02/after.html: holds 5 bytes, where there were ")


def test_links_to_folders(site: ScratchSite) -> None:
    """One in the site is none of ours; one in the content folder that leads back to where it lies is not followed."""
    (site.root / "content/more").mkdir(exist_ok=True)
    (site.root / "content/more/loop").symlink_to("..")
    (site.root / "content/more/again").symlink_to("..")
    site.build()
    assert not faults(site)
    (site.output / "shared").symlink_to("1953")
    (site.root / "content/nowhere.md").symlink_to("none")
    assert faults(site) == [
        "public/shared: is in no manifest of the site",
        "content/nowhere.md: can't be read: No such file or directory",
    ]


def test_a_finding_is_one_line(site: ScratchSite) -> None:
    site.build()
    (site.output / "two\nlines").write_bytes(b"")
    assert faults(site) == ["public/two lines: is in no manifest of the site"]


def test_manifests_that_are_not_there_or_no_manifests(site: ScratchSite) -> None:
    with pytest.raises(BuildStopped, match="no such folder — build the site first"):
        faults(site)
    site.build()
    (site.root / "manifests/site.sha256").write_text("nonsense\n", "utf-8")
    with pytest.raises(BuildStopped, match=r"site\.sha256:1: no line of a manifest — build"):
        faults(site)
    (site.root / "manifests/site.sha256").unlink()
    with pytest.raises(BuildStopped, match="no manifests of the site — build the site with --clean"):
        faults(site)
    site.build(clean=True)
    assert not faults(site)
