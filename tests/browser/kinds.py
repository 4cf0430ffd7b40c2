"""The kinds of a site's pages, found in the built site: a new kind, or a new part of one, is tested by itself."""

from __future__ import annotations

import re
from pathlib import Path

_TAG = re.compile(r"<([a-z][a-z0-9]*)((?:\s[^<>]*)?)>")
_CLASSES = re.compile(r'\sclass="([^"]*)"')
_REDIRECT = re.compile(r'<meta http-equiv="refresh"', re.IGNORECASE)
_HEAD = 2_000


def every_part(folder: Path) -> list[str]:
    """Few pages of a site, by path, that together show all that it has: every kind of page, and on it every element,
    every class, each direction of writing. Read whole, so for small sites.
    """
    left = {path.relative_to(folder).as_posix(): _parts(path) for path in sorted(folder.rglob("*.html"))}
    left = {path: parts for path, parts in left.items() if parts}
    chosen: list[str] = []
    while left:
        # The page that shows most of what is not yet shown, the first by path of several: the same in every run.
        best = max(left, key=lambda path: (len(left[path]), [-ord(char) for char in path]))
        shown = left[best]
        chosen.append(best)
        left = {path: rest for path, parts in left.items() if (rest := parts - shown)}
    return sorted(chosen)


def heaviest(folder: Path) -> list[str]:
    """The largest page of each shape of path (`9/9/x.html`, `tags/x/index.html`): what a large site has of a kind."""
    largest: dict[str, tuple[int, str]] = {}
    for path in sorted(folder.rglob("*.html")):
        name = path.relative_to(folder).as_posix()
        found = path.stat().st_size, name
        shape = shape_of(name)
        if shape not in largest or found > largest[shape]:
            with path.open(encoding="utf-8") as file:
                if not _REDIRECT.search(file.read(_HEAD)):
                    largest[shape] = found
    return sorted(name for _size, name in largest.values())


def shape_of(path: str) -> str:
    """A path without what tells it from others of its kind: folders of lists and files by their endings."""
    folder, _, name = path.rpartition("/")
    if not folder:
        return path
    top, *others = folder.split("/")
    if top.isdigit():
        folders = ["9" if part.isdigit() else part for part in (top, *others)]
    else:
        folders = [top, *(part if part == "page" else "x" for part in others)]
    stem, dot, ending = name.partition(".")
    word = stem if stem == "index" else "9" if stem.isdigit() else "x"
    return "/".join([*folders, word + dot + ending])


def _parts(path: Path) -> frozenset[str]:
    text = path.read_text(encoding="utf-8")
    if _REDIRECT.search(text[:_HEAD]):
        return frozenset()
    look = re.search(r'<body class="([^"]*)"', text)
    kind = look[1] if look else ""
    parts = {kind}
    for name, attributes in _TAG.findall(text):
        direction = " rtl" if 'dir="rtl"' in attributes else ""
        classes = _CLASSES.search(attributes)
        parts.add(f"{kind} {name}{direction}")
        parts.update(f"{kind} {name}.{word}" for word in (classes[1].split() if classes else ()))
    return frozenset(parts)
