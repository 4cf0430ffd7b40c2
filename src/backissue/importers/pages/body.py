"""The article that stands on a page: which of its blocks are the body, and that body as an element of its own.

trafilatura says which text is the article's; the page's own markup says how that text is set. So the body keeps the
order, the headings, lists, quotations, links, tables and pictures of the page, whatever the extractor makes of them.
"""

from __future__ import annotations

from collections import Counter
from copy import deepcopy

from lxml.html import Element, HtmlElement

from .blocks import Block, blocks_of, key_of

_SHINGLE = 4


def article_text(tree: HtmlElement, url: str) -> list[str]:
    """The lines of text that trafilatura takes for the article's; none where it finds no article."""
    from trafilatura import bare_extraction

    found = bare_extraction(tree, url=url or None, include_comments=False, include_tables=True)
    if found is None:
        return []
    return [line for line in (found.text or "").split("\n") if line.strip()]


def kept_blocks(blocks: list[Block], lines: list[str]) -> list[Block]:
    """The blocks of the page whose text is among the lines."""
    whole = Counter(filter(None, map(key_of, lines)))
    joined = "".join(key_of(line) for line in lines)
    kept = []
    for block in blocks:
        if (
            block.picture is None
            and block.key
            and (block.key in whole or (len(block.key) > 24 and block.key in joined))
        ):
            kept.append(block)
    return kept


def container_of(kept: list[Block]) -> HtmlElement | None:
    """The smallest element that holds nearly all of the kept text."""
    weight: Counter[HtmlElement] = Counter()
    total = 0
    for block in kept:
        total += len(block.key)
        weight[block.home] += len(block.key)
        for ancestor in block.home.iterancestors():
            weight[ancestor] += len(block.key)
    enough = [element for element, count in weight.items() if count >= 0.9 * total]
    return max(enough, key=lambda element: sum(1 for _ in element.iterancestors()), default=None)


def element_of(root: HtmlElement, kept: list[Block]) -> HtmlElement:
    """A new element with the kept blocks of `root`, set as the page sets them."""
    runs: dict[HtmlElement, list[tuple[HtmlElement, bool]]] = {}
    marked: set[HtmlElement] = set()
    for block in kept:
        if block.picture is not None:
            runs.setdefault(block.home, []).append((block.picture, False))
        else:
            runs.setdefault(block.home, []).extend(block.nodes)
        element = block.home
        while element is not None and element not in marked:
            marked.add(element)
            element = element.getparent()
    body = Element("div")
    _copy(root, body, runs, marked)
    return body


def _copy(
    source: HtmlElement,
    target: HtmlElement,
    runs: dict[HtmlElement, list[tuple[HtmlElement, bool]]],
    marked: set[HtmlElement],
) -> None:
    wanted = set(runs.get(source, ()))
    if (source, True) in wanted:
        target.text = source.text
    for child in source:
        if (child, False) in wanted:
            twin = deepcopy(child)
            twin.tail = None
            target.append(twin)
        elif child in marked:
            twin = Element(child.tag, {name: value for name, value in child.items() if name in _KEPT_ATTRIBUTES})
            target.append(twin)
            _copy(child, twin, runs, marked)
        if (child, True) in wanted:
            if len(target):
                target[-1].tail = (target[-1].tail or "") + child.tail
            else:
                target.text = (target.text or "") + child.tail


_KEPT_ATTRIBUTES = frozenset(("href", "src", "alt", "title", "start", "colspan", "rowspan", "scope", "class"))


def extract_body(tree: HtmlElement, url: str) -> HtmlElement | None:
    """The article's body as a new element, or None where the page has no article."""
    root = tree.find(".//body")
    if root is None:
        root = tree
    lines = article_text(tree, url)
    if not lines:
        return None
    blocks = blocks_of(root)
    kept = kept_blocks(blocks, lines)
    container = container_of(kept)
    if container is None:
        return None
    return element_of(root, kept)
