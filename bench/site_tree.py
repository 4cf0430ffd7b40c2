"""What a build left in its output folder: files, bytes, article pages."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

_ARTICLE = re.compile(r"\d{4}/\d{2}/(?!index\.html$)[^/]+\.html")


@dataclass(frozen=True, slots=True)
class SiteTree:
    """Counts over a folder. `articles` are the pages YYYY/MM/NAME.html but for indexes; `article_bytes` is the sum."""

    files: int
    bytes: int
    articles: int
    article_bytes: int


def site_tree(folder: Path) -> SiteTree:
    """Count what is in the folder; sizes are of the files' content, not of the blocks that they take."""
    files = size = articles = article_size = 0
    base = len(str(folder)) + 1
    pending = [str(folder)] if folder.is_dir() else []
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    pending.append(entry.path)
                    continue
                length = entry.stat(follow_symlinks=False).st_size
                files += 1
                size += length
                if _ARTICLE.fullmatch(entry.path[base:]):
                    articles += 1
                    article_size += length
    return SiteTree(files, size, articles, article_size)
