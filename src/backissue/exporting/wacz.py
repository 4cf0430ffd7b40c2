"""A WACZ 1.1.1 (specs.webrecorder.net/wacz) of the built site: WARC records of its files, an index, a list of pages.

Needs the site's address, and the extra `wacz`. It names one day for all records, the newest on which an article was
imported, captured, changed or published: no clock is in it, and the same site gives the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import posixpath
import uuid
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

import msgspec

from .. import __version__
from ..entries import Card, Details, digest
from ..errors import BuildStopped, MissingExtra
from ..fixity import Print, print_of
from ..pipeline import Opened
from ..salts import program
from .bagit import built_files, require_built

WARC, INDEX, BLOCKS, PAGES = "archive/data.warc.gz", "indexes/index.cdx.gz", "indexes/index.idx", "pages/pages.jsonl"
VERSION = "1.1.1"
FILES_IN_BATCH = 64
LINES_IN_BLOCK = 300
"""Lines of the index in one compressed block (ZipNum)."""

_NO_DAY = "1970-01-01"
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of all members of the ZIP: the first that it can tell."""

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".xml": "application/xml",
    ".txt": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".ico": "image/vnd.microsoft.icon",
    ".pdf": "application/pdf",
    ".bib": "application/x-bibtex",
    ".ris": "application/x-research-info-systems",
    ".woff2": "font/woff2",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
}
_card_decoder = msgspec.msgpack.Decoder(Card)
_details_decoder = msgspec.msgpack.Decoder(Details)


class Captured(NamedTuple):
    """A file of the site as a WARC record: its address and type, its digest, the record's bytes (gzip)."""

    url: str
    mime: str
    sha256: str
    record: bytes


def write_wacz(archive: Opened, target: Path) -> list[Path]:
    """Write the WACZ of a site, unless the same is there; the files that were written.

    Raises BuildStopped where the site is not built, has no address, or its files are not those that were written.
    """
    require_built(archive)
    if not archive.site.url:
        raise BuildStopped("--wacz needs url in site.yaml: what is archived has an address — add it")
    try:
        import warcio  # noqa: F401
    except ModuleNotFoundError:
        raise MissingExtra("--wacz", "wacz") from None
    files = built_files(archive)
    parts = [path.encode() + found.packed() for path, found in files]
    key = digest(program(), msgspec.msgpack.encode(archive.site), *parts)
    meta = f"export:{target.resolve()}"
    if archive.catalog.meta(meta) == key + _stamp(target) and _stamp(target):
        return []
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.new")
    try:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as package:
            _fill(package, archive, files)
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    archive.catalog.set_meta(meta, key + _stamp(target))
    archive.catalog.commit()
    return [target]


def _stamp(path: Path) -> bytes:
    try:
        status = path.stat()
    except OSError:
        return b""
    return f"{status.st_size} {status.st_mtime_ns}".encode()


def _fill(package: zipfile.ZipFile, archive: Opened, files: list[tuple[str, Print]]) -> None:
    url, day, titles = archive.site.url.rstrip("/"), _NO_DAY, {}
    for volume in archive.archive.volumes:
        for row in archive.catalog.rows(volume.name):
            card, details = _card_decoder.decode(row.card), _details_decoder.decode(row.details)
            seen = (details.captured, details.provenance.imported if details.provenance else None)
            known = [card.date, card.updated, *(date.edtf for date in seen if date)]
            day = max([day, *(each[:10] for each in known if len(each) >= 10)])
            if card.status != "withdrawn":
                titles[row.path] = card.title
    lines, sizes = [], {}
    with _member(package, WARC) as file:
        state = hashlib.sha256()
        offset = 0
        for captured in [_about(archive, day), *_captured(archive, files, url, day)]:
            file.write(captured.record)
            state.update(captured.record)
            if captured.url:
                lines.append(_line(captured, day, offset))
            offset += len(captured.record)
        sizes[WARC] = Print(offset, state.digest())
    blocks, index = _index(sorted(lines))
    for name, data in ((INDEX, blocks), (BLOCKS, index), (PAGES, _pages(archive, titles, url, day))):
        sizes[name] = print_of(data)
        with _member(package, name) as file:
            file.write(data)
    resources = [
        {
            "name": posixpath.basename(name),
            "path": name,
            "hash": f"sha256:{found.sha256.hex()}",
            "bytes": found.size,
        }
        for name, found in sizes.items()
    ]
    descriptor = _json(
        {
            "profile": "data-package",
            "wacz_version": VERSION,
            "title": archive.site.title,
            "description": archive.site.about or archive.site.tagline,
            "created": f"{day}T00:00:00Z",
            "software": f"backissue {__version__}",
            "mainPageUrl": f"{url}/index.html",
            "mainPageDate": f"{day}T00:00:00Z",
            "resources": resources,
        }
    )
    with _member(package, "datapackage.json") as file:
        file.write(descriptor)
    with _member(package, "datapackage-digest.json") as file:
        sha256 = f"sha256:{hashlib.sha256(descriptor).hexdigest()}"
        file.write(_json({"path": "datapackage.json", "hash": sha256}))


def _member(package: zipfile.ZipFile, name: str) -> Any:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.external_attr = 0o644 << 16
    info.create_system = 3  # Unix, whatever system makes it
    return package.open(info, "w", force_zip64=True)


def _json(value: dict[str, Any]) -> bytes:
    shown = {key: item for key, item in value.items() if item}
    return json.dumps(shown, ensure_ascii=False, indent=2).encode() + b"\n"


def _captured(archive: Opened, files: list[tuple[str, Print]], url: str, day: str) -> Iterator[Captured]:
    parts = [files[at : at + FILES_IN_BATCH] for at in range(0, len(files), FILES_IN_BATCH)]
    jobs = ((str(archive.output.resolve()), url, day, part) for part in parts)
    for result in archive.workers(len(files)).run(capture, jobs):
        yield from result


def capture(batch: tuple[str, str, str, list[tuple[str, Print]]]) -> list[Captured]:
    """Files of a site's folder, published under an address, as WARC records of a day.

    Raises BuildStopped where one is not what was built.
    """
    folder, url, day, files = batch
    found = []
    for path, known in files:
        try:
            data = Path(folder, path).read_bytes()
        except FileNotFoundError:
            raise BuildStopped(f"{path}: is missing — build with --clean, or look with check --fixity") from None
        if print_of(data) != known:
            raise BuildStopped(f"{path}: is not what was built — build with --clean, or look with check --fixity")
        mime = _TYPES.get(posixpath.splitext(path)[1].lower(), "application/octet-stream")
        address = f"{url}/{quote(path)}"
        headers = [("Content-Type", mime), ("Content-Length", str(len(data)))]
        found.append(
            Captured(
                address,
                mime.partition(";")[0],
                known.sha256.hex(),
                _record("response", address, day, data, known.sha256.hex(), headers),
            )
        )
    return found


def _about(archive: Opened, day: str) -> Captured:
    """The WARC's first record, which tells of it (ISO 28500, 6.2)."""
    text = f"software: backissue {__version__}\r\nformat: WARC file version 1.1\r\nisPartOf: {archive.site.url}\r\n"
    return Captured("", "", "", _record("warcinfo", "", day, text.encode(), "", []))


def _record(kind: str, address: str, day: str, data: bytes, sha256: str, headers: list[tuple[str, str]]) -> bytes:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="WARC/1.1")
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"{kind} {address} {day} {hashlib.sha256(data).hexdigest()}")
    given = {"WARC-Record-ID": f"<urn:uuid:{name}>", "WARC-Date": f"{day}T00:00:00Z"}
    if sha256:
        given["WARC-Payload-Digest"] = f"sha256:{sha256}"
    record = writer.create_warc_record(
        address,
        kind,
        payload=io.BytesIO(data),
        length=len(data),
        warc_content_type="" if headers else "application/warc-fields",
        http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1") if headers else None,
        warc_headers_dict=given,
    )
    writer.write_record(record)
    return out.getvalue()


# -- the index


def url_key(url: str) -> str:
    """An address as indexes sort it: the host backwards, then the path (SURT), in small letters."""
    parts = urlsplit(url.lower())
    host = (parts.hostname or "").removeprefix("www.")
    port = f":{parts.port}" if parts.port else ""
    return f"{','.join(reversed(host.split('.')))}{port}){parts.path or '/'}"


def _line(captured: Captured, day: str, offset: int) -> str:
    fields = {
        "url": captured.url,
        "mime": captured.mime,
        "status": "200",
        "digest": f"sha256:{captured.sha256}",
        "length": str(len(captured.record)),
        "offset": str(offset),
        "filename": posixpath.basename(WARC),
    }
    return f"{url_key(captured.url)} {_timestamp(day)} {json.dumps(fields)}\n"


def _timestamp(day: str) -> str:
    return day.replace("-", "") + "000000"


def _index(lines: list[str]) -> tuple[bytes, bytes]:
    """A CDXJ index in compressed blocks, and the index of these (ZipNum, as pywb reads it)."""
    blocks = []
    head = {"format": "cdxj-gzip-1.0", "filename": posixpath.basename(INDEX)}
    index = [f"!meta 0 {json.dumps(head)}\n"]
    offset = 0
    for at in range(0, len(lines), LINES_IN_BLOCK):
        some = lines[at : at + LINES_IN_BLOCK]
        packer = zlib.compressobj(wbits=16 + zlib.MAX_WBITS)
        block = packer.compress("".join(some).encode()) + packer.flush()
        sha256 = f"sha256:{hashlib.sha256(block).hexdigest()}"
        place = {"offset": offset, "length": len(block), "digest": sha256}
        index.append(f"{some[0].partition('{')[0].strip()} {json.dumps(place)}\n")
        blocks.append(block)
        offset += len(block)
    return b"".join(blocks), "".join(index).encode()


def _pages(archive: Opened, titles: dict[str, str], url: str, day: str) -> bytes:
    """The pages that a reader may begin with: the front page, then the articles."""
    pages: Iterable[tuple[str, str]] = [("index.html", archive.site.title), *sorted(titles.items())]
    lines: list[dict[str, str]] = [{"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}]
    for path, title in pages:
        address = f"{url}/{quote(path)}"
        name = uuid.uuid5(uuid.NAMESPACE_URL, address).hex
        lines.append({"id": name, "url": address, "ts": f"{day}T00:00:00Z", "title": title})
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
