"""The index of each taxonomy, A to Z: all tags, authors, sources and sections with their counts.

An index of very many terms is split by heading, and a heading of very many by the letters that follow, so that no page
grows beyond what a browser likes to show. The page of a heading goes by that heading, so its address stays.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from ..alphabet import DIGITS, OTHERS, Alphabet, script
from ..archive import Archive
from ..entries import KINDS, digest
from ..plan import Edition, Page, Sheaf, encode
from ..terms import Term
from ..views import Letter, TermCount, TermGroup, TermIndexView

TEMPLATE = "terms.html"
ON_ONE_PAGE = 1_000
"""As many terms as one page lists; where there are more, each heading has a page of its own."""

TOP = 60
"""As many of the terms with the most articles as the front page of a split index shows."""

ENOUGH = 5
"""As many articles as a term has before a picture of its years tells more than the first and the last."""

STRETCHES = 30
"""As many stretches of years as such a picture has at the most."""


class Stretches(NamedTuple):
    """The span of the archive's years, cut into equal stretches; `step` is how many years each has."""

    since: int
    until: int
    step: int


def sheaves(edition: Edition) -> Iterator[Sheaf]:
    """A sheaf for each taxonomy; one without terms has a page too, for every page links to it."""
    for kind in KINDS:
        yield _sheaf(edition, kind, edition.archive.kinds(kind))


def index_parts(archive: Archive, alphabet: Alphabet) -> dict[str, str]:
    """The pages that large indexes are split into, each with the page of its index."""
    large = {kind: terms for kind in KINDS if len(terms := archive.kinds(kind)) > ON_ONE_PAGE}
    return {
        path: f"{kind}/index.html"
        for kind, terms in large.items()
        for path, _initial, _terms in _parts(alphabet, kind, _grouped(alphabet, terms))
    }


def stretches_of(edition: Edition) -> Stretches:
    """The stretches into which pictures of terms cut the span of the archive."""
    since, until = (int(year or 0) for year in edition.archive.span)
    return Stretches(since, until, max(1, math.ceil((until - since + 1) / STRETCHES)))


def term_count(edition: Edition, term: Term, stretches: Stretches | None = None) -> TermCount:
    """A term as an index shows it; with its articles in each stretch, where it has enough of them."""
    years = edition.archive.year_counts(term)
    dated = [year for year in years if year]
    first, last = (dated[0], dated[-1]) if dated else ("", "")
    counts: tuple[int, ...] = ()
    if stretches is not None and dated and term.count >= ENOUGH:
        sums = [0] * ((stretches.until - stretches.since) // stretches.step + 1)
        for year in dated:
            sums[(int(year) - stretches.since) // stretches.step] += years[year]
        counts = tuple(sums)
    return TermCount(term.ref.name, term.ref.path, term.count, first, last, counts)


def _sheaf(edition: Edition, kind: str, terms: list[Term]) -> Sheaf:
    parts = [edition.salt(TEMPLATE), encode((edition.site.language, edition.archive.span))]
    for term in terms:
        parts += (edition.ref(term)[1], edition.standing(term))
    return Sheaf(f"terms:{kind}", digest(*parts), lambda: _pages(edition, kind, terms))


def _pages(edition: Edition, kind: str, terms: list[Term]) -> Iterator[Page]:
    stretches = stretches_of(edition)

    def grouped(initial: str, some: list[Term]) -> TermGroup:
        return TermGroup(initial, tuple(term_count(edition, term, stretches) for term in some))

    headings = _grouped(edition.alphabet, terms)
    split = len(terms) > ON_ONE_PAGE
    cut = _parts(edition.alphabet, kind, headings) if split else ()
    parts = [(path, grouped(initial, some)) for path, initial, some in cut]
    letters = tuple(Letter(group.initial, path, len(group.terms)) for path, group in parts)
    shown = () if split else tuple(grouped(*heading) for heading in headings)
    top: tuple[TermCount, ...] = ()
    if split:
        every = (term for _path, group in parts for term in group.terms)
        top = tuple(heapq.nsmallest(TOP, every, key=lambda term: (-term.count, term.path)))
    yield edition.viewed(
        f"{kind}/index.html", TEMPLATE, TermIndexView(kind, shown, len(terms), letters, "", top, *stretches)
    )
    # Their counts would make all of these pages new whenever one of them changes.
    ways = tuple(Letter(letter.initial, letter.path, 0) for letter in letters)
    for path, group in parts:
        view = TermIndexView(kind, (group,), len(group.terms), ways, group.initial, (), *stretches)
        yield edition.viewed(path, TEMPLATE, view)


def _grouped(alphabet: Alphabet, terms: list[Term]) -> list[tuple[str, list[Term]]]:
    """Terms under their headings: the script that most of them are in comes first, digits and symbols last."""
    headings: dict[str, list[Term]] = {}
    for term in sorted(terms, key=lambda term: (alphabet.sort_key(term.ref.name), term.ref.name)):
        headings.setdefault(alphabet.heading(term.ref.name), []).append(term)
    scripts: dict[str, tuple[int, str]] = {}
    for heading, found in sorted(headings.items()):
        name = script(heading)
        count, first = scripts.get(name, (0, heading))
        scripts[name] = count - len(found), first
    order = sorted(filter(None, scripts), key=lambda name: scripts[name])

    def place(heading: str) -> tuple[int, str]:
        if heading in (DIGITS, OTHERS):
            return len(order), heading.replace(OTHERS, "\uffff")
        return order.index(script(heading)), alphabet.sort_key(heading)

    return [(heading, headings[heading]) for heading in sorted(headings, key=place)]


def _parts(
    alphabet: Alphabet, kind: str, headings: list[tuple[str, list[Term]]]
) -> Iterator[tuple[str, str, list[Term]]]:
    """A large index in parts: the page of each, what it is called, its terms."""
    for heading, terms in headings:
        name = _file_name(heading)
        if len(terms) <= ON_ONE_PAGE:
            yield f"{kind}/page/{name}.html", heading, terms
            continue
        for number, part in enumerate(_cut(alphabet, terms), 1):
            first, last = (_beginning(alphabet, term) for term in (part[0], part[-1]))
            initial = first if first == last else f"{first}–{last}"
            yield f"{kind}/page/{name}-{number}.html", initial, part


def _cut(alphabet: Alphabet, terms: list[Term]) -> Iterator[list[Term]]:
    """The terms of one heading in parts: cut where another second letter begins, as far as parts do not grow too long.

    From the front, so that a term that comes moves only what follows it, and that only where a part is full.
    """
    part: list[Term] = []
    for _letters, run in groupby(terms, key=lambda term: _beginning(alphabet, term)):
        found = list(run)
        if part and len(part) + len(found) > ON_ONE_PAGE:
            yield part
            part = []
        part += found
        while len(part) > ON_ONE_PAGE:
            yield part[:ON_ONE_PAGE]
            part = part[ON_ONE_PAGE:]
    if part:
        yield part


def _beginning(alphabet: Alphabet, term: Term) -> str:
    """The first two letters of a name, folded as it is sorted."""
    return "".join(filter(str.isalnum, alphabet.sort_key(term.ref.name)))[:2].capitalize()


def _file_name(heading: str) -> str:
    """What the page of a heading goes by: lower-case ASCII."""
    if heading == DIGITS:
        return "0-9"
    if heading == OTHERS:
        return "other"
    return heading.lower() if heading.isascii() else "u" + "-".join(f"{ord(char):04x}" for char in heading)
