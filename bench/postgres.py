"""Reads and creates on PostgreSQL beside the raw driver doing the same statements, in the same run.

The limits are asyncpg without HTTP and without rules: the statement of a read, prepared, on dedicated connections; and
the statements of one create (those that a real one sent) in a transaction each.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import asyncpg
import uvloop
from rich.console import Console
from rich.progress import track

from bench import servers
from spokedesk.storage.database import Transaction
from spokedesk.storage.postgres import PostgresDatabase
from spokedesk.storage.postgres_transaction import WriteTransaction
from spokedesk.storage.records import find_record
from tests.support.postgres import Databases, started
from tests.support.stores import ACCOUNT_ID, create_work, make_account, write

CLIENTS, CONNECTIONS = 16, 8
TICKETS = "0-5"
Statement = tuple[str, list[Any]]


class Recorder(WriteTransaction):
    """A transaction that writes down what it sends."""

    __slots__ = ("sent",)

    def bind(self, sql: str, params: dict[str, Any]) -> Statement:
        bound = super().bind(sql, params)
        self.sent.append(bound)
        return bound

    async def execute_many(self, sql: str, params: Sequence[Any]) -> None:
        for row in params:
            self.sent.append(self.dialect_bound(sql, dict(row)))
        await super().execute_many(sql, params)

    def dialect_bound(self, sql: str, row: dict[str, Any]) -> Statement:
        return super().bind(sql, row)


def statements_of_a_create(url: str, values: dict[str, str]) -> list[Statement]:
    """What one create sends between BEGIN and COMMIT, and last its id and sequence number."""
    database = PostgresDatabase(url)
    make_account(database)
    for _ in range(50):
        write(database, create_work([values]))  # so that no other parameter looks like a sequence number
    sent: list[Statement] = []

    def begin(connection: Any, account_id: int, now: int) -> WriteTransaction:
        transaction = Recorder(connection, account_id, now, database.cache, (0, 0))
        transaction.sent = sent
        return transaction

    database.writers.begin = begin
    write(database, create_work([values]))
    database.close()
    return sent


def statement_of_a_read() -> Statement:
    """What a read by id sends."""
    sent: list[Statement] = []

    class Asked(Exception):
        pass

    class Reading(Recorder):
        __slots__ = ()

        async def row(self, sql: str, **params: Any) -> Any:
            self.bind(sql, params)
            raise Asked

    transaction: Any = Reading(None, ACCOUNT_ID, 0, {}, (0, 0))
    transaction.sent = sent

    async def read(tx: Transaction) -> None:
        await find_record(tx, TICKETS, 1001)

    try:
        asyncio.run(read(transaction))
    except Asked:
        pass
    return sent[0]


async def rate(url: str, seconds: float, work: Callable[[Any, int], Awaitable[None]]) -> float:
    """How often clients on a few connections get something done in a second."""
    free: asyncio.Queue[Any] = asyncio.Queue()
    connections = [await asyncpg.connect(url) for _ in range(CONNECTIONS)]
    for connection in connections:
        free.put_nowait(connection)
    until, done = time.perf_counter() + seconds, 0

    async def client(number: int) -> None:
        nonlocal done
        while time.perf_counter() < until:
            connection = await free.get()
            try:
                await work(connection, done)
            finally:
                free.put_nowait(connection)
            done += 1

    began = time.perf_counter()
    await asyncio.gather(*(client(number) for number in range(CLIENTS)))
    taken = time.perf_counter() - began
    for connection in connections:
        await connection.close()
    return done / taken


def raw_reads(url: str, seconds: float, first: int, count: int) -> float:
    text, values = statement_of_a_read()
    place = values.index(1001)

    async def read(connection: Any, number: int) -> None:
        values_now = [*values]
        values_now[place] = first + number % count
        await connection.fetchrow(text, *values_now)

    return uvloop.run(rate(url, seconds, read))


def raw_creates(url: str, seconds: float, sent: Sequence[Statement], numbers: tuple[int, int]) -> float:
    async def create(connection: Any, _: int) -> None:
        renamed: dict[Any, Any] = {}
        await connection.execute("BEGIN")
        for text, values in sent:
            now = [renamed.get(value, value) if type(value) is int else value for value in values]
            row = await connection.fetchrow(text, *now)
            if "next_sequence" in text and row is not None:
                renamed = {numbers[0]: row[0] - 1, numbers[1]: row[1] - 1}
        await connection.execute("COMMIT")

    return uvloop.run(rate(url, seconds, create))


def token_for(url: str) -> str:
    command = [sys.executable, "-m", "spokedesk", "token", "create", "--database", url, "--all-scopes", "--json"]
    token: str = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["token"]
    return token


def run_rounds(rounds: int, seconds: float, console: Console) -> Any:
    """The cells of GET and create with their limits, round by round, on a server that flushes."""
    from bench.__main__ import POST_BODY, READ_IDS, TICKET, Cells, call, measure_http, requests_for

    with started(settings={}) as server:
        names = Databases(server.url())
        bare = names.copy()
        sent = statements_of_a_create(bare, TICKET["properties"])
        numbers = numbers_of(sent)
        url = names.copy()
        token = token_for(url)
        product = servers.Process(["-m", "spokedesk", "serve", "--database", url, "--port", "0", "--json"])
        try:
            product.facts()
            first = int(json.loads(call(product.port, token, "/crm/v3/objects/tickets", POST_BODY))["id"])
            for _ in range(READ_IDS // 100):
                batch = json.dumps({"inputs": [TICKET] * 100}).encode()
                call(product.port, token, "/crm/v3/objects/tickets/batch/create", batch)
            get, post = requests_for(token, first)
            cells = Cells()
            for _ in track(range(rounds), f"PostgreSQL {server.version}", console=console):
                cells.rates.setdefault("raw reads", []).append(raw_reads(url, seconds, first, READ_IDS))
                measure_http(cells, "GET 16", product, 16, seconds, get)
                cells.rates.setdefault("raw creates", []).append(raw_creates(bare, seconds, sent, numbers))
                measure_http(cells, "create 16", product, 16, seconds, post)
            return cells
        finally:
            product.stop()


def numbers_of(sent: Sequence[Statement]) -> tuple[int, int]:
    """Record id and sequence number that a recorded create was given."""
    (record,) = [values for text, values in sent if "INSERT INTO record" in text]
    (revision,) = [values for text, values in sent if "INSERT INTO revision" in text]
    return record[2], revision[1]
