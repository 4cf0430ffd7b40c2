"""Two texts compared: what stays, what goes, what comes, in which words."""

from __future__ import annotations

import random

import hypothesis.strategies as st
import pytest
from hypothesis import given

from backissue.comparing import MOST, Comparison, compare, count, paragraphs_of, pieces_of, tokens


def shown(found: Comparison) -> list[str]:
    """A comparison as text: `-removed-`, `+added+`."""
    marks = {"same": "", "removed": "-", "added": "+"}
    return [
        "".join(f"{marks[piece.kind]}{piece.text}{marks[piece.kind]}" for piece in paragraph)
        for stretch in found.stretches
        for paragraph in stretch.paragraphs
    ]


def test_words_that_changed_stand_within_what_stayed() -> None:
    found = compare(
        ["Three men were hurt, police said.", "The bridge is shut."],
        ["Five men were badly hurt, police said.", "The bridge is shut."],
    )
    assert shown(found) == ["-Three -+Five +men were +badly +hurt, police said.", "The bridge is shut."]
    assert (found.added, found.removed) == (2, 1)
    assert [stretch.kind for stretch in found.stretches] == ["changed", "same"]


def test_a_word_is_the_same_whatever_mark_follows_it() -> None:
    assert shown(compare(["He came, and saw."], ["He came."])) == ["He came-, and saw-."]


def test_paragraphs_that_have_little_in_common_went_and_came() -> None:
    found = compare(["A", "Nobody was hurt at the mill."], ["A", "Prices of wool rose again on Monday."])
    assert [stretch.kind for stretch in found.stretches] == ["same", "removed", "added"]


def test_words_that_stayed_by_chance_among_many_changed_ones_are_not_kept() -> None:
    found = pieces_of("one two three four five of six seven eight nine ten", "a b c d e of f g h i j")
    assert [piece.kind for piece in found] == ["removed", "added"]


def test_joined_and_parted_paragraphs_lose_no_words() -> None:
    joined = compare(
        ["The fire is out now.", "Nobody was hurt in it."], ["The fire is out now. Nobody was hurt in it."]
    )
    assert (joined.added, joined.removed) == (0, 0)
    assert shown(joined) == ["The fire is out now. - ¶ -Nobody was hurt in it."]
    parted = compare(
        ["The fire is out now. Nobody was hurt in it."], ["The fire is out now.", "Nobody was hurt in it."]
    )
    assert shown(parted) == ["The fire is out now.", "Nobody was hurt in it."]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("今天天气很好我们去公园", "今天天气不好我们去公园", "今天天气-很-+不+好我们去公园"),
        ("فتح الجسر يوم السبت", "فتح الجسر يوم الأحد", "فتح الجسر يوم -السبت-+الأحد+"),
        ("हिन्दी में समाचार", "हिन्दी के समाचार", "हिन्दी -में -+के +समाचार"),
    ],
)
def test_every_script_is_cut_into_its_words(old: str, new: str, expected: str) -> None:
    assert shown(compare([old], [new])) == [expected]


def test_words_are_counted_and_characters_where_there_are_no_spaces() -> None:
    assert count("“Well,” he said — twice.") == 4
    assert count("今天,天气") == 4


def test_what_is_far_from_a_change_is_folded() -> None:
    text = [f"Paragraph {number} of the report stands." for number in range(20)]
    found = compare(text, [*text[:10], "Something came in between them.", *text[10:]])
    kinds = [(stretch.kind, stretch.folded, len(stretch.paragraphs)) for stretch in found.stretches]
    assert kinds == [("same", True, 9), ("same", False, 1), ("added", False, 1), ("same", False, 1), ("same", True, 9)]


def test_a_long_text_in_one_paragraph_is_compared_by_its_words() -> None:
    rng = random.Random(1)
    words = [f"w{rng.randrange(400)}" for _ in range(5 * MOST)]
    edited = list(words)
    for place in range(50, len(words), 97):
        edited[place] = "edited"
    found = compare([" ".join(words)], [" ".join(edited)])
    assert found.added == found.removed == sum(word == "edited" for word in edited)


def test_what_is_long_and_has_no_common_places_is_given_whole() -> None:
    found = compare(["a " * 2 * MOST], ["b " + "a " * 2 * MOST])
    assert sum(len(stretch.paragraphs) for stretch in found.stretches) == 2


texts = st.lists(st.text("ab 今.\u0301é", min_size=1).filter(str.strip), max_size=5)


@given(texts, texts)
def test_nothing_of_either_text_is_lost(old: list[str], new: list[str]) -> None:
    pieces = [piece for stretch in compare(old, new).stretches for line in stretch.paragraphs for piece in line]

    def letters(lines: list[str]) -> str:
        return "".join("".join(lines).replace("¶", "").split())

    assert letters([piece.text for piece in pieces if piece.kind != "removed"]) == letters(new)
    assert letters([piece.text for piece in pieces if piece.kind != "added"]) == letters(old)


@given(st.text())
def test_words_put_together_are_the_text(text: str) -> None:
    assert "".join(tokens(text)) == text


def test_paragraphs_are_the_blocks_of_html() -> None:
    html = "<h2>Fire</h2><p>At <em>noon</em>,<br>they\nsaid &amp; left.</p><ul><li>One</li><li><p>Two</p></li></ul>"
    html += '<table><tr><td>Hot</td><td>Cold</td></tr></table><figure><img src="a.png" alt="The mill"></figure>Tail'
    assert paragraphs_of(html) == [
        "Fire",
        "At noon, they said & left.",
        "One",
        "Two",
        "Hot",
        "Cold",
        "[The mill]",
        "Tail",
    ]
