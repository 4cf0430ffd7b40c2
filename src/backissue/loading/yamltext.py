"""YAML as it was written: a tree of plain values that knows the line of each.

Scalars are read by YAML 1.2's core schema, not 1.1's: `no` and `on` are words, `12:30` is no number, and a date stays
the text that it is. Parsing is libyaml's, through PyYAML; only the step from nodes to values is ours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

MAX_NODES = 20_000
"""More values than any front matter has; aliases that multiply (a "billion laughs") stop here."""

_PLAIN = "plain"
_QUOTED = "quoted"
_INT = re.compile(r"[-+]?[0-9]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_SPECIAL_FLOATS = {".inf": float("inf"), "-.inf": float("-inf"), ".nan": float("nan")}

_NO_TEXT = r"\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff"
_WORDS = rf"[^:#{_NO_TEXT}]*"
_SIMPLE_LINE = re.compile(
    r"(?:((?:[ ]{2})?)(?:([A-Za-z_][\w-]{0,99}):|-)(?=[ \n])"
    rf"""(?:[ ]+(([\w/]{_WORDS}(?:(?::(?=\S)|(?<=\S)[#]){_WORDS})*)(?<![ ])"""
    rf"""|"([^"\\{_NO_TEXT}]*)"|'([^'{_NO_TEXT}]*)'))?[ ]*\n)"""
    r"|(.+\n?|\n)"
)
"""A line with a key or a hyphen, two spaces before it or none, and a value: plain, or quoted without a character that
is written in another way; or else any other line."""

_UNCLOSED = "a bracket is not closed, or a comma is missing"
_UNQUOTED = "a quotation mark is not closed"
_QUOTE = "put quotation marks around a text that holds : or # or begins with a sign; indent with spaces"


class YamlFault(Exception):
    """What is wrong, on which line (counted as the text's first line is), and what to do."""

    def __init__(self, message: str, line: int, hint: str = _QUOTE) -> None:
        super().__init__(message, line, hint)
        self.message = message
        self.line = line
        self.hint = hint


class _WrittenTags:
    """A resolver that only tells plain scalars from quoted ones: what a value means is decided where it is read."""

    def descend_resolver(self, parent: object, index: object) -> None: ...

    def ascend_resolver(self) -> None: ...

    def check_resolver_prefix(self, depth: object, path: object, kind: object) -> None: ...

    def resolve(self, kind: type[Node], _value: object, implicit: Any) -> str:
        if kind is ScalarNode:
            return _PLAIN if implicit[0] else _QUOTED
        return "tag:yaml.org,2002:seq" if kind is SequenceNode else "tag:yaml.org,2002:map"


if hasattr(yaml, "CSafeLoader"):
    from yaml.cyaml import CParser  # type: ignore[attr-defined]

    class _Composer(_WrittenTags, CParser):
        def __init__(self, stream: str) -> None:
            CParser.__init__(self, stream)

else:  # PyYAML built without libyaml: slower, the same trees
    from yaml.composer import Composer
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    class _Composer(_WrittenTags, Reader, Scanner, Parser, Composer):  # type: ignore[no-redef]
        def __init__(self, stream: str) -> None:
            Reader.__init__(self, stream)
            Scanner.__init__(self)
            Parser.__init__(self)
            Composer.__init__(self)


class Mapping:
    """A YAML mapping's entries in the order of the text, and where each stands."""

    def __init__(self, root: MappingNode, first_line: int) -> None:
        self._root = root
        self._first = first_line
        self._left = MAX_NODES

    def items(self) -> list[tuple[str, Node]]:
        """Key and node of every entry. Raises YamlFault for a key that is no plain word, or has two values."""
        seen: dict[str, Node] = {}
        for key, value in self._root.value:
            if not isinstance(key, ScalarNode):
                raise YamlFault("a key must be a plain word", self.line(key))
            if key.value in seen and self.written(seen[key.value]) != self.written(value):
                first = self.key_line([key.value])
                raise YamlFault(
                    f'the key "{key.value}" stands twice (first on line {first})', self.line(key), "keep one of the two"
                )
            seen[key.value] = value
        return list(seen.items())

    def line(self, node: Node) -> int:
        """The line on which a node begins."""
        return int(node.start_mark.line) + self._first

    def key_line(self, path: Sequence[str | int]) -> int:
        """The line of the entry that a path of keys and positions leads to, as far as it exists."""
        node: Node = self._root
        line = self.line(node)
        for step in path:
            if isinstance(node, MappingNode):
                pair = next(((k, v) for k, v in node.value if k.value == step), None)
                if pair is None:
                    break
                line, node = self.line(pair[0]), pair[1]
            elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                line = self.line(node)
            else:
                break
        return line

    def written(self, node: Node) -> Any:
        """A value whose scalars are the very text: str, None for an empty or null plain scalar, lists, dicts."""
        return self._value(node, typed=False)

    def typed(self, node: Node) -> Any:
        """A value whose plain scalars are numbers, booleans and None where they look so."""
        return self._value(node, typed=True)

    def _value(self, node: Node, typed: bool, depth: int = 0) -> Any:
        if isinstance(node, ScalarNode):
            text: str = node.value
            if node.tag == _PLAIN:
                if text in _NULLS:
                    return None
                return _core(text) if typed else text
            return text
        self._left -= 1 + len(node.value)
        if self._left < 0 or depth > 50:
            raise YamlFault("more nested or repeated values than front matter can hold", self.line(node))
        if isinstance(node, SequenceNode):
            return [self._value(item, typed, depth + 1) for item in node.value]
        values: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                raise YamlFault("a key must be a plain word", self.line(key))
            values[key.value] = self._value(value, typed, depth + 1)
        return values


def simple(text: str) -> dict[str, Any] | None:
    """The values of YAML text that has for each key a text, a list of texts or texts by keys of their own, every one on
    a line of its own, as `Mapping.written` gives them. None for any other text, which only `compose` can read.

    Most front matter is that simple, and is read so in a third of the time.
    """
    values: dict[str, Any] = {}
    level = values
    opened = name = margin = ""
    lines = _SIMPLE_LINE.findall(text)
    for indent, key, value, plain, double, single, other in lines:
        written = None if not value or (plain and plain in _NULLS) else plain or double or single
        if key:
            if not indent:
                level = values
                opened = "" if value else key
            elif not opened:
                return None
            else:
                if values[opened] is None:
                    values[opened] = {}
                level = values[opened]
            if key in level or not isinstance(level, dict):
                return None
            level[key] = written
            name = "" if value else key
        elif other or not name or not value or (level is not values and not indent):
            return None
        elif level[name] is None:
            level[name], margin = [written], indent
        elif indent == margin:
            level[name].append(written)
        else:
            return None
    return values if len(lines) < MAX_NODES else None


def compose(text: str, first_line: int = 1) -> Mapping | None:
    """Parse YAML text whose first line has the number `first_line`; None where it holds nothing.

    Raises YamlFault, with the line, for broken YAML and for anything that is not a mapping.
    """
    try:
        composer = _Composer(text)
        try:
            root = composer.get_single_node()
        finally:
            if hasattr(composer, "dispose"):
                composer.dispose()
    except yaml.MarkedYAMLError as error:
        opened = (error.context or "").startswith(("while parsing a flow", "while scanning a quoted"))
        mark = (error.context_mark if opened else None) or error.problem_mark or error.context_mark
        what = error.problem or error.context or "broken"
        if opened:
            what = _UNCLOSED if "flow" in str(error.context) else _UNQUOTED if "end of stream" in what else what
        raise YamlFault(f"broken YAML: {what}", (mark.line if mark else 0) + first_line) from None
    except yaml.reader.ReaderError as error:
        line = text[: max(error.position, 0)].count("\n") + first_line
        raise YamlFault(f"broken YAML: a character that YAML forbids ({error.reason})", line) from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise YamlFault(f"broken YAML: {error or 'nested too deeply'}", first_line) from None
    if root is None:
        return None
    if not isinstance(root, MappingNode):
        if isinstance(root, ScalarNode) and root.tag == _PLAIN and root.value in _NULLS:
            return None
        raise YamlFault("expected lines of the form key: value", int(root.start_mark.line) + first_line)
    return Mapping(root, first_line)


def looks_typed(text: str) -> bool:
    """Whether a plain scalar of this text would be read as a number, a truth or nothing."""
    return text in _NULLS or not isinstance(_core(text), str)


def _core(text: str) -> str | int | float | bool:
    if text in _BOOLS:
        return _BOOLS[text]
    if _INT.fullmatch(text):
        return int(text) if len(text) <= 20 and -(2**63) <= int(text) < 2**63 else text
    return float(text) if _FLOAT.fullmatch(text) else _SPECIAL_FLOATS.get(text, text)
