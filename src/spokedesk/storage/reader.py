"""Short reads on one connection. On an event loop those of one turn share a snapshot.

A transaction of its own costs a read as much as the rest of what SQLite does for it: two locks in the shared memory of
the log, and a look at what others have committed. A snapshot ends with the turn of the loop in which it was begun. Its
end is queued there when it begins, so the answer to a write that it does not see, which is queued when that was
committed, comes behind it: who was told of a write finds it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import apsw

from spokedesk.errors import SearchTooExpensive, Unavailable
from spokedesk.storage.database import Transaction, Work, run
from spokedesk.storage.writer import BROKEN, Post

if TYPE_CHECKING:
    from spokedesk.storage.sqlite import SqliteTransaction

log = logging.getLogger("spokedesk.storage")

CLOSE_ROUNDS, CLOSE_SECONDS = 200, 0.01

T = TypeVar("T")
Begin = Callable[[apsw.Connection, int], "SqliteTransaction"]


class Reader:
    """The connection for short reads, used by one thread: the event loop's once there is one.

    `state` is what the transactions of a snapshot found out of the state of the file.
    """

    def __init__(self, connection: apsw.Connection, begin: Begin) -> None:
        self.connection = connection
        self.begin = begin
        self.post: Post | None = None
        self.thread = 0
        self.state: tuple[int, int] | None = None

    def on_loop(self, post: Post) -> None:
        """Share snapshots among reads of this thread from now on; `post` calls back in the next turn of its loop."""
        self.post, self.thread = post, threading.get_ident()

    def read(self, account_id: int, work: Work[T]) -> T:
        """Run in the snapshot of this turn, which the first read begins; failures become what a client is told."""
        connection, post = self.connection, self.post
        transaction = self.begin(connection, account_id)
        if post is None or threading.get_ident() != self.thread:
            return run_reading(connection, transaction, work)
        try:
            if not connection.in_transaction:
                connection.execute("BEGIN")
                post(self.end)
            transaction.reader = self
            return run(work(transaction))
        except BROKEN as error:
            self.end()
            raise unreadable() from error
        except apsw.InterruptError as error:
            raise too_expensive() from error

    def end(self) -> None:
        """The next read sees what has been committed until then."""
        self.state = None
        try:
            if self.post is not None and self.connection.in_transaction:
                self.connection.execute("COMMIT")
        except apsw.Error:
            log.exception("a snapshot could not be ended")

    def close(self) -> None:
        """Close from any thread. A loop that is just about to end its last snapshot is waited for."""
        self.post = None
        for _ in range(CLOSE_ROUNDS):
            try:
                self.connection.close(True)
                return
            except apsw.ThreadingViolationError:
                time.sleep(CLOSE_SECONDS)
        log.error("the connection for reads is in use and stays open")


def run_reading(connection: apsw.Connection, transaction: Transaction, work: Work[T]) -> T:
    """Run in one read transaction, so that an answer never mixes two states; failures become what a client is told."""
    try:
        connection.execute("BEGIN")
        try:
            return run(work(transaction))
        finally:
            if connection.in_transaction:
                connection.execute("COMMIT")
    except apsw.InterruptError as error:
        raise too_expensive() from error
    except BROKEN as error:
        raise unreadable() from error


def too_expensive() -> SearchTooExpensive:
    return SearchTooExpensive("The request took too long and was stopped. Please narrow it down.")


def unreadable() -> Unavailable:
    return Unavailable("The data could not be read. Please try again.")
