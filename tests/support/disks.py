"""A database written to by many at once on a recorded disk: what was synced when, and what a power cut would leave."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from spokedesk.storage.sqlite import FileDatabase
from tests.support.recording_vfs import Operation, Recording
from tests.support.stores import ACCOUNT_ID, create_work, make_account, ticket, update_work

SECTOR = 512
BATCH = 5


@dataclass(frozen=True, slots=True)
class Promise:
    """The mark of an answer: the tickets that a write made, or the subject that it gave to one."""

    ids: tuple[int, ...]
    subject: str


def write_much(recording: Recording, folder: Path, synchronous: str, writes: int, seed: int = 1) -> FileDatabase:
    """Several threads write through one recorded database; each answer leaves a mark where it was given."""
    database = FileDatabase(folder, vfs=recording.name, synchronous=synchronous)
    make_account(database)
    assert database.commit.connection is not None
    database.commit.connection.execute("PRAGMA wal_autocheckpoint = 40")
    recording.mark("begin")
    threads = [threading.Thread(target=write_some, args=(recording, database, writes, seed + n)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return database


def write_some(recording: Recording, database: FileDatabase, writes: int, seed: int) -> None:
    """One client: waits for each answer, as clients do."""
    random = Random(seed)
    own: list[int] = []
    for number in range(writes):
        subject = f"{seed}-{number}"
        finished = threading.Event()
        if len(own) < 3 or random.random() < 0.3:
            work: Any = create_work([ticket(subject)] * random.choice((1, BATCH)))
        else:
            chosen = random.choice(own)
            work = renaming(chosen, subject)

        def done(ids: Any, error: BaseException | None, subject: str = subject, finished: Any = finished) -> None:
            assert error is None, error
            recording.mark(Promise(tuple(ids), subject))
            own.extend(number for number in ids if number not in own)
            finished.set()

        database.write(ACCOUNT_ID, work, done)
        assert finished.wait(30)


def renaming(number: int, subject: str) -> Any:
    async def work(tx: Any) -> list[int]:
        await update_work(number, {"subject": subject})(tx)
        return [number]

    return work


def early_answers(operations: Sequence[Operation]) -> list[Promise]:
    """Answers that left while something of the log was not synced yet."""
    unsynced, early = False, []
    for item in operations:
        if item.file.endswith("-wal"):
            unsynced = item.kind != "sync"
        elif isinstance(item.note, Promise) and unsynced:
            early.append(item.note)
    return early


def promises(operations: Sequence[Operation]) -> list[Promise]:
    return [item.note for item in operations if isinstance(item.note, Promise)]


@dataclass(slots=True)
class Disk:
    """The files as a power cut may leave them."""

    files: dict[str, bytearray]

    def apply(self, item: Operation, data: bytes, offset: int) -> None:
        content = self.files.setdefault(item.file, bytearray())
        if item.kind == "truncate":
            del content[item.offset :]
            content.extend(bytes(item.offset - len(content)))
        elif item.kind == "delete":
            content.clear()
        else:
            content.extend(bytes(max(0, offset - len(content))))
            content[offset : offset + len(data)] = data

    def save(self, folder: Path) -> None:
        for name, content in self.files.items():
            (folder / name).write_bytes(content)


def cut(operations: Sequence[Operation], at: int, random: Random) -> Disk:
    """An image of a power cut before operation `at`.

    Everything before the last sync of a file is there. What came later is lost, or there up to some point, or there in
    random sectors. The first sync of a new file also makes the folder's entries last, and so deletions before it.
    """
    synced: dict[str, int] = {}
    folder_synced = -1
    for index, item in enumerate(operations[:at]):
        if item.kind == "sync":
            folder_synced = folder_synced if item.file in synced else index
            synced[item.file] = index
    disk = Disk({})
    manner = random.choice(("nothing", "prefix", "sectors"))
    end = random.randint(0, at)
    for index, item in enumerate(operations[:at]):
        if item.kind in ("sync", "mark"):
            continue
        lasting = index < (folder_synced if item.kind == "delete" else synced.get(item.file, -1))
        if lasting or (manner == "prefix" and index < end):
            disk.apply(item, item.data, item.offset)
        elif manner == "sectors":
            for data, offset in sectors(item, random):
                disk.apply(item, data, offset)
    return disk


def sectors(item: Operation, random: Random) -> Iterator[tuple[bytes, int]]:
    """Half of the sectors of a write; a truncation happened or not."""
    if item.kind != "write":
        if random.random() < 0.5:
            yield b"", item.offset
        return
    start = item.offset
    while start < item.offset + len(item.data):
        stop = min((start // SECTOR + 1) * SECTOR, item.offset + len(item.data))
        if random.random() < 0.5:
            yield item.data[start - item.offset : stop - item.offset], start
        start = stop
