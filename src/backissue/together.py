"""Topics that stand together more often than chance would have it: on the page of a list, the tags that it goes with.

Chance depends on how many articles there are in all and how many have each tag, so an article that comes would change
what every list says. So only whole years are counted: those before the archive's newest one. They hold still while the
archive goes on, and one digest over them tells of all lists at once that nothing changed. It is worked out only for
lists that are looked into, from the runs that the archive holds anyway.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property

import msgspec

from .archive import Archive
from .entries import digest
from .runs import numbers
from .terms import Term

FLOOR = 3
"""Fewer articles together than that may be chance."""

LIFT = 2
"""How many times as often as by chance two things must stand together."""

MOST = 8
"""As many tags as a list names."""


_decoder = msgspec.msgpack.Decoder(tuple[bytes, dict[str, list[tuple[str, int]]]])


class Together:
    """What stands together in the whole years of an archive."""

    def __init__(self, archive: Archive, ref_digest: Callable[[Term], bytes]) -> None:
        """`ref_digest` gives the digest of how a term is named and where it lies."""
        self._archive = archive
        self._first = archive.first_dated
        self._end = archive.listed
        newest = archive.span[1]
        while self._end > self._first and archive.volumes[self._end - 1].year == newest:
            self._end -= 1
        whole = archive.volumes[self._first : self._end]
        self._articles = sum(map(len, whole))
        self._counts: dict[str, int] = {}
        parts = [f"{len(volume)} {volume.name}\0".encode() + volume.runs.shape for volume in whole]
        for term in archive.kinds("tags") if whole else ():
            count = self._count(term)
            if count >= FLOOR:
                self._counts[term.key] = count
                parts.append(ref_digest(term))
        self.digest = digest(*parts)
        """What stands for all that `of` gives."""
        self._found: dict[str, list[tuple[str, int]]] = {}

    def recall(self, kept: bytes | None) -> None:
        """Take up what an earlier build worked out (`encoded`), if it was worked out from the same."""
        if kept is not None:
            worked_from, found = _decoder.decode(kept)
            if worked_from == self.digest:
                self._found = found

    def encoded(self) -> bytes:
        """What was worked out, to be kept for the next build; nothing of lists that are no more."""
        kept = {key: found for key, found in self._found.items() if key in self._archive.terms}
        return msgspec.msgpack.encode((self.digest, kept))

    def of(self, term: Term, articles: Sequence[int]) -> list[tuple[Term, int]]:
        """The tags that a term stands with more often than chance would have it, and in how many articles; `articles`
        are those of the term, by their numbers in the archive.

        They are ordered by the Ochiai coefficient (n / √(a·b)), which weighs how often against how exclusively.
        """
        found = self._found.get(term.key)
        if found is None:
            found = self._found[term.key] = self._work_out(term, articles)
        return [(self._archive.terms[key], both) for key, both in found]

    def _work_out(self, term: Term, articles: Sequence[int]) -> list[tuple[str, int]]:
        count = self._count(term)
        if count < FLOOR:
            return []
        keys = list(self._counts)
        found = Counter(numbers(b"".join(map(self._tags.__getitem__, articles))))
        together = [(keys[number], both) for number, both in found.items() if both >= FLOOR]
        counts, chance = self._counts, LIFT * count
        # Whole numbers, and one division that IEEE 754 rounds alike everywhere.
        strong = [
            (-both * both / counts[key], key, both)
            for key, both in together
            if both * self._articles >= chance * counts[key] and key != term.key
        ]
        return [(key, both) for _strength, key, both in sorted(strong)[:MOST]]

    def _count(self, term: Term) -> int:
        """How many of a term's articles are of the whole years."""
        count = term.count
        for index, run in term.newest_runs():
            if index < self._end:
                break
            count -= len(run)
        oldest, run = term.oldest_run
        if oldest < self._first:
            count -= len(run)
        return count

    @cached_property
    def _tags(self) -> list[bytes]:
        """The tags of each article, of those tags that have articles enough; none of articles of other years. They are
        numbered (32-bit) as `_counts` has them: numbers that lie side by side are counted twice as fast as texts.
        """
        archive = self._archive
        known = {key: array("I", (number,)).tobytes() for number, key in enumerate(self._counts)}
        found = [b""] * archive.count
        for index in range(self._first, self._end):
            start = archive.starts[index]
            for key, positions in zip(
                archive.lists.keys[index], archive.volumes[index].runs.all_positions(), strict=True
            ):
                number = known.get(key)
                if number is not None:
                    for position in positions:
                        found[start + position] += number
        return found
