"""An article's file, front matter and Markdown, → Article; and the inverse.

Front matter is YAML between lines of `---`, or TOML between lines of `+++`; empty lines may precede it. Files are
UTF-8, with or without a byte order mark, with any line ends.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import tzinfo
from functools import cached_property
from typing import Any

import msgspec
import yaml
from yaml.nodes import Node

from ..article import Article
from ..dates import Date
from ..errors import ContentError, ContentErrors
from . import yamltext
from .fields import clean_text, read_article

_OPENING = re.compile(r"(?:[ \t]*\n)*(---|\+\+\+)[ \t]*(?:\n|\Z)")
# With their line's beginning as literal text, for which regular expressions are quickest.
_YAML_END = re.compile(r"\n(?:---|\.\.\.)[ \t]*(?=\n|\Z)")
_TOML_END = re.compile(r"\n\+\+\+[ \t]*(?=\n|\Z)")
_TOML_LINE = re.compile(r"\(at line (\d+), column \d+\)$")


class Parts(msgspec.Struct, frozen=True, array_like=True):
    """An article's file in two: the front matter's text, its kind and first line; the body and its first line."""

    kind: str
    header: str
    header_line: int
    body: str
    body_line: int


def decode(data: bytes, path: str) -> str:
    """The text of a file: UTF-8, its byte order mark dropped, `\\n` as its only line end.

    Raises ContentErrors naming the line of the first byte that is not UTF-8.
    """
    try:
        text = data.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        fault = ContentError(
            f"not UTF-8: byte 0x{data[error.start]:02x}", path, line, "save the file in the encoding UTF-8"
        )
        raise ContentErrors([fault]) from None
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def split(text: str, path: str) -> Parts:
    """Part front matter from body. Raises ContentErrors where there is none, or no end to it."""
    opening = _OPENING.match(text)
    if opening is None:
        if not text.strip():
            raise ContentErrors([ContentError("the file is empty", path, 1, "write an article into it, or delete it")])
        hint = "begin the file with a line ---, then title: …, then a line ---"
        raise ContentErrors([ContentError("no front matter", path, 1, hint)])
    mark, start = opening[1], opening.end()
    line = text.count("\n", 0, opening.end(1)) + 1
    end = (_YAML_END if mark == "---" else _TOML_END).search(text, start - 1)
    if end is None:
        raise ContentErrors([ContentError("the front matter has no end", path, line, f"close it with a line {mark}")])
    header = text[start : end.start() + 1]
    body_line = text.count("\n", 0, end.end()) + 2
    return Parts("yaml" if mark == "---" else "toml", header, line + 1, text[end.end() + 1 :], body_line)


def parse_article(data: bytes, path: str, zone: tzinfo) -> Article:
    """Read an article's file; `path` is relative to the content folder. Raises ContentErrors with all its faults."""
    parts = split(decode(data, path), path)
    if parts.kind == "toml":
        return _from_toml(parts, path, zone)
    header = _Composed(parts)
    try:
        values = yamltext.simple(parts.header)
        if values is None:
            values = header.values()
    except yamltext.YamlFault as fault:
        raise ContentErrors([ContentError(fault.message, path, fault.line, fault.hint)]) from None
    return read_article(values, parts.body, path=path, zone=zone, line_of=header.line_of, typed=header.typed)


class _Composed:
    """Front matter as the tree that YAML makes of it, once something is asked of it."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @cached_property
    def _tree(self) -> yamltext.Mapping | None:
        return yamltext.compose(self._parts.header, self._parts.header_line)

    @cached_property
    def _nodes(self) -> dict[str, Node]:
        return dict(self._tree.items()) if self._tree is not None else {}

    def values(self) -> dict[str, Any]:
        """Every key's value as it is written. Raises YamlFault."""
        return {key: self._tree.written(node) for key, node in self._nodes.items()} if self._tree is not None else {}

    def typed(self, key: str) -> Any:
        """A key's value with numbers and truths told from text."""
        return self._tree.typed(self._nodes[key]) if self._tree is not None else None

    def line_of(self, place: Sequence[str | int]) -> int:
        """The line of the entry that keys and positions lead to."""
        return self._tree.key_line(place) if self._tree is not None else self._parts.header_line


def body_of(data: bytes, path: str) -> str:
    """Only the body of an article's file that has been parsed before, as `parse_article` gives it."""
    text = decode(data, path)
    opening = _OPENING.match(text)
    assert opening is not None, path
    end = (_YAML_END if opening[1] == "---" else _TOML_END).search(text, opening.end() - 1)
    assert end is not None, path
    return clean_text(text[end.end() + 1 :]).strip("\n")


def write_article(article: Article) -> str:
    """An article as the text of a Markdown file with YAML front matter; `parse_article` reads the same article back."""
    values = {key: value for key, value in front_matter(article).items() if key != "body"}
    header = _dumped(values, _QuickDumper)
    if "\\U" in header:  # libyaml escapes what lies beyond the Basic Multilingual Plane (emoji); people want to read it
        header = _dumped(values, _Dumper)
    return f"---\n{header}---\n\n{article.body}\n"


def front_matter(article: Article) -> dict[str, Any]:
    """An article's fields as plain values (text, lists, mappings) under front matter's keys, defaults left out."""
    values: dict[str, Any] = {}
    for name in article.__struct_fields__:
        value = getattr(article, name)
        if name == "extra":
            values.update(value)
        elif value not in (None, "", (), {}, False) and not (name == "status" and value == "published"):
            values[name] = _written(value)
    return values


def _written(value: Any) -> Any:
    if isinstance(value, Date):
        return value.edtf
    if isinstance(value, msgspec.Struct):
        fields = {name: _written(getattr(value, name)) for name in value.__struct_fields__}
        fields = {name: item for name, item in fields.items() if item not in (None, "", [])}
        return fields["name"] if fields.keys() == {"name"} else fields
    return [_written(item) for item in value] if isinstance(value, tuple) else value


_ODD_BREAKS = frozenset("\x85\u2028\u2029")
"""Line breaks to YAML 1.1, which are lost in anything but double quotes."""


class _Dumper(yaml.SafeDumper):
    """Writes what `yamltext` reads: text that looks like a number or a truth by YAML 1.2 is quoted."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


class _QuickDumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """The same by libyaml, where PyYAML has it: a quarter of the time, which imports of many articles feel."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _dumped(values: dict[str, Any], dumper: Any) -> str:
    text = yaml.dump(values, Dumper=dumper, allow_unicode=True, sort_keys=False, width=100, default_flow_style=False)
    return str(text)


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    quoted = yamltext.looks_typed(text) or not _ODD_BREAKS.isdisjoint(text)
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if quoted else None)


for _each in (_Dumper, _QuickDumper):
    _each.add_representer(str, _represent_text)


def _from_toml(parts: Parts, path: str, zone: tzinfo) -> Article:
    import tomllib

    try:
        values = tomllib.loads(parts.header)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        place = _TOML_LINE.search(str(error))
        message = _TOML_LINE.sub("", str(error)).strip()
        line = int(place[1]) + parts.header_line - 1 if place else parts.header_line
        raise ContentErrors([ContentError(f"broken TOML: {message}", path, line, "see toml.io")]) from None

    def line_of(place: Sequence[str | int]) -> int:
        key = re.escape(str(place[0])) if place else ""
        found = re.search(rf"^[ \t]*[\"']?{key}[\"']?[ \t]*[=.\]]", parts.header, re.MULTILINE) if key else None
        return parts.header.count("\n", 0, found.start()) + parts.header_line if found else parts.header_line

    nested = values.pop("extra", None)
    if isinstance(nested, dict):
        values = nested | values
    elif nested is not None:
        values["extra"] = nested
    return read_article(values, parts.body, path=path, zone=zone, line_of=line_of)
