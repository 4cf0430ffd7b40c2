"""WACZ 1.1 packages of web captures → the articles among their pages: the WARC files in `archive/`, one by one.

A package is a ZIP file. What its index and its list of pages say is not needed: the records say it themselves.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator

from .outcomes import Input, Outcome, Rejected, Settings, Unreadable
from .warc import read_captures

FORMAT = "wacz"
TITLE = "WACZ packages of web captures"
VERSION = 2
ALONE = True
RAW = True
MAX_BYTES = 0

_ENDINGS = (".warc", ".warc.gz", ".arc", ".arc.gz", ".warc.lz4", ".warc.zst")


def recognises(head: bytes) -> int:
    """Sure of a ZIP file that begins with the members of a package."""
    if not head.startswith(b"PK\x03\x04"):
        return 0
    marks = (b"datapackage.json", b"archive/", b"pages/pages.jsonl", b"indexes/")
    return 90 if any(mark in head for mark in marks) else 0


def read(source: Input, settings: Settings) -> Iterator[Outcome]:
    """Read a package's captures, file by file in the order of their names."""
    with source.open() as stream:
        try:
            package = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError) as error:
            raise Unreadable(f"no readable ZIP file ({error})") from None
        with package:
            members = sorted(
                (info for info in package.infolist() if not info.is_dir() and info.filename.lower().endswith(_ENDINGS)),
                key=lambda info: info.filename,
            )
            if not members:
                raise Unreadable(f"no WARC file among the {len(package.infolist())} members of the package")
            for info in members:
                try:
                    with package.open(info) as captures:
                        yield from read_captures(captures, settings, within=info.filename)
                except Unreadable as fault:
                    yield Rejected(place=info.filename, reason=str(fault))
                except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError) as error:
                    yield Rejected(place=info.filename, reason=f"broken in the package: {error}")
