"""The same story twice: which articles share so much of their text that they are copies of one.

Texts are compared as sets of shingles (runs of words; Broder 1997). MinHash signatures (datasketch), cut into bands,
find the pairs that may be alike without comparing all with all; each such pair is then compared exactly, so a group
holds nothing that merely looked alike. The text decides, never the headline alone: recurring columns share those.

datasketch's own LSH index is not used: it keeps dictionaries in memory, whereas a table of bands takes 168 bytes an
article, can lie on disk (see `bandfiles`) and is searched with sorted arrays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from zlib import crc32

import msgspec

from ..config import StorySettings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Shingles = NDArray[np.uint32]

BANDS, ROWS = 42, 3
"""The table of bands: of pairs with a Jaccard index of 0.33, as a text and its third have, 79 in 100 become candidates,
with 0.5 nearly all, with 0.05 one in 200.
"""
SHORT = 30
"""Texts of fewer words are compared whole, with their headlines: a few words in common make no copy."""
CROWD = 24
"""Of more articles than this that share a band, not all pairs are compared, only each with two others."""

_LINK = re.compile(
    r"(!?)\[([^\]\n]*)\]\([^)\s]*(?:\s+\"[^\"\n]*\")?\)|<[^<>\n]{1,300}>|^ {0,3}\[[^\]\n]+\]:.*$", re.MULTILINE
)
_WORD = re.compile(r"[぀-ヿ㐀-鿿豈-﫿฀-໿က-႟ក-៿]|[^\W_぀-ヿ㐀-鿿豈-﫿฀-໿က-႟ក-៿]+")


class Text(msgspec.Struct, frozen=True, array_like=True):
    """An article's text as it is compared: its headline and its Markdown body."""

    title: str
    body: str


def words(markdown: str) -> list[str]:
    """The words of a Markdown text, case folded, without marks, pictures and addresses.

    Scripts that put no spaces between words (Chinese, Japanese, Thai, Lao, Khmer, Burmese) give their characters.
    """
    plain = _LINK.sub(lambda match: "" if match[1] else match[2] or " ", markdown)
    return _WORD.findall(plain.casefold())


def shingles(text: Text, size: int) -> Shingles:
    """The shingles of a text, `size` words each, as sorted hashes of 32 bits. A short text is one shingle, or none."""
    import numpy as np

    found = words(text.body)
    if len(found) < SHORT:
        whole = " ".join((*words(text.title), "|", *found))
        return np.array([crc32(whole.encode())] if len(found) >= size else [], dtype=np.uint32)
    hashes = np.fromiter((crc32(word.encode()) for word in found), dtype=np.uint64, count=len(found))
    total = np.zeros(len(found) - size + 1, dtype=np.uint64)
    for offset in range(size):
        # A polynomial modulo 2⁶⁴ over the words' hashes; its upper half is mixed well.
        total = total * _FACTOR(np) + hashes[offset : offset + len(total)]
    total *= _FACTOR(np)
    return np.unique((total >> np.uint64(32)).astype(np.uint32))


def _FACTOR(np: Any) -> Any:  # noqa: N802
    return np.uint64(0x9E3779B97F4A7C15)


def bands(found: Shingles) -> bytes:
    """The bands of a text's MinHash signature: BANDS hashes of 32 bits; nothing for a text without shingles."""
    import numpy as np
    from datasketch import MinHash

    if not len(found):
        return b""
    sketch = MinHash(num_perm=BANDS * ROWS, hashfunc=_itself)
    sketch.update_batch(found.tolist())
    rows = sketch.hashvalues.astype(np.uint64).reshape(BANDS, ROWS)
    total = np.zeros(BANDS, dtype=np.uint64)
    for column in range(ROWS):
        total = total * _FACTOR(np) + rows[:, column] + np.uint64(1)
    return bytes(((total * _FACTOR(np)) >> np.uint64(32)).astype("<u4").tobytes())


def _itself(value: int) -> int:
    return value


def likeness(one: Shingles, other: Shingles) -> float:
    """How much of their text two articles share, from 0 to 1.

    It is how much of both is common (Dice: twice the common shingles, by the shingles of both). Where the shorter has
    at least a quarter of the longer's length, it may also be how much of the shorter the longer has, less a tenth: a
    story that a newspaper cut, or that a site put its own paragraphs around, is that story still.
    """
    import numpy as np

    if not len(one) or not len(other):
        return 0.0
    common = len(np.intersect1d(one, other, assume_unique=True))
    dice = 2 * common / (len(one) + len(other))
    shorter, longer = sorted((len(one), len(other)))
    return dice if 4 * shorter < longer else max(dice, common / shorter - 0.1)


def candidates(table: NDArray[np.uint32], asked: NDArray[np.int64]) -> NDArray[np.int64]:
    """The pairs (i < j) of rows of a table of bands that share a band, of which one is among the rows `asked`."""
    import numpy as np

    mask = np.zeros(len(table), dtype=bool)
    mask[asked] = True
    rows = np.arange(len(table))
    found = [pairs_of_band(column, rows, mask) for column in table.T]
    return np.unique(np.concatenate(found), axis=0) if found else np.empty((0, 2), dtype=np.int64)


def pairs_of_band(values: NDArray[np.uint32], rows: NDArray[np.int64], asked: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The pairs (i < j) of rows that share their value of one band, of which one is asked for.

    `rows` says which row each value is of, in ascending order; `asked` has an element for every row that there is.
    """
    import numpy as np

    wanted = np.isin(values, np.unique(values[asked[rows]]))
    values, rows = values[wanted], rows[wanted]
    order = np.argsort(values, kind="stable")
    values, rows = values[order], rows[order]
    starts = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1]))) if len(rows) else order
    sizes = np.diff(np.append(starts, len(rows)))
    twos = starts[sizes == 2]
    found = [np.stack((rows[twos], rows[twos + 1]), axis=1)]
    for start, size in zip(starts[sizes > 2].tolist(), sizes[sizes > 2].tolist(), strict=True):
        found.append(_pairs(rows[start : start + size]))
    pairs = np.concatenate(found)
    kept: NDArray[np.int64] = pairs[asked[pairs[:, 0]] | asked[pairs[:, 1]]]
    return kept


def _pairs(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Pairs of rows that share a band: all of them, or, in a crowd, each with the first and with the one before it."""
    import numpy as np

    if len(rows) <= CROWD:
        one, other = np.triu_indices(len(rows), 1)
        return np.stack((rows[one], rows[other]), axis=1)
    first = np.stack((np.full(len(rows) - 1, rows[0]), rows[1:]), axis=1)
    return np.concatenate((first, np.stack((rows[1:-1], rows[2:]), axis=1)))


def clusters(pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """The groups that pairs hold together, directly or by way of others; each sorted, and sorted by their firsts."""
    parent: dict[int, int] = {}

    def root(one: int) -> int:
        while parent.setdefault(one, one) != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for one, other in pairs:
        low, high = sorted((root(one), root(other)))
        parent[high] = low
    groups: dict[int, list[int]] = {}
    for one in sorted(parent):
        groups.setdefault(root(one), []).append(one)
    return [groups[first] for first in sorted(groups)]


def stories(members: Sequence[int], alike: Callable[[int, int], bool]) -> Mapping[int, int]:
    """Which story each copy tells: copy → story. `members`, of one cluster, come with the likeliest original first.

    The first is a story and all that are like it are its copies; of the others again the first, and so on. So nobody
    is the copy of an article that it is not like, however long the chain that holds the cluster together.
    """
    told: dict[int, int] = {}
    left = list(members)
    while len(left) > 1:
        story, others = left[0], left[1:]
        copies = {one for one in others if alike(story, one)}
        told.update(dict.fromkeys(copies, story))
        left = [one for one in others if one not in copies]
    return told


def group(texts: Iterable[Text], settings: StorySettings) -> Mapping[int, int]:
    """Which of some texts, held in memory, are copies of which: the number of a copy → that of its story.

    The texts come with the likeliest original first.
    """
    import numpy as np

    found = [shingles(text, settings.shingle) for text in texts]
    rows = [row for row, one in enumerate(found) if len(one)]
    if not rows:
        return {}
    table = np.frombuffer(b"".join(bands(found[row]) for row in rows), dtype="<u4").reshape(-1, BANDS)

    def alike(one: int, other: int) -> bool:
        return likeness(found[one], found[other]) >= settings.threshold

    def pairs() -> Iterator[tuple[int, int]]:
        for one, other in candidates(table, np.arange(len(rows))).tolist():
            if alike(rows[one], rows[other]):
                yield rows[one], rows[other]

    told: dict[int, int] = {}
    for cluster in clusters(pairs()):
        told.update(stories(cluster, alike))
    return told
