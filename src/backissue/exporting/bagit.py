"""A BagIt bag (RFC 8493, version 1.0) of an archive: what it was made from, and what was made of it.

The payload is `data/content/`, the files of published articles and what they show; `data/site/`, the built site;
`data/site.yaml`, and `data/urls/`, the ledger of addresses. Drafts, articles under embargo and withdrawn ones are left
out: of a JSON Lines file that holds some, only the other lines are there. The bag names no day: the same archive gives
the same bag.
"""

from __future__ import annotations

import gzip
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from .. import __version__
from ..addresses.ledger import FOLDER as LEDGER
from ..batches import articles
from ..entries import Card, Place
from ..errors import BuildStopped
from ..fixity import Print, print_of, print_of_file
from ..pipeline import Opened
from ..scanning import files_below

MANIFEST = "manifest-sha256.txt"
_PLANNED = ".payload"
_MEND = "build with --clean, or look with check --fixity"
_DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_place_decoder = msgspec.msgpack.Decoder(Place)
_card_decoder = msgspec.msgpack.Decoder(Card)


class _Payload(NamedTuple):
    """A file of the payload: its path in the bag, where it is copied from, or its bytes; what it is known to be."""

    path: str
    source: Path | None
    data: bytes
    known: Print | None


def require_built(archive: Opened) -> None:
    """Raise BuildStopped unless the site is what the content makes it, all of it."""
    if archive.faults:
        raise BuildStopped("a package holds the whole archive, and some of it can't be read — mend that, and build")
    if not archive.built:
        raise BuildStopped(f"{archive.output}: the site is not up to its content — build it first")


def built_files(archive: Opened) -> list[tuple[str, Print]]:
    """The site's files, by path, each with what the build wrote down of it, or, where no manifests are kept, with what
    it is. Raises BuildStopped where such a file is missing.
    """

    def whole(path: str, known: Print) -> Print:
        try:
            return known if known.sha256 else print_of_file(archive.output / path)
        except FileNotFoundError:
            raise BuildStopped(f"{path}: is missing — {_MEND}") from None

    return [(path, whole(path, known)) for path, known in sorted(archive.catalog.page_prints(None))]


def write_bag(archive: Opened, root: Path, folder: Path) -> list[Path]:
    """Make a bag in a folder, or bring it up to the archive; the files that were written.

    Raises BuildStopped where the site is not built, or its files are not those that were; or where the folder holds
    files of others.
    """
    require_built(archive)
    before = _listed(folder / MANIFEST) | _listed(folder / _PLANNED)
    there = (f"data/{path}" for path in files_below(folder / "data"))
    foreign = next((path for path in there if path not in before), None)
    if foreign is not None:
        raise BuildStopped(f"{folder}/{foreign}: a file that is not of this bag — move it elsewhere")
    prints = {payload.path: _print_of(payload) for payload in _payload(archive, root)}
    written: list[Path] = []
    if before != prints.keys():
        # Whatever ends this, the next bag knows what was put here.
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _PLANNED).write_text(_manifest(dict.fromkeys(before, Print(0, b"")) | prints), "utf-8")
    written += (
        folder / payload.path
        for payload in _payload(archive, root)
        if _put(folder / payload.path, payload, prints[payload.path])
    )
    for path in before - prints.keys():
        (folder / path).unlink(missing_ok=True)
        _remove_empty(folder / path, folder)
    tags = {
        "bagit.txt": _DECLARATION,
        "bag-info.txt": _info(archive, prints),
        MANIFEST: _manifest(prints),
    }
    tags["tagmanifest-sha256.txt"] = _manifest({name: print_of(text.encode()) for name, text in tags.items()})
    for name, text in tags.items():
        payload = _Payload(name, None, text.encode(), None)
        if _put(folder / name, payload, _print_of(payload)):
            written.append(folder / name)
    (folder / _PLANNED).unlink(missing_ok=True)
    return written


def _payload(archive: Opened, root: Path) -> Iterator[_Payload]:
    """The payload's files."""
    if (root / "site.yaml").is_file():
        yield _Payload("data/site.yaml", root / "site.yaml", b"", None)
    for lines in sorted((root / LEDGER).glob("*.txt")):
        yield _Payload(f"data/{LEDGER}/{lines.name}", lines, b"", None)
    for path, known in built_files(archive):
        yield _Payload(f"data/site/{path}", archive.output / path, b"", known)
    published: dict[str, list[Place]] = {}
    partly = archive.catalog.hidden_sources()
    shown: set[str] = set()
    for volume in archive.archive.volumes:
        shown.update(volume.files)
        for row in archive.catalog.rows(volume.name):
            place = _place_decoder.decode(row.place)
            if _card_decoder.decode(row.card).status == "withdrawn":
                partly.add(place.file)
            else:
                published.setdefault(place.file, []).append(place)
    for file in sorted(published.keys() | shown):
        places = published.get(file, [])
        if file in partly and places:
            yield _Payload(f"data/content/{file}", None, _lines(archive, file, places), None)
        elif file in shown or file not in partly:
            yield _Payload(f"data/content/{file}", archive.content / file, b"", None)


def _lines(archive: Opened, file: str, places: list[Place]) -> bytes:
    """The lines of a file of JSON Lines that hold published articles."""
    context = archive.context_path()
    lines = [articles.read_bytes((context, place)) for place in sorted(places, key=lambda place: place.start)]
    data = b"".join(line + b"\n" for line in lines)
    return gzip.compress(data, mtime=0) if file.endswith(".gz") else data


def _print_of(payload: _Payload) -> Print:
    """What a file of the payload is known by. Raises BuildStopped where it is not what was built."""
    if payload.source is None:
        return print_of(payload.data)
    try:
        found = print_of_file(payload.source)
    except FileNotFoundError:
        raise BuildStopped(f"{payload.source}: is missing — {_MEND}") from None
    if payload.known not in (None, found):
        raise BuildStopped(f"{payload.source}: is not what was built — {_MEND}")
    return found


def _put(target: Path, payload: _Payload, found: Print) -> bool:
    """Put a file of the payload into its place, unless it is there; whether it was written."""
    if target.is_file() and target.stat().st_size == found.size and print_of_file(target) == found:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.new")
    if payload.source is None:
        temporary.write_bytes(payload.data)
    else:
        shutil.copyfile(payload.source, temporary)
    if print_of_file(temporary) != found:
        temporary.unlink()
        raise BuildStopped(f"{payload.source}: changed while it was copied — export again")
    os.replace(temporary, target)
    return True


def _info(archive: Opened, prints: dict[str, Print]) -> str:
    """bag-info.txt (RFC 8493, 2.2.2)."""
    site = archive.site
    size = sum(found.size for found in prints.values())
    values = {
        "Source-Organization": site.title,
        "Contact-Email": site.contact,
        "External-Description": " ".join((site.about or site.tagline).split()),
        "External-Identifier": site.url,
        "Bag-Software-Agent": f"backissue {__version__}",
        "Payload-Oxum": f"{size}.{len(prints)}",
    }
    return "".join(f"{key}: {value}\n" for key, value in values.items() if value)


def _manifest(prints: dict[str, Print]) -> str:
    """A manifest (RFC 8493, 2.1.3): in paths CR, LF and % are percent-encoded."""
    return "".join(f"{found.sha256.hex()}  {_encoded(path)}\n" for path, found in sorted(prints.items()))


def _encoded(path: str) -> str:
    return path.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _listed(manifest: Path) -> set[str]:
    """The files of a manifest."""
    try:
        lines = manifest.read_text("utf-8").splitlines()
    except OSError:
        return set()
    paths = (line.partition("  ")[2] for line in lines)
    return {path.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%") for path in paths if path}


def _remove_empty(path: Path, top: Path) -> None:
    for folder in path.parents:
        if folder == top:
            return
        try:
            folder.rmdir()
        except OSError:
            return
