"""Golden sites: small archives, and every file that they become, by a theme (`theme/`) that is easy to read.

Each folder of `golden/` is a case: site.yaml, content/ and expected/. `pytest tests/sites --update-golden` writes
expected/ as it is now: look at the difference before you commit it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.scratch import NOW

from backissue.building import Options
from backissue.check import check_site
from backissue.pipeline import build

HERE = Path(__file__).parent
CASES = sorted(path for path in (HERE / "golden").iterdir() if path.is_dir())


def files(folder: Path) -> dict[str, str]:
    """Every file of a folder, the theme's assets left out."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] != "assets"
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_site_is_what_it_was(case: Path, tmp_path: Path, update_golden: bool) -> None:
    shutil.copyfile(case / "site.yaml", tmp_path / "site.yaml")
    options = Options(root=tmp_path, content=case / "content", templates=HERE / "theme", jobs=1)
    report = build(options, lambda *_: None, NOW)
    assert not report.faults
    made, expected = files(tmp_path / "public"), case / "expected"
    if update_golden:
        shutil.rmtree(expected, ignore_errors=True)
        for name, text in made.items():
            (expected / name).parent.mkdir(parents=True, exist_ok=True)
            (expected / name).write_text(text, encoding="utf-8")
    assert made == files(expected)
    assert [
        str(finding)
        for finding in check_site(tmp_path / "public", "https://archive.example")
        if not finding.remark and finding.rule != "orphan"
    ] == []
