"""What stands beside the former addresses of lists that have no articles any more, and of which none took the place.

No page can stand for a feed or a file of citations, and a host of files sends nobody on. So they stay, and hold what
their list holds now: nothing. A feed in JSON says that it has ended. What the list was called is not said, for its
articles may have been withdrawn. (Those of a list whose place another took hold
what that one holds: see `feeds` and `citations`.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from ..archive import Archive
from ..entries import digest
from ..plan import Edition, Page, Sheaf, encode
from ..views import CitationsView, FeedView
from .citations import citation_paths, formats_for
from .feeds import NAMES, feed_paths
from .formers import FormerList, former_list


class _Emptied(NamedTuple):
    """A page of such a list, and its path."""

    list: FormerList
    path: str


def list_pages(archive: Archive) -> set[str]:
    """The own pages of the lists that there are."""
    volumes = archive.volumes[: archive.listed]
    return {*(term.ref.path for term in archive.terms.values()), *(f"{volume.folder}index.html" for volume in volumes)}


def sheaves(edition: Edition) -> Iterator[Sheaf]:
    """A sheaf for those of each kind of list."""
    if not edition.moved:
        return
    there = list_pages(edition.archive)
    kinds: dict[str, list[_Emptied]] = {}
    for path, target in sorted(edition.moved.items()):
        found = former_list(path)
        if found and target not in there:
            kinds.setdefault(found.kind, []).append(_Emptied(found, path))
    site = edition.site
    for kind, emptied in kinds.items():
        settings = encode((feed_paths(site, "") if kind in site.feeds.lists else (), site.citations.pages))
        salts = map(edition.salt, (*NAMES.values(), *formats_for(edition, kind)))
        yield Sheaf(f"emptied:{kind}", digest(settings, encode(emptied), *salts), partial(_pages, edition, emptied))


def _pages(edition: Edition, emptied: Sequence[_Emptied]) -> Iterator[Page]:
    for (kind, folder, number), path in emptied:
        if not number and kind in edition.site.feeds.lists:
            view = FeedView(path, None, (), (), True)
            for file in feed_paths(edition.site, folder):
                yield edition.viewed(file, file.removeprefix(folder), view)
        for file, format_ in citation_paths(edition, kind, folder, number).items():
            yield edition.viewed(file, format_, CitationsView(()))
