"""The chapters of the guides run against the same kind of server as the client tests."""

from __future__ import annotations

from tests.clients.conftest import http, sdk, server

__all__ = ["http", "sdk", "server"]
