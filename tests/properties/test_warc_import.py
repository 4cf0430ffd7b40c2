"""Whatever is done to a web archive's bytes: no crash, accounts that balance, and untouched records arrive."""

from __future__ import annotations

import gzip
import io
import zlib
from datetime import UTC

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from tests.webarchives import ARC_BEGIN, arc, http, zipped
from tests.webarchives import warc as record

from backissue.article import Article
from backissue.importers import wacz, warc
from backissue.importers.outcomes import Imported, Input, Outcome, Rejected, Settings, Unreadable
from backissue.importers.webarchive.members import chunks
from backissue.importers.webarchive.messages import Undecodable, capture_date, decoded, unchunked
from backissue.importers.webarchive.records import records


@pytest.fixture(autouse=True)
def _pages_without_reading_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page holds is the page reader's business: here each is an article."""

    def read_page(data: bytes, *, url: str = "", charset: str = "", settings: Settings) -> Imported | Rejected:
        return Imported(article=Article(title="A", body=str(len(data))), place=url)

    monkeypatch.setattr(warc, "read_page", read_page)


anything = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def read(data: bytes) -> list[Outcome]:
    return list(warc.read(Input.from_bytes(data), Settings()))


def page(number: int) -> bytes:
    return record(http(b"<html>page %d" % number), f"http://a.example/{number}")


BEGINNINGS = [b"", b"WARC/1.0\r\n", b"\x1f\x8b\x08", b"\x04\x22\x4d\x18", ARC_BEGIN, b"PK\x03\x04"]
CHANGES = st.tuples(st.floats(0, 1), st.sampled_from(["cut", "flip", "insert", "zero"]), st.integers(0, 255))
OTHERS = [
    record(b"a: b", "", kind="warcinfo"),
    record(b"GET / HTTP/1.1\r\n\r\n", kind="request"),
    record(http(b"\x89PNG\r\n\r\nWARC/1.0 ", media="image/png")),
    record(http(b"", media="text/css")),
]


@anything
@given(
    st.lists(st.one_of(st.integers(0, 999), st.sampled_from(OTHERS)), max_size=8), st.sampled_from(["", "each", "all"])
)
def test_every_page_gives_one_outcome_and_nothing_else_does(parts: list[int | bytes], compressed: str) -> None:
    written = [page(part) if isinstance(part, int) else part for part in parts]
    data = zipped(*written) if compressed == "each" else b"".join(written)
    data = gzip.compress(data) if compressed == "all" else data
    outcomes = read(data)
    numbers = [part for part in parts if isinstance(part, int)]
    if not numbers:
        assert [type(each) for each in outcomes] == [Rejected]
        return
    assert len(outcomes) == len(numbers)
    assert sum(isinstance(each, Imported) for each in outcomes) == len(set(numbers))
    for number, outcome in zip(numbers, outcomes, strict=True):
        assert outcome.place.endswith(f"http://a.example/{number}")


@anything
@given(st.lists(CHANGES, max_size=6), st.sampled_from(["warc", "gzip", "arc"]))
def test_damage_anywhere_never_breaks_the_reader(changes: list[tuple[float, str, int]], form: str) -> None:
    pages = [page(number) for number in range(5)]
    data = bytearray(
        zipped(*pages)
        if form == "gzip"
        else ARC_BEGIN + b"".join(arc(http(b"<html>x"), f"http://a.example/{n}") for n in range(5))
        if form == "arc"
        else b"".join(pages)
    )
    for where, what, value in changes:
        place = int(where * max(0, len(data) - 1))
        match what:
            case "cut":
                del data[place : place + value]
            case "flip" if data:
                data[place] ^= value
            case "insert":
                data[place:place] = bytes([value]) * (value % 50)
            case "zero":
                data[place : place + 20] = b"\0" * len(data[place : place + 20])
    try:
        outcomes = read(bytes(data))
    except Unreadable:
        return
    assert outcomes
    for outcome in outcomes:
        if isinstance(outcome, Rejected):
            assert outcome.reason
            assert "\n" not in outcome.reason


@anything
@given(st.integers(0, 4), st.floats(0.2, 0.8), st.booleans())
@example(4, 0.28125, True)
def test_one_broken_record_costs_no_other(number: int, where: float, compressed: bool) -> None:
    pages = [page(each) for each in range(5)]
    written = [gzip.compress(each, mtime=0) if compressed else each for each in pages]
    broken = written[number]
    cut = int(len(broken) * where)
    written[number] = broken[:cut] if compressed else broken.replace(b"Content-Length: ", b"Content-Length: 9")
    outcomes = read(b"".join(written))
    arrived = {outcome.place.rsplit("/", 1)[1] for outcome in outcomes if isinstance(outcome, Imported)}
    assert arrived >= {str(each) for each in range(5) if each != number}
    assert any(isinstance(outcome, Rejected) and "broken at byte" in outcome.reason for outcome in outcomes)


@anything
@given(st.binary(max_size=400), st.sampled_from(BEGINNINGS))
def test_any_bytes(data: bytes, begin: bytes) -> None:
    warc.recognises(begin + data)
    wacz.recognises(begin + data)
    for reader in (warc, wacz):
        try:
            assert list(reader.read(Input.from_bytes(begin + data), Settings()))
        except Unreadable:
            continue


@given(st.lists(st.binary(max_size=30), max_size=6), st.booleans())
def test_plain_bytes_come_out_as_they_went_in(parts: list[bytes], compressed: bool) -> None:
    data = zipped(*parts) if compressed else b"".join(parts)
    assume(compressed or not data.startswith((b"\x1f\x8b\x08", b"\x04\x22\x4d\x18")))
    pieces = list(chunks(io.BytesIO(data)))
    assert b"".join(getattr(piece, "data", b"") for piece in pieces) == b"".join(parts)


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=6), st.booleans(), st.sampled_from([b"\r\n", b"\n"]))
def test_chunks_are_undone(parts: list[bytes], ended: bool, end: bytes) -> None:
    body = b"".join(f"{len(part):X}".encode() + end + part + end for part in parts) + (b"0" + end * 2 if ended else b"")
    assert unchunked(body) == (b"".join(parts), ended)


@given(st.binary(max_size=200), st.sampled_from(["gzip", "deflate", "br", "zstd", "x"]))
def test_any_body_decodes_or_says_why(body: bytes, encoding: str) -> None:
    for function in (unchunked, lambda data: decoded(data, encoding)):
        try:
            function(body)
        except Undecodable:
            continue
    assert decoded(zlib.compress(body), "deflate") == body


@given(st.text(max_size=30))
def test_any_text_is_a_capture_date_or_none(text: str) -> None:
    capture_date(text, UTC)


@given(st.binary(max_size=300))
def test_framing_ends(data: bytes) -> None:
    assert len(list(records(chunks(io.BytesIO(b"WARC/1.0\r\n" + data))))) <= len(data) + 11
