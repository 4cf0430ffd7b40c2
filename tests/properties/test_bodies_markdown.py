"""Whatever the text and the extensions, the shortcuts change no byte of what Python-Markdown makes."""

from __future__ import annotations

import functools

import markdown
from hypothesis import example, given, settings
from hypothesis import strategies as st

from backissue.markup.pythonmarkdown import Converter

EXTENSIONS = (
    ("tables", "footnotes", "fenced_code", "sane_lists"),
    (),
    ("tables", "footnotes", "fenced_code", "sane_lists", "abbr", "attr_list", "def_list", "toc"),
    ("nl2br", "footnotes", "codehilite"),
    ("extra", "smarty", "toc"),
)


@functools.cache
def converter(extensions: tuple[str, ...]) -> Converter:
    return Converter(extensions, {})


def same(text: str, extensions: tuple[str, ...]) -> None:
    # Twice, since the first text must leave nothing behind.
    expected = markdown.markdown(text, extensions=list(extensions))
    assert converter(extensions).convert(text) == expected
    assert converter(extensions).convert(text) == expected


_WORDS = """
    a I word Word, (word) "word" 'word' word. 5 3.5 1987 10% don't it’s — … “so” snake_case 5*3 x<y a>b AT&T R&D
    &amp; &lt; &#8217; &#8217 &nbsp; &copy &#x41; &#X41; &; & < > <IBM> <BP.L> <B> <P> <TD> <TITLE> </B> <b>bold</b>
    <br> <br/> <http://x.example/> <a@x.example> <!-- --> <? ?> <![CDATA[ ]]> *em* **strong** _em_ __strong__ ***both***
    *a b* (*em*) "*em*" *em*, *em*! **a** *b* _c_ *a _b_* * ** _ __ *a **b* a*b* *a*b _a_b [a](b) [a](b_c) [a](b*c)
    [a](b&c) [a](b&amp;c) [a](b&#c) [a](b&#41;) [a](<b>) [a](b "c") [a](b 'c') [a]() [](b) [a] [sic] [a][b] [a] [b]
    [^1] [^1](a) ![a](b) ![a] !word! [a [b](c)](d) [*a*](b) [a](b)[c](d) *[a](b)* [ [[ ] ]] [a]: [x] [TOC] [a](b):
    [a]:b \\ \\\\ \\* \\_ \\` \\# \\[a] \\> \\q \\& &\\#38; \\<b> ` `` `a` ``a`b`` ``` ~~~ | a|b {: #a} {a} : :: :::
    # ## a# = == - -- --- + ///Footnotes Go Here/// backissue:0 klzzwxh:0000 wzxhzdk:0 \x02wzxhzdk:0\x03
    \x02klzzwxh:0000\x03 \x02backissue:0\x03 \x0242\x03 \x02 \x03 amp \x02amp\x03 ſ &ſ; &K; İ ² ١. １.
""".split(" ")
_ODD = "\x0c \x0b \x1c \x1f \x85 \xa0 \u2028 \u2029 \u3000 \ufeff \0 \x7f".split(" ")
_words = st.sampled_from([*(word.strip() for word in _WORDS), *_ODD])
_gaps = st.sampled_from(
    [*[" "] * 12, "", "", "  ", "\n", "\n", "\n  ", "  \n", "   \n", " \n ", "\t", "\xa0", "\r\n", "\r", "\n\n"]
)
_phrases = st.lists(st.tuples(_words, _gaps), min_size=1, max_size=6).map(
    lambda pairs: "".join(w + g for w, g in pairs)
)
_STARTS = (
    """
    # ;## ;### ;####### ;#;- ;* ;+ ;1. ;2. ;10. ;1.;> ;>;>> ;> > ; > ;  - ;    ;     ;   ;\t;-   ; 1. ;-    ;* - ;> - ;
    > # ;> 1. ;[a]: ;[^1]: ; [a]: ;*[word]: ;: ; : ;:   ;~~~;```;``` x;---;===;***;___;* * *;- - -;**;=;--;
    <div>;</div>;<p>;<!--;-->;<pre>;<hr>;<b>;<div markdown="1">;!!! note;///Footnotes Go Here///;[TOC];|a|b|;a | b;
    |-;:-:|-;---|;\\# ;\\- ;1\\. ;\xa0;\x0c;\u2028# ;\x85- ;{: .a }
""".replace("\n    ", "")
    .strip("\n")
    .split(";")
)
_starts = st.sampled_from([*[""] * 12, *_STARTS])
_lines = st.builds("{}{}".format, _starts, _phrases)
_breaks = st.sampled_from(
    [
        *["\n\n"] * 8,
        "\n",
        "\n",
        "\n",
        "\n\n\n",
        "\n\n\n\n",
        "\n \n",
        "\n    \n",
        "\n\t\n",
        "\r\n\r\n",
        "\n\n    ",
        "\n\n\t",
    ]
)
documents = st.lists(st.tuples(_lines, _breaks), max_size=8).map(lambda pairs: "".join(a + b for a, b in pairs))


@given(documents, st.sampled_from(EXTENSIONS))
@example(" \n#  \n\n", EXTENSIONS[0])
@example("> a\n> \n\n>  \n\n", EXTENSIONS[0])
@example("*a*\n\n* b\n\n    c", EXTENSIONS[0])
@settings(max_examples=500, deadline=None)
def test_structured_text(text: str, extensions: tuple[str, ...]) -> None:
    same(text, extensions)


_marks = st.text(alphabet=" \n\n*_[]()<>&;#!`\\-+.:|={}~^\"'1aB\x02\t\r\xa0", max_size=40)


@given(_marks, st.sampled_from(EXTENSIONS[:4]))
@settings(max_examples=500, deadline=None)
def test_text_of_marks(text: str, extensions: tuple[str, ...]) -> None:
    same(text, extensions)


@given(
    st.lists(
        st.sampled_from(["a *b*", "> q", "- i\n- j", "1. n", "# h", "---", "    c", "t [a](b)", "| a |\n|-|"]),
        max_size=9,
    )
)
@settings(max_examples=100, deadline=None)
def test_blocks_beside_one_another(blocks: list[str]) -> None:
    for extensions in EXTENSIONS[:3]:
        same("\n\n".join(blocks), extensions)
        same("\n".join(blocks), extensions)


def test_shortcuts_are_taken() -> None:
    """The comparison would be idle if every text went the long way."""
    direct = converter(EXTENSIONS[0])._direct
    assert direct is not None
    simple = (
        "# A *b*\nc\n\nd & <e> [f](g?h&i) \\* **j**, _k_ [sic] <IBM>\n\n> l\n\n- m\n- n\n\n1. o\n2. p\n\n---\n\nq  \nr"
        "\n\n*&lt;s&gt;* [&amp;t](u)"
    )
    for text in simple.replace("<e> ", "").split("\n\n"):
        assert direct.document(text) is not None, text
    kept = direct.paragraphs("a\n\n# b\n\n* c\n\n    d\n\ne\n\nf `g`\n\nh", lambda html: f"({html.count('<p>')})")
    assert kept == "(1)\n\n* c\n\n    d\n\n(1)\n\nf `g`\n\n(1)"
    assert converter(EXTENSIONS[4])._direct is None
