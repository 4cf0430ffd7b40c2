"""Versions of an article on a site: their history, what a new one makes stale, what is withheld."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

import pytest
from tests.scratch import ScratchSite, differences

from backissue.errors import ContentErrors

FLOOD = "1953/02/flood"
HISTORY = f"{FLOOD}.versions.html"
SECOND, THIRD = f"{FLOOD}.changes-19530202.html", f"{FLOOD}.changes-19530203T080000.html"


@pytest.fixture
def site(tmp_path: Path) -> ScratchSite:
    """An article in three versions, and one beside it."""
    site = ScratchSite(tmp_path, "title: Scratch\nurl: https://archive.example\n")
    site.put("flood-v1.md", "Flood", "Water rose.", date="1953-02-01", version_of="flood.md")
    site.put("flood-v2.md", "Flood", "Water rose fast.", date="1953-02-01", updated="1953-02-02", version_of="flood.md")
    site.put("flood.md", "Great flood", "Water fell.", date="1953-02-01", updated="1953-02-03T08:00:00Z", slug="flood")
    site.put("walls.md", "Walls", "Walls held.", date="1953-02-01")
    site.build()
    return site


def page_of(site: ScratchSite, name: str) -> str:
    """The path of the page of the older version that lies in a file."""
    return next(path for path in site.tree() if path.startswith(f"versions/1953/02/{name}-"))


def target_of(site: ScratchSite, path: str) -> str:
    """Where a page at a former address leads."""
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', site.page(path))
    assert found
    assert "noindex" in site.page(path)
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), found[1]))


def put_newer(site: ScratchSite) -> None:
    """What an import does with a newer version: the old one gets a file of its own, the newer one takes its place."""
    site.put(
        "flood-v3.md",
        "Great flood",
        "Water fell.",
        date="1953-02-01",
        updated="1953-02-03T08:00:00Z",
        slug="flood-v3",
        version_of="flood.md",
    )
    site.put("flood.md", "Great flood", "Water is gone.", date="1953-02-01", updated="1953-02-04", slug="flood")


def test_a_history_has_all_versions_in_order_and_what_changed(site: ScratchSite) -> None:
    history = site.page(HISTORY)
    rows = [history.index(f'<li id="v{name}">') for name in ("19530201", "19530202", "19530203T080000")]
    assert rows == sorted(rows)
    assert "2 words added" not in history[: rows[1]]
    assert "1 word added" in history[rows[1] : rows[2]]
    assert "0 words removed" in history[rows[1] : rows[2]]
    last = site.page(THIRD)
    assert "<ins>Great flood</ins>" in last
    assert '<time datetime="1953-02-03T08:00:00' in last
    assert "Water <del>rose fast</del><ins>fell</ins>." in last
    assert f'href="../../{SECOND}"' in last
    assert 'name="robots" content="noindex"' in last
    for path in (f"{FLOOD}.html", page_of(site, "flood")):
        assert "flood.versions.html" in site.page(path)
    assert "versions.html" not in site.page("1953/02/walls.html")


def test_a_timemap_names_every_version_with_its_moment(site: ScratchSite) -> None:
    lines = site.page(f"{FLOOD}.timemap").splitlines()
    assert lines[0] == '<https://archive.example/1953/02/flood.html>; rel="original",'
    assert 'rel="first memento"; datetime="Sun, 01 Feb 1953 00:00:00 GMT",' in lines[2]
    assert 'rel="memento"; datetime="Mon, 02 Feb 1953 00:00:00 GMT",' in lines[3]
    assert lines[4] == (
        '<https://archive.example/1953/02/flood.html>; rel="last memento"; datetime="Tue, 03 Feb 1953 08:00:00 GMT"'
    )
    assert '<link rel="timemap" type="application/link-format"' in site.page(f"{FLOOD}.html")


def test_without_an_address_of_the_site_there_is_no_timemap(tmp_path: Path) -> None:
    site = ScratchSite(tmp_path, "title: Scratch\n")
    site.put("a-v1.md", "A", "One.", date="1953-02-01", version_of="a.md")
    site.put("a.md", "A", "Take two of it.", date="1953-02-02")
    site.build()
    assert "1953/02/a.versions.html" in site.tree()
    assert not [path for path in site.tree() if path.endswith(".timemap")]
    assert "timemap" not in site.page("1953/02/a.html")


def test_every_address_stays_when_a_newer_version_comes(site: ScratchSite) -> None:
    before = site.tree().keys()
    put_newer(site)
    site.build()
    assert before <= site.tree().keys()
    assert "Water is gone." in site.page(f"{FLOOD}.html")
    history = site.page(HISTORY)
    for name in ("19530201", "19530202", "19530203T080000", "19530204"):
        assert f'<li id="v{name}">' in history


def stale(site: ScratchSite) -> set[str]:
    """What of the article is rendered anew."""
    return {path for path in site.built() if "/flood" in path and not path.endswith(".json")}


def test_a_newer_version_makes_stale_what_shows_it(site: ScratchSite) -> None:
    put_newer(site)
    made = stale(site)
    assert made == {
        f"{FLOOD}.html",
        HISTORY,
        f"{FLOOD}.timemap",
        THIRD,
        f"{FLOOD}.changes-19530204.html",
        page_of(site, "flood-v3"),
    }


def test_words_of_an_older_version_make_stale_where_they_are_compared(site: ScratchSite) -> None:
    site.put("flood-v1.md", "Flood", "Water rose.\n\nMuch.", date="1953-02-01", version_of="flood.md")
    first = next(path for path in site.tree() if path.startswith("versions/") and "rose.</p>" in site.page(path))
    assert stale(site) == {first, HISTORY, f"{FLOOD}.timemap", SECOND}


def test_publishers_numbers_order_versions(tmp_path: Path) -> None:
    site = ScratchSite(tmp_path)
    site.put("a-v2.md", "A", "Take two of it.", date="1953-02-01", version='"2"', version_of="a.md")
    site.put("a-v10.md", "A", "Take ten of it.", date="1953-02-01", version='"10"', version_of="a.md")
    site.put("a.md", "A", "Take eleven of it.", date="1953-02-01", version='"11"')
    site.build()
    assert "<del>two</del> <ins>ten</ins>" in site.page("1953/02/a.changes-19530201-v10.html")
    assert "<del>ten</del> <ins>eleven</ins>" in site.page("1953/02/a.changes-19530201-v11.html").replace(
        "><ins", "> <ins"
    )


def test_nothing_of_a_withdrawn_version_is_shown(site: ScratchSite) -> None:
    site.put(
        "flood-v2.md", "Flood", "Water rose fast.", updated="1953-02-02", version_of="flood.md", status="withdrawn"
    )
    site.build()
    assert not [path for path, data in site.tree().items() if b"fast" in data]
    assert target_of(site, SECOND).startswith("versions/1953/02/flood-")
    assert "withdrawn" in site.page(target_of(site, SECOND)).lower()
    assert "19530202" not in site.page(HISTORY)
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))


def test_a_withdrawn_article_has_no_history_and_its_versions_must_be_withdrawn_too(site: ScratchSite) -> None:
    for name in ("flood-v1.md", "flood.md"):
        site.put(
            name,
            "Flood",
            "Water.",
            date="1953-02-01",
            status="withdrawn",
            slug="flood",
            **({"version_of": "flood.md"} if name != "flood.md" else {}),
        )
    with pytest.raises(ContentErrors) as caught:
        site.build(skip_bad=True)
    assert str(caught.value) == (
        "content/flood-v2.md: is a version of content/flood.md, which is withdrawn: its text would be shown"
        " — write status: withdrawn into it, or take its version_of away"
    )
    site.put("flood-v2.md", "Flood", "Water.", date="1953-02-01", status="withdrawn", version_of="flood.md")
    site.build()
    assert target_of(site, HISTORY) == target_of(site, THIRD) == f"{FLOOD}.html"
    assert target_of(site, SECOND).startswith("versions/1953/02/flood-")
    assert "memento" not in site.page(f"{FLOOD}.timemap")
    assert f'<https://archive.example/{FLOOD}.html>; rel="original"' in site.page(f"{FLOOD}.timemap")
    assert "versions.html" not in site.page(f"{FLOOD}.html")
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))


def test_what_compared_a_version_that_is_first_now_leads_to_the_history(site: ScratchSite) -> None:
    site.remove("content/flood-v1.md")
    site.build()
    assert target_of(site, SECOND) == HISTORY
    assert "refresh" not in site.page(THIRD)
    site.remove("content/flood-v2.md")
    site.build()
    assert {target_of(site, path) for path in (HISTORY, SECOND, THIRD)} == {f"{FLOOD}.html"}
    assert site.page(f"{FLOOD}.timemap").count('rel="first last memento"') == 1
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))
    again = site.build()
    assert (again.rendered, again.written, again.removed) == (0, 0, 0)
    site.put("flood-v2.md", "Flood", "Water rose fast.", date="1953-02-01", updated="1953-02-02", version_of="flood.md")
    site.build()
    assert target_of(site, SECOND) == f"{FLOOD}.html"
    assert "refresh" not in site.page(HISTORY) + site.page(THIRD)
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))


def test_a_version_that_is_dated_anew_leaves_no_address_behind(site: ScratchSite) -> None:
    site.put("flood-v2.md", "Flood", "Water rose fast.", date="1953-02-01", updated="1953-02-01T09:00:00Z",
             version_of="flood.md")  # fmt: skip
    site.build(allow_gone=False)
    assert target_of(site, SECOND) == HISTORY
    assert f"{FLOOD}.changes-19530201T090000.html" in site.tree()


def test_histories_go_with_their_article(site: ScratchSite) -> None:
    for name in ("flood", "flood-v1", "flood-v2"):
        site.remove(f"content/{name}.md")
    site.build()
    assert not [path for path in site.tree() if path.startswith(FLOOD)]
    assert not (site.root / "urls/versions.txt").exists()
    assert not (site.root / "urls/moved.txt").exists()


def test_histories_can_be_left_out(site: ScratchSite) -> None:
    site.write("site.yaml", "title: Scratch\nurl: https://archive.example\nhistories: false\n")
    with pytest.raises(ContentErrors) as caught:
        site.build(allow_gone=False)
    assert str(caught.value) == (
        'site.yaml: without "histories: true" these addresses would be lost: */*.timemap, */*.versions.html'
        " — write it back, or build with --allow-gone to give them up"
    )
    site.build()
    assert {target_of(site, path) for path in (HISTORY, SECOND, THIRD)} == {f"{FLOOD}.html"}
    assert not [path for path in site.tree() if path.endswith(".timemap")]
    assert "versions.html" not in site.page(f"{FLOOD}.html")
    assert page_of(site, "flood")
