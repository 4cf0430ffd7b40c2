"""Feeds of the newest articles, Atom and JSON Feed: of the whole archive and of each list that site.yaml names.

A feed's addresses are absolute, so there are feeds only where site.yaml gives the site's url. Articles without a date
are in none: the formats demand one, and an archive invents nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import msgspec

from ..archive import Archive, Spot
from ..config import Site
from ..entries import Facts, digest
from ..plan import NIL, Edition, Page, Sheaf, encode
from ..terms import Term
from .articles import alone
from .formers import former_lists

NAMES = {"atom": "feed.xml", "json": "feed.json"}
"""The name of a feed's file, which is its document's too, by its format."""

_facts_decoder = msgspec.msgpack.Decoder(Facts)


def feed_paths(site: Site, folder: str) -> tuple[str, ...]:
    """The feeds that a folder of the site has, if it has any; the whole archive's lie in the folder ``""``."""
    return tuple(folder + name for format_, name in NAMES.items() if format_ in site.feeds.formats) if site.url else ()


def term_feeds(edition: Edition, term: Term) -> tuple[str, ...]:
    """The feeds of a list: none where site.yaml names no lists of its taxonomy.

    They are there even where all its articles are undated, and the feeds therefore empty: it may have had others.
    """
    return feed_paths(edition.site, term.folder) if term.ref.kind in edition.site.feeds.lists else ()


def sheaves(edition: Edition) -> Iterator[Sheaf]:
    """A sheaf for the feeds of the archive, one for those of each list."""
    paths = feed_paths(edition.site, "")
    if paths:
        yield _sheaf(edition, paths, None)
    for term in edition.archive.terms.values():
        paths = term_feeds(edition, term)
        if paths:
            yield _sheaf(edition, (*paths, *_former_feeds(edition, term)), term)


def _former_feeds(edition: Edition, term: Term) -> list[str]:
    """The feeds of lists whose place a list took. They hold what its own hold, for no page can stand for them."""
    lists = [each for each in former_lists(edition, term.ref.path) if each.kind == term.ref.kind and not each.number]
    return [path for each in lists if each.folder != term.folder for path in feed_paths(edition.site, each.folder)]


def by_setting(archive: Archive, site: Site) -> Iterator[tuple[str, str]]:
    """Each format's, of the archive and of each kind of list."""
    for format_, name in NAMES.items() if site.url else ():
        if format_ in site.feeds.formats:
            takes = f"url, feeds.formats: {format_}"
            yield name, takes
            for kind in site.feeds.lists:
                if archive.kinds(kind):
                    yield f"{kind}/*/{name}", f"{takes}, feeds.lists: {kind}"


def _newest(edition: Edition, term: Term | None) -> list[Spot]:
    """The newest dated articles of a list, or of the archive."""
    archive, size = edition.archive, edition.site.feeds.size
    if term is None:
        return [spot for spot in archive.newest(size) if spot.volume >= archive.first_dated]
    spots: list[Spot] = []
    for index, run in term.newest_runs():
        if index < archive.first_dated:
            break
        spots += [Spot(index, position) for position in reversed(run)]
        if len(spots) >= size:
            break
    return spots[:size]


def _sheaf(edition: Edition, paths: tuple[str, ...], term: Term | None) -> Sheaf:
    archive = edition.archive
    full = edition.site.feeds.content == "full"
    page = term.ref.path if term else "index.html"
    head = (page, edition.ref(term)[0] if term else NIL)
    salts = [edition.salt(NAMES[format_]) for format_ in edition.site.feeds.formats]
    parts = [encode((head, paths, edition.site.feeds.size)), *salts]
    if term and not full:
        # Which of a list's articles are the newest is looked at only where any of them is another.
        parts.append(edition.standing(term))
    else:
        newest = _newest(edition, term)
        parts += map(archive.page_digest if full else archive.card_digest, newest)
        if full:
            parts += map(edition.meant, sorted({spot.volume for spot in newest}))

    def pages() -> Iterator[Page]:
        spots = _newest(edition, term)
        ids = [edition.id(spot) for spot in spots]
        rows = edition.reader.articles(ids) if full else []
        wanted = [
            edition.resolved(spot, _facts_decoder.decode(row.facts)) for spot, row in zip(spots, rows, strict=False)
        ]
        shown = digest(
            encode(head),
            *map(archive.page_digest if full else archive.card_digest, spots),
            *(archive.link_digest(link) for links in wanted for link in links),
        )

        @cache
        def view() -> bytes:
            articles = [alone(edition, row, links) for row, links in zip(rows, wanted, strict=True)]
            return encode((*head, edition.raw_cards(ids), articles))

        for path in paths:
            name = path.rpartition("/")[2]
            yield Page(path, name, digest(edition.salt(name), shown), view)

    return Sheaf(f"feed:{page}", digest(*parts), pages)
