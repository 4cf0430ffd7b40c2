"""The wheel: holds the program and its theme and nothing else, and works from any folder."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.scratch import ScratchSite, differences

from backissue import __version__


def run(command: list[str | Path], folder: Path, **environment: str) -> str:
    """What a command prints; its own complaint where it fails."""
    done = subprocess.run(
        command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of the project, built with the hatchling that is installed."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    run([*pip, "--wheel-dir", ".", ROOT], folder)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel installed in it; the libraries are those of the environment."""
    folder = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", folder]
    run([*pip, wheel], folder)
    return folder


def sources(folder: Path) -> set[str]:
    """The files below a folder, caches and hidden ones left out."""
    found = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    return {path.as_posix() for path in found if not any(part.startswith((".", "__pycache__")) for part in path.parts)}


def test_it_holds_the_program_and_its_theme_and_nothing_else(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert names == {f"backissue/{name}" for name in sources(ROOT / "src/backissue")} | {
        f"backissue/theme/{name}" for name in sources(ROOT / "templates")
    }
    assert {"backissue/py.typed", "backissue/theme/home.html", "backissue/theme/words/en.yaml"} <= names


def test_it_says_what_it_is(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        prefix = f"backissue-{__version__}.dist-info/"
        metadata = message_from_bytes(archive.read(prefix + "METADATA"))
        scripts = archive.read(prefix + "entry_points.txt").decode()
        assert prefix + "licenses/LICENSE" in archive.namelist()
    assert metadata["Version"] == __version__
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "MIT"
    assert {"dask", "fast", "images", "import", "parquet", "search", "test", "wacz"} == set(
        metadata.get_all("Provides-Extra", [])
    )
    assert "backissue = backissue.cli:main" in scripts


def test_an_archive_is_begun_and_built_by_it_in_any_folder(installed: Path, tmp_path: Path) -> None:
    environment = {"PYTHONPATH": str(installed)}
    python: list[str | Path] = [sys.executable, "-m", "backissue"]
    where = run([sys.executable, "-c", "import backissue; print(backissue.__file__)"], tmp_path, **environment)
    assert Path(where.strip()).is_relative_to(installed)
    run([*python, "init", "papers"], tmp_path, **environment)
    site = ScratchSite(tmp_path / "papers")
    site.put("flood.md", "The flood", "Water came.", date="1953-02-01", tags="[Flood]", lang="de")
    assert run([*python, "--jobs", "1"], site.root, **environment).startswith("2 articles, ")
    assert run([*python, "check"], site.root, **environment) == "no faults\n"
    # The same theme as in a checkout of the project, and so the same bytes.
    assert not differences(site.tree(), site.clean_tree(tmp_path / "clean"))
    assert "assets/style.css" in site.tree()


def test_its_command_runs(installed: Path, tmp_path: Path) -> None:
    command = installed / "bin/backissue"
    assert run([sys.executable, command, "--version"], tmp_path, PYTHONPATH=str(installed)) == (
        f"backissue {__version__}\n"
    )
