"""PostgreSQL as nodes use it: shared queries and transactions, one state per read, one writer per account, news."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from spokedesk.engine.tokens import create_token, find_grant
from spokedesk.errors import InvalidRequest, StoreError, Unavailable
from spokedesk.storage import postgres_writer
from spokedesk.storage.accounts import mark_definitions_changed
from spokedesk.storage.database import Transaction
from spokedesk.storage.point_reads import many_of
from spokedesk.storage.postgres import PostgresDatabase
from spokedesk.storage.postgres_url import shown_url, split_url
from spokedesk.storage.records import find_record
from spokedesk.storage.revisions import list_changes
from tests.support.api import Clock
from tests.support.nodes import Node, ended, nodes
from tests.support.postgres import EMPTIED, Databases, databases, end_connections, execute, fetch, started
from tests.support.stores import ACCOUNT_ID, create_work, let_go, make_account, one_value, read, ticket, update_work

TICKETS = "0-5"


@pytest.fixture
def url() -> Iterator[str]:
    """An account in a database of its own."""
    made = databases().copy()
    database = PostgresDatabase(made)
    make_account(database)
    database.close()
    yield made
    databases().drop(made)


@pytest.fixture
def node(url: str) -> Iterator[Node]:
    with nodes(url) as (only,):
        yield only


@pytest.fixture
def pair(url: str) -> Iterator[list[Node]]:
    with nodes(url, 2) as both:
        yield both


def subject_of(record_id: int) -> Any:
    async def work(tx: Transaction) -> str | None:
        record = await find_record(tx, TICKETS, record_id)
        return None if record is None else record.properties["subject"]

    return work


def test_waiting_point_reads_share_a_query(node: Node) -> None:
    ids = node.write(create_work([ticket(f"number {number}") for number in range(100)]))
    node.read(subject_of(ids[0]))
    before = node.database.points.groups
    answers = [future.result() for future in ended(node.submit_all("read", [subject_of(key) for key in [*ids, 7]]))]
    assert answers == [*(f"number {number}" for number in range(100)), None]
    assert node.database.points.groups - before < 20


def test_a_shared_query_asks_for_each_set_of_parameters() -> None:
    text = many_of("SELECT a FROM t WHERE b = $1 AND c = $2 AND d = $1", ["int8", "text"])
    assert text == (
        "SELECT asked.place, found.* FROM unnest($1::int8[], $2::text[]) "
        "WITH ORDINALITY AS asked(parameter_1, parameter_2, place) CROSS JOIN LATERAL "
        "(SELECT a FROM t WHERE b = asked.parameter_1 AND c = asked.parameter_2 AND d = asked.parameter_1) AS found"
    )


def test_waiting_writes_share_a_transaction_and_a_bad_one_is_undone_alone(node: Node) -> None:
    async def fails(tx: Transaction) -> None:
        await create_work([ticket("half done")])(tx)
        raise InvalidRequest("no")

    works: list[Any] = [create_work([ticket(f"number {number}")]) for number in range(30)]
    works[10:10] = [fails]
    works.append(fails)
    before = node.database.writers.groups
    results = ended(node.submit_all("write", works))
    assert [place for place, future in enumerate(results) if future.exception()] == [10, 31]
    assert node.database.writers.groups - before <= 3
    subjects = node.read(lambda tx: tx.rows("SELECT properties ->> 'subject' FROM record ORDER BY id"))
    assert [row[0] for row in subjects] == [f"number {number}" for number in range(30)]


def test_a_mistake_in_a_statement_is_undone_alone_as_well(node: Node) -> None:
    async def fails(tx: Transaction) -> None:
        await create_work([ticket("half done")])(tx)
        await tx.execute("UPDATE record SET no_such_column = 1 WHERE account_id = :account_id")

    results = ended(node.submit_all("write", [create_work([ticket("one")]), fails, create_work([ticket("two")])]))
    assert [future.exception() is None for future in results] == [True, False, True]
    assert node.read(one_value("SELECT COUNT(*) FROM record")) == 2


def test_a_read_of_several_statements_sees_one_state(node: Node) -> None:
    (record_id,) = node.write(create_work([ticket("old")]))
    reached, go_on = asyncio.Event(), asyncio.Event()

    async def twice(tx: Transaction) -> tuple[Any, Any]:
        first = await subject_of(record_id)(tx)
        second_first = await subject_of(record_id)(tx)
        assert first == second_first
        reached.set()
        await go_on.wait()
        return first, await subject_of(record_id)(tx)

    (reading,) = node.submit_all("read", [twice])
    node.call(reached.wait())
    node.write(update_work(record_id, {"subject": "new"}))
    node.loop.call_soon_threadsafe(go_on.set)
    assert reading.result(20) == ("old", "old")
    assert node.read(subject_of(record_id)) == "new"


def test_revisions_are_numbered_in_commit_order_whichever_node_writes(pair: list[Node]) -> None:
    """So the change feed never has to wait for a number that is still to come."""
    first, second = pair
    futures = []
    for number in range(40):
        futures += first.submit_all("write", [create_work([ticket(f"first {number}")])])
        futures += second.submit_all("write", [create_work([ticket(f"second {number}")])])
    seen = 0
    while not all(future.done() for future in futures):
        found = [revision.sequence for revision in first.read(partial(list_changes, after=seen, limit=100))]
        assert found == list(range(seen + 1, seen + 1 + len(found)))
        seen = found[-1] if found else seen
    ended(futures)
    assert [future.exception() for future in futures] == [None] * 80
    changes = first.read(lambda tx: list_changes(tx, 0, 100))
    assert [item.sequence for item in changes] == list(range(1, 81))
    assert [item.at for item in changes] == sorted(item.at for item in changes)


def test_two_nodes_that_change_one_ticket_lose_nothing(pair: list[Node]) -> None:
    (record_id,) = pair[0].write(create_work([ticket("x")]))
    names = [("first", pair[0]), ("second", pair[1])]
    futures = [
        future
        for number in range(20)
        for name, node in names
        for future in node.submit_all("write", [update_work(record_id, {"subject": f"{name} {number}"})])
    ]
    assert [future.exception() for future in ended(futures)] == [None] * 40
    changes = pair[1].read(lambda tx: list_changes(tx, 0, 100))
    assert sorted(item.changed["subject"] for item in changes[1:]) == sorted(
        f"{name} {number}" for number in range(20) for name, _ in names
    )
    assert pair[0].read(subject_of(record_id)) == changes[-1].changed["subject"]


def test_time_never_goes_back_on_a_node_whose_clock_is_late(url: str) -> None:
    with (
        nodes(url, clock=lambda: 2_000_000_000_000) as (early,),
        nodes(url, clock=lambda: 1_000_000_000_000) as (late,),
    ):
        early.write(create_work([ticket("early")]))
        with nodes(url, clock=lambda: 1_000_000_000_000) as (new,):
            assert new.read(now_of) == 2_000_000_000_000
        late.write(create_work([ticket("late")]))
        changes = late.read(lambda tx: list_changes(tx, 0, 10))
    assert [item.at for item in changes] == [2_000_000_000_000] * 2


async def now_of(tx: Transaction) -> int:
    return tx.now


async def state_of(tx: Transaction) -> tuple[int, int]:
    return await tx.state()


def is_remembered(node: Node) -> bool:
    return node.read(state_of) == node.read(state_of)


def wait_until(test: Any) -> None:
    import time

    deadline = time.monotonic() + 20
    while not test():
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.mark.parametrize("change", ["token", "definitions"])
def test_a_node_hears_at_its_commit_what_it_changed_and_others_hear_soon(pair: list[Node], change: str) -> None:
    async def work(tx: Transaction) -> None:
        if change == "token":
            await create_token(tx, "secret", name="new", scopes=["tickets"])
        else:
            await mark_definitions_changed(tx)

    wait_until(lambda: all(is_remembered(node) for node in pair))
    before = [node.read(state_of) for node in pair]
    pair[0].write(work)
    assert pair[0].read(state_of) != before[0]
    wait_until(lambda: pair[1].read(state_of) != before[1])


def test_ordinary_writes_are_no_news(node: Node) -> None:
    wait_until(lambda: is_remembered(node))
    before = node.read(state_of)
    node.write(create_work([ticket("x")]))
    assert node.read(state_of) == before


def test_nothing_is_remembered_while_the_server_is_not_heard(node: Node) -> None:
    wait_until(lambda: is_remembered(node))
    node.loop.call_soon_threadsafe(lambda: setattr(node.database.news, "heard_at", float("-inf")))
    assert not is_remembered(node)


def test_a_lost_connection_of_readers_is_replaced_unseen(node: Node, url: str) -> None:
    (record_id,) = node.write(create_work([ticket("still there")]))
    for _ in range(5):
        assert node.read(subject_of(record_id)) == "still there"
        end_connections(url)
    assert node.read(subject_of(record_id)) == "still there"


@pytest.mark.parametrize("committed", [True, False])
def test_a_write_whose_commit_got_no_answer_happens_exactly_once(
    node: Node, url: str, monkeypatch: pytest.MonkeyPatch, committed: bool
) -> None:
    """The connection goes away around COMMIT, after the server did it or before it heard of it."""
    import asyncpg

    execute_it = asyncpg.Connection.execute
    lost: list[str] = []

    async def losing(self: Any, query: str, *args: Any, **options: Any) -> Any:
        if query == "COMMIT" and not lost:
            lost.append(query)
            if committed:
                await execute_it(self, query)
            self.terminate()
            raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")
        return await execute_it(self, query, *args, **options)

    monkeypatch.setattr(asyncpg.Connection, "execute", losing)
    (record_id,) = node.write(create_work([ticket("once")]))
    assert lost == ["COMMIT"]
    assert fetch(url, "SELECT id, properties ->> 'subject' FROM record") == [(record_id, "once")]
    assert node.read(subject_of(record_id)) == "once"


def test_a_connection_lost_in_the_middle_of_a_write_starts_it_anew(node: Node, url: str) -> None:
    runs: list[int] = []

    async def work(tx: Transaction) -> None:
        runs.append(len(runs))
        await create_work([ticket(f"attempt {len(runs)}")])(tx)
        if len(runs) == 1:
            end_connections_elsewhere(url)

    node.write(work)
    assert len(runs) == 2
    assert fetch(url, "SELECT properties ->> 'subject' FROM record") == [("attempt 2",)]


def end_connections_elsewhere(url: str) -> None:
    """On a thread: the loop of the calling node is running."""
    import threading

    thread = threading.Thread(target=end_connections, args=(url,))
    thread.start()
    thread.join()


def test_a_write_that_the_database_never_came_back_for_is_refused_and_was_not_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(postgres_writer, "PATIENCE_SECONDS", 0.5)
    with started(settings={"recovery_init_sync_method": "syncfs"}) as server:
        made = Databases(server.url()).copy()
        database = PostgresDatabase(made)
        make_account(database)
        database.close()
        with nodes(made) as (node,):
            server.kill()
            (refused,) = ended(node.submit_all("write", [create_work([ticket("refused")])]))
            with pytest.raises(Unavailable, match="Nothing of this request was kept"):
                refused.result()
            server.start()
            node.write(create_work([ticket("kept")]))
            assert fetch(made, "SELECT properties ->> 'subject' FROM record") == [("kept",)]


def test_an_outcome_that_stays_unknown_is_called_unknown(node: Node, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """COMMIT was sent, and until the end of patience nobody could be asked whether it happened."""
    monkeypatch.setattr(postgres_writer, "PATIENCE_SECONDS", 0.3)
    commit = postgres_writer.AccountWriters.commit

    async def unheard(self: Any, connection: Any) -> None:
        await commit(self, connection)
        connection.terminate()
        monkeypatch.setattr(self.sessions, "connect", nobody)
        raise postgres_writer.CommitLost

    async def nobody() -> Any:
        raise OSError("no route to host")

    monkeypatch.setattr(postgres_writer.AccountWriters, "commit", unheard)
    (unknown,) = ended(node.submit_all("write", [create_work([ticket("there")])]))
    with pytest.raises(Unavailable, match="It may have been written or not"):
        unknown.result()
    assert fetch(url, "SELECT properties ->> 'subject' FROM record") == [("there",)]


def test_old_marks_of_groups_are_erased(node: Node, url: str) -> None:
    execute(url, f"INSERT INTO write_mark VALUES ({ACCOUNT_ID}, 'old', 1)")
    node.write(create_work([ticket("x")]))
    assert fetch(url, "SELECT COUNT(*) FROM write_mark WHERE id = 'old'") == [(0,)]
    assert fetch(url, "SELECT COUNT(*) FROM write_mark") != [(0,)]


def test_a_database_of_another_program_is_refused_untouched() -> None:
    made = databases().make()
    execute(made, "CREATE TABLE theirs (a INT)")
    with pytest.raises(StoreError, match="tables of another program"):
        PostgresDatabase(made)
    assert fetch(made, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == [("theirs",)]
    databases().drop(made)


def test_a_newer_schema_is_refused(url: str) -> None:
    execute(url, "UPDATE schema_version SET version = 9999")
    with pytest.raises(StoreError, match="written by a newer Spokedesk"):
        PostgresDatabase(url)


def test_nodes_that_start_at_once_make_the_schema_once() -> None:
    fresh = databases().make()
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(lambda _: PostgresDatabase(fresh), range(4)))
    for database in opened:
        database.close()
    assert fetch(fresh, "SELECT COUNT(*) FROM schema_version") == [(1,)]
    databases().drop(fresh)


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    with pytest.raises(StoreError, match=r"Cannot open postgresql://me@127\.0\.0\.1:1/x: ") as caught:
        PostgresDatabase("postgresql://me:secret@127.0.0.1:1/x")
    assert "secret" not in str(caught.value)


def test_our_own_parameter_is_taken_out_of_the_address() -> None:
    assert split_url("postgresql://h/d?pooler=transaction&sslmode=require") == (
        "postgresql://h/d?sslmode=require",
        True,
    )
    assert split_url("postgresql://a,b:1/d") == ("postgresql://a,b:1/d", False)
    assert shown_url("postgresql://me:pw@a,b:1/d?password=x") == "postgresql://me@a,b:1/d"
    with pytest.raises(StoreError, match="the only pooler"):
        split_url("postgresql://h/d?pooler=session")


def test_an_access_token_can_be_looked_up_without_knowing_its_account(node: Node) -> None:
    node.write(lambda tx: create_token(tx, "secret", name="new", scopes=["tickets"]))

    async def find(tx: Transaction) -> int:
        await tx.enter(0)
        grant = await find_grant(tx, "secret")
        assert grant is not None
        return grant.account_id

    assert node.read(find) == ACCOUNT_ID


def test_ended_connections_are_those_of_one_database(url: str) -> None:
    """Tests before and after this one keep theirs open on the same server."""
    other = EMPTIED.take(Clock())
    end_connections(url)
    assert read(other, one_value("SELECT COUNT(*) FROM record")) == 0
    (kept,) = other.writing.free
    assert other.runner is not None
    assert other.runner.run(kept.fetchval("SELECT 1")) == 1
    let_go(other)
