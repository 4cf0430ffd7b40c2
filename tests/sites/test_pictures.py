"""Pictures of a small site: their true sizes on every page, smaller ones beside them, and only what must be made."""

from __future__ import annotations

import io
import random
import re
from pathlib import Path

import pytest
from PIL import Image
from tests.scratch import ScratchSite, differences

from backissue import darkroom
from backissue.check import check_site
from backissue.errors import ContentErrors

SETTINGS = "title: Scratch\nurl: https://archive.example\nimages:\n  sizes: [40, 80]\n"


def png(width: int, height: int, seed: int = 1) -> bytes:
    data = io.BytesIO()
    pixels = random.Random(seed).randbytes(width * height * 3)
    Image.frombytes("RGB", (width, height), pixels).save(data, "PNG")
    return data.getvalue()


def imgs(page: str) -> list[dict[str, str]]:
    return [dict(re.findall(r' ([a-z]+)="([^"]*)"', tag)) for tag in re.findall(r"<img[^>]*>", page)]


@pytest.fixture
def site(tmp_path: Path) -> ScratchSite:
    site = ScratchSite(tmp_path, SETTINGS)
    site.write("content/lead.png", png(100, 60))
    site.write("content/x/body picture.png", png(120, 90))
    site.put(
        "x/a.md", "Flood", '![The wall](body%20picture.png "After the flood")\n\nWater rose.', date="1953-02-01",
        image="/lead.png", tags="[Sea]",
    )  # fmt: skip
    site.put("b.md", "Walls", "Walls held.", date="1953-02-03", tags="[Sea]")
    return site


def test_every_picture_says_its_true_size_and_what_there_is_to_choose_from(site: ScratchSite) -> None:
    site.build()
    lead, body = imgs(site.page("1953/02/flood.html"))
    assert (lead["width"], lead["height"]) == ("100", "60")
    assert "loading" not in lead
    assert lead["srcset"] == "../../sizes/40/lead.png.webp 40w, ../../sizes/80/lead.png.webp 80w"
    assert (body["width"], body["height"], body["loading"]) == ("120", "90", "lazy")
    assert body["srcset"].startswith("../../sizes/40/x/body%20picture.png.webp 40w, ")
    assert body["sizes"]
    for path in ("1953/02/index.html", "tags/sea/index.html"):
        (card,) = imgs(site.page(path))
        assert (card["width"], card["height"], card["loading"]) == ("100", "60", "lazy")
        assert "sizes/40/lead.png.webp 40w" in card["srcset"]
    (home,) = imgs(site.page("index.html"))
    assert (home["width"], home["height"]) == ("100", "60")
    tree = site.tree()
    for width, height in ((40, 24), (80, 48)):
        made = Image.open(io.BytesIO(tree[f"sizes/{width}/lead.png.webp"]))
        assert (made.format, made.size) == ("WEBP", (width, height))
    assert [finding for finding in check_site(site.output) if not finding.remark] == []


def test_a_picture_alone_with_a_title_is_a_figure_with_a_caption(site: ScratchSite) -> None:
    site.build()
    page = site.page("1953/02/flood.html")
    assert re.search(r"<figure><img[^>]*><figcaption>After the flood</figcaption></figure>", page)
    assert "title=" not in page.partition('<div class="body">')[2].partition("</div>")[0]


def test_without_the_setting_there_is_the_picture_itself(site: ScratchSite) -> None:
    site.write("site.yaml", "title: Scratch\n")
    site.build()
    lead, body = imgs(site.page("1953/02/flood.html"))
    assert (lead["width"], lead["height"], body["width"], body["height"]) == ("100", "60", "120", "90")
    assert "srcset" not in lead
    assert "srcset" not in body
    assert not any(path.startswith("sizes/") for path in site.tree())


def test_a_second_build_makes_and_writes_nothing(site: ScratchSite, monkeypatch: pytest.MonkeyPatch) -> None:
    site.build()
    before = site.tree()
    monkeypatch.setattr(darkroom, "_made", lambda *_: pytest.fail("made again"))
    report = site.build()
    assert (report.parsed, report.rendered, report.written) == (0, 0, 0)
    # Nor does a build that has forgotten all but the pictures, into another folder.
    site.build(clean=True)
    site.build(output=site.root / "other")
    assert site.tree(site.root / "other") == before


def test_another_picture_of_the_same_size_changes_its_own_files_only(site: ScratchSite) -> None:
    site.build()
    site.write("content/lead.png", png(100, 60, 3))
    assert set(site.built()) == {"media/lead.png", "sizes/40/lead.png.webp", "sizes/80/lead.png.webp"}
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))


def test_a_picture_of_another_size_changes_the_pages_that_show_it(site: ScratchSite) -> None:
    site.build()
    site.write("content/lead.png", png(90, 90))
    assert {path for path in site.built() if not path.endswith((".xml", ".json"))} == {
        "media/lead.png",
        "sizes/40/lead.png.webp",
        "sizes/80/lead.png.webp",
        "1953/02/flood.html",
        "1953/02/index.html",
        "tags/sea/index.html",
        "index.html",
    }
    (card,) = imgs(site.page("tags/sea/index.html"))
    assert (card["width"], card["height"]) == ("90", "90")
    site.write("content/x/body picture.png", png(60, 60))
    rendered = set(site.built())
    assert "1953/02/flood.html" in rendered
    assert "tags/sea/index.html" not in rendered
    assert "sizes/80/x/body picture.png.webp" not in site.tree()
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))


def test_a_touched_picture_is_not_made_anew(site: ScratchSite, monkeypatch: pytest.MonkeyPatch) -> None:
    site.build()
    site.write("content/lead.png", png(100, 60))
    monkeypatch.setattr(darkroom, "_made", lambda *_: pytest.fail("made again"))
    report = site.build()
    assert (report.parsed, report.rendered, report.written) == (0, 0, 0)


def test_what_no_page_shows_any_more_goes(site: ScratchSite) -> None:
    site.build()
    assert len(list((site.root / ".backissue/pictures").iterdir())) == 2
    site.put("x/a.md", "Flood", "Water rose.", date="1953-02-01", image="/lead.png", tags="[Sea]")
    site.build()
    assert {path for path in site.tree() if path.startswith("sizes/")} == {
        "sizes/40/lead.png.webp", "sizes/80/lead.png.webp",
    }  # fmt: skip
    assert len(list((site.root / ".backissue/pictures").iterdir())) == 1


def test_other_sizes_are_other_files(site: ScratchSite) -> None:
    site.build()
    site.write("site.yaml", SETTINGS.replace("[40, 80]", "[30]"))
    site.build()
    assert {path.split("/")[1] for path in site.tree() if path.startswith("sizes/")} == {"30"}
    assert not differences(site.tree(), site.clean_tree(site.root / "clean"))


def test_a_bad_picture_is_one_note_and_stands_as_it_is(site: ScratchSite) -> None:
    site.write("content/lead.png", png(100, 60)[:400])
    report = site.build()
    assert report.notes == (
        "shown as they are, for nothing smaller can be made of them: content/lead.png (it is broken)",
    )
    lead, _body = imgs(site.page("1953/02/flood.html"))
    assert lead["src"] == "../../media/lead.png"
    assert "srcset" not in lead
    assert site.build().notes == report.notes  # also where nothing is to be done


def test_a_picture_that_is_linked_to_only_is_not_made_smaller(site: ScratchSite) -> None:
    site.write("content/large.png", png(200, 100))
    site.put("b.md", "Walls", "[![Walls](lead.png)](large.png)", date="1953-02-03")
    site.build()
    assert "media/large.png" in site.tree()
    assert not any("large" in path for path in site.tree() if path.startswith("sizes/"))


def test_a_size_that_the_author_wrote_stays_if_it_has_the_picture_s_shape(site: ScratchSite) -> None:
    body = '<img src="lead.png" width="50" height="30" alt="a">\n\n<img src="lead.png" width="50" height="50" alt="b">'
    site.put("b.md", "Walls", body, date="1953-02-03")
    site.build()
    one, other = imgs(site.page("1953/02/walls.html"))
    assert (one["width"], one["height"], one["sizes"]) == ("50", "30", "min(50px, 100vw)")
    assert (other["width"], other["height"]) == ("100", "60")


def test_sizes_that_are_none_are_told_with_their_line(site: ScratchSite) -> None:
    site.write("site.yaml", "title: S\nimages:\n  sizes: [4]\n")
    with pytest.raises(ContentErrors, match=r"site\.yaml:2: sizes are up to 8 widths from 16 to 8192 pixels"):
        site.build()


def test_the_same_bytes_from_one_process_or_two(site: ScratchSite, tmp_path: Path) -> None:
    for number in range(160):
        site.put(f"{number}.md", f"T {number}", "Text.", date=f"1953-03-{number % 28 + 1:02}", image="/lead.png")
    site.build()
    site.build(jobs=2, clean=True, output=tmp_path / "two", state=tmp_path / "state")
    assert not differences(site.tree(), site.tree(tmp_path / "two"))
