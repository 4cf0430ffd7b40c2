"""Lists of articles in numbered pages: of each tag, author, source and section, each month, and what has no month.

Numbered pages are counted from the oldest article, so that page 7 is page 7 for ever: once full it never changes, and
its link to the newer page never has to wait for that page, which exists, empty at first. The list's own page shows the
newest articles and the way to the numbered ones, which lie under `page/`, a segment that no slug can be.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ..archive import Archive, Volume
from ..entries import DIGEST_BYTES, digest
from ..plan import Edition, Page, Sheaf, Strand, encode
from ..terms import Term
from ..views import Companion, YearMark
from .citations import citation_paths, citation_salt, former_citations
from .feeds import term_feeds

TEMPLATE = "list.html"


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """One list: what it is called and where it lies, its articles, and how many of them each year has."""

    kind: str
    name: str
    period: str
    folder: str
    strand: Strand
    count: int
    years: tuple[tuple[str, int], ...] = ()
    decades: tuple[str, str] = ("", "")
    together: tuple[Companion, ...] = ()
    previous: str = ""
    next: str = ""
    feeds: tuple[str, ...] = ()


def sheaves(edition: Edition) -> Iterator[Sheaf]:
    """A sheaf for each list."""
    for term in edition.archive.terms.values():
        yield _term_sheaf(edition, term)
    volumes = edition.archive.volumes[: edition.archive.listed]
    months = [index for index, volume in enumerate(volumes) if len(volume.name) == 7]
    order = {index: place for place, index in enumerate(months)}
    for index, volume in enumerate(volumes):
        previous = next_ = ""
        if index in order:
            place = order[index]
            previous = volume_folder(volumes[months[place - 1]]) + "index.html" if place else ""
            next_ = volume_folder(volumes[months[place + 1]]) + "index.html" if place + 1 < len(months) else ""
        yield _volume_sheaf(edition, index, volume, previous, next_)


def volume_folder(volume: Volume) -> str:
    """The folder of a volume's list: `2019/03/`, `1936/undated/` or `undated/`."""
    return volume.folder


def decades_of(edition: Edition) -> tuple[str, str]:
    """The first and the last year of the decades that the archive spans."""
    first, last = edition.archive.span
    return (first[:3] + "0", last[:3] + "9") if first else ("", "")


def _numbered(count: int, size: int) -> int:
    """How many numbered pages a list has."""
    return count // size + 1 if count >= size else 0


def sheet_path(folder: str, count: int, size: int, position: int) -> str:
    """The page of a list of `count` articles that shows the one at a position: the list's own, where it does."""
    if position >= count - size:
        return folder + "index.html"
    return f"{folder}page/{position // size + 1}.html"


def last_pages(archive: Archive, size: int) -> dict[str, str]:
    """The last numbered page of each list that has any, with the list's own; `size` is how many articles fill one."""
    lists = [(term.folder, term.count) for term in archive.terms.values()]
    lists += [(volume_folder(volume), len(volume)) for volume in archive.volumes[: archive.listed]]
    numbered = ((folder, _numbered(count, size)) for folder, count in lists)
    return {f"{folder}page/{number}.html": folder + "index.html" for folder, number in numbered if number}


def _term_sheaf(edition: Edition, term: Term) -> Sheaf:
    salt = edition.salt(TEMPLATE)
    size = edition.site.page_size.to_bytes(4, "big")
    feeds = term_feeds(edition, term)
    decades = decades_of(edition)
    parts = [
        salt,
        size,
        edition.ref(term)[1],
        encode((feeds, decades)),
        edition.standing(term),
        edition.together.digest,
        citation_salt(edition, term.ref.kind, term.ref.path),
    ]

    def pages() -> Iterator[Page]:
        articles = edition.archive.articles(term)
        listing = Listing(
            kind=term.ref.kind,
            name=term.ref.name,
            period="",
            folder=term.folder,
            strand=Strand(edition.archive, articles),
            count=term.count,
            years=tuple(edition.archive.year_counts(term).items()),
            decades=decades,
            together=tuple(Companion(other.ref, count) for other, count in edition.together.of(term, articles)),
            feeds=feeds,
        )
        return _pages(edition, listing)

    return Sheaf(f"list:{term.key}", digest(*parts), pages)


def _volume_sheaf(edition: Edition, index: int, volume: Volume, previous: str, next_: str) -> Sheaf:
    salt = edition.salt(TEMPLATE)
    size = edition.site.page_size.to_bytes(4, "big")
    kind = {7: "month", 4: "year"}.get(len(volume.name), "undated")
    cited = citation_salt(edition, kind, volume_folder(volume) + "index.html")
    key = digest(salt, size, volume.cards, previous.encode(), b"|", next_.encode(), cited)

    def pages() -> Iterator[Page]:
        listing = Listing(
            kind=kind,
            name="",
            period=volume.name,
            folder=volume_folder(volume),
            strand=Strand(edition.archive, range(*edition.archive.starts[index : index + 2])),
            count=len(volume),
            previous=previous,
            next=next_,
        )
        return _pages(edition, listing)

    return Sheaf(f"list:volume:{volume.name}", key, pages)


def _pages(edition: Edition, listing: Listing) -> Iterator[Page]:
    size, count, folder = edition.site.page_size, listing.count, listing.folder
    numbered = _numbered(count, size)
    head = (listing.kind, listing.name, listing.period)

    def number_path(number: int) -> str:
        return f"{folder}page/{number}.html" if 1 <= number <= numbered else ""

    marks = []
    offset = 0
    for year, many in listing.years:
        marks.append(YearMark(year, many, number_path(offset // size + 1)))
        offset += many
    start = max(count - size, 0)
    front = (
        folder + "index.html",
        0,
        start,
        count,
        number_path((start - 1) // size + 1) if start else "",
        "",
        count,
        numbered,
        tuple(marks),
        *listing.decades,
        listing.together,
        listing.previous,
        listing.next,
        listing.feeds,
    )
    sheets = [front]
    for number in range(1, numbered + 1):
        newer = number_path(number + 1)
        low, high = (number - 1) * size, min(number * size, count)
        sheets.append(
            (number_path(number), number, low, high, number_path(number - 1), newer, 0, 0, (), "", "", (), "", "", ())
        )
    salt = edition.salt(TEMPLATE)
    digests = listing.strand.digests
    for path, number, low, high, *rest in sheets:

        def view(
            path: str = path,
            number: int = number,
            low: int = low,
            high: int = high,
            rest: list[object] = rest,
        ) -> bytes:
            shown = path if number == 0 else folder + "index.html"
            return encode((*head, shown, number, _cards(edition, listing, low, high), *rest))

        def cited(low: int = low, high: int = high) -> bytes:
            return encode((_cards(edition, listing, low, high),))

        citations = citation_paths(edition, listing.kind, folder, number)
        rest.append(tuple(citations))
        outline = encode((*head, path, number, rest))
        slice_ = digests[low * DIGEST_BYTES : high * DIGEST_BYTES]
        yield Page(path, TEMPLATE, digest(salt, outline, slice_), view)
        if not number:
            citations |= former_citations(edition, path)
        for file, format_ in citations.items():
            yield Page(file, format_, digest(edition.salt(format_), slice_), cited)


def _cards(edition: Edition, listing: Listing, low: int, high: int) -> list[msgspec.Raw]:
    """The cards of a slice of a list, the newest first."""
    return edition.raw_cards(listing.strand.ids(low, high))[::-1]
