"""A page's key stands for its view, and a sheaf's for its pages (design, "The way the data flows")."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import hypothesis.strategies as st
import msgspec
import pytest
from hypothesis import given, settings
from tests.editions import URL, dated, edition, pages, sheaves

from backissue import together
from backissue.article import Article, Correction, Image, Named, Related
from backissue.config import CitationSettings, FeedSettings, Site
from backissue.plan import Edition, Page


@pytest.fixture(autouse=True, scope="module")
def _all_that_stands_together_is_shown() -> Iterator[None]:
    """With so few articles, else nothing would stand together often enough."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(together, "FLOOR", 1)
        patch.setattr(together, "LIFT", 0)
        yield


NAMES = ["a.md", "b.md", "x/a.md", "x/c.md", "lines.jsonl:1", "lines.jsonl:2", "lines.jsonl:3"]
WORDS = ["Sea", "sea", "Séa", "C", "C++", "🙂", "海"]
BODIES = [
    "Water rose.",
    "Walls held.\n\n[see](b.md) ![p](p.png)",
    "[x](/1953/02/flood.html) [y](https://elsewhere.example/story)",
    "[gone](gone.pdf)",
]
FILES = {"p.png": b"one", "x/p.png": b"two"}

articles = st.builds(
    Article,
    title=st.sampled_from(["Flood", "Walls", "Index", "حديقة", "🙂"]),
    date=st.sampled_from(["1953-02-01", "1953-02-03", "1953-02", "1953", "2001-01-01T10:00:00+00:00", ""]).map(dated),
    updated=st.sampled_from(["", "2002-01"]).map(dated),
    authors=st.lists(st.sampled_from(["Ann", "ann", "Bo"]).map(Named), max_size=2, unique=True).map(tuple),
    source=st.sampled_from([None, Named("The Courier"), Named("the courier", "https://elsewhere.example/")]),
    source_url=st.sampled_from(["", "https://elsewhere.example/story", "http://[broken/"]),
    tags=st.lists(st.sampled_from(WORDS), max_size=3, unique=True).map(tuple),
    section=st.sampled_from(["", "Town"]),
    lang=st.sampled_from(["", "ar"]),
    image=st.sampled_from([None, Image("p.png", "A pier"), Image("https://elsewhere.example/p.png")]),
    status=st.sampled_from(["published", "published", "retracted", "withdrawn"]),
    corrections=st.sampled_from([(), (Correction("Not Monday."),)]),
    aliases=st.sampled_from([(), ("/old/address.html",)]),
    related=st.lists(
        st.sampled_from([Related("Flood"), Related("", "b.md"), Related("Walls", "/old/address.html")]), max_size=2
    ).map(tuple),
    draft=st.sampled_from([False, False, False, True]),
    copy_of=st.sampled_from(["", "", "", "a.md", "x/a.md"]),
    version_of=st.sampled_from(["", "", "", "b.md"]),
    body=st.sampled_from(BODIES),
)
archives = st.dictionaries(st.sampled_from(NAMES), articles, max_size=len(NAMES))
changes = st.one_of(
    st.just({}),
    st.fixed_dictionaries({}, optional={name: st.none() | articles for name in NAMES}),
)
sites = st.builds(
    Site,
    statistics=st.sampled_from([True, True, False]),
    url=st.sampled_from([URL, URL, ""]),
    about=st.sampled_from(["", "Us"]),
    page_size=st.sampled_from([1, 2, 50]),
    home_size=st.sampled_from([1, 3]),
    feeds=st.sampled_from(
        [FeedSettings(), FeedSettings(lists=("authors", "tags"), size=1), FeedSettings(content="full")]
    ),
    json_twins=st.sampled_from([True, True, False]),
    citations=st.sampled_from([CitationSettings(), CitationSettings(lists=("tags", "months"), pages="all")]),
    news_sitemap=st.booleans(),
    tag_aliases=st.sampled_from([{}, {"c++": "Sea"}]),
    histories=st.sampled_from([True, True, False]),
)
files = st.sampled_from([FILES, {"p.png": b"other"}, {}])


MOVED = {
    "tags/ocean/index.html": "tags/sea/index.html",
    "tags/ocean/page/1.html": "tags/sea/index.html",
    "authors/cy/index.html": "authors/index.html",
    "1950/02/index.html": "calendar/index.html",
    "1953/02/page/9.html": "1953/02/index.html",
    "1953/02/former.html": "1953/02/flood.html",
    "1950/older.html": "1953/02/flood.html",
    "1953/02/former.versions.html": "1953/02/walls.versions.html",
    "1953/02/ended.versions.html": "1953/02/walls.html",
}
moves = st.sampled_from([{}, MOVED]) | st.dictionaries(st.sampled_from([*MOVED]), st.none()).map(
    lambda some: {path: MOVED[path] for path in some}
)


def text_at(place: list[Any]) -> tuple[int, bytes]:
    """Which text lies at a place."""
    _file, _line, _start, length, digest, *_ = place
    return length, digest


def said(page: Page) -> Any:
    """What a page's view says: not on which line of a file, or at which byte, an article's text lies."""
    view = msgspec.msgpack.decode(page.view())
    articles = []
    if page.template in ("article.html", "ninjs.json"):
        articles = [view]
    elif page.template in ("feed.xml", "feed.json"):
        articles = view[3]
    for article in articles:
        article[0] = text_at(article[0])
    versions = {"versions.html": view[1:2], "timemap": view[1:2], "changes.html": [view[4:]]}.get(page.template, [])
    for version in (version for some in versions for version in some):
        version[1] = text_at(version[1])
    return view


@st.composite
def edits(draw: st.DrawFn) -> tuple[Edition, Edition]:
    """An edition, and one after some edits."""
    before, change = draw(archives), draw(changes)
    after = {name: article for name, article in {**before, **change}.items() if article is not None}
    site, pictures = draw(sites), draw(files)
    again = draw(st.just(site) | sites)
    moved = draw(moves)
    return (
        edition(before, site, pictures, moved),
        edition(after, again, draw(st.just(pictures) | files), draw(st.just(moved) | moves)),
    )


@given(edits())
@settings(max_examples=150)
def test_equal_keys_mean_equal_views(both: tuple[Edition, Edition]) -> None:
    one, other = map(pages, both)
    for path in one.keys() & other.keys():
        if one[path].template == other[path].template and one[path].key == other[path].key:
            assert said(one[path]) == said(other[path]), path


@given(edits())
@settings(max_examples=100)
def test_equal_views_mean_equal_keys_so_nothing_is_rendered_in_vain(both: tuple[Edition, Edition]) -> None:
    one, other = map(pages, both)
    passed_over = {"copy", "year.html"}
    if both[0].site.tag_aliases != both[1].site.tag_aliases:
        # An article's digest stands for the lists that it is in too: these show whole articles without their lists.
        passed_over |= {"feed.xml", "feed.json", "timemap", "versions.html", "changes.html"}
    for path in one.keys() & other.keys():
        if one[path].template not in passed_over and said(one[path]) == said(other[path]):
            assert one[path].key == other[path].key, path


@given(edits())
@settings(max_examples=100)
def test_equal_keys_of_sheaves_mean_equal_pages(both: tuple[Edition, Edition]) -> None:
    one, other = map(sheaves, both)
    for name in one.keys() & other.keys():
        if one[name].key == other[name].key:
            first, second = (
                {(page.path, page.template, page.key) for page in sheaf.pages()} for sheaf in (one[name], other[name])
            )
            assert first == second, name


@given(archives, sites, moves)
@settings(max_examples=100)
def test_paths_are_unique_and_inside_the_site(archive: dict[str, Article], site: Site, moved: dict[str, str]) -> None:
    found = pages(edition(archive, site, FILES, moved))  # asserts that they are unique
    assert "index.html" in found
    assert len({path.casefold() for path in found}) == len(found)
    for path in found:
        assert not any(f"{path}/" == other[: len(path) + 1] for other in found), "a file where a folder is"
        assert path.isascii()
        assert "\\" not in path
        assert not {"", ".", ".."} & set(path.split("/"))


def far(title: str, date: str, slug: str) -> dict[str, Article]:
    """Three articles of which the first points to a headline, and the third, far from it, may have that headline."""
    return {
        "a.md": Article(title="Walls", date=dated("1950"), related=(Related("Flood"),)),
        "b.md": Article(title="Between", date=dated("1953")),
        "b2.md": Article(title="Between", date=dated("1945")),
        "c.md": Article(title=title, date=dated(date), slug=slug),
        "d.md": Article(title="Flood", date=dated("1940"), slug="old"),
    }


@pytest.mark.parametrize("change", [("Storm", "1960", "flood"), ("Flood", "1960", "other"), ("Flood", "1930", "flood")])
def test_what_is_meant_far_away_bears_on_a_sheaf(change: tuple[str, str, str]) -> None:
    before = far("Flood", "1942", "flood")
    one, other = sheaves(edition(before))["articles:1950"], sheaves(edition(far(*change)))["articles:1950"]
    assert {page.key for page in one.pages()} != {page.key for page in other.pages()}
    assert one.key != other.key
