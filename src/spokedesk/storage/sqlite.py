"""SQLite through apsw: connections, pragmas, transactions, error translation, snapshots.

On disk: one writing connection, whose commits and checkpoints are made on the writer's thread, query-only connections
for the event loop and for scans. In memory: one connection for everything, used on the event loop only.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import apsw
import msgspec

from spokedesk.errors import StoreError, Unavailable
from spokedesk.storage.database import Done, Row, Work, run
from spokedesk.storage.dialect import SQLITE, Dialect
from spokedesk.storage.erasing import Cleaning, is_marked
from spokedesk.storage.folder import FILE_NAME as FILE_NAME
from spokedesk.storage.folder import acquire_lock, create_file, prepare_folder, refuse_unfinished
from spokedesk.storage.folder import is_served as is_served
from spokedesk.storage.migrate import Migrations, schema_version
from spokedesk.storage.reader import Reader, run_reading, too_expensive
from spokedesk.storage.writer import BROKEN, GroupCommit, Post, Write, WriteQueue

T = TypeVar("T")
Clock = Callable[[], int]

SCAN_BUDGET_SECONDS = 5.0
SCAN_THREADS = 2
PROGRESS_STEPS = 20_000
BUSY_SECONDS = 5
BESIDE_SECONDS = 30

READER_PRAGMAS = ("PRAGMA query_only = 1", "PRAGMA cache_size = -16000", "PRAGMA temp_store = MEMORY")
# fullfsync matters on macOS alone, where an ordinary fsync may stop at the disk's cache
WRITER_PRAGMAS = (
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA fullfsync = 1",
    "PRAGMA checkpoint_fullfsync = 1",
    "PRAGMA wal_autocheckpoint = 2000",
    "PRAGMA cache_size = -16000",
    "PRAGMA temp_store = MEMORY",
)

STATEMENTS = SQLITE.statements
encode_list = msgspec.json.Encoder().encode


def system_clock() -> int:
    """Milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


class SqliteTransaction:
    """A transaction on one connection; its awaits never suspend."""

    __slots__ = ("account_id", "cache", "cacheable", "connection", "cursor", "dialect", "erased", "now", "reader")

    def __init__(self, connection: apsw.Connection, account_id: int, now: int, cache: dict[Any, Any]) -> None:
        self.connection = connection
        self.cursor = connection.cursor()
        self.account_id = account_id
        self.now = now
        self.cache = cache
        self.cacheable = True
        self.erased = False
        self.dialect: Dialect = SQLITE
        self.reader: Reader | None = None

    def bind(self, sql: str, params: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        text, lists = STATEMENTS.get(sql) or SQLITE.statement(sql)
        params["account_id"] = self.account_id
        if lists:
            for name in lists:
                params[name] = encode_list(params[name]).decode()
        return text, params

    async def rows(self, sql: str, **params: Any) -> Sequence[Row]:
        return self.cursor.execute(*self.bind(sql, params)).fetchall()

    async def row(self, sql: str, **params: Any) -> Row | None:
        rows = self.cursor.execute(*self.bind(sql, params)).fetchall()
        return rows[0] if rows else None

    async def execute(self, sql: str, **params: Any) -> int:
        self.cursor.execute(*self.bind(sql, params))
        return self.connection.changes()

    async def enter(self, account_id: int) -> None:
        """There is one writer, so a write has every account for itself."""
        self.account_id = account_id

    async def state(self) -> tuple[int, int]:
        """The file as other connections change it, and what this connection changed; both as of this transaction."""
        reader = self.reader
        if reader is not None and reader.state is not None:
            return reader.state
        ((version,),) = self.cursor.execute("PRAGMA data_version").fetchall()
        found = int(version), self.connection.total_changes()  # type: ignore[arg-type]
        if reader is not None:
            reader.state = found
        return found

    async def execute_many(self, sql: str, params: Sequence[Mapping[str, Any]]) -> None:
        text, _ = self.dialect.statement(sql)
        self.cursor.executemany(text, [{**row, "account_id": self.account_id} for row in params])


def connect(
    path: str, pragmas: Sequence[str], *, vfs: str | None = None, busy_seconds: int = BUSY_SECONDS
) -> apsw.Connection:
    """Open an existing file; a busy writer of another process is waited for."""
    connection: apsw.Connection | None = None
    try:
        connection = apsw.Connection(path, apsw.SQLITE_OPEN_READWRITE, vfs=vfs, statementcachesize=300)
        # plans do not depend on bound values; without this every join is planned anew at each call (4x on small ones)
        connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
        connection.set_busy_timeout(busy_seconds * 1000)
        for pragma in pragmas:
            connection.execute(pragma)
    except apsw.Error as error:
        if connection is not None:
            connection.close(True)
        raise StoreError(
            f"Cannot open {path}: {error}. The file must be a Spokedesk database on a writable local disk."
        ) from error
    return connection


def connect_writer(path: str, synchronous: str, vfs: str | None) -> apsw.Connection:
    """A connection that may write, always with a write-ahead log."""
    connection = connect(path, (*WRITER_PRAGMAS, f"PRAGMA synchronous = {synchronous}"), vfs=vfs)
    try:
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchall()
    except apsw.Error as error:
        mode = [(error,)]
    if mode != [("wal",)]:
        connection.close(True)
        raise StoreError(f"Cannot keep a write-ahead log for {path} ({mode[0][0]}). It must be on a local disk.")
    return connection


def check_schema(path: str, vfs: str | None) -> None:
    """Raise if the file was written by a newer release, before anything of it or of its log is touched."""
    log = Path(f"{path}-wal")
    if not log.exists() or not log.stat().st_size:
        # nothing but the file counts, and it says so itself: bytes 60 to 63
        with open(path, "rb") as file:
            header = file.read(64)
        if header.startswith(b"SQLite format 3"):
            Migrations(SQLITE).check(int.from_bytes(header[60:64], "big"))
        return
    try:
        connection = apsw.Connection(path, apsw.SQLITE_OPEN_READONLY, vfs=vfs)
        try:
            Migrations(SQLITE).check(schema_version(connection))
        finally:
            connection.close(True)
    except apsw.ReadOnlyError:
        return  # the very first start was killed: its half-made file has to be rolled back before it can be read
    except apsw.Error as error:
        raise StoreError(f"Cannot open {path}: {error}. The file must be a Spokedesk database.") from error


class MemoryDatabase:
    """`--ephemeral`: one connection, no threads; every operation runs to its end where it is called."""

    dialect = SQLITE
    ephemeral = True

    def __init__(
        self,
        clock: Clock = system_clock,
        parent: MemoryDatabase | None = None,
        *,
        budget_seconds: float = SCAN_BUDGET_SECONDS,
    ) -> None:
        self.connection = connect(":memory:", ())
        self.connection.execute("PRAGMA temp_store = MEMORY")
        self.clock = clock
        self.budget_seconds = budget_seconds
        self.last_now = 0
        self.cache: dict[Any, Any] = {}
        self.deadline = 0.0
        if parent is None:
            Migrations(SQLITE).apply(self.connection)
        else:
            copy_database(parent.connection, self.connection)
            self.last_now = parent.last_now
        self.connection.set_progress_handler(self.is_over_budget, PROGRESS_STEPS)

    def is_over_budget(self) -> bool:
        return time.monotonic() > self.deadline

    def transaction(self, account_id: int) -> SqliteTransaction:
        self.last_now = max(self.last_now, self.clock())
        self.deadline = time.monotonic() + self.budget_seconds
        return SqliteTransaction(self.connection, account_id, self.last_now, self.cache)

    def read(self, account_id: int, work: Work[Any], done: Done) -> None:
        try:
            result = run(work(self.transaction(account_id)))
        except Exception as error:
            done(None, too_expensive() if isinstance(error, apsw.InterruptError) else error)
        else:
            done(result, None)

    scan = read

    def write(self, account_id: int, work: Work[Any], done: Done, *, brief: bool = False) -> None:
        transaction = self.transaction(account_id)
        self.connection.execute("SAVEPOINT write")
        try:
            result = run(work(transaction))
        except BaseException as error:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK TO write")
                self.connection.execute("RELEASE write")
            if not isinstance(error, Exception):
                raise
            done(None, too_expensive() if isinstance(error, apsw.InterruptError) else error)
        else:
            self.connection.execute("RELEASE write")
            done(result, None)

    def on_loop(self, post: Post) -> None:
        """Nothing here ever leaves the calling thread."""

    def close(self) -> None:
        self.connection.close()


class FileDatabase:
    """A database file in a folder, held by one server at a time."""

    dialect = SQLITE
    ephemeral = False

    def __init__(
        self,
        folder: Path,
        clock: Clock = system_clock,
        *,
        synchronous: str = "FULL",
        vfs: str | None = None,
        budget_seconds: float = SCAN_BUDGET_SECONDS,
    ) -> None:
        prepare_folder(folder)
        self.lock = acquire_lock(folder)
        self.path = str(folder / FILE_NAME)
        self.cache: dict[Any, Any] = {}
        self.clock = clock
        self.vfs = vfs
        self.synchronous = synchronous
        self.budget_seconds = budget_seconds
        self.deadline = 0.0
        self.closed = False
        self.scanners: ThreadPoolExecutor | None = None
        self.idle_scanners: list[apsw.Connection] = []
        try:
            self.commit, connection = self.open(folder)
        except BaseException:
            self.lock.close()
            raise
        self.reader = Reader(connection, self.begin_read)
        self.writer = WriteQueue(self.commit)

    def open(self, folder: Path) -> tuple[GroupCommit, apsw.Connection]:
        """The writing connection on the newest schema, and the one of the event loop."""
        refuse_unfinished(folder)
        create_file(folder / FILE_NAME)
        check_schema(self.path, self.vfs)
        writer = connect_writer(self.path, self.synchronous, self.vfs)
        try:
            Migrations(SQLITE).apply(writer, backup_folder=folder)
            last = latest_instant(writer)
            reader = connect(self.path, READER_PRAGMAS, vfs=self.vfs)
        except BaseException:
            writer.close(True)
            raise
        reader.set_progress_handler(self.is_over_budget, PROGRESS_STEPS)
        cleaning = Cleaning(folder / FILE_NAME, marked=is_marked(writer))
        commit = GroupCommit(
            writer, self.begin_write, self.reconnect, clock=self.clock, last_now=last, cleaning=cleaning
        )
        return commit, reader

    def reconnect(self) -> apsw.Connection:
        """A new writing connection after one that cannot be believed; what was remembered may never have been."""
        self.cache.clear()
        connection = connect_writer(self.path, self.synchronous, self.vfs)
        if schema_version(connection) != Migrations(SQLITE).newest:
            connection.close(True)
            raise StoreError(f"{self.path} is not the file that this server opened.")
        return connection

    def begin_write(self, connection: apsw.Connection, account_id: int, now: int) -> SqliteTransaction:
        return SqliteTransaction(connection, account_id, now, self.cache)

    def begin_read(self, connection: apsw.Connection, account_id: int) -> SqliteTransaction:
        """Reads see the same time as writes, also when the clock was set back."""
        return SqliteTransaction(connection, account_id, max(self.clock(), self.commit.last_now), self.cache)

    def is_over_budget(self) -> bool:
        return time.monotonic() > self.deadline

    def read(self, account_id: int, work: Work[Any], done: Done) -> None:
        self.deadline = time.monotonic() + self.budget_seconds
        try:
            result = self.reader.read(account_id, work)
        except Exception as error:
            done(None, error)
        else:
            done(result, None)

    def scan(self, account_id: int, work: Work[Any], done: Done) -> None:
        """The budget covers the wait for a thread as well, so a queue of scans is bounded in time."""
        if self.closed:
            raise Unavailable("The server is shutting down.")
        if self.scanners is None:
            self.scanners = ThreadPoolExecutor(SCAN_THREADS, thread_name_prefix="spokedesk-scan")
        deadline = time.monotonic() + self.budget_seconds
        self.scanners.submit(self.run_scan, account_id, work, done, deadline)

    def run_scan(self, account_id: int, work: Work[Any], done: Done, deadline: float) -> None:
        try:
            result = self.scanned(account_id, work, deadline)
        except BaseException as error:
            self.writer.post(partial(done, None, error))
        else:
            self.writer.post(partial(done, result, None))

    def scanned(self, account_id: int, work: Work[T], deadline: float) -> T:
        """Run a scan on the calling thread, on a connection that nobody else uses meanwhile."""
        if time.monotonic() > deadline:
            raise too_expensive()
        connection = self.take_scanner()
        try:
            connection.set_progress_handler(lambda: time.monotonic() > deadline, PROGRESS_STEPS)
            return run_reading(connection, self.begin_read(connection, account_id), work)
        finally:
            self.idle_scanners.append(connection)

    def take_scanner(self) -> apsw.Connection:
        try:
            return self.idle_scanners.pop()
        except IndexError:
            pass
        try:
            return connect(self.path, READER_PRAGMAS, vfs=self.vfs)
        except StoreError as error:
            raise Unavailable("The data could not be read. Please try again.") from error

    def on_loop(self, post: Post) -> None:
        """Call every `done` through `post` from now on, and execute brief writes there; called on the loop."""
        self.reader.on_loop(post)
        self.writer.on_loop(post)

    def write(self, account_id: int, work: Work[Any], done: Done, *, brief: bool = False) -> None:
        self.writer.submit(Write(account_id, work, done, brief))

    def close(self) -> None:
        """Finish the waiting writes and scans, move the WAL into the file, let go of the lock."""
        if self.closed:
            return
        self.closed = True
        try:
            self.writer.close()
            if self.scanners is not None:
                self.scanners.shutdown()
            self.reader.close()
            for connection in self.idle_scanners:
                connection.close(True)
            self.commit.close()
        finally:
            self.lock.close()


def latest_instant(connection: apsw.Connection) -> int:
    """When the last write was, so that time goes on from there also after the clock was set back."""
    rows: list[Row] = connection.execute("SELECT COALESCE(MAX(last_at), 0) FROM account").fetchall()
    return int(rows[0][0])


def copy_database(source: apsw.Connection, target: apsw.Connection) -> None:
    """Make `target` an exact copy of `source`."""
    with target.backup("main", source, "main") as backup:
        while not backup.done:
            backup.step(-1)


def write_beside(folder: Path, account_id: int, work: Work[T]) -> T:
    """One committed write to a file that a running server holds: a command that the server should see at once.

    The server stays the only one that checkpoints.
    """
    pragmas = (*WRITER_PRAGMAS, "PRAGMA wal_autocheckpoint = 0")
    connection = connect(str(folder / FILE_NAME), pragmas, busy_seconds=BESIDE_SECONDS)
    try:
        if schema_version(connection) != Migrations(SQLITE).newest:
            raise StoreError(f"{folder} belongs to another release of Spokedesk. Use the one that serves it.")
        connection.execute("BEGIN IMMEDIATE")
        now = max(system_clock(), latest_instant(connection))
        result = run(work(SqliteTransaction(connection, account_id, now, {})))
        connection.execute("COMMIT")
        return result
    except BROKEN as error:
        raise StoreError(f"Nothing was written to {folder}: {error}.") from error
    finally:
        with suppress(apsw.Error):
            connection.close(True)
