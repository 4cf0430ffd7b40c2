"""Shards of the archive → the files that a browser searches."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import msgspec

from .. import pagefind
from ..entries import Place, digest
from ..markup.plaintext import plain_text
from .bench import Context, bench_of, read_body


class IndexRow(NamedTuple):
    """An article to be indexed: its encoded parts."""

    place: bytes
    card: bytes
    details: bytes
    facts: bytes


class IndexJob(NamedTuple):
    """A shard to be indexed: its language, the file that holds its articles (a list of IndexRow), the folder that is
    made for what comes of it. Without articles it is the browser's side of Pagefind, for all the languages.
    """

    languages: tuple[str, ...]
    rows: str
    folder: str


def index(batch: tuple[str, IndexJob]) -> list[tuple[str, bytes]]:
    """Index a shard of the archive for search: the files that were written into the job's folder, with their digests.

    Raises BuildStopped where Pagefind fails, or an article's file is not the one that was parsed.
    """
    context_path, job = batch
    folder = Path(job.folder)
    folder.mkdir(parents=True)
    if job.rows:
        context = bench_of(context_path).context
        rows = msgspec.msgpack.decode(Path(job.rows).read_bytes(), type=list[IndexRow])
        names = pagefind.index((_record(context, row) for row in rows), job.languages[0], folder)
    else:
        names = pagefind.engine(job.languages, folder)
    return [(name, digest((folder / name).read_bytes())) for name in names]


def _record(context: Context, row: IndexRow) -> pagefind.Record:
    body = read_body(context, msgspec.msgpack.decode(row.place, type=Place))
    return pagefind.record_of(row.card, row.details, row.facts, plain_text(body))
