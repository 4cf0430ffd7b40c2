"""Findings → the articles that they come from: `content/flood.md:7` in the place of `public/1953/02/flood.html:43`."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from urllib.parse import unquote

import msgspec

from ..archive import Archive, Spot, decode_volume
from ..catalog import Catalog
from ..entries import Card, Details, Facts, Place
from ..executors import Workers
from ..loading import MARKDOWN_SUFFIXES
from ..markup.links import ID_PREFIX
from ..references import moved_references
from .anchors import Lying, dead_anchors
from .findings import Finding

_place_decoder = msgspec.msgpack.Decoder(Place)
_facts_decoder = msgspec.msgpack.Decoder(Facts)
_details_decoder = msgspec.msgpack.Decoder(Details)
_card_decoder = msgspec.msgpack.Decoder(Card)
_SHORTEST_NAME = 4
_SET = re.compile(r"\s\d+(?:\.\d+)?[wx]\s*(?:,|\Z)")
"""What a whole srcset has, and no address of it."""
_FENCE = re.compile(r"---|\+\+\+")
"""How front matter begins and ends."""


class Sources:
    """The articles that a site was built from, as the catalog knows them; none where there is no catalog."""

    def __init__(self, catalog: Catalog | None, content: Path, moved: Mapping[str, str]) -> None:
        """`moved` has former paths of pages, each with the path that it leads to."""
        self._catalog = catalog
        self._content = content
        self._moved = moved

    @cached_property
    def _places(self) -> dict[str, bytes]:
        """Each article's page with its encoded place."""
        return dict(self._catalog.pages_with_places()) if self._catalog is not None else {}

    def traced(self, findings: Iterable[Finding], shown: str) -> Iterator[Finding]:
        """Findings with the place in an article's file where there is one; other pages lie in the folder `shown`.

        That a picture has an empty alt text is told for articles only: lists show pictures that say nothing new.
        """
        for finding in findings:
            place = self._places.get(finding.path)
            page = f"{shown}/{finding.path}"
            line = self._line(_place_decoder.decode(place), finding) if place is not None else 0
            if place is not None and line:
                file = f"{self._content.name}/{_place_decoder.decode(place).file}"
                yield msgspec.structs.replace(finding, path=file, line=line, page=page, page_line=finding.line)
            elif not (finding.rule == "alt" and finding.remark):
                yield msgspec.structs.replace(finding, path=page)

    def dead(self) -> Iterator[Finding]:
        """Links and pictures of articles that lead to no file and no article: pages show them as plain text.

        Articles with an address elsewhere point to what stood there, which an archive need not have.
        """
        if self._catalog is None:
            return
        volumes = (decode_volume(summary) for _name, summary in self._catalog.volumes())
        archive = Archive(volumes, moved=moved_references(self._moved))
        for index, volume in enumerate(archive.volumes):
            if not volume.dead and not volume.wants and not volume.missing:
                continue
            for position, row in enumerate(self._catalog.rows(volume.name)):
                facts = _facts_decoder.decode(row.facts)
                dead = [(target, f"no file of {self._content.name}/") for target in facts.dead]
                details = _details_decoder.decode(row.details)
                if not _card_decoder.decode(row.card).source_url:
                    related = [(url, known_as) for _title, url, known_as in details.related]
                    for (target, known_as), names in zip((*related, *details.targets), facts.wants, strict=True):
                        here = target and known_as[0].startswith("file:") and target not in facts.dead
                        here = here and not _SET.search(target)
                        if here and archive.resolve(names, Spot(index, position)) is None:
                            itself = not set(names).isdisjoint(facts.offers)
                            dead.append((target, "the article itself" if itself else "no article"))
                place = _place_decoder.decode(row.place)
                leads = (name for name in facts.missing if name.endswith(MARKDOWN_SUFFIXES) and not facts.lead)
                for name in leads:
                    if not (self._content / name).is_file():
                        what = f'"{name}" is no article, so this one is listed by itself'
                        finding = Finding(f"{self._content.name}/{place.file}", 1, "link", what, about=name)
                        yield msgspec.structs.replace(finding, line=self._line(place, finding) or place.line or 1)
                for target, what in dead:
                    text = self._text(place)
                    if not _links(text, target) and not _names(text, target):
                        continue
                    what = f'"{target}" leads to {what}; it is shown as plain text'
                    finding = Finding(f"{self._content.name}/{place.file}", 1, "link", what, about=target)
                    yield msgspec.structs.replace(finding, line=self._line(place, finding) or 1)

    def lying(self) -> Iterator[Lying]:
        """Where all articles lie, but those in compressed files; with their pages."""
        for page, encoded in self._places.items():
            place = _place_decoder.decode(encoded)
            if not place.file.endswith(".gz"):
                yield Lying(place.file, place.start, place.length if place.line else -1, place.line, page)

    def within(self, output: Path, workers: Callable[[int], Workers]) -> Iterator[Finding]:
        """Links of articles to places on their own pages that are not there."""
        content = str(self._content)
        for finding in dead_anchors(content, str(output), self.lying(), workers, len(self._places)):
            yield msgspec.structs.replace(finding, path=f"{self._content.name}/{finding.path}")

    def _text(self, place: Place) -> str:
        """An article's file, or its line of one; nothing of a compressed file."""
        if place.file.endswith(".gz"):
            return ""
        return _text_of(str(self._content / place.file), place.start, place.length if place.line else -1)

    def _line(self, place: Place, finding: Finding) -> int:
        """The line of an article's file that a finding comes from; 0 where it comes from the theme."""
        if finding.rule in ("title", "orphan"):
            needles = ["\ntitle", '\n"title']
        else:
            address = finding.about
            path, _, anchor = address.partition("#")
            name = posixpath.basename(unquote(path))
            anchor = unquote(anchor).removeprefix(ID_PREFIX)
            needles = [
                address,
                unquote(address),
                f"#{anchor}" if anchor else name if len(name) >= _SHORTEST_NAME else "",
            ]
        if not any(needles):
            return 0
        if place.file.endswith(".gz"):
            return place.line
        text = self._text(place)
        at = next((at for needle in needles if needle and (at := text.find(needle)) >= 0), -1)
        if at < 0:
            return 0
        return place.line or text.count("\n", 0, at + 1) + 1


def _links(text: str, target: str) -> bool:
    """Whether a text has a link to a target. What may be one is found by a quick look at all that is like one, such as
    "[sic]: The", which is none; where the text is not at hand, or entities stand in it, it counts.
    """
    if not text or "&" in target or target not in text:
        return True
    written = re.escape(target)
    return (
        re.search(
            rf"\]\(\s*<?{written}"
            rf"|(?:^|\\n)[ ]{{0,3}}\[[^\]\n]+\]:[ \t]*<?{written}>?[ \t]*(?:\Z|[\\\"'(\n])"
            rf"|<\w[^<>]*\s(?:src|href|poster|srcset)\s*=[\s\\\"']*[^\"'>]*{written}",
            text,
            re.MULTILINE | re.IGNORECASE,
        )
        is not None
    )


def _names(text: str, target: str) -> bool:
    """Whether front matter, or a line of JSON, has a target as a value: a lead picture, a related article."""
    fence = _FENCE.match(text)
    front = text.partition(f"\n{fence[0]}")[0] if fence else text if text.startswith("{") else ""
    return re.search(rf"[-:=,\[]\s*([\"']?){re.escape(target)}\1\s*(?:[,}}\]\n#]|\Z)", front) is not None


@lru_cache(maxsize=8)
def _text_of(path: str, start: int, length: int) -> str:
    try:
        with open(path, "rb") as file:
            file.seek(start)
            return file.read(length).decode("utf-8", "replace").replace("\r\n", "\n")
    except OSError:
        return ""
