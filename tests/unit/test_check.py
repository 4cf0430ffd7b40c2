"""What `check` finds in a built site: each kind of fault, at its line, and nothing where all is well."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.scratch import ScratchSite

from backissue.building import Options
from backissue.check import Finding, check_archive, check_site
from backissue.check.pages import examine
from backissue.executors import processes

HEAD = "<!DOCTYPE html>\n<title>A page</title>\n<h1>A page</h1>\n"
"""What every sound page has; what follows it begins on line 4."""


def found(folder: Path, files: dict[str, str | bytes], url: str = "") -> list[str]:
    """The findings in a site of these files, but that no page leads to some of them."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return [str(finding) for finding in check_site(folder, url) if finding.rule != "orphan" and not finding.remark]


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
        "data.xml": '<?xml version="1.0"?><feed/>',
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
    assert sorted(found(tmp_path, {"a.html": page, "b.html": HEAD + '<p id="one">'})) == [
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
        '<link rel="preload" as="image" imagesrcset="https://tracker.example/p.gif 1x">',
        '<link rel="dns-prefetch" href="//tracker.example/p.gif">',
        '<input type="image" src="https://tracker.example/p.gif" alt="Go">',
        '<svg><image href="https://tracker.example/p.gif"/></svg>',
        '<svg><use xlink:href="https://tracker.example/p.gif"/></svg>',
        """<p style="background: url('https://tracker.example/p.gif')">""",
        '<style>@import "https://tracker.example/p.gif";</style>',
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
    style = "/* url(a.png)\n@import 'b.css' */\n@import 'https://fonts.example/c.css';\np { cursor: url(data:,) }"
    assert found(tmp_path, {"assets/style.css": style}) == [
        'assets/style.css:3: "https://fonts.example/c.css" is loaded from another host',
    ]


def test_styles_in_a_page_have_its_lines(tmp_path: Path) -> None:
    page = HEAD + "<style>\np { color: red }\nb { background: url(gone.png) }\n</style>"
    assert found(tmp_path, {"a.html": page}) == ['a.html:6: "gone.png" leads to gone.png, which is not there']


def test_a_set_of_pictures(tmp_path: Path) -> None:
    """An address may have commas in it (HTML, "Parsing a srcset attribute")."""
    page = HEAD + '<img alt="" srcset="data:image/gif;base64,AA 1x, a,b.png 2x,gone.png 300w,\n also.png">'
    assert found(tmp_path, {"a.html": page, "a,b.png": ""}) == [
        f'a.html:4: "{name}" leads to {name}, which is not there' for name in ("gone.png", "also.png")
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
    assert found(tmp_path, files, "https://a.example/papers/") == [
        '404.html:4: "/b.html" leads to /b.html, which is not there'
    ]


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
        ('<img src="a.png" alt="">', ["4: a picture whose alt text is empty"]),
        ('<img src="a.png" alt="" role="presentation">', []),
        ("<p>one<div>two</div></p>", ["4: </p> does not match what is open"]),
        ("<p>one<table><tr><td><p>two</p></td></tr></table>", []),
        ("<p>one<button><p>two</p></button></p>", []),
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
    assert list(check_site(site.output, "https://archive.example")) == []


# -- what several files tell together


def everything(folder: Path, files: dict[str, str], url: str = "") -> list[str]:
    """Everything that is told of a site of these files, with each finding's rule."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return sorted(f"{finding} [{finding.rule}]" for finding in check_site(folder, url))


def test_pages_that_no_page_leads_to(tmp_path: Path) -> None:
    files = {
        "index.html": HEAD + '<a href="a.html">A</a>',
        "404.html": HEAD.replace("A page</t", "Gone</t"),
        "a.html": HEAD.replace("A page</t", "A</t") + '<a href="#">me</a>',
        "b.html": HEAD.replace("A page</t", "B</t") + '<a href="b.html">me</a>',
        "c.html": HEAD + '<meta name="robots" content="noindex">',
        "d.html": HEAD + '<meta http-equiv="refresh" content="0; url=a.html">',
    }
    assert everything(tmp_path, files) == ["b.html:1: no page leads to this one [orphan]"]


def test_pages_with_one_title(tmp_path: Path) -> None:
    files = {
        "index.html": HEAD + '<a href="a.html">A</a> <a href="b.html">B</a> <a href="copies/b.html">C</a>',
        "a.html": HEAD.replace("A page</t", "The\n flood</t"),
        "b.html": HEAD.replace("A page</t", "The flood</t"),
        "copies/b.html": HEAD.replace("A page</t", "The flood</t"),
    }
    assert everything(tmp_path, files) == ['b.html:2: has the title "The flood", as has a.html [title]']
    assert all(finding.remark for finding in check_site(tmp_path))


def test_feeds(tmp_path: Path) -> None:
    url = "https://a.example/x"
    entry = "<entry><id>tag:1</id><title>T</title><updated>2020-01-01T00:00:00Z</updated>{}</entry>\n"
    files = {
        "index.html": HEAD,
        "feed.xml": '<feed xmlns="http://www.w3.org/2005/Atom"><id>tag:0</id><title>F</title><author/>\n'
        + entry.format(f'<link href="{url}/"/><link href="https://b.example/gone.html"/>')
        + entry.format(f'<link href="{url}/gone.html"/>').replace("<title>T</title>", "")
        + "</feed>",
        "feed.json": '{"version": "https://jsonfeed.org/version/1.1", "items": ['
        f'{{"id": "1", "url": "{url}/gone.html"}}, {{"url": "{url}/index.html"}}]}}',
        "data.json": "{",
    }
    assert everything(tmp_path, files, url) == [
        "data.json:1: not JSON: Input data was truncated [markup]",
        'feed.json:1: "gone.html" leads to gone.html, which is not there [feed]',
        "feed.json:1: a feed without title [feed]",
        "feed.json:1: an item without id [feed]",
        "feed.xml:1: feed with 0 updated [feed]",
        'feed.xml:3: "gone.html" leads to gone.html, which is not there [feed]',
        "feed.xml:3: entry with 0 title [feed]",
        'feed.xml:3: the id "tag:1" stands twice [feed]',
    ]


def test_feeds_that_are_none(tmp_path: Path) -> None:
    entry = "<entry><id>tag:{0}</id><title>T</title><updated>{1}</updated>{2}</entry>\n"
    files = {
        "index.html": HEAD,
        "a/feed.xml": '<feed xmlns="http://www.w3.org/2005/Atom"><id>tag:0</id><title>F</title>'
        "<updated>2020-01-01</updated>\n"
        + entry.format(1, "2020-01-01T00:00:00+01:00", "<author/><published>yesterday</published>")
        + entry.format(2, "2020-01-01t00:00:00.5z", "")
        + "</feed>",
        "b/feed.xml": "<rss/>",
        "a/feed.json": "{}",
        "b/feed.json": '{"version": "https://jsonfeed.org/version/1.1", "title": "T"}',
    }
    assert everything(tmp_path, files) == [
        "a/feed.json:1: no JSON feed [feed]",
        'a/feed.xml:1: updated is "2020-01-01", which is no date [feed]',
        'a/feed.xml:2: published is "yesterday", which is no date [feed]',
        "a/feed.xml:3: neither the feed nor the entry has an author [feed]",
        "b/feed.json:1: a feed without items [feed]",
        "b/feed.xml:1: no Atom feed [feed]",
    ]


def test_sitemaps(tmp_path: Path) -> None:
    url = "https://a.example"
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    files = {
        "index.html": HEAD,
        "sitemap.xml": f"<sitemapindex {space}><sitemap><loc>{url}/one.xml</loc></sitemap>\n"
        f"<sitemap><loc>{url}/two.xml</loc></sitemap></sitemapindex>",
        "one.xml": f"<urlset {space}><url><loc>{url}/</loc></url>\n<url><loc>{url}/gone.html</loc></url>\n"
        f"<url><loc>https://b.example/</loc></url>\n<url><loc>{url}/</loc></url>\n"
        f"<url><loc>{url}/index.html</loc><lastmod>12/31/2019</lastmod></url>\n"
        f"<url><loc>{url}/one.xml</loc><lastmod>2019-12</lastmod></url>"
        f"<url><loc>{url}/robots.txt</loc><lastmod>2019-12-31T10:00Z</lastmod></url></urlset>",
        "robots.txt": f"User-agent: *\nSitemap: {url}/sitemap.xml\nSitemap: {url}/maps.xml\n",
    }
    assert everything(tmp_path, files, url) == [
        'one.xml:2: "gone.html" leads to gone.html, which is not there [map]',
        f'one.xml:3: "https://b.example/" is no address below {url}/ [map]',
        f'one.xml:4: the address "{url}/" stands twice [map]',
        'one.xml:5: lastmod is "12/31/2019", which is no date [map]',
        'robots.txt:3: "maps.xml" leads to maps.xml, which is not there [map]',
        'sitemap.xml:2: "two.xml" leads to two.xml, which is not there [map]',
    ]


def test_own_addresses_written_whole_are_followed(tmp_path: Path) -> None:
    markup = '<link rel="canonical" href="https://a.example/x/index.html"><a href="https://a.example/x/gone.html">x</a>'
    assert everything(tmp_path, {"index.html": HEAD + markup}, "https://a.example/x/") == [
        'index.html:4: "gone.html" leads to gone.html, which is not there [link]'
    ]
    assert everything(tmp_path, {"index.html": HEAD + markup}, "https://a.example/xy") == []


def test_the_same_is_found_by_many(tmp_path: Path) -> None:
    for number in range(200):
        (tmp_path / f"{number}.html").write_text(HEAD + f'<a href="{number + 1}.html#here">x</a>', "utf-8")
    alone = list(check_site(tmp_path))
    pool = processes(2)
    try:
        assert list(check_site(tmp_path, workers=lambda _count: pool)) == alone
    finally:
        pool.close()
    assert len(alone) == 199 + 1 + 199 + 1


# -- the articles that it comes from


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("A [stone [sic]: The end.", 0),
        ("[a](https://elsewhere.example/?q=1&src=hash)!", 0),
        ("[a]: gone.md", 1),
        ('[a]: gone.md "Gone"', 1),
        ("[a]: gone.md and more", 0),
        ("[a](<gone.md>)", 1),
        ("<a href='gone.md'>a</a>", 1),
        ("[a](gone%20too.md)", 1),
        ("![a](../gone.png)", 1),
        ("[a](../../gone.md)", 1),
        ("[a](mailto:../a@b.example)", 0),
    ],
)
def test_links_of_articles_that_lead_nowhere(body: str, count: int, tmp_path: Path) -> None:
    site = ScratchSite(tmp_path)
    site.put("a.md", "A", body)
    site.write("content/lines.jsonl", json.dumps({"title": "Lines", "date": "1960", "body": f"x\n{body}"}))
    site.build()
    found = list(check_archive(Options(root=tmp_path, jobs=1), lambda *_: None))
    told = sorted((finding.path, finding.line) for finding in found)
    assert told == [("content/a.md", 5), ("content/lines.jsonl", 1)][: 2 * count]


def test_lead_pictures_and_related_articles_that_are_not_there(tmp_path: Path) -> None:
    site = ScratchSite(tmp_path)
    site.write("content/p.png", b"\x89PNG")
    site.put("a.md", "A", "[a](a.md)", image="{src: gone.png, alt: Gone}", related="[b.md, none.md, Some headline]")
    site.put("b.md", "B", '<img src="p.png" srcset="p.png 1x, gone.png 2x" alt="p">', image="gone.png", related="a.md")
    line = {"title": "Lines", "date": "1960", "body": "x", "image": {"src": "gone.png"}, "related": ["none.md"]}
    site.write("content/lines.jsonl", json.dumps(line))
    site.build()
    shown = "; it is shown as plain text"
    assert sorted(map(str, check_archive(Options(root=tmp_path, jobs=1), lambda *_: None))) == [
        f'content/a.md:3: "gone.png" leads to no file of content/{shown}',
        f'content/a.md:4: "none.md" leads to no article{shown}',
        f'content/a.md:7: "a.md" leads to the article itself{shown}',
        f'content/b.md:3: "gone.png" leads to no file of content/{shown}',
        f'content/lines.jsonl:1: "gone.png" leads to no file of content/{shown}',
        f'content/lines.jsonl:1: "none.md" leads to no article{shown}',
    ]


def test_articles_that_belong_to_none_that_is_there(tmp_path: Path) -> None:
    site = ScratchSite(tmp_path)
    site.put("a.md", "A", version_of="gone.md")
    site.put("b.md", "B", copy_of="./more/none.md")
    site.put("c.md", "C", copy_of="d.md")
    site.put("d.md", "D")
    site.put("e.md", "E", copy_of="f.jsonl")
    site.write("content/lines.jsonl", json.dumps({"title": "Lines", "version_of": "gone.md"}))
    site.build()
    end = "is no article, so this one is listed by itself"
    assert sorted(map(str, check_archive(Options(root=tmp_path, jobs=1), lambda *_: None))) == [
        f'content/a.md:3: "gone.md" {end}',
        f'content/b.md:3: "more/none.md" {end}',
        f'content/lines.jsonl:1: "gone.md" {end}',
    ]


def test_navigation_that_leads_nowhere_is_told_once(tmp_path: Path) -> None:
    site = ScratchSite(tmp_path, "title: S\nnavigation:\n- {label: All, href: tags/}\n- {label: X, href: gone/}\n")
    site.put("a.md", "A")
    site.build()
    assert [str(finding) for finding in check_archive(Options(root=tmp_path, jobs=1), lambda *_: None)] == [
        'site.yaml:4: "gone/", which each page has, leads to gone/index.html, which is not there'
    ]


def test_links_of_articles_to_places_on_their_own_page(tmp_path: Path) -> None:
    site = ScratchSite(tmp_path)
    body = "[up](#top) [a](#the-sea) [b](#nowhere)\n\n## The sea\n\nNo. 5 #tag [c](#%C3%BCber) <a href='#gone'>d</a>"
    site.put("a.md", "A", f"{body}\n\n## Über")
    lines = [{"title": "Lines", "date": "1960", "body": "x"}, {"title": "More", "body": '[a](#b) <a href="#c">c</a>'}]
    site.write("content/lines.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    site.build()
    found = check_archive(Options(root=tmp_path, jobs=1), lambda *_: None)
    end = "leads to no place on its page; it is shown as plain text"
    assert sorted(map(str, found)) == [
        f'content/a.md:5: "#nowhere" {end}',
        f'content/a.md:9: "#gone" {end}',
        f'content/lines.jsonl:2: "#b" {end}',
        f'content/lines.jsonl:2: "#c" {end}',
    ]


def test_a_finding_is_told_by_its_article(tmp_path: Path) -> None:
    site = ScratchSite(tmp_path)
    site.write("content/map.png", b"\x89PNG")
    site.put(
        "a/flood.md",
        "The flood",
        "One.\n\n![](../map.png)\n\n[Two](../other.md#night), [three](three.pdf), [four](../gone.md)",
        date="1953-02-01",
    )
    site.put("other.md", "Other", "[Gone](/gone)", date="1953-02-02", source_url="https://paper.example/a")
    site.write("content/lines.jsonl", '\n{"title": "Lines", "date": "1960", "body": "[Nowhere](/other.md#gone)"}\n')
    site.build()
    (site.output / "1953/02/index.html").unlink()
    (site.output / "lost.html").write_text(HEAD, "utf-8")
    found = list(check_archive(Options(root=tmp_path, jobs=1), lambda *_: None))
    told = {str(finding).replace(str(tmp_path), "."): finding for finding in found if finding.rule != "asset"}
    lines = {line: finding.rule for line, finding in told.items() if line.startswith("content")}
    page = "./public/1953/02/the-flood.html"
    nowhere = "leads to no place on the page 1953/02/other.html"
    assert {line.partition(" (on")[0]: rule for line, rule in lines.items()} == {
        "content/a/flood.md:8: a picture whose alt text is empty": "alt",
        f'content/a/flood.md:10: "../../1953/02/other.html#b-night" {nowhere}': "anchor",
        'content/a/flood.md:10: "../gone.md" leads to no article; it is shown as plain text': "link",
        'content/a/flood.md:10: "three.pdf" leads to no file of content/; it is shown as plain text': "link",
        f'content/lines.jsonl:2: "../1953/02/other.html#b-gone" {nowhere}': "anchor",
    }
    assert all(f"(on {page}:" in line for line in lines if "flood.md:8" in line)
    assert "./public/lost.html:1: no page leads to this one" in told
    assert any(
        line.startswith("./public/1953/index.html:") and "1953/02/index.html, which is not there" in line
        for line in told
    )


def test_without_a_catalog_a_finding_is_told_by_its_page(tmp_path: Path) -> None:
    site = ScratchSite(tmp_path)
    site.put("flood.md", "The flood", "[Two](b.md#night)", date="1953-02-01")
    site.put("b.md", "B", date="1953-02-01")
    site.build()
    shutil.rmtree(tmp_path / ".backissue")
    (finding,) = check_archive(Options(root=tmp_path, jobs=1), lambda *_: None)
    assert finding.path == f"{site.output}/1953/02/the-flood.html"
