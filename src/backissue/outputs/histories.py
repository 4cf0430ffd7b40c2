"""Histories of articles of which there are several versions: all of them, what changed from each to the next, and a
TimeMap (RFC 7089).

An article keeps its address whatever comes: there it shows the newest version. Older versions have pages of their own
(see `entries`). A history lies beside the article, and so does a page for each version but the first that compares it
with the one before. Withdrawn versions are in no history, and a withdrawn article has none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

import msgspec

from ..archive import Archive, Spot
from ..catalog import Row
from ..config import Site
from ..dates import Date
from ..entries import Card, Details, digest, moment_of
from ..paths import article_beside, changes_path, history_path, timemap_path
from ..plan import Edition, Page, Reader, Sheaf, encode
from ..slugs import slug

HISTORY, CHANGES, TIMEMAP = "versions.html", "changes.html", "timemap"

_card_decoder = msgspec.msgpack.Decoder(Card)
_details_decoder = msgspec.msgpack.Decoder(Details)


def sheaves(edition: Edition) -> Iterator[Sheaf]:
    """A sheaf for the histories of the articles of each volume, one for the TimeMaps at former addresses."""
    if not edition.site.histories:
        return
    archive = edition.archive
    families: dict[int, list[Sequence[Spot]]] = {}
    for lead in leads(archive):
        families.setdefault(lead.volume, []).append((lead, *archive.versions(lead)))
    for index, found in families.items():
        parts = [edition.salt(HISTORY), edition.salt(CHANGES), edition.salt(TIMEMAP), bytes([bool(edition.site.url)])]
        for family in found:
            parts += (b"|", *(archive.page_digest(spot) for spot in family))
        yield Sheaf(f"histories:{archive.volumes[index].name}", digest(*parts), partial(_pages, edition, found))
    former = _former_timemaps(edition)
    if former:
        yield former


def by_setting(archive: Archive, site: Site) -> Iterator[tuple[str, str]]:
    """The histories with what compares versions, and the TimeMaps."""
    if site.histories and leads(archive):
        yield "*/*.versions.html", "histories: true"
        if site.url:
            yield "*/*.timemap", "url, histories: true"


def leads(archive: Archive) -> list[Spot]:
    """The articles that may have a history: all of which there are older versions."""
    return [lead for lead in sorted(archive.followers) if archive.history(lead) == lead]


def families(archive: Archive) -> dict[str, tuple[bytes, list[Spot]]]:
    """The articles that may have a history, by the volumes that they stand in, with a digest of all their versions."""
    volumes: dict[str, list[Spot]] = {}
    for lead in leads(archive):
        volumes.setdefault(archive.volumes[lead.volume].name, []).append(lead)
    return {
        name: (digest(*(archive.page_digest(spot) for lead in some for spot in (lead, *archive.versions(lead)))), some)
        for name, some in volumes.items()
    }


def pages_beside(archive: Archive, reader: Reader, leads: Sequence[Spot]) -> dict[str, str]:
    """The pages of histories, each with the article's own page, and those that compare a version with the one before,
    each with that version's own page.
    """
    found = {}
    for lead in leads:
        versions = _in_order(_rows(archive, reader, lead))
        if len(versions) > 1:
            path = versions[-1].row.path
            found[history_path(path)] = path
            found.update((changes_path(path, version.id), version.row.path) for version in versions[1:])
    return found


def _rows(archive: Archive, reader: Reader, lead: Spot) -> list[tuple[Row, bytes]]:
    """All versions of an article with their digests, the newest first."""
    family = (lead, *archive.versions(lead))
    rows = reader.articles([Edition.number(archive, spot) for spot in family])
    return list(zip(rows, map(archive.page_digest, family), strict=True))


def former_timemaps(edition: Edition) -> dict[str, str]:
    """The TimeMaps beside former pages of histories, each with the page of the article whose TimeMap it is now."""
    if not edition.site.histories or not edition.site.url:
        return {}
    histories = {path: target for path, target in edition.moved.items() if path.endswith(history_path(""))}
    articles = {path: article_beside(target) or target for path, target in histories.items()}
    return {timemap_path(article_beside(path)): article for path, article in articles.items()}


def _former_timemaps(edition: Edition) -> Sheaf | None:
    """A sheaf for those: no page can stand for them. They hold what there is, be it a single version."""
    archive = edition.archive
    former = former_timemaps(edition)
    if not former:
        return None
    volumes = edition.reader.volumes_at(set(former.values()))
    numbers = {volume.name: index for index, volume in enumerate(archive.volumes)}
    spots: dict[str, Spot] = {}
    for name in set(volumes.values()):
        for position, row in enumerate(edition.reader.rows(name)):
            spots[row.path] = Spot(numbers[name], position)
    pages = []
    for path, article in sorted(former.items()):
        if article in spots:
            versions = _in_order(_rows(archive, edition.reader, spots[article]))
            view = encode((article, [version.view for version in versions], [""] * len(versions)))
            parts = (part for version in versions for part in (version.key, b"|"))
            key = digest(edition.salt(TIMEMAP), article.encode(), b"|", *parts)
            pages.append(Page(path, TIMEMAP, key, partial(_same, view)))
    return Sheaf("timemaps:former", digest(*(page.path.encode() + page.key for page in pages)), partial(iter, pages))


def _same(view: bytes) -> bytes:
    return view


class _Version(NamedTuple):
    """A version: what its views have of it, encoded, and the digest of all that."""

    id: str
    row: Row
    digest: bytes

    @property
    def view(self) -> tuple[object, ...]:
        return (self.id, *map(msgspec.Raw, (self.row.place, self.row.card, self.row.details)))

    @property
    def key(self) -> bytes:
        return self.id.encode() + b"|" + self.digest


def _pages(edition: Edition, families: Sequence[Sequence[Spot]]) -> Iterator[Page]:
    archive = edition.archive
    rows: dict[int, list[Row]] = {}
    for family in families:
        for spot in family:
            if spot.volume not in rows:
                rows[spot.volume] = edition.reader.rows(archive.volumes[spot.volume].name)
        found = [(rows[spot.volume][spot.position], archive.page_digest(spot)) for spot in family]
        yield from _history(edition, _in_order(found), archive.link_digest(family[0]))


def _in_order(found: Sequence[tuple[Row, bytes]]) -> list[_Version]:
    """The versions of one article, the newest first given, in the order of time, each with its id; none of an article
    that was withdrawn.

    Publishers' numbers decide where all have one, else the moments. The newest is the last, whatever its date says.
    """
    read = [(row, known, _card_decoder.decode(row.card), _details_decoder.decode(row.details)) for row, known in found]
    if read[0][2].status == "withdrawn":
        return []
    numbered = all(details.version.isdecimal() for _row, _known, _card, details in read)

    def order(each: tuple[Row, bytes, Card, Details]) -> tuple[int, str, str]:
        row, _known, card, details = each
        moment = moment_of(card, details)
        return (int(details.version) if numbered else 0, Date(moment).sort_key if moment else "", row.path)

    taken: Counter[str] = Counter()
    versions = []
    for row, known, card, details in [*sorted(read[1:], key=order), *read[:1]]:
        name = version_id(moment_of(card, details), details.version)
        taken[name] += 1
        versions.append(_Version(f"{name}-{taken[name]}" if taken[name] > 1 else name, row, known))
    return versions


def version_id(moment: str, number: str) -> str:
    """What a version is called among those of its article, of its moment (EDTF) and the publisher's number, if it has
    one: `20190302T101500`, `1936-v2`. Whatever other versions there are, it is called that.
    """
    name = re.sub(r"[^0-9T]", "", moment[:19]) or "undated"
    return f"{name}-v{slug(number)}" if number else name


def _history(edition: Edition, versions: Sequence[_Version], lead: bytes) -> Iterator[Page]:
    """The pages of one history; `lead` is the digest of the newest version's Link."""
    if len(versions) < 2:
        return
    newest = versions[-1].row
    changes = ["", *(changes_path(newest.path, version.id) for version in versions[1:])]
    whole = [part for version in versions for part in (version.key, b"|")]

    def history() -> bytes:
        return encode((newest.path, [version.view for version in versions], changes))

    yield Page(history_path(newest.path), HISTORY, digest(edition.salt(HISTORY), *whole), history)
    if edition.site.url:
        yield Page(timemap_path(newest.path), TIMEMAP, digest(edition.salt(TIMEMAP), *whole), history)
    for place in range(1, len(versions)):
        older, newer = versions[place - 1], versions[place]
        ways = history_path(newest.path), changes[place - 1], changes[place + 1] if place + 1 < len(changes) else ""

        def compared(older: _Version = older, newer: _Version = newer, ways: tuple[str, str, str] = ways) -> bytes:
            return encode((msgspec.Raw(newest.link), *ways, older.view, newer.view))

        parts = (edition.salt(CHANGES), lead, encode(ways), older.key, b"|", newer.key)
        yield Page(changes[place], CHANGES, digest(*parts), compared)
