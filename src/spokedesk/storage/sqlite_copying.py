"""A SQLite database as the source or the target of a copy. The target has its name only when it is complete."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import apsw
import msgspec

from spokedesk.errors import StoreError
from spokedesk.storage import copying
from spokedesk.storage.database import Row
from spokedesk.storage.dialect import SQLITE
from spokedesk.storage.folder import (
    FILE_NAME,
    UNFINISHED_NAME,
    acquire_lock,
    create_file,
    is_served,
    prepare_folder,
    sync_folder,
)
from spokedesk.storage.migrate import Migrations, schema_version
from spokedesk.storage.sqlite import READER_PRAGMAS, connect, connect_writer
from spokedesk.storage.tables import SQLITE_COLUMNS, Table, tables_of


class SqliteRows:
    """The rows of one connection."""

    def __init__(self, connection: apsw.Connection, shown: str) -> None:
        self.connection = connection
        self.shown = shown

    async def tables(self) -> dict[str, Table]:
        return tables_of(self.connection.execute(SQLITE_COLUMNS).fetchall())

    async def count(self, table: Table) -> int:
        ((rows,),) = self.connection.execute(f"SELECT COUNT(*) FROM {table.name}").fetchall()
        return int(rows)  # type: ignore[arg-type]

    async def chunks(self, table: Table) -> AsyncIterator[list[Row]]:
        rows: list[Row] = []
        characters = 0
        for row in self.connection.execute(table.select):
            rows.append(row)
            characters += copying.size_of(row)
            if len(rows) >= copying.CHUNK_ROWS or characters >= copying.CHUNK_CHARACTERS:
                yield rows
                rows, characters = [], 0
        if rows:
            yield rows


class SqliteTarget(SqliteRows):
    """A file beside the place where the database will be."""

    def __init__(self, connection: apsw.Connection, folder: Path) -> None:
        super().__init__(connection, str(folder))
        self.folder = folder

    async def last_key(self, table: Table) -> tuple[Any, ...] | None:
        rows = self.connection.execute(table.select_last_key).fetchall()
        return rows[0] if rows else None

    async def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """Documents are written without the spaces that PostgreSQL puts into them."""
        places = [place for place, name in enumerate(table.columns) if name in table.documents]
        if places:
            rows = [
                tuple(dense(value) if place in places else value for place, value in enumerate(row)) for row in rows
            ]
        marks = ", ".join("?" * len(table.columns))
        with self.connection:
            self.connection.executemany(f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES ({marks})", rows)

    async def erase(self, table: Table) -> None:
        with self.connection:
            self.connection.execute(f"DELETE FROM {table.name}")

    async def finish(self) -> None:
        self.connection.execute("PRAGMA synchronous = FULL")
        self.connection.execute("DROP TABLE unfinished_copy")
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        self.connection.close(True)
        os.replace(self.folder / UNFINISHED_NAME, self.folder / FILE_NAME)
        sync_folder(self.folder)


def dense(document: str | None) -> str | None:
    return None if document is None else msgspec.json.format(document, indent=-1)


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except apsw.Error as error:
        raise StoreError(f"{folder}: {error}.") from error


@asynccontextmanager
async def sqlite_origin(folder: Path, *, in_use: bool = False) -> AsyncIterator[SqliteRows]:
    """The database of a folder as it is now, and kept from being served meanwhile unless it may be `in_use`."""
    path = folder / FILE_NAME
    if not path.exists():
        raise StoreError(f"{folder} holds no database.")
    with ExitStack() as held, explained(folder):
        if not in_use:
            if is_served(folder):
                raise StoreError(f"{folder} is being served. {copying.IN_USE}")
            held.enter_context(acquire_lock(folder))
        connection = connect(str(path), READER_PRAGMAS)
        held.callback(connection.close, True)
        newest, found = Migrations(SQLITE).newest, schema_version(connection)
        if found != newest:
            raise StoreError(
                f"{folder} has schema {found}, this release copies schema {newest}. Serve it once with this release."
            )
        connection.execute("BEGIN")
        yield SqliteRows(connection, str(folder))


@asynccontextmanager
async def sqlite_target(folder: Path, source: str) -> AsyncIterator[SqliteTarget]:
    """An empty database in a folder without one, or what an interrupted copy of the same source left there."""
    prepare_folder(folder)
    with ExitStack() as held, explained(folder):
        held.enter_context(acquire_lock(folder))
        if (folder / FILE_NAME).exists():
            raise StoreError(f"{folder} holds a database already. Name an empty place.")
        connection = open_unfinished(folder / UNFINISHED_NAME, source)
        held.callback(connection.close, True)
        yield SqliteTarget(connection, folder)


def open_unfinished(path: Path, source: str) -> apsw.Connection:
    """The file with all tables and a note of what it is a copy of."""
    newest = Migrations(SQLITE).newest
    if path.exists():
        connection = connect_writer(str(path), "NORMAL", None)
        note = find_note(connection)
        if note == (source, newest):
            return connection
        connection.close(True)
        if note is not None:
            raise StoreError(
                f"{path} is an unfinished copy of {note[0]} (schema {note[1]}). Remove it or go on with it."
            )
        path.unlink()  # interrupted at its very begin or end
    create_file(path)
    connection = connect_writer(str(path), "NORMAL", None)
    Migrations(SQLITE).apply(connection)
    with connection:
        connection.execute("CREATE TABLE unfinished_copy (source TEXT NOT NULL)")
        connection.execute("INSERT INTO unfinished_copy VALUES (?)", (source,))
    return connection


def find_note(connection: apsw.Connection) -> tuple[str, int] | None:
    """What a file is an unfinished copy of, and the number of its schema."""
    if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'unfinished_copy'").fetchall():
        return None
    ((source,),) = connection.execute("SELECT source FROM unfinished_copy").fetchall()
    return str(source), schema_version(connection)
