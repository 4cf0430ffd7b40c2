"""Authors are people's names: no labels, roles, addresses or the site itself."""

from __future__ import annotations

import pytest

from backissue.importers.pages.blocks import blocks_of, key_of
from backissue.importers.pages.bylines import names_in, signed
from backissue.importers.pages.parsing import parse

SITES = frozenset(map(key_of, ("The Coast", "coast.example")))


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Ann Lee", ["Ann Lee"]),
        ("Von Ann Lee und Bo Ek", ["Ann Lee", "Bo Ek"]),
        ("Par Ann Lee, Bo Ek et Cy Du", ["Ann Lee", "Bo Ek", "Cy Du"]),
        ("Ann Lee and Bo Ek, Nairobi", ["Ann Lee", "Bo Ek"]),
        ("Ann Lee, dpa", ["Ann Lee", "dpa"]),
        ("Ann Lee, Reuters", ["Ann Lee", "Reuters"]),
        ("Dr. Ann Lee (ale)", ["Dr. Ann Lee"]),
        ("Text: Ann Lee", ["Ann Lee"]),
        ("Ann Lee, Senior Political Reporter", ["Ann Lee"]),
        ("박준석 기자", ["박준석"]),
        ("责编：牛镛、岳弘彬", ["牛镛", "岳弘彬"]),
        ("The Coast", []),
        ("The Coast News", []),
        ("admin", []),
        ("https://coast.example/author/ann", []),
        ("ann@coast.example", []),
        ("105092", []),
        ("@coast", []),
        ("", []),
    ],
)
def test_names_are_found_in_bylines(byline: str, names: list[str]) -> None:
    assert names_in(byline, SITES) == names


def test_a_record_s_name_is_one_author() -> None:
    assert names_in("Lee, Ann", SITES, whole=True) == ["Ann Lee"]
    assert names_in("Ann Lee, Bo Ek and Cy Du", SITES, whole=True) == ["Ann Lee", "Bo Ek", "Cy Du"]
    assert names_in("Smith & Wesson", SITES, whole=True) == ["Smith & Wesson"]


@pytest.mark.parametrize(
    ("html", "names"),
    [
        ("<p>5 March 2024 | Von Ann Lee</p>", ["Ann Lee"]),
        ("<p>Von Ann Lee 05.03.2024, 20:59 Uhr</p>", ["Ann Lee"]),
        ('<p>von <a href="/autoren/ann-lee/">Ann Lee</a></p>', ["Ann Lee"]),
        ('<h2 class="author_name"><a rel="author" href="/x">Ann Lee</a><a href="/t">Twitter</a></h2>', ["Ann Lee"]),
        ('<div class="article-author"><span>Ann Lee</span></div>', ["Ann Lee"]),
        ('<div class="byline">Ann Lee 7 hours ago</div>', ["Ann Lee"]),
        ("<p>By the time that the wall was built, the harbour had long been a busy place.</p>", []),
        ('<div class="authors">See all</div>', []),
    ],
)
def test_a_byline_on_the_page_is_found(html: str, names: list[str]) -> None:
    tree = parse(f"<html><body>{html}</body></html>")
    assert tree is not None
    assert signed(blocks_of(tree.find("body")), SITES) == names


def test_a_mark_of_the_page_alone_is_not_enough_where_we_must_be_sure() -> None:
    tree = parse('<html><body><div class="author">Ann Lee</div></body></html>')
    assert tree is not None
    assert signed(blocks_of(tree.find("body")), SITES, sure=True) == []
