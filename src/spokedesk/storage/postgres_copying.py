"""A PostgreSQL database as the source or the target of a copy. The target has no schema number before it is complete,
so that no node takes it for a database of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from asyncpg import exceptions as failures

from spokedesk.errors import StoreError
from spokedesk.storage import copying, postgres_schema
from spokedesk.storage.database import Row
from spokedesk.storage.dialect import POSTGRES
from spokedesk.storage.migrate import Migrations
from spokedesk.storage.postgres_session import APPLICATION, Connection, check_server, connect
from spokedesk.storage.postgres_url import shown_url, split_url
from spokedesk.storage.tables import POSTGRES_COLUMNS, Table, tables_of

SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
TAKE_TURN = "SELECT pg_try_advisory_lock($1)"
TURN = postgres_schema.LOCK + 1
TURN_SECONDS = 5
NODES = """
SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1
"""
LEAVE_ROUNDS, LEAVE_SECONDS = 30, 0.1
FIRST_ROWS = 50


class PostgresRows:
    """The rows that one connection sees."""

    def __init__(self, connection: Connection, shown: str) -> None:
        self.connection = connection
        self.shown = shown

    async def tables(self) -> dict[str, Table]:
        return tables_of([tuple(row) for row in await self.connection.fetch(POSTGRES_COLUMNS)])

    async def count(self, table: Table) -> int:
        return int(await self.connection.fetchval(f"SELECT COUNT(*) FROM {table.name}"))

    async def chunks(self, table: Table) -> AsyncIterator[list[Row]]:
        """As many rows as fit, going by the rows before them."""
        wanted = FIRST_ROWS
        cursor = await self.connection.cursor(table.select)
        while rows := [tuple(row) for row in await cursor.fetch(wanted)]:
            yield rows
            average = max(1, sum(map(copying.size_of, rows)) // len(rows))
            wanted = max(1, min(copying.CHUNK_ROWS, copying.CHUNK_CHARACTERS // average))


class PostgresTarget(PostgresRows):
    """A database without a schema number."""

    async def chunks(self, table: Table) -> AsyncIterator[list[Row]]:
        async with self.connection.transaction():  # a cursor lives in one
            async for rows in super().chunks(table):
                yield rows

    async def last_key(self, table: Table) -> tuple[Any, ...] | None:
        row = await self.connection.fetchrow(table.select_last_key)
        return None if row is None else tuple(row)

    async def insert(self, table: Table, rows: Sequence[Row]) -> None:
        await self.connection.copy_records_to_table(table.name, records=rows, columns=table.columns)

    async def erase(self, table: Table) -> None:
        await self.connection.execute(f"TRUNCATE {table.name}")

    async def finish(self) -> None:
        """The flush of this commit covers the ones before it."""
        await self.connection.execute("ANALYZE")
        await self.connection.execute("SET synchronous_commit = on")
        async with self.connection.transaction():
            await self.connection.execute("DROP TABLE unfinished_copy")
            await postgres_schema.number(self.connection, Migrations(POSTGRES).newest)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Connection]:
    """A connection of its own, directly to the server: a session is locked, or in a transaction for long."""
    address, pooled = split_url(url)
    if pooled:
        raise StoreError(f"{shown_url(url)} is behind a pooler. Copy from and to the server itself.")
    connection = None
    try:
        connection = await connect(address, timeout_ms=0, name=f"{APPLICATION} copy", idle_ms=0)
        await check_server(connection, address)
        yield connection
    except (TimeoutError, failures.PostgresError, failures.InterfaceError, OSError) as error:
        raise StoreError(f"{shown_url(url)}: {str(error) or type(error).__name__}.") from error
    finally:
        if connection is not None:
            with suppress(Exception):
                await connection.close(timeout=2)


async def count_nodes(connection: Connection) -> int:
    """How many connections nodes have; those of one that has ended just now may take a moment to be gone."""
    nodes = 0
    for _ in range(LEAVE_ROUNDS):
        nodes = await connection.fetchval(NODES, APPLICATION)
        if not nodes:
            break
        await asyncio.sleep(LEAVE_SECONDS)
    return nodes


@asynccontextmanager
async def postgres_origin(url: str, *, in_use: bool = False) -> AsyncIterator[PostgresRows]:
    """A database as it is now; nodes must not be at work on it unless it may be `in_use`."""
    newest = Migrations(POSTGRES).newest
    async with opened(url) as connection:
        found = await postgres_schema.read_version(connection)
        if found is None:
            raise StoreError(f"{shown_url(url)} holds no database of Spokedesk.")
        if found != newest:
            raise StoreError(
                f"{shown_url(url)} has schema {found}, this release copies schema {newest}. "
                "Serve it once with this release."
            )
        nodes = 0 if in_use else await count_nodes(connection)
        if nodes:
            raise StoreError(f"{shown_url(url)} is being served ({nodes} connections). {copying.IN_USE}")
        await connection.execute(SNAPSHOT)
        yield PostgresRows(connection, shown_url(url))


@asynccontextmanager
async def postgres_target(url: str, source: str) -> AsyncIterator[PostgresTarget]:
    """A database without tables, or what an interrupted copy of the same source left."""
    async with opened(url) as connection:
        await take_turn(connection, url)
        await connection.execute("SET synchronous_commit = off")
        if not await postgres_schema.is_unfinished_copy(connection):
            await begin(connection, url, source)
        note = await connection.fetchrow("SELECT source, version FROM unfinished_copy")
        if tuple(note) != (source, Migrations(POSTGRES).newest):
            raise StoreError(
                f"{shown_url(url)} is an unfinished copy of {note[0]} (schema {note[1]}). Empty it or go on with that."
            )
        yield PostgresTarget(connection, shown_url(url))


async def take_turn(connection: Connection, url: str) -> None:
    """One copy at a time; the server may take a moment to notice that one was killed."""
    for _ in range(TURN_SECONDS * 10):
        if await connection.fetchval(TAKE_TURN, TURN):
            return
        await asyncio.sleep(0.1)
    raise StoreError(f"Another copy to {shown_url(url)} is at work.")


async def begin(connection: Connection, url: str, source: str) -> None:
    """All tables, and a note of what this is a copy of in the place of the schema number; at once or not at all."""
    if await postgres_schema.read_version(connection) is not None:
        raise StoreError(f"{shown_url(url)} holds a database already. Name an empty one.")
    async with connection.transaction():
        await postgres_schema.upgrade(connection, url)
        await connection.execute("DROP TABLE schema_version")
        await connection.execute("CREATE TABLE unfinished_copy (source TEXT NOT NULL, version BIGINT NOT NULL)")
        await connection.execute("INSERT INTO unfinished_copy VALUES ($1, $2)", source, Migrations(POSTGRES).newest)
