from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backissue.alphabet import DIGITS, HAN, OTHERS, Alphabet, script

ENGLISH = Alphabet("en")


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("harbour", "H"),
        ("Élysée", "E"),
        ("ärger", "A"),
        ("ßberg", "S"),
        ("Łódź", "L"),
        ("Ørsted", "O"),
        ("Æthelred", "A"),
        ("ﬁnance", "F"),
        ("Ａ１", "A"),
        ("«Quoted»", "Q"),
        ("новости", "Н"),
        ("ёлка", "Е"),
        ("йод", "Й"),
        ("الميناء", "ا"),
        ("آثار", "ا"),
        ("תורה", "ת"),
        ("ελιά", "Ε"),
        ("海", HAN),
        ("かな", "か"),
        ("カナ", "か"),
        ("ｶﾅ", "か"),
        ("ガス", "か"),
        ("っ", "た"),
        ("やま", "や"),
        ("한글", "ㅎ"),
        ("까치", "ㄱ"),
        ("1953 flood", DIGITS),
        ("٣", DIGITS),
        ("½", DIGITS),
        ("🙂", OTHERS),
        ("🙂 smile", "S"),
        ("!!", OTHERS),
        ("", OTHERS),
    ],
)
def test_headings(name: str, heading: str) -> None:
    assert ENGLISH.heading(name) == heading


@pytest.mark.parametrize(
    ("language", "headings"),
    [
        ("sv", {"Ärger": "Ä", "Åland": "Å", "Élan": "E"}),
        ("da-DK", {"Ærø": "Æ", "Ål": "Å", "Ørsted": "Ø"}),
        ("es", {"Ñandú": "Ñ", "África": "A"}),
        ("tr", {"İzmir": "İ", "ılık": "I", "Iğdır": "I", "çay": "Ç"}),
        ("uk", {"їжак": "Ї", "ґанок": "Ґ"}),
        ("zh", {"北京": "B", "上海": "S", "中国": "Z", "鑫": HAN, "zebra": "Z"}),
        ("zh-Hant", {"北京": HAN}),
    ],
)
def test_letters_that_a_language_counts_as_its_own(language: str, headings: dict[str, str]) -> None:
    alphabet = Alphabet(language)
    assert {name: alphabet.heading(name) for name in headings} == headings


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", ["Ångström", "Äsche", "“Aspects”", "eel", "élan", "Ember", "Öl", "Zoo"]),
        ("sv", ["eel", "élan", "Ember", "Zoo", "Ångström", "Äsche", "Öl"]),
        ("es", ["nube", "nzema", "ñandú", "oso"]),
        ("tr", ["ılık", "izmir", "jale"]),
        ("ru", ["игра", "иск", "йод", "кот"]),
        ("zh", ["beta", "北京", "cola", "上海", "中国"]),
        ("ja", ["がか", "かき", "カナ"]),
    ],
)
def test_names_stand_in_order(language: str, names: list[str]) -> None:
    names_as_they_came = sorted(names, reverse=True)
    assert sorted(names_as_they_came, key=Alphabet(language).sort_key) == names


@given(st.text(max_size=12), st.sampled_from(["en", "sv", "tr", "zh", "ja", "ar", "xx"]))
def test_any_name_has_a_heading_and_a_place(name: str, language: str) -> None:
    alphabet = Alphabet(language)
    assert alphabet.heading(name)
    assert alphabet.sort_key(name) == alphabet.sort_key(name)


def test_scripts_of_headings() -> None:
    assert [script(heading) for heading in ("A", "Ж", "か", "ㄱ", HAN, DIGITS, OTHERS)] == [
        "LATIN", "CYRILLIC", "HIRAGANA", "HANGUL", "CJK", "", "",
    ]  # fmt: skip
