"""The ledger of addresses: which page every article and list has had, kept beside the content so that it stays.

The folder `urls/` lies beside site.yaml and belongs into version control with it. Its files are plain text, a line an
address, sorted, so that two branches merge:

- `2019.txt`, `undated.txt`, `other.txt`: a page's path, a tab, and the article that has it: a file of the content
  folder, or such a file, `#`, and a line's `id` (a digest of the line where it has none);
- `tags.txt`, `authors.txt`, `sources.txt`, `sections.txt`, `calendar.txt`: the same for lists, by what they list;
- `pages.txt`: the last numbered page that a list ever had, which stands for those before it, a tab, and the list's own
  page; the same for each part of an index from A to Z;
- `versions.txt`: the page of a history, a tab, and the article's own; a page that compares two versions, a tab, and the
  newer version's own;
- `aliases.txt`: where articles' former addresses on other sites have pages: each, a tab, and the article's page;
- `settings.txt`: a kind of addresses that a setting makes, such as `tags/*/feed.xml`, and the settings that it takes;
- `known.txt`: the path of an article that moved, a tab, and the path that it had first, by which feeds know it;
- `moved.txt`: a former path, a tab, and the path that it leads to now;
- `gone.txt`: a path that was given up, and the article that had it; and so kinds that settings made.

Beside it `permalinks.txt`, whose lines are like those of `2019.txt`, has paths that were chosen by hand. They win.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from .archive import Archive
from .entries import KINDS, Place
from .errors import ContentError, ContentErrors
from .paths import article_beside, history_path
from .slugs import tailed

FOLDER = "urls"
BY_HAND = "permalinks.txt"
MOVED, GONE, CALENDAR, PAGES = "moved", "gone", "calendar", "pages"
SETTINGS, VERSIONS, ALIASES, KNOWN = "settings", "versions", "aliases", "known"
LISTS = (*KINDS, CALENDAR)
_OTHERS = frozenset((MOVED, GONE, PAGES, SETTINGS, VERSIONS, ALIASES, KNOWN, *LISTS))
_FEW = 48
"""So many articles are looked for one by one; for more, all lines are read."""

_HINT = "write the page's path (such as 2019/03/slug.html), a tab, and the article's file"
_NUMBERED = re.compile(r"(.+/page/)([1-9][0-9]{0,5})\.html")
_OURS = re.compile(
    r"(?:(?:tags|authors|sources|sections|calendar|statistics|corrections"
    r"|media|sizes|assets|sitemaps|search|pagefind|exports)/.*"
    r"|(?:\d{4}|undated)/(?:\d\d/|undated/)?(?:index|page/[^/]*)\.html|page/.*|[^/]*\.html?)",
    re.ASCII | re.DOTALL,
)
"""What other outputs may call their pages; no alias is put there. (`/about/` is `about/index.html`.)"""
_LINE_OF = re.compile(r"(.+\.jsonl(?:\.gz)?)#[^#]+")

Lines = dict[str, str]
"""What stands after the tab, by the path before it."""


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


def file_of(name: str) -> str:
    """The content file of an article's name."""
    match = _LINE_OF.fullmatch(name)
    return match[1] if match else name


def shard_of(path: str) -> str:
    """The file of the ledger, without its suffix, that an article's path stands in."""
    parts = path.split("/")
    if parts[0] in ("copies", "versions") and len(parts) > 1:
        parts = parts[1:]
    first = parts[0]
    if len(first) == 4 and first.isascii() and first.isdigit():
        return first
    return "undated" if first == "undated" else "other"


class Ledger:
    """The files of a site's ledger as they lie there, read when they are needed. Never changed: `write` changes them.

    `stamp` tells one state of the files from another.
    """

    def __init__(self, root: Path) -> None:
        self._folder = root / FOLDER
        self._texts: dict[str, bytes] = {}
        self._lines: dict[str, Lines] = {}
        stamps = []
        try:
            with os.scandir(self._folder) as entries:
                for entry in entries:
                    if entry.name.endswith(".txt"):
                        status = entry.stat()
                        stamps.append((entry.name[:-4], status.st_size, status.st_mtime_ns, status.st_ino))
        except (FileNotFoundError, NotADirectoryError):
            pass
        self.stamp = tuple(sorted(stamps))
        self._names = [name for name, *_ in self.stamp]

    @property
    def shards(self) -> list[str]:
        """The files of articles' paths."""
        return [name for name in self._names if name not in _OTHERS]

    def lines(self, name: str) -> Lines:
        """The lines of one of the files. Raises ContentErrors for what can't be read."""
        found = self._lines.get(name)
        if found is None:
            found = self._lines[name] = parse(self._text(name), f"{FOLDER}/{name}.txt", name)
        return found

    def live(self) -> Lines:
        """The articles by path, of all files. Raises ContentErrors for all that can't be read."""
        found: Lines = {}
        faults: list[ContentError] = []
        holders: dict[str, str] = {}
        for name in self.shards:
            try:
                lines = self.lines(name)
            except ContentErrors as errors:
                faults += errors.faults
                continue
            found.update(lines)
            for path, holder in lines.items():
                other = holders.setdefault(holder, path)
                if other != path:
                    hint = (
                        f"take one of the two lines out, and put it into {MOVED}.txt with the other as where it leads"
                    )
                    faults.append(ContentError(f"{holder} has {other} too", f"{FOLDER}/{name}.txt", None, hint))
        if faults:
            raise ContentErrors(faults)
        return found

    def kept(self, names: Iterable[str]) -> dict[str, str]:
        """The paths of articles, by name, as far as they have any."""
        names = list(names)
        if len(names) > _FEW:
            wanted = set(names)
            return {name: path for path, name in self.live().items() if name in wanted}
        found = {}
        for name in names:
            mark = b"\t" + name.encode() + b"\n"
            for shard in self.shards:
                at = self._text(shard).find(mark)
                if at >= 0:
                    text = self._text(shard)
                    found[name] = text[text.rfind(b"\n", 0, at) + 1 : at].decode()
                    break
        return found

    def has(self, path: str) -> bool:
        """Whether an article has a path."""
        text = self._text(shard_of(path))
        mark = path.encode() + b"\t"
        return text.startswith(mark) or b"\n" + mark in text

    @property
    def moved(self) -> Lines:
        """Former paths, each with the path that it leads to in the end. Raises ContentErrors for those that lead to
        themselves.
        """
        return collapsed(self.lines(MOVED))

    def _text(self, name: str) -> bytes:
        text = self._texts.get(name)
        if text is None:
            try:
                text = (self._folder / f"{name}.txt").read_bytes() if name in self._names else b""
            except OSError as error:
                fault = ContentError(f"can't be read: {error.strerror}", f"{FOLDER}/{name}.txt")
                raise ContentErrors([fault]) from None
            if b"\r" in text:
                text = text.replace(b"\r\n", b"\n")
            if text and not text.endswith(b"\n"):
                text += b"\n"
            self._texts[name] = text = text.removeprefix(b"\xef\xbb\xbf")
        return text


def parse(data: bytes, place: str, name: str = "") -> Lines:
    """The lines of a file of the ledger; `place` is what faults call it, `name` which file it is.

    Raises ContentErrors for lines that are none, and for a path that two articles have.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ContentErrors([ContentError(f"can't be read: {error}", place)]) from None
    found: Lines = {}
    faults = []
    is_page = _SAID.get(name, _is_for_articles)
    for number, line in enumerate(text.split("\n"), 1):
        path, mark, holder = line.rstrip("\r").partition("\t")
        if not line.strip():
            continue
        if not mark or not holder or not is_page(path):
            faults.append(ContentError("no path and what has it", place, number, _HINT))
        elif found.setdefault(path, holder) != holder:
            faults.append(ContentError(f"{path} has another line too", place, number, "leave one of the lines out"))
    if faults:
        raise ContentErrors(faults)
    return found


def _is_for_articles(path: str) -> bool:
    """Whether an article's page may have a path: it lies inside the site, and no list or other page ever has it."""
    *folders, name = path.split("/")
    if not name.endswith(".html") or name in (".html", "index.html") or path == "404.html":
        return False
    return "page" not in folders and not {"", ".", ".."} & set(folders) and "\\" not in path


def _is_for_lists(path: str) -> bool:
    """Whether a list may have a path."""
    *folders, name = path.split("/")
    return bool(folders) and name.endswith(".html") and not {"", ".", ".."} & set(folders) and "\\" not in path


def may_be_alias(path: str) -> bool:
    """Whether an alias may have a page at a path: no output may ever make one there."""
    return path.endswith((".html", ".htm")) and not _OURS.fullmatch(path)


def _may_lead_on(path: str) -> bool:
    inside = not {"", ".", ".."} & set(path.split("/")) and "\\" not in path
    return _is_for_articles(path) or (inside and may_be_alias(path))


_SAID: Mapping[str, Callable[[str], bool]] = {
    **dict.fromkeys((*LISTS, PAGES), _is_for_lists),
    **dict.fromkeys((MOVED, ALIASES), _may_lead_on),
    **dict.fromkeys((GONE, SETTINGS), bool),
}
"""What may stand before the tab in the files that have no articles' paths."""


def read_by_hand(root: Path) -> dict[str, str]:
    """The paths that permalinks.txt gives, by article. Raises ContentErrors for what can't be read."""
    try:
        data = (root / BY_HAND).read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ContentErrors([ContentError(f"can't be read: {error.strerror}", BY_HAND)]) from None
    lines = parse(data, BY_HAND)
    found: dict[str, str] = {}
    for path, name in lines.items():
        if name in found:
            fault = ContentError(f"{name} stands in two lines", BY_HAND, None, "leave one of the lines out")
            raise ContentErrors([fault])
        found[name] = path
    return found


def collapsed(moved: Lines) -> Lines:
    """Former paths, each with the last of the paths that it leads to. Raises ContentErrors for a circle."""
    found: Lines = {}
    for path in moved:
        seen = [path]
        target = moved[path]
        while target in moved and target not in found:
            if target in seen:
                fault = ContentError(f"{path} leads round to itself", f"{FOLDER}/{MOVED}.txt", None, "delete the line")
                raise ContentErrors([fault])
            seen.append(target)
            target = moved[target]
        target = found.get(target, target)
        found.update(dict.fromkeys(seen, target))
    return found


# -- where an article's page goes


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


def heirs(left: Iterable[Left], came: Iterable[Claim]) -> dict[str, Left]:
    """For articles that came, the one that each was before, under another name: of the same bytes, by the same
    publisher's identity, or in the same line of a file of many. What may be two articles' is nobody's.
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
    match(lambda each: _line(each.place), lambda claim: _line(claim.place))
    return found


def _line(place: Place) -> tuple[tuple[str, int], ...]:
    return ((place.file, place.line),) if place.line else ()


# -- what a build changes


class Change(NamedTuple):
    """What a build makes of the ledger: articles' lines that go and that come, by path; where former paths lead; what
    was given up; the lines of lists; what would be lost, by path, with the article that had it; and so kinds of
    addresses, each with the settings that it takes.
    """

    removed: Lines
    added: Lines
    moved: Lines
    gone: Lines
    lists: Mapping[str, Lines]
    lost: Lines
    unmade: Lines


def reckon(
    ledger: Ledger,
    was: Lines,
    now: Lines,
    successors: Mapping[str, str],
    claimant: Callable[[str], str],
    absent: Callable[[str], bool],
    lists: Mapping[str, Lines],
    unmade: Lines,
) -> Change:
    """Hold what articles had against what they have.

    `was` and `now` give articles by path, of as much of the archive as changed. `successors` says under which name an
    article goes on, `claimant` which path an article has that claims a former path by an alias (or nothing), `absent`
    which articles are only missing from this build, because they can't be read. `lists` and `unmade` are as `Change`
    has them.
    """
    paths = {name: path for path, name in now.items()}
    moved = dict(ledger.moved)
    known = dict(ledger.lines(KNOWN))
    removed: Lines = {}
    lost: Lines = {}
    for path, name in was.items():
        if path in now:
            continue
        itself = paths.get(name) or paths.get(successors.get(name, ""))
        target = itself or claimant(path)
        if target and target != path:
            first = known.pop(path, path)
            if itself and itself != first:
                known[itself] = first
            moved[path] = target
            removed[path] = name
        elif not absent(name):
            lost[path] = name
            removed[path] = name
            known.pop(path, None)
    for path in now:
        moved.pop(path, None)
    moved = collapsed(moved)
    # What led to a page that is no more is lost with it, unless somebody claims it.
    for path, target in list(moved.items()):
        if target in lost:
            claimed = claimant(path)
            if claimed:
                moved[path] = claimed
            else:
                lost[path] = lost[target]
                del moved[path]
    added = {path: name for path, name in now.items() if was.get(path) != name}
    there = (now, moved, lists.get(SETTINGS, {}))
    gone = {path: name for path, name in ledger.lines(GONE).items() if not any(path in lines for lines in there)}
    return Change(removed, added, moved, gone, {**lists, KNOWN: known}, lost, unmade)


def with_histories(
    ledger: Ledger, change: Change, was: Lines, now: Lines, withdrawn: Collection[str], partly: bool
) -> Change:
    """A change with what becomes of the histories that changed, `was` and `now` in the form of `versions.txt`; `partly`
    says that some articles are only missing from this build, so that nothing is known of what is no more.

    The page of a comparison or a history that is no more leads to the withdrawn version that it compared (`withdrawn`
    has the pages of such), else to the like page of where the article went, else to its history, else to the article.
    """
    there = {path: page for path, page in ledger.lines(VERSIONS).items() if partly or path not in was} | now
    moved = {path: target for path, target in change.moved.items() if path not in there}
    for path, page in was.items():
        if path in there:
            continue
        article = article_beside(path)
        home = moved.get(article, article)
        like = home.removesuffix(".html") + path[len(article) - len(".html") :]
        if page in withdrawn:
            moved[path] = page
        elif like in there or history_path(home) in there:
            moved[path] = like if like in there else history_path(home)
        elif _is_there(home, ledger, change):
            moved[path] = home
    moved = collapsed(moved)
    # What led to a history that went with its article is lost with it.
    lost = {path for path in was if path not in there and path not in moved}
    moved = {path: target for path, target in moved.items() if target not in lost}
    return change._replace(moved=moved, lists={**change.lists, VERSIONS: there})


def with_aliases(
    ledger: Ledger, change: Change, was: Lines, now: Lines, claimant: Callable[[str], str], made: bool, partly: bool
) -> Change:
    """A change with what becomes of the aliases that changed, `was` and `now` in the form of `aliases.txt`; `partly` as
    above.

    One that no article gives any more leads to the article that gave it, unless the settings have none `made`.
    """
    there = {path: page for path, page in ledger.lines(ALIASES).items() if partly or path not in was} | now
    moved = dict(change.moved)
    for path, page in was.items():
        if path in there or not made:
            continue
        other, home = claimant(path), moved.get(page, page)
        if other:
            there[path] = other
        elif _is_there(home, ledger, change) and not _is_there(path, ledger, change):
            moved[path] = home
    there = {path: page for path, page in there.items() if path not in moved}
    return change._replace(moved=collapsed(moved), lists={**change.lists, ALIASES: there})


def _is_there(path: str, ledger: Ledger, change: Change) -> bool:
    """Whether an article has a path after a change."""
    return path in change.added or (ledger.has(path) and path not in change.removed)


def write(root: Path, ledger: Ledger, change: Change) -> bool:
    """Write the files of the ledger that a change bears on; whether there were any."""
    files: dict[str, Lines] = {}
    for path in (*change.removed, *change.added):
        shard = shard_of(path)
        if shard not in files:
            files[shard] = dict(ledger.lines(shard))
        files[shard].pop(path, None)
    for path, name in change.added.items():
        files[shard_of(path)][path] = name
    files[MOVED] = change.moved
    files[GONE] = {**change.gone, **change.lost, **change.unmade}
    files.update(change.lists)
    folder = root / FOLDER
    wrote = False
    for name, lines in files.items():
        if lines == ledger.lines(name):
            continue
        wrote = True
        target = folder / f"{name}.txt"
        if not lines:
            target.unlink(missing_ok=True)
            continue
        text = "".join(f"{path}\t{holder}\n" for path, holder in sorted(lines.items()))
        folder.mkdir(exist_ok=True)
        temporary = folder / f"{name}.txt.new"
        temporary.write_text(text, encoding="utf-8", newline="\n")
        os.replace(temporary, target)
    return wrote


# -- lists


def list_lines(ledger: Ledger, archive: Archive) -> dict[str, Lines]:
    """The lines of lists after a build: what there was, and what is new. A list that is empty now keeps its line,
    unless another list has its address.
    """
    now: dict[str, Lines] = {name: {} for name in LISTS}
    for term in archive.terms.values():
        now[term.ref.kind][term.ref.path] = term.key.partition(":")[2]
    for path, period in _calendar(archive):
        now[CALENDAR][path] = period
    return {name: {**ledger.lines(name), **lines} for name, lines in now.items()}


def term_folders(ledger: Ledger) -> dict[str, str]:
    """The folders that terms have, by their keys (`tags:sea` → `tags/sea`)."""
    return {
        f"{kind}:{key}": path.removesuffix("/index.html")
        for kind in KINDS
        for path, key in ledger.lines(kind).items()
    }  # fmt: skip


def list_redirects(lines: Mapping[str, Lines], archive: Archive, aliases: Mapping[str, str]) -> Lines:
    """Where the addresses of lists lead that have no articles any more: a tag that is another's alias (`aliases`, key →
    key) to that tag, others to the index of their kind.
    """
    found: Lines = {}
    there = {term.ref.path for term in archive.terms.values()}
    for kind in KINDS:
        for path, key in lines[kind].items():
            if path not in there:
                term = archive.terms.get(f"tags:{aliases.get(key, key)}") if kind == "tags" else None
                found[path] = term.ref.path if term else f"{kind}/index.html"
    there = {path for path, _period in _calendar(archive)}
    for path in lines[CALENDAR]:
        if path not in there:
            year = path.partition("/")[0] + "/index.html"
            found[path] = year if year in there and year != path else "calendar/index.html"
    return found


def page_lines(ledger: Ledger, lists: Mapping[str, Lines], now: Lines) -> Lines:
    """The lines of numbered pages and of parts of indexes after a build that has those of `now`: of the numbers of a
    list the highest ever. `lists` has the lines of lists and of what settings make; what belongs to nothing that is
    an index or among them is forgotten.
    """
    noted = ledger.lines(PAGES)
    indexes = {f"{kind}/index.html" for kind in KINDS}
    # Most are what they were: only lists with other numbers are looked at closely.
    others = {
        path: own
        for path, own in noted.items()
        if path not in now and (own in indexes or any(own in lines for lines in lists.values()))
    }
    others |= {path: own for path, own in now.items() if path not in noted}
    folders = {path.rpartition("/")[0] for path in others}
    others |= {path: own for path, own in now.items() if path.rpartition("/")[0] in folders}
    highest = {_number_of(path)[0]: path for path in sorted(others, key=_number_of)}
    same = {path: own for path, own in now.items() if path not in others}
    return same | {path: others[path] for path in highest.values()}


def page_redirects(lines: Lines, now: Lines, moved: Lines) -> Lines:
    """Where numbered pages and parts of indexes lead that are no more: to the list's own page, or where that leads
    (`moved`). `now` has those that there are, in the form of the lines.
    """
    found: Lines = {}
    for path, own in lines.items():
        if path in now:
            continue
        found[path] = target = moved.get(own, own)
        folder, number = _number_of(path)
        while number > 1 and (path := f"{folder}{number - 1}.html") not in now:
            found[path] = target
            number -= 1
    return found


def _number_of(path: str) -> tuple[str, int]:
    """The folder of a numbered page, and its number; of a page that has none its path, and 0."""
    match = _NUMBERED.fullmatch(path)
    return (match[1], int(match[2])) if match else (path, 0)


# -- what settings make


def kinds_made(ledger: Ledger, now: Lines, lacking: Callable[[str], Sequence[str]]) -> tuple[Lines, Lines]:
    """The lines of kinds of addresses that settings make, after a build that makes those of `now`; and those that are
    made no more, because settings are `lacking` of those that they take. The others only have no address for now.
    """
    before = {kind: takes for kind, takes in ledger.lines(SETTINGS).items() if kind not in now}
    unmade = {kind: takes for kind, takes in before.items() if lacking(takes)}
    return {**now, **{kind: takes for kind, takes in before.items() if kind not in unmade}}, unmade


def _calendar(archive: Archive) -> Iterator[tuple[str, str]]:
    for index, volume in enumerate(archive.volumes[: archive.listed]):
        yield f"{volume.folder}index.html", volume.name or "undated"
        if index >= archive.first_dated:
            yield f"{volume.year}/index.html", volume.year
