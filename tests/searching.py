"""What tests of the search need: Pagefind, the extra `search`."""

from __future__ import annotations

import os

import pytest

from backissue import pagefind


def need_pagefind() -> None:
    """Skip a test where Pagefind is not installed; fail it in CI."""
    if not pagefind.version():
        if os.environ.get("CI") == "true":
            pytest.fail("CI needs the extra search: pip install -e '.[search]'")
        pytest.skip("Pagefind is not installed (pip install -e '.[search]')")
