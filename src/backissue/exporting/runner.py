"""An export from beginning to end: what has changed is written anew, in one pass; the rest is left alone.

A shard is what a format writes at a time: a year, or everything. Its key is made of the digests of its articles; the
catalog remembers the key, and what the shard's files are known by, for each folder that was exported to. Files are made
aside and then moved into their places; one whose bytes come out the same stays as it is.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from ..archive import Volume
from ..building import Options
from ..entries import digest
from ..errors import BuildStopped, ContentError
from ..fixity import Print, print_of_file
from ..pipeline import Opened, opened
from ..salts import program
from ..slugs import slug
from . import bagit, csv, jsonl, oai, parquet, sqlite, wacz
from .formats import Format, Writer
from .records import records, years

FORMATS: dict[str, Format] = {module.NAME: module for module in (jsonl, csv, sqlite, parquet, oai)}
PACKAGES = ("bagit", "wacz")
"""What is made of the built site too."""

DESCRIPTOR = "datapackage.json"
_STAGING = ".new"
_ALL = "*"
"""The year of a shard that has all of them."""

Progress = Callable[[str, int, int], None]


class Exported(NamedTuple):
    """What an export did: how many articles it holds, what was written and removed, what is as it was; what to tell."""

    articles: int
    written: tuple[Path, ...]
    removed: int
    kept: int
    notes: tuple[str, ...]
    faults: tuple[ContentError, ...]


class _File(msgspec.Struct, frozen=True, array_like=True):
    """A file that was written: its size, its time of modification, its digest."""

    size: int
    mtime: int
    sha256: bytes


class _Shard(msgspec.Struct, array_like=True):
    """A shard as it was written: its key, how many articles it holds, its files by name."""

    key: bytes
    count: int
    files: dict[str, _File]


_state_decoder = msgspec.msgpack.Decoder(dict[str, dict[str, _Shard]])


def run_export(options: Options, to: Path, wanted: Sequence[str], progress: Progress, now: datetime) -> Exported:
    """Export an archive into a folder, each format into one of its own.

    `wanted` names formats and packages; with none, JSON Lines, CSV and SQLite are written, and OAI-PMH where it can be.
    Raises ContentErrors with every fault of the content, BuildStopped where something is in the way, MissingExtra.
    """
    with opened(options, progress, now) as archive:
        _check_folder(to, archive)
        if set(PACKAGES) & set(wanted):
            bagit.require_built(archive)
        notes: list[str] = []
        names = wanted or _default(archive, notes)
        formats = [FORMATS[name] for name in FORMATS if name in names]
        for each in formats:
            _check_format(each, archive)
        export = _Export(archive, to, progress)
        if formats:
            export.run(formats)
        if "bagit" in wanted:
            export.written += bagit.write_bag(archive, options.root, to / "bag")
        if "wacz" in wanted:
            export.written += wacz.write_wacz(archive, to / "archive.wacz")
        return Exported(export.count, tuple(export.written), export.removed, export.kept, tuple(notes), archive.faults)


def _check_folder(to: Path, archive: Opened) -> None:
    target = to.resolve()
    content = archive.content.resolve()
    if target == content or content in target.parents:
        raise BuildStopped(f"{to}: what lies in the content folder is read as articles — choose another folder")
    output = archive.output.resolve()
    if target == output or output in target.parents:
        raise BuildStopped(f"{to}: the site's folder is the build's — choose another, and copy what is to be served")


def _default(archive: Opened, notes: list[str]) -> list[str]:
    found = [jsonl.NAME, csv.NAME, sqlite.NAME]
    if not archive.site.url or not archive.site.contact:
        notes.append("no OAI-PMH repository: it needs url and contact in site.yaml")
    elif _size(archive) >= oai.MOST:
        notes.append(f"no OAI-PMH repository: a static one holds fewer than {oai.MOST:,} records")
    elif _size(archive):
        found.append(oai.NAME)
    return found


def _check_format(format_: Format, archive: Opened) -> None:
    if format_.NAME != oai.NAME:
        return
    if not archive.site.url or not archive.site.contact:
        raise BuildStopped("--oai needs url and contact in site.yaml — add them")
    if not 0 < _size(archive) < oai.MOST:
        raise BuildStopped(f"--oai: a static repository holds 1 to {oai.MOST - 1:,} records, not {_size(archive):,}")


def _size(archive: Opened) -> int:
    return sum(map(len, archive.archive.volumes))


class _Export:
    """One export under way."""

    def __init__(self, archive: Opened, to: Path, progress: Progress) -> None:
        self._archive = archive
        self._to = to
        self._progress = progress
        self._meta = f"export:{to.resolve()}"
        self.written: list[Path] = []
        self.removed = 0
        self.kept = 0
        self.count = 0

    def run(self, formats: Sequence[Format]) -> None:
        """Write the stale shards of formats, and each format's data package."""
        data = self._archive.catalog.meta(self._meta)
        state = _state_decoder.decode(data) if data else {}
        volumes = years(self._archive.archive)
        plans = {each.NAME: self._keys(each, volumes) for each in formats}
        stale = {
            each.NAME: {
                year
                for year, key in plans[each.NAME].items()
                if not self._holds(each, state.get(each.NAME, {}).get(year), key)
            }
            for each in formats
        }
        staging = self._to / _STAGING
        with ExitStack() as cleaning:
            cleaning.callback(shutil.rmtree, staging, ignore_errors=True)
            made = self._write(formats, volumes, stale, staging)
            for each in formats:
                written = len(self.written)
                before = state.get(each.NAME, {})
                after = {
                    year: self._place(each, staging, key, *made[each.NAME][year])
                    if year in stale[each.NAME]
                    else before[year]
                    for year, key in plans[each.NAME].items()
                }
                files = self._finish(each, before, after)
                self.kept += files - (len(self.written) - written)
                state[each.NAME] = after
                self.count = max(self.count, sum(shard.count for shard in after.values()))
        self._archive.catalog.set_meta(self._meta, msgspec.msgpack.encode(state))
        self._archive.catalog.commit()

    def _keys(self, format_: Format, volumes: Mapping[str, Sequence[int]]) -> dict[str, bytes]:
        """The shards of a format, with their keys: by year, or one."""
        archive = self._archive.archive
        common = (program(), format_.NAME.encode(), msgspec.msgpack.encode(self._archive.site))

        def key(indexes: Sequence[int]) -> bytes:
            return digest(*common, *(self._bearing[at] for at in indexes))

        if format_.BY_YEAR:
            return {year: key(indexes) for year, indexes in volumes.items()}
        return {_ALL: key(range(len(archive.volumes)))}

    @cached_property
    def _bearing(self) -> list[bytes]:
        """A digest for each volume of what bears on how it is written: its articles, where they lie, and what they are
        listed with.
        """
        leads: dict[int, list[bytes]] = {}
        archive = self._archive.archive
        for spot, lead in sorted(archive.leads.items()):
            leads.setdefault(spot.volume, []).append(archive.link_digest(lead))
        return [digest(*self._parts(volume, leads.get(at, []))) for at, volume in enumerate(archive.volumes)]

    def _parts(self, volume: Volume, leads: Sequence[bytes]) -> Iterator[bytes]:
        archive = self._archive.archive
        # Copies and versions stand in no list, but bear the names of lists.
        keys = archive.terms if volume.apart else volume.runs.keys
        yield from (volume.name.encode(), volume.pages)
        yield from (msgspec.msgpack.encode(archive.terms[key].ref) for key in keys)
        yield from leads
        yield from self._archive.catalog.places(volume.name)

    def _holds(self, format_: Format, shard: _Shard | None, key: bytes) -> bool:
        """Whether a shard's files are there as they were written, for the same articles."""
        if shard is None or shard.key != key:
            return False
        for name, file in shard.files.items():
            try:
                status = (self._to / format_.NAME / name).stat()
            except OSError:
                return False
            if (status.st_size, status.st_mtime_ns) != (file.size, file.mtime):
                return False
        return True

    def _write(
        self,
        formats: Sequence[Format],
        volumes: Mapping[str, Sequence[int]],
        stale: Mapping[str, set[str]],
        staging: Path,
    ) -> dict[str, dict[str, tuple[int, list[str]]]]:
        """Write stale shards aside, in one pass; for each, how many articles it holds, and its files."""
        site = self._archive.site
        shutil.rmtree(staging, ignore_errors=True)
        made: dict[str, dict[str, tuple[int, list[str]]]] = {each.NAME: {} for each in formats}
        whole: list[tuple[Format, Writer]] = []
        for each in formats:
            if stale[each.NAME]:
                (staging / each.NAME).mkdir(parents=True)
                if not each.BY_YEAR:
                    whole.append((each, each.open_writer(staging / each.NAME, site, "")))
        total, done, all_ = _size(self._archive), 0, 0
        for year, indexes in volumes.items():
            parts = [
                (each, each.open_writer(staging / each.NAME, site, year))
                for each in formats
                if each.BY_YEAR and year in stale[each.NAME]
            ]
            writers = [writer for _format, writer in (*parts, *whole)]
            count = 0
            for record in records(self._archive, indexes) if writers else ():
                for writer in writers:
                    writer.add(record)
                count += 1
                self._progress("exporting", done + count, total)
            done += sum(len(self._archive.archive.volumes[index]) for index in indexes)
            all_ += count
            for each, writer in parts:
                files = writer.close()
                made[each.NAME][year] = (count, files if count else [])
        for each, writer in whole:
            files = writer.close()
            made[each.NAME][_ALL] = (all_, files if all_ else [])
        return made

    def _place(self, format_: Format, staging: Path, key: bytes, count: int, names: Sequence[str]) -> _Shard:
        """Move a shard's files into their places, unless the same bytes are there."""
        files = {}
        for name in names:
            made, target = staging / format_.NAME / name, self._to / format_.NAME / name
            fresh = print_of_file(made)
            if _print_of(target) != fresh:
                target.parent.mkdir(parents=True, exist_ok=True)
                os.replace(made, target)
                self.written.append(target)
            files[name] = _File(fresh.size, target.stat().st_mtime_ns, fresh.sha256)
        return _Shard(key, count, files)

    def _finish(self, format_: Format, before: Mapping[str, _Shard], after: Mapping[str, _Shard]) -> int:
        """Remove what is gone of a format, and describe what is there; how many files that is."""
        folder = self._to / format_.NAME
        files = {name: file for shard in after.values() for name, file in shard.files.items()}
        for shard in before.values():
            for name in shard.files.keys() - files.keys():
                (folder / name).unlink(missing_ok=True)
                self.removed += 1
        companions = format_.companions(self._archive.site)
        resources = [
            {
                "name": slug(name.partition(".")[0]),
                "path": name,
                "bytes": files[name].size,
                "hash": f"sha256:{files[name].sha256.hex()}",
                **format_.resource(name),
            }
            for name in sorted(files)
        ]
        texts = {**companions, DESCRIPTOR: _descriptor(self._archive, resources)}
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in texts.items():
            target = folder / name
            if not target.is_file() or target.read_bytes() != data:
                temporary = folder / f".{name}.new"
                temporary.write_bytes(data)
                os.replace(temporary, target)
                self.written.append(target)
        return len(files) + len(texts)


def _print_of(path: Path) -> Print | None:
    try:
        return print_of_file(path)
    except OSError:
        return None


def _descriptor(archive: Opened, resources: list[dict[str, Any]]) -> bytes:
    """A Data Package (specs.frictionlessdata.io/data-package) of a format's files."""
    site = archive.site
    package = {
        "profile": "data-package",
        "name": slug(site.title),
        "title": site.title,
        "description": site.about or site.tagline,
        "homepage": site.url,
        "licenses": [{"path": site.license}] if site.license else [],
        "rights": site.rights,
        "resources": resources,
    }
    shown = {key: value for key, value in package.items() if value or key == "resources"}
    return msgspec.json.format(msgspec.json.encode(shown), indent=2) + b"\n"
