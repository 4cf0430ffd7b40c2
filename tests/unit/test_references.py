from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backissue.article import Article
from backissue.references import (
    body_targets,
    candidates,
    digest_of,
    joined,
    offers,
    shown_targets,
    title_reference,
    url_reference,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The “sea” wall", 'the "SEA" wall'),
        ("Don’t go", "don't  go"),
        ("1914–1918", "1914-1918"),
        ("Café.", unicodedata.normalize("NFD", "café")),
        ("Straße", "STRASSE"),
    ],
)
def test_headlines_that_are_one(one: str, other: str) -> None:
    assert title_reference(one) == title_reference(other)


def test_headlines_that_are_two() -> None:
    assert title_reference("Flood") != title_reference("Floods")


@pytest.mark.parametrize(
    "address",
    [
        "https://www.paper.example/a/b",
        "http://paper.example/a/b/",
        "HTTPS://Paper.Example/a/b#part",
        " https://paper.example/a/b?utm_source=x&fbclid=1 ",
        "//paper.example/a/b",
        "https://paper.example/%61/b",
    ],
)
def test_addresses_of_one_page(address: str) -> None:
    assert url_reference(address) == "url:paper.example/a/b"


@pytest.mark.parametrize(
    "address", ["https://paper.example/a/B", "https://paper.example/a/b?id=7", "https://paper.example:8080/a/b"]
)
def test_addresses_of_other_pages(address: str) -> None:
    assert url_reference(address) != "url:paper.example/a/b"


def test_what_of_a_query_counts() -> None:
    assert url_reference("https://paper.example/?utm_medium=a&id=7&gclid=2&page=3") == "url:paper.example?id=7&page=3"


def test_an_address_that_is_none_is_itself() -> None:
    assert url_reference("http://[oops/") == "url:http://[oops/"


def test_an_article_is_found_by_headline_page_file_and_addresses() -> None:
    article = Article(
        title="Flood", source_url="https://www.paper.example/flood/", aliases=("/old/flood.html", "http://b.example/f")
    )
    assert offers(article, "1953/a.md", "1953/02/flood.html") == (
        "title:flood",
        "path:1953/02/flood.html",
        "file:1953/a.md",
        "url:paper.example/flood",
        "path:old/flood.html",
        "url:b.example/f",
    )
    assert "file:" not in "".join(offers(article, "", "1953/02/flood.html"))


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("other.md", ("file:1953/other.md",)),
        ("../1954/other.md#part", ("file:1954/other.md",)),
        ("./a%20b.md?x=1", ("file:1953/a b.md",)),
        ("/old/a.html", ("file:old/a.html", "path:old/a.html")),
        ("https://www.paper.example/a/", ("url:paper.example/a",)),
        ("//paper.example/a", ("url:paper.example/a",)),
        ("../../outside.md", ()),
        ("#part", ()),
        ("", ()),
        (".", ("file:1953",)),
        ("mailto:a@example.org", ()),
        ("javascript:alert(1)", ()),
        ("data:text/plain,x", ()),
        ("http://[oops/", ()),
        ("x" * 2000, ()),
    ],
)
def test_what_a_target_may_mean(target: str, expected: tuple[str, ...]) -> None:
    assert candidates(target, "1953/a.md", "") == expected


def test_a_relative_target_may_mean_where_it_led_once() -> None:
    base = "https://paper.example/news/a.html"
    assert candidates("b.html", "a.md", base) == ("file:b.html", "url:paper.example/news/b.html")
    assert candidates("/c", "x/a.md", base) == ("file:c", "path:c", "url:paper.example/c")
    assert candidates("../../d", "a.md", base) == ("url:paper.example/d",)


def test_a_broken_address_of_origin_leads_nowhere() -> None:
    assert candidates("b.html", "a.md", "http://[oops/") == ("file:b.html",)
    assert joined("http://[oops/", "b.html") == ""
    assert joined("", "b.html") == ""
    assert joined("https://paper.example/a/", "b.html") == "https://paper.example/a/b.html"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("no links [here] (or there)", []),
        ("[a](b.md) ![c](d.png) [again](b.md)", ["b.md", "d.png"]),
        ('[a](<b c.md> "title") [e]( f.md )', ["b", "f.md"]),
        ("[a](b_(c).md)", ["b_(c).md"]),
        ("[a][1]\n\n[1]: b.md 'title'\n[2]: <c.md>\n[3]:\n  d.md", ["b.md", "c.md", "d.md"]),
        ("<a href='b.md'>x</a> <img SRC = c.png> <video poster=\"d.png\">", ["b.md", "c.png", "d.png"]),
        ('<img srcset="a.png 1x, b.png 2x">', ["a.png", "b.png", "a.png 1x, b.png 2x"]),
        ("[a](b.md?x=1&amp;y=2)", ["b.md?x=1&y=2"]),
        ("[up](#top) [a](b.md#part)", ["b.md#part"]),
    ],
)
def test_targets_of_a_body(body: str, expected: list[str]) -> None:
    assert list(body_targets(body)) == expected


def test_references_are_numbers_of_63_bits() -> None:
    assert digest_of("title:flood") == digest_of("title:flood") != digest_of("title:floods")
    assert all(0 <= digest_of(f"file:{number}") < 2**63 for number in range(200))


@given(st.text(max_size=80), st.text("a/.:[]#?%@\\", max_size=30), st.text("htps:/[]a.", max_size=20))
def test_any_text_is_a_target_or_none(target: str, file: str, base: str) -> None:
    for address in (target, file, base):
        assert url_reference(address).startswith("url:")
        assert all(":" in name for name in candidates(address, file, base))
    assert all(isinstance(found, str) for found in body_targets(f"[a]({target}) <img src={file}> [b]: {base}"))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("![a [b] c](a.png) [x](large.png)", ["a.png"]),
        ("[![a](small.png)](large.png)", ["small.png"]),
        ("![a][p]\n\n[p]: a.png\n[q]: b.png", ["a.png", "b.png"]),
        ("[q]\n\n[q]: b.md", []),
        ('<a href="large.png"><img src="small.png"></a>', ["small.png"]),
        ('<img src="a&amp;b.png">', ["a&b.png"]),
        ("![a](<b.png>)", ["b.png"]),
        ("![", []),
    ],
)
def test_targets_that_a_body_shows(body: str, expected: list[str]) -> None:
    assert list(shown_targets(body)) == expected


@given(st.text("![]()<>ab \n", max_size=300))
def test_what_is_shown_is_a_target(body: str) -> None:
    assert set(shown_targets(body)) <= {*body_targets(body), "#"} or "#" in body
