"""Where a prepared record goes: a new file, the place of an older version, or nowhere; then the writing of it.

Nothing that a person wrote or edited is ever overwritten, nothing is deleted, and a record that came before changes
nothing. Names don't clash: an article whose name is taken gets a tail made of what it is.
"""

from __future__ import annotations

import contextlib
import os
from datetime import tzinfo
from pathlib import Path
from typing import Literal

import msgspec

from ..article import Article, Status
from ..loading.jsonlines import parted
from ..slugs import slug, tailed
from .accounts import Verdict
from .holdings import Holding, Holdings, holding_of
from .linefiles import LineFiles
from .names import house, house_from_top, page_of, parse, stem, with_stem
from .preparing import Again, Known, Prepared, Repeated, rehoused, settled
from .sealing import Seal, seal_of

EDITED = "conflict: edited by hand since it was imported — move your edits to another file, or leave this record out"


class Placed(msgspec.Struct, frozen=True, array_like=True):
    """What became of a record; `path` is what its article is called by. `as_` tells more of an imported one."""

    outcome: Verdict
    path: str
    reason: str = ""
    as_: Literal["", "replacement", "version"] = ""


class Shelves:
    """The content folder and the index of what it holds, while records are placed. With `dry`, nothing is written."""

    def __init__(self, content: Path, holdings: Holdings, zone: tzinfo, now: str, *, dry: bool = False) -> None:
        self._content = content
        self._holdings = holdings
        self._zone = zone
        self._now = now
        self._dry = dry
        self._folders: set[str] = set()
        self._lines = LineFiles(content, holdings)

    def place(self, record: Prepared | Known | Again | Repeated) -> Placed:
        """Find a record its place, and put it there. Raises OSError where it can't be written."""
        if isinstance(record, Repeated):
            return Placed("duplicate", "", f"repeats {record.of}" if record.of else "repeats an earlier record")
        if isinstance(record, Known):
            old = self._holdings.of_origin(record.origin)
            return Placed("duplicate", old.path if old else "", "imported before")
        if isinstance(record, Again):
            return self._again(record)
        new = record.holding
        same = self._holdings.of_origin(new.origin)
        if same is not None and same.record == new.record:
            return Placed("duplicate", same.path, "imported before")
        twin = self._holdings.of_record(new.record)
        if twin is not None:
            return Placed("duplicate", twin.path, "the same article")
        if same is not None and not self._is_namesake(same, record):
            return self._replace(same, record)
        versions = self._holdings.of_identity(new.identity)
        if not versions:
            return self._shelve(record, self._free_path(new))
        twin = next((one for one in versions if one.content == new.content), None)
        if twin is not None:
            return Placed("duplicate", twin.path, "the same article")
        return self._add_version(versions, record)

    def _again(self, record: Again) -> Placed:
        """What to say of a record that was read before, and that the archive has: as if it had been read now."""
        same = self._holdings.of_origin(record.origin)
        if same is not None and same.record == record.record:
            return Placed("duplicate", same.path, "imported before")
        versions = self._holdings.of_identity(record.identity)
        twin = self._holdings.of_record(record.record) or next(
            (one for one in versions if one.content == record.content), None
        )
        return Placed("duplicate", twin.path if twin else "", "the same article")

    def _is_namesake(self, old: Holding, record: Prepared) -> bool:
        """Whether the same bytes came in under another name before, and the name (a site's permalink) tells them apart.

        They are two articles then: to put one in the place of the other would lose an address, on every import again.
        """
        if old.importer != record.holding.importer:
            return False
        before = self._read(old.path)
        provenance = parse(record.text.encode(), record.holding.path, self._zone).provenance
        if before is None or before.provenance is None or provenance is None:
            return False
        return before.provenance.file != provenance.file

    # -- three ways to place a record

    def _shelve(self, record: Prepared, path: str, *, version_of: str = "", withdrawn: bool = False) -> Placed:
        """Write a record as a new file."""
        holding, text = record.holding, record.text
        if path != holding.path or version_of:
            article = msgspec.structs.replace(self._renamed(record, path), slug=stem(path), version_of=version_of)
            if withdrawn:
                article = msgspec.structs.replace(article, status="withdrawn")
            article, text = settled(article, holding.record, path, self._zone)
            holding = holding_of(article, path, self._zone, Seal(holding.record, True))
        self._write_files(path, record.files)
        self._write(holding, text)
        return self._placed(holding, "version" if version_of else "")

    def _replace(self, old: Holding, record: Prepared) -> Placed:
        """Put what an importer makes of a record today in the place of what it made of it before."""
        if not old.intact:
            return Placed("rejected", old.path, f"{EDITED} ({old.path})")
        article = self._renamed(record, old.path)
        before = self._read(old.path)
        if before is not None:
            kept = before.slug if stem(old.path) == before.slug else article.slug
            provenance = article.provenance
            if provenance is not None and before.provenance is not None:
                provenance = msgspec.structs.replace(provenance, imported=before.provenance.imported)
            status = before.status if before.version_of and before.status == "withdrawn" else article.status
            article = msgspec.structs.replace(
                article,
                slug=kept,
                copy_of=before.copy_of,
                version_of=before.version_of,
                status=status,
                provenance=provenance,
            )
            article = _redirecting(article, before, old.path)
        article, text = settled(article, record.holding.record, old.path, self._zone)
        holding = holding_of(article, old.path, self._zone, Seal(record.holding.record, True))
        self._write_files(old.path, record.files)
        self._write(holding, text)
        return self._placed(holding, "replacement")

    def _add_version(self, versions: list[Holding], record: Prepared) -> Placed:
        """Add a version of an article: the newest keeps the article's file and page, the others stay beside it."""
        newest = next((one for one in versions if not one.version_of), versions[0])
        if not supersedes(record.holding, newest):
            path = self._version_path(newest.path, record.holding)
            withdrawn = newest.status == "withdrawn"
            return self._shelve(record, path, version_of=newest.path, withdrawn=withdrawn)
        if not newest.intact:
            return Placed("rejected", newest.path, f"{EDITED} ({newest.path})")
        before = self._read(newest.path)
        article = self._renamed(record, newest.path)
        if before is not None:
            # First the older one finds its new place, then the newer takes the old one: nothing is lost between. An
            # import that was stopped just then has left it there.
            if not any(one.record == newest.record and one.version_of == newest.path for one in versions):
                to = self._version_path(newest.path, newest)
                self._move(before, newest, to, withdrawn=record.holding.status == "withdrawn")
            article = msgspec.structs.replace(article, slug=slug(before.slug or before.title))
            article = _redirecting(article, before, newest.path)
        if record.holding.status == "withdrawn":
            for one in versions:
                if one.path != newest.path:
                    self._withdraw(one)
        article, text = settled(article, record.holding.record, newest.path, self._zone)
        holding = holding_of(article, newest.path, self._zone, Seal(record.holding.record, True))
        self._write_files(newest.path, record.files)
        self._write(holding, text)
        return self._placed(holding, "version")

    def _move(self, article: Article, holding: Holding, to: str, *, withdrawn: bool) -> None:
        """Give an article a new file as an older version of the one that its file will hold."""
        files = self._files_beside(holding.path)
        article = rehoused(article, {f"{house(holding.path)}/{name}": f"{house(to)}/{name}" for name in files})
        status: Status = "withdrawn" if withdrawn else article.status
        article = msgspec.structs.replace(
            article, slug=stem(to), aliases=(), copy_of="", version_of=holding.path, status=status
        )
        article, text = settled(article, holding.record, to, self._zone)
        self._write_files(to, files)
        self._write(holding_of(article, to, self._zone, Seal(holding.record, True)), text)

    def _withdraw(self, version: Holding) -> None:
        """Withdraw an older version, unless somebody edited it: then it is theirs to decide."""
        article = self._read(version.path) if version.intact and version.status != "withdrawn" else None
        if article is not None:
            article = msgspec.structs.replace(article, status="withdrawn")
            article, text = settled(article, version.record, version.path, self._zone)
            self._write(holding_of(article, version.path, self._zone, Seal(version.record, True)), text)

    def set_copy_of(self, holding: Holding, story: str, bands: bytes | None) -> bool:
        """Note in an article's file whose story it tells; False where the file is not ours to change."""
        article = self._read(holding.path) if holding.intact else None
        if article is None:
            return False
        article = msgspec.structs.replace(article, copy_of=story)
        article, text = settled(article, holding.record, holding.path, self._zone)
        new = holding_of(article, holding.path, self._zone, Seal(holding.record, True))
        self._write(new, text, considered=True, bands=bands)
        return True

    # -- names

    def _free_path(self, holding: Holding) -> str:
        """The path that a record would like, or one with a tail where an article has that, or its page."""
        if not self._taken(holding.path, holding.page):
            return holding.path
        for what in (holding.identity or holding.content, holding.record, f"{holding.record} {holding.origin}"):
            name = tailed(stem(holding.path), what)
            path = with_stem(holding.path, name)
            if not self._taken(path, f"{holding.page.rpartition('/')[0]}/{name}.html"):
                return path
        raise FileExistsError(f"no free name for {holding.path}")

    def _version_path(self, path: str, version: Holding) -> str:
        """The path of a version of the article at `path`: `name-v2.md`, `name-v2019-03-01.md`, `name-v1f2e3d4c.md`."""
        what = version.version or (version.updated or version.captured or version.date)[:10] or version.content[:8]
        own = stem(path)
        name = f"{own}-v{slug(what)}"
        name = name if len(name) <= 120 else tailed(own, f"{own} {what}")
        for candidate in (name, tailed(name, version.content), tailed(name, version.record + version.origin)):
            if not self._taken(with_stem(path, candidate), ""):
                return with_stem(path, candidate)
        raise FileExistsError(f"no free name for a version of {path}")

    def _taken(self, path: str, page: str) -> bool:
        if self._holdings.at(path) is not None or (page and self._holdings.has_page(page)):
            return True
        return not parted(path)[1] and os.path.lexists(self._content / path)

    # -- files

    @property
    def full(self) -> bool:
        """Whether it is time for a `flush`, whatever the number of records."""
        return self._lines.full

    def flush(self) -> None:
        """Write the lines that wait at the ends of files, and keep the index. Raises OSError."""
        self._lines.flush()

    def finish(self) -> None:
        """Write all that waits, changed lines too, and keep the index. Raises OSError."""
        self._lines.rewrite()
        self._holdings.commit()

    def close(self) -> None:
        """Forget what waits."""
        self._lines.close()

    def _renamed(self, record: Prepared, path: str) -> Article:
        """A record's article as it reads at another path than it had asked for: its pictures lie elsewhere."""
        article = parse(record.text.encode(), record.holding.path, self._zone)
        old, new = house(record.holding.path), house(path)
        article = rehoused(article, {f"{old}/{name}": f"{new}/{name}" for name in record.files})
        return _unsealed(article)

    def _read(self, path: str) -> Article | None:
        """An article's file as it was written by us; None where it is not there (nothing is, on a dry run)."""
        try:
            data = self._lines.read(path) if parted(path)[1] else (self._content / path).read_bytes()
        except FileNotFoundError:
            return None
        seal = seal_of(data, path)
        if seal is None or not seal.intact:
            return None
        return _unsealed(parse(data, path, self._zone))

    def _write(self, holding: Holding, text: str, *, considered: bool = False, bands: bytes | None = None) -> None:
        if self._dry:
            self._holdings.put(holding, None)
            return
        if parted(holding.path)[1]:
            there = self._holdings.spot(holding.path) is not None
            stamp = (self._lines.change if there else self._lines.append)(holding.path, text)
            self._holdings.put(holding, stamp, considered=considered, bands=bands)
            return
        target = self._content / holding.path
        self._write_bytes(target, text.encode())
        status = target.stat()
        stamp = (status.st_size, status.st_mtime_ns, status.st_ino)
        self._holdings.put(holding, stamp, considered=considered, bands=bands)

    def _write_files(self, path: str, files: dict[str, bytes]) -> None:
        if self._dry:
            return
        for name, data in files.items():
            self._write_bytes(self._content / house_from_top(path) / name, data)

    def _write_bytes(self, target: Path, data: bytes) -> None:
        """Put a file in its place whole or not at all."""
        folder = os.fspath(target.parent)
        if folder not in self._folders:
            os.makedirs(folder, exist_ok=True)
            self._folders.add(folder)
        partial = f"{folder}/.{target.name}.part"
        try:
            with open(partial, "wb") as stream:
                stream.write(data)
            os.replace(partial, target)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(partial)
            raise

    def _files_beside(self, path: str) -> dict[str, bytes]:
        folder = self._content / house_from_top(path)
        return {
            file.relative_to(folder).as_posix(): file.read_bytes()
            for file in sorted(folder.rglob("*"))
            if file.is_file() and not file.name.startswith(".")
        }

    def _placed(self, holding: Holding, as_: Literal["", "replacement", "version"]) -> Placed:
        if not holding.hidden(self._now):
            return Placed("imported", holding.path, "", as_)
        reason = "a draft" if holding.draft else f"embargo until {holding.embargo}"
        return Placed("withheld", holding.path, reason, as_)


def supersedes(new: Holding, old: Holding) -> bool:
    """Whether a record is newer than the article of its identity that is there.

    The publisher's version numbers decide, then when it was updated (or dated), then when it was captured; where they
    say nothing, what comes later is newer. But an excerpt (a feed's, say) never takes the place of the whole text that
    another format gave, and a draft never that of what was published: nothing would lead to it any more.
    """
    if new.draft != old.draft:
        return old.draft
    if new.importer.split("/")[0] != old.importer.split("/")[0]:
        if 2 * new.length < old.length:
            return False
        if new.length > 2 * old.length:
            return True
    if new.version.isdecimal() and old.version.isdecimal() and int(new.version) != int(old.version):
        return int(new.version) > int(old.version)
    for mine, its in ((new.updated or new.sort, old.updated or old.sort), (new.captured, old.captured)):
        if mine and its and mine != its:
            return mine > its
    return True


def _redirecting(article: Article, before: Article, path: str) -> Article:
    """An article that takes another's file, with its addresses: the other's page too, where its own is elsewhere."""
    was = page_of(before, path)
    moved = () if page_of(article, path) == was else (f"/{was}",)
    aliases = dict.fromkeys((*article.aliases, *before.aliases, *moved))
    return msgspec.structs.replace(article, aliases=tuple(aliases))


def _unsealed(article: Article) -> Article:
    provenance = article.provenance
    if provenance is not None:
        provenance = msgspec.structs.replace(provenance, fixity="")
    return msgspec.structs.replace(article, provenance=provenance)
