"""Views → files of the site."""

from __future__ import annotations

import functools
import gc
import os
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..documents import Surroundings
from ..errors import BuildStopped
from ..fixity import Print, print_of
from ..theme import root_of
from ..views import ArticleView
from .bench import BINARY, Bench, Context, bench_of, read_body

if TYPE_CHECKING:
    from ..rendering import Prepared, Renderer


AT_A_TIME = 8
"""Pages that are begun before the first of them is finished."""


class Leaf(NamedTuple):
    """A page to be made: its template, its path, its encoded view."""

    template: str
    path: str
    view: bytes


class Leaves(NamedTuple):
    """Pages to be made, at least one, in columns: so they travel to a worker in a quarter of the time."""

    templates: tuple[str, ...]
    paths: tuple[str, ...]
    views: tuple[bytes, ...]

    @classmethod
    def of(cls, leaves: Iterable[Leaf]) -> Leaves:
        """These pages."""
        return cls(*zip(*leaves, strict=True))


class Destination(NamedTuple):
    """Where pages go: into the folder `into`, by their paths; or, where `compare` is a folder, only those that differ
    from the file there, numbered from 0.
    """

    into: str
    compare: str


class Made(NamedTuple):
    """Pages that were made, in columns: what the bytes of each are known by (`fixity.Print`, packed), and whether the
    site had not the very same bytes already.
    """

    prints: list[bytes]
    written: list[bool]


@functools.lru_cache(maxsize=2)
def _renderer(context_path: str) -> Renderer:
    """What makes pages, made once for a context."""
    from ..rendering import Renderer  # which takes 20 ms to load: a process that makes no pages needs it not

    context = bench_of(context_path).context
    body_of = functools.partial(read_body, context)
    return Renderer(context.theme, context.site, context.markdown, body_of, context.compiled)


def render(batch: tuple[str, Destination, Leaves]) -> Made:
    """Make pages and write them.

    Raises BuildStopped for a fault of a template, OSError where a file can't be written.
    """
    context_path, destination, leaves = batch
    bench, renderer = bench_of(context_path), _renderer(context_path)
    made = Made([], [])
    for number, (path, data) in enumerate(zip(leaves.paths, _pages(bench, renderer, leaves), strict=True)):
        known_by = print_of(data) if bench.context.manifests else Print(len(data), b"")
        made.prints.append(known_by.packed())
        there = bool(destination.compare) and _holds(f"{destination.compare}/{path}", data)
        made.written.append(not there)
        if not there:
            _write(f"{destination.into}/{number if destination.compare else path}", data)
    return made


def prepare(context_path: str) -> None:
    """Make ready for rendering."""
    _renderer(context_path).prepare()
    gc.freeze()


def publish(batch: list[tuple[str, str]]) -> int:
    """Move files, each from one path to another, making folders as needed; how many."""
    for source, target in batch:
        try:
            os.replace(source, target)
        except FileNotFoundError:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            os.replace(source, target)
        except (IsADirectoryError, NotADirectoryError):
            raise BuildStopped(
                f"{target}: a folder and a file of the site would have one name — remove what stands there"
            ) from None
    return len(batch)


def _pages(bench: Bench, renderer: Renderer, leaves: Leaves) -> Iterator[bytes]:
    """The bytes of pages, some of them at a time: enough for a processor to stay at one kind of work, and so few that
    what they are made of is still at hand when they are finished.
    """
    rows = zip(*leaves, strict=True)
    while begun := [_begun(bench, renderer, *row) for row in islice(rows, AT_A_TIME)]:
        renderer.work_ahead(page for page in begun if not isinstance(page, bytes))
        yield from (page if isinstance(page, bytes) else renderer.finished(page) for page in begun)


def _begun(bench: Bench, renderer: Renderer, template: str, path: str, view: bytes) -> Prepared | bytes:
    """A page, prepared; or the bytes of a document."""
    document = bench.documents.get(template)
    if document is None:
        return renderer.prepared(template, path, view)
    root = root_of(path)
    context = bench.context

    def body(view: ArticleView, way: str) -> str:
        return str(renderer.body(view, way))

    read = functools.partial(_read_file, context)
    sized = functools.partial(_sized, bench)
    surroundings = Surroundings(context.site, path, root, renderer.words, body, read, sized)
    return document.render(document.decode(view), surroundings)


def _read_file(context: Context, source: str, theme: bool) -> bytes:
    path = context.theme.assets[source] if theme else os.path.join(context.content, source)
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise BuildStopped(f"{source}: can't be read: {error.strerror} — build again") from None


def _sized(bench: Bench, source: str, width: int) -> bytes:
    try:
        return bench.darkroom.sized(os.path.join(bench.context.content, source), width)
    except OSError as error:
        raise BuildStopped(f"{source}: can't be read: {error.strerror} — build again") from None
    except KeyError:
        raise BuildStopped(f"{source}: changed during the build — build again") from None


def _holds(path: str, data: bytes) -> bool:
    """Whether a file holds these very bytes."""
    try:
        with open(path, "rb", buffering=0) as file:
            return os.fstat(file.fileno()).st_size == len(data) and file.readall() == data
    except OSError:
        return False


def _write(path: str, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | BINARY
    try:
        descriptor = os.open(path, flags, 0o666)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        descriptor = os.open(path, flags, 0o666)
    try:
        written = os.write(descriptor, data)
        while written < len(data):
            written += os.write(descriptor, memoryview(data)[written:])
    finally:
        os.close(descriptor)
