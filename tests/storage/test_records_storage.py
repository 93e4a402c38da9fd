"""The record table: rows come back as they were written, and hot columns never differ from the documents."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest

from spokedesk import catalog
from spokedesk.crm.instants import iso
from spokedesk.crm.records import Record
from spokedesk.crm.search import search_document
from spokedesk.engine.definitions import load_definitions
from spokedesk.engine.object_types import standard_type
from spokedesk.errors import Conflict
from spokedesk.storage.database import Database, Transaction
from spokedesk.storage.records import (
    STAGE_COLUMNS,
    columns_of,
    count_records,
    erase_records,
    find_record,
    get_records,
    insert_records,
    list_expired_ids,
    list_ids_in_stages,
    list_records,
    replace_record,
)
from tests.support.api import Api
from tests.support.factories import insert_owner
from tests.support.stores import ACCOUNT, read, write

HOT = {"hs_pipeline": "pipeline", "hs_pipeline_stage": "stage", "hubspot_owner_id": "owner"}


def make(record_id: int, object_type: str = "0-5", **changes: Any) -> Record:
    values = {"subject": f"ticket {record_id}", "hs_pipeline_stage": "1", "hs_pipeline": "0"}
    options = {"created_at": 10, "updated_at": 20, "revision": 1, "archived_at": None, "merged_into": None}
    properties = changes.pop("properties", values)
    return Record(object_type, record_id, properties, **{**options, **changes})


def insert(database: Database, *records: Record) -> None:
    write(database, lambda tx: insert_records(tx, [columns_of(record, {}, HOT) for record in records]))


def test_a_record_comes_back_as_it_was_written(database: Database) -> None:
    texts = {"subject": "naïve 😀 \"quoted\" \\ 'single' :colon %_*", "content": "line\nline\t\x01", "empty": ""}
    record = make(7, properties=texts, archived_at=30, merged_into=8, revision=4)
    insert(database, record)
    assert read(database, lambda tx: find_record(tx, "0-5", 7)) == record


def test_an_unknown_record_is_none_and_of_many_the_unknown_are_absent(database: Database) -> None:
    insert(database, make(1), make(2), make(1, "0-1"))
    assert read(database, lambda tx: find_record(tx, "0-5", 3)) is None
    assert sorted(read(database, lambda tx: get_records(tx, "0-5", [3, 2, 1, 2]))) == [1, 2]
    assert read(database, lambda tx: get_records(tx, "0-5", [])) == {}
    assert sorted(read(database, lambda tx: get_records(tx, "0-1", [1, 2]))) == [1]


def test_a_page_begins_at_an_id_and_holds_one_state_only(database: Database) -> None:
    insert(database, *(make(number) for number in range(1, 6)))
    insert(database, make(6, archived_at=9), make(7, archived_at=9, merged_into=1), make(8))

    def page(first: int, archived: bool) -> list[int]:
        found = read(database, lambda tx: list_records(tx, "0-5", first_id=first, limit=3, archived=archived))
        return [record.id for record in found]

    assert page(0, False) == [1, 2, 3]
    assert page(4, False) == [4, 5, 8]
    assert page(0, True) == [6]
    assert read(database, lambda tx: count_records(tx, "0-5")) == 6
    assert read(database, lambda tx: count_records(tx, "0-5", archived=True)) == 1


def test_a_record_that_was_written_since_it_was_read_is_a_conflict(database: Database) -> None:
    insert(database, make(1, revision=1))
    row = columns_of(make(1, revision=1), {}, HOT)
    write(database, lambda tx: replace_record(tx, dict(row)))
    found = read(database, lambda tx: find_record(tx, "0-5", 1))
    assert found is not None
    assert found.revision == 2
    with pytest.raises(Conflict):
        write(database, lambda tx: replace_record(tx, dict(row)))


def test_ids_in_stages_are_live_and_of_that_pipeline(database: Database) -> None:
    stages = [("0", "1"), ("0", "2"), ("0", "3"), ("x", "1")]
    rows = [make(n, properties={"hs_pipeline": p, "hs_pipeline_stage": s}) for n, (p, s) in enumerate(stages, 1)]
    insert(database, *rows, make(9, archived_at=5))
    assert read(database, lambda tx: list_ids_in_stages(tx, "0-5", "0", ["1", "3"], 10)) == [1, 3]
    assert read(database, lambda tx: list_ids_in_stages(tx, "0-5", "0", ["1", "3"], 1)) == [1]


def test_expired_records_are_those_archived_before_an_instant(database: Database) -> None:
    insert(database, make(1), make(2, archived_at=99), make(3, archived_at=100), make(4, archived_at=9, merged_into=1))
    assert read(database, lambda tx: list_expired_ids(tx, "0-5", 100, 10)) == [2]


def test_erasing_leaves_nothing_of_a_record_and_everything_of_others(api: Api) -> None:
    made = {"properties": {"email": "a@example.com"}}
    contact = api.post("/crm/v3/objects/contacts", made).json["id"]
    links = [{"to": {"id": contact}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 16}]}]
    body = {"properties": {"subject": "x", "hs_pipeline_stage": "1"}, "associations": links}
    gone, kept = (int(api.post("/crm/v3/objects/tickets", body).json["id"]) for _ in range(2))

    async def counts(tx: Transaction) -> list[int]:
        found = []
        for table, column in (("record", "id"), ("revision", "record_id"), ("association", "from_id")):
            for number in (gone, kept, int(contact)):
                row = await tx.row(f"SELECT COUNT(*) FROM {table} WHERE {column} = :number", number=number)
                found.append(row[0] if row else -1)
        row = await tx.row("SELECT COUNT(*) FROM unique_value WHERE record_id = :number", number=int(contact))
        return [*found, row[0] if row else -1]

    before = api.read(counts)
    assert min(before) > 0
    api.write(lambda tx: erase_records(tx, "0-5", [gone]))
    after = api.read(counts)
    assert after[0] == after[3] == after[6] == 0
    assert after[8] == before[8] - 1, "the contact's link to the erased ticket is gone too"
    assert (after[1:3], after[4:6], after[7]) == (before[1:3], before[4:6], before[7])
    api.write(lambda tx: erase_records(tx, "0-1", [int(contact)]))
    assert api.read(counts)[-1] == 0


def test_the_catalogs_hot_columns_are_columns_of_the_table() -> None:
    for object_type in catalog.object_types():
        assert set(object_type.hot_columns.values()) <= {*STAGE_COLUMNS, "created_at", "updated_at", "id"}


@pytest.mark.parametrize("seed", [1, 2])
def test_hot_columns_and_search_values_stay_equal_to_the_documents_after_random_operations(api: Api, seed: int) -> None:
    """Whatever is done through the API, a search reads the same values as an answer shows."""
    random = Random(seed)
    insert_owner(api, 5)
    insert_owner(api, 6)
    done = operate(api, random, steps=150)
    problems = api.read(differences)
    assert problems == []
    print(dict(sorted(done.items())))
    assert min(done.values()) > 0


def operate(api: Api, random: Random, steps: int) -> dict[str, int]:
    """Random writes; how many of each kind succeeded."""
    done = dict.fromkeys(("create", "update", "batch", "archive", "restore", "merge", "contact"), 0)
    live: list[str] = []
    archived: list[str] = []
    tickets = "/crm/v3/objects/tickets"

    def values() -> dict[str, str]:
        options = {
            "subject": random.choice(["", "Ünïcode", 'a "quoted" b\\c', "x" * 300, "plain"]),
            "hs_pipeline_stage": random.choice(["1", "2", "3", "4"]),
            "hubspot_owner_id": random.choice(["", "5", "6"]),
            "hs_ticket_priority": random.choice(["", "LOW", "HIGH", "MEDIUM"]),
            "content": random.choice(["", "text", "more text, with words"]),
            "closed_date": random.choice(["", "2026-01-05T10:00:00Z"]),
        }
        return {name: options[name] for name in random.sample(sorted(options), random.randint(1, 6))}

    for _ in range(steps):
        kind = random.choice(
            ["create", "create", "update", "update", "update", "batch", "archive", "restore", "merge", "contact"]
        )
        if kind == "create" or len(live) < 4:
            kind = "create"
            answer = api.post(tickets, {"properties": {"hs_pipeline_stage": "1", **values()}})
            if answer.status == 201:
                live.append(answer.json["id"])
        elif kind == "update":
            answer = api.patch(f"{tickets}/{random.choice(live)}", {"properties": values()})
        elif kind == "batch":
            inputs = [{"id": number, "properties": values()} for number in random.sample(live, 3)]
            answer = api.post(f"{tickets}/batch/update", {"inputs": inputs})
        elif kind == "archive":
            archived.append(live.pop(random.randrange(len(live))))
            answer = api.delete(f"{tickets}/{archived[-1]}")
        elif kind == "restore":
            if not archived:
                continue
            live.append(archived.pop())
            answer = api.post(f"/spokedesk/v1/objects/tickets/{live[-1]}/restore")
        elif kind == "merge":
            first, second = random.sample(live, 2)
            answer = api.post(f"{tickets}/merge", {"primaryObjectId": first, "objectIdToMerge": second})
            if answer.status == 200:
                live.remove(second)
        else:
            body = {"properties": {"email": f"{random.random()}@example.com", "hubspot_owner_id": "5"}}
            answer = api.post("/crm/v3/objects/contacts", body)
        assert answer.status < 300, (kind, answer.json)
        done[kind] += 1
    return done


async def differences(tx: Transaction) -> list[Any]:
    """Rows whose columns or search document are not what follows from their properties."""
    rows = await tx.rows(
        "SELECT object_type, id, properties, search_values, created_at, updated_at, pipeline, stage, owner, priority "
        "FROM record WHERE account_id = :account_id"
    )
    assert len(rows) > 20
    problems: list[Any] = []
    for object_type, record_id, text, search_values, created_at, updated_at, *columns in rows:
        kind = standard_type(object_type)
        definitions = await load_definitions(tx, ACCOUNT, kind)
        properties = json.loads(text)
        hot = {column: properties.get(name) or None for name, column in kind.hot_columns.items()}
        expected = [hot.get(column) for column in STAGE_COLUMNS]
        if columns != expected:
            problems.append((record_id, columns, expected))
        document = json.loads(json.dumps(search_document(properties, definitions)))
        if json.loads(search_values) != document:
            problems.append((record_id, search_values, document))
        instants = {"created_at": created_at, "updated_at": updated_at}
        for name, column in kind.hot_columns.items():
            if column in instants and properties[name] != iso(instants[column]):
                problems.append((record_id, name, properties[name], iso(instants[column])))
    return problems
