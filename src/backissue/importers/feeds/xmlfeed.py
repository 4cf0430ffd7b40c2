"""RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, as feedparser reads them → a feed and its entries."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from ...article import Image, Named
from ..fragments import to_text
from ..outcomes import Unreadable
from ..people import people_in
from .records import Attachment, Entry, Feed, Text

_BLOGGER_KIND = "http://schemas.google.com/g/2005#kind"
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=", re.IGNORECASE)
_MARKUP = re.compile(r"<(?:/?[a-zA-Z][\w:-]*(?:\s[^<>]*)?/?|!--)>|&(?:#\d+|#x[\da-f]+|[a-z]\w+);", re.IGNORECASE)
_MAIL = re.compile(r"\S+@\S+\.\w+")
_IMAGE_NAME = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)(?:$|[?!&])", re.IGNORECASE)
_NO_TEXT_TYPES = ("image/", "audio/", "video/", "font/")
_BINARY = re.compile("[\x00-\x08\x0e-\x1a\ufffd]")
_NO_NAMES = frozenset(("unknown", "noreply", "no-reply", "none", "null", "undefined"))


def parse(data: bytes) -> tuple[Feed, list[Entry]]:
    """Read a feed, also one that is not well-formed. Raises Unreadable where feedparser finds no feed in it."""
    import feedparser

    headers = {}
    if not _DECLARED.match(data[:400]) and (encoding := _undeclared_encoding(data)):
        data = data.decode(encoding, "replace").encode()
        headers = {"content-type": "application/xml; charset=utf-8"}
    parsed = feedparser.parse(
        io.BytesIO(data), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    version = str(parsed.get("version") or "")
    if not parsed.entries and not version and not parsed.feed.get("title"):
        raise Unreadable(f"no feed: {_fault(parsed, data)}")
    atom = version.startswith("atom")
    feed = _feed(parsed.feed, atom)
    return feed, [_entry(entry, number, atom) for number, entry in enumerate(parsed.entries, 1)]


def _undeclared_encoding(data: bytes) -> str:
    """The encoding of a document that names none and is not UTF-8; empty where feedparser finds it itself."""
    from ..decoding import Undecodable, encoding_of_bytes

    try:
        encoding = encoding_of_bytes(data)
    except Undecodable:
        return ""
    return "" if encoding.startswith("utf") else encoding


def _fault(parsed: Any, data: bytes) -> str:
    error = parsed.get("bozo_exception")
    line = getattr(error, "getLineNumber", lambda: None)()
    if not line:
        return "it has no entries"
    column = error.getColumnNumber() or 0
    start = 0
    for _ in range(line - 1):
        start = data.find(b"\n", start) + 1
    return f"not well-formed XML at byte {start + column} ({error.getMessage()})"


def _feed(feed: Any, atom: bool) -> Feed:
    return Feed(
        title=_plain(feed, "title"),
        link=_web_address(_get(feed, "link")),
        lang=_get(feed, "language"),
        rights=_plain(feed, "rights"),
        authors=tuple(_authors(feed)) if atom else (),
    )


def _entry(entry: Any, number: int, atom: bool) -> Entry:
    tags, kind = _tags(entry)
    content = _content(entry)
    summary, summary_is = _summary(entry, content, atom)
    images = list(_images(entry))
    address = _address(entry)
    lang = next((each.get("language") or "" for each in entry.get("content", ()) if each.get("language")), "")
    source = entry.get("source") or {}
    origin = _plain(source, "title") if hasattr(source, "get") else ""
    notes: list[str] = []
    authors = tuple(_authors(entry))
    if not authors and _MAIL.search(_get(entry, "author")):
        notes.append("author: known by an e-mail address only, which is left out")
    return Entry(
        number=number,
        id=_get(entry, "id").strip(),
        link=address,
        title=_plain(entry, "title"),
        title_file=_name_of_picture(_get(entry, "title")),
        content=content,
        summary=summary,
        summary_is=summary_is,
        published=_first(entry, "published", "created") or ("" if atom else _first(entry, "updated")),
        updated=_first(entry, "updated") if atom or _first(entry, "published", "created") else "",
        authors=authors,
        tags=tags,
        lang=_get(entry, "language") or lang or str((entry.get("title_detail") or {}).get("language") or ""),
        rights=_plain(entry, "rights"),
        image=images[0] if images else None,
        attachments=tuple(_attachments(entry)),
        origin=Named(origin, _web_address(_get(source, "link") or _get(source, "href"))) if origin else None,
        draft=_is_draft(entry),
        kind=kind,
        notes=tuple(notes),
    )


def _get(record: Any, key: str) -> str:
    """A text of feedparser's record under just this key: its own look-up takes one date for another."""
    value = dict.get(record, key) if isinstance(record, dict) else None
    return value if isinstance(value, str) else ""


def _first(record: Any, *keys: str) -> str:
    return next((value.strip() for key in keys if (value := _get(record, key)).strip()), "")


def _plain(record: Any, key: str) -> str:
    """A text construct as plain text: by the type that it states, or that feedparser tells it by."""
    value = _get(record, key)
    detail = dict.get(record, f"{key}_detail") or {}
    if "html" in str(detail.get("type") or "") and _MARKUP.search(value):
        return to_text(value)
    return " ".join(value.split())


def _name_of_picture(html: str) -> str:
    found = re.search(r"<img\b[^<>]*?\bsrc\s*=\s*[\"']?([^\"'\s<>]+)", html, re.IGNORECASE)
    return unquote(_path(found[1])).rpartition("/")[2] if found else ""


def _content(entry: Any) -> Text | None:
    """The longest text among an entry's contents."""
    texts = []
    for each in entry.get("content", ()):
        value, kind = str(each.get("value") or ""), str(each.get("type") or "text/html").lower()
        if value.strip() and not kind.startswith(_NO_TEXT_TYPES) and not _BINARY.search(value):
            html = "html" in kind or (kind != "text/plain" and bool(_MARKUP.search(value)))
            texts.append(Text(value, html, str(each.get("base") or "")))
    return max(texts, key=lambda text: len(text.value), default=None)


def _summary(entry: Any, content: Text | None, atom: bool) -> tuple[Text | None, Any]:
    value = _get(entry, "summary")
    name = "summary" if atom else "description"
    if not value.strip() or (content is not None and value == content.value):
        value = _get(entry, "subtitle") or _get(entry, "description")
        if not value.strip():
            return None, name
    detail = dict.get(entry, "summary_detail") or {}
    stated = str(detail.get("type") or "") if detail.get("value") == value else ""
    html = "html" in stated if stated else bool(_MARKUP.search(value))
    return Text(value, html, str(detail.get("base") or "")), name


def _authors(record: Any) -> Iterator[Named]:
    listed = [each for each in record.get("authors", ()) if each] or [record.get("author_detail") or {}]
    names = [(_get(each, "name"), _web_address(_get(each, "href"))) for each in listed]
    if not any(name for name, _ in names):
        names = [(_get(record, "author"), "")]
    seen = set()
    for name, url in names:
        name = " ".join(to_text(name).split())
        inside = re.fullmatch(r"\S+@\S+\s*\((.+)\)", name)
        name = _MAIL.sub("", inside[1] if inside else name).strip(" <>()\"'")
        people = people_in(name) if name else ()
        for person in people or ((Named(name),) if name else ()):
            if person.name.casefold() not in seen and person.name.casefold() not in _NO_NAMES:
                seen.add(person.name.casefold())
                yield Named(person.name, url if len(people) <= 1 else "")


def _tags(entry: Any) -> tuple[tuple[str, ...], str]:
    """An entry's tags; and what it is, where Blogger says that it is no article."""
    tags: dict[str, None] = {}
    kind = ""
    for tag in entry.get("tags", ()):
        term, scheme = _get(tag, "term"), _get(tag, "scheme")
        if scheme == _BLOGGER_KIND:
            name = term.rpartition("#")[2]
            kind = "" if name in ("post", "page") else name
        elif text := " ".join(to_text(_get(tag, "label") or term).split()):
            tags[text] = None
    stated = _get(entry, "blogger_type").lower()
    if stated and stated not in ("post", "page"):
        kind = stated
    return tuple(tags), kind


def _is_draft(entry: Any) -> bool:
    stated = _get(entry, "app_draft") or _get(entry, "draft") or _get(entry, "blogger_draft")
    status = _get(entry, "blogger_status").lower()
    return stated.strip().lower() == "yes" or status in ("draft", "scheduled", "soft_trashed")


def _address(entry: Any) -> str:
    """Where an entry stands on the web: the address before a feed service rewrote it, its link, its permalink."""
    for key in ("feedburner_origlink", "pheedo_origlink", "link"):
        if address := _web_address(_get(entry, key)):
            return address
    return _web_address(_get(entry, "id")) if entry.get("guidislink") else ""


def _web_address(url: str) -> str:
    url = "".join(url.split())
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""


def _images(entry: Any) -> Iterator[Image]:
    """Pictures that an entry is sent with, the likeliest lead picture first."""
    credit = to_text(next((_get(each, "content") for each in entry.get("media_credit", ())), ""))
    detail = dict.get(entry, "summary_detail") or {}
    caption = str(detail.get("value") or "")
    caption = to_text(caption) if caption and caption != _get(entry, "summary") and "media_content" in entry else ""
    for each in entry.get("media_content", ()):
        url = _web_address(_get(each, "url"))
        kind = _get(each, "medium") or _get(each, "type")
        if url and (kind.startswith("image") or (not kind and _IMAGE_NAME.search(url))):
            yield Image(src=url, caption=caption, credit=credit)
    for link in entry.get("links", ()):
        if _get(link, "rel") == "enclosure" and _is_picture(link):
            yield Image(src=_web_address(_get(link, "href")), credit=credit)
    for each in (*entry.get("media_thumbnail", ()), entry.get("image") or {}):
        if hasattr(each, "get") and (url := _web_address(_get(each, "url") or _get(each, "href"))):
            yield Image(src=url, credit=credit)


def _is_picture(link: Any) -> bool:
    url, kind = _web_address(_get(link, "href")), _get(link, "type")
    return bool(url) and (kind.startswith("image/") or (not kind and bool(_IMAGE_NAME.search(url))))


def _attachments(entry: Any) -> Iterator[Attachment]:
    seen = set()
    for link in entry.get("links", ()):
        url = _web_address(_get(link, "href"))
        if _get(link, "rel") == "enclosure" and url and url not in seen and not _is_picture(link):
            seen.add(url)
            yield Attachment(url, _get(link, "title"))


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""
