from __future__ import annotations

import json
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backissue.article import Article, Image, Named
from backissue.dates import Date
from backissue.errors import ContentErrors
from backissue.loading.jsonlines import MAX_LINE_BYTES, body_of_line, parse_line


def read(line: str | bytes) -> Article:
    return parse_line(line if isinstance(line, bytes) else line.encode(), "lines.jsonl", 7, UTC)


def faults(line: str | bytes) -> list[str]:
    with pytest.raises(ContentErrors) as caught:
        read(line)
    return [str(fault) for fault in caught.value.faults]


def test_a_line_is_an_article() -> None:
    values = {
        "title": "Flood", "date": "1953-02-01", "authors": ["Ann Lee", {"name": "Bo"}], "tags": ["Sea"],
        "image": {"src": "p.png", "alt": "A pier"}, "draft": True, "note": {"a": [1, None, 2.5]}, "body": "Water rose.",
    }  # fmt: skip
    assert read(json.dumps(values)) == Article(
        title="Flood",
        date=Date("1953-02-01"),
        authors=(Named("Ann Lee"), Named("Bo")),
        tags=("Sea",),
        image=Image("p.png", "A pier"),
        draft=True,
        extra={"note": {"a": [1, None, 2.5]}},
        body="Water rose.",
    )


@pytest.mark.parametrize("body", ['"body": ""', '"body": null', '"summary": ""'])
def test_an_article_without_a_body(body: str) -> None:
    line = f'{{"title": "A", {body}}}'
    assert read(line).body == body_of_line(line.encode()) == ""


def test_a_byte_order_mark_and_line_ends_are_no_part_of_it() -> None:
    assert read(b'\xef\xbb\xbf{"title": "A", "body": "\\r\\nx\\r\\ny\\n\\n"}\r').body == "x\ny"
    assert body_of_line(b'\xef\xbb\xbf{"title": "A", "body": "\\r\\nx\\r\\ny\\n\\n"}\r') == "x\ny"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "broken JSON: "),
        ('{"title": "A"} x', "broken JSON: "),
        ("[1]", "broken JSON: "),
        ("null", "broken JSON: "),
        ('{"title": NaN}', "broken JSON: "),
        ("[" * 100_000, "broken JSON: "),
        ('{"title": "A", "x": ' + "[" * 5000 + "]" * 5000 + "}", "broken JSON: "),
        (b'{"title": "\xff"}', "not UTF-8"),
        ('{"title": "A", "body": 7}', "body: expected text"),
        ('{"title": "A", "body": ["x"]}', "body: expected text"),
        ('{"date": "1953"}', "no title"),
        ('{"title": "A", "date": "soon"}', '"soon" is not a date'),
        ('{"title": "A", "status": "lost"}', "status"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(line: str | bytes, fault: str) -> None:
    (told,) = faults(line)
    assert told.startswith("lines.jsonl:7: ")
    assert fault in told
    assert " — " in told


def test_all_faults_of_a_line_are_told() -> None:
    assert len(faults('{"date": "soon", "draft": "perhaps", "lang": "!"}')) == 4


def test_a_line_beyond_all_measure() -> None:
    assert faults(b" " * (MAX_LINE_BYTES + 1)) == [
        "lines.jsonl:7: a line of 33,554,433 bytes is no article — put one article on each line"
    ]


@given(st.binary(max_size=60), st.booleans())
def test_any_bytes_are_an_article_or_told(data: bytes, inside: bool) -> None:
    line = b'{"title": "A", "body": "' + data + b'"}' if inside else data
    try:
        article = read(line)
    except ContentErrors as errors:
        article = None
        told = errors.faults
    if article is None:
        assert all(fault.line == 7 and "\n" not in str(fault) for fault in told)
    else:
        assert body_of_line(line) == article.body


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=60))
def test_a_body_is_read_again_as_it_was(text: str) -> None:
    line = json.dumps({"title": "A", "body": text}).encode()
    assert body_of_line(line) == read(line).body
