"""The articles of one volume that stand in one list: a run. A volume's runs are kept in columns, one entry a list.

An archive of 100,000 articles has 200,000 runs, which a build goes through when one article is added: as columns they
are read ten times as fast as records, and most of what is asked of all of them is answered by loops that run in C.
"""

from __future__ import annotations

import functools
import struct
from array import array
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, chain
from operator import sub

import msgspec

from .entries import DIGEST_BYTES, digest

D = DIGEST_BYTES
TAB = "\t"
"""What stands between a list's key, which has none, and its name."""

_NEWLINE = "\n"


def numbers(packed: bytes) -> array[int]:
    """The 32-bit numbers of packed positions or ids."""
    unpacked = array("I")
    unpacked.frombytes(packed)
    return unpacked


class Runs(msgspec.Struct, frozen=True, array_like=True, dict=True):
    """A volume's runs in columns, by key.

    `lists` (the key, a tab, and the words in which most articles of the run write the list) and `changed` hold a line
    for each run; `shape` is a digest of the keys and the positions. `ends` (32-bit) says where each run's positions end
    in `positions`; `digests` has the digest of each run's cards (of a single one its own), `firsts` and `lasts` those
    of the Links of its first and last article, `first_ids` and `last_ids` (32-bit) their numbers in the catalog.
    `variants` has the names, with how often each stands there, of those lists that are written in several ways.
    """

    lists: str
    changed: str
    shape: bytes
    ends: bytes
    positions: bytes
    digests: bytes
    firsts: bytes
    lasts: bytes
    first_ids: bytes
    last_ids: bytes
    variants: dict[str, dict[str, int]]

    def __len__(self) -> int:
        return len(self.ends) // 4

    @cached_property
    def bounds(self) -> array[int]:
        """Where each run's positions begin, and where the last one's end."""
        return numbers(bytes(4) + self.ends)

    @cached_property
    def flat(self) -> array[int]:
        """The positions of all runs' articles, run after run."""
        return numbers(self.positions)

    @property
    def keys(self) -> list[str]:
        """The keys of the runs."""
        return [line.partition(TAB)[0] for line in self.lines(self.lists)]

    def run(self, place: int) -> array[int]:
        """The positions of the articles of the run at a place of the columns."""
        bounds = self.bounds
        return self.flat[bounds[place] : bounds[place + 1]]

    def all_positions(self) -> list[array[int]]:
        """The positions of each run's articles."""
        return list(map(self.flat.__getitem__, map(slice, self.bounds, self.bounds[1:])))

    def lines(self, column: str) -> list[str]:
        """A column of text, entry by entry."""
        return column.split(_NEWLINE) if self.ends else []

    def counts(self) -> list[int]:
        """How many articles each run has."""
        return list(map(sub, numbers(self.ends), self.bounds))


def pieces(column: bytes) -> tuple[bytes, ...]:
    """A column of digests, entry by entry."""
    return _parting(len(column) // D)(column)


@functools.lru_cache(maxsize=1_000)
def _parting(count: int) -> Callable[[bytes], tuple[bytes, ...]]:
    """What parts so many digests: several times as fast as slicing them one by one."""
    return struct.Struct(f"{D}s" * count).unpack


def in_columns(
    positions: Mapping[str, Sequence[int]],
    names: Mapping[str, str],
    variants: Mapping[str, Mapping[str, int]],
    ids: Sequence[int],
    links: Sequence[bytes],
    cards: Sequence[bytes],
    changed: Sequence[str],
) -> Runs:
    """The runs of a volume: for each list's key the positions of its articles and its name, for those written in
    several ways all of its names with how often each stands there; of all the volume's articles the number in the
    catalog, the digests of Link and Card, and the day when it was changed.
    """
    keys = sorted(positions)
    found = [positions[key] for key in keys]
    newest = [changed[run[0]] if len(run) == 1 else max([changed[at] for at in run]) for run in found]
    ends = array("I", accumulate(map(len, found))).tobytes()
    flat = array("I", list(chain.from_iterable(found))).tobytes()
    return Runs(
        lists=_NEWLINE.join([key + TAB + names[key].replace(_NEWLINE, " ") for key in keys]),
        changed=_NEWLINE.join(newest) if any(newest) else "",
        shape=digest(_NEWLINE.join(keys).encode(), b"\0", ends, flat),
        ends=ends,
        positions=flat,
        digests=b"".join([cards[run[0]] if len(run) == 1 else digest(*[cards[at] for at in run]) for run in found]),
        firsts=b"".join([links[run[0]] for run in found]),
        lasts=b"".join([links[run[-1]] for run in found]),
        first_ids=array("I", [ids[run[0]] for run in found]).tobytes(),
        last_ids=array("I", [ids[run[-1]] for run in found]).tobytes(),
        variants={key: dict(variants[key]) for key in keys if key in variants},
    )


def commonest(names: Mapping[str, int]) -> str:
    """The name that stands most often; of several the first by its letters."""
    return min(names, key=lambda name: (-names[name], name)) if len(names) > 1 else next(iter(names))
