"""The demo story told to an account: the same every time, all of it, and consistent in every table."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import apsw
import pytest

from spokedesk.api.stores import FIRST_ACCOUNT, make_first_account, open_store, waiting
from spokedesk.catalog import object_types
from spokedesk.crm.account import Account
from spokedesk.crm.definitions import Definitions
from spokedesk.crm.search import search_document
from spokedesk.demo import CreateRecord, demo_events
from spokedesk.demo.telling import seed_demo
from spokedesk.engine.definitions import load_definitions
from spokedesk.engine.object_types import standard_type
from spokedesk.errors import StoreError
from spokedesk.settings import Settings
from spokedesk.storage.database import read_and_wait, run
from spokedesk.storage.sqlite import FILE_NAME, FileDatabase, MemoryDatabase
from tests.demo.stories import creations, default_story, updates

SMALL = 60
TABLES = ("record", "revision", "association", "unique_value", "association_type", "owner", "access_token")


def rows(connection: apsw.Connection, sql: str) -> list[tuple[Any, ...]]:
    return list(connection.execute(sql).fetchall())


def contents(connection: apsw.Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Everything but when the account, its pipelines and its properties were made."""
    return {table: rows(connection, f"SELECT * FROM {table} ORDER BY 1, 2, 3, 4, 5") for table in TABLES}


async def tell_small(account: Account, write: Any) -> None:
    await seed_demo(account, write, size=SMALL)


@pytest.fixture(scope="module")
def told() -> Iterator[MemoryDatabase]:
    """The whole default story."""
    store = open_store(Settings(ephemeral=True, demo=True), seed_demo)
    assert isinstance(store.database, MemoryDatabase)
    store.database.connection.set_progress_handler(None)  # the time limit of calls, which these tests do not make
    yield store.database
    store.database.close()


@pytest.fixture(scope="module")
def records(told: MemoryDatabase) -> list[dict[str, Any]]:
    cursor = told.connection.execute("SELECT * FROM record ORDER BY object_type, id")
    names = [column[0] for column in cursor.get_description()]
    found = [dict(zip(names, row, strict=True)) for row in cursor]
    for record in found:
        record["properties"] = json.loads(record["properties"])
        record["search_values"] = json.loads(record["search_values"])
    return found


def test_two_tellings_give_the_same_data_on_disk_and_in_memory(tmp_path: Path) -> None:
    """On disk the story is one transaction, in memory many: neither shows in what is stored."""
    memory = open_store(Settings(ephemeral=True, demo=True), tell_small).database
    assert isinstance(memory, MemoryDatabase)
    open_store(Settings(data=tmp_path, demo=True), tell_small).database.close()
    disk = apsw.Connection(str(tmp_path / FILE_NAME))
    expected, found = contents(memory.connection), contents(disk)
    memory.close()
    disk.close()
    assert [len(found[table]) > 0 for table in TABLES] == [True] * (len(TABLES) - 1) + [False]
    for table in TABLES:
        assert found[table] == expected[table], table


def test_another_seed_tells_another_story(told: MemoryDatabase) -> None:
    other = MemoryDatabase()
    account = make_first_account(other, Settings(ephemeral=True, demo=True))
    run(seed_demo(account, waiting(other, account.id), size=SMALL, seed=2))
    subjects = [
        {
            row[0]
            for row in rows(database.connection, "SELECT properties ->> 'subject' FROM record WHERE object_type='0-5'")
        }
        for database in (told, other)
    ]
    other.close()
    assert len(subjects[1] - subjects[0]) > SMALL / 4


def test_every_record_of_the_story_is_there(records: list[dict[str, Any]]) -> None:
    expected = Counter(
        standard_type(event.object_type).id for event in default_story() if isinstance(event, CreateRecord)
    )
    assert Counter(record["object_type"] for record in records) == expected
    assert expected["0-5"] == 1200


def test_tickets_are_in_three_pipelines(records: list[dict[str, Any]]) -> None:
    counted = Counter(record["pipeline"] for record in records if record["object_type"] == "0-5")
    assert set(counted) == {"0", "101", "102"}
    assert min(counted.values()) > 30


def test_archived_and_merged_tickets_are_as_many_as_in_the_story(records: list[dict[str, Any]]) -> None:
    events = Counter(type(event).__name__ for event in default_story())
    merged = [record for record in records if record["merged_into"] is not None]
    archived = [record for record in records if record["archived_at"] is not None and record["merged_into"] is None]
    assert (len(merged), len(archived)) == (events["MergeRecords"], events["ArchiveRecord"])
    assert merged
    assert archived


def test_pins_point_at_an_activity_that_is_linked(told: MemoryDatabase, records: list[dict[str, Any]]) -> None:
    pinned = [
        (record["id"], int(pin)) for record in records if (pin := record["properties"].get("hs_pinned_engagement_id"))
    ]
    assert len(pinned) > 5
    links = set(rows(told.connection, "SELECT from_id, to_id FROM association WHERE from_type = '0-5'"))
    assert set(pinned) <= links
    assert len(pinned) <= sum("hs_pinned_engagement_id" in event.properties for event in updates("tickets"))


def test_labels_are_used_in_both_directions(told: MemoryDatabase) -> None:
    labelled = rows(
        told.connection,
        "SELECT from_type, type_id, COUNT(*) FROM association WHERE category = 'USER_DEFINED' GROUP BY 1, 2 ORDER BY 3",
    )
    assert len(labelled) >= 2
    assert sum(count for kind, _, count in labelled if kind == "0-5") == sum(
        count for kind, _, count in labelled if kind != "0-5"
    )


def test_records_are_as_old_as_the_story_says(records: list[dict[str, Any]]) -> None:
    """Ids are given in the order of creation, so both lists run side by side."""
    tickets = [record for record in records if record["object_type"] == "0-5"]
    survivors = [
        (record["created_at"], event.at)
        for record, event in zip(tickets, creations("tickets"), strict=True)
        if "hs_merged_object_ids" not in record["properties"] and "createdate" not in event.properties
    ]
    assert len(survivors) > 1100
    assert all(created == at for created, at in survivors)


def test_the_history_of_every_record_ends_in_its_values(told: MemoryDatabase, records: list[dict[str, Any]]) -> None:
    replayed: dict[tuple[str, int], dict[str, str]] = {}
    writes: Counter[tuple[str, int]] = Counter()
    for kind, record_id, changed in rows(
        told.connection, "SELECT object_type, record_id, changed FROM revision ORDER BY sequence"
    ):
        replayed.setdefault((kind, record_id), {}).update(json.loads(changed))
        writes[kind, record_id] += 1
    for record in records:
        key = record["object_type"], record["id"]
        assert {name: value for name, value in replayed[key].items() if value} == {
            name: value for name, value in record["properties"].items() if value
        }, key
        assert writes[key] == record["revision"] + 1, key


def test_history_runs_forward(told: MemoryDatabase) -> None:
    times = [row[0] for row in rows(told.connection, "SELECT at FROM revision ORDER BY sequence")]
    assert times == sorted(times)


def test_columns_and_search_values_agree_with_the_documents(
    told: MemoryDatabase, records: list[dict[str, Any]]
) -> None:
    account = make_first_account(told, Settings(ephemeral=True))
    definitions: dict[str, Definitions] = {}
    for kind in object_types():
        definitions[kind.id] = read_and_wait(
            told, FIRST_ACCOUNT, partial(load_definitions, account=account, object_type=kind)
        )
    for record in records:
        known = definitions[record["object_type"]]
        for name, column in known.object_type.hot_columns.items():
            if column in ("pipeline", "stage", "owner", "priority"):
                assert (record[column] or "") == record["properties"].get(name, ""), (record["id"], name)
        assert record["search_values"] == json.loads(json.dumps(search_document(record["properties"], known)))


def test_every_association_has_its_other_direction_and_both_ends(told: MemoryDatabase) -> None:
    types = {
        (row[0], row[1], row[2], row[3]): row[4]
        for row in rows(
            told.connection, "SELECT from_type, to_type, category, type_id, inverse_type_id FROM association_type"
        )
    }
    found = rows(told.connection, "SELECT from_type, from_id, to_type, to_id, category, type_id FROM association")
    present = {row[:4] for row in found}
    known = set(rows(told.connection, "SELECT object_type, id FROM record"))
    assert len(found) > 10_000
    for from_type, from_id, to_type, to_id, category, type_id in found:
        assert (to_type, to_id, from_type, from_id) in present
        assert {(from_type, from_id), (to_type, to_id)} <= known
        if category == "USER_DEFINED":
            assert (from_type, to_type, category, type_id) in types


def test_progress_counts_the_tickets_up_to_all_of_them() -> None:
    database = MemoryDatabase()
    account = make_first_account(database, Settings(ephemeral=True, demo=True))
    seen: list[tuple[int, int]] = []
    write = waiting(database, account.id)
    run(seed_demo(account, write, lambda done, total: seen.append((done, total)), size=SMALL))
    database.close()
    assert seen == sorted(seen)
    assert len(seen) > 1
    assert seen[-1] == (SMALL, SMALL)


def test_a_telling_that_fails_leaves_an_empty_database_on_disk(tmp_path: Path) -> None:
    """So that the next start tells the story again, in whole."""

    async def tell_half(account: Account, write: Any) -> None:
        await tell_small(account, write)
        raise StoreError("interrupted")

    with pytest.raises(StoreError, match="interrupted"):
        open_store(Settings(data=tmp_path, demo=True), tell_half)
    database = apsw.Connection(str(tmp_path / FILE_NAME))
    assert {table: len(found) for table, found in contents(database).items()} == dict.fromkeys(TABLES, 0)
    database.close()
    open_store(Settings(data=tmp_path, demo=True), tell_small).database.close()
    database = apsw.Connection(str(tmp_path / FILE_NAME))
    assert rows(database, "SELECT COUNT(*) FROM record WHERE object_type = '0-5'") == [(SMALL,)]
    database.close()


@pytest.mark.parametrize("ephemeral", [True, False])
def test_an_account_that_exists_is_not_filled(tmp_path: Path, ephemeral: bool) -> None:
    calls: list[int] = []

    async def fill(account: Account, write: Any) -> None:
        calls.append(account.id)

    settings = Settings(data=tmp_path, ephemeral=ephemeral, demo=True)
    open_store(settings, fill).database.close()
    assert calls == [FIRST_ACCOUNT]
    if not ephemeral:
        open_store(settings, fill).database.close()
        assert calls == [FIRST_ACCOUNT]


@pytest.mark.parametrize("settings", [Settings(ephemeral=True), Settings(stand_in=True, demo=True)])
def test_only_a_demo_that_is_no_stand_in_is_filled(settings: Settings) -> None:
    async def fill(account: Account, write: Any) -> None:
        raise AssertionError("nobody asked for demo data")

    open_store(settings, fill).database.close()


def test_a_database_with_an_account_of_its_own_is_left_as_it_is(tmp_path: Path) -> None:
    database = FileDatabase(tmp_path)
    own = make_first_account(database, Settings(data=tmp_path))
    database.close()
    store = open_store(Settings(data=tmp_path, demo=True), tell_small)
    kept = make_first_account(store.database, Settings())
    assert (kept.settings, kept.fidelity) == (own.settings, own.fidelity)
    store.database.close()
    disk = apsw.Connection(str(tmp_path / FILE_NAME))
    assert rows(disk, "SELECT COUNT(*) FROM record") == [(0,)]
    disk.close()


def test_a_story_of_one_ticket_can_be_told() -> None:
    assert sum(isinstance(event, CreateRecord) and event.object_type == "tickets" for event in demo_events(size=1)) == 1
    database = MemoryDatabase()
    account = make_first_account(database, Settings(ephemeral=True, demo=True))
    run(seed_demo(account, waiting(database, account.id), size=1))
    assert rows(database.connection, "SELECT COUNT(*) FROM record WHERE object_type = '0-5'") == [(1,)]
    database.close()
