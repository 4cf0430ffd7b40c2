"""Copies in the content folder: found among all that it holds, and noted in the files that imports wrote.

One article of a group is the story: an original before a syndicated copy, a dated one before an undated one, the
earliest of them. The others name its file in `copy_of`. What they say depends on the articles alone, not on the order
in which they came: whenever one is added, changed or removed, its whole group is looked at anew.
"""

from __future__ import annotations

import shutil
import tempfile
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from ..config import StorySettings
from ..errors import ContentErrors
from ..executors import Workers
from ..loading.jsonlines import parted
from .accounts import Fault
from .bandfiles import BandFiles, Pairs
from .holdings import AGAIN, Holding, Holdings, Spot
from .names import parse
from .placing import Shelves
from .stories import BANDS, ROWS, Text, bands, likeness, shingles, stories

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .stories import Shingles

_Item = TypeVar("_Item")
_Given = TypeVar("_Given")

BATCH = 200
VERSION = 2
"""Raised whenever the same texts would give other shingles, bands or groups."""
MAX_HEADLINES = 3
"""Under more headlines than this no newspaper prints one story."""
_SCRATCH = "stories-"


def group_copies(
    content: Path,
    holdings: Holdings,
    shelves: Shelves,
    settings: StorySettings,
    zone: str,
    now: str,
    workers: Workers,
    scratch: Path,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[int, list[Fault]]:
    """Find the copies among what the content folder holds, and note them; how many, and what could not be noted.

    `holdings` is up to date; `zone` and `now` are as everywhere; `progress` is told how many articles of how many have
    been read. What grows with their number lies on disk, in a folder of the folder `scratch`, but for some 13 bytes an
    article. Raises ModuleNotFoundError without datasketch.
    """
    # Where there is nothing to compare, the library is not even loaded.
    texts = f"{VERSION} {metadata.version('datasketch')} {BANDS} {ROWS} {settings.shingle}"
    rule = f"{texts} {settings.threshold}"
    if holdings.meta("stories") != rule:
        holdings.forget_stories(bands=holdings.meta("texts") != texts)
        holdings.set_meta("texts", texts)
        holdings.set_meta("stories", rule)
    any_fresh = False
    others = array("q")
    for row, holding in holdings.unconsidered():
        if _comparable(holding, now):
            any_fresh = True
        elif not holding.hidden(now):
            others.append(row)
    holdings.set_considered(others)
    if not any_fresh:
        holdings.commit()
        return 0, []
    import datasketch  # noqa: F401

    for left in scratch.glob(f"{_SCRATCH}*"):  # by an import that was killed
        shutil.rmtree(left, ignore_errors=True)
    with (
        tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=scratch) as folder,
        BandFiles(Path(folder)) as table,
        Pairs(Path(folder)) as pairs,
    ):
        grouping = _Grouping(content, holdings, settings, zone, now, workers)
        grouping.sketch(progress)
        rows, reached = grouping.reach(table, pairs)
        grouping.tell(rows, pairs)
        copies, faults = _note(holdings, shelves, _numbers(reached), rows, pairs.told)
        holdings.set_considered(rows[number] for number in _numbers(reached))
    # Those that are left have no text to compare.
    without = array("q", (row for row, holding in holdings.unconsidered() if _comparable(holding, now)))
    faults += _note(holdings, shelves, range(len(without)), without, lambda _number: None)[1]
    holdings.set_considered(without)
    holdings.commit()
    return copies, faults


class _Grouping:
    """What the steps of one search for copies share. Articles are numbered in the order of their paths."""

    def __init__(
        self, content: Path, holdings: Holdings, settings: StorySettings, zone: str, now: str, workers: Workers
    ) -> None:
        self._content = content
        self._holdings = holdings
        self._settings = settings
        self._zone = zone
        self._now = now
        self._workers = workers

    def sketch(self, progress: Callable[[int, int], None] | None) -> None:
        """Give every article that has no bands its bands."""
        missing = array(
            "q", (row for row, holding in self._holdings.without_bands() if _comparable(holding, self._now))
        )
        done = 0
        for batch, sketches in self._mapped(sketch, _batched(missing), self._holdings.spot_at_row):
            self._holdings.set_bands(zip(batch, sketches, strict=True))
            self._holdings.commit()
            done += len(batch)
            if progress is not None:
                progress(done, len(missing))

    def reach(self, table: BandFiles, pairs: Pairs) -> tuple[Sequence[int], NDArray[np.bool_]]:
        """Compare every article that has not been considered with all that may be like it, and those again, until the
        groups are whole. Gives the row number of every article, and which articles were compared.
        """
        import numpy as np

        rows, fresh = array("q"), bytearray()
        for row, holding, considered, sketched in self._holdings.all():
            if sketched and _comparable(holding, self._now):
                rows.append(row)
                fresh.append(not considered)
                table.add(sketched)
        asked = np.frombuffer(fresh, dtype=np.bool_).copy()
        reached = np.zeros(len(rows), dtype=np.bool_)
        while asked.any():
            reached |= asked
            for found in table.candidates(asked):
                pairs.add(found.tolist())
            asked = np.zeros(len(rows), dtype=np.bool_)
            unknown = (batch for page in pairs.unknown() for batch in _batched(page))
            for batch, shares in self._mapped(
                compare_pairs, unknown, lambda pair: tuple(self._holdings.spot_at_row(rows[one]) for one in pair)
            ):
                for pair, share in zip(batch, shares, strict=True):
                    pairs.set_share(pair, share)
                    if share >= self._settings.threshold:
                        asked[list(pair)] = True
            asked &= ~reached
        return rows, reached

    def tell(self, rows: Sequence[int], pairs: Pairs) -> None:
        """Find out whose story each article tells, of those that were compared."""
        settings = self._settings
        at = lru_cache(maxsize=4096)(
            lambda number: _shingles_at(
                str(self._content), self._holdings.spot_at_row(rows[number]), self._zone, settings.shingle
            )
        )

        def alike(one: int, other: int) -> bool:
            pair = (min(one, other), max(one, other))
            share = pairs.share(pair)
            if share is None:
                share = likeness(at(one), at(other))
                pairs.set_share(pair, share)
            return share >= settings.threshold

        for cluster in pairs.clusters(len(rows), settings.threshold):
            holdings = {number: self._holdings.at_row(rows[number])[0] for number in cluster}
            fillers = sources_of_filler(holdings.values())

            def one_story(one: int, other: int, holdings: Mapping[int, Holding], fillers: frozenset[str]) -> bool:
                source = holdings[one].source
                return not (source in fillers and source == holdings[other].source) and alike(one, other)

            members = sorted(cluster, key=lambda number: _originality(holdings[number]))
            pairs.tell(stories(members, partial(one_story, holdings=holdings, fillers=fillers)).items())

    def _mapped(
        self,
        function: Callable[[tuple[str, str, int, Sequence[Any]]], list[_Given]],
        batches: Iterable[Sequence[_Item]],
        task: Callable[[_Item], Any],
    ) -> Iterator[tuple[Sequence[_Item], list[_Given]]]:
        """Batches, each with what a worker makes of it; `task` is what the worker is told of an item."""
        under_way: deque[Sequence[_Item]] = deque()

        def tasks() -> Iterator[tuple[str, str, int, Sequence[Any]]]:
            for batch in batches:
                under_way.append(batch)
                yield str(self._content), self._zone, self._settings.shingle, [task(item) for item in batch]

        for result in self._workers.run(function, tasks()):
            yield under_way.popleft(), result


def _comparable(holding: Holding, now: str) -> bool:
    """Whether an article may be a story or a copy: published, the newest version, and not decided upon by hand."""
    by_hand = holding.copy_of and not holding.intact
    return bool(
        holding.page
        and not holding.hidden(now)
        and holding.status != "withdrawn"
        and not holding.version_of
        and not by_hand
        and ".jsonl.gz#" not in holding.path
        and AGAIN not in parted(holding.path)[1]
    )


def sources_of_filler(articles: Iterable[Holding]) -> frozenset[str]:
    """The newspapers whose articles of one cluster are not copies of each other, for they have one text in common under
    too many headlines: it is a form, a notice or filler.
    """
    headlines: dict[str, set[str]] = {}
    for article in articles:
        if article.source:
            headlines.setdefault(article.source, set()).add(article.headline)
    return frozenset(source for source, found in headlines.items() if len(found) > MAX_HEADLINES)


def _originality(holding: Holding) -> tuple[bool, bool, str, str]:
    return (holding.via, not holding.date, holding.sort, holding.path)


def _numbers(mask: NDArray[np.bool_]) -> Iterator[int]:
    """The numbers that a mask has, without a list of them all."""
    for start in range(0, len(mask), 65_536):
        for number in mask[start : start + 65_536].nonzero()[0].tolist():
            yield start + number


def _note(
    holdings: Holdings,
    shelves: Shelves,
    numbers: Iterable[int],
    rows: Sequence[int],
    told: Callable[[int], int | None],
) -> tuple[int, list[Fault]]:
    """Write down whose story each article tells (number → number of the story), where its file doesn't say so yet."""
    copies, faults = 0, []
    for number in numbers:
        holding, sketched = holdings.at_row(rows[number])
        of = told(number)
        story = "" if of is None else holdings.at_row(rows[of])[0].path
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


def sketch(task: tuple[str, str, int, Sequence[Spot]]) -> list[bytes]:
    """The bands of the articles at some places: (content folder, zone, shingle, places)."""
    content, zone, size, spots = task
    return [bands(_shingles_at(content, spot, zone, size)) for spot in spots]


def compare_pairs(task: tuple[str, str, int, Sequence[tuple[Spot, Spot]]]) -> list[float]:
    """How alike the articles of some pairs of places are: (content folder, zone, shingle, pairs)."""
    content, zone, size, pairs = task
    at = lru_cache(maxsize=2048)(lambda spot: _shingles_at(content, spot, zone, size))
    return [likeness(at(one), at(other)) for one, other in pairs]


def _shingles_at(content: str, spot: Spot, zone: str, size: int) -> Shingles:
    try:
        article = parse(spot.read(Path(content)), spot.path, ZoneInfo(zone))
    except (ContentErrors, OSError):
        return shingles(Text("", ""), size)
    return shingles(Text(article.title, article.body), size)
