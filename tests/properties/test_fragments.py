"""Whatever HTML comes in, its text comes out, and both Markdown engines read it alike."""

from __future__ import annotations

import html
import re

import lxml.html
import markdown
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backissue.config import DEFAULT_EXTENSIONS
from backissue.importers.fragments import to_markdown

pyromark = pytest.importorskip("pyromark")

SPECIALS = "\\`*_{}[]()#+-.!<>&|~=:^\"'$ 1a\n\xa0é"
text = st.one_of(
    st.text(alphabet=SPECIALS, max_size=12),
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]), max_size=8),
    st.sampled_from(
        ["word ", "1. ", "- ", "# ", "&amp;", "![", "](", "[x]: y", "---", "http://a.b/c_d_e", "<div>", "| --- |"]
    ),
)
leaf = text.map(html.escape)


def inline(inner):
    def tagged(tag):
        return inner.map(lambda held: f"<{tag}>{held}</{tag}>")

    return st.one_of(
        leaf,
        *(
            tagged(tag)
            for tag in ("b", "em", "strong", "sup", "span", "code", "a href='http://e.org/(x)_y*?q=1&amp;r;'")
        ),
        st.just("<br>"),
        st.just("<img src='i.png' alt=''>"),
        st.lists(inner, max_size=3).map("".join),
    )


runs = st.recursive(leaf, inline, max_leaves=6)


def blocky(inner):
    several = st.lists(inner, max_size=3)

    def items(tag):
        return several.map(lambda held: f"<{tag}>" + "".join(f"<li>{one}</li>" for one in held) + f"</{tag}>")

    return st.one_of(
        inner,
        runs.map(lambda held: f"<p>{held}</p>"),
        runs.map(lambda held: f"<h2>{held}</h2>"),
        leaf.map(lambda held: f"<pre>{held}</pre>"),
        several.map(lambda held: f"<blockquote>{''.join(held)}</blockquote>"),
        several.map(lambda held: f"<div>{''.join(held)}</div>"),
        items("ul"),
        items("ol"),
        st.lists(runs, min_size=2, max_size=4).map(
            lambda held: (
                "<table><tr><th>k<th>v</tr>"
                + "".join(f"<tr><td>{one}</td><td>{one}</td></tr>" for one in held)
                + "</table>"
            )
        ),
        several.map("".join),
    )


fragments = st.recursive(runs.map(lambda held: f"<p>{held}</p>"), blocky, max_leaves=8)


def by_python_markdown(body: str) -> str:
    return markdown.markdown(body, extensions=list(DEFAULT_EXTENSIONS))


def by_commonmark(body: str) -> str:
    return pyromark.html(body, options=pyromark.Options.ENABLE_TABLES)


def letters(page: str) -> str:
    """A page's text without white space."""
    tree = lxml.html.document_fromstring(f"<body>{page}</body>".encode(), lxml.html.HTMLParser(encoding="utf-8"))
    return re.sub(r"[\s\u200b\ufeff]+", "", tree.text_content())


def structure(page: str) -> list[str]:
    tree = lxml.html.document_fromstring(f"<body>{page}</body>".encode(), lxml.html.HTMLParser(encoding="utf-8"))
    return [
        each.tag + (each.get("href") or "")
        for each in tree.iter("em", "strong", "a", "code", "h2", "ul", "ol", "li", "td", "img", "br")
    ]


@settings(max_examples=200, deadline=None)
@given(fragments)
def test_text_is_never_lost_and_never_misread(fragment: str) -> None:
    body = to_markdown(fragment)
    expected = letters(fragment)
    assert letters(by_python_markdown(body)) == expected
    assert letters(by_commonmark(body)) == expected


@settings(max_examples=200, deadline=None)
@given(fragments)
def test_both_engines_see_the_same_structure(fragment: str) -> None:
    body = to_markdown(fragment)
    assert structure(by_python_markdown(body)) == structure(by_commonmark(body))


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("<>/&;=\"' abpliu\x00\ud800\n!-[]CDATA"), max_size=200))
def test_broken_html_is_read_without_fault(fragment: str) -> None:
    assert isinstance(to_markdown(fragment, "https://e.org/"), str)
