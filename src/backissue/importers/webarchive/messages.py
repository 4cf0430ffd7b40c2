"""A record's header and HTTP message: what was captured, where and when, and the page as its server meant it.

Headers are read by warcio. Chunks (RFC 9112, section 7.1) and content encodings (RFC 9110, section 8.4) are undone,
within a limit on what they may expand to.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import zlib
from datetime import tzinfo
from typing import Any, NamedTuple
from urllib.parse import quote

from ...dates import Date, parse_date
from ...errors import MissingExtra
from .members import zstd_module
from .records import ARC_HEADER, Record

MAX_PAGE = 20 << 20
"""The largest page, in bytes after decoding."""

_HTML_TYPES = frozenset(("text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml"))
_VAGUE_TYPES = frozenset(
    (
        "",
        "text/plain",
        "application/octet-stream",
        "application/unknown",
        "unknown/unknown",
        "application/http",
        "no-type",
    )
)
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body|title)\b",
    re.IGNORECASE | re.DOTALL,
)
_CHUNK = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,4096})?\r?\n")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T(\d{2})(?::(\d{2})(?::(\d{2})(?:\.\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?)?")


class Undecodable(Exception):
    """A message whose body can't be got: why."""


class Capture(NamedTuple):
    """What a record says of itself.

    `kind` is the WARC-Type. `status` is 0 without an HTTP head, `media` the media type in lower case, `body` as it
    stands in the record: still chunked and encoded. `digest` is the payload's, as written.
    """

    kind: str
    url: str
    date: str
    status: int
    media: str
    charset: str
    digest: str
    refers_to: tuple[str, str]
    truncated: str
    segment: str
    http: Any
    body: bytes

    @property
    def is_html(self) -> bool:
        """Whether it is a web page, as its type says, or, where that says nothing, its beginning."""
        if self.media in _HTML_TYPES:
            return True
        return self.media in _VAGUE_TYPES and _HTML.match(self.body[:4096].removeprefix(b"\xef\xbb\xbf")) is not None


def read_capture(record: Record) -> Capture:
    """Read a record's header, and the head of the HTTP message in its block if there is one."""
    from warcio.statusandheaders import StatusAndHeadersParser

    if record.kind == "arc":
        url, date, media = _arc_header(record.header)
        kind = "warcinfo" if url.startswith("filedesc:") else "response"
        fields: dict[str, str] = {}
    else:
        stream = io.BytesIO(record.header)
        parsed = StatusAndHeadersParser([], verify=False).parse(stream)
        fields = {name.lower(): value.strip() for name, value in reversed(parsed.headers)}
        kind = fields.get("warc-type", "").lower()
        url = fields.get("warc-target-uri", "").strip("<> ")
        date, media = fields.get("warc-date", ""), fields.get("content-type", "")
    block = io.BytesIO(record.block)
    http = None
    if kind in ("response", "revisit") and re.match(rb"HTTP/\d", record.block):
        http = StatusAndHeadersParser([], verify=False).parse(block)
        media = http.get_header("content-type") or ""
    status = re.match(r"\d{3}", http.get_statuscode() or "") if http is not None else None
    charset = _CHARSET.search(media)
    return Capture(
        kind=kind,
        url=quote(url, safe="%/:=&?~#+!$,;'@()*[]|") if " " in url else url,
        date=date,
        status=int(status[0]) if status else 0,
        media=media.partition(";")[0].strip().lower(),
        charset=charset[1] if charset else "",
        digest=fields.get("warc-payload-digest", ""),
        refers_to=(fields.get("warc-refers-to-target-uri", "").strip("<> "), fields.get("warc-refers-to-date", "")),
        truncated=fields.get("warc-truncated", ""),
        segment=fields.get("warc-segment-number", ""),
        http=http,
        body=record.block[block.tell() :],
    )


def page_of(capture: Capture) -> tuple[bytes, tuple[str, ...]]:
    """The bytes of the captured page, chunks and encodings undone, and notes on what was amiss.

    Raises Undecodable where they are broken, of an unknown encoding, or expand beyond MAX_PAGE.
    """
    body, notes = capture.body, []
    if capture.http is None:
        return body, ()
    if "chunked" in (capture.http.get_header("transfer-encoding") or "").lower():
        body, whole = unchunked(body)
        if not whole:
            notes.append("the last chunk of the message is missing: the page may be cut short")
    encodings = [name.strip().lower() for name in (capture.http.get_header("content-encoding") or "").split(",")]
    for name in reversed([name for name in encodings if name and name != "identity"]):
        body = decoded(body, name)
    return body, tuple(notes)


def is_whole(capture: Capture) -> bool:
    """Whether an HTTP message has all of its body, by its own length, its last chunk or the page's own end."""
    if capture.http is None:
        return False
    if "chunked" in (capture.http.get_header("transfer-encoding") or "").lower():
        try:
            return unchunked(capture.body)[1]
        except Undecodable:
            return False
    stated = (capture.http.get_header("content-length") or "").strip()
    if stated.isdigit():
        return len(capture.body.rstrip(b"\r\n")) <= int(stated) <= len(capture.body)
    return capture.body[-200:].rstrip().lower().endswith(b"</html>")


def payload_digest(page: bytes) -> str:
    """SHA-1 of a page in base 32, as web archives write it."""
    return "sha1:" + base64.b32encode(hashlib.sha1(page, usedforsecurity=False).digest()).decode()


def capture_date(written: str, zone: tzinfo) -> Date | None:
    """When a capture was made: WARC's (UTC, ISO 8601, perhaps less exact: then to the day) or ARC's fourteen digits."""
    if written.isdigit() and len(written) >= 8:
        day = f"{written[:4]}-{written[4:6]}-{written[6:8]}"
        written = f"{day}T{written[8:10]}:{written[10:12]}:{written[12:14]}Z" if len(written) >= 14 else day
    found = _ISO.fullmatch(written.strip())
    if found is None:
        return None
    day, hour, minute, second, offset = found.groups()
    try:
        if minute is None:
            return parse_date(day, zone)
        return parse_date(f"{day}T{hour}:{minute}:{second or '00'}{offset or 'Z'}", zone)
    except ValueError:
        return None


def unchunked(body: bytes) -> tuple[bytes, bool]:
    """A message body without its chunks' lengths, and whether the last chunk was there.

    A body that only says that it is chunked is given as it is: many tools store it unchunked. Raises Undecodable where
    a chunk does not end where its length says.
    """
    pieces: list[bytes] = []
    at = 0
    while at < len(body):
        header = _CHUNK.match(body, at)
        if header is None:
            if at == 0:
                return body, True
            raise Undecodable(f"wrong chunk lengths (no chunk begins at byte {at:,} of the message)")
        length = int(header[1], 16)
        if length == 0:
            return b"".join(pieces), True
        end = header.end() + length
        if end > len(body):
            if not pieces and header.end() + 2 > len(body):
                return body, True
            raise Undecodable(f"wrong chunk lengths (the message ends within the chunk at byte {at:,})")
        pieces.append(body[header.end() : end])
        at = end + (2 if body.startswith(b"\r\n", end) else 1 if body.startswith(b"\n", end) else 0)
    return b"".join(pieces), False


def decoded(body: bytes, encoding: str) -> bytes:
    """A body without its content encoding. One that is not encoded at all, whatever its head says, is given as it is.

    Raises Undecodable.
    """
    try:
        match encoding:
            case "gzip" | "x-gzip":
                return _inflated(body, zlib.MAX_WBITS + 16) if body.startswith(b"\x1f\x8b") else body
            case "deflate":
                if _HTML.match(body):
                    return body
                wrapped = len(body) > 1 and body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
                return _inflated(body, zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
            case "br":
                return body if _HTML.match(body) else _unbrotlied(body)
            case "zstd":
                return body if _HTML.match(body) else _without_zstd(body)
            case _:
                return body
    except zlib.error as error:
        raise Undecodable(f"the {encoding} encoding is damaged ({str(error).partition(': ')[2] or error})") from None


def _without_zstd(body: bytes) -> bytes:
    try:
        zstd = zstd_module()
    except MissingExtra as missing:
        raise Undecodable(str(missing)) from None
    decoder = zstd.ZstdDecompressor()
    try:
        data: bytes = decoder.decompress(body, MAX_PAGE + 1)
    except zstd.ZstdError as error:
        raise Undecodable(f"the zstd encoding is damaged ({error})") from None
    if len(data) > MAX_PAGE:
        raise Undecodable(f"the page expands to more than {MAX_PAGE >> 20} MiB")
    if not decoder.eof:
        raise Undecodable("the encoding ends early: the page is cut short")
    return data


def _inflated(body: bytes, window: int) -> bytes:
    decoder = zlib.decompressobj(window)
    data = decoder.decompress(body, MAX_PAGE + 1)
    if len(data) > MAX_PAGE:
        raise Undecodable(f"the page expands to more than {MAX_PAGE >> 20} MiB")
    if not decoder.eof:
        raise Undecodable("the encoding ends early: the page is cut short")
    return data


def _unbrotlied(body: bytes) -> bytes:
    try:
        import brotli  # type: ignore[import-untyped]
    except ImportError:
        raise Undecodable("encoded with Brotli — pip install 'backissue[import]' to read it") from None
    decoder = brotli.Decompressor()
    pieces, total = [], 0
    try:
        for start in range(0, len(body), 4096):
            piece = decoder.process(body[start : start + 4096])
            total += len(piece)
            if total > MAX_PAGE:
                raise Undecodable(f"the page expands to more than {MAX_PAGE >> 20} MiB")
            pieces.append(piece)
    except brotli.error:
        raise Undecodable("the br encoding is damaged") from None
    if not decoder.is_finished():
        raise Undecodable("the encoding ends early: the page is cut short")
    return b"".join(pieces)


def _arc_header(header: bytes) -> tuple[str, str, str]:
    found = ARC_HEADER.match(header)
    if found is None:
        return "", "", ""
    return (
        found["url"].decode("utf-8", "replace"),
        found["date"].decode("ascii"),
        found["mime"].decode("latin-1").partition(";")[0],
    )
