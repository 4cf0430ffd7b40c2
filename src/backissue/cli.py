"""The commands: reads the command line, and is the only place that prints."""

from __future__ import annotations

import argparse
import atexit
import contextlib
import gc
import io
import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from . import __version__
from .errors import BuildStopped, ContentErrors, MissingExtra, did_you_mean
from .terminal import Teller

# What there still is goes with the process: looking through it for garbage would take 50 ms after a build.
atexit.register(gc.freeze)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Gives the exit code: 0, or 1 where something is wrong (2 for a command line that is)."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or (given[0].startswith("-") and given[0] not in ("-h", "--help", "--version")):
        given.insert(0, "build")
    options = _parser().parse_args(given)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # What a terminal's encoding has not is told by its number, as on standard error.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        if not options.root.is_dir():
            raise BuildStopped(f"{options.root}: there is no such folder — name the one with site.yaml")
        with _told_to_end():
            code: int = options.run(options)
        sys.stdout.flush()
        return code
    except (ContentErrors, BuildStopped, MissingExtra) as error:
        _complain(error)
        return 1
    except KeyboardInterrupt as interrupt:
        _complain("stopped; nothing was lost")
        return 143 if isinstance(interrupt, _Ended) else 130
    except BrokenPipeError:
        # Whoever read our output has gone; there is nobody left to tell.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        _complain(f"{error.filename or 'the system'}: {error.strerror or error} — put that right and try again")
        return 1


class _Ended(KeyboardInterrupt):
    """The system told the process to end (SIGTERM), as it does before it shuts down."""


@contextlib.contextmanager
def _told_to_end() -> Iterator[None]:
    """Where the process is told to end, clear up as after Ctrl-C: else nothing would."""

    def end(*_: object) -> None:
        raise _Ended

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


_EXPORTS = {
    "jsonl": "JSON Lines, each article whole",
    "csv": "CSV, and CSV for spreadsheets",
    "sqlite": "a SQLite database, ready for Datasette",
    "parquet": "Parquet (needs the extra parquet)",
    "oai": "an OAI-PMH static repository",
    "bagit": "a BagIt bag of the content and the built site",
    "wacz": "a WACZ of the built site (needs the extra wacz)",
}
"""What `export` writes; without any of these, JSON Lines, CSV and SQLite, and OAI-PMH where it can be."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="backissue",
        description="Turns a pile of news articles into a permanent, browsable web archive.",
        epilog="Without a command it builds. `backissue COMMAND --help` tells of one command.",
    )
    parser.add_argument("--version", action="version", version=f"backissue {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def command(name: str, run: Callable[[argparse.Namespace], int], what: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=what, description=what[0].upper() + what[1:] + ".")
        added.set_defaults(run=run, root=Path())
        if name != "init":
            added.add_argument(
                "--root", type=Path, metavar="DIR", help="the archive's folder, with site.yaml (default: here)"
            )
        added.add_argument("--quiet", action="store_true", help="tell of faults only")
        return added

    build = command("build", _build, "make the site from the content folder")
    _add_build_options(build)
    build.add_argument("--explain", action="store_true", help="list every page that was rendered, and why")
    build.add_argument(
        "--verify", action="store_true", help="then build all of it anew elsewhere, and compare every byte"
    )
    build.add_argument(
        "--move",
        nargs="*",
        type=Path,
        metavar="FILE",
        help="let articles take the addresses that their dates and headlines give now (default: all of them)",
    )
    serve = command("serve", _serve, "build, show the site on this machine, and build again on every change")
    _add_build_options(serve)
    serve.add_argument(
        "--port", type=_port, default=8000, metavar="N", help="where to listen (default: 8000; 0 is any free port)"
    )

    imports = command("import", _import, "turn files of any format into articles of the content folder")
    imports.add_argument("inputs", nargs="+", metavar="INPUT", help="a file, a folder, or - for standard input")
    imports.add_argument(
        "--to", type=Path, metavar="DIR", help="a folder of the content folder (default: content/imported)"
    )
    imports.add_argument("--format", default="", help="the inputs' format, where it should not be recognised")
    imports.add_argument("--report", type=Path, metavar="FILE", help="write a JSON line for each record")
    imports.add_argument("--dry-run", action="store_true", help="write no article, only tell")
    imports.add_argument(
        "--lines", action="store_true", help="write lines of JSON Lines files, one a month, and no file an article"
    )
    imports.add_argument("--columns", type=Path, metavar="FILE", help="a YAML file that maps a data set's columns")
    imports.add_argument("--url", default="", help="the address that a saved page came from")
    imports.add_argument(
        "--jobs", type=_processes, default=0, metavar="N", help="processes (default: as many as cores)"
    )

    group = command("group", _group, "find articles that tell the same story, and note which is a copy of which")
    group.add_argument("--jobs", type=_processes, default=0, metavar="N", help="processes (default: as many as cores)")

    new = command("new", _new, "begin an article, as a draft")
    new.add_argument("title", help="its headline")

    init = command("init", _init, "begin an archive in a new folder")
    init.add_argument("folder", type=Path, metavar="DIR")

    export = command("export", _export, "write the whole archive as data: tables, a database, an archival package")
    export.add_argument("--to", type=Path, metavar="DIR", help="where to (default: export, beside site.yaml)")
    for name, what in _EXPORTS.items():
        export.add_argument(f"--{name}", action="store_true", help=what)
    export.add_argument("--skip-bad", action="store_true", help="leave out what can't be read, and export the rest")
    export.add_argument("--jobs", type=_processes, default=0, metavar="N", help="processes (default: as many as cores)")

    check = command("check", _check, "look for broken links, missing files and bad markup in the built site")
    check.add_argument("--output", type=Path, metavar="DIR", help="the site's folder (default: as site.yaml says)")
    check.add_argument("--fixity", action="store_true", help="read every byte, and hold it against the manifests")
    check.add_argument(
        "--withdrawn", action="store_true", help="look for text of withdrawn articles in every file of the site"
    )
    check.add_argument(
        "--against", nargs="+", type=Path, default=(), metavar="FILE", help="look for the text of these files as well"
    )
    check.add_argument("--ignore", type=_rules, default=(), metavar="RULES", help="rules to leave out: alt,title")
    check.add_argument("--json", action="store_true", help="write each finding as a line of JSON")
    check.add_argument("--jobs", type=_processes, default=0, metavar="N", help="processes (default: as many as cores)")
    return parser


def _rules(text: str) -> tuple[str, ...]:
    from .check import RULES

    names = tuple(name.strip() for name in text.split(",") if name.strip())
    unknown = next((name for name in names if name not in RULES), None)
    if unknown is not None:
        raise argparse.ArgumentTypeError(f'no rule is called "{unknown}": {did_you_mean(unknown, RULES)}')
    return names


def _processes(text: str) -> int:
    return _number(text, 0, 1024)


def _port(text: str) -> int:
    return _number(text, 0, 65_535)


def _number(text: str, low: int, high: int) -> int:
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise argparse.ArgumentTypeError(f'"{text}" is no number from {low:,} to {high:,}')
    return int(text)


def _add_build_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--content", type=Path, metavar="DIR", help="the articles (default: as site.yaml says, else content)")
    add("--templates", type=Path, metavar="DIR", help="the site's own templates (default: templates)")
    add("--output", type=Path, metavar="DIR", help="where the site goes (default: public)")
    add("--clean", action="store_true", help="build everything anew")
    add("--skip-bad", action="store_true", help="leave out what can't be read, and build the rest")
    add("--allow-gone", action="store_true", help="give up the pages that would be lost, and go on")
    add("--jobs", type=_processes, default=0, metavar="N", help="processes (default: as many as cores)")
    add(
        "--scheduler", default="", metavar="ADDRESS", help="a Dask scheduler whose workers do the work, tcp://host:port"
    )


# -- the commands


def _build(options: argparse.Namespace) -> int:
    return _build_once(options, verify=options.verify, explain=options.explain)


def _build_once(options: argparse.Namespace, verify: bool = False, explain: bool = False) -> int:
    from .pipeline import build

    started = time.monotonic()
    asked = _options(options, explain)
    with _quick_collection():
        with _told(options) as teller:
            report = build(asked, teller.step, datetime.now(UTC))
        code = 0
        for fault in report.faults:
            _complain(fault)
            code = 1
        if report.faults:
            _complain(f"{_counted(len(report.faults), 'fault')}; the rest was built")
        for page in report.explained:
            print(f"{page.path}: {page.reason}")
        for note in report.notes:
            _tell(options, note)
        hidden = f" ({report.hidden:,} not published)" if report.hidden else ""
        removed = f", {report.removed:,} removed" if report.removed else ""
        seconds = time.monotonic() - started
        _tell(
            options,
            f"{_counted(report.articles, 'article')}{hidden}, {_counted(report.pages, 'file')}: "
            f"{report.rendered:,} rendered, {report.written:,} written{removed}, in {seconds:.1f} s",
        )
        if verify:
            with _told(options) as teller:
                code = _verify(asked, teller, report.output) or code
    if options.command == "build":
        folder = os.path.relpath(report.output)
        _tell(options, f"Look at it: open {folder}/index.html, or run  python -m http.server -d {folder}")
    return code


def _verify(asked: Any, teller: Teller, output: Path) -> int:
    """Build anew into a scratch folder and compare; the site's own files only, for others may lie there too."""
    import filecmp
    import tempfile

    from msgspec.structs import replace

    from .pipeline import build
    from .scanning import files_below

    # A cluster's workers see what lies beside site.yaml, but not this machine's own scratch folder.
    shared = asked.state_folder.absolute() if asked.scheduler else None
    with tempfile.TemporaryDirectory(prefix="backissue-", dir=shared) as scratch:
        fresh = Path(scratch) / "site"
        again = replace(
            asked, output=fresh, state=Path(scratch) / "state", clean=True, explain=False, move=(), preview=True
        )
        build(again, lambda _step, done, total: teller.step("verifying", done, total), datetime.now(UTC))
        teller.clear()
        differing = [
            path
            for path in sorted(files_below(fresh))
            if not (output / path).is_file() or not filecmp.cmp(fresh / path, output / path, shallow=False)
        ]
    for name in differing:
        _complain(f"{name}: differs from a clean build — build with --clean, and report it as a fault of backissue")
    if not differing:
        print("verified: every byte is as in a clean build")
    return 1 if differing else 0


def _serve(options: argparse.Namespace) -> int:
    from .building import folders, read_site
    from .preview import serve

    asked = _options(options)
    places = folders(asked, read_site(asked.root))

    def rebuild() -> str:
        try:
            _build_once(options)
        except (ContentErrors, BuildStopped, MissingExtra) as error:
            _complain(error)
            return str(error)
        # Anew once, at the beginning.
        options.clean = False
        return ""

    def ready(address: str) -> None:
        print(f"Look at it: {address}  (Ctrl-C ends)", flush=True)

    watched = [asked.root / "site.yaml", places.content, places.templates]
    try:
        serve(places.output, options.port, lambda: watched, rebuild, ready)
    except OSError as error:
        _complain(f"port {options.port}: {error.strerror or error} — choose another with --port")
        return 1
    return 0


def _import(options: argparse.Namespace) -> int:
    from .building import read_site
    from .importing import run_import

    site = read_site(options.root)
    to = options.to or options.root / site.content / "imported"
    with _told(options) as teller:
        accounts = run_import(
            options.inputs,
            site=site,
            root=options.root,
            to=to,
            format=options.format,
            report=options.report,
            dry_run=options.dry_run,
            lines=options.lines,
            columns=options.columns,
            url=options.url,
            jobs=options.jobs,
            progress=lambda records, position, total: teller.step(
                "importing", position, total, _counted(records, "record") + _share(position, total)
            ),
            step=teller.step,
            now=lambda: datetime.now(UTC),
            stdin=sys.stdin.buffer,
        )
    for fault in accounts.faults:
        _complain(fault)
    if accounts.unlisted:
        _complain(f"and {accounts.unlisted:,} more; --report lists all")
    for remark in accounts.remarks:
        _complain(remark)
    # The four counts are the command's result: they are told even when it is to be quiet.
    print(accounts)
    if accounts.stopped:
        _complain("stopped; the same command goes on")
        return 130
    return 1 if accounts.rejected else 0


def _group(options: argparse.Namespace) -> int:
    from .building import read_site
    from .importing import run_group

    with _told(options) as teller:
        found = run_group(
            site=read_site(options.root),
            root=options.root,
            jobs=options.jobs,
            step=teller.step,
            now=lambda: datetime.now(UTC),
        )
    for fault in found.faults:
        _complain(fault)
    print(f"{_counted(found.copies, 'copy', 'copies')} noted")
    return 1 if found.faults else 0


def _new(options: argparse.Namespace) -> int:
    from .building import read_site
    from .starting import new

    print(new(options.title, options.root, read_site(options.root), datetime.now(UTC)))
    return 0


def _init(options: argparse.Namespace) -> int:
    from .starting import init

    for path in init(options.folder, datetime.now().astimezone()):
        _tell(options, f"wrote {path}")
    _tell(options, f"Now: cd {options.folder}, then  backissue serve")
    return 0


def _export(options: argparse.Namespace) -> int:
    from .building import Options
    from .exporting import run_export

    asked = Options(root=options.root, skip_bad=options.skip_bad, jobs=options.jobs)
    to = options.to or options.root / "export"
    wanted = [name for name in _EXPORTS if getattr(options, name)]
    with _told(options) as teller:
        done = run_export(asked, to, wanted, teller.step, datetime.now(UTC))
    for fault in done.faults:
        _complain(fault)
    for folder, count in Counter(path.relative_to(to).parts[0] for path in done.written).items():
        _tell(options, f"{to / folder}: {_counted(count, 'file')} written")
    for note in done.notes:
        _tell(options, note)
    removed = f", {done.removed:,} removed" if done.removed else ""
    _tell(options, f"{_counted(len(done.written), 'file')} written, {done.kept:,} as before{removed}, in {to}")
    return 1 if done.faults else 0


def _check(options: argparse.Namespace) -> int:
    from .building import Options
    from .check import check_archive, check_archive_fixity, check_archive_withdrawn

    asked = Options(root=options.root, output=options.output, jobs=options.jobs)
    faults = remarks = 0
    with _told(options) as teller:
        if options.withdrawn or options.against:
            findings = check_archive_withdrawn(asked, options.against, teller.step)
        else:
            findings = (check_archive_fixity if options.fixity else check_archive)(asked, teller.step)
        for finding in findings:
            if finding.rule in options.ignore:
                continue
            teller.clear()
            print(finding.as_json() if options.json else finding)
            faults += not finding.remark
            remarks += finding.remark
    if not options.json:
        also = f", {_counted(remarks, 'remark')}" if remarks else ""
        _tell(options, (_counted(faults, "fault") if faults else "no faults") + also)
    return 1 if faults else 0


# -- what they have in common


def _options(options: argparse.Namespace, explain: bool = False) -> Any:
    from .building import Options

    return Options(
        root=options.root,
        content=options.content,
        templates=options.templates,
        output=options.output,
        clean=options.clean,
        skip_bad=options.skip_bad,
        allow_gone=options.allow_gone,
        explain=explain,
        move=_moving(options),
        preview=options.command == "serve",
        jobs=options.jobs,
        scheduler=options.scheduler,
    )


def _moving(options: argparse.Namespace) -> tuple[str, ...]:
    """The files that are to move, from the content folder; an empty name is all of them."""
    from .building import Options, folders, read_site

    given = getattr(options, "move", None)
    if not given:
        return () if given is None else ("",)
    asked = Options(root=options.root, content=options.content)
    content = folders(asked, read_site(options.root)).content.resolve()
    files = []
    for path in given:
        there = path.resolve()
        files.append(there.relative_to(content).as_posix() if content in there.parents else path.as_posix())
    return tuple(files)


@contextlib.contextmanager
def _told(options: argparse.Namespace) -> Iterator[Teller]:
    teller = Teller(options.quiet)
    try:
        yield teller
    finally:
        teller.clear()


@contextlib.contextmanager
def _quick_collection() -> Iterator[None]:
    """Look for garbage rarely: a build makes many records and hardly any cycles."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _share(part: int, whole: int) -> str:
    return f", {100 * part // whole} %" if whole else ""


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _tell(options: argparse.Namespace, line: str) -> None:
    if not options.quiet:
        print(line)


def _complain(what: object) -> None:
    print(what, file=sys.stderr)
