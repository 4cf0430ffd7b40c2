from __future__ import annotations

import pytest
from tests.editions import dated, edition

from backissue import together
from backissue.article import Article, Named
from backissue.plan import Edition
from backissue.terms import Term


def article(date: str, title: str, *tags: str, author: str = "") -> Article:
    return Article(title=title, date=dated(date), tags=tags, authors=(Named(author),) if author else ())


def archive(*groups: tuple[int, str, tuple[str, ...], str]) -> dict[str, Article]:
    """So many articles of a date with these tags and this author; and one of a later year, which is not whole."""
    found = {"last.md": article("2000-01-01", "Last", "Sea", "Newest")}
    for group, (many, date, tags, author) in enumerate(groups):
        for n in range(many):
            found[f"{group}-{n}.md"] = article(date, f"T{group} {n}", *tags, author=author)
    return found


def beside(planned: Edition, key: str) -> list[tuple[Term, int]]:
    term = planned.archive.terms[key]
    return planned.together.of(term, planned.archive.articles(term))


def of(articles: dict[str, Article], key: str) -> list[tuple[str, int]]:
    return [(term.ref.name, both) for term, both in beside(edition(articles), key)]


APART = (
    (4, "1990-01-01", ("Sea", "Wall"), "Ann"),
    (4, "1991", ("Sea", "Town"), "Bo"),
    (8, "1991-02", ("Town",), "Bo"),
    (8, "1992-03-01", ("Trade",), ""),
)


def test_what_stands_together_more_often_than_by_chance() -> None:
    # Of 24 articles 8 have Sea and 4 Wall: by chance 1.33 had both, and 4 have. With Town it may be chance.
    assert of(archive(*APART), "tags:sea") == [("Wall", 4)]
    assert of(archive(*APART), "tags:wall") == [("Sea", 4)]
    assert of(archive(*APART), "tags:trade") == []
    assert of(archive(*APART), "authors:ann") == [("Wall", 4), ("Sea", 4)]  # Wall is Ann's alone, so it comes first
    assert of(archive(*APART), "authors:bo") == [("Town", 12)]


def test_few_articles_may_be_chance() -> None:
    assert of(archive((2, "1990", ("Sea", "Wall"), ""), (20, "1991", (), "")), "tags:sea") == []
    assert of(archive((3, "1990", ("Sea", "Wall"), ""), (20, "1991", (), "")), "tags:sea") == [("Wall", 3)]


def test_only_whole_years_count() -> None:
    newest = archive((9, "2000-02-01", ("Sea", "Wall"), ""), (20, "1991", (), ""))
    assert of(newest, "tags:sea") == []
    undated = archive((9, "", ("Sea", "Wall"), ""), (20, "1991", (), ""))
    assert of(undated, "tags:sea") == []
    one_year = {"a.md": article("1953", "A", "Sea", "Wall")}
    assert of(one_year, "tags:sea") == of({"a.md": article("", "A", "Sea")}, "tags:sea") == []


def test_what_stands_for_all_holds_still_while_the_archive_goes_on() -> None:
    before = archive(*APART)
    after = {**before, "more.md": article("2000-05-01", "More", "Sea", "Wall", "Trade")}
    assert edition(before).together.digest == edition(after).together.digest
    old = {**before, "more.md": article("1990-05-01", "More", "Sea")}
    assert edition(before).together.digest != edition(old).together.digest


def test_what_stands_for_all_knows_whose_tags_they_are() -> None:
    """Two articles change places and tags: the same positions have the same tags, but not the same authors."""
    rest = archive(*APART)
    one = {**rest, "a.md": article("1990-03-01", "A", "Wall", author="Ann"), "b.md": article("1990-03-02", "B")}
    other = {**rest, "a.md": article("1990-03-01", "A", author="Ann"), "b.md": article("1990-02-28", "B", "Wall")}
    assert edition(one).together.digest != edition(other).together.digest


def test_at_most_so_many_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "MOST", 2)
    many = archive((3, "1990", ("A", "B", "C", "D"), ""), (50, "1991", (), ""))
    assert of(many, "tags:a") == [("B", 3), ("C", 3)]  # of equals the first by name


def test_what_was_worked_out_is_recalled_for_the_same_years_only(monkeypatch: pytest.MonkeyPatch) -> None:
    first = edition(archive(*APART))
    found = beside(first, "tags:sea")
    kept = first.together.encoded()
    monkeypatch.setattr(together.Together, "_work_out", lambda *_args: [("tags:wall", 99)])
    again = edition(archive(*APART))
    again.together.recall(kept)
    assert [(other.key, both) for other, both in beside(again, "tags:sea")] == [
        (other.key, both) for other, both in found
    ]
    for none in (None, kept):
        changed = edition({**archive(*APART), "more.md": article("1990-05-01", "More", "Sea")})
        changed.together.recall(none)
        assert [both for _other, both in beside(changed, "tags:sea")] == [99]
