"""HTML fragments become the Markdown that a person would write."""

from __future__ import annotations

import lxml.html
import pytest

from backissue.importers.fragments import element_to_markdown, text_to_markdown, to_markdown, to_text


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>One.</p><p>Two <b>bold </b>and <i>it</i>.</p>", "One.\n\nTwo **bold** and *it*."),
        ("<h2>Head</h2><p>Text</p>", "## Head\n\nText"),
        ("one<br>two<br><br>three", "one  \ntwo\n\nthree"),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("<ul><li>a<ul><li>b</ul></ul>", "-   a\n    - b"),
        ("<ol start=3><li>a<li>b</ol>", "3. a\n4. b"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
        ("<blockquote>a</blockquote><blockquote>b</blockquote>", "> a\n\n<!-- -->\n\n> b"),
        ('<a href="b_(c)?d=1">x [y]</a>', "[x \\[y\\]](https://e.org/a/b_%28c%29?d=1)"),
        ('<a href="#note">1</a>', "1"),
        ('<a href="javascript:x()">go</a>', "go"),
        ('<img src="i.png" alt="An [i]">', "![An \\[i\\]](https://e.org/a/i.png)"),
        ('<img src="data:image/gif;base64,R0" data-src="/late.jpg">', "![](https://e.org/late.jpg)"),
        ("<figure><img src=/i.png><figcaption>Cap</figcaption></figure>", "![](https://e.org/i.png)\n\n*Cap*"),
        ("<table><tr><th>a<th>b|</tr><tr><td>1<td>2</table>", "| a | b&#124; |\n| --- | --- |\n| 1 | 2 |"),
        ("<pre><code class='language-py'>a\n b</code></pre>", "```py\na\n b\n```"),
        ("<p>1. no list</p><p># no heading</p><p>- no item</p>", "1\\. no list\n\n\\# no heading\n\n\\- no item"),
        ("5 * 3 &lt;b&gt; &amp;amp; snake_case _x_ `y`", "5 \\* 3 &lt;b> &amp;amp; snake_case \\_x\\_ \\`y\\`"),
        ("<a href='/x'><h3>T</h3><p>u</p></a>", "### [T](https://e.org/x)\n\n[u](https://e.org/x)"),
        ("say <b>“so”</b>now", "say <strong>“so”</strong>now"),
        ("<dl><dt>T</dt><dd>d</dd></dl>", "**T**\n\nd"),
        ('<iframe src="https://v.example/1" title="Film"></iframe>', "[Film](https://v.example/1)"),
    ],
)
def test_markup(html: str, markdown: str) -> None:
    assert to_markdown(html, "https://e.org/a/") == markdown


@pytest.mark.parametrize(
    "html",
    [
        "<script>x</script>",
        "<style>x</style>",
        "<!-- x -->",
        '<form><input value="x"><button>Go</button> Subscribe</form>',
        '<img src="https://e.org/p.gif" width="1" height="1">',
        '<img src="http://feeds.feedburner.com/~r/x/~4/y">',
        '<img src="https://pixel.wp.com/b.gif?x=1">',
        '<img style="display:none" src="https://e.org/p.gif">',
        "<p>&nbsp;</p>",
    ],
)
def test_what_is_no_text_goes(html: str) -> None:
    assert to_markdown(f"<p>a</p>{html}<p>b</p>") == "a\n\nb"


def test_tables_that_pipes_cannot_write_stay_html_and_clean() -> None:
    html = (
        '<table onclick="x()"><tr><td colspan=2 style="x">a<script>y</script></td></tr>'
        '<tr><td>b<td><a href="c">d</a></table>'
    )
    assert to_markdown(html, "https://e.org/") == (
        '<table><tbody><tr><td colspan="2">a</td></tr>'
        '<tr><td>b</td><td><a href="https://e.org/c">d</a></td></tr></tbody></table>'
    )


def test_a_form_around_a_page_is_opened() -> None:
    assert to_markdown(f"<form><p>{'word ' * 60}</p></form>").startswith("word word")


def test_a_pixel_of_real_size_stays() -> None:
    assert to_markdown('<img src="https://e.org/a.jpg" width="640" height="1">') != ""


def test_markup_nested_without_end_keeps_its_text() -> None:
    for tag in ("b", "div", "blockquote", "ul><li"):
        for depth in (300, 5_000):
            assert "end" in to_markdown(f"<{tag}>" * depth + "end")


def test_an_element_is_written_without_the_text_after_it() -> None:
    page = lxml.html.fromstring("<div><p>in</p>after</div>")
    assert element_to_markdown(page[0]) == "in"


def test_plain_text_is_not_read_as_markup() -> None:
    assert text_to_markdown("a <b>\nc\n\n* d") == "a &lt;b>  \nc\n\n\\* d"


def test_plain_text_of_html_parts_words_at_blocks_only() -> None:
    assert to_text("<p>a <b>b</b>c</p><p>d &amp; e<br>f<script>x</script></p>") == "a bc d & e f"
