"""Elements stand only where HTML lets them stand, and no text is lost."""

from __future__ import annotations

import re

import hypothesis.strategies as st
import pytest
from hypothesis import given

from backissue.markup.cleaning import clean
from backissue.markup.links import legal, resolve_links
from backissue.markup.nesting import nested


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>One <b>two</b></p>", "<p>One <b>two</b></p>"),
        ("<span><p>One</p><p>Two</p></span>", "<p>One</p><p>Two</p>"),
        ("<b><i><ul><li>One</li></ul></i></b>", "<ul><li>One</li></ul>"),
        ("<h2><div>One</div><div>Two</div></h2>", "<h2>One Two </h2>"),
        ("<summary><span><p>One</p></span></summary>", "<summary>One </summary>"),
        ("<h2><ul><li>One</li></ul></h2>", "<ul><li>One</li></ul> "),
        ('<div><a href="x"><p>One</p></a></div>', '<div><a href="x"><p>One</p></a></div>'),
        ('<em><a href="x"><p>One</p></a></em>', '<a href="x"><p>One</p></a>'),
        ("<li><em>One</em><p>Two</p></li>", "<li><em>One</em><p>Two</p></li>"),
        ("<tbody><tr></tr><tr><td>One</td></tr></tbody>", "<tbody><tr><td>One</td></tr></tbody>"),
        ("<address><p>A</p><h2>B</h2></address>", "<p>A</p><h2>B</h2> "),
        ("<table><tbody></tbody><caption>A</caption></table>", "<table><caption>A</caption><tbody></tbody></table>"),
        (
            '<table><tbody><tr><td rowspan="9">A</td></tr><tr><td rowspan="2">B</td></tr></tbody></table>',
            '<table><tbody><tr><td rowspan="2">A</td></tr><tr><td rowspan="1">B</td></tr></tbody></table>',
        ),
        ("<details>A</details>", "<details><summary>…</summary>A</details>"),
        ("<h3> </h3><h2>One</h2>", "<h2>One</h2>"),
        ('<h2 id="a"></h2>', '<h2 id="a"></h2>'),
    ],
)
def test_what_stands_wrong_is_put_right(html: str, expected: str) -> None:
    assert nested(html) == expected


@given(
    st.lists(st.sampled_from(["<p>", "</p>", "<b>", "</b>", "<h2>", "</h2>", "<ul><li>", "</li></ul>", "w "])).map(
        "".join
    )
)
def test_every_word_stays_and_what_is_right_is_left(html: str) -> None:
    once = clean(html)
    assert once.count("w") == html.count("w")
    assert nested(once) == once
    assert not re.search(r"<b>(?:(?!</b>).)*<(?:p|h2|ul)>", once)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://e.org/a?b=c&d=%20#e", "https://e.org/a?b=c&d=%20#e"),
        ("https://e.org/{{ a }}[b]", "https://e.org/%7B%7B%20a%20%7D%7D%5Bb%5D"),
        ("https://e.org/100%", "https://e.org/100%25"),
        ("https://e.org/#a#b", "https://e.org/#a%23b"),
        ("http://[::1]:80/a b", "http://[::1]:80/a%20b"),
        ("//lib to 1.3.3", ""),
        (" a b.html\n", "a%20b.html"),
        ("https://e.org/ü", "https://e.org/ü"),
    ],
)
def test_addresses_have_no_characters_that_no_address_may_have(address: str, expected: str) -> None:
    assert legal(address) == expected


@pytest.mark.parametrize(
    ("written", "shown"),
    [("eng", ' lang="en"'), ("de-AT", ' lang="de-AT"'), ("gsw", ' lang="gsw"'), ("x y", ""), ("en_GB", "")],
)
def test_languages_are_named_as_bcp_47_names_them(written: str, shown: str) -> None:
    assert (
        resolve_links(f'<p><span lang="{written}">Word</span></p>', lambda _address: None)
        == f"<p><span{shown}>Word</span></p>"
    )
