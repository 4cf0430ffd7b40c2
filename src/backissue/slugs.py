"""Names for files and folders: words of any script as short ASCII slugs, never empty, never reserved."""

from __future__ import annotations

import functools
import hashlib
import re
import unicodedata

from slugify import slugify

MAX_BYTES = 120
"""The longest slug: with its folders and `.html` it fits every file system and host."""

_IS_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_TAIL = 8
_RESERVED = re.compile(r"index|page|con|prn|aux|nul|com\d|lpt\d", re.ASCII)
"""Names that a folder's own page has, or that Windows keeps for devices."""


def slug(text: str) -> str:
    """A slug of `text`: lower-case ASCII letters, digits and hyphens, at most MAX_BYTES long.

    Where the text gives nothing (only emoji, say), is too long or gives a reserved word, a digest of it tells it apart.
    """
    plain = text if len(text) <= MAX_BYTES and _IS_SLUG.fullmatch(text) else slugify(text)
    if plain and len(plain) <= MAX_BYTES and not _RESERVED.fullmatch(plain):
        return plain
    return tailed(plain, text)


def tailed(plain: str, text: str) -> str:
    """`plain`, cut at a word where it is too long, with a tail made from `text`, so that another text gives another."""
    tail = digest_tail(text)
    if not plain:
        return tail
    room = MAX_BYTES - len(tail) - 1
    if len(plain) > room:
        cut = plain[:room]
        plain = cut[: cut.rfind("-")] if "-" in cut[room // 2 :] else cut
    return f"{plain}-{tail}"


def digest_tail(text: str) -> str:
    """Eight hexadecimal digits that stand for a text, whatever its Unicode form."""
    normal = unicodedata.normalize("NFC", text).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(normal, digest_size=_TAIL // 2).hexdigest()


def folded(text: str) -> str:
    """What makes two texts one: equal but for case, Unicode form and spaces."""
    if text.isascii():
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFC", text).casefold()
    return " ".join(unicodedata.normalize("NFC", plain).split())


term_key = functools.lru_cache(maxsize=20_000)(folded)
"""What makes two tags (or authors, sources, sections) one. They come again and again, so that it is remembered."""
