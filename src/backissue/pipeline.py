"""A build: scan, read, plan, publish. The only place where effects happen in sequence."""

from __future__ import annotations

import gc
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import msgspec

from . import addresses, batches, darkroom, executors, outputs, pagefind
from .addresses import Change, Claim
from .archive import Archive, clash_fault, path_apart, pinned_paths
from .bodies import check as check_markdown
from .catalog import Catalog
from .config import Site, parse_site
from .entries import EntrySettings, digest, direction, place_name
from .errors import BuildStopped, ContentError, ContentErrors, MissingExtra
from .fixity import Print
from .forecast import foresee
from .hosts import HOSTS, exceeded
from .indexing import Indexing
from .loading.articlefile import decode
from .lock import locked
from .manifests import FOLDER, folder_identity, remove_manifests, write_manifests
from .outputs.corrections import CORRECTIONS
from .outputs.feeds import feed_paths
from .plan import Edition, Sheaf
from .publishing import Ledger, Publisher, Rendered, compare, guard, output_identity, reasons, stale_sheaves
from .reading import PURGE, Reader, Reading
from .rendering import Theme, read_theme
from .salts import Salts, entry_salt
from .scanning import Scan, Stamp, is_article_file, scan
from .slugs import term_key
from .views import CopyView, SiteView
from .writing import prune

STATE = ".backissue"
"""The folder, beside site.yaml, of what builds remember. It can always be deleted."""

PICTURES = "pictures"
"""The folder in it of smaller pictures."""

INDEXERS = 4
"""Shards that are indexed at a time on one machine: each takes up to 1 GB of memory, and more than one core."""

SMALL = 150
"""Pages or articles that one process handles before a pool would have started."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of a build. `root` holds site.yaml; the folders, where given, win over those that it names.

    `allow_gone` gives addresses up that were published and lead nowhere now. `move` names files of the content folder
    whose articles take the addresses that their dates and headlines give now; an empty name is every file. A `preview`
    is nobody else's business: it notes no address, and loses none.

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
    move: tuple[str, ...] = ()
    preview: bool = False
    explain: bool = False
    jobs: int = 0
    scheduler: str = ""


MOST_LOST = 20
"""As many lost addresses are told one by one."""

_Outcome = tuple[bytes, bool, int, int, int, tuple[str, ...]]


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


class _Noting(NamedTuple):
    """What is to be noted of addresses: the change, each volume with the articles by path that it has now, the volumes
    that are no more, and whether some articles could not be read.
    """

    change: Change
    volumes: dict[str, tuple[bytes, dict[str, str]]]
    dropped: list[str]
    partly: bool


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
        with locked(state / "lock"), _uncollected():
            return _build(options, state, progress, now)
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
    workers: Callable[[int], executors.Workers]
    context_path: Callable[[], str]


@contextmanager
def opened(options: Options, progress: Progress, now: datetime) -> Iterator[Opened]:
    """An archive as its content folder has it now: read into the catalog, with nothing rendered. No build may run.

    Raises ContentErrors with every fault of the input (with `skip_bad` they are given instead), BuildStopped where the
    archive can't be read.
    """
    state = options.state or options.root / STATE
    try:
        with (
            locked(state / "lock"),
            closing(Catalog(state / "catalog.sqlite")) as catalog,
            closing(_Build(options, state, catalog, progress, now)) as work,
        ):
            try:
                archive = work.open()
            except sqlite3.DatabaseError as error:
                raise BuildStopped(f"{state}/catalog.sqlite: {error} — delete it, and build again") from error
            yield archive
    except OSError as error:
        raise BuildStopped(f"{error.filename or state}: {error.strerror} — put that right and try again") from error


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
        self.by_hand = addresses.read_by_hand(options.root)
        self.ledger = addresses.Ledger(options.root)
        self.pinned: dict[str, str] = {}
        self._told_apart: dict[str, str] = {}
        self._inherited: dict[str, str] = {}
        self._successors: dict[str, str] = {}
        self._workers: executors.Workers | None = None
        self._contexts: list[Path] = []
        self._indexing = Indexing(state / "search")
        self.engine = pagefind.version() if self.site.search == "pagefind" else ""

    def close(self) -> None:
        if self._workers is not None:
            self._workers.close()
        self._indexing.close()
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
        self._check_moving(found)
        if self.site.search == "pagefind" and not self.engine:
            raise MissingExtra("search: pagefind, as site.yaml has it,", "search")
        self.catalog.set_meta("settled", None)
        reading = self._read(found)
        self.catalog.commit()
        if reading.faults and not self.options.skip_bad:
            raise ContentErrors(reading.faults)
        archive = Archive(reading.volumes, addresses.term_folders(self.ledger))
        noting = self._noting(archive, reading)
        edition = self._edition(archive, found, noting.change)
        self._check_exposed(edition)
        sheaves = list(outputs.sheaves(edition))
        self._index(edition, sheaves)
        ledger = compare(sheaves, self.catalog)
        if not self.options.allow_gone:
            guard(ledger, self.catalog.count_pages())
        limits = self._limits(sheaves, ledger, found)
        reason = None
        if self.options.explain:
            reason = reasons(self.salts.changes(self.catalog.meta("salts")), reading.changed)
        self.catalog.set_meta("salts", self.salts.encoded())
        published = Publisher(self.catalog, self.output, reason).publish(
            ledger,
            self.workers,
            self.context_path,
            lambda done: self.progress("rendering", done, 0),
            lambda: self._note(noting),
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
            noted = not self.options.preview
            outcome = (self._circumstances(), noted, report.articles, report.hidden, report.pages, report.notes)
            self.catalog.set_meta("settled", msgspec.msgpack.encode(outcome))
            self.catalog.keep_stamps(found.files)
            self.catalog.commit()
        if self.catalog.meta(PURGE) is not None:
            self.catalog.purge()
            self.catalog.set_meta(PURGE, None)
            self.catalog.commit()
        return report

    def open(self) -> Opened:
        """Read the content folder, and nothing else."""
        self._check()
        self._recover()
        found = scan(self.content)
        built = self._settled(found) is not None
        if not built:
            self.catalog.set_meta("settled", None)
        reading = self._read(found)
        self.catalog.commit()
        if reading.faults and not self.options.skip_bad:
            raise ContentErrors(reading.faults)
        return Opened(
            self.site,
            Archive(reading.volumes, addresses.term_folders(self.ledger)),
            self.catalog,
            self.content,
            self.output,
            tuple(ContentErrors(reading.faults).faults),
            built,
            self.workers,
            self.context_path,
        )

    def _settled(self, found: Scan) -> Report | None:
        """What a build would report that has nothing to do, as is known without a plan; None where it may have."""
        data = self.catalog.meta("settled")
        if data is None or self.options.clean or found.faults:
            return None
        circumstances, noted, articles, hidden, pages, notes = msgspec.msgpack.decode(data, type=_Outcome)
        if (
            circumstances != self._circumstances()
            or not (noted or self.options.preview)
            or self.options.move
            or not self.catalog.has_read(found.files)
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
        known = (self.site, self.by_hand, self.ledger.stamp, sorted(self._asset_digests.items()), self.engine)
        identities = output_identity(self.output), folder_identity(self.manifests) if self.site.manifests else b""
        return digest(self.salts.encoded(), msgspec.msgpack.encode(known), *identities)

    def _check(self) -> None:
        if not self.content.is_dir():
            raise BuildStopped(f"{self.content}: there is no such folder — put articles there, or name it in site.yaml")
        content, output = self.content.resolve(), self.output.resolve()
        if output == content or output in content.parents or content in output.parents:
            raise BuildStopped(
                f"{self.output}: the output folder and the content folder must not hold each other — choose another"
            )

    def _check_moving(self, found: Scan) -> None:
        wrong = [name for name in self.options.move if name and name not in found.files]
        if wrong:
            raise BuildStopped(f"{wrong[0]}: --move found no such file in {self.content} — name one that is there")

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
            # Another version may have noted its outcome in another form.
            catalog.set_meta("settled", None)
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
            lambda: self.pinned,
        )
        known = {} if self.options.clean else self._known
        again = self._prepare_addresses() if known else set()
        reading, faults = self._placed(reader, reader.read(self.now, known, again))
        self.catalog.set_meta("pinned", msgspec.msgpack.encode((self.by_hand, self.pinned)))
        return reading._replace(faults=faults)

    # -- addresses

    def _prepare_addresses(self) -> set[str]:
        """Take up the paths that articles were given, and find the files of those that have a right to others now."""
        data = self.catalog.meta("pinned")
        hands = dict[str, str]
        before, self.pinned = msgspec.msgpack.decode(data, type=tuple[hands, hands]) if data else ({}, {})
        names = {name for name in before.keys() | self.by_hand.keys() if before.get(name) != self.by_hand.get(name)}
        if not self._ledger_is_known:
            live = {name: path for path, name in self.ledger.live().items()}
            names |= {name for name, path in self.pinned.items() if live.get(name) != path}
            for volume in self.catalog.volume_names():
                for path, name in self.catalog.addresses(volume).items():
                    if live.get(name, path) != path:
                        names.add(name)
        files = {addresses.file_of(name) for name in names}
        if self.options.move:
            files |= {path for path in self._known if is_article_file(path) and self._leaves(path)}
        return files

    @cached_property
    def _ledger_is_known(self) -> bool:
        """Whether the ledger is as the last build left it."""
        return self.catalog.meta("ledger") == msgspec.msgpack.encode(self.ledger.stamp)

    def _leaves(self, name: str) -> bool:
        """Whether an article was asked to take the address that it would have now."""
        return "" in self.options.move or addresses.file_of(name) in self.options.move

    def _placed(self, reader: Reader, reading: Reading) -> tuple[Reading, list[ContentError]]:
        """Read articles again until each has the path that it has a right to; and faults, where that can't be."""
        claims = {claim.name: claim for claim in reader.claims()}
        self._find_heirs(reader, list(claims.values()))
        taken: list[Claim] = []
        fresh = list(claims.values())
        for _attempt in range(8):  # a path that was chosen may itself be taken
            pins = self._repinned(fresh)
            taken = self._taken(claims.values())
            if self.site.clash == "suffix":
                chosen = {claim.name: path_apart(claim.path, claim.name) for claim in taken if claim.name not in pins}
                for clash in reading.clashes:
                    known = self.ledger.kept(map(place_name, clash.places)) | self.pinned
                    chosen |= pinned_paths(clash, known, reading.changed)
                self._told_apart |= chosen
                pins |= {name: path for name, path in chosen.items() if self.pinned.get(name) != path}
            if not pins:
                break
            self.pinned = {name: path for name, path in (self.pinned | pins).items() if path}
            self.__dict__.pop("_context_path", None)  # the workers' context holds the paths
            reading = reader.read_again(pins)
            fresh = reader.claims()
            claims |= {claim.name: claim for claim in fresh}
        faults = [*reading.faults, *(clash_fault(clash, self.content.name) for clash in reading.clashes)]
        faults += [self._taken_fault(claim) for claim in taken]
        left_out = [claim.place for claim in taken]
        if self.options.skip_bad:
            left_out += [place for clash in reading.clashes for place in clash.places[1:]]
        if left_out:
            reading = reader.leave_out(left_out)
        return reading, faults

    def _find_heirs(self, reader: Reader, claims: list[Claim]) -> None:
        """Find what goes on under another name: it keeps its address."""
        there = {claim.name for claim in claims}
        left = [each for each in reader.left() if each.name not in there]
        if left:
            kept = self.ledger.kept(there)
            came = [claim for claim in claims if claim.name not in kept]
            for name, before in addresses.heirs(left, came).items():
                self._successors[before.name] = name
                self._inherited[name] = before.path

    def _repinned(self, claims: list[Claim]) -> dict[str, str]:
        """For articles whose path is not the one that they have a right to: that one, or nothing to let go."""
        kept = self.ledger.kept(claim.name for claim in claims)
        rights = addresses.Rights(self._told_apart | self.by_hand, kept | self._inherited, self._leaves)
        return addresses.repinned(claims, rights, self.pinned)

    def _taken(self, claims: Iterable[Claim]) -> list[Claim]:
        """The articles whose path leads on to where another article went."""
        moved = self.ledger.moved
        taken = [claim for claim in claims if claim.published and claim.path in moved]
        kept = self.ledger.kept(claim.name for claim in taken) if taken else {}
        return [claim for claim in taken if kept.get(claim.name) != moved[claim.path]]

    def _taken_fault(self, claim: Claim) -> ContentError:
        place = claim.place
        return ContentError(
            f"has the address {claim.path}, which leads on to {self.ledger.moved[claim.path]}",
            f"{self.content.name}/{place.file}",
            place.line or None,
            "give it another slug, or set clash: suffix in site.yaml",
        )

    def _noting(self, archive: Archive, reading: Reading) -> _Noting:
        """Hold the articles' addresses against the ledger. Raises ContentErrors for those that would be lost."""
        known = self.catalog.noted() if self._ledger_is_known else {}
        volumes = {volume.name: volume.digest for volume in archive.volumes}
        changed = [name for name, known_digest in volumes.items() if known.get(name) != known_digest]
        dropped = [name for name in known if name not in volumes]
        now = {name: self.catalog.addresses(name) for name in changed}
        if self._ledger_is_known:
            was: dict[str, str] = {}
            for name in (*changed, *dropped):
                was |= self.catalog.noted_addresses(name)
        else:
            was = self.ledger.live()
        faulty = {fault.path.removeprefix(f"{self.content.name}/") for fault in reading.faults}

        def claimant(path: str) -> str:
            spot = archive.claimant(path)
            return self.catalog.path(Edition.number(archive, spot)) if spot else ""

        change = addresses.reckon(
            self.ledger,
            was,
            {path: name for lines in now.values() for path, name in lines.items()},
            self._successors,
            claimant,
            lambda name: addresses.file_of(name) in faulty,
            addresses.list_lines(self.ledger, archive),
        )
        if change.lost and not (self.options.allow_gone or self.options.preview):
            raise ContentErrors(self._losses(change.lost))
        return _Noting(change, {name: (volumes[name], lines) for name, lines in now.items()}, dropped, bool(faulty))

    def _losses(self, lost: Mapping[str, str]) -> list[ContentError]:
        """What to tell of addresses that would be lost."""
        faults = []
        known = self.catalog.sources()
        for path, name in sorted(lost.items())[:MOST_LOST]:
            file = addresses.file_of(name)
            what = "is published no more" if file in known else "is gone"
            faults.append(
                ContentError(
                    f"{what}, and with it the page {path}",
                    f"{self.content.name}/{file}",
                    None,
                    f"put it back, or write aliases: [/{path}] in another article, or build with --allow-gone",
                )
            )
        if len(lost) > MOST_LOST:
            more = f"and {len(lost) - MOST_LOST:,} more pages would be lost"
            faults.append(ContentError(more, f"{self.content.name}/…", None, "--allow-gone gives them all up"))
        return faults

    def _note(self, noting: _Noting) -> None:
        """Write into the ledger what is about to be published."""
        if self.options.preview:
            return
        addresses.write(self.options.root, self.ledger, noting.change)
        if noting.change.lost:
            self.catalog.set_meta(PURGE, b"1")
        self.ledger = addresses.Ledger(self.options.root)
        for name in noting.dropped:
            self.catalog.put_noted(name, None, {})
        for name, (digest_, lines) in noting.volumes.items():
            self.catalog.put_noted(name, digest_, lines)
        # Where articles could not be read, the next build asks the ledger itself.
        stamp = None if noting.partly else msgspec.msgpack.encode(self.ledger.stamp)
        self.catalog.set_meta("ledger", stamp)

    def _edition(self, archive: Archive, found: Scan, change: Change) -> Edition:
        shown = {file for volume in archive.volumes for file in volume.files} & found.files.keys()
        digests = self._file_digests(shown, found)
        aliases = {term_key(written): term_key(shown) for written, shown in self.site.tag_aliases.items()}
        moved = change.moved | addresses.list_redirects(change.lists, archive, aliases)
        return Edition(
            archive,
            self.site,
            self.site_view,
            self.catalog,
            self.salts.of,
            digests,
            self._asset_digests,
            moved,
            self.engine,
        )

    def _index(self, edition: Edition, sheaves: list[Sheaf]) -> None:
        """Index the shards that are stale."""
        stale = [sheaf for sheaf in stale_sheaves(sheaves, self.catalog) if sheaf.shard is not None]
        if not stale:
            return
        total = sum(len(sheaf.shard or ()) for sheaf in stale)
        jobs = min(self.options.jobs or executors.cores(), len(stale), INDEXERS)
        own = not self.options.scheduler
        workers = self.workers(total) if not own else executors.processes(jobs) if jobs > 1 else executors.here()
        try:
            self._indexing.index(
                edition, stale, workers, self.context_path(), lambda done: self.progress("indexing", done, total)
            )
        finally:
            if own:
                workers.close()

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

    def _check_exposed(self, edition: Edition) -> None:
        """What is withdrawn must not be read in an older version of it: whatever may be skipped, this stops a build."""
        faults = []
        for spot, lead in edition.archive.exposed():
            place, withdrawn = (self.catalog.place(edition.id(each)) for each in (spot, lead))
            what = f"is a version of {self.content.name}/{withdrawn.file}, which is withdrawn: its text would be shown"
            hint = "write status: withdrawn into it, or take its version_of away"
            faults.append(ContentError(what, f"{self.content.name}/{place.file}", place.line or None, hint))
        if faults:
            raise ContentErrors(faults)

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
            site.canonical,
            site.license,
            site.json_twins,
            "" if site.search == "off" else "search.html",
            CORRECTIONS if site.corrections else "",
        )
