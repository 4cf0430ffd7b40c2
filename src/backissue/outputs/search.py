"""Search: its page, the title index, and the shards of the index of all text. [How it works](../../../docs/search.md)

Only what lists show is searched: no drafts, no withdrawn articles; copies and older versions are found by the article
that they are listed with. What is indexed of an article is made from its record, never from its page, so that a change
of the templates indexes nothing anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from .. import pagefind, shards
from ..archive import Archive, Volume
from ..config import Site
from ..entries import digest
from ..plan import Edition, Page, Sheaf, encode
from ..runs import D, numbers
from ..shards import Shard
from ..views import Choice, SearchView, ShardsView, TitlesFile, TitlesView

PATH = "search.html"
FOLDER = "search/"
TITLES = 1_000
"""Titles in a file of the title index, where it is not a single year."""

CHOICES = 300
"""How many of the largest topics, writers, newspapers and sections a search can be narrowed to by choosing."""


def sheaves(edition: Edition) -> Iterator[Sheaf]:
    """A sheaf for the page, for each year's titles, for each shard, for what all shards need."""
    mode = edition.site.search
    if mode == "off":
        return
    pieces = _pieces(edition)
    view = _view(edition, tuple(piece.listed for piece in reversed(pieces)))
    page = edition.viewed(PATH, "search.html", view)
    yield Sheaf("search", page.key, lambda: iter((page,)))
    for piece in pieces:
        key = digest(edition.salt("titles.js"), *(part for volume in piece.volumes for part in _searched(volume)))
        yield Sheaf(f"search:titles:{piece.listed.name}", key, partial(_titles, edition, piece))
    if mode == "pagefind":
        yield from _index(edition)


def by_setting(_archive: Archive, site: Site) -> Iterator[tuple[str, str]]:
    """The page; what it loads has no addresses for anybody else."""
    if site.search != "off":
        yield PATH, "search"


class _Piece(NamedTuple):
    listed: TitlesFile
    volumes: list[Volume]


def _pieces(edition: Edition) -> list[_Piece]:
    """The volumes whose articles are searched, in pieces of years, the undated ones first."""
    undated: list[Volume] = []
    years: dict[int, list[Volume]] = {}
    for volume in edition.archive.volumes[: edition.archive.listed]:
        if volume.searched:
            (years.setdefault(int(volume.year), []) if volume.year else undated).append(volume)
    counts = {year: sum(map(len, volumes)) for year, volumes in years.items()}
    found = [_Piece(TitlesFile("undated", "", ""), undated)] if undated else []
    for name, inside in shards.spans(counts, lambda _start, _size, count: count <= TITLES):
        listed = TitlesFile(name, f"{inside[0]:04}", f"{inside[-1]:04}")
        found.append(_Piece(listed, [volume for year in inside for volume in years[year]]))
    return found


def _searched(volume: Volume) -> list[bytes]:
    """What bears on the titles of a volume: its cards, and which of them are searched."""
    return [volume.cards, *(language.encode() + positions for language, positions in volume.searched.items())]


def _titles(edition: Edition, piece: _Piece) -> Iterator[Page]:
    rows: list[tuple[str, str, str, str, str]] = []
    for volume in piece.volumes:
        ids = numbers(volume.ids)
        positions = sorted(at for packed in volume.searched.values() for at in numbers(packed))
        cards = edition.cards([ids[at] for at in positions])
        rows += [(card.title, card.path, card.date, card.source, card.lang) for card in cards]
    name = piece.listed.name
    yield edition.viewed(f"{FOLDER}titles-{name}.js", "titles.js", TitlesView(name, tuple(reversed(rows))))


def _view(edition: Edition, titles: tuple[TitlesFile, ...]) -> SearchView:
    archive = edition.archive
    volumes = archive.volumes[: archive.listed]
    dated = [volume.year for volume in volumes if volume.name and volume.searched]
    counts: dict[str, int] = {}
    for volume in volumes:
        for language, positions in volume.searched.items():
            counts[language] = counts.get(language, 0) + len(positions) // 4
    choices = {kind: _choices(edition, kind) for kind in pagefind.FILTERS} if edition.site.search == "pagefind" else {}
    return SearchView(
        edition.site.search,
        sum(counts.values()),
        dated[0] if dated else "",
        dated[-1] if dated else "",
        tuple(sorted(counts, key=lambda language: (-counts[language], language))),
        choices.get("sources", ()),
        choices.get("sections", ()),
        choices.get("tags", ()),
        choices.get("authors", ()),
        titles,
    )


def _choices(edition: Edition, kind: str) -> tuple[Choice, ...]:
    terms = sorted(edition.archive.kinds(kind), key=lambda term: (-term.count, term.key))[:CHOICES]
    found = [Choice(term.key.partition(":")[2], term.ref.name, term.count) for term in terms]
    return tuple(sorted(found, key=lambda choice: (edition.alphabet.sort_key(choice.name), choice.name)))


def _index(edition: Edition) -> Iterator[Sheaf]:
    """A sheaf for each shard, one for the browser's side of Pagefind, one for the list of the shards."""
    planned = shards.plan(edition.archive)
    version = edition.engine
    listed = []
    for shard in planned:
        held = digest(f"{version} {pagefind.FORM}\0".encode(), *_pages_of(edition, shard))
        listed.append((shard.language, shard.name, shard.first, shard.last, shard.part, len(shard), held.hex()[:10]))
        yield _made(edition, f"search:{shard.name}", digest(edition.salt("pagefind"), held), shard)
    languages = tuple(sorted({shard.language for shard in planned}))
    engine = Shard(" ".join(languages), "engine", "", "", 0, ())
    key = digest(edition.salt("pagefind"), encode((version, pagefind.FORM, languages)))
    yield _made(edition, "search:engine", key, engine)
    view = ShardsView(version, pagefind.FORM, pagefind.PACK, tuple(listed))
    page = edition.viewed(f"{FOLDER}shards.json", "shards.json", view)
    yield Sheaf("search:shards", page.key, lambda: iter((page,)))


def _pages_of(edition: Edition, shard: Shard) -> Iterator[bytes]:
    """The digests of all that is indexed of a shard's articles."""
    for index, positions in shard.places:
        pages = edition.archive.volumes[index].pages
        for at in numbers(positions):
            yield pages[at * D : at * D + D]


def _made(edition: Edition, name: str, key: bytes, shard: Shard) -> Sheaf:
    return Sheaf(name, key, lambda: iter(edition.indexed[name]), shard)
