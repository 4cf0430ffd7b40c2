"""What was made of an input, remembered: the same bytes need not be read again to say the same of their records.

An input is known again by its bytes, its name, its format's reader and all that bears on what that gives. What is
remembered of its records is as much as placing them needs to see that the archive has each; where it has not, the input
is read.
"""

from __future__ import annotations

import hashlib
import zlib
from contextlib import suppress
from functools import cache
from importlib import metadata

import msgspec

from .. import __version__
from ..importers import Format
from ..importers.outcomes import Input, Settings
from .holdings import Seen
from .preparing import Again, Known, Prepared, Refused, Repeated

MAX_RECORDS = 20_000
"""No more records of one input are remembered: inputs of many are read quickly."""

_LIBRARIES = """
babel brotli charset-normalizer feedparser htmldate lxml lxml-html-clean lz4 nh3 python-dateutil trafilatura
warcio zstandard
"""

Told = Again | Refused | Repeated
_decoder = msgspec.msgpack.Decoder(list[Told])


@cache
def versions() -> str:
    """The versions of this program and of the libraries that readers use."""
    found = [__version__]
    for name in _LIBRARIES.split():
        with suppress(metadata.PackageNotFoundError):
            found.append(f"{name} {metadata.version(name)}")
    return " ".join(found)


def key_of(source: Input, format_: Format, settings: Settings) -> str:
    """What an input is known again by; empty for a format whose reader looks at more than the input's bytes."""
    if not format_.alone:
        return ""
    parts = (
        source.digest,
        source.name,
        format_.importer,
        versions(),
        str(settings.zone),
        settings.lang,
        settings.url,
        repr(settings.options),
    )
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=16).hexdigest()


class Notes:
    """What is being noted of one input while its records come in."""

    def __init__(self) -> None:
        self._told: list[Told] = []
        self._too_many = False

    def add(self, message: Prepared | Known | Told) -> None:
        """Note a record."""
        self._too_many = self._too_many or len(self._told) == MAX_RECORDS
        if self._too_many:
            self._told.clear()
        elif isinstance(message, Prepared):
            one = message.holding
            self._told.append(Again(message.place, one.origin, one.record, one.identity, one.content))
        elif isinstance(message, Known):
            self._told.append(Again(message.place, message.origin, message.record, "", ""))
        else:
            self._told.append(message)

    def encoded(self) -> bytes | None:
        """The notes, to be kept; None where there is too much of them."""
        return None if self._too_many else zlib.compress(msgspec.msgpack.encode(self._told))


def recalled(seen: Seen, key: str) -> list[Told] | None:
    """What is to be said again of the records of an input that was read before, if the archive still has them all."""
    data = seen.note(key) if key else None
    if data is None:
        return None
    try:
        told = _decoder.decode(zlib.decompress(data))
    except (zlib.error, msgspec.MsgspecError):
        return None
    records = (one for one in told if isinstance(one, Again))
    if all(seen.has_record(one.record) or one.content in seen.contents_of(one.identity) for one in records):
        return told
    return None
