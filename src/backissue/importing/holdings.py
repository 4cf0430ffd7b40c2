"""What the content folder holds, as imports need to know it: an index in SQLite that is a cache of the files.

The files are the truth: every fact here is read from them, the index is brought up to date with them before each
import, and one that is missing, damaged or of another version is made again. So it may be thrown away at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from ..article import Article
from ..dates import Date, parse_date
from ..disposable import connect, discard
from ..errors import ContentErrors
from ..loading import LINES_SUFFIXES
from ..loading.jsonlines import line_path, parse_line, parted
from ..paths import page_path
from ..references import digest_of, title_reference, url_reference
from ..scanning import Stamp, is_article_file, walk
from ..slugs import term_key
from .names import house, page_of, parse
from .sealing import Seal, digest, seal_of

SCHEMA_VERSION = 4

_SCHEMA = """
create table meta (name text primary key, value text) without rowid;
create table holding (
    path text primary key, size integer, mtime integer, inode integer,
    origin integer, identity integer, record integer, page integer, copy_of integer,
    considered integer default 0, facts blob, bands blob, on_line integer default 0
);
create table lines (path text primary key, size integer, mtime integer, inode integer) without rowid;
create table remembered (input text primary key, told blob) without rowid;
create index holding_origin on holding (origin) where origin is not null;
create index holding_identity on holding (identity) where identity is not null;
create index holding_record on holding (record) where record is not null;
create index holding_page on holding (page) where page is not null;
create index holding_copy on holding (copy_of) where copy_of is not null;
create index holding_unconsidered on holding (considered) where considered = 0;
"""


_PUT = """
insert into holding values (?,?,?,?,?,?,?,?,?,?,?,?,?) on conflict (path) do update set
    size=excluded.size, mtime=excluded.mtime, inode=excluded.inode, origin=excluded.origin, identity=excluded.identity,
    record=excluded.record, page=excluded.page, copy_of=excluded.copy_of, considered=excluded.considered,
    facts=excluded.facts, bands=excluded.bands
"""


_FOLLOWING = """
drop table if exists temp.there;
drop table if exists temp.changed;
drop table if exists temp.touched;
create temp table there (path text primary key, size integer, mtime integer, inode integer, many integer) without rowid;
create temp table changed
    (path text primary key, size integer, mtime integer, inode integer, many integer) without rowid;
create temp table touched (path text primary key) without rowid;
"""
_CHANGED = """
insert into changed select there.* from there
left join holding on holding.path=there.path and not holding.on_line left join lines on lines.path=there.path
where (there.size, there.mtime, there.inode) is not (
    iif(there.many, lines.size, holding.size),
    iif(there.many, lines.mtime, holding.mtime),
    iif(there.many, lines.inode, holding.inode)
)
"""
_GONE_FILES = "select path from lines where path not in (select path from there)"
_GONE = """
select path from holding where not on_line and path not in (select path from there) and path>?
order by path limit 1000
"""
_OF_FILE = "on_line and path>? and path<?"
_LOST_LINES = f"""
select path from holding where {_OF_FILE} and path not in (select path from touched) and path>?
order by path limit 1000
"""
_COMMIT_EVERY = 5_000
AGAIN = "~"
"""Marks what can't be called by its slug, for another line of the file has that already."""


class Holding(msgspec.Struct, frozen=True, array_like=True):
    """An article's file, as far as imports care. Dates are EDTF or empty, `embargo` an instant (UTC) or empty.

    `path` is what it is called by (see `names`), `page` the path of its page. `origin` stands for the record it was
    imported from, `identity` for what the publisher calls it by, `record` and `content` for what was read; all are
    empty where nothing was imported. `intact` says that the file, or line, is as an import wrote it. `length` is the
    body's, in characters. `source` and `headline` tell newspapers and headlines apart, whatever their case.
    """

    path: str
    page: str = ""
    origin: str = ""
    identity: str = ""
    record: str = ""
    content: str = ""
    importer: str = ""
    intact: bool = False
    imported: str = ""
    date: str = ""
    sort: str = ""
    updated: str = ""
    captured: str = ""
    version: str = ""
    length: int = 0
    via: bool = False
    draft: bool = False
    embargo: str = ""
    status: str = ""
    copy_of: str = ""
    version_of: str = ""
    source: str = ""
    headline: str = ""

    def hidden(self, now: str) -> bool:
        """Whether it is not to be published at the instant `now` (UTC, ISO 8601): a draft, or under embargo."""
        return self.draft or self.embargo > now


def holding_of(article: Article, path: str, zone: tzinfo, seal: Seal | None = None) -> Holding:
    """What imports need to know of an article that lies at `path`."""
    provenance = article.provenance
    holding = Holding(
        path=path,
        page=page_of(article, path),
        content=content_digest(article, path) if provenance else "",
        date=article.date.edtf if article.date else "",
        sort=article.date.sort_key if article.date else "",
        updated=article.updated.sort_key if article.updated else "",
        captured=article.captured.sort_key if article.captured else "",
        version=article.version,
        length=len(article.body),
        via=article.via is not None,
        draft=article.draft,
        embargo=instant(article.embargo, zone) if article.embargo else "",
        status=article.status,
        copy_of=article.copy_of,
        version_of=article.version_of,
        source=term_key(article.source.name) if article.source else "",
        headline=title_reference(article.title),
    )
    if provenance is None:
        return holding
    return msgspec.structs.replace(
        holding,
        origin=f"{provenance.digest}#{provenance.place}" if provenance.digest else "",
        identity=identity_key(provenance.identity, provenance.format, provenance.file),
        record=seal.record if seal else "",
        importer=provenance.importer,
        intact=seal is not None and seal.intact,
        imported=provenance.imported.edtf if provenance.imported else "",
    )


def content_digest(article: Article, path: str) -> str:
    """What makes two records of one identity the same: headline, day, text and status, not who made them when."""
    parts = (
        article.title,
        article.summary,
        article.date.edtf[:10] if article.date else "",
        article.body.replace(f"{house(path)}/", ""),  # where its pictures lie
        article.status,
        article.draft,
    )
    return digest(msgspec.msgpack.encode(parts))


def identity_key(identity: str, format_: str, name: str) -> str:
    """A key for what a publisher calls an article by, or empty where that can tell nothing apart.

    A URL counts without scheme, `www.` and tracking parameters, whatever the format that it is read from; the address
    of a whole site (`https://paper.example/`) names no article. What is no URI counts within its format and file only.
    """
    identity = identity.strip()
    if not identity:
        return ""
    if "://" in identity:
        reference = url_reference(identity)
        return reference if "/" in reference or "?" in reference else ""
    return identity if ":" in identity else f"{format_}:{name}:{identity}"


def instant(date: Date, zone: tzinfo) -> str:
    """The instant at which a date begins, UTC, ISO 8601."""
    text = date.edtf
    if date.precision != "time":
        text = parse_date(f"{text}{'0000-01-01'[len(text) :]} 00:00", zone).edtf
    return datetime.fromisoformat(text).astimezone(UTC).isoformat()


def read_holding(content: str, path: str, zone_name: str) -> Holding:
    """Read a file of the content folder; one that is no sound article holds its path and nothing else."""
    try:
        data = Path(content, path).read_bytes()
        zone = ZoneInfo(zone_name)
        return holding_of(parse(data, path, zone), path, zone, seal_of(data, path))
    except (ContentErrors, OSError):
        return Holding(path)


def read_holdings(task: tuple[str, str, Sequence[str]]) -> list[Holding]:
    """`read_holding` for a batch of paths: (content folder, zone, paths)."""
    content, zone_name, paths = task
    return [read_holding(content, path, zone_name) for path in paths]


def read_lines(task: tuple[str, str, Sequence[bytes]]) -> list[Holding | None]:
    """What each of some lines of a JSON Lines file holds: (its path, zone, lines); None for one that can't be read."""
    file, zone_name, lines = task
    zone = ZoneInfo(zone_name)
    found: list[Holding | None] = []
    for data in lines:
        try:
            article = parse_line(data, file, 1, zone)
            path = line_path(file, page_path(article, file).rpartition("/")[2].removesuffix(".html"))
            # Compressed files are nobody's to change.
            seal = seal_of(data, path) if file.endswith(".jsonl") else None
            found.append(holding_of(article, path, zone, seal))
        except ContentErrors:
            found.append(None)
    return found


def line_digest(data: bytes) -> int:
    """What stands for a line's bytes in the index: 63 bits."""
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big") >> 1


class Line(NamedTuple):
    """A line of a JSON Lines file: where it begins, in bytes, and its bytes without the line end."""

    start: int
    data: bytes


class Spot(msgspec.Struct, frozen=True, array_like=True):
    """Where an article's text lies: what it is called by, and for a line where that begins and how long it is."""

    path: str
    start: int
    length: int

    def read(self, content: Path) -> bytes:
        """The bytes of the file, or of the line. Raises OSError."""
        file, name = parted(self.path)
        if not name:
            return (content / file).read_bytes()
        with (content / file).open("rb") as stream:
            stream.seek(self.start)
            return stream.read(self.length)


class Holdings:
    """The open index. Kept from one import to the next in a file, or, where `path` is None, only in memory."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        try:
            self._db = connect(self._path)
            if self.meta("schema") != str(SCHEMA_VERSION):
                raise sqlite3.DatabaseError("another version's index")
        except sqlite3.DatabaseError:
            self._begin_anew()
        self._decoder = msgspec.msgpack.Decoder(Holding)
        self._encoder = msgspec.msgpack.Encoder()

    def _begin_anew(self) -> None:
        with contextlib.suppress(AttributeError, sqlite3.Error):
            self._db.close()
        discard(self._path)
        self._db = connect(self._path)
        self._db.executescript(_SCHEMA)
        self.set_meta("schema", str(SCHEMA_VERSION))
        self._db.commit()

    def commit(self) -> None:
        """Keep all that was changed since the last commit."""
        self._db.commit()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def meta(self, name: str) -> str:
        """A remembered value, or empty."""
        row = self._db.execute("select value from meta where name=?", (name,)).fetchone()
        return row[0] if row else ""

    def set_meta(self, name: str, value: str) -> None:
        """Remember a value."""
        self._db.execute("insert or replace into meta values (?,?)", (name, value))

    # -- following the files

    def follow(
        self,
        files: Iterable[tuple[str, Stamp]],
        read: Callable[[Iterator[str], int], Iterable[Holding]],
        read_file: Callable[[str, int | None], Iterable[tuple[Line, Holding | None]]],
    ) -> None:
        """Bring the index up to date with the content folder's files.

        `read` reads files of one article that are new or changed, so many as it is told; `read_file` gives the lines of
        a JSON Lines file, and is told of one that an import began to append to how long that was before.
        """
        self._db.executescript(_FOLLOWING)
        rows = ((path, *stamp, path.endswith(LINES_SUFFIXES)) for path, stamp in files)
        self._db.executemany("insert into there values (?,?,?,?,?)", rows)
        self._db.execute(_CHANGED)
        for (file,) in self._db.execute(_GONE_FILES).fetchall():
            self._follow_lines(file, (0, 0, 0), ())
            self._db.execute("delete from lines where path=?", (file,))
        self._drop_all(_GONE)
        count = self._db.execute("select count(*) from changed where not many").fetchone()[0]
        paths = (path for (path,) in self._db.execute("select path from changed where not many order by path"))
        for number, holding in enumerate(read(paths, count), 1):
            stamp = self._db.execute("select size, mtime, inode from changed where path=?", (holding.path,)).fetchone()
            self.put(holding, stamp)
            if number % _COMMIT_EVERY == 0:
                self.commit()
        self.commit()
        many = self._db.execute("select path, size, mtime, inode from changed where many order by path").fetchall()
        for file, size, time, inode in many:
            self._follow_lines(file, (size, time, inode), read_file(file, self.safe_length(file)))
        self._db.executescript("drop table there; drop table changed; drop table touched")
        self.commit()

    def _follow_lines(self, file: str, stamp: Stamp, lines: Iterable[tuple[Line, Holding | None]]) -> None:
        """Bring the index up to date with a JSON Lines file; lines that are as they were only find their new place."""
        self._db.execute("delete from touched")
        self.set_lines(file, (-1, stamp[0], 0))
        for number, (line, holding) in enumerate(lines, 1):
            if holding is None:
                continue
            path, count = holding.path, 1
            while not self._db.execute("insert or ignore into touched values (?)", (path,)).rowcount:
                count += 1
                path = f"{holding.path}{AGAIN}{count}"
            place = (line.start, len(line.data), line_digest(line.data))
            moved = "update holding set size=?, mtime=? where path=? and inode=?"
            if not self._db.execute(moved, (place[0], place[1], path, place[2])).rowcount:
                self.put(msgspec.structs.replace(holding, path=path), place)
            if number % _COMMIT_EVERY == 0:
                self.commit()
        self._drop_all(_LOST_LINES, *_range(file))
        self.set_lines(file, stamp)
        self.commit()

    def _drop_all(self, query: str, *values: str) -> None:
        """Drop what a query finds after some path, page by page, until it finds nothing."""
        last = ""
        while paths := [path for (path,) in self._db.execute(query, (*values, last))]:
            for last in paths:
                self.drop(last)

    # -- JSON Lines files

    def set_lines(self, file: str, stamp: Stamp) -> None:
        """Keep a JSON Lines file's stamp; (-1, size, 0) for one that is being changed and was whole at that size."""
        self._db.execute("insert or replace into lines values (?,?,?,?)", (file, *stamp))

    def safe_length(self, file: str) -> int | None:
        """How long a JSON Lines file was before an import that was stopped began to append to it; None: it was not."""
        row = self._db.execute("select mtime from lines where path=? and size=-1", (file,)).fetchone()
        return row[0] if row else None

    def lines_of(self, file: str) -> Iterator[Spot]:
        """The articles of a JSON Lines file, in the order of their lines."""
        query = f"select path, size, mtime from holding where {_OF_FILE} order by size"
        return (Spot(*row) for row in self._db.execute(query, _range(file)))

    def move_lines(self, places: Iterable[tuple[int, int, str]]) -> None:
        """Note where articles' lines lie now: beginning, length, what the article is called by."""
        self._db.executemany("update holding set size=?, mtime=? where path=?", places)

    def spot(self, path: str) -> Spot | None:
        """Where the text of the article that is called `path` lies."""
        row = self._db.execute("select path, size, mtime from holding where path=?", (path,)).fetchone()
        return Spot(*row) if row else None

    def spot_at_row(self, row: int) -> Spot:
        """Where the text of the article of a row number lies."""
        return Spot(*self._db.execute("select path, size, mtime from holding where rowid=?", (row,)).fetchone())

    # -- changing

    def put(
        self, holding: Holding, stamp: Stamp | None, *, considered: bool = False, bands: bytes | None = None
    ) -> None:
        """Keep what is known of a file, in place of what was known; its copies are to be looked at again."""
        self._db.execute(
            _PUT,
            (
                holding.path,
                *(stamp or (0, 0, 0)),
                _key(holding.origin),
                _key(holding.identity),
                _key(holding.record),
                _key(holding.page),
                _key(holding.copy_of),
                int(considered),
                self._encoder.encode(holding),
                bands,
                int(bool(parted(holding.path)[1])),
            ),
        )
        if not considered:
            self._db.execute("update holding set considered=0 where copy_of=?", (_key(holding.path),))

    def drop(self, path: str) -> None:
        """Forget a file; what was a copy of its article is to be looked at again."""
        self._db.execute("delete from holding where path=?", (path,))
        self._db.execute("update holding set considered=0 where copy_of=?", (_key(path),))

    # -- looking up

    def at(self, path: str) -> Holding | None:
        """The holding at a path."""
        return next(self._where("path=?", path), None)

    def of_origin(self, origin: str) -> Holding | None:
        """The article that was made from a record."""
        return next(self._where("origin=?", _key(origin)), None) if origin else None

    def of_record(self, record: str) -> Holding | None:
        """An article that was made from a record of the very same content, whatever the input."""
        return next(self._where("record=?", _key(record)), None) if record else None

    def of_identity(self, identity: str) -> list[Holding]:
        """All versions of the article that a publisher calls by one identity, in the order of their paths."""
        return sorted(self._where("identity=?", _key(identity)), key=lambda one: one.path) if identity else []

    def has_page(self, page: str) -> str:
        """The path of an article that has this page, or empty."""
        row = self._db.execute("select path from holding where page=? limit 1", (_key(page),)).fetchone()
        return row[0] if row else ""

    def remember(self, key: str, told: bytes) -> None:
        """Keep what was made of an input (see `remembering`)."""
        self._db.execute("insert or replace into remembered values (?,?)", (key, told))

    def _where(self, condition: str, value: str | int | None) -> Iterator[Holding]:
        for (facts,) in self._db.execute(f"select facts from holding where {condition} order by path", (value,)):
            yield self._decoder.decode(facts)

    # -- grouping

    def all(self) -> Iterator[tuple[int, Holding, bool, bytes | None]]:
        """Every holding, in the order of paths: row number, facts, whether it has been considered, bands."""
        query = "select rowid, facts, considered, bands from holding order by path"
        for row, facts, considered, bands in self._db.execute(query):
            yield row, self._decoder.decode(facts), bool(considered), bands

    def without_bands(self) -> Iterator[tuple[int, Holding]]:
        """The holdings whose texts have no bands yet, with their row numbers."""
        for row, facts in self._db.execute("select rowid, facts from holding where bands is null order by path"):
            yield row, self._decoder.decode(facts)

    def unconsidered(self) -> Iterator[tuple[int, Holding]]:
        """The holdings that have not been looked at for copies, with their row numbers."""
        for row, facts in self._db.execute("select rowid, facts from holding where considered=0 order by path"):
            yield row, self._decoder.decode(facts)

    def at_row(self, row: int) -> tuple[Holding, bytes | None]:
        """The holding of a row number, with its bands."""
        facts, bands = self._db.execute("select facts, bands from holding where rowid=?", (row,)).fetchone()
        return self._decoder.decode(facts), bands

    def set_bands(self, found: Iterable[tuple[int, bytes]]) -> None:
        """Keep the bands of holdings, by row number."""
        self._db.executemany("update holding set bands=? where rowid=?", ((bands, row) for row, bands in found))

    def set_considered(self, rows: Iterable[int]) -> None:
        """Note that holdings have been looked at for copies."""
        self._db.executemany("update holding set considered=1 where rowid=?", ((row,) for row in rows))

    def forget_stories(self, *, bands: bool) -> None:
        """Have every article looked at for copies again, and, if `bands`, from its text on."""
        self._db.execute("update holding set considered=0" + (", bands=null" if bands else ""))


_decoder = msgspec.msgpack.Decoder(Holding)


class Seen:
    """The index as a reading process sees it: which records came before, so that they cost next to nothing again."""

    def __init__(self, path: str) -> None:
        self._db: sqlite3.Connection | None = None
        if path and os.path.exists(path):
            with contextlib.suppress(sqlite3.Error):
                self._db = sqlite3.connect(f"{Path(path).resolve().as_uri()}?mode=ro", uri=True, timeout=1)

    def has(self, origin: str, record: str) -> bool:
        """Whether this very record, with this very content, is in the archive."""
        return self._one("select 1 from holding where origin=? and record=?", _key(origin), _key(record)) is not None

    def note(self, key: str) -> bytes | None:
        """What was noted of an input (see `remembering`)."""
        row = self._one("select told from remembered where input=?", key)
        return bytes(row[0]) if row else None

    def has_record(self, record: str) -> bool:
        """Whether a record of this content is in the archive, whatever the input."""
        return self._one("select 1 from holding where record=?", _key(record)) is not None

    def contents_of(self, identity: str) -> set[str]:
        """What was read of each version of the article that a publisher calls by one identity."""
        if self._db is None or not identity:
            return set()
        try:
            rows = self._db.execute("select facts from holding where identity=?", (_key(identity),)).fetchall()
        except sqlite3.Error:
            return set()
        return {_decoder.decode(facts).content for (facts,) in rows}

    def _one(self, query: str, *values: str | int | None) -> tuple[Any, ...] | None:
        """The first row of what a query finds; None where there is none, or no index that can be read."""
        if self._db is None:
            return None
        try:
            row: tuple[Any, ...] | None = self._db.execute(query, values).fetchone()
        except sqlite3.Error:
            return None
        return row

    def close(self) -> None:
        """Close the index."""
        if self._db is not None:
            self._db.close()


def _range(file: str) -> tuple[str, str]:
    """Between which two texts lies whatever the lines of a file are called."""
    return line_path(file, ""), file + chr(ord("#") + 1)


def _key(text: str) -> int | None:
    return digest_of(text) if text else None


def article_files(content: Path) -> Iterator[tuple[str, Stamp]]:
    """The files of the content folder that hold articles, by their paths in it, each with its stamp."""
    return ((path, stamp) for path, stamp in walk(content, []) if is_article_file(path))
