"""A build: scan, parse, plan, render, write. The only place where effects happen in sequence.

Until everything is rendered nothing of the site is touched. Then, in this order: the catalog notes what is about to be
written, the pages are moved into their places, the catalog notes what they hold, and what is no longer part of the site
is deleted. A build that is killed anywhere is put right by the next.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from datetime import UTC, datetime
from functools import cache, cached_property
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import msgspec

from . import __version__, batches, executors, outputs
from .archive import Archive, Clash, clash_fault, pinned_paths
from .catalog import Catalog
from .config import Site, parse_site
from .entries import EntrySettings, digest, direction
from .errors import BuildStopped, ContentError, ContentErrors
from .loading.articlefile import decode
from .lock import locked
from .permalinks import read_permalinks, write_permalinks
from .plan import Edition, Page, Sheaf
from .reading import Reader, Reading
from .rendering import ARTICLE, VIEWS, Theme, phrases_of, read_theme
from .scanning import Scan, scan
from .views import SiteView
from .writing import Staging, prune

STATE = ".backissue"
"""The folder, beside site.yaml, of what builds remember. It can always be deleted."""

SMALL = 150
"""Pages or articles that one process handles before a pool would have started."""

GONE_SHARE = 10
"""A build that would remove more than one in so many pages stops."""

_LIBRARIES = ("jinja2", "markdown", "markupsafe", "msgspec", "nh3", "python-slugify", "pyromark", "pyyaml")


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


class Rendered(NamedTuple):
    """A page that was rendered, and why."""

    path: str
    reason: str


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
        self.pinned = read_permalinks(options.root)
        self.notes: list[str] = []
        self._workers: executors.Workers | None = None
        self._contexts: list[Path] = []

    def close(self) -> None:
        if self._workers is not None:
            self._workers.close()
        for path in self._contexts:
            path.unlink(missing_ok=True)

    # -- the steps

    def run(self) -> Report:
        if not self.content.is_dir():
            raise BuildStopped(f"{self.content}: there is no such folder — put articles there, or name it in site.yaml")
        self._check_folders()
        self._forget_what_is_stale()
        found = scan(self.content)
        reading = self._read(found)
        self.catalog.commit()
        if reading.faults and not self.options.skip_bad:
            raise ContentErrors(reading.faults)
        archive = Archive(reading.volumes)
        edition = self._edition(archive, found)
        return self._publish(edition, reading)

    def _check_folders(self) -> None:
        content, output = self.content.resolve(), self.output.resolve()
        if output == content or output in content.parents or content in output.parents:
            raise BuildStopped(
                f"{self.output}: the output folder and the content folder must not hold each other — choose another"
            )

    def _forget_what_is_stale(self) -> None:
        """Drop what the catalog knows of other settings or another output folder."""
        catalog = self.catalog
        if catalog.meta("entries") != self._entry_salt:
            catalog.drop_all_entries()
            catalog.set_meta("entries", self._entry_salt)
        staged = catalog.meta("staged")
        output = self._output_identity()
        if staged is not None:
            # Killed while a first build was taking the output folder's name: it has it, or it never will.
            if output and catalog.meta("output") in (None, b""):
                catalog.set_meta("output", output)
            catalog.set_meta("staged", None)
        if self.options.clean or catalog.meta("output") != output:
            if not self.options.clean:
                catalog.drop_all_sheaves()
            elif catalog.meta("output") == output:
                # What earlier builds wrote is still theirs to remove; but nothing is known of what is in it.
                catalog.distrust_sheaves()
            catalog.set_meta("output", output)
        doomed = catalog.doomed()
        if doomed:
            prune(self.output, doomed)
            catalog.clear_doomed()

    def _output_identity(self) -> bytes:
        """What tells the output folder from another one; nothing where it is not there."""
        try:
            status = self.output.stat()
        except OSError:
            return b""
        return f"{self.output.resolve()}\0{status.st_ino}".encode("utf-8", "surrogateescape")

    def _read(self, found: Scan) -> Reading:
        reader = Reader(
            self.catalog, found, self._context, self.content, self.state / "unpacked", self.workers, self.progress
        )
        reading = reader.read(self.now)
        if reading.clashes and self.site.clash == "suffix":
            for _attempt in range(8):
                again = self._pin(reading.clashes)
                self._contexts_differ()
                reading = reader.read_again(again)
                if not reading.clashes:
                    break
            write_permalinks(self.options.root, self.pinned)
        faults = [*reading.faults, *map(self._clash_fault, reading.clashes)]
        if self.options.skip_bad and reading.clashes:
            for clash in reading.clashes:
                self.catalog.drop_sources(place.file for place in clash.places[1:])
            again = {clash.places[0].file for clash in reading.clashes}
            reading = reader.read_again(again)
        return reading._replace(faults=faults)

    def _clash_fault(self, clash: Clash) -> ContentError:
        return clash_fault(clash, self.content.name)

    def _pin(self, found: Iterable[Clash]) -> set[str]:
        """Give clashing articles paths of their own; the files that they lie in."""
        files = set()
        for clash in found:
            self.pinned = {**self.pinned, **pinned_paths(clash, self.pinned)}
            files |= {place.file for place in clash.places}
        return files

    def _contexts_differ(self) -> None:
        self.__dict__.pop("_context_path", None)

    def _edition(self, archive: Archive, found: Scan) -> Edition:
        shown = {file for volume in archive.volumes for file in volume.files}
        return Edition(
            archive,
            self.site,
            self.site_view,
            self.catalog,
            self.salt,
            self._file_digests(shown & found.files.keys(), found),
            self._asset_digests(),
        )

    def _file_digests(self, files: set[str], found: Scan) -> dict[str, bytes]:
        """The digest of each content file that an article shows; those not known yet are worked out and noted."""
        known = self.catalog.digests(files)
        unknown = sorted(files - known.keys())
        if unknown:
            batches_ = [unknown[at : at + 32] for at in range(0, len(unknown), 32)]
            context = self._context()
            results = self.workers(len(unknown)).run(batches.digest_files, ((context, some) for some in batches_))
            for some, digests in zip(batches_, results, strict=True):
                known.update(zip(some, digests, strict=True))
            self.catalog.put_sources((file, found.files[file], known[file]) for file in unknown)
        return known

    def _asset_digests(self) -> dict[str, bytes]:
        found = {}
        for name, path in self.theme.assets.items():
            with open(path, "rb") as file:
                found[name] = batches.digest_of(file.read())
        return found

    # -- planning and publishing

    def _publish(self, edition: Edition, reading: Reading) -> Report:
        catalog = self.catalog
        old_keys = catalog.sheaf_keys()
        expected = catalog.expected()
        fresh = not old_keys and not expected
        sheaves = list(outputs.sheaves(edition))
        names = {sheaf.name for sheaf in sheaves}
        stale = [sheaf for sheaf in sheaves if old_keys.get(sheaf.name) != sheaf.key or sheaf.name in expected]
        old: dict[str, dict[str, bytes]] = {}
        gone: set[str] = set()
        if not fresh:
            for name in {sheaf.name for sheaf in stale} | (old_keys.keys() - names) | (expected.keys() - names):
                old[name] = catalog.sheaf_pages(name)
                gone.update(old[name], expected.get(name, ()))
                for path in expected.get(name, ()):
                    old[name][path] = b""
        if gone:
            for sheaf in stale:
                gone.difference_update(page.path for page in sheaf.pages())
        self._guard(gone)
        context = _Explaining(self.options.explain, self._reasons(), reading.changed)
        report_pages: dict[str, dict[str, bytes]] = {}
        rendered = 0

        def leaves() -> Iterator[batches.Leaf]:
            nonlocal rendered
            for sheaf in stale:
                before = old.get(sheaf.name, {})
                pages = report_pages[sheaf.name] = {}
                for page in sheaf.pages():
                    pages[page.path] = page.key
                    if before.get(page.path) != page.key:
                        rendered += 1
                        context.note(page, before)
                        yield batches.Leaf(page.template, page.path, page.view())

        written = 0
        if stale:
            many = SMALL + 1 if fresh and edition.archive.count > SMALL else self._count_stale(stale, old)
            staging = Staging(self.output, self.workers(many), self._context())
            staging.render(leaves(), lambda done: self.progress("rendering", done, 0))
            for sheaf in stale:
                pages = report_pages[sheaf.name]
                changed = [path for path, key in pages.items() if old.get(sheaf.name, {}).get(path) != key]
                if changed and not fresh:
                    catalog.expect(sheaf.name, changed)
            self._note_salts()
            if fresh:
                # The site is not there yet: what is noted of it holds from the moment that it takes its name.
                self._note_pages(stale, report_pages)
                catalog.set_meta("output", None)
                catalog.set_meta("staged", b"1")
            catalog.commit()
            staging.publish()
            if not fresh:
                self._note_pages(stale, report_pages)
            written = staging.written.pages
        catalog.clear_expected()
        catalog.set_meta("staged", None)
        catalog.set_meta("output", self._output_identity())
        catalog.drop_sheaves(old_keys.keys() - names)
        catalog.doom(gone)
        catalog.commit()
        if gone:
            prune(self.output, gone)
            catalog.clear_doomed()
            catalog.commit()
        self._add_notes(edition.archive)
        return Report(
            articles=edition.archive.count,
            hidden=catalog.count_hidden(),
            pages=catalog.count_pages(),
            rendered=rendered,
            written=written,
            removed=len(gone),
            parsed=len(reading.changed),
            faults=tuple(ContentErrors(reading.faults).faults),
            notes=tuple(self.notes),
            explained=tuple(context.found),
            output=self.output,
        )

    def _count_stale(self, stale: list[Sheaf], old: Mapping[str, dict[str, bytes]]) -> int:
        """How many pages there are to render, as far as it matters for the choice of workers."""
        count = 0
        for sheaf in stale:
            before = old.get(sheaf.name, {})
            for page in sheaf.pages():
                count += before.get(page.path) != page.key
            if count > SMALL:
                break
        return count

    def _note_pages(self, stale: list[Sheaf], pages: Mapping[str, dict[str, bytes]]) -> None:
        for sheaf in stale:
            self.catalog.put_sheaf(sheaf.name, sheaf.key, pages[sheaf.name])

    def _guard(self, gone: set[str]) -> None:
        if not gone or self.options.allow_gone:
            return
        total = self.catalog.count_pages()
        if len(gone) * GONE_SHARE > total and total >= GONE_SHARE * 2:
            some = ", ".join(sorted(gone)[:3])
            raise BuildStopped(
                f"this would remove {len(gone):,} of the site's {total:,} files ({some}, …)"
                " — if that is meant, build with --allow-gone"
            )

    def _add_notes(self, archive: Archive) -> None:
        dead = sum(volume.dead for volume in archive.volumes)
        if dead:
            what = "link or picture leads to a file" if dead == 1 else "links and pictures lead to files"
            self.notes.append(f"{dead:,} {what} that are not in {self.content.name}/ — see backissue check")

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

    def _context(self) -> str:
        return self._context_path

    @cached_property
    def _context_path(self) -> str:
        compiled = (self.state / "templates").resolve()
        compiled.mkdir(exist_ok=True)
        context = batches.Context(
            str(self.content.resolve()),
            str((self.state / "unpacked").resolve()),
            str(compiled),
            self._entry_settings(self.pinned),
            self.now,
            self.theme,
            self.site_view,
            self.site.markdown,
        )
        path = batches.write_context(context, self.state.resolve())
        self._contexts.append(Path(path))
        return path

    def _entry_settings(self, pinned: dict[str, str]) -> EntrySettings:
        return EntrySettings(self.site.language, self.site.timezone, self.site.tag_aliases, pinned)

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
            "feed.xml" if site.url else "",
        )

    # -- salts: what pages depend on beside their views

    @cached_property
    def _entry_salt(self) -> bytes:
        return digest(_program(), msgspec.msgpack.encode(self._entry_settings({})))

    @cached_property
    def _common_salts(self) -> dict[str, bytes]:
        words = msgspec.msgpack.encode(phrases_of(self.theme, self.site.language))
        return {
            "backissue or a library of it is another version": _program(),
            "site.yaml changed": msgspec.msgpack.encode(self.site_view),
            "the theme's words changed": digest(words),
        }

    @cached_property
    def _salts(self) -> dict[str, dict[str, bytes]]:
        found = {}
        for template in VIEWS:
            found[template] = {**self._common_salts, f"templates/{template} changed": self.theme.digest(template)}
        found[ARTICLE]["the Markdown settings changed"] = msgspec.msgpack.encode(self.site.markdown)
        found["text"] = found["copy"] = {}
        return found

    @cached_property
    def _salt_digests(self) -> dict[str, bytes]:
        return {
            template: digest(*(digest(value) for value in parts.values())) for template, parts in self._salts.items()
        }

    def salt(self, template: str) -> bytes:
        """The digest of all that pages of a template depend on beside their views."""
        return self._salt_digests[template]

    def _reasons(self) -> dict[str, str]:
        """For each template: why all its pages are stale, if they are."""
        data = self.catalog.meta("salts")
        before = msgspec.msgpack.decode(data, type=dict[str, dict[str, bytes]]) if data else {}
        reasons = {}
        for template, parts in self._salts.items():
            changed = [
                reason
                for reason, value in parts.items()
                if before.get(template, {}).get(reason, value) != digest(value)
            ]
            if changed and template in before:
                reasons[template] = "; ".join(changed)
        return reasons

    def _note_salts(self) -> None:
        salts = {t: {reason: digest(value) for reason, value in parts.items()} for t, parts in self._salts.items()}
        self.catalog.set_meta("salts", msgspec.msgpack.encode(salts))


class _Explaining:
    """Says of each page that is rendered why."""

    def __init__(self, wanted: bool, reasons: Mapping[str, str], changed: frozenset[str]) -> None:
        self._wanted = wanted
        self._reasons = reasons
        self._changed = changed
        self.found: list[Rendered] = []

    def note(self, page: Page, before: Mapping[str, bytes]) -> None:
        if not self._wanted:
            return
        old = before.get(page.path)
        if old is None:
            reason = "new"
        elif not old:
            reason = "the build before was cut off, or --clean was asked for"
        elif page.template in self._reasons:
            reason = self._reasons[page.template]
        elif page.template == ARTICLE:
            reason = self._of_article(page)
        else:
            reason = "what it shows changed"
        self.found.append(Rendered(page.path, reason))

    def _of_article(self, page: Page) -> str:
        place = msgspec.msgpack.decode(page.view())[0]
        file, line = place[0], place[1]
        name = f"{file}:{line}" if line else file
        if file in self._changed:
            return f"{name} changed"
        return f"an article or list that it points to changed ({name} did not)"


@cache
def _program() -> bytes:
    """A digest of this program: its version, its code, and the versions of the libraries that make pages."""
    state = hashlib.blake2b(__version__.encode(), digest_size=16)
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        if not path.parent.name.startswith("import"):
            state.update(path.read_bytes())
    for name in _LIBRARIES:
        with suppress(metadata.PackageNotFoundError):
            state.update(f"{name} {metadata.version(name)}\0".encode())
    return state.digest()
