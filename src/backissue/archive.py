"""The archive in its order: volumes of articles, the lists they stand in, their neighbours, and who points to whom.

A volume is a month, a year's articles without a month, or the undated ones; the archive is its volumes, one after the
other. Copies of a story and older versions of an article, which no list shows, are in volumes of their own at the end.
A summary holds only digests and positions (some 100 bytes an article), so that the plan of a million articles
fits in memory; what pages show is fetched when a page is stale.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, chain, repeat
from typing import NamedTuple

import msgspec

from .entries import WITHDRAWN, Facts, Place, Remark, digest, place_name
from .errors import ContentError
from .runs import D, Runs, commonest, in_columns, numbers
from .slugs import tailed
from .terms import Term, Terms

NOTHING = bytes(D)
"""The digest of an absent neighbour."""

LENGTHS = (1, 100, 250, 500, 1_000, 2_000, 4_000)
"""Where classes of length begin, in words; before the first are articles without a word, such as scans."""


class Volume(msgspec.Struct, frozen=True, array_like=True, dict=True):
    """A summary of the articles of one month, year or of no date, in order.

    `ids` (32-bit) are the catalog's; `links`, `cards` and `pages` hold the digests of the parts, one after the other.
    `wants` (64-bit) are the references that its articles point to; `offers` those by which they can be found, with the
    position (32-bit) of each in `want_positions` and `offer_positions`. `leads` (64-bit, one an article, only in
    volumes of copies and versions) refer to the articles that they are listed with. `files` are the content files that
    its pages show, `missing` those that they would show, `dead` how many targets lead to no file; `clashing` says
    that two of its articles have one path. Its tallies: `days` has each article's day of the month (a byte, 0 where it
    is not known), `langs` how many articles a language has, `lengths` how many there are of each class of LENGTHS,
    `words` how many words they have together. `changed` is the newest day when one of its articles was changed, as far
    as known.
    `sized` are the pictures of which smaller ones are made, with their widths; `spoilt` those of which none could be
    made, with the reason. `aliases` are
    the former addresses on this site that its articles give (UTF-8, each between line ends), with the position (32-bit)
    of each in `alias_positions`. `corrections` are what its articles say was wrong with them, each with the
    article's position. `searched` has the positions (32-bit) of the articles that are searched, by their language.
    """

    name: str
    digest: bytes
    ids: bytes
    links: bytes
    cards: bytes
    pages: bytes
    runs: Runs
    wants: bytes
    want_positions: bytes
    offers: bytes
    offer_positions: bytes
    leads: bytes
    files: tuple[str, ...]
    missing: tuple[str, ...]
    dead: int
    clashing: bool
    days: bytes
    langs: dict[str, int]
    lengths: tuple[int, ...]
    words: int
    changed: str
    sized: dict[str, tuple[int, ...]]
    spoilt: dict[str, str]
    aliases: bytes
    alias_positions: bytes
    corrections: tuple[tuple[int, Remark], ...]
    searched: dict[str, bytes]

    def __len__(self) -> int:
        return len(self.links) // D

    @cached_property
    def numbers(self) -> array[int]:
        """The articles' numbers in the catalog."""
        return numbers(self.ids)

    @property
    def period(self) -> str:
        """`2019-03`, `1936`, or nothing for undated articles."""
        return self.name.partition(":")[2] if self.apart else self.name

    @property
    def folder(self) -> str:
        """The folder of its list, and of its articles' pages as a rule: `2019/03/`, `1936/undated/` or `undated/`."""
        match len(self.period):
            case 7:
                return self.period.replace("-", "/") + "/"
            case 4:
                return f"{self.period}/undated/"
            case _:
                return "undated/"

    @property
    def year(self) -> str:
        """Four digits, or nothing for undated articles."""
        return self.period[:4]

    def given_aliases(self) -> Iterator[tuple[str, int]]:
        """The former addresses that its articles give, in order, each with the article's position."""
        if self.aliases:
            names = self.aliases.decode().strip("\n").split("\n")
            yield from zip(names, numbers(self.alias_positions), strict=True)

    @property
    def apart(self) -> str:
        """`copies` or `versions` where its articles are listed only with others, `withdrawn` where they are in no list;
        else nothing.
        """
        kind, mark, _ = self.name.partition(":")
        return kind if mark else ""


_facts_decoder = msgspec.msgpack.Decoder(Facts)
_volume_decoder = msgspec.msgpack.Decoder(Volume)
_place_decoder = msgspec.msgpack.Decoder(Place)
_encoder = msgspec.msgpack.Encoder()


def encode_volume(volume: Volume) -> bytes:
    """A summary as the catalog keeps it."""
    return _encoder.encode(volume)


def decode_volume(data: bytes) -> Volume:
    """A summary as the catalog kept it."""
    return _volume_decoder.decode(data)


def summarise(name: str, rows: Sequence[tuple[int, str, bytes, bytes]]) -> Volume:
    """Sum up a volume's articles, given in order as (id, path, facts, place)."""
    every = [_facts_decoder.decode(encoded) for _id, _path, encoded, _place in rows]
    positions: dict[str, list[int]] = {}
    names: dict[str, str] = {}
    variants: dict[str, dict[str, int]] = {}
    wants, want_positions = array("Q"), array("I")
    searched: dict[str, list[int]] = {}
    for position, facts in enumerate(every):
        for key, words in facts.terms:
            if key in positions:
                positions[key].append(position)
                if names[key] != words:
                    variants[key] = {}
            else:
                positions[key] = [position]
                names[key] = words
        if facts.wants:
            wanted = dict.fromkeys(chain.from_iterable(facts.wants))
            wants.extend(wanted)
            want_positions.extend(repeat(position, len(wanted)))
        if facts.searched:
            searched.setdefault(facts.searched, []).append(position)
    for key, written in variants.items():
        for position in positions[key]:
            words = dict(every[position].terms)[key]
            written[words] = written.get(words, 0) + 1
        names[key] = commonest(written)
    ids = array("I", [row[0] for row in rows])
    links, cards = [facts.link for facts in every], [facts.card for facts in every]
    changed = [facts.changed for facts in every]
    leads = array("Q", [facts.lead for facts in every])
    lengths = Counter([bisect_right(LENGTHS, facts.words) for facts in every])
    aliases = [alias for facts in every for alias in facts.aliases]
    return Volume(
        name=name,
        digest=digest(*[row[2] for row in rows]),
        ids=ids.tobytes(),
        links=b"".join(links),
        cards=b"".join(cards),
        pages=b"".join([facts.page for facts in every]),
        runs=in_columns(positions, names, variants, ids, links, cards, changed),
        wants=wants.tobytes(),
        want_positions=want_positions.tobytes(),
        offers=array("Q", [offer for facts in every for offer in facts.offers]).tobytes(),
        offer_positions=_positions(facts.offers for facts in every),
        leads=leads.tobytes() if any(leads) else b"",
        files=tuple(dict.fromkeys(file for facts in every for file in facts.files)),
        missing=tuple(dict.fromkeys(file for facts in every for file in facts.missing)),
        dead=sum([len(facts.dead) for facts in every]),
        clashing=len({row[1] for row in rows}) < len(rows),
        days=bytes([facts.day for facts in every]),
        langs=dict(Counter([facts.lang for facts in every])),
        lengths=tuple([lengths[of_class] for of_class in range(len(LENGTHS) + 1)]),
        words=sum([facts.words for facts in every]),
        changed=max(changed, default=""),
        sized={file: widths for facts in every for file, widths in facts.sized},
        spoilt={file: reason for facts in every for file, reason in facts.spoilt},
        aliases="\n".join(("", *aliases, "")).encode() if aliases else b"",
        alias_positions=_positions(facts.aliases for facts in every),
        corrections=tuple([(at, remark) for at, facts in enumerate(every) for remark in facts.corrections]),
        searched={lang: array("I", places).tobytes() for lang, places in sorted(searched.items())},
    )


def _positions(groups: Iterable[Collection[object]]) -> bytes:
    """The position (32-bit) of a group for each of its members."""
    return array("I", [position for position, group in enumerate(groups) for _member in group]).tobytes()


_OLDER = ("versions", WITHDRAWN)
"""Volumes of articles that head no history."""


class Clash(NamedTuple):
    """Articles whose pages would have one path: each with the name of its place."""

    path: str
    places: tuple[Place, ...]


def clashes(rows: Sequence[tuple[int, str, bytes, bytes]]) -> list[Clash]:
    """The paths that more than one of a volume's articles claim; pages of other volumes lie in other folders."""
    claims: dict[str, list[bytes]] = {}
    for _id, path, _facts, place in rows:
        claims.setdefault(path, []).append(place)
    return [clash_of(path, places) for path, places in claims.items() if len(places) > 1]


def clash_of(path: str, places: Iterable[bytes]) -> Clash:
    """The clash of the articles that lie at encoded places and claim one path."""
    return Clash(path, tuple(sorted(map(_place_decoder.decode, places), key=lambda place: (place.file, place.line))))


def clash_fault(clash: Clash, folder: str) -> ContentError:
    """What to tell about a clash: it names every file, with the content folder before it."""
    first, *others = clash.places
    names = " and ".join(f"{folder}/{place.file}" + (f":{place.line}" if place.line else "") for place in others)
    return ContentError(
        f"has the same page, {clash.path}, as {names}",
        f"{folder}/{first.file}",
        first.line or None,
        "give one of them another slug, or set clash: suffix in site.yaml",
    )


def pinned_paths(clash: Clash, taken: Mapping[str, str], changed: Collection[str]) -> dict[str, str]:
    """A path of its own for each of the clashing articles, by the name of its place.

    One that has a path in `taken` keeps it, unless another of them that comes before has the same. Of the others the
    first has the plain path: one whose file is not among the `changed`, for it was there before, else the first by
    name; the rest have a tail made from their own names. The order in which files are read has no part in it.
    """
    places = sorted(clash.places, key=lambda place: (place.file in changed, place_name(place)))
    names = [place_name(place) for place in places]
    chosen: dict[str, str] = {}
    for name in names:
        # Two can have one path that was chosen for each of them when it clashed with that of yet another.
        if name in taken and taken[name] not in chosen.values():
            chosen[name] = taken[name]
    used = set(taken.values())
    for name in names:
        if name in chosen:
            continue
        path = clash.path
        if path in used:
            path = path_apart(path, name)
        chosen[name] = path
        used.add(path)
    return chosen


def path_apart(path: str, name: str) -> str:
    """A path like another one, with a tail made from an article's name."""
    folder, _, file = path.rpartition("/")
    return f"{folder}/{tailed(file.removesuffix('.html'), name)}.html"


class Spot(NamedTuple):
    """An article by its place in the archive: the index of its volume and its position there."""

    volume: int
    position: int


class Archive:
    """All articles, in order. Immutable; made of summaries.

    The volumes of listed articles come first, the undated ones before all; `listed` counts them.
    """

    def __init__(
        self,
        volumes: Iterable[Volume],
        folders: Mapping[str, str] | None = None,
        moved: Mapping[int, int] | None = None,
    ) -> None:
        """`folders` gives the folders that terms have had, by their keys: those keep them. `moved` gives, for what
        articles were found by once, what they are found by now, or what `moved` has too (references as numbers).
        """
        self.volumes: tuple[Volume, ...] = tuple(sorted(volumes, key=lambda volume: (bool(volume.apart), volume.name)))
        self.listed = sum(not volume.apart for volume in self.volumes)
        self.years: tuple[str, ...] = tuple(volume.year for volume in self.volumes)
        self.count = sum(map(len, self.volumes[: self.listed]))
        runs = [volume.runs for volume in self.volumes[: self.listed]]
        self.lists = Terms(runs, folders or {}, min(self.first_dated, len(runs)))
        self.terms: dict[str, Term] = self.lists.by_key
        self.providers: dict[int, list[Spot]] = _providers(self.volumes, moved or {})
        self.leads: dict[Spot, Spot] = self._leads()
        self.followers: dict[Spot, list[Spot]] = {}
        for follower, lead in self.leads.items():
            self.followers.setdefault(lead, []).append(follower)
        self.referrers: dict[Spot, list[Spot]] = self._referrers()
        self._periods = self.lists.periods(self.years[: self.listed])
        self._year_counts: dict[str, dict[str, int]] = {}

    def _leads(self) -> dict[Spot, Spot]:
        """For each copy and version: the article that it is listed with."""
        found = {}
        for index in range(self.listed, len(self.volumes)):
            for position, name in enumerate(_references(self.volumes[index].leads)):
                spot = Spot(index, position)
                lead = self.resolve((name,), spot)
                if lead is not None:
                    found[spot] = lead
        return found

    def strays(self) -> list[Spot]:
        """Copies and versions that no list leads to: what they are to be listed with is in no list itself. A version of
        a copy is none: the copy's own page leads to it, and the page of its story to that.
        """
        spots = (
            Spot(index, position)
            for index in range(self.listed, len(self.volumes))
            if self.volumes[index].apart != WITHDRAWN
            for position in range(len(self.volumes[index]))
        )
        return [spot for spot in spots if not self._led_to(spot)]

    def _led_to(self, spot: Spot) -> bool:
        lead = self.leads.get(spot)
        if lead is not None and lead.volume >= self.listed:
            of_copy = self.volumes[spot.volume].apart == "versions" and self.volumes[lead.volume].apart == "copies"
            lead = self.leads.get(lead) if of_copy else None
        return lead is not None and lead.volume < self.listed

    def exposed(self) -> list[tuple[Spot, Spot]]:
        """Older versions that are still published although their article was withdrawn, each with that article."""
        return [
            (spot, lead)
            for spot, lead in self.leads.items()
            if self.volumes[spot.volume].apart == "versions" and self.volumes[lead.volume].apart == WITHDRAWN
        ]

    def history(self, spot: Spot) -> Spot | None:
        """The article, listed or a copy, in whose history another stands: itself, where it has older versions, or the
        one that it is an older version of. None for all others, and for those of an article that was withdrawn.
        """
        apart = self.volumes[spot.volume].apart
        lead = self.leads.get(spot) if apart == "versions" else spot if self.versions(spot) else None
        return lead if lead is not None and self.volumes[lead.volume].apart not in _OLDER else None

    def versions(self, lead: Spot) -> list[Spot]:
        """The older versions of an article that may be shown."""
        return [spot for spot in self.followers.get(lead, ()) if self.volumes[spot.volume].apart == "versions"]

    def _referrers(self) -> dict[Spot, list[Spot]]:
        """For each article that others point to: those, in the archive's order, copies and versions left out."""
        found: dict[Spot, dict[Spot, None]] = {}
        if self.providers:
            for index, volume in enumerate(self.volumes[: self.listed]):
                positions = numbers(volume.want_positions)
                for name, position in zip(_references(volume.wants), positions, strict=True):
                    if name in self.providers:
                        origin = Spot(index, position)
                        target = self.resolve((name,), origin)
                        if target is not None:
                            found.setdefault(target, {})[origin] = None
        return {target: list(origins) for target, origins in found.items()}

    @property
    def first_dated(self) -> int:
        """The index of the first volume with a date."""
        return 1 if self.volumes and not self.volumes[0].name else 0

    @property
    def span(self) -> tuple[str, str]:
        """The first and the last year that articles are listed under; empty where none is."""
        first = self.first_dated
        return (self.volumes[first].year, self.volumes[self.listed - 1].year) if first < self.listed else ("", "")

    @cached_property
    def starts(self) -> list[int]:
        """How many articles stand before each volume: what is added to a position is an article's number, from 0."""
        return [0, *accumulate(map(len, self.volumes))]

    @cached_property
    def cards(self) -> bytes:
        """The digests of the Cards of all articles, one after the other."""
        return b"".join([volume.cards for volume in self.volumes])

    @cached_property
    def ids(self) -> array[int]:
        """The catalog's ids of all articles."""
        return numbers(b"".join([volume.ids for volume in self.volumes]))

    def articles(self, term: Term) -> array[int]:
        """The articles of a list, from the oldest: the number of each in the archive."""
        found = array("I")
        for index, run in term.runs:
            found.extend(map(self.starts[index].__add__, run))
        return found

    def year_counts(self, term: Term) -> dict[str, int]:
        """How many of a term's articles each year has, in order; the undated ones come first, under no year."""
        found = self._year_counts.get(term.key)
        if found is None:
            found = self._year_counts[term.key] = self.lists.per_period(term, self._periods)
        return found

    def kinds(self, kind: str) -> list[Term]:
        """The terms of one taxonomy, by key."""
        return [term for term in self.terms.values() if term.ref.kind == kind]

    def link_digest(self, spot: Spot | None) -> bytes:
        """The digest of the Link of an article, or NOTHING."""
        if spot is None:
            return NOTHING
        return self.volumes[spot.volume].links[spot.position * D : spot.position * D + D]

    def card_digest(self, spot: Spot) -> bytes:
        """The digest of the Card of an article."""
        return self.volumes[spot.volume].cards[spot.position * D : spot.position * D + D]

    def page_digest(self, spot: Spot) -> bytes:
        """The digest of all that an article's own page shows of it."""
        return self.volumes[spot.volume].pages[spot.position * D : spot.position * D + D]

    def before(self, volume: int) -> Spot | None:
        """The last dated article before a listed volume."""
        if volume <= self.first_dated or volume >= self.listed:
            return None
        return Spot(volume - 1, len(self.volumes[volume - 1]) - 1)

    def after(self, volume: int) -> Spot | None:
        """The first article after a dated, listed volume."""
        if volume < self.first_dated or volume + 1 >= self.listed:
            return None
        return Spot(volume + 1, 0)

    def resolve(self, names: Sequence[int], origin: Spot) -> Spot | None:
        """The article that an article at `origin` means by one of the references, of which the first known counts.

        Of several with one name it is the last before `origin`, or else the first after it.
        """
        for name in names:
            spots = [spot for spot in self.providers.get(name, ()) if spot != origin]
            if spots:
                earlier = [spot for spot in spots if spot < origin]
                return earlier[-1] if earlier else spots[0]
        return None

    def aliases(self) -> Iterator[tuple[str, Spot]]:
        """The former addresses that articles give, in the archive's order, each with its article."""
        for index, volume in enumerate(self.volumes):
            for name, position in volume.given_aliases():
                yield name, Spot(index, position)

    def claimant(self, path: str) -> Spot | None:
        """The first article that gives a path of this site as its former address."""
        mark = f"\n{path}\n".encode()
        for index, volume in enumerate(self.volumes):
            at = volume.aliases.find(mark)
            if at >= 0:
                return Spot(index, numbers(volume.alias_positions)[volume.aliases.count(b"\n", 0, at)])
        return None

    def newest(self, count: int) -> list[Spot]:
        """The newest articles, the newest first."""
        return list(_backwards(self.volumes[: self.listed], count))


def _backwards(volumes: Sequence[Volume], count: int) -> Iterator[Spot]:
    for index in range(len(volumes) - 1, -1, -1):
        for position in range(len(volumes[index]) - 1, -1, -1):
            if count <= 0:
                return
            count -= 1
            yield Spot(index, position)


def _providers(volumes: Sequence[Volume], moved: Mapping[int, int]) -> dict[int, list[Spot]]:
    """For each reference that somebody wants: the articles that offer it, or, where none does, what it `moved` to."""
    wanted: set[int] = set()
    for volume in volumes:
        wanted.update(_references(volume.wants))
        wanted.update(_references(volume.leads))
    found: dict[int, list[Spot]] = {}
    if not wanted:
        return found
    led = {name: goal for name in wanted & moved.keys() if (goal := _followed(moved, name)) is not None}
    wanted.update(led.values())
    for index, volume in enumerate(volumes):
        offered = _references(volume.offers)
        if wanted.isdisjoint(offered):
            continue
        positions = numbers(volume.offer_positions)
        for name, position in zip(offered, positions, strict=True):
            if name in wanted:
                found.setdefault(name, []).append(Spot(index, position))
    for name, goal in led.items():
        if name not in found and goal in found:
            found[name] = found[goal]
    return found


def _followed(moved: Mapping[int, int], name: int) -> int | None:
    """What a reference moved to in the end; None where it leads round."""
    for _hop in moved:
        if name not in moved:
            return name
        name = moved[name]
    return name if name not in moved else None


def _references(packed: bytes) -> array[int]:
    unpacked = array("Q")
    unpacked.frombytes(packed)
    return unpacked
