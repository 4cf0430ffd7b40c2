"""The addresses of lists, of their numbered pages, and of what settings make."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from ..archive import Archive
from ..entries import KINDS
from .ledger import CALENDAR, LISTS, PAGES, SETTINGS, Ledger, Lines

_NUMBERED = re.compile(r"(.+/page/)([1-9][0-9]{0,5})\.html")


def list_lines(ledger: Ledger, archive: Archive) -> dict[str, Lines]:
    """The lines of lists after a build: what there was, and what is new. A list that is empty now keeps its line,
    unless another list has its address.
    """
    now: dict[str, Lines] = {name: {} for name in LISTS}
    for term in archive.terms.values():
        now[term.ref.kind][term.ref.path] = term.key.partition(":")[2]
    for path, period in _calendar(archive):
        now[CALENDAR][path] = period
    return {name: {**ledger.lines(name), **lines} for name, lines in now.items()}


def term_folders(ledger: Ledger) -> dict[str, str]:
    """The folders that terms have, by their keys (`tags:sea` → `tags/sea`)."""
    return {
        f"{kind}:{key}": path.removesuffix("/index.html")
        for kind in KINDS
        for path, key in ledger.lines(kind).items()
    }  # fmt: skip


def list_redirects(lines: Mapping[str, Lines], archive: Archive, aliases: Mapping[str, str]) -> Lines:
    """Where the addresses of lists lead that have no articles any more: a tag that is another's alias (`aliases`, key →
    key) to that tag, others to the index of their kind.
    """
    found: Lines = {}
    there = {term.ref.path for term in archive.terms.values()}
    for kind in KINDS:
        for path, key in lines[kind].items():
            if path not in there:
                term = archive.terms.get(f"tags:{aliases.get(key, key)}") if kind == "tags" else None
                found[path] = term.ref.path if term else f"{kind}/index.html"
    there = {path for path, _period in _calendar(archive)}
    for path in lines[CALENDAR]:
        if path not in there:
            year = path.partition("/")[0] + "/index.html"
            found[path] = year if year in there and year != path else "calendar/index.html"
    return found


def page_lines(ledger: Ledger, lists: Mapping[str, Lines], now: Lines) -> Lines:
    """The lines of numbered pages and of parts of indexes after a build that has those of `now`: of the numbers of a
    list the highest ever. `lists` has the lines of lists and of what settings make; what belongs to nothing that is
    an index or among them is forgotten.
    """
    noted = ledger.lines(PAGES)
    indexes = {f"{kind}/index.html" for kind in KINDS}
    # Most are what they were: only lists with other numbers are looked at closely.
    others = {
        path: own
        for path, own in noted.items()
        if path not in now and (own in indexes or any(own in lines for lines in lists.values()))
    }
    others |= {path: own for path, own in now.items() if path not in noted}
    folders = {path.rpartition("/")[0] for path in others}
    others |= {path: own for path, own in now.items() if path.rpartition("/")[0] in folders}
    highest = {_number_of(path)[0]: path for path in sorted(others, key=_number_of)}
    same = {path: own for path, own in now.items() if path not in others}
    return same | {path: others[path] for path in highest.values()}


def page_redirects(lines: Lines, now: Lines, moved: Lines) -> Lines:
    """Where numbered pages and parts of indexes lead that are no more: to the list's own page, or where that leads
    (`moved`). `now` has those that there are, in the form of the lines.
    """
    found: Lines = {}
    for path, own in lines.items():
        if path in now:
            continue
        found[path] = target = moved.get(own, own)
        folder, number = _number_of(path)
        while number > 1 and (path := f"{folder}{number - 1}.html") not in now:
            found[path] = target
            number -= 1
    return found


def _number_of(path: str) -> tuple[str, int]:
    """The folder of a numbered page, and its number; of a page that has none its path, and 0."""
    match = _NUMBERED.fullmatch(path)
    return (match[1], int(match[2])) if match else (path, 0)


def kinds_made(ledger: Ledger, now: Lines, lacking: Callable[[str], Sequence[str]]) -> tuple[Lines, Lines]:
    """The lines of kinds of addresses that settings make, after a build that makes those of `now`; and those that are
    made no more, because settings are `lacking` of those that they take. The others only have no address for now.
    """
    before = {kind: takes for kind, takes in ledger.lines(SETTINGS).items() if kind not in now}
    unmade = {kind: takes for kind, takes in before.items() if lacking(takes)}
    return {**now, **{kind: takes for kind, takes in before.items() if kind not in unmade}}, unmade


def _calendar(archive: Archive) -> Iterator[tuple[str, str]]:
    for index, volume in enumerate(archive.volumes[: archive.listed]):
        yield f"{volume.folder}index.html", volume.name or "undated"
        if index >= archive.first_dated:
            yield f"{volume.year}/index.html", volume.year
