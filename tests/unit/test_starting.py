"""Beginning an archive and an article: what is written is read back, and nothing is overwritten."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from backissue.config import Site, parse_site
from backissue.errors import BuildStopped
from backissue.loading.articlefile import parse_article
from backissue.starting import init, new

NOW = datetime(2026, 1, 2, 23, 30, tzinfo=UTC)


def test_a_new_archive(tmp_path: Path) -> None:
    folder = tmp_path / "my_local-paper"
    written = init(folder, NOW)
    assert [path.relative_to(folder).as_posix() for path in written] == [
        "site.yaml",
        "content/2026-01-02-welcome.md",
        ".gitignore",
    ]
    assert parse_site((folder / "site.yaml").read_text("utf-8")).title == "My local paper"
    article = parse_article(written[1].read_bytes(), "2026-01-02-welcome.md", UTC)
    assert (article.title, article.date and article.date.edtf) == ("Welcome to your archive", "2026-01-02")
    assert not article.draft
    assert (folder / ".gitignore").read_text("utf-8").split() == ["/public/", "/.backissue/"]


@pytest.mark.parametrize("name", ['the "old" paper', "back\\slash", "colon: here", "# hash", "{curly}", "паводок"])
def test_any_name_of_a_folder_is_a_title(tmp_path: Path, name: str) -> None:
    init(tmp_path / name, NOW)
    title = parse_site((tmp_path / name / "site.yaml").read_text("utf-8")).title
    assert title.lower() == name.lower()


def test_a_folders_name_that_is_no_text(tmp_path: Path) -> None:
    folder = tmp_path / "caf\udce9"
    init(folder, NOW)
    assert parse_site((folder / "site.yaml").read_text("utf-8")).title == "Caf?"


@pytest.mark.parametrize("there", ["site.yaml", "content/a.md"])
def test_an_archive_is_never_overwritten(tmp_path: Path, there: str) -> None:
    (tmp_path / there).parent.mkdir(exist_ok=True)
    (tmp_path / there).write_text("ours", "utf-8")
    with pytest.raises(BuildStopped, match="there is an archive already — choose an empty folder"):
        init(tmp_path, NOW)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [Path(there).name]


def test_a_folder_that_holds_other_things(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine\n", "utf-8")
    init(tmp_path, NOW)
    assert (tmp_path / ".gitignore").read_text("utf-8") == "mine\n"
    assert (tmp_path / "site.yaml").is_file()


def test_where_no_folder_can_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(BuildStopped, match="can't be written: Not a directory — choose another folder"):
        init(tmp_path / "file", NOW)


def test_a_new_article(tmp_path: Path) -> None:
    path = new("  Ferry:  returns\n“again” ", tmp_path, Site(), NOW)
    assert path == tmp_path / "content/2026/2026-01-02-ferry-returns-again.md"
    article = parse_article(path.read_bytes(), path.name, UTC)
    assert (article.title, article.date and article.date.edtf, article.draft) == (
        "Ferry: returns “again”",
        "2026-01-02",
        True,
    )


def test_a_new_articles_day_is_the_archives(tmp_path: Path) -> None:
    path = new("Late", tmp_path, Site(timezone="Europe/Berlin", content="articles"), NOW)
    assert path == tmp_path / "articles/2026/2026-01-03-late.md"


def test_an_article_is_never_overwritten(tmp_path: Path) -> None:
    path = new("Ferry", tmp_path, Site(), NOW)
    path.write_text("ours", "utf-8")
    with pytest.raises(BuildStopped, match="there is such an article already — choose another title"):
        new("Ferry!", tmp_path, Site(), NOW)
    assert path.read_text("utf-8") == "ours"


@pytest.mark.parametrize("title", ["", " \n "])
def test_an_article_needs_a_title(tmp_path: Path, title: str) -> None:
    with pytest.raises(BuildStopped, match="no title"):
        new(title, tmp_path, Site(), NOW)
    assert list(tmp_path.iterdir()) == []


def test_a_title_that_is_no_text(tmp_path: Path) -> None:
    path = new("caf\udce9", tmp_path, Site(), NOW)
    assert parse_article(path.read_bytes(), path.name, UTC).title == "caf?"


def test_where_no_article_can_be(tmp_path: Path) -> None:
    (tmp_path / "content").write_text("", "utf-8")
    with pytest.raises(BuildStopped, match="can't be written: Not a directory — put that right"):
        new("Ferry", tmp_path, Site(), NOW)
