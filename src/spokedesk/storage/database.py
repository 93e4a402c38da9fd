"""What every database offers: transactions in which a coroutine runs, and the driver of such coroutines."""

from __future__ import annotations

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
    async def state(self) -> tuple[int, int]:
        """Two numbers, one of which is another one whenever anybody, in any process, has committed a change."""
        ...


Work = Callable[[Transaction], Coroutine[Any, Any, T]]
Done = Callable[[Any, BaseException | None], None]


class Database(Protocol):
    """A store: reads run at once, scans may move to a thread, writes are committed before `done` is called.

    `done(result, error)` of `scan` and `write` may be called on another thread, or before the call returns.
    """

    dialect: Dialect
    ephemeral: bool

    def read(self, account_id: int, work: Work[T]) -> T: ...
    def scan(self, account_id: int, work: Work[Any], done: Done) -> None: ...
    def write(self, account_id: int, work: Work[Any], done: Done) -> None: ...
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
