"""What all tests share: the folder of real input, and scratch sites."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"

# No test times anything; and what CI tries is the same each time, so that a rare find does not stop an innocent commit.
settings.register_profile("backissue", deadline=None, derandomize=os.environ.get("CI") == "true")
settings.load_profile("backissue")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real input beside the project: absent on a user's machine, demanded under CI=true."""
    if not SHARED.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI needs the real input at {SHARED}")
        pytest.skip("the real input (../shared) is not here")
    return SHARED
