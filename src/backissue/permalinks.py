"""The paths that were given to clashing articles, kept beside the content so that they stay what they are.

`permalinks.txt` lies beside site.yaml and belongs into version control with it: a line an article, `path`, a tab, and
the article's place (a file of the content folder, or a file, `#` and a line's digest), sorted by place.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from .errors import ContentError, ContentErrors

NAME = "permalinks.txt"


def read_permalinks(root: Path) -> dict[str, str]:
    """The kept paths, by place. Raises ContentErrors for lines that are none, and for a path or a place given twice."""
    try:
        text = (root / NAME).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ContentErrors([ContentError(f"can't be read: {error}", NAME)]) from None
    found: dict[str, str] = {}
    lines: dict[str, int] = {}
    faults = []
    for number, line in enumerate(text.split("\n"), 1):
        path, mark, place = line.partition("\t")
        if not line.strip():
            continue
        if not mark or not place or not _is_for_articles(path):
            hint = "write the page's path (such as 2019/03/slug.html), a tab, and the article's file"
            faults.append(ContentError("no path and place", NAME, number, hint))
            continue
        for words in (path, place):
            if lines.setdefault(words, number) != number:
                hint = "leave one of the lines out"
                faults.append(ContentError(f"{words} stands in line {lines[words]} too", NAME, number, hint))
        found[place] = path
    if faults:
        raise ContentErrors(faults)
    return found


def _is_for_articles(path: str) -> bool:
    """Whether an article's page may have a path: it lies inside the site, and no list or other page ever has it."""
    *folders, name = path.split("/")
    if not name.endswith(".html") or name in (".html", "index.html") or path == "404.html":
        return False
    return "page" not in folders and not {"", ".", ".."} & set(folders) and "\\" not in path


def write_permalinks(root: Path, paths: Mapping[str, str]) -> None:
    """Keep paths, by place."""
    text = "".join(f"{path}\t{place}\n" for place, path in sorted(paths.items()))
    temporary = root / (NAME + ".new")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, root / NAME)
