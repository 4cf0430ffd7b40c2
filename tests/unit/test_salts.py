from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path

import pytest

from backissue.salts import installed


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
