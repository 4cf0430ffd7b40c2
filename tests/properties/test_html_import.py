"""Whatever the bytes, a page ends as an article that loads or as one line that says why not."""

from __future__ import annotations

import json
from datetime import UTC

from hypothesis import example, given, settings
from hypothesis import strategies as st

from backissue.importers import formats
from backissue.importers.html import read_page, recognises
from backissue.importers.outcomes import Imported, Input, Rejected, Settings
from backissue.importers.pages.bylines import names_in
from backissue.importers.pages.dating import date_of
from backissue.importers.pages.decoding import decode
from backissue.importers.pages.headlines import choose_headline
from backissue.importing.names import parse
from backissue.importing.preparing import Prepared, prepare
from backissue.loading.fields import clean_text

TAGS = st.sampled_from(
    "p div span a b h1 h2 ul li table tr td blockquote figure img figcaption article br nav script".split()
)
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=60)


@st.composite
def fragments(draw: st.DrawFn) -> str:
    parts = []
    for _ in range(draw(st.integers(0, 25))):
        tag = draw(TAGS)
        attributes = draw(st.sampled_from(["", ' class="related"', ' class="byline"', ' href="/a"', ' src="a.jpg"']))
        parts.append(f"<{tag}{attributes}>{draw(TEXT)}" + (f"</{tag}>" if draw(st.booleans()) else ""))
    return "".join(parts)


@settings(max_examples=60, deadline=None)
@given(fragments(), st.sampled_from(["utf-8", "utf-16", "cp1252", "shift_jis", "koi8-r"]), TEXT)
def test_a_page_of_any_make_ends(body: str, encoding: str, title: str) -> None:
    words = "The council met on Monday to talk about the harbour wall, which needs repair. " * 3
    head = f"<html><head><title>{title}</title></head>"
    html = f"{head}<body><h1>A wall</h1><p>{words}</p>{body}<p>{words}</p></body></html>"
    outcome = read_page(html.encode(encoding, "replace"), url="https://coast.example/a", settings=Settings())
    if isinstance(outcome, Imported):
        assert outcome.article.title.strip()
        assert outcome.article.body.strip()
    else:
        assert outcome.reason
        assert "\n" not in outcome.reason


ANY_TEXT = st.text(max_size=40)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(TAGS, ANY_TEXT), max_size=20),
    ANY_TEXT,
    ANY_TEXT,
    st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=4),
)
@example([("p", "\x80")], "", "", {})
def test_what_is_read_always_loads(parts: list[tuple[str, str]], title: str, author: str, more: dict[str, str]) -> None:
    record = json.dumps({"@type": "NewsArticle", "headline": title, "author": {"name": author}, **more})
    words = "The council met on Monday to talk about the harbour wall, which needs repair. " * 3
    html = (
        f'<html><head><title>{title}</title><script type="application/ld+json">{record}</script></head><body><h1>A wall'
        f"</h1><p>{words}</p>{''.join(f'<{tag}>{text}</{tag}>' for tag, text in parts)}<p>{words}</p></body></html>"
    )
    data = html.encode("utf-8", "surrogatepass")
    outcome = read_page(data, url="https://coast.example/a", settings=Settings())
    if isinstance(outcome, Rejected):
        return
    for lines in (False, True):
        source, kind = Input.from_bytes(data, "a.html"), formats()["html"]
        made = prepare(outcome, "0" * 16, source, kind, to="in", today="2026-11-28", zone=UTC, lines=lines)
        assert isinstance(made, Prepared), made
        article = parse(made.text.encode(), made.holding.path, UTC)
        assert article.body == outcome.article.body.strip("\n")
        assert article.title.split() == clean_text(outcome.article.title).split()


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=600), TEXT)
def test_bytes_of_any_kind_end(data: bytes, charset: str) -> None:
    read_page(data, charset=charset, settings=Settings())
    assert 0 <= recognises(data) <= 100
    assert not set(decode(data, charset)) & set(map(chr, range(9)))


@given(TEXT, st.lists(TEXT, max_size=4))
def test_a_headline_is_never_lost(title: str, stated: list[str]) -> None:
    found = choose_headline(stated, [], title, ["The Coast"])
    assert bool(found) == any((title, *stated))


@given(TEXT)
def test_names_and_dates_of_any_text_end(text: str) -> None:
    assert all(name.strip() for name in names_in(text))
    date_of(text, UTC)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1))
def test_utf8_text_is_read_as_it_is(text: str) -> None:
    assert decode(text.encode() + "é".encode(), "iso-8859-1") in (text + "é", text.removeprefix("\ufeff") + "é")
