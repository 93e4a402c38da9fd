"""PostgreSQL through asyncpg: the database that any number of nodes share.

Until a server gives it an event loop, every call runs to its end where it is made, on a loop of the database's own:
that serves commands, first starts and tests. Then everything runs on the server's loop, without threads.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from asyncpg import exceptions as failures

from spokedesk.errors import SearchTooExpensive, SpokedeskError, StoreError, Unavailable
from spokedesk.storage import postgres_schema
from spokedesk.storage.database import Done, Work
from spokedesk.storage.dialect import POSTGRES
from spokedesk.storage.news import News
from spokedesk.storage.point_reads import PointReads
from spokedesk.storage.postgres_session import (
    Connection,
    Sessions,
    check_server,
    connect,
    is_lost,
    local_settings,
)
from spokedesk.storage.postgres_transaction import PostgresTransaction, SecondStatement, SingleRead, WriteTransaction
from spokedesk.storage.postgres_url import shown_url, split_url
from spokedesk.storage.postgres_writer import AccountWriters
from spokedesk.storage.sqlite import SCAN_BUDGET_SECONDS, system_clock
from spokedesk.storage.writer import Post

T = TypeVar("T")
Outcome = tuple[Any, BaseException | None]

READ_SESSIONS = 3
SCAN_SESSIONS = 2
WRITE_SESSIONS = 3
WRITE_TIMEOUT_MS = 30_000
READ_PATIENCE_SECONDS = 2.0
"""How long a read waits for a database that went away, as it does when it is started again."""

SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
TABLES_OF_RECORDS = "record, revision, unique_value, association"

log = logging.getLogger("spokedesk.storage")


class PostgresDatabase:
    """One node's way to a database that other nodes may use at the same time."""

    dialect = POSTGRES
    ephemeral = False

    def __init__(
        self,
        url: str,
        clock: Callable[[], int] = system_clock,
        *,
        budget_seconds: float = SCAN_BUDGET_SECONDS,
    ) -> None:
        self.url, self.pooled = split_url(url)
        self.shown = shown_url(url)
        self.clock = clock
        self.budget_ms = int(budget_seconds * 1000)
        self.cache: dict[Any, Any] = {}
        self.loop: asyncio.AbstractEventLoop | None = None
        self.runner: asyncio.Runner | None = asyncio.Runner()
        self.closed = False
        self.tasks: set[asyncio.Task[None]] = set()
        self.guard = threading.RLock()
        self.make_sessions()
        try:
            self.runner.run(self.prepare())
        except BaseException as error:
            self.close()
            if is_lost(error) or isinstance(error, failures.PostgresError):
                raise StoreError(f"Cannot open {self.shown}: {str(error) or type(error).__name__}.") from error
            raise

    async def prepare(self) -> None:
        async with self.writing.session() as connection:
            await check_server(connection, self.url)
            await postgres_schema.upgrade(connection, self.url)
            self.writers.last_now = await connection.fetchval("SELECT COALESCE(MAX(last_at), 0) FROM account")

    def make_sessions(self) -> None:
        """Connections and whatever depends on the loop that they are used on."""
        reading = partial(connect, self.url, timeout_ms=self.budget_ms, pooled=self.pooled)
        self.reading = Sessions(reading, READ_SESSIONS)
        self.scanning = Sessions(reading, SCAN_SESSIONS)
        self.writing = Sessions(self.connect_writer, WRITE_SESSIONS)
        self.points = PointReads(self.reading)
        self.news = News(self.connect_listener, self.cache.clear, pooled=self.pooled)
        self.writers = AccountWriters(self.writing, self.begin_write, clock=self.clock, forget=self.cache.clear)
        self.writers.erased = self.clean
        self.writers.settings = local_settings(WRITE_TIMEOUT_MS, pooled=self.pooled)

    async def connect_writer(self) -> Connection:
        """A writer hears what it changes itself before its commit is answered."""
        connection = await connect(self.url, timeout_ms=WRITE_TIMEOUT_MS, pooled=self.pooled)
        await self.news.listen_on(connection)
        return connection

    async def connect_listener(self) -> Connection:
        return await connect(self.url, timeout_ms=self.budget_ms, pooled=self.pooled)

    def now(self) -> int:
        """Reads see the same time as writes, also when the clock was set back."""
        return max(self.clock(), self.writers.last_now)

    def begin_write(self, connection: Connection, account_id: int, now: int) -> WriteTransaction:
        return WriteTransaction(connection, account_id, now, self.cache, self.news.epoch())

    def start(self, outcome: Coroutine[Any, Any, Outcome], done: Done) -> None:
        """On the server's loop as a task, before there is one here and now."""
        if self.loop is not None:
            self.background(hand_over(outcome, done))
        elif self.runner is not None:
            with self.guard:
                result, error = self.run_here(self.runner, outcome)
            done(result, error)
        else:
            outcome.close()
            raise Unavailable("The server is shutting down.")

    def run_here(self, runner: asyncio.Runner, outcome: Coroutine[Any, Any, Outcome]) -> Outcome:
        """Wait for it on this thread; where another loop is running, as in tests, on one beside it."""
        if asyncio._get_running_loop() is None:
            return runner.run(outcome)
        with ThreadPoolExecutor(1) as beside:
            return beside.submit(runner.run, outcome).result()

    def background(self, coroutine: Coroutine[Any, Any, None]) -> None:
        assert self.loop is not None, "there is a background only behind a server"
        task = self.loop.create_task(coroutine)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def read(self, account_id: int, work: Work[Any], done: Done) -> None:
        self.start(self.outcome(self.read_once(account_id, work)), done)

    def scan(self, account_id: int, work: Work[Any], done: Done) -> None:
        self.start(self.outcome(self.snapshot(self.scanning, account_id, work)), done)

    def write(self, account_id: int, work: Work[Any], done: Done, *, brief: bool = False) -> None:
        """Long or brief, it waits for the server and not on the loop."""
        if self.loop is not None:
            self.writers.submit(account_id, work, done)
        else:
            self.start(self.write_now(account_id, work), done)

    async def write_now(self, account_id: int, work: Work[Any]) -> Outcome:
        written: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.writers.submit(account_id, work, lambda result, error: written.set_result((result, error)))
        return await written

    async def outcome(self, reading: Coroutine[Any, Any, Any]) -> Outcome:
        """What a read returned or raised, translated into what a client may be told."""
        failure: SpokedeskError
        try:
            return await reading, None
        except failures.QueryCanceledError as error:
            failure = SearchTooExpensive("The request took too long and was stopped. Please narrow it down.")
            failure.__cause__ = error
        except Exception as error:
            if not is_lost(error):
                return None, error
            self.news.forget()
            failure = Unavailable("The data could not be read. Please try again.")
            failure.__cause__ = error
        return None, failure

    async def read_once(self, account_id: int, work: Work[T]) -> T:
        """A single statement if that is all it takes, else a snapshot; a lost connection is tried again.

        Behind a pooler a statement has no time limit of its own, and a call, for which nothing is remembered, takes
        more than one anyway.
        """
        deadline, pause = time.monotonic() + READ_PATIENCE_SECONDS, 0.02
        while True:
            try:
                if self.pooled:
                    return await self.snapshot(self.reading, account_id, work)
                try:
                    return await work(SingleRead(self.points, account_id, self.now(), self.cache, self.news.epoch()))
                except SecondStatement:
                    return await self.snapshot(self.reading, account_id, work)
            except Exception as error:
                if time.monotonic() > deadline or not is_lost(error):
                    raise
            await asyncio.sleep(pause)
            pause *= 1.5

    async def snapshot(self, sessions: Sessions, account_id: int, work: Work[T]) -> T:
        """All statements see one state of the database."""
        async with sessions.session() as connection:
            await connection.execute(f"{SNAPSHOT}; {local_settings(self.budget_ms, pooled=self.pooled)}")
            try:
                return await work(
                    PostgresTransaction(connection, account_id, self.now(), self.cache, self.news.epoch())
                )
            finally:
                if not connection.is_closed():
                    await connection.execute("ROLLBACK")

    def clean(self) -> None:
        """After an erase: give the space of what was deleted back to be written over, on the server's own time."""
        if self.loop is not None:
            self.background(self.vacuum())

    async def vacuum(self) -> None:
        with suppress(Exception):
            async with self.scanning.session() as connection:
                if self.pooled:  # the connection has no limit, and what is set on it would stay for others
                    await connection.execute(f"VACUUM {TABLES_OF_RECORDS}")
                    return
                await connection.execute("SET statement_timeout = 0")
                await connection.execute(f"VACUUM {TABLES_OF_RECORDS}")
                await connection.execute(f"SET statement_timeout = {self.budget_ms}")

    def on_loop(self, post: Post) -> None:
        """From now on the running loop does everything; connections cannot move to it and are opened anew."""
        self.end_runner()
        self.loop = asyncio.get_running_loop()
        latest = self.writers.last_now
        self.make_sessions()
        self.writers.last_now = latest
        self.news.start()

    def end_runner(self) -> None:
        """Close the connections of the database's own loop, on a thread, for this one may be running another loop."""
        runner, self.runner = self.runner, None
        if runner is None:
            return

        def end() -> None:
            with suppress(Exception):
                runner.run(self.close_sessions())
            runner.close()

        thread = threading.Thread(target=end, name="spokedesk-postgres-end")
        thread.start()
        thread.join()

    async def close_sessions(self) -> None:
        await self.news.close()
        for sessions in (self.reading, self.scanning, self.writing):
            await sessions.close()

    async def shut(self) -> None:
        """Finish the waiting writes and reads, then let go of the connections."""
        await self.writers.finish()
        while self.tasks:
            await asyncio.wait(self.tasks)
        await self.close_sessions()

    def close(self) -> None:
        """From another thread than the loop's."""
        if self.closed:
            return
        self.closed = True
        self.end_runner()
        loop, self.loop = self.loop, None
        if loop is not None and loop.is_running():
            asyncio.run_coroutine_threadsafe(self.shut(), loop).result()


async def hand_over(outcome: Coroutine[Any, Any, Outcome], done: Done) -> None:
    done(*await outcome)
