"""Web archive files, made record by record."""

from __future__ import annotations

import gzip
import uuid

PAGE = (
    "<!doctype html><html><head><title>{title}</title><meta property='og:type' content='article'>"
    "<meta property='og:title' content='{title}'></head><body><article><h1>{title}</h1>{text}</article></body></html>"
)


def page(title: str = "The bridge reopens", seed: str = "bridge") -> bytes:
    """A page with an article of some length on it."""
    paragraphs = "".join(
        f"<p>The {seed} of the harbour was opened again on day {number}, after the long works on its {seed} piers, and "
        f"the people of the town walked over it in the sun, said the harbour office in its notice number {number}.</p>"
        for number in range(6)
    )
    return PAGE.format(title=title, text=paragraphs).encode()


def http(body: bytes, *fields: str, status: str = "200 OK", media: str = "text/html; charset=utf-8") -> bytes:
    """An HTTP response."""
    head = [f"HTTP/1.1 {status}", *([f"Content-Type: {media}"] if media else []), *fields]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def warc(
    block: bytes,
    url: str = "http://a.example/1",
    *fields: str,
    kind: str = "response",
    date: str = "2014-03-01T10:20:30Z",
    length: int | None = None,
    version: str = "1.0",
) -> bytes:
    """A WARC record. `length` is what it says of its block, where that is not true."""
    head = [
        f"WARC/{version}",
        f"WARC-Type: {kind}",
        f"WARC-Record-ID: <urn:uuid:{uuid.UUID(int=len(block))}>",
        f"WARC-Date: {date}",
        *([f"WARC-Target-URI: {url}"] if url else []),
        "Content-Type: application/http; msgtype=response"
        if kind in ("response", "revisit")
        else "Content-Type: text/html",
        *fields,
        f"Content-Length: {len(block) if length is None else length}",
    ]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def arc(block: bytes, url: str = "http://a.example/1", date: str = "20140301102030", media: str = "text/html") -> bytes:
    """An ARC record, version 1."""
    return f"{url} 192.0.2.1 {date} {media} {len(block)}\n".encode() + block + b"\n"


_ARC_ABOUT = b"1 0 Archive\nURL IP-address Archive-date Content-type Archive-length\n\nabout it\n"
ARC_BEGIN = b"filedesc://a.arc 0.0.0.0 20140301000000 text/plain %d\n%s\n" % (len(_ARC_ABOUT), _ARC_ABOUT)


def zipped(*records: bytes) -> bytes:
    """Records as a row of gzip members."""
    return b"".join(gzip.compress(record, mtime=0) for record in records)
