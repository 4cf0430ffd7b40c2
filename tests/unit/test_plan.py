from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.editions import dated, edition, pages, sheaves

from backissue.article import Article
from backissue.entries import DIGEST_BYTES, Link, digest
from backissue.outputs.articles import TEMPLATE as ARTICLE
from backissue.plan import NIL, Strand
from backissue.views import ArticleView, TextView

ARTICLES = {
    f"{year}-{number}.md": Article(
        title=f"T{year} {number}", date=dated(f"{year}-0{month}-01"), tags=("Even",) if number % 2 == 0 else ()
    )
    for number, (year, month) in enumerate(
        [(1953, 1), (1953, 1), (1953, 1), (1953, 2), (1953, 2), (1960, 1), (1960, 9)]
    )
}
PLANNED = edition(ARTICLES)


@given(st.booleans(), st.integers(0, 9), st.integers(0, 9))
def test_a_strand_is_sliced_across_volumes(whole: bool, start: int, end: int) -> None:
    archive = PLANNED.archive
    if whole:
        strand = Strand(archive, range(archive.count))
    else:
        strand = Strand(archive, archive.articles(archive.terms["tags:even"]))
    everything = strand.ids(0, 99)
    assert len(everything) == (7 if whole else 4)
    assert strand.ids(start, end) == everything[start:end]
    cards = PLANNED.reader.cards(everything)
    assert strand.digests == b"".join(map(digest, cards))
    assert len(strand.digests) == DIGEST_BYTES * len(everything)


def test_an_edition_fetches_parts_by_place() -> None:
    spots = PLANNED.archive.newest(3)
    assert [link.title for link in PLANNED.links(spots)] == ["T1960 6", "T1960 5", "T1953 4"]
    assert PLANNED.link(None) is NIL
    assert [card.title for card in PLANNED.cards([PLANNED.id(spot) for spot in spots])] == [
        link.title for link in PLANNED.links(spots)
    ]
    assert PLANNED.spot_cards([]) == []


def test_links_of_other_volumes_are_fetched_together(monkeypatch: pytest.MonkeyPatch) -> None:
    months = {
        f"{month}-{number}.md": Article(title=f"T{month} {number}", date=dated(f"1953-0{month}-01"), tags=("A", "B"))
        for month in (1, 2, 3)
        for number in (1, 2)
    }
    months["other.md"] = Article(title="Other", date=dated("1953-02-02"), tags=("C",))
    months["last.md"] = Article(title="Last", date=dated("1953-03-02"), tags=("C",))
    planned = edition(months)
    asked: list[int] = []
    fetch = planned.reader.links

    def links(ids: Sequence[int]) -> list[bytes]:
        asked.append(len(ids))
        return fetch(ids)

    monkeypatch.setattr(planned.reader, "links", links)
    shown = [page.view() for sheaf in sheaves(planned).values() for page in sheaf.pages() if page.template == ARTICLE]
    assert len(shown) == len(months)
    # January's lead on to the first of February; February's, beside that of the month before, to two of March.
    assert asked == [1, 2]


def test_a_page_whose_key_is_of_its_view() -> None:
    one, same, other, elsewhere = (
        PLANNED.viewed("a.txt", template, TextView(text))
        for template, text in (("text", "a"), ("text", "a"), ("text", "b"), ("404.html", "a"))
    )
    assert one.key == same.key
    assert len({one.key, other.key, elsewhere.key}) == 3
    assert msgspec.msgpack.decode(one.view(), type=TextView) == TextView("a")


def test_an_articles_page_shows_its_neighbours() -> None:
    page = pages(PLANNED)["1953/02/t1953-3.html"]
    view = msgspec.msgpack.decode(page.view(), type=ArticleView)

    def title(link: Link | None) -> str:
        return link.title if link else ""

    assert (title(view.earlier), title(view.later), view.threads) == ("T1953 2", "T1953 4", ())
    even = msgspec.msgpack.decode(pages(PLANNED)["1953/02/t1953-4.html"].view(), type=ArticleView)
    ((term, earlier, later),) = [(thread.term, thread.earlier, thread.later) for thread in even.threads]
    assert (term.name, title(earlier), title(later)) == ("Even", "T1953 2", "T1960 6")


def test_sheaves_keep_their_names_and_keys_whatever_the_order_of_reading() -> None:
    other = edition(dict(reversed(ARTICLES.items())))
    assert {name: sheaf.key for name, sheaf in sheaves(PLANNED).items()} == {
        name: sheaf.key for name, sheaf in sheaves(other).items()
    }
