from __future__ import annotations

import msgspec
import pytest
from tests.editions import dated, edition, pages

from backissue.article import Article
from backissue.outputs import terms
from backissue.outputs.terms import initial_of, sort_name
from backissue.views import TermIndexView


@pytest.mark.parametrize(
    ("name", "initial"),
    [
        ("harbour", "H"),
        ("Élysée", "E"),
        ("ärger", "A"),
        ("ßberg", "S"),
        ("ﬁnance", "F"),
        ("Ａ１", "A"),
        ("«Quoted»", "Q"),
        ("новости", "Н"),
        ("ёлка", "Е"),
        ("الميناء", "ا"),
        ("آثار", "ا"),
        ("תורה", "ת"),
        ("ελιά", "Ε"),
        ("海", "漢字"),
        ("かな", "かな"),
        ("カナ", "かな"),
        ("ｶﾅ", "かな"),
        ("한글", "한글"),
        ("1953 flood", "0–9"),
        ("٣", "0–9"),
        ("½", "0–9"),
        ("🙂", "#"),
        ("🙂 smile", "S"),
        ("!!", "#"),
        ("", "#"),
    ],
)
def test_initials(name: str, initial: str) -> None:
    assert initial_of(name) == initial


def test_names_are_ordered_blind_to_case_and_accents() -> None:
    assert sorted(["Zoo", "élan", "eel", "Ember", "Äsche"], key=sort_name) == ["Äsche", "eel", "élan", "Ember", "Zoo"]


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
        ("#", ["🙂"]), ("0–9", ["9 lives"]),
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
        assert page.letters == front.letters
    assert sum(path.startswith("tags/page/") for path in found) == 7
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
