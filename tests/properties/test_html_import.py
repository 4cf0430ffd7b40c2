"""Whatever the bytes, a page ends as an article that loads or as one line that says why not."""

from __future__ import annotations

from datetime import UTC

from hypothesis import given, settings
from hypothesis import strategies as st

from backissue.importers.html import read_page, recognises
from backissue.importers.outcomes import Imported, Settings
from backissue.importers.pages.bylines import names_in
from backissue.importers.pages.dating import date_of
from backissue.importers.pages.decoding import decode
from backissue.importers.pages.headlines import choose_headline

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
