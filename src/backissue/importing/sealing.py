"""A seal on an imported article's file: digests in its front matter of what was read and of what was written.

`provenance.fixity` is `<read>-<written>`: sixteen hexadecimal digits that stand for the record as the importer gave it,
and sixteen for the file's text without that line (a JSON line's text without that value). So the file itself says
whether the same record comes again, and whether it was edited by hand since, in a fresh checkout too, with no ledger
beside it. Line ends don't count.
"""

from __future__ import annotations

import hashlib
import re

import msgspec

from ..article import Article
from ..loading.articlefile import write_article
from ..loading.jsonlines import parted, write_line

_UNSEALED = "unsealed-article"
_IN_JSON = re.compile(rb'"fixity":\s*"([0-9a-f]{16})-([0-9a-f]{16})"')
_LINE = re.compile(r"^  fixity: ['\"]?([0-9a-f]{16})-([0-9a-f]{16})['\"]?\n", re.MULTILINE)


class Seal(msgspec.Struct, frozen=True, array_like=True):
    """What a file's seal says: the digest of the record that was read, and whether the file is as it was written."""

    record: str
    intact: bool


def digest(data: bytes) -> str:
    """Sixteen hexadecimal digits that stand for bytes."""
    return hashlib.blake2b(data, digest_size=8).hexdigest()


def sealed(article: Article, record: str, path: str) -> str:
    """The text of an imported article's file, or line, sealed; `record` is the digest of what was read."""
    provenance = article.provenance
    if provenance is None:
        raise ValueError("only an imported article, which has a provenance, can be sealed")
    provenance = msgspec.structs.replace(provenance, fixity=f"{record}-{_UNSEALED}")
    article = msgspec.structs.replace(article, provenance=provenance)
    if parted(path)[1]:
        before, value, after = write_line(article).partition(f'"fixity":"{record}-{_UNSEALED}"')
        return f'{before}"fixity":"{record}-{digest((before + after).encode())}"{after}' if value else before
    before, line, after = write_article(article).partition(f"  fixity: {record}-{_UNSEALED}\n")
    return f"{before}  fixity: {record}-{digest(_plain(before + after).encode())}\n{after}" if line else before


def seal_of(data: bytes, path: str) -> Seal | None:
    """The seal of a file, or of a line, or None where it has none (or one that was broken beyond recognition)."""
    if parted(path)[1]:
        value = _IN_JSON.search(data)
        if value is None:
            return None
        return Seal(value[1].decode(), digest(data[: value.start()] + data[value.end() :]) == value[2].decode())
    if b"fixity:" not in data:
        return None
    text = _plain(data.decode("utf-8-sig", "replace"))
    end = text.find("\n---", 3)
    line = _LINE.search(text, 0, end + 1 if end >= 0 else 0)
    if line is None:
        return None
    rest = text[: line.start()] + text[line.end() :]
    return Seal(line[1], digest(rest.encode()) == line[2])


def _plain(text: str) -> str:
    """A text whose line ends are told alike, whatever wrote them."""
    return text.replace("\r\n", "\n")
