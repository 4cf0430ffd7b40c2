"""The lists of the archive (tags, authors, sources, sections): put together from the runs of its volumes."""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import repeat

import msgspec

from .runs import D, Run, Runs, commonest, pieces
from .slugs import tailed

_PLACE_BITS = 32


class TermRef(msgspec.Struct, frozen=True, array_like=True):
    """A tag, author, source or section as pages name it: its taxonomy, the words that are shown, its page's path."""

    kind: str
    name: str
    path: str


class Term:
    """A list of the archive, and the volumes it runs through."""

    __slots__ = ("_places", "_runs", "count", "key", "ref")

    def __init__(self, key: str, ref: TermRef, count: int, places: array[int], runs: Sequence[Runs]) -> None:
        """`places` has the index of each volume that the list runs through, and the place of the run there."""
        self.key = key
        self.ref = ref
        self.count = count
        self._places = places
        self._runs = runs

    @property
    def volumes(self) -> list[int]:
        """The indexes of the volumes that the list runs through."""
        return [place >> _PLACE_BITS for place in self._places]

    @property
    def runs(self) -> tuple[tuple[int, Run], ...]:
        """The index of each volume that the list runs through, and the run there."""
        return tuple(map(self._run, self._places))

    @property
    def oldest_run(self) -> tuple[int, Run]:
        """The first of them."""
        return self._run(self._places[0])

    def newest_runs(self) -> Iterator[tuple[int, Run]]:
        """The same from the newest to the oldest, as far as they are asked for."""
        return map(self._run, reversed(self._places))

    def around(self, volume: int) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
        """What stands in the list before a volume, and what after it: the index of the volume, and the position there
        of the last or the first article.
        """
        places = self._places
        at = bisect_left(places, volume << _PLACE_BITS)
        before = after = None
        if at:
            index, place = _parted(places[at - 1])
            before = index, self._runs[index].outermost(place)[1]
        if at + 1 < len(places):
            index, place = _parted(places[at + 1])
            after = index, self._runs[index].outermost(place)[0]
        return before, after

    def _run(self, packed: int) -> tuple[int, Run]:
        index, place = _parted(packed)
        return index, self._runs[index].run(place)

    @property
    def folder(self) -> str:
        """The folder of the list's pages, such as `tags/python/`."""
        return self.ref.path.removesuffix("index.html")


def _parted(packed: int) -> tuple[int, int]:
    """The index of a volume, and the place of a run there."""
    return divmod(packed, 1 << _PLACE_BITS)


class Terms:
    """All lists of the archive, by key in order, and what is asked of all of them at once."""

    def __init__(self, runs: Sequence[Runs], folders: Mapping[str, str]) -> None:
        """`runs` are those of the volumes, in order; `folders` has those that lists have had, which they keep."""
        self._runs = runs
        known: dict[str, str] = {}
        self.keys: list[list[str]] = []
        """Of each volume, the keys of its runs."""
        for volume in runs:
            keys = volume.lines(volume.keys)
            # Each key is one text, however many volumes have it.
            self.keys.append(list(map(known.setdefault, keys, keys)))
        places: dict[str, array[int]] = {key: array("Q") for key in known}
        counts = dict.fromkeys(known, 0)
        slugs: dict[str, str] = {}
        for index, (volume, keys) in enumerate(zip(runs, self.keys, strict=True)):
            first = index << _PLACE_BITS
            for place, key, count in zip(range(first, first + len(keys)), keys, volume.counts(), strict=True):
                places[key].append(place)
                counts[key] += count
            if not slugs.keys() >= set(keys):
                for key, slug in zip(keys, volume.lines(volume.slugs), strict=True):
                    slugs.setdefault(key, slug)
        names = _names(runs, self.keys)
        paths = _paths(slugs, folders)
        self.by_key = {
            key: Term(key, TermRef(key.partition(":")[0], names[key], paths[key]), counts[key], places[key], runs)
            for key in sorted(known)
        }
        """The lists."""

    def standings(self, periods: Sequence[bytes]) -> dict[str, bytes]:
        """For each list a digest over the cards of its articles and the periods of the volumes that they are in."""
        found: dict[str, list[bytes]] = {key: [] for key in self.by_key}
        for period, volume, keys in zip(periods, self._runs, self.keys, strict=False):
            for key, cards in zip(keys, pieces(volume.digests), strict=True):
                found[key] += (period, cards)
        return {key: hashlib.blake2b(b"".join(parts), digest_size=D).digest() for key, parts in found.items()}

    def edges(self, references: Mapping[str, bytes], first: int) -> list[bytes]:
        """For each volume a digest of what is known of its lists (`references`), and of the Links that stand there just
        before and just after it. Volumes before `first` are undated: their articles are neighbours of nobody.
        """
        nothing = repeat(bytes(D))
        parts = [[references[key] for key in keys] for keys in self.keys]
        dated = range(first, len(self.keys))
        firsts, lasts = [runs.firsts for runs in self._runs], [runs.lasts for runs in self._runs]
        for order, outermost in ((dated, lasts), (reversed(dated), firsts)):
            last: dict[str, bytes] = {}
            for index in order:
                parts[index].extend(map(last.get, self.keys[index], nothing))
                last.update(zip(self.keys[index], pieces(outermost[index]), strict=True))
        return [hashlib.blake2b(b"".join(of_volume), digest_size=D).digest() for of_volume in parts]

    def changed(self) -> dict[str, str]:
        """For each list: the newest day when one of its articles was changed, as far as known."""
        found = dict.fromkeys(self.by_key, "")
        for volume, keys in zip(self._runs, self.keys, strict=True):
            if volume.changed:
                for key, day in zip(keys, volume.lines(volume.changed), strict=True):
                    if day > found[key]:
                        found[key] = day
        return found

    def per_period(self, periods: Sequence[str]) -> dict[str, dict[str, int]]:
        """For each list: how many of its articles the volumes of each period have, in order."""
        found: dict[str, dict[str, int]] = {key: {} for key in self.by_key}
        for period, volume, keys in zip(periods, self._runs, self.keys, strict=False):
            for key, count in zip(keys, volume.counts(), strict=True):
                of_list = found[key]
                of_list[period] = of_list.get(period, 0) + count
        return found


def _names(runs: Sequence[Runs], keys: Sequence[Sequence[str]]) -> dict[str, str]:
    """What each list is called: by the words that most of its articles use."""
    names: dict[str, str] = {}
    doubtful: set[str] = set()
    for volume, of_volume in zip(runs, keys, strict=True):
        written = volume.lines(volume.names)
        if list(map(names.setdefault, of_volume, written)) != written:
            doubtful.update(key for key, name in zip(of_volume, written, strict=True) if names[key] != name)
        doubtful.update(volume.variants)
    if doubtful:
        times: dict[str, dict[str, int]] = {key: {} for key in doubtful}
        for volume, of_volume in zip(runs, keys, strict=True):
            if doubtful.isdisjoint(of_volume):
                continue
            for key, name, count in zip(of_volume, volume.lines(volume.names), volume.counts(), strict=True):
                if key in doubtful:
                    for written_so, often in volume.variants.get(key, {name: count}).items():
                        times[key][written_so] = times[key].get(written_so, 0) + often
        names.update({key: commonest(of_list) for key, of_list in times.items()})
    return names


def _paths(slugs: dict[str, str], folders: Mapping[str, str]) -> dict[str, str]:
    """The page of each list, by its key."""
    found = {key: folders[key] for key in slugs if key in folders}
    taken = set(found.values())
    same: dict[str, list[str]] = {}
    for key, slug in slugs.items():
        if key not in found:
            same.setdefault(f"{key.partition(':')[0]}/{slug}", []).append(key)
    found.update((key, path) for base, keys in same.items() for key, path in _folders(base, keys, taken))
    return {key: f"{folder}/index.html" for key, folder in found.items()}


def _folders(base: str, keys: Sequence[str], taken: Collection[str]) -> Iterator[tuple[str, str]]:
    """A folder for each of the terms with one slug: the plain one, unless it is taken, for the term that reads like it,
    or the first.
    """
    if len(keys) == 1 and base not in taken:
        yield keys[0], base
        return
    kind, _, plain = base.partition("/")
    literal = f"{kind}:{plain.replace('-', ' ')}"
    first = next((key for key in keys if key in (literal, f"{kind}:{plain}")), min(keys))
    for key in keys:
        yield key, base if key == first and base not in taken else f"{kind}/{tailed(plain, key)}"
