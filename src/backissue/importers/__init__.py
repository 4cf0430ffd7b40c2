"""Readers of other formats: one module a format, each a stream of outcomes; `outcomes` says what such a module has.

The modules of this package are found by themselves: to add a format, add a module.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import MappingProxyType, ModuleType

import msgspec

from .outcomes import DEFAULT_MAX_BYTES, Input, Outcome, Settings


class Format(msgspec.Struct, frozen=True, kw_only=True):
    """A format's reader, as its module describes it (see `outcomes`)."""

    name: str
    title: str
    version: int
    recognises: Callable[[bytes], int]
    read: Callable[[Input, Settings], Iterator[Outcome]]
    raw: bool = False
    alone: bool = False
    max_bytes: int = DEFAULT_MAX_BYTES

    @classmethod
    def of(cls, module: ModuleType) -> Format | None:
        """The format that a module reads, or None for a module that reads none."""
        if not hasattr(module, "FORMAT"):
            return None
        return cls(
            name=module.FORMAT,
            title=module.TITLE,
            version=module.VERSION,
            recognises=module.recognises,
            read=module.read,
            raw=getattr(module, "RAW", False),
            alone=getattr(module, "ALONE", False),
            max_bytes=getattr(module, "MAX_BYTES", DEFAULT_MAX_BYTES),
        )

    @property
    def importer(self) -> str:
        """The reader and its version, as provenance names them: `feed/1`."""
        return f"{self.name}/{self.version}"


@cache
def formats() -> Mapping[str, Format]:
    """Every format that this package reads, by its name, in the order of the names."""
    found: dict[str, Format] = {}
    for info in pkgutil.iter_modules(__path__):
        format_ = Format.of(importlib.import_module(f"{__name__}.{info.name}"))
        if format_ is not None:
            found[format_.name] = format_
    return MappingProxyType(dict(sorted(found.items())))


def recognise(head: bytes, known: Mapping[str, Format]) -> Format | None:
    """The format that is surest of an input that begins with `head`; the first by name where two are equally sure."""
    best, surest = None, 0
    for name in sorted(known):
        score = known[name].recognises(head)
        if score > surest:
            best, surest = known[name], score
    return best
