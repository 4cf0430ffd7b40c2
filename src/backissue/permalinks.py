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
    """The kept paths, by place. Raises ContentErrors for lines that are none."""
    try:
        text = (root / NAME).read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ContentErrors([ContentError(f"can't be read: {error}", NAME)]) from None
    found: dict[str, str] = {}
    faults = []
    for number, line in enumerate(text.splitlines(), 1):
        path, mark, place = line.partition("\t")
        if mark and path.endswith(".html") and not path.startswith("/") and ".." not in path.split("/"):
            found[place] = path
        elif line.strip():
            hint = "write the page's path, a tab, and the article's file"
            faults.append(ContentError("no path and place", NAME, number, hint))
    if faults:
        raise ContentErrors(faults)
    return found


def write_permalinks(root: Path, paths: Mapping[str, str]) -> None:
    """Keep paths, by place."""
    text = "".join(f"{path}\t{place}\n" for place, path in sorted(paths.items()))
    temporary = root / (NAME + ".new")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, root / NAME)
