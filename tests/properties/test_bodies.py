"""Whatever a body holds, its HTML is well-formed, runs nothing and calls nobody."""

from __future__ import annotations

import re

import html5lib
from hypothesis import given, settings
from hypothesis import strategies as st

from backissue.bodies import Bodies
from backissue.config import MarkdownSettings
from backissue.markup import cleaning, links, simplehtml

ENGINES = st.sampled_from([Bodies(MarkdownSettings(engine=engine)) for engine in ("python-markdown", "commonmark")])

# Without `figcaption` and `summary`, which html5lib does not know as elements that hold others together.
_TAGS = """
    a abbr audio b blockquote br button center code dd del details div dl dt em embed figure font form
    h1 h2 h6 head hr html i iframe img input li link main math meta noscript object ol option p picture plaintext
    pre q ruby rt script section select source span style sub svg table tbody td template textarea th thead
    title tr track u ul video xmp
""".split()
_ADDRESSES = (
    "a.md #b // //x.example/a http://x.example/a https:a \\\\x.example/a /\\x.example javascript:x() JaVaScRiPt:x()"
    " java&#9;script:x() data:image/png;base64,AA data:text/html,x vbscript:x mailto:a@x.example ?a&amp;b"
).split()
_NAMES = (
    "id class href src srcset poster cite style onclick onerror title alt headers width datetime formaction".split()
)
_attribute = st.builds(
    lambda name, quote, value: f" {name}={quote}{value}{quote}",
    st.sampled_from(_NAMES),
    st.sampled_from(["'", '"', ""]),
    st.one_of(st.sampled_from([*_ADDRESSES, "text-align: left", "a 1x, //x.example/b 2x"]), st.text(max_size=8)),
)
_start = st.builds(
    lambda name, attributes, slash: f"<{name}{''.join(attributes)}{slash}>",
    st.sampled_from(_TAGS),
    st.lists(_attribute, max_size=3),
    st.sampled_from(["", "/", " "]),
)
_end = st.sampled_from(_TAGS).map("</{}>".format)
_other = st.sampled_from(
    [
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?x",
        "?>",
        "<!doctype html>",
        "&lt;",
        "&#0;",
        "&nbsp",
        "<",
        ">",
        '"',
        "\n",
        "\n\n",
    ]
)
_link = st.builds("{}[{}]({})".format, st.sampled_from(["", "!"]), st.text(max_size=5), st.sampled_from(_ADDRESSES))
soup = st.lists(st.one_of(_start, _start, _end, _other, _link, st.text(max_size=10)), max_size=25).map("".join)

_answers = st.sampled_from([None, "", "b.html#c", "#c", "javascript:y()", 'q"<>&\xa0'])

_FORBIDDEN_SCHEME = re.compile(r"(?!https?:|mailto:|data:image/png;base64,AA)[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_ELSEWHERE = re.compile(r"[\\/]{2}|(?!data:image/)[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_NEVER = frozenset("script style iframe embed object form input button h1 svg".split())


@given(ENGINES, soup, _answers)
@settings(max_examples=600, deadline=None)
def test_bodies_are_well_formed_and_harmless(bodies: Bodies, text: str, answer: str | None) -> None:
    made = bodies.html(text, lambda target: answer)
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree = parser.parseFragment(made, container="div")
    for element in tree.iter():
        assert element.tag not in _NEVER
        assert not (element.tag == "a" and any(child.tag == "a" for child in element.iter() if child is not element))
        for name, value in element.items():
            assert not name.startswith(("on", "form"))
            assert name != "style"
            if name == "id":
                assert value.startswith("b-")
            if name in ("href", "src", "poster", "cite"):
                plain = re.sub(r"[\x00-\x20]", "", value)
                assert not _FORBIDDEN_SCHEME.match(plain)
            if name in ("src", "poster"):
                assert not _ELSEWHERE.match(plain)
            if name == "srcset":
                assert not any(map(_ELSEWHERE.match, value.split()))


@given(soup)
@settings(max_examples=200, deadline=None)
def test_addresses_are_given_to_resolve_as_they_come_out(text: str) -> None:
    bodies = Bodies(MarkdownSettings())
    seen: list[str] = []

    def note(target: str) -> None:
        seen.append(target)

    made = bodies.html(text, note)
    tree = html5lib.parseFragment(made, namespaceHTMLElements=False)
    for element in tree.iter():
        for name, value in element.items():
            if name in ("href", "src", "poster", "cite") and value[:1] != "#" and "data:image/" not in value:
                assert value in seen


_simple = st.lists(
    st.one_of(
        st.sampled_from(
            """* _ ** # ## ### > - 1. ` [*a*](b.md#c-d) [a](b.md)
            [a](../b/c.html#d) [a](https://x.example/y?z=1&amp;a=2) [a](http://1.2/)
            [a](https://xn--a.example) [a](//x.example/) [a](x:y) [a](https://a..b/) [a](/c:d) ![i](p.png) & &copy;
            &#39; " [a](https://x.example/ü) [a](<b-c>) --- |""".split()
        ),
        st.text(alphabet="ab \n'\"&>\xa0é~^", max_size=6),
    ),
    max_size=12,
).map("".join)


@given(
    text=_simple, bodies=ENGINES, answer=st.sampled_from([None, "", "b.html#c", "#c", "javascript:y()", 'q"<>&\xa0'])
)
@settings(max_examples=600)
def test_simple_html_is_as_cleaning_and_resolving_make_it(text: str, bodies: Bodies, answer: str | None) -> None:
    html = bodies._convert(text)
    made = simplehtml.written(html, lambda _target: answer)
    assert made in (None, links.resolve_links(cleaning.clean(html, raw=False), lambda _target: answer))
