"""A search that does not end is stopped, and while it runs everybody else is served."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from spokedesk.api import handlers
from spokedesk.errors import SearchTooExpensive, Unavailable
from spokedesk.storage.database import Database, Transaction
from spokedesk.storage.sqlite import SCAN_BUDGET_SECONDS, SCAN_THREADS, FileDatabase
from tests.support.api import Api
from tests.support.stores import (
    ACCOUNT_ID,
    KINDS,
    Waited,
    create_work,
    make_account,
    one_value,
    open_database,
    read,
    scan,
    ticket,
    write,
)

pytestmark = pytest.mark.fidelity("own", source="own", of="SearchTooExpensive")

BUDGET = 0.3
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n"


async def endless(tx: Transaction) -> Any:
    return await one_value(ENDLESS)(tx)


@pytest.fixture(params=KINDS)
def impatient(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    opened = open_database(request.param, tmp_path, budget_seconds=BUDGET)
    make_account(opened)
    yield opened
    opened.close()


def test_the_budget_of_a_search_is_five_seconds() -> None:
    assert SCAN_BUDGET_SECONDS == 5


@pytest.mark.parametrize("way", [read, scan])
def test_an_endless_query_is_stopped_in_time(impatient: Database, way: Any) -> None:
    started = time.monotonic()
    with pytest.raises(SearchTooExpensive):
        way(impatient, endless)
    assert BUDGET <= time.monotonic() - started < BUDGET + 1


def test_the_next_query_has_its_own_budget(impatient: Database) -> None:
    for _ in range(2):
        with pytest.raises(SearchTooExpensive):
            scan(impatient, endless)
        assert scan(impatient, one_value("SELECT 1")) == 1
        write(impatient, create_work([ticket("after")]))


def test_an_endless_statement_in_a_write_to_memory_is_stopped_and_undone(tmp_path: Path) -> None:
    memory = open_database("memory", tmp_path, budget_seconds=BUDGET)
    make_account(memory)

    async def work(tx: Transaction) -> None:
        await create_work([ticket("half")])(tx)
        await tx.execute(f"UPDATE account SET last_at = ({ENDLESS})")

    with pytest.raises(SearchTooExpensive):
        write(memory, work)
    write(memory, create_work([ticket("after")]))
    assert read(memory, one_value("SELECT COUNT(*) FROM record")) == 1


def test_reads_and_writes_go_on_while_endless_queries_run(tmp_path: Path) -> None:
    database = FileDatabase(tmp_path / "data", budget_seconds=1.5)
    make_account(database)
    ended = threading.Semaphore(0)
    errors: list[BaseException | None] = []

    def done(result: Any, error: BaseException | None) -> None:
        errors.append(error)
        ended.release()

    for _ in range(SCAN_THREADS):
        database.scan(ACCOUNT_ID, endless, done)
    slowest, number = 0.0, 0
    while not errors:
        started = time.monotonic()
        number += 1
        write(database, create_work([ticket(str(number))]))
        assert read(database, one_value("SELECT COUNT(*) FROM record")) == number
        slowest = max(slowest, time.monotonic() - started)
    assert number > 5
    assert slowest < 0.75
    for _ in range(SCAN_THREADS):
        assert ended.acquire(timeout=10)
    assert [type(error) for error in errors] == [SearchTooExpensive] * SCAN_THREADS
    database.close()


def test_the_wait_for_a_thread_counts(tmp_path: Path) -> None:
    """However many endless queries come at once, each is over within its own budget."""
    database = FileDatabase(tmp_path / "data", budget_seconds=BUDGET)
    make_account(database)
    ended: list[float] = []
    finished = threading.Semaphore(0)

    def done(result: Any, error: BaseException | None) -> None:
        ended.append(time.monotonic() - started)
        finished.release()

    started = time.monotonic()
    for _ in range(20):
        database.scan(ACCOUNT_ID, endless, done)
    for _ in range(20):
        assert finished.acquire(timeout=10)
    assert max(ended) < BUDGET + 1
    database.close()


def test_a_closed_database_takes_no_scan(files: FileDatabase) -> None:
    scan(files, one_value("SELECT 1"))
    files.close()
    with pytest.raises(Unavailable):
        files.scan(ACCOUNT_ID, endless, lambda result, error: None)


@pytest.mark.parametrize("kind", KINDS)
def test_a_stopped_search_is_answered_with_503_and_retry_after(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def search(*_: Any) -> Any:
        return await endless(_[0])

    monkeypatch.setattr(handlers.search, "search", search)
    database = Waited(open_database(kind, tmp_path, budget_seconds=BUDGET))
    api = Api(database=database)
    answer = api.post("/crm/v3/objects/tickets/search", {"query": "x"})
    assert answer.status == 503
    assert answer.headers["retry-after"] == "1"
    assert answer.json["status"] == "error"
    assert answer.json["category"] == "SERVICE_UNAVAILABLE"
    assert answer.json["message"] == "The request took too long and was stopped. Please narrow it down."
    assert answer.json["correlationId"] == answer.headers["x-hubspot-correlation-id"]
    assert api.get("/crm/v3/objects/tickets").status == 200
    database.close()
