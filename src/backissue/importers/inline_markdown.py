"""Runs of text, emphasis, links, pictures and line breaks → one paragraph of Markdown.

What is written means the same to CommonMark 0.31 and to Python-Markdown: text is escaped where either would misread it,
and emphasis that the two delimit differently (beside letters and punctuation, within other emphasis) is written as the
HTML element that it is, which both keep.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple


class Mark(NamedTuple):
    """Something in a run that is not plain text.

    `kind` is open, close, atom or break. `name` is the element of an open or close mark (`a`, `em`, `strong`, or one
    that is kept as HTML); `value` is a link's address, or an atom's finished Markdown.
    """

    kind: str
    name: str = ""
    value: str = ""


Token = str | Mark

BREAK = Mark("break")

_SPACE = re.compile("[ \t\n\r\f\x1c-\x1e\x85\u2028\u2029]+")
_LOOSE = re.compile("  |[\t\n\r\f\x1c-\x1e\x85\u2028\u2029]")
"""Quickly found: spaces to collapse."""
_MAYBE_SPECIAL = re.compile(r"[\\`*<&_\[\]!~{:]")
"""Quickly found: whatever could be special, whether in a link or not."""
_SPECIAL = re.compile(r"[\\`*<]|&(?=#|\w+;)|(?<![^\W_])_|_(?![^\W_])|\](?=[(\[:])|!(?=\[)|~(?=~)|\{(?=:)")
_IN_LINK = re.compile(_SPECIAL.pattern + r"|[\[\]]|(?<=\]):")
_ENTITIES = {"<": "&lt;", "&": "&amp;", "~": "&#126;", "{": "&#123;", ":": "&#58;"}
_LINE_START = re.compile(r"(#|>|[-+](?=\s|$)|-+(?=\s*$)|[-:|][-:| ]*$)|([=:~|](?==*\s*$|\s|~~))|(\d+)([.)])(?=\s|$)")
_DEFINITION = re.compile(r"^\[(?=[^\[\]]*\]:)", re.MULTILINE)
_MAY_START = frozenset("#>-+=:~|0123456789")
_UNSAFE_IN_ADDRESS = re.compile("[\x00-\x20\"'()<>\\[\\]\\\\^`{|}*\x7f]")
_ENTITY_IN_ADDRESS = re.compile(r"(&#?\w+);")
_TAGS = {"strong": "**", "em": "*"}


def write_run(tokens: Iterable[Token], line_break: str = "  \n", cell: bool = False) -> str:
    """The Markdown of a paragraph's tokens, spaces collapsed as HTML collapses them; empty where nothing shows.

    `line_break` is written for a break. `cell` is for a table's cell, where a bar must not stand.
    """
    settled = _settled(tokens)
    ends = _partners(settled)
    pieces: list[str] = []
    closers: list[str] = []
    links = marks = 0
    for place, token in enumerate(settled):
        if isinstance(token, str):
            following = settled[place + 1] if place + 1 < len(settled) else None
            pieces.append(_escaped(token, links > 0, following))
        elif token.kind == "break":
            pieces.append("<br>" if links else line_break)
        elif token.kind == "atom":
            pieces.append(token.value)
        elif token.kind == "close":
            closer = closers.pop()
            links -= token.name == "a"
            marks -= closer[0] == "*"
            pieces.append(closer)
        elif token.name == "a":
            links += 1
            pieces.append("[")
            closers.append(f"]({token.value})")
        elif token.name in _TAGS and not marks and _delimitable(settled, place, ends[place]):
            marks += 1
            pieces.append(_TAGS[token.name])
            closers.append(_TAGS[token.name])
        else:
            pieces.append(f"<{token.name}>")
            closers.append(f"</{token.name}>")
    text = "".join(pieces)
    if "]:" in text:
        text = _DEFINITION.sub(r"\\[", text)
    if cell:
        return text.replace("|", "&#124;")
    return "\n".join(map(_line, text.split("\n"))) if "\n" in text else _line(text)


def code_span(text: str) -> Mark:
    """An atom that shows `text` as code."""
    text = _SPACE.sub(" ", text).strip()
    if not text:
        return Mark("atom")
    if re.search(r"[`<|\\]|&#", text):
        return Mark("atom", value=f"<code>{_escaped(text, True, None)}</code>")
    return Mark("atom", value=f"`{text}`")


def picture(source: str, alt: str) -> Mark:
    """An atom that shows a picture. `source` is an address as `address` writes it."""
    return Mark("atom", value=f"![{_escaped(_SPACE.sub(' ', alt).strip(), True, None)}]({source})")


def address(url: str) -> str:
    """A URL as it may stand between a link's parentheses: what either engine could stumble over is percent-encoded."""
    url = _UNSAFE_IN_ADDRESS.sub(lambda found: f"%{ord(found[0]):02X}", url.strip())
    return _ENTITY_IN_ADDRESS.sub(r"\1%3B", url).replace("&#", "&amp;#")


def _settled(tokens: Iterable[Token]) -> list[Token]:
    """Tokens with spaces collapsed, spaces and breaks moved out of the edges of elements, and empty elements gone."""
    settled: list[Token] = []
    pending: Token = ""
    for token in tokens:
        if isinstance(token, str):
            text = _SPACE.sub(" ", token) if _LOOSE.search(token) else token
            core = text.strip(" ")
            if text and not pending and text[0] == " ":
                pending = " "
            if not core:
                continue
            _insert_gap(settled, pending)
            if settled and isinstance(settled[-1], str):
                settled[-1] += core
            else:
                settled.append(core)
            pending = " " if text[-1] == " " else ""
        elif token.kind == "break":
            pending = token
        elif token.kind == "atom":
            if token.value:
                _insert_gap(settled, pending)
                settled.append(token)
                pending = ""
        elif token.kind == "close" and settled and isinstance(settled[-1], Mark) and settled[-1].kind == "open":
            settled.pop()
        else:
            settled.append(token)
    return settled


def _insert_gap(settled: list[Token], gap: Token) -> None:
    if not gap:
        return
    place = len(settled)
    while place and isinstance(before := settled[place - 1], Mark) and before.kind == "open":
        place -= 1
    if place == 0:
        return
    before = settled[place - 1]
    if isinstance(gap, str) and isinstance(before, str):
        settled[place - 1] = before + gap
    else:
        settled.insert(place, gap)


def _partners(tokens: list[Token]) -> dict[int, int]:
    """For each opening mark, where its closing mark is."""
    partners: dict[int, int] = {}
    opened: list[int] = []
    for place, token in enumerate(tokens):
        if isinstance(token, Mark):
            if token.kind == "open":
                opened.append(place)
            elif token.kind == "close":
                partners[opened.pop()] = place
    return partners


def _delimitable(tokens: list[Token], start: int, end: int) -> bool:
    """Whether asterisks at both places are emphasis to every engine (CommonMark 0.31, section 6.2, read narrowly)."""
    before = _edge(tokens[start - 1], last=True) if start else " "
    first = _edge(tokens[start + 1], last=False)
    final = _edge(tokens[end - 1], last=True)
    after = _edge(tokens[end + 1], last=False) if end + 1 < len(tokens) else " "
    if "*" in (before, first, final, after):
        return False
    return _flanks(first, before) and _flanks(final, after)


def _flanks(inner: str, outer: str) -> bool:
    if inner.isspace():
        return False
    if unicodedata.category(inner)[0] not in "PSCZ":
        return True
    return outer.isspace() or unicodedata.category(outer)[0] == "P"


def _edge(token: Token, last: bool) -> str:
    if isinstance(token, str):
        return token[-1 if last else 0]
    if token.kind == "break":
        return " "
    if token.name in _TAGS:
        return "*"
    return "!"


def _escaped(text: str, in_link: bool, following: Token | None) -> str:
    if not _MAYBE_SPECIAL.search(text):
        return text
    pattern = _IN_LINK if in_link else _SPECIAL
    escaped = pattern.sub(lambda found: _ENTITIES.get(found[0]) or "\\" + found[0], text)
    if isinstance(following, Mark) and not in_link and text[-1] in "]!" and following.kind != "break":
        escaped = escaped[:-1] + "\\" + text[-1]
    return escaped


def _line(line: str) -> str:
    """A paragraph's line, its start escaped where it would begin a heading, a list, a quotation, a rule or a table."""
    if not line or line[0] not in _MAY_START:
        return line
    return _LINE_START.sub(_escaped_start, line, count=1) if _LINE_START.match(line) else line


def _escaped_start(found: re.Match[str]) -> str:
    if found[1]:
        return f"&#{ord(found[1][0])};{found[1][1:]}" if found[1][0] in ":|" else "\\" + found[1]
    if found[2]:
        return f"&#{ord(found[2])};"
    return f"{found[3]}\\{found[4]}"
