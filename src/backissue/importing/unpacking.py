"""Archives of files (tar, plain or compressed, and zip) → their files in a scratch folder, within limits.

Only regular files are unpacked, and only below the folder, whatever their names say. Archives that are documents or
captures of their own (office files, books, WACZ) are left as they are, and so are archives within archives.
"""

from __future__ import annotations

import lzma
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

MAX_MEMBERS = 1_000_000
_BROKEN = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    RuntimeError,  # a member that is encrypted
    NotImplementedError,
    ValueError,
    OSError,
)
_ZIP = b"PK\x03\x04"
_COMPRESSED = (b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\x00")
_ONE_DOCUMENT = (
    "mimetype",
    "[Content_Types].xml",
    "META-INF/container.xml",
    "META-INF/MANIFEST.MF",
    "datapackage.json",
)


class TooMuch(Exception):
    """An archive that holds more than may be unpacked: one line that says so."""


def is_archive(path: Path) -> bool:
    """Whether a file is an archive of files, by its bytes."""
    try:
        with path.open("rb") as stream:
            start = stream.read(512)
        if start.startswith(_ZIP):
            with zipfile.ZipFile(path) as package:
                names = package.namelist()
            return not any(name in names for name in _ONE_DOCUMENT)
        if start[257:262] == b"ustar":
            return True
        if start.startswith(_COMPRESSED):
            with tarfile.open(path) as archive:
                return archive.next() is not None
    except _BROKEN:
        return False
    return False


def unpack(path: Path, folder: Path, limit: int) -> str:
    """Unpack an archive into a folder, at most `limit` bytes; what kept it from being unpacked whole, or nothing.

    What stood before the damage is there. Raises OSError where the folder can't be written to.
    """
    left = limit
    folder.mkdir(parents=True)
    try:
        for number, (name, stream) in enumerate(_members(path)):
            if number == MAX_MEMBERS:
                raise TooMuch(f"more than {MAX_MEMBERS:,} files in it")
            parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
            if not parts or any(len(part.encode("utf-8", "surrogateescape")) > 255 for part in parts):
                continue
            target = folder.joinpath(*parts)
            if target.exists() or any(parent.is_file() for parent in target.parents):
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as copy:
                while data := stream.read(min(1 << 20, left + 1)):
                    left -= len(data)
                    if left < 0:
                        raise TooMuch("expands to too much — a decompression bomb is not opened")
                    copy.write(data)
    except TooMuch as error:
        shutil.rmtree(folder)
        folder.mkdir()
        return str(error)
    except _BROKEN as error:
        return f"damaged ({' '.join(str(error).split()) or type(error).__name__}); what stands before was read"
    return ""


def _members(path: Path) -> Iterable[tuple[str, IO[bytes]]]:
    with path.open("rb") as stream:
        start = stream.read(4)
    return _of_zip(path) if start == _ZIP else _of_tar(path)


def _of_zip(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with zipfile.ZipFile(path) as package:
        for info in package.infolist():
            if not info.is_dir():
                with package.open(info) as stream:
                    yield info.filename, stream


def _of_tar(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with tarfile.open(path, "r|*") as archive:
        for info in archive:
            archive.members = []  # type: ignore[attr-defined]  # or it would keep them all
            stream = archive.extractfile(info) if info.isreg() else None
            if stream is not None:
                yield info.name, stream
