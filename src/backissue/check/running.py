"""A check of an archive's site from beginning to end: its folder found, looked through, its findings traced back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from ..addresses.ledger import Ledger
from ..building import Folders, Options, folders, read_site
from ..catalog import Catalog
from ..config import Site
from ..errors import BuildStopped
from ..executors import Team
from ..fixity import CONTENT, SITE
from ..manifests import FOLDER
from ..phrases import local_link
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
    with closing(Team(options.jobs)) as team:
        found = check_site(places.output, site.url, team.workers, lambda done, total: progress("checking", done, total))
        if not options.catalog.is_file():
            traced = Sources(None, places.content, {}).traced(found, str(places.output))
            yield from of_navigation(traced, site, options.root)
            return
        with closing(Catalog(options.catalog)) as catalog:
            # What it knows of another output folder says nothing of this one.
            known = catalog if catalog.meta("output") == output_identity(places.output) else None
            sources = Sources(known, places.content, Ledger(options.root).moved)
            yield from of_navigation(sources.traced(found, str(places.output)), site, options.root)
            yield from sources.dead()
            yield from sources.within(places.output, team.workers)


def of_navigation(findings: Iterable[Finding], site: Site, root: Path) -> Iterator[Finding]:
    """Findings; what each page has because the navigation leads to nothing is told once, by the line of site.yaml."""
    entries = {f" leads to {local_link(item.href, '')}, which is not there": item.href for item in site.navigation}
    told = set()
    for finding in findings:
        end = next((end for end in entries if finding.rule == "link" and finding.what.endswith(end)), "")
        if not end:
            yield finding
        elif end not in told:
            told.add(end)
            href = entries[end]
            text = (root / "site.yaml").read_text("utf-8")
            line = text.count("\n", 0, max(text.find(href), 0)) + 1
            yield Finding("site.yaml", line, finding.rule, f'"{href}", which each page has,{end}', about=href)


def check_archive_fixity(options: Options, progress: Progress) -> Iterator[Finding]:
    """Every file of an archive's site and content that is not what the last build wrote down.

    Raises BuildStopped where there is no site or are no manifests, ContentErrors where site.yaml is at fault.
    """
    site = read_site(options.root)
    places = _places(options, site)
    if not site.manifests:
        raise BuildStopped("site.yaml says manifests: false, so nobody knows what was written — build with true")
    kinds = {SITE: places.output, CONTENT: places.content}
    with closing(Team(options.jobs)) as team:
        yield from check_fixity(
            options.state_folder.with_name(FOLDER),
            kinds,
            team.workers,
            lambda done, total: progress("reading", done, total),
        )


def check_archive_withdrawn(options: Options, against: Sequence[Path], progress: Progress) -> Iterator[Finding]:
    """Every file of an archive's site, and of what builds of it remember, that has text of withdrawn articles.

    `against` are files with further texts to look for. Raises BuildStopped where there is no site, or for a file of
    `against` that can't be read; ContentErrors where site.yaml is at fault.
    """
    site = read_site(options.root)
    places = _places(options, site)
    with closing(Team(options.jobs)) as team:
        yield from check_withdrawn(
            places.content,
            [places.output, options.state_folder, options.root / "export"],
            against,
            site.zone,
            team.workers,
            lambda done, total: progress("looking", done, total),
        )


def _places(options: Options, site: Site) -> Folders:
    places = folders(options, site)
    if not places.output.is_dir():
        raise BuildStopped(f"{places.output}: there is no such folder — build the site first")
    return places
