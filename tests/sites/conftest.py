"""The option with which the golden sites are written anew."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write what the golden sites are expected to be, as they are now"
    )


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden sites are to be written anew."""
    return bool(request.config.getoption("--update-golden", default=False))
