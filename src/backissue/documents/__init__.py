"""Files of the site that a function writes instead of a template: one module a format.

A module has `NAME` (what a page of the plan gives as its template, such as `ninjs.json`), `VIEW` (the record that it is
made from), `DEPENDS_ON` (what of its surroundings its bytes depend on beside the view: any of `ASPECTS`) and
`render(view, surroundings)`, which gives the bytes. The modules of this package are found by themselves: to add a
format, add a module. Modules without a `NAME` are what several formats share.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType, ModuleType
from typing import Any, NamedTuple

import msgspec

from ..views import ArticleView, SiteView

ASPECTS = ("program", "site", "words", "markdown")
"""What a document may depend on beside its view: this program, which is what renders it; the settings that every page
shows; the theme's phrases; how bodies become HTML. A document that depends on nothing is what its view says."""


def _none_made(source: str, width: int) -> bytes:
    raise KeyError(source, width)


class Surroundings(NamedTuple):
    """All that a document is made from beside its view.

    `path` is the file's own, `root` the relative way from there to the site's root (`../../`). `body` gives the HTML
    of an article's body, with links to the site as they are right where `root`, or another way to the site's root, is
    put before its paths; `read` gives the bytes of a file, of the content folder
    or, where `theme` is true, of the theme; `sized` those of the smaller picture of a width made of a file.
    """

    site: SiteView
    path: str
    root: str
    words: Mapping[str, Any]
    body: Callable[[ArticleView, str], str]
    read: Callable[[str, bool], bytes]
    sized: Callable[[str, int], bytes] = _none_made


class Document(NamedTuple):
    """A format, as its module describes it."""

    name: str
    depends_on: frozenset[str]
    decode: Callable[[bytes], Any]
    render: Callable[[Any, Surroundings], bytes]

    @classmethod
    def of(cls, module: ModuleType) -> Document | None:
        """The format that a module writes, or None for a module that writes none."""
        if not hasattr(module, "NAME"):
            return None
        decoder = msgspec.msgpack.Decoder(module.VIEW)
        return cls(module.NAME, frozenset(module.DEPENDS_ON), decoder.decode, module.render)


@cache
def formats() -> Mapping[str, Document]:
    """Every format that this package writes, by its name, in the order of the names."""
    found: dict[str, Document] = {}
    for info in pkgutil.iter_modules(__path__):
        document = Document.of(importlib.import_module(f"{__name__}.{info.name}"))
        if document is not None:
            found[document.name] = document
    return MappingProxyType(dict(sorted(found.items())))
