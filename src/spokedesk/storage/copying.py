"""Copying a whole database into an empty one of any kind, so that it can be interrupted and is compared at the end.

Rows are read in the order of their primary keys from one state of the source and written in that order, some at a time,
each time all or none. So what a copy lacks is what comes after its last key; nothing else has to be remembered.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from typing import Any, Protocol

import msgspec

from spokedesk.errors import StoreError
from spokedesk.storage.database import Row
from spokedesk.storage.tables import Table

CHUNK_ROWS = 1000
CHUNK_CHARACTERS = 4_000_000
"""What is in memory at a time: so many rows, or fewer when they are long."""

IN_USE = "Stop it first, so that nothing is left behind, or copy what is there at this moment with --snapshot."

EXACT = Context(prec=1000)

Progress = Callable[[int, int], None]


class Origin(Protocol):
    """One state of a database, which does not change while it is read."""

    shown: str

    async def tables(self) -> dict[str, Table]: ...
    async def count(self, table: Table) -> int: ...
    def chunks(self, table: Table) -> AsyncIterator[list[Row]]:
        """All rows in the order of the key, some at a time."""
        ...


class Target(Protocol):
    """A database that is being filled and that nobody can serve before `finish`."""

    shown: str

    async def tables(self) -> dict[str, Table]: ...
    def chunks(self, table: Table) -> AsyncIterator[list[Row]]: ...
    async def last_key(self, table: Table) -> tuple[Any, ...] | None: ...
    async def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """All of them or none."""
        ...

    async def erase(self, table: Table) -> None: ...
    async def finish(self) -> None:
        """From now on it is a database like any other. Returns when that is on disk."""
        ...


@dataclass(frozen=True, slots=True)
class Copied:
    """What both databases hold of a table: how many rows, the SHA-256 of all of them; how many were written now."""

    table: str
    rows: int
    checksum: str
    written: int


class Checksum:
    """Of rows in the order of their key. Documents count by what they say: names sorted, numbers by their value."""

    def __init__(self, table: Table) -> None:
        self.places = [place for place, name in enumerate(table.columns) if name in table.documents]
        self.rows = 0
        self.hash = hashlib.sha256()

    def add(self, rows: Iterable[Row]) -> None:
        for row in rows:
            values = list(row)
            for place in self.places:
                if values[place] is not None:
                    values[place] = decoder.decode(values[place])
            self.hash.update(encoder.encode(values) + b"\n")
            self.rows += 1

    @property
    def result(self) -> tuple[int, str]:
        return self.rows, self.hash.hexdigest()


def exact_number(text: str) -> int | Decimal:
    """PostgreSQL writes 1e5 as 100000 and 1.50 as it is; both sides count as the number that they mean."""
    number = Decimal(text)
    return int(number) if number == number.to_integral_value() else EXACT.create_decimal(number).normalize(EXACT)


decoder = msgspec.json.Decoder(float_hook=exact_number)
encoder = msgspec.json.Encoder(order="sorted", decimal_format="number")


def size_of(row: Row) -> int:
    return sum(len(value) for value in row if isinstance(value, str))


def shared_tables(origin: dict[str, Table], target: dict[str, Table], shown: str) -> list[Table]:
    """The tables of both; raise when they are not the same ones. A document is what either side declares as one."""
    different = sorted(
        name
        for name in origin.keys() | target.keys()
        if name not in origin
        or name not in target
        or set(origin[name].columns) != set(target[name].columns)
        or origin[name].key != target[name].key
    )
    if different:
        raise StoreError(f"{shown} was begun with other tables than this release has ({', '.join(different)}).")
    return [
        replace(table, documents=table.documents | target[name].documents) for name, table in sorted(origin.items())
    ]


async def copy_everything(origin: Origin, target: Target, progress: Progress | None = None) -> list[Copied]:
    """Make `target` hold what `origin` holds, beginning where an earlier attempt ended; raise unless they agree."""
    tables = shared_tables(await origin.tables(), await target.tables(), target.shown)
    total = 2 * sum([await origin.count(table) for table in tables])
    done = 0

    def step(rows: int) -> None:
        nonlocal done
        done += rows
        if progress is not None:
            progress(min(done, total), total)

    copied = [await copy_table(origin, target, table, step) for table in tables]
    await target.finish()
    return copied


async def copy_table(origin: Origin, target: Target, table: Table, step: Callable[[int], None]) -> Copied:
    """Add what is missing and compare. What an earlier attempt left may be of an older state: then all of it again."""
    resumed = await target.last_key(table)
    taken, written = await add_missing(origin, target, table, step)
    kept = await read_back(target, table, step)
    if kept != taken and resumed is not None:
        await target.erase(table)
        taken, written = await add_missing(origin, target, table, step)
        kept = await read_back(target, table, step)
    if kept != taken:
        raise StoreError(
            f"The copy of {table.name} differs: {taken[0]:,} rows with checksum {taken[1][:16]} were read from "
            f"{origin.shown}, {kept[0]:,} rows with {kept[1][:16]} are in {target.shown}. It is left unfinished."
        )
    return Copied(table.name, *taken, written)


async def add_missing(
    origin: Origin, target: Target, table: Table, step: Callable[[int], None]
) -> tuple[tuple[int, str], int]:
    """Write what comes after the last key of the target; the checksum is of everything that the origin has."""
    last = await target.last_key(table)
    checksum, written = Checksum(table), 0
    async for rows in origin.chunks(table):
        missing = rows if last is None else [row for row in rows if table.key_of(row) > last]
        if missing:
            await target.insert(table, missing)
            written += len(missing)
        checksum.add(rows)
        step(len(rows))
    return checksum.result, written


async def read_back(target: Target, table: Table, step: Callable[[int], None]) -> tuple[int, str]:
    checksum = Checksum(table)
    async for rows in target.chunks(table):
        checksum.add(rows)
        step(len(rows))
    return checksum.result
