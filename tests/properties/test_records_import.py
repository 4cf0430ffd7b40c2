"""Every record of a data set ends as one outcome, in order; what its article holds comes back from its file."""

from __future__ import annotations

import csv as python_csv
import html
import io
import json
import re
from datetime import UTC
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from backissue.importers import csv, jsonl
from backissue.importers.columns import USUAL
from backissue.importers.outcomes import Imported, Input, Outcome, Rejected, Settings, Unreadable
from backissue.loading.articlefile import parse_article, write_article

_NAMES = st.sampled_from(sorted({names[0] for names in USUAL.values()} | {"headline", "pubDate", "x", "a.b", "Ä"}))
_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(["2018-05-14", "a, b", "['a']", "<p>x</p>"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
_RECORDS = st.dictionaries(_NAMES, _VALUES, max_size=8)


def check(outcome: Outcome) -> None:
    if isinstance(outcome, Imported):
        article = outcome.article
        assert article.title
        assert parse_article(write_article(article).encode(), "a.md", UTC) == article
    else:
        assert isinstance(outcome, Rejected)
        assert outcome.reason
        assert "\n" not in outcome.reason


@settings(deadline=None)
@given(st.lists(_RECORDS | _VALUES, max_size=5), st.booleans())
def test_each_json_record_is_one_outcome(records: list[Any], as_array: bool) -> None:
    data = json.dumps(records) if as_array else "\n".join(map(json.dumps, records))
    if as_array != (data.startswith("[{")):  # the one is known by its beginning, as the other is
        return
    outcomes = list(jsonl.read(Input.from_bytes(data.encode()), Settings()))
    assert len(outcomes) == len(records)
    for outcome in outcomes:
        check(outcome)


_TITLES = st.lists(st.text("abcdefgXYZ", min_size=3, max_size=9), min_size=1, max_size=4).map(" ".join)
_CELLS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")) | st.sampled_from('",;\t|\n\\'), max_size=40
)


@settings(deadline=None)
@given(
    st.lists(st.tuples(_TITLES, _CELLS), min_size=1, max_size=12),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n"]),
)
@example([("One", 'a "b" c\n\n, d')], ",", "\n")
def test_each_row_is_one_outcome(rows: list[tuple[str, str]], delimiter: str, line_end: str) -> None:
    text = io.StringIO()
    writer = python_csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=python_csv.QUOTE_ALL)
    writer.writerows([("title", "text", "tags"), *((title, body, "x") for title, body in rows)])
    outcomes = list(csv.read(Input.from_bytes(text.getvalue().encode()), Settings()))
    assert len(outcomes) == len(rows)
    for outcome, (title, body) in zip(outcomes, rows, strict=True):
        check(outcome)
        if isinstance(outcome, Imported):
            assert outcome.article.title == title
            if "&" not in body and "<" not in body:
                kept = re.findall(r"[^\W_]+", html.unescape(outcome.article.body))
                assert "".join(kept) == "".join(re.findall(r"[^\W_]+", body))


@settings(deadline=None)
@given(
    st.binary(max_size=300)
    | st.text('title,text\n";\t x', max_size=200).map(lambda value: f"title,text\n{value}".encode())
)
def test_no_input_breaks_the_readers(data: bytes) -> None:
    reasons = []
    for reader in (csv, jsonl):
        assert 0 <= reader.recognises(data) <= 100
        try:
            for outcome in reader.read(Input.from_bytes(data), Settings()):
                check(outcome)
        except Unreadable as error:
            reasons.append(str(error))
    assert all(reason and "\n" not in reason for reason in reasons)
