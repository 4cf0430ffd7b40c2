"""A record as its importer gave it → the file it would like to be: provenance, place, name, sealed text.

This is the part of an import that runs beside the reader, in its process; `placing` then decides, record by record.
Every prepared article has been read back once, so what is written always loads.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

import msgspec

from ..article import Article, Image, Provenance
from ..dates import Date
from ..errors import ContentErrors
from ..importers import Format
from ..importers.outcomes import Imported, Input
from ..loading import ARTICLE_SUFFIXES
from ..loading.fields import dated_name
from ..loading.jsonlines import line_path
from ..slugs import slug
from .holdings import Holding, holding_of
from .names import house, parse
from .sealing import Seal, digest, sealed

_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.ASCII)


class Prepared(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """A record that is ready to be placed: what imports know of it, with the path that it would like, and its file.

    `files` are the pictures beside it, by their path in the folder that is named after the article.
    """

    place: str
    holding: Holding
    text: str
    files: dict[str, bytes]


class Known(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """A record that the archive already has, unchanged."""

    place: str
    origin: str
    record: str


class Again(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """A record of an input that was read before, as much of it as its Holding needs to be looked for."""

    place: str
    origin: str
    record: str
    identity: str
    content: str


class Repeated(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """A record that repeats an earlier one of the same input."""

    place: str
    of: str


class Refused(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """A record, or (without a place) a whole input, that gives no article: why."""

    place: str
    reason: str


def record_digest(outcome: Imported) -> str:
    """What stands for a record as its importer gave it: any change of the article or its files changes it."""
    files = sorted((name, digest(data)) for name, data in outcome.files.items())
    try:
        return digest(_encoder.encode((outcome.article, files)))
    except OverflowError:  # a number that MessagePack can't hold, among an article's other keys
        return digest(repr((outcome.article, files)).encode())


_encoder = msgspec.msgpack.Encoder(enc_hook=str)


def prepare(
    outcome: Imported,
    record: str,
    source: Input,
    format_: Format,
    *,
    to: str,
    today: str,
    zone: tzinfo,
    lines: bool = False,
) -> Prepared | Refused:
    """Make the file of a record that was read from `source`, or, if `lines`, its line of a JSON Lines file.

    `record` is its `record_digest`, `to` the folder that imports go to, relative to the content folder, `today` the
    date (EDTF) that provenance gives. What its importer gave too loosely (a blank title, a date out of range) is
    Refused with the reason.
    """
    article = outcome.article
    if not article.title.strip():
        return Refused(outcome.place, "no title")
    folder, stem = folder_of(article), stem_of(article)
    folder = f"{to}/{folder}" if to else folder
    path = line_path(f"{folder}.jsonl", stem) if lines else f"{folder}/{stem}.md"
    if lines:  # by which it is called, whatever becomes of its headline
        article = msgspec.structs.replace(article, slug=stem)
    names = _names(outcome.files)
    provenance = Provenance(
        file=source.name,
        format=format_.name,
        digest=source.digest,
        place=outcome.place,
        importer=format_.importer,
        identity=outcome.identity,
        imported=Date(today),
        notes=article.provenance.notes if article.provenance else (),
    )
    article = rehoused(article, {name: f"{house(path)}/{new}" for name, new in names.items()})
    article = msgspec.structs.replace(article, provenance=provenance, copy_of="", version_of="")
    try:
        article, text = settled(article, record, path, zone)
    except ContentErrors as errors:
        fault = errors.faults[0]
        return Refused(outcome.place, f"gives no sound article: {fault.message}")
    holding = holding_of(article, path, zone, Seal(record, True))
    return Prepared(outcome.place, holding, text, {names[name]: data for name, data in outcome.files.items()})


def settled(article: Article, record: str, path: str, zone: tzinfo) -> tuple[Article, str]:
    """An article as its file, or line, gives it back, and that text. Raises ContentErrors where it would not load."""
    text = sealed(article, record, path)
    for _ in range(3):
        read = parse(text.encode(), path, zone)
        provenance = msgspec.structs.replace(read.provenance or Provenance(file="", format=""), fixity="")
        read = msgspec.structs.replace(read, provenance=provenance)
        if read == article:
            break
        article, text = read, sealed(read, record, path)
    return article, text


def wholesome(value: Any) -> Any:
    """A value whose texts hold no lone surrogates, which no file can hold."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, msgspec.Struct):
        fields = {name: wholesome(getattr(value, name)) for name in value.__struct_fields__}
        return type(value)(**fields)
    if isinstance(value, Mapping):
        return {wholesome(key): wholesome(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(wholesome(item) for item in value)
    return value


def folder_of(article: Article) -> str:
    """The folder for an article of this date: `2019/03`, `1936` or `undated`."""
    return article.date.edtf[:7].replace("-", "/") if article.date else "undated"


def stem_of(article: Article) -> str:
    """The name for an article's file, without `.md`; never one that would be read as a date."""
    name = slug(article.slug or article.title)
    return f"on-{name}" if dated_name(f"{name}.md") else name


def rehoused(article: Article, names: Mapping[str, str]) -> Article:
    """An article whose pictures have other names: the old, as the body writes them, with the new."""
    names = {old: new for old, new in names.items() if old != new}
    if not names:
        return article
    targets = "|".join(re.escape(old) for old in sorted(names, key=len, reverse=True))
    pattern = re.compile(
        rf"(\]\(\s*<?|\b(?:src|href|poster)\s*=\s*[\"']?|^ {{0,3}}\[[^\]\n]+\]:\s*<?)({targets})(?=[\s)>\"'#?]|$)",
        re.MULTILINE | re.IGNORECASE,
    )
    body = pattern.sub(lambda match: match[1] + names.get(match[2], match[2]), article.body)
    image = article.image
    if image is not None and image.src in names:
        image = Image(names[image.src], image.alt, image.caption, image.credit)
    return msgspec.structs.replace(article, body=body, image=image)


def _names(files: Mapping[str, bytes]) -> dict[str, str]:
    """A safe path for each of a record's files: inside its folder, of plain letters, and no article's."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for name in sorted(files):
        parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
        new = "/".join(map(_plain_part, parts[-4:])) or _plain_part(name)
        if new.lower().endswith(ARTICLE_SUFFIXES):
            new += ".txt"
        if new.lower() in taken:
            root, extension = posixpath.splitext(new)
            new = f"{root}-{digest(name.encode('utf-8', 'replace'))[:8]}{extension}"
        taken.add(new.lower())
        names[name] = new
    return names


def _plain_part(part: str) -> str:
    if _PLAIN_NAME.fullmatch(part):
        return part
    root, extension = posixpath.splitext(part)
    extension = re.sub(r"[^a-z0-9]", "", extension.lower())[:8]
    return slug(root) + (f".{extension}" if extension else "")
