"""Fixity: what a file's bytes are known by, a SHA-256 digest and a size; and manifests of it that `sha256sum -c` reads.

A manifest is two text files: `NAME.sha256`, lines of a digest, two spaces and a path, as GNU's `sha256sum` writes and
checks them; and `NAME.sizes`, lines of a size in bytes, two spaces and the path. A path that holds a backslash has it
doubled, and its line begins with one (GNU coreutils, "md5sum invocation").
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

SITE, CONTENT = "site", "content"
KINDS = (SITE, CONTENT)
SHELVES = 256
"""Into so many parts a large manifest is split, so that a build writes only those parts that it bears on."""

FEW = 4096
"""Up to so many files are in one manifest."""

_BLOCK = 1 << 20


class Print(NamedTuple):
    """What a file's bytes are known by. The digest is empty where nobody asks for it: no manifests are kept."""

    size: int
    sha256: bytes

    def packed(self) -> bytes:
        """As the catalog keeps it: 40 bytes, or 8 without the digest."""
        return self.size.to_bytes(8, "big") + self.sha256


class Line(NamedTuple):
    """A file of a manifest. Its size is -1 where it is not known."""

    path: str
    size: int
    sha256: str


def unpacked(data: bytes) -> Print:
    """The inverse of `Print.packed`."""
    return Print(int.from_bytes(data[:8], "big"), data[8:])


def print_of(data: bytes) -> Print:
    """The print of bytes."""
    return Print(len(data), hashlib.sha256(data).digest())


def print_of_file(path: str | Path) -> Print:
    """The print of a file's bytes, read in blocks. Raises OSError."""
    state = hashlib.sha256()
    size = 0
    with open(path, "rb", buffering=0) as file:
        while block := file.read(_BLOCK):
            state.update(block)
            size += len(block)
    return Print(size, state.digest())


def shelf(name: str) -> int:
    """The part of a large manifest that a file of the content, or a sheaf of the site, stands in."""
    return hashlib.blake2b(name.encode("utf-8", "surrogateescape"), digest_size=1).digest()[0]


def manifest_name(kind: str, number: int | None) -> str:
    """What a manifest is called, without its ending: the only one of its kind, or a part of it."""
    return kind if number is None else f"{kind}-{number:02x}"


def written(prints: Iterable[tuple[str, Print]]) -> tuple[str, str]:
    """The texts of a manifest's two files, by path."""
    digests, sizes = [], []
    for path, found in sorted(prints):
        mark = "\\" if "\\" in path else ""
        shown = path.replace("\\", "\\\\") if mark else path
        digests.append(f"{mark}{found.sha256.hex()}  {shown}\n")
        sizes.append(f"{mark}{found.size}  {shown}\n")
    return "".join(digests), "".join(sizes)


def read_manifests(folder: Path, kind: str) -> Iterator[Line]:
    """The lines of all manifests of a kind. Raises ValueError (`path:line: what`) for a line that is none."""
    for path in sorted(folder.glob(f"{kind}*.sha256")):
        sizes = dict(_lines(path.with_suffix(".sizes"))) if path.with_suffix(".sizes").is_file() else {}
        for name, digest in _lines(path):
            size = sizes.get(name, "")
            yield Line(name, int(size) if size.isascii() and size.isdigit() else -1, digest)


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(path.read_text("utf-8", "surrogateescape").split("\n"), 1):
        if not line:
            continue
        value, gap, name = line.removeprefix("\\").partition("  ")
        if not gap or not name:
            raise ValueError(f"{path}:{number}: no line of a manifest")
        yield (name.replace("\\\\", "\\") if line[0] == "\\" else name), value


def write_if_other(path: Path, text: str) -> bool:
    """Write a text, atomically, unless the file holds it already; whether it was written."""
    data = text.encode("utf-8", "surrogateescape")
    try:
        if path.stat().st_size == len(data) and path.read_bytes() == data:
            return False
    except OSError:
        pass
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_bytes(data)
    os.replace(temporary, path)
    return True
