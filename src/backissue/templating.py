"""Jinja2 for pages by the hundred thousand: the same bytes, sooner, and a way to make what pages share only once."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jinja2
import markupsafe
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape

_escape_text: Callable[[str], str] = getattr(markupsafe, "_escape_inner", escape)
"""Markupsafe's own loop in C, where it has one, without the Markup around what it gives."""


def quick_escape(value: Any) -> str:
    """Text escaped for HTML as `markupsafe.escape` does it, but three times as fast.

    What it gives must not be escaped again, although it is no Markup: it is for a template's output only.
    """
    kind = type(value)
    if kind is str:
        return _escape_text(value)
    return value if kind is Markup else escape(value)


class _Generator(CodeGenerator):
    """Compiles templates to quicker code.

    What they put out is escaped by `quick_escape`; a block, an included and an extended template give their text in one
    piece (a list has 500 pieces, each of which went through three generators); and a record's field is read as such,
    without asking first whether it is there, unless the template asks just that.
    """

    _asked = False

    def write_commons(self) -> None:
        super().write_commons()
        self.writeline("escape = environment.quick_escape")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 (named by Jinja2)
        if not isinstance(node.node, nodes.Name) or node.node.name == "self" or self._asked:
            super().visit_Getattr(node, frame)
            return
        self.write("(")
        self.visit(node.node, frame)
        self.write(f".{node.attr} if ")
        self.visit(node.node, frame)
        self.write(".__class__ is not dict else ")
        super().visit_Getattr(node, frame)
        self.write(")")

    def visit_Test(self, node: nodes.Test, frame: Frame) -> None:  # noqa: N802 (named by Jinja2)
        with self._asking(node.name in ("defined", "undefined")):
            super().visit_Test(node, frame)

    def visit_Filter(self, node: nodes.Filter, frame: Frame) -> None:  # noqa: N802 (named by Jinja2)
        with self._asking(node.name in ("default", "d")):
            super().visit_Filter(node, frame)

    @contextmanager
    def _asking(self, asked: bool) -> Iterator[None]:
        """While an expression is compiled that asks whether there is a value, not for it."""
        before, self._asked = self._asked, self._asked or asked
        yield
        self._asked = before

    def writeline(self, x: str, node: nodes.Node | None = None, extra: int = 0) -> None:
        pieces = x.removeprefix("yield from ")
        super().writeline(x if pieces is x else f"yield concat({pieces})", node, extra)


class Environment(jinja2.Environment):
    """An environment whose templates never change: what Jinja2 looks after for those that do is left out."""

    code_generator_class = _Generator
    quick_escape = staticmethod(quick_escape)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._loaded: dict[str, jinja2.Template] = {}

    def get_template(
        self, name: Any, parent: str | None = None, globals: MutableMapping[str, Any] | None = None
    ) -> jinja2.Template:
        """A template by name: each is loaded once."""
        found = self._loaded.get(name) if isinstance(name, str) else None
        if found is None:
            found = super().get_template(name, parent, globals)
            self._loaded[found.name or ""] = found
        return found

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What a template sees beside its view: a dictionary, for it is copied for every page."""
        return {**self.globals, **(d or {})}


class CompiledTemplates(jinja2.FileSystemBytecodeCache):
    """Compiled templates, kept in a folder: those that this very compiler made."""

    def get_source_checksum(self, source: str) -> str:
        """What a compiled template is known by beside its name."""
        return super().get_source_checksum(source + _compiler())


@functools.cache
def _compiler() -> str:
    return hashlib.blake2b(Path(__file__).read_bytes(), digest_size=16).hexdigest()


class Fragments:
    """Pieces of pages that many pages have in common, made once: the templates' `once`.

    `{% call once("name", root, here) %}…{% endcall %}` gives what stands inside, and remembers it by all that is named:
    what stands inside must depend on nothing else but `site` and `words`.
    """

    MOST = 4_096

    def __init__(self) -> None:
        self._made: dict[tuple[Any, ...], str] = {}

    def __call__(self, *key: Any, caller: Callable[[], str]) -> str:
        """The fragment of this key, which `caller` makes where it is not known yet."""
        found = self._made.get(key)
        if found is None:
            if len(self._made) >= self.MOST:
                self._made.clear()
            found = self._made[key] = caller()
        return found
