"""What is left of withdrawn articles: their text, looked for in every file of the site and of what builds remember.

A text is looked for in runs of WORDS words, blind to markup, case and punctuation, in every file as it is and as it is
unpacked (gzip, bzip2, xz, zlib, zip; Parquet where pyarrow is installed), SQLite files with what was deleted in them;
in the attributes of HTML too, and in UTF-16.
"""

from __future__ import annotations

import bz2
import contextlib
import functools
import gzip
import html
import io
import lzma
import os
import re
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import tzinfo
from pathlib import Path
from urllib.parse import unquote

from ..article import Article
from ..errors import BuildStopped, ContentErrors
from ..executors import Workers
from ..loading import MARKDOWN_SUFFIXES
from ..loading.articlefile import parse_article
from ..loading.jsonlines import parse_line
from ..scanning import is_article_file, scan
from .findings import Finding

WORDS = 8
"""A run of so many words is no coincidence."""

FEWEST = 3
"""A text of fewer words can't be told from others."""

MOST_BYTES = 1 << 30
"""As much of a file is looked at, unpacked."""

FILES_IN_BATCH = 64

Text = tuple[str, tuple[str, ...]]
"""What an article is called, and the pieces of its text."""

_INLINE = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|cite|code|del|em|font|i|ins|kbd|mark|q|s|samp|small|span|strong|sub|sup|tt|u|var|wbr)"
    r"(?:\s[^<>]*)?>",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^<>]{1,2000}>")
_TARGET = re.compile(r"\]\([^()\s]*(?:\s+\"[^\"\n]*\")?\)")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})|\\[nrt]")
_ATTRIBUTE = re.compile(r"=\s*\\?(?:\"([^\"]{8,})\"|'([^']{8,})')")
"""An attribute's value that may be a text; in JSON too, where a backslash stands before the quotation marks."""
_WIDE = re.compile(rb"(?:[\x20-\x7e]\0){16,}")
"""A text of ASCII's letters in UTF-16, whichever byte comes first, as in photographs (Exif 2.3, UserComment)."""
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_WORD = re.compile(r"[^\W_]+")
_NO_LETTERS = dict.fromkeys(map(ord, "*_`~\u00ad\u200b\u200c\u200d\u2060\ufeff"))


def check_withdrawn(
    content: Path,
    places: Sequence[Path],
    against: Sequence[Path],
    zone: tzinfo,
    workers: Callable[[int], Workers],
    progress: Callable[[int, int], None],
) -> Iterator[Finding]:
    """Every file below some folders that still has text of articles of the content folder that were withdrawn.

    `against` are files with further texts: articles as they were before their text was taken out. `workers` gives the
    workers for so many files; `progress` is told of files done and of all. Raises BuildStopped for a file of `against`
    that can't be read.
    """
    texts: list[Text] = []
    for name, pieces in (*withdrawn_texts(content, zone), *(_text_of(path, zone) for path in against)):
        if any(len(words_of(piece)) >= FEWEST for piece in pieces):
            texts.append((name, pieces))
        elif not against:
            what = "is withdrawn, and has no text to look for — name a copy of it as it was, with --against"
            yield Finding(name, 0, "withdrawn", what, remark=True)
    if not texts:
        return
    files = [path for place in places for path in _files(place)]
    parts = [files[at : at + FILES_IN_BATCH] for at in range(0, len(files), FILES_IN_BATCH)]
    done = 0
    for part, found in zip(
        parts, workers(len(files)).run(traces, ((tuple(texts), part) for part in parts)), strict=True
    ):
        yield from (Finding(path, 0, "withdrawn", what) for path, what in found)
        done += len(part)
        progress(done, len(files))


def withdrawn_texts(content: Path, zone: tzinfo) -> Iterator[Text]:
    """The withdrawn articles of a content folder, each with what its file still holds of it."""
    for path in sorted(filter(is_article_file, scan(content).files)):
        name = f"{content.name}/{path}"
        if path.endswith(MARKDOWN_SUFFIXES):
            data = (content / path).read_bytes()
            article = _parsed(lambda data=data, path=path: parse_article(data, path, zone), data)  # type: ignore[misc]
            if article is not None:
                yield name, _pieces(article)
            continue
        with gzip.open(content / path) if path.endswith(".gz") else open(content / path, "rb") as file:
            for number, line in enumerate(file, 1):
                article = _parsed(
                    lambda line=line, path=path, number=number: parse_line(line, path, number, zone),  # type: ignore[misc]
                    line,
                )
                if article is not None:
                    yield f"{name}:{number}", _pieces(article)


def _parsed(parse: Callable[[], Article], data: bytes) -> Article | None:
    """An article, if it is withdrawn; what can't be read a build tells of."""
    if b"ithdrawn" not in data:
        return None
    try:
        article = parse()
    except ContentErrors:
        return None
    return article if article.status == "withdrawn" else None


def _pieces(article: Article) -> tuple[str, ...]:
    image = article.image
    pieces = (article.body, article.summary, image.caption if image else "", image.alt if image else "")
    return tuple(piece for piece in (*pieces, *(each.text for each in article.corrections)) if piece)


def _text_of(path: Path, zone: tzinfo) -> Text:
    """A file as a text to look for: an article's, or any other."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BuildStopped(f"{path}: can't be read: {error.strerror} — name a file with the text") from None
    try:
        return str(path), _pieces(parse_article(data, path.name, zone))
    except ContentErrors:
        return str(path), (data.decode("utf-8", "replace"),)


def _files(folder: Path) -> Iterator[str]:
    for directory, _folders, names in os.walk(folder):
        yield from (os.path.join(directory, name) for name in sorted(names))


# -- in the workers


def traces(batch: tuple[tuple[Text, ...], list[str]]) -> list[tuple[str, str]]:
    """The files that have text of articles, each with what is to be told."""
    texts, paths = batch
    wanted = _wanted(texts)
    totals = Counter(name for runs in wanted.values() for name in runs.values())
    found = []
    for path in paths:
        try:
            with open(path, "rb") as file:
                data = file.read(MOST_BYTES)
        except OSError as error:
            found.append((path, f"can't be looked into: {error.strerror}"))
            continue
        hits: dict[str, set[tuple[str, ...]]] = {}
        for words in (words for stream in unpacked(data) for words in readings(stream)):
            for size, runs in wanted.items():
                for run in runs.keys() & set(zip(*(words[at:] for at in range(size)), strict=False)):
                    hits.setdefault(runs[run], set()).add(run)
        for name, runs_found in hits.items():
            share = -(-100 * len(runs_found) // totals[name])
            what = f'has {share} % of the text of {name}, which is withdrawn: "{" ".join(min(runs_found))}"'
            found.append((path, f"{what} — build and export again; if it stays, another article says it too"))
    return found


@functools.lru_cache(maxsize=2)
def _wanted(texts: tuple[Text, ...]) -> dict[int, dict[tuple[str, ...], str]]:
    """The runs of words to look for, by their length, each with the article that it is of."""
    found: dict[int, dict[tuple[str, ...], str]] = {}
    for name, pieces in texts:
        for piece in pieces:
            words = words_of(piece)
            size = min(WORDS, len(words))
            if size >= FEWEST:
                runs = zip(*(words[at:] for at in range(size)), strict=False)
                found.setdefault(size, {}).update(dict.fromkeys(runs, name))
    return found


def readings(data: bytes) -> Iterator[list[str]]:
    """The words that bytes may hold: as text without its markup, as the attributes of HTML, as UTF-16."""
    text = data.decode("utf-8", "replace")
    yield words_of(text)
    values = [one or other for one, other in _ATTRIBUTE.findall(text)]
    said = [value for value in values if " " in value or not value.isascii()]
    said += [unquote(value) for value in values if "%" in value]
    if said:
        yield words_of("\n".join(said))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield words_of(data.decode("utf-16", "replace"))
    elif wide := _WIDE.findall(data):
        yield words_of("\n".join(part[::2].decode("ascii") for part in wide))


def words_of(text: str) -> list[str]:
    """The words of a text, whatever its markup: HTML, Markdown, JSON."""
    if "\\" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)) if match[1] else " ", text)
    if "](" in text:
        text = _TARGET.sub("]", text)
    if "<" in text:
        text = _TAG.sub(" ", _INLINE.sub("", text))
    if "&" in text:
        text = html.unescape(text)
    text = unicodedata.normalize("NFKC", text.translate(_NO_LETTERS)).casefold()
    if not text.isascii():
        text = _UNSPACED.sub(r" \g<0> ", text)
    return _WORD.findall(text)


def unpacked(data: bytes, depth: int = 0) -> Iterator[bytes]:
    """Bytes as they are, and what is packed in them."""
    yield data
    if depth > 4:
        return
    if _is_deflated(data):
        inside = _inflated(data)
        if inside:
            yield from unpacked(inside, depth + 1)
    elif data.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for member in archive.infolist():
                    yield from unpacked(archive.open(member).read(MOST_BYTES), depth + 1)
        except (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, NotImplementedError):
            return
    elif data.startswith((b"BZh", b"\xfd7zXZ\0")):
        with contextlib.suppress(OSError, EOFError, lzma.LZMAError):
            opened = bz2.open if data.startswith(b"B") else lzma.open
            with opened(io.BytesIO(data)) as file:
                yield from unpacked(file.read(MOST_BYTES), depth + 1)
    elif data.startswith(b"PAR1"):
        yield from _columns(data)


def _is_deflated(data: bytes) -> bool:
    """Whether bytes begin like a gzip file (RFC 1952) or a zlib stream (RFC 1950, section 2.2)."""
    return data.startswith(b"\x1f\x8b") or (data[:1] == b"\x78" and int.from_bytes(data[:2], "big") % 31 == 0)


def _inflated(data: bytes) -> bytes:
    """All members of a compressed file, as far as they can be read."""
    found: list[bytes] = []
    size = 0
    while _is_deflated(data) and size < MOST_BYTES:
        member = zlib.decompressobj(47)
        try:
            found.append(member.decompress(data, MOST_BYTES - size))
        except zlib.error:
            break
        size += len(found[-1])
        data = member.unused_data
    return b"\n".join(found)


def _columns(data: bytes) -> Iterable[bytes]:
    """The texts of a Parquet file, where pyarrow can read it."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        return
    try:
        table = parquet.read_table(io.BytesIO(data))
    except (pyarrow.ArrowException, OSError):
        return
    for column in table.columns:
        yield "\n".join(str(value) for value in column.to_pylist() if value is not None).encode()
