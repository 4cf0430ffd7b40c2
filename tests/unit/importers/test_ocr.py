"""Newspaper text from OCR: line breaks and hyphens of the columns are undone."""

from __future__ import annotations

import pytest

from backissue.article import Article
from backissue.importers import ocr, text
from backissue.importers.linebreaks import paragraphs
from backissue.importers.outcomes import Imported, Input, Rejected, Settings
from backissue.importers.titling import NOTE, title_of


def imported(written: str) -> Article:
    (outcome,) = ocr.read(Input.from_bytes(written.encode(), "page.txt"), Settings())
    assert isinstance(outcome, Imported)
    return outcome.article


COLUMN = """\
The Sale of Salt.
More salt was probably sold by the
merchants of the town in this year than
in any other, and the harbour employ¬
ed in shipping it a great many men who
would otherwise have had no wages at
all.
In the northern towns the sale of salt
has been for-
bidden, and whoever deals in it with-
out a written leave is fined.
"""


def test_column() -> None:
    article = imported(COLUMN)
    assert article.title == "The Sale of Salt."
    assert article.body == (
        "More salt was probably sold by the merchants of the town in this year than in any other, and the harbour "
        "employed in shipping it a great many men who would otherwise have had no wages at all.\n\n"
        "In the northern towns the sale of salt has been forbidden, and whoever deals in it without a written leave "
        "is fined."
    )
    assert article.lang == "en"
    assert article.provenance is not None
    assert article.provenance.notes == ("line breaks and hyphens of the printed columns undone",)


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        ("die neue Regie-\nrung hat", "die neue Regierung hat"),
        ("die neue Regie¬\nrung hat", "die neue Regierung hat"),
        ("die neue Regie⸗\nrung hat", "die neue Regierung hat"),
        ("die neue Regie\u00ad\nrung hat", "die neue Regierung hat"),
        ("die DIREK-\nTION hat es so und\nso gesagt", "die DIREKTION hat es so und so gesagt"),
        ("in der Haute-\nEngadine war", "in der Haute-Engadine war"),
        ("die Haupt-\nund Nebensachen", "die Haupt- und Nebensachen"),
        ("le maire vient-\nil de partir", "le maire vient-il de partir"),
        ("la re-\nvision de la loi", "la revision de la loi"),
        ("dans les années 1848-\n1850 ou peut-\nêtre", "dans les années 1848-1850 ou peut-être"),
        ("some twenty-\nfive men", "some twenty-five men"),
        ("a wall-paper and wall-\npaper here", "a wall-paper and wall-paper here"),
        ("for today and to-\nday again", "for today and today again"),
        ("it was — we are told —\nthe end", "it was — we are told — the end"),
        ("昨日の政府は道路\n問題について", "昨日の政府は道路問題について"),
    ],
)
def test_joined(lines: str, joined: str) -> None:
    assert paragraphs(lines.split("\n")) == [joined]


def test_paragraphs_by_indentation() -> None:
    lines = [
        "The price of cocoa rose through the",
        "whole of the week, it was said.",
        "    The dry spell means that the",
        "crop will be late.",
    ]
    assert paragraphs(lines) == [
        "The price of cocoa rose through the whole of the week, it was said.",
        "The dry spell means that the crop will be late.",
    ]


def test_headings_in_capitals_stand_alone() -> None:
    lines = [
        "all that was said in the town of",
        "it is now known.",
        "FROM THE NORTH",
        "The harbour is now open and the",
        "ships can leave.",
    ]
    assert paragraphs(lines)[1] == "FROM THE NORTH"


def test_title_from_the_first_words() -> None:
    article = imported(
        "partially known before this time but the\nverdure of the hills, as seen from the\ntown, is not so.\n"
    )
    assert article.title == "partially known before this time but the verdure of the hills, as seen from…"
    assert article.body.startswith("partially known")
    assert article.provenance is not None
    assert NOTE in article.provenance.notes


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Legal Notice. All persons having claims are asked to send them.", "Legal Notice"),
        ("Mr. Brown has left the town. He is missed.", "Mr. Brown has left the town"),
        ("“Quoted at the start. And more", "“Quoted at the start"),
        ("*** Late news", "Late news"),
        ("... ---", ""),
        ("x" * 200, "x" * 79 + "…"),
    ],
)
def test_title_of(written: str, title: str) -> None:
    assert title_of(written) == title


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"too few", "too short"),
        (b". , ; 1 2 3 4 5 6 7 8 9 0 a b c . , ;", "no text"),
        (b"\x89PNG\x00\x00\x1a" * 900, "binary data"),
    ],
)
def test_no_article(data: bytes, reason: str) -> None:
    (outcome,) = ocr.read(Input.from_bytes(data), Settings())
    assert isinstance(outcome, Rejected)
    assert outcome.reason.startswith(reason)


def test_one_word_is_no_text_but_a_script_without_spaces_is() -> None:
    (outcome,) = ocr.read(Input.from_bytes(b"some words before it " + b"abcdefgh" * 4000), Settings())
    assert outcome == Rejected(place="", reason="no text: most of it is one word")
    (outcome,) = ocr.read(Input.from_bytes(("橋が再開" * 400).encode()), Settings())
    assert isinstance(outcome, Imported)


def test_recognition() -> None:
    column = COLUMN.encode()
    assert ocr.recognises(column) > text.recognises(column)
    one_line = b"LOCAL NEWS. " + b"The harbour is open and the ships leave. " * 20
    assert ocr.recognises(one_line) > text.recognises(one_line)
    for other in (
        b"Council Meets\n\nThe council met on Monday.\n\nIt rained.\n",
        b"<p>x</p>",
        b"\x89PNG\x00\x00\x1a" * 99,
    ):
        assert ocr.recognises(other) == 0
