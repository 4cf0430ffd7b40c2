"""Whatever a post holds, it becomes an article that loads again; damage costs no other item; no input is too broken."""

from __future__ import annotations

import re
from datetime import UTC

from hypothesis import example, given, settings
from hypothesis import strategies as st

from backissue.importers import wordpress
from backissue.importers.outcomes import Imported, Input, Rejected, Settings, Unreadable
from backissue.importers.wxr.autop import autop
from backissue.importers.wxr.shortcodes import expand
from backissue.loading.articlefile import parse_article, write_article

HEAD = '<rss xmlns:wp="http://wordpress.org/export/1.2/" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
PLAIN = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=30)
EDITOR = st.lists(
    st.one_of(
        PLAIN,
        st.sampled_from(
            [
                "\n",
                "\n\n",
                "<b>",
                "</b>",
                "<p>",
                "<pre>",
                "</pre>",
                "[caption]",
                "[/caption]",
                "<img src='a.png'>",
                "[gallery]",
                "[code]",
                "[/code]",
                "[[x]]",
                '[y a="b"]',
                "<!-- wp:paragraph -->",
                "<!-- /wp:paragraph -->",
                "<!--more-->",
                "<ul><li>",
                "</li></ul>",
                "<blockquote>",
                "https://e.org/\n",
                "[vc_row]",
                "[/vc_row]",
                "<!-- wp:embed {} /-->",
            ]
        ),
    ),
    max_size=10,
).map("".join)


def item(content: str, title: str = "Title") -> str:
    content = content.replace("]]>", "]]]]><![CDATA[>")
    return (
        f"<item><title><![CDATA[{title}]]></title><content:encoded><![CDATA[{content}]]></content:encoded>"
        "<wp:status>publish</wp:status><wp:post_type>post</wp:post_type></item>"
    )


@settings(max_examples=100, deadline=None)
@given(EDITOR)
def test_a_post_becomes_an_article_that_loads_again(content: str) -> None:
    (outcome,) = wordpress.read(Input.from_bytes((HEAD + item(content)).encode()), Settings())
    assert isinstance(outcome, Imported)
    assert parse_article(write_article(outcome.article).encode(), "a.md", UTC) == outcome.article


# What is made and unmade: an empty paragraph may go, with its tags.
_PARAGRAPHS = re.compile(r"</?p\b[^<>]*>|<br\b[^<>]*>")


@settings(max_examples=100, deadline=None)
@given(EDITOR)
@example("<p><p>")
def test_paragraphs_and_shortcodes_take_no_letters(content: str) -> None:
    written, kept = (_PARAGRAPHS.sub("", text) for text in (content, autop(content)))
    for char in {char for char in written if char.isalpha()}:
        assert kept.count(char) >= written.count(char)
    assert expand(content).html is not None


CUTS = st.lists(st.tuples(st.integers(0, 10_000), st.binary(max_size=4), st.integers(0, 8)), min_size=1, max_size=3)


@settings(max_examples=150, deadline=None)
@given(CUTS)
def test_damage_in_one_item_costs_no_other(cuts: list[tuple[int, bytes, int]]) -> None:
    middle = item("Some <b>text</b>\n\nhere", "Middle").encode()
    inner = bytearray(middle[len("<item>") : -len("</item>")])
    for place, put, taken in cuts:
        at = place % (len(inner) + 1)
        inner[at : at + taken] = put
    if b"<item" in inner or b"</item" in inner or b"<!--" in inner:
        return
    data = HEAD.encode() + item("a", "First").encode() + b"<item>" + inner + b"</item>" + item("b", "Last").encode()
    found = list(wordpress.read(Input.from_bytes(data), Settings()))
    assert len(found) == 3
    assert isinstance(found[0], Imported)
    assert isinstance(found[2], Imported)
    assert (found[0].article.title, found[2].article.title) == ("First", "Last")
    assert isinstance(found[1], Imported | Rejected)


RUBBISH = st.lists(
    st.one_of(
        st.sampled_from(
            [b"<item>", b"</item>", b"<title>", b"</title>", b"<![CDATA[", b"]]>", b"&x;", b"<!--", b"-->", b"<wp:x>"]
        ),
        st.sampled_from(
            [b"<wp:author>", b"<channel>", b"<!DOCTYPE a [", b"<!ENTITY a 'b'>", b"xmlns:a='b'", b"<category>"]
        ),
        st.binary(max_size=10),
    ),
    max_size=24,
).map(b"".join)


@settings(max_examples=150, deadline=None)
@given(RUBBISH)
def test_no_input_makes_the_reader_fail(data: bytes) -> None:
    assert 0 <= wordpress.recognises(data) <= 100
    reason = ""
    try:
        for outcome in wordpress.read(Input.from_bytes(data), Settings()):
            assert not isinstance(outcome, Rejected) or "\n" not in outcome.reason
    except Unreadable as error:
        reason = str(error)
    assert "\n" not in reason
