"""Archives of files are folders: their members are inputs, within limits."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest
from tests.unit.importing.archives import Archive

from backissue.importing import inputs, unpacking

ONE, TWO = b"TINY\ntitle=One\n", b"TINY\ntitle=Two\n"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


def tarred(path: Path, mode: str, files: dict[str, bytes]) -> str:
    with tarfile.open(path, mode) as tar:  # type: ignore[call-overload]
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    return str(path)


def zipped(path: Path, files: dict[str, bytes]) -> str:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in files.items():
            package.writestr(name, data)
    return str(path)


@pytest.mark.parametrize("mode", ["w:", "w:gz", "w:bz2", "w:xz", "zip"])
def test_members_are_inputs(archive: Archive, tmp_path: Path, mode: str) -> None:
    files = {"b/two.tiny": TWO, "one.tiny": ONE, ".hidden": b"x", "__MACOSX/x": b"x"}
    path = tmp_path / "papers.bin"
    given = zipped(path, files) if mode == "zip" else tarred(path, mode, files)
    accounts = archive.run(given)
    assert (accounts.inputs, accounts.records, accounts.imported) == (2, 2, 2)
    provenance = archive.article("imported/undated/two.md").provenance
    assert provenance is not None
    assert provenance.file == "papers.bin/b/two.tiny"
    assert archive.run(given).duplicates == 2
    assert archive.run(given, inline=False, jobs=2).duplicates == 2


def test_archives_in_folders_are_folders(archive: Archive, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    (folder / "sub").mkdir(parents=True)
    zipped(folder / "sub/a.zip", {"one.tiny": ONE})
    (folder / "two.tiny").write_bytes(TWO)
    assert archive.run(str(folder)).imported == 2
    provenance = archive.article("imported/undated/one.md").provenance
    assert provenance is not None
    assert provenance.file == "sub/a.zip/one.tiny"


def test_nothing_is_unpacked_outside(tmp_path: Path) -> None:
    files = {"../../up.tiny": ONE, "/root.tiny": ONE, "a/../../b.tiny": ONE, "c" * 300: ONE}
    for number, path in enumerate((tarred(tmp_path / "a.tar", "w:", files), zipped(tmp_path / "a.zip", files))):
        folder = tmp_path / f"in{number}" / "deep"
        assert unpacking.unpack(Path(path), folder, 1 << 20) == ""
        names = sorted(each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file())
        assert names == ["a/b.tiny", "root.tiny", "up.tiny"]
    assert not (tmp_path / "up.tiny").exists()


def test_a_bomb_is_not_opened(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "BOMB_BYTES", 1 << 16)
    bomb = zipped(tmp_path / "bomb.zip", {"one.tiny": ONE, "zeros": bytes(1 << 21)})
    accounts = archive.run(bomb)
    assert (accounts.records, accounts.rejected) == (1, 1)
    assert "bomb" in str(accounts.faults[0])


def test_what_stands_before_damage_is_read(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "a.tar.gz"
    tarred(path, "w:gz", {"one.tiny": ONE, "two": bytes(range(256)) * 4000})
    path.write_bytes(path.read_bytes()[:-900])
    accounts = archive.run(str(path))
    assert accounts.imported == 1
    assert any("damaged" in str(fault) for fault in accounts.faults)


@pytest.mark.parametrize("name", ["mimetype", "[Content_Types].xml", "datapackage.json"])
def test_documents_that_are_archives_are_one_input(archive: Archive, tmp_path: Path, name: str) -> None:
    assert archive.run(zipped(tmp_path / "a.zip", {name: b"x", "one.tiny": ONE})).inputs == 1


def test_an_empty_archive_has_a_line(archive: Archive, tmp_path: Path) -> None:
    accounts = archive.run(tarred(tmp_path / "a.tar", "w:", {}))
    assert [fault.reason for fault in accounts.faults] == ["can't be read: an archive without files"]


@pytest.mark.parametrize("top", ["", "site-main/"])
def test_a_site_in_an_archive_has_its_own_addresses(archive: Archive, tmp_path: Path, top: str) -> None:
    post = b"---\ntitle: A\n---\n\nText.\n"
    files = {f"{top}de/_posts/2019-03-01-a.md": post, f"{top}_posts/2019-03-02-b.md": post}
    archive.run(zipped(tmp_path / "site.zip", files), plugins=())
    aliases = {alias for path in archive.files() for alias in archive.article(path).aliases}
    assert aliases == {"/de/2019/03/01/a.html", "/2019/03/02/b.html"}
