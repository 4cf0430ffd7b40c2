"""The article that stands on a page: which of its blocks are the body, and that body as an element of its own.

trafilatura says where the article's text is; the page's own markup says how it is set and what stands beside it. So
the body keeps the order, headings, lists, quotations, links, tables and pictures of the page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from copy import deepcopy

import msgspec
from lxml.html import Element, HtmlElement

from ..fragments import image_source
from . import furniture
from .blocks import PICTURES, Block, blocks_of, caption_of, key_of

_STRUCTURE = frozenset(
    "a b blockquote caption dd del dl dt em h1 h2 h3 h4 h5 h6 i ins li mark ol p pre q s small strong sub sup table "
    "tbody "
    "td tfoot th thead tr u ul".split()
)
_KEPT_ATTRIBUTES = frozenset(("href", "src", "alt", "title", "start", "colspan", "rowspan", "scope"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_LONG = 24


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What the page's metadata say that helps to tell its body: keys of headlines and names, the summary, the text."""

    headlines: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    summary: str = ""
    text: str = ""


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """The article's body as an element of its own, and the blocks of the page: all, and those that are the body."""

    element: HtmlElement
    blocks: list[Block]
    kept: list[Block]

    @property
    def start(self) -> int:
        """The place of the first block that is the body."""
        return self.kept[0].place if self.kept else 0

    def around(self, headlines: frozenset[str]) -> list[Block]:
        """The blocks where an article is signed: from its headline into its beginning, and from its end on."""
        if not self.kept:
            return []
        first, last = self.kept[0].place, self.kept[-1].place
        headline = max((b.place for b in self.blocks if b.place <= first and b.key in headlines), default=first - 8)
        begin = range(max(0, headline - 3, first - 30), first + 3)
        end = range(max(first + 3, last - 1), last + 5)
        return [block for block in self.blocks if block.place in begin or block.place in end]


def extract_body(tree: HtmlElement, url: str, known: Known) -> Body | None:
    """The article's body, or None where the page has no article."""
    root = tree.find("body")
    if root is None:
        root = tree
    lines = article_lines(tree, url)
    if not lines:
        return None
    blocks = blocks_of(root)
    kept = choose(blocks, lines, known)
    if 4 * sum(len(block.text) for block in kept) < sum(map(len, lines)):
        return Body(element=_paragraphs(lines), blocks=blocks, kept=[])
    return Body(element=element_of(root, kept), blocks=blocks, kept=kept)


def _paragraphs(lines: list[str]) -> HtmlElement:
    """A body of nothing but paragraphs."""
    body = Element("div")
    for line in lines:
        paragraph = Element("p")
        paragraph.text = line
        body.append(paragraph)
    return body


def article_lines(tree: HtmlElement, url: str) -> list[str]:
    """The lines of text that trafilatura takes for the article's; none where it finds no article."""
    from trafilatura import bare_extraction

    found = bare_extraction(tree, url=url or None, include_comments=False)
    if found is None or isinstance(found, dict):
        return []
    return [line for line in (found.text or "").split("\n") if line.strip()]


def choose(blocks: list[Block], lines: list[str], known: Known) -> list[Block]:
    """The blocks that are the body, in the order of the page."""
    seeds = _matching(blocks, lines)
    container = _container(seeds)
    if container is None:
        return []
    before = [block for block in seeds if not _within(block.home, container)]
    seeds = [block for block in seeds if _within(block.home, container)]
    container = _widened(container, blocks, seeds)
    outside = _furniture_in(container, seeds)
    seeds = [block for block in seeds if block.home not in outside]
    if not seeds:
        return []
    seeds = _leading(before, seeds[0].place, known) + seeds
    first, last = seeds[0].place, seeds[-1].place
    forms = _forms(seeds)
    total = sum(forms.values())
    usual = {form for form, count in forms.items() if count > 0.15 * total}
    chosen = {block.place for block in seeds}
    for block in blocks:
        if block.place in chosen or block.home in outside or not _within(block.home, container):
            continue
        if block.picture is not None:
            if first <= block.place <= last and not _in_furniture(block.picture, container):
                chosen.add(block.place)
        elif (
            _form(block) in usual
            and block.linked < 0.5 * len(block.text)
            and (block.tag in _STRUCTURE or len(block.words) > 4)
        ) or (block.tag in _HEADINGS and first < block.place < last):
            chosen.add(block.place)
    chosen.update(_standfirst(blocks, first, known))
    kept = [
        block
        for block in blocks
        if block.place in chosen
        and block.key not in known.headlines
        and not furniture.is_label(block)
        and not furniture.is_call(block)
    ]
    return _without_loose_headings(kept)


def _leading(before: list[Block], first: int, known: Known) -> list[Block]:
    """The text that stands between the headline and the container: a lead that is set apart."""
    headline = max((block.place for block in before if block.key in known.headlines), default=first - 12)
    return [
        block
        for block in before
        if headline < block.place < first
        and len(block.words) >= 8
        and block.linked < 0.5 * len(block.text)
        and not any(furniture.is_furniture(each) for each in (block.home, *list(block.home.iterancestors())[:2]))
    ]


def _standfirst(blocks: list[Block], first: int, known: Known) -> set[int]:
    """The places of the blocks between headline and text that sum the article up: they are named or worded so."""
    headline = max((b.place for b in blocks if b.place < first and b.key in known.headlines), default=-1)
    start = headline + 1 if headline >= 0 else max(0, first - 12)
    summary = key_of(known.summary)
    found: set[int] = set()
    for block in blocks:
        if not start <= block.place < first or block.picture is not None or len(block.words) < 5:
            continue
        if block.linked > 0.5 * len(block.text) or block.key in known.names:
            continue
        worded = bool(summary) and (block.key in summary or summary[:80] in block.key)
        if worded or furniture.is_standfirst(block.home) or (headline == block.place - 1 and block.tag == "h2"):
            found.add(block.place)
    return found


def _matching(blocks: list[Block], lines: list[str]) -> list[Block]:
    """The blocks whose text is among the lines."""
    keys = [key for key in map(key_of, lines) if key]
    whole = set(keys)
    joined = "".join(keys)
    return [
        block
        for block in blocks
        if block.picture is None and (block.key in whole or (len(block.key) > _LONG and block.key in joined))
    ]


def _container(seeds: list[Block]) -> HtmlElement | None:
    """The smallest element that holds nearly all of the text."""
    weight: Counter[HtmlElement] = Counter()
    depth: dict[HtmlElement, int] = {}
    total = 0
    for block in seeds:
        size = len(block.key)
        total += size
        line = [block.home, *block.home.iterancestors()]
        for up, element in enumerate(line):
            weight[element] += size
            depth[element] = len(line) - up
    enough = [element for element, size in weight.items() if size >= 0.9 * total]
    return max(enough, key=lambda element: depth[element], default=None)


def _widened(container: HtmlElement, blocks: list[Block], seeds: list[Block]) -> HtmlElement:
    """The element that also holds what goes on after the container, set as it is: a text is often cut into parts.

    It goes no further than the article element, or the next main heading.
    """
    form, _ = _forms(seeds).most_common(1)[0]
    parent = seeds[0].home.getparent()
    if parent is None or not parent.get("class"):
        return container
    limit = next((each for each in container.iterancestors("article", "main")), None)
    last = seeds[-1]
    for block in blocks[last.place + 1 :]:
        if block.tag == "h1" or (limit is not None and not _within(block.home, limit)):
            break
        if _form(block) == form and len(block.words) > 8:
            last = block
    while last.home is not container and not _within(last.home, container):
        above = container.getparent()
        if above is None:
            break
        container = above
    return container


def _within(element: HtmlElement, container: HtmlElement) -> bool:
    return element is container or any(ancestor is container for ancestor in element.iterancestors())


def _furniture_in(container: HtmlElement, seeds: list[Block]) -> set[HtmlElement]:
    """The elements of the container that are furniture, or in furniture.

    Parts that together hold much of the text are none, whatever they are called: parts of one name are taken together.
    """
    weight: Counter[HtmlElement] = Counter()
    total = 0
    for block in seeds:
        total += len(block.key)
        element = block.home
        while element is not None and element is not container:
            weight[element] += len(block.key)
            element = element.getparent()
    named: Counter[tuple[str, str]] = Counter()
    for element, size in weight.items():
        named[_name(element)] += size
    found: set[HtmlElement] = set()
    for element in container.iterdescendants():
        if not isinstance(element.tag, str):
            continue
        if element.getparent() in found or (
            named[_name(element)] < 0.35 * total
            and (furniture.is_furniture(element) or (furniture.is_hidden(element) and not weight[element]))
        ):
            found.add(element)
    return found


def _name(element: HtmlElement) -> tuple[str, str]:
    return str(element.tag), element.get("class") or element.get("id") or ""


def _in_furniture(element: HtmlElement, container: HtmlElement) -> bool:
    for ancestor in element.iterancestors():
        if ancestor is container:
            return False
        if furniture.is_furniture(ancestor):
            return True
    return False


def _form(block: Block) -> tuple[str, ...]:
    """How a block is set: its tag, and what it stands in."""
    parent = block.home.getparent()
    above = parent.getparent() if parent is not None else None
    return (block.tag, *(f"{each.tag} {each.get('class') or ''}" for each in (parent, above) if each is not None))


def _forms(blocks: list[Block]) -> Counter[tuple[str, ...]]:
    """How much of the text is set in each way."""
    found: Counter[tuple[str, ...]] = Counter()
    for block in blocks:
        found[_form(block)] += len(block.key)
    return found


def _without_loose_headings(kept: list[Block]) -> list[Block]:
    """The blocks without the headings under which no text stands, and without the pictures after the last text."""
    found: list[Block] = []
    below = 0
    for block in reversed(kept):
        if block.picture is not None:
            if below:
                found.append(block)
        elif block.tag in _HEADINGS:
            level = int(block.tag[1])
            if below and (below > level or below == 7):
                found.append(block)
                below = level
        else:
            found.append(block)
            below = 7
    return found[::-1]


def _figure(element: HtmlElement) -> HtmlElement | None:
    """A paragraph with the picture of a figure and, in emphasis, its caption; None where there is no picture."""
    image = next((each for each in element.iter("img", "amp-img") if image_source(each)), None)
    if image is None:
        return None
    paragraph = Element("p")
    twin = Element("img", {"src": image_source(image), "alt": image.get("alt") or ""})
    for size in ("width", "height", "style", "class"):
        if image.get(size):
            twin.set(size, image.get(size))
    paragraph.append(twin)
    caption = caption_of(element)
    if caption:
        paragraph.append(Element("br"))
        emphasis = Element("em")
        emphasis.text = caption
        paragraph.append(emphasis)
    return paragraph


def element_of(root: HtmlElement, kept: Iterable[Block]) -> HtmlElement:
    """A new element with the kept blocks of `root`, set as the page sets them."""
    runs: dict[HtmlElement, set[tuple[HtmlElement, bool]]] = {}
    marked: set[HtmlElement] = set()
    for block in kept:
        pieces = [(block.picture, False)] if block.picture is not None else block.nodes
        runs.setdefault(block.home, set()).update(pieces)
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
    runs: dict[HtmlElement, set[tuple[HtmlElement, bool]]],
    marked: set[HtmlElement],
) -> None:
    wanted = runs.get(source, set())
    last: HtmlElement | None = None  # an element's children are quickly added, and slowly counted
    if (source, True) in wanted:
        target.text = source.text
    for child in source:
        if (child, False) in wanted:
            twin = _figure(child) if child.tag in PICTURES else deepcopy(child)
            if twin is not None:
                twin.tail = None
                target.append(twin)
                last = twin
        elif child in marked:
            tag = child.tag if child.tag in _STRUCTURE else "div"
            twin = Element(tag, {name: value for name, value in child.items() if name in _KEPT_ATTRIBUTES})
            target.append(twin)
            last = twin
            _copy(child, twin, runs, marked)
        if (child, True) in wanted:
            if last is not None:
                last.tail = (last.tail or "") + child.tail
            else:
                target.text = (target.text or "") + child.tail
