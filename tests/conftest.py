"""What all tests share: the folder of real input, and scratch sites."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

import backissue

# What these find wrong is told with the values, as in a test's own module.
pytest.register_assert_rewrite("tests.browser.looking", "tests.editions")

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"

# No test times anything; and what CI tries is the same each time, so that a rare find does not stop an innocent commit.
CI = os.environ.get("CI") == "true"
settings.register_profile("backissue", deadline=None, derandomize=CI, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("backissue")
if CI:
    # Hypothesis also tries what stands in the modules that are loaded, which shall not be a matter of the tests before.
    for module in pkgutil.walk_packages(backissue.__path__, "backissue."):
        if module.name != "backissue.__main__":
            importlib.import_module(module.name)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real input beside the project: absent on a user's machine, demanded under CI=true."""
    if not SHARED.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI needs the real input at {SHARED}")
        pytest.skip("the real input (../shared) is not here")
    return SHARED


@pytest.fixture(scope="session")
def ninjs(shared: Path) -> Any:
    """A validator for ninjs 3.0; the schema's reference to GeoJSON, which no item here uses, is answered by nothing."""
    schema = json.loads((shared / "schemas/ninjs-schema_3.0.json").read_text())
    nothing = DRAFT202012.create_resource({})
    registry: Registry[Any] = Registry().with_resource("https://geojson.org/schema/GeoJSON.json", nothing)
    checker = Draft202012Validator.FORMAT_CHECKER
    return Draft202012Validator(schema, registry=registry, format_checker=checker)
