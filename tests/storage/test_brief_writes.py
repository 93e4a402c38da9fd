"""Brief writes are executed on the event loop and committed on the writer's thread; others do not touch the loop."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path
from typing import Any

import apsw
import pytest

from spokedesk.errors import InvalidRequest, Unavailable
from spokedesk.storage.database import Done, Transaction, Work
from spokedesk.storage.sqlite import FileDatabase
from spokedesk.storage.writer import BRIEF_LIMIT
from tests.support.loops import Loop
from tests.support.recording_vfs import Recording
from tests.support.stores import ACCOUNT_ID, create_work, read_subjects, ticket, write


class Answers:
    """What writes came to, by name, in order."""

    def __init__(self) -> None:
        self.found: dict[Any, tuple[Any, BaseException | None]] = {}
        self.threads: set[int] = set()
        self.arrived = threading.Condition()

    def of(self, name: Any) -> Done:
        def done(result: Any, error: BaseException | None) -> None:
            with self.arrived:
                self.found[name] = result, error
                self.threads.add(threading.get_ident())
                self.arrived.notify_all()

        return done

    def wait(self, count: int) -> dict[Any, tuple[Any, BaseException | None]]:
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.found) >= count, 30), f"{len(self.found)} of {count} answers"
        return self.found


def create(subject: str, threads: list[int] | None = None) -> Work[Any]:
    async def work(tx: Transaction) -> Any:
        if threads is not None:
            threads.append(threading.get_ident())
        return await create_work([ticket(subject)])(tx)

    return work


class Commits:
    """The threads that commit; `hold` makes each of them wait until `go_on`."""

    def __init__(self, database: FileDatabase, *, hold: bool = False) -> None:
        self.threads: list[int] = []
        self.begun, self.go_on = threading.Event(), threading.Event()
        if not hold:
            self.go_on.set()
        assert database.commit.connection is not None
        database.commit.connection.set_commit_hook(self.hook)

    def hook(self) -> bool:
        self.threads.append(threading.get_ident())
        self.begun.set()
        assert self.go_on.wait(30)
        return False


def submit(loop: Loop, database: FileDatabase, answers: Answers, works: dict[Any, Work[Any]], **options: Any) -> None:
    """All of them in one turn of the loop."""

    def write_all() -> None:
        for name, work in works.items():
            database.write(ACCOUNT_ID, work, answers.of(name), **options)

    loop.run(write_all)


def test_they_run_on_the_loop_and_share_a_commit_on_the_writers_thread(loop: Loop, looped: FileDatabase) -> None:
    answers, threads, commits = Answers(), list[int](), Commits(looped)
    submit(loop, looped, answers, {number: create(str(number), threads) for number in range(10)}, brief=True)
    assert all(error is None for _, error in answers.wait(10).values())
    assert set(threads) == answers.threads == {loop.thread.ident}
    assert commits.threads == [looped.writer.thread.ident]
    assert list(read_subjects(looped).values()) == [str(number) for number in range(10)]


def test_others_run_on_the_writers_thread(loop: Loop, looped: FileDatabase) -> None:
    answers, threads = Answers(), list[int]()
    submit(loop, looped, answers, {"long": create("long", threads)})
    answers.wait(1)
    assert threads == [looped.writer.thread.ident]
    assert answers.threads == {loop.thread.ident}


def test_a_group_on_the_loop_has_a_limit(loop: Loop, looped: FileDatabase) -> None:
    answers, commits = Answers(), Commits(looped)
    submit(loop, looped, answers, {number: create(str(number)) for number in range(BRIEF_LIMIT + 1)}, brief=True)
    answers.wait(BRIEF_LIMIT + 1)
    assert len(commits.threads) == 2


def test_no_answer_comes_before_the_commit_and_the_loop_goes_on_meanwhile(loop: Loop, looped: FileDatabase) -> None:
    answers, commits = Answers(), Commits(looped, hold=True)
    submit(loop, looped, answers, {"held": create("held")}, brief=True)
    assert commits.begun.wait(30)
    submit(loop, looped, answers, {"next": create("next")}, brief=True)
    for _ in range(20):
        assert loop.run(lambda: read_subjects(looped)) == {}, "reads see what is committed, and wait for nobody"
        time.sleep(0.01)
    assert answers.found == {}
    commits.go_on.set()
    answers.wait(2)
    assert list(read_subjects(looped).values()) == ["held", "next"]


def test_brief_and_long_writes_are_executed_in_the_order_of_arrival(loop: Loop, looped: FileDatabase) -> None:
    answers, commits = Answers(), Commits(looped, hold=True)
    submit(loop, looped, answers, {"first": create("first")}, brief=True)
    assert commits.begun.wait(30)
    for number in range(12):
        submit(loop, looped, answers, {number: create(str(number))}, brief=number % 3 != 0)
    commits.go_on.set()
    answers.wait(13)
    assert list(read_subjects(looped).values()) == ["first", *map(str, range(12))]
    assert list(answers.found) == ["first", *range(12)]


def test_a_long_write_leaves_the_loop_to_others(loop: Loop, looped: FileDatabase) -> None:
    go_on, entered, answers = threading.Event(), threading.Event(), Answers()

    async def work(tx: Transaction) -> None:
        entered.set()
        assert go_on.wait(30)

    submit(loop, looped, answers, {"long": work})
    assert entered.wait(30)
    submit(loop, looped, answers, {"brief": create("brief")}, brief=True)
    assert loop.run(lambda: read_subjects(looped)) == {}
    assert answers.found == {}
    go_on.set()
    answers.wait(2)
    assert list(read_subjects(looped).values()) == ["brief"]


def test_a_refused_one_undoes_itself_alone(loop: Loop, looped: FileDatabase) -> None:
    async def refused(tx: Transaction) -> None:
        await create("never")(tx)
        raise InvalidRequest("no")

    answers = Answers()
    submit(loop, looped, answers, {"one": create("one"), "bad": refused, "two": create("two")}, brief=True)
    errors = {name: type(error) for name, (_, error) in answers.wait(3).items()}
    assert errors == {"one": type(None), "bad": InvalidRequest, "two": type(None)}
    assert list(read_subjects(looped).values()) == ["one", "two"]


@pytest.mark.parametrize("kind", ["sync", "write"])
def test_a_failed_commit_is_told_to_the_whole_group_and_the_file_is_opened_anew(
    loop: Loop, recorded_files: FileDatabase, recording: Recording, kind: str
) -> None:
    loop.run(lambda: recorded_files.on_loop(loop.post))
    believed = recorded_files.commit.connection
    answers = Answers()
    fault = recording.fail(kind, "-wal")
    submit(loop, recorded_files, answers, {number: create("lost") for number in range(5)}, brief=True)
    assert {type(error) for _, error in answers.wait(5).values()} == {Unavailable}
    assert fault.hits == 1
    submit(loop, recorded_files, answers, {"after": create("after")}, brief=True)
    assert answers.wait(6)["after"][1] is None
    assert recorded_files.commit.connection is not believed
    assert list(read_subjects(recorded_files).values()) == ["after"]


def test_a_broken_file_inside_a_statement_fails_the_group(loop: Loop, looped: FileDatabase) -> None:
    async def broken(tx: Transaction) -> None:
        raise apsw.CorruptError("planted")

    answers = Answers()
    submit(loop, looped, answers, {"lost": create("lost"), "broken": broken}, brief=True)
    assert {type(error) for _, error in answers.wait(2).values()} == {Unavailable}
    submit(loop, looped, answers, {"after": create("after")}, brief=True)
    answers.wait(3)
    assert list(read_subjects(looped).values()) == ["after"]


def test_the_loop_does_not_wait_for_a_command_that_holds_the_file(loop: Loop, looped: FileDatabase) -> None:
    command = apsw.Connection(looped.path)
    command.execute("BEGIN IMMEDIATE")
    answers = Answers()
    began = time.monotonic()
    submit(loop, looped, answers, {"waits": create("waits")}, brief=True)
    for _ in range(20):
        assert loop.run(lambda: read_subjects(looped)) == {}
    assert time.monotonic() - began < 2
    assert answers.found == {}
    command.execute("ROLLBACK")
    command.close()
    assert answers.wait(1)["waits"][1] is None
    assert list(read_subjects(looped).values()) == ["waits"]


def test_closing_executes_what_waits_also_when_the_loop_is_gone(files: FileDatabase) -> None:
    running = Loop()
    running.run(lambda: files.on_loop(running.post))
    answers, commits = Answers(), Commits(files, hold=True)
    submit(running, files, answers, {"held": create("held")}, brief=True)
    assert commits.begun.wait(30)
    submit(running, files, answers, {number: create(str(number)) for number in range(5)}, brief=True)
    running.end()
    commits.go_on.set()
    files.close()
    again = FileDatabase(Path(files.path).parent)
    assert list(read_subjects(again).values()) == ["held", *map(str, range(5))]
    again.close()


def test_closing_while_brief_writes_come_loses_none_of_the_taken(loop: Loop, looped: FileDatabase) -> None:
    """They come from the loop while another thread closes: each is either refused at once, or executed."""
    taken, refused, answers = list[int](), list[int](), Answers()
    entered = threading.Event()

    async def keep_writing() -> None:
        for number in range(2000):
            try:
                looped.write(ACCOUNT_ID, create(str(number)), answers.of(number), brief=number % 5 > 0)
            except Unavailable:
                refused.append(number)
            else:
                taken.append(number)
            if number % 10 == 0:
                entered.set()
                await asyncio.sleep(0)

    started = asyncio.run_coroutine_threadsafe(keep_writing(), loop.loop)
    assert entered.wait(30)
    looped.close()
    started.result(30)
    assert all(error is None for _, error in answers.wait(len(taken)).values())
    assert len(taken) + len(refused) == 2000


def test_before_there_is_a_loop_brief_writes_need_none(files: FileDatabase) -> None:
    threads: list[int] = []
    answers = Answers()
    files.write(ACCOUNT_ID, create("early", threads), answers.of("early"), brief=True)
    answers.wait(1)
    assert threads == [files.writer.thread.ident]
    assert write(files, create("later")) == [1002]
