"""What a format's reader takes and gives: an input to read, and one outcome for every record in it.

A reader is a module of this package with

    FORMAT = "feed"                      the name that `--format` takes and provenance shows
    TITLE = "RSS, Atom and JSON Feed"    for people
    VERSION = 1                          raised whenever the same input would give other articles
    def recognises(head: bytes) -> int   0 (no) to 100 (certain), from the first 64 KiB of the input, never its name
    def read(source: Input, settings: Settings) -> Iterator[Outcome]

and, where it differs from the default,

    RAW = True          `source.open()` gives the bytes as they lie on disk, still compressed (a .warc.gz is a row of
                        gzip members, one a record); `source.head` and `recognises` see them decompressed all the same
    ALONE = True        what it gives depends on the input's name and bytes and the settings alone, not on files beside
                        it: an input that was read before, and whose records are all there, is not read again
    MAX_BYTES = 0       the largest input, in bytes after decompression, or 0 for one of any size, which only a reader
                        that streams in constant memory may say; the default is DEFAULT_MAX_BYTES

`read` yields an outcome for every record as it goes (constant memory for inputs of many records), and raises
Unreadable when the input as a whole is broken beyond repair. It never raises anything else for bad input. What it has
yielded before that counts. Between two outcomes it may take READING_SECONDS at most; a reader that skips much (records
of other kinds, say) yields them as Rejected or is quick. Modules
import the libraries of the extra `import` inside their functions, so that recognition works and starts fast without
them. A reader leaves `article.provenance` alone but for `notes` (what was changed or could not be kept): whoever runs
it fills in the file, its digest and the rest.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping
from datetime import UTC, tzinfo
from typing import Any, BinaryIO

import msgspec

from ..article import Article

HEAD_BYTES = 65_536
DEFAULT_MAX_BYTES = 256 << 20
"""The largest input of a format whose reader holds it whole."""
READING_SECONDS = 120
"""How long a reader may take from one outcome to the next before it is ended."""


class Input(msgspec.Struct, frozen=True, kw_only=True):
    """An input to import: opened as often as needed, always as plain bytes (compression is already undone).

    `name` is what people know it by (its file name), `digest` is `sha256:…` over the bytes as they lie on disk,
    `head` the first 64 KiB after decompression, `open` gives a new seekable stream, `path` is the file's path where it
    is a file (for formats that are containers or have files beside them), or empty. In a folder that is imported whole,
    `name` is the path inside it, with `/`. Reading from a stream raises Unreadable once an input is larger than its
    format allows or expands like a bomb; a reader lets that through.
    """

    name: str
    digest: str
    head: bytes
    open: Callable[[], BinaryIO]
    path: str = ""

    @classmethod
    def from_bytes(cls, data: bytes, name: str = "input") -> Input:
        """An input that lies in memory."""
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        return cls(name=name, digest=digest, head=data[:HEAD_BYTES], open=lambda: io.BytesIO(data))


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the site, or the command line, says about imports: the zone of times that have none, the language of texts
    that name none, the URL a saved page came from where only the caller knows it, and options of single formats.
    """

    zone: tzinfo = UTC
    lang: str = ""
    url: str = ""
    options: Mapping[str, Any] = {}


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """A record that became an article. `place` says where in the input it stands (`entry 3`, `line 12`, a GUID).

    `files` are pictures and the like that the input itself holds, by the relative name that the body uses.
    `article.draft` or `article.embargo` makes it withheld: it is kept, and not published.
    `identity` is what says that two records are one and the same article (a GUID, a canonical URL), or empty. One that
    is no URL or URN counts within its input's name only, for `17` means one thing here and another there.
    """

    article: Article
    place: str = ""
    identity: str = ""
    files: Mapping[str, bytes] = {}


class Rejected(msgspec.Struct, frozen=True, kw_only=True):
    """A record that is no article or is broken: where, and in one line why."""

    place: str
    reason: str


class Duplicate(msgspec.Struct, frozen=True, kw_only=True):
    """A record that repeats an earlier one of the same input (a revisit, the same entry again): where, and of which."""

    place: str
    of: str


Outcome = Imported | Rejected | Duplicate


class Unreadable(Exception):
    """The input as a whole can't be read: one line that says why (`not well-formed beyond repair at byte 812`)."""
