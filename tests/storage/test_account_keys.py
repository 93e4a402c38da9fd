"""Everything is found by its account first: that isolates accounts, and lets a distributed PostgreSQL place them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from spokedesk.storage.folder import FILE_NAME
from spokedesk.storage.sqlite import FileDatabase
from tests.support.postgres import databases, execute, fetch

DIRECTORIES = {
    ("access_token", ("token_hash",)): "finds the account of a token, so it is asked before the account is known",
    ("app", ("client_id",)): "finds the account of an OAuth client, which names itself before it names an account",
    ("refresh_token", ("token_hash",)): "finds the account of a refresh token",
}
"""The keys of tables that say which account something belongs to: small, and whole on every shard of a cluster."""

WITHOUT_ACCOUNT = {
    "schema_version": "one row about the database itself",
}
"""Tables without a key, because they are not about accounts."""

Key = tuple[str, tuple[str, ...]]

SQLITE_KEYS = """
SELECT listed.name, (SELECT group_concat(COALESCE(item.name, 'expression'), ' ' ORDER BY item.seqno)
  FROM pragma_index_info(key.name) item)
FROM sqlite_schema listed, pragma_index_list(listed.name) key
WHERE listed.type = 'table'
UNION ALL
SELECT listed.name, (SELECT group_concat(item.name, ' ' ORDER BY item.pk)
  FROM pragma_table_info(listed.name) item WHERE item.pk > 0)
FROM sqlite_schema listed
WHERE listed.type = 'table'
"""
# an expression is shown as it is
POSTGRES_KEYS = """
SELECT listed.relname::text, (
  SELECT string_agg(pg_get_indexdef(key.indexrelid, place, true), ' ' ORDER BY place)
  FROM generate_series(1, key.indnkeyatts) place
)
FROM pg_class listed
LEFT JOIN pg_index key ON key.indrelid = listed.oid
WHERE listed.relkind IN ('r', 'p') AND listed.relnamespace = current_schema()::regnamespace
"""


@pytest.fixture
def url() -> Iterator[str]:
    made = databases().copy()
    yield made
    databases().drop(made)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[apsw.Connection]:
    FileDatabase(tmp_path).close()
    opened = apsw.Connection(str(tmp_path / FILE_NAME))
    yield opened
    opened.close()


def keys_in_file(connection: apsw.Connection) -> set[Key]:
    return {(str(table), tuple(str(names or "").split())) for table, names in connection.execute(SQLITE_KEYS)}


def keys_in_postgres(url: str) -> set[Key]:
    return {(table, tuple((names or "").split())) for table, names in fetch(url, POSTGRES_KEYS)}


def misplaced(keys: set[Key]) -> set[Key]:
    """Keys that begin with something else than the account and are no named exception."""
    return {
        (table, names)
        for table, names in keys
        if names[:1] != ("account_id",) and (table, names) not in DIRECTORIES and table not in WITHOUT_ACCOUNT
    }


def test_every_key_and_index_begins_with_the_account_in_a_file(connection: apsw.Connection) -> None:
    keys = keys_in_file(connection)
    assert ("record", ("account_id", "object_type", "id")) in keys
    assert ("local_user", ("account_id", "email_key")) in keys
    assert misplaced(keys) == set()


def test_every_key_and_index_begins_with_the_account_in_postgresql(url: str) -> None:
    keys = keys_in_postgres(url)
    assert ("record", ("account_id", "object_type", "id")) in keys
    assert ("write_mark", ("account_id", "id")) in keys
    assert misplaced(keys) == set()


def test_both_databases_have_the_same_keys(connection: apsw.Connection, url: str) -> None:
    of_nodes = {key for key in keys_in_postgres(url) if key[0] in ("write_mark", "schema_version")}
    assert keys_in_postgres(url) - of_nodes == keys_in_file(connection)


def test_every_exception_is_there_in_both_databases(connection: apsw.Connection, url: str) -> None:
    assert set(DIRECTORIES) <= keys_in_file(connection)
    assert set(DIRECTORIES) <= keys_in_postgres(url)
    assert set(WITHOUT_ACCOUNT) <= {table for table, _ in keys_in_postgres(url)}


def test_no_key_refers_to_another_table(connection: apsw.Connection, url: str) -> None:
    """A reference between two shards could not be checked."""
    assert list(connection.execute("SELECT name FROM sqlite_schema WHERE sql LIKE '%REFERENCES%' ESCAPE '!'")) == []
    assert fetch(url, "SELECT conname FROM pg_constraint WHERE contype = 'f'") == []


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE INDEX late ON record (object_type, account_id)",
        "CREATE INDEX late ON record (lower(object_type), account_id)",
        "CREATE UNIQUE INDEX late ON access_token (hint)",
        "CREATE TABLE late (id BIGINT PRIMARY KEY, account_id BIGINT NOT NULL)",
        "CREATE TABLE late (id BIGINT, account_id BIGINT NOT NULL)",
        "CREATE TABLE late (account_id BIGINT PRIMARY KEY, name TEXT UNIQUE)",
    ],
)
def test_one_that_begins_otherwise_would_be_found(connection: apsw.Connection, url: str, statement: str) -> None:
    connection.execute(statement)
    execute(url, statement)
    assert len(misplaced(keys_in_file(connection))) == 1
    assert len(misplaced(keys_in_postgres(url))) == 1
