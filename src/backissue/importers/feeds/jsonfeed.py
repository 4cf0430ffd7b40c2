"""JSON Feed 1.0 and 1.1 (jsonfeed.org) → a feed and its entries; lenient with wrong types."""

from __future__ import annotations

from typing import Any

import msgspec

from ...article import Image, Named
from ..outcomes import Unreadable
from .records import Attachment, Entry, Feed, Text


def parse(data: bytes) -> tuple[Feed, list[Entry]]:
    """Read a JSON Feed. Raises Unreadable for what is no JSON, or no feed."""
    try:
        document = msgspec.json.decode(data.decode("utf-8-sig", "replace"))
    except (msgspec.DecodeError, RecursionError) as error:
        raise Unreadable(f"broken JSON: {error}") from None
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list):
        raise Unreadable('no feed: the JSON has no list "items"')
    feed = Feed(
        title=_text(document, "title"),
        link=_text(document, "home_page_url"),
        lang=_text(document, "language"),
        authors=_authors(document),
    )
    return feed, [_entry(item if isinstance(item, dict) else {}, number) for number, item in enumerate(items, 1)]


def _entry(item: dict[str, Any], number: int) -> Entry:
    html, plain, summary = (_text(item, key) for key in ("content_html", "content_text", "summary"))
    source = _text(item, "image") or _text(item, "banner_image")
    external = _text(item, "external_url")
    return Entry(
        number=number,
        id=_text(item, "id"),
        link=_text(item, "url") or external,
        title=" ".join(_text(item, "title").split()),
        content=Text(html) if html.strip() else Text(plain, html=False) if plain.strip() else None,
        summary=Text(summary, html=False) if summary.strip() else None,
        published=_text(item, "date_published"),
        updated=_text(item, "date_modified"),
        authors=_authors(item),
        tags=tuple(dict.fromkeys(tag.strip() for tag in _list(item, "tags") if isinstance(tag, str) and tag.strip())),
        lang=_text(item, "language"),
        image=Image(src=source) if source.startswith(("http://", "https://", "//")) else None,
        attachments=tuple(
            Attachment(_text(each, "url"), _text(each, "title"))
            for each in _list(item, "attachments")
            if isinstance(each, dict) and _text(each, "url")
        ),
    )


def _authors(record: dict[str, Any]) -> tuple[Named, ...]:
    listed = [*_list(record, "authors"), record.get("author")]
    found = (Named(_text(each, "name").strip(), _text(each, "url")) for each in listed if isinstance(each, dict))
    return tuple({author.name: author for author in found if author.name}.values())


def _list(record: dict[str, Any], key: str) -> list[Any]:
    value = record.get(key)
    return value if isinstance(value, list) else []


def _text(record: dict[str, Any], key: str) -> str:
    value = record.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)
