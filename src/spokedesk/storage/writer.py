"""Group commit: waiting writes run one after another in one transaction, each in its own savepoint, one commit.

Nothing waits on purpose: a group is whatever came in while the one before was being committed. `done` of a write is
called after the commit that holds it, never before.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import apsw

from spokedesk.errors import Unavailable
from spokedesk.storage.database import Done, Transaction, Work, run
from spokedesk.storage.erasing import Cleaning, mark

GROUP_LIMIT = 64
CLEAN_SECONDS = 0.5

# failures of the disk or the file, as opposed to a mistake in a statement or a rule that a write breaks
BROKEN = (
    apsw.BusyError,
    apsw.CantOpenError,
    apsw.CorruptError,
    apsw.FullError,
    apsw.IOError,
    apsw.LockedError,
    apsw.NoMemError,
    apsw.NotADBError,
    apsw.PermissionsError,
    apsw.ProtocolError,
    apsw.ReadOnlyError,
)

log = logging.getLogger("spokedesk.storage")

Post = Callable[[Callable[[], None]], None]
Begin = Callable[[apsw.Connection, int, int], Transaction]


class Write:
    """One waiting write and, afterwards, how it ended."""

    __slots__ = ("account_id", "done", "erased", "error", "result", "work")

    def __init__(self, account_id: int, work: Work[Any], done: Done) -> None:
        self.account_id = account_id
        self.work = work
        self.done = done
        self.result: Any = None
        self.error: BaseException | None = None
        self.erased = False


class GroupCommit:
    """Owns the writing connection: runs groups, and replaces the connection when a commit's outcome is unknown."""

    def __init__(
        self,
        connection: apsw.Connection,
        begin: Begin,
        reconnect: Callable[[], apsw.Connection],
        *,
        clock: Callable[[], int],
        last_now: int,
        cleaning: Cleaning,
    ) -> None:
        self.connection: apsw.Connection | None = connection
        self.begin = begin
        self.reconnect = reconnect
        self.clock = clock
        self.last_now = last_now
        self.cleaning = cleaning

    def run(self, group: Sequence[Write]) -> None:
        """Execute and commit the group; afterwards each write has its result or its error."""
        try:
            if self.connection is None:
                self.connection = self.reconnect()
            self.connection.execute("BEGIN IMMEDIATE")
            for write in group:
                self.run_one(self.connection, write)
            self.connection.execute("COMMIT")
            self.cleaning.note_writes()
            if any(write.erased for write in group):
                self.cleaning.note_erase()
        except Exception as error:
            self.abandon()
            failure = Unavailable("The data could not be written to disk. Nothing of this request was confirmed.")
            failure.__cause__ = error
            for write in group:
                write.result, write.error = None, failure

    def run_one(self, connection: apsw.Connection, write: Write) -> None:
        """One write in its savepoint; its error undoes it alone, unless the whole transaction is lost."""
        self.last_now = max(self.last_now, self.clock())
        transaction = self.begin(connection, write.account_id, self.last_now)
        connection.execute("SAVEPOINT write")
        try:
            write.result = run(write.work(transaction))
            write.erased = transaction.erased
            if write.erased:
                mark(connection)
        except BROKEN:
            raise
        except BaseException as error:
            write.error, write.erased = error, False
            if not connection.in_transaction:
                raise
            connection.execute("ROLLBACK TO write")
        connection.execute("RELEASE write")

    def clean(self) -> None:
        """Between groups: remove what erases left in the log and the file."""
        if self.connection is None or not self.cleaning.pending:
            return
        try:
            self.cleaning.step(self.connection)
        except (apsw.Error, OSError):
            log.exception("what was erased could not be removed from the files yet")
            self.abandon()

    def abandon(self) -> None:
        """Close the connection without believing anything about it; the next group opens a new one."""
        connection, self.connection = self.connection, None
        if connection is not None:
            try:
                connection.close(True)
            except Exception:
                log.exception("the connection could not be closed")

    def close(self) -> None:
        """Move the WAL into the file. If that fails nothing is lost: the next start reads the WAL."""
        if self.connection is not None:
            try:
                self.cleaning.finish(self.connection)
                self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            except (apsw.Error, OSError):
                log.warning("the write-ahead log was left for the next start", exc_info=True)
            self.abandon()


class WriteQueue:
    """The waiting writes and the one thread that takes them."""

    def __init__(self, commit: GroupCommit) -> None:
        self.commit = commit
        self.waiting: deque[Write] = deque()
        self.ready = threading.Condition(threading.Lock())
        self.closing = False
        self.post: Post = call_here
        self.thread = threading.Thread(target=self.loop, name="spokedesk-writer", daemon=True)
        self.thread.start()

    def submit(self, account_id: int, work: Work[Any], done: Done) -> None:
        with self.ready:
            if self.closing:
                raise Unavailable("The server is shutting down.")
            self.waiting.append(Write(account_id, work, done))
            self.ready.notify()

    def loop(self) -> None:
        while (group := self.next_group()) is not None:
            if group:
                self.commit.run(group)
                try:
                    self.post(partial(answer, group))
                except Exception:
                    log.exception("nobody took the answers of %d writes", len(group))
            self.commit.clean()

    def next_group(self) -> list[Write] | None:
        """The writes that wait now; none when it is time to clean up, None when the queue is closed and drained."""
        with self.ready:
            while not self.waiting and not self.closing:
                if not self.ready.wait(CLEAN_SECONDS if self.commit.cleaning.pending else None):
                    return []
            if not self.waiting:
                return None
            return [self.waiting.popleft() for _ in range(min(len(self.waiting), GROUP_LIMIT))]

    def close(self) -> None:
        with self.ready:
            self.closing = True
            self.ready.notify()
        self.thread.join()


def call_here(call: Callable[[], None]) -> None:
    """Run on the thread that finished the work; a server puts one hop to its event loop in place of this."""
    call()


def answer(group: list[Write]) -> None:
    """Tell everybody; one that fails to listen does not keep the others from hearing."""
    for write in group:
        try:
            write.done(write.result, write.error)
        except Exception:
            log.exception("the answer of a write was not taken")
