"""Transactions on PostgreSQL: the statements of an operation, bound and sent one after another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from spokedesk.storage.database import Row
from spokedesk.storage.dialect import POSTGRES, Dialect
from spokedesk.storage.point_reads import PointReads
from spokedesk.storage.postgres_session import Connection

LOCK_ACCOUNT = "SELECT pg_advisory_xact_lock($1)"
LAST_AT = "SELECT COALESCE(MAX(last_at), 0) FROM account WHERE account_id = $1"


class PostgresTransaction:
    """The statements go to one connection, inside the transaction that was begun there."""

    __slots__ = ("account_id", "cache", "cacheable", "connection", "dialect", "epoch", "erased", "now")

    def __init__(
        self, connection: Connection, account_id: int, now: int, cache: dict[Any, Any], epoch: tuple[int, int]
    ) -> None:
        self.connection = connection
        self.account_id = account_id
        self.now = now
        self.cache = cache
        self.epoch = epoch
        self.cacheable = True
        self.erased = False
        self.dialect: Dialect = POSTGRES

    def bind(self, sql: str, params: dict[str, Any]) -> tuple[str, list[Any]]:
        text, names = POSTGRES.statement(sql)
        params["account_id"] = self.account_id
        return text, [params[name] for name in names]

    async def rows(self, sql: str, **params: Any) -> Sequence[Row]:
        text, values = self.bind(sql, params)
        return [tuple(row) for row in await self.connection.fetch(text, *values)]

    async def row(self, sql: str, **params: Any) -> Row | None:
        text, values = self.bind(sql, params)
        row = await self.connection.fetchrow(text, *values)
        return None if row is None else tuple(row)

    async def execute(self, sql: str, **params: Any) -> int:
        text, values = self.bind(sql, params)
        return count_of(await self.connection.execute(text, *values))

    async def execute_many(self, sql: str, params: Sequence[Mapping[str, Any]]) -> None:
        if not params:
            return
        text, names = POSTGRES.statement(sql)
        rows = [[row[name] if name != "account_id" else self.account_id for name in names] for row in params]
        if len(rows) == 1:
            await self.connection.execute(text, *rows[0])
        else:
            await self.connection.executemany(text, rows)

    async def enter(self, account_id: int) -> None:
        self.account_id = account_id

    async def state(self) -> tuple[int, int]:
        """Known without asking: the server tells when something changed of what is remembered of accounts."""
        return self.epoch


class WriteTransaction(PostgresTransaction):
    """Of all nodes, one at a time writes to an account; whoever enters another one waits for its turn there."""

    __slots__ = ()

    async def enter(self, account_id: int) -> None:
        if account_id != self.account_id:
            await self.connection.execute(LOCK_ACCOUNT, account_id)
            self.now = max(self.now, await self.connection.fetchval(LAST_AT, account_id))
            self.account_id = account_id


class SecondStatement(BaseException):
    """A read that was begun as a single statement needs more of them, of one state. No error: it is begun anew."""


class SingleRead(PostgresTransaction):
    """A read as long as it is a single statement, which is one state by itself and needs no transaction around it."""

    __slots__ = ("asked", "points")

    def __init__(
        self, points: PointReads, account_id: int, now: int, cache: dict[Any, Any], epoch: tuple[int, int]
    ) -> None:
        super().__init__(None, account_id, now, cache, epoch)
        self.points = points
        self.asked = False

    def once(self) -> None:
        if self.asked:
            raise SecondStatement
        self.asked = True

    async def rows(self, sql: str, **params: Any) -> Sequence[Row]:
        self.once()
        return await self.points.rows(*self.bind(sql, params))

    async def row(self, sql: str, **params: Any) -> Row | None:
        self.once()
        return await self.points.row(*self.bind(sql, params))

    async def execute(self, sql: str, **params: Any) -> int:
        raise SecondStatement

    async def execute_many(self, sql: str, params: Sequence[Mapping[str, Any]]) -> None:
        raise SecondStatement


def count_of(status: str) -> int:
    """How many rows a statement changed: `UPDATE 3`, `INSERT 0 3`."""
    last = status.rpartition(" ")[2]
    return int(last) if last.isdigit() else 0
