"""A build as a matter of words: what is asked of it, where its parts lie, what it needs first, and what it tells."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec

from . import bodies
from .catalog import Catalog
from .config import Site, parse_site
from .errors import BuildStopped, ContentError, ContentErrors, MissingExtra
from .loading.articlefile import decode
from .publishing import Rendered
from .scanning import Scan

STATE = ".backissue"
"""The folder, beside site.yaml, of what builds remember. It can always be deleted."""

Progress = Callable[[str, int, int], None]


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

    @property
    def state_folder(self) -> Path:
        """The folder of what builds remember."""
        return self.state or self.root / STATE

    @property
    def catalog(self) -> Path:
        """The file of the catalog in it."""
        return self.state_folder / "catalog.sqlite"


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


def theme_folder() -> Path:
    """The theme that comes with backissue: in the project's folder, or inside the installed package."""
    packaged = Path(__file__).with_name("theme")
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[2] / "templates"


def read_site(root: Path) -> Site:
    """Read site.yaml of a folder; the defaults where there is none. Raises ContentErrors."""
    path = root / "site.yaml"
    if not path.exists():
        return Site()
    try:
        return parse_site(decode(path.read_bytes(), path.name), path.name)
    except OSError as error:
        raise ContentErrors([ContentError(f"can't be read: {error.strerror}", path.name)]) from None


# -- what a build needs first


def check_folders(places: Folders) -> None:
    """Whether there is something to build from, and it would not be overwritten. Raises BuildStopped."""
    for folder in map(str, places):
        try:
            os.path.abspath(folder).encode()
        except UnicodeEncodeError:
            shown = folder.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            raise BuildStopped(f"{shown}: the folder's path is not UTF-8 — rename it, or set a UTF-8 locale") from None
    if not places.content.is_dir():
        raise BuildStopped(f"{places.content}: there is no such folder — put articles there, or name it in site.yaml")
    content, output = places.content.resolve(), places.output.resolve()
    if output == content or output in content.parents or content in output.parents:
        raise BuildStopped(
            f"{places.output}: the output folder and the content folder must not hold each other — choose another"
        )


def check_settings(site: Site, engine: str) -> None:
    """Whether what the settings ask for can be had. `engine` is the version of what indexes the archive, or empty.

    Raises ContentErrors, and MissingExtra.
    """
    try:
        bodies.check(site.markdown)
    except ValueError as error:
        message, _, hint = str(error).partition(" — ")
        raise ContentErrors([ContentError(f"markdown: {message}", "site.yaml", None, hint)]) from None
    if site.search == "pagefind" and not engine:
        raise MissingExtra("search: pagefind, as site.yaml has it,", "search")


def check_moving(options: Options, content: Path, found: Scan) -> None:
    """Whether the files are there that are to move. Raises BuildStopped."""
    wrong = [name for name in options.move if name and name not in found.files]
    if wrong:
        raise BuildStopped(f"{wrong[0]}: --move found no such file in {content} — name one that is there")


# -- what a build tells


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a build did. `pages` counts all files of the site, `written` those whose bytes changed."""

    articles: int
    hidden: int
    pages: int
    rendered: int = 0
    written: int = 0
    removed: int = 0
    parsed: int = 0
    faults: tuple[ContentError, ...] = ()
    notes: tuple[str, ...]
    explained: tuple[Rendered, ...] = ()
    output: Path


class Outcome(NamedTuple):
    """How a build without faults left the site, and a digest of all that it depended on: where that is the same, a
    build has nothing to do. `noted` says that the addresses stand in the ledger.
    """

    circumstances: bytes
    noted: bool
    articles: int
    hidden: int
    pages: int
    notes: tuple[str, ...]

    def remember(self, catalog: Catalog) -> None:
        """Keep it in the catalog, until `forget`."""
        catalog.set_meta("settled", msgspec.msgpack.encode(self))

    @classmethod
    def of_last(cls, catalog: Catalog) -> Outcome | None:
        """What the catalog remembers."""
        data = catalog.meta("settled")
        return None if data is None else msgspec.msgpack.decode(data, type=cls)

    @staticmethod
    def forget(catalog: Catalog) -> None:
        """From now on the site may be another."""
        catalog.set_meta("settled", None)

    def report(self, output: Path) -> Report:
        """What a build tells that had nothing to do."""
        return Report(articles=self.articles, hidden=self.hidden, pages=self.pages, notes=self.notes, output=output)
