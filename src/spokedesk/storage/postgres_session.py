"""Connections to PostgreSQL: how one is opened, how a few are shared, what a lost one looks like."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
from asyncpg import exceptions as failures

from spokedesk.errors import StoreError
from spokedesk.storage.postgres_url import shown_url, split_hosts

Connection = Any  # asyncpg's own classes are untyped
Connect = Callable[[], Awaitable[Connection]]

OLDEST = 150_000
CONNECT_SECONDS = 5.0
"""How long one host may take to answer; the next one of a URL with several is tried after that."""

SILENT_SECONDS = 10
"""A host that has vanished without a word is given up after so long; without this the kernel waits for a quarter of an
hour."""

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


latest_hosts: dict[str, str] = {}
"""Of each URL with several hosts the one that was connected to last, which is tried first."""


async def connect(
    url: str, *, timeout_ms: int, pooled: bool = False, name: str = APPLICATION, idle_ms: int = IDLE_MS
) -> Connection:
    """Open a connection that may write; `timeout_ms` ends a statement that takes longer, `idle_ms` a transaction that
    rests. `name` is what the server's own lists call it.
    """
    settings = {"application_name": name}
    if not pooled:
        settings |= {
            "statement_timeout": str(timeout_ms),
            "idle_in_transaction_session_timeout": str(idle_ms),
            "client_min_messages": "error",
            "jit": "off",
        }
    connection = await connect_first(
        url,
        timeout=CONNECT_SECONDS,
        statement_cache_size=0 if pooled else STATEMENTS_KEPT,
        max_cached_statement_lifetime=0,
        server_settings=settings,
        target_session_attrs="any" if pooled else "read-write",
    )
    expect_answers(connection)
    await connection.set_type_codec("numeric", schema="pg_catalog", encoder=str, decoder=number_of, format="text")
    return connection


async def connect_first(url: str, **options: Any) -> Connection:
    """To the first host that will do. Each has its own time: one that is silent must not use up that of the others."""
    hosts = split_hosts(url)
    latest = latest_hosts.get(url)
    failure: Exception | None = None
    for host in sorted(hosts, key=lambda host: host != latest):
        try:
            connection = await asyncpg.connect(host, **options)
        except Exception as error:
            if not is_lost(error):
                raise
            failure = failure or error
        else:
            if len(hosts) > 1:
                latest_hosts[url] = host
            return connection
    assert failure is not None, "a URL names at least one host"
    raise failure


def expect_answers(connection: Connection) -> None:
    """Let the kernel give the connection up when nothing comes back; sockets of files need no such thing."""
    wire = connection._transport.get_extra_info("socket")
    if wire is None or wire.family not in (socket.AF_INET, socket.AF_INET6) or not hasattr(socket, "TCP_USER_TIMEOUT"):
        return
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 3)
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 2)
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SILENT_SECONDS * 1000)


def local_settings(timeout_ms: int, *, pooled: bool) -> str:
    """What a pooler does not pass on is said in each transaction, and is over with it."""
    if not pooled:
        return ""
    return f"SET LOCAL statement_timeout = {timeout_ms}; SET LOCAL idle_in_transaction_session_timeout = {IDLE_MS}; "


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
