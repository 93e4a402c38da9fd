"""What every test may use."""

from __future__ import annotations

import sys

import pytest

from tests.support import stores


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database", choices=stores.KINDS, default="memory", help="where tests that name no database have theirs"
    )
    parser.addoption("--postgres", metavar="VERSION", help="major version, or 'newest'; the system's own if not given")
    parser.addoption("--long", action="store_true", help="more rounds where a test knows how (hours, not minutes)")


def pytest_configure(config: pytest.Config) -> None:
    stores.DEFAULT.kind = config.getoption("database")
    stores.DEFAULT.postgres = config.getoption("postgres")


def pytest_unconfigure() -> None:
    postgres = sys.modules.get("tests.support.postgres")
    if postgres is not None:
        postgres.EMPTIED.close()


@pytest.fixture(scope="session")
def long_run(pytestconfig: pytest.Config) -> bool:
    """True if `--long` was given: a test that repeats itself may then repeat much more often."""
    return bool(pytestconfig.getoption("long"))
