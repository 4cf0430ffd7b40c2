from __future__ import annotations

from collections.abc import Mapping

import msgspec
from tests.editions import URL, dated, edition, pages, sheaves

from backissue.article import Article, Named
from backissue.config import Site
from backissue.gaps import Gap
from backissue.views import StatisticsView

COURIER, HERALD = Named("The Courier"), Named("The Herald")
ARTICLES = {
    "a.md": Article(title="A", date=dated("1953-02-01"), source=COURIER, section="Town", body="word " * 300),
    "b.md": Article(title="B", date=dated("1953-02-01"), source=COURIER, lang="de", body="word " * 100),
    "c.md": Article(title="C", date=dated("1953-04"), source=HERALD, body="word " * 5_000),
    "d.md": Article(title="D", date=dated("1960"), source=COURIER),
    "e.md": Article(title="E", source=HERALD, body="word"),
    "f.md": Article(title="F", date=dated("1953-02-02"), copy_of="a.md"),  # stands in no list, so it is not counted
}


def figures(articles: Mapping[str, Article]) -> StatisticsView:
    page = pages(edition(articles))["statistics/index.html"]
    return msgspec.msgpack.decode(page.view(), type=StatisticsView)


def test_the_archive_in_figures() -> None:
    found = figures(ARTICLES)
    assert (found.total, found.thousands, found.undated) == (5, 5, 1)
    assert found.known == (2, 1, 1, 1)
    assert found.lengths == (1, 1, 1, 1, 0, 0, 0, 1)
    assert [(mark.year, mark.count) for mark in found.means] == [("1953", 1800)]
    assert found.languages == (("en", 4), ("de", 1))
    assert [(term.name, term.count) for term in found.sections] == [("Town", 1)]
    assert [(tally.term.name, tally.term.count, tally.gap) for tally in found.sources] == [
        ("The Courier", 3, Gap("1953-02-02", "1959-12-31", 2524)), ("The Herald", 2, None),
    ]  # fmt: skip
    assert found.gaps[:2] == (Gap("1953-05-01", "1959-12-31", 2436), Gap("1953-02-02", "1953-03-31", 58))
    assert [(row.year, row.count) for row in found.years] == [("1960", 1), ("1953", 3)]


def test_an_empty_archive_has_figures_too() -> None:
    found = figures({})
    assert (found.total, found.known, sum(found.lengths), found.gaps, found.sources) == (0, (0, 0, 0, 0), 0, (), ())


def test_a_word_makes_no_page_anew_and_a_day_does() -> None:
    def key(**changed: Article) -> bytes:
        articles = {**ARTICLES, **{f"{name}.md": article for name, article in changed.items()}}
        return pages(edition(articles))["statistics/index.html"].key

    word = Article(title="A", date=dated("1953-02-01"), source=COURIER, section="Town", body="word " * 301)
    day = Article(title="A", date=dated("1953-02-03"), source=COURIER, section="Town", body="word " * 300)
    assert key(a=word) == key()
    assert key(a=day) != key()


def test_a_title_is_not_looked_at() -> None:
    other = {**ARTICLES, "e.md": Article(title="Other", source=HERALD, body="word", slug="e")}
    assert pages(edition(ARTICLES))["statistics/index.html"].key == pages(edition(other))["statistics/index.html"].key
    assert "statistics" in sheaves(edition(ARTICLES))


def test_a_site_may_do_without_figures() -> None:
    found = pages(edition(ARTICLES, Site(url=URL, statistics=False)))
    assert not [path for path in found if "statistics" in path]
    for path in ("index.html", "calendar/index.html", "sitemap-lists.xml"):
        assert b"statistics" not in found[path].view()
        assert b"statistics/" in pages(edition(ARTICLES))[path].view()
