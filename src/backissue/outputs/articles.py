"""The articles' own pages, each with its JSON twin beside it: one sheaf a volume."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from ..archive import Archive, Spot, Volume
from ..catalog import Row
from ..entries import WITHDRAWN, Facts, digest
from ..metadata import twin_path
from ..paths import history_path
from ..plan import NOBODY, Edition, Page, Sheaf, encode
from ..runs import D
from ..terms import Term

TEMPLATE = "article.html"
TWIN = "ninjs.json"

_facts_decoder = msgspec.msgpack.Decoder(Facts)
_Around = tuple[Spot | None, Spot | None]
_ALONE: _Around = (None, None)


def sheaves(edition: Edition) -> Iterator[Sheaf]:
    """A sheaf for the articles of each volume."""
    edges = _edges(edition)
    company = _company(edition)
    for index, volume in enumerate(edition.archive.volumes):
        yield _sheaf(edition, index, volume, edges[index], company[index])


def alone(
    edition: Edition, row: Row, resolved: Sequence[Spot | None], terms: Sequence[Term] = ()
) -> tuple[object, ...]:
    """An article's view without what stands around it: what its body is made from, and the lists that it is in."""
    links = [edition.link(spot) for spot in resolved]
    threads = [(edition.ref(term)[0], NOBODY, NOBODY) for term in terms]
    place, card, details = msgspec.Raw(row.place), msgspec.Raw(row.card), msgspec.Raw(row.details)
    return (place, card, details, NOBODY, NOBODY, threads, links, "", NOBODY, (), (), (), "")


def _edges(edition: Edition) -> list[bytes]:
    """For each volume: a digest of its lists' names, and of what stands in them just before it and just after it."""
    archive = edition.archive
    references = {key: edition.ref(term)[1] for key, term in archive.terms.items()}
    apart = [b""] * (len(archive.volumes) - archive.listed)
    return archive.lists.edges(references, archive.first_dated) + apart


class _Company(NamedTuple):
    """Who stands with an article on its page: what it is listed with, what is listed with it, who points to it."""

    lead: Spot | None
    followers: Sequence[Spot]
    referrers: Sequence[Spot]
    history: Spot | None


_NO_COMPANY = _Company(None, (), (), None)


def _company(edition: Edition) -> list[dict[int, _Company]]:
    """For each volume, by position, the company of those articles that have any."""
    archive = edition.archive
    found: list[dict[int, _Company]] = [{} for _ in archive.volumes]
    for spot in {*archive.leads, *archive.followers, *archive.referrers}:
        if archive.volumes[spot.volume].apart == WITHDRAWN:
            continue  # what is said of it elsewhere is not said on its page
        found[spot.volume][spot.position] = _Company(
            archive.leads.get(spot),
            archive.followers.get(spot, ()),
            archive.referrers.get(spot, ()),
            archive.history(spot) if edition.site.histories else None,
        )
    return found


def _company_parts(archive: Archive, company: _Company) -> list[bytes]:
    """What of its company bears on an article's key."""
    if company is _NO_COMPANY:
        return []
    return [
        archive.link_digest(company.lead),
        *(archive.card_digest(spot) + archive.volumes[spot.volume].apart.encode() for spot in company.followers),
        b"|",
        *(archive.link_digest(spot) for spot in company.referrers),
        archive.link_digest(company.history),
    ]


def _sheaf(edition: Edition, index: int, volume: Volume, edges: bytes, company: Mapping[int, _Company]) -> Sheaf:
    archive = edition.archive
    parts = [
        edition.salt(TEMPLATE),
        volume.digest,
        archive.link_digest(archive.before(index)),
        archive.link_digest(archive.after(index)),
        edges,
        edition.meant(index),
        edition.salt(TWIN) if edition.site.json_twins else b"",
    ]
    for position in sorted(company):
        parts += (position.to_bytes(4, "big"), *_company_parts(archive, company[position]))
    return Sheaf(f"articles:{volume.name}", digest(*parts), lambda: _pages(edition, index, volume, company))


def _outside(edition: Edition, term: Term, index: int) -> _Around:
    """The list's last article before a volume and its first after it; undated articles are neighbours of nobody."""
    before, after = term.around(index)
    dated = before is not None and before[0] >= edition.archive.first_dated
    return Spot(*before) if before and dated else None, Spot(*after) if after else None


def _neighbours(edition: Edition, index: int, volume: Volume) -> list[dict[str, _Around]]:
    """For each article of a volume: what comes before and after it in each list that it stands in."""
    dated = edition.archive.first_dated <= index
    found: list[dict[str, _Around]] = [{} for _ in range(len(volume))]
    if index >= edition.archive.listed:
        return found
    for key, positions in zip(edition.archive.lists.keys[index], volume.runs.all_positions(), strict=True):
        if not dated:
            for position in positions:
                found[position][key] = _ALONE
            continue
        before, last = _outside(edition, edition.archive.terms[key], index)
        for order, position in enumerate(positions):
            after = Spot(index, positions[order + 1]) if order + 1 < len(positions) else last
            found[position][key] = (before, after)
            before = Spot(index, position)
    return found


def _pages(edition: Edition, index: int, volume: Volume, companies: Mapping[int, _Company]) -> Iterator[Page]:
    archive = edition.archive
    salt = edition.salt(TEMPLATE)
    neighbours = _neighbours(edition, index, volume)
    dated = archive.first_dated <= index < archive.listed
    rows = edition.reader.rows(volume.name)
    link_digest = archive.link_digest
    for position, row in enumerate(rows):
        facts = _facts_decoder.decode(row.facts)
        spot = Spot(index, position)
        earlier = later = None
        if dated:
            earlier = Spot(index, position - 1) if position else archive.before(index)
            later = Spot(index, position + 1) if position + 1 < len(rows) else archive.after(index)
        parts = [
            salt,
            volume.pages[position * D : position * D + D],
            link_digest(earlier),
            link_digest(later),
        ]
        threads = []
        for key, _words in facts.terms:
            term = archive.terms[key]
            around = neighbours[position][key]
            parts += (edition.ref(term)[1], link_digest(around[0]), link_digest(around[1]))
            threads.append((term, around))
        resolved = edition.resolved(spot, facts)
        parts += map(link_digest, resolved)
        company = companies.get(position, _NO_COMPANY)
        parts += _company_parts(archive, company)

        def view(
            position: int = position,
            earlier: Spot | None = earlier,
            later: Spot | None = later,
            threads: Sequence[tuple[Term, _Around]] = threads,
            resolved: Sequence[Spot | None] = resolved,
            company: _Company = company,
        ) -> bytes:
            row = rows[position]

            def link(spot: Spot | None) -> msgspec.Raw:
                if spot is not None and spot.volume == index:
                    return msgspec.Raw(rows[spot.position].link)
                return edition.link(spot)

            return encode(
                (
                    msgspec.Raw(row.place),
                    msgspec.Raw(row.card),
                    msgspec.Raw(row.details),
                    link(earlier),
                    link(later),
                    [(edition.ref(term)[0], link(before), link(after)) for term, (before, after) in threads],
                    [link(spot) for spot in resolved],
                    volume.apart,
                    link(company.lead),
                    edition.spot_cards([spot for spot in company.followers if _apart(archive, spot) == "copies"]),
                    edition.spot_cards([spot for spot in company.followers if _apart(archive, spot) == "versions"]),
                    [link(spot) for spot in company.referrers],
                    history_path(edition.path(company.history)) if company.history else "",
                )
            )

        yield Page(row.path, TEMPLATE, digest(*parts), view)
        if edition.site.json_twins:
            # Next to its page, so that the body that both hold is made once.
            yield _twin(edition, spot, row, [term for term, _around in threads], resolved)


def _twin(edition: Edition, spot: Spot, row: Row, terms: Sequence[Term], resolved: Sequence[Spot | None]) -> Page:
    """An article's JSON twin, which shows nothing of the article's neighbours."""
    archive = edition.archive
    key = digest(
        edition.salt(TWIN),
        archive.page_digest(spot),
        *(edition.ref(term)[1] for term in terms),
        b"|",
        *map(archive.link_digest, resolved),
    )
    return Page(twin_path(row.path), TWIN, key, lambda: encode(alone(edition, row, resolved, terms)))


def _apart(archive: Archive, spot: Spot) -> str:
    return archive.volumes[spot.volume].apart
