"""How an XML document begins: the name of its first element, and whether its entity definitions are harmless."""

from __future__ import annotations

import re
from typing import NamedTuple

from .decoding import BYTE_ORDER_MARKS
from .outcomes import Unreadable

MAX_ENTITIES = 300
MAX_ENTITY_LENGTH = 1_000
"""What documents need (the 253 characters that HTML names); an attack needs more, or longer ones, or nested ones."""

_MARKS = (
    *BYTE_ORDER_MARKS,
    (b"<\x00?\x00", "utf-16-le"),
    (b"\x00<\x00?", "utf-16-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
)
_DEFINITIONS_END = re.compile(r"\]\s*>")
_ELEMENT = re.compile(r"<(?:([A-Za-z_][\w.-]*):)?([A-Za-z_][\w.-]*)([^<>]*)")
_ENTITY = re.compile(r"<!ENTITY\s+(%\s+)?([^\s\"'<>]+)\s+(?:(SYSTEM|PUBLIC)\b|\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?!#|amp;|lt;|gt;|quot;|apos;)[^;\s]+;|%[^;\s]+;")


class Root(NamedTuple):
    """A document's first element: its name without prefix, in lower case, and its attributes as they are written."""

    name: str
    attributes: str


def root_of(head: bytes) -> Root:
    """The first element of the document that begins with `head`; empty where it does not begin like XML."""
    text = text_of_head(head).lstrip("\ufeff")
    element = _ELEMENT.match(text, _before_root(text)[0])
    return Root(element[2].lower(), element[3]) if element else Root("", "")


def _before_root(text: str) -> tuple[int, int]:
    """Where a document's first element begins, and where its DOCTYPE's own definitions do (-1 where it has none)."""
    place, definitions = 0, -1
    while True:
        while text[place : place + 1].isspace():
            place += 1
        if text.startswith("<?", place):
            end = text.find("?>", place) + 2
        elif text.startswith("<!--", place):
            end = text.find("-->", place) + 3
        elif text[place : place + 9].upper() == "<!DOCTYPE":
            end = text.find(">", place) + 1
            opened = text.find("[", place)
            if 0 <= opened < end - 1 or (opened >= 0 and end == 0):
                definitions = opened
                closed = _DEFINITIONS_END.search(text, opened)
                end = closed.end() if closed else 0
        else:
            return place, definitions
        if end < place + 3:
            return len(text), definitions
        place = end


def text_of_head(head: bytes) -> str:
    """The beginning of a document as text: by its byte order mark or its first signs; else every byte a character."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return head.decode(encoding, "replace")
    return head.decode("latin-1")


def demand_harmless(head: bytes) -> None:
    """Raise Unreadable where a document defines entities that multiply, are very long, or lie elsewhere."""
    text = text_of_head(head).lstrip("\ufeff")
    definitions = _before_root(text)[1]
    if definitions < 0:
        return
    for count, entity in enumerate(_ENTITY.finditer(text, definitions), 1):
        value = entity[4] or entity[5] or ""
        if entity[3]:
            raise Unreadable(f'refused: the entity "{entity[2]}" stands in another file')
        if _REFERENCE.search(value):
            raise Unreadable(f'refused: the entity "{entity[2]}" is made of other entities (an entity bomb)')
        if len(value) > MAX_ENTITY_LENGTH or count > MAX_ENTITIES:
            raise Unreadable("refused: more, or longer, entity definitions than any document needs")
