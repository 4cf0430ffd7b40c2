"""Jinja2 for pages by the hundred thousand: the same bytes, sooner, and a way to make what pages share only once."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from keyword import iskeyword
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.idtracking import VAR_LOAD_RESOLVE
from jinja2.runtime import Context
from jinja2.utils import missing
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from .escaping import escape_text


def quick_escape(value: Any) -> str:
    """Text escaped for HTML as `markupsafe.escape` does it, but three times as fast.

    What it gives must not be escaped again, although it is no Markup: it is for a template's output only.
    """
    kind = type(value)
    if kind is str:
        return escape_text(value)
    if kind is int:
        return str(value)
    return value if kind is Markup else escape(value)


def encoded(pieces: Iterable[str]) -> bytes:
    """Pieces joined, in UTF-8; a half of a surrogate pair becomes a question mark.

    One quotation mark beyond Latin-1 makes a whole text two bytes a character, which it takes three times as long to
    join and encode. So the pieces that have such are encoded first, and their bytes stand as Latin-1 until all are.
    """
    pieces = list(pieces)
    if len(pieces) < FEW_PIECES:
        return "".join(
            [piece if piece.isascii() else piece.encode("utf-8", "replace").decode("latin-1") for piece in pieces]
        ).encode("latin-1")
    return "".join(pieces).encode("utf-8", "replace")


FEW_PIECES = 256
"""Of more pieces, as lists have, it would take longer to look at each."""


class _Generator(CodeGenerator):
    """Compiles templates to quicker code.

    A template and each of its blocks is a function that gives the list of its pieces (Jinja2's own are generators,
    resumed for each of the 500 pieces of a list's page). Strings are escaped without a call of ours, and what a filter
    gives that says that it gives Markup not at all. Fields and keys are read as such, unless the template asks whether
    they are there; where that fails, Jinja2's own code may know better (`_Template`). A name that has a value for sure
    is not asked whether it has one, and one that only a loop uses is looked up before it. What `once` knows is put out
    without a call.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._asked = False
        self._functions: list[Frame] = []
        self._sure: frozenset[str] = frozenset()

    # -- functions

    def write_commons(self) -> None:
        for name, value in _COMMONS.items():
            self.writeline(f"{name} = {value}")

    def enter_frame(self, frame: Frame) -> None:
        if frame.buffer is None:
            self._functions.append(frame)
            self.buffer(frame)
        super().enter_frame(frame)

    def leave_frame(self, frame: Frame, with_python_scope: bool = False) -> None:
        if self._functions and self._functions[-1] is frame:
            self._functions.pop()
            if frame.toplevel and self.extends_so_far and not self.has_known_extends:
                self.writeline("if parent_template is None:")
                self.indent()
                self.writeline(f"return {frame.buffer}")
                self.outdent()
            elif not (frame.toplevel and self.has_known_extends):
                self.writeline(f"return {frame.buffer}")
        super().leave_frame(frame, with_python_scope)

    def writeline(self, x: str, node: nodes.Node | None = None, extra: int = 0) -> None:
        super().writeline(x.replace("yield from parent_template", "return parent_template"), node, extra)

    # -- what is put out

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
        elif not self._is_marked(node):
            self.write("(escape_text(value) if (kind := (value := ")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_post(node, frame, finalize)
        elif not self._is_marked(node):
            self.write(").__class__) is str else value if kind is Markup else escape(value))")

    def _is_marked(self, node: nodes.Expr) -> bool:
        """Whether what is put out is what a filter gives that says that it gives Markup."""
        if not isinstance(node, nodes.Filter):
            return False
        said = getattr(self.environment.filters.get(node.name), "__annotations__", {}).get("return")
        return said in ("Markup", Markup)

    def visit_Block(self, node: nodes.Block, frame: Frame) -> None:  # noqa: N802 (named by Jinja2)
        if frame.toplevel and self.has_known_extends:
            return
        with self._within("if parent_template is None:" if frame.toplevel and self.extends_so_far else ""):
            if node.required:
                with self._within(f"if len(context.blocks[{node.name!r}]) <= 1:"):
                    message = f"Required block {node.name!r} not found"
                    self.writeline(f"raise TemplateRuntimeError({message!r})", node)
            context = self.derive_context(frame) if node.scoped else self.get_context_ref()
            self.writeline(f"{frame.buffer}.extend(context.blocks[{node.name!r}][0]({context}))", node)

    def visit_Include(self, node: nodes.Include, frame: Frame) -> None:  # noqa: N802 (named by Jinja2)
        if node.with_context:
            context = f"template.new_context(context.get_all(), True, {self.dump_local_context(frame)})"
            pieces = f"template.root_render_func({context})"
        else:
            pieces = "template._get_default_module()._body_stream"
        with self._within("try:" if node.ignore_missing else ""):
            self.writeline("template = environment.get_or_select_template(", node)
            self.visit(node.template, frame)
            self.write(f", {self.name!r})")
        if node.ignore_missing:
            self.writeline("except TemplateNotFound: pass")
        with self._within("else:" if node.ignore_missing else ""):
            self.writeline(f"{frame.buffer}.extend({pieces})")

    def visit_CallBlock(self, node: nodes.CallBlock, frame: Frame) -> None:  # noqa: N802 (named by Jinja2)
        call = node.call
        if not isinstance(call.node, nodes.Name) or call.node.name != "once" or call.kwargs or node.args:
            super().visit_CallBlock(node, frame)
            return
        key, made = self.temporary_identifier(), self.temporary_identifier()
        self.writeline(f"{key} = (", node)
        for argument in call.args:
            self.visit(argument, frame)
            self.write(", ")
        self.write(")")
        self.writeline(f"{made} = environment.fragments.get({key})")
        with self._within(f"if {made} is None:"):
            self.macro_body(node, frame)
            self.writeline(f"{made} = environment.fragments.keep({key}, macro())")
        self.simple_write(made, frame)

    @contextmanager
    def _within(self, head: str) -> Iterator[None]:
        """While what is written belongs to a statement; to none where there is no head."""
        if head:
            self.writeline(head)
            self.indent()
        yield
        if head:
            self.outdent()

    # -- what is read

    def visit_Name(self, node: nodes.Name, frame: Frame) -> None:  # noqa: N802 (named by Jinja2)
        ref = frame.symbols.ref(node.name)
        load = frame.symbols.find_load(ref)
        # `resolve` gives an Undefined for what there is not.
        if node.ctx == "load" and (ref in self._sure or (load is not None and load[0] == VAR_LOAD_RESOLVE)):
            self.write(ref)
        else:
            super().visit_Name(node, frame)

    def visit_Assign(self, node: nodes.Assign, frame: Frame) -> None:  # noqa: N802 (named by Jinja2)
        super().visit_Assign(node, frame)
        self._sure |= {frame.symbols.ref(name.name) for name in node.find_all(nodes.Name) if name.ctx == "store"}

    def visit_For(self, node: nodes.For, frame: Frame) -> None:  # noqa: N802 (named by Jinja2)
        names = list(node.find_all(nodes.Name))
        own = {name.name for name in names if name.ctx != "load"} | {"loop"}
        for name in sorted({name.name for name in names} - own):
            if frame.symbols.find_ref(name) is None:
                frame.symbols.load(name)
                self.writeline(f"{frame.symbols.ref(name)} = {self.get_resolve_func()}({name!r})")
        super().visit_For(node, frame)

    def blockvisit(self, nodes: Iterable[nodes.Node], frame: Frame) -> None:
        sure = self._sure
        super().blockvisit(nodes, frame)
        self._sure = sure

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 (named by Jinja2)
        of_self = isinstance(node.node, nodes.Name) and node.node.name == "self"
        if of_self or self._asked or iskeyword(node.attr):
            super().visit_Getattr(node, frame)
        else:
            self.visit(node.node, frame)
            self.write(f".{node.attr}")

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:  # noqa: N802 (named by Jinja2)
        if self._asked or not isinstance(node.arg, nodes.Const):
            super().visit_Getitem(node, frame)
        else:
            self.visit(node.node, frame)
            self.write(f"[{node.arg.value!r}]")

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


_COMMONS = {
    "resolve": "context.resolve",
    "undefined": "environment.undefined",
    "concat": "environment.concat",
    "escape": "environment.quick_escape",
    "escape_text": "environment.escape_text",
    "cond_expr_undefined": "Undefined",
}
"""What the functions of templates know by short names."""


class _Known(NodeTransformer):
    """Puts what is known while a template is compiled in the place of what asks for it: `site.title`, `words["skip"]`.

    Only plain values; what is not there is left to be found missing when a page is made.
    """

    def __init__(self, known: Mapping[str, Any]) -> None:
        self._known = known

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:  # noqa: N802 (named by Jinja2)
        return self._value(node, lambda known: getattr(known, node.attr))

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802 (named by Jinja2)
        key = node.arg
        return self._value(node, lambda known: known[key.value] if isinstance(key, nodes.Const) else None)

    def visit_Macro(self, node: nodes.Macro) -> nodes.Node:  # noqa: N802 (named by Jinja2)
        """A macro, whose parameters may go by the names of what is known."""
        outside = self._known
        parameters = {parameter.name for parameter in node.args}
        self._known = {name: value for name, value in outside.items() if name not in parameters}
        self.generic_visit(node)
        self._known = outside
        return node

    def _value(self, node: nodes.Getattr | nodes.Getitem, read: Callable[[Any], Any]) -> nodes.Node:
        if isinstance(node.node, nodes.Name) and node.node.name in self._known:
            try:
                value = read(self._known[node.node.name])
            except (AttributeError, LookupError, TypeError):
                value = None
            if isinstance(value, (str, int)):
                return nodes.Const(value, lineno=node.lineno)
        return self.generic_visit(node)


class _Context(Context):
    """What a template sees, looked up without a detour."""

    def resolve(self, key: str) -> Any:
        """The value of a name, or an Undefined."""
        if key in self.vars:
            return self.vars[key]
        found = self.parent.get(key, missing)
        return self.environment.undefined(name=key) if found is missing else found


class _Template(jinja2.Template):
    """A template of quick code, which takes a field for a record's and a key for a dictionary's.

    Where that fails, Jinja2's own code makes the page, and all later ones: it finds `words.skip` in a dictionary too,
    and knows best how to say what is wrong.
    """

    environment: Environment

    def render(self, *arguments: Any, **values: Any) -> str:
        """The text that a template makes of values."""
        return self.encoded(dict(*arguments, **values)).decode()

    def encoded(self, values: dict[str, Any]) -> bytes:
        """The same in UTF-8."""
        try:
            return encoded(self.root_render_func(self.new_context(values)))
        except (AttributeError, LookupError, TypeError):
            if self.name is None:
                raise
            return encoded([self.environment.careful(self).render(values)])
        except Exception:
            self.environment.handle_exception()


class Environment(jinja2.Environment):
    """An environment whose templates never change: what Jinja2 looks after for those that do is left out."""

    code_generator_class: type[CodeGenerator] = _Generator
    context_class = _Context
    template_class: type[jinja2.Template] = _Template
    quick_escape = staticmethod(quick_escape)
    escape_text = staticmethod(escape_text)

    def __init__(self, known: Mapping[str, Any] | None = None, **options: Any) -> None:
        """`known` are values that templates are always given by these names, which they must not give others to."""
        super().__init__(**options)
        self._known = known or {}
        self._loaded: dict[str, jinja2.Template] = {}
        self.globals["once"] = self.fragments = Fragments()

    def get_template(
        self, name: Any, parent: str | None = None, globals: MutableMapping[str, Any] | None = None
    ) -> jinja2.Template:
        """A template by name: each is loaded once."""
        found = self._loaded.get(name) if isinstance(name, str) else None
        if found is None:
            found = super().get_template(name, parent, globals)
            self._loaded[found.name or ""] = found
        return found

    def page(self, name: str, values: dict[str, Any]) -> bytes:
        """The page that a template makes of values, in UTF-8."""
        template = self.get_template(name)
        return template.encoded(values) if isinstance(template, _Template) else encoded([template.render(values)])

    def careful(self, template: jinja2.Template) -> jinja2.Template:
        """A template as Jinja2 itself compiles it. From now on it is the one that is known by its name."""
        environment = self.overlay(bytecode_cache=None)
        environment.code_generator_class, environment.template_class = CodeGenerator, jinja2.Template
        environment._loaded = {}
        found = self._loaded[template.name or ""] = environment.get_template(template.name)
        return found

    def _generate(self, source: nodes.Template, *arguments: Any, **options: Any) -> str:
        return super()._generate(_Known(self._known).visit(source), *arguments, **options)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What a template sees beside its view: a dictionary, for it is copied for every page."""
        return {**self.globals, **(d or {})}


class CompiledTemplates(jinja2.FileSystemBytecodeCache):
    """Compiled templates, kept in a folder: those that this very compiler made, with the same values known to it."""

    def __init__(self, folder: str, known: bytes) -> None:
        super().__init__(folder)
        self._stamp = hashlib.blake2b(known, digest_size=16).hexdigest() + _compiler()

    def get_source_checksum(self, source: str) -> str:
        """What a compiled template is known by beside its name."""
        return super().get_source_checksum(source + self._stamp)


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
        return self.keep(key, caller()) if found is None else found

    def get(self, key: tuple[Any, ...]) -> str | None:
        """The fragment of a key, where it was made already."""
        return self._made.get(key)

    def keep(self, key: tuple[Any, ...], made: str) -> str:
        """Remember a fragment, and give it."""
        if len(self._made) >= self.MOST:
            self._made.clear()
        self._made[key] = made
        return made
