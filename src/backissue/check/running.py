"""A check of an archive's site from beginning to end: its folder found, looked through, its findings traced back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from .. import executors
from ..catalog import Catalog
from ..config import Site
from ..errors import BuildStopped
from ..fixity import CONTENT, SITE
from ..manifests import FOLDER
from ..pipeline import SMALL, STATE, Folders, Options, folders, read_site
from ..publishing import output_identity
from .findings import Finding
from .fixity import check_fixity
from .site import check_site
from .sources import Sources
from .withdrawn import check_withdrawn

Progress = Callable[[str, int, int], None]


def check_archive(options: Options, progress: Progress) -> Iterator[Finding]:
    """Everything that is wrong with an archive's site, by the files of its articles where they are known.

    Raises BuildStopped where there is no site, ContentErrors where site.yaml is at fault.
    """
    site = read_site(options.root)
    places = _places(options, site)
    with _team(options.jobs) as workers:
        found = check_site(places.output, site.url, workers, lambda done, total: progress("checking", done, total))
        path = _state(options) / "catalog.sqlite"
        if not path.is_file():
            yield from Sources(None, places.content).traced(found, str(places.output))
            return
        with closing(Catalog(path)) as catalog:
            # What it knows of another output folder says nothing of this one.
            known = catalog if catalog.meta("output") == output_identity(places.output) else None
            sources = Sources(known, places.content)
            yield from sources.traced(found, str(places.output))
            yield from sources.dead()
            yield from sources.within(places.output, workers)


def check_archive_fixity(options: Options, progress: Progress) -> Iterator[Finding]:
    """Every file of an archive's site and content that is not what the last build wrote down.

    Raises BuildStopped where there is no site or are no manifests, ContentErrors where site.yaml is at fault.
    """
    site = read_site(options.root)
    places = _places(options, site)
    if not site.manifests:
        raise BuildStopped("site.yaml says manifests: false, so nobody knows what was written — build with true")
    kinds = {SITE: places.output, CONTENT: places.content}
    with _team(options.jobs) as workers:
        yield from check_fixity(
            _state(options).with_name(FOLDER), kinds, workers, lambda done, total: progress("reading", done, total)
        )


def check_archive_withdrawn(options: Options, against: Sequence[Path], progress: Progress) -> Iterator[Finding]:
    """Every file of an archive's site, and of what builds of it remember, that has text of withdrawn articles.

    `against` are files with further texts to look for. Raises BuildStopped where there is no site, or for a file of
    `against` that can't be read; ContentErrors where site.yaml is at fault.
    """
    site = read_site(options.root)
    places = _places(options, site)
    with _team(options.jobs) as workers:
        yield from check_withdrawn(
            places.content,
            [places.output, _state(options), options.root / "export"],
            against,
            site.zone,
            workers,
            lambda done, total: progress("looking", done, total),
        )


def _state(options: Options) -> Path:
    return options.state or options.root / STATE


def _places(options: Options, site: Site) -> Folders:
    places = folders(options, site)
    if not places.output.is_dir():
        raise BuildStopped(f"{places.output}: there is no such folder — build the site first")
    return places


@contextmanager
def _team(asked: int) -> Iterator[Callable[[int], executors.Workers]]:
    """The workers for so many files."""
    jobs = asked or executors.cores()
    pool = executors.here() if jobs == 1 else executors.processes(jobs)
    try:
        yield lambda count: executors.here() if count <= SMALL else pool
    finally:
        pool.close()
