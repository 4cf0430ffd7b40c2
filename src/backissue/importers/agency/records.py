"""An input of XML → its records, one after the other, in constant memory; hostile and broken input is bounded.

The bytes are read as the text that they are, whatever their XML declaration says. Entities are never expanded by the
parser: one that stands for a character or for plain words is replaced by it; external ones, and those made of others
(entity bombs), are refused, as is nesting deeper than 256 elements, a text longer than 10 MB (libxml2's limits) or a
record larger than RECORD_BYTES. XML that is not well-formed is read as far as it goes, with a note.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Collection, Iterator
from html.entities import html5
from typing import Any, BinaryIO, cast

import msgspec

from ..decoding import STRAY, Undecodable, encoding_of_stream
from ..outcomes import Input, Unreadable

RECORD_BYTES = 64 << 20
"""The most bytes that one record, or what stands between two, may take."""

_PIECE = 1 << 18
_DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_:.\-]{2,40})""")
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,400}\?>")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_AS_WRITTEN = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030"}
_BEFORE_ROOT = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL)
_ROOT = re.compile(r"<(?:(?P<prefix>[\w.-]+):)?(?P<name>[\w.-]+)(?P<attributes>[^>]*)")
_NAME = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
_NAMESPACE = re.compile(r"""\bxmlns(?::(?P<prefix>[\w.-]+))?\s*=\s*["'](?P<uri>[^"']*)["']""")


class Root(msgspec.Struct, frozen=True):
    """The first element of an XML document: its name without a prefix, and its namespace."""

    name: str
    namespace: str = ""


class Record(msgspec.Struct, frozen=True):
    """An element that is a record: its names are free of namespaces, `notes` say what was mended."""

    element: Any
    notes: tuple[str, ...] = ()


def head_text(head: bytes) -> str:
    """The beginning of a document as text, for recognition: markup comes out right, other characters may not."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head.decode("utf-16", "ignore")
    if head[:200].count(0) * 3 > len(head[:200]):
        return head.decode("utf-16-be" if head[:1] == b"\0" else "utf-16-le", "ignore")
    return head.removeprefix(codecs.BOM_UTF8).decode("latin-1")


def root_of(head: bytes) -> Root | None:
    """The root element of an XML document that begins with `head`; None where that is no XML."""
    text = head_text(head)
    at = 0
    while match := _BEFORE_ROOT.match(text, at):
        at = match.end()
    root = _ROOT.match(text, at)
    if root is None:
        return None
    uris = {match["prefix"]: match["uri"] for match in _NAMESPACE.finditer(root["attributes"])}
    return Root(root["name"], uris.get(root["prefix"], ""))


def records(source: Input, names: Collection[str]) -> Iterator[Record]:
    """The outermost elements called one of `names` (without prefix), each emptied once the next is asked for.

    Raises Unreadable for what is refused, and for an input that breaks off or is broken before its first record, or
    has none.
    """
    from lxml import etree

    with source.open() as stream:
        text = _Text(stream, source.head)
        events = etree.iterparse(
            text,
            events=("start", "end"),
            encoding="utf-8",
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            recover=True,
            remove_comments=True,
            remove_pis=True,
            collect_ids=False,
        )
        inside: Any = None
        done: Any = None
        found, faults = 0, 0
        try:
            for event, element in events:
                if event == "start":
                    if inside is None:
                        if done is not None and done.getparent() is not None:
                            done.getparent().remove(done)
                            done = None
                        if _local(element.tag) in names:
                            inside = element
                    continue
                if element is not inside:
                    continue
                entities = _replace_entities(element)
                _strip_namespaces(element)
                notes = list(text.notes) + entities
                errors = _errors(events.error_log)
                if len(errors) > faults:
                    notes.append(f"the XML was not well-formed ({errors[faults]}): kept as far as it could be read")
                    faults = len(errors)
                yield Record(element, tuple(notes))
                found += 1
                element.clear()
                inside, done = None, element
                text.taken = 0
        except etree.LxmlError as error:
            if not found:
                raise Unreadable(f"not well-formed beyond repair: {_one_line(error)}") from None
        limit = next((entry for entry in events.error_log if entry.type_name == "ERR_RESOURCE_LIMIT"), None)
        if limit is not None:
            raise Unreadable(f"refused at line {limit.line}: {_one_line(limit.message)}")
        if not found:
            errors = _errors(events.error_log)
            if errors:
                raise Unreadable(f"not well-formed beyond repair: {errors[0]}")
            lacking = f": it has no element {min(names)}, or the like" if names else ""
            raise Unreadable(f"no item in it{lacking}")


class _Text(io.RawIOBase):
    """A stream of XML in whatever encoding, as UTF-8 without its declaration and without forbidden characters."""

    def __init__(self, stream: BinaryIO, head: bytes) -> None:
        self._stream = stream
        self.notes: list[str] = []
        self.taken = 0
        encoding, errors = self._chosen(head)
        self._decoder = codecs.getincrementaldecoder(encoding)(errors)
        self._first = True

    def _chosen(self, head: bytes) -> tuple[str, str]:
        match = _DECLARED.match(head)
        declared = _known(match[1].decode("ascii")) if match else ""
        if declared.startswith(("iso2022", "hz", "utf_7")) and head.isascii():
            return declared, "replace"
        try:
            guessed = encoding_of_stream(cast("BinaryIO", _WithoutControls(self._stream)))
        except Undecodable as error:
            if not declared:
                raise Unreadable(str(error)) from None
            guessed = ""
        self._stream.seek(0)
        if guessed.startswith("utf"):
            if declared and not declared.startswith("utf") and not head.isascii():
                self.notes.append(f"it says that it is in {declared}, and is in UTF-8")
            return guessed, STRAY if guessed == "utf-8" else "replace"
        if declared and not declared.startswith("utf") and self._fits(declared):
            return declared, "replace"
        if match and declared != guessed:
            self.notes.append(f"it says that it is in {match[1].decode('ascii')}, and was read as {guessed}")
        return guessed or declared, "replace"

    def _fits(self, encoding: str) -> bool:
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            while piece := self._stream.read(_PIECE):
                decoder.decode(piece)
        except UnicodeDecodeError:
            return False
        finally:
            self._stream.seek(0)
        return True

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """The next piece; how large is not for the caller to say."""
        while True:
            piece = self._stream.read(_PIECE if size < 0 else max(size, 1024))
            self.taken += len(piece)
            if self.taken > RECORD_BYTES:
                raise Unreadable(f"refused: a record is larger than {RECORD_BYTES >> 20} MiB")
            text = _FORBIDDEN.sub("", self._decoder.decode(piece, not piece))
            if self._first and text.strip("\ufeff \t\r\n"):
                text = _DECLARATION.sub("", text.lstrip("\ufeff \t\r\n"), count=1)
                self._first = False
            if text or not piece:
                return text.encode("utf-8", "replace")


class _WithoutControls:
    """A stream whose stray control characters are spaces, so that a text with some still counts as text."""

    _TABLE = bytes(32 if byte in {*range(1, 9), 11, 12, *range(14, 32), 127} - {27} else byte for byte in range(256))

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        return self._stream.read(size).translate(self._TABLE)

    def seek(self, offset: int) -> int:
        return self._stream.seek(offset)


def _known(label: str) -> str:
    try:
        name = codecs.lookup(label).name
        b"".decode(name)
    except (LookupError, TypeError, ValueError):
        return ""
    return _AS_WRITTEN.get(name, name)


def _local(tag: Any) -> str:
    if not isinstance(tag, str):
        return ""
    return tag.rpartition("}")[2].rpartition(":")[2]


def _strip_namespaces(element: Any) -> None:
    for each in element.iter():
        if isinstance(each.tag, str):
            name = _local(each.tag)
            if name != each.tag:
                each.tag = name if _NAME.fullmatch(name) else "unnamed"


def _replace_entities(element: Any) -> list[str]:
    """Put what they stand for in place of the entities that a record refers to. Raises Unreadable for refused ones."""
    from lxml import etree

    notes = []
    declared = None
    for node in list(element.iter(etree.Entity)):
        if declared is None:
            subset = element.getroottree().docinfo.internalDTD
            declared = {each.name: each for each in subset.entities()} if subset is not None else {}
        name = node.name
        if name in declared:
            content = declared[name].content
            if content is None:
                raise Unreadable(f"refused: it refers to the external entity &{name};")
            if re.search(r"[&%][\w#:.-]+;|<", content) or len(content) > 10_000:
                raise Unreadable(f"refused: the entity &{name}; is made of others or of markup")
        else:
            content = html5.get(f"{name};", "")
            if not content:
                content = f"&{name};"
                notes.append(f"the entity &{name}; is not declared: kept as written")
        parent, before = node.getparent(), node.getprevious()
        text = content + (node.tail or "")
        if before is not None:
            before.tail = (before.tail or "") + text
        else:
            parent.text = (parent.text or "") + text
        parent.remove(node)
    return notes


_HARMLESS = ("NS_ERR_", "WAR_", "ERR_UNDECLARED_ENTITY", "NS_WAR", "ERR_NS_DECL")


def _errors(log: Any) -> list[str]:
    """What was not well-formed, without undeclared prefixes and entities, which are mended for good."""
    return [
        f"line {entry.line}: {_one_line(entry.message)}" for entry in log if not entry.type_name.startswith(_HARMLESS)
    ]


def _one_line(error: object) -> str:
    return " ".join(str(error).split())
