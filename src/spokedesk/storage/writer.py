"""Group commit: waiting writes run one after another in one transaction, each in its own savepoint, one commit.

Nothing waits on purpose: a group is whatever came in while the one before was being committed. `done` of a write is
called after the commit that holds it, never before.

The commit, which flushes, is always made on the writer's thread. Brief writes are executed where requests are, on the
event loop: a thread would have to win the interpreter back from the loop at every statement. All others are executed
on the writer's thread, so that nobody's reads wait for them.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any

import apsw

from spokedesk.errors import Unavailable
from spokedesk.storage.database import Done, Transaction, Work, run
from spokedesk.storage.erasing import Cleaning, mark

GROUP_LIMIT = 64
BRIEF_LIMIT = 32
CLEAN_SECONDS = 0.5
BUSY_MILLISECONDS = 5_000

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

    __slots__ = ("account_id", "brief", "done", "erased", "error", "result", "work")

    def __init__(self, account_id: int, work: Work[Any], done: Done, brief: bool) -> None:
        self.account_id = account_id
        self.work = work
        self.done = done
        self.brief = brief
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
            self.connection.set_busy_timeout(BUSY_MILLISECONDS)
            self.connection.execute("BEGIN IMMEDIATE")
        except Exception as error:
            self.fail(group, error)
        else:
            self.execute(group)
            self.finish(group)

    def try_to_begin(self) -> bool:
        """Begin a transaction, unless that would mean to wait for another process or to open the file anew."""
        if self.connection is None:
            return False
        try:
            self.connection.set_busy_timeout(0)
            self.connection.execute("BEGIN IMMEDIATE")
        except apsw.Error:
            return False
        return True

    def execute(self, group: Sequence[Write]) -> None:
        """Run the group in the transaction that was begun."""
        try:
            assert self.connection is not None
            for write in group:
                self.run_one(self.connection, write)
        except Exception as error:
            self.fail(group, error)

    def finish(self, group: Sequence[Write]) -> None:
        """Commit what was executed, unless it has failed already."""
        if self.connection is None:
            return
        try:
            self.connection.execute("COMMIT")
            self.cleaning.note_writes()
            if any(write.erased for write in group):
                self.cleaning.note_erase()
        except Exception as error:
            self.fail(group, error)

    def fail(self, group: Sequence[Write], error: Exception) -> None:
        """Nothing of the group can be believed, nor of the connection."""
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
    """The waiting writes, and whose turn it is: the event loop's, or that of the one thread that commits.

    One group is underway at a time (`busy`), from its first statement until its answers are given. A job of the thread
    is a group that was executed and is to be committed, or an empty one: take what waits.
    """

    def __init__(self, commit: GroupCommit) -> None:
        self.commit = commit
        self.waiting: deque[Write] = deque()
        self.lock = threading.Lock()
        self.busy = self.executing = self.closing = self.has_loop = False
        self.jobs: SimpleQueue[list[Write] | None] = SimpleQueue()
        self.post: Post = call_here
        self.thread = threading.Thread(target=self.serve, name="spokedesk-writer", daemon=True)
        self.thread.start()

    def on_loop(self, post: Post) -> None:
        """Answers, and brief writes, go to an event loop from now on."""
        self.post, self.has_loop = post, True

    def submit(self, write: Write) -> None:
        with self.lock:
            if self.closing:
                raise Unavailable("The server is shutting down.")
            self.waiting.append(write)
            if not self.busy:
                self.go_on()

    def go_on(self) -> None:
        """Give the turn to whom the first waiting write belongs. Needs the lock, and that nothing is underway."""
        self.busy = bool(self.waiting)
        if self.busy and self.is_for_loop():
            self.post(self.execute_brief)
        elif self.busy:
            self.jobs.put([])

    def is_for_loop(self) -> bool:
        return self.has_loop and not self.closing and bool(self.waiting) and self.waiting[0].brief

    def execute_brief(self) -> None:
        """On the event loop: run the brief writes that wait first, and have them committed."""
        with self.lock:
            self.executing = self.is_for_loop()
        group: list[Write] = []
        if self.executing and self.commit.try_to_begin():
            with self.lock:
                while self.is_for_loop() and len(group) < BRIEF_LIMIT:
                    group.append(self.waiting.popleft())
            self.commit.execute(group)
        with self.lock:
            self.executing = False
            self.jobs.put(group)

    def serve(self) -> None:
        """The thread, until the queue is closed and nothing waits any more."""
        while (job := self.next_job()) is not None:
            self.process(job)
        while (job := self.last_job()) is not None:
            self.process(job)

    def next_job(self) -> list[Write] | None:
        """None when the queue is closed. In quiet moments clean up what erases have left."""
        while True:
            try:
                return self.jobs.get(timeout=CLEAN_SECONDS if self.commit.cleaning.pending else None)
            except Empty:
                with self.lock:
                    if self.busy:
                        continue
                    self.busy = True
                self.commit.clean()
                self.tell(self.free)

    def last_job(self) -> list[Write] | None:
        """What is underway when the queue is closed, then what waits; the loop takes nothing any more."""
        with self.lock:
            if not self.executing and self.jobs.empty():
                return [] if self.waiting else None
        return self.jobs.get()

    def process(self, group: list[Write]) -> None:
        if group:
            self.commit.finish(group)
        else:
            with self.lock:
                group = [self.waiting.popleft() for _ in range(min(len(self.waiting), GROUP_LIMIT))]
            if group:
                self.commit.run(group)
        self.tell(partial(answer, group))
        self.commit.clean()
        self.tell(self.free)

    def tell(self, call: Callable[[], None]) -> None:
        try:
            self.post(call)
        except Exception:
            log.exception("nobody took the answers of writes")

    def free(self) -> None:
        """The group that was underway is answered: the next one may begin."""
        with self.lock:
            self.go_on()

    def close(self) -> None:
        with self.lock:
            self.closing = True
        self.jobs.put(None)
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
