"""Group commit on PostgreSQL: the waiting writes of an account share a transaction, one node at a time.

Writers of an account take turns by an advisory lock, on all nodes (decision 0018), so that every operation sees what
the one before it did, revisions are numbered in commit order and time never goes back. Accounts do not wait for each
other. A group leaves its own id in `write_mark`: when the connection is lost while it is being committed, the next
attempt finds out by it, under the same lock, whether the group happened. A write on its own is its transaction and has
no savepoint, which saves one way to the server and back of eight.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from asyncpg import exceptions as failures

from spokedesk.errors import Unavailable
from spokedesk.storage.database import Done, Work
from spokedesk.storage.postgres_session import Connection, Sessions, is_lost
from spokedesk.storage.postgres_transaction import WriteTransaction
from spokedesk.storage.writer import GROUP_LIMIT, Write, answer

PATIENCE_SECONDS = 15.0
"""How long a write waits for a database that went away. A failover takes 2 to 13 s, measured with three nodes."""

MARKS_KEPT = 3_600_000
CLEAN_EVERY = 500

BEGIN = "BEGIN; {settings}SELECT pg_advisory_xact_lock({account_id})"
OPEN = """
WITH mark AS (INSERT INTO write_mark (account_id, id, at) VALUES ($1, $2, $3))
SELECT COALESCE(MAX(last_at), 0) FROM account WHERE account_id = $1
"""
FIND_MARK = "SELECT COUNT(*) FROM write_mark WHERE account_id = $1 AND id = $2"
ERASE_MARKS = "DELETE FROM write_mark WHERE account_id = $1 AND at < $2"

log = logging.getLogger("spokedesk.storage")

Begin = Callable[[Connection, int, int], WriteTransaction]


class CommitLost(Exception):
    """The connection went away after COMMIT was sent: nobody knows whether it happened."""


class AccountWriters:
    """The waiting writes by account; each account with waiting writes has one task that takes them."""

    def __init__(
        self, sessions: Sessions, begin: Begin, *, clock: Callable[[], int], forget: Callable[[], None]
    ) -> None:
        self.sessions = sessions
        self.begin = begin
        self.clock = clock
        self.forget = forget
        self.last_now = 0
        self.settings = ""
        self.groups = 0
        self.queues: dict[int, deque[Write]] = {}
        self.tasks: set[asyncio.Task[None]] = set()
        self.closing = False
        self.erased: Callable[[], None] = lambda: None

    def submit(self, account_id: int, work: Work[Any], done: Done) -> None:
        if self.closing:
            raise Unavailable("The server is shutting down.")
        queue = self.queues.get(account_id)
        if queue is not None:
            queue.append(Write(account_id, work, done, brief=False))
            return
        self.queues[account_id] = deque([Write(account_id, work, done, brief=False)])
        task = asyncio.get_running_loop().create_task(self.drain(account_id))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def drain(self, account_id: int) -> None:
        """Write group after group until nobody waits: what comes in meanwhile is the next group."""
        queue = self.queues[account_id]
        while queue:
            group = [queue.popleft() for _ in range(min(len(queue), GROUP_LIMIT))]
            await self.write(account_id, group)
            answer(group)
            await asyncio.sleep(0)  # those who were answered may come back at once and join
        del self.queues[account_id]

    async def finish(self) -> None:
        """Take no more writes and see the waiting ones through."""
        self.closing = True
        while self.tasks:
            await asyncio.wait(self.tasks)

    async def write(self, account_id: int, group: Sequence[Write]) -> None:
        """Commit a group, over a lost connection too; afterwards each write has its result or its error."""
        mark = str(uuid.uuid4())
        deadline = time.monotonic() + PATIENCE_SECONDS
        in_doubt, pause = False, 0.05
        failure: Exception
        while True:
            try:
                async with self.sessions.session() as connection:
                    await self.attempt(connection, account_id, group, mark, in_doubt)
                self.groups += 1
                if any(write.erased for write in group):
                    self.erased()
                return
            except CommitLost as lost:
                in_doubt, failure = True, lost
            except Exception as error:
                if not is_lost(error):
                    self.refuse(group, error)
                    return
                failure = error
            self.forget()
            if time.monotonic() > deadline:
                self.refuse(group, failure, in_doubt=in_doubt)
                return
            await asyncio.sleep(pause)
            pause = min(1.0, pause * 2)

    def refuse(self, group: Sequence[Write], error: BaseException, *, in_doubt: bool = False) -> None:
        """Nothing of the group was confirmed; whatever was remembered of its states may never have been."""
        self.forget()
        text = (
            "The connection to the database was lost while this was being written. It may have been written or not."
            if in_doubt
            else "The data could not be written to the database. Nothing of this request was kept."
        )
        for write in group:
            failure = Unavailable(text)
            failure.__cause__ = error
            write.result, write.error = None, failure

    async def attempt(
        self, connection: Connection, account_id: int, group: Sequence[Write], mark: str, in_doubt: bool
    ) -> None:
        """One transaction. What an earlier attempt has committed is not done again: its results stand."""
        await connection.execute(BEGIN.format(settings=self.settings, account_id=int(account_id)))
        if in_doubt and await connection.fetchval(FIND_MARK, account_id, mark):
            await connection.execute("ROLLBACK")
            return
        self.last_now = max(self.last_now, self.clock())
        latest = await connection.fetchval(OPEN, account_id, mark, self.last_now)
        self.last_now = max(self.last_now, latest)
        if self.groups % CLEAN_EVERY == 0:
            await connection.execute(ERASE_MARKS, account_id, self.last_now - MARKS_KEPT)
        if len(group) == 1:
            await self.run(connection, account_id, group[0])
            if group[0].error is not None:
                await connection.execute("ROLLBACK")
                return
        else:
            await self.run_all(connection, account_id, group)
        await self.commit(connection)

    async def run(self, connection: Connection, account_id: int, write: Write) -> None:
        """Afterwards it has its result or its error; a lost connection is an error of nobody and raised."""
        write.result, write.error, write.erased = None, None, False
        self.last_now = max(self.last_now, self.clock())
        transaction = self.begin(connection, account_id, self.last_now)
        try:
            write.result = await write.work(transaction)
            write.erased = transaction.erased
        except Exception as error:
            if is_lost(error) or connection.is_closed():
                raise
            write.error = error

    async def run_all(self, connection: Connection, account_id: int, group: Sequence[Write]) -> None:
        """Each write in its savepoint, so that its error undoes it alone."""
        before = "SAVEPOINT write"
        for write in group:
            await connection.execute(before)
            await self.run(connection, account_id, write)
            failed = write.error is not None
            before = "ROLLBACK TO SAVEPOINT write" if failed else "RELEASE SAVEPOINT write; SAVEPOINT write"
        if before.startswith("ROLLBACK"):
            await connection.execute(before)

    async def commit(self, connection: Connection) -> None:
        try:
            await connection.execute("COMMIT")
        except failures.PostgresError as error:
            if is_lost(error):
                raise CommitLost from error
            raise
        except Exception as error:
            raise CommitLost from error
