"""A server on a thread of the test process, with limits that a test can wait for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from spokedesk.api.app import App
from spokedesk.api.connection import Limits
from spokedesk.api.server import ReadyServer, make_server
from spokedesk.api.service import Store
from spokedesk.engine.tokens import create_token, every_scope
from spokedesk.storage.database import Transaction
from spokedesk.storage.sqlite import FileDatabase
from tests.support.api import FULL_TOKEN
from tests.support.stores import ACCOUNT_ID, make_account, write


@dataclass(slots=True)
class Threaded:
    """A running server: where, with which token, over which store."""

    url: str
    token: str
    store: Store
    server: ReadyServer

    @property
    def database(self) -> FileDatabase:
        found = self.store.database
        assert isinstance(found, FileDatabase)
        return found


@contextmanager
def served(folder: Path, limits: Limits | None = None, budget_seconds: float = 5) -> Iterator[Threaded]:
    """A database on disk behind a real socket until the block ends."""
    database = FileDatabase(folder / "data", budget_seconds=budget_seconds)
    make_account(database)
    write(database, lambda tx: create_token(tx, FULL_TOKEN, name="full", scopes=every_scope()))
    store = Store(database)
    listening = threading.Event()
    found: list[str] = []

    def ready(host: str, port: int) -> None:
        found.append(f"http://{host}:{port}")
        listening.set()

    server = make_server(App(store), "127.0.0.1", 0, ready, limits=limits)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert listening.wait(20)
        yield Threaded(found[0], FULL_TOKEN, store, server)
    finally:
        server.should_exit = True
        thread.join(40)
        assert not thread.is_alive(), "the server did not end"


def eventually(holds: Callable[[], bool], seconds: float = 10) -> bool:
    """Whether something comes true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.02)
    return False


@contextmanager
def busy_writer(server: Threaded) -> Iterator[Callable[[], None]]:
    """Keep the writer of a server busy until the block ends or the given function is called."""
    go_on, entered = threading.Event(), threading.Event()

    async def work(tx: Transaction) -> None:
        entered.set()
        assert go_on.wait(30)

    server.database.write(ACCOUNT_ID, work, lambda result, error: None)
    assert entered.wait(10)
    try:
        yield go_on.set
    finally:
        go_on.set()
