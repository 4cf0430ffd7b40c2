"""Which page an article has a right to, and which article goes on under another name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from ..entries import Place
from ..slugs import tailed


class Claim(NamedTuple):
    """An article that was just read: its name, the path that its page would have, the slug that its author gave it (or
    nothing), whether it is published, where it lies, and what its publisher knows it by.
    """

    name: str
    path: str
    slug: str
    published: bool
    place: Place
    known_as: tuple[str, ...]


def asks_to_move(slug: str, kept: str, name: str) -> bool:
    """Whether an article's own `slug` asks for another path than the one that it has: for a file of another name."""
    stem = kept.rpartition("/")[2].removesuffix(".html")
    return bool(slug) and stem not in (slug, tailed(slug, name))


class Rights(NamedTuple):
    """Which paths articles have a right to: chosen for them, kept from before; and who leaves theirs."""

    chosen: Mapping[str, str]
    kept: Mapping[str, str]
    leaving: Callable[[str], bool]

    def path(self, claim: Claim) -> str:
        """The path that an article has a right to; nothing where it takes what its date and headline give."""
        chosen = self.chosen.get(claim.name)
        if chosen:
            return chosen
        kept = self.kept.get(claim.name, "")
        if kept and not self.leaving(claim.name) and not asks_to_move(claim.slug, kept, claim.name):
            return kept
        return ""


def repinned(claims: Iterable[Claim], rights: Rights, pinned: Mapping[str, str]) -> dict[str, str]:
    """For articles that were read with another path than they have a right to: that path, or nothing to let go."""
    found = {}
    for claim in claims:
        path = rights.path(claim)
        if (path and path != claim.path) or (not path and claim.name in pinned):
            found[claim.name] = path
    return found


class Left(NamedTuple):
    """A published article that is no longer where it was: as in `Claim`."""

    name: str
    path: str
    place: Place
    known_as: tuple[str, ...]


def exchanged(before: Mapping[str, Left], after: Iterable[Claim]) -> dict[str, Left]:
    """For articles whose file has the very bytes that the file of another one had: that one, as it was. So it is where
    files change their names among each other, or are numbered anew.

    `before` has, by name, what published articles were whose files are gone, or hold other bytes now; `after` has the
    files that came, or hold other bytes. It has to be sure: a file that had an article of its own has another one's
    only if its own went on in yet another file; and who copies a file and then edits it has a new article in the copy.
    """
    after = list(after)
    owners: dict[bytes, list[Left]] = {}
    for each in before.values():
        owners.setdefault(each.place.digest, []).append(each)
    counts = Counter(claim.place.digest for claim in after)
    found = {}
    for claim in after:
        owner = owners.get(claim.place.digest, [])
        if counts[claim.place.digest] == 1 and len(owner) == 1 and owner[0].name != claim.name:
            found[claim.name] = owner[0]
    there = {claim.name for claim in after}
    while True:
        went_on = {owner.name for owner in found.values()}
        sure = {
            name: owner
            for name, owner in found.items()
            if (name in went_on if name in before else owner.name in found or owner.name not in there)
        }
        if len(sure) == len(found):
            return sure
        found = sure


def heirs(left: Iterable[Left], came: Iterable[Claim]) -> dict[str, Left]:
    """For articles that came, the one that each was before, under another name: of the same bytes, by the same
    publisher's identity, with the same page, or in the same line of a file of many. What may be two articles' is
    nobody's.
    """
    came = list(came)
    found: dict[str, Left] = {}
    waiting = list(left)

    def match(of_left: Callable[[Left], Iterable[object]], of_claim: Callable[[Claim], Iterable[object]]) -> None:
        nonlocal waiting
        claimants: dict[object, set[str]] = {}
        for claim in came:
            if claim.name not in found:
                for key in of_claim(claim):
                    claimants.setdefault(key, set()).add(claim.name)
        keys = [key for each in waiting for key in set(of_left(each))]
        rest = []
        for each in waiting:
            names = {
                name for key in of_left(each) if keys.count(key) == 1 and len(claimants.get(key, ())) == 1
                for name in claimants[key]
            }  # fmt: skip
            if len(names) == 1 and (name := names.pop()) not in found:
                found[name] = each
            else:
                rest.append(each)
        waiting = rest

    match(lambda each: (each.place.digest,), lambda claim: (claim.place.digest,))
    match(lambda each: each.known_as, lambda claim: claim.known_as)
    # Lines that were all written anew, with some more before them, are not those that stood at their numbers.
    match(lambda each: (each.path,), lambda claim: (claim.path,))
    match(lambda each: _line(each.place), lambda claim: _line(claim.place))
    return found


def _line(place: Place) -> tuple[tuple[str, int], ...]:
    return ((place.file, place.line),) if place.line else ()
