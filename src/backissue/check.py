"""Looks through a built site: does every internal link, anchor and asset resolve, is every page's HTML well-formed?"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit
from xml.parsers import expat

NOT_FOUND = "404.html"
"""The page that is served at any address, so that its own links are absolute."""

_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_MAY_STAY_OPEN = frozenset("li dt dd p rb rt rtc rp optgroup option colgroup thead tbody tfoot tr td th".split())
_ADDRESSES = {"href", "src", "poster", "cite"}
_LOADED = {"img", "script", "source", "video", "audio", "track", "iframe", "embed", "object"}
_STYLE_URL = re.compile(r"url\(\s*['\"]?([^'\")]+)")


class Finding(NamedTuple):
    """Something wrong: in which file of the site, on which line, and what."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


class Target(NamedTuple):
    """An address on a page: the line, the address, and whether the page loads it."""

    line: int
    address: str
    loaded: bool


class Examined(NamedTuple):
    """What a page holds: its anchors and its addresses, and what is wrong with its markup."""

    anchors: frozenset[str]
    targets: tuple[Target, ...]
    findings: tuple[Finding, ...]


def examine(path: str, text: str) -> Examined:
    """Parse a page."""
    parser = _Page(path)
    try:
        parser.feed(text)
        parser.close()
    except AssertionError as error:
        # How html.parser tells of a declaration that it can't read.
        parser.finding(f"not HTML: {error}")
    else:
        parser.finish(text)
    return Examined(frozenset(parser.anchors), tuple(parser.targets), tuple(parser.findings))


def check_site(folder: Path, base: str = "/") -> Iterator[Finding]:
    """Everything that is wrong with the site in a folder, file by file in the order of their paths.

    `base` is the path, on its host, under which the site is served: only the page for missing addresses may use it.
    """
    files = sorted(_files(folder))
    known = set(files)
    anchors: dict[str, frozenset[str]] = {}
    waiting: list[tuple[str, Target, str, str]] = []
    for path in files:
        if path.endswith(".html"):
            try:
                page = examine(path, (folder / path).read_text(encoding="utf-8"))
            except UnicodeDecodeError:
                yield Finding(path, 1, "not UTF-8")
                continue
            anchors[path] = page.anchors
            yield from page.findings
            for target in page.targets:
                if path == NOT_FOUND and target.address.startswith(base):
                    target = target._replace(address=target.address.removeprefix(base) or "./")
                yield from _resolved(path, target, known, waiting)
        elif path.endswith(".xml"):
            yield from _xml(path, (folder / path).read_bytes())
        elif path.endswith(".css"):
            text = (folder / path).read_text(encoding="utf-8", errors="replace")
            for match in _STYLE_URL.finditer(text):
                line = text.count("\n", 0, match.start()) + 1
                yield from _resolved(path, Target(line, match[1], True), known, waiting)
    for path, target, file, anchor in waiting:
        if file in anchors and anchor not in anchors[file]:
            yield Finding(path, target.line, f'"{target.address}" leads to no place on the page {file}')


def _files(folder: Path) -> Iterator[str]:
    for directory, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if not name.startswith("."):
                yield Path(directory, name).relative_to(folder).as_posix()


def _resolved(
    path: str, target: Target, known: set[str], waiting: list[tuple[str, Target, str, str]]
) -> Iterable[Finding]:
    address = target.address.strip()
    try:
        parts = urlsplit(address)
    except ValueError:
        return (Finding(path, target.line, f'"{address}" is no address'),)
    if parts.scheme or parts.netloc or address.startswith("//"):
        if target.loaded and parts.scheme != "data":
            return (Finding(path, target.line, f'"{address}" is loaded from another host'),)
        return ()
    if not parts.path and not parts.fragment:
        return () if address in ("", "#") else (Finding(path, target.line, f'"{address}" leads nowhere'),)
    file = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(parts.path))) if parts.path else path
    if parts.path.endswith("/"):
        file = posixpath.normpath(f"{file}/index.html")
    if file not in known:
        return (Finding(path, target.line, f'"{address}" leads to {file}, which is not there'),)
    if parts.fragment and file.endswith(".html") and parts.fragment != "top":
        waiting.append((path, target, file, unquote(parts.fragment)))
    return ()


def _xml(path: str, data: bytes) -> Iterable[Finding]:
    parser = expat.ParserCreate()
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        return (Finding(path, error.lineno, f"not well-formed XML: {expat.errors.messages[error.code]}"),)
    return ()


class _Page(HTMLParser):
    """Collects a page's anchors and addresses, and checks that its tags match."""

    def __init__(self, path: str) -> None:
        super().__init__(convert_charrefs=True)
        self.path = path
        self.anchors: set[str] = set()
        self.targets: list[Target] = []
        self.findings: list[Finding] = []
        self._open: list[tuple[str, int]] = []
        self._headings = 0
        self._has_title = False

    def finding(self, what: str, line: int = 0) -> None:
        self.findings.append(Finding(self.path, line or self.getpos()[0], what))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._attributes(tag, attrs)
        if tag not in _VOID:
            self._open.append((tag, self.getpos()[0]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._attributes(tag, attrs)
        if tag not in _VOID and not any(open_ in ("svg", "math") for open_, _line in self._open) and tag != "svg":
            self.finding(f"<{tag}/> is not closed by its slash")

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            self.finding(f"</{tag}> ends nothing")
            return
        for place in range(len(self._open) - 1, -1, -1):
            name, _line = self._open[place]
            if name == tag:
                del self._open[place:]
                return
            if name not in _MAY_STAY_OPEN:
                break
        self.finding(f"</{tag}> does not match what is open")

    def _attributes(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self.getpos()[0]
        seen = set()
        self._headings += tag == "h1"
        self._has_title |= tag == "title"
        for name, value in attrs:
            if name in seen:
                self.finding(f"<{tag}> has the attribute {name} twice")
            seen.add(name)
            if name == "id" or (name == "name" and tag == "a"):
                if name == "id" and value in self.anchors:
                    self.finding(f'the id "{value}" stands twice')
                self.anchors.add(value or "")
            elif name in _ADDRESSES and value is not None:
                loaded = tag in _LOADED and name in ("src", "poster")
                self.targets.append(Target(line, value, loaded or (tag == "link" and _loads(attrs))))
            elif name == "srcset":
                for part in (value or "").split(","):
                    if part.strip():
                        self.targets.append(Target(line, part.split()[0], True))
        if tag == "img" and "alt" not in seen:
            self.finding("a picture without alt text")

    def finish(self, text: str) -> None:
        for tag, line in self._open:
            if tag not in _MAY_STAY_OPEN:
                self.finding(f"<{tag}> is not closed", line)
        if not text[:100].lower().lstrip().startswith("<!doctype html>"):
            self.finding("no <!DOCTYPE html>", 1)
        if not self._has_title:
            self.finding("no title", 1)
        if self._headings != 1:
            self.finding(f"{self._headings} h1 headings, where one is right", 1)


def _loads(attrs: list[tuple[str, str | None]]) -> bool:
    """Whether a `link` makes the browser load something."""
    kinds = (dict(attrs).get("rel") or "").lower().split()
    return any(kind in ("stylesheet", "icon", "preload", "modulepreload", "manifest") for kind in kinds)
