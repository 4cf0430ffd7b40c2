"""What a worker works with: what all batches of a build have in common, and the bytes of articles."""

from __future__ import annotations

import functools
import gc
import hashlib
import os
from collections.abc import Callable, Mapping
from datetime import tzinfo
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from ..config import MarkdownSettings
from ..darkroom import Darkroom
from ..documents import Document, formats
from ..entries import DIGEST_BYTES, EntrySettings, Place, digest
from ..errors import BuildStopped
from ..loading import articlefile, jsonlines
from ..theme import Theme
from ..views import SiteView


class Context(msgspec.Struct, frozen=True):
    """What all batches of one build have in common. Folders are absolute: that of the articles, of unpacked files, of
    compiled templates, of smaller pictures. `now` is UTC, ISO 8601. `manifests` says whether the digests of pages are
    asked for.
    """

    content: str
    unpacked: str
    compiled: str
    settings: EntrySettings
    now: str
    theme: Theme
    site: SiteView
    markdown: MarkdownSettings
    pictures: str = ""
    manifests: bool = True


_BLOCK = 1 << 16
BINARY: int = getattr(os, "O_BINARY", 0)
"""Where line ends would be translated, they must not be."""


def write_context(context: Context, folder: Path) -> str:
    """Put the context where workers find it: a file named by its digest. Returns the file's path."""
    data = msgspec.msgpack.encode(context)
    path = folder / f"context-{hashlib.blake2b(data, digest_size=12).hexdigest()}"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(path.name + ".new")
        temporary.write_bytes(data)
        temporary.replace(path)
    return str(path)


class Bench(NamedTuple):
    """A worker's tools, made once for a context."""

    context: Context
    zone: tzinfo
    documents: Mapping[str, Document]
    is_there: Callable[[str], bool]
    darkroom: Darkroom


@functools.lru_cache(maxsize=2)
def bench_of(context_path: str) -> Bench:
    """The tools for the context in a file."""
    with open(context_path, "rb") as file:
        context = msgspec.msgpack.decode(file.read(), type=Context)
    content = context.content + os.sep

    def is_there(path: str) -> bool:
        return os.path.isfile(content + path)

    darkroom = Darkroom(context.pictures, context.settings.images)
    # What a worker sets out with lives as long as it does: the collector need not look at it again and again.
    gc.collect()
    gc.freeze()
    # Nor, seven hundred objects at a time, at a batch's pages, which hold no cycles.
    gc.set_threshold(20_000, 20, 50)
    gc.enable()
    return Bench(context, ZoneInfo(context.settings.timezone), formats(), is_there, darkroom)


def content_path(context: Context, path: str) -> str:
    """Where the bytes of a content file lie: of a compressed one, unpacked beside the catalog."""
    if path.endswith(".gz"):
        return unpacked_path(context.unpacked, path)
    return f"{context.content}/{path}"


def unpacked_path(folder: str, path: str) -> str:
    """Where a compressed content file is unpacked to."""
    return os.path.join(folder, hashlib.blake2b(path.encode(), digest_size=12).hexdigest() + ".jsonl")


def read_body(context: Context, place: Place) -> str:
    """The Markdown body of an article. Raises BuildStopped where its file is not the one that was parsed."""
    data = bytes_at(context, place)
    if place.line:
        return jsonlines.body_of_line(data)
    if place.body:
        return data[place.body :].rstrip(b"\n").decode()
    return articlefile.body_of(data, place.file)


def bytes_at(context: Context, place: Place) -> bytes:
    """The bytes of an article's file, or line."""
    try:
        path = content_path(context, place.file)
        data = _piece_of(path, place.start, place.length) if place.line else whole(path)
        known = digest(data) if place.line else hashlib.sha256(data).digest()[:DIGEST_BYTES]
    except OSError as error:
        raise BuildStopped(f"{place.file}: went away during the build ({error.strerror}) — build again") from None
    if known != place.digest:
        raise BuildStopped(f"{place.file}: changed during the build — build again")
    return data


def whole(path: str) -> bytes:
    """The bytes of a file, for half of what a file object costs: articles are small and many."""
    descriptor = os.open(path, os.O_RDONLY | BINARY)
    try:
        data = b""
        while block := os.read(descriptor, _BLOCK):
            data += block
        return data
    finally:
        os.close(descriptor)


def _piece_of(path: str, start: int, length: int) -> bytes:
    with open(path, "rb", buffering=0) as file:
        file.seek(start)
        return file.read(length) or b""
