"""Connections to PostgreSQL: how one is opened, how a few are shared, what a lost one looks like."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
from asyncpg import exceptions as failures

from spokedesk.errors import StoreError
from spokedesk.storage.postgres_url import shown_url

Connection = Any  # asyncpg's own classes are untyped
Connect = Callable[[], Awaitable[Connection]]

OLDEST = 150_000
CONNECT_SECONDS = 5.0
STATEMENTS_KEPT = 400
APPLICATION = "spokedesk"
IDLE_MS = 15_000

# The connection, or the server behind it, is gone or going; also a standby that was the primary a moment ago.
GONE = (
    OSError,
    asyncio.TimeoutError,
    failures.PostgresConnectionError,
    failures.OperatorInterventionError,
    failures.TooManyConnectionsError,
    failures.ReadOnlySQLTransactionError,
    failures.IdleInTransactionSessionTimeoutError,
    failures.TargetServerAttributeNotMatched,
    asyncpg.InternalClientError,  # what it makes of a farewell that came between two statements
)


def is_lost(error: BaseException) -> bool:
    """Whether the connection is the cause, not the statement."""
    if isinstance(error, failures.QueryCanceledError):
        return False
    if isinstance(error, failures.InterfaceError):
        return "connection is closed" in str(error) or "underlying connection" in str(error)
    return isinstance(error, GONE)


async def connect(
    url: str, *, timeout_ms: int, pooled: bool = False, name: str = APPLICATION, idle_ms: int = IDLE_MS
) -> Connection:
    """Open a connection that may write; `timeout_ms` ends a statement that takes longer, `idle_ms` a transaction that
    rests. `name` is what the server's own lists call it.
    """
    settings = (
        {}
        if pooled
        else {
            "application_name": name,
            "statement_timeout": str(timeout_ms),
            "idle_in_transaction_session_timeout": str(idle_ms),
            "client_min_messages": "error",
            "jit": "off",
        }
    )
    connection = await asyncpg.connect(
        url,
        timeout=CONNECT_SECONDS,
        statement_cache_size=0 if pooled else STATEMENTS_KEPT,
        max_cached_statement_lifetime=0,
        server_settings=settings,
        target_session_attrs="any" if pooled else "read-write",
    )
    await connection.set_type_codec("numeric", schema="pg_catalog", encoder=str, decoder=number_of, format="text")
    return connection


def number_of(text: str) -> int | float:
    """Whole numbers stay exact."""
    return int(text) if text.lstrip("-").isdigit() else float(text)


async def check_server(connection: Connection, url: str) -> None:
    """Raise unless it is a server that keeps what we rely on."""
    version = int(await connection.fetchval("SHOW server_version_num"))
    if version < OLDEST:
        raise StoreError(f"{shown_url(url)} is PostgreSQL {version // 10_000}. Spokedesk needs 15 or newer.")
    encoding = await connection.fetchval("SHOW server_encoding")
    if encoding != "UTF8":
        raise StoreError(f"{shown_url(url)} stores text as {encoding}. Spokedesk needs a database with UTF8.")


class Sessions:
    """So many connections, opened when they are needed first; one that was lost is replaced at the next use."""

    def __init__(self, connect: Connect, size: int) -> None:
        self.connect = connect
        self.free: list[Connection] = []
        self.places = asyncio.Semaphore(size)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Connection]:
        async with self.places:
            connection = self.usable() or await self.connect()
            try:
                yield connection
            except BaseException as error:
                if is_lost(error) or connection.is_closed() or connection.is_in_transaction():
                    connection.terminate()
                raise
            finally:
                if not connection.is_closed():
                    self.free.append(connection)

    def usable(self) -> Connection | None:
        while self.free:
            connection = self.free.pop()
            if not connection.is_closed():
                return connection
        return None

    async def close(self) -> None:
        """Let go of what is not in use."""
        while self.free:
            with suppress(Exception):
                await self.free.pop().close(timeout=2)
