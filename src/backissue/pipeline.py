"""A build: scan, read, plan, publish. The only place where effects happen in sequence."""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import msgspec

from . import darkroom, outputs, pagefind
from .archive import Archive
from .batches import bench
from .building import (
    Options,
    Outcome,
    Progress,
    Report,
    check_folders,
    check_moving,
    check_settings,
    folders,
    read_site,
    theme_folder,
)
from .catalog import Catalog
from .config import Site
from .disposable import is_full, is_outside
from .entries import EntrySettings, digest
from .errors import BuildStopped, ContentError, ContentErrors
from .executors import FORKS, Team, Workers, each
from .forecast import limits
from .indexing import Indexing
from .lock import locked
from .manifests import FOLDER, folder_identity, remove_manifests, write_manifests
from .notes import check_exposed, notes, taken_out
from .outputs.redirects import pages_of_lists
from .placing import Given, Noting, Placing, redirects
from .plan import Edition, Sheaf
from .publishing import Ledger, Published, Publisher, compare, guard, output_identity, reasons, recover, stale_sheaves
from .reading import Reader, Reading, file_digests, forget_other, purge
from .recognising import expect_missing
from .salts import Salts, entry_salt
from .scanning import Files, Listing, Scan, list_folders, scan
from .theme import read_theme
from .views import CopyView

PICTURES = "pictures"
"""The folder, in that of what builds remember, of smaller pictures."""

SIZES_ONLY = "sizes only"
"""What the catalog says of a site some of whose pages were made without manifests: of those it keeps no digests."""

TOGETHER = "together"
"""What the catalog keeps of which topics stand together, which takes a second to work out for 100,000 articles."""


STAMPS_A_SCANNER = 1_600_000
SCANNERS = 4
FOLDERS_IN_BATCH = 16
"""Bytes of stamps for each process that lists folders, which some 20,000 files have (a hundred thousand are listed in a
quarter of a second, and two processes are there after a hundredth), such processes at the most, and what they take on
at a time.
"""


def build(options: Options, progress: Progress, now: datetime) -> Report:
    """Bring the output folder up to the content.

    Raises ContentErrors with every fault of the input, BuildStopped where the build was not carried out; either way the
    site that was there is untouched. With `skip_bad`, faults are in the report instead, and what they concern is left
    out of the site.
    """
    state = options.state_folder
    try:
        with locked(state / "lock"), _uncollected():
            return _build(options, progress, now)
    except OSError as error:
        raise BuildStopped(f"{error.filename or state}: {error.strerror} — put that right and build again") from error


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the collector of cycles: a plan is made of millions of records, and no cycles."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _build(options: Options, progress: Progress, now: datetime) -> Report:
    try:
        with closing(Catalog(options.catalog)) as catalog, closing(_Build(options, catalog, progress, now)) as work:
            return work.run()
    except sqlite3.DatabaseError as error:
        if is_outside(error):
            raise _unusable(options, error) from error
    # Damaged in a way that opening did not show: what it knew is lost, nothing else.
    try:
        with closing(Catalog(options.catalog)) as catalog:
            catalog.begin_anew()
            with closing(_Build(options, catalog, progress, now)) as work:
                return work.run()
    except sqlite3.DatabaseError as error:
        raise _unusable(options, error) from error


def _unusable(options: Options, error: sqlite3.DatabaseError) -> BuildStopped:
    hint = "free some" if is_full(error) else "put that right, or delete it,"
    return BuildStopped(f"{options.catalog}: {'no space left' if is_full(error) else error} — {hint} and build again")


class Opened(NamedTuple):
    """An archive whose catalog is up to its content folder. `built` says that so is its site.

    `workers` gives the workers for so many articles, `context_path` where their context lies.
    """

    site: Site
    archive: Archive
    catalog: Catalog
    content: Path
    output: Path
    faults: tuple[ContentError, ...]
    built: bool
    workers: Callable[[int], Workers]
    context_path: Callable[[], str]


@contextmanager
def opened(options: Options, progress: Progress, now: datetime) -> Iterator[Opened]:
    """An archive as its content folder has it now: read into the catalog, with nothing rendered. No build may run.

    Raises ContentErrors with every fault of the input (with `skip_bad` they are given instead), BuildStopped where the
    archive can't be read.
    """
    state = options.state_folder
    try:
        with locked(state / "lock"), ExitStack() as held:
            try:
                catalog = held.enter_context(closing(Catalog(options.catalog)))
                archive = held.enter_context(closing(_Build(options, catalog, progress, now))).open()
            except sqlite3.DatabaseError as error:
                raise _unusable(options, error) from error
            yield archive
    except OSError as error:
        raise BuildStopped(f"{error.filename or state}: {error.strerror} — put that right and try again") from error


class _Build:
    """One build under way."""

    def __init__(self, options: Options, catalog: Catalog, progress: Progress, now: datetime) -> None:
        self.options = options
        self.state = options.state_folder
        self.catalog = catalog
        self.progress = progress
        self.now = now.astimezone(UTC).isoformat()
        self.site = read_site(options.root)
        self.folders = folders(options, self.site)
        self.theme = read_theme([theme_folder(), self.folders.templates])
        self.site_view = outputs.site_view(self.site)
        self.salts = Salts(self.theme, self.site_view, self.site.markdown)
        self.placing = Placing(options, self.site.clash, self.folders.content.name, catalog)
        self.team = Team(options.jobs, options.scheduler)
        self.indexing = Indexing(self.state / "search")
        self.engine = pagefind.version() if self.site.search == "pagefind" else ""
        self.manifests = self.state.with_name(FOLDER)
        self._contexts: list[tuple[Given, str]] = []

    def close(self) -> None:
        self.team.close()
        self.indexing.close()
        for _given, path in self._contexts:
            Path(path).unlink(missing_ok=True)

    def run(self) -> Report:
        """The steps of a build."""
        found, known, settled = self._begin(True)
        if settled is not None:
            return settled.report(self.folders.output)
        check_settings(self.site, self.engine)
        check_moving(self.options, self.folders.content, found)
        Outcome.forget(self.catalog)
        reading = self._read(found, known)
        archive = self.placing.archive(reading, self.site)
        pages = pages_of_lists(archive, self.site)
        kinds = outputs.by_setting(archive, self.site)
        noting = self.placing.reckon(archive, reading, pages, kinds, self.site)
        moved = redirects(noting.change, archive, pages, self.site.tag_aliases)
        edition = self._edition(archive, found, moved)
        edition.together.recall(self.catalog.meta(TOGETHER))
        check_exposed(edition, self.catalog, self.folders.content.name)
        sheaves = list(outputs.sheaves(edition))
        stale = stale_sheaves(sheaves, self.catalog)
        self._index(edition, stale)
        ledger = compare(sheaves, stale, self.catalog)
        if not self.options.allow_gone:
            guard(ledger, self.catalog.count_pages())
        excess = self._limits(sheaves, ledger, found)
        published = self._publish(ledger, reading, noting)
        self.catalog.set_meta(TOGETHER, edition.together.encoded())
        if reading.changed:
            darkroom.clear(str(self.state / PICTURES), set(edition.files.values()), self.site.images)
        self._write_manifests()
        lasting = (*excess, *notes(edition, self.catalog, self.folders.content.name))
        report = Report(
            articles=archive.count,
            hidden=self.catalog.count_hidden(),
            pages=self.catalog.count_pages(),
            rendered=published.rendered,
            written=published.written,
            removed=published.removed,
            parsed=len(reading.changed),
            faults=tuple(ContentErrors(reading.faults).faults),
            notes=(*lasting, *taken_out(ledger.gone)),
            explained=published.explained,
            output=self.folders.output,
        )
        self._end(report, lasting, found)
        return report

    def open(self) -> Opened:
        """The first steps of a build: read the content folder, and nothing else."""
        found, known, settled = self._begin(False)
        if settled is None:
            Outcome.forget(self.catalog)
        reading = self._read(found, known)
        return Opened(
            self.site,
            self.placing.archive(reading, self.site),
            self.catalog,
            self.folders.content,
            self.folders.output,
            tuple(ContentErrors(reading.faults).faults),
            settled is not None,
            self.team.workers,
            self.context_path,
        )

    # -- the steps

    def _begin(self, building: bool) -> tuple[Scan, Files, Outcome | None]:
        """What lies in the content folder, what the catalog knows to lie there; and how the last build left the site,
        where there is nothing to do. Who is `building` puts back what was taken away since.
        """
        check_folders(self.folders)
        forget_other(self.catalog, entry_salt(self._entry_settings(Given())))
        unknown = self.site.manifests and self.catalog.meta(SIZES_ONLY) is not None
        anew = self.options.clean or unknown
        self._knows_output = recover(self.catalog, self.folders.output, anew, self.team.workers, self.manifests)
        if building and not anew:
            expect_missing(self.catalog, self.folders.output, self.team.workers)
        known = Files({}) if self.options.clean else self.catalog.sources()
        found = scan(self.folders.content, self._listed(known), self._shared if FORKS else None)
        return found, known, self._settled(found, known)

    def _listed(self, known: Files) -> Mapping[str, Listing | None]:
        """What lies in the folders that the catalog knows, where so many files are there that processes share them."""
        if not FORKS:
            return {}
        stamps = sum(map(len, known.folders.values()))
        with Team(self.options.jobs).few(stamps // STAMPS_A_SCANNER, SCANNERS) as workers:
            if workers.count == 1:
                return {}
            return each(workers, list_folders, str(self.folders.content), list(known.folders), FOLDERS_IN_BATCH)

    def _shared(self, folders: list[str]) -> Mapping[str, Listing | None]:
        """What lies in folders of many, told by several processes."""
        with Team(self.options.jobs).few(len(folders) // FOLDERS_IN_BATCH, SCANNERS) as workers:
            return each(workers, list_folders, str(self.folders.content), folders, FOLDERS_IN_BATCH)

    def _settled(self, found: Scan, known: Files) -> Outcome | None:
        """How the last build left the site, where that is known without a plan to be as this one would leave it."""
        if self.options.clean or found.faults:
            return None
        last = Outcome.of_last(self.catalog)
        if (
            last is None
            or last.circumstances != self._circumstances()
            or not (last.noted or self.options.preview)
            or self.options.move
            or any(found.files.since(known))
            or self.catalog.expected()
            or self.catalog.embargo_ended(self.now)
        ):
            return None
        return last

    def _circumstances(self) -> bytes:
        """All that a build depends on beside the content folder and the catalog, as it is now: a build may choose paths
        for clashing articles, and makes the output folder.
        """
        addresses = self.placing.by_hand, self.placing.ledger.stamp
        known = (self.site, *addresses, sorted(self._asset_digests.items()), self.engine)
        identities = (
            output_identity(self.folders.output),
            folder_identity(self.manifests) if self.site.manifests else b"",
        )
        return digest(self.salts.encoded(), msgspec.msgpack.encode(known), *identities)

    def _read(self, found: Scan, known: Files) -> Reading:
        """Bring the catalog up to the content folder. Raises ContentErrors, unless faults may be skipped."""
        if self.options.clean:
            self.catalog.drop_all_entries()
        reader = Reader(
            self.catalog,
            found,
            self.context_path,
            self.folders.content,
            self.state / "unpacked",
            self.team.workers,
            self.progress,
            lambda: self.placing.given.pinned,
            self.placing.binds,
        )
        again = self.placing.take_up(known) if known else set()
        reading = self.placing.place(reader, reader.read(self.now, known, again))
        self.catalog.commit()
        if reading.faults and not self.options.skip_bad:
            raise ContentErrors(reading.faults)
        return reading

    def _edition(self, archive: Archive, found: Scan, moved: Mapping[str, str]) -> Edition:
        shown = {file for volume in archive.volumes for file in volume.files} & found.files.keys()
        return Edition(
            archive,
            self.site,
            self.site_view,
            self.catalog,
            self.salts.of,
            file_digests(self.catalog, found, shown, self.team.workers, self.context_path),
            self._asset_digests,
            moved,
            self.engine,
        )

    def _index(self, edition: Edition, stale: list[Sheaf]) -> None:
        self.indexing.index(
            edition,
            stale,
            self.team,
            self.context_path,
            lambda done, total: self.progress("indexing", done, total),
        )

    def _limits(self, sheaves: list[Sheaf], ledger: Ledger, found: Scan) -> tuple[str, ...]:
        def size_of(file: CopyView) -> int:
            return Path(self.theme.assets[file.source]).stat().st_size if file.theme else found.files[file.source][0]

        return limits(self.site, sheaves, ledger, self.catalog, size_of, self.context_path, self.state / "sample")

    def _publish(self, ledger: Ledger, reading: Reading, noting: Noting) -> Published:
        """Publish what is stale; the addresses are noted before anything of it is put into place."""
        reason = None
        if self.options.explain:
            reason = reasons(self.salts.changes(self.catalog.meta("salts")), reading.changed)
        self.catalog.set_meta("salts", self.salts.encoded())
        if not self.site.manifests:
            self.catalog.set_meta(SIZES_ONLY, b"1")
        # A site that the catalog has forgotten is made anew; where there never was one, all that lies there is others'.
        known = self._knows_output or not (self.options.preview or self.placing.ledger.stamp or self.manifests.exists())
        return Publisher(self.catalog, self.folders.output, reason, known).publish(
            ledger,
            self.team.workers,
            self.context_path,
            lambda done: self.progress("rendering", done, 0),
            lambda: self.placing.note(noting),
        )

    def _write_manifests(self) -> None:
        if self.site.manifests:
            self.catalog.set_meta(SIZES_ONLY, None)
            write_manifests(self.catalog, self.manifests, self.folders.content, self.team.workers)
        else:
            remove_manifests(self.catalog, self.manifests)

    def _end(self, report: Report, lasting: tuple[str, ...], found: Scan) -> None:
        """Remember the outcome, with the notes that hold as long as nothing changes, for the next build; and leave
        nothing of what was withdrawn.
        """
        if not report.faults:
            Outcome(
                self._circumstances(),
                not self.options.preview,
                report.articles,
                report.hidden,
                report.pages,
                lasting,
            ).remember(self.catalog)
            self.catalog.keep_stamps(found.files)
            self.catalog.commit()
        purge(self.catalog)

    # -- what several of them need

    def context_path(self) -> str:
        """Where the workers' context lies: it holds what articles were given of addresses, as it is now."""
        given = self.placing.given
        if not self._contexts or self._contexts[-1][0] is not given:
            state = self.state.resolve()
            compiled = state / "templates"
            compiled.mkdir(exist_ok=True)
            context = bench.Context(
                str(self.folders.content.resolve()),
                str(state / "unpacked"),
                str(compiled),
                self._entry_settings(given),
                self.now,
                self.theme,
                self.site_view,
                self.site.markdown,
                str(state / PICTURES),
                self.site.manifests,
            )
            self._contexts.append((given, bench.write_context(context, state)))
        return self._contexts[-1][1]

    def _entry_settings(self, given: Given) -> EntrySettings:
        site = self.site
        return EntrySettings(site.language, site.timezone, site.tag_aliases, given.pinned, site.images, given.known_by)

    @cached_property
    def _asset_digests(self) -> dict[str, bytes]:
        return {name: digest(Path(path).read_bytes()) for name, path in self.theme.assets.items()}
