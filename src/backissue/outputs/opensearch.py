"""The description of the archive's search for browsers: where there is a search, and an address to name."""

from __future__ import annotations

from collections.abc import Iterator

from ..archive import Archive
from ..config import Site
from ..plan import Edition, Sheaf
from ..views import OpenSearchView

PATH = "opensearch.xml"


def sheaves(edition: Edition) -> Iterator[Sheaf]:
    """A sheaf for the description."""
    if edition.site_view.search and edition.site.url:
        page = edition.viewed(PATH, PATH, OpenSearchView(edition.site_view.search))
        yield Sheaf("opensearch", page.key, lambda: iter((page,)))


def by_setting(_archive: Archive, site: Site) -> Iterator[tuple[str, str]]:
    """The one file."""
    if site.search != "off" and site.url:
        yield PATH, "url, search"
