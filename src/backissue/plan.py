"""The plan of a site: every page with the key of what it shows, in sheaves that are looked into only when stale.

A page is a pure function of its view, and its key stands for that view: equal keys mean equal views. Where views are
many (articles, lists) the key is made from digests that the archive holds; elsewhere it is the digest of the view
itself. A sheaf is a set of pages with a key over all that any of them shows, so that a hundred thousand pages are known
to be fresh by a few thousand keys.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple, Protocol

import msgspec

from .alphabet import alphabet_of
from .archive import Archive, Spot, Volume
from .catalog import Row
from .config import Site
from .entries import DIGEST_BYTES, Card, Facts, Link, digest
from .paths import article_beside
from .shards import Shard
from .terms import Term
from .together import Together
from .views import SiteView

NIL = msgspec.Raw(b"\xc0")
"""An absent part: MessagePack's nil."""

MOST_CARDS = 200_000
"""As many Cards are remembered: half a kilobyte each."""

MOST_LINKS = 50_000
"""As many Links are remembered from one volume to the next."""

_encoder = msgspec.msgpack.Encoder()
encode = _encoder.encode
"""A view, or a part of one, as bytes."""

_link_decoder = msgspec.msgpack.Decoder(Link)
_card_decoder = msgspec.msgpack.Decoder(Card)


class Page(NamedTuple):
    """One file of the site: where it goes, how it is rendered, its key, and its view, made only when it is needed."""

    path: str
    template: str
    key: bytes
    view: Callable[[], bytes]


class Sheaf(NamedTuple):
    """Pages that are planned together: a name that stays, a key over all that they show, and the pages.

    Where it has a shard, the pages are known only when that has been indexed.
    """

    name: str
    key: bytes
    pages: Callable[[], Iterator[Page]]
    shard: Shard | None = None


class Reader(Protocol):
    """What the plan asks of the catalog."""

    def rows(self, volume: str) -> list[Row]:
        """A volume's articles, in order."""

    def links(self, ids: Sequence[int]) -> list[bytes]:
        """Encoded Links, in the order of `ids`."""

    def cards(self, ids: Sequence[int]) -> list[bytes]:
        """Encoded Cards, in the order of `ids`."""

    def articles(self, ids: Sequence[int]) -> list[Row]:
        """Articles, in the order of `ids`."""

    def pages_at(self, paths: Collection[str]) -> set[str]:
        """Those of some paths that are articles' pages."""

    def volumes_at(self, paths: Collection[str]) -> dict[str, str]:
        """Those of some paths that are articles' pages, each with the volume that the article stands in."""


class _Links(dict[int | None, msgspec.Raw]):
    """Encoded Links by articles' numbers in the catalog, fetched when they are first asked for; nil for None.

    What is missing is fetched with all that is to be asked for `soon`, for a third of what one after the other takes.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.soon: Iterable[int | None] = ()
        self[None] = NIL

    def keep(self, most: int) -> None:
        """Forget all where it is more than that."""
        if len(self) > most:
            self.clear()
            self[None] = NIL

    def __missing__(self, number: int | None) -> msgspec.Raw:
        assert number is not None
        self.keep(2 * MOST_LINKS)
        missing = [id_ for id_ in {number, *self.soon} if id_ is not None and id_ not in self]
        self.soon = ()
        self.update(zip(missing, map(msgspec.Raw, self._reader.links(missing)), strict=True))
        return self[number]


class Edition:
    """All that the outputs plan from: the archive, the settings, and the parts that pages show, fetched when asked for.

    `salts` gives, for a template, the digest of everything beside the view that its bytes depend on. `files` are the
    content folder's other files (pictures and the like) with their digests; `assets` the theme's. `moved` gives, for
    former paths, the paths that they lead to. `engine` is the version of what indexes the archive; `indexed` will hold,
    by the sheaf's name, the pages that come of a shard.
    """

    def __init__(
        self,
        archive: Archive,
        site: Site,
        site_view: SiteView,
        reader: Reader,
        salts: Callable[[str], bytes],
        files: Mapping[str, bytes],
        assets: Mapping[str, bytes],
        moved: Mapping[str, str] | None = None,
        engine: str = "",
    ) -> None:
        self.archive = archive
        self.site = site
        self.site_view = site_view
        self.reader = reader
        self.salt = salts
        self.files = files
        self.assets = assets
        self.moved = moved or {}
        self.engine = engine
        self.indexed: dict[str, list[Page]] = {}
        self.links_by_number = _Links(reader)
        """Articles' encoded Links by `id`; nil for None."""
        self._cards: dict[int, msgspec.Raw] = {}
        self._refs: dict[str, tuple[msgspec.Raw, bytes]] = {}
        self._meant: dict[int, bytes] = {}
        self.alphabet = alphabet_of(site.language)
        self.together = Together(archive, lambda term: self.ref(term)[1])

    def rows(self, volume: Volume) -> list[Row]:
        """A volume's articles, in order, all of which are to be planned."""
        rows = self.reader.rows(volume.name)
        if len(self._cards) > MOST_CARDS:
            self._cards.clear()
        self.links_by_number.keep(MOST_LINKS)
        # Their Links and Cards are shown elsewhere too.
        self.links_by_number.update((row.id, msgspec.Raw(row.link)) for row in rows)
        self._cards.update((row.id, msgspec.Raw(row.card)) for row in rows)
        return rows

    def link(self, spot: Spot | None) -> msgspec.Raw:
        """An article's encoded Link, or nil."""
        return NIL if spot is None else self.links_by_number[self.id(spot)]

    def links(self, spots: Sequence[Spot]) -> tuple[Link, ...]:
        """Articles' Links."""
        return tuple(_link_decoder.decode(self.link(spot)) for spot in spots)

    def path(self, spot: Spot) -> str:
        """The path of an article's page."""
        return _link_decoder.decode(self.link(spot)).path

    def id(self, spot: Spot) -> int:
        """An article's number in the catalog."""
        return self.number(self.archive, spot)

    @staticmethod
    def number(archive: Archive, spot: Spot) -> int:
        """The same, of an archive that is not planned yet."""
        return archive.volumes[spot.volume].numbers[spot.position]

    def ref(self, term: Term) -> tuple[msgspec.Raw, bytes]:
        """A term's encoded TermRef, and its digest."""
        found = self._refs.get(term.key)
        if found is None:
            encoded = encode(term.ref)
            found = self._refs[term.key] = (msgspec.Raw(encoded), digest(encoded))
        return found

    def meant(self, index: int) -> bytes:
        """A digest of the articles that a volume's articles point to: which of several with one name is meant depends
        on the place in the archive of all of them.
        """
        found = self._meant.get(index)
        if found is None:
            parts: list[bytes] = []
            archive = self.archive
            wants = archive.volumes[index].wants
            if wants and archive.providers:
                for name in memoryview(wants).cast("Q"):
                    for spot in archive.providers.get(name, ()):
                        parts += (name.to_bytes(8, "big"), archive.link_digest(spot), bytes([spot.volume < index]))
            found = self._meant[index] = digest(*parts)
        return found

    def resolved(self, spot: Spot, facts: Facts) -> list[Spot | None]:
        """The articles that an article points to: an answer for each of the things that it wants."""
        if not self.archive.providers:
            return [None] * len(facts.wants)
        return [self.archive.resolve(names, spot) for names in facts.wants]

    @cached_property
    def _standings(self) -> dict[str, bytes]:
        return self.archive.lists.standings([year.encode() for year in self.archive.years])

    def standing(self, term: Term) -> bytes:
        """A digest over the cards of a term's articles and the years in which they stand."""
        return self._standings[term.key]

    @cached_property
    def former(self) -> Mapping[str, Sequence[str]]:
        """The former paths that lead to a path, in order."""
        found: dict[str, list[str]] = {}
        for path, target in sorted(self.moved.items()):
            found.setdefault(target, []).append(path)
        return found

    @cached_property
    def former_by_volume(self) -> Mapping[str, Mapping[str, Sequence[str]]]:
        """The former pages of articles by the pages where those are now, by the volumes that the articles stand in."""
        found: dict[str, dict[str, list[str]]] = {}
        volumes = self.reader.volumes_at(self.former.keys()) if self.moved else {}
        for path, volume in sorted(volumes.items()):
            found.setdefault(volume, {})[path] = [each for each in self.former[path] if not article_beside(each)]
        return found

    def spot_cards(self, spots: Sequence[Spot]) -> list[msgspec.Raw]:
        """The encoded Cards of articles by their place in the archive."""
        return self.raw_cards([self.id(spot) for spot in spots]) if spots else []

    def raw_cards(self, ids: Sequence[int]) -> list[msgspec.Raw]:
        """Articles' encoded Cards: those that are shown in one list are shown in others."""
        known = self._cards
        try:
            return list(map(known.__getitem__, ids))
        except KeyError:
            if len(known) > MOST_CARDS:
                known.clear()
        missing = [id_ for id_ in ids if id_ not in known]
        known.update(zip(missing, map(msgspec.Raw, self.reader.cards(missing)), strict=True))
        return list(map(known.__getitem__, ids))

    def cards(self, ids: Sequence[int]) -> list[Card]:
        """Articles' Cards."""
        return list(map(_card_decoder.decode, self.raw_cards(ids)))

    def viewed(self, path: str, template: str, view: object) -> Page:
        """A page whose key is the digest of its view."""
        encoded = encode(view)
        return Page(path, template, digest(self.salt(template), encoded), lambda: encoded)


class Strand:
    """A list's articles, from the oldest: the digests of their cards and their ids, one after the other."""

    def __init__(self, archive: Archive, articles: Sequence[int]) -> None:
        """`articles` are their numbers in the archive."""
        self._archive = archive
        self._articles = articles

    @cached_property
    def digests(self) -> bytes:
        """The digests of the cards."""
        cards, size = self._archive.cards, DIGEST_BYTES
        return b"".join([cards[at * size : at * size + size] for at in self._articles])

    def ids(self, start: int, end: int) -> list[int]:
        """The catalog's ids of a slice."""
        return list(map(self._archive.ids.__getitem__, self._articles[start:end]))
