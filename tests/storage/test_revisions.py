"""The revision table: one row per write, in the order of commits, with exactly what changed."""

from __future__ import annotations

from spokedesk.crm.history import Revision, Source
from spokedesk.crm.instants import iso
from spokedesk.errors import InvalidRequest
from spokedesk.storage.database import Database, Transaction
from spokedesk.storage.revisions import insert_revisions, list_changes, list_revisions
from tests.support.api import Api
from tests.support.stores import create_work, read, ticket, update_work, write


def make(sequence: int, record_id: int = 1, object_type: str = "0-5") -> Revision:
    source = Source("INTEGRATION", "77", "INTEGRATION", 5)
    return Revision(sequence, object_type, record_id, "update", {"subject": f'n {sequence} "é" \\'}, 1000, source)


def test_a_revision_comes_back_as_it_was_written(database: Database) -> None:
    bare = Revision(8, "0-5", 1, "create", {}, 1, Source("API"))
    write(database, lambda tx: insert_revisions(tx, [make(7), bare]))
    assert read(database, lambda tx: list_revisions(tx, "0-5", [1])) == {1: [make(7), bare]}


def test_revisions_of_records_are_oldest_first_and_of_these_records_only(database: Database) -> None:
    rows = [make(3, 2), make(1, 1), make(2, 1), make(4, 3), make(5, 1, "0-1")]
    write(database, lambda tx: insert_revisions(tx, rows))
    found = read(database, lambda tx: list_revisions(tx, "0-5", [2, 1, 9]))
    assert {key: [item.sequence for item in value] for key, value in found.items()} == {1: [1, 2], 2: [3]}
    assert read(database, lambda tx: list_revisions(tx, "0-5", [])) == {}


def test_the_feed_pages_through_every_write_once(database: Database) -> None:
    write(database, create_work([ticket(str(number)) for number in range(25)]))
    seen: list[int] = []
    while page := read(database, lambda tx: list_changes(tx, seen[-1] if seen else 0, 10)):
        seen.extend(item.sequence for item in page)
        assert len(seen) <= 25, seen
    assert seen == list(range(1, 26))


def test_each_write_leaves_one_revision_with_what_changed(database: Database) -> None:
    (number,) = write(database, create_work([ticket("one", content="text")]))
    at = write(database, update_work(number, {"subject": "two", "content": "text"}))
    write(database, update_work(number, {"subject": "two"}))
    first, second = read(database, lambda tx: list_revisions(tx, "0-5", [number]))[number]
    assert (first.kind, first.changed["subject"]) == ("create", "one")
    assert (second.kind, second.changed) == ("update", {"subject": "two", "hs_lastmodifieddate": iso(at)})


def test_a_refused_write_leaves_no_revision_and_no_gap(database: Database) -> None:
    async def refused(tx: Transaction) -> None:
        await create_work([ticket("never")])(tx)
        raise InvalidRequest("no")

    write(database, create_work([ticket("one")]))
    try:
        write(database, refused)
    except InvalidRequest:
        pass
    write(database, create_work([ticket("two")]))
    feed = read(database, lambda tx: list_changes(tx, 0, 100))
    assert [(item.sequence, item.changed["subject"]) for item in feed] == [(1, "one"), (2, "two")]


def test_the_last_revision_of_each_record_agrees_with_its_row(api: Api) -> None:
    """`updated_at` of a record is the time of its latest revision that touched it."""
    tickets = "/crm/v3/objects/tickets"
    ids = [api.post(tickets, {"properties": {"subject": "x", "hs_pipeline_stage": "1"}}).json["id"] for _ in range(5)]
    for number in (0, 2, 0, 4, 2):
        api.patch(f"{tickets}/{ids[number]}", {"properties": {"subject": f"changed {number} {ids}"}})
        api.patch(f"{tickets}/{ids[number]}", {"properties": {"content": f"also {number}"}})

    async def times(tx: Transaction) -> list[tuple[int, int]]:
        rows = await tx.rows(
            "SELECT record.updated_at, MAX(revision.at) FROM record JOIN revision"
            " ON revision.account_id = record.account_id AND revision.object_type = record.object_type"
            " AND revision.record_id = record.id"
            " WHERE record.account_id = :account_id GROUP BY record.id, record.updated_at"
        )
        return [(row[0], row[1]) for row in rows]

    found = api.read(times)
    assert len(found) == 5
    assert [pair for pair in found if pair[0] != pair[1]] == []
