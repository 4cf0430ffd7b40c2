"""Brings the catalog up to the content folder: parses what changed, drops what went, sums up the volumes it touches."""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from .addresses.claims import Claim, Left
from .addresses.ledger import file_of
from .archive import Clash, Volume, clash_of, clashes, decode_volume
from .batches import bench, digests, making, parsing
from .catalog import Catalog, FactsRow
from .entries import DIGEST_BYTES, WITHDRAWN, Card, Details, Entry, Facts, Place, place_name
from .errors import ContentError
from .executors import Workers, each
from .loading import MARKDOWN_SUFFIXES
from .pictures import is_picture
from .references import digest_of
from .scanning import Files, Scan, Stamp, is_article_file

FILES_IN_BATCH = 96
PIECE_BYTES = 1 << 20
LINES_IN_BATCH = 64
ROWS_IN_BATCH = 256
MAX_UNPACKED_BYTES = 64 << 30
"""More than any compressed file of articles holds: a "bomb" stops here."""

PURGE = "purge"
"""What the catalog remembers until nothing is left in it of what articles said that were withdrawn since."""

UNPACKED = "unpacked"
"""What the catalog remembers of compressed files: how many bytes each has, unpacked."""

_NO_STAMP: Stamp = (-1, 0, 0)
_facts_decoder = msgspec.msgpack.Decoder(Facts)
_card_decoder = msgspec.msgpack.Decoder(Card)
_details_decoder = msgspec.msgpack.Decoder(Details)
Progress = Callable[[str, int, int], None]


class Reading(NamedTuple):
    """What reading found: the archive's volumes, faults, clashing paths, and the files that were parsed."""

    volumes: list[Volume]
    faults: list[ContentError]
    clashes: list[Clash]
    changed: frozenset[str]


def forget_other(catalog: Catalog, salt: bytes) -> None:
    """Drop the entries that were made by another version, or by other settings (`salts.entry_salt`)."""
    if catalog.meta("entries") != salt:
        catalog.drop_all_entries()
        catalog.set_meta("entries", salt)
        # Another version may have noted its outcome in another form.
        catalog.set_meta("settled", None)


def purge(catalog: Catalog) -> None:
    """Leave nothing in the catalog's file of what articles said that were withdrawn, where it remembers that there is
    some (`PURGE`).
    """
    if catalog.meta(PURGE) is not None:
        catalog.purge()
        catalog.set_meta(PURGE, None)
        catalog.commit()


def file_digests(
    catalog: Catalog, scan: Scan, files: set[str], workers: Callable[[int], Workers], context_path: Callable[[], str]
) -> dict[str, bytes]:
    """The digest of each of some files of the content folder; those not known yet are worked out and noted."""
    known = catalog.digests(files)
    unknown = sorted(files - known.keys())
    if unknown:
        context = context_path()
        known |= _digests(unknown, workers(len(unknown)), context)
        catalog.put_sources((file, scan.files[file], known[file]) for file in unknown)
    return known


def _digests(files: Sequence[str], workers: Workers, context: str) -> dict[str, bytes]:
    return each(workers, digests.digest_files, context, files, FILES_IN_BATCH)


class Reader:
    """Reads one content folder into one catalog."""

    def __init__(
        self,
        catalog: Catalog,
        scan: Scan,
        context_path: Callable[[], str],
        content: Path,
        unpacked: Path,
        workers: Callable[[int], Workers],
        progress: Progress,
        pinned: Callable[[], Mapping[str, str]],
        claimed: bool = True,
    ) -> None:
        """`context_path` gives where the workers' context lies, `workers` the workers for so many files, `pinned` the
        paths, by article, that were given to some, which may lie in other volumes' folders. `claimed` says that
        somebody will ask for claims, which take 1 kB an article.
        """
        self._catalog = catalog
        self._scan = scan
        self._context_path = context_path
        self._content = content
        self._unpacked = unpacked
        self._workers = workers
        self._progress = progress
        self._pinned = pinned
        self._claimed = claimed
        self._faults: list[ContentError] = []
        self._dirty: set[str] = set()
        self._changed: set[str] = set()
        self._claims: list[Claim] = []
        self._left: list[Left] = []
        self._replaced: dict[str, Left] = {}
        self._volumes: dict[str, Volume] | None = None
        self._digests: dict[str, bytes] = {}
        sizes = catalog.meta(UNPACKED)
        self._sizes = msgspec.msgpack.decode(sizes, type=dict[str, int]) if sizes else {}

    def read(self, now: str, known: Files, again: set[str]) -> Reading:
        """Bring the catalog up to the folder; embargoes that are over by `now` (UTC, ISO 8601) are lifted.

        `known` has the stamps that the catalog knows. The files `again` are parsed whether they changed or not.
        """
        files = self._scan.files
        gone, came, changed = files.since(known)
        self._drop(gone)
        redrawn = self._redrawn(list(filter(is_picture, changed)))
        forced = {path for path in (*self._catalog.embargo_ended(now), *again) if path in files}
        if known and (gone or came or redrawn):
            forced |= self._pointing_to({*gone, *came, *redrawn})
        self._read_files([*came, *changed, *self._spoilt()], forced, known)
        if self._sizes or self._catalog.meta(UNPACKED) is not None:
            self._catalog.set_meta(UNPACKED, msgspec.msgpack.encode(self._sizes))
        return self._summed_up()

    def _spoilt(self) -> list[str]:
        """The compressed files of which what was unpacked went away, or is not all there."""
        return [path for path, size in self._sizes.items() if self._unpacked_size(path) != size]

    def _unpacked_size(self, path: str) -> int:
        try:
            return os.stat(bench.unpacked_path(str(self._unpacked), path)).st_size
        except OSError:
            return -1

    def _redrawn(self, pictures: list[str]) -> list[str]:
        """Those of pictures with another stamp that hold other bytes than when they were last looked at."""
        if not pictures:
            return []
        before = self._catalog.digests(pictures)
        self._digests |= _digests(pictures, self._workers(len(pictures)), self._context_path())
        return [path for path in pictures if self._digests[path] != before.get(path)]

    def read_again(self, names: Iterable[str]) -> Reading:
        """Parse articles again, given by the names of their places, and sum up."""
        files: set[str] = set()
        lines: dict[str, set[str]] = {}
        for name in names:
            file = file_of(name)
            if file == name:
                files.add(file)
            else:
                lines.setdefault(file, set()).add(name)
        self._read_files([], files & self._scan.files.keys(), self._catalog.sources())
        for file, some in sorted(lines.items()):
            self._parse_lines_again(file, some)
        return self._summed_up()

    def _parse_lines_again(self, path: str, names: set[str]) -> None:
        if path.endswith(".gz"):
            self._unpack(path)  # what is withdrawn was wiped out of what lies there
        entries = [entry for entry in self._catalog.entries_of(path) if place_name(entry[2]) in names]
        self._touch(volume for _id, volume, _place in entries)
        self._catalog.drop_entries(id_ for id_, _volume, _place in entries)
        places = sorted((place for _id, _volume, place in entries), key=lambda place: place.line)
        lines = [parsing.Line(place.line, place.start, place.length, place.digest) for place in places]
        workers = self._workers(len(lines))
        context = self._context_path()
        jobs = ((context, path, lines[at : at + LINES_IN_BATCH]) for at in range(0, len(lines), LINES_IN_BATCH))
        for result in workers.run(parsing.parse_lines, jobs):
            self._take_lines(result, False)
        self._wipe(path)

    def claims(self) -> list[Claim]:
        """The articles that were parsed since this was asked for last."""
        found, self._claims = self._claims, []
        return found

    def left(self) -> list[Left]:
        """The published articles that are no longer where they were."""
        return self._left

    def replaced(self) -> dict[str, Left]:
        """What the published articles were, by name, whose files hold other bytes now."""
        return self._replaced

    def leave_out(self, places: Iterable[Place]) -> Reading:
        """Leave articles out of the archive, and sum up. Their files will be read again, and their faults told."""
        for place in places:
            for id_, volume, other in self._catalog.entries_of(place.file):
                if other == place:
                    self._touch([volume])
                    self._catalog.drop_entries([id_])
            self._catalog.put_sources([(place.file, _NO_STAMP, b"")])
        return self._summed_up()

    def _drop(self, paths: list[str]) -> None:
        for path in paths:
            if is_article_file(path):
                self._leave(path)
                self._touch(volume for _id, volume, _place in self._catalog.entries_of(path))
                self._changed.add(path)
                if path.endswith(".gz"):
                    self._sizes.pop(path, None)
                    Path(bench.unpacked_path(str(self._unpacked), path)).unlink(missing_ok=True)
        self._catalog.drop_sources(paths)

    def _leave(self, path: str, names: set[str] | None = None) -> None:
        """Keep in mind what is about to be dropped: all published articles of a file, or those of some names."""
        for page, place, card, details in self._catalog.published_in(path):
            name = place_name(place)
            if names is None or name in names:
                self._left.append(Left(name, page, place, _known_as(card, details)))

    def _claim(self, entries: Sequence[Entry], bulk: bool) -> None:
        """Keep in mind what was read. Where nothing was there before, nothing can be known by another name."""
        if not self._catalog.fresh and any(_is_withdrawn(entry.volume) for entry in entries):
            self._catalog.set_meta(PURGE, b"1")
        if not self._claimed:
            return
        self._claims += [
            Claim(
                place_name(entry.place),
                entry.path,
                entry.slug,
                entry.volume is not None,
                entry.place,
                () if bulk else _known_as(entry.card, entry.details),
            )
            for entry in entries
        ]

    def _touch(self, volumes: Iterable[str | None]) -> None:
        self._dirty.update(volume for volume in volumes if volume is not None)

    def _pointing_to(self, names: set[str]) -> set[str]:
        """The files of articles whose entries depend on whether one of the named files is there."""
        wanted = {digest_of(f"file:{name}") for name in names}
        found: set[str] = set()
        for volume in self._all_volumes().values():
            shows = not names.isdisjoint(volume.files) or not names.isdisjoint(volume.missing)
            if not shows and wanted.isdisjoint(memoryview(volume.wants).cast("Q")):
                continue
            for row in self._catalog.rows(volume.name):
                facts = _facts_decoder.decode(row.facts)
                if (
                    not names.isdisjoint(facts.files)
                    or not names.isdisjoint(facts.missing)
                    or any(not wanted.isdisjoint(group) for group in facts.wants)
                ):
                    found.add(msgspec.msgpack.decode(row.place, type=Place).file)
        return found & self._scan.files.keys()

    # -- files

    def _read_files(self, changed: list[str], forced: set[str], known: Mapping[str, Stamp]) -> None:
        texts = sorted({path for path in changed if is_article_file(path)} | forced)
        others = [path for path in changed if not is_article_file(path)]
        # What a picture holds is looked at when an article shows it.
        self._catalog.put_sources((path, self._scan.files[path], self._digests.get(path, b"")) for path in others)
        if not texts:
            return
        lines = [path for path in texts if not path.endswith(MARKDOWN_SUFFIXES)]
        single = [path for path in texts if path.endswith(MARKDOWN_SUFFIXES)]
        size = sum(self._scan.files[path][0] for path in lines)
        workers = self._workers(len(single) + size // 4096)
        self._read_single(single, forced, known, workers)
        for path in lines:
            self._read_lines(path, path in forced, known, workers)
            self._wipe(path)

    def _read_single(self, paths: list[str], forced: set[str], known: Mapping[str, Stamp], workers: Workers) -> None:
        if not paths:
            return
        context = self._context_path()
        bulk = not known

        def jobs() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
            for start in range(0, len(paths), FILES_IN_BATCH):
                some = paths[start : start + FILES_IN_BATCH]
                yield (
                    context,
                    [
                        (path, b"" if bulk or path in forced else self._catalog.source_digest(path) or b"")
                        for path in some
                    ],
                )

        done = 0
        for result in workers.run(parsing.parse_files, jobs()):
            batch = parsing.parsed(result)
            if bulk:
                self._take_all(batch)
            else:
                for parsed in batch:
                    self._take(parsed)
            done += len(batch)
            self._progress("reading", done, len(paths))

    def _take_all(self, batch: list[parsing.Parsed]) -> None:
        """Put in what files hold, of which the catalog knows nothing."""
        entries = [entry for parsed in batch for entry in parsed.entries or ()]
        self._changed.update(parsed.path for parsed in batch)
        self._touch(entry.volume for entry in entries)
        self._claim(entries, True)
        self._catalog.put_entries(entries)
        self._catalog.put_sources(
            (self._source(parsed.path, parsed.digest, bool(parsed.faults)) for parsed in batch),
            {parsed.path: parsed.sha256 for parsed in batch},
        )
        for parsed in batch:
            self._note(parsed)

    def _take(self, parsed: parsing.Parsed) -> None:
        """Put what a file holds in the place of what it held."""
        if parsed.entries is None:
            self._remember(parsed.path, parsed.digest, False, parsed.sha256)
            return
        self._changed.add(parsed.path)
        old = self._catalog.entries_of(parsed.path)
        for page, place, card, details in self._catalog.published_in(parsed.path):
            if place.digest != parsed.digest:
                self._replaced.setdefault(
                    place_name(place), Left(place_name(place), page, place, _known_as(card, details))
                )
        self._touch(volume for _id, volume, _place in old)
        self._catalog.drop_sources([parsed.path])
        self._touch(entry.volume for entry in parsed.entries)
        self._claim(parsed.entries, False)
        self._catalog.put_entries(parsed.entries)
        self._note(parsed)
        self._remember(parsed.path, parsed.digest, bool(parsed.faults), parsed.sha256)

    def _remember(self, path: str, digest: bytes, faulty: bool, sha256: bytes = b"") -> None:
        """Note that a file was read. One with a fault is read again, and its fault told, until it is mended."""
        self._catalog.put_sources([self._source(path, digest, faulty)], {path: sha256})

    def _source(self, path: str, digest: bytes, faulty: bool) -> tuple[str, Stamp, bytes]:
        return (path, _NO_STAMP, b"") if faulty else (path, self._scan.files[path], digest)

    def _note(self, parsed: parsing.Parsed) -> None:
        folder = self._content.name
        for message, line, hint in parsed.faults:
            self._faults.append(ContentError(message, f"{folder}/{parsed.path}", line, hint))

    # -- JSON Lines

    def _read_lines(self, path: str, forced: bool, known: Mapping[str, Stamp], workers: Workers) -> None:
        context = self._context_path()
        try:
            if path.endswith(".gz"):
                self._unpack(path)
                self._sizes[path] = self._unpacked_size(path)
            digest, pieces = self._pieces(path)
        except (OSError, EOFError, zlib.error) as error:
            reason = getattr(error, "strerror", None) or str(error)
            hint = "pack it again" if path.endswith(".gz") else ""
            self._faults.append(ContentError(f"can't be read: {reason}", f"{self._content.name}/{path}", None, hint))
            self._drop([path])
            return
        old = self._catalog.entries_of(path) if known else []
        if path in known and not forced and self._catalog.source_digest(path) == digest:
            self._remember(path, digest, False)
            return
        self._changed.add(path)
        faults_before = len(self._faults)
        if forced or not old:
            self._touch(volume for _id, volume, _place in old)
            self._catalog.drop_entries(id_ for id_, _volume, _place in old)
            total, done = sum(piece.length for piece in pieces), 0
            results = workers.run(parsing.parse_piece, ((context, piece) for piece in pieces))
            for piece, result in zip(pieces, results, strict=True):
                self._take_lines(result, not old)
                done += piece.length
                self._progress("reading", done // 4096, max(total // 4096, 1))
        else:
            self._compare_lines(path, pieces, old, context, workers)
        self._remember(path, digest, len(self._faults) > faults_before)

    def _take_lines(self, result: bytes, bulk: bool) -> None:
        for parsed in parsing.parsed(result):
            self._claim(parsed.entries or (), bulk)
            self._touch(entry.volume for entry in parsed.entries or ())
            self._catalog.put_entries(parsed.entries or ())
            self._note(parsed)

    def _compare_lines(
        self,
        path: str,
        pieces: list[parsing.Lines],
        old: list[tuple[int, str | None, Place]],
        context: str,
        workers: Workers,
    ) -> None:
        """Parse only the lines that the file did not have before."""
        kept: dict[bytes, list[tuple[int, str | None, Place]]] = {}
        for entry in old:
            kept.setdefault(entry[2].digest, []).append(entry)
        fresh: list[parsing.Line] = []
        moved: list[tuple[int, Place]] = []
        for lines in workers.run(parsing.digest_lines, ((context, piece) for piece in pieces)):
            for line in lines:
                same = kept.get(line.digest)
                if same:
                    id_, _volume, place = same.pop()
                    if (place.line, place.start) != (line.number, line.start):
                        there = Place(path, line.number, line.start, line.length, line.digest, place.id)
                        moved.append((id_, there))
                else:
                    fresh.append(line)
        lost = [entry for entries in kept.values() for entry in entries]
        self._touch(volume for _id, volume, _place in lost)
        self._leave(path, {place_name(place) for _id, _volume, place in lost})
        self._catalog.drop_entries(id_ for id_, _volume, _place in lost)
        self._catalog.move_entries(moved)
        jobs = (
            (context, path, fresh[start : start + LINES_IN_BATCH]) for start in range(0, len(fresh), LINES_IN_BATCH)
        )
        for result in workers.run(parsing.parse_lines, jobs):
            self._take_lines(result, False)

    def _pieces(self, path: str) -> tuple[bytes, list[parsing.Lines]]:
        """A file's digest, and the file in pieces that end with a line."""
        source = bench.unpacked_path(str(self._unpacked), path) if path.endswith(".gz") else self._content / path
        state = hashlib.blake2b(digest_size=DIGEST_BYTES)
        pieces: list[parsing.Lines] = []
        begin, line, lines_seen, position = 0, 1, 0, 0
        with open(source, "rb") as file:
            while block := file.read(PIECE_BYTES):
                state.update(block)
                cut = block.rfind(b"\n") + 1
                if cut:
                    end = position + cut
                    pieces.append(parsing.Lines(path, begin, end - begin, line))
                    line += lines_seen + block.count(b"\n")
                    begin, lines_seen = end, 0
                position += len(block)
        if position > begin:
            pieces.append(parsing.Lines(path, begin, position - begin, line))
        return state.digest(), pieces

    def _wipe(self, path: str) -> None:
        """Wipe withdrawn articles out of what was unpacked of a compressed file: nobody reads them any more."""
        if path.endswith(".gz"):
            places = [place for _id, volume, place in self._catalog.entries_of(path) if _is_withdrawn(volume)]
            if places:
                with open(bench.unpacked_path(str(self._unpacked), path), "r+b") as file:
                    for place in places:
                        file.seek(place.start)
                        file.write(b" " * place.length)

    def _unpack(self, path: str) -> None:
        """Unpack a compressed file beside the catalog, so that each of its lines can be read alone."""
        target = Path(bench.unpacked_path(str(self._unpacked), path))
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_suffix(".new")
        try:
            with gzip.open(self._content / path) as packed, open(temporary, "wb") as file:
                written = 0
                while block := packed.read(PIECE_BYTES):
                    written += len(block)
                    if written > MAX_UNPACKED_BYTES:
                        raise OSError(f"unpacks to more than {MAX_UNPACKED_BYTES:,} bytes")
                    file.write(block)
            os.replace(temporary, target)
        finally:
            temporary.unlink(missing_ok=True)

    # -- volumes

    def _summed_up(self) -> Reading:
        found: list[Clash] = []
        volumes = self._all_volumes()
        self._sum_up(volumes)
        for name, volume in volumes.items():
            if volume.clashing:
                found += clashes(self._catalog.facts(name))
        # Withdrawn articles stand in the folders of others, and so may those with a path that was given to them.
        apart = {
            path
            for name, volume in volumes.items()
            if volume.apart == WITHDRAWN
            for path in self._catalog.addresses(name)
        }
        apart.update(self._pinned().values())
        if apart:
            shared = self._catalog.shared_paths(apart - {clash.path for clash in found})
            found += [clash_of(path, places) for path, places in shared.items()]
        self._dirty.clear()
        return Reading(list(volumes.values()), [*self._scan.faults, *self._faults], found, frozenset(self._changed))

    def _sum_up(self, volumes: dict[str, Volume]) -> None:
        """Bring those of the volumes up to date whose articles are others."""
        names = sorted(self._dirty if volumes else {*self._dirty, *self._catalog.volume_names()})

        def jobs() -> Iterator[list[tuple[str, list[FactsRow]]]]:
            some: list[tuple[str, list[FactsRow]]] = []
            for name in names:
                rows = self._catalog.facts(name)
                if rows:
                    some.append((name, rows))
                else:
                    volumes.pop(name, None)
                    self._catalog.put_volume(name, None)
                if sum(len(rows) for _name, rows in some) >= ROWS_IN_BATCH:
                    yield some
                    some = []
            if some:
                yield some

        workers = self._workers(len(names))
        for summaries in workers.run(parsing.sum_up, jobs()):
            for name, summary in summaries:
                volumes[name] = decode_volume(summary)
                self._catalog.put_volume(name, summary)
        # They have nothing to do while the pages are planned.
        workers.ahead(making.prepare, self._context_path())

    def _all_volumes(self) -> dict[str, Volume]:
        """The volumes as last summed up; a dictionary that is kept up to date."""
        if self._volumes is None:
            self._volumes = {name: decode_volume(summary) for name, summary in self._catalog.volumes()}
        return self._volumes


def _is_withdrawn(volume: str | None) -> bool:
    return volume is not None and volume.partition(":")[0] == WITHDRAWN


def _known_as(card: bytes, details_: bytes) -> tuple[str, ...]:
    """What an article's publisher knows it by, from its encoded Card and Details."""
    details = _details_decoder.decode(details_)
    identity = details.provenance.identity if details.provenance else ""
    return tuple(dict.fromkeys(name for name in (_card_decoder.decode(card).source_url, identity) if name))
