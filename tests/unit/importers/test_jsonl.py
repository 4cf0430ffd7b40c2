"""JSON Lines and JSON arrays become articles; columns are guessed or named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from backissue.article import Article, Image, Named
from backissue.importers import formats, jsonl
from backissue.importers.columns import guess_columns, plain_name
from backissue.importers.outcomes import HEAD_BYTES, Imported, Input, Outcome, Rejected, Settings, Unreadable
from backissue.importers.titling import NOTE
from backissue.loading.articlefile import parse_article, write_article


def outcomes(data: bytes | list[Any], **settings: Any) -> list[Outcome]:
    if isinstance(data, list):
        data = "\n".join(json.dumps(record, ensure_ascii=False) for record in data).encode()
    return list(jsonl.read(Input.from_bytes(data, "set.jsonl"), Settings(**settings)))


def imported(record: dict[str, Any], columns: Any = None, **settings: Any) -> Article:
    (outcome,) = outcomes([record], options={"columns": columns} if columns else {}, **settings)
    assert isinstance(outcome, Imported), outcome
    article = outcome.article
    assert parse_article(write_article(article).encode(), "a.md", UTC) == article
    return article


RECORD = {
    "id": "n-1",
    "headline": "Ferry &amp; Storm",
    "pubDate": "2018-05-14T08:30:00+02:00",
    "byline": "By Jane Doe and John Roe, Staff Writers",
    "content": "First paragraph,\nwrapped at a width.\n\nSecond *paragraph*.",
    "link": "https://pilot.example/ferry",
    "publisher": {"name": "The Pilot", "url": "https://pilot.example"},
    "category": "Sea",
    "keywords": "ferry, storm, Ferry",
    "language": "English",
    "description": "What <b>happened</b>.",
    "dateline": "NORRWICK",
    "image_url": "https://pilot.example/a.jpg",
    "caption": "A ferry",
    "words": 12,
}


def test_an_input_of_any_size_is_read() -> None:
    assert formats()["jsonl"].max_bytes == formats()["csv"].max_bytes == 0


def test_guessed_columns() -> None:
    (outcome,) = outcomes([RECORD])
    assert isinstance(outcome, Imported)
    assert (outcome.place, outcome.identity) == ("line 1", "https://pilot.example/ferry")
    article = imported(RECORD)
    assert article.title == "Ferry & Storm"
    assert article.date is not None
    assert article.date.edtf == "2018-05-14T06:30:00+00:00"
    assert article.authors == (Named("Jane Doe"), Named("John Roe"))
    assert article.body == "First paragraph, wrapped at a width.\n\nSecond \\*paragraph\\*."
    assert article.source == Named("The Pilot", "https://pilot.example")
    assert article.source_url == "https://pilot.example/ferry"
    assert (article.section, article.tags) == ("Sea", ("ferry", "storm"))
    assert (article.lang, article.summary, article.dateline) == ("en", "What happened.", "NORRWICK")
    assert article.image == Image("https://pilot.example/a.jpg", "", "A ferry", "")
    assert article.extra == {"record": {"id": "n-1", "words": 12}}


@pytest.mark.parametrize("name", ["pubDate", "pub_date", "Pub Date", "PUB-DATE", "pub.date"])
def test_spellings_of_names(name: str) -> None:
    assert plain_name(name) == "pub_date"
    assert guess_columns([name, "title"], {})["date"].names == (name,)


def test_the_likelier_column_wins_and_none_is_used_twice() -> None:
    columns = guess_columns(["text", "content", "title", "headline", "category", "section", "tags", "topics"], {})
    assert columns["body"].names == ("text",)
    assert columns["title"].names == ("title",)
    assert columns["section"].names == ("section",)
    assert columns["tags"].names == ("tags", "topics", "category")


def test_named_columns() -> None:
    record = {"a": "The Title", "meta": {"when": "14/05/2018"}, "lead": "First.", "rest": "Second.", "text": "no"}
    columns = (
        'title: a\ndate: {column: meta.when, format: "%d/%m/%Y"}\nbody: [lead, rest]\nsource: {value: The Pilot}\n'
        "summary: null\n"
    )
    article = imported(record, columns)
    assert article.title == "The Title"
    assert article.date is not None
    assert article.date.edtf == "2018-05-14"
    assert article.body == "First.\n\nSecond."
    assert article.source == Named("The Pilot")
    assert article.extra["record"]["text"] == "no"
    assert imported(record, {"title": "a", "body": ["lead", "rest"], "guess": False}).date is None


@pytest.mark.parametrize(
    ("columns", "fault"),
    [
        ("titel: a", 'unknown field "titel"'),
        ("title: [a", "broken YAML"),
        ("- a", "expected"),
        ("date: {colum: a}", 'unknown key "colum"'),
        ("body: {column: a, as: rtf}", '"rtf" is none of'),
    ],
)
def test_columns_that_can_not_be(columns: str, fault: str) -> None:
    with pytest.raises(Unreadable, match=fault):
        outcomes([RECORD], options={"columns": columns})


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2018-05-14", "2018-05-14"),
        ("2018-05-14 08:30:00", "2018-05-14T08:30:00+02:00"),
        ("20180514", "2018-05-14"),
        (20180514, "2018-05-14"),
        (1526286600, "2018-05-14T10:30:00+02:00"),
        ("1526286600000", "2018-05-14T10:30:00+02:00"),
        ("Mon, 14 May 2018 08:30:00 GMT", "2018-05-14T10:30:00+02:00"),
        ("May 14, 2018", "2018-05-14"),
        ("14. Mai 2018", "2018-05-14"),
        ("14.05.2018", "2018-05-14"),
        ("14/05/2018", "2018-05-14"),
        ("2018-05", "2018-05"),
        (2018, "2018"),
        ("04/05/2018", None),
        ("soon", None),
    ],
)
def test_dates(written: Any, expected: str | None) -> None:
    record = {"title": "A", "text": "Some text.", "date": written}
    (outcome,) = outcomes([record], zone=ZoneInfo("Europe/Berlin"))
    assert isinstance(outcome, Imported)
    article = outcome.article
    assert (article.date.edtf if article.date else None) == expected
    if expected is None:
        assert article.provenance is not None
        assert str(written) in article.provenance.notes[0]


def test_other_records_settle_the_order_of_figures() -> None:
    records = [{"title": "A", "text": "Text.", "date": date} for date in ("04/05/2018", "04/25/2018")]
    dates = [outcome.article.date.edtf for outcome in outcomes(records)]  # type: ignore[union-attr]
    assert dates == ["2018-04-05", "2018-04-25"]


@pytest.mark.parametrize(
    ("authors", "names"),
    [
        (["Jane Doe", "John Roe"], ["Jane Doe", "John Roe"]),
        ("['Jane Doe', 'John Roe']", ["Jane Doe", "John Roe"]),
        ("Jane Doe; John Roe", ["Jane Doe", "John Roe"]),
        ("Jane Doe, John Roe", ["Jane Doe", "John Roe"]),
        ("Doe, Jane", ["Jane Doe"]),
        ([{"name": "Jane Doe", "url": "https://pilot.example/jd"}], ["Jane Doe"]),
        ("By Jane Doe, Reuters", ["Jane Doe"]),
        ("nan", []),
        (None, []),
    ],
)
def test_authors(authors: Any, names: list[str]) -> None:
    article = imported({"title": "A", "text": "Some text.", "authors": authors})
    assert [author.name for author in article.authors] == names


def test_html_body() -> None:
    article = imported({"title": "A <i>b</i>", "text": "<p>One &amp; <b>two</b>.</p><p>Three.</p>"})
    assert (article.title, article.body) == ("A b", "One & **two**.\n\nThree.")
    article = imported({"title": "A <P>", "text": "Phil <P> said so."})
    assert (article.title, article.body) == ("A <P>", "Phil &lt;P> said so.")
    article = imported({"title": "A", "text": "*Very* much."}, "body: {column: text, as: markdown}")
    assert article.body == "*Very* much."


def test_no_title_no_text() -> None:
    article = imported({"title": "", "text": "The first words of it. More."})
    assert article.title == "The first words of it"
    assert article.provenance is not None
    assert article.provenance.notes == (NOTE,)
    found = outcomes([{"title": "A", "text": ""}, {"title": None, "text": None}, {"x": 1}, {"title": "Only a title"}])
    assert [getattr(outcome, "reason", "") for outcome in found] == [
        "no text",
        "neither a title nor a text",
        "neither a title nor a text among the columns x — say which is which with columns",
        "",
    ]


def test_what_is_too_large_is_left_out_with_a_note() -> None:
    article = imported({"title": "A", "text": "Text.", "vector": [0.5] * 5000, "page": "x" * 5000, "small": [1, "b"]})
    assert article.extra == {"record": {"small": [1, "b"]}}
    assert article.provenance is not None
    assert article.provenance.notes == (
        'column "vector" left out: too large',
        'column "page" left out: too large',
    )


def test_bad_lines_are_rejected_and_the_others_read() -> None:
    data = (
        b'\xef\xbb\xbf{"title": "A", "text": "Text."}\r\n\n{"title": "B"\n[1]\n"x"\n{"title": "C", "text": NaN}\n'
        b'{"title": "Caf\xe9 r\xe9ouvert", "text": "d\xe9j\xe0 l\xe0"}\n' + b"[" * 100_000 + b"\n"
        b'{"title": "D", "text": "\\ud800 x"}'
    )
    found = outcomes(data)
    assert [outcome.place for outcome in found] == [f"line {number}" for number in (1, 3, 4, 5, 6, 7, 8, 9)]
    reasons = [outcome.reason if isinstance(outcome, Rejected) else outcome.article.title for outcome in found]  # type: ignore[union-attr]
    assert reasons[0] == "A"
    assert reasons[1].startswith("no JSON: ")
    assert reasons[2:5] == [
        "no record: expected an object, found a list",
        "no record: expected an object, found a text",
        "no text",
    ]
    assert reasons[5] == "Café réouvert"
    assert reasons[6].startswith("no JSON: ")
    assert reasons[7] == "D"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_encodings(encoding: str) -> None:
    data = '{"title": "Ä", "text": "Größe – ja."}\n{"title": "B", "text": "Zwei."}\n'.encode(encoding)
    found = outcomes(data)
    assert [outcome.article.body for outcome in found] == ["Größe – ja.", "Zwei."]  # type: ignore[union-attr]
    assert [outcome.place for outcome in found] == ["line 1", "line 2"]


def test_array() -> None:
    records = [{"title": f"T{n}", "text": "Text. " * 3000} for n in range(20)]
    data = json.dumps(records, indent=1).encode()
    assert jsonl.recognises(data[:HEAD_BYTES]) == 70
    found = outcomes(data)
    assert [outcome.article.title for outcome in found] == [f"T{n}" for n in range(20)]  # type: ignore[union-attr]
    broken = outcomes(data[:-400])
    assert len(broken) == 20
    assert isinstance(broken[-1], Rejected)
    assert broken[-1].place == "record 20"
    longer = outcomes(data + b'{"title": "more"}')
    assert isinstance(longer[-1], Rejected)
    assert longer[-1].place == "after record 20"


def test_identity_from_an_id() -> None:
    (outcome,) = outcomes([{"id": 7, "title": "A", "text": "Text."}])
    assert isinstance(outcome, Imported)
    assert outcome.identity == "set.jsonl#7"


def test_recognition() -> None:
    lines = b'{"title": "A", "text": "x"}\n{"title": "B", "text": "y"}\n'
    assert jsonl.recognises(lines) == 90
    assert jsonl.recognises(b"\xef\xbb\xbf" + lines) == 90
    assert 0 < jsonl.recognises(b'{"title": "A", "text": "x"}') < 50
    for other in (b"", b"Title\n\nText", b"<p>", b'{"version": "x", "items": []}', b'{\n"a": 1\n}\n', b"[1, 2]"):
        assert jsonl.recognises(other) == 0


def test_records_are_read_as_they_come() -> None:
    """An input of any length is never held: outcomes arrive before the input has been read to its end."""

    class Counting(BytesIO):
        served = 0

        def readline(self, size: int | None = -1) -> bytes:  # type: ignore[override]
            line = super().readline(size)
            Counting.served += len(line)
            return line

    data = b"".join(b'{"title": "T%d", "text": "Some text."}\n' % number for number in range(50_000))
    source = Input(name="set.jsonl", digest="", head=data[:HEAD_BYTES], open=lambda: Counting(data))
    reading: Iterator[Outcome] = jsonl.read(source, Settings())
    next(reading)
    assert Counting.served < len(data) // 10
