"""Files of the same bytes whose names say different things are articles of their own, however often they come in."""

from __future__ import annotations

from pathlib import Path

from tests.unit.importing.archives import Archive

POST = "---\nlayout: post\ntitle: Storm over\n---\n\nThe storm that held the ferries in port for eleven days is over.\n"


def test_two_posts_of_the_same_bytes_keep_both_addresses_and_importing_again_changes_nothing(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    folder = tmp_path / "site" / "_posts"
    folder.mkdir(parents=True)
    for name in ("2019-03-01-harbour.md", "2019-03-01-storm.md"):
        (folder / name).write_text(POST)
    archive.run(str(folder.parent))
    addresses = {address for path in archive.files() for address in archive.article(path).aliases}
    assert {address.rpartition("/")[2] for address in addresses} >= {"harbour.html", "storm.html"}
    before, times = archive.files(), archive.times()
    for _ in range(2):
        accounts = archive.run(str(folder.parent))
        assert (accounts.records, accounts.duplicates) == (2, 2)
        assert (archive.files(), archive.times()) == (before, times)


def test_a_file_that_was_renamed_and_says_the_same_is_known(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.run(archive.write("a.tiny", "title=One"))
    before = archive.files()
    assert archive.run(archive.write("b.tiny", "title=One")).duplicates == 1
    assert archive.files() == before
