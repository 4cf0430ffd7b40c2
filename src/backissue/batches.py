"""What workers do with a batch: content files → entries, views → files of the site.

A batch is plain data, and so is its result; a worker needs nothing else but the file system that it shares with the
build. What all batches have in common lies in a file, the context, which a worker reads once.
"""

from __future__ import annotations

import functools
import gc
import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from . import pagefind
from .archive import encode_volume, summarise
from .article import Article
from .catalog import FactsRow
from .config import MarkdownSettings
from .darkroom import Darkroom
from .documents import Document, Surroundings, formats
from .entries import DIGEST_BYTES, Entry, EntrySettings, Place, line_id, make_entry
from .errors import BuildStopped, ContentErrors
from .fixity import Print, print_of, print_of_file
from .loading import articlefile, jsonlines
from .loading.fields import dated_name
from .markup.plaintext import plain_text
from .pictures import Look
from .theme import Theme, root_of
from .views import ArticleView, SiteView

if TYPE_CHECKING:
    from .rendering import Prepared, Renderer


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


class Line(NamedTuple):
    """A line of a JSON Lines file: its number, the bytes it takes, its digest (empty where not known)."""

    number: int
    start: int
    length: int
    digest: bytes


class Lines(NamedTuple):
    """A piece of a JSON Lines file that begins and ends with a line."""

    path: str
    start: int
    length: int
    first_line: int


class Parsed(msgspec.Struct, frozen=True, array_like=True):
    """What became of a file, or of lines of one: its digest, its entries (None where it is the file it was), faults.

    A fault is (message, line, hint); `path` is relative to the content folder. `sha256` is of a whole file.
    """

    path: str
    digest: bytes
    entries: list[Entry] | None
    faults: list[tuple[str, int | None, str]]
    sha256: bytes = b""


class _Read(NamedTuple):
    """What became of a file, and its article, which is still to become an entry: none where it is known, or faulty."""

    parsed: Parsed
    article: Article | None = None
    place: Place | None = None


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


class IndexRow(NamedTuple):
    """An article to be indexed: its encoded parts."""

    place: bytes
    card: bytes
    details: bytes
    facts: bytes


class IndexJob(NamedTuple):
    """A shard to be indexed: its language, the file that holds its articles (a list of IndexRow), the folder that is
    made for what comes of it. Without articles it is the browser's side of Pagefind, for all the languages.
    """

    languages: tuple[str, ...]
    rows: str
    folder: str


class Destination(NamedTuple):
    """Where pages go: into the folder `into`, by their paths; or, where `compare` is a folder, only those that differ
    from the file there, numbered from 0.
    """

    into: str
    compare: str


_BLOCK = 1 << 16
_BINARY: int = getattr(os, "O_BINARY", 0)
"""Where line ends would be translated, they must not be."""

_articles_encoder = msgspec.msgpack.Encoder()
_articles_decoder = msgspec.msgpack.Decoder(list[Article])
_parsed_encoder = msgspec.msgpack.Encoder()
_parsed_decoder = msgspec.msgpack.Decoder(list[Parsed])
_lines_encoder = msgspec.msgpack.Encoder()


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


class _Bench(NamedTuple):
    """A worker's tools, made once for a context."""

    context: Context
    zone: tzinfo
    documents: Mapping[str, Document]
    is_there: Callable[[str], bool]
    darkroom: Darkroom


@functools.lru_cache(maxsize=2)
def _bench(context_path: str) -> _Bench:
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
    return _Bench(context, ZoneInfo(context.settings.timezone), formats(), is_there, darkroom)


@functools.lru_cache(maxsize=2)
def _renderer(context_path: str) -> Renderer:
    """What makes pages, made once for a context."""
    from .rendering import Renderer  # which takes 20 ms to load: a process that makes no pages needs it not

    context = _bench(context_path).context
    body_of = functools.partial(read_body, context)
    return Renderer(context.theme, context.site, context.markdown, body_of, context.compiled)


def content_path(context: Context, path: str) -> str:
    """Where the bytes of a content file lie: of a compressed one, unpacked beside the catalog."""
    if path.endswith(".gz"):
        return unpacked_path(context.unpacked, path)
    return f"{context.content}/{path}"


def unpacked_path(folder: str, path: str) -> str:
    """Where a compressed content file is unpacked to."""
    return os.path.join(folder, hashlib.blake2b(path.encode(), digest_size=12).hexdigest() + ".jsonl")


def digest_of(data: bytes) -> bytes:
    """The digest by which content is known."""
    return hashlib.blake2b(data, digest_size=DIGEST_BYTES).digest()


def read_body(context: Context, place: Place) -> str:
    """The Markdown body of an article. Raises BuildStopped where its file is not the one that was parsed."""
    data = _bytes_at(context, place)
    if place.line:
        return jsonlines.body_of_line(data)
    if place.body:
        return data[place.body :].rstrip(b"\n").decode()
    return articlefile.body_of(data, place.file)


def _bytes_at(context: Context, place: Place) -> bytes:
    """The bytes of an article's file, or line."""
    try:
        path = content_path(context, place.file)
        data = _piece_of(path, place.start, place.length) if place.line else _whole(path)
        known = digest_of(data) if place.line else hashlib.sha256(data).digest()[:DIGEST_BYTES]
    except OSError as error:
        raise BuildStopped(f"{place.file}: went away during the build ({error.strerror}) — build again") from None
    if known != place.digest:
        raise BuildStopped(f"{place.file}: changed during the build — build again")
    return data


def _whole(path: str) -> bytes:
    """The bytes of a file, for half of what a file object costs: articles are small and many."""
    descriptor = os.open(path, os.O_RDONLY | _BINARY)
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


# -- parsing


def parse_files(batch: tuple[str, list[tuple[str, bytes]]]) -> bytes:
    """Parse files, each given by path and the digest that is known of it; an encoded list of Parsed."""
    context_path, files = batch
    bench = _bench(context_path)
    # One kind of work after the other: that is a tenth quicker, for what the processor has at hand stays there.
    read = [_parse_file(bench, path, known) for path, known in files]
    return _parsed_encoder.encode(
        [
            msgspec.structs.replace(parsed, entries=[_entry(bench, article, place)]) if article and place else parsed
            for parsed, article, place in read
        ]
    )


def parse_lines(batch: tuple[str, str, list[Line]]) -> bytes:
    """Parse lines of a JSON Lines file; an encoded list of one Parsed."""
    context_path, path, lines = batch
    bench = _bench(context_path)
    entries: list[Entry] = []
    faults: list[tuple[str, int | None, str]] = []
    with open(content_path(bench.context, path), "rb") as file:
        for line in lines:
            file.seek(line.start)
            _parse_line(bench, path, line, file.read(line.length), entries, faults)
    return _parsed_encoder.encode([Parsed(path, b"", entries, faults)])


def parse_piece(batch: tuple[str, Lines]) -> bytes:
    """Parse a whole piece of a JSON Lines file; an encoded list of one Parsed."""
    context_path, piece = batch
    bench = _bench(context_path)
    entries: list[Entry] = []
    faults: list[tuple[str, int | None, str]] = []
    for line, data in _lines_of(bench.context, piece):
        _parse_line(bench, piece.path, line, data, entries, faults)
    return _parsed_encoder.encode([Parsed(piece.path, b"", entries, faults)])


def digest_lines(batch: tuple[str, Lines]) -> list[Line]:
    """Find the lines of a piece, each with its digest."""
    context_path, piece = batch
    context = _bench(context_path).context
    return [line._replace(digest=digest_of(data)) for line, data in _lines_of(context, piece)]


def sum_up(batch: list[tuple[str, list[FactsRow]]]) -> list[tuple[str, bytes]]:
    """Sum up volumes, each given by its name and its articles in order; encoded."""
    return [(name, encode_volume(summarise(name, rows))) for name, rows in batch]


def parsed(data: bytes) -> list[Parsed]:
    """What a parsing batch gave."""
    return _parsed_decoder.decode(data)


def _lines_of(context: Context, piece: Lines) -> list[tuple[Line, bytes]]:
    with open(content_path(context, piece.path), "rb") as file:
        file.seek(piece.start)
        data = file.read(piece.length)
    found = []
    start = piece.start
    for number, line in enumerate(data.split(b"\n"), piece.first_line):
        if line.strip():
            found.append((Line(number, start, len(line), b""), line))
        start += len(line) + 1
    return found


def _parse_file(bench: _Bench, path: str, known: bytes) -> _Read:
    try:
        data = _whole(f"{bench.context.content}/{path}")
    except OSError as error:
        return _Read(Parsed(path, b"", [], [(f"can't be read: {error.strerror}", None, "")]))
    # Manifests want all of it, so a file of one article is known by its beginning, and no other digest is worked out.
    sha256 = hashlib.sha256(data).digest()
    digest = sha256[:DIGEST_BYTES]
    if digest == known:
        return _Read(Parsed(path, digest, None, [], sha256))
    try:
        article = articlefile.parse_article(data, path, bench.zone)
    except ContentErrors as errors:
        faults = [(fault.message, fault.line, fault.hint) for fault in errors.faults]
        return _Read(Parsed(path, digest, [], faults, sha256))
    return _Read(Parsed(path, digest, [], [], sha256), article, _place_of_file(path, data, digest, article))


def _place_of_file(path: str, data: bytes, digest: bytes, article: Article) -> Place:
    """Where a file's article lies. Most files end with their body, to the byte: it is found there again without looking
    for the end of the front matter.
    """
    body, text = article.body.encode(), data.rstrip(b"\n")
    return Place(path, 0, 0, len(data), digest, body=len(text) - len(body) if text.endswith(body) else 0)


def _parse_line(
    bench: _Bench,
    path: str,
    line: Line,
    data: bytes,
    entries: list[Entry],
    faults: list[tuple[str, int | None, str]],
) -> None:
    try:
        article = jsonlines.parse_line(data, path, line.number, bench.zone)
        place = Place(path, line.number, line.start, line.length, digest_of(data), line_id(article))
        entries.append(_entry(bench, article, place))
    except ContentErrors as errors:
        faults += [(fault.message, fault.line, fault.hint) for fault in errors.faults]


def _entry(bench: _Bench, article: Article, place: Place) -> Entry:
    context = bench.context

    def look(path: str) -> Look | None:
        return bench.darkroom.look(os.path.join(context.content, path))

    return make_entry(article, place, context.settings, bench.zone, context.now, bench.is_there, look)


# -- exporting


def read_articles(batch: tuple[str, list[Place]]) -> bytes:
    """Read articles that have been parsed before; an encoded list of Articles (`articles`).

    One whose address is made from its file's dated name has that as its slug: it would lose it elsewhere. Raises
    BuildStopped where a file is not the one that was parsed.
    """
    context_path, places = batch
    bench = _bench(context_path)
    return _articles_encoder.encode([_read_article(bench, place) for place in places])


def articles(data: bytes) -> list[Article]:
    """What `read_articles` gave."""
    return _articles_decoder.decode(data)


def read_bytes(batch: tuple[str, Place]) -> bytes:
    """The bytes of an article that has been parsed before: its file's, or its line's."""
    context_path, place = batch
    return _bytes_at(_bench(context_path).context, place)


def _read_article(bench: _Bench, place: Place) -> Article:
    data = _bytes_at(bench.context, place)
    if place.line:
        return jsonlines.parse_line(data, place.file, place.line, bench.zone)
    article = articlefile.parse_article(data, place.file, bench.zone)
    dated = dated_name(place.file)
    return msgspec.structs.replace(article, slug=dated[1]) if dated and not article.slug else article


# -- rendering


class Made(NamedTuple):
    """Pages that were made, in columns: what the bytes of each are known by (`fixity.Print`, packed), and whether the
    site had not the very same bytes already.
    """

    prints: list[bytes]
    written: list[bool]


def render(batch: tuple[str, Destination, Leaves]) -> Made:
    """Make pages and write them.

    Raises BuildStopped for a fault of a template, OSError where a file can't be written.
    """
    context_path, destination, leaves = batch
    bench, renderer = _bench(context_path), _renderer(context_path)
    made = Made([], [])
    begun = [_begun(bench, renderer, template, path, view) for template, path, view in zip(*leaves, strict=True)]
    renderer.work_ahead(page for page in begun if not isinstance(page, bytes))
    pages = [page if isinstance(page, bytes) else renderer.finished(page) for page in begun]
    for number, (path, data) in enumerate(zip(leaves.paths, pages, strict=True)):
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


def index(batch: tuple[str, IndexJob]) -> list[tuple[str, bytes]]:
    """Index a shard of the archive for search: the files that were written into the job's folder, with their digests.

    Raises BuildStopped where Pagefind fails, or an article's file is not the one that was parsed.
    """
    context_path, job = batch
    folder = Path(job.folder)
    folder.mkdir(parents=True)
    if job.rows:
        context = _bench(context_path).context
        rows = msgspec.msgpack.decode(Path(job.rows).read_bytes(), type=list[IndexRow])
        names = pagefind.index((_record(context, row) for row in rows), job.languages[0], folder)
    else:
        names = pagefind.engine(job.languages, folder)
    return [(name, digest_of((folder / name).read_bytes())) for name in names]


def _record(context: Context, row: IndexRow) -> pagefind.Record:
    body = read_body(context, msgspec.msgpack.decode(row.place, type=Place))
    return pagefind.record_of(row.card, row.details, row.facts, plain_text(body))


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


def digest_files(batch: tuple[str, list[str]]) -> list[bytes]:
    """The digests of files of the content folder; empty for one that can't be read."""
    context_path, paths = batch
    content = _bench(context_path).context.content
    found = []
    for path in paths:
        try:
            with open(os.path.join(content, path), "rb") as file:
                found.append(hashlib.file_digest(file, _new_digest).digest())
        except OSError:
            found.append(b"")
    return found


def prints_of_files(batch: tuple[str, list[str]]) -> list[Print | None]:
    """What files of the content folder are known by; None for one that can't be read."""
    folder, paths = batch
    found: list[Print | None] = []
    for path in paths:
        try:
            found.append(print_of_file(os.path.join(folder, path)))
        except OSError:
            found.append(None)
    return found


def _new_digest() -> hashlib.blake2b:
    return hashlib.blake2b(digest_size=DIGEST_BYTES)


def _begun(bench: _Bench, renderer: Renderer, template: str, path: str, view: bytes) -> Prepared | bytes:
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


def _sized(bench: _Bench, source: str, width: int) -> bytes:
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
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY
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
