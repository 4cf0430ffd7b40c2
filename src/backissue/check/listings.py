"""Feeds, sitemaps and robots.txt → what is wrong with them, and where their addresses lead.

Atom (RFC 4287), JSON Feed 1.1, sitemaps 0.9 (sitemaps.org) and robots.txt (RFC 9309). Other XML and JSON files have to
be well-formed, and that is all.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple
from xml.parsers import expat

import msgspec

from .addresses import Target
from .findings import Finding

MOST_ADDRESSES = 50_000
MOST_BYTES = 52_428_800
"""What one sitemap may hold (sitemaps.org, "Using Sitemap index files")."""

_ATOM = "http://www.w3.org/2005/Atom "
_MAP = "http://www.sitemaps.org/schemas/sitemap/0.9 "
_ONE_EACH = ("id", "title", "updated")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)")
"""A date of a feed (RFC 3339)."""
_DAY = re.compile(rf"\d{{4}}(?:-\d\d(?:-\d\d)?)?|{_MOMENT.pattern}|\d{{4}}-\d\d-\d\dT\d\d:\d\d(?:Z|[+-]\d\d:\d\d)")
"""A date of a sitemap (W3C, "Date and Time Formats")."""


class Examined(NamedTuple):
    """What such a file holds: the rule that it falls under, its addresses, and what is wrong with it."""

    rule: str
    targets: tuple[Target, ...]
    findings: tuple[Finding, ...]


_NOTHING = Examined("markup", (), ())


def examine(path: str, data: bytes) -> Examined:
    """Parse a file, by the end of its name."""
    if path.endswith(".xml"):
        return _examine_xml(path, data)
    if path.endswith(".json"):
        return _examine_json(path, data)
    if path == "robots.txt":
        lines = data.decode("utf-8", "replace").splitlines()
        maps = [(at, line[8:].strip()) for at, line in enumerate(lines, 1) if line.lower().startswith("sitemap:")]
        return Examined("map", tuple(Target(line, address, False) for line, address in maps), ())
    return _NOTHING


class _Element(NamedTuple):
    """An element: its namespace and name, its parent's number, its line, its attributes, and its text."""

    name: str
    parent: int
    line: int
    attributes: dict[str, str]
    text: list[str]


def _examine_xml(path: str, data: bytes) -> Examined:
    elements: list[_Element] = []
    open_: list[int] = []
    parser = expat.ParserCreate(namespace_separator=" ")

    def start(name: str, attributes: dict[str, str]) -> None:
        if elements and not elements[0].name.startswith((_ATOM, _MAP)):
            return
        elements.append(_Element(name, open_[-1] if open_ else -1, parser.CurrentLineNumber, attributes, []))
        open_.append(len(elements) - 1)

    def end(_name: str) -> None:
        if open_:
            open_.pop()

    def text(words: str) -> None:
        if open_:
            elements[open_[-1]].text.append(words)

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        what = f"not well-formed XML: {expat.errors.messages[error.code]}"
        return Examined("markup", (), (Finding(path, error.lineno, "markup", what),))
    root = elements[0].name
    if root == f"{_ATOM}feed":
        return _atom(path, elements)
    if root in (f"{_MAP}urlset", f"{_MAP}sitemapindex"):
        return _map(path, elements, len(data))
    if posixpath.basename(path) == "feed.xml":
        return Examined("feed", (), (Finding(path, 1, "feed", "no Atom feed"),))
    return _NOTHING


def _atom(path: str, elements: list[_Element]) -> Examined:
    findings = []
    counts: dict[int, Counter[str]] = {
        number: Counter()
        for number, element in enumerate(elements)
        if element.name in (f"{_ATOM}feed", f"{_ATOM}entry")
    }
    ids: list[tuple[int, str]] = []
    targets = []
    for element in elements:
        if element.parent in counts and element.name.startswith(_ATOM):
            name = element.name.removeprefix(_ATOM)
            counts[element.parent][name] += 1
            if name == "id":
                ids.append((element.line, "".join(element.text).strip()))
            elif name == "link":
                targets.append(Target(element.line, element.attributes.get("href", ""), False))
            elif name in ("updated", "published") and not _MOMENT.fullmatch(moment := "".join(element.text).strip()):
                findings.append(Finding(path, element.line, "feed", f'{name} is "{moment}", which is no date'))
    for number, count in counts.items():
        kind = elements[number].name.removeprefix(_ATOM)
        findings += [  # RFC 4287, 4.1.1 and 4.1.2
            Finding(path, elements[number].line, "feed", f"{kind} with {count[name]} {name}")
            for name in _ONE_EACH
            if count[name] != 1
        ]
    findings += _twice(path, "feed", ids, "the id")
    if not counts[0]["author"]:  # RFC 4287, 4.1.1: then each entry has to have one
        what = "neither the feed nor the entry has an author"
        findings += [
            Finding(path, elements[number].line, "feed", what)
            for number, count in counts.items()
            if number and not count["author"]
        ]
    return Examined("feed", tuple(targets), tuple(findings))


def _map(path: str, elements: list[_Element], size: int) -> Examined:
    found = [
        (element.line, "".join(element.text).strip())
        for element in elements
        if element.name == f"{_MAP}loc" and elements[element.parent].name in (f"{_MAP}url", f"{_MAP}sitemap")
    ]
    findings = list(_twice(path, "map", found, "the address"))
    findings += [
        Finding(path, element.line, "map", f'lastmod is "{day}", which is no date')
        for element in elements
        if element.name == f"{_MAP}lastmod" and not _DAY.fullmatch(day := "".join(element.text).strip())
    ]
    if len(found) > MOST_ADDRESSES:
        findings.append(Finding(path, 1, "map", f"{len(found):,} addresses, where {MOST_ADDRESSES:,} may stand"))
    if size > MOST_BYTES:
        findings.append(Finding(path, 1, "map", f"{size:,} bytes, where {MOST_BYTES:,} are allowed"))
    return Examined("map", tuple(Target(line, address, False) for line, address in found), tuple(findings))


def _twice(path: str, rule: str, found: list[tuple[int, str]], what: str) -> Iterator[Finding]:
    seen = set()
    for line, text in found:
        if text in seen:
            yield Finding(path, line, rule, f'{what} "{text}" stands twice')
        seen.add(text)


def _examine_json(path: str, data: bytes) -> Examined:
    try:
        value: Any = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Examined("markup", (), (Finding(path, 1, "markup", f"not JSON: {error}"),))
    if not isinstance(value, dict) or not str(value.get("version", "")).startswith("https://jsonfeed.org/version/"):
        if posixpath.basename(path) == "feed.json":
            return Examined("feed", (), (Finding(path, 1, "feed", "no JSON feed"),))
        return _NOTHING
    listed = value.get("items")
    items = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    findings = [
        Finding(path, 1, "feed", f"a feed without {key}")
        for key, kind in (("title", str), ("items", list))
        if not isinstance(value.get(key), kind)
    ]
    findings += [Finding(path, 1, "feed", "an item without id") for item in items if not item.get("id")]
    findings += _twice(path, "feed", [(1, str(item["id"])) for item in items if item.get("id")], "the id")
    addresses = [value.get(key) for key in ("home_page_url", "feed_url", "next_url")]
    addresses += [item.get("url") for item in items]
    return Examined("feed", tuple(Target(1, str(each), False) for each in addresses if each), tuple(findings))
