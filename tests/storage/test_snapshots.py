"""An answer never mixes two states, and a copy in memory lives a life of its own."""

from __future__ import annotations

import threading
import time

import pytest

from spokedesk.storage.database import Database, Transaction, read_and_wait
from spokedesk.storage.sqlite import FileDatabase, MemoryDatabase
from tests.support.stores import (
    create_work,
    make_account,
    one_value,
    read,
    read_subjects,
    scan,
    ticket,
    update_work,
    write,
)

COUNT = "SELECT COUNT(*) FROM record WHERE account_id = :account_id"


def test_a_read_of_several_statements_sees_one_state(files: FileDatabase) -> None:
    """Writes that are committed between two statements of a read come after it."""
    write(files, create_work([ticket("one")]))

    async def work(tx: Transaction) -> tuple[int, int]:
        before = await one_value(COUNT)(tx)
        write(files, create_work([ticket("meanwhile")]))
        return before, await one_value(COUNT)(tx)

    assert read(files, work) == (1, 1)
    assert read(files, one_value(COUNT)) == 2


def test_a_scan_of_several_statements_sees_one_state(files: FileDatabase) -> None:
    write(files, create_work([ticket("one")]))

    async def work(tx: Transaction) -> tuple[int, int]:
        before = await one_value(COUNT)(tx)
        write(files, create_work([ticket("meanwhile")]))
        return before, await one_value(COUNT)(tx)

    assert scan(files, work) == (1, 1)
    assert scan(files, one_value(COUNT)) == 2


def test_readers_never_see_half_of_a_write(files: FileDatabase) -> None:
    """One writer moves two tickets together; whoever reads both finds them equal."""
    first, second = write(files, create_work([ticket("0"), ticket("0")]))
    stop = threading.Event()

    async def both(tx: Transaction, text: str) -> None:
        await update_work(first, {"subject": text})(tx)
        await update_work(second, {"subject": text})(tx)

    def keep_writing() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            write(files, lambda tx, text=str(number): both(tx, text))  # type: ignore[misc]

    async def look(tx: Transaction) -> tuple[str, str]:
        sql = "SELECT properties ->> 'subject' FROM record WHERE account_id = :account_id AND id = :id"
        return await one_value(sql, id=first)(tx), await one_value(sql, id=second)(tx)

    thread = threading.Thread(target=keep_writing)
    thread.start()
    seen: set[tuple[str, str]] = set()
    deadline = time.monotonic() + 20
    try:
        while len(seen) < 20 and time.monotonic() < deadline:
            seen.update((read(files, look), scan(files, look)))
    finally:
        stop.set()
        thread.join()
    assert len(seen) >= 20, "the writer wrote meanwhile"
    assert [pair for pair in seen if pair[0] != pair[1]] == []


def test_a_write_is_seen_by_the_next_read_and_scan(database: Database) -> None:
    for number in range(1, 6):
        write(database, create_work([ticket("x")]))
        assert read(database, one_value(COUNT)) == number
        assert scan(database, one_value(COUNT)) == number


def test_a_read_that_fails_does_not_hold_its_snapshot(database: Database) -> None:
    async def work(tx: Transaction) -> None:
        await one_value(COUNT)(tx)
        raise LookupError

    for reader in (read, scan):
        with pytest.raises(LookupError):
            reader(database, work)
    write(database, create_work([ticket("later")]))
    assert read(database, one_value(COUNT)) == scan(database, one_value(COUNT)) == 1


def test_an_account_never_sees_another(database: Database) -> None:
    write(database, create_work([ticket("ours")]))
    assert read_and_wait(database, 1, one_value(COUNT)) == 0
    assert read(database, one_value(COUNT)) == 1


def test_a_copy_in_memory_begins_as_its_parent() -> None:
    parent = MemoryDatabase()
    make_account(parent)
    write(parent, create_work([ticket("parent")]))
    child = MemoryDatabase(parent=parent)
    assert read_subjects(child) == read_subjects(parent) == {1001: "parent"}


def test_a_copy_in_memory_and_its_parent_do_not_see_each_other() -> None:
    parent = MemoryDatabase()
    make_account(parent)
    write(parent, create_work([ticket("parent")]))
    first, second = MemoryDatabase(parent=parent), MemoryDatabase(parent=parent)
    write(first, create_work([ticket("first")]))
    write(second, update_work(1001, {"subject": "second"}))
    write(parent, create_work([ticket("later")]))
    assert read_subjects(first) == {1001: "parent", 1002: "first"}
    assert read_subjects(second) == {1001: "second"}
    assert read_subjects(parent) == {1001: "parent", 1002: "later"}
    parent.close()
    assert read_subjects(second) == {1001: "second"}


def test_a_copy_in_memory_goes_on_in_its_parents_time() -> None:
    times = iter([5000, 5000, 5000, 1000, 1000, 1000])
    parent = MemoryDatabase(lambda: next(times))
    make_account(parent)
    child = MemoryDatabase(lambda: 1000, parent)

    async def now(tx: Transaction) -> int:
        return tx.now

    assert read(child, now) == 5000
