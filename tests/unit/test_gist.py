"""What a text comes to: its lead, its length, what is left of it where there is little room."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backissue.gist import SUMMARY_LENGTH, lead_of, shortened, word_count


@pytest.mark.parametrize(
    ("body", "lead"),
    [
        ("", ""),
        ("Water rose.\n\nMore.", "Water rose."),
        ("# Head\n\nWater\nrose.", "Water rose."),
        ("![A pier](p.png)\n\n> quoted\n\n- item\n\n1. item\n\n| a |\n\n<div>\n\n```\ncode\n```\n\nWater.", "Water."),
        ("[a]: b.md\n\n[^1]: note\n\n    code\n\n---\n\nWater.", "Water."),
        ("*Water* **rose** [at `night`](n.md), ![](p.png)it[^1] says &amp; shows \\*.",
         "Water rose at night, it says & shows *."),
        ("As [*The Courier*](https://c.example/) and [**all** `of` us][1] know, 2 \\* 2.",
         "As The Courier and all of us know, 2 * 2."),
        ("*emphasised* opening", "emphasised opening"),
        ("1953 was wet.", "1953 was wet."),
        ("- only\n- a list", ""),
    ],
)  # fmt: skip
def test_the_lead(body: str, lead: str) -> None:
    assert lead_of(body) == lead


def test_a_long_lead_is_cut_at_a_word() -> None:
    lead = lead_of("water " * 200)
    assert len(lead) <= SUMMARY_LENGTH
    assert lead.endswith("water…")
    assert shortened("x" * 300, 20) == "x" * 19 + "…"
    assert shortened("Twenty characters at", 20) == "Twenty characters at"
    assert shortened("One, two, three, four", 12) == "One, two…"


@given(st.text(alphabet="ab [](){}<>!*_`#&;\\\n|-:0.", max_size=200))
def test_any_body_has_a_lead(body: str) -> None:
    lead = lead_of(body)
    assert len(lead) <= SUMMARY_LENGTH
    assert "\n" not in lead


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("One two\n\nthree.", 3), ("Größe zählt", 2), ("海の水", 4), ("ولو طال الليل", 3)],
)
def test_words_are_counted(text: str, count: int) -> None:
    assert word_count(text) == count


@given(st.text(alphabet="ab ,\n\t\r\x0b\x0c\x1c\x1f", max_size=30) | st.text(max_size=30))
def test_words_are_what_spaces_part(text: str) -> None:
    unspaced = len(re.findall("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]", text))
    assert word_count(text) == len(text.split()) + unspaced
