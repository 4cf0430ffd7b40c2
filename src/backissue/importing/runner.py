"""An import from beginning to end: inputs found, read, placed, accounted for, and grouped into stories.

The only place of this package where effects happen in sequence. Nothing here prints: the accounts that come back, and
the callback while it runs, hold all that there is to say.
"""

from __future__ import annotations

import contextlib
import gzip
import sqlite3
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, cast

import yaml

from .. import importers
from ..config import Site
from ..errors import BuildStopped, ContentError, ContentErrors, MissingExtra
from ..executors import Workers, cores, here, processes
from ..importers.outcomes import READING_SECONDS
from . import accounts as book
from .accounts import Accounts, Bookkeeper, Fault
from .grouping import group_copies
from .holdings import Holding, Holdings, Line, article_files, read_holdings, read_lines
from .inputs import Found, find
from .linefiles import lines_in, mend
from .placing import Placed, Shelves
from .preparing import Again, Known, Prepared, Refused, Repeated
from .readers import Readers
from .reading import GRACE_SECONDS, Began, Ended, Job, Lacking, Message, Progress, known_formats
from .remembering import Notes

COMMIT_EVERY = 500
"""Records after which the index is kept: what is done between two commits is found again in the files."""
MANY_FILES = 2000
"""Files to read or compare from which on a pool of processes is worth its start."""
MANY_BYTES = 8 << 20
BATCH_FILES = 500
"""Files, or lines, that a process is given at a time."""

_Item = TypeVar("_Item")
Progressed = Callable[..., None]
Stepped = Callable[[str, int, int], None]


def run_import(
    inputs: Sequence[str],
    *,
    site: Site,
    root: Path,
    to: Path,
    format: str = "",
    report: Path | None = None,
    dry_run: bool = False,
    lines: bool = False,
    columns: Path | None = None,
    url: str = "",
    jobs: int = 0,
    progress: Progressed | None = None,
    step: Stepped | None = None,
    now: Callable[[], datetime],
    stdin: BinaryIO | None = None,
    plugins: Sequence[str] = (),
    seconds: float = READING_SECONDS,
    grace: float = GRACE_SECONDS,
    inline: bool = False,
) -> Accounts:
    """Import `inputs` (files, folders, `-`) into the folder `to` of the site at `root`.

    `format` forces a format; `columns` is the YAML file that maps a data set's columns; `url` says where a saved page
    came from; `report` gets a JSON line for every record; with `dry_run` no article is written; with `lines` new
    articles become lines of JSON Lines files, one file a month. `jobs` is how many processes read (0: as many as there
    are cores); `progress(records=…, position=…, total=…)` is called now and then, positions in bytes of the inputs,
    and `step(name, done, total)` for what comes before and after.
    `now` gives the time, with a zone: provenance shows its day, embargoes end by it. `plugins` names further modules
    that read formats, `seconds` bounds the time from one record to the next, and `grace` how much longer a process
    lives that doesn't heed that. With `inline` all is read in this process, where a reader that hangs in a library
    can't be ended.

    Interrupted (KeyboardInterrupt), it returns the accounts so far, `stopped`; the same call goes on. Raises
    BuildStopped where the import can't go on at all, MissingExtra where a reader needs a package that is not installed,
    ContentErrors for faults of `columns`.
    """
    content, prefix = _folders(root / site.content, to)
    moment = now().astimezone(UTC)
    formats = known_formats(tuple(plugins))
    if format and format not in formats:
        raise BuildStopped(f'no format is called "{format}" — known are {", ".join(formats)}')
    index = root / ".backissue" / "imports.sqlite"
    job = Job(
        zone=site.timezone,
        lang=site.language,
        url=url,
        options={"columns": _columns(columns)} if columns else {},
        format=format,
        plugins=tuple(plugins),
        to=prefix,
        lines=lines,
        today=moment.astimezone(site.zone).date().isoformat(),
        index="" if dry_run else str(index),
        seconds=seconds,
        grace=grace,
    )
    with contextlib.ExitStack() as stack, _stopping(index):
        if not dry_run:
            stack.enter_context(_alone(root))
        holdings = stack.enter_context(contextlib.closing(Holdings(None if dry_run else index)))
        shelves = Shelves(content, holdings, site.zone, moment.isoformat(), dry=dry_run)
        stack.callback(shelves.close)
        books = stack.enter_context(Bookkeeper(report))
        readers = stack.enter_context(Readers(jobs, inline=inline))
        workers = here() if inline else _workers(jobs)
        stack.callback(workers.close)
        for name, reason in importers.broken().items():
            books.remarks.append(f"the format {name} can't be read, for its reader is broken ({reason})")
        run = _Run(content, holdings, shelves, books, progress, step, root)
        try:
            run.follow(site.timezone, workers)
            run.read(readers, job, lambda: find(inputs, readers.folder, stdin))
            readers.stop()
            if not dry_run:
                run.group(site, moment.isoformat(), workers)
        except KeyboardInterrupt:
            readers.stop()
            shelves.finish()
            return books.accounts(stopped=True)
        return books.accounts()


def run_group(
    *,
    site: Site,
    root: Path,
    jobs: int = 0,
    step: Stepped | None = None,
    now: Callable[[], datetime],
    inline: bool = False,
) -> Accounts:
    """Look at all that the content folder holds for copies, as an import does at its end for what is new.

    Files that no import wrote are never changed: what would be noted in them is told by `faults`.
    `step(name, done, total)` is called now and then. Raises BuildStopped where it can't go on, MissingExtra without
    datasketch.
    """
    moment = now().astimezone(UTC).isoformat()
    content = root / site.content
    index = root / ".backissue" / "imports.sqlite"
    with contextlib.ExitStack() as stack, _stopping(index):
        stack.enter_context(_alone(root))
        holdings = stack.enter_context(contextlib.closing(Holdings(index)))
        workers = here() if inline else _workers(jobs)
        stack.callback(workers.close)
        books = Bookkeeper()
        shelves = Shelves(content, holdings, site.zone, moment)
        stack.callback(shelves.close)
        run = _Run(content, holdings, shelves, books, None, step, root)
        run.follow(site.timezone, workers)
        holdings.forget_stories(bands=True)
        run.group(site, moment, workers)
        if books.remarks:
            raise MissingExtra("finding copies", "import")
        return books.accounts()


@contextlib.contextmanager
def _stopping(index: Path) -> Iterator[None]:
    """What a disk or the index refuses stops the import, in one line."""
    try:
        yield
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        what = error.strerror or str(error)
        raise BuildStopped(f"the import stopped: {what}{where} — mend that and run it again: it goes on") from error
    except sqlite3.Error as error:
        raise BuildStopped(f"the import stopped: {index}: {error} — delete that file and run it again") from error


class _Run:
    """What the steps of one import share."""

    def __init__(
        self,
        content: Path,
        holdings: Holdings,
        shelves: Shelves,
        books: Bookkeeper,
        progress: Progressed | None,
        step: Stepped | None,
        root: Path,
    ) -> None:
        self._content = content
        self._holdings = holdings
        self._shelves = shelves
        self._books = books
        self._progress = progress
        self._step = step
        self._root = root
        self._since_commit = 0

    def follow(self, zone: str, workers: Workers) -> None:
        """Bring the index up to date with the content folder."""

        def read(paths: Iterator[str], count: int) -> Iterator[Holding]:
            tasks = ((str(self._content), zone, batch) for batch in _batched(paths))
            some = workers if count >= MANY_FILES else here()
            done = 0
            for batch in some.run(read_holdings, tasks):
                done += len(batch)
                if self._step is not None:
                    self._step("looking at what is there", done, count)
                yield from batch

        def read_file(file: str, whole: int | None) -> Iterator[tuple[Line, Holding | None]]:
            path = self._content / file
            if whole is not None and path.suffix == ".jsonl":
                mend(path, whole)
            opener = gzip.open if path.suffix == ".gz" else open
            with opener(path, "rb") as stream, contextlib.suppress(EOFError, zlib.error, gzip.BadGzipFile):
                under_way: deque[list[Line]] = deque()

                def tasks() -> Iterator[tuple[str, str, list[bytes]]]:
                    for batch in _batched(lines_in(cast(BinaryIO, stream))):
                        under_way.append(batch)
                        yield file, zone, [line.data for line in batch]

                some = workers if path.stat().st_size >= MANY_BYTES else here()
                for found in some.run(read_lines, tasks()):
                    yield from zip(under_way.popleft(), found, strict=True)

        self._holdings.follow(article_files(self._content), read, read_file)

    def read(self, readers: Readers, job: Job, inputs: Callable[[], Iterable[Found]]) -> None:
        """Read all inputs, place every record, and account for it."""
        total = sum(found.size for found in inputs()) if self._progress else 0
        done = 0
        for found, messages in readers.read(inputs(), job):
            self._books.inputs += 1
            self._input(found, messages, done, total)
            done += found.size
            self._tell(done, total)
        self._shelves.finish()

    def _input(self, found: Found, messages: Iterator[Message], done: int, total: int) -> None:
        format_, key = "", ""
        notes = Notes()
        for message in messages:
            match message:
                case Began():
                    format_, key = message.format, message.key
                case Prepared() | Known() | Again() | Repeated():
                    if key:
                        notes.add(message)
                    self._enter(found, format_, message.place, self._placed(message))
                case Refused():
                    if key:
                        notes.add(message)
                    self._enter(found, format_, message.place, Placed("rejected", "", message.reason))
                case Progress():
                    self._tell(done + message.position, total)
                case Ended():
                    if key and message.whole and (told := notes.encoded()) is not None:
                        self._holdings.remember(key, told)
                case Lacking():
                    raise MissingExtra(message.title, "import")

    def _placed(self, record: Prepared | Known | Again | Repeated) -> Placed:
        placed = self._shelves.place(record)
        self._since_commit += 1
        if self._since_commit >= COMMIT_EVERY or self._shelves.full:
            self._shelves.flush()
            self._since_commit = 0
        return placed

    def _enter(self, found: Found, format_: str, place: str, placed: Placed) -> None:
        path = self._shown(placed.path) if placed.path else ""
        self._books.enter(
            book.Line(
                input=found.shown,
                outcome=placed.outcome,
                place=place,
                format=format_,
                path=path,
                reason=placed.reason,
            )
        )
        self._books.replaced += placed.as_ == "replacement"
        self._books.versions += placed.as_ == "version"

    def _tell(self, position: int, total: int) -> None:
        if self._progress is not None:
            self._progress(records=self._books.records, position=position, total=total)

    def group(self, site: Site, now: str, workers: Workers) -> None:
        """Find the copies among all articles."""
        try:
            copies, faults = group_copies(
                self._content,
                self._holdings,
                self._shelves,
                site.stories,
                site.timezone,
                now,
                workers,
                self._root / ".backissue",
                partial(self._step, "looking for copies") if self._step else None,
            )
        except ModuleNotFoundError:
            self._books.remarks.append(f"copies were not looked for: {MissingExtra('that', 'import')}")
            return
        self._shelves.finish()
        self._books.copies = copies
        for fault in faults:
            self._books.note(Fault(self._shown(fault.input), fault.place, fault.reason))

    def _shown(self, path: str) -> str:
        whole = self._content / path
        return whole.relative_to(self._root).as_posix() if whole.is_relative_to(self._root) else whole.as_posix()


def _batched(items: Iterator[_Item]) -> Iterator[list[_Item]]:
    while batch := list(islice(items, BATCH_FILES)):
        yield batch


def _folders(content: Path, to: Path) -> tuple[Path, str]:
    """The folder that paths are relative to, and where imports go within it."""
    inside = Path(to).resolve()
    if inside.is_relative_to(content.resolve()):
        prefix = inside.relative_to(content.resolve()).as_posix()
        return content, "" if prefix == "." else prefix
    return Path(to), ""


def _workers(jobs: int) -> Workers:
    count = jobs or cores()
    return processes(count) if count > 1 else here()


def _columns(path: Path) -> dict[str, Any]:
    """A mapping of columns, from YAML."""
    try:
        value = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ContentErrors([ContentError(f"can't be read: {error.strerror}", str(path))]) from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or "no UTF-8 text"
        raise ContentErrors(
            [ContentError(f"broken YAML: {what}", str(path), mark.line + 1 if mark else None)]
        ) from None
    if not isinstance(value, dict):
        hint = "write lines such as title: headline (our key: the column's name)"
        raise ContentErrors([ContentError("expected lines of the form key: column", str(path), 1, hint)])
    return {str(key): item for key, item in value.items()}


@contextlib.contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Hold the archive's imports for ourselves. The lock is SQLite's, which goes with the process that holds it."""
    path = root / ".backissue" / "imports.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = sqlite3.connect(path, isolation_level=None, timeout=0.2)
    try:
        try:
            lock.execute("begin exclusive")
        except sqlite3.OperationalError:
            raise BuildStopped("another import is at work in this archive — wait until it has ended") from None
        yield
    finally:
        lock.close()
