"""Web captures (WARC, ARC; plain, gzip, LZ4 or Zstandard; damaged too) → the articles among their pages.

Every HTML record (a `response`, `revisit` or `resource` that is a web page by its type or, where that says nothing, by
its beginning) gives exactly one outcome. A `conversion` record (the text of a page, as in WET files) is rejected, for
its page is elsewhere. So is everything that is broken, as `broken at byte N: why`, N being the place in the file of the
record or of its compressed member; reading goes on with the next record. A broken record whose page is whole by the
HTTP message's own account is imported, with a note. Records of other kinds (requests, metadata,
pictures, scripts, robots.txt) give none. A file without any page gives one line that says so.

A revisit, and a capture whose payload is the same as an earlier one's of the same URL, is a duplicate of that one.
Captures of one URL that differ are versions: each is imported, with one identity. Memory is constant but for a few
bytes a page, by which repetitions are known.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import IO

import msgspec

from ..article import Article, Provenance
from ..errors import MissingExtra
from .html import read_page
from .outcomes import Duplicate, Imported, Input, Outcome, Rejected, Settings, Unreadable
from .webarchive.members import LZ4, ZSTD_DICTIONARY, chunks
from .webarchive.messages import Capture, Undecodable, capture_date, is_whole, page_of, payload_digest, read_capture
from .webarchive.records import ARC_HEADER, MAX_BLOCK, Record, records

FORMAT = "warc"
TITLE = "Web captures (WARC, ARC)"
VERSION = 2
ALONE = True
RAW = True
MAX_BYTES = 0

_PAGES = ("response", "revisit", "resource", "conversion")


def recognises(head: bytes) -> int:
    """Certain of a record's first line; sure of a file that holds one further on."""
    if head.startswith(b"WARC/") or (head.startswith(b"filedesc:") and ARC_HEADER.match(head)):
        return 100
    if head.startswith((LZ4, ZSTD_DICTIONARY)):
        return 60
    if b"\nWARC/1.0\r\nWARC-Type:" in head or b"\nWARC/1.1\r\nWARC-Type:" in head:
        return 70
    return 95 if ARC_HEADER.match(head) else 0


def read(source: Input, settings: Settings) -> Iterator[Outcome]:
    """Read a file of captures, record by record."""
    with source.open() as stream:
        yield from read_captures(stream, settings)


def read_captures(stream: IO[bytes], settings: Settings, within: str = "") -> Iterator[Outcome]:
    """The outcomes of a stream of records; `within` names the member of a package that the stream is."""
    reader = _Reader(settings, within)
    try:
        for record in records(chunks(stream)):
            outcome = reader.outcome(record)
            if outcome is not None:
                reader.given += 1
                yield outcome
    except MissingExtra as missing:
        raise Unreadable(str(missing)) from None
    if not reader.given:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(reader.kinds.items()))
        yield Rejected(place=within, reason=f"no web page in it ({kinds})" if kinds else "no record in it")


class _Reader:
    """What is remembered from record to record: the captures seen, as digests, and where they stand."""

    def __init__(self, settings: Settings, within: str) -> None:
        self.given = 0
        self.kinds: Counter[str] = Counter()
        self._settings = settings
        self._within = f"{within}, " if within else ""
        self._seen: dict[bytes, int] = {}

    def outcome(self, record: Record) -> Outcome | None:
        """What becomes of a record; None for one that is no page."""
        place = f"{self._within}record {record.number} at byte {record.offset}"
        broken = f"broken at byte {record.offset}: {record.damage}"
        try:
            capture = read_capture(record) if record.kind else None
        except Exception as error:  # warcio's parsers raise what they like for damaged headers
            if not record.damage:
                broken = f"broken at byte {record.offset}: the header can't be read ({type(error).__name__})"
            return Rejected(place=place, reason=broken)
        if capture is None:
            return Rejected(place=place, reason=broken)
        self.kinds[capture.kind or "unknown"] += 1
        if capture.url:
            place += f", {capture.url}"
        if record.damage and not (capture.is_html and capture.status == 200 and is_whole(capture)):
            has_head = b"\n\r\n" in record.block or b"\n\n" in record.block
            is_other = capture.kind not in _PAGES or (has_head and not _may_be_page(capture))
            return None if is_other and record.length else Rejected(place=place, reason=broken)
        if capture.kind == "conversion":
            reason = "the text of a page without the page (WET) — import the WARC file that it was made from"
            return Rejected(place=place, reason=reason)
        if capture.kind == "revisit":
            return self._revisit(capture, place)
        if capture.kind not in _PAGES or not capture.is_html:
            return None
        return self._page(record, capture, place)

    def _revisit(self, capture: Capture, place: str) -> Outcome | None:
        """A revisit repeats the capture that it refers to: by URL and date, or by URL and payload."""
        url, date = capture.refers_to
        for key in (
            _key(url or capture.url, date) if date else b"",
            _key(url or capture.url, capture.digest),
            _key("", capture.digest),
        ):
            if key in self._seen:
                return Duplicate(place=place, of=f"{self._within}record {self._seen[key]}")
        if capture.media and not _may_be_page(capture):
            return None
        if not capture.media and not (url or capture.url).startswith(("http://", "https://")):
            return None
        when = f", captured {date}" if date else ""
        reason = f"a revisit: the page itself is not in this file ({url or capture.url}{when})"
        return Rejected(place=place, reason=reason)

    def _page(self, record: Record, capture: Capture, place: str) -> Outcome:
        if capture.http is not None and capture.status != 200:
            self._remember(record, capture, "")
            return Rejected(place=place, reason=f"HTTP status {capture.status}, not 200")
        if capture.segment:
            return Rejected(place=place, reason="a record in segments, which are not put together")
        if record.length > MAX_BLOCK:
            return Rejected(place=place, reason=f"larger than {MAX_BLOCK >> 20} MiB")
        try:
            page, notes = page_of(capture)
        except Undecodable as error:
            return Rejected(place=place, reason=f"broken at byte {record.offset}: {error}")
        digest = payload_digest(page)
        first = self._seen.get(_key(capture.url, digest))
        self._remember(record, capture, digest)
        if first is not None:
            return Duplicate(place=place, of=f"{self._within}record {first}")
        outcome = read_page(page, url=capture.url, charset=capture.charset, settings=self._settings)
        if isinstance(outcome, Rejected):
            return msgspec.structs.replace(outcome, place=place)
        if record.damage:
            notes += (f"{record.damage}, yet its page is whole",)
        if capture.truncated:
            notes += (f"the capture was cut short ({capture.truncated})",)
        article = self._captured(outcome.article, capture, capture.digest or digest, notes)
        identity = outcome.identity or article.source_url or capture.url
        return Imported(article=article, place=place, identity=identity, files=outcome.files)

    def _captured(self, article: Article, capture: Capture, digest: str, notes: tuple[str, ...]) -> Article:
        """The article with when and where it was captured."""
        when = capture_date(capture.date, self._settings.zone)
        what = f"captured from {capture.url}, {capture.date or 'at no stated time'}, payload {digest}"
        earlier = article.provenance.notes if article.provenance else ()
        return msgspec.structs.replace(
            article,
            captured=when or article.captured,
            source_url=article.source_url or capture.url,
            provenance=msgspec.structs.replace(
                article.provenance or Provenance(file="", format=""), notes=(what, *notes, *earlier)
            ),
        )

    def _remember(self, record: Record, capture: Capture, digest: str) -> None:
        for key in (
            _key(capture.url, digest) if digest else b"",
            _key(capture.url, capture.digest),
            _key("", capture.digest),
            _key(capture.url, capture.date) if capture.date else b"",
        ):
            if key:
                self._seen.setdefault(key, record.number)


def _key(url: str, what: str) -> bytes:
    """Twelve bytes that stand for a URL and a digest or date; none where there is nothing to tell it by."""
    return hashlib.blake2b(f"{url}\n{what}".encode("utf-8", "replace"), digest_size=12).digest() if what else b""


def _may_be_page(capture: Capture) -> bool:
    return capture.is_html or not capture.media
