"""The front page: its lead, its sections, other years; all of it by what the archive holds."""

from __future__ import annotations

import msgspec
import pytest
from tests.editions import dated, edition, pages

from backissue.article import Article, Image
from backissue.config import Site
from backissue.views import HomeView


def home(articles: dict[str, Article], **settings: object) -> HomeView:
    planned = edition(articles, Site(**settings), {"p.png": b"1234"})  # type: ignore[arg-type]
    return msgspec.msgpack.decode(pages(planned)["index.html"].view(), type=HomeView)


def titles(cards: tuple) -> list[str]:
    return [card.title for card in cards]


def of_days(*days: str, **front: object) -> dict[str, Article]:
    """An article a day, called by it."""
    return {f"{day}.md": Article(title=day, date=dated(day), **front) for day in days}  # type: ignore[arg-type]


def test_the_lead_is_the_newest_of_the_large_ones_with_a_picture() -> None:
    articles = of_days(*(f"2001-01-{day:02}" for day in range(1, 10)))
    assert titles(home(articles).cards)[:3] == ["2001-01-09", "2001-01-08", "2001-01-07"]
    for name in ("2001-01-07.md", "2001-01-05.md", "2001-01-01.md"):
        articles[name] = msgspec.structs.replace(articles[name], image=Image("p.png"))
    assert titles(home(articles).cards)[:4] == ["2001-01-07", "2001-01-09", "2001-01-08", "2001-01-06"]
    del articles["2001-01-07.md"], articles["2001-01-05.md"]
    # The next one with a picture is not among the large ones.
    assert titles(home(articles).cards)[0] == "2001-01-09"


def test_large_sections_have_a_place_of_their_own_below_the_newest() -> None:
    articles = of_days(*(f"2001-01-{day:02}" for day in range(1, 13)), section="Town")
    articles |= of_days(*(f"2000-01-{day:02}" for day in range(1, 4)), section="Sea")
    articles |= of_days("1999-01-01", "1999-01-02", section="Few")
    view = home(articles, home_size=9)
    assert [(front.section.name, len(front.cards)) for front in view.fronts] == [("Town", 4), ("Sea", 3)]
    assert titles(view.fronts[0].cards) == ["2001-01-06", "2001-01-05", "2001-01-04", "2001-01-03"]
    # Nothing stands there twice: 6 to 4 January are among the nine newest.
    assert titles(view.cards) == [f"2001-01-{day:02}" for day in (12, 11, 10, 9, 8, 7)]


@pytest.mark.parametrize(
    ("days", "day", "others"),
    [
        (("1953-02-01", "1960-02-01", "1961-02-02", "1999-02-01"), "02-01", ["1953-02-01", "1960-02-01"]),
        (("1953-02-03", "1960-02-01", "1961-05-02", "1999-02-02"), "02", ["1953-02-03", "1960-02-01"]),
        (("1953-02-03", "1953-02", "1999-02"), "02", ["1953-02"]),
        (("1953-03-02", "1999-02-02"), "", []),
        (("1999-02-02",), "", []),
        (("1953-02-02", "1999"), "", []),
        (("1999",), "", []),
        (("",), "", []),
        ((), "", []),
    ],
)
def test_other_years_are_seen_from_the_day_of_the_newest_article(
    days: tuple[str, ...], day: str, others: list[str]
) -> None:
    articles = {f"{name}.md": Article(title=name or "none", date=dated(name)) for name in days}
    # So many newer ones of the same day that none of the others is among the large ones.
    newest = max((name for name in days if len(name) > 4), default="")
    articles |= {f"{n}.md": Article(title=newest, slug=f"n{n}", date=dated(newest)) for n in range(5) if newest}
    view = home(articles)
    assert (view.day, titles(view.others)) == (day, others)


def test_of_many_years_some_are_shown_that_span_them_all() -> None:
    articles = of_days(*(f"{year}-02-01" for year in range(1900, 2001)))
    view = home(articles, home_size=3)
    assert titles(view.others) == ["1900-02-01", "1932-02-01", "1965-02-01", "1997-02-01"]
