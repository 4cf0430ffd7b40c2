"""Content files → entries; entries → volumes."""

from __future__ import annotations

import hashlib
import os
from typing import NamedTuple

import msgspec

from ..archive import encode_volume, summarise
from ..article import Article
from ..catalog import FactsRow
from ..entries import DIGEST_BYTES, Entry, Place, digest, line_id, make_entry
from ..errors import ContentErrors
from ..loading import articlefile, jsonlines
from ..pictures import Look
from .bench import Bench, Context, bench_of, content_path, whole


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


_parsed_encoder = msgspec.msgpack.Encoder()
_parsed_decoder = msgspec.msgpack.Decoder(list[Parsed])


def parse_files(batch: tuple[str, list[tuple[str, bytes]]]) -> bytes:
    """Parse files, each given by path and the digest that is known of it; an encoded list of Parsed."""
    context_path, files = batch
    bench = bench_of(context_path)
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
    bench = bench_of(context_path)
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
    bench = bench_of(context_path)
    entries: list[Entry] = []
    faults: list[tuple[str, int | None, str]] = []
    for line, data in _lines_of(bench.context, piece):
        _parse_line(bench, piece.path, line, data, entries, faults)
    return _parsed_encoder.encode([Parsed(piece.path, b"", entries, faults)])


def digest_lines(batch: tuple[str, Lines]) -> list[Line]:
    """Find the lines of a piece, each with its digest."""
    context_path, piece = batch
    context = bench_of(context_path).context
    return [line._replace(digest=digest(data)) for line, data in _lines_of(context, piece)]


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


def _parse_file(bench: Bench, path: str, known: bytes) -> _Read:
    try:
        data = whole(f"{bench.context.content}/{path}")
    except OSError as error:
        return _Read(Parsed(path, b"", [], [(f"can't be read: {error.strerror}", None, "")]))
    # Manifests want all of it, so a file of one article is known by its beginning, and no other digest is worked out.
    sha256 = hashlib.sha256(data).digest()
    known_by = sha256[:DIGEST_BYTES]
    if known_by == known:
        return _Read(Parsed(path, known_by, None, [], sha256))
    try:
        article = articlefile.parse_article(data, path, bench.zone)
    except ContentErrors as errors:
        faults = [(fault.message, fault.line, fault.hint) for fault in errors.faults]
        return _Read(Parsed(path, known_by, [], faults, sha256))
    return _Read(Parsed(path, known_by, [], [], sha256), article, _place_of_file(path, data, known_by, article))


def _place_of_file(path: str, data: bytes, known_by: bytes, article: Article) -> Place:
    """Where a file's article lies. Most files end with their body, to the byte: it is found there again without looking
    for the end of the front matter.
    """
    body, text = article.body.encode(), data.rstrip(b"\n")
    return Place(path, 0, 0, len(data), known_by, body=len(text) - len(body) if text.endswith(body) else 0)


def _parse_line(
    bench: Bench,
    path: str,
    line: Line,
    data: bytes,
    entries: list[Entry],
    faults: list[tuple[str, int | None, str]],
) -> None:
    try:
        article = jsonlines.parse_line(data, path, line.number, bench.zone)
        place = Place(path, line.number, line.start, line.length, digest(data), line_id(article))
        entries.append(_entry(bench, article, place))
    except ContentErrors as errors:
        faults += [(fault.message, fault.line, fault.hint) for fault in errors.faults]


def _entry(bench: Bench, article: Article, place: Place) -> Entry:
    context = bench.context

    def look(path: str) -> Look | None:
        return bench.darkroom.look(os.path.join(context.content, path))

    return make_entry(article, place, context.settings, bench.zone, context.now, bench.is_there, look)
