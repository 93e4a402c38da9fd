"""Nodes behind a pooler that shares connections by transaction: nothing that belongs to a session is relied on.

With a pgbouncer on PATH or in /usr/sbin these go through it, otherwise to the server with the same switch.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from spokedesk.errors import SearchTooExpensive
from spokedesk.storage.database import Transaction
from spokedesk.storage.postgres import PostgresDatabase
from spokedesk.storage.revisions import list_changes
from tests.support import pooler
from tests.support.nodes import Node, ended, nodes
from tests.support.postgres import databases, end_connections, fetch
from tests.support.stores import create_work, make_account, one_value, read, scan, ticket, update_work


@pytest.fixture
def direct() -> Iterator[str]:
    """The address of the server itself; an account is there."""
    made = databases().copy()
    database = PostgresDatabase(pooler.pooled(made))
    make_account(database)
    database.close()
    yield made
    databases().drop(made)


@pytest.fixture
def pair(direct: str) -> Iterator[list[Node]]:
    with nodes(pooler.pooled(direct), 2) as both:
        yield both


def test_the_pooler_shares_connections_if_there_is_one(direct: str, pair: list[Node]) -> None:
    """So that the tests below prove something: more connections here than there."""
    for node in pair:
        ended(node.submit_all("read", [one_value("SELECT COUNT(*) FROM record")] * 20))
        ended(node.submit_all("scan", [one_value("SELECT COUNT(*) FROM record")] * 20))
    name = direct.rpartition("/")[2]
    ((count,),) = fetch(direct, f"SELECT COUNT(*) FROM pg_stat_activity WHERE datname = '{name}'")
    opened = sum(len(sessions.free) for node in pair for sessions in (node.database.reading, node.database.scanning))
    assert opened > 4
    assert count - 1 <= pooler.POOL if pooler.port() is not None else count > opened


def test_answers_belong_to_their_questions(pair: list[Node]) -> None:
    """Statements of many kinds at once on few shared connections."""
    ids = pair[0].write(create_work([ticket(f"number {number}") for number in range(60)]))
    works: list[Any] = []
    wanted: list[Any] = []
    for place, record_id in enumerate(ids):
        works += [
            one_value("SELECT properties ->> 'subject' FROM record WHERE id = :id", id=record_id),
            one_value("SELECT CAST(:number AS BIGINT) + 1", number=place),
            one_value("SELECT COUNT(*) FROM record WHERE id <= :id", id=record_id),
        ]
        wanted += [f"number {place}", place + 1, place + 1]
    for kind in ("read", "scan"):
        futures = [pair[place % 2].submit_all(kind, [work])[0] for place, work in enumerate(works)]
        assert [future.result() for future in ended(futures)] == wanted


def test_writers_take_turns(pair: list[Node]) -> None:
    (record_id,) = pair[0].write(create_work([ticket("x")]))
    futures = [
        future
        for number in range(20)
        for place, node in enumerate(pair)
        for future in node.submit_all("write", [update_work(record_id, {"subject": f"{place} {number}"})])
    ]
    assert [future.exception() for future in ended(futures)] == [None] * 40
    changes = pair[1].read(partial(list_changes, after=0, limit=100))
    assert [item.sequence for item in changes] == list(range(1, 42))
    assert {item.changed["subject"] for item in changes[1:]} == {f"{i} {n}" for i in (0, 1) for n in range(20)}


def test_nothing_is_remembered(pair: list[Node]) -> None:
    """Nobody could tell the node that it is out of date."""

    async def state(tx: Transaction) -> tuple[int, int]:
        return await tx.state()

    assert pair[0].read(state) != pair[0].read(state)


def test_a_long_read_is_ended_and_others_get_no_limit_from_it(direct: str) -> None:
    database = PostgresDatabase(pooler.pooled(direct), budget_seconds=0.3)
    try:
        for kind in (scan, read):
            with pytest.raises(SearchTooExpensive):
                kind(database, one_value("SELECT COUNT(*) FROM pg_sleep(5)"))
        assert scan(database, one_value("SELECT 1")) == 1
        through = database.url
        assert [fetch(through, "SHOW statement_timeout") for _ in range(8)] == [[("0",)]] * 8
    finally:
        database.close()


def test_a_write_has_limits_while_it_lasts(pair: list[Node]) -> None:
    async def limits(tx: Transaction) -> Any:
        return await tx.row(
            "SELECT current_setting('statement_timeout'), current_setting('idle_in_transaction_session_timeout')"
        )

    assert pair[0].write(limits) == ("30s", "15s")


def test_a_connection_that_the_server_ended_is_replaced_unseen(direct: str, pair: list[Node]) -> None:
    for number in range(3):
        end_connections(direct)
        pair[0].write(create_work([ticket(str(number))]))
        assert pair[1].read(one_value("SELECT COUNT(*) FROM record")) == number + 1


def test_the_report_says_what_stood_in_between() -> None:
    found = pooler.find_program()
    assert pooler.described().startswith("no pgbouncer" if found is None else "through PgBouncer ")
