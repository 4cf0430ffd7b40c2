"""An edit re-renders exactly the pages that must change: the whole set is asserted (design, invariants 2 and 3)."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path

import pytest
from tests.scratch import ScratchSite

from backissue import pipeline, scanning
from backissue.catalog import Catalog
from backissue.errors import ContentError
from backissue.scanning import Stamp

HOME = {"index.html"}
MAPS = {"sitemap-1953.xml"}


@pytest.fixture
def site(tmp_path: Path) -> ScratchSite:
    """Five articles: two in one month, one with no tag, one of a year only, one undated."""
    site = ScratchSite(tmp_path, "title: Scratch\nurl: https://archive.example\nhome_size: 3\n")
    site.put("a.md", "Flood", "Water rose.", date="1953-02-01", tags="[Sea, Weather]", authors="Ann Lee")
    site.put("b.md", "Walls", "Walls held.", date="1953-02-03", tags="[Sea]", authors="Ann Lee")
    site.put("c.md", "Market", "Prices fell.", date="1953-05-09", authors="Bo Kay")
    site.put("d.md", "Almanac", "A year.", date='"1936"', tags="[Weather]")
    site.put("e.md", "Verse", "A verse.")
    site.build()
    return site


def test_lists_are_rendered_last(site: ScratchSite) -> None:
    order = {page.path: place for place, page in enumerate(site.build(clean=True).explained)}
    lists = {"tags/sea/index.html", "authors/bo-kay/index.html", "1953/02/index.html", "undated/index.html"}
    others = {"1953/02/flood.html", "tags/index.html", "sitemap-1953.xml", "tags/sea/feed.xml", "index.html"}
    assert max(map(order.__getitem__, others)) < min(map(order.__getitem__, lists))


def test_nothing_changed_renders_and_writes_nothing(site: ScratchSite) -> None:
    before = {path: path.stat().st_mtime_ns for path in site.output.rglob("*")}
    report = site.build()
    assert (report.parsed, report.rendered, report.written, report.removed) == (0, 0, 0, 0)
    assert {path: path.stat().st_mtime_ns for path in site.output.rglob("*")} == before


def test_a_fresh_checkout_with_new_times_renders_nothing(site: ScratchSite) -> None:
    moved = site.root / "content.old"
    (site.root / "content").rename(moved)
    shutil.copytree(moved, site.root / "content", copy_function=shutil.copyfile)
    for path in (site.root / "content").rglob("*"):
        os.utime(path, ns=(1, 1))
    report = site.build()
    assert (report.parsed, report.rendered, report.written) == (0, 0, 0)


def test_text_below_the_lead_changes_one_page_and_its_twin(site: ScratchSite) -> None:
    site.put("a.md", "Flood", "Water rose.\n\nMore of it.", date="1953-02-01", tags="[Sea, Weather]", authors="Ann Lee")
    assert site.built() == {"1953/02/flood.html": "a.md changed", "1953/02/flood.json": "a.md changed"}


def test_the_lead_changes_the_lists_that_show_it(site: ScratchSite) -> None:
    site.put("a.md", "Flood", "Water fell.", date="1953-02-01", tags="[Sea, Weather]", authors="Ann Lee")
    assert set(site.built()) == {
        "1953/02/flood.json",
        "1953/02/flood.html",
        "1953/02/index.html",
        "tags/sea/index.html",
        "tags/weather/index.html",
        "tags/sea/feed.json",
        "tags/sea/feed.xml",
        "tags/weather/feed.json",
        "tags/weather/feed.xml",
        "authors/ann-lee/index.html",
        "feed.json",
        "feed.xml",
        "index.html",
    }


def test_a_title_changes_neighbours_and_lists(site: ScratchSite) -> None:
    site.put("a.md", "Storm", "Water rose.", date="1953-02-01", tags="[Sea, Weather]", authors="Ann Lee", slug="flood")
    assert set(site.built()) == {
        "1953/02/flood.json",
        "1953/02/flood.html",
        "1953/02/walls.html",  # the later article, and later under Sea and Ann Lee
        "1936/almanac.html",  # the earlier article, and earlier under Weather
        "1953/02/index.html",
        "1953/index.html",
        "tags/sea/index.html",
        "tags/weather/index.html",
        "tags/sea/feed.json",
        "tags/sea/feed.xml",
        "tags/weather/feed.json",
        "tags/weather/feed.xml",
        "authors/ann-lee/index.html",
        "feed.json",
        "feed.xml",
        "index.html",
        "search/titles-all.js",
    }


def test_a_new_tag_changes_the_page_and_the_tag_indexes(site: ScratchSite) -> None:
    site.put("c.md", "Market", "Prices fell.", date="1953-05-09", authors="Bo Kay", tags="[Trade]")
    assert set(site.built()) == {
        "1953/05/market.json",
        "1953/05/market.html",
        "tags/trade/index.html",
        "tags/trade/feed.json",
        "tags/trade/feed.xml",
        "tags/index.html",
        "index.html",
        "sitemap-lists.xml",
    }


def test_another_date_leaves_an_article_where_it_is(site: ScratchSite) -> None:
    site.put("c.md", "Market", "Prices fell.", date="1953-06-09", authors="Bo Kay")
    report = site.build()
    assert {page.path for page in report.explained} == {
        "1953/05/market.html",
        "1953/05/market.json",
        "1953/05/index.html",  # a month without articles leads to its year
        "1953/06/index.html",
        "1953/02/walls.html",  # its later neighbour has another date
        "1953/02/index.html",  # the next month is another one
        "1953/index.html",
        "authors/bo-kay/index.html",
        "calendar/index.html",
        "feed.json",
        "feed.xml",
        "index.html",
        "statistics/index.html",
        "search/titles-all.js",
        "sitemap-1953.xml",
        "sitemap-lists.xml",
    }
    assert report.removed == 0
    assert '"../../1953/index.html"' in site.page("1953/05/index.html")


def test_an_article_that_is_asked_to_move_leaves_a_page_behind(site: ScratchSite) -> None:
    site.put("c.md", "Market", "Prices fell.", date="1953-06-09", authors="Bo Kay")
    site.build()
    rendered = {page.path for page in site.build(move=("c.md",)).explained}
    assert {"1953/06/market.html", "1953/05/market.html", "1953/06/index.html", "feed.xml"} <= rendered
    assert not {"1953/05/index.html", "1936/almanac.html", "tags/index.html"} & rendered


def test_a_deleted_article_is_gone_with_all_that_named_it(site: ScratchSite) -> None:
    site.remove("content/b.md")
    report = site.build()
    assert not (site.output / "1953/02/walls.html").exists()
    assert report.removed == 2
    assert {page.path for page in report.explained} == {
        "1953/02/flood.html",
        "1953/05/market.html",
        "1953/02/index.html",
        "1953/index.html",
        "tags/sea/index.html",
        "tags/sea/feed.json",
        "tags/sea/feed.xml",
        "tags/index.html",
        "authors/ann-lee/index.html",
        "authors/index.html",
        "calendar/index.html",
        "feed.json",
        "feed.xml",
        "index.html",
        "statistics/index.html",
        "404.html",
        "search.html",  # it says how many articles there are
        "search/titles-all.js",
        "sitemap-1953.xml",
        "sitemap-lists.xml",  # the newest day of what its lists show is another
    }


def test_what_goes_together_is_made_anew_only_where_it_changed(site: ScratchSite) -> None:
    for n in range(4):
        site.put(f"pair-{n}.md", f"Pair {n}", date=f"1940-0{n + 1}-01", tags="[Tide, Moon]")
        site.put(f"else-{n}.md", f"Else {n}", date=f"1941-0{n + 1}-01", tags="[Trade, Law]")
    site.build()
    assert "moon" in site.page("tags/tide/index.html")
    # The newest year is not counted: its articles change the lists that they stand in, and no other.
    site.put("new.md", "New", date="1953-06-01", tags="[Tide]")
    lists = {path for path in site.built() if path.startswith(("tags/", "authors/")) and path.endswith("index.html")}
    assert lists == {"tags/tide/index.html", "tags/index.html"}
    # An article of a whole year is: Moon goes with Tide as before, Law with Trade once more.
    site.put("old.md", "Old", date="1941-09-01", tags="[Law, Trade]")
    lists = {path for path in site.built() if path.startswith(("tags/", "authors/")) and path.endswith("index.html")}
    assert lists == {"tags/law/index.html", "tags/trade/index.html", "tags/index.html"}


def test_a_template_changes_its_own_pages(site: ScratchSite) -> None:
    site.write("templates/year.html", "<!DOCTYPE html><title>{{ view.year }}</title>")
    assert site.built() == {
        "1936/index.html": "templates/year.html changed",
        "1953/index.html": "templates/year.html changed",
    }
    assert site.page("1953/index.html") == "<!DOCTYPE html><title>1953</title>"


def test_a_part_changes_the_pages_that_include_it(site: ScratchSite) -> None:
    source = Path(__file__).parents[2] / "templates/parts/page.html"
    site.write("templates/parts/page.html", source.read_text(encoding="utf-8").replace("<footer", "<footer data-new"))
    rendered = set(site.built())
    assert {path for path in site.tree() if path.endswith(".html")} - {"404.html"} == rendered - {"404.html"}


def test_the_title_of_the_site_changes_every_page(site: ScratchSite) -> None:
    site.write("site.yaml", "title: Other\nurl: https://archive.example\nhome_size: 3\n")
    rendered = site.built()
    assert {path for path in site.tree() if path.endswith(".html")} <= set(rendered)
    assert rendered["1953/02/flood.html"] == "site.yaml changed"


def test_markdown_settings_change_what_may_hold_bodies(site: ScratchSite) -> None:
    site.write(
        "site.yaml",
        "title: Scratch\nurl: https://archive.example\nhome_size: 3\nmarkdown:\n  extensions: [tables]\n",
    )
    rendered = site.built()
    assert set(rendered) == {
        "1953/02/flood.html",
        "1953/02/walls.html",
        "1953/05/market.html",
        "1936/almanac.html",
        "undated/verse.html",
    } | {path for path in site.tree() if path.endswith((".json", "feed.xml"))} - {"corrections/feed.xml"}


def test_a_deleted_output_folder_is_built_anew(site: ScratchSite) -> None:
    before = site.tree()
    for _ in range(3):  # each time: what was noted of the folder that is gone must not stand for its successor
        shutil.rmtree(site.output)
        site.build()
        assert site.tree() == before


@pytest.mark.parametrize("damage", [b"", b"not a database", None])
def test_a_lost_or_damaged_catalog_means_a_clean_build(site: ScratchSite, damage: bytes | None) -> None:
    before = site.tree()
    catalog = site.root / ".backissue/catalog.sqlite"
    for suffix in ("-wal", "-shm"):
        Path(f"{catalog}{suffix}").unlink(missing_ok=True)
    if damage is None:
        catalog.unlink()
    else:
        catalog.write_bytes(damage)
    report = site.build()
    assert report.parsed == 5
    assert report.written == 0
    assert site.tree() == before


def test_a_catalog_damaged_inside_means_a_clean_build(site: ScratchSite) -> None:
    before = site.tree()
    catalog = site.root / ".backissue/catalog.sqlite"
    data = bytearray(catalog.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    catalog.write_bytes(bytes(data))
    site.build()
    assert site.tree() == before


def test_files_of_others_stay(site: ScratchSite) -> None:
    mine = site.output / "CNAME"
    mine.write_text("archive.example")
    other = site.output / "1953/02/notes.txt"
    other.write_text("mine")
    for name in ("a", "b"):
        site.remove(f"content/{name}.md")
    site.build()
    site.build(clean=True)
    assert mine.read_text() == "archive.example"
    assert other.read_text() == "mine"
    assert not (site.output / "1953/02/flood.html").exists()


def test_what_another_version_noted_of_its_build_is_not_read(site: ScratchSite) -> None:
    with closing(Catalog(site.root / ".backissue/catalog.sqlite")) as catalog:
        catalog.set_meta("entries", b"another version")
        catalog.set_meta("settled", b"\x91\x01")
        catalog.commit()
    assert site.build().written == 0


def test_many_files_are_listed_by_several_processes(site: ScratchSite, monkeypatch: pytest.MonkeyPatch) -> None:
    site.put("x/f.md", "Bells", "Bells rang.", date="1953-06-01")
    site.build()
    listed: list[str] = []

    def files_in(base: str, place: str, folders: list[str], faults: list[ContentError]) -> dict[str, Stamp]:
        listed.append(place)  # in this process: nobody sees what others list
        return look(base, place, folders, faults)

    look = scanning._files_in
    monkeypatch.setattr(scanning, "_files_in", files_in)
    monkeypatch.setattr(pipeline, "STAMPS_A_SCANNER", 1)
    assert (site.build(jobs=2).parsed, listed) == (0, [])
    site.put("x/g.md", "Fair", "A fair.", date="1953-06-02")
    site.put("y/h.md", "Fire", "A fire.", date="1953-06-03")
    assert (site.build(jobs=2).parsed, listed) == (2, ["y"])
    assert (site.build(jobs=1).parsed, sorted(listed)) == (0, ["", "x", "y", "y"])
    listed.clear()
    monkeypatch.setattr(scanning, "MANY", 0)
    monkeypatch.setattr(pipeline, "FOLDERS_IN_BATCH", 1)
    assert (site.build(jobs=2, clean=True).parsed, listed) == (8, [""])
