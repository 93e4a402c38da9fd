"""Bringing a PostgreSQL database to the newest schema: one transaction under a lock that all nodes take."""

from __future__ import annotations

from asyncpg import exceptions as failures

from spokedesk.errors import StoreError
from spokedesk.storage.dialect import POSTGRES
from spokedesk.storage.migrate import Migrations
from spokedesk.storage.postgres_session import Connection
from spokedesk.storage.postgres_url import shown_url

LOCK = -5_836_665_117_072_162_816
"""An advisory lock of its own; those of accounts are positive."""


async def read_version(connection: Connection) -> int | None:
    """The schema of the database, None when it is no database of ours."""
    if not await connection.fetchval("SELECT to_regclass('schema_version') IS NOT NULL"):
        return None
    return int(await connection.fetchval("SELECT version FROM schema_version"))


async def upgrade(connection: Connection, url: str) -> None:
    """All or nothing. A newer schema, and a database of another program, are refused untouched."""
    migrations = Migrations(POSTGRES)
    current = await read_version(connection)
    if current is not None:
        migrations.check(current)
        if current == migrations.newest:
            return
    try:
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
            current = await read_version(connection)
            if current is None:
                await start(connection, url)
            migrations.check(current or 0)
            for version in sorted(migrations.texts):
                if version > (current or 0):
                    await connection.execute(POSTGRES.schema(migrations.texts[version]))
            await connection.execute("UPDATE schema_version SET version = $1", migrations.newest)
    except failures.PostgresError as error:
        raise StoreError(
            f"The database could not be brought from schema {current or 0} to {migrations.newest}: {error}. "
            "It is as it was before."
        ) from error


async def start(connection: Connection, url: str) -> None:
    if await is_unfinished_copy(connection):
        raise StoreError(f"{shown_url(url)} is an unfinished copy. Go on with it: spokedesk copy --from PLACE --to URL")
    tables = await connection.fetchval("SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema()")
    if tables:
        raise StoreError(f"{shown_url(url)} holds tables of another program. Name an empty database.")
    await number(connection, 0)


async def number(connection: Connection, version: int) -> None:
    """Say which schema the database has, which makes it one that can be served."""
    await connection.execute("CREATE TABLE schema_version (version BIGINT NOT NULL)")
    await connection.execute("INSERT INTO schema_version (version) VALUES ($1)", version)


async def is_unfinished_copy(connection: Connection) -> bool:
    return bool(await connection.fetchval("SELECT to_regclass('unfinished_copy') IS NOT NULL"))
