"""Numbered migrations: all or nothing, an automatic copy before, a newer schema refused untouched."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from importlib import resources
from pathlib import Path

import apsw

from spokedesk.errors import StoreError
from spokedesk.storage.dialect import Dialect
from spokedesk.storage.folder import create_file, sync_folder

FILE = re.compile(r"(\d{4})_[a-z0-9_]+?(?:\.(sqlite|postgres))?\.sql")


class Migrations:
    """The schema changes that this release knows, for one kind of database."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.texts: dict[int, str] = {}
        for entry in resources.files("spokedesk.storage").joinpath("migrations").iterdir():
            match = FILE.fullmatch(entry.name)
            if match and match[2] in (None, dialect.name):
                self.texts[int(match[1])] = entry.read_text()

    @property
    def newest(self) -> int:
        return max(self.texts)

    def apply(self, connection: apsw.Connection, backup_folder: Path | None = None) -> None:
        """Bring the database to the newest schema in one transaction, or leave it exactly as it was."""
        current = schema_version(connection)
        self.check(current)
        if current == self.newest:
            return
        if not current and connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchall():
            raise StoreError("The file is a database of another program. Start elsewhere with --data DIR.")
        try:
            if current and backup_folder is not None:
                back_up(connection, backup_folder / f"before-schema-{self.newest}.db")
            self.upgrade(connection, current)
        except (apsw.Error, OSError) as error:
            raise StoreError(
                f"The database could not be brought from schema {current} to {self.newest}: {error}. "
                "It is as it was before."
            ) from error

    def check(self, current: int) -> None:
        """Raise for a schema that this release does not know."""
        if current > self.newest:
            raise StoreError(
                f"The database was written by a newer Spokedesk (schema {current}, this release knows {self.newest}). "
                "Upgrade Spokedesk, or start elsewhere with --data DIR. The file was not touched."
            )

    def upgrade(self, connection: apsw.Connection, current: int) -> None:
        connection.execute("BEGIN IMMEDIATE")
        try:
            for version in sorted(self.texts):
                if version > current:
                    connection.execute(self.dialect.schema(self.texts[version])).fetchall()
            connection.execute(f"PRAGMA user_version = {self.newest}")
            connection.execute("COMMIT")
        except BaseException:
            with suppress(apsw.Error):
                connection.execute("ROLLBACK")
            raise


def schema_version(connection: apsw.Connection) -> int:
    """0 for an empty database."""
    row = connection.execute("PRAGMA user_version").fetchone()
    return int(row[0]) if row else 0


def back_up(connection: apsw.Connection, path: Path) -> None:
    """Copy the database as it is now; the copy appears under its name only when it is complete."""
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    create_file(unfinished)
    target = apsw.Connection(str(unfinished))
    try:
        with target.backup("main", connection, "main") as backup:
            while not backup.done:
                backup.step(-1)
    except BaseException:
        target.close(True)
        unfinished.unlink(missing_ok=True)
        raise
    target.close()
    os.replace(unfinished, path)
    sync_folder(path.parent)
