"""A page's text as a reader sees it: runs of text between the edges of blocks, and figures, in the page's order."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

MAX_DEPTH = 240
"""Elements nested deeper than this are read as one run of text."""

_BLOCKS = frozenset(
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer "
    "form h1 h2 h3 h4 h5 h6 header hgroup hr li main menu nav ol optgroup p pre search section summary table tbody td "
    "tfoot th thead tr ul amp-ad-exit".split()
)
_SILENT = frozenset(
    "script style template head title meta link base button select textarea option datalist progress noscript svg "
    "iframe object embed canvas audio video source track map area dialog math input label nav".split()
)
PICTURES = frozenset(("figure", "picture", "img", "amp-img"))
_WORD = re.compile(r"\w+")


class Block:
    """A run of text, or a figure, within the block element that is its `home`.

    `nodes` are the pieces of the run: (element, False) stands for an inline element with all it holds, (element, True)
    for the text after that element, or for the text with which `home` begins. `picture` is the element of a figure.
    """

    __slots__ = ("home", "key", "linked", "nodes", "picture", "place", "text", "words")

    def __init__(self, home: HtmlElement, place: int) -> None:
        self.home = home
        self.place = place
        self.nodes: list[tuple[HtmlElement, bool]] = []
        self.picture: HtmlElement | None = None
        self.text = ""
        self.linked = 0
        self.words: list[str] = []
        self.key = ""

    @property
    def tag(self) -> str:
        """The tag of the element that the run stands in."""
        return str(self.home.tag)


def key_of(text: str) -> str:
    """Text as its letters and digits alone, so that the same words compare alike however they are set."""
    return "".join(_WORD.findall(text.casefold()))


def caption_of(figure: HtmlElement) -> str:
    """What stands under the picture of a figure."""
    caption = next(figure.iter("figcaption"), figure)
    return " ".join("".join(_spoken(caption)).split())


def blocks_of(root: HtmlElement) -> list[Block]:
    """The blocks of an element, in the order of the page; scripts, controls and frames are silent."""
    return list(_Reader(root).blocks())


class _Reader:
    def __init__(self, root: HtmlElement) -> None:
        self.root = root
        self.place = 0
        self.holders = _holders(root)

    def blocks(self) -> Iterator[Block]:
        yield from self.read(self.root, 0)

    def read(self, home: HtmlElement, depth: int) -> Iterator[Block]:
        block = Block(home, self.place)
        parts: list[str] = []
        if home.text and home.text.strip():
            block.nodes.append((home, True))
            parts.append(home.text)
        breaks = 0
        for child in home:
            tag = child.tag
            if not isinstance(tag, str) or tag in _SILENT:
                pass
            elif tag in PICTURES:
                yield from self.finished(block, parts)
                block, parts = Block(home, self.place), []
                yield self.figure(home, child)
                block.place = self.place
            elif tag == "br":
                breaks += 1
                if breaks > 1:
                    yield from self.finished(block, parts)
                    block, parts = Block(home, self.place), []
                else:
                    block.nodes.append((child, False))
                    parts.append("\n")
            elif (tag in _BLOCKS or child in self.holders) and depth < MAX_DEPTH:
                yield from self.finished(block, parts)
                yield from self.read(child, depth + 1)
                block, parts = Block(home, self.place), []
            else:
                text = "".join(_spoken(child))
                if text:
                    block.nodes.append((child, False))
                    parts.append(text)
                    if text.strip():
                        breaks = 0
                    block.linked += _linked(child)
            if child.tail:
                block.nodes.append((child, True))
                parts.append(child.tail)
                if child.tail.strip():
                    breaks = 0
        yield from self.finished(block, parts)

    def figure(self, home: HtmlElement, element: HtmlElement) -> Block:
        block = Block(home, self.place)
        self.place += 1
        block.picture = element
        block.text = " ".join("".join(_spoken(element)).split())
        return block

    def finished(self, block: Block, parts: list[str]) -> Iterator[Block]:
        block.text = " ".join("".join(parts).split())
        if not block.text:
            return
        block.words = _WORD.findall(block.text.casefold())
        block.key = "".join(block.words)
        block.place = self.place
        self.place += 1
        yield block


def _holders(root: HtmlElement) -> set[HtmlElement]:
    """Inline elements that hold blocks or figures."""
    found: set[HtmlElement] = set()
    for element in root.iter(*_BLOCKS, *PICTURES):
        for ancestor in element.iterancestors():
            if ancestor in found:
                break
            found.add(ancestor)
    return found


def _spoken(element: HtmlElement) -> Iterator[str]:
    waiting: list[HtmlElement | str] = [element]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
            continue
        tag = item.tag
        if not isinstance(tag, str) or tag in _SILENT:
            continue
        if tag == "br":
            yield "\n"
        if item.text:
            yield item.text
        for child in reversed(item):
            if child.tail:
                waiting.append(child.tail)
            waiting.append(child)


def _linked(element: HtmlElement) -> int:
    if element.tag == "a":
        return sum(map(len, _spoken(element)))
    return sum(sum(map(len, _spoken(link))) for link in element.iter("a"))
