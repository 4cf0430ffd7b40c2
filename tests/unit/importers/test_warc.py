from __future__ import annotations

import gzip
import io
import tracemalloc
import zlib
from collections.abc import Iterable
from datetime import UTC

import brotli
import lz4.frame
import pytest
from tests.webarchives import ARC_BEGIN, arc, http, page, warc, zipped

from backissue.dates import Date
from backissue.importers import warc as importer
from backissue.importers.outcomes import Duplicate, Imported, Input, Outcome, Rejected, Settings
from backissue.importers.webarchive import members, messages, records
from backissue.importers.webarchive.members import zstd_module
from backissue.importers.webarchive.messages import Undecodable, capture_date, decoded, unchunked

zstd = zstd_module()


def read(data: bytes) -> list[Outcome]:
    return list(importer.read(Input.from_bytes(data), Settings()))


def imported(data: bytes) -> Imported:
    (found,) = read(data)
    assert isinstance(found, Imported), found
    return found


def reasons(outcomes: Iterable[Outcome]) -> list[str]:
    return [each.reason for each in outcomes if isinstance(each, Rejected)]


def kinds(data: bytes) -> list[str]:
    return [type(each).__name__ for each in read(data)]


def chunked(body: bytes, *sizes: int, end: bytes = b"0\r\n\r\n") -> bytes:
    pieces, at = [], 0
    for size in (*sizes, len(body)):
        piece = body[at : at + size]
        at += size
        if piece:
            pieces.append(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
    return b"".join(pieces) + end


@pytest.mark.parametrize(
    ("head", "surely"),
    [
        (b"WARC/1.0\r\nWARC-Type: warcinfo\r\n", True),
        (b"WARC/1.1\r\n", True),
        (ARC_BEGIN, True),
        (arc(b"x"), True),
        (b"broken \r\n\r\n\nWARC/1.0\r\nWARC-Type: response\r\n", True),
        (b"\x04\x22\x4d\x18xxxx", True),
        (b"<html>WARC/1.0", False),
        (b"---\ntitle: A\n---\n", False),
        (b"", False),
    ],
)
def test_recognises(head: bytes, surely: bool) -> None:
    assert (importer.recognises(head) >= 60) is surely


def test_a_page_with_where_and_when_it_was_captured() -> None:
    found = imported(warc(http(page()), "http://a.example/1", "WARC-Payload-Digest: sha1:AAAA"))
    assert found.article.title == "The bridge reopens"
    assert found.article.captured == Date("2014-03-01T10:20:30+00:00")
    assert found.article.source_url == found.identity == "http://a.example/1"
    assert found.place == "record 1 at byte 0, http://a.example/1"
    assert found.article.provenance is not None
    assert "captured from http://a.example/1, 2014-03-01T10:20:30Z, payload sha1:AAAA" in found.article.provenance.notes
    assert "over it in the sun" in found.article.body


def test_the_canonical_address_is_the_identity() -> None:
    body = page().replace(b"<head>", b"<head><link rel=canonical href='http://a.example/story'>")
    found = imported(warc(http(body), "http://a.example/1?utm_source=x"))
    assert found.article.source_url == found.identity == "http://a.example/story"


@pytest.mark.parametrize("version", ["0.17", "0.18", "1.0", "1.1"])
def test_versions_of_warc(version: str) -> None:
    assert imported(warc(http(page()), version=version)).article.title == "The bridge reopens"


def test_arc() -> None:
    found = imported(ARC_BEGIN + arc(http(page())))
    assert found.article.captured == Date("2014-03-01T10:20:30+00:00")
    assert found.article.source_url == "http://a.example/1"


def test_arc_version_2() -> None:
    block = http(page())
    head = f"http://a.example/1 192.0.2.1 20140301102030 text/html 200 CHECK - 100 a.arc {len(block)}\n".encode()
    assert imported(ARC_BEGIN + head + block + b"\n").article.title == "The bridge reopens"


def test_a_resource_record_and_one_without_a_type_that_begins_like_a_page() -> None:
    assert imported(warc(page(), kind="resource")).article.title == "The bridge reopens"
    assert imported(warc(http(page(), media=""))).article.title == "The bridge reopens"
    assert imported(warc(http(page(), media="application/octet-stream"))).article.title == "The bridge reopens"


def test_the_charset_of_the_http_head_is_used() -> None:
    body = page("Мост открыт").decode().encode("windows-1251")
    assert imported(warc(http(body, media="text/html; charset=windows-1251"))).article.title == "Мост открыт"


def compress(body: bytes, encoding: str) -> bytes:
    raw = zlib.compressobj(wbits=-15)
    return {
        "gzip": gzip.compress(body),
        "x-gzip": gzip.compress(body),
        "deflate": zlib.compress(body),
        "raw deflate": raw.compress(body) + raw.flush(),
        "br": brotli.compress(body),
        "identity": body,
    }[encoding]


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "deflate", "raw deflate", "br", "identity"])
@pytest.mark.parametrize("in_chunks", [False, True])
def test_encodings_and_chunks(encoding: str, in_chunks: bool) -> None:
    body = compress(page(), encoding)
    fields = [f"Content-Encoding: {encoding.split()[-1]}"]
    if in_chunks:
        body = chunked(body, 10, 1, 200)
        fields.append("Transfer-Encoding: chunked")
    assert imported(warc(http(body, *fields))).article.title == "The bridge reopens"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "chunked"])
def test_a_page_stored_decoded_under_its_old_head(encoding: str) -> None:
    field = "Transfer-Encoding: chunked" if encoding == "chunked" else f"Content-Encoding: {encoding}"
    assert imported(warc(http(page(), field))).article.title == "The bridge reopens"


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        (http(gzip.compress(page())[:200], "Content-Encoding: gzip"), "the encoding ends early: the page is cut short"),
        (http(gzip.compress(page())[:-8] + b"x" * 8, "Content-Encoding: gzip"), "the gzip encoding is damaged"),
        (http(brotli.compress(page())[:200], "Content-Encoding: br"), "the encoding ends early"),
        (http(b"x" * 50, "Content-Encoding: br"), "the br encoding is damaged"),
        (http(b"x", "Content-Encoding: zstd"), "the zstd encoding is damaged"),
        (http(gzip.compress(b"<p>" * (8 << 20)), "Content-Encoding: gzip"), "the page expands to more than 20 MiB"),
        (http(brotli.compress(b"<p>" * (8 << 20), quality=1), "Content-Encoding: br"), "expands to more than 20 MiB"),
        (
            http(chunked(page(), 100)[:-400], "Transfer-Encoding: chunked"),
            "wrong chunk lengths (the message ends within",
        ),
        (
            http(b"5\r\nabcdefgh\r\n0\r\n\r\n", "Transfer-Encoding: chunked"),
            "wrong chunk lengths (no chunk begins at byte 8",
        ),
    ],
)
def test_a_broken_message_is_rejected_with_its_place(block: bytes, reason: str) -> None:
    data = warc(b"x", kind="warcinfo") + warc(block)
    (found,) = reasons(read(data))
    place = len(warc(b"x", kind="warcinfo"))
    assert found.startswith(f"broken at byte {place}: ")
    assert reason in found


def test_a_missing_last_chunk_is_noted() -> None:
    found = imported(warc(http(chunked(page(), 100, end=b""), "Transfer-Encoding: chunked")))
    assert found.article.provenance is not None
    assert any("last chunk" in note for note in found.article.provenance.notes)


def test_only_pages_give_outcomes() -> None:
    data = b"".join(
        [
            warc(b"software: x", kind="warcinfo"),
            warc(b"GET / HTTP/1.1\r\n\r\n", kind="request"),
            warc(http(page())),
            warc(b"x: y", kind="metadata"),
            warc(http(b"\x89PNG", media="image/png"), "http://a.example/x.png"),
            warc(http(b"User-agent: *", media="text/plain"), "http://a.example/robots.txt"),
            warc(http(b"<html>", media="application/javascript"), "http://a.example/x.js"),
            warc(b"1.2.3.4", "dns:a.example"),
        ]
    )
    assert kinds(data) == ["Imported"]


def test_a_file_without_pages_says_so() -> None:
    assert reasons(read(warc(b"a: b", kind="warcinfo") + warc(b"c", kind="metadata"))) == [
        "no web page in it (1 metadata, 1 warcinfo)"
    ]
    assert reasons(read(b"")) == ["no record in it"]


@pytest.mark.parametrize("status", ["404 Not Found", "302 Found", "500", "304 Not Modified"])
def test_a_page_that_is_not_a_success(status: str) -> None:
    assert reasons(read(warc(http(page(), status=status)))) == [f"HTTP status {status[:3]}, not 200"]


def test_the_text_of_a_page_without_the_page() -> None:
    assert "import the WARC file that it was made from" in reasons(read(warc(b"text", kind="conversion")))[0]


def test_a_page_that_is_no_article_is_rejected_with_the_readers_reason() -> None:
    (found,) = read(warc(http(b"<html><body></body></html>")))
    assert isinstance(found, Rejected)
    assert found.place == "record 1 at byte 0, http://a.example/1"


def test_the_same_payload_of_the_same_url_is_a_duplicate_and_another_is_a_version() -> None:
    data = b"".join(
        [
            warc(http(page())),
            warc(http(page(), "Date: later"), date="2015-01-01T00:00:00Z"),
            warc(http(page(seed="tower")), date="2016-01-01T00:00:00Z"),
            warc(http(page()), "http://b.example/2"),
        ]
    )
    first, second, third, fourth = read(data)
    assert isinstance(second, Duplicate)
    assert second.of == "record 1"
    assert isinstance(first, Imported)
    assert isinstance(third, Imported)
    assert first.identity == third.identity
    assert isinstance(fourth, Imported)
    assert fourth.identity != first.identity


REVISIT = "WARC-Profile: http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"


def test_a_revisit_is_a_duplicate_of_the_capture_it_refers_to() -> None:
    head = http(b"")
    digest = "WARC-Payload-Digest: sha1:AAAA"
    data = b"".join(
        [
            warc(b"a: b", kind="warcinfo"),
            warc(http(page()), "http://a.example/1", digest),
            warc(head, "http://a.example/1", REVISIT, digest, kind="revisit"),
            warc(b"", "http://b.example/", REVISIT, digest, kind="revisit"),
            warc(
                head,
                "http://a.example/1",
                "WARC-Refers-To-Target-URI: http://a.example/1",
                "WARC-Refers-To-Date: 2014-03-01T10:20:30Z",
                kind="revisit",
            ),
            warc(head, "http://c.example/", REVISIT, "WARC-Payload-Digest: sha1:BBBB", kind="revisit"),
            warc(http(b"", media="image/png"), "http://c.example/x.png", REVISIT, kind="revisit"),
        ]
    )
    outcomes = read(data)
    assert [type(each).__name__ for each in outcomes] == ["Imported", "Duplicate", "Duplicate", "Duplicate", "Rejected"]
    assert all(each.of == "record 2" for each in outcomes if isinstance(each, Duplicate))
    assert reasons(outcomes) == ["a revisit: the page itself is not in this file (http://c.example/)"]


@pytest.mark.parametrize("compressed", [False, True])
def test_bytes_of_places(compressed: bool) -> None:
    parts = [warc(b"a: b", kind="warcinfo"), warc(http(page())), warc(http(page(seed="x")), "http://b.example/")]
    data = zipped(*parts) if compressed else b"".join(parts)
    offsets = [len(zipped(*parts[:n]) if compressed else b"".join(parts[:n])) for n in (1, 2)]
    assert [each.place.split(",")[0] for each in read(data)] == [
        f"record {number} at byte {offset}" for number, offset in zip((2, 3), offsets, strict=True)
    ]


def test_one_gzip_member_around_all_records() -> None:
    assert kinds(gzip.compress(warc(b"a", kind="warcinfo") + warc(http(page())) + warc(http(page(seed="y"))))) == [
        "Imported",
        "Imported",
    ]


def test_lz4_frames() -> None:
    data = b"".join(lz4.frame.compress(each) for each in (warc(b"a", kind="warcinfo"), warc(http(page()))))
    assert kinds(data) == ["Imported"]
    assert "the LZ4 frame ends early" in reasons(read(data[:-20]))[-1]


def test_zstd_frames_with_and_without_a_dictionary() -> None:
    parts = [warc(b"a", kind="warcinfo"), warc(http(page()))]
    data = b"".join(map(zstd.compress, parts))
    assert kinds(data) == ["Imported"]
    assert "the zstd frame ends early" in reasons(read(data[:-20]))[-1]
    trained = zstd.train_dict([page() + bytes([n]) * n for n in range(200)], 4096)
    known = b"".join(zstd.compress(part, zstd_dict=trained) for part in parts)
    packed = zstd.compress(trained.dict_content)
    for content in (trained.dict_content, packed):
        assert kinds(b"\x5d\x2a\x4d\x18" + len(content).to_bytes(4, "little") + content + known) == ["Imported"]


def test_a_page_that_was_sent_with_zstd() -> None:
    assert imported(warc(http(zstd.compress(page()), "Content-Encoding: zstd"))).article.title == "The bridge reopens"


def test_zstd_bombs_are_not_opened() -> None:
    data = zstd.compress(warc(http(page()))) + zstd.compress(bytes(300 << 20))
    assert "expands more than" in " ".join(reasons(read(data)))


class TestDamage:
    """A damaged record is told with its place, and the ones around it arrive."""

    before = warc(http(page(seed="before")), "http://a.example/before")
    after = warc(http(page(seed="after")), "http://a.example/after")
    endless = http(page().replace(b"</html>", b""))

    def check(self, data: bytes, place: int, why: str) -> None:
        outcomes = read(data)
        assert [type(each).__name__ for each in outcomes] == ["Imported", "Rejected", "Imported"], outcomes
        assert reasons(outcomes) == [f"broken at byte {place}: {why}"]
        assert "/after" in outcomes[2].place

    def test_a_length_that_is_too_small(self) -> None:
        data = self.before + warc(http(page()), length=300) + self.after
        self.check(data, len(self.before), "the record is longer than its Content-Length")

    def test_a_length_that_is_too_large(self) -> None:
        broken = warc(self.endless, length=len(self.endless) + 900)
        self.check(self.before + broken + self.after, len(self.before), "the record is shorter than its Content-Length")

    def test_a_length_that_is_far_too_large(self) -> None:
        data = self.before + warc(self.endless, length=10_000_000) + self.after
        self.check(data, len(self.before), "the record is shorter than its Content-Length")

    @pytest.mark.parametrize("length", [b"-5", b"abc", b"", b"99999999999999999999"])
    def test_a_length_that_is_none(self, length: bytes) -> None:
        broken = warc(http(page()), length=12345).replace(b": 12345\r\n", b": " + length + b"\r\n")
        self.check(self.before + broken + self.after, len(self.before), "the record's header gives no length")

    def test_garbage_between_records(self) -> None:
        first, second = read(self.before + b"garbage\n" * 9 + self.after)
        assert isinstance(first, Imported)
        assert first.article.provenance is not None
        assert "the record is longer than its Content-Length, yet its page is whole" in first.article.provenance.notes
        assert "/after" in second.place

    def test_garbage_at_the_beginning(self) -> None:
        outcomes = read(b"garbage\n" * 9 + self.after)
        assert reasons(outcomes) == ["broken at byte 0: no record begins here"]
        assert "/after" in outcomes[1].place

    def test_a_header_without_end(self) -> None:
        data = self.before + b"WARC/1.0\r\nWARC-Type: response\r\n" + b"x" * 100_000 + b"\n" + self.after
        self.check(data, len(self.before), "the record's header has no end")

    def test_a_cut_gzip_member(self) -> None:
        before, broken, after = (gzip.compress(each, mtime=0) for each in (self.before, warc(http(page())), self.after))
        outcomes = read(before + broken[:-100] + after)
        assert [type(each).__name__ for each in outcomes] == ["Imported", "Rejected", "Imported"]
        assert reasons(outcomes)[0].startswith(f"broken at byte {len(before)}: the gzip member is damaged")

    def test_a_wrong_checksum(self) -> None:
        before, broken, after = (gzip.compress(each, mtime=0) for each in (self.before, warc(http(page())), self.after))
        self.check(
            before + broken[:-8] + b"\0\0\0\0" + broken[-4:] + after,
            len(before),
            "the gzip member is damaged (incorrect data check)",
        )

    def test_garbage_between_members(self) -> None:
        before, after = zipped(self.before), zipped(self.after)
        self.check(before + b"garbage" + after, len(before), "no gzip member begins here")

    def test_zero_bytes_between_members_are_no_damage(self) -> None:
        assert kinds(zipped(self.before) + b"\0" * 1000 + zipped(self.after) + b"\0" * 512) == ["Imported", "Imported"]

    def test_a_file_that_ends_early(self) -> None:
        data = self.before + warc(http(page()))
        outcomes = read(data[:-200])
        assert [type(each).__name__ for each in outcomes] == ["Imported", "Rejected"]
        assert reasons(outcomes)[0].startswith(f"broken at byte {len(self.before)}: the record ends after ")
        compressed = zipped(self.before, warc(http(page())))
        assert reasons(read(compressed[:-60]))[0].endswith("the gzip member ends early")

    def test_an_arc_record_of_no_length(self) -> None:
        data = (
            ARC_BEGIN
            + arc(http(page()))
            + b"http://a.example/2 192.0.2.1 20140301102030 text/html -1\n\n"
            + arc(http(page(seed="z")), "http://a.example/3")
        )
        assert kinds(data) == ["Imported", "Rejected", "Imported"]

    def test_a_page_that_is_whole_by_its_own_length_arrives_with_a_note(self) -> None:
        body = page()
        data = warc(
            http(body, f"Content-Length: {len(body)}"), length=len(http(body, f"Content-Length: {len(body)}")) + 40
        )
        found = imported(data)
        assert found.article.provenance is not None
        assert any("yet its page is whole" in note for note in found.article.provenance.notes)

    def test_damage_to_other_records_is_passed_over(self) -> None:
        assert kinds(warc(b"x" * 50, kind="metadata", length=20) + self.after) == ["Imported"]

    def test_a_header_that_is_no_header(self) -> None:
        data = b"WARC/1.0\r\nContent-Length: 3\r\n\xff\xfe no colon\r\n\r\nabc\r\n\r\n" + self.after
        assert kinds(data) == ["Imported"]


def test_a_record_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "MAX_BLOCK", 100_000)
    monkeypatch.setattr(importer, "MAX_BLOCK", 100_000)
    large = page().replace(b"</article>", b"<p>more</p>" * 20_000 + b"</article>")
    picture = warc(http(b"x" * 300_000, media="image/png"))
    outcomes = read(picture + warc(http(large)) + warc(http(page()), "http://a.example/2"))
    assert [type(each).__name__ for each in outcomes] == ["Rejected", "Imported"]
    assert "larger than" in reasons(outcomes)[0]


def test_a_member_that_expands_like_a_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "FREE_EXPANSION", 1 << 20)
    bomb = gzip.compress(warc(http(b"\0" * (16 << 20)), "http://a.example/bomb"), mtime=0)
    outcomes = read(bomb + zipped(TestDamage.after))
    assert [type(each).__name__ for each in outcomes] == ["Rejected", "Imported"]
    assert "expands more than 500 times" in reasons(outcomes)[0]


def test_memory_does_not_grow_with_the_file() -> None:
    picture = warc(http(bytes(range(256)) * 400, media="image/png"), "http://a.example/x.png")

    class Endless(io.RawIOBase):
        left = 300

        def read(self, size: int = -1) -> bytes:
            self.left -= 1
            return picture if self.left >= 0 else b""

    tracemalloc.start()
    try:
        list(importer.read_captures(Endless(), Settings()))
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_a_capture_that_was_cut_short_is_noted() -> None:
    found = imported(warc(http(page()), "http://a.example/1", "WARC-Truncated: length"))
    assert found.article.provenance is not None
    assert "the capture was cut short (length)" in found.article.provenance.notes


def test_segments_are_not_put_together() -> None:
    assert "segments" in reasons(read(warc(http(page()), "http://a.example/1", "WARC-Segment-Number: 1")))[0]


@pytest.mark.parametrize("written", ["<http://a.example/1>", "http://a.example/1"])
def test_the_marks_of_wget_around_an_address(written: str) -> None:
    assert imported(warc(http(page()), written)).article.source_url == "http://a.example/1"


def test_spaces_in_an_address() -> None:
    assert "http://a.example/a%20b" in imported(warc(http(page()), "http://a.example/a b")).place


@pytest.mark.parametrize(
    ("written", "edtf"),
    [
        ("2014-03-01T10:20:30Z", "2014-03-01T10:20:30+00:00"),
        ("2014-03-01T10:20:30.123456Z", "2014-03-01T10:20:30+00:00"),
        ("2014-03-01T10:20Z", "2014-03-01T10:20:00+00:00"),
        ("2014-03-01T10Z", "2014-03-01"),
        ("2014-03-01", "2014-03-01"),
        ("2014-03-01T10:20:30+0200", "2014-03-01T08:20:30+00:00"),
        ("20140301102030", "2014-03-01T10:20:30+00:00"),
        ("20140301", "2014-03-01"),
        ("2008-10-294T05:21:46-0700", None),
        ("2014-13-01T00:00:00Z", None),
        ("", None),
        ("yesterday", None),
    ],
)
def test_capture_dates(written: str, edtf: str | None) -> None:
    assert capture_date(written, UTC) == (Date(edtf) if edtf else None)


def test_unchunked() -> None:
    assert unchunked(b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n") == (b"abcde", True)
    assert unchunked(b"3\nabc\n0\n\n") == (b"abc", True)
    assert unchunked(b"3\r\nabc\r\n") == (b"abc", False)
    assert unchunked(b"<html>") == (b"<html>", True)
    with pytest.raises(Undecodable):
        unchunked(b"3\r\nabc\r\nzz\r\n")


def test_an_unknown_encoding_is_left() -> None:
    assert decoded(b"abc", "utf-8") == b"abc"
    assert messages.payload_digest(b"") == "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"


def test_a_member_cut_within_its_first_line_costs_the_record_before_nothing() -> None:
    cut = gzip.compress(b"WAR", mtime=0)[:-8]
    outcomes = read(zipped(TestDamage.before) + cut)
    assert [type(each).__name__ for each in outcomes] == ["Imported", "Rejected"]
    assert isinstance(outcomes[0], Imported)
    assert outcomes[0].article.provenance is not None
    assert not any("Content-Length" in note for note in outcomes[0].article.provenance.notes)
