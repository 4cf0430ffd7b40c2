"""The index of each taxonomy, A to Z: all tags, authors, sources and sections with their counts.

An index of very many terms is split by initial, so that no page grows beyond what a browser likes to show.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from ..archive import Archive, Term
from ..entries import KINDS, digest
from ..plan import Edition, Page, Sheaf
from ..views import Letter, TermCount, TermGroup, TermIndexView

TEMPLATE = "terms.html"
ON_ONE_PAGE = 1_500
"""As many terms as one page lists; where there are more, each initial has a page of its own."""

_SCRIPTS = (("CJK", "漢字"), ("HIRAGANA", "かな"), ("KATAKANA", "かな"), ("HANGUL", "한글"))


def sheaves(edition: Edition) -> Iterator[Sheaf]:
    """A sheaf for each taxonomy; one without terms has a page too, for every page links to it."""
    for kind in KINDS:
        yield _sheaf(edition, kind, edition.archive.kinds(kind))


def term_count(archive: Archive, term: Term) -> TermCount:
    """A term as an index shows it."""
    first, last = (archive.volumes[index].year for index in (term.runs[0][0], term.runs[-1][0]))
    if not first and len(term.runs) > 1:
        first = archive.volumes[term.runs[1][0]].year
    return TermCount(term.ref.name, term.ref.path, term.count, first, last)


def sort_name(name: str) -> str:
    """What a name is ordered by: blind to case and accents."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def initial_of(name: str) -> str:
    """The heading under which a name stands: its first letter, `0–9`, `#`; one for each script of East Asia."""
    for char in unicodedata.normalize("NFKD", name):
        if char.isdigit():
            return "0–9"
        if char.isalpha():
            script = unicodedata.name(char, "")
            for prefix, heading in _SCRIPTS:
                if script.startswith(prefix):
                    return heading
            return char.upper()[0]
    return "#"


def _sheaf(edition: Edition, kind: str, terms: list[Term]) -> Sheaf:
    parts = [edition.salt(TEMPLATE)]
    for term in terms:
        counted = term_count(edition.archive, term)
        parts += (
            edition.ref(term)[1],
            term.count.to_bytes(4, "big"),
            counted.first.encode(),
            counted.last.encode(),
            b"|",
        )
    return Sheaf(f"terms:{kind}", digest(*parts), lambda: _pages(edition, kind, terms))


def _pages(edition: Edition, kind: str, terms: list[Term]) -> Iterator[Page]:
    headings: dict[str, list[TermCount]] = {}
    for term in sorted(terms, key=lambda term: (sort_name(term.ref.name), term.ref.name)):
        headings.setdefault(initial_of(term.ref.name), []).append(term_count(edition.archive, term))
    order = sorted(headings, key=lambda heading: (not heading.isalpha(), heading))
    groups = [TermGroup(heading, tuple(headings[heading])) for heading in order]
    front = f"{kind}/index.html"
    if len(terms) <= ON_ONE_PAGE:
        view = TermIndexView(kind, tuple(groups), len(terms), (), "")
        yield edition.viewed(front, TEMPLATE, view)
        return
    letters = tuple(
        Letter(group.initial, f"{kind}/page/{number}.html", len(group.terms)) for number, group in enumerate(groups, 1)
    )
    yield edition.viewed(front, TEMPLATE, TermIndexView(kind, (), len(terms), letters, ""))
    for letter, group in zip(letters, groups, strict=True):
        view = TermIndexView(kind, (group,), len(terms), letters, letter.initial)
        yield edition.viewed(letter.path, TEMPLATE, view)
