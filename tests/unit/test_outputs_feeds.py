"""Feeds and sitemaps, as they are planned and written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from lxml import etree
from tests.editions import URL, dated, edition, pages
from tests.scratch import ScratchSite

from backissue.article import Article, Correction, Named, Provenance
from backissue.config import FeedSettings, Site
from backissue.documents import Surroundings, formats
from backissue.documents.xmltext import xml
from backissue.outputs import sitemaps
from backissue.views import SiteView

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
VIEW = SiteView("The <Archive>", "Old & new", URL, "en", "ltr", "UTC", "Ours", (), ())


def made(articles: Mapping[str, Article], path: str, **settings: Any) -> bytes:
    """A file of the site of some articles; an article's body is told by its title and the way to the root."""
    page = pages(edition(articles, Site(**{"url": URL, **settings})))[path]
    document = formats()[page.template]

    def body(view: Any, root: str) -> str:
        return f"<p>{view.card.title} & {root}</p>"

    return document.render(document.decode(page.view()), Surroundings(VIEW, path, "", {}, body, lambda *_: b""))


def told(identity: str) -> Provenance:
    return Provenance(file="x", format="feed", identity=identity)


def ids(articles: Mapping[str, Article]) -> list[str]:
    return [item["id"] for item in json.loads(made(articles, "feed.json"))["items"]]


def test_an_article_keeps_its_identifier_wherever_it_moves_and_whatever_changes() -> None:
    one = Article(title="Flood", date=dated("1953-02-01"), provenance=told("https://paper.example/?p=17"))
    other = Article(title="Storm", date=dated("1960"), slug="sea", provenance=told("https://paper.example/?p=17"))
    assert ids({"a.md": one}) == ids({"b/c.md": other})
    assert ids({"a.md": one})[0].startswith("tag:archive.example,2026:/id/")
    own = Article(title="Flood", date=dated("1953"), extra={"id": "f-17"})
    assert ids({"a.md": own}) == ids({"b.md": msgspec.structs.replace(own, slug="sea", date=dated("1960"))})
    without = Article(title="Flood", date=dated("1953-02-01"))
    assert ids({"a.md": without}) == ["tag:archive.example,2026:/1953/02/flood.html"]


def test_numbers_as_identities_are_told_apart_by_their_newspapers() -> None:
    one = Article(title="A", date=dated("1953"), provenance=told("17"), source=Named("The Courier"))
    other = Article(title="B", date=dated("1953"), provenance=told("17"), source=Named("The Chronicle"))
    assert len(set(ids({"a.md": one, "b.md": other}))) == 2


def test_no_two_entries_of_a_feed_have_one_identifier() -> None:
    articles = {
        name: Article(title=name, date=dated("1953"), provenance=told("https://paper.example/?p=17"))
        for name in ("a.md", "b.md")
    }
    found = ids(articles)
    assert len(set(found)) == 2
    assert sum(name.startswith("tag:archive.example,2026:/1953/") for name in found) == 1


def test_an_atom_entry() -> None:
    article = Article(
        title="Rise & fall", date=dated("1953-02"), authors=(Named("Ann"), Named("Bo")), section="Town", lang="de",
        source_url="https://paper.example/a?b=1&c=2", summary="Short.",
        corrections=(Correction("Not Monday.", dated("1999-03-01T10:00:00+01:00")),),
    )  # fmt: skip
    tree = etree.fromstring(made({"a.md": article}, "feed.xml"))
    entry = tree.find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "Rise & fall"
    assert entry.findtext(f"{ATOM}published") == "1953-02-01T00:00:00Z"
    assert entry.findtext(f"{ATOM}updated") == tree.findtext(f"{ATOM}updated") == "1999-03-01T10:00:00+01:00"
    assert [name.text for name in entry.iter(f"{ATOM}name")] == ["Ann", "Bo"]
    assert {link.get("rel"): link.get("href") for link in entry.iter(f"{ATOM}link")} == {
        "alternate": f"{URL}/1953/02/rise-fall.html", "via": "https://paper.example/a?b=1&c=2",
    }  # fmt: skip
    assert entry.find(f"{ATOM}content") is None


@pytest.mark.parametrize(
    ("written", "original"),
    [
        ("https://old.example/a b/ü?<x>#100%", "https://old.example/a%20b/%C3%BC?%3Cx%3E#100%25"),
        ("HTTPS://é.example/", "https://xn--9ca.example/"),
        ("javascript:alert(1)", None),
        ("//cdn.example/x", None),
        ("/former/page.html", None),
    ],
)
def test_the_original_s_address_is_a_uri_or_not_said(written: str, original: str | None) -> None:
    articles = {"a.md": Article(title="A", date=dated("1953"), source_url=written)}
    entry = etree.fromstring(made(articles, "feed.xml")).find(f"{ATOM}entry")
    found = [link.get("href") for link in entry.iter(f"{ATOM}link") if link.get("rel") == "via"]
    assert found == [original] * (original is not None)  # RFC 4287, section 4.2.7.1: an IRI reference
    (item,) = json.loads(made(articles, "feed.json"))["items"]
    assert item.get("external_url") == original


def test_an_article_without_a_text_is_said_by_its_title() -> None:
    site = SiteView("", "", URL, "en", "ltr", "UTC", "", (), ())
    articles = {"a.md": Article(title="A", date=dated("1953"))}
    page = pages(edition(articles, Site(url=URL, feeds=FeedSettings(content="full"))))["feed.json"]
    document = formats()[page.template]
    around = Surroundings(site, "feed.json", "", {}, lambda *_: "", lambda *_: b"")
    (item,) = json.loads(document.render(document.decode(page.view()), around))["items"]
    assert (item.get("content_html"), item.get("content_text")) == (None, "A")


@pytest.mark.parametrize("notice", [None, Correction("Made <up>.", dated("1960-05-06"))])
def test_what_was_retracted_says_so_in_feeds(notice: Correction | None) -> None:
    words = {"retracted": "Retracted", "retracted_note": "Do not rely on it."}
    articles = {"a.md": Article(title="A", date=dated("1953-02-01"), status="retracted", notice=notice)}
    planned = pages(edition(articles, Site(url=URL, feeds=FeedSettings(content="full"))))
    made = {}
    for name in ("feed.xml", "feed.json"):
        document = formats()[name]
        around = Surroundings(VIEW, name, "", words, lambda *_: "<p>Text.</p>", lambda *_: b"")
        made[name] = document.render(document.decode(planned[name].view()), around)
    said = "<p><strong>Retracted.</strong> Do not rely on it.%s</p>\n<p>Text.</p>" % (
        " Made &lt;up&gt;." * bool(notice)
    )
    (item,) = json.loads(made["feed.json"])["items"]
    assert (item["title"], item["content_html"]) == ("Retracted: A", said)
    entry = etree.fromstring(made["feed.xml"]).find(f"{ATOM}entry")
    assert (entry.findtext(f"{ATOM}title"), entry.findtext(f"{ATOM}content")) == ("Retracted: A", said)
    changed = "1960-05-06T00:00:00Z" if notice else "1953-02-01T00:00:00Z"
    assert (entry.findtext(f"{ATOM}updated"), item.get("date_modified", changed)) == (changed, changed)


def test_a_feed_was_updated_when_its_newest_entry_was_whatever_the_zones() -> None:
    articles = {
        "a.md": Article(title="A", date=dated("1953-02-01T23:00:00-05:00")),
        "b.md": Article(title="B", date=dated("1953-02-01T23:30:00+00:00")),
    }
    tree = etree.fromstring(made(articles, "feed.xml"))
    assert tree.findtext(f"{ATOM}updated") == "1953-02-01T23:00:00-05:00"


def test_feeds_with_whole_texts() -> None:
    articles = {"a.md": Article(title="Flood", date=dated("1953"), body="[x](b.md)")}
    full = FeedSettings(content="full")
    content = etree.fromstring(made(articles, "feed.xml", feeds=full)).find(f"{ATOM}entry/{ATOM}content")
    assert content.get("type") == "html"
    assert content.text == f"<p>Flood & {URL}/</p>"
    assert content.get("{http://www.w3.org/XML/1998/namespace}base") == f"{URL}/1953/flood.html"
    (item,) = json.loads(made(articles, "feed.json", feeds=full))["items"]
    assert item["content_html"] == content.text
    assert "content_text" not in item


def test_whole_texts_in_feeds_lead_to_where_their_links_mean(tmp_path: Any) -> None:
    site = ScratchSite(tmp_path, f"url: {URL}\nfeeds:\n  content: full\n")
    site.put("a.md", "Flood", "Water.\n\n[walls](b.md)", date="1953-02-01")
    site.put("b.md", "Walls", "Walls held.", date="1953-02-02")
    site.build()
    assert f'href=\\"{URL}/1953/02/walls.html\\"' in site.page("feed.json")
    site.put("a.md", "Flood", "Water.\n\nMore, and [walls](b.md)", date="1953-02-01")
    assert set(site.built()) == {"1953/02/flood.html", "1953/02/flood.json", "feed.json", "feed.xml"}
    site.put("b.md", "Walls", "Walls held.", date="1953-02-02", slug="dykes")
    site.build()
    assert f'href=\\"{URL}/1953/02/dykes.html\\"' in site.page("feed.json")


def test_feeds_with_whole_texts_are_valid(shared: Path) -> None:
    schema = etree.RelaxNG(etree.parse(shared / "schemas/atom.rng"))
    articles = {
        "a.md": Article(title="A \x0b]]> <b>", date=dated("1953"), lang="ar", source_url="https://é.example/ü?ö#ä"),
        "b.md": Article(title="B", date=dated("1953-02-01T10:00:00.123456+00:00"), tags=("<&>",)),
    }
    tree = etree.fromstring(made(articles, "feed.xml", feeds=FeedSettings(content="full")))
    assert schema.validate(tree), schema.error_log


def test_which_formats_feeds_have() -> None:
    articles = {"a.md": Article(title="A", date=dated("1953"), tags=("Sea",))}
    found = pages(edition(articles, Site(url=URL, feeds=FeedSettings(formats=("json",)))))
    assert [path for path in found if path.endswith(("feed.xml", "feed.json")) and "corrections/" not in path] == [
        "feed.json",
        "tags/sea/feed.json",
    ]


def test_withdrawn_articles_are_in_no_feed_no_map_and_no_file_of_citations() -> None:
    articles = {
        "a.md": Article(title="Gone", date=dated("1953-02-01"), status="withdrawn", source=Named("S")),
        "b.md": Article(title="Here", date=dated("1953-02-02"), source=Named("S")),
    }
    for path in ("feed.xml", "feed.json", "sitemap-1953.xml", "sources/s/citations.bib", "sitemap-news.xml"):
        data = made(articles, path, news_sitemap=True).lower()
        assert b"here" in data, path
        assert b"gone" not in data, path
    assert not [path for path in pages(edition({"a.md": articles["a.md"]}, Site(url=URL))) if "1953.xml" in path]


def test_an_empty_archive_has_empty_feeds() -> None:
    tree = etree.fromstring(made({}, "feed.xml"))
    assert tree.findtext(f"{ATOM}updated") == "1970-01-01T00:00:00Z"
    assert json.loads(made({}, "feed.json"))["items"] == []


def changed(data: bytes) -> dict[str, str | None]:
    return {
        url.findtext(f"{MAP}loc").removeprefix(f"{URL}/"): url.findtext(f"{MAP}lastmod")
        for url in etree.fromstring(data).iter(f"{MAP}url")
    }


def test_lists_were_changed_when_their_newest_article_was() -> None:
    articles = {
        "a.md": Article(title="A", date=dated("1953-02-01"), tags=("Sea", "Air"), updated=dated("1990-01-01")),
        "b.md": Article(title="B", date=dated("1954-02-02"), tags=("Sea",)),
        "c.md": Article(title="C", date=dated("1954-03"), tags=("Fog",)),
        "d.md": Article(
            title="D", date=dated("1954-04-01"), corrections=(Correction("x", dated("2001-05-06T07:00:00+00:00")),)
        ),
    }
    lists = changed(made(articles, "sitemap-lists.xml"))
    assert {path: lists.pop(path, "2001-05-06") for path in ("calendar/", "statistics/", "corrections/")} == {
        "calendar/": "2001-05-06", "statistics/": "2001-05-06", "corrections/": "2001-05-06",
    }  # fmt: skip
    assert lists == {
        "": "2001-05-06", "tags/": "1990-01-01", "authors/": None, "sources/": None,
        "sections/": None, "tags/sea/": "1990-01-01", "tags/air/": "1990-01-01", "tags/fog/": None,
    }  # fmt: skip
    assert changed(made(articles, "sitemap-1954.xml")) == {
        "1954/": "2001-05-06", "1954/02/": "1954-02-02", "1954/03/": None, "1954/04/": "2001-05-06",
        "1954/02/b.html": "1954-02-02", "1954/03/c.html": None, "1954/04/d.html": "2001-05-06",
    }  # fmt: skip


def test_a_map_of_the_longest_addresses_is_as_small_as_the_protocol_wants() -> None:
    for url in ("https://a.example", "https://a.example/" + "x" * 1_000, "https://a.example/" + "&" * 300):
        most = sitemaps.most(url)
        assert most <= 50_000
        document = formats()["sitemap.xml"]
        path = f"undated/{'x' * 120}/2019/03/index.html"
        view = document.decode(msgspec.msgpack.encode([[[path, "2019-03-01"]] * most]))
        site = SiteView("", "", url, "en", "ltr", "UTC", "", (), ())
        data = document.render(view, Surroundings(site, "", "", {}, lambda *_: "", lambda *_: b""))
        assert len(data) <= 52_428_800
    assert sitemaps.most("https://a.example") == 50_000


def test_a_news_sitemap_has_the_newest_two_days_of_the_archive() -> None:
    last = date(2019, 3, 1)
    articles = {
        f"{n}.md": Article(title=f"A & {n}", date=dated((last - timedelta(days=n)).isoformat())) for n in range(5)
    } | {
        "t.md": Article(title="T", date=dated("2019-03-01T10:00:00.123456+00:00"), lang="zh-Hant", source=Named("S")),
        "m.md": Article(title="M", date=dated("2019-03")),
        "c.md": Article(title="C", date=dated("2019-03-01"), copy_of="0.md"),
        "in.md": Article(title="In", date=dated("2019-02-27T10:00:00+00:00")),
        "out.md": Article(title="Out", date=dated("2019-02-27T09:59:59+00:00")),
    }
    data = made(articles, "sitemap-news.xml", news_sitemap=True)
    found = {
        url.findtext(f".//{NEWS}title"): [
            url.findtext(f".//{NEWS}{name}") for name in ("name", "language", "publication_date")
        ]
        for url in etree.fromstring(data).iter(f"{MAP}url")
    }
    assert found == {
        "T": ["S", "zh-tw", "2019-03-01T10:00:00+00:00"],
        "A & 0": ["The <Archive>", "en", "2019-03-01"],
        "A & 1": ["The <Archive>", "en", "2019-02-28"],
        "In": ["The <Archive>", "en", "2019-02-27T10:00:00+00:00"],
    }
    assert b"sitemap-news.xml" in made(articles, "sitemap.xml", news_sitemap=True)
    assert "sitemap-news.xml" not in pages(edition(articles, Site(url=URL)))


def test_an_archive_without_days_has_an_empty_news_sitemap() -> None:
    data = made({"a.md": Article(title="A", date=dated("1953"))}, "sitemap-news.xml", news_sitemap=True)
    assert not list(etree.fromstring(data).iter(f"{MAP}url"))


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("plain; é 海 🙂", "plain; é 海 🙂"),
        ("a<b>&\"'", "a&lt;b&gt;&amp;&quot;&#x27;"),
        ("a\x00b\x0b\ufffe<", "ab&lt;"),
    ],
)
def test_text_as_xml_holds_it(text: str, escaped: str) -> None:
    assert xml(text) == escaped
    assert etree.fromstring(f"<a b='{xml(text)}'>{xml(text)}</a>") is not None


def test_browsers_are_told_of_the_search() -> None:
    name = "{http://a9.com/-/spec/opensearch/1.1/}"
    document = formats()["opensearch.xml"]
    site = msgspec.structs.replace(VIEW, title="The Great <Archive> of Port Merrow", search="search.html")
    data = document.render(
        document.decode(msgspec.msgpack.encode(["search.html"])),
        Surroundings(site, "opensearch.xml", "", {}, lambda *_: "", lambda *_: b""),
    )
    tree = etree.fromstring(data)
    assert tree.tag == f"{name}OpenSearchDescription"
    assert tree.findtext(f"{name}ShortName") == "The Great…"
    assert len(tree.findtext(f"{name}LongName")) <= 48
    assert tree.findtext(f"{name}Description") == "Old & new"
    assert tree.find(f"{name}Url").get("template") == f"{URL}/search.html?q={{searchTerms}}"
    assert tree.findtext(f"{name}InputEncoding") == "UTF-8"


def test_there_is_a_description_where_there_is_a_search_and_an_address(tmp_path: Path) -> None:
    site = ScratchSite(tmp_path, f"url: {URL}\n")
    site.put("a.md")
    for settings, expected in ((f"url: {URL}\n", True), (f"url: {URL}\nsearch: off\n", False), ("title: A\n", False)):
        site.write("site.yaml", settings)
        site.build()
        assert (site.output / "opensearch.xml").is_file() == expected
        assert ('rel="search"' in site.page("index.html")) == expected
