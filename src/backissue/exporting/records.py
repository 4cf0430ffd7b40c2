"""The archive's articles, one after the other, with their addresses: what every format is made from.

Withdrawn articles are left out, and so is what is in no archive yet (drafts, embargoes).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import quote

import msgspec

from ..archive import Archive, Spot, Volume
from ..article import Article
from ..batches import articles
from ..entries import Card, Place, terms_of
from ..pipeline import Opened

RECORDS_IN_BATCH = 64

_place_decoder = msgspec.msgpack.Decoder(Place)
_card_decoder = msgspec.msgpack.Decoder(Card)


class Term(NamedTuple):
    """A list that an article belongs to: its kind (tags, authors, sources, sections), its name, and its page's path.

    The path is empty where the list has no article but such as are listed only with others: then it has no page.
    """

    kind: str
    name: str
    path: str


class Record(NamedTuple):
    """An article of the archive. `path` is its page's, from the site's root; `url` its address, or empty.

    `file` and `line` (0 for a file of its own) are where it lies in the content folder; `relation` says that it is one
    of the `copies` or `versions` of the article whose page is `lead`.
    """

    path: str
    url: str
    file: str
    line: int
    article: Article
    terms: tuple[Term, ...]
    relation: str
    lead: str


def years(archive: Archive) -> dict[str, list[int]]:
    """The volumes of each year, by index: listed ones first. Undated articles are under the empty text, first."""
    found: dict[str, list[int]] = {}
    for index in sorted(range(len(archive.volumes)), key=lambda index: (archive.volumes[index].year, index)):
        found.setdefault(archive.volumes[index].year, []).append(index)
    return found


def records(opened: Opened, indexes: Sequence[int]) -> Iterator[Record]:
    """The articles of volumes, in order, read by workers."""
    url = opened.site.url.rstrip("/")
    for index in indexes:
        volume = opened.archive.volumes[index]
        rows = []
        for position, row in enumerate(opened.catalog.rows(volume.name)):
            if _card_decoder.decode(row.card).status != "withdrawn":
                rows.append((position, row.path, _place_decoder.decode(row.place)))
        parts = [rows[at : at + RECORDS_IN_BATCH] for at in range(0, len(rows), RECORDS_IN_BATCH)]
        context = opened.context_path()
        jobs = ((context, [place for _position, _path, place in part]) for part in parts)
        results = opened.workers(len(rows)).run(articles.read_articles, jobs)
        for part, result in zip(parts, results, strict=True):
            for (position, path, place), article in zip(part, articles.articles(result), strict=True):
                yield Record(
                    path,
                    f"{url}/{quote(path)}" if url else "",
                    place.file,
                    place.line,
                    article,
                    _terms(opened, article),
                    volume.apart,
                    _lead(opened, volume, Spot(index, position)),
                )


def _terms(opened: Opened, article: Article) -> tuple[Term, ...]:
    found = []
    for key, words in terms_of(article, opened.site.tag_aliases):
        term = opened.archive.terms.get(key)
        kind = key.partition(":")[0]
        found.append(Term(kind, term.ref.name, term.ref.path) if term else Term(kind, words, ""))
    return tuple(found)


def _lead(opened: Opened, volume: Volume, spot: Spot) -> str:
    lead = opened.archive.leads.get(spot) if volume.apart else None
    return msgspec.msgpack.decode(opened.catalog.links([_id(opened.archive, lead)])[0])[1] if lead is not None else ""


def _id(archive: Archive, spot: Spot) -> int:
    return memoryview(archive.volumes[spot.volume].ids).cast("I")[spot.position]
