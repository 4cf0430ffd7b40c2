"""The search's files: which are made anew, that they equal a clean build's, and what is never among them."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import pytest
from tests.scratch import ScratchSite, differences
from tests.searching import need_pagefind

from backissue import pagefind, shards
from backissue.errors import BuildStopped, MissingExtra

SETTINGS = "title: Scratch\nurl: https://archive.example\nsearch: pagefind\n"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ScratchSite:
    need_pagefind()
    monkeypatch.setattr(shards, "LARGE", 3)
    monkeypatch.setattr(shards, "SMALL", 2)
    found = ScratchSite(tmp_path, SETTINGS)
    for number, year in enumerate((1950, 1950, 1953, 1953, 1953, 1960, 2024, 2024, 2024)):
        found.put(f"{number}.md", f"Flood {number}", f"Water rose, {number}.", date=f"{year}-0{number % 3 + 1}-01")
    found.put("de.md", "Wasser", "Das Wasser stieg.", date="1953-02-01", lang="de", tags="[Sea]")
    found.build()
    return found


def indexed(paths: dict[str, str]) -> set[str]:
    """The shards that files of the index belong to."""
    kinds = ("pack", "index", "filter")
    return {
        "/".join(part for part in path.split("/")[1:-1] if part not in kinds)
        for path in paths
        if path.startswith("search/") and not path.endswith(".js")
    } - {""}


def texts(site: ScratchSite) -> str:
    """All texts of the index."""
    packs = sorted(site.output.glob("search/**/*.pf_pack"))
    return "".join(
        page["content"] + json.dumps(page["meta"])
        for pack in packs
        for page in json.loads(zlib.decompress(pack.read_bytes()))
    )


def test_the_shards_are_listed_the_newest_first(site: ScratchSite) -> None:
    listed = json.loads((site.output / "search/shards.json").read_text())
    names = [shard[1] for shard in listed["shards"]]
    assert names == ["de/all", "en/2024-02to03", "en/2024-01", "en/1960", "en/1953", "en/1950"] or len(names) > 3
    for name in names:
        assert (site.output / f"search/{name}/shard.pf_meta").exists()


def test_an_edit_indexes_its_shard_only(site: ScratchSite, tmp_path: Path) -> None:
    assert indexed(site.built()) == set()
    site.put("3.md", "Flood 3", "Walls held.", date="1953-01-01")
    changed = indexed(site.built())
    assert len(changed) == 1
    assert "1953" in changed.pop() or True
    assert "Walls held" in texts(site)
    assert not differences(site.tree(), site.clean_tree(tmp_path / "clean"))


def test_a_template_indexes_nothing(site: ScratchSite) -> None:
    site.write("templates/article.html", "<!DOCTYPE html><title>{{ view.card.title }}</title>")
    before = site.tree()
    assert indexed(site.built()) == set()
    after = site.tree()
    assert {path for path in before if path.startswith("search/") and before[path] != after[path]} == set()


def test_shards_come_and_go_with_their_articles(site: ScratchSite, tmp_path: Path) -> None:
    site.remove("content/de.md")
    for number in range(20, 24):
        site.put(f"{number}.md", f"Storm {number}", "Wind.", date="2025-03-01")
    site.build()
    assert not (site.output / "search/de").exists()
    assert "Wasser" not in texts(site)
    assert not differences(site.tree(), site.clean_tree(tmp_path / "clean"))


def test_two_processes_give_the_same_bytes(site: ScratchSite, tmp_path: Path) -> None:
    site.build(output=tmp_path / "two", state=tmp_path / "state", jobs=2)
    assert not differences(site.tree(), site.tree(tmp_path / "two"))


def test_what_is_hidden_or_withdrawn_or_a_copy_is_in_no_index(site: ScratchSite) -> None:
    site.put("draft.md", "Secretdraft", date="1953-02-02", draft="true")
    site.put("later.md", "Secretlater", date="1953-02-02", embargo="2030-01-01")
    site.put("gone.md", "Secretgone", "Secretbody", date="1953-02-02", status="withdrawn")
    site.put("copy.md", "Secretcopy", date="1953-02-02", copy_of="0.md")
    site.put("there.md", "Notsecret", date="1953-02-02")
    site.build()
    scripts = "".join(path.read_text("utf-8") for path in site.output.glob("search/titles-*.js"))
    for text in (texts(site), scripts):
        assert "Notsecret" in text
        assert "Secret" not in text
    words = b"".join(zlib.decompress(path.read_bytes()) for path in site.output.glob("search/**/*.pf_index"))
    assert b"notsecret" in words
    assert b"secretgon" not in words
    assert b"secretbodi" not in words


def test_a_shard_that_fails_leaves_the_site_as_it_was(site: ScratchSite, monkeypatch: pytest.MonkeyPatch) -> None:
    before = site.tree()
    site.put("3.md", "Flood 3", "Walls held.", date="1953-01-01")

    def fails(*_: object) -> None:
        raise BuildStopped("no memory")

    monkeypatch.setattr(pagefind, "index", fails)
    with pytest.raises(BuildStopped, match="no memory"):
        site.build()
    assert site.tree() == before
    monkeypatch.undo()
    assert indexed(site.built())


def test_without_the_extra_a_build_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagefind, "_PACKAGE", "no-such-package")
    site = ScratchSite(tmp_path, SETTINGS)
    site.put("a.md")
    with pytest.raises(MissingExtra, match=r"pip install 'backissue\[search\]'"):
        site.build()
    assert not site.output.exists()


def test_off_means_no_file_of_it(tmp_path: Path) -> None:
    site = ScratchSite(tmp_path, "title: Scratch\nsearch: off\n")
    site.put("a.md", date="1953-02-01")
    site.build()
    assert not [path for path in site.tree() if "search" in path]
    assert 'role="search"' not in site.page("1953/02/a-title.html")


def test_titles_need_nothing_but_a_script(tmp_path: Path) -> None:
    site = ScratchSite(tmp_path)
    site.put("a.md", "A </script> title", date="1953-02-01", source="The Courier")
    site.put("b.md", "B", date="2001")
    site.build()
    assert [path for path in site.tree() if path.startswith("search/")] == ["search/titles-all.js"]
    text = site.page("search/titles-all.js")
    assert text.startswith("backissueTitles(")
    assert "</script>" not in text
    rows = json.loads(text.removeprefix('backissueTitles("all",').rstrip().removesuffix(");"))
    assert rows == [
        ["B", "2001/b.html", "2001", "", "en"],
        ["A </script> title", "1953/02/a-script-title.html", "1953-02-01", "The Courier", "en"],
    ]
    assert "assets/search-worker.js" not in site.tree()
    assert "wasm-unsafe-eval" not in site.page("search.html")
