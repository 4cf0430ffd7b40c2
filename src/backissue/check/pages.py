"""A page → what is wrong with its HTML, what it can be called by, and where its addresses lead.

The parser is Python's own, which makes no tree: it is some thirty times as quick as a strict one (html5lib), against
which tests hold the theme.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import NamedTuple

from .addresses import Target
from .findings import Finding

_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_MAY_STAY_OPEN = frozenset("li dt dd p rb rt rtc rp optgroup option colgroup thead tbody tfoot tr td th".split())
_ENDS_P = frozenset(
    "address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer form h1 h2 h3"
    " h4 h5 h6 header hgroup hr main menu nav ol p pre search section summary table ul".split()
)
_HOLDS_P = frozenset("button caption html object table td template th".split())
_ADDRESSES = {"href", "src", "poster", "cite", "data", "action"}
_LOADED = {"img", "script", "source", "video", "audio", "track", "iframe", "embed", "object", "input"}
_DRAWN = {"image", "use", "feimage"}
"""What loads its `href` in SVG."""
_ASKING = frozenset(
    "stylesheet icon apple-touch-icon mask-icon manifest preload modulepreload prefetch prerender preconnect"
    " dns-prefetch".split()
)
"""What makes a browser turn to where a `link` leads."""
_SETS = {"srcset", "imagesrcset"}
_CANDIDATE = re.compile(r"[\s,]*(\S*[^\s,])(?:\s+[^\s,]+)*")
"""An address of a srcset, with how wide it is or how dense."""
_STYLE_URL = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)")
_STYLE_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)


class Examined(NamedTuple):
    """What a page holds: its title, its anchors and addresses, what is wrong with its markup.

    `apart` says that it is not meant to be found: it leads on at once, or search engines are to leave it out.
    """

    title: str
    title_line: int
    apart: bool
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
        parser.finding("markup", f"not HTML: {error}")
    else:
        parser.finish(text)
    return Examined(
        " ".join(parser.title.split()),
        parser.title_line,
        parser.apart,
        frozenset(parser.anchors),
        tuple(parser.targets),
        tuple(parser.findings),
    )


def style_targets(text: str, line: int = 1) -> list[Target]:
    """The addresses that a style sheet loads, which begins on a line."""
    if "/*" in text:
        text = _STYLE_COMMENT.sub(lambda match: "\n" * match[0].count("\n"), text)
    return [
        Target(line + text.count("\n", 0, found.start()), found[1] or found[2], True)
        for found in _STYLE_URL.finditer(text)
    ]


class _Page(HTMLParser):
    """Collects a page's anchors and addresses, and checks that its tags match."""

    def __init__(self, path: str) -> None:
        super().__init__(convert_charrefs=True)
        self.path = path
        self.title = ""
        self.title_line = 0
        self.apart = False
        self.anchors: set[str] = set()
        self.targets: list[Target] = []
        self.findings: list[Finding] = []
        self._open: list[tuple[str, int]] = []
        self._headings = 0

    def finding(self, rule: str, what: str, line: int = 0, remark: bool = False, about: str = "") -> None:
        self.findings.append(Finding(self.path, line or self.getpos()[0], rule, what, remark, about))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _ENDS_P:
            self._end_paragraph()
        self._attributes(tag, attrs)
        if tag not in _VOID:
            self._open.append((tag, self.getpos()[0]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._attributes(tag, attrs)
        if tag not in _VOID and not any(open_ in ("svg", "math") for open_, _line in self._open) and tag != "svg":
            self.finding("markup", f"<{tag}/> is not closed by its slash")

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            self.finding("markup", f"</{tag}> ends nothing")
            return
        for place in range(len(self._open) - 1, -1, -1):
            name, _line = self._open[place]
            if name == tag:
                del self._open[place:]
                return
            if name not in _MAY_STAY_OPEN:
                break
        self.finding("markup", f"</{tag}> does not match what is open")

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][0] == "title" and not self._inside("svg"):
            self.title += data
        elif self._open and self._open[-1][0] == "style":
            self.targets += style_targets(data, self.getpos()[0])

    def _inside(self, tag: str) -> bool:
        return any(name == tag for name, _line in self._open)

    def _end_paragraph(self) -> None:
        """End the paragraph that is open, as a browser does where a block begins (HTML, 13.2.6.4.7)."""
        for place in range(len(self._open) - 1, -1, -1):
            name = self._open[place][0]
            if name == "p":
                del self._open[place:]
                return
            if name in _HOLDS_P:
                return

    def _attributes(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self.getpos()[0]
        seen = set()
        self._headings += tag == "h1"
        if tag == "title" and not self.title_line and not self._inside("svg"):
            self.title_line = line
        elif tag == "meta":
            self._meta(line, dict(attrs))
        for name, value in attrs:
            if name in seen:
                self.finding("markup", f"<{tag}> has the attribute {name} twice")
            seen.add(name)
            if name == "id" or (name == "name" and tag == "a"):
                if name == "id" and value in self.anchors:
                    self.finding("markup", f'the id "{value}" stands twice', about=value or "")
                self.anchors.add(value or "")
            elif name in _ADDRESSES and value is not None:
                loaded = tag in _DRAWN if name == "href" else tag in _LOADED and name != "cite"
                self.targets.append(Target(line, value, loaded or (tag == "link" and _loads(attrs))))
            elif name == "xlink:href" and tag in _DRAWN:
                self.targets.append(Target(line, value or "", True))
            elif name in _SETS:
                self.targets += [Target(line, found[1], True) for found in _CANDIDATE.finditer(value or "")]
            elif name == "style":
                self.targets += style_targets(value or "", line)
        if tag == "img":
            self._picture(dict(attrs))

    def _picture(self, attrs: dict[str, str | None]) -> None:
        source = attrs.get("src") or ""
        if "alt" not in attrs:
            self.finding("alt", "a picture without alt text", about=source)
        elif not attrs["alt"] and attrs.get("role") not in ("none", "presentation") and "aria-hidden" not in attrs:
            self.finding("alt", "a picture whose alt text is empty", remark=True, about=source)

    def _meta(self, line: int, attrs: dict[str, str | None]) -> None:
        content = attrs.get("content") or ""
        if (attrs.get("name") or "").lower() == "robots" and "noindex" in content.lower():
            self.apart = True
        elif (attrs.get("http-equiv") or "").lower() == "refresh":
            self.apart = True
            address = content.partition("=")[2].strip(" '\"")
            if address:
                self.targets.append(Target(line, address, False))
        elif content.startswith(("http://", "https://")):
            self.targets.append(Target(line, content, False))

    def finish(self, text: str) -> None:
        for tag, line in self._open:
            if tag not in _MAY_STAY_OPEN:
                self.finding("markup", f"<{tag}> is not closed", line)
        if not text[:100].lower().lstrip().startswith("<!doctype html>"):
            self.finding("markup", "no <!DOCTYPE html>", 1)
        if not self.title_line:
            self.finding("markup", "no title", 1)
        if self._headings != 1:
            self.finding("markup", f"{self._headings} h1 headings, where one is right", 1)


def _loads(attrs: list[tuple[str, str | None]]) -> bool:
    """Whether a `link` makes the browser load something."""
    kinds = (dict(attrs).get("rel") or "").lower().split()
    return not _ASKING.isdisjoint(kinds)
