"""The folder of a Markdown site on disk: its generator, its settings, and the files that a post refers to.

Only files inside the site's folder are read, and only those that a post names.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

from ...loading import yamltext

MAX_FILE_BYTES = 32 << 20
"""The largest picture or other file that is taken along."""

_SETTINGS = {
    "_config.yml": "jekyll",
    "_config.yaml": "jekyll",
    "_config.toml": "jekyll",
    "hugo.toml": "hugo",
    "hugo.yaml": "hugo",
    "hugo.yml": "hugo",
    "config.toml": "hugo",
    "config.yaml": "hugo",
    "config.yml": "hugo",
    "config/_default/hugo.toml": "hugo",
    "config/_default/config.toml": "hugo",
    "zola.toml": "zola",
    "pelicanconf.py": "pelican",
    ".eleventy.js": "eleventy",
    "eleventy.config.js": "eleventy",
    "eleventy.config.cjs": "eleventy",
    "eleventy.config.mjs": "eleventy",
}
_SOURCE_FOLDERS = ("_posts", "_drafts", "content", "source", "src", "posts")
_FILE_FOLDERS = ("", "static", "assets", "source", "src", "public", "content", "app", "docs", "content/images")
_PYTHON_TEXT = re.compile(r"^([A-Z_]+)\s*=\s*[\"']([^\"'\n]*)[\"']\s*(?:#.*)?$", re.MULTILINE)
_PARENTS = 12
_ARCHIVE = re.compile(r"\.(?:zip|t[bgx]z2?|tar(?:\.\w+)?)$", re.IGNORECASE)


class SiteFolder(msgspec.Struct, frozen=True, kw_only=True):
    """A site: its root, or None where it is not on disk; its generator, or empty; its settings."""

    root: Path | None = None
    system: str = ""
    config: Mapping[str, Any] = {}

    @classmethod
    def around(cls, path: str, name: str) -> SiteFolder:
        """The site that the file at `path` belongs to; `name` is its path within what is imported."""
        if not path:
            return cls()
        file = Path(path).absolute()
        for parent in list(file.parents)[:_PARENTS]:
            for settings, system in _SETTINGS.items():
                place = parent / settings
                if place.is_file():
                    config = _read_settings(place)
                    if system == "hugo" and "base_url" in config:
                        system = "zola"
                    return cls(root=parent, system=system, config=config)
            if (parent / ".git").exists():
                break
        return cls(root=_likely_root(file, name))

    def relative(self, path: str, name: str) -> str:
        """The path of a file in the site, with `/`."""
        if self.root is not None and path:
            file = Path(path).absolute()
            if file.is_relative_to(self.root):
                return file.relative_to(self.root).as_posix()
        return name

    def find(self, target: str, beside: str, folders: tuple[str, ...] = _FILE_FOLDERS) -> Path | None:
        """The file that a post's address means, or None.

        `beside` is the path in the site of the file that names it. An address is relative to that file, or from the
        root of the site, where generators put what lies in their folders for files.
        """
        if self.root is None:
            return None
        try:
            path = unquote(urlsplit(target).path)
        except ValueError:
            return None
        if not path or "\0" in path or len(path) > 1000:
            return None
        relative = [] if path.startswith("/") else [(self.root / beside).parent / path]
        for place in [*relative, *(self.root / folder / path.lstrip("/") for folder in folders)]:
            try:
                real = place.resolve()
                if real.is_file() and real.is_relative_to(self.root.resolve()):
                    return real
            except OSError:
                continue
        return None


def _likely_root(file: Path, name: str) -> Path:
    """The root of a site without settings: the folder that is imported, or the one that holds the posts' folder.

    An archive that is imported is such a folder, or holds it, as those of repositories do.
    """
    parts = Path(name).parts
    within = max((place for place, part in enumerate(parts, 1) if _ARCHIVE.search(part)), default=0)
    parts = parts[within:]
    if len(parts) > 1 and file.parts[-len(parts) :] == parts:
        root = file.parents[len(parts) - 1]
        return root / parts[0] if within and len(parts) > 2 and _holds_one_folder(root) else root
    for parent in list(file.parents)[:_PARENTS]:
        if parent.name in _SOURCE_FOLDERS:
            while parent.name in _SOURCE_FOLDERS:
                parent = parent.parent
            return parent
    return file.parent


@cache
def _holds_one_folder(folder: Path) -> bool:
    return len([each for each in folder.iterdir() if not each.name.startswith(".")]) == 1


def _read_settings(place: Path) -> dict[str, Any]:
    """A generator's settings; nothing where they can't be read. A program among them is not run, only looked at."""
    try:
        text = place.read_text("utf-8-sig")
        if place.suffix == ".toml":
            return tomllib.loads(text)
        if place.suffix in (".yml", ".yaml"):
            tree = yamltext.compose(text)
            return {key: tree.typed(node) for key, node in tree.items()} if tree is not None else {}
        return dict(_PYTHON_TEXT.findall(text)) if place.suffix == ".py" else {}
    except (OSError, ValueError, RecursionError, yamltext.YamlFault):
        return {}
