"""`spokedesk copy`: everything of all accounts, from one database to another of any kind."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from spokedesk.cli.options import POSTGRES_URLS, Place, json_option
from spokedesk.cli.progress import drawn_progress
from spokedesk.errors import StoreError
from spokedesk.storage.copying import Copied, Origin, Progress, Target, copy_everything
from spokedesk.storage.sqlite_copying import sqlite_origin, sqlite_target


class PlaceType(click.ParamType[Place]):
    """A folder as `--data` takes it, or a URL as `--database` takes it."""

    name = "place"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Place:
        if isinstance(value, Place):
            return value
        if value.startswith(POSTGRES_URLS):
            return Place(Path(), value)
        if "://" in value or not value:
            self.fail("it is a folder, or a URL that begins with postgresql://", param, ctx)
        return Place(Path(value))


@click.command("copy", short_help="Copy everything of all accounts to another database.")
@click.option("--from", "origin", required=True, type=PlaceType(), metavar="PLACE", help="Folder or postgresql:// URL.")
@click.option("--to", "target", required=True, type=PlaceType(), metavar="PLACE", help="The same; nothing is in it.")
@click.option(
    "--snapshot", is_flag=True, help="Copy a database in use as it is now. What is written later stays behind."
)
@json_option
def command(origin: Place, target: Place, snapshot: bool, as_json: bool) -> None:
    """Copy everything of all accounts to another database: from a folder to PostgreSQL, back, or between two of a kind.

    The source is read as it is at one moment and not changed. The target has to be empty. When both are written, all
    rows of each table are read again on both sides and compared by count and checksum; only then can the target be
    served. An interrupted copy goes on when the same command is given again.
    """
    started = time.monotonic()
    with drawn_progress("Rows", quiet=as_json) as progress:
        try:
            copied = asyncio.run(copy(origin, target, snapshot, progress))
        except KeyboardInterrupt:
            raise StoreError("Interrupted. The same command goes on where it stopped.") from None
    if as_json:
        click.echo(json.dumps({"tables": [asdict(table) for table in copied]}))
        return
    filled = [table for table in copied if table.rows]
    for table in filled:
        click.echo(f"{table.table:<20} {table.rows:>12,}  {table.checksum[:16]}")
    if len(filled) < len(copied):
        click.echo(f"{len(copied) - len(filled)} more tables are empty.")
    rows = sum(table.rows for table in copied)
    click.echo(
        f"{rows:,} rows in {time.monotonic() - started:.1f} s, count and checksum of each table agree. "
        f"Serve them: spokedesk serve {target}"
    )


async def copy(origin: Place, target: Place, snapshot: bool, progress: Progress | None) -> list[Copied]:
    async with open_origin(origin, snapshot) as taken, open_target(target, source=named(origin)) as filled:
        return await copy_everything(taken, filled, progress)


def named(place: Place) -> str:
    """What an unfinished copy remembers of its source, the same from wherever the command is given."""
    return place.shown if place.database is not None else str(place.folder.resolve())


def open_origin(place: Place, snapshot: bool) -> AbstractAsyncContextManager[Origin]:
    if place.database is None:
        return sqlite_origin(place.folder, in_use=snapshot)
    with explained_driver():
        from spokedesk.storage.postgres_copying import postgres_origin
    return postgres_origin(place.database, in_use=snapshot)


def open_target(place: Place, source: str) -> AbstractAsyncContextManager[Target]:
    if place.database is None:
        return sqlite_target(place.folder, source)
    with explained_driver():
        from spokedesk.storage.postgres_copying import postgres_target
    return postgres_target(place.database, source)


@contextmanager
def explained_driver() -> Iterator[None]:
    """PostgreSQL's driver is not always installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise StoreError("PostgreSQL needs one more package: pip install 'spokedesk[postgres]'.") from error
