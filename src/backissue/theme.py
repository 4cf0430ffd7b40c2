"""A theme as a value: its templates and phrases by name, and which templates make pages."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from . import views
from .errors import BuildStopped
from .loading import yamltext

ARTICLE, HISTORY, CHANGES = "article.html", "versions.html", "changes.html"
TEXTUAL = (ARTICLE, HISTORY, CHANGES)
"""Templates that are given what bodies say, beside their views."""

MOST = (ARTICLE, "list.html", "year.html")
"""Templates that make most of the pages of a large archive."""

VIEWS: Mapping[str, type] = {
    ARTICLE: views.ArticleView,
    HISTORY: views.HistoryView,
    CHANGES: views.ChangesView,
    "list.html": views.ListView,
    "terms.html": views.TermIndexView,
    "year.html": views.YearView,
    "calendar.html": views.CalendarView,
    "statistics.html": views.StatisticsView,
    "home.html": views.HomeView,
    "404.html": views.NotFoundView,
    "corrections.html": views.CorrectionsView,
    "redirect.html": views.RedirectView,
    "search.html": views.SearchView,
}
"""Every template that makes pages, with the record that it is given."""

_TEXT_SUFFIXES = (".html", ".xml")


def root_of(path: str) -> str:
    """The relative way to the site's root from a file at `path`: `../../`, or nothing."""
    return "../" * path.count("/")


class Theme(msgspec.Struct, frozen=True):
    """A theme's templates and phrases by name (`parts/head.html`, `words/en.yaml`), and where its assets lie."""

    templates: dict[str, str]
    words: dict[str, str]
    assets: dict[str, str]

    def digest(self, template: str) -> bytes:
        """A digest over a template and all that it extends, includes or imports."""
        state = hashlib.blake2b(digest_size=16)
        for name in sorted(self.made_of(template)):
            state.update(f"{name}\0{self.templates.get(name, '')}\0".encode())
        return state.digest()

    def assigns(self, name: str) -> bool:
        """Whether one of the templates may give a name another value than what all of them are given by it."""
        return any(name in _NAME.findall(targets) for text in self.templates.values() for targets in _targets(text))

    def made_of(self, template: str) -> set[str]:
        """The names of a template and of all that it extends, includes or imports."""
        seen: set[str] = set()
        waiting = [template]
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                for other in _referenced(self.templates.get(name, "")):
                    # A name that is only known while rendering may be any template.
                    waiting += [other] if other else list(self.templates)
        return seen


_TARGETS = re.compile(
    r"\{%[-+]?\s*(?:set\s([^=%]*)|for\s((?:(?!\sin\s)[^%])*)|with\s([^%]*)|(?:import|from|macro)\s([^%(]*))"
)
_NAME = re.compile(r"\w+")


def _targets(source: str) -> Iterator[str]:
    """The parts of a template that hold the names to which it gives values: rather too much than too little."""
    return ("".join(found) for found in _TARGETS.findall(source))


_REFERENCE = re.compile(r"\{%[-+]?\s*(?:extends|include|import|from)\s+([^%]*)")
_PLAIN_NAME = re.compile(r"""(["'])([^"']*)\1\s*(?:(?:ignore|with|without|import|as)\b[^"']*|[-+]?)""")


def _referenced(source: str) -> Iterator[str | None]:
    """The templates that a template extends, includes or imports; None for one whose name is worked out.

    Jinja2 could tell it more exactly, but takes 60 ms for a theme, a tenth of a build that has nothing to do.
    """
    for expression in _REFERENCE.findall(source):
        plain = _PLAIN_NAME.fullmatch(expression)
        yield plain[2] if plain else None


def read_theme(folders: Iterable[Path]) -> Theme:
    """Read a theme from folders, of which the later win file by file. A folder that is not there is no fault."""
    templates: dict[str, str] = {}
    words: dict[str, str] = {}
    assets: dict[str, str] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if not path.is_file() or any(part.startswith(".") for part in name.split("/")):
                continue
            if name.startswith("assets/"):
                assets[name] = str(path.absolute())
            elif name.startswith("words/") or name.endswith(_TEXT_SUFFIXES):
                try:
                    text = path.read_text(encoding="utf-8")
                except UnicodeDecodeError as error:
                    raise BuildStopped(f"{path}: not UTF-8 — save the file in the encoding UTF-8") from error
                (words if name.startswith("words/") else templates)[name] = text
    return Theme(templates, words, assets)


def phrases_of(theme: Theme, language: str) -> dict[str, Any]:
    """The theme's phrases: English, with those of the language, then of its regional form, laid over."""
    found: dict[str, Any] = {}
    lowered = language.lower()
    for name in dict.fromkeys(("en", lowered.split("-")[0], lowered)):
        text = theme.words.get(f"words/{name}.yaml")
        if text is None:
            continue
        try:
            tree = yamltext.compose(text)
        except yamltext.YamlFault as fault:
            raise BuildStopped(f"templates/words/{name}.yaml:{fault.line}: {fault.message}") from None
        if tree is not None:
            found.update({key: tree.written(node) for key, node in tree.items()})
    return found
