"""What every database offers: transactions in which a coroutine runs, the driver of such coroutines, and waiting."""

from __future__ import annotations

import threading
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from spokedesk.storage.dialect import Dialect

Row = tuple[Any, ...]
T = TypeVar("T")


class Transaction(Protocol):
    """One consistent view of one account. `now` (ms) is fixed for the whole transaction and never goes back.

    `erased` is set by whoever erases data on request, so that the database leaves no trace of it anywhere.
    Every statement may use `:account_id`. A list is bound with `= EACH(:name)`.
    """

    account_id: int
    now: int
    dialect: Dialect
    cache: dict[Any, Any]
    cacheable: bool
    erased: bool

    async def rows(self, sql: str, **params: Any) -> Sequence[Row]: ...
    async def row(self, sql: str, **params: Any) -> Row | None: ...
    async def execute(self, sql: str, **params: Any) -> int: ...
    async def execute_many(self, sql: str, params: Sequence[Mapping[str, Any]]) -> None: ...
    async def enter(self, account_id: int) -> None:
        """Go on in an account that was found out on the way. A write has it for itself from then on."""
        ...

    async def state(self) -> tuple[int, int]:
        """Two numbers, one of which is another one whenever anybody, in any process, has committed a change."""
        ...


Work = Callable[[Transaction], Coroutine[Any, Any, T]]
Done = Callable[[Any, BaseException | None], None]


class Database(Protocol):
    """A store: short reads, long ones (scans), and writes, which are committed before `done` is called.

    `done(result, error)` is called once, often before the call returns: always so for reads of a database that never
    waits. `work` of a read or scan may be run a second time and must change nothing but its transaction. A write is
    `brief` when it takes no longer than a short read.
    """

    dialect: Dialect
    ephemeral: bool

    def read(self, account_id: int, work: Work[Any], done: Done) -> None: ...
    def scan(self, account_id: int, work: Work[Any], done: Done) -> None: ...
    def write(self, account_id: int, work: Work[Any], done: Done, *, brief: bool = False) -> None: ...
    def on_loop(self, post: Callable[[Callable[[], None]], None]) -> None: ...
    def close(self) -> None: ...


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Drive a coroutine that must not suspend to its end, on the calling thread."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        result: T = stop.value
        return result
    coroutine.close()
    raise RuntimeError("a storage coroutine suspended on a database that never waits")


def read_and_wait(database: Database, account_id: int, work: Work[T]) -> T:
    """Run one read from a thread that may wait."""
    return waited(database.read, account_id, work)


def write_and_wait(database: Database, account_id: int, work: Work[T]) -> T:
    """Run one committed write from a thread that may wait."""
    return waited(database.write, account_id, work)


def waited(submit: Callable[[int, Work[Any], Done], None], account_id: int, work: Work[T]) -> T:
    """What the work returned; raise what it raised."""
    finished = threading.Event()
    outcome: list[Any] = []

    def done(result: Any, error: BaseException | None) -> None:
        outcome.extend((result, error))
        finished.set()

    submit(account_id, work, done)
    finished.wait()
    if outcome[1] is not None:
        raise outcome[1]
    result: T = outcome[0]
    return result
