"""Editions planned in memory: articles → entries → archive → pages, without files, a catalog or rendering."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC

import msgspec

from backissue import outputs
from backissue.archive import Archive, clashes, pinned_paths, summarise
from backissue.article import Article
from backissue.catalog import Row
from backissue.config import Site
from backissue.dates import Date
from backissue.entries import Entry, EntrySettings, Place, digest, make_entry, place_name
from backissue.pictures import Look, Picture, is_picture
from backissue.plan import Edition, Page, Sheaf
from backissue.views import SiteView

NOW = "2026-01-02T03:04:05+00:00"
URL = "https://archive.example"


def dated(edtf: str) -> Date | None:
    """A date as it is written; none where nothing is."""
    return Date(edtf) if edtf else None


def place_of(name: str, article: Article) -> Place:
    """The place of an article: a file, or a line of one where the name is `lines.jsonl:7`."""
    file, _, line = name.partition(":")
    data = msgspec.msgpack.encode(article)
    return Place(file, int(line or 0), int(line or 0) * 100, len(data), digest(data))


def entry_of(
    article: Article,
    name: str = "a.md",
    *,
    there: Sequence[str] = (),
    aliases: Mapping[str, str] | None = None,
    pinned: Mapping[str, str] | None = None,
    language: str = "en",
    look: Callable[[str], Look | None] = lambda _file: None,
) -> Entry:
    """The entry of an article whose content folder has the files `there`, with what is known of their pictures."""
    settings = EntrySettings(language, "UTC", dict(aliases or {}), dict(pinned or {}))
    return make_entry(article, place_of(name, article), settings, UTC, NOW, set(there).__contains__, look)


class Shelf:
    """What the plan asks of the catalog, in memory."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._rows = [
            Row(number, e.path, msgspec.msgpack.encode(e.place), e.link, e.card, e.details, e.facts)
            for number, e in enumerate(entries)
        ]
        self._volumes: dict[str, list[Row]] = {}
        order = sorted(range(len(entries)), key=lambda number: (entries[number].sort, entries[number].path))
        for number in order:
            volume = entries[number].volume
            if volume is not None:
                self._volumes.setdefault(volume, []).append(self._rows[number])

    def rows(self, volume: str) -> list[Row]:
        return self._volumes[volume]

    def links(self, ids: Sequence[int]) -> list[bytes]:
        return [self._rows[id_].link for id_ in ids]

    def cards(self, ids: Sequence[int]) -> list[bytes]:
        return [self._rows[id_].card for id_ in ids]

    def articles(self, ids: Sequence[int]) -> list[Row]:
        return [self._rows[id_] for id_ in ids]

    def pages_at(self, paths: Collection[str]) -> set[str]:
        return {row.path for rows in self._volumes.values() for row in rows} & set(paths)

    def volumes_at(self, paths: Collection[str]) -> dict[str, str]:
        return {row.path: name for name, rows in self._volumes.items() for row in rows if row.path in paths}

    def facts(self) -> Iterator[tuple[str, list[tuple[int, str, bytes, bytes]]]]:
        """The rows that each volume is summed up from."""
        for name, rows in self._volumes.items():
            yield name, [(row.id, row.path, row.facts, row.place) for row in rows]


def look_of(files: Mapping[str, bytes]) -> Callable[[str], Look | None]:
    """What is known of pictures, made up: the more bytes a file has, the wider it is, and the more sizes it has."""

    def look(file: str) -> Look | None:
        if file not in files or not is_picture(file):
            return None
        size = len(files[file])
        return Look(Picture(size, size, tuple(range(1, size - 2))), "" if size > 2 else "it is broken")

    return look


def edition(
    articles: Mapping[str, Article],
    site: Site | None = None,
    files: Mapping[str, bytes] | None = None,
    moved: Mapping[str, str] | None = None,
) -> Edition:
    """The edition of an archive, given by the names of its articles' places; articles that clash are told apart.

    `moved` gives former paths, with those that they lead to.
    """
    site = site or Site(url=URL)
    files = files or {}
    # Of lines that are the same to the byte only one can be an article: a build tells of the others.
    named = {place_name(place_of(name, article)): name for name, article in articles.items()}
    articles = {name: articles[name] for name in named.values()}
    there = {*(name.partition(":")[0] for name in articles), *files}
    pinned: dict[str, str] = {}
    while True:
        entries = [
            entry_of(
                article,
                name,
                there=tuple(there),
                aliases=site.tag_aliases,
                pinned=pinned,
                language=site.language,
                look=look_of(files),
            )
            for name, article in articles.items()
        ]
        shelf = Shelf(entries)
        clashing = clashes([row for _name, rows in shelf.facts() for row in rows])
        if not clashing:
            break
        for clash in clashing:
            pinned |= pinned_paths(clash, pinned, ())
    archive = Archive(summarise(name, rows) for name, rows in shelf.facts())
    shown = {file: digest(files[file]) for volume in archive.volumes for file in volume.files if file in files}
    view = SiteView(site.title, site.tagline, site.url, site.language, "ltr", site.timezone, site.rights, (), ())
    salt: Callable[[str], bytes] = lambda template: digest(template.encode())  # noqa: E731
    return Edition(archive, site, view, shelf, salt, shown, {"assets/style.css": b"css"}, moved)


def sheaves(planned: Edition) -> dict[str, Sheaf]:
    """Every sheaf of an edition, by name: no two have one name."""
    found: dict[str, Sheaf] = {}
    for sheaf in outputs.sheaves(planned):
        assert sheaf.name not in found
        found[sheaf.name] = sheaf
    return found


def pages(planned: Edition) -> dict[str, Page]:
    """Every page of an edition, by path: no two have one path."""
    found: dict[str, Page] = {}
    for sheaf in sheaves(planned).values():
        for page in sheaf.pages():
            assert page.path not in found
            found[page.path] = page
    return found
