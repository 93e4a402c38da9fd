"""An answer never mixes two states, and a copy in memory lives a life of its own."""

from __future__ import annotations

import threading
import time
from functools import partial
from pathlib import Path

import apsw
import pytest

from spokedesk.errors import SearchTooExpensive
from spokedesk.storage.database import Database, Transaction, read_and_wait
from spokedesk.storage.sqlite import FileDatabase, MemoryDatabase, write_beside
from tests.support.loops import Loop
from tests.support.stores import (
    ACCOUNT_ID,
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

WRITES = 60
LONG_COUNT = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) SELECT COUNT(*) FROM n"
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


def beside(files: FileDatabase, subject: str) -> None:
    """A ticket that another process commits."""
    write_beside(Path(files.path).parent, ACCOUNT_ID, create_work([ticket(subject)]))


def test_reads_of_one_turn_of_the_loop_see_one_state_and_the_next_turn_sees_what_came(
    loop: Loop, looped: FileDatabase
) -> None:
    def turn() -> tuple[int, int]:
        before = read(looped, one_value(COUNT))
        beside(looped, "meanwhile")
        return before, read(looped, one_value(COUNT))

    assert loop.run(turn) == (0, 0)
    assert loop.run(lambda: read(looped, one_value(COUNT))) == 1


def test_a_changed_state_is_noticed_in_the_next_turn(loop: Loop, looped: FileDatabase) -> None:
    async def state(tx: Transaction) -> tuple[int, int]:
        return await tx.state()

    first = loop.run(lambda: read(looped, state))
    assert loop.run(lambda: read(looped, state)) == first
    beside(looped, "another state")
    assert loop.run(lambda: read(looped, state)) != first


def test_a_read_that_fails_leaves_the_others_of_its_turn_alone(loop: Loop, looped: FileDatabase) -> None:
    async def wrong(tx: Transaction) -> None:
        await tx.rows("SELECT nothing FROM nowhere")

    def turn() -> tuple[int, int]:
        before = read(looped, one_value(COUNT))
        with pytest.raises(apsw.SQLError):
            read(looped, wrong)
        return before, read(looped, one_value(COUNT))

    assert loop.run(turn) == (0, 0)
    write(looped, create_work([ticket("later")]))
    assert loop.run(lambda: read(looped, one_value(COUNT))) == 1


def test_a_read_that_takes_too_long_is_stopped_and_the_next_is_not(loop: Loop, looped: FileDatabase) -> None:
    looped.budget_seconds = 0.05
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n"

    def turn() -> int:
        with pytest.raises(SearchTooExpensive):
            read(looped, one_value(numbers))
        return int(read(looped, one_value(COUNT)))

    assert loop.run(turn) == 0


def test_who_is_told_of_a_write_finds_it_while_others_read_in_the_same_turns(loop: Loop, looped: FileDatabase) -> None:
    """Reads keep snapshots open in every turn; brief and other writes, one after another, are answered between them."""
    ended, found, states = threading.Event(), list[bool](), set[int]()

    def write_next() -> None:
        subject = f"number {len(found)}"
        looped.write(ACCOUNT_ID, create_work([ticket(subject)]), partial(look, subject), brief=len(found) % 3 > 0)

    def look(subject: str, result: object, error: BaseException | None) -> None:
        found.append(error is None and subject in read_subjects(looped).values())
        if len(found) < WRITES:
            write_next()
        else:
            ended.set()

    def keep_reading() -> None:
        states.add(int(read(looped, one_value(COUNT))))
        if not ended.is_set():
            loop.loop.call_soon(keep_reading)

    loop.run(keep_reading)
    loop.run(write_next)
    assert ended.wait(30)
    assert found == [True] * WRITES
    assert len(states) > WRITES / 2, "reads came between the commits"


def test_a_database_is_closed_while_the_loop_is_still_reading(files: FileDatabase, loop: Loop) -> None:
    """Nothing is in the way of closing, and nothing is written over what is read: the reads just end."""
    reading = threading.Event()

    def keep_reading() -> None:
        reading.set()
        try:
            read(files, one_value(LONG_COUNT))
        except apsw.ConnectionClosedError:
            return
        loop.loop.call_soon(keep_reading)

    loop.run(lambda: files.on_loop(loop.post))
    loop.post(keep_reading)
    assert reading.wait(30)
    files.close()
    assert not is_open(files)


def is_open(files: FileDatabase) -> bool:
    try:
        files.reader.connection.execute("SELECT 1")
    except apsw.ConnectionClosedError:
        return False
    return True
