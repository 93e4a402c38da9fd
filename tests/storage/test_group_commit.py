"""Waiting writes share one commit; an answer never comes before it; a failed one is believed by nobody."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw
import pytest

from spokedesk.errors import InvalidRequest, Unavailable
from spokedesk.storage.database import Database, Transaction, Work, read_and_wait
from spokedesk.storage.sqlite import FileDatabase
from spokedesk.storage.writer import GROUP_LIMIT
from tests.support.recording_vfs import Recording
from tests.support.stores import (
    ACCOUNT_ID,
    EMBEDDED,
    create_work,
    make_account,
    one_value,
    open_database,
    read_subjects,
    ticket,
    write,
)

HOLDER = 1
"""Commits of the write that keeps the writer busy."""


class Answers:
    """Collects what writes came to, in order."""

    def __init__(self) -> None:
        self.found: list[tuple[int, Any, BaseException | None]] = []
        self.arrived = threading.Condition()

    def submit(self, database: Database, number: int, work: Work[Any]) -> None:
        def done(result: Any, error: BaseException | None) -> None:
            with self.arrived:
                self.found.append((number, result, error))
                self.arrived.notify_all()

        database.write(ACCOUNT_ID, work, done)

    def wait(self, count: int) -> Sequence[tuple[int, Any, BaseException | None]]:
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.found) >= count, 30), f"{len(self.found)} of {count} answers"
        return self.found

    def errors(self) -> dict[int, BaseException]:
        return {number: error for number, _, error in self.found if error is not None}


@contextmanager
def held_writer(database: Database) -> Iterator[None]:
    """Keep the writer busy, so that what is submitted meanwhile becomes one group."""
    entered, go_on = threading.Event(), threading.Event()

    async def work(tx: Transaction) -> None:
        entered.set()
        assert go_on.wait(30)

    answers = Answers()
    answers.submit(database, 0, work)
    assert entered.wait(30)
    try:
        yield
    finally:
        go_on.set()
        answers.wait(1)


def commits(database: FileDatabase) -> list[str]:
    """From now on, one entry per commit of the writing connection."""
    seen: list[str] = []

    def hook() -> bool:
        seen.append("commit")
        return False

    assert database.commit.connection is not None
    database.commit.connection.set_commit_hook(hook)
    return seen


def create(subject: str) -> Work[list[int]]:
    return create_work([ticket(subject)])


async def refused(tx: Transaction) -> None:
    await create("never")(tx)
    raise InvalidRequest("no")


def test_waiting_writes_share_one_commit(files: FileDatabase) -> None:
    answers = Answers()
    seen = commits(files)
    with held_writer(files):
        for number in range(20):
            answers.submit(files, number, create(str(number)))
    answers.wait(20)
    assert (len(seen), len(read_subjects(files)), answers.errors()) == (HOLDER + 1, 20, {})


def test_a_group_has_a_limit_and_the_rest_forms_the_next(files: FileDatabase) -> None:
    answers = Answers()
    seen = commits(files)
    with held_writer(files):
        for number in range(GROUP_LIMIT + 1):
            answers.submit(files, number, create(str(number)))
    answers.wait(GROUP_LIMIT + 1)
    assert (len(seen), len(read_subjects(files))) == (HOLDER + 2, GROUP_LIMIT + 1)


def test_writes_are_executed_and_answered_in_the_order_of_arrival(files: FileDatabase) -> None:
    answers = Answers()
    with held_writer(files):
        for number in range(30):
            answers.submit(files, number, create(str(number)))
    assert [number for number, _, _ in answers.wait(30)] == list(range(30))
    assert list(read_subjects(files).values()) == [str(number) for number in range(30)]


def test_an_error_undoes_its_own_write_only(database: Database) -> None:
    answers = Answers()
    answers.submit(database, 0, create("before"))
    answers.submit(database, 1, refused)
    answers.submit(database, 2, create("after"))
    answers.wait(3)
    assert list(read_subjects(database).values()) == ["before", "after"]
    assert [str(error) for error in answers.errors().values()] == ["no"]


def test_an_error_in_a_group_undoes_its_own_write_only(files: FileDatabase) -> None:
    answers = Answers()
    seen = commits(files)
    with held_writer(files):
        for number in range(10):
            answers.submit(files, number, refused if number % 3 == 0 else create(str(number)))
    answers.wait(10)
    assert sorted(answers.errors()) == [0, 3, 6, 9]
    assert list(read_subjects(files).values()) == ["1", "2", "4", "5", "7", "8"]
    assert len(seen) == HOLDER + 1


def test_numbers_of_a_refused_write_are_given_out_again(database: Database) -> None:
    (first,) = write(database, create("first"))
    with pytest.raises(InvalidRequest):
        write(database, refused)
    assert write(database, create("second")) == [first + 1]


def test_nothing_is_answered_before_the_commit(files: FileDatabase) -> None:
    """Every answer of a group finds its own and all the others' rows committed, seen from another connection."""
    visible: list[int] = []
    answered = threading.Semaphore(0)

    def done(result: Any, error: BaseException | None) -> None:
        other = apsw.Connection(files.path, apsw.SQLITE_OPEN_READONLY)
        visible.extend(row[0] for row in other.execute("SELECT COUNT(*) FROM record"))
        other.close()
        answered.release()

    with held_writer(files):
        for number in range(5):
            files.write(ACCOUNT_ID, create(str(number)), done)
    for _ in range(5):
        assert answered.acquire(timeout=30)
    assert visible == [5] * 5


def test_no_answer_leaves_while_the_disk_is_still_syncing(recorded_files: FileDatabase, recording: Recording) -> None:
    answers = Answers()
    for number in range(50):
        answers.submit(recorded_files, number, lambda tx, text=str(number): marked(tx, recording, text))  # type: ignore[misc]
    answers.wait(50)
    executed = [index for index, item in enumerate(recording.operations) if item.kind == "mark"]
    assert len(executed) == 50
    last_write = max(i for i, item in enumerate(recording.operations) if item.kind == "write")
    last_sync = max(i for i, item in enumerate(recording.operations) if item.kind == "sync")
    assert executed[-1] < last_write < last_sync


async def marked(tx: Transaction, recording: Recording, text: str) -> None:
    await create(text)(tx)
    recording.mark(text)


@pytest.mark.parametrize(
    ("kind", "suffix", "error"),
    [
        ("sync", "-wal", apsw.IOError),
        ("write", "-wal", apsw.IOError),
        ("write", "-wal", apsw.FullError),
    ],
)
def test_a_failed_commit_is_told_to_the_whole_group(
    recorded_files: FileDatabase, recording: Recording, kind: str, suffix: str, error: type[apsw.Error]
) -> None:
    write(recorded_files, create("before"))
    answers = Answers()
    with held_writer(recorded_files):
        for number in range(5):
            answers.submit(recorded_files, number, create(f"lost {number}"))
        fault = recording.fail(kind, suffix, error=error)
    answers.wait(5)
    assert fault.hits == 1
    assert {type(error) for error in answers.errors().values()} == {Unavailable}
    assert len(answers.errors()) == 5
    assert list(read_subjects(recorded_files).values()) == ["before"]


def test_the_store_is_reopened_after_a_failed_commit_and_works_again(
    recorded_files: FileDatabase, recording: Recording
) -> None:
    write(recorded_files, create("before"))
    believed = recorded_files.commit.connection
    recording.fail("sync", "-wal")
    with pytest.raises(Unavailable):
        write(recorded_files, create("lost"))
    assert recorded_files.commit.connection is None
    write(recorded_files, create("after"))
    assert recorded_files.commit.connection is not believed
    assert list(read_subjects(recorded_files).values()) == ["before", "after"]


def test_a_failed_sync_is_never_repeated_and_believed(recorded_files: FileDatabase, recording: Recording) -> None:
    """What comes after a failed sync is written anew before it is synced: the next commit rests on its own sync."""
    write(recorded_files, create("before"))
    recording.fail("sync", "-wal")
    with pytest.raises(Unavailable):
        write(recorded_files, create("lost"))
    recording.mark("failed")
    write(recorded_files, create("after"))
    failed = next(i for i, item in enumerate(recording.operations) if item.note == "failed")
    kinds = [item.kind for item in recording.operations[failed + 1 :] if item.file.endswith("-wal")]
    assert kinds[0] == "write"
    assert kinds[-1] == "sync"


def test_a_disk_that_stays_full_refuses_writes_and_goes_on_reading(
    recorded_files: FileDatabase, recording: Recording
) -> None:
    write(recorded_files, create("before"))
    fault = recording.fail("write", "-wal", error=apsw.FullError, times=10**9)
    for number in range(3):
        with pytest.raises(Unavailable):
            write(recorded_files, create(f"lost {number}"))
        assert list(read_subjects(recorded_files).values()) == ["before"]
    fault.times = 0
    write(recorded_files, create("after"))
    assert list(read_subjects(recorded_files).values()) == ["before", "after"]


def test_an_io_error_inside_a_statement_fails_the_group_not_the_server(
    recorded_files: FileDatabase, recording: Recording
) -> None:
    """A cache that is too small for the transaction makes statements write to the log before the commit."""
    connection = recorded_files.commit.connection
    assert connection is not None
    connection.execute("PRAGMA cache_size = 1")
    fault = recording.fail("write", "-wal", error=apsw.IOError)
    with pytest.raises(Unavailable):
        write(recorded_files, create_work([ticket(f"{number} {'x' * 4000}") for number in range(100)]))
    assert fault.hits == 1
    write(recorded_files, create("after"))
    assert list(read_subjects(recorded_files).values()) == ["after"]


@pytest.mark.parametrize("error", [apsw.CorruptError, apsw.NoMemError, apsw.ReadOnlyError, apsw.CantOpenError])
def test_a_write_that_meets_a_broken_file_fails_its_group(files: FileDatabase, error: type[apsw.Error]) -> None:
    """Also where SQLite itself would let the transaction go on."""

    async def broken(tx: Transaction) -> None:
        raise error("planted")

    answers = Answers()
    believed = files.commit.connection
    with held_writer(files):
        answers.submit(files, 1, create("lost"))
        answers.submit(files, 2, broken)
    answers.wait(2)
    assert [type(error) for error in answers.errors().values()] == [Unavailable, Unavailable]
    write(files, create("after"))
    assert files.commit.connection is not believed
    assert list(read_subjects(files).values()) == ["after"]


def test_definitions_remembered_from_a_lost_group_are_forgotten(
    recorded_files: FileDatabase, recording: Recording
) -> None:
    recorded_files.cache["remembered"] = "from a write that never was"
    recording.fail("sync", "-wal")
    with pytest.raises(Unavailable):
        write(recorded_files, create("lost"))
    write(recorded_files, create("after"))
    assert "remembered" not in recorded_files.cache


def test_a_listener_that_fails_does_not_keep_others_from_their_answer(files: FileDatabase) -> None:
    def deaf(result: Any, error: BaseException | None) -> None:
        raise RuntimeError("the client is gone")

    answers = Answers()
    with held_writer(files):
        files.write(ACCOUNT_ID, create("one"), deaf)
        answers.submit(files, 1, create("two"))
    answers.wait(1)
    write(files, create("three"))
    assert list(read_subjects(files).values()) == ["one", "two", "three"]


def test_writes_that_wait_are_executed_before_the_store_closes(files: FileDatabase) -> None:
    answers = Answers()
    closing = threading.Thread(target=files.close)
    with held_writer(files):
        for number in range(10):
            answers.submit(files, number, create(str(number)))
        closing.start()
    closing.join(30)
    assert (len(answers.wait(10)), answers.errors()) == (10, {})
    with pytest.raises(Unavailable):
        files.write(ACCOUNT_ID, create("late"), lambda result, error: None)


@pytest.mark.parametrize("kind", EMBEDDED)
def test_a_write_that_suspends_is_refused_and_undone(kind: str, tmp_path: Path) -> None:
    database = open_database(kind, tmp_path)
    make_account(database)

    class Pause:
        def __await__(self) -> Generator[None, None, None]:
            yield

    async def work(tx: Transaction) -> None:
        await create("half")(tx)
        await Pause()

    with pytest.raises(RuntimeError, match="suspended"):
        write(database, work)
    assert read_subjects(database) == {}
    database.close()


def test_the_server_stays_the_only_one_to_checkpoint(files: FileDatabase) -> None:
    """Readers cannot write, so they cannot move the log into the file either."""
    write(files, create("one"))
    assert read_and_wait(files, ACCOUNT_ID, one_value("PRAGMA query_only")) == 1
    with pytest.raises(apsw.ReadOnlyError):
        files.reader.connection.execute("DELETE FROM record")
