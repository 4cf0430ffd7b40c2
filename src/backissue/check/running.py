"""A check of an archive's site from beginning to end: its folder found, looked through, its findings traced back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing

from .. import executors
from ..catalog import Catalog
from ..errors import BuildStopped
from ..pipeline import SMALL, STATE, Options, folders, read_site
from ..publishing import output_identity
from .findings import Finding
from .site import check_site
from .sources import Sources

Progress = Callable[[str, int, int], None]


def check_archive(options: Options, progress: Progress) -> Iterator[Finding]:
    """Everything that is wrong with an archive's site, by the files of its articles where they are known.

    Raises BuildStopped where there is no site, ContentErrors where site.yaml is at fault.
    """
    site = read_site(options.root)
    places = folders(options, site)
    if not places.output.is_dir():
        raise BuildStopped(f"{places.output}: there is no such folder — build the site first")
    jobs = options.jobs or executors.cores()
    pool = executors.here() if jobs == 1 else executors.processes(jobs)
    try:

        def workers(count: int) -> executors.Workers:
            return executors.here() if count <= SMALL else pool

        found = check_site(places.output, site.url, workers, lambda done, total: progress("checking", done, total))
        path = (options.state or options.root / STATE) / "catalog.sqlite"
        if not path.is_file():
            yield from Sources(None, places.content).traced(found, str(places.output))
            return
        with closing(Catalog(path)) as catalog:
            # What it knows of another output folder says nothing of this one.
            known = catalog if catalog.meta("output") == output_identity(places.output) else None
            sources = Sources(known, places.content)
            yield from sources.traced(found, str(places.output))
            yield from sources.dead()
    finally:
        pool.close()
