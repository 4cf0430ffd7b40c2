"""What an article points to: files of the content folder, what may be other articles, the one that it belongs to."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from . import references
from .article import Article
from .loading import ARTICLE_SUFFIXES, MARKDOWN_SUFFIXES
from .loading.jsonlines import parted
from .pictures import Look

_FILE_NAME = re.compile(r"\.(?!html?$|md$|markdown$|php$|aspx?$)[A-Za-z0-9]{2,5}$")


class Pointed(NamedTuple):
    """What an article's targets, as written, lead to: files; what may be articles; files that are not there."""

    files: dict[str, str]
    targets: tuple[tuple[str, tuple[str, ...]], ...]
    missing: tuple[str, ...]
    dead: tuple[str, ...]


def pointed_to(article: Article, own_file: str, image: str, is_there: Callable[[str], bool]) -> Pointed:
    """What the targets of an article in a file lead to, that of its lead picture (`image`, or empty) first; `is_there`
    tells whether the content folder has a file at a relative path.
    """
    files: dict[str, str] = {}
    targets: list[tuple[str, tuple[str, ...]]] = []
    missing: list[str] = []
    dead: list[str] = []
    for target in dict.fromkeys([*((image,) if image else ()), *references.body_targets(article.body)]):
        known_as = references.candidates(target, own_file, article.source_url)
        if not known_as:
            if not article.source_url and references.leads_outside(target, own_file):
                dead.append(target)
            continue
        names = [name[5:] for name in known_as if name.startswith("file:")]
        file = next((name for name in names if not name.endswith(ARTICLE_SUFFIXES) and is_there(name)), None)
        if file is not None:
            files[target] = file
            continue
        if target == image:
            missing += names
        else:
            targets.append((target, known_as))
        if names and not article.source_url and (target == image or _FILE_NAME.search(names[0])):
            dead.append(target)
    return Pointed(files, tuple(targets), tuple(missing), tuple(dead))


def looks_of(article: Article, files: Mapping[str, str], look: Callable[[str], Look | None]) -> dict[str, Look]:
    """What is known of the pictures that an article shows, its lead picture first, by their targets as written."""
    if not files:
        return {}
    shown = dict.fromkeys([article.image.src] if article.image else [])
    shown.update(dict.fromkeys(references.shown_targets(article.body)))
    found = ((target, look(files[target])) for target in shown if target in files)
    return {target: seen for target, seen in found if seen is not None}


def lead_named(article: Article, own_name: str, is_there: Callable[[str], bool]) -> tuple[str, str, tuple[str, ...]]:
    """Whether an article is listed with another one: as one of its `copies` or `versions`, what that one is called by,
    and the files named as such, whose coming or going would change the answer.
    """
    if not article.version_of and not article.copy_of:
        return "", "", ()
    named = []
    for kind, written in (("versions", article.version_of), ("copies", article.copy_of)):
        lead = posixpath.normpath(written) if written else ""
        file, slug_there = parted(lead)
        is_article = bool(slug_there) or file.endswith(MARKDOWN_SUFFIXES)
        if lead and lead != own_name and is_article and not lead.startswith(".."):
            named.append(file)
            if is_there(file):
                return kind, lead, tuple(named)
    return "", "", tuple(named)


def related_references(title: str, url: str, file: str, base_url: str) -> tuple[str, ...]:
    """What a related article may be known by, named by a title, an address or both in a file of one published at
    `base_url`.
    """
    found = references.candidates(url, file, base_url) if url else ()
    return (*found, references.title_reference(title)) if title else found
