"""PgBouncer in transaction mode between the tests and their server; where there is none, the switch alone is tested."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from tests.support.postgres import NOBODY, databases, execute, free_port

POOL = 4
"""Connections to the server per database: fewer than a node opens, so that they are shared."""

START_SECONDS = 20
CONFIGURATION = """
[databases]
* = host={host} port={port} user={user}{password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {pool}
max_client_conn = 500
server_idle_timeout = 20
server_round_robin = 1
"""


def find_program() -> str | None:
    """On PATH or where Debian has it."""
    usual = Path("/usr/sbin/pgbouncer")
    return shutil.which("pgbouncer") or (str(usual) if usual.exists() else None)


def described() -> str:
    """What stands between the tests and the server, for the report."""
    program = find_program()
    if program is None:
        return "no pgbouncer on PATH or in /usr/sbin: ?pooler=transaction was tested against the server itself"
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    return f"through {version.splitlines()[0]} in transaction mode, {POOL} connections per database"


@cache
def port() -> int | None:
    """Where PgBouncer listens; started at first use and ended with the process. None if there is none."""
    program = find_program()
    if program is None:
        return None
    server = urlsplit(databases().admin)
    folder = tempfile.TemporaryDirectory(prefix="spokedesk-pooler-")
    atexit.register(folder.cleanup)
    os.chmod(folder.name, 0o755)
    found = free_port()
    path = Path(folder.name, "pgbouncer.ini")
    path.write_text(
        CONFIGURATION.format(
            host=server.hostname,
            port=server.port or 5432,
            user=server.username,
            password=f" password={server.password}" if server.password else "",
            listen=found,
            pool=POOL,
        )
    )
    path.chmod(0o644)
    dropped = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    with open(Path(folder.name, "log"), "wb") as log:
        process = subprocess.Popen([program, str(path)], stdout=log, stderr=log, cwd="/", **dropped)  # type: ignore[call-overload]
    atexit.register(end, process)
    wait_for(found, process)
    return found


def wait_for(listening: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            execute(at_port(databases().admin, listening), "SELECT 1")
            return
        except (OSError, asyncpg.PostgresError):
            assert process.poll() is None, "pgbouncer ended at once"
            assert time.monotonic() < deadline, "pgbouncer does not answer"
            time.sleep(0.1)


def end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    process.wait(10)


def at_port(url: str, number: int) -> str:
    parts = urlsplit(url)
    user, at, _ = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user.partition(':')[0]}{at}127.0.0.1:{number}"))


def pooled(url: str) -> str:
    """The same database for a node behind the pooler."""
    listening = port()
    through = url if listening is None else at_port(url, listening)
    return f"{through}{'&' if '?' in through else '?'}pooler=transaction"
