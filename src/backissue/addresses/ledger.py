"""The files of the ledger, as they lie there.

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
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from ..entries import KINDS
from ..errors import ContentError, ContentErrors

FOLDER = "urls"
BY_HAND = "permalinks.txt"
MOVED, GONE, CALENDAR, PAGES = "moved", "gone", "calendar", "pages"
SETTINGS, VERSIONS, ALIASES, KNOWN = "settings", "versions", "aliases", "known"
LISTS = (*KINDS, CALENDAR)
_OTHERS = frozenset((MOVED, GONE, PAGES, SETTINGS, VERSIONS, ALIASES, KNOWN, *LISTS))
_FEW = 48
"""So many articles are looked for one by one; for more, all lines are read."""
_HINT = "write the page's path (such as 2019/03/slug.html), a tab, and the article's file"
_OURS = re.compile(
    r"(?:(?:tags|authors|sources|sections|calendar|statistics|corrections"
    r"|media|sizes|assets|search|pagefind|exports)/.*"
    r"|(?:\d{4}|undated)/(?:\d\d/|undated/)?(?:index|page/[^/]*)\.html|page/.*|(?:index|404|search)\.html?)",
    re.ASCII | re.DOTALL,
)
"""What other outputs may call their pages; no alias is put there. (`/about/` is `about/index.html`.)"""
_OTHERS_PAGES = re.compile(r"404\.html|search\.html|corrections/\d{4}\.html", re.ASCII)
"""Pages that other outputs make where no article may have one, beside indexes and numbered pages."""
_UNFIT = re.compile(r"[\x00-\x20\x7f\"#%&:<>?\[\]^`{|}]")
"""What a link would have to write otherwise (RFC 3986, section 2): all of ours are written as the files are called."""
_LINE_OF = re.compile(r"(.+\.jsonl(?:\.gz)?)#[^#]+")
Lines = dict[str, str]
"""What stands after the tab, by the path before it."""


def file_of(name: str) -> str:
    """The content file of an article's name."""
    match = _LINE_OF.fullmatch(name)
    return match[1] if match else name


def shard_of(path: str) -> str:
    """The file of the ledger, without its suffix, that an article's path stands in."""
    first, mark, rest = path.partition("/")
    if mark and first in ("copies", "versions"):
        first = rest.partition("/")[0]
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
        return bool(self.holder(path))

    def holder(self, path: str) -> str:
        """The article that has a path, or nothing."""
        text = self._text(shard_of(path))
        mark = path.encode() + b"\t"
        at = 0 if text.startswith(mark) else text.find(b"\n" + mark) + 1
        return text[at + len(mark) : text.index(b"\n", at)].decode() if at or text.startswith(mark) else ""

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
    if not name.endswith(".html") or name in (".html", "index.html") or _OTHERS_PAGES.fullmatch(path):
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
        if _UNFIT.search(path):
            hint = 'leave out spaces, controls, and the signs " # % & : < > ? [ ] ^ ` { | }'
            raise ContentErrors([ContentError(f'"{path}" can be no address as it is', BY_HAND, None, hint)])
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
