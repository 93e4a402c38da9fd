"""Databases for tests of storage: opened by kind, waited for, driven with real tickets."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from spokedesk.crm.account import FIDELITIES, Account, AccountSettings
from spokedesk.crm.history import Source
from spokedesk.engine.accounts import open_account
from spokedesk.engine.context import Context
from spokedesk.engine.definitions import load_definitions
from spokedesk.engine.object_types import standard_type
from spokedesk.engine.records import NewRecord, RecordUpdate, create_records, update_records
from spokedesk.storage.database import Database, Done, Transaction, Work, read_and_wait, write_and_wait
from spokedesk.storage.folder import FILE_NAME
from spokedesk.storage.records import get_records
from spokedesk.storage.sqlite import FileDatabase, MemoryDatabase, system_clock

T = TypeVar("T")

ACCOUNT_ID = 10_000_001
ACCOUNT = Account(ACCOUNT_ID, FIDELITIES["observed"], AccountSettings())
SOURCE = Source("INTEGRATION", "1", "INTEGRATION")
EMBEDDED = ("memory", "file")
"""The kinds of database that never wait."""

KINDS = (*EMBEDDED, "postgres")
"""The kinds of database that keep one contract. The next one is added here and in `open_database`."""

QUICK_DISK = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""Where tests that name no database have their files with `--database file`.

Real files, a real WAL, every flush asked for, but over at once: these tests ask whether files, threads and locks change
an answer. What outlives a kill or a power cut is asked on a real disk, by tests of storage, clients and durability.
"""


def open_database(kind: str, folder: Path, clock: Callable[[], int] = system_clock, **options: Any) -> Database:
    """An empty database of a kind."""
    if kind == "memory":
        return MemoryDatabase(clock, migrated(), **options)
    if kind == "file":
        return FileDatabase(with_schema(folder / "data"), clock, **options)
    if kind == "postgres":
        from tests.support.postgres import EMPTIED  # brings asyncpg and a server

        return EMPTIED.take(clock) if not options else EMPTIED.make(clock, **options)
    raise ValueError(f"no such kind of database: {kind}")


def let_go(database: Database) -> None:
    """A test needs it no more: what took long to make is kept for another test, the rest is closed."""
    postgres = sys.modules.get("tests.support.postgres")
    if postgres is None or not postgres.EMPTIED.give_back(database):
        database.close()


@cache
def migrated() -> MemoryDatabase:
    """What every database in memory is copied from: the newest schema and nothing in it, made once for a process."""
    return MemoryDatabase()


@cache
def migrated_file() -> bytes:
    """The same for databases on disk: a copied file saves its migrations, which tests of storage are about."""
    with tempfile.TemporaryDirectory(prefix="spokedesk-test-") as folder:
        FileDatabase(Path(folder)).close()
        return Path(folder, FILE_NAME).read_bytes()


def with_schema(folder: Path) -> Path:
    """A data folder with an empty database of the newest schema, if it has none yet."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / FILE_NAME
    if not file.exists():
        file.touch(mode=0o600)
        file.write_bytes(migrated_file())
    return folder


@dataclass(slots=True)
class Default:
    """The kind that `--database` names, for tests that do not care, and the version that `--postgres` names.

    `pooler` puts one in front of PostgreSQL.
    """

    kind: str = "memory"
    postgres: str | None = None
    pooler: bool = False


DEFAULT = Default()


def default_database(clock: Callable[[], int], user: object) -> Database:
    """A database of the default kind. It is let go of with `user`, whose scans and writes are over when they return."""
    if DEFAULT.kind == "memory":
        return MemoryDatabase(clock, migrated())
    if DEFAULT.kind == "postgres":
        from tests.support.postgres import EMPTIED  # brings asyncpg and a server

        shared = EMPTIED.take(clock)
        weakref.finalize(user, EMPTIED.give_back, shared)
        return shared
    folder = tempfile.TemporaryDirectory(prefix="spokedesk-test-", dir=QUICK_DISK)
    opened = FileDatabase(with_schema(Path(folder.name)), clock)
    weakref.finalize(user, folder.cleanup)
    weakref.finalize(user, opened.close)
    return Waited(opened)


class Waited:
    """A database whose scans and writes are over when the call returns; `done` runs on the calling thread."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.dialect = database.dialect
        self.ephemeral = database.ephemeral

    def read(self, account_id: int, work: Work[Any], done: Done) -> None:
        done(*waited(self.database.read, account_id, work))

    def scan(self, account_id: int, work: Work[Any], done: Done) -> None:
        done(*waited(self.database.scan, account_id, work))

    def write(self, account_id: int, work: Work[Any], done: Done, *, brief: bool = False) -> None:
        done(*waited(self.database.write, account_id, work))

    def on_loop(self, post: Callable[[Callable[[], None]], None]) -> None:
        self.database.on_loop(post)

    def close(self) -> None:
        self.database.close()


def waited(submit: Callable[[int, Work[Any], Done], None], account_id: int, work: Work[Any]) -> tuple[Any, Any]:
    """Submit and wait for (result, error)."""
    finished = threading.Event()
    outcome: list[Any] = []

    def done(result: Any, error: BaseException | None) -> None:
        outcome.extend((result, error))
        finished.set()

    submit(account_id, work, done)
    assert finished.wait(30), "no answer within 30 s"
    return outcome[0], outcome[1]


def write(database: Database, work: Work[T]) -> T:
    """One committed write on the account; raises what the write raised."""
    return write_and_wait(database, ACCOUNT_ID, work)


def read(database: Database, work: Work[T]) -> T:
    return read_and_wait(database, ACCOUNT_ID, work)


def scan(database: Database, work: Work[Any]) -> Any:
    result, error = waited(database.scan, ACCOUNT_ID, work)
    if error is not None:
        raise error
    return result


def make_account(database: Database) -> None:
    write(database, lambda tx: open_account(tx, ACCOUNT, "Test"))


def create_work(values: Iterable[Mapping[str, str]], object_type: str = "tickets") -> Work[list[int]]:
    """A write that creates records and returns their ids."""
    inputs = [NewRecord(dict(item)) for item in values]

    async def work(tx: Transaction) -> list[int]:
        context = Context(ACCOUNT, SOURCE, tx.now)
        definitions = await load_definitions(tx, ACCOUNT, standard_type(object_type))
        outcomes = await create_records(tx, context, definitions, inputs)
        for outcome in outcomes:
            if outcome.error is not None:
                raise outcome.error
        return [outcome.record.id for outcome in outcomes if outcome.record is not None]

    return work


def update_work(record_id: int, values: Mapping[str, str], object_type: str = "tickets") -> Work[int]:
    """A write that updates a record and returns its new `updated_at`."""

    async def work(tx: Transaction) -> int:
        kind = standard_type(object_type)
        context = Context(ACCOUNT, SOURCE, tx.now)
        definitions = await load_definitions(tx, ACCOUNT, kind)
        found = await get_records(tx, kind.id, [record_id])
        update = RecordUpdate(str(record_id), None, dict(values))
        (outcome,) = await update_records(tx, context, definitions, [update], [found.get(record_id)])
        if outcome.error is not None:
            raise outcome.error
        assert outcome.record is not None
        return outcome.record.updated_at

    return work


def ticket(subject: str, **values: str) -> dict[str, str]:
    return {"subject": subject, "hs_pipeline_stage": "1", **values}


def read_subjects(database: Database) -> dict[int, str]:
    """Subjects of all live tickets by id."""

    async def work(tx: Transaction) -> Sequence[Any]:
        return await tx.rows(
            "SELECT id, properties ->> 'subject' FROM record "
            "WHERE account_id = :account_id AND object_type = '0-5' AND archived_at IS NULL ORDER BY id"
        )

    return dict(read(database, work))


def one_value(sql: str, **params: Any) -> Work[Any]:
    """A statement whose first column of the first row is wanted."""

    async def work(tx: Transaction) -> Any:
        row = await tx.row(sql, **params)
        return None if row is None else row[0]

    return work


async def table_names(tx: Transaction) -> list[str]:
    """Every table that has accounts in it."""
    listed = {
        "sqlite": "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name",
        "postgres": "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
    }
    of_nodes = ("schema_version", "write_mark")
    return [row[0] for row in await tx.rows(listed[tx.dialect.name]) if row[0] not in of_nodes]
