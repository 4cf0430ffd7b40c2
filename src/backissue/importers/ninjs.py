"""ninjs 1 to 3, and agency JSON that says the same by like names (Superdesk, AP, Reuters) → articles.

Standard: IPTC ninjs (https://iptc.org/standards/ninjs/). An item is looked for in whatever it is wrapped in: a list,
the answer of an interface, lines of JSON. Items that go with another and have a text of their own are articles too.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

from .agency.fields import Values, associations, has_news, item_of, normal, plain_text
from .agency.items import outcome
from .agency.pictures import with_pictures
from .agency.records import head_text
from .decoding import Undecodable, decode
from .outcomes import Input, Outcome, Rejected, Settings, Unreadable

FORMAT = "ninjs"
TITLE = "ninjs and agency JSON"
VERSION = 1
MAX_BYTES = 128 << 20

_OWN = re.compile(
    rb'"(?:version_?created|pub_?status|body_?x?html5?|body_?richtext|representation_?type|copyright_?notice|info_?sources?'
    rb'|first_?created|headlines|alt_?ids|head_?line|slug_?line)"\s*:',
    re.IGNORECASE,
)
_LISTS = re.compile(rb'"(?:headlines|bodies|descriptions|eventDetails)"\s*:\s*[\[{]')
_NEWS = re.compile(
    rb'"(?:headlines?(?:_\w+)?|bod(?:y|ies)(?:_\w+)?|descriptions?(?:_\w+)?|title|eventdetails)"\s*:', re.IGNORECASE
)
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WRAPPERS = frozenset(
    ("item", "items", "data", "articles", "results", "stories", "docs", "hits", "response", "entries")
)
_DEEPEST = 12


def recognises(head: bytes) -> int:
    """Certain where JSON names the standard; likely by the names of its fields."""
    head = head_text(head).encode("latin-1", "replace") if head[:2] in _WIDE else head
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start not in (b"{", b"[") or b"jsonfeed.org/version" in head:
        return 0
    if b"iptc.org/std/ninjs" in head and b'"uri"' in head:
        return 95
    if b'"$schema"' in head and b'"properties"' in head:
        return 30
    own = len({match.lower() for match in _OWN.findall(head)})
    if own >= 2:
        return 90
    if b'"uri"' in head and _NEWS.search(head):
        return 75 if _LISTS.search(head) else 70
    return 60 if own else 35 if b'"uri"' in head else 0


def read(source: Input, settings: Settings) -> Iterator[Outcome]:
    """An outcome for every item."""
    number = 0
    for value in _values(source):
        if isinstance(value, dict) and "$schema" in value and isinstance(value.get("properties"), dict):
            yield Rejected(place="", reason="a JSON Schema, which describes items and is none")
            continue
        found = False
        for values in _items(value, 0):
            found = True
            number += 1
            for place, each in _with_associated(values, f"item {number}"):
                item = item_of(each)
                yield with_pictures(outcome(item, item.identity or place, settings), source)
        if not found:
            number += 1
            yield Rejected(place=f"item {number}", reason="JSON without an item of news: no headline and no text")


def _values(source: Input) -> Iterator[Any]:
    """The JSON values of an input: one, or one a line."""
    with source.open() as stream:
        data = stream.read()
    try:
        text = decode(data)
    except Undecodable as error:
        raise Unreadable(str(error)) from None
    try:
        yield _loaded(text)
        return
    except json.JSONDecodeError as error:
        lines = text.split("\n")
        first = next((line for line in lines if line.strip()), "")
        if error.msg != "Extra data" or not _is_json(first):
            raise Unreadable(f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield _loaded(line)
            except json.JSONDecodeError as error:
                raise Unreadable(f"not JSON: {error.msg} at line {number}, column {error.colno}") from None


def _loaded(text: str) -> Any:
    try:
        return json.loads(text, strict=False)
    except json.JSONDecodeError:
        raise
    except (RecursionError, ValueError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else "a number has too many digits"
        raise Unreadable(f"refused: {reason}") from None


def _is_json(line: str) -> bool:
    try:
        return isinstance(_loaded(line), dict)
    except json.JSONDecodeError:
        return False


def _items(value: Any, depth: int) -> Iterator[Values]:
    """The items in a value: itself, or those in what it wraps."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for each in value:
            yield from _items(each, depth + 1)
        return
    if not isinstance(value, dict):
        return
    wrapped = [
        inner
        for key, inner in value.items()
        if str(key).lower() in _WRAPPERS and isinstance(inner, list | dict) and inner
    ]
    if wrapped and not any(plain_text(value.get(key)) for key in ("uri", "guid", "headline")):
        for inner in wrapped:
            yield from _items(inner, depth + 1)
    elif has_news(value) or normal(value).keys() & {"uri", "guid", "title", "renditions", "associations"}:
        yield value
    else:
        for inner in value.values():
            if isinstance(inner, list | dict):
                yield from _items(inner, depth + 1)


def _with_associated(values: Values, place: str) -> Iterator[tuple[str, Values]]:
    """An item, and those that go with it and are texts of their own."""
    yield place, values
    for name, each in associations(values):
        known = normal(each)
        if plain_text(known.get("type")).lower() in ("text", "composite") and any(
            key.startswith("bod") and plain_text(known[key]) for key in known
        ):
            yield f"{place}, {name}", each
