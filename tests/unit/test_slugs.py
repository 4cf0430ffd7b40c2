from __future__ import annotations

import re
import unicodedata

import pytest
from slugify import slugify

from backissue.slugs import MAX_BYTES, digest_tail, slug, tailed, term_key


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The old bridge reopens", "the-old-bridge-reopens"),
        ("Élysée: ça va?", "elysee-ca-va"),
        ("Мост открыт", "most-otkryt"),
        ("大桥开放", "da-qiao-kai-fang"),
        ("  --Spaces-- ", "spaces"),
    ],
)
def test_words_of_any_script(text: str, expected: str) -> None:
    assert slug(text) == expected


@pytest.mark.parametrize("text", ["a", "a-b-2", "2014", "a--b", "-a", "a-", "a_b", "A-b", "x" * 121, "index"])
def test_what_is_a_slug_stays(text: str) -> None:
    plain = slugify(text)
    assert slug(text) == (plain if len(plain) <= 120 and plain != "index" else tailed(plain, text))


def test_arabic_gives_letters() -> None:
    assert re.fullmatch(r"[a-z0-9-]{4,}", slug("الجسر القديم"))


@pytest.mark.parametrize("text", ["", "🎉🎉", "!!!", "…"])
def test_never_empty(text: str) -> None:
    assert re.fullmatch(r"[0-9a-f]{8}", slug(text))


def test_texts_without_letters_are_told_apart() -> None:
    assert slug("🎉") != slug("🎊")


@pytest.mark.parametrize("text", ["index", "Index", "page", "CON", "com1", "Lpt9", "aux"])
def test_reserved_names_get_a_tail(text: str) -> None:
    assert re.fullmatch(rf"{text.lower()}-[0-9a-f]{{8}}", slug(text))


def test_reserved_words_within_a_name_are_fine() -> None:
    assert slug("index of names") == "index-of-names"


def test_long_titles_are_cut_at_a_word_and_told_apart() -> None:
    first, second = slug("word " * 60 + "a"), slug("word " * 60 + "b")
    assert first != second
    assert len(first) <= MAX_BYTES
    assert re.fullmatch(r"(word-)+[0-9a-f]{8}", first)
    assert len(slug("x" * 500)) <= MAX_BYTES


def test_the_tail_is_blind_to_unicode_form() -> None:
    assert digest_tail("é") == digest_tail(unicodedata.normalize("NFD", "é"))
    assert digest_tail("\ud800")  # a lone surrogate does not break it


def test_terms_are_one_whatever_their_case_form_and_spaces() -> None:
    assert term_key("Café  Society ") == term_key(unicodedata.normalize("NFD", "café society"))
    assert term_key("STRASSE") == term_key("straße")
    assert term_key("python3") != term_key("python")
