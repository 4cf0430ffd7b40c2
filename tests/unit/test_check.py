"""What `check` finds in a built site: each kind of fault, at its line, and nothing where all is well."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.scratch import ScratchSite

from backissue.check import Finding, check_site, examine

HEAD = "<!DOCTYPE html>\n<title>A page</title>\n<h1>A page</h1>\n"
"""What every sound page has; what follows it begins on line 4."""


def found(folder: Path, files: dict[str, str | bytes], base: str = "/") -> list[str]:
    """The findings in a site of these files."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return [str(finding) for finding in check_site(folder, base)]


def on_page(text: str) -> list[str]:
    """What is wrong with the markup of a sound page that goes on with `text`."""
    return [f"{finding.line}: {finding.what}" for finding in examine("a.html", HEAD + text).findings]


def test_a_site_that_is_as_it_should_be(tmp_path: Path) -> None:
    files = {
        "index.html": HEAD
        + '<link rel="stylesheet" href="style.css"><a href="2019/a.html#b-1">A</a> <a href="2019/">2019</a>'
        + '<a href="https://elsewhere.example/x">out</a> <a href="mailto:a@example.org">mail</a> <a href="#top">up</a>'
        + '<img src="media/a%20b.png" alt=""> <img src="data:image/gif;base64,AA" alt="dot">',
        "2019/a.html": HEAD + '<p id="b-1"><a href="../index.html?q=1">home</a> <a href="#b-1">here</a>',
        "2019/index.html": HEAD + "<ul><li>one<li>two</ul><p>open<br>end",
        "media/a b.png": b"\x89PNG",
        "style.css": "body { background: url('media/a%20b.png') }",
        "feed.xml": '<?xml version="1.0"?><feed/>',
        ".hidden/broken.html": "<p>",
    }
    assert found(tmp_path, files) == []


def test_a_link_to_nothing(tmp_path: Path) -> None:
    page = HEAD + '<a href="gone.html">x</a>\n<a href="../../up.html">y</a>\n<a href="/rooted.html">z</a>'
    assert found(tmp_path, {"a/b.html": page, "rooted.html": HEAD}) == [
        'a/b.html:4: "gone.html" leads to a/gone.html, which is not there',
        'a/b.html:5: "../../up.html" leads to ../up.html, which is not there',
        'a/b.html:6: "/rooted.html" leads to /rooted.html, which is not there',
    ]


def test_a_folder_without_a_page(tmp_path: Path) -> None:
    assert found(tmp_path, {"a.html": HEAD + '<a href="b/">b</a>', "b/c.html": HEAD}) == [
        'a.html:4: "b/" leads to b/index.html, which is not there'
    ]


def test_a_link_to_no_place_on_a_page(tmp_path: Path) -> None:
    page = HEAD + '<a href="b.html#two">x</a>\n<a href="#zwei%C3%A4">y</a>\n<a href="b.html#one">z</a>'
    assert found(tmp_path, {"a.html": page, "b.html": HEAD + '<p id="one">'}) == [
        'a.html:4: "b.html#two" leads to no place on the page b.html',
        'a.html:5: "#zwei%C3%A4" leads to no place on the page a.html',
    ]


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="gone.png" alt="">',
        '<link rel="icon" href="gone.png">',
        '<img srcset="gone.png 2x" alt="">',
        '<video poster="gone.png"></video>',
        '<blockquote cite="gone.png"></blockquote>',
    ],
)
def test_a_file_that_is_missing(tmp_path: Path, markup: str) -> None:
    assert found(tmp_path, {"a.html": HEAD + markup}) == ['a.html:4: "gone.png" leads to gone.png, which is not there']


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="https://tracker.example/p.gif" alt="">',
        '<script src="//tracker.example/p.gif"></script>',
        '<link rel="preload stylesheet" href="https://tracker.example/p.gif">',
        '<img srcset="https://tracker.example/p.gif 1x" alt="">',
    ],
)
def test_what_another_host_would_be_asked_for(tmp_path: Path, markup: str) -> None:
    (finding,) = found(tmp_path, {"a.html": HEAD + markup})
    assert finding.startswith("a.html:4: ")
    assert finding.endswith('tracker.example/p.gif" is loaded from another host')


def test_another_hosts_page_may_be_linked_to(tmp_path: Path) -> None:
    markup = '<link rel="canonical" href="https://a.example/"><a href="//a.example/b.png">x</a>'
    assert found(tmp_path, {"a.html": HEAD + markup}) == []


def test_addresses_that_are_none(tmp_path: Path) -> None:
    assert found(tmp_path, {"a.html": HEAD + '<a href="http://[oops/">x</a>\n<a href="?q=1">y</a>'}) == [
        'a.html:4: "http://[oops/" is no address',
        'a.html:5: "?q=1" leads nowhere',
    ]


def test_style_sheets(tmp_path: Path) -> None:
    style = "a { color: red }\nb { background: url(gone.png) }\nc { src: url('https://fonts.example/f.woff2') }"
    assert found(tmp_path, {"assets/style.css": style}) == [
        'assets/style.css:2: "gone.png" leads to assets/gone.png, which is not there',
        'assets/style.css:3: "https://fonts.example/f.woff2" is loaded from another host',
    ]


def test_xml(tmp_path: Path) -> None:
    assert found(tmp_path, {"feed.xml": "<feed>\n<entry>\n</feed>", "empty.xml": "", "sound.xml": "<a/>"}) == [
        "empty.xml:1: not well-formed XML: no element found",
        "feed.xml:3: not well-formed XML: mismatched tag",
    ]


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    assert found(tmp_path, {"a.html": b"<!DOCTYPE html>\xff"}) == ["a.html:1: not UTF-8"]


def test_only_the_page_for_missing_addresses_is_rooted(tmp_path: Path) -> None:
    page = HEAD + '<a href="/papers/">home</a> <a href="/papers/b.html">b</a> <a href="/b.html">c</a>'
    files = {"404.html": page, "index.html": HEAD, "b.html": HEAD}
    assert found(tmp_path, files, "/papers/") == ['404.html:4: "/b.html" leads to /b.html, which is not there']


@pytest.mark.parametrize(
    ("markup", "findings"),
    [
        ("<p><b>bold</p>\n", ["4: </p> does not match what is open", "4: <b> is not closed"]),
        ("<div>\n<div>\n</div>", ["4: <div> is not closed"]),
        ("</section>", ["4: </section> does not match what is open"]),
        ("<br></br>", ["4: </br> ends nothing"]),
        ("<div/></div>", ["4: <div/> is not closed by its slash", "4: </div> does not match what is open"]),
        ('<p id="x" id="y">', ["4: <p> has the attribute id twice"]),
        ('<p id="x"><p id="x">', ['4: the id "x" stands twice']),
        ('\n<img src="a.png">', ["5: a picture without alt text"]),
        ("<h1>Another</h1>", ["1: 2 h1 headings, where one is right"]),
        ("<![foo[ x", ["4: not HTML: unknown status keyword 'foo' in marked section"]),
        ("<ul><li>a<li>b</ul><table><tr><td>x</table><dl><dt>a<dd>b</dl>", []),
        ('<svg viewBox="0 0 1 1"><path d="M0 0"/><g><use href="#a"/></g></svg>', []),
    ],
)
def test_markup(markup: str, findings: list[str]) -> None:
    assert on_page(markup) == findings


def test_a_page_without_its_beginnings() -> None:
    assert [finding.what for finding in examine("a.html", "<p>Hello</p>").findings] == [
        "no <!DOCTYPE html>",
        "no title",
        "0 h1 headings, where one is right",
    ]


@given(st.text(alphabet="<>/!?[]-= \"'abp&#;\n", max_size=60))
def test_any_text_is_examined(text: str) -> None:
    assert all(isinstance(finding, Finding) for finding in examine("a.html", text).findings)


def test_a_built_site_has_no_faults(tmp_path: Path) -> None:
    site = ScratchSite(tmp_path)
    site.write("content/map.png", b"\x89PNG")
    site.put("flood.md", "The flood", "![A map](map.png)\n\nSee [what came after](after.md).", date="1953-02-01")
    site.put("after.md", "After", "# Head\n\nA note.[^1]\n\n[^1]: *Here.*", date="1953", tags="[Flood, Überflutung]")
    site.put("unknown.md", "Unknown", authors="[Ann Other]", source="The Paper", section="Town")
    site.build()
    assert list(check_site(site.output)) == []
