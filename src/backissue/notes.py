"""What a build tells of the archive's articles taken together, beside their faults."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from .catalog import Catalog
from .errors import ContentError, ContentErrors
from .plan import Edition

SOME = 5
"""So many files are named in a note."""


def check_exposed(edition: Edition, catalog: Catalog, content: str) -> None:
    """What is withdrawn must not be read in an older version of it: whatever may be skipped, this stops a build.

    `content` is what faults call the content folder. Raises ContentErrors.
    """
    faults = []
    for spot, lead in edition.archive.exposed():
        place, withdrawn = (catalog.place(edition.id(each)) for each in (spot, lead))
        what = f"is a version of {content}/{withdrawn.file}, which is withdrawn: its text would be shown"
        hint = "write status: withdrawn into it, or take its version_of away"
        faults.append(ContentError(what, f"{content}/{place.file}", place.line or None, hint))
    if faults:
        raise ContentErrors(faults)


def notes(edition: Edition, catalog: Catalog, content: str) -> tuple[str, ...]:
    """What may not be meant: links that lead nowhere, pictures that can't be made smaller, articles in no list."""
    found = []
    dead = sum(volume.dead for volume in edition.archive.volumes)
    if dead:
        what = "link or picture leads to a file that is" if dead == 1 else "links and pictures lead to files that are"
        found.append(f"{dead:,} {what} not in {content}/; they are shown as plain text")
    spoilt = {file: why for volume in edition.archive.volumes for file, why in volume.spoilt.items()}
    if spoilt:
        some = _some([f"{content}/{file} ({why})" for file, why in sorted(spoilt.items())])
        found.append(f"shown as they are, for nothing smaller can be made of them: {some}")
    strays = edition.archive.strays()
    if strays:
        places = sorted(catalog.place(edition.id(spot)).file for spot in strays)
        some = _some([f"{content}/{place}" for place in places])
        found.append(f"in no list, for what copy_of or version_of names is in none itself: {some}")
    return tuple(found)


def taken_out(gone: Collection[str]) -> tuple[str, ...]:
    """What a build took out of the site that others may have led to: files of the content folder, which are there as
    long as an article shows them. `gone` are the paths of all files that were taken out.
    """
    files = sorted(path for path in gone if path.startswith("media/"))
    return (f"taken out of the site, as shown by no article any more: {_some(files)}",) if files else ()


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:SOME]) + (", …" if len(names) > SOME else "")
