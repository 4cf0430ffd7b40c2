"""The catalog: one SQLite file that remembers what was read and what was written, so that a build does only the rest.

It is a cache: missing, damaged or made by another version, it is begun anew, and the next build is a clean one. What
was tried: a row for each page cost 0.4 s at 120,000 pages, so pages are kept in one row for each sheaf; bodies are not
kept at all, for reading them again from their files is quicker than from here.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from .disposable import connect, discard, is_outside
from .entries import Entry, Place, place_name
from .fixity import CONTENT, SHELVES, SITE, Print, shelf, unpacked
from .scanning import Files, Stamp

SCHEMA_VERSION = 7

PAGE = 16_384
"""Bytes of a page of SQLite's: entries take a thousand and more, and a build writes most of them in one go."""

FEW, MANY = 2_048, 65_536
"""KiB of pages that SQLite keeps in memory: most is read once by a build that knows what there is, and memory taken for
it would cost half as much again; much is gone back to where all is written.
"""

_SCHEMA = """
create table meta (name text primary key, value blob);
create table source (
    path text primary key, size integer, mtime integer, inode integer, digest blob, sha256 blob, shelf integer
) without rowid;
create index source_shelf on source (shelf);
create table folder (path text primary key, files blob);
create table entry (
    id integer primary key, source text, name text, volume text, sort text, path text, embargo text,
    place blob, link blob, card blob, details blob, facts blob
);
create index entry_source on entry (source);
create index entry_volume on entry (volume, sort, path) where volume is not null;
create index entry_hidden on entry (embargo, source) where volume is null;
create table volume (name text primary key, summary blob);
create table sheaf (
    name text primary key, key blob, count integer, pages blob, prints blob, shelf integer
);
create index sheaf_shelf on sheaf (shelf);
create table stale_manifest (kind text, shelf integer, primary key (kind, shelf)) without rowid;
create table noted (volume text primary key, digest blob, addresses blob);
create table pending (sheaf text, paths blob);
create table doomed (path text primary key) without rowid;
"""
# Tables with long values have row ids: to compare a name, SQLite would read such values too. An entry has a name where
# that is not its source.

_place_encoder = msgspec.msgpack.Encoder()
_place_decoder = msgspec.msgpack.Decoder(Place)
_pages_decoder = msgspec.msgpack.Decoder(dict[str, bytes])


class Row(msgspec.Struct, frozen=True, array_like=True):
    """An entry as the catalog gives it back: its parts are still encoded."""

    id: int
    path: str
    place: bytes
    link: bytes
    card: bytes
    details: bytes
    facts: bytes


FactsRow = tuple[int, str, bytes, bytes]
"""What summing up takes of an entry: id, path, encoded Facts and Place."""


class Catalog:
    """An open catalog. Nothing is kept before `commit`; a build that fails leaves it as it was."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.fresh = False
        self._unmarked = False
        self._stale: set[tuple[str, int]] = set()
        try:
            self._db = connect(self._path, PAGE)
            if self.meta("schema") != str(SCHEMA_VERSION).encode():
                raise sqlite3.DatabaseError("another version's catalog")
            self._db.execute(f"pragma cache_size={-FEW}")
        except sqlite3.DatabaseError as error:
            if is_outside(error):
                raise
            self.begin_anew()

    def begin_anew(self) -> None:
        """Throw the file away and start with an empty one.

        It says of which version it is when all of its first commit is in it: one that was killed before that is thrown
        away too, so until then nothing is written twice, for a journal.
        """
        with contextlib.suppress(AttributeError, sqlite3.Error):
            self._db.close()
        discard(self._path)
        self._db = connect(self._path, PAGE, journal="off")
        self._db.executescript(_SCHEMA)
        self.fresh = True
        self._unmarked = True

    def commit(self) -> None:
        """Keep all that was changed since the last commit."""
        if self._stale:
            self._db.executemany("insert or ignore into stale_manifest values (?,?)", self._stale)
            self._stale.clear()
        self._db.commit()
        if self._unmarked:
            self.set_meta("schema", str(SCHEMA_VERSION).encode())
            self._db.commit()
            self._db.execute("pragma journal_mode=wal")
            self._unmarked = False

    def purge(self) -> None:
        """Make the file anew from what it holds, so that nothing is left in it of what was deleted. Commits."""
        self.commit()
        self._db.execute("vacuum")
        self._db.execute("pragma wal_checkpoint(truncate)")

    def rollback(self) -> None:
        """Forget all that was changed since the last commit."""
        self._stale.clear()
        self._db.rollback()

    def close(self) -> None:
        """Close the file; what was not committed is forgotten."""
        self._db.close()

    # -- facts about the last build

    def meta(self, name: str) -> bytes | None:
        """A remembered value, or None."""
        row = self._db.execute("select value from meta where name=?", (name,)).fetchone()
        return row[0] if row else None

    def set_meta(self, name: str, value: bytes | None) -> None:
        """Remember a value; None forgets it."""
        if value is None:
            self._db.execute("delete from meta where name=?", (name,))
        else:
            self._db.execute("insert or replace into meta values (?,?)", (name, value))

    # -- sources

    def sources(self) -> Files:
        """The stamp of every file that was read. Where nothing was read since `keep_stamps`, they lie by folders."""
        if self.meta("stamps") is not None:
            return Files(self._folders())
        rows = self._db.execute("select path, size, mtime, inode from source")
        return Files.of((path, (size, mtime, inode)) for path, size, mtime, inode in rows)

    def keep_stamps(self, files: Files) -> None:
        """Keep the stamps of all files that were read folder by folder, which are read many times as fast so."""
        kept = self._folders()
        changed = ((path, encoded) for path, encoded in files.folders.items() if kept.get(path) != encoded)
        self._db.executemany("insert or replace into folder values (?,?)", changed)
        self._db.executemany(
            "delete from folder where path=?", ((path,) for path in kept.keys() - files.folders.keys())
        )
        self.set_meta("stamps", b"1")

    def _folders(self) -> dict[str, bytes]:
        return dict(self._db.execute("select path, files from folder"))

    def source_digest(self, path: str) -> bytes | None:
        """The digest of a file when it was read."""
        row = self._db.execute("select digest from source where path=?", (path,)).fetchone()
        return row[0] if row else None

    def digests(self, paths: Iterable[str]) -> dict[str, bytes]:
        """The digests of those of the files that have one."""
        found = {path: self.source_digest(path) for path in paths}
        return {path: digest for path, digest in found.items() if digest}

    def put_sources(self, rows: Iterable[tuple[str, Stamp, bytes]], sha256: Mapping[str, bytes] | None = None) -> None:
        """Remember files, each with its stamp and digest; `sha256` has the SHA-256 of those whose bytes were read."""
        prints = sha256 or {}
        self.set_meta("stamps", None)
        self._db.executemany(
            "insert or replace into source values (?,?,?,?,?,?,?)",
            ((path, *stamp, digest, prints.get(path), self._touched(CONTENT, path)) for path, stamp, digest in rows),
        )

    def drop_sources(self, paths: Iterable[str]) -> None:
        """Forget files, and the articles in them."""
        paths = list(paths)
        if paths:
            self.set_meta("stamps", None)
        for path in paths:
            self._touched(CONTENT, path)
        self._db.executemany("delete from source where path=?", ((path,) for path in paths))
        self._db.executemany("delete from entry where source=?", ((path,) for path in paths))

    def drop_all_entries(self) -> None:
        """Forget all files, articles and volumes: all is to be read again."""
        self.set_meta("stamps", None)
        self._touched_all(CONTENT)
        for table in ("source", "entry", "volume"):
            self._db.execute(f"delete from {table}")
        self._db.execute(f"pragma cache_size={-MANY}")

    # -- entries

    def put_entries(self, entries: Iterable[Entry]) -> None:
        """Add articles; those that a source had before are dropped by `drop_entries`."""
        encode = _place_encoder.encode
        self._db.executemany(
            "insert into entry (source, name, volume, sort, path, embargo, place, link, card, details, facts)"
            " values (?,?,?,?,?,?,?,?,?,?,?)",
            (
                (
                    e.place.file,
                    place_name(e.place) if e.place.line else None,
                    e.volume,
                    e.sort,
                    e.path,
                    e.embargo,
                    encode(e.place),
                    e.link,
                    e.card,
                    e.details,
                    e.facts,
                )
                for e in entries
            ),
        )

    def entries_of(self, source: str) -> list[tuple[int, str | None, Place]]:
        """The articles of a file: id, volume, place."""
        rows = self._db.execute("select id, volume, place from entry where source=?", (source,))
        return [(id_, volume, _place_decoder.decode(place)) for id_, volume, place in rows]

    def drop_entries(self, ids: Iterable[int]) -> None:
        """Forget articles."""
        self._db.executemany("delete from entry where id=?", ((id_,) for id_ in ids))

    def move_entries(self, rows: Iterable[tuple[int, Place]]) -> None:
        """Note that articles lie elsewhere in their file now."""
        self._db.executemany(
            "update entry set place=? where id=?",
            ((_place_encoder.encode(place), id_) for id_, place in rows),
        )

    def embargo_ended(self, now: str) -> list[str]:
        """The files with an article that was hidden by an embargo that is over by `now` (UTC, ISO 8601)."""
        rows = self._db.execute(
            "select distinct source from entry indexed by entry_hidden"
            " where volume is null and embargo <> '' and embargo <= ?",
            (now,),
        )
        return [source for (source,) in rows]

    def count_hidden(self) -> int:
        """How many articles are kept out of the archive (drafts, embargoes)."""
        return int(self._db.execute("select count(*) from entry where volume is null").fetchone()[0])

    def hidden_sources(self) -> set[str]:
        """The files that hold an article that is kept out of the archive."""
        rows = self._db.execute("select distinct source from entry indexed by entry_hidden where volume is null")
        return {source for (source,) in rows}

    def volume_names(self) -> list[str]:
        """The volumes that articles stand in now, in order."""
        rows = self._db.execute("select distinct volume from entry where volume is not null order by volume")
        return [name for (name,) in rows]

    def rows(self, volume: str) -> list[Row]:
        """A volume's articles, in the archive's order."""
        found = self._db.execute(
            "select id, path, place, link, card, details, facts from entry where volume=? order by sort, path",
            (volume,),
        )
        return [Row(*row) for row in found]

    def shared_paths(self, paths: Collection[str]) -> dict[str, list[bytes]]:
        """Those of some paths that several articles have, whatever their volumes; with the encoded places of those."""
        self._look_for(paths)
        shared = self._db.execute(
            "select path from entry indexed by entry_volume where volume is not null"
            " and path in (select path from temp.looked_for) group by path having count(*) > 1"
        ).fetchall()
        return {
            path: [
                place
                for (place,) in self._db.execute("select place from entry where volume is not null and path=?", (path,))
            ]
            for (path,) in shared
        }

    def pages_at(self, paths: Collection[str]) -> set[str]:
        """Those of some paths that are articles' pages."""
        return set(self.volumes_at(paths))

    def volumes_at(self, paths: Collection[str]) -> dict[str, str]:
        """Those of some paths that are articles' pages, each with the volume that the article stands in."""
        self._look_for(paths)
        found = self._db.execute(
            "select path, volume from entry indexed by entry_volume where volume is not null"
            " and path in (select path from temp.looked_for)"
        )
        return dict(found)

    def _look_for(self, paths: Collection[str]) -> None:
        self._db.execute("create temp table if not exists looked_for (path text primary key) without rowid")
        self._db.execute("delete from temp.looked_for")
        self._db.executemany("insert or ignore into temp.looked_for values (?)", ((path,) for path in paths))

    def facts(self, volume: str) -> list[FactsRow]:
        """A volume's articles, in order."""
        return self._db.execute(
            "select id, path, facts, place from entry where volume=? order by sort, path", (volume,)
        ).fetchall()

    def addresses(self, volume: str) -> dict[str, str]:
        """The names of a volume's articles, by path."""
        return dict(self._db.execute("select path, ifnull(name, source) from entry where volume=?", (volume,)))

    def paths(self, volume: str) -> dict[int, str]:
        """The paths of a volume's articles, by their numbers."""
        return dict(self._db.execute("select id, path from entry where volume=?", (volume,)))

    def published_in(self, source: str) -> list[tuple[str, Place, bytes, bytes]]:
        """The published articles of a file: path, place, encoded Card and Details."""
        rows = self._db.execute(
            "select path, place, card, details from entry where source=? and volume is not null", (source,)
        )
        return [(path, _place_decoder.decode(place), card, details) for path, place, card, details in rows]

    # -- addresses: what the ledger was last told

    def noted(self) -> dict[str, bytes]:
        """The digest that each volume had when its articles' addresses were noted."""
        return dict(self._db.execute("select volume, digest from noted"))

    def noted_addresses(self, volume: str) -> dict[str, str]:
        """The names of the articles that a volume then had, by path."""
        row = self._db.execute("select addresses from noted where volume=?", (volume,)).fetchone()
        return msgspec.msgpack.decode(row[0], type=dict[str, str]) if row else {}

    def put_noted(self, volume: str, digest: bytes | None, addresses: Mapping[str, str]) -> None:
        """Remember that addresses were noted; no digest forgets it."""
        if digest is None:
            self._db.execute("delete from noted where volume=?", (volume,))
        else:
            row = (volume, digest, _place_encoder.encode(addresses))
            self._db.execute("insert or replace into noted values (?,?,?)", row)

    def links(self, ids: Sequence[int]) -> list[bytes]:
        """Articles' encoded Links, in the order of `ids`."""
        return self._parts("link", ids)

    def places(self, volume: str) -> list[bytes]:
        """Where a volume's articles lie, encoded, in the archive's order."""
        rows = self._db.execute("select place from entry where volume=? order by sort, path", (volume,))
        return [place for (place,) in rows]

    def pages_with_places(self) -> Iterator[tuple[str, bytes]]:
        """The path of every article's page, with the encoded place of the article."""
        return self._db.execute("select path, place from entry where volume is not null")

    def path(self, id_: int) -> str:
        """The path of an article's page."""
        row: tuple[str] = self._db.execute("select path from entry where id=?", (id_,)).fetchone()
        return row[0]

    def place(self, id_: int) -> Place:
        """Where an article lies."""
        row: tuple[bytes] = self._db.execute("select place from entry where id=?", (id_,)).fetchone()
        return _place_decoder.decode(row[0])

    def cards(self, ids: Sequence[int]) -> list[bytes]:
        """Articles' encoded Cards, in the order of `ids`."""
        return self._parts("card", ids)

    def _parts(self, name: str, ids: Sequence[int]) -> list[bytes]:
        found: dict[int, bytes] = {}
        for start in range(0, len(ids), 500):
            some = ids[start : start + 500]
            marks = ",".join("?" * len(some))
            found.update(self._db.execute(f"select id, {name} from entry where id in ({marks})", some))
        return [found[id_] for id_ in ids]

    def articles(self, ids: Sequence[int]) -> list[Row]:
        """Articles, in the order of `ids`."""
        found: dict[int, Row] = {}
        for start in range(0, len(ids), 500):
            some = ids[start : start + 500]
            marks = ",".join("?" * len(some))
            columns = "id, path, place, link, card, details, facts"
            found.update(
                (row[0], Row(*row))
                for row in self._db.execute(f"select {columns} from entry where id in ({marks})", some)
            )
        return [found[id_] for id_ in ids]

    # -- volumes

    def volumes(self) -> Iterator[tuple[str, bytes]]:
        """Every volume's name and encoded summary."""
        return self._db.execute("select name, summary from volume order by name")

    def put_volume(self, name: str, summary: bytes | None) -> None:
        """Keep a volume's summary; None drops it."""
        if summary is None:
            self._db.execute("delete from volume where name=?", (name,))
        else:
            self._db.execute("insert or replace into volume values (?,?)", (name, summary))

    # -- sheaves: what was written

    def sheaf_keys(self) -> dict[str, bytes]:
        """The key of every sheaf that was written."""
        return dict(self._db.execute("select name, key from sheaf"))

    def sheaf_pages(self, name: str) -> dict[str, bytes]:
        """The pages of a sheaf that was written: path and key."""
        row = self._db.execute("select pages from sheaf where name=?", (name,)).fetchone()
        return _pages_decoder.decode(row[0]) if row else {}

    def all_pages(self) -> Iterator[tuple[str, dict[str, bytes]]]:
        """Every sheaf that was written, with its pages."""
        for name, pages in self._db.execute("select name, pages from sheaf"):
            yield name, _pages_decoder.decode(pages)

    def sheaf_prints(self, name: str) -> dict[str, bytes]:
        """What the bytes of a written sheaf's pages are known by, packed."""
        row = self._db.execute("select prints from sheaf where name=?", (name,)).fetchone()
        return _pages_decoder.decode(row[0]) if row else {}

    def put_sheaf(
        self, name: str, key: bytes, pages: Mapping[str, bytes], prints: Mapping[str, bytes] | None = None
    ) -> None:
        """Note a sheaf's pages as written, each with its key and, packed, what its bytes are known by."""
        encoded = _place_encoder.encode(pages), _place_encoder.encode(prints or {})
        row = (name, key, len(pages), *encoded, self._touched(SITE, name))
        self._db.execute("insert or replace into sheaf values (?,?,?,?,?,?)", row)

    def drop_sheaves(self, names: Iterable[str]) -> None:
        """Forget sheaves."""
        names = list(names)
        for name in names:
            self._touched(SITE, name)
        self._db.executemany("delete from sheaf where name=?", ((name,) for name in names))

    def drop_all_sheaves(self) -> None:
        """Forget what was written, as if there were no site."""
        self._touched_all(SITE)
        for table in ("sheaf", "pending", "doomed"):
            self._db.execute(f"delete from {table}")

    def distrust_sheaves(self) -> None:
        """Keep in mind which files are the site's, but not what they hold."""
        for name, pages in list(self.all_pages()):
            self.put_sheaf(name, b"", dict.fromkeys(pages, b""), self.sheaf_prints(name))

    def count_pages(self) -> int:
        """How many files the site has."""
        return sum(count for (count,) in self._db.execute("select count from sheaf"))

    # -- fixity

    def _touched(self, kind: str, name: str) -> int:
        """Keep in mind that a part of a manifest no longer holds; which part."""
        number = shelf(name)
        self._stale.add((kind, number))
        return number

    def _touched_all(self, kind: str) -> None:
        self._stale.update((kind, number) for number in range(SHELVES))

    def stale_manifests(self) -> set[tuple[str, int]]:
        """The parts of manifests, by kind and number, that no longer hold."""
        return {*self._stale, *self._db.execute("select kind, shelf from stale_manifest")}

    def clear_stale_manifests(self) -> None:
        """Note that all manifests hold."""
        self._stale.clear()
        self._db.execute("delete from stale_manifest")

    def page_prints(self, number: int | None) -> Iterator[tuple[str, Print]]:
        """The files of the site, of one part of its manifest or all, with what they are known by."""
        where, values = ("where shelf=?", (number,)) if number is not None else ("", ())
        for pages, prints in self._db.execute(f"select pages, prints from sheaf {where}", values):
            known = _pages_decoder.decode(prints)
            for path in _pages_decoder.decode(pages):
                if path in known:
                    yield path, unpacked(known[path])

    def source_prints(self, number: int | None) -> Iterator[tuple[str, Print | None]]:
        """The content's files, of one part of its manifest or all, with what they are known by, if it is known."""
        where, values = ("where shelf=?", (number,)) if number is not None else ("", ())
        for path, size, sha256 in self._db.execute(f"select path, size, sha256 from source {where}", values):
            yield path, Print(size, sha256) if sha256 and size >= 0 else None

    def put_source_prints(self, prints: Mapping[str, Print]) -> None:
        """Keep what files of the content are known by."""
        self._db.executemany(
            "update source set sha256=? where path=?", ((found.sha256, path) for path, found in prints.items())
        )

    def count_sources(self) -> int:
        """How many files the content folder has."""
        return int(self._db.execute("select count(*) from source").fetchone()[0])

    # -- what is about to be written

    def expect(self, sheaf: str, paths: Sequence[str]) -> None:
        """Note that pages of a sheaf are about to be written: until `put_sheaf`, nobody knows what is in them."""
        self._db.execute("insert into pending values (?,?)", (sheaf, _place_encoder.encode(paths)))

    def expected(self) -> dict[str, set[str]]:
        """The pages, by sheaf, that a build was about to write when it ended."""
        found: dict[str, set[str]] = {}
        for sheaf, paths in self._db.execute("select sheaf, paths from pending"):
            found.setdefault(sheaf, set()).update(msgspec.msgpack.decode(paths, type=list[str]))
        return found

    def clear_expected(self) -> None:
        """Note that all has been written."""
        self._db.execute("delete from pending")

    # -- what is still to be deleted

    def doom(self, paths: Iterable[str]) -> None:
        """Note files of the output that are to be deleted."""
        self._db.executemany("insert or ignore into doomed values (?)", ((path,) for path in paths))

    def doomed(self) -> list[str]:
        """The files that are to be deleted."""
        return [path for (path,) in self._db.execute("select path from doomed order by path")]

    def clear_doomed(self) -> None:
        """Note that they have been."""
        self._db.execute("delete from doomed")
