"""What every test may use."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="more rounds where a test knows how (hours, not minutes)")


@pytest.fixture(scope="session")
def long_run(pytestconfig: pytest.Config) -> bool:
    """True if `--long` was given: a test that repeats itself may then repeat much more often."""
    return bool(pytestconfig.getoption("long"))
