"""Pages of every kind are valid for the Nu Html Checker."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests import nu
from tests.browser import kinds
from tests.conftest import ROOT
from tests.scratch import ScratchSite


@pytest.mark.parametrize("settings", ["", "language: ar\npage_size: 2\n"])
def test_every_kind_of_page_is_valid(tmp_path: Path, settings: str) -> None:
    nu.require()
    site = ScratchSite(tmp_path, settings + 'title: "Wend"\nurl: https://wend.example\n' if settings else "")
    if not settings:
        shutil.copyfile(ROOT / "site.yaml", tmp_path / "site.yaml")
    shutil.copytree(ROOT / "content", tmp_path / "content", dirs_exist_ok=True)
    site.build(templates=ROOT / "templates")
    found = kinds.every_part(site.output)
    assert len(found) > 10
    assert nu.faults(site.output, found) == []


def test_a_fault_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '<!DOCTYPE html><html lang="en"><title>T</title><p id="x"><b id="x">B</p>', "utf-8"
    )
    assert [line.split(" [")[0] for line in nu.faults(tmp_path, ["a.html"])][:1] == [
        "a.html:1: error: Duplicate ID “x”."
    ]
