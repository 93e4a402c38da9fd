"""Between the last write of a group and its first answer the log has been synced: seen on the disk itself."""

from __future__ import annotations

from pathlib import Path

from tests.support.disks import Promise, early_answers, promises, write_much
from tests.support.recording_vfs import Operation, recorded
from tests.support.stores import read_subjects

WRITES = 60


def record(folder: Path, synchronous: str) -> list[Operation]:
    with recorded() as recording:
        database = write_much(recording, folder / "data", synchronous, WRITES)
        operations = list(recording.operations)
        assert len(read_subjects(database)) > WRITES
        database.close()
    return operations


def test_every_answer_comes_after_a_sync_of_the_log(tmp_path: Path) -> None:
    operations = record(tmp_path, "FULL")
    begin = next(index for index, item in enumerate(operations) if item.note == "begin")
    syncs = sum(item.kind == "sync" and item.file.endswith("-wal") for item in operations[begin:])
    answers = promises(operations)
    print(f"{len(answers)} answers of 4 concurrent writers, {syncs} syncs of the log")
    assert len(answers) == 4 * WRITES
    assert early_answers(operations) == []
    # writers that wait at the same time share a sync, which is why this promise is cheap
    assert 0 < syncs < len(answers)


def test_the_same_look_finds_a_database_that_answers_too_early(tmp_path: Path) -> None:
    """The control: with NORMAL a commit is not synced, and the check must say so."""
    operations = record(tmp_path, "NORMAL")
    early = early_answers(operations)
    print(f"control NORMAL: {len(early)} of {len(promises(operations))} answers too early")
    assert len(early) > 2 * WRITES


def test_the_check_knows_an_early_answer_from_a_good_one() -> None:
    write, sync = Operation("write", "x-wal"), Operation("sync", "x-wal")
    answer = Operation("mark", "", note=Promise((1,), "one"))
    assert early_answers([write, sync, answer, answer]) == []
    assert early_answers([write, sync, write, answer, sync]) == [answer.note]
