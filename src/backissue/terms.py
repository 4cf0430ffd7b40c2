"""The lists of the archive (tags, authors, sources, sections): put together from the runs of its volumes."""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate, chain, repeat

import msgspec

from .runs import TAB, D, Runs, commonest, numbers, pieces
from .slugs import slug, tailed


class TermRef(msgspec.Struct, frozen=True, array_like=True):
    """A tag, author, source or section as pages name it: its taxonomy, the words that are shown, its page's path."""

    kind: str
    name: str
    path: str


class _Shelf:
    """The runs of all volumes, numbered through: those of the first volume, then those of the second, and so on."""

    def __init__(self, runs: Sequence[Runs]) -> None:
        self.runs = runs
        self.starts = [0, *accumulate(map(len, runs))]
        """The number of each volume's first run; and how many there are in all."""
        self.volumes = array("I", chain.from_iterable(map(repeat, range(len(runs)), map(len, runs))))
        """The index of the volume of each run."""

    def run(self, number: int) -> tuple[int, array[int]]:
        """The index of a run's volume, and the positions of its articles there."""
        index = self.volumes[number]
        return index, self.runs[index].run(number - self.starts[index])


End = tuple[int | None, bytes]
"""An article that stands next to another in a list: its number in the catalog, and the digest of its Link."""

NOBODY: End = (None, bytes(D))


class Term:
    """A list of the archive, and the volumes it runs through."""

    __slots__ = ("_shelf", "count", "key", "numbers", "ref")

    def __init__(self, key: str, ref: TermRef, count: int, numbers: array[int], shelf: _Shelf) -> None:
        """`numbers` has those of the list's runs on the shelf."""
        self.key = key
        self.ref = ref
        self.count = count
        self.numbers = numbers
        self._shelf = shelf

    @property
    def volumes(self) -> list[int]:
        """The indexes of the volumes that the list runs through."""
        return list(map(self._shelf.volumes.__getitem__, self.numbers))

    @property
    def runs(self) -> list[tuple[int, array[int]]]:
        """The index of each volume that the list runs through, and the positions of its articles there."""
        runs, starts = self._shelf.runs, self._shelf.starts
        places = zip(self.volumes, self.numbers, strict=True)
        return [(index, runs[index].run(number - starts[index])) for index, number in places]

    @property
    def oldest_run(self) -> tuple[int, array[int]]:
        """The first of them."""
        return self._shelf.run(self.numbers[0])

    def newest_runs(self) -> Iterator[tuple[int, array[int]]]:
        """The same from the newest to the oldest, as far as they are asked for."""
        return map(self._shelf.run, reversed(self.numbers))

    @property
    def folder(self) -> str:
        """The folder of the list's pages, such as `tags/python/`."""
        return self.ref.path.removesuffix("index.html")


class Terms:
    """All lists of the archive, by key in order, and what is asked of all of them at once."""

    def __init__(self, runs: Sequence[Runs], folders: Mapping[str, str], first_dated: int = 0) -> None:
        """`runs` are those of the volumes, in order, of which those before `first_dated` are undated; `folders` has
        those that lists have had, which they keep.
        """
        self._runs = runs
        self._first_dated = first_dated
        known = _Known()
        self.keys: list[list[str]] = [list(map(known.__getitem__, volume.lines(volume.lists))) for volume in runs]
        """Of each volume, the keys of its runs."""
        places: dict[str, array[int]] = {key: array("I") for key in known.names}
        for number, key in enumerate(chain.from_iterable(self.keys)):
            places[key].append(number)
        names = _names(runs, self.keys, known.names)
        paths = _paths(known.names, folders)
        counts = self._counts
        self._shelf = shelf = _Shelf(runs)
        self.by_key = {
            key: Term(
                key,
                TermRef(key.partition(":")[0], names[key], paths[key]),
                sum(map(counts.__getitem__, places[key])),
                places[key],
                shelf,
            )
            for key in sorted(known.names)
        }
        """The lists."""

    @cached_property
    def _counts(self) -> array[int]:
        """How many articles each run has."""
        return array("I", chain.from_iterable(volume.counts() for volume in self._runs))

    @cached_property
    def _around(self) -> tuple[array[int], array[int]]:
        """For each run the number, counted from 1, of the one before it in its list, and of the one after it; 0 where
        there is none. Undated articles are neighbours of nobody.
        """
        before, after = array("I", bytes(4 * self._shelf.starts[-1])), array("I", bytes(4 * self._shelf.starts[-1]))
        undated = self._shelf.starts[self._first_dated]
        for term in self.by_key.values():
            earlier = undated
            for number in term.numbers:
                if earlier > undated:
                    before[number] = earlier
                    after[earlier - 1] = number + 1
                earlier = number + 1
        return before, after

    @cached_property
    def _ends(self) -> tuple[array[int], bytes, array[int], bytes]:
        """Of the last articles of all runs the numbers in the catalog and the Links' digests; and of the first ones."""
        return (
            numbers(b"".join([volume.last_ids for volume in self._runs])),
            b"".join([volume.lasts for volume in self._runs]),
            numbers(b"".join([volume.first_ids for volume in self._runs])),
            b"".join([volume.firsts for volume in self._runs]),
        )

    def around(self, index: int) -> tuple[list[End], list[End]]:
        """For each run of a volume what stands in its list before it, and what after it."""
        last_ids, lasts, first_ids, firsts = self._ends
        own = slice(*self._shelf.starts[index : index + 2])
        before, after = self._around
        return (
            [(last_ids[run - 1], lasts[run * D - D : run * D]) if run else NOBODY for run in before[own]],
            [(first_ids[run - 1], firsts[run * D - D : run * D]) if run else NOBODY for run in after[own]],
        )

    def standings(self, periods: Sequence[bytes]) -> dict[str, bytes]:
        """For each list a digest over the cards of its articles and the periods of the volumes that they are in."""
        states = {key: hashlib.blake2b(digest_size=D) for key in self.by_key}
        updates = {key: state.update for key, state in states.items()}
        for period, volume, keys in zip(periods, self._runs, self.keys, strict=False):
            for update, cards in zip(map(updates.__getitem__, keys), pieces(volume.digests), strict=True):
                update(period + cards)
        return {key: state.digest() for key, state in states.items()}

    def edges(self, references: Mapping[str, bytes]) -> list[bytes]:
        """For each volume a digest of what is known of its lists (`references`), and of the Links that stand there just
        before and just after it.
        """
        nobody = repeat(bytes(D))
        states = [hashlib.blake2b(b"".join(map(references.__getitem__, keys)), digest_size=D) for keys in self.keys]
        dated = range(self._first_dated, len(self.keys))
        firsts, lasts = [runs.firsts for runs in self._runs], [runs.lasts for runs in self._runs]
        # From volume to volume, once forwards and once backwards: so few digests are in memory at a time.
        for order, ends in ((dated, lasts), (reversed(dated), firsts)):
            nearest: dict[str, bytes] = {}
            for index in order:
                keys = self.keys[index]
                states[index].update(b"".join(map(nearest.get, keys, nobody)))
                nearest.update(zip(keys, pieces(ends[index]), strict=True))
        return [state.digest() for state in states]

    def changed(self, newest: Sequence[str]) -> dict[str, str]:
        """For each list: the newest day when one of its articles was changed, as far as known. `newest` has for each
        volume a day that none of its articles' is after.
        """
        up_to = list(accumulate(newest, max))
        days: dict[int, list[str]] = {}
        found = {}
        for key, term in self.by_key.items():
            latest = ""
            for number in reversed(term.numbers):
                index = self._shelf.volumes[number]
                if latest >= up_to[index]:
                    break  # as a rule at once: what is newest was changed last
                if index not in days:
                    days[index] = self._runs[index].lines(self._runs[index].changed)
                if self._runs[index].changed:
                    latest = max(latest, days[index][number - self._shelf.starts[index]])
            found[key] = latest
        return found

    def periods(self, names: Sequence[str]) -> list[tuple[str, int]]:
        """The periods of the volumes (`names` has that of each), each with the number of its first run."""
        found: dict[str, int] = {}
        for name, start in zip(names, self._shelf.starts, strict=False):
            found.setdefault(name, start)
        return list(found.items())

    def per_period(self, term: Term, periods: Sequence[tuple[str, int]]) -> dict[str, int]:
        """How many of a list's articles the volumes of each of the `periods` have, in order."""
        counts = list(accumulate(map(self._counts.__getitem__, term.numbers), initial=0))
        cuts = [bisect_left(term.numbers, start) for _period, start in periods]
        return {
            period: counts[end] - counts[begin]
            for (period, _start), begin, end in zip(periods, cuts, [*cuts[1:], len(term.numbers)], strict=True)
            if end > begin
        }


class _Known(dict[str, str]):
    """The keys of lists by the lines in which runs have them; each key is one text, however many lines have it."""

    def __init__(self) -> None:
        self.names: dict[str, list[str]] = {}
        """By key, the names that a list has in those lines."""
        self._keys: dict[str, str] = {}

    def __missing__(self, line: str) -> str:
        key, _, name = line.partition(TAB)
        key = self[line] = self._keys.setdefault(key, key)
        self.names.setdefault(key, []).append(name)
        return key


def _names(runs: Sequence[Runs], keys: Sequence[Sequence[str]], written: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """What each list is called: by the words that most of its articles use, of those that are `written`."""
    doubtful = {key for key, of_list in written.items() if len(of_list) > 1}
    doubtful.update(chain.from_iterable(volume.variants for volume in runs))
    times: dict[str, dict[str, int]] = {key: {} for key in doubtful}
    for volume, of_volume in zip(runs, keys, strict=True) if doubtful else ():
        if doubtful.isdisjoint(of_volume):
            continue
        for key, line, count in zip(of_volume, volume.lines(volume.lists), volume.counts(), strict=True):
            if key in doubtful:
                for name, often in volume.variants.get(key, {line.partition(TAB)[2]: count}).items():
                    times[key][name] = times[key].get(name, 0) + often
    return {key: commonest(times[key]) if key in doubtful else of_list[0] for key, of_list in written.items()}


def _paths(keys: Collection[str], folders: Mapping[str, str]) -> dict[str, str]:
    """The page of each list, by its key."""
    found = {key: folders[key] for key in keys if key in folders}
    taken = set(found.values())
    same: dict[str, list[str]] = {}
    for key in keys:
        if key not in found:
            same.setdefault(_base(key), []).append(key)
    found.update((key, path) for base, keys in same.items() for key, path in _folders(base, keys, taken))
    return {key: f"{folder}/index.html" for key, folder in found.items()}


@lru_cache(maxsize=100_000)
def _base(key: str) -> str:
    """The folder that a list would have, were it not for others."""
    kind, _, words = key.partition(":")
    return f"{kind}/{slug(words)}"


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
