"""Definitions and the values that records already hold, on a real database."""

from __future__ import annotations

import json

import pytest

from spokedesk.crm.history import Source
from spokedesk.crm.property_rules import PropertyInput
from spokedesk.engine import properties, stored_values
from spokedesk.engine.context import Context
from spokedesk.engine.definitions import load_definitions
from spokedesk.engine.object_types import standard_type
from spokedesk.errors import Conflict
from spokedesk.storage import accounts, records
from spokedesk.storage.database import Transaction
from tests.support.api import Api
from tests.support.factories import archive_record, insert_record

KIND = standard_type("tickets")
COLOR = PropertyInput("color", "Color", "string", "text", "ticketinformation")
NUMBER = PropertyInput("color", "Color", "number", "number", "ticketinformation")


async def create(tx: Transaction, wanted: PropertyInput, user_id: int | None = None) -> None:
    account = await accounts.find_account(tx)
    assert account is not None, "the account exists"
    context = Context(account, Source("CRM_UI", "userId:7", None, user_id), tx.now)
    definitions = await load_definitions(tx, account, KIND)
    (result,) = await properties.create_properties(tx, context, definitions, [wanted])
    assert not isinstance(result, Exception), result


async def archive(tx: Transaction) -> None:
    account = await accounts.find_account(tx)
    assert account is not None, "the account exists"
    context = Context(account, Source("CRM_UI"), tx.now)
    await properties.archive_property(tx, context, await load_definitions(tx, account, KIND), "color")


def search_value(api: Api, record_id: int) -> object:
    rows = api.read(lambda tx: tx.rows(f"SELECT search_values FROM record WHERE id = {record_id}"))
    return json.loads(rows[0][0]).get("color")


def test_user_behind_a_definition_is_kept() -> None:
    api = Api()
    api.write(lambda tx: create(tx, COLOR, 7))
    found = api.get("/crm/v3/properties/tickets/color").json
    assert (found["createdUserId"], found["updatedUserId"]) == ("7", "7")


def test_restored_values_are_folded_again_on_every_page_and_in_every_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored_values, "PAGE", 2)
    api = Api()
    api.write(lambda tx: create(tx, COLOR))
    for record_id in range(101, 106):
        insert_record(api, "tickets", record_id, {"color": str(record_id)})
    archive_record(api, "tickets", 103)
    insert_record(api, "tickets", 106, {"subject": 'plain "color": text'})
    api.write(archive)
    api.write(lambda tx: create(tx, NUMBER))
    assert [search_value(api, record_id) for record_id in range(101, 107)] == [101, 102, 103, 104, 105, None]


def test_writer_who_read_a_record_before_its_values_were_folded_again_must_read_again() -> None:
    api = Api()
    api.write(lambda tx: create(tx, COLOR))
    insert_record(api, "tickets", 101, {"color": "9"})
    before = api.read(lambda tx: records.find_record(tx, KIND.id, 101))
    api.write(archive)
    api.write(lambda tx: create(tx, NUMBER))
    with pytest.raises(Conflict):
        api.write(lambda tx: records.replace_record(tx, records.columns_of(before, {}, KIND.hot_columns)))


def test_definition_and_folded_values_change_together_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api()
    api.write(lambda tx: create(tx, COLOR))
    insert_record(api, "tickets", 101, {"color": "9"})
    api.write(archive)

    async def fail(tx: Transaction, object_type: str, documents: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(records, "replace_search_values", fail)
    with pytest.raises(RuntimeError):
        api.write(lambda tx: create(tx, NUMBER))
    assert api.get("/crm/v3/properties/tickets/color").status == 404
    assert api.get("/crm/v3/properties/tickets/color", archived="true").json["type"] == "string"


def test_every_change_of_definitions_is_counted() -> None:
    api = Api()

    def revision() -> int:
        found: int = api.read(lambda tx: accounts.find_account(tx)).definitions_revision
        return found

    base = "/crm/v3/properties/tickets"
    seen = [revision()]
    api.write(lambda tx: create(tx, COLOR))
    seen.append(revision())
    for method, path, body in (
        ("PATCH", f"{base}/color", {"label": "Hue"}),
        ("DELETE", f"{base}/color", None),
        ("POST", f"{base}/groups", {"name": "more", "label": "More"}),
        ("PATCH", f"{base}/groups/more", {"label": "Most"}),
        ("DELETE", f"{base}/groups/more", None),
        ("PATCH", "/crm/v3/pipelines/tickets/0", {"label": "Help"}),
    ):
        assert api.call(method, path, json=body).status < 300
        seen.append(revision())
    assert len(set(seen)) == len(seen)


def test_patch_without_a_difference_changes_nothing() -> None:
    api = Api()
    api.write(lambda tx: create(tx, COLOR))
    before = api.get("/crm/v3/properties/tickets/color").json
    assert api.patch("/crm/v3/properties/tickets/color", {"label": "Color"}).json == before
