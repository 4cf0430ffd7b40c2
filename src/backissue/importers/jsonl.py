"""JSON Lines, and JSON arrays of records → articles, in constant memory; `columns` says which field is where.

Lines are read one by one (https://jsonlines.org), an array item by item; a broken line is reported and the next one
read. NaN and Infinity, which JSON has not but some programs write, are read as nothing.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, BinaryIO

import msgspec

from .columns import guess_columns, is_data_set, read_columns
from .decoding import STRAY, UTF_8, Undecodable, decode_head, encoding_of_bytes, encoding_of_stream
from .outcomes import Imported, Input, Outcome, Rejected, Settings, Unreadable
from .records import RecordReader

FORMAT = "jsonl"
TITLE = "JSON Lines"
VERSION = 1
MAX_BYTES = 0

MAX_LINE = 64 << 20
"""Bytes (characters of an array's item) that a record may have."""
SAMPLES = 200

_ARRAY = re.compile(r"\s*\[\s*\{")
_decoder = msgspec.json.Decoder()
_decode_item = json.JSONDecoder().raw_decode


def recognises(head: bytes) -> int:
    """90 for two lines or more that are objects, 70 for an array of records with an article's fields, and little for
    a single object, which may be a document of a format of its own.
    """
    try:
        text = decode_head(head).lstrip()
    except Undecodable:
        return 0
    if text.startswith("["):
        records = list(islice(_sample_of_array(text), 2))
        return 70 if records and is_data_set(guess_columns(records[0], {})) else 0
    if not text.startswith("{"):
        return 0
    lines = [line for line in text.split("\n") if line.strip()]
    whole = lines[:-1] if len(lines) > 1 else lines
    objects = [value for line in whole[:10] if isinstance(value := _parsed(line.encode()), dict)]
    if not objects:
        return 0
    if len(lines) > 1:
        return 90 if len(objects) * 2 > len(whole[:10]) else 0
    return 40 if is_data_set(guess_columns(objects[0], {})) else 0


def read(source: Input, settings: Settings) -> Iterator[Outcome]:
    """Yield an article or a reason for each record. Raises Unreadable for wrong columns, or an unknown encoding."""
    given, guess = read_columns(settings.options.get("columns"))
    samples = [value for _, value in islice(_records(source), SAMPLES) if isinstance(value, Mapping)]
    reader = RecordReader(source.name, FORMAT, settings, given, guess, samples)
    for place, value in _records(source):
        yield value if isinstance(value, Rejected) else _outcome(reader, value, place)


def _outcome(reader: RecordReader, value: Any, place: str) -> Imported | Rejected:
    if not isinstance(value, Mapping):
        return Rejected(place=place, reason=f"no record: expected an object, found {_kind(value)}")
    return reader.read(value, place)


def _records(source: Input) -> Iterator[tuple[str, Any]]:
    """The place and the value of every record; a Rejected instead of a value that is broken."""
    with source.open() as stream:
        try:
            encoding = encoding_of_bytes(stream.read(4096), cut=True)
            stream.seek(0)
            array = _begins_array(source.head)
            if not array and encoding in UTF_8:
                yield from _lines(stream, source)
                return
            encoding = encoding_of_stream(stream)
        except Undecodable as error:
            raise Unreadable(str(error)) from None
        text = io.TextIOWrapper(stream, encoding, STRAY if encoding in UTF_8 else "replace", newline="\n")
        yield from _items(text) if array else _text_lines(text)


def _lines(stream: BinaryIO, source: Input) -> Iterator[tuple[str, Any]]:
    """Lines that are UTF-8, or meant to be: one that is not is read in the encoding of the whole input."""
    number = 0
    fallback = ""
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        place = f"line {number}"
        if len(line) > MAX_LINE:
            _skip_line(stream, line)
            yield place, Rejected(place=place, reason=f"a line of more than {MAX_LINE >> 20} MiB")
            continue
        line = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if not line.strip():
            continue
        value = _parsed(line)
        if value is not _BROKEN:
            yield place, value
            continue
        try:
            line.decode()
        except UnicodeDecodeError:
            fallback = fallback or _encoding_of(source)
            line = line.decode(fallback, STRAY if fallback in UTF_8 else "replace").encode()
        yield place, _parsed_or_rejected(line, place)


def _text_lines(text: io.TextIOWrapper) -> Iterator[tuple[str, Any]]:
    number = 0
    while line := text.readline(MAX_LINE + 1):
        number += 1
        place = f"line {number}"
        if len(line) > MAX_LINE:
            yield place, Rejected(place=place, reason=f"a line of more than {MAX_LINE >> 20} MiB")
            return
        if line.strip():
            yield place, _parsed_or_rejected(line.removeprefix("\ufeff").encode("utf-8", "replace"), place)


def _items(text: io.TextIOWrapper) -> Iterator[tuple[str, Any]]:
    """The items of an array, one at a time."""
    buffer = text.read(1 << 16).lstrip("\ufeff \t\r\n")[1:]
    ended = False
    number = 0
    while True:
        buffer = buffer.lstrip(" \t\r\n,")
        if buffer.startswith("]"):
            if (buffer[1:] + text.read(4096)).strip():
                place = f"after record {number}"
                yield place, Rejected(place=place, reason="more follows the end of the array, and is not read")
            return
        try:
            if not buffer:
                raise ValueError("the array has no end")
            value, end = _decode_item(buffer)
            if end == len(buffer) and not ended:
                raise ValueError("perhaps more follows")
        except (ValueError, RecursionError) as error:
            more = "" if ended else text.read(max(1 << 16, len(buffer)))
            ended = ended or not more
            if ended or len(buffer) > MAX_LINE or isinstance(error, RecursionError):
                place = f"record {number + 1}"
                yield place, Rejected(place=place, reason=f"broken JSON, the rest of the array is lost: {error}"[:300])
                return
            buffer += more
            continue
        buffer = buffer[end:]
        number += 1
        yield f"record {number}", value


def _sample_of_array(text: str) -> Iterator[Mapping[str, Any]]:
    """The first records of an array, as far as its beginning holds them."""
    rest = text[1:].lstrip()
    while rest.startswith("{"):
        try:
            value, end = _decode_item(rest)
        except (ValueError, RecursionError):
            return
        yield value
        rest = rest[end:].lstrip(" \t\r\n,")


_BROKEN = object()


def _parsed(line: bytes) -> Any:
    """The value of a line, or _BROKEN."""
    try:
        return _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _BROKEN


def _parsed_or_rejected(line: bytes, place: str) -> Any:
    try:
        return _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        reason = str(error)
    try:  # NaN, Infinity, lone surrogates
        return json.loads(line)
    except (ValueError, RecursionError):
        return Rejected(place=place, reason=f"no JSON: {reason}"[:300])


def _begins_array(head: bytes) -> bool:
    try:
        return _ARRAY.match(decode_head(head)) is not None
    except Undecodable:
        return False


def _encoding_of(source: Input) -> str:
    with source.open() as stream:
        try:
            return encoding_of_stream(stream)
        except Undecodable:
            return "utf-8"


def _skip_line(stream: BinaryIO, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = stream.readline(MAX_LINE)


def _kind(value: Any) -> str:
    names = {list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
