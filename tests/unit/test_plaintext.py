"""The words of a Markdown body are those of its page."""

from __future__ import annotations

import re
from html import unescape

import pytest
from tests.conftest import ROOT

from backissue.bodies import Bodies
from backissue.config import MarkdownSettings
from backissue.loading.articlefile import body_of
from backissue.markup.plaintext import plain_text

_ADDRESS = re.compile(r"https?://\S+|www\.\S+")


def words(text: str) -> set[str]:
    return set(re.findall(r"\w{2,}", _ADDRESS.sub(" ", text.casefold())))


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("# Head\n\nSome *strong* and __bold__ text.", "Head Some strong and bold text."),
        (
            "See [the *flood*](a.md \"A title\") and [more][1].\n\n[1]: https://x.example/ 'T'",
            "See the flood and more.",
        ),
        ("![A pier](p.png) ![](q.png)Sea", "A pier Sea"),
        ("- one\n- two\n\n1. three\n\n> four", "one two three four"),
        ("| a | b |\n| --- | :-: |\n| 1 | 2 |", "a b 1 2"),
        ("Note.[^1]\n\n[^1]: *Here.*", "Note. Here."),
        ("```python\nprint(1)\n```", "print(1)"),
        ("a <b>c</b> <script>alert(1)</script> d &amp; e <!-- f -->", "a c d & e"),
        (r"5 \* 3, snake_case, \<b\>", "5 * 3, snake_case, <b>"),
        ("Sea <https://x.example/a>", "Sea https://x.example/a"),
        ("海堤决口。", "海堤决口。"),
        ("a < b and c > d", "a < b and c > d"),
    ],
)
def test_marks_are_taken_away(body: str, text: str) -> None:
    assert plain_text(body) == text


@pytest.mark.parametrize("path", sorted((ROOT / "content").rglob("*.md")), ids=lambda path: path.stem)
def test_the_words_are_those_of_the_page(path: object) -> None:
    body = body_of(path.read_bytes(), path.name)  # type: ignore[attr-defined]
    html = Bodies(MarkdownSettings()).html(body, lambda target: target)
    page = words(unescape(re.sub(r"<[^>]+>", " ", re.sub(r'<img[^>]*alt="([^"]*)"[^>]*>', r" \1 ", html))))
    assert words(plain_text(body)) == page


def test_text_of_any_shape_takes_no_time_out_of_proportion() -> None:
    for text in ("[" * 20_000, "![" * 10_000, "<a " * 10_000, "](" * 10_000, "_" * 20_000, "- " * 10_000, "|" * 20_000):
        plain_text(text)
