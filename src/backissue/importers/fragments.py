"""HTML fragments → Markdown, for every format whose bodies are HTML.

The Markdown reads the same by CommonMark and by Python-Markdown with backissue's default extensions. Text is never
lost: what Markdown has no form for is kept as plain text, or as HTML where that says more (tables with spans, or
without a heading row). Scripts, styles, comments, the controls of forms and tracking pixels go; addresses become
absolute.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from ..loading.fields import clean_text
from .inline_markdown import BREAK, Mark, Token, address, code_span, picture, write_run

MAX_DEPTH = 200
"""Elements nested deeper than this give their text only."""

MAX_NESTING = 12
"""Lists and quotations nested deeper than this are written as if they stood one level up."""

LINK_SCHEMES = frozenset(("", "http", "https", "ftp", "mailto", "tel", "sms", "geo", "magnet", "news", "xmpp"))

_DROPPED = frozenset(
    "script style template head title meta link base input button select textarea option optgroup "
    "datalist progress noframes frame frameset param area map track source".split()
)
_BLOCKS = frozenset(
    "dialog address article aside body center div dir fieldset footer header hgroup html legend main menu nav "
    "section p object search dl details figure tbody thead tfoot tr td th caption figcaption dd form".split()
)
_EMPHASIS = {"b": "strong", "strong": "strong", "i": "em", "em": "em"}
_KEPT_TAGS = frozenset("sub sup del s strike ins mark kbd q ruby rt rp u".split())
_TABLE_TAGS = frozenset(
    "table caption thead tbody tfoot tr td th a b strong i em br p ul ol li img sub sup code del ins span".split()
)
_TABLE_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "td": {"rowspan", "colspan"},
    "th": {"rowspan", "colspan", "scope"},
}
_LAZY_SOURCES = ("data-src", "data-original", "data-lazy-src", "data-lazy", "data-orig-file", "data-large-file")
_PLACEHOLDER = re.compile(r"placeholder|blank\.|spacer|lazy|loading|1x1", re.IGNORECASE)
_TINY = re.compile(r"\s*[0-2](?:px|\.0*)?\s*", re.ASCII)
_HIDDEN = re.compile(r"display\s*:\s*none|(?<![-\w])(?:width|height)\s*:\s*[01](?:px)?\s*(?:;|$)", re.IGNORECASE)
_TRACKERS = re.compile(
    r"//[^/]*(?:feedsportal\.com|doubleclick\.net|google-analytics\.com|scorecardresearch\.com|quantserve\.com"
    r"|pixel\.wp\.com|stats\.wordpress\.com|feeds\.wordpress\.com|pixel\.[^/]+|counter\.theconversation\.[^/]+)/"
    r"|//(?:feeds\d?\.|www\.)?[^/]*/~(?:r|ff|4)/|//[^/]*facebook\.com/tr\b|//[^/]*blogger\.googleusercontent\.com/tracker/",
    re.IGNORECASE,
)
_NO_FIRST_BLOCK = re.compile(r"> ?|- |\d+\. |\||```|~~~|    |<table")
"""How blocks begin that Python-Markdown does not take for what they are where they stand first in an item."""

_MERGING = (re.compile(r"> ?"), re.compile(r"- "), re.compile(r"\d+\. "))
"""How blocks begin that an engine would take for one with a block of the same kind before them."""

_LAST_HASH = re.compile(r"(?<!\\)(?:\\\\)*#$")
_NO_DECLARATION = re.compile(r"<!(?!--|doctype\b|\[)", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


def to_markdown(html: str, base_url: str = "") -> str:
    """The Markdown of an HTML fragment (or of a whole page's body). Relative addresses are joined to `base_url`.

    Takes anything: what is no HTML is text. Needs lxml, of the extra `import`.
    """
    html = clean_text(html)
    if not html.strip():
        return ""
    if "<" not in html and "&" not in html:
        return write_run([html])
    root = _parsed(html)
    if root is None:
        return _without_tags(html)
    return element_to_markdown(root, base_url)


def text_to_markdown(text: str) -> str:
    """The Markdown of plain text: blank lines part paragraphs, other line ends are kept as line breaks."""
    paragraphs = re.split(r"\n[ \t]*\n\s*", clean_text(text).strip())
    runs = ([token for line in part.split("\n") for token in (line, BREAK)] for part in paragraphs)
    return "\n\n".join(written for run in runs if (written := write_run(run)))


def to_text(html: str) -> str:
    """The plain text of an HTML fragment, in one line: a headline's, a summary's."""
    html = clean_text(html)
    if "<" not in html:
        return " ".join(unescape(html).split() if "&" in html else html.split())
    root = _parsed(html)
    if root is None:
        return " ".join(unescape(_TAG.sub(" ", html)).split())
    for element in root.iter(*_DROPPED):
        element.text = None
        for child in list(element):
            element.remove(child)
    for element in root.iter(*_BLOCKS, "br", "hr", "li", "dt", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"):
        element.tail = f" {element.tail or ''}"
        element.text = f" {element.text or ''}"
    return " ".join("".join(root.itertext()).split())


def _parsed(html: str) -> Any:
    """The body of an HTML fragment, or None where it is nested too deep to be read whole."""
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, no_network=True)
    try:
        html = _NO_DECLARATION.sub("&lt;!", html)
        root = etree.fromstring(f"<body>{html}".encode("utf-8", "replace"), parser)
    except etree.LxmlError:
        return None
    return None if any(entry.level >= 3 and "depth" in entry.message for entry in parser.error_log) else root


def element_to_markdown(element: Any, base_url: str = "") -> str:
    """The Markdown of an lxml element and all that it holds; the text after it is not its own."""
    flow = _Flow(base_url)
    flow.visit(element, 0)
    flow.flush()
    return "\n\n".join(flow.blocks)


def _without_tags(html: str) -> str:
    paragraphs = (write_run([unescape(_TAG.sub(" ", part))]) for part in re.split(r"</?(?:p|div|br)\b[^<>]*>", html))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


class _Flow:
    """Blocks in the making: those that are finished, and the run of the paragraph that is being read.

    `around` holds the inline elements that are open: a block within them ends the paragraph, and they go on after it.
    """

    def __init__(self, base: str, nesting: int = 0, around: tuple[Mark, ...] = ()) -> None:
        self.base = base
        self.nesting = nesting
        self.around = list(around)
        self.tokens: list[Token] = list(around)
        self.blocks: list[str] = []
        self.plain = True

    def flush(self) -> None:
        """End the paragraph."""
        text = self.run()
        if text:
            self.blocks.append(text)

    def run(self, line_break: str = "  \n", cell: bool = False) -> str:
        """Take the run that is being read, as Markdown."""
        if len(self.tokens) == len(self.around):
            return ""
        self.tokens.extend(Mark("close", mark.name) for mark in reversed(self.around))
        text = write_run(self.tokens, line_break, cell)
        self.tokens = list(self.around)
        return text if text.strip("\xa0\u200b\ufeff \n") else ""

    def block(self, text: str) -> None:
        """Add a block that is no paragraph."""
        self.plain = False
        if text and self.blocks and any(kind.match(text) and kind.match(self.blocks[-1]) for kind in _MERGING):
            self.blocks.append("<!-- -->")
        if text:
            self.blocks.append(text)

    def within(self) -> _Flow:
        """A flow for what stands inside an item, a quotation or a cell."""
        return _Flow(self.base, self.nesting + 1, tuple(self.around))

    def visit(self, element: Any, depth: int) -> None:
        """Read an element, without the text after it."""
        tag = element.tag
        if not isinstance(tag, str):
            return
        if tag[0] == "{":
            tag = tag.rpartition("}")[2]
        tag = tag.lower()
        if tag in _DROPPED:
            return
        if depth > MAX_DEPTH:
            self.tokens.append(" ".join(element.itertext()))
            return
        handler = _HANDLERS.get(tag)
        if handler is not None:
            handler(self, element, depth)
        elif tag in _EMPHASIS:
            self.wrap(Mark("open", _EMPHASIS[tag]), element, depth)
        elif tag in _KEPT_TAGS:
            self.wrap(Mark("open", "del" if tag == "strike" else tag), element, depth)
        elif tag in _BLOCKS:
            self.flush()
            self.children(element, depth)
            self.flush()
        else:
            self.children(element, depth)

    def children(self, element: Any, depth: int) -> None:
        """Read what an element holds."""
        if element.text:
            self.tokens.append(element.text)
        for child in element:
            self.visit(child, depth + 1)
            if child.tail:
                self.tokens.append(child.tail)

    def wrap(self, mark: Mark, element: Any, depth: int) -> None:
        """Read what an inline element holds."""
        if any(mark.name == other.name for other in self.around):
            self.children(element, depth)
            return
        self.around.append(mark)
        self.tokens.append(mark)
        self.children(element, depth)
        self.around.pop()
        self.tokens.append(Mark("close", mark.name))

    def absolute(self, url: str) -> str:
        """An address of the fragment, joined to where it stood; empty where it leads nowhere a reader could go."""
        url = url.strip()
        try:
            url = urljoin(self.base, url) if self.base else url
            parts = urlsplit(url)
        except ValueError:
            return ""
        if parts.scheme.lower() not in LINK_SCHEMES or not (parts.netloc or parts.path or parts.query):
            return ""
        return address(url)


def _line_break(flow: _Flow, _element: Any, _depth: int) -> None:
    place = len(flow.tokens) - 1
    while place >= 0:
        token = flow.tokens[place]
        if token == BREAK:
            flow.flush()
            return
        if token.strip() if isinstance(token, str) else token.kind == "atom":
            break
        place -= 1
    flow.tokens.append(BREAK)


def _link(flow: _Flow, element: Any, depth: int) -> None:
    href = (element.get("href") or "").strip()
    target = "" if href.startswith("#") else flow.absolute(href) if href else ""
    if target:
        flow.wrap(Mark("open", "a", target), element, depth)
    else:
        flow.children(element, depth)


def _picture(flow: _Flow, element: Any, _depth: int) -> None:
    alt = element.get("alt") or ""
    source = image_source(element)
    classes = (element.get("class") or "").split()
    if "wp-smiley" in classes or "emoji" in classes:
        flow.tokens.append(alt)
    elif is_tracker(element, source):
        return
    elif target := flow.absolute(source) if source else "":
        flow.tokens.append(picture(target, alt))
    elif alt.strip():
        flow.tokens.append(f" {alt} ")


def image_source(element: Any) -> str:
    """The address of an `img` element, found too where scripts would load it late; empty where it has none."""
    source = (element.get("src") or "").strip()
    lazy = next((element.get(name).strip() for name in _LAZY_SOURCES if element.get(name)), "")
    if source and not source.lower().startswith(("data:", "about:", "javascript:")):
        return lazy if lazy and _PLACEHOLDER.search(source) else source
    if lazy:
        return lazy
    candidates = (element.get("srcset") or element.get("data-srcset") or "").split(",")
    return next(iter(candidates[-1].split()), "")


def is_tracker(element: Any, source: str) -> bool:
    """Whether an `img` element is there to count readers: of a point's size, hidden, or from a counter's address."""
    sizes = (element.get("width"), element.get("height"))
    if any(size is not None and _TINY.fullmatch(size) for size in sizes) and not any(
        size is not None and re.match(r"\s*\d{2}", size) for size in sizes
    ):
        return True
    return bool(_HIDDEN.search(element.get("style") or "")) or bool(_TRACKERS.search(source))


def _heading(flow: _Flow, element: Any, depth: int) -> None:
    flow.flush()
    inner = flow.within()
    inner.children(element, depth)
    if inner.plain and not inner.blocks:
        text = inner.run(" ")
        if _LAST_HASH.search(text):
            text = text[:-1] + "\\#"
        flow.block(f"{'#' * int(element.tag[-1])} {text}" if text else "")
        return
    inner.flush()
    flow.blocks.extend(inner.blocks)
    flow.plain = False


def _rule(flow: _Flow, _element: Any, _depth: int) -> None:
    flow.flush()
    flow.block("* * *")


def _quotation(flow: _Flow, element: Any, depth: int) -> None:
    flow.flush()
    inner = flow.within()
    inner.children(element, depth)
    inner.flush()
    if flow.nesting >= MAX_NESTING:
        flow.blocks.extend(inner.blocks)
        return
    flow.block(
        "\n".join(f"> {line}" if line else ">" for line in "\n\n".join(inner.blocks).split("\n"))
        if inner.blocks
        else ""
    )


def _list(flow: _Flow, element: Any, depth: int) -> None:
    flow.flush()
    items: list[list[str]] = []
    for child in element:
        inner = flow.within()
        inner.visit(child, depth + 1)
        if child.tail:
            inner.tokens.append(child.tail)
        inner.flush()
        if inner.blocks:
            items.append(inner.blocks)
    if element.text and element.text.strip():
        items.insert(0, [write_run([element.text])])
    if not items:
        return
    if flow.nesting >= MAX_NESTING:
        for blocks in items:
            flow.blocks.extend(blocks)
        flow.plain = False
        return
    ordered = str(element.tag).lower().endswith("ol")
    flow.block(_written_list(items, _start(element) if ordered else None))


def _start(element: Any) -> int:
    written = (element.get("start") or "1").strip()
    return int(written) if re.fullmatch(r"\d{1,6}", written, re.ASCII) else 1


def _written_list(items: list[list[str]], start: int | None) -> str:
    """A list's Markdown; what follows in an item is indented by four spaces, which suits both engines."""
    items = [["&nbsp;", *blocks] if _NO_FIRST_BLOCK.match(blocks[0]) else blocks for blocks in items]
    simple = all(len(blocks) == 1 and "\n" not in blocks[0] for blocks in items)
    tight = not any("\n\n" in block for blocks in items for block in blocks) and all(
        len(blocks) == 1 or (len(blocks) == 2 and re.match(r"- |1\. ", blocks[1])) for blocks in items
    )
    lines = []
    for count, blocks in enumerate(items):
        if start is None:
            marker = "- "
        else:
            number = start + count
            marker = f"{number if simple or number < 100 else 99}. "
        if not simple:
            marker = marker.ljust(4)
        text = ("\n" if tight else "\n\n").join(blocks)
        lines.append(marker + "\n".join(f"    {line}" if line else "" for line in text.split("\n")).lstrip(" "))
    return ("\n" if tight else "\n\n").join(lines)


def _item(flow: _Flow, element: Any, depth: int) -> None:
    flow.flush()
    flow.children(element, depth)
    flow.flush()


def _code(flow: _Flow, element: Any, depth: int) -> None:
    if any(
        isinstance(child.tag, str) and child.tag in ("pre", "p", "div", "img", "table", "ul", "ol")
        for child in element.iter()
    ):
        flow.children(element, depth)
    else:
        flow.tokens.append(code_span("".join(element.itertext())))


def _preformatted(flow: _Flow, element: Any, _depth: int) -> None:
    flow.flush()
    text = _text_of_preformatted(element).strip("\n")
    if not text.strip():
        return
    lines = [line.rstrip() for line in text.expandtabs(4).split("\n")]
    if flow.nesting:
        run: list[Token] = []
        for line in lines:
            run += [code_span(line), BREAK] if line.strip() else []
        flow.block(write_run(run))
        return
    language = re.search(
        r"\blang(?:uage)?-([\w+#-]+)", " ".join(each.get("class") or "" for each in element.iter("pre", "code"))
    )
    fence = "~~~" if "```" in text else "```"
    if fence in text:
        flow.block("\n".join(f"    {line}" if line else "" for line in lines))
    else:
        flow.block("\n".join([fence + (language[1] if language else ""), *lines, fence]))


def _text_of_preformatted(element: Any) -> str:
    parts: list[str] = [element.text or ""]
    for child in element:
        if child.tag == "br":
            parts.append("\n")
        elif isinstance(child.tag, str) and child.tag not in _DROPPED:
            parts.append(_text_of_preformatted(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _table(flow: _Flow, element: Any, depth: int) -> None:
    flow.flush()
    rows = [row for row in element.iter("tr") if next(row.iterancestors("table"), None) is element]
    cells = [row for row in ([cell for cell in row if cell.tag in ("td", "th")] for row in rows) if row]
    width = max(map(len, cells), default=0)
    nested = next(element.iterdescendants("table"), None) is not None
    if width < 2 or nested or element.get("role") == "presentation":
        _unfold(flow, element, depth)
        return
    headed = all(cell.tag == "th" for cell in cells[0]) or next(element.iterchildren("thead"), None) is not None
    even = all(len(row) == width for row in cells) and not any(_spans(cell) for row in cells for cell in row)
    written = [[_cell(flow, cell, depth) for cell in row] for row in cells] if headed and even else [[None]]
    if all(text is not None for row in written for text in row):
        for caption in element.iterchildren("caption"):
            flow.children(caption, depth + 1)
            flow.flush()
        lines = ["| " + " | ".join(text or " " for text in row) + " |" for row in written]
        lines.insert(1, "|" + " --- |" * width)
        flow.block("\n".join(lines))
    elif flow.nesting or flow.around:
        _unfold(flow, element, depth)
    else:
        flow.block(_html_table(flow, element))


def _unfold(flow: _Flow, element: Any, depth: int) -> None:
    """A table that only lays out a page, or can't be written where it stands: what it holds, cell by cell."""
    flow.children(element, depth)
    flow.flush()
    flow.plain = False


def _spans(cell: Any) -> bool:
    return any((cell.get(name) or "1").strip() != "1" for name in ("rowspan", "colspan"))


def _cell(flow: _Flow, cell: Any, depth: int) -> str | None:
    """A cell's Markdown, or None where it holds more than one paragraph."""
    inner = flow.within()
    only = list(cell)
    alone = (
        len(only) == 1
        and only[0].tag in ("p", "div")
        and not (cell.text or "").strip()
        and not (only[0].tail or "").strip()
    )
    inner.children(only[0] if alone else cell, depth + 2)
    if inner.blocks or not inner.plain:
        return None
    return inner.run("<br>", cell=True)


def _html_table(flow: _Flow, element: Any) -> str:
    import nh3
    from lxml import etree

    for child in element.iter("a", "img"):
        name = "href" if child.tag == "a" else "src"
        target = flow.absolute(child.get(name) or "")
        if target:
            child.set(name, target)
        elif name in child.attrib:
            del child.attrib[name]
    html = etree.tostring(element, encoding="unicode", method="html", with_tail=False)
    kept = nh3.clean(html, tags=set(_TABLE_TAGS), attributes=_TABLE_ATTRIBUTES, link_rel=None, strip_comments=True)
    return re.sub(r"\s*\n\s*", "\n", kept.replace("<span>", "").replace("</span>", "")).strip()


def _term(flow: _Flow, element: Any, depth: int) -> None:
    flow.flush()
    flow.wrap(Mark("open", "strong"), element, depth)
    flow.flush()


def _caption(flow: _Flow, element: Any, depth: int) -> None:
    flow.flush()
    flow.wrap(Mark("open", "em"), element, depth)
    flow.flush()


def _embedded(flow: _Flow, element: Any, _depth: int) -> None:
    """A player or a frame, as a link to what it shows."""
    source = element.get("src") or element.get("data-src") or element.get("data-lazy-src") or ""
    if not source:
        source = next((each.get("src") for each in element.iter("source") if each.get("src")), "")
    target = flow.absolute(source) if source else ""
    if not target or is_tracker(element, source):
        return
    label = element.get("title") or element.get("aria-label") or target
    flow.flush()
    flow.tokens += [Mark("open", "a", target), label, Mark("close", "a")] if not _in_link(flow) else [label]
    flow.flush()


def _in_link(flow: _Flow) -> bool:
    return any(mark.name == "a" for mark in flow.around)


def _without_scripts(flow: _Flow, element: Any, depth: int) -> None:
    """`noscript`: what it shows, unless it repeats a picture that stands before it for scripts to load."""
    before = element.getprevious()
    if before is not None and isinstance(before.tag, str) and next(before.iter("img", "picture"), None) is not None:
        return
    flow.children(element, depth)


def _drawing(flow: _Flow, element: Any, _depth: int) -> None:
    """An inline drawing: the words that stand in it."""
    words = (" ".join("".join(each.itertext()).split()) for each in element.iter("{*}text", "text"))
    flow.tokens.append("".join(f" {word} " for word in words if word))


def _form(flow: _Flow, element: Any, depth: int) -> None:
    """A form goes, unless it holds whole paragraphs: some sites wrap a page in one."""
    if any(len("".join(paragraph.itertext()).strip()) >= 200 for paragraph in element.iter("p", "article", "section")):
        flow.flush()
        flow.children(element, depth)
        flow.flush()


_HANDLERS: dict[str, Callable[[_Flow, Any, int], None]] = {
    "br": _line_break,
    "a": _link,
    "img": _picture,
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), _heading),
    "hr": _rule,
    "blockquote": _quotation,
    **dict.fromkeys(("ul", "ol", "menu", "dir"), _list),
    "li": _item,
    **dict.fromkeys(("code", "tt", "samp"), _code),
    **dict.fromkeys(("pre", "xmp", "listing", "plaintext"), _preformatted),
    "table": _table,
    **dict.fromkeys(("dt", "summary"), _term),
    "figcaption": _caption,
    **dict.fromkeys(("iframe", "video", "audio", "embed"), _embedded),
    "noscript": _without_scripts,
    "form": _form,
    "svg": _drawing,
}
