"""Saved web pages → articles: what the page states of itself, and the text that stands on it.

Metadata come from JSON-LD first, then OpenGraph and other meta elements, then the page's own marks. The body is what
trafilatura takes for the article, in the page's own markup. A page that is no article is rejected, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .outcomes import Imported, Input, Outcome, Rejected, Settings

FORMAT = "html"
TITLE = "HTML pages"
VERSION = 2
ALONE = True
MAX_BYTES = 10_000_000

_HTML = re.compile(
    rb"<!doctype\s+html|<html\b|<head\b|<body\b|<meta\s|<title\b|<article\b|<div\b|<p\b[^>]*>|<h1\b", re.IGNORECASE
)


def recognises(head: bytes) -> int:
    """How sure it is that an input is a web page."""
    begin = head[:2048].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if re.match(rb"<!doctype\s+html|<html\b", begin, re.IGNORECASE):
        return 90
    if begin.startswith((b"<?xml", b"<!--")) and re.search(rb"<!doctype\s+html|<html\b", begin, re.IGNORECASE):
        return 85
    if begin.startswith(b"<") and not begin.startswith(b"<?xml"):
        return 60 if len({match.lower() for match in _HTML.findall(head[:16_384])}) > 1 else 20
    return 0


def read(source: Input, settings: Settings) -> Iterator[Outcome]:
    """The article that a saved page holds, or why there is none."""
    with source.open() as stream:
        data = stream.read(MAX_BYTES + 1)
    yield read_page(data, url=settings.url, settings=settings)


def read_page(data: bytes, *, url: str = "", charset: str = "", settings: Settings) -> Imported | Rejected:
    """The article of a page, or why it holds none. `url` is where it was got, `charset` what the HTTP head said."""
    from .pages.assembly import article_on

    if len(data) > MAX_BYTES:
        return Rejected(place=url, reason=f"larger than {MAX_BYTES // 1_000_000} MB")
    article = article_on(data, url=url, charset=charset, settings=settings)
    if isinstance(article, str):
        return Rejected(place=url, reason=article)
    return Imported(article=article, place=url, identity=article.source_url)
