"""What pages depend on beside what they show: the program, its libraries, the theme, the settings; as digests.

Every key of a page begins with its template's salt, so a change of any of these makes the pages stale that it bears on,
and no others.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Collection, Iterable
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import msgspec

from . import __version__
from .config import MarkdownSettings
from .darkroom import recipe
from .documents import ASPECTS, formats
from .entries import EntrySettings, digest
from .scanning import files_below
from .theme import TEXTUAL, VIEWS, Theme, phrases_of
from .views import SiteView

_LIBRARIES = (
    "imagesize",
    "jinja2",
    "markdown",
    "markupsafe",
    "msgspec",
    "nh3",
    "pygments",  # by which Python-Markdown's extension codehilite shows code
    "pyromark",
    "python-slugify",
    "pyyaml",
    "text-unidecode",
)

_ANY_TEMPLATE = ("program", "site", "words")
"""What every page that a template makes depends on; those with texts of articles also on the Markdown settings."""

_Parts = dict[str, dict[str, bytes]]


class Salts:
    """The salts of one build, and the reasons why they differ from those of another."""

    def __init__(self, theme: Theme, site: SiteView, markdown: MarkdownSettings) -> None:
        aspects = {
            "program": ("backissue or a library of it is another version", program()),
            "site": ("site.yaml changed", _digest_of(site)),
            "words": ("the theme's words changed", _digest_of(phrases_of(theme, site.language))),
            "markdown": (
                "the Markdown settings changed, or an extension that they name",
                digest(_digest_of(markdown), *map(_code_of, markdown.extensions)),
            ),
        }

        def parts(depends_on: Iterable[str]) -> dict[str, bytes]:
            return dict(aspects[name] for name in ASPECTS if name in depends_on)

        self._parts: _Parts = {name: parts(document.depends_on) for name, document in formats().items()}
        for template in VIEWS:
            found = parts(ASPECTS if template in TEXTUAL else _ANY_TEMPLATE)
            self._parts[template] = {**found, f"templates/{template} changed": theme.digest(template)}
        self._digests = {template: digest(*parts.values()) for template, parts in self._parts.items()}

    def of(self, template: str) -> bytes:
        """The digest of all that pages of a template depend on beside their views."""
        return self._digests[template]

    def encoded(self) -> bytes:
        """The salts as the catalog keeps them."""
        return msgspec.msgpack.encode(self._parts)

    def changes(self, before: bytes | None) -> dict[str, str]:
        """For each template whose salt differs from an earlier build's (`encoded`): why."""
        known = msgspec.msgpack.decode(before, type=_Parts) if before else {}
        found = {}
        for template, parts in self._parts.items():
            old = known.get(template, {})
            changed = [reason for reason, value in parts.items() if old.get(reason, value) != value]
            if changed:
                found[template] = "; ".join(changed)
        return found


def entry_salt(settings: EntrySettings) -> bytes:
    """What entries depend on beside their articles."""
    return digest(program(), _digest_of(settings), recipe(settings.images))


def _digest_of(value: object) -> bytes:
    return digest(msgspec.msgpack.encode(value))


@cache
def _code_of(extension: str) -> bytes:
    """A digest of the code of an extension of Python-Markdown, of all of its package; empty for one of its own, which
    has its version, and for one that is nowhere.
    """
    own = find_spec("markdown")
    if own is None or any(
        (Path(folder) / "extensions" / f"{extension.removeprefix('markdown.extensions.')}.py").exists()
        for folder in own.submodule_search_locations or ()
    ):
        return b""
    from importlib.metadata import entry_points  # which takes a while to load: few archives have such extensions

    # As Python-Markdown finds them: by a name that a package gives, else `package.module:Class`.
    named = [found.module for found in entry_points(group="markdown.extensions", name=extension)]
    package = (named[0] if named else extension.partition(":")[0]).partition(".")[0]
    try:
        found = find_spec(package)
    except (ImportError, ValueError):
        return b""
    if found is None:
        return b""
    state = hashlib.blake2b(digest_size=16)
    for folder in found.submodule_search_locations or ():
        for path in sorted(files_below(Path(folder))):
            if path.endswith(".py"):
                state.update(f"{path}\0".encode() + (Path(folder) / path).read_bytes())
    if found.origin and not found.submodule_search_locations:
        state.update(Path(found.origin).read_bytes())
    return state.digest()


@cache
def program() -> bytes:
    """A digest of this program: its version, its code, and the versions of the libraries that make pages."""
    state = hashlib.blake2b(__version__.encode(), digest_size=16)
    folder = Path(__file__).parent
    for path in sorted(files_below(folder, lambda below: below not in ("importers", "importing"))):
        if path.endswith(".py"):
            state.update((folder / path).read_bytes())
    for name in installed(sys.path, _LIBRARIES):
        state.update(f"{name}\0".encode())
    return state.digest()


def installed(folders: Iterable[str], libraries: Collection[str]) -> list[str]:
    """What installers noted of libraries in the folders that modules are looked for in, as the names of what they noted
    it in, which have the version: `jinja2-3.1.6.dist-info` (PyPA, "Recording installed projects"), in order.

    `importlib.metadata` tells it too, but takes a tenth of a build that has nothing to do.
    """
    found: set[str] = set()
    for folder in folders:
        with suppress(OSError):
            for name in os.listdir(folder or "."):
                library = name.partition("-")[0].lower().replace("_", "-")
                if library in libraries and name.endswith((".dist-info", ".egg-info")):
                    found.add(name)
    return sorted(found)
