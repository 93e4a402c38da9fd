"""What a power cut leaves at any moment opens again and holds every acknowledged write."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import apsw
import pytest

from spokedesk.errors import StoreError
from spokedesk.storage.sqlite import FileDatabase
from tests.support.disks import Promise, cut, write_much
from tests.support.recording_vfs import Operation, recorded
from tests.support.stores import read_subjects

WRITES = 25
IMAGES, LONG_IMAGES = 300, 20_000
CONTROL_IMAGES = 60
SEED = 5


@dataclass(slots=True)
class Verdict:
    """How many images were damaged, and how many had lost something that was promised."""

    images: int = 0
    damaged: int = 0
    lost: int = 0
    halves: int = 0
    last_error: str = ""


def record(folder: Path, synchronous: str) -> list[Operation]:
    """Everything that reached the disk, from an empty folder on."""
    with recorded(keep_data=True) as recording:
        database = write_much(recording, folder, synchronous, WRITES, SEED)
        operations = list(recording.operations)
        database.close()
    return operations


def judge(operations: Sequence[Operation], images: int, scratch: Path) -> Verdict:
    """Cut at random moments and look at what is left; every fifth cut hits the very first start."""
    random = Random(SEED)
    begin = next(index for index, item in enumerate(operations) if item.note == "begin")
    verdict = Verdict()
    for number in range(images):
        folder = scratch / str(number % 10)
        folder.mkdir(exist_ok=True)
        for path in folder.iterdir():
            path.unlink()
        at = random.randint(0, begin) if number % 5 == 0 else random.randint(begin, len(operations))
        cut(operations, at, random).save(folder)
        look(folder, operations[:at], verdict)
    return verdict


def look(folder: Path, before: Sequence[Operation], verdict: Verdict) -> None:
    """Open an image as the server would and compare it with the promises made before the cut."""
    verdict.images += 1
    try:
        database = FileDatabase(folder, synchronous="OFF")  # recovery is the same, and the image is thrown away
    except StoreError as error:
        verdict.damaged += 1
        verdict.last_error = str(error)
        return
    try:
        check = database.reader.connection.execute("PRAGMA integrity_check").fetchall()
        subjects = read_subjects(database)
    except apsw.Error:
        check, subjects = [("unreadable",)], {}
    finally:
        database.close()
    if check != [("ok",)]:
        verdict.damaged += 1
        return
    promised = [item.note for item in before if isinstance(item.note, Promise)]
    latest = {number: promise.subject for promise in promised for number in promise.ids}
    verdict.lost += any(not is_kept(subjects.get(number), subject) for number, subject in latest.items())
    verdict.halves += has_half(subjects, promised)


def is_kept(found: str | None, promised: str) -> bool:
    """The promised subject, or one that the same client wrote later and was not answered for any more."""
    if found is None:
        return False
    client, number = found.split("-")
    return client == promised.split("-")[0] and int(number) >= int(promised.split("-")[1])


def has_half(subjects: dict[int, str], promised: Sequence[Promise]) -> bool:
    """Whether some, but not all, tickets of one write are there."""
    return any(0 < sum(number in subjects for number in promise.ids) < len(promise.ids) for promise in promised)


def test_a_power_cut_loses_nothing_and_damages_nothing(tmp_path: Path, long_run: bool) -> None:
    operations = record(tmp_path / "data", "FULL")
    started = time.monotonic()
    verdict = judge(operations, LONG_IMAGES if long_run else IMAGES, tmp_path)
    rate = verdict.images / (time.monotonic() - started)
    checkpoints = sum(item.kind == "sync" and item.file.endswith(".db") for item in operations)
    print(f"FULL: {verdict}, {rate:.0f} images/s, {len(operations)} operations, {checkpoints} syncs of the file")
    assert checkpoints > 3, "the log was moved into the file several times"
    assert (verdict.damaged, verdict.lost, verdict.halves) == (0, 0, 0)


@pytest.mark.parametrize(("synchronous", "fault"), [("NORMAL", "lost"), ("OFF", "damaged")])
def test_the_same_look_finds_what_weaker_settings_do(tmp_path: Path, synchronous: str, fault: str) -> None:
    """The controls: if these turn green, the images are not what a power cut leaves."""
    verdict = judge(record(tmp_path / "data", synchronous), CONTROL_IMAGES, tmp_path)
    print(f"control {synchronous}: {verdict}")
    assert getattr(verdict, fault) > 0
