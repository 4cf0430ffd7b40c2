import builtins
import pickle

import html5lib
import pytest

from backissue.bodies import Bodies, check
from backissue.config import MarkdownSettings
from backissue.errors import MissingExtra
from backissue.markup import links
from backissue.markup.links import fragment_of

PYTHON = Bodies(MarkdownSettings())
COMMONMARK = Bodies(MarkdownSettings(engine="commonmark"))
FILES = {"flood.md": "../1953/flood.html", "a&b.md": "a&b.html", "map.png": "files/map.png", "gone.md": ""}
REL = 'rel="noopener noreferrer"'


@pytest.fixture(params=[PYTHON, COMMONMARK], ids=["python-markdown", "commonmark"])
def bodies(request: pytest.FixtureRequest) -> Bodies:
    return request.param


def html(bodies: Bodies, text: str) -> str:
    made = bodies.html(text, FILES.get)
    html5lib.HTMLParser(strict=True).parseFragment(made, container="div")
    return made.strip()


SIMPLE = """One "line" & *some*, **more** of\u00a0it.

## A heading

> Quoted: [a *flood*](flood.md), [the war](https://example.org/?a=1&b=2).

- one
- two

***

### Another & another
"""


@pytest.mark.parametrize("text", [SIMPLE, SIMPLE + "![Map](map.png)"], ids=["simple", "not simple"])
def test_simple_html_is_made_in_one_pass(bodies: Bodies, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = html(bodies, text)
    passes = []
    monkeypatch.setattr(links, "resolve_links", lambda *given: passes.append(given))
    bodies.html(text, FILES.get)
    assert bool(passes) == (text is not SIMPLE)
    assert made.startswith(
        """<p>One "line" &amp; <em>some</em>, <strong>more</strong> of&nbsp;it.</p>
<h2 id="b-a-heading">A heading</h2>
<blockquote>
<p>Quoted: <a href="../1953/flood.html">a <em>flood</em></a>, """
        f"""<a href="https://example.org/?a=1&amp;b=2" {REL}>the war</a>.</p>
</blockquote>
<ul>
<li>one</li>
<li>two</li>
</ul>
<hr>
<h3 id="b-another-another">Another &amp; another</h3>"""
    )


class TestText:
    def test_stays_as_archived(self, bodies: Bodies) -> None:
        assert html(bodies, '"Rain" -- it\'s... 3 < 4 & 5') == '<p>"Rain" -- it\'s... 3 &lt; 4 &amp; 5</p>'

    def test_of_nothing(self, bodies: Bodies) -> None:
        assert html(bodies, "") == html(bodies, " \n\n\t") == ""

    def test_loses_characters_that_html_forbids(self, bodies: Bodies) -> None:
        assert html(bodies, "a\0b\x07c\x85d\ufffee\ud800f\U0001fffeg") == "<p>abcdefg</p>"

    @pytest.mark.parametrize("character", ["\x08", "\x7f", "\x80", "\x9f", "\ufdd0", "\uffff", "\udfff", "\U0010ffff"])
    def test_loses_each_of_them_beside_any_other(self, bodies: Bodies, character: str) -> None:
        for other in ("a", "é", "…", "\U0001f4f0"):
            assert html(bodies, f"{other}{character}{other}") == f"<p>{other}{other}</p>"

    def test_loses_references_to_them_too(self, bodies: Bodies) -> None:
        assert html(bodies, "a&#1;b&#xFDD0;c&#x1FFFF;d") == "<p>abcd</p>"
        assert html(bodies, '<b title="x&#2;">a&#7;</b>') == '<p><b title="x">a</b></p>'
        assert html(bodies, "`&#1;`") == "<p><code>&amp;#1;</code></p>"

    def test_keeps_what_is_like_them(self, bodies: Bodies) -> None:
        text = "é «°» \ufdf2 \ufffd \uff5e \ud7a3 \U0001f4f0"
        assert html(bodies, text) == f"<p>{text}</p>"

    def test_that_an_engine_fails_at_is_given_as_written(self, monkeypatch: pytest.MonkeyPatch) -> None:
        broken = Bodies(MarkdownSettings())

        def fail(text: str) -> str:
            raise RecursionError

        monkeypatch.setattr(broken, "_convert", fail)
        assert html(broken, "One <b>\n\n\nTwo") == "<p>One &lt;b&gt;</p>\n<p>Two</p>"

    def test_nested_without_end_is_no_fault(self, bodies: Bodies) -> None:
        assert "deep" in html(bodies, "> " * 2_000 + "deep")


class TestHeadings:
    def test_begin_at_h2(self, bodies: Bodies) -> None:
        found = html(bodies, "# A\n\n## B\n\n###### F").split("\n")
        assert found == ['<h2 id="b-a">A</h2>', '<h3 id="b-b">B</h3>', '<h4 id="b-f">F</h4>']

    def test_skip_no_level(self, bodies: Bodies) -> None:
        found = html(bodies, "#### A\n\n### B\n\n##### C\n\n##### D\n\n### E").split("\n")
        assert [tag[1:3] for tag in found] == ["h2", "h2", "h3", "h3", "h2"]
        assert [tag[-3:-1] for tag in found] == ["h2", "h2", "h3", "h3", "h2"]

    def test_that_begin_there_stay(self, bodies: Bodies) -> None:
        assert html(bodies, "## A\n\n### B").split("\n") == ['<h2 id="b-a">A</h2>', '<h3 id="b-b">B</h3>']

    def test_with_attributes_shift_too(self, bodies: Bodies) -> None:
        assert html(bodies, '<h1 lang="de">A</h1>') == '<h2 lang="de" id="b-a">A</h2>'

    def test_are_named_by_their_text_each_by_a_name_of_its_own(self, bodies: Bodies) -> None:
        text = "## The *Sea* wall: 1953\n\n## The Sea wall 1953\n\n## …\n\n[there](#the-sea-wall-1953)"
        found = html(bodies, text)
        assert '<h2 id="b-the-sea-wall-1953">' in found
        assert '<h2 id="b-the-sea-wall-1953-2">' in found
        assert "<h2>…</h2>" in found
        assert '<a href="#b-the-sea-wall-1953">' in found


class TestCleaning:
    @pytest.mark.parametrize(
        ("written", "kept"),
        [
            ("<p>a<script>alert(1)</script></p>", "<p>a</p>"),
            ("<p>a<style>p { color: red }</style></p>", "<p>a</p>"),
            ('<p onclick="x()" style="color: red">a</p>', "<p>a</p>"),
            ('<p>a<!-- note --><input name="b"><button>c</button></p>', "<p>ac</p>"),
            ('<p><a href="javascript:x()">a</a></p>', "<p>a</p>"),
            ('<p><a href="java&#10;script:x()">a</a></p>', "<p>a</p>"),
            ('<p><a href="data:text/html,x">a</a></p>', "<p>a</p>"),
            ('<p><a href="\tdata:text/html,x">a</a></p>', "<p>a</p>"),
            ('<p><q cite="javascript:x()">a</q></p>', "<p><q>a</q></p>"),
            ('<p><img src="javascript:x()" alt="a"></p>', "<p>a</p>"),
            ('<p><img src="data:text/html,x" alt="a"></p>', "<p>a</p>"),
            (
                '<p><a href="x.html" target="_blank" rel="opener" ping="//spy.example">a</a></p>',
                '<p><a href="x.html">a</a></p>',
            ),
        ],
    )
    def test_takes_away(self, bodies: Bodies, written: str, kept: str) -> None:
        assert html(bodies, written) == kept

    @pytest.mark.parametrize(
        "written",
        [
            "<dl>\n<dt>a</dt>\n<dd>b</dd>\n</dl>",
            '<figure>\n<img src="map.jpg" width="2" height="1" alt="a">\n<figcaption>b</figcaption>\n</figure>',
            '<blockquote cite="https://paper.example/a">\n<p>a</p>\n</blockquote>',
            "<p><ins>a</ins> <del>b</del> <sup>c</sup> <sub>d</sub> <small>e</small></p>",
            '<p><abbr title="a b">ab</abbr> <time datetime="1953-02-01">then</time></p>',
            '<table>\n<tbody><tr><th scope="row" colspan="2">a</th><td rowspan="2">b</td></tr>\n'
            "<tr><td>c</td></tr>\n</tbody></table>",
            '<audio src="a.ogg" controls=""></audio>',
            '<video src="a.mp4" poster="a.jpg"><track src="a.vtt" srclang="en"></video>',
            '<ol start="3" reversed="">\n<li>a</li>\n</ol>',
            '<p><img src="data:image/png;base64,AAAA" alt="a"></p>',
            "<details>\n<summary>a</summary>\n<p>b</p>\n</details>",
        ],
    )
    def test_keeps(self, bodies: Bodies, written: str) -> None:
        made = html(bodies, f"<div>\n{written}\n</div>").removeprefix("<div>").removesuffix("</div>")
        assert made.split() == written.split()

    def test_mends_what_an_element_that_goes_leaves_behind(self, bodies: Bodies) -> None:
        assert html(bodies, "<p><button><div>a</div></button></p>").startswith("<p></p><div>a</div>")


class TestLinks:
    def test_are_resolved(self, bodies: Bodies) -> None:
        assert html(bodies, "[a](flood.md)") == '<p><a href="../1953/flood.html">a</a></p>'

    def test_are_unescaped_before_and_escaped_after(self, bodies: Bodies) -> None:
        assert html(bodies, "[a](a&b.md)") == '<p><a href="a&amp;b.html">a</a></p>'

    def test_see_the_targets_once_each_as_they_were_meant(self, bodies: Bodies) -> None:
        seen: list[str] = []
        text = '[a](x?a=1&amp;b=2) <img src="p.png" srcset="p.png 1x, q,r.png 2x"> <q cite="c">a</q> [b](#note)'
        bodies.html(text + '\n\n<video src="v.mp4" poster="v.jpg"></video>', seen.append)
        assert seen == ["x?a=1&b=2", "p.png", "p.png", "q,r.png", "c", "v.mp4", "v.jpg"]

    def test_that_lead_nowhere_become_their_text(self, bodies: Bodies) -> None:
        assert html(bodies, "[a *b*](gone.md) ![c](gone.md)") == "<p>a <em>b</em> c</p>"

    def test_to_other_hosts_tell_them_nothing(self, bodies: Bodies) -> None:
        assert html(bodies, "[a](https://x.example/?b&c)") == f'<p><a href="https://x.example/?b&amp;c" {REL}>a</a></p>'
        assert html(bodies, "[a](//x.example/)") == f'<p><a href="//x.example/" {REL}>a</a></p>'
        assert html(bodies, "[a](mailto:a@x.example)") == '<p><a href="mailto:a@x.example">a</a></p>'

    def test_and_an_answer_that_could_run_is_not_written(self, bodies: Bodies) -> None:
        assert bodies.html("[a](x)", lambda target: "javascript:a()").strip() == "<p>a</p>"

    def test_within_the_page_follow_their_targets(self, bodies: Bodies) -> None:
        made = html(
            bodies,
            '<p id="top">a</p>\n\n[b](#top) [c](#a) [d](#) [e](#gone)\n\n'
            '<p id="a">a</p>\n\n<table><tr><td headers="x y">e</td></tr></table>',
        )
        assert 'id="b-top"' in made
        assert '<a href="#b-a">c</a> <a href="#">d</a> e</p>' in made  # … and leads nowhere where there is none
        assert 'headers="b-x b-y"' in made
        assert fragment_of("a") == "b-a"


class TestPictures:
    def test_from_here_are_shown(self, bodies: Bodies) -> None:
        assert '<img src="files/map.png" alt="a">' in html(bodies, '<img src="map.png" alt="a">')
        assert 'src="files/map.png"' in html(bodies, "![a](map.png)")

    def test_of_other_hosts_become_links(self, bodies: Bodies) -> None:
        made = html(bodies, '![A > *b* & "c"](https://x.example/p%20q.jpg?a&b) ![](//x.example/r%20s.jpg)')
        first = f'<a href="https://x.example/p%20q.jpg?a&amp;b" {REL}>A &gt; b &amp; &quot;c&quot;</a>'
        assert made.replace("*", "") == f'<p>{first} <a href="//x.example/r%20s.jpg" {REL}>r s.jpg</a></p>'

    def test_are_external_to_a_browser_in_more_ways_than_one(self, bodies: Bodies) -> None:
        for source in (r"\\x.example/a.png", r"/\x.example/a.png", " //x.example/a.png", "ht\ntps://x.example/a.png"):
            assert "<img" not in html(bodies, f'<img src="{source}" alt="a">')

    def test_within_a_link_are_linked_after_it(self, bodies: Bodies) -> None:
        made = html(bodies, "[![a](https://x.example/b.jpg)](flood.md)")
        assert made == f'<p><a href="../1953/flood.html">a</a> <a href="https://x.example/b.jpg" {REL}>b.jpg</a></p>'

    def test_take_from_a_set_what_is_here(self, bodies: Bodies) -> None:
        made = html(
            bodies, '<img src="https://x.example/a.png" srcset="map.png 1x, //x.example/b.png 2x, c.png 3x" alt="">'
        )
        assert '<img src="files/map.png" srcset="files/map.png 1x, c.png 3x" alt="">' in made
        assert "x.example" not in made

    def test_of_a_set_elsewhere_become_a_link(self, bodies: Bodies) -> None:
        made = html(bodies, '<img srcset="https://x.example/a.png 1x, https://x.example/b.png 2x" alt="c">')
        assert f'<a href="https://x.example/a.png" {REL}>c</a>' in made


class TestMedia:
    def test_of_other_hosts_become_links(self, bodies: Bodies) -> None:
        made = html(bodies, '<div><video controls><source src="https://x.example/a.mp4"><b>None.</b></video></div>')
        assert made.removeprefix("<div>").removesuffix("</div>") == f'<a href="https://x.example/a.mp4" {REL}>a.mp4</a>'

    def test_keep_what_is_here(self, bodies: Bodies) -> None:
        written = '<video poster="//x.example/a.jpg"><source src="a.mp4"><source src="//x.example/a.webm"></video>'
        made = html(bodies, written)
        links = [f'<a href="//x.example/a.{kind}" {REL}>a.{kind}</a>' for kind in ("jpg", "webm")]
        assert '<video><source src="a.mp4"></video>' + " ".join(links) in made

    def test_embedded_from_elsewhere_become_links(self, bodies: Bodies) -> None:
        made = html(
            bodies,
            '<iframe src="https://x.example/v?a&b" title="A <film>">b <i></iframe>\n\n<embed src="//x.example/s">',
        )
        assert f'<a href="https://x.example/v?a&amp;b" {REL}>A &lt;film&gt;</a>' in made
        assert f'<a href="//x.example/s" {REL}>//x.example/s</a>' in made
        assert "<i" not in made
        assert html(bodies, "<iframe>a<script>b</script></iframe>").replace("<p></p>", "") == ""


class TestTables:
    def test_align_by_class(self, bodies: Bodies) -> None:
        made = html(bodies, "a|b|c|d\n:-|-:|:-:|-\n1|2|3|4")
        assert made.count("<td") == made.count("<th") - made.count("<thead") == 4
        for side in ("left", "right", "center"):
            assert f'<th class="align-{side}">' in made
            assert f'<td class="align-{side}">' in made
        assert "<td>4</td>" in made
        assert "style" not in made

    def test_of_raw_html_too(self, bodies: Bodies) -> None:
        made = html(bodies, '<table><tr><td class="sum" style="color: red; text-align: RIGHT">1</td></tr></table>')
        assert '<td class="sum align-right">1</td>' in made


def test_footnotes_link_there_and_back() -> None:
    made = html(PYTHON, "a[^1]\n\n[^1]: b")
    assert '<sup id="b-fnref:1"><a class="footnote-ref" href="#b-fn:1">1</a></sup>' in made
    assert '<li id="b-fn:1">' in made
    assert '<a class="footnote-backref" href="#b-fnref:1"' in made
    assert '<div class="footnote-definition" id="b-1">' in html(COMMONMARK, "a[^1]\n\n[^1]: b")


def test_a_text_knows_nothing_of_those_before_it() -> None:
    settings = MarkdownSettings(extensions=("footnotes",), extension_configs={"footnotes": {"UNIQUE_IDS": True}})
    bodies = Bodies(settings)
    first = html(bodies, "a[^1] [x]\n\n[^1]: b\n\n[x]: y")
    assert html(bodies, "[x]") == "<p>[x]</p>"
    assert html(bodies, "a[^1] [x]\n\n[^1]: b\n\n[x]: y") == first


def test_commonmark_has_what_the_default_extensions_have_and_strikes_out() -> None:
    made = html(COMMONMARK, "~~a~~ b[^n]\n\n| c |\n| - |\n| d |\n\n```sh\ne\n```\n\n[^n]: f")
    for part in ("<del>a</del>", "<table>", '<code class="language-sh">e\n</code>', "footnote-definition"):
        assert part in made


def test_commonmark_knows_other_extensions_by_their_names() -> None:
    bodies = Bodies(MarkdownSettings(engine="commonmark", extensions=("smarty", "markdown.extensions.def_list")))
    assert html(bodies, '"a"') == "<p>“a”</p>"
    assert "<dt>a</dt>" in html(bodies, "a\n: b")


def test_settings_make_the_same_in_another_process() -> None:
    settings = MarkdownSettings(extensions=("smarty",), extension_configs={"smarty": {"smart_dashes": False}})
    assert Bodies(pickle.loads(pickle.dumps(settings))).html('"a" --', FILES.get) == "<p>“a” --</p>"


def test_a_missing_engine_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: object) -> object:
        if name == "pyromark":
            raise ImportError(name)
        return real(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtra, match=r"the CommonMark engine needs .* pip install 'backissue\[fast\]'"):
        check(MarkdownSettings(engine="commonmark"))


@pytest.mark.parametrize(
    ("extensions", "configs", "fault"),
    [
        (("tabels",), {}, 'no Markdown extension is called "tabels" — did you mean "tables"?'),
        (("no.such:Extension",), {}, 'no Markdown extension is called "no.such:Extension" — known are abbr'),
        (("os",), {}, 'extension "os" cannot be used: .* — check its name'),
        (("os:path",), {}, 'extension "os:path" cannot be used: .* — check its name'),
        (("markdown:Markdown",), {}, 'extension "markdown:Markdown" cannot be used: .* — check its name'),
        (("",), {}, 'extension "" cannot be used: .* — check its name'),
        (("toc",), {"toc": {"permalnk": 1}}, '"toc" has no option "permalnk" — did you mean "permalink"?'),
        (("sane_lists",), {"sane_lists": {"a": 1}}, '"sane_lists" has no option "a" — it has none: take it away'),
        (("toc",), {"toc": {"baselevel": "x"}}, 'extension "toc" cannot be used: .* — check its options baselevel'),
        (("toc",), {"tables": {}}, '"tables" has options but is not among the extensions — add it there'),
    ],
)
def test_settings_that_do_not_fit_are_told_in_a_line(
    extensions: tuple[str, ...], configs: dict[str, dict[str, object]], fault: str
) -> None:
    with pytest.raises(ValueError, match=fault.replace("?", r"\?")) as caught:
        check(MarkdownSettings(extensions=extensions, extension_configs=configs))
    assert "\n" not in str(caught.value)


def test_settings_that_do_not_fit_the_other_engine_are_told_too() -> None:
    with pytest.raises(ValueError, match='the CommonMark engine has no extension "toc" — known are attr_list'):
        check(MarkdownSettings(engine="commonmark", extensions=("toc",)))
    with pytest.raises(ValueError, match="have no options — take away extension_configs"):
        check(MarkdownSettings(engine="commonmark", extension_configs={"tables": {}}))


def test_settings_that_fit_pass() -> None:
    check(MarkdownSettings())
    check(MarkdownSettings(extensions=("extra", "markdown.extensions.toc"), extension_configs={"extra": {}}))
    check(MarkdownSettings(engine="commonmark"))


def shown(text: str, **known: str) -> str:
    """The HTML of a body of whose pictures this is known."""
    made = PYTHON.html(text, FILES.get, lambda address: known if address == "files/map.png" else {})
    html5lib.HTMLParser(strict=True).parseFragment(made, container="div")
    return made.strip()


class TestKnownPictures:
    def test_say_what_is_known_of_them(self) -> None:
        made = shown("![A map](map.png)", width="600", height="400", srcset="a 1w", sizes="50vw", loading="lazy")
        assert made == (
            '<p><img alt="A map" src="files/map.png" width="600" height="400" srcset="a 1w" sizes="50vw"'
            ' loading="lazy"></p>'
        )

    def test_of_which_nothing_is_known_say_nothing(self) -> None:
        assert shown("![A map](other.png)", width="600", height="400") == '<p><img alt="A map" src="other.png"></p>'

    @pytest.mark.parametrize(
        ("written", "kept"), [("300x200", True), ("301x200", True), ("300x300", False), ("0x0", False)]
    )
    def test_keep_a_size_of_their_own_shape(self, written: str, kept: bool) -> None:
        width, _, height = written.partition("x")
        made = shown(f'<img src="map.png" alt="" width="{width}" height="{height}">', width="600", height="400")
        assert (f'width="{width}" height="{height}"' in made) is kept
        assert ('width="600" height="400"' in made) is not kept

    def test_without_a_description_say_so(self) -> None:
        assert ' alt=""' in shown('<p><img src="map.png"></p>')

    def test_alone_with_a_title_are_figures(self) -> None:
        assert shown('![A](map.png "The <old> map")') == (
            '<figure><img alt="A" src="files/map.png"><figcaption>The &lt;old&gt; map</figcaption></figure>'
        )
        assert shown('[![A](map.png "The map")](flood.md)') == (
            '<figure><a href="../1953/flood.html"><img alt="A" src="files/map.png"></a>'
            "<figcaption>The map</figcaption></figure>"
        )

    @pytest.mark.parametrize(
        "text", ['![A](map.png)', 'Text ![A](map.png "B")', '![A](map.png " ")', '![A](map.png "B") ![C](map.png "D")']
    )  # fmt: skip
    def test_otherwise_are_none(self, text: str) -> None:
        assert "<figure" not in shown(text)
