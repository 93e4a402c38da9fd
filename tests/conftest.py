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
    parser.addoption("--pooler", action="store_true", help="put PgBouncer in front of PostgreSQL, if it is there")
    parser.addoption("--long", action="store_true", help="more rounds where a test knows how (hours, not minutes)")


def pytest_configure(config: pytest.Config) -> None:
    stores.DEFAULT.kind = config.getoption("database")
    stores.DEFAULT.postgres = config.getoption("postgres")
    stores.DEFAULT.pooler = config.getoption("pooler")


def pytest_unconfigure() -> None:
    postgres = sys.modules.get("tests.support.postgres")
    if postgres is not None:
        postgres.EMPTIED.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Whether the pooler was there is a part of the result."""
    if config.getoption("pooler"):
        from tests.support.pooler import described  # brings asyncpg

        terminalreporter.write_line(f"PostgreSQL {described()}")


@pytest.fixture(scope="session")
def long_run(pytestconfig: pytest.Config) -> bool:
    """True if `--long` was given: a test that repeats itself may then repeat much more often."""
    return bool(pytestconfig.getoption("long"))
