"""Nodes of the test process: databases on one PostgreSQL, each driven by an event loop on a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from typing import Any, TypeVar

from spokedesk.storage.database import Work
from spokedesk.storage.postgres import PostgresDatabase
from spokedesk.storage.sqlite import system_clock
from tests.support.stores import ACCOUNT_ID

T = TypeVar("T")
SECONDS = 60


class Node:
    """A database as a server has it: on a running loop."""

    def __init__(self, url: str, clock: Callable[[], int] = system_clock) -> None:
        self.database = PostgresDatabase(url, clock)
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="node", daemon=True)
        self.thread.start()
        self.call(self.take_loop())

    async def take_loop(self) -> None:
        self.database.on_loop(lambda call: call())

    def call(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(SECONDS)

    def submit_all(self, kind: str, works: Iterable[Work[Any]], account_id: int = ACCOUNT_ID) -> list[Future[Any]]:
        """Hand in many reads, scans or writes at one tick."""
        futures: list[Future[Any]] = []
        submit = getattr(self.database, kind)

        def hand_in(work: Work[Any], future: Future[Any]) -> None:
            def done(result: Any, error: BaseException | None) -> None:
                if error is None:
                    future.set_result(result)
                else:
                    future.set_exception(error)

            try:
                submit(account_id, work, done)
            except Exception as error:
                future.set_exception(error)

        def hand_in_all(pairs: list[tuple[Work[Any], Future[Any]]]) -> None:
            for work, future in pairs:
                hand_in(work, future)

        pairs = [(work, Future[Any]()) for work in works]
        futures = [future for _, future in pairs]
        self.loop.call_soon_threadsafe(hand_in_all, pairs)
        return futures

    def read(self, work: Work[T]) -> T:
        return self.submit_all("read", [work])[0].result(SECONDS)  # type: ignore[no-any-return]

    def write(self, work: Work[T]) -> T:
        return self.submit_all("write", [work])[0].result(SECONDS)  # type: ignore[no-any-return]

    def close(self) -> None:
        self.database.close()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(SECONDS)
        self.loop.close()


def ended(futures: list[Future[Any]]) -> list[Future[Any]]:
    """The same futures, all of them done."""
    assert not wait(futures, SECONDS).not_done, "some were never answered"
    return futures


@contextmanager
def nodes(url: str, count: int = 1, clock: Callable[[], int] = system_clock) -> Iterator[list[Node]]:
    """So many nodes on one database until the block ends."""
    made: list[Node] = []
    try:
        for _ in range(count):
            made.append(Node(url, clock))
        yield made
    finally:
        for node in made:
            node.close()
