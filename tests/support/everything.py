"""Databases with something in every table, and their whole contents, for tests of copies."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import apsw

from spokedesk.storage.folder import FILE_NAME
from spokedesk.storage.postgres_copying import opened
from spokedesk.storage.sqlite import FileDatabase
from spokedesk.storage.tables import POSTGRES_COLUMNS, SQLITE_COLUMNS, Table, tables_of
from tests.support.postgres import databases, fetch

TEXTS = (
    "",
    "plain",
    "ä ö ü",
    "日本語",
    "🎫 ticket",
    'quo"te',
    "back\\slash",
    "line\nline",
    "{}",
    "null",
    "Z",
    "a",
    "é",
)
NUMBERS = ("0", "-1", "1e5", "100000", "1.50", "0.1", "-2.5e-7", "12345678901234567890", "1e300")
Contents = dict[str, list[tuple[Any, ...]]]


def document_columns() -> dict[str, frozenset[str]]:
    """The columns of each table that hold JSON, as PostgreSQL declares them."""
    url = databases().copy()
    try:
        return {name: table.documents for name, table in tables_of(fetch(url, POSTGRES_COLUMNS)).items()}
    finally:
        databases().drop(url)


def fill_every_table(folder: Path, documents: Mapping[str, frozenset[str]], rows: int = 40) -> None:
    """Random rows in every table of a new database in a folder; of accounts, in every table they have."""
    FileDatabase(folder).close()
    random = Random(7)
    connection = apsw.Connection(str(folder / FILE_NAME))
    for table in tables_of(connection.execute(SQLITE_COLUMNS).fetchall()).values():
        types = {row[1]: row[2] for row in connection.execute(f"PRAGMA table_info({table.name})")}
        marks = ", ".join("?" * len(table.columns))
        for number in range(rows):
            values = [value_of(random, table, name, str(types[name]), documents, number) for name in table.columns]
            connection.execute(f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES ({marks})", values)
    connection.close()


def value_of(
    random: Random, table: Table, column: str, kind: str, documents: Mapping[str, frozenset[str]], number: int, /
) -> Any:
    """One that fits the column; a key is unique by its number, and not in the order of insertion."""
    if column in documents[table.name]:
        return document_of(random)
    if kind == "BIGINT":
        return (number * 7919) % 1009 if column in table.key[-1:] else random.choice((0, 1, 2**62, -5))
    text = random.choice(TEXTS)
    return f"{text}{(number * 7919) % 1009}" if column in table.key[-1:] or column == "email_key" else text


def document_of(random: Random) -> str:
    """A JSON text with names in any order and numbers in any spelling."""
    members = [f"{json.dumps(text)}: {json.dumps(random.choice(TEXTS), ensure_ascii=False)}" for text in TEXTS[1:6]]
    members += [f'"number {place}":{random.choice(NUMBERS)}' for place in range(3)]
    members.append(f'"list": [{random.choice(NUMBERS)}, {{"b": null, "a": true}}]')
    random.shuffle(members)
    return "{" + ",".join(members) + "}"


def contents(place: Path | str, documents: Mapping[str, frozenset[str]]) -> Contents:
    """All rows of all tables in the order of their keys, documents decoded."""
    if isinstance(place, Path):
        connection = apsw.Connection(str(place / FILE_NAME))
        tables = tables_of(connection.execute(SQLITE_COLUMNS).fetchall())
        found = {name: connection.execute(table.select).fetchall() for name, table in tables.items()}
        connection.close()
    else:
        tables, found = asyncio.run(fetch_all(place))
    return {name: decoded(rows, tables[name], documents[name]) for name, rows in found.items()}


async def fetch_all(url: str) -> tuple[dict[str, Table], Contents]:
    async with opened(url) as connection:
        tables = tables_of([tuple(row) for row in await connection.fetch(POSTGRES_COLUMNS)])
        return tables, {
            name: [tuple(row) for row in await connection.fetch(table.select)] for name, table in tables.items()
        }


def decoded(rows: Sequence[Any], table: Table, documents: frozenset[str]) -> list[tuple[Any, ...]]:
    places = [place for place, name in enumerate(table.columns) if name in documents]
    names = sorted(table.columns)
    order = [table.columns.index(name) for name in names]
    return [
        tuple(
            read_document(row[place]) if place in places and row[place] is not None else row[place] for place in order
        )
        for row in rows
    ]


def read_document(text: str) -> Any:
    """Numbers are what they mean, however they are spelled."""
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)
