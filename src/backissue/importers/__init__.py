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


def formats() -> Mapping[str, Format]:
    """Every format that this package reads, by its name, in the order of the names; none whose module is `broken`."""
    return _loaded()[0]


def broken() -> Mapping[str, str]:
    """The modules of this package that can't be loaded, each with the reason: theirs are the only formats to suffer."""
    return _loaded()[1]


@cache
def _loaded() -> tuple[Mapping[str, Format], Mapping[str, str]]:
    found: dict[str, Format] = {}
    faults: dict[str, str] = {}
    for info in pkgutil.iter_modules(__path__):
        try:
            format_ = Format.of(importlib.import_module(f"{__name__}.{info.name}"))
        except Exception as error:
            faults[info.name] = f"{type(error).__name__}: {error}"
            continue
        if format_ is not None:
            found[format_.name] = format_
    return MappingProxyType(dict(sorted(found.items()))), MappingProxyType(faults)


def recognise(head: bytes, known: Mapping[str, Format]) -> Format | None:
    """The format that is surest of an input that begins with `head`; the first by name where two are equally sure."""
    best, surest = None, 0
    for name in sorted(known):
        try:
            score = known[name].recognises(head)
        except Exception:  # a fault of one format's is no other's
            score = 0
        if score > surest:
            best, surest = known[name], score
    return best
