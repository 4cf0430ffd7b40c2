"""Copies in the content folder: found among all that it holds, and noted in the files that imports wrote.

One article of a group is the story: an original before a syndicated copy, a dated one before an undated one, the
earliest of them. The others name its file in `copy_of`. What they say depends on the articles alone, not on the order
in which they came: whenever one is added, changed or removed, its whole group is looked at anew.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from ..config import StorySettings
from ..errors import ContentErrors
from ..executors import Workers
from ..loading.articlefile import parse_article
from .accounts import Fault
from .holdings import Holding, Holdings
from .placing import Shelves
from .stories import BANDS, ROWS, Text, bands, candidates, clusters, likeness, shingles, stories

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .stories import Shingles

_Item = TypeVar("_Item")

BATCH = 200
VERSION = 1
"""Raised whenever the same texts would give other shingles, bands or groups."""


def group_copies(
    content: Path,
    holdings: Holdings,
    shelves: Shelves,
    settings: StorySettings,
    zone: str,
    now: str,
    workers: Workers,
    progress: Callable[..., None] | None = None,
) -> tuple[int, list[Fault]]:
    """Find the copies among what the content folder holds, and note them; how many, and what could not be noted.

    `holdings` is up to date; `zone` and `now` are as everywhere; `progress` counts articles. Raises ModuleNotFoundError
    without datasketch.
    """
    import datasketch
    import numpy as np

    texts = f"{VERSION} {datasketch.__version__} {BANDS} {ROWS} {settings.shingle}"
    rule = f"{texts} {settings.threshold}"
    if holdings.meta("stories") != rule:
        holdings.forget_stories(bands=holdings.meta("texts") != texts)
        holdings.set_meta("texts", texts)
        holdings.set_meta("stories", rule)
    any_fresh = False
    others: list[int] = []
    for row, holding in holdings.unconsidered():
        if _comparable(holding, now):
            any_fresh = True
        elif not holding.hidden(now):
            others.append(row)
    holdings.set_considered(others)
    if not any_fresh:
        holdings.commit()
        return 0, []
    _sketch_all(content, holdings, settings, zone, now, workers, progress)
    rows, fresh, table = _table(holdings, now)
    path_of = lru_cache(maxsize=65_536)(lambda number: holdings.at_row(rows[number])[0].path)

    # Whoever is like a fresh article is looked at too, and whoever is like those, until the groups are whole.
    shares: dict[tuple[int, int], float] = {}
    reached = np.zeros(len(rows), dtype=bool)
    asked = np.array(fresh, dtype=np.int64)
    while len(asked):
        reached[asked] = True
        found = candidates(table, asked)
        pairs = [(one, other) for one, other in found.tolist() if (one, other) not in shares]
        new: set[int] = set()
        for pair, share in _compared(content, zone, settings, pairs, path_of, workers):
            shares[pair] = share
            if share >= settings.threshold:
                new.update(one for one in pair if not reached[one])
        asked = np.array(sorted(new), dtype=np.int64)

    at = lru_cache(maxsize=4096)(lambda number: _shingles_at(str(content), path_of(number), zone, settings.shingle))

    def alike(one: int, other: int) -> bool:
        pair = (min(one, other), max(one, other))
        if pair not in shares:
            shares[pair] = likeness(at(one), at(other))
        return shares[pair] >= settings.threshold

    told: dict[int, int] = {}
    for cluster in clusters(pair for pair, share in shares.items() if share >= settings.threshold):
        members = sorted(cluster, key=lambda number: _originality(holdings.at_row(rows[number])[0]))
        told.update(stories(members, alike))
    story_of = {rows[one]: rows[story] for one, story in told.items()}
    looked_at = [rows[number] for number in np.nonzero(reached)[0].tolist()]
    copies, faults = _note(holdings, shelves, looked_at, story_of)
    holdings.set_considered(looked_at)
    # Those that are left have no text to compare.
    without = [row for row, holding in holdings.unconsidered() if _comparable(holding, now)]
    faults += _note(holdings, shelves, without, {})[1]
    holdings.set_considered(without)
    holdings.commit()
    return copies, faults


def _compared(
    content: Path,
    zone: str,
    settings: StorySettings,
    pairs: list[tuple[int, int]],
    path_of: Callable[[int], str],
    workers: Workers,
) -> Iterator[tuple[tuple[int, int], float]]:
    """Pairs, with how alike they are."""
    tasks = (
        (str(content), zone, settings.shingle, [(path_of(one), path_of(other)) for one, other in batch])
        for batch in _batched(pairs)
    )
    for batch, shares in zip(_batched(pairs), workers.run(compare_pairs, tasks), strict=True):
        yield from zip(batch, shares, strict=True)


def _comparable(holding: Holding, now: str) -> bool:
    """Whether an article may be a story or a copy: published, the newest version, and not decided upon by hand."""
    by_hand = holding.copy_of and not holding.intact
    return bool(
        holding.page
        and not holding.hidden(now)
        and holding.status != "withdrawn"
        and not holding.version_of
        and not by_hand
    )


def _originality(holding: Holding) -> tuple[bool, bool, str, str]:
    return (holding.via, not holding.date, holding.sort, holding.path)


def _sketch_all(
    content: Path,
    holdings: Holdings,
    settings: StorySettings,
    zone: str,
    now: str,
    workers: Workers,
    progress: Callable[..., None] | None,
) -> None:
    """Give every article that has no bands its bands."""
    missing = array("q")
    for row, holding, _considered, found in holdings.all():
        if found is None and _comparable(holding, now):
            missing.append(row)
    tasks = (
        (str(content), zone, settings.shingle, [holdings.at_row(row)[0].path for row in batch])
        for batch in _batched(missing)
    )
    done = 0
    for batch, sketches in zip(_batched(missing), workers.run(sketch, tasks), strict=True):
        holdings.set_bands(zip(batch, sketches, strict=True))
        holdings.commit()
        done += len(batch)
        if progress is not None:
            progress(records=done, position=done, total=len(missing))


def _table(holdings: Holdings, now: str) -> tuple[Sequence[int], Sequence[int], NDArray[np.uint32]]:
    """All articles that have a text to compare, in the order of their paths: row numbers, which are fresh, bands."""
    import numpy as np

    rows, fresh = array("q"), array("q")
    bands_ = bytearray()
    for row, holding, considered, sketched in holdings.all():
        if sketched and _comparable(holding, now):
            if not considered:
                fresh.append(len(rows))
            rows.append(row)
            bands_ += sketched
    return rows, fresh, np.frombuffer(bands_, dtype="<u4").reshape(-1, BANDS)


def _note(
    holdings: Holdings, shelves: Shelves, rows: Sequence[int], told: Mapping[int, int]
) -> tuple[int, list[Fault]]:
    """Write down whose story each article tells (row → row of the story), where its file doesn't say so already."""
    copies, faults = 0, []
    for row in rows:
        holding, sketched = holdings.at_row(row)
        story = holdings.at_row(told[row])[0].path if row in told else ""
        if holding.copy_of == story:
            continue
        if shelves.set_copy_of(holding, story, sketched):
            copies += bool(story)
        elif story:
            what = f"tells the same story as {story}, but is not an import's to change"
            faults.append(Fault(holding.path, "", f"{what} — write copy_of: {story} into it if you agree"))
    return copies, faults


def _batched(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))


def sketch(task: tuple[str, str, int, Sequence[str]]) -> list[bytes]:
    """The bands of the articles at some paths: (content folder, zone, shingle, paths)."""
    content, zone, size, paths = task
    return [bands(_shingles_at(content, path, zone, size)) for path in paths]


def compare_pairs(task: tuple[str, str, int, Sequence[tuple[str, str]]]) -> list[float]:
    """How alike the articles of some pairs of paths are: (content folder, zone, shingle, pairs)."""
    content, zone, size, pairs = task
    at = lru_cache(maxsize=2048)(lambda path: _shingles_at(content, path, zone, size))
    return [likeness(at(one), at(other)) for one, other in pairs]


def _shingles_at(content: str, path: str, zone: str, size: int) -> Shingles:
    try:
        article = parse_article(Path(content, path).read_bytes(), path, ZoneInfo(zone))
    except (ContentErrors, OSError):
        return shingles(Text("", ""), size)
    return shingles(Text(article.title, article.body), size)
