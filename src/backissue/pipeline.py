"""A build: scan, read, plan, publish. The only place where effects happen in sequence."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import msgspec

from . import batches, darkroom, executors, outputs
from .archive import Archive, clash_fault, pinned_paths
from .bodies import check as check_markdown
from .catalog import Catalog
from .config import Site, parse_site
from .entries import EntrySettings, digest, direction
from .errors import BuildStopped, ContentError, ContentErrors
from .fixity import Print
from .forecast import foresee
from .hosts import HOSTS, exceeded
from .loading.articlefile import decode
from .lock import locked
from .manifests import FOLDER, folder_identity, remove_manifests, write_manifests
from .outputs.feeds import feed_paths
from .permalinks import read_permalinks, write_permalinks
from .plan import Edition, Sheaf
from .publishing import Ledger, Publisher, Rendered, compare, guard, output_identity, reasons
from .reading import Reader, Reading
from .rendering import Theme, read_theme
from .salts import Salts, entry_salt
from .scanning import Scan, Stamp, scan
from .views import CopyView, SiteView
from .writing import prune

STATE = ".backissue"
"""The folder, beside site.yaml, of what builds remember. It can always be deleted."""

PICTURES = "pictures"
"""The folder in it of smaller pictures."""

SMALL = 150
"""Pages or articles that one process handles before a pool would have started."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of a build. `root` holds site.yaml; the folders, where given, win over those that it names.

    `jobs` is how many processes to use, 0 for as many as there are cores; `scheduler` a Dask cluster's address.
    """

    root: Path
    content: Path | None = None
    templates: Path | None = None
    output: Path | None = None
    state: Path | None = None
    clean: bool = False
    skip_bad: bool = False
    allow_gone: bool = False
    explain: bool = False
    jobs: int = 0
    scheduler: str = ""


_Outcome = tuple[bytes, int, int, int, tuple[str, ...]]


class Folders(NamedTuple):
    """Where a site's parts lie."""

    content: Path
    templates: Path
    output: Path


def folders(options: Options, site: Site) -> Folders:
    """The folders of a site: as asked for, else as site.yaml says."""
    root = options.root
    return Folders(
        options.content or root / site.content,
        options.templates or root / site.templates,
        options.output or root / site.output,
    )


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a build did. `pages` counts all files of the site, `written` those whose bytes changed."""

    articles: int
    hidden: int
    pages: int
    rendered: int
    written: int
    removed: int
    parsed: int
    faults: tuple[ContentError, ...]
    notes: tuple[str, ...]
    explained: tuple[Rendered, ...]
    output: Path


Progress = Callable[[str, int, int], None]


def read_site(root: Path) -> Site:
    """Read site.yaml of a folder; the defaults where there is none. Raises ContentErrors."""
    path = root / "site.yaml"
    if not path.exists():
        return Site()
    try:
        return parse_site(decode(path.read_bytes(), path.name), path.name)
    except OSError as error:
        raise ContentErrors([ContentError(f"can't be read: {error.strerror}", path.name)]) from None


def theme_folder() -> Path:
    """The theme that comes with backissue: in the project's folder, or inside the installed package."""
    packaged = Path(__file__).with_name("theme")
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[2] / "templates"


def build(options: Options, progress: Progress, now: datetime) -> Report:
    """Bring the output folder up to the content.

    Raises ContentErrors with every fault of the input, BuildStopped where the build was not carried out; either way the
    site that was there is untouched. With `skip_bad`, faults are in the report instead, and what they concern is left
    out of the site.
    """
    state = options.state or options.root / STATE
    try:
        with locked(state / "lock"):
            return _build(options, state, progress, now)
    except OSError as error:
        raise BuildStopped(f"{error.filename or state}: {error.strerror} — put that right and build again") from error


def _build(options: Options, state: Path, progress: Progress, now: datetime) -> Report:
    catalog_path = state / "catalog.sqlite"
    try:
        with closing(Catalog(catalog_path)) as catalog, closing(_Build(options, state, catalog, progress, now)) as work:
            return work.run()
    except sqlite3.DatabaseError:
        # Damaged in a way that opening did not show: what it knew is lost, nothing else.
        with closing(Catalog(catalog_path)) as catalog:
            catalog.begin_anew()
            with closing(_Build(options, state, catalog, progress, now)) as work:
                return work.run()


class _Build:
    """One build under way."""

    def __init__(self, options: Options, state: Path, catalog: Catalog, progress: Progress, now: datetime) -> None:
        self.options = options
        self.state = state
        self.catalog = catalog
        self.progress = progress
        self.now = now.astimezone(UTC).isoformat()
        self.site = read_site(options.root)
        places = folders(options, self.site)
        self.content, self.output = places.content, places.output
        self.theme: Theme = read_theme([theme_folder(), places.templates])
        self.salts = Salts(self.theme, self.site_view, self.site.markdown)
        self.pinned = read_permalinks(options.root)
        self._workers: executors.Workers | None = None
        self._contexts: list[Path] = []

    def close(self) -> None:
        if self._workers is not None:
            self._workers.close()
        for path in self._contexts:
            path.unlink(missing_ok=True)

    # -- the steps

    def run(self) -> Report:
        self._check()
        self._recover()
        found = scan(self.content)
        settled = self._settled(found)
        if settled is not None:
            return settled
        self._check_markdown()
        self.catalog.set_meta("settled", None)
        reading = self._read(found)
        self.catalog.commit()
        if reading.faults and not self.options.skip_bad:
            raise ContentErrors(reading.faults)
        archive = Archive(reading.volumes)
        edition = self._edition(archive, found)
        sheaves = list(outputs.sheaves(edition))
        ledger = compare(sheaves, self.catalog)
        if not self.options.allow_gone:
            guard(ledger, self.catalog.count_pages())
        limits = self._limits(sheaves, ledger, found)
        reason = None
        if self.options.explain:
            reason = reasons(self.salts.changes(self.catalog.meta("salts")), reading.changed)
        self.catalog.set_meta("salts", self.salts.encoded())
        published = Publisher(self.catalog, self.output, reason).publish(
            ledger, self.workers, self.context_path, lambda done: self.progress("rendering", done, 0)
        )
        if reading.changed:
            darkroom.clear(str(self.state / PICTURES), set(edition.files.values()), self.site.images)
        self._write_manifests()
        report = Report(
            articles=archive.count,
            hidden=self.catalog.count_hidden(),
            pages=self.catalog.count_pages(),
            rendered=published.rendered,
            written=published.written,
            removed=published.removed,
            parsed=len(reading.changed),
            faults=tuple(ContentErrors(reading.faults).faults),
            notes=(*limits, *self._notes(edition)),
            explained=published.explained,
            output=self.output,
        )
        if not reading.faults:
            outcome = (self._circumstances(), report.articles, report.hidden, report.pages, report.notes)
            self.catalog.set_meta("settled", msgspec.msgpack.encode(outcome))
            self.catalog.commit()
        return report

    def _settled(self, found: Scan) -> Report | None:
        """What a build would report that has nothing to do, as is known without a plan; None where it may have."""
        data = self.catalog.meta("settled")
        if data is None or self.options.clean or found.faults:
            return None
        circumstances, articles, hidden, pages, notes = msgspec.msgpack.decode(data, type=_Outcome)
        if (
            circumstances != self._circumstances()
            or self._known != found.files
            or self.catalog.expected()
            or self.catalog.embargo_ended(self.now)
        ):
            return None
        return Report(
            articles=articles,
            hidden=hidden,
            pages=pages,
            rendered=0,
            written=0,
            removed=0,
            parsed=0,
            faults=(),
            notes=notes,
            explained=(),
            output=self.output,
        )

    @cached_property
    def _known(self) -> dict[str, Stamp]:
        """The stamps of what was read when this build began."""
        return self.catalog.sources()

    @property
    def manifests(self) -> Path:
        """The folder of the manifests."""
        return self.state.with_name(FOLDER)

    def _write_manifests(self) -> None:
        if self.site.manifests:
            write_manifests(self.catalog, self.manifests, self._prints_of_files)
        else:
            remove_manifests(self.catalog, self.manifests)

    def _prints_of_files(self, files: Iterable[str]) -> dict[str, Print]:
        """What files of the content folder are known by; those that can't be read are left out."""
        names = sorted(files)
        parts = [names[at : at + 32] for at in range(0, len(names), 32)]
        jobs = ((str(self.content.resolve()), part) for part in parts)
        found: dict[str, Print] = {}
        for part, prints in zip(parts, self.workers(len(names)).run(batches.prints_of_files, jobs), strict=True):
            found.update((name, each) for name, each in zip(part, prints, strict=True) if each is not None)
        return found

    def _circumstances(self) -> bytes:
        """All that a build depends on beside the content folder and the catalog, as it is now: a build may choose paths
        for clashing articles, and makes the output folder.
        """
        settings = msgspec.msgpack.encode((self.site, self.pinned, sorted(self._asset_digests.items())))
        identities = output_identity(self.output), folder_identity(self.manifests) if self.site.manifests else b""
        return digest(self.salts.encoded(), settings, *identities)

    def _check(self) -> None:
        if not self.content.is_dir():
            raise BuildStopped(f"{self.content}: there is no such folder — put articles there, or name it in site.yaml")
        content, output = self.content.resolve(), self.output.resolve()
        if output == content or output in content.parents or content in output.parents:
            raise BuildStopped(
                f"{self.output}: the output folder and the content folder must not hold each other — choose another"
            )

    def _check_markdown(self) -> None:
        try:
            check_markdown(self.site.markdown)
        except ValueError as error:
            message, _, hint = str(error).partition(" — ")
            raise ContentErrors([ContentError(f"markdown: {message}", "site.yaml", None, hint)]) from None

    def _recover(self) -> None:
        """Put right what a killed build left, and drop what the catalog knows of other settings or another output."""
        catalog, output = self.catalog, output_identity(self.output)
        salt = entry_salt(self._entry_settings({}))
        if catalog.meta("entries") != salt:
            catalog.drop_all_entries()
            catalog.set_meta("entries", salt)
        if catalog.meta("staged") is not None:
            # Killed while a first build was taking the output folder's name: it has it now, or it never will.
            catalog.set_meta("output", output)
            catalog.set_meta("staged", None)
            if not output:
                catalog.drop_all_sheaves()
        if catalog.meta("output") != output:
            catalog.drop_all_sheaves()
            catalog.set_meta("output", output)
        elif self.options.clean:
            # What earlier builds wrote is still theirs to remove; but nothing is taken for known of what is in it.
            catalog.distrust_sheaves()
        doomed = catalog.doomed()
        if doomed:
            prune(self.output, doomed)
            catalog.clear_doomed()

    def _read(self, found: Scan) -> Reading:
        if self.options.clean:
            self.catalog.drop_all_entries()
        reader = Reader(
            self.catalog,
            found,
            self.context_path,
            self.content,
            self.state / "unpacked",
            self.workers,
            self.progress,
            bool(self.pinned),
        )
        known = {} if self.options.clean else self._known
        reading = reader.read(self.now, known, self._pins_that_changed())
        if reading.clashes and self.site.clash == "suffix":
            reading = self._told_apart(reader, reading)
        faults = [*reading.faults, *(clash_fault(clash, self.content.name) for clash in reading.clashes)]
        if self.options.skip_bad and reading.clashes:
            reading = reader.leave_out(place for clash in reading.clashes for place in clash.places[1:])
        self.catalog.set_meta("pinned", msgspec.msgpack.encode(self.pinned))
        return reading._replace(faults=faults)

    def _pins_that_changed(self) -> set[str]:
        """The files of articles whose line in permalinks.txt is not what it was."""
        data = self.catalog.meta("pinned")
        before = msgspec.msgpack.decode(data, type=dict[str, str]) if data else {}
        places = before.keys() | self.pinned.keys()
        return {place.partition("#")[0] for place in places if before.get(place) != self.pinned.get(place)}

    def _told_apart(self, reader: Reader, reading: Reading) -> Reading:
        """Give clashing articles paths of their own, and keep those in permalinks.txt."""
        for _attempt in range(8):  # a path that was chosen may itself be taken
            files = set()
            for clash in reading.clashes:
                self.pinned = {**self.pinned, **pinned_paths(clash, self.pinned, reading.changed)}
                files |= {place.file for place in clash.places}
            self.__dict__.pop("_context_path", None)  # the workers' context holds the paths
            reading = reader.read_again(files)
            if not reading.clashes:
                break
        write_permalinks(self.options.root, self.pinned)
        return reading

    def _edition(self, archive: Archive, found: Scan) -> Edition:
        shown = {file for volume in archive.volumes for file in volume.files} & found.files.keys()
        digests = self._file_digests(shown, found)
        return Edition(archive, self.site, self.site_view, self.catalog, self.salts.of, digests, self._asset_digests)

    def _file_digests(self, files: set[str], found: Scan) -> dict[str, bytes]:
        """The digest of each content file that an article shows; those not known yet are worked out and noted."""
        known = self.catalog.digests(files)
        unknown = sorted(files - known.keys())
        if unknown:
            parts = [unknown[at : at + 32] for at in range(0, len(unknown), 32)]
            context = self.context_path()
            results = self.workers(len(unknown)).run(batches.digest_files, ((context, part) for part in parts))
            for part, digests in zip(parts, results, strict=True):
                known.update(zip(part, digests, strict=True))
            self.catalog.put_sources((file, found.files[file], known[file]) for file in unknown)
        return known

    @cached_property
    def _asset_digests(self) -> dict[str, bytes]:
        return {name: batches.digest_of(Path(path).read_bytes()) for name, path in self.theme.assets.items()}

    def _limits(self, sheaves: list[Sheaf], ledger: Ledger, found: Scan) -> tuple[str, ...]:
        """What the site will have more of than its host takes. Raises BuildStopped where that is asked for."""
        host = HOSTS.get(self.site.host)
        if host is None:
            return ()
        scratch = self.state / "sample"

        def copied(file: CopyView) -> int:
            return Path(self.theme.assets[file.source]).stat().st_size if file.theme else found.files[file.source][0]

        def render(leaves: list[batches.Leaf]) -> list[int]:
            made = batches.render((self.context_path(), batches.Destination(str(scratch), ""), leaves))
            return [page.print.size for page in made]

        try:
            extent = foresee(sheaves, ledger, self.catalog, copied, render)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        lines = tuple(exceeded(host, extent))
        if lines and self.site.host_limits == "stop":
            raise BuildStopped("; ".join(lines))
        return lines

    def _notes(self, edition: Edition) -> tuple[str, ...]:
        notes = []
        dead = sum(volume.dead for volume in edition.archive.volumes)
        if dead:
            what = (
                "link or picture leads to a file that is" if dead == 1 else "links and pictures lead to files that are"
            )
            notes.append(f"{dead:,} {what} not in {self.content.name}/; they are shown as plain text")
        spoilt = {file: why for volume in edition.archive.volumes for file, why in volume.spoilt.items()}
        if spoilt:
            shown = [f"{self.content.name}/{file} ({why})" for file, why in sorted(spoilt.items())]
            some = ", ".join(shown[:5]) + (", …" if len(shown) > 5 else "")
            notes.append(f"shown as they are, for nothing smaller can be made of them: {some}")
        strays = edition.archive.strays()
        if strays:
            places = sorted(self.catalog.place(edition.id(spot)).file for spot in strays)
            some = ", ".join(f"{self.content.name}/{place}" for place in places[:5]) + (
                ", …" if len(places) > 5 else ""
            )
            notes.append(f"in no list, for what copy_of or version_of names is in none itself: {some}")
        return tuple(notes)

    # -- what workers need

    def workers(self, count: int) -> executors.Workers:
        """The workers for so many articles or pages."""
        if self._workers is not None:
            return self._workers
        if self.options.scheduler:
            self._workers = executors.cluster(self.options.scheduler)
            return self._workers
        jobs = self.options.jobs or executors.cores()
        if count <= SMALL or jobs == 1:
            return executors.here()
        self._workers = executors.processes(jobs)
        return self._workers

    def context_path(self) -> str:
        """Where the workers' context lies."""
        return self._context_path

    @cached_property
    def _context_path(self) -> str:
        state = self.state.resolve()
        compiled = state / "templates"
        compiled.mkdir(exist_ok=True)
        context = batches.Context(
            str(self.content.resolve()),
            str(state / "unpacked"),
            str(compiled),
            self._entry_settings(self.pinned),
            self.now,
            self.theme,
            self.site_view,
            self.site.markdown,
            str(state / PICTURES),
        )
        path = batches.write_context(context, state)
        self._contexts.append(Path(path))
        return path

    def _entry_settings(self, pinned: dict[str, str]) -> EntrySettings:
        return EntrySettings(self.site.language, self.site.timezone, self.site.tag_aliases, pinned, self.site.images)

    @cached_property
    def site_view(self) -> SiteView:
        """What templates see of the settings."""
        site = self.site
        return SiteView(
            site.title,
            site.tagline,
            site.url.rstrip("/"),
            site.language,
            direction(site.language),
            site.timezone,
            site.rights,
            site.navigation,
            feed_paths(site, ""),
        )
