"""A whole site, checked: its files in batches by workers, then what only all of them together can tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from ..executors import Workers, here
from ..scanning import files_below, is_hidden
from . import listings, pages
from .addresses import NOT_FOUND, Meant, Site, Target
from .findings import Finding

FILES_IN_BATCH = 64
HOME = "index.html"
_LISTED_WITH_OTHERS = ("copies/", "versions/")
"""Where pages lie that bear the title of another one rightly."""


class Waiting(msgspec.Struct, frozen=True, array_like=True):
    """A link to a place on another page: the page and line it stands on, its address, the page and place it means."""

    path: str
    line: int
    address: str
    file: str
    anchor: str


class Looked(msgspec.Struct, array_like=True):
    """What a batch of files tells: what is wrong, what it leads to, and each page's title, with its line.

    `apart` are the pages that are not meant to be found.
    """

    findings: list[Finding]
    linked: list[str]
    waiting: list[Waiting]
    titles: list[tuple[str, str, int]]
    apart: list[str]


_decoder = msgspec.msgpack.Decoder(Looked)


def check_site(
    folder: Path,
    url: str = "",
    workers: Callable[[int], Workers] = lambda _count: here(),
    progress: Callable[[int, int], None] = lambda *_: None,
) -> Iterator[Finding]:
    """Everything that is wrong with the site in a folder; paths are from its root.

    `url` is the address that it is published under. `workers` gives the workers for so many files; `progress` is told
    of files done and of all.
    """
    url = url.rstrip("/")
    files = sorted(path for path in files_below(folder, lambda path: not is_hidden(path)) if not is_hidden(path))
    team = workers(len(files))
    linked: set[str] = set()
    waiting: list[Waiting] = []
    titles: dict[str, str] = {}
    apart: set[str] = set()
    parts = [files[at : at + FILES_IN_BATCH] for at in range(0, len(files), FILES_IN_BATCH)]
    done = 0
    for result in team.run(look, ((str(folder), url, part) for part in parts)):
        looked = _decoder.decode(result)
        yield from looked.findings
        linked.update(looked.linked)
        waiting += looked.waiting
        apart.update(looked.apart)
        for path, title, line in looked.titles:
            first = titles.setdefault(title, path)
            if first != path:
                yield Finding(path, line, "title", f'has the title "{title}", as has {first}', True)
        done = min(done + FILES_IN_BATCH, len(files))
        progress(done, len(files))
    yield from _anchors(folder, waiting, team)
    for path in files:
        if path.endswith(".html") and path not in linked and path not in apart and path not in (HOME, NOT_FOUND):
            yield Finding(path, 1, "orphan", "no page leads to this one")


def _anchors(folder: Path, waiting: list[Waiting], workers: Workers) -> Iterator[Finding]:
    wanted = sorted({link.file for link in waiting})
    parts = [wanted[at : at + FILES_IN_BATCH] for at in range(0, len(wanted), FILES_IN_BATCH)]
    anchors: dict[str, frozenset[str]] = {}
    for part, found in zip(parts, workers.run(anchors_of, ((str(folder), part) for part in parts)), strict=True):
        anchors.update(zip(part, found, strict=True))
    for link in waiting:
        if link.anchor not in anchors[link.file]:
            what = f'"{link.address}" leads to no place on the page {link.file}'
            yield Finding(link.path, link.line, "anchor", what, about=link.address)


# -- what workers do


def look(batch: tuple[str, str, list[str]]) -> bytes:
    """Look through files of the site in a folder that is published at an address; an encoded Looked."""
    folder, url, paths = batch
    site = Site(folder, url)
    looked = Looked([], [], [], [], [])
    linked: set[str] = set()
    for path in paths:
        if path.endswith(".html"):
            _look_at_page(site, path, looked, linked)
        elif path.endswith(".css"):
            text = Path(folder, path).read_text(encoding="utf-8", errors="replace")
            for target in pages.style_targets(text):
                _follow(site, path, target, looked, linked, frozenset())
        elif path.endswith((".xml", ".json")) or path == "robots.txt":
            _look_at_listing(site, path, looked)
    looked.linked = sorted(linked)
    return msgspec.msgpack.encode(looked)


def anchors_of(batch: tuple[str, list[str]]) -> list[frozenset[str]]:
    """The anchors of pages of the site in a folder."""
    folder, paths = batch
    texts = [Path(folder, path).read_text(encoding="utf-8", errors="replace") for path in paths]
    return [pages.examine(path, text).anchors for path, text in zip(paths, texts, strict=True)]


def _look_at_page(site: Site, path: str, looked: Looked, linked: set[str]) -> None:
    try:
        page = pages.examine(path, Path(site.folder, path).read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        looked.findings.append(Finding(path, 1, "markup", "not UTF-8"))
        return
    looked.findings += page.findings
    if page.apart:
        looked.apart.append(path)
    elif page.title and not path.startswith(_LISTED_WITH_OTHERS):
        looked.titles.append((path, page.title, page.title_line))
    for target in page.targets:
        _follow(site, path, target, looked, linked, page.anchors)


def _follow(site: Site, path: str, target: Target, looked: Looked, linked: set[str], anchors: frozenset[str]) -> None:
    meant = site.follow(path, target)
    if isinstance(meant, Finding):
        looked.findings.append(meant)
    elif isinstance(meant, Meant):
        if meant.file != path:
            linked.add(meant.file)
        if not meant.anchor or meant.anchor == "top" or not meant.file.endswith(".html"):
            return
        if meant.file != path:
            looked.waiting.append(Waiting(path, target.line, target.address, meant.file, meant.anchor))
        elif meant.anchor not in anchors:
            what = f'"{target.address}" leads to no place on the page {path}'
            looked.findings.append(Finding(path, target.line, "anchor", what, about=target.address))


def _look_at_listing(site: Site, path: str, looked: Looked) -> None:
    found = listings.examine(path, Path(site.folder, path).read_bytes())
    looked.findings += found.findings
    for target in found.targets:
        if site.url and site.own(target.address) is None:
            if found.rule == "map":
                what = f'"{target.address}" is no address below {site.url}/'
                looked.findings.append(Finding(path, target.line, "map", what))
            continue
        meant = site.follow(path, target)
        if isinstance(meant, Finding):
            looked.findings.append(msgspec.structs.replace(meant, rule=found.rule))
