"""Files of citations: for a page of a list, the articles that it shows, in each format that site.yaml names.

They are pages of their list's sheaf (`listings`), beside the page whose articles they hold.
"""

from __future__ import annotations

from ..citing import FORMATS
from ..entries import KINDS, digest
from ..plan import Edition, encode


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


def citation_salt(edition: Edition, kind: str) -> bytes:
    """What such files of a list depend on beside its articles."""
    formats = formats_for(edition, kind)
    return digest(encode((formats, edition.site.citations.pages)), *map(edition.salt, formats))
