"""Files of citations: for a page of a list, the articles that it shows, in each format that site.yaml names.

They are pages of their list's sheaf (`listings`), beside the page whose articles they hold.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..archive import Archive
from ..citing import FORMATS
from ..config import Site
from ..entries import KINDS, digest
from ..plan import Edition, encode
from .formers import former_lists


def formats_for(edition: Edition, kind: str) -> tuple[str, ...]:
    """The formats of the files that lists of a kind have; months stand for all that is listed by date."""
    settings = edition.site.citations
    return settings.formats if (kind if kind in KINDS else "months") in settings.lists else ()


def citation_paths(edition: Edition, kind: str, folder: str, number: int) -> dict[str, str]:
    """The files of a list's own page, whose number is 0, or of a numbered one: path → format."""
    if number and edition.site.citations.pages == "own":
        return {}
    stem = f"{folder}page/{number}" if number else f"{folder}citations"
    return {stem + FORMATS[format_]: format_ for format_ in formats_for(edition, kind)}


def by_setting(archive: Archive, site: Site) -> Iterator[tuple[str, str]]:
    """Each format's, of each kind of list; those of numbered pages apart."""
    months = ("undated", "*/*") if archive.first_dated else ("*/*",)
    for kind in site.citations.lists:
        folders = months if kind == "months" else (f"{kind}/*",) if archive.kinds(kind) else ()
        for folder in folders:
            for format_ in site.citations.formats:
                takes = f"citations.lists: {kind}, citations.formats: {format_}"
                yield f"{folder}/citations{FORMATS[format_]}", takes
                if site.citations.pages == "all":
                    yield f"{folder}/page/*{FORMATS[format_]}", f"{takes}, citations.pages: all"


def former_citations(edition: Edition, page: str) -> dict[str, str]:
    """The files of former pages of lists that lead to a list's own page now: path → format. They hold what its own
    hold, for no page can stand for them.
    """
    return {
        file: format_
        for kind, folder, number in former_lists(edition, page)
        for file, format_ in citation_paths(edition, kind, folder, number).items()
    }


def citation_salt(edition: Edition, kind: str, page: str) -> bytes:
    """What such files of a list, given with its own page, depend on beside its articles."""
    formats = formats_for(edition, kind)
    outline = (formats, edition.site.citations.pages, former_citations(edition, page))
    return digest(encode(outline), *map(edition.salt, formats))
