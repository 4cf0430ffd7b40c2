"""The parts of a page: its headline, dates, structured data and picture, and whether it is an article at all."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from lxml.html import HtmlElement

from backissue.importers.languages import language_of
from backissue.importers.pages.dating import date_of, first_date
from backissue.importers.pages.furniture import words_of
from backissue.importers.pages.headlines import choose_headline, stated_headlines
from backissue.importers.pages.hydration import text_in_scripts
from backissue.importers.pages.parsing import parse
from backissue.importers.pages.pictures import caption_and_credit, lead_picture
from backissue.importers.pages.structured import article_of, nodes_of

CET = timezone(timedelta(hours=1))


def tree(html: str) -> HtmlElement:
    found = parse(html)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("2024-03-05T18:30:00+02:00", "2024-03-05T18:30:00+02:00"),
        ("2024-03-05T18:30:00.123Z", "2024-03-05T18:30:00+00:00"),
        ("2024-03-05 18:30", "2024-03-05T18:30:00+01:00"),
        ("2024-03-05T00:00:00", "2024-03-05"),
        ("2024-03-05", "2024-03-05"),
        ("20240305", "2024-03-05"),
        ("1709656200", "2024-03-05T16:30:00+00:00"),
        ("2024-13-45", None),
        ("0001-01-01T00:00:00Z", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_date_keeps_its_offset_and_is_no_more_exact_than_written(text: str, edtf: str | None) -> None:
    found = date_of(text, CET)
    assert (found.edtf if found else None) == edtf


def test_an_offset_of_a_place_without_standard_time_is_rounded() -> None:
    found = date_of("1900-05-05T10:00:30", ZoneInfo("Europe/Paris"))
    assert found is not None
    assert found.edtf == "1900-05-05T10:00:30+00:09"


def test_a_time_of_the_same_day_makes_a_date_more_exact() -> None:
    found = first_date(["", "2024-03-05", "2024-03-05T18:30:00Z"], UTC)
    assert found is not None
    assert found.edtf == "2024-03-05T18:30:00+00:00"


@pytest.mark.parametrize(
    ("stated", "title", "headline"),
    [
        ([], "Harbour wall to be rebuilt | The Coast", "Harbour wall to be rebuilt"),
        ([], "The Coast - Harbour wall to be rebuilt", "Harbour wall to be rebuilt"),
        (["Harbour wall – a history"], "", "Harbour wall – a history"),
        (["Harbour wall to be …"], "Harbour wall to be rebuilt - The Coast", "Harbour wall to be rebuilt"),
        (["The Coast"], "Harbour wall to be rebuilt", "Harbour wall to be rebuilt"),
    ],
)
def test_a_headline_does_not_name_the_site(stated: list[str], title: str, headline: str) -> None:
    assert choose_headline(stated, [], title, ["The Coast", "coast.example"]) == headline


def test_opengraph_s_wording_comes_first_where_the_heading_repeats_the_record() -> None:
    record, graph = "Harbour: Wall to be rebuilt soon", "Wall of the harbour to be rebuilt"
    assert stated_headlines(record, graph, [record], "") == [graph, record]
    assert stated_headlines(record, graph, ["Another heading"], record) == [record, graph]
    assert stated_headlines(record, "Fishermen are glad", [record], "") == [record, "Fishermen are glad"]


def test_a_description_is_no_headline() -> None:
    title = "Harbour wall - An encyclopedia"
    assert stated_headlines("structure of masonry", "", ["Harbour wall"], title) == [""]
    assert stated_headlines("structure of a wall", "", ["Harbour wall"], title) == ["structure of a wall", ""]
    assert stated_headlines("structure of masonry", "", ["Another"], title) == ["structure of masonry", ""]


def test_a_crowd_of_spans_keeps_its_text() -> None:
    tree = parse("<p>" + "<span>word </span>" * 3000 + "</p><p><span>one</span></p>")
    assert tree is not None
    assert [len(element) for element in tree.iter("p")] == [0, 1]
    assert "".join(tree.itertext()).count("word") == 3000


def test_the_page_s_own_record_is_told_from_those_of_its_links() -> None:
    nodes = nodes_of(
        tree(
            """<script type="application/ld+json">[{"@type": "NewsArticle", "headline": "Another", "url": "/b"},
            {"@type": "NewsArticle", "headline": "Own", "mainEntityOfPage": {"@id": "https://coast.example/a"}}]</script>"""
        )
    )
    assert article_of(nodes, "https://www.coast.example/a/?x=1", "")["headline"] == "Own"
    assert article_of(nodes, "", "another")["headline"] == "Another"


@pytest.mark.parametrize(
    "script",
    [
        '<!-- {"@type": "Article", "headline": "A"} -->',
        '{"@type": "Article", "headline": "A",}',
        '{"@type": "Article", "headline": "A"};',
        '{"@graph": [{"@type": ["Thing", "Article"], "headline": "A"}]}',
        '{"@type": "Article", "text": "\\d", "headline": "A"}',
        '{"@type": "WebPage"} {"@type": "Article", "headline": "A"}',
    ],
)
def test_broken_json_ld_is_read_where_it_can_be(script: str) -> None:
    nodes = nodes_of(tree(f'<script type="application/ld+json">{script}</script>'))
    assert article_of(nodes, "", "").get("headline") == "A"


def test_a_tag_with_a_crowd_of_attributes_loses_them() -> None:
    crowd = " ".join(f"attribute{count}=1" for count in range(5000))
    assert not tree(f"<html><body {crowd}><p>x</p></body></html>").find("body").attrib
    picture = "x" * 50_000
    assert tree(f'<html><body><img src="data:{picture}" alt="a"></body></html>').find(".//img").get("alt") == "a"


def test_class_names_are_read_as_words() -> None:
    assert words_of(tree('<div class="adSlot shadow-header_menu" id="ABTest2">x</div>')[0][0]) == {
        *("ad", "slot", "shadow", "header", "menu", "ab", "test"),
    }


@pytest.mark.parametrize(
    ("figure", "caption", "credit"),
    [
        ("The wall. Photo: Ann Lee", "The wall.", "Ann Lee"),
        ("The wall. (Ann Lee/Reuters)", "The wall.", "Ann Lee/Reuters"),
        ("The wall. © Ann Lee", "The wall.", "© Ann Lee"),
        ('The wall. <span class="credit">Ann Lee</span>', "The wall.", "Ann Lee"),
        ("The wall.", "The wall.", ""),
    ],
)
def test_a_caption_is_told_from_its_credit(figure: str, caption: str, credit: str) -> None:
    element = tree(f'<figure><img src="a.jpg"><figcaption>{figure}</figcaption></figure>').find(".//figure")
    assert caption_and_credit(element) == (caption, credit)


def test_a_lead_picture_has_the_credit_of_its_record() -> None:
    found = lead_picture("https://coast.example/a.jpg", {"caption": "The wall", "creditText": "Ann Lee"}, [], "")
    assert found is not None
    assert (found.caption, found.credit) == ("The wall", "Ann Lee")
    assert lead_picture("", {}, [], "") is None


def test_text_is_found_in_scripts_that_would_build_the_page() -> None:
    paragraphs = "".join(
        f"\\u003cp\\u003eThe council met on day {day} to talk about it.\\u003c/p\\u003e" for day in range(20)
    )
    found = text_in_scripts(tree(f'<html><body><script>push([1,"{paragraphs}"])</script></body></html>'))
    assert found is not None
    assert len(found.findall(".//p")) == 20
    assert text_in_scripts(tree("<html><body><script>var a = 1</script></body></html>")) is None


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("橋が再開した。町の人々はそれを待っていた。" * 4, "ja"),
        ("다리가 다시 열렸다. 시민들이 기다려 왔다. " * 4, "ko"),
        ("Η γέφυρα άνοιξε πάλι. " * 4, "el"),
        ("橋樑重新開放。" * 9, ""),
    ],
)
def test_a_script_of_one_language_tells_it(text: str, lang: str) -> None:
    assert language_of(text) == lang
