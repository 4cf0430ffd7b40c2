from __future__ import annotations

import importlib
import sys
from importlib import metadata
from pathlib import Path

import pytest

from backissue.config import MarkdownSettings, Site
from backissue.outputs import site_view
from backissue.salts import Salts, _code_of, installed
from backissue.theme import ARTICLE, Theme


@pytest.mark.parametrize("library", ["jinja2", "msgspec", "nh3", "python-slugify", "pyyaml"])
def test_libraries_are_known_by_name_and_version(library: str) -> None:
    (found,) = installed(sys.path, [library])
    name, _, version = found.removesuffix(".dist-info").partition("-")
    assert name.lower().replace("_", "-") == library
    assert version == metadata.version(library)


def test_what_is_no_note_of_a_library_is_left_out(tmp_path: Path) -> None:
    for name in ("jinja2", "jinja2-3.1.dist-info", "PyYAML-5.4.egg-info", "jinja2_time-1.0.dist-info", "nh3-1.txt"):
        (tmp_path / name).mkdir()
    found = installed([str(tmp_path), str(tmp_path / "nowhere")], ["jinja2", "nh3", "pyyaml"])
    assert found == ["PyYAML-5.4.egg-info", "jinja2-3.1.dist-info"]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which modules are looked for."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def salt_with(extension: str, **configs: object) -> bytes:
    _code_of.cache_clear()
    importlib.invalidate_caches()
    settings = MarkdownSettings(extensions=("tables", extension), extension_configs={extension: configs})
    return Salts(Theme({}, {}, {}), site_view(Site()), settings).of(ARTICLE)


@pytest.mark.parametrize("name", ["marks", "marks:Marks"])
def test_an_extensions_code_is_part_of_the_key(package: Path, name: str) -> None:
    (package / "marks.py").write_text("first = 1\n")
    before = salt_with(name)
    assert salt_with(name) == before
    (package / "marks.py").write_text("first = 2\n")
    assert salt_with(name) != before


def test_so_is_the_code_of_its_package(package: Path) -> None:
    (package / "marked/deep").mkdir(parents=True)
    for module in ("__init__", "deep/__init__", "deep/notes"):
        (package / f"marked/{module}.py").write_text("")
    before = salt_with("marked.deep.notes")
    (package / "marked/deep/__init__.py").write_text("other = 1\n")
    assert salt_with("marked.deep.notes") != before


def test_an_extension_may_be_found_by_the_name_that_its_package_gives(package: Path) -> None:
    (package / "noted.py").write_text("")
    note = package / "noted-1.0.dist-info"
    note.mkdir()
    (note / "METADATA").write_text("Metadata-Version: 2.1\nName: noted\nVersion: 1.0\n")
    (note / "entry_points.txt").write_text("[markdown.extensions]\nnice-notes = noted:Notes\n")
    before = salt_with("nice-notes")
    (package / "noted.py").write_text("other = 1\n")
    assert salt_with("nice-notes") != before


@pytest.mark.parametrize("name", ["codehilite", "markdown.extensions.toc", "nowhere.at.all", ""])
def test_other_extensions_have_no_code_of_their_own(name: str) -> None:
    assert _code_of(name) == b""
