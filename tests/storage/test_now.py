"""Time never goes back, whatever the clock does: order of time, of revisions and of commits is one."""

from __future__ import annotations

from pathlib import Path
from random import Random

from spokedesk.crm.history import Revision
from spokedesk.storage.database import Database, Transaction
from spokedesk.storage.revisions import list_changes
from spokedesk.storage.sqlite import FileDatabase
from tests.support.api import Clock
from tests.support.stores import create_work, make_account, read, scan, ticket, update_work, write

DAY = 86_400_000


async def now(tx: Transaction) -> int:
    return tx.now


def changes(database: Database) -> list[Revision]:
    return read(database, lambda tx: list_changes(tx, 0, 10_000))


def test_time_stands_still_while_the_clock_is_behind(database: Database, clock: Clock) -> None:
    write(database, create_work([ticket("one")]))
    latest = write(database, now)
    clock.at -= DAY
    assert write(database, now) == latest
    assert read(database, now) == latest
    assert scan(database, now) == latest
    clock.at += 2 * DAY
    assert write(database, now) == clock.at


def test_time_is_fixed_for_a_whole_transaction(database: Database) -> None:
    async def work(tx: Transaction) -> tuple[int, int]:
        before = tx.now
        await create_work([ticket("one")])(tx)
        return before, tx.now

    first, second = write(database, work)
    assert first == second


def test_modification_time_and_revision_order_agree_under_50_jumps_of_the_clock(
    database: Database, clock: Clock
) -> None:
    random = Random(7)
    ids = write(database, create_work([ticket(str(number)) for number in range(5)]))
    answered = []
    for number in range(50):
        clock.at += random.choice((-DAY, DAY, -1, 0, 3_600_000, -3_600_000))
        answered.append(write(database, update_work(random.choice(ids), {"subject": f"change {number}"})))
    assert answered == sorted(answered)
    revisions = changes(database)
    assert [item.sequence for item in revisions] == list(range(1, 56))
    times = [item.at for item in revisions]
    assert times == sorted(times)
    assert times[-50:] == answered


def test_time_goes_on_after_a_restart_with_the_clock_set_back(tmp_path: Path) -> None:
    clock = Clock(at=2_000_000_000_000)
    first = FileDatabase(tmp_path / "data", clock)
    make_account(first)
    written = write(first, create_work([ticket("one")]))
    latest = changes(first)[-1].at
    first.close()
    clock.at -= DAY
    second = FileDatabase(tmp_path / "data", clock)
    assert write(second, update_work(written[0], {"subject": "two"})) == latest
    assert [item.at for item in changes(second)] == [latest, latest]
    second.close()
