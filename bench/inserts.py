"""The limit of any durable create: the same rows, from a bare loop over apsw, with the same pragmas, without HTTP."""

from __future__ import annotations

import time
from pathlib import Path

import apsw

from spokedesk.storage.dialect import SQLITE
from spokedesk.storage.migrate import Migrations
from spokedesk.storage.sqlite import FILE_NAME, connect_writer

RECORD = "SELECT * FROM record WHERE object_type = '0-5' ORDER BY id DESC LIMIT 1"
REVISION = "SELECT * FROM revision WHERE object_type = '0-5' ORDER BY sequence DESC LIMIT 1"


class BareInserts:
    """Writes copies of a ticket that the product wrote: record and first revision."""

    def __init__(self, source: Path, folder: Path) -> None:
        original = apsw.Connection(str(source / FILE_NAME))
        self.record = list(original.execute(RECORD).fetchone() or ())
        self.revision = list(original.execute(REVISION).fetchone() or ())
        original.close()
        (folder / "bare.db").touch()
        self.connection = connect_writer(str(folder / "bare.db"), "FULL", None)
        Migrations(SQLITE).apply(self.connection)
        self.insert_record = f"INSERT INTO record VALUES ({', '.join('?' * len(self.record))})"
        self.insert_revision = f"INSERT INTO revision VALUES ({', '.join('?' * len(self.revision))})"
        self.number = 1_000_000

    def run(self, seconds: float, per_transaction: int) -> float:
        """Tickets per second."""
        written, started = 0, time.perf_counter()
        cursor = self.connection.cursor()
        while time.perf_counter() - started < seconds:
            cursor.execute("BEGIN IMMEDIATE")
            for _ in range(per_transaction):
                self.number += 1
                self.record[2] = self.revision[1] = self.revision[3] = self.number
                cursor.execute(self.insert_record, self.record)
                cursor.execute(self.insert_revision, self.revision)
            cursor.execute("COMMIT")
            written += per_transaction
        return written / (time.perf_counter() - started)

    def close(self) -> None:
        self.connection.close()
