"""The archive in shards for search: pieces that are small to index again, and few for a browser to ask.

A shard holds articles of one language, for words are searched by its rules. Time is halved into aligned pieces of years
(1984 to 1987, 1984 to 1985, 1984), and a year into pieces of months, until a piece holds few enough articles. So where
a piece begins and ends depends on its own articles only: one more article in 1953 bears on no shard but its own. Where
the archive still grows, in the latest year that it has, pieces are much smaller, down to a month: there an article is
added every day.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from .archive import Archive
from .runs import D, numbers

LARGE = 3_000
"""Articles in a shard of the past. Indexing takes about 0.25 MiB and two milliseconds for each of ordinary length."""

SMALL = 500
"""Articles in a shard of the latest year, where it is not a single month."""

_SPAN = 16_384
_MONTHS = 16
"""Powers of two that are more than the years and the months there are; month 0 is that of articles without one."""


class Shard(NamedTuple):
    """Articles that are indexed together: their language, a name that is a folder's, the first and the last year of
    their period (empty for undated ones), and where they stand: volumes by index, with positions (32-bit), in order.
    `part` tells apart the shards of one period.
    """

    language: str
    name: str
    first: str
    last: str
    part: int
    places: tuple[tuple[int, bytes], ...]

    def __len__(self) -> int:
        return sum(len(positions) for _volume, positions in self.places) // 4


class _Piece(NamedTuple):
    name: str
    first: str
    last: str
    places: list[tuple[int, bytes]]


def plan(archive: Archive) -> list[Shard]:
    """The shards of all listed articles, language by language, the newest first."""
    volumes = archive.volumes[: archive.listed]
    latest = max((int(volume.year) for volume in volumes if volume.name), default=0)
    spoken: dict[str, list[tuple[int, bytes]]] = {}
    for index, volume in enumerate(volumes):
        for language, positions in volume.searched.items():
            spoken.setdefault(language, []).append((index, positions))
    found: list[Shard] = []
    for language, places in sorted(spoken.items()):
        dated: dict[int, dict[int, tuple[int, bytes]]] = {}
        undated = []
        for index, positions in places:
            period = volumes[index].period
            if period:
                dated.setdefault(int(period[:4]), {})[int(period[5:7] or 0)] = (index, positions)
            else:
                undated.append((index, positions))
        pieces = [*reversed(list(_pieces(dated, latest))), *([_Piece("undated", "", "", undated)] if undated else [])]
        for piece in pieces:
            found += _parts(archive, language, piece)
    return found


def _pieces(years: Mapping[int, Mapping[int, tuple[int, bytes]]], latest: int) -> Iterator[_Piece]:
    """The pieces of one language's years (each: month → volume and positions), the oldest first."""
    counts = {year: sum(_count(place) for place in months.values()) for year, months in years.items()}

    def fits(start: int, size: int, count: int) -> bool:
        return count <= (SMALL if start <= latest < start + size else LARGE)

    for name, inside in spans(counts, fits):
        start, size = inside[0], len(inside)
        if size > 1 or fits(start, size, counts[start]):
            places = [places for year in inside for _month, places in sorted(years[year].items())]
            yield _Piece(name, f"{inside[0]:04}", f"{inside[-1]:04}", places)
            continue
        cap = SMALL if start == latest else LARGE
        months = {month: _count(place) for month, place in years[start].items()}
        for month, span in _halved(months, 0, _MONTHS, lambda _start, _size, count, cap=cap: count <= cap):  # type: ignore[misc]
            places = [place for at, place in sorted(years[start].items()) if month <= at < month + span]
            period = f"{month:02}" if span == 1 else f"{month:02}to{month + span - 1:02}"
            yield _Piece(f"{name}-{period}", name, name, places)


def spans(counts: Mapping[int, int], fits: Callable[[int, int, int], bool]) -> Iterator[tuple[str, list[int]]]:
    """Years in pieces, by how many articles each has, the oldest first: a name that is a file's, and the years with
    articles in it. `fits` tells whether a piece (its first year, the number of its years, of their articles) is small
    enough.
    """
    for start, size in _halved(counts, 0, _SPAN, fits):
        name = f"{start:04}" if size == 1 else "all" if size == _SPAN else f"{start:04}to{start + size - 1:04}"
        yield name, sorted(year for year in counts if start <= year < start + size)


def _halved(
    counts: Mapping[int, int], start: int, size: int, fits: Callable[[int, int, int], bool]
) -> Iterator[tuple[int, int]]:
    """Aligned pieces (start, size) of what is counted, each halved until it fits or is a single one; none is empty."""
    count = sum(number for at, number in counts.items() if start <= at < start + size)
    if not count:
        return
    if size == 1 or fits(start, size, count):
        yield start, size
        return
    half = size // 2
    yield from _halved(counts, start, half, fits)
    yield from _halved(counts, start + half, half, fits)


def _parts(archive: Archive, language: str, piece: _Piece) -> Iterator[Shard]:
    """A piece as one shard, or, where it is a month with very many articles, as several: by what the digests of their
    links begin with, so that an article that is added changes one of them.
    """
    count = sum(map(_count, piece.places))
    parts = 1
    while parts * LARGE < count:
        parts *= 2
    for part in range(parts):
        places = []
        for index, positions in piece.places:
            if parts > 1:
                links = archive.volumes[index].links
                own = array("I", (at for at in numbers(positions) if links[at * D] % parts == part))
                positions = own.tobytes()
            if positions:
                places.append((index, positions))
        name = f"{language}/{piece.name}" + (f".{part}" if parts > 1 else "")
        if places:
            yield Shard(language, name, piece.first, piece.last, part, tuple(places))


def _count(place: tuple[int, bytes]) -> int:
    return len(place[1]) // 4
