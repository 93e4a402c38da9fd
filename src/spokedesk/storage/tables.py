"""The tables of a database as its own catalog tells them, so that a list of them is never kept by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from spokedesk.errors import StoreError
from spokedesk.storage.database import Row

BOOKKEEPING = {
    "schema_version": "PostgreSQL's number of the schema; a SQLite file has it in its header",
    "unfinished_copy": "there while `spokedesk copy` fills a database, and what it is a copy of",
    "write_mark": "which groups of writes of the last hour happened, for nodes that lost their connection",
}
"""Tables that are about the database and not about accounts, with the reason why nobody misses them elsewhere."""


@dataclass(frozen=True, slots=True)
class Table:
    """`key` is the primary key, in the order in which rows are read; `documents` are the columns known to hold JSON."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    documents: frozenset[str] = frozenset()

    def key_of(self, row: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(row[self.columns.index(name)] for name in self.key)

    @property
    def select(self) -> str:
        return f"SELECT {', '.join(self.columns)} FROM {self.name} ORDER BY {', '.join(self.key)}"

    @property
    def select_last_key(self) -> str:
        order = ", ".join(f"{name} DESC" for name in self.key)
        return f"SELECT {', '.join(self.key)} FROM {self.name} ORDER BY {order} LIMIT 1"


# Rows of: table, column, whether it has a type for JSON documents, its place in the primary key or NULL.
SQLITE_COLUMNS = """
SELECT listed.name, item.name, 0, NULLIF(item.pk, 0)
FROM sqlite_schema listed, pragma_table_info(listed.name) item
WHERE listed.type = 'table' AND substr(listed.name, 1, 7) <> 'sqlite_'
ORDER BY listed.name, item.cid
"""

POSTGRES_COLUMNS = """
SELECT listed.relname::text, item.attname::text, item.atttypid = 'jsonb'::regtype,
  array_position(key.indkey::int2[], item.attnum)
FROM pg_class listed
JOIN pg_attribute item ON item.attrelid = listed.oid AND item.attnum > 0 AND NOT item.attisdropped
LEFT JOIN pg_index key ON key.indrelid = listed.oid AND key.indisprimary
WHERE listed.relkind IN ('r', 'p') AND NOT listed.relispartition
  AND listed.relnamespace = current_schema()::regnamespace
ORDER BY listed.relname, item.attnum
"""


def tables_of(columns: Sequence[Row]) -> dict[str, Table]:
    """The tables that hold what accounts have, by name, from the rows of one of the two statements above."""
    found: dict[str, list[Row]] = {}
    for column in columns:
        if column[0] not in BOOKKEEPING:
            found.setdefault(column[0], []).append(column)
    return {name: table_of(name, rows) for name, rows in found.items()}


def table_of(name: str, columns: Sequence[Row]) -> Table:
    key = sorted((place, column) for _, column, _, place in columns if place is not None)
    if not key:
        raise StoreError(f"The table {name} has no primary key, so its rows cannot be told apart.")
    return Table(
        name,
        tuple(column for _, column, _, _ in columns),
        tuple(column for _, column in key),
        frozenset(column for _, column, is_document, _ in columns if is_document),
    )
