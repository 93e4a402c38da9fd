"""After an erase: what SQLite keeps of deleted rows has to go as well, from its log and from inside its pages.

Deleted rows are overwritten at once (`secure_delete`), but when pages are divided SQLite leaves copies of rows between
the ones that moved; only rewriting the file removes those. Until that is done the file is marked, in the transaction
that erases, so that a restarted server goes on with it.
"""

from __future__ import annotations

import logging
import time
from pathlib import Path

import apsw

MARK = 0x53706B45
LARGE = 64_000_000
QUIET_SECONDS = 2.0
LATEST_SECONDS = 30.0
RETRY_SECONDS = 600.0
BUSY_MILLISECONDS = 5_000

log = logging.getLogger("spokedesk.storage")


def mark(connection: apsw.Connection) -> None:
    """Remember, as a part of the running transaction, that something was erased."""
    connection.execute(f"PRAGMA application_id = {MARK}")


def is_marked(connection: apsw.Connection) -> bool:
    return connection.execute("PRAGMA application_id").fetchall() == [(MARK,)]


def empty_log(connection: apsw.Connection) -> bool:
    """Move the log into the file and cut it to nothing; False, without waiting, when a reader still needs it."""
    connection.set_busy_timeout(0)
    try:
        rows = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return bool(rows[0][0] == 0)
    except (apsw.BusyError, apsw.LockedError):
        return False
    finally:
        connection.set_busy_timeout(BUSY_MILLISECONDS)


def rewrite(connection: apsw.Connection) -> None:
    """Write the whole file anew, in one transaction; its copy on the way lies in a file, it may be large."""
    connection.execute("PRAGMA temp_store = FILE")
    try:
        connection.execute("VACUUM")
    finally:
        connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA application_id = 0")


class Cleaning:
    """What is left to do after erases, one step at a time between groups of writes, on the writer's thread.

    The log is emptied as soon as no reader needs it. The file is rewritten when no write has come for a moment, at the
    latest after half a minute; a large one only when no write has come for half a minute, because writes wait
    meanwhile. Times are seconds of the monotonic clock.
    """

    def __init__(self, path: Path, *, marked: bool = False) -> None:
        self.path = path
        self.log_holds = marked
        self.file_since = time.monotonic() if marked else None
        self.busy_at = 0.0
        self.not_before = 0.0

    @property
    def pending(self) -> bool:
        return self.log_holds or self.file_since is not None

    def note_erase(self) -> None:
        """An erase was committed."""
        self.log_holds = True
        if self.file_since is None:
            self.file_since = time.monotonic()

    def note_writes(self) -> None:
        self.busy_at = time.monotonic()

    def step(self, connection: apsw.Connection) -> None:
        """Do what can be done now. Raise apsw.Error for a failure of the disk."""
        if self.log_holds:
            self.log_holds = not empty_log(connection)
        now = time.monotonic()
        if self.file_since is None or now < self.not_before or not self.is_due(now, self.file_since):
            return
        self.not_before = now + RETRY_SECONDS  # unless this succeeds
        self.rewrite(connection)

    def finish(self, connection: apsw.Connection) -> None:
        """Before the database is closed: what need not wait for the next start."""
        if self.file_since is not None and self.path.stat().st_size <= LARGE:
            self.rewrite(connection)

    def rewrite(self, connection: apsw.Connection) -> None:
        rewrite(connection)
        self.file_since, self.not_before = None, 0.0
        self.log_holds = not empty_log(connection)

    def is_due(self, now: float, since: float) -> bool:
        quiet = now - self.busy_at
        if self.path.stat().st_size > LARGE:
            return quiet >= LATEST_SECONDS
        return quiet >= QUIET_SECONDS or now - since >= LATEST_SECONDS
