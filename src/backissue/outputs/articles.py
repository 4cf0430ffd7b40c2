"""The articles' own pages, each with its JSON twin beside it: one sheaf a volume."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, repeat
from typing import NamedTuple

import msgspec

from ..archive import Archive, Spot, Volume
from ..catalog import Row
from ..config import Site
from ..entries import WITHDRAWN, Facts, digest
from ..metadata import twin_path
from ..paths import history_path
from ..plan import NIL, Edition, Page, Sheaf, encode
from ..runs import pieces
from ..terms import NOBODY, End, Term

TEMPLATE = "article.html"
TWIN = "ninjs.json"

_facts_decoder = msgspec.msgpack.Decoder(Facts)


def sheaves(edition: Edition) -> Iterator[Sheaf]:
    """A sheaf for the articles of each volume."""
    edges = _edges(edition)
    company = _company(edition)
    for index, volume in enumerate(edition.archive.volumes):
        yield _sheaf(edition, index, volume, edges[index], company[index])


def by_setting(archive: Archive, site: Site) -> Iterator[tuple[str, str]]:
    """The JSON twins; the pages themselves are nothing that a setting could take away."""
    if site.json_twins and archive.volumes:
        yield "*/*.json", "json_twins: true"


def alone(
    edition: Edition, row: Row, resolved: Sequence[Spot | None], terms: Sequence[Term] = ()
) -> tuple[object, ...]:
    """An article's view without what stands around it: what its body is made from, and the lists that it is in."""
    links = [edition.link(spot) for spot in resolved]
    threads = [(edition.ref(term)[0], NIL, NIL) for term in terms]
    place, card, details = msgspec.Raw(row.place), msgspec.Raw(row.card), msgspec.Raw(row.details)
    return (place, card, details, NIL, NIL, threads, links, "", NIL, (), (), (), "")


def _edges(edition: Edition) -> list[bytes]:
    """For each volume: a digest of its lists' names, and of what stands in them just before it and just after it."""
    archive = edition.archive
    references = {key: edition.ref(term)[1] for key, term in archive.terms.items()}
    apart = [b""] * (len(archive.volumes) - archive.listed)
    return archive.lists.edges(references) + apart


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
    former = edition.former_by_volume.get(volume.name)
    if former and edition.site.json_twins:
        parts.append(encode(former))
    for position in sorted(company):
        parts += (position.to_bytes(4, "big"), *_company_parts(archive, company[position]))
    return Sheaf(f"articles:{volume.name}", digest(*parts), lambda: _pages(edition, index, volume, company))


_Thread = tuple[msgspec.Raw, int | None, int | None, bytes]
"""An article's place in a list: the list, the articles before and after it there by their numbers in the catalog, and
what of all that bears on the key of the article's page.
"""


def _threads(edition: Edition, index: int, volume: Volume) -> list[dict[str, _Thread]]:
    """For each article of a volume its places in lists, by their keys."""
    archive = edition.archive
    found: list[dict[str, _Thread]] = [{} for _ in range(len(volume))]
    if index >= archive.listed:
        return found
    runs, keys = volume.runs, archive.lists.keys[index]
    flat, bounds, counts = runs.flat, runs.bounds, runs.counts()
    earlier: list[End] = [NOBODY] * len(flat)
    later = earlier[:]
    if index >= archive.first_dated:
        # Run after run, each article stands between the one before it and the one after it…
        articles = list(zip(volume.numbers, pieces(volume.links), strict=True))
        in_runs = list(map(articles.__getitem__, flat))
        earlier[1:], later[:-1] = in_runs[:-1], in_runs[1:]
        # … but for the first and the last of a run, which stand next to articles of other volumes.
        befores, afters = archive.lists.around(index)
        for begin, end, before, after in zip(bounds[:-1], bounds[1:], befores, afters, strict=True):
            earlier[begin], later[end - 1] = before, after
        edition.links_by_number.soon = (id_ for id_, _link in chain(befores, afters))
    refs = [edition.ref(archive.terms[key]) for key in keys]
    for position, key, (term, known), (before_id, before_link), (after_id, after_link) in zip(
        flat,
        chain.from_iterable(map(repeat, keys, counts)),
        chain.from_iterable(map(repeat, refs, counts)),
        earlier,
        later,
        strict=True,
    ):
        found[position][key] = (term, before_id, after_id, known + before_link + after_link)
    return found


def _pages(edition: Edition, index: int, volume: Volume, companies: Mapping[int, _Company]) -> Iterator[Page]:
    archive = edition.archive
    salt = edition.salt(TEMPLATE)
    dated = archive.first_dated <= index < archive.listed
    former = edition.former_by_volume.get(volume.name, {})
    spots = [Spot(index, position) for position in range(len(volume))]
    around = [archive.before(index), *spots, archive.after(index)] if dated else [None] * (len(spots) + 2)
    threads_of = _threads(edition, index, volume)
    rows = edition.rows(volume)
    link, links, link_digest = edition.link, edition.links_by_number, archive.link_digest
    pages = pieces(volume.pages)
    for spot, row, earlier, later, in_lists in zip(spots, rows, around[:-2], around[2:], threads_of, strict=True):
        facts = _facts_decoder.decode(row.facts)
        threads = [in_lists[key] for key, _words in facts.terms]
        resolved = edition.resolved(spot, facts)
        company = companies.get(spot.position, _NO_COMPANY)
        key = digest(
            salt,
            pages[spot.position],
            link_digest(earlier),
            link_digest(later),
            *[known for _term, _earlier, _later, known in threads],
            *map(link_digest, resolved),
            *_company_parts(archive, company),
        )

        def view(
            row: Row = row,
            earlier: Spot | None = earlier,
            later: Spot | None = later,
            threads: Sequence[_Thread] = threads,
            resolved: Sequence[Spot | None] = resolved,
            company: _Company = company,
        ) -> bytes:
            return encode(
                (
                    msgspec.Raw(row.place),
                    msgspec.Raw(row.card),
                    msgspec.Raw(row.details),
                    link(earlier),
                    link(later),
                    [(term, links[before], links[after]) for term, before, after, _key in threads],
                    [link(spot) for spot in resolved],
                    volume.apart,
                    link(company.lead),
                    edition.spot_cards([spot for spot in company.followers if _apart(archive, spot) == "copies"]),
                    edition.spot_cards([spot for spot in company.followers if _apart(archive, spot) == "versions"]),
                    [link(spot) for spot in company.referrers],
                    history_path(edition.path(company.history)) if company.history else "",
                )
            )

        yield Page(row.path, TEMPLATE, key, view)
        if edition.site.json_twins:
            # Next to its page, so that the body that both hold is made once.
            twin = _twin(edition, spot, row, [archive.terms[key] for key, _words in facts.terms], resolved)
            yield twin
            # No page can stand for those at its former addresses.
            for path in former.get(row.path, ()):
                yield twin._replace(path=twin_path(path))


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
