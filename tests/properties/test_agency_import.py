"""Whatever an agency's input is like: an outcome or one line, text that can be stored, and what was said is kept."""

from __future__ import annotations

import json
import re
from types import ModuleType
from typing import Any
from xml.sax.saxutils import escape

import msgspec
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from backissue.importers import newsml1, newsml_g2, ninjs, nitf, vendorxml, wire
from backissue.importers.agency.bylines import names_in
from backissue.importers.agency.timestamps import parse_timestamp
from backissue.importers.outcomes import Imported, Input, Outcome, Rejected, Settings, Unreadable

READERS = (ninjs, newsml_g2, newsml1, nitf, wire, vendorxml)
SAMPLES: dict[ModuleType, bytes] = {
    ninjs: json.dumps(
        {
            "uri": "urn:x:1",
            "versioncreated": "2020-02-03T08:00:00Z",
            "headline": "Wall",
            "byline": "By Ada Hill",
            "body_xhtml": "<p>It <b>stands</b>.</p>",
            "associations": {"a": {"type": "picture", "renditions": {"r": {"href": "https://example.org/a.jpg"}}}},
        }
    ).encode(),
    newsml_g2: b"""<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet><newsItem guid="g" version="2">
        <itemMeta><pubStatus qcode="stat:usable"/><embargoed>2031-01-01T00:00:00Z</embargoed></itemMeta><contentMeta>
        <by>Ada Hill</by><headline>Wall</headline></contentMeta><contentSet><inlineXML><html><body><p>It stands.</p>
        </body></html></inlineXML></contentSet></newsItem></itemSet></newsMessage>""",
    newsml1: b"""<NewsML><NewsItem><NewsComponent><NewsLines><HeadLine>Wall</HeadLine></NewsLines><ContentItem>
        <DataContent><p>It stands.</p></DataContent></ContentItem></NewsComponent></NewsItem></NewsML>""",
    nitf: b"""<?xml version="1.0" encoding="iso-8859-1"?><!DOCTYPE nitf [<!ENTITY a "b">]><nitf><head><title>W</title>
        </head><body><body.head><hedline><hl1>Wall &a;</hl1></hedline></body.head><body.content><p>It stands.</p>
        </body.content></body></nitf>""",
    wire: b"\x01exa062 4 i 211 exa 061\r\nx/\r\n\x02Wall =\r\n\r\nSaltby (exa) - It stands.\r\n"
    b"\x03131137 GMT Nov 13\x04",
    vendorxml: b"<r><i><title>Wall</title><content>&lt;p&gt;It stands.&lt;/p&gt;</content></i></r>",
}

mangled = st.lists(
    st.tuples(
        st.integers(0, 2000), st.integers(0, 40), st.binary(max_size=12) | st.sampled_from([b"<", b"&", b"\xff"])
    ),
    max_size=6,
)
words = st.text(st.characters(categories=("L", "N", "P", "Zs", "S")), max_size=40)


def outcomes(reader: ModuleType, data: bytes) -> list[Outcome]:
    """All outcomes, each checked for what every outcome has to be; none for an input that is refused in a line."""
    assert 0 <= reader.recognises(data) <= 100
    refusal, found = "", []
    try:
        found = list(reader.read(Input.from_bytes(data), Settings()))
    except Unreadable as reason:
        refusal = str(reason)
    assert bool(found) != bool(refusal)
    assert "\n" not in refusal
    for each in found:
        msgspec.json.encode(each)
        if isinstance(each, Rejected):
            assert each.reason
            assert "\n" not in each.reason
        elif isinstance(each, Imported):
            assert each.article.title.strip()
            assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", each.article.title + each.article.body)
    return found


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.FORMAT)
def test_the_samples_are_articles(reader: ModuleType) -> None:
    (found,) = outcomes(reader, SAMPLES[reader])
    assert isinstance(found, Imported)
    assert "Wall" in found.article.title
    assert found.article.body.replace("*", "").endswith("It stands.")


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.FORMAT)
@given(changes=mangled)
@example(changes=[(0, 0, b"\x01")])
def test_damaged_input_gives_outcomes_or_one_line(reader: ModuleType, changes: list[tuple[int, int, bytes]]) -> None:
    data = SAMPLES[reader]
    for place, length, put in changes:
        at = place % (len(data) + 1)
        data = data[:at] + put + data[at + length :]
    outcomes(reader, data)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.FORMAT)
@given(data=st.binary(max_size=300))
def test_any_bytes_give_outcomes_or_one_line(reader: ModuleType, data: bytes) -> None:
    outcomes(reader, data)


NAMES = (
    *(
        "uri",
        "headline",
        "headlines",
        "byline",
        "body_html",
        "bodies",
        "associations",
        "renditions",
        "subject",
        "people",
    ),
    *("located", "embargoed", "pubstatus", "version", "versioncreated", "type", "value", "name", "href", "width"),
    *("language", "source", "flags", "rightsinfo", "genre", "title", "item", "data"),
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(NAMES),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(value=values)
def test_json_of_any_shape_gives_outcomes_or_one_line(value: Any) -> None:
    outcomes(ninjs, json.dumps(value).encode())


@given(headline=words, text=words)
def test_what_is_said_is_kept_in_every_format(headline: str, text: str) -> None:
    # Agencies escape twice, now and then: what looks like a tag is read as one.
    assume(not re.search(r"<[A-Za-z/!?]", headline + " " + text))
    title, body = " ".join(headline.split()), " ".join(text.split())
    inside = f"<p>{escape(text)}</p>"
    documents = {
        ninjs: json.dumps({"uri": "u", "headline": headline, "body_xhtml": inside}),
        newsml_g2: f"<newsItem guid='g'><contentMeta><headline>{escape(headline)}</headline></contentMeta><contentSet>"
        f"<inlineXML><html><body>{inside}</body></html></inlineXML></contentSet></newsItem>",
        newsml1: f"<NewsML><NewsItem><NewsComponent><NewsLines><HeadLine>{escape(headline)}</HeadLine></NewsLines>"
        f"<ContentItem><DataContent>{inside}</DataContent></ContentItem></NewsComponent></NewsItem></NewsML>",
        nitf: f"<nitf><body><body.head><hedline><hl1>{escape(headline)}</hl1></hedline></body.head>"
        f"<body.content>{inside}</body.content></body></nitf>",
    }
    bodies = set()
    for reader, document in documents.items():
        (found,) = outcomes(reader, document.encode())
        if not title and not body:
            assert isinstance(found, Rejected)
            continue
        assert isinstance(found, Imported)
        if title:
            assert found.article.title == title
        bodies.add(found.article.body)
    assert len(bodies) <= 1, "the same text is the same Markdown, whatever it came in"


@given(text=st.text(max_size=80), lang=st.sampled_from(["", "en", "de", "ar", "fr", "sv"]))
def test_bylines_give_names_that_stand_in_them(text: str, lang: str) -> None:
    for name in names_in(text, lang):
        assert name.strip() == name
        assert name
        assert all(word in text for word in name.split())


@given(text=st.text(max_size=60) | st.from_regex(r"\d{8}T?\d{0,6}([+-]\d{4}|Z)?", fullmatch=True))
def test_time_stamps_are_dates_or_nothing(text: str) -> None:
    found = parse_timestamp(text, Settings().zone)
    assert found is None or found.sort_key
