"""Indexes the stale shards of the search, before the pages are compared: only then are their files known.

Shards are indexed side by side by the workers, each in a folder of its own beside the catalog. What comes of it is
published like any other page, so that nothing of the site changes where a shard fails.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from .batches import indexing
from .executors import Team
from .plan import Edition, Page, Sheaf, encode
from .runs import numbers
from .views import CopyView

AT_A_TIME = 4
"""Shards that are indexed at a time on one machine: each takes up to 1 GB of memory, and more than one core."""

_encoder = msgspec.msgpack.Encoder()


class Indexing:
    """The folder in which shards are indexed; to be closed, which removes it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self.close()

    def close(self) -> None:
        """Remove what was made."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def index(
        self,
        edition: Edition,
        stale_sheaves: Iterable[Sheaf],
        team: Team,
        context_path: Callable[[], str],
        progress: Callable[[int, int], None],
    ) -> None:
        """Index the shards of stale sheaves, as far as they have any, and give the edition the pages that come of it.

        Raises BuildStopped where one fails.
        """
        stale = [sheaf for sheaf in stale_sheaves if sheaf.shard is not None]
        if not stale:
            return
        done, total = 0, sum(len(sheaf.shard or ()) for sheaf in stale)
        with team.few(len(stale), AT_A_TIME) as workers:
            results = workers.run(indexing.index, self._jobs(edition, stale, context_path()))
            for number, (sheaf, files) in enumerate(zip(stale, results, strict=True)):
                assert sheaf.shard is not None
                (self._folder / f"{number}.rows").unlink(missing_ok=True)
                folder = self._folder / str(number)
                edition.indexed[sheaf.name] = [
                    Page(f"search/{sheaf.shard.name}/{name}", "pagefind", key, _view_of(folder / name))
                    for name, key in files
                ]
                done += len(sheaf.shard)
                progress(done, total)

    def _jobs(
        self, edition: Edition, stale: Sequence[Sheaf], context_path: str
    ) -> Iterator[tuple[str, indexing.IndexJob]]:
        self._folder.mkdir(parents=True, exist_ok=True)
        for number, sheaf in enumerate(stale):
            assert sheaf.shard is not None
            rows = self._folder / f"{number}.rows" if sheaf.shard.places else None
            if rows:
                rows.write_bytes(_encoder.encode(list(_rows(edition, sheaf.shard.places))))
            languages = tuple(sheaf.shard.language.split())
            yield context_path, indexing.IndexJob(languages, str(rows or ""), str(self._folder / str(number)))


def _rows(edition: Edition, places: Sequence[tuple[int, bytes]]) -> Iterator[indexing.IndexRow]:
    for index, positions in places:
        rows = edition.reader.rows(edition.archive.volumes[index].name)
        for at in numbers(positions):
            row = rows[at]
            yield indexing.IndexRow(row.place, row.card, row.details, row.facts)


def _view_of(path: Path) -> Callable[[], bytes]:
    return lambda: encode(CopyView(str(path), theme=False))
