"""XML of a vendor's own make → articles, by one rule.

A record is the innermost element that has a headline or a title among its children, be it empty, and a text.
The children's names are read like the fields of agency JSON (`agency.fields`): capitals and underscores do not count.
What holds no such record is rejected.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from .agency.elements import text_of
from .agency.fields import BODIES, HEADLINES, SUMMARIES, item_of
from .agency.items import outcome, plain
from .agency.pictures import with_pictures
from .agency.records import head_text, records, root_of
from .outcomes import Input, Outcome, Rejected, Settings

FORMAT = "agency-xml"
TITLE = "XML of other vendors"
VERSION = 1
MAX_BYTES = 64 << 20

_OTHERS = frozenset(
    (
        "html",
        "rss",
        "feed",
        "rdf",
        "urlset",
        "sitemapindex",
        "svg",
        "opml",
        "kml",
        "tei",
        "mets",
        "mods",
        "gpx",
        "schema",
    )
)
_NAMES = {"headline", "title", *HEADLINES}
_TEXTS = {*BODIES, *SUMMARIES} - {"description", "text", "story", "lead", "caption", "descriptions"}


def recognises(head: bytes) -> int:
    """Possible for any XML whose beginning names a headline or a title, and a text."""
    root = root_of(head)
    if root is None or root.name.lower() in _OTHERS:
        return 0
    text = head_text(head).lower()
    named = any(f"<{name}" in text for name in ("headline", "title"))
    return 20 if named and any(f"<{name}" in text for name in ("content", "body", "text", "story", "lead")) else 5


def read(source: Input, settings: Settings) -> Iterator[Outcome]:
    """An article for every record; one rejection for an input that has none."""
    root = root_of(source.head)
    number = 0
    for record in records(source, (root.name,) if root else ()):
        for element in _records(record.element):
            number += 1
            item = item_of(_values(element))
            item = msgspec.structs.replace(
                item,
                identity=item.identity or plain(element.get("id")),
                lang=item.lang if len(item.lang) <= 3 else "",
                notes=record.notes,
            )
            item = item if item.lang else msgspec.structs.replace(item, lang=plain(element.get("lang")))
            yield with_pictures(outcome(item, item.identity or f"item {number}", settings), source)
    if not number:
        name = root.name if root else "?"
        yield Rejected(place="", reason=f"XML without an item of news: nothing in <{name}> has a headline and a text")


def _plain_name(element: Any) -> str:
    return "".join(char for char in str(element.tag).lower() if char.isalnum()) if isinstance(element.tag, str) else ""


def _records(root: Any) -> list[Any]:
    """The elements that are records, none within another: of two the inner one."""
    found = []
    for element in root.iter():
        names = {_plain_name(child) for child in element}
        if names & _NAMES and {_plain_name(child) for child in element if text_of(child)} & _TEXTS:
            found.append(element)
    inner = set(found)
    return [each for each in found if not any(one is not each and one in inner for one in each.iterdescendants())]


def _values(element: Any) -> dict[str, Any]:
    """An element's children by name: texts, lists of those that come more than once, and mappings."""
    values: dict[str, Any] = {}
    for child in element:
        if not isinstance(child.tag, str):
            continue
        value = _value(child)
        if value in ("", {}, []):
            continue
        name = child.tag
        if name in values:
            values[name] = [*(values[name] if isinstance(values[name], list) else [values[name]]), value]
        else:
            values[name] = value
    return values


def _value(element: Any) -> Any:
    if not len(element):
        return (element.text or "").strip()
    if _plain_name(element) in {*BODIES, *HEADLINES}:
        from lxml import etree

        inner = (element.text or "") + "".join(etree.tostring(child, encoding="unicode") for child in element)
        return inner.strip()
    children = [child for child in element if isinstance(child.tag, str)]
    if len({child.tag for child in children}) == 1 and len(children) > 1:
        return [value for child in children if (value := _value(child)) not in ("", {}, [])]
    return _values(element)
