"""CSV and TSV data sets become articles, whatever their dialect; a broken row costs itself alone."""

from __future__ import annotations

import csv as python_csv
import io
from collections.abc import Iterator
from typing import Any

import pytest

from backissue.article import Named
from backissue.importers import csv
from backissue.importers.outcomes import HEAD_BYTES, Imported, Input, Outcome, Rejected, Settings, Unreadable


def outcomes(data: bytes | str, **options: Any) -> list[Outcome]:
    data = data.encode() if isinstance(data, str) else data
    return list(csv.read(Input.from_bytes(data, "set.csv"), Settings(options=options)))


def told(data: bytes | str, **options: Any) -> list[tuple[str, str]]:
    """Each outcome as its place and its title, or its reason."""
    return [
        (found.place, found.article.title if isinstance(found, Imported) else found.reason)  # type: ignore[union-attr]
        for found in outcomes(data, **options)
    ]


HEADER = ["id", "title", "date", "text", "author", "tags"]
ROWS = [
    [
        "1",
        "Ferry, storm",
        "2018-05-14",
        'First paragraph.\n\nSecond, with a "quoted" word;\tand a tab.',
        "Jane Doe",
        "a,b",
    ],
    ["2", "Größe", "2018-05-15", "Zweiter Text – ja.", "John Roe; Ann Poe", "c"],
    ["3", "Plain", "2018-05-16", "Third text.", "", ""],
]


def written(
    delimiter: str = ",", line_end: str = "\r\n", quoting: int = python_csv.QUOTE_MINIMAL, **others: Any
) -> str:
    text = io.StringIO()
    writer = python_csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=quoting, **others)
    writer.writerows([HEADER, *ROWS])
    return text.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("quoting", [python_csv.QUOTE_MINIMAL, python_csv.QUOTE_ALL])
def test_dialects(delimiter: str, line_end: str, quoting: int) -> None:
    data = written(delimiter, line_end, quoting).encode()
    assert csv.recognises(data) == 85
    found = outcomes(data)
    assert all(isinstance(outcome, Imported) for outcome in found)
    articles = [outcome.article for outcome in found]  # type: ignore[union-attr]
    assert [article.title for article in articles] == ["Ferry, storm", "Größe", "Plain"]
    assert articles[0].body == 'First paragraph.\n\nSecond, with a "quoted" word; and a tab.'
    assert articles[1].authors == (Named("John Roe"), Named("Ann Poe"))
    assert [article.tags for article in articles] == [("a", "b"), ("c",), ()]
    assert [article.date.edtf for article in articles if article.date] == ["2018-05-14", "2018-05-15", "2018-05-16"]
    assert articles[0].extra == {"record": {"id": "1"}}


def test_backslash_escapes() -> None:
    data = written(escapechar="\\", doublequote=False)
    assert '\\"' in data
    assert 'a "quoted" word' in outcomes(data)[0].article.body  # type: ignore[union-attr]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_encodings(encoding: str) -> None:
    data = written().encode(encoding)
    assert csv.recognises(data) == 85
    assert [place_and_title[1] for place_and_title in told(data)] == ["Ferry, storm", "Größe", "Plain"]


def test_an_encoding_that_shows_only_far_below_the_head() -> None:
    data = "title,text\n" + "Plain,Some text.\n" * 20_000 + "Größe,Später geändert.\n"
    assert told(data.encode("cp1252"))[-1] == ("line 20002", "Größe")


def test_stray_bytes_in_utf_8() -> None:
    data = "title,text\nGröße,für alle – ja\n".encode() * 1 + b"Caf\xe9,Text.\n"
    assert [title for _, title in told(data)] == ["Größe", "Café"]


def test_places_count_lines_not_records() -> None:
    assert told('title,text\nA,"one\ntwo"\n\nB,three\n') == [("line 2", "A"), ("line 5", "B")]


def test_a_quotation_mark_that_never_closes_costs_its_line() -> None:
    data = 'title,text\nA,one\nB,"two\nC,three\nD,four\n'
    assert told(data) == [
        ("line 2", "A"),
        ("line 3", "a quotation mark that never closes"),
        ("line 4", "C"),
        ("line 5", "D"),
    ]


def test_rows_that_do_not_fit_the_header() -> None:
    data = "title,date,text,url\n" + "A,2018,one,\n" * 9 + "B,2018,two,too,many\nC\nD,2018,three\nE,2018,four,,,\n"
    assert told(data)[9:] == [
        ("line 11", "5 cells where the header has 4"),
        ("line 12", "only 1 of 4 cells"),
        ("line 13", "D"),
        ("line 14", "E"),
    ]


def test_marks_within_a_quoted_cell() -> None:
    data = 'title,text\nA,"one "two" three"\nB,four\nC,"x "y, z" w"\nD,five\n'
    found = told(data)
    assert [title for _, title in found if not title.startswith("broken")] == ["A", "B", "D"]
    assert found[2][0] == "line 4"
    assert found[2][1].startswith("broken quotation marks")


def test_tsv_of_databases_has_no_quotation() -> None:
    data = 'title\ttext\nA\t"Open, he said\nB\tThe 5" pipe\n'
    assert [outcome.article.body for outcome in outcomes(data)] == ['"Open, he said', 'The 5" pipe']  # type: ignore[union-attr]


def test_the_line_that_spreadsheets_begin_with() -> None:
    assert told("sep=;\r\ntitle;text\r\nA;one, two\r\nB;three\r\n") == [("line 3", "A"), ("line 4", "B")]


def test_index_columns_of_pandas_are_dropped() -> None:
    (outcome,) = outcomes(",title,text,Unnamed: 0\n0,A,one,5\n")
    assert isinstance(outcome, Imported)
    assert outcome.article.extra == {}


def test_columns_by_number_where_there_is_no_header() -> None:
    data = "2018-05-14,First title,One text.\n2018-05-15,Second title,Two text.\n"
    assert told(data, columns="date: 1\ntitle: 2\nbody: 3\n") == [
        ("line 1", "First title"),
        ("line 2", "Second title"),
    ]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ("alpha,beta\n1,2\n", "no column for title or body among alpha, beta — "),
        ("just a line\nand another\n", "no table"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 400, "binary data"),
    ],
)
def test_no_data_set(data: bytes | str, fault: str) -> None:
    with pytest.raises(Unreadable, match=fault):
        outcomes(data)


def test_recognition() -> None:
    assert csv.recognises(b"title,text\nA,one\n") == 85
    assert csv.recognises(b"alpha,beta,gamma\n1,2,3\n4,5,6\n7,8,9\n") == 45
    prose = b"The council, after hours, met.\nIt agreed, as ever, on nothing, or little.\n\nThen it rained, they say.\n"
    for other in (prose, b"", b"Title\n\nText, with commas, here.\n", b'{"a": 1, "b": 2}\n', b"\x00\x01\x02" * 99):
        assert csv.recognises(other) == 0


def test_rows_are_read_as_they_come() -> None:
    class Counting(io.BytesIO):
        served = 0

        def read1(self, size: int | None = -1, /) -> bytes:  # type: ignore[override]
            data = super().read1(-1 if size is None else size)
            Counting.served += len(data)
            return data

    data = b"title,text\n" + b"Title,Some text.\n" * 100_000
    source = Input(name="set.csv", digest="", head=data[:HEAD_BYTES], open=lambda: Counting(data))
    reading: Iterator[Outcome] = csv.read(source, Settings())
    next(reading)
    assert 0 < Counting.served < len(data) // 2


def test_a_record_without_end_is_cut_off() -> None:
    data = 'title,text\nA,"' + "x" * (csv.MAX_RECORD + 10) + "\nB,two\n"
    (first, second) = outcomes(data)
    assert isinstance(first, Rejected)
    assert isinstance(second, Imported)
    assert second.article.title == "B"
