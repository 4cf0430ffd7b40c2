"""Begins things: a new archive in an empty folder, a new article in an archive."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from .article import Article
from .config import Site
from .dates import Date
from .errors import BuildStopped
from .loading.articlefile import write_article
from .slugs import slug

_SITE = """\
# The settings of this archive. Everything has a default; docs/settings.md tells of all of them.
title: {title}
# tagline: Clippings and captures
# The address that the site will have: feeds, the sitemap and canonical links need it.
# url: https://archive.example
language: en
timezone: UTC
# The whole text is searched with the extra "search" (pip install 'backissue[search]'); without it titles are.
# search: pagefind
"""

_WELCOME = """\
This is the first article of your archive: a Markdown file in `content/`. Put others beside it, in any folders you like,
or bring them in:

    backissue import clippings/ export.xml feed.xml

Then build the site again, and delete this file when you no longer need it.
"""


def init(folder: Path, now: datetime) -> list[Path]:
    """Begin an archive in a folder, made if need be: site.yaml and a first article. What was written.

    Raises BuildStopped where there is an archive already; nothing is ever overwritten.
    """
    site = folder / "site.yaml"
    if site.exists() or (folder / "content").exists():
        raise BuildStopped(f"{folder}: there is an archive already — choose an empty folder")
    first = folder / "content" / f"{now:%Y-%m-%d}-welcome.md"
    ignored = folder / ".gitignore"
    try:
        first.parent.mkdir(parents=True)
        title = _text(folder.resolve().name.replace("-", " ").replace("_", " ")).capitalize()
        # JSON's strings are YAML's, whatever is in them.
        site.write_text(_SITE.format(title=json.dumps(title or "News archive", ensure_ascii=False)), encoding="utf-8")
        article = Article(
            title="Welcome to your archive", date=Date(f"{now:%Y-%m-%d}"), tags=("Archive",), body=_WELCOME
        )
        first.write_text(write_article(article), encoding="utf-8")
        written = [site, first]
        if not ignored.exists():
            ignored.write_text("/public/\n/.backissue/\n", encoding="utf-8")
            written.append(ignored)
    except OSError as error:
        raise BuildStopped(f"{error.filename}: can't be written: {error.strerror} — choose another folder") from None
    return written


def new(title: str, root: Path, site: Site, now: datetime) -> Path:
    """Begin an article, a draft, in the content folder. Raises BuildStopped where its file is there already."""
    title = _text(title)
    if not title:
        raise BuildStopped('no title — write backissue new "A headline"')
    day = now.astimezone(site.zone)
    path = root / site.content / f"{day:%Y}" / f"{day:%Y-%m-%d}-{slug(title)}.md"
    article = Article(title=title, date=Date(f"{day:%Y-%m-%d}"), draft=True, body="Write here.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "x", encoding="utf-8") as file:
            file.write(write_article(article))
    except FileExistsError:
        raise BuildStopped(f"{path}: there is such an article already — choose another title") from None
    except OSError as error:
        raise BuildStopped(f"{error.filename}: can't be written: {error.strerror} — put that right") from None
    return path


def _text(words: str) -> str:
    """Words from the system as one line of text: bytes that are no UTF-8 become question marks."""
    return " ".join(words.encode("utf-8", "replace").decode().split())
