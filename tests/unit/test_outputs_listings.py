from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest
from tests.editions import URL, dated, edition, pages, sheaves

from backissue.article import Article, Named
from backissue.config import FeedSettings, Site
from backissue.documents import formats
from backissue.outputs import sitemaps
from backissue.plan import Edition, Page
from backissue.theme import VIEWS
from backissue.views import CalendarView, FeedView, HomeView, ListView, SitemapIndexView, SitemapView, YearView


def planned(articles: Mapping[str, Article], **settings: Any) -> Edition:
    return edition(articles, Site(**{"url": URL, **settings}))


def views(planned_: Edition) -> dict[str, Any]:
    """Every page's view, read as its template is given it."""
    return {path: read(page) for path, page in pages(planned_).items()}


def read(page: Page) -> Any:
    if page.template in VIEWS:
        return msgspec.msgpack.decode(page.view(), type=VIEWS[page.template])
    return formats()[page.template].decode(page.view())


def days(count: int, year: int = 1953, **other: Any) -> dict[str, Article]:
    return {
        f"{year}-{n}.md": Article(title=f"T{year} {n}", date=dated(f"{year}-02-{n + 1:02}"), **other)
        for n in range(count)
    }


def titles(view: ListView) -> list[str]:
    return [card.title for card in view.cards]


def test_a_short_list_has_one_page() -> None:
    found = views(planned(days(2, tags=("Sea",)), page_size=3))
    front = found["tags/sea/index.html"]
    assert titles(front) == ["T1953 1", "T1953 0"]
    assert (front.number, front.pages, front.older, front.total) == (0, 0, "", 2)
    assert not any(path.startswith("tags/sea/page/") for path in found)
    assert [mark.path for mark in front.years] == [""]


def test_numbered_pages_are_counted_from_the_oldest() -> None:
    found = views(planned({**days(4, 1953, tags=("Sea",)), **days(3, 1960, tags=("Sea",))}, page_size=3))
    front = found["tags/sea/index.html"]
    assert titles(front) == ["T1960 2", "T1960 1", "T1960 0"]
    assert (front.pages, front.total, front.older, front.newer) == (3, 7, "tags/sea/page/2.html", "")
    assert [(mark.year, mark.count, mark.path) for mark in front.years] == [
        ("1953", 4, "tags/sea/page/1.html"), ("1960", 3, "tags/sea/page/2.html"),
    ]  # fmt: skip
    first, second, third = (found[f"tags/sea/page/{number}.html"] for number in (1, 2, 3))
    assert titles(first) == ["T1953 2", "T1953 1", "T1953 0"]
    assert titles(second) == ["T1960 1", "T1960 0", "T1953 3"]
    assert titles(third) == ["T1960 2"]
    assert (first.older, first.newer) == ("", "tags/sea/page/2.html")
    assert (second.older, second.newer) == ("tags/sea/page/1.html", "tags/sea/page/3.html")
    assert (third.older, third.newer) == ("tags/sea/page/2.html", "")
    assert (first.total, first.years, first.path) == (0, (), "tags/sea/index.html")


@pytest.mark.parametrize("count", range(1, 10))
def test_a_full_page_never_changes(count: int) -> None:
    """A page that is full, with its link to the newer page, is what it is, however many articles come."""
    before = pages(planned(days(count, tags=("Sea",)), page_size=3))
    after = pages(planned(days(count + 5, tags=("Sea",)), page_size=3))
    for number in range(1, count // 3 + 1):
        path = f"tags/sea/page/{number}.html"
        assert before[path].key == after[path].key
    reachable = {before_ for before_ in before if before_.startswith("tags/sea/page/")}
    assert len(reachable) == (count // 3 + 1 if count >= 3 else 0)


def test_months_know_their_neighbours_whatever_lies_between() -> None:
    articles = {
        "a.md": Article(title="A", date=dated("1953-01-01")),
        "b.md": Article(title="B", date=dated("1953")),
        "c.md": Article(title="C", date=dated("1954-07")),
        "d.md": Article(title="D", date=dated("1955-01-01"), copy_of="a.md"),
        "e.md": Article(title="E"),
    }
    found = views(planned(articles))
    january, july, year = (found[f"{path}/index.html"] for path in ("1953/01", "1954/07", "1953/undated"))
    assert (january.kind, january.period, january.previous, january.next) == (
        "month",
        "1953-01",
        "",
        "1954/07/index.html",
    )
    assert (july.previous, july.next) == ("1953/01/index.html", "")
    assert (year.kind, year.period, year.previous, year.next) == ("year", "1953", "", "")
    assert (found["undated/index.html"].kind, titles(found["undated/index.html"])) == ("undated", ["E"])
    assert "1955/01/index.html" not in found


def test_the_calendar_and_its_years() -> None:
    articles = {
        **days(7),
        "y.md": Article(title="Year", date=dated("1953")),
        "z.md": Article(title="Old", date=dated("1936-12")),
        "u.md": Article(title="Undated"),
    }
    found = views(planned(articles))
    calendar: CalendarView = found["calendar/index.html"]
    assert [(row.year, row.count, row.months[1], row.months[11], row.unplaced) for row in calendar.years] == [
        ("1953", 8, 7, 0, 1), ("1936", 1, 0, 1, 0),
    ]  # fmt: skip
    assert (calendar.undated, calendar.undated_path, calendar.total) == (1, "undated/index.html", 10)
    year: YearView = found["1953/index.html"]
    (february,) = year.months
    assert (february.month, february.count, february.path) == ("02", 7, "1953/02/index.html")
    assert [link.title for link in february.headlines] == [f"T1953 {number}" for number in (6, 5, 4, 3, 2)]
    assert [(day.day, day.count, day.path) for day in february.days] == [
        (n, 1, f"1953/02/index.html#d{n:02}") for n in range(1, 8)
    ]
    assert ([card.title for card in year.cards], year.unplaced, year.unplaced_path) == (
        ["Year"], 1, "1953/undated/index.html",
    )  # fmt: skip
    assert (year.count, year.previous, year.next) == (8, "1936/index.html", "")
    assert found["1936/index.html"].next == "1953/index.html"


def test_an_empty_archive_has_its_pages() -> None:
    found = views(planned({}))
    calendar: CalendarView = found["calendar/index.html"]
    home: HomeView = found["index.html"]
    assert (calendar.years, calendar.undated, calendar.undated_path) == ((), 0, "")
    assert (home.cards, home.total, home.tags) == ((), 0, ())
    assert {"404.html", "tags/index.html", "authors/index.html", "sources/index.html", "sections/index.html"} <= set(
        found
    )


def test_the_front_page() -> None:
    articles = {**days(3, tags=("Sea",), section="Town"), "u.md": Article(title="U", tags=("Air", "Sea"))}
    home: HomeView = views(planned(articles, home_size=2, about="Us"))["index.html"]
    assert [card.title for card in home.cards] == ["T1953 2", "T1953 1"]
    assert [(term.name, term.count, term.first, term.last) for term in home.tags] == [
        ("Air", 1, "", ""), ("Sea", 4, "1953", "1953"),
    ]  # fmt: skip
    assert (home.about, home.total, home.undated, [term.name for term in home.sections]) == ("Us", 4, 1, ["Town"])


def test_feeds_hold_the_newest_dated_articles() -> None:
    articles = {
        **days(4, tags=("Sea",)),
        "u.md": Article(title="U", tags=("Sea", "Unknown")),
        "c.md": Article(title="Changed", date=dated("1990"), updated=dated("2001-01"), authors=(Named("Ann"),)),
    }
    found = views(planned(articles, feeds=FeedSettings(lists=("tags",), size=3)))
    feed: FeedView = found["feed.xml"]
    assert [(card.title, card.changed) for card in feed.cards] == [
        ("Changed", "2001-01"), ("T1953 3", "1953-02-04"), ("T1953 2", "1953-02-03"),
    ]  # fmt: skip
    assert (feed.term, feed.page) == (None, "index.html")
    sea: FeedView = found["tags/sea/feed.xml"]
    assert [card.title for card in sea.cards] == ["T1953 3", "T1953 2", "T1953 1"]
    assert sea.term is not None
    assert (sea.term.name, sea.page) == ("Sea", "tags/sea/index.html")
    feeds = {path for path in found if path.endswith("feed.xml")} - {"corrections/feed.xml"}
    assert feeds == {"feed.xml", "tags/sea/feed.xml", "tags/unknown/feed.xml"}
    assert found["tags/unknown/feed.xml"].cards == ()  # it may have had some
    assert msgspec.structs.asdict(found["tags/sea/feed.json"]) == msgspec.structs.asdict(sea)
    assert found["tags/sea/index.html"].feeds == ("tags/sea/feed.xml", "tags/sea/feed.json")
    assert found["authors/ann/index.html"].feeds == ()


def test_without_an_address_there_are_neither_feeds_nor_sitemaps() -> None:
    found = pages(planned(days(2, tags=("Sea",)), url=""))
    assert not [path for path in found if path.endswith((".xml", "feed.json"))]
    assert b"Sitemap" not in found["robots.txt"].view()


def test_sitemaps_are_split(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "MOST", 2)
    articles = {
        **days(5),
        "c.md": Article(title="Copy", date=dated("1953-02-01"), copy_of="1953-0.md"),
        "t.md": Article(title="Time", date=dated("1960-01-01T10:00:00.5-00:01:15"), updated=dated("1961")),
        "z.md": Article(title="Zone", date=dated("1840-01-01T10:00:00.5-00:01:15")),
        "u.md": Article(title="U"),
    }
    found = views(planned(articles))
    index: SitemapIndexView = found["sitemap.xml"]
    assert [file for file in index.files if "lists" not in file] == [
        "sitemap-undated.xml", "sitemap-1840.xml", "sitemap-1840-1.xml", "sitemap-1953.xml", "sitemap-1953-1.xml",
        "sitemap-1953-2.xml", "sitemap-1953-3.xml", "sitemap-1960.xml", "sitemap-1960-1.xml",
    ]  # fmt: skip
    assert {path for path in found if path.startswith("sitemap-")} == set(index.files)
    maps: list[SitemapView] = [found[file] for file in index.files]
    assert all(0 < len(view.urls) <= 2 for view in maps)
    urls = [url for view in maps for url in view.urls]
    assert len(urls) == len(set(urls))
    days_of = dict(urls)
    assert days_of["1953/02/t1953-4.html"] == "1953-02-05"
    assert days_of["1840/01/zone.html"] == "1840-01-01"  # a day: the offset of old times has seconds, which XML has not
    assert days_of["1960/01/time.html"] == days_of["undated/u.html"] == ""  # no day is known
    assert not any(path.startswith("copies/") for path in days_of)
    assert {"index.html", "calendar/index.html", "tags/index.html", "1953/index.html", "1953/02/index.html"} <= set(
        days_of
    )


def test_files_that_articles_show_are_copied_once() -> None:
    articles = {
        "a.md": Article(title="A", date=dated("1953"), body="![x](p.png) [y](my%20map.pdf)"),
        "b.md": Article(title="B", date=dated("1954"), body="![x](p.png)"),
    }
    files = {"p.png": b"1", "my map.pdf": b"2", "unused.png": b"3"}
    one = pages(edition(articles, files=files))
    assert {path for path in one if path.startswith("media/")} == {"media/p.png", "media/my map.pdf"}
    assert one["assets/style.css"].template == "copy"
    other = pages(edition(articles, files={**files, "p.png": b"2"}))
    assert one["media/p.png"].key != other["media/p.png"].key
    assert one["1953/a.html"].key == other["1953/a.html"].key


def test_every_output_has_its_sheaves() -> None:
    names = {name.partition(":")[0] for name in sheaves(planned(days(2, tags=("Sea",))))}
    assert names >= {
        "articles",
        "list",
        "year",
        "calendar",
        "feed",
        "assets",
        "home",
        "404",
        "sitemap",
        "sitemaps",
        "terms",
    }


def test_a_day_leads_to_the_page_of_its_month_that_shows_it() -> None:
    articles = {
        **days(3),  # the first three of February
        "more.md": Article(title="More", date=dated("1953-02-03T10:00:00+00:00")),
        "month.md": Article(title="Month", date=dated("1953-02")),
        "last.md": Article(title="Last", date=dated("1953-02-28")),
    }
    found = views(planned(articles, page_size=2))
    (february,) = found["1953/index.html"].months
    assert [(day.day, day.count, day.path) for day in february.days] == [
        (1, 1, "1953/02/page/1.html#d01"), (2, 1, "1953/02/page/2.html#d02"), (3, 2, "1953/02/index.html#d03"),
        (28, 1, "1953/02/index.html#d28"),
    ]  # fmt: skip
    for day in february.days:
        shown = found[day.path.partition("#")[0]].cards
        assert f"1953-02-{day.day:02}" in [card.date[:10] for card in shown]


def test_a_list_s_picture_spans_whole_decades_of_the_archive() -> None:
    articles = {**days(1, 1953, tags=("Sea",)), "n.md": Article(title="N", date=dated("1961"))}
    front = views(planned(articles))["tags/sea/index.html"]
    assert (front.since, front.until) == ("1950", "1969")
    later = {**articles, "m.md": Article(title="M", date=dated("1969"))}
    path = "tags/sea/index.html"
    assert pages(planned(articles))[path].key == pages(planned(later))[path].key
