"""Simple Markdown → the HTML that Python-Markdown makes of it, to the byte, without Python-Markdown.

Simple are the blocks of which most news text is made: paragraphs, headings, quotations, lists of one line an item,
rules; and in them plain text, entities, escaped characters, emphasis and links that stand clear of one another. All
else is not judged here: it is left to Python-Markdown.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

# What makes a block more than a paragraph: at its start code, headings, quotations, lists, rules; on a later line
# headings, quotations, rules and underlines. More than need be is taken for a mark, never less.
_MARK = re.compile(r" {4}| {0,3}(?:[#>]|[-+*] |\d+\. |[-_*][-_* ]*(?:\n|\Z))")
_LATER_MARK = re.compile(r"\n {0,3}(?:[#>]|[-=_*][-=_* ]*(?:\n|\Z))")

_HEADING = re.compile(r"(#{1,6})([^#\n\\]*[^#\s\\])[^\S\n]*(?:\n|\Z)")
_RULE = re.compile(r"-{3,}|\*{3,}|_{3,}|\* \* \*|- - -")
_QUOTATION = re.compile(r"(?:>[^\n]*(?:\n|\Z))+")
_BULLETS = re.compile(r"[-+*] +\S[^\n]*(?:\n[-+*] +\S[^\n]*)*")
_NUMBERS = re.compile(r"1\. +\S[^\n]*(?:\n[0-9]+\. +\S[^\n]*)*")
_ITEM = re.compile(r"^(?:[-+*]|[0-9]+\.) +(.*)$", re.MULTILINE)
_DEEPEST = 5

# Characters that may begin inline markup, or stand for it (Python-Markdown's placeholders begin with U+0002).
_SPECIAL = "<>&*_[`\\\x02"
_PLAIN = r"[^\[\]<>&*_`\\\x02]"
_ENTITY = r"&(?:[a-zA-Z][a-zA-Z0-9]*|\#[0-9]+|\#[xX][0-9a-fA-F]+);"
_TEXT = rf"(?:{_PLAIN}|{_ENTITY}){_PLAIN}*(?:{_ENTITY}{_PLAIN}*)*"
_BEFORE = r"[^\s(\"'“‘]"  # what emphasis must not come right after …
_AFTER = r"(?=[\s.,;:!?)\"'”’]|\Z)"  # … and what must come after it


def _emphasis(mark: str) -> str:
    twice = rf"{mark}(?<!{_BEFORE}{mark}{mark})(?![\s*_])({_TEXT})(?<!\s){mark}{mark}{_AFTER}"
    once = rf"(?<!{_BEFORE}{mark})(?![\s*_])({_TEXT})(?<!\s){mark}{_AFTER}"
    return rf"{mark}(?:{twice}|{once})?"


# Each alternative begins with its own character, so that the search can leap from one to the next. One of which no
# group matches is not simple.
_INLINE = re.compile(
    # A link, whose text begins no footnote and whose address has no title; or brackets around text.
    rf"\[(?:(?<!!\[)(?!\^)({_TEXT})\]\(((?:[^\s()<>\[\]\"'`\\\x02&]|&(?!\#))+)\)"
    rf"|(?<!!\[)({_PLAIN}*\])(?!\s?[\[(:]))?"
    rf"|{_emphasis(r'[*]')}|{_emphasis('_')}"
    # An entity, or & itself.
    rf"|&(?:((?:[a-zA-Z][a-zA-Z0-9]*|\#[0-9]+|\#[xX][0-9a-fA-F]+);)|(?![\#\\])(?!(?i:[0-9a-z]+;))())?"
    # A word in angle brackets, such as a company's symbol, or < itself.
    r"|<(?:([A-Z][A-Z0-9.]*)>|(?= )())?"
    r"|>()"
    r"|\\(.)?"
    r"|`|\x02",
    re.DOTALL,
)
_AMPERSAND = re.compile(r"&(?!(?:\#[0-9]+|\#x[0-9a-f]+|[0-9a-z]+);)", re.IGNORECASE)

_LOST_BREAK = re.compile(r"  \n(?! *\S)")
_UNTIDY = re.compile(r"(?<=\n) +\n")
_LINK_TEXT, _LINK_ADDRESS, _BRACKETS, _STRONG, _EM, _STRONG_TOO, _EM_TOO = range(1, 8)
_ENTITY_NAME, _AMPERSAND_ITSELF, _WORD, _LESS, _GREATER, _ESCAPED = range(8, 14)


class _NotSimple(Exception):
    """Markup that is left to Python-Markdown."""


@dataclass(frozen=True, kw_only=True)
class Direct:
    """What is simple under a set of extensions.

    `block_stops` are texts that make a block not simple; `text_stops` make all blocks so; `source_stops` too, until the
    preprocessors have seen them. `headings` says whether headings can be simple, `breaks` whether each line end is a
    line break, `escapable` what a backslash escapes, `elements` which names in angle brackets are more than a word.
    """

    block_stops: tuple[str, ...]
    text_stops: tuple[str, ...]
    source_stops: tuple[str, ...]
    headings: bool
    breaks: bool
    escapable: frozenset[str]
    elements: frozenset[str]

    @functools.cached_property
    def stops(self) -> tuple[str, ...]:
        """What makes a text not simple before the preprocessors have seen it."""
        return self.source_stops + self.text_stops

    def document(self, text: str) -> str | None:
        """The HTML of a text, or None if any part of it is not simple."""
        text = _unified(text)
        for stop in self.stops:
            if stop[0] in text and stop in text:  # a character is looked for much faster than several
                return None
        lines = text.split("\n")
        if any(lines[1::2]):
            text = _tidied(text)
            blocks = text.split("\n\n")
        else:  # most texts are of one line a block
            blocks = lines[::2]
        try:
            return "\n".join(_Blocks(self, text).all(blocks))
        except _NotSimple:
            return None

    def paragraphs(self, text: str, stand_in: Callable[[str], str]) -> str:
        """A text, already preprocessed, with what `stand_in` gives in place of each run of simple paragraphs.

        It is given the HTML of the run. Lists and quotations stay, because what follows one may belong to it.
        """
        if any(stop in text for stop in self.text_stops):
            return text
        blocks = _Blocks(self, text)
        kept: list[str] = []
        run: list[str] = []
        for block in text.split("\n\n"):
            stripped = block.lstrip("\n")
            try:
                made = blocks.paragraph(stripped) if stripped else ""
            except _NotSimple:
                if run:
                    kept.append(stand_in("\n".join(run)))
                    run = []
                kept.append(block)
            else:
                if made:
                    run.append(made)
                elif not run:
                    kept.append(block)
        if run:
            kept.append(stand_in("\n".join(run)))
        return "\n\n".join(kept)


def _unified(text: str) -> str:
    """A text with one kind of line end and of white space within a line, as Python-Markdown's NormalizeWhitespace."""
    if "\x02" in text or "\x03" in text:
        text = text.replace("\x02", "").replace("\x03", "")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.expandtabs(4) if "\t" in text else text


def _tidied(text: str) -> str:
    """A text with an empty line at its end, and with nothing on empty lines, as NormalizeWhitespace leaves it too."""
    text += "\n\n"
    return _UNTIDY.sub("\n", text) if " \n" in text else text


class _Blocks:
    """The blocks of one text."""

    def __init__(self, direct: Direct, text: str) -> None:
        self.direct = direct
        self.stops = [stop for stop in direct.block_stops if stop in text]
        self.special = [character for character in _SPECIAL if character in text]
        self.text = text
        self.depth = 0

    def all(self, blocks: Iterable[str]) -> list[str]:
        """The HTML of each block; raises _NotSimple."""
        made: list[str] = []
        quoted: list[str] = []
        listed = False
        marks = (*self.stops, *self.special)
        for block in blocks:
            if not quoted and "\n" not in block and block[:1].isalpha():
                for mark in marks:
                    if mark in block:
                        break
                else:  # as most are
                    made.append(f"<p>{block}</p>")
                    listed = False
                    continue
            if block[:1] in ("", "\n"):
                block = block.lstrip("\n")
                if not block:
                    continue
            if block[0] == ">" and _QUOTATION.fullmatch(block):
                # Quotations that follow one another are one.
                quoted += "\n".join(map(_unquoted, block.split("\n"))).split("\n\n")
                listed = False
                continue
            if quoted:
                made.append(self.quotation(quoted))
                quoted = []
            if not block[0].isalpha():
                items = self.items(block)
                if items:
                    # Lists that follow one another may be one.
                    if listed:
                        raise _NotSimple
                    made.append(items)
                    listed = True
                    continue
            html = self.paragraph(block)
            if html:
                made.append(html)
                listed = False
        if quoted:
            made.append(self.quotation(quoted))
        return made

    def paragraph(self, block: str) -> str:
        """The HTML of a paragraph, a rule, or a heading and what follows it."""
        for stop in self.stops:
            if stop in block:
                raise _NotSimple
        headings = ""
        if not block[0].isalpha():
            while block[:1] == "#":
                heading = _HEADING.match(block)
                if not heading or not self.direct.headings:
                    raise _NotSimple
                level = len(heading[1])
                headings += f"<h{level}>{self.inline(heading[2].strip())}</h{level}>\n"
                block = block[heading.end() :]
            if not block:
                return headings[:-1]
            if _RULE.fullmatch(block):
                return headings + "<hr />"
            if _MARK.match(block):
                raise _NotSimple
        if "\n" in block and _LATER_MARK.search(block):
            raise _NotSimple
        text = block.lstrip()
        return f"{headings}<p>{self.inline(text)}</p>" if text else headings[:-1]

    def quotation(self, quoted: list[str]) -> str:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _NotSimple
        inner = "\n".join(self.all(quoted))
        self.depth -= 1
        if not inner:
            raise _NotSimple
        return f"<blockquote>\n{inner}\n</blockquote>"

    def items(self, block: str) -> str:
        """The HTML of a list with one line an item; nothing if it is no list."""
        name = "ul" if _BULLETS.fullmatch(block) else "ol" if _NUMBERS.fullmatch(block) else ""
        if not name or _RULE.fullmatch(block):
            return ""
        for stop in self.stops:
            if stop in block:
                raise _NotSimple
        made = [f"<{name}>"]
        for item in _ITEM.findall(block):
            if _MARK.match(item):
                raise _NotSimple
            made.append(f"<li>{self.inline(item)}</li>")
        made.append(f"</{name}>")
        return "\n".join(made)

    def inline(self, text: str) -> str:
        """The HTML of text in a block."""
        lines = "\n" in text
        if lines and self.direct.breaks:
            raise _NotSimple
        plain = not any(map(text.__contains__, self.special))
        if lines and "  \n" in text:
            # Spaces between a break and another element would be lost, so it may have none beside it.
            if _LOST_BREAK.search(text) or not plain:
                raise _NotSimple
            return text.replace("  \n", "<br />\n")
        return text if plain else _INLINE.sub(self.element, text)

    def element(self, match: re.Match[str]) -> str:
        kind = match.lastindex
        if kind == _ENTITY_NAME:
            return match[0]
        if kind == _BRACKETS and "]:" not in self.text:  # where something is defined, its name in brackets is a link
            return match[0]
        if kind == _LINK_ADDRESS:
            address = match[2]
            if "&" in address:
                address = _AMPERSAND.sub("&amp;", address)
            return f'<a href="{address}">{match[1]}</a>'
        if kind in (_EM, _EM_TOO):
            return f"<em>{match[kind]}</em>"
        if kind in (_STRONG, _STRONG_TOO):
            return f"<strong>{match[kind]}</strong>"
        if kind == _AMPERSAND_ITSELF:
            return "&amp;"
        if kind == _LESS:
            return "&lt;"
        if kind == _GREATER:
            return "&gt;"
        if kind == _WORD and match[_WORD].lower() not in self.direct.elements:
            return match[0]
        if kind == _ESCAPED and match[_ESCAPED] in self.direct.escapable:
            return "&gt;" if match[_ESCAPED] == ">" else match[_ESCAPED]
        raise _NotSimple


def _unquoted(line: str) -> str:
    if line.strip() == ">":
        return ""
    return line[2:] if line.startswith("> ") else line[1:]
