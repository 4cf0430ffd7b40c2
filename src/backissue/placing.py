"""Which address each article has: content, ledger and wishes brought together, before anything is planned.

Articles are read with the paths that they had. Each then says which path it has come to (`Claim`); where it has a
right to another one, it is read again. What the build makes of the ledger is reckoned from what came of that, and
written when nothing can go wrong any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property, partial
from typing import NamedTuple

import msgspec

from .addresses.changes import Change, leading_nowhere, reckon, with_aliases, with_histories, write
from .addresses.claims import Claim, Rights, exchanged, heirs, repinned
from .addresses.ledger import (
    ALIASES,
    KNOWN,
    PAGES,
    SETTINGS,
    VERSIONS,
    Ledger,
    Lines,
    file_of,
    may_be_alias,
    read_by_hand,
)
from .addresses.listed import kinds_made, list_lines, list_redirects, page_lines, page_redirects, term_folders
from .archive import Archive, Volume, clash_fault, path_apart, pinned_paths
from .building import Options
from .catalog import Catalog
from .config import Site, lacking
from .entries import WITHDRAWN, place_name
from .errors import ContentError, ContentErrors
from .outputs.histories import families, pages_beside
from .plan import Edition
from .reading import PURGE, Reader, Reading
from .references import moved_references
from .runs import numbers
from .scanning import Stamp, is_article_file
from .slugs import term_key

ATTEMPTS = 8
"""So many times articles are read again, for a path that was chosen may itself be taken."""

_HISTORIES, _ALIASES = "histories:", "aliases:"
"""What comes before a volume's name where the histories of its articles are noted, or their aliases."""

MOST_LOST = 20
"""As many lost addresses are told one by one."""


class Noting(NamedTuple):
    """What is to be noted of addresses: the change, each volume with the articles by path that it has now, the volumes
    that are no more, and whether some articles could not be read.
    """

    change: Change
    volumes: dict[str, tuple[bytes, dict[str, str]]]
    dropped: list[str]
    partly: bool


class Given(NamedTuple):
    """What some articles were given, by their names: paths, and the former paths that feeds know them by."""

    pinned: dict[str, str] = {}  # noqa: RUF012
    known_by: dict[str, str] = {}  # noqa: RUF012


class Placing:
    """The addresses of one build.

    `by_hand` and `ledger` are as they lie beside site.yaml; `given` is another whenever articles were given others.
    """

    def __init__(self, options: Options, clash: str, content: str, catalog: Catalog) -> None:
        """`clash` is what site.yaml says of articles with one path, `content` what faults call the content folder.

        Raises ContentErrors for what can't be read.
        """
        self._options = options
        self._clash = clash
        self._content = content
        self._catalog = catalog
        self.by_hand = read_by_hand(options.root)
        self.ledger = Ledger(options.root)
        self.given = Given()
        self._told_apart: dict[str, str] = {}
        self._kept: dict[str, str] = {}
        self._moving: dict[str, str] = {}
        self._inherited: dict[str, str] = {}
        self._successors: dict[str, str] = {}

    # -- while articles are read

    @property
    def binds(self) -> bool:
        """Whether any article has an address, or a name, that it had before; else each has what it asks for."""
        return not self._catalog.fresh or bool(self.by_hand or self.ledger.stamp)

    def take_up(self, known: Mapping[str, Stamp]) -> set[str]:
        """Take up the paths that articles were given, and find the files of those that have a right to others now.

        `known` are the files that the catalog knows.
        """
        data = self._catalog.meta("pinned")
        hands = dict[str, str]
        before, given = msgspec.msgpack.decode(data, type=tuple[hands, Given]) if data else ({}, Given())

        def of_known(given: dict[str, str]) -> dict[str, str]:
            # What was given to an article that went must not stand in the way of one that comes.
            return {name: path for name, path in given.items() if name in known or file_of(name) in known}

        self.given = Given(of_known(given.pinned), of_known(given.known_by))
        names = {name for name in before.keys() | self.by_hand.keys() if before.get(name) != self.by_hand.get(name)}
        if not self._ledger_is_known:
            live = {name: path for path, name in self.ledger.live().items()}
            names |= {name for name, path in self.given.pinned.items() if live.get(name) != path}
            first = self.ledger.lines(KNOWN)
            known_by = {name: first[path] for name, path in live.items() if path in first}
            names |= {name for name, _path in known_by.items() ^ self.given.known_by.items()}
            for volume in self._catalog.volume_names():
                for path, name in self._catalog.addresses(volume).items():
                    if live.get(name, path) != path:
                        names.add(name)
        files = {file_of(name) for name in names}
        if self._options.move:
            files |= {path for path in known if is_article_file(path) and self._leaves(path)}
        return files

    def place(self, reader: Reader, reading: Reading) -> Reading:
        """Read articles again until each has the path that it has a right to; where that can't be, there are faults."""
        claims = {claim.name: claim for claim in reader.claims()}
        self._find_heirs(reader, list(claims.values()))
        taken: dict[str, str] = {}
        fresh = list(claims.values())
        for _attempt in range(ATTEMPTS):
            pins, names = self._given_anew(fresh)
            taken = self._taken(claims)
            if self._clash == "suffix":
                chosen = {name: path_apart(claims[name].path, name) for name in taken if name not in pins}
                for clash in reading.clashes:
                    known = self._kept_by(map(place_name, clash.places)) | self.given.pinned
                    chosen |= pinned_paths(clash, known, reading.changed)
                self._told_apart |= chosen
                pins |= {name: path for name, path in chosen.items() if self.given.pinned.get(name) != path}
            if not pins and not names:
                break
            self.given = Given(_said(self.given.pinned | pins), _said(self.given.known_by | names))
            reading = reader.read_again(pins.keys() | names.keys())
            fresh = reader.claims()
            claims |= {claim.name: claim for claim in fresh}
        self._moving = {
            kept: claim.path
            for claim in claims.values()
            if (kept := self._kept.get(claim.name, claim.path)) != claim.path
        }
        faults = [*reading.faults, *(clash_fault(clash, self._content) for clash in reading.clashes)]
        faults += [self._taken_fault(claims[name], goal) for name, goal in taken.items()]
        left_out = [claims[name].place for name in taken]
        if self._options.skip_bad:
            left_out += [place for clash in reading.clashes for place in clash.places[1:]]
        if left_out:
            reading = reader.leave_out(left_out)
        self._catalog.set_meta("pinned", msgspec.msgpack.encode((self.by_hand, self.given)))
        return reading._replace(faults=faults)

    @cached_property
    def _ledger_is_known(self) -> bool:
        """Whether the ledger is as the last build left it."""
        return self._catalog.meta("ledger") == msgspec.msgpack.encode(self.ledger.stamp)

    def _leaves(self, name: str) -> bool:
        """Whether an article was asked to take the address that it would have now."""
        return "" in self._options.move or file_of(name) in self._options.move

    def _find_heirs(self, reader: Reader, claims: list[Claim]) -> None:
        """Find what goes on under another name: it keeps its address, if it was ever published there."""
        there = {claim.name for claim in claims}
        left = [each for each in reader.left() if each.name not in there]
        before = {each.name: each for each in left} | reader.replaced()
        published = self.ledger.kept(before) if before else {}
        before = {name: each for name, each in before.items() if published.get(name) == each.path}
        if not before:
            return
        kept = self.ledger.kept(there)
        came = [claim for claim in claims if claim.name not in kept]
        found = exchanged(before, [*came, *(claim for claim in claims if claim.name in before)])
        known = {each.name for each in found.values()}
        left = [each for each in left if each.name in before and each.name not in known]
        found |= heirs(left, [claim for claim in came if claim.name not in found])
        for name, each in found.items():
            self._successors[each.name] = name
            self._inherited[name] = each.path

    def _kept_by(self, names: Iterable[str]) -> dict[str, str]:
        """The paths that articles have, by name: as the ledger says, or as those had that they were."""
        names = list(names)
        kept = {name: path for name, path in self.ledger.kept(names).items() if name not in self._successors}
        return kept | {name: self._inherited[name] for name in names if name in self._inherited}

    def _given_anew(self, claims: list[Claim]) -> Given:
        """For articles whose path is not the one that they have a right to, or that feeds would know by another path
        than they do: that one, or nothing to let go.
        """
        kept = self._kept_by(claim.name for claim in claims)
        self._kept |= kept
        rights = Rights(self._told_apart | self.by_hand, kept, self._leaves)
        pins = repinned(claims, rights, self.given.pinned)
        firsts, known_by = self.ledger.lines(KNOWN), self.given.known_by
        names = {}
        for claim in claims:
            before = kept.get(claim.name, "")
            first = firsts.get(before, before)
            wanted = "" if first == (pins.get(claim.name) or claim.path) else first
            if known_by.get(claim.name, "") != wanted:
                names[claim.name] = wanted
        return Given(pins, names)

    def _taken(self, claims: Mapping[str, Claim]) -> dict[str, str]:
        """The articles whose path leads on to where another article went, before or by this build; each with where.

        Their claims are given by name. What was chosen by hand is meant, where feeds know the article by another
        address already.
        """
        moved = self.ledger.moved
        taken = {}
        for name, claim in claims.items():
            kept = self._kept.get(name)
            if not claim.published or kept == claim.path or (kept and name in self.by_hand):
                continue
            goal = moved.get(claim.path, "")
            if goal:
                if goal != kept:  # else it comes back
                    taken[name] = goal
                continue
            holder = self.ledger.holder(claim.path)
            other = claims.get(self._successors.get(holder, holder))
            if other is not None and other.published and other.name != name and other.path != claim.path:
                taken[name] = other.path
        return taken

    def _taken_fault(self, claim: Claim, goal: str) -> ContentError:
        place = claim.place
        return ContentError(
            f"has the address {claim.path}, which leads on to {goal}",
            f"{self._content}/{place.file}",
            place.line or None,
            "give it another slug, or set clash: suffix in site.yaml",
        )

    # -- once they are read

    def archive(self, reading: Reading, site: Site) -> Archive:
        """The archive of what was read, whose lists have the addresses that they had, and in which links to where
        articles were lead to where they are.
        """
        left = dict(self.ledger.lines(ALIASES)) if _has_aliases(site) else {}
        for volume in reading.volumes if left else ():
            for alias, _position in volume.given_aliases():
                left.pop(alias, None)
        moved = moved_references({**left, **self.ledger.moved, **self._moving})
        return Archive(reading.volumes, term_folders(self.ledger), moved)

    def reckon(self, archive: Archive, reading: Reading, pages: Lines, kinds: Lines, site: Site) -> Noting:
        """Hold addresses against the ledger. `pages` has what lists have beside their own pages, as `pages.txt` does,
        `kinds` what the settings of `site` make, as `settings.txt` does.

        Raises ContentErrors for addresses that would be lost.
        """
        known = self._catalog.noted() if self._ledger_is_known else {}
        histories = families(archive) if site.histories else {}
        has_aliases = _has_aliases(site)
        given = {volume.name: volume for volume in archive.volumes if has_aliases and volume.aliases}
        volumes = {volume.name: volume.digest for volume in archive.volumes}
        volumes |= {f"{_HISTORIES}{name}": known_digest for name, (known_digest, _leads) in histories.items()}
        volumes |= {f"{_ALIASES}{name}": volume.digest for name, volume in given.items()}
        changed = [name for name, known_digest in volumes.items() if known.get(name) != known_digest]
        dropped = [name for name in known if name not in volumes]

        def lines(name: str) -> Lines:
            if name.startswith(_HISTORIES):
                return pages_beside(archive, self._catalog, histories[name.removeprefix(_HISTORIES)][1])
            if name.startswith(_ALIASES):
                return self._aliases(given[name.removeprefix(_ALIASES)])
            return self._catalog.addresses(name)

        now = {name: lines(name) for name in changed}
        if self._ledger_is_known:
            before = {name: self._catalog.noted_addresses(name) for name in (*changed, *dropped)}
            was, were_beside, were_aliases = _parted(before)
        else:
            was, were_beside, were_aliases = (self.ledger.live(), *map(self.ledger.lines, (VERSIONS, ALIASES)))
        articles, beside, aliases = _parted(now)
        faulty = {fault.path.removeprefix(f"{self._content}/") for fault in reading.faults}

        def claimant(path: str) -> str:
            spot = archive.claimant(path)
            return self._catalog.path(Edition.number(archive, spot)) if spot else ""

        # The first that gives one has its page, wherever the others stand and whichever changed.
        twice = _given_twice(given.values()) if aliases else set()
        aliases = {path: claimant(path) if path in twice else page for path, page in aliases.items()}
        lists = list_lines(self.ledger, archive)
        lists[SETTINGS], unmade = kinds_made(self.ledger, kinds, partial(lacking, site))
        lists[PAGES] = page_lines(self.ledger, lists, pages)
        change = reckon(
            self.ledger,
            was,
            articles,
            self._successors,
            self.given.known_by,
            claimant,
            lambda name: file_of(name) in faulty,
            lists,
            unmade,
        )
        withdrawn = {path for name, found in now.items() if name.startswith(f"{WITHDRAWN}:") for path in found}
        change = with_histories(self.ledger, change, were_beside, beside, withdrawn, bool(faulty))
        change = with_aliases(self.ledger, change, were_aliases, aliases, claimant, has_aliases, bool(faulty))
        if not (self._options.preview or self._ledger_is_known):
            # Somebody has edited it, or merged it.
            nowhere = leading_nowhere(self.ledger, change)
            if nowhere:
                raise ContentErrors(nowhere)
        if not (self._options.allow_gone or self._options.preview):
            losses = [*self._losses(change.lost), *_unmade(unmade, site)]
            if losses:
                raise ContentErrors(losses)
        return Noting(change, {name: (volumes[name], lines) for name, lines in now.items()}, dropped, bool(faulty))

    def _aliases(self, volume: Volume) -> Lines:
        """The aliases that articles of a volume give, and that may have pages, each with the article's page."""
        paths, ids = self._catalog.paths(volume.name), numbers(volume.ids)
        return {alias: paths[ids[position]] for alias, position in volume.given_aliases() if may_be_alias(alias)}

    def _losses(self, lost: Mapping[str, str]) -> list[ContentError]:
        """What to tell of addresses that would be lost."""
        faults: list[ContentError] = []
        known = self._catalog.sources() if lost else {}
        for path, name in sorted(lost.items())[:MOST_LOST]:
            file = file_of(name)
            what = "is published no more" if file in known else "is gone"
            faults.append(
                ContentError(
                    f"{what}, and with it the page {path}",
                    f"{self._content}/{file}",
                    None,
                    f"put it back, or write aliases: [/{path}] in another article, or build with --allow-gone",
                )
            )
        if len(lost) > MOST_LOST:
            more = f"and {len(lost) - MOST_LOST:,} more pages would be lost"
            faults.append(ContentError(more, f"{self._content}/…", None, "--allow-gone gives them all up"))
        return faults

    def note(self, noting: Noting) -> None:
        """Write into the ledger what is about to be published."""
        if self._options.preview:
            return
        write(self._options.root, self.ledger, noting.change)
        if noting.change.lost:
            self._catalog.set_meta(PURGE, b"1")
        self.ledger = Ledger(self._options.root)
        for name in noting.dropped:
            self._catalog.put_noted(name, None, {})
        for name, (digest, lines) in noting.volumes.items():
            self._catalog.put_noted(name, digest, lines)
        # Where articles could not be read, the next build asks the ledger itself.
        stamp = None if noting.partly else msgspec.msgpack.encode(self.ledger.stamp)
        self._catalog.set_meta("ledger", stamp)


def _has_aliases(site: Site) -> bool:
    """Whether what articles give as aliases is kept in the ledger."""
    return site.redirects.aliases or bool(site.redirects.maps)


def _said(given: Mapping[str, str]) -> dict[str, str]:
    return {name: path for name, path in given.items() if path}


def _parted(volumes: Mapping[str, Lines]) -> tuple[Lines, Lines, Lines]:
    """The lines of volumes, parted into those of articles, of histories and of aliases."""
    articles: Lines = {}
    histories: Lines = {}
    aliases: Lines = {}
    for name, lines in volumes.items():
        into = histories if name.startswith(_HISTORIES) else aliases if name.startswith(_ALIASES) else articles
        into.update(lines)
    return articles, histories, aliases


def _given_twice(volumes: Iterable[Volume]) -> set[str]:
    """The aliases that several articles give."""
    seen: set[str] = set()
    twice: set[str] = set()
    for volume in volumes:
        for alias, _position in volume.given_aliases():
            (twice if alias in seen else seen).add(alias)
    return twice


def _unmade(kinds: Mapping[str, str], site: Site) -> list[ContentError]:
    """What to tell of kinds of addresses that settings would make no more: a fault for each setting."""
    missed: dict[str, list[str]] = {}
    for kind, takes in sorted(kinds.items()):
        for setting in lacking(site, takes):
            missed.setdefault(setting, []).append(kind)
    hint = "write it back, or build with --allow-gone to give them up"
    return [
        ContentError(f'without "{setting}" these addresses would be lost: {", ".join(lost)}', "site.yaml", None, hint)
        for setting, lost in missed.items()
    ]


def redirects(change: Change, archive: Archive, pages: Lines, tag_aliases: Mapping[str, str]) -> Lines:
    """Where former addresses lead, of articles and of lists; `pages` as above, `tag_aliases` as site.yaml has it."""
    aliases = {term_key(written): term_key(shown) for written, shown in tag_aliases.items()}
    moved = change.moved | list_redirects(change.lists, archive, aliases)
    return moved | page_redirects(change.lists[PAGES], pages, moved)
