from __future__ import annotations

import msgspec
import pytest
from tests.editions import dated, edition, pages

from backissue.article import Article
from backissue.outputs import terms
from backissue.views import TermIndexView


def archive(names: list[str]) -> dict[str, Article]:
    return {f"{n}.md": Article(title=str(n), date=dated("1953"), tags=(name,)) for n, name in enumerate(names)}


def views(articles: dict[str, Article]) -> dict[str, TermIndexView]:
    return {
        path: msgspec.msgpack.decode(page.view(), type=TermIndexView)
        for path, page in pages(edition(articles)).items()
        if page.template == "terms.html"
    }


NAMES = ["walls", "Water", "Apples", "élan", "новости", "海", "9 lives", "🙂"]


def test_an_index_on_one_page() -> None:
    index = views(archive(NAMES))["tags/index.html"]
    assert [(group.initial, [term.name for term in group.terms]) for group in index.groups] == [
        ("A", ["Apples"]), ("E", ["élan"]), ("W", ["walls", "Water"]), ("Н", ["новости"]), ("漢字", ["海"]),
        ("0–9", ["9 lives"]), ("#", ["🙂"]),
    ]  # fmt: skip
    assert (index.total, index.letters, index.letter) == (8, (), "")


def test_a_large_index_is_split_by_initial(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terms, "ON_ONE_PAGE", 7)
    found = views(archive(NAMES))
    front = found["tags/index.html"]
    assert (front.groups, front.total, [letter.count for letter in front.letters]) == ((), 8, [1, 1, 2, 1, 1, 1, 1])
    for letter in front.letters:
        page = found[letter.path]
        (group,) = page.groups
        assert (page.letter, group.initial, len(group.terms)) == (letter.initial, letter.initial, letter.count)
        assert [way.path for way in page.letters] == [way.path for way in front.letters]
        assert not any(way.count for way in page.letters)  # the count of one would make all pages new
    assert sum(path.startswith("tags/page/") for path in found) == 7
    assert [term.name for term in front.top][:2] == ["9 lives", "🙂"]  # all have one article, so by their paths
    assert "authors/page/1.html" not in found


def test_years_that_a_term_spans() -> None:
    articles = {
        "a.md": Article(title="A", tags=("Sea", "Unknown")),
        "b.md": Article(title="B", date=dated("1953-02"), tags=("Sea",)),
        "c.md": Article(title="C", date=dated("1999"), tags=("Sea",)),
    }
    (group, other) = views(articles)["tags/index.html"].groups
    assert [(term.name, term.count, term.first, term.last) for term in (*group.terms, *other.terms)] == [
        ("Sea", 3, "1953", "1999"), ("Unknown", 1, "", ""),
    ]  # fmt: skip


def test_a_heading_of_very_many_is_split_where_second_letters_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terms, "ON_ONE_PAGE", 3)
    names = ["Sabel", "Sachs", "Sand", "Seal", "Sea", "Snow", "Új", "Üst", "новости", "9 lives"]
    found = views(archive(names))
    front = found["tags/index.html"]
    assert [(letter.initial, letter.path, letter.count) for letter in front.letters] == [
        ("Sa", "tags/page/s-1.html", 3), ("Se–Sn", "tags/page/s-2.html", 3), ("U", "tags/page/u.html", 2),
        ("Н", "tags/page/u041d.html", 1), ("0–9", "tags/page/0-9.html", 1),
    ]  # fmt: skip
    assert [term.name for term in found["tags/page/s-2.html"].groups[0].terms] == ["Sea", "Seal", "Snow"]
    more = views(archive([*names, "Szabo"]))  # begins a part of its own: those that were there stay as they are
    assert more["tags/page/s-1.html"].groups == found["tags/page/s-1.html"].groups
    assert more["tags/page/s-3.html"].letter == "Sz"


def test_a_large_index_changes_only_the_page_of_the_term_that_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terms, "ON_ONE_PAGE", 3)
    before = archive(NAMES)
    after = {**before, "more.md": Article(title="More", date=dated("1953"), tags=("Apples",))}
    one, other = pages(edition(before)), pages(edition(after))
    changed = {path for path in one if path.startswith("tags/") and one[path].key != other[path].key}
    assert {path for path in changed if one[path].template == "terms.html"} == {"tags/index.html", "tags/page/a.html"}
    monkeypatch.setattr(terms, "TOP", 1)
    walls = {"w.md": Article(title="Wall", date=dated("1953"), tags=("walls",))}
    apples = {f"{n}.md": Article(title=f"More {n}", date=dated("1953"), tags=("Apples",)) for n in "ab"}
    one, other = pages(edition({**before, **apples})), pages(edition({**before, **apples, **walls}))
    assert one["tags/index.html"].key == other["tags/index.html"].key  # only what it shows


def test_a_term_with_enough_articles_has_a_picture_of_the_archive_s_years() -> None:
    years = ["1950", "1953", "1953", "1953", "1954"]
    articles = {f"{n}.md": Article(title=f"T{n}", date=dated(year), tags=("Sea",)) for n, year in enumerate(years)}
    articles["late.md"] = Article(title="Late", date=dated("1956"), tags=("Air",))
    index = views(articles)["tags/index.html"]
    assert (index.since, index.until, index.step) == (1950, 1956, 1)
    assert {term.name: term.counts for group in index.groups for term in group.terms} == {
        "Sea": (1, 0, 0, 3, 1, 0, 0), "Air": (),
    }  # fmt: skip
    articles["old.md"] = Article(title="Old", date=dated("1850"), tags=("Sea",))
    index = views(articles)["tags/index.html"]
    (sea,) = [term for group in index.groups for term in group.terms if term.name == "Sea"]
    assert (index.since, index.step, len(sea.counts), sum(sea.counts)) == (1850, 4, 27, 6)
