"""What was put right, retracted or withdrawn: pages, feed, and what must not be seen any more."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.scratch import ScratchSite, differences

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def site(tmp_path: Path) -> ScratchSite:
    return ScratchSite(tmp_path)


def main_of(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0]


def entries(site: ScratchSite) -> list[ElementTree.Element]:
    return ElementTree.fromstring(site.page("corrections/feed.xml")).findall(f"{ATOM}entry")


def test_corrections_have_a_page_the_newest_first(site: ScratchSite) -> None:
    site.put("a.md", "Flood", date="1953-02-01", corrections="[{text: It was Monday., date: 1953-02-05}, Not the sea.]")
    site.put("b.md", "Walls", date="1953-02-03", corrections="[{text: Of brick., date: 1960-01-01}]")
    site.put("c.md", "Verse", corrections="[Not by him.]")
    site.put("d.md", "Storm", date="1953-03-01", status="retracted", notice="{text: Made up., date: 1953-04}")
    site.put("e.md", "Draft", date="1953-03-01", draft="true", corrections="[Secret.]")
    site.build()
    page = main_of(site.page("corrections/index.html"))
    order = ["Of brick.", "Made up.", "It was Monday.", "Not the sea.", "Not by him."]
    assert [text for text in order if text in page] == order
    assert sorted(order, key=page.index) == order
    assert "Secret" not in page
    assert page.count("../1953/02/flood.html") == 1  # once, though it was corrected twice
    assert [path for path in site.tree() if path.startswith("corrections/")] == [
        "corrections/1953.html",
        "corrections/1960.html",
        "corrections/feed.xml",
        "corrections/index.html",
        "corrections/undated.html",
    ]
    assert "It was Monday." in site.page("1953/02/flood.html")
    assert "Made up." in site.page("1953/03/storm.html")
    assert "Some text." in site.page("1953/03/storm.html")


def test_an_archive_without_corrections_says_so(site: ScratchSite) -> None:
    site.put("a.md", "Flood", date="1953-02-01")
    site.build()
    assert "Nothing in this archive has had to be put right" in site.page("corrections/index.html")
    assert entries(site) == []
    site.write("site.yaml", "title: S\n")
    site.build()
    assert "corrections/feed.xml" not in site.tree()


def test_there_need_be_no_pages_of_corrections(site: ScratchSite) -> None:
    site.put("a.md", "Flood", date="1953-02-01", corrections="[It was Monday.]")
    site.build()
    assert "corrections/index.html" in site.page("1953/02/flood.html")
    site.write("site.yaml", "title: S\nurl: https://archive.example\ncorrections: false\n")
    site.build()
    assert not any(path.startswith("corrections/") for path in site.tree())
    assert not any(b"corrections/" in data for path, data in site.tree().items() if path.endswith((".html", ".xml")))
    assert "It was Monday." in site.page("1953/02/flood.html")


def test_the_feed_knows_an_entry_again_when_its_article_moves(site: ScratchSite) -> None:
    front = {"date": "1953-02-01", "corrections": "[{text: It was Monday., date: 1953-02-05}, Again., Again.]"}
    provenance = "{file: f, format: feed, identity: urn:x}"
    site.put("a.md", "Flood", **front, provenance=provenance)
    site.build()
    before = [entry.findtext(f"{ATOM}id") for entry in entries(site)]
    assert len(set(before)) == len(before) == 2
    assert [entry.findtext(f"{ATOM}updated") for entry in entries(site)] == [
        "1953-02-05T00:00:00Z",
        "1953-02-01T00:00:00Z",
    ]
    site.put("a.md", "Flood", **front, provenance=provenance, slug="storm")
    site.build()
    assert [entry.findtext(f"{ATOM}id") for entry in entries(site)] == before


def test_a_correction_makes_only_its_own_pages_anew(site: ScratchSite) -> None:
    for number in range(3):
        site.put(f"{number}.md", f"Title {number}", date=f"195{number}-02-01", corrections="[{text: One., date: 1970}]")
    site.put("z.md", "Last", date="1999-01-01", corrections="[{text: One., date: 1971}]")
    site.build()
    front = {"date": "1951-02-01", "corrections": "[{text: Two., date: 1970}]"}
    site.put("1.md", "Title 1", **front)
    rendered = set(site.built())
    assert {
        "1951/02/title-1.html",
        "corrections/index.html",
        "corrections/1970.html",
        "corrections/feed.xml",
    } <= rendered
    assert not {"corrections/1971.html", "1950/02/title-0.html", "index.html"} & rendered
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))
