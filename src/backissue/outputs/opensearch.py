"""The description of the archive's search for browsers: where there is a search, and an address to name."""

from __future__ import annotations

from collections.abc import Iterator

from ..plan import Edition, Sheaf
from ..views import OpenSearchView

PATH = "opensearch.xml"


def sheaves(edition: Edition) -> Iterator[Sheaf]:
    """A sheaf for the description."""
    if edition.site_view.search and edition.site.url:
        page = edition.viewed(PATH, PATH, OpenSearchView(edition.site_view.search))
        yield Sheaf("opensearch", page.key, lambda: iter((page,)))
