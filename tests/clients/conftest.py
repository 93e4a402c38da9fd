"""A real server on disk for every test process, and clients for it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.support.server import Server, start_desk


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One desk, profile `documented`, shared by the tests of this process: each makes its own records."""
    running = start_desk(tmp_path_factory.mktemp("desk"))
    yield running
    assert running.stop() in (0, -signal.SIGTERM), "it ends by itself, or by the signal after it has drained"


@pytest.fixture
def sdk(server: Server) -> Any:
    """The official Python SDK, unpatched."""
    return server.client()


@pytest.fixture
def http(server: Server) -> Iterator[httpx2.Client]:
    """Plain HTTP with the token in its header."""
    with server.http() as client:
        yield client
