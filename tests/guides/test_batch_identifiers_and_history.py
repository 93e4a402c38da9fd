"""Chapter: batches by record id or by a unique property, and with earlier values."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from hubspot.crm import properties, tickets

from tests.support.server import create_ticket, create_unique_property

T = "/crm/v3/objects/tickets"


@pytest.fixture(scope="module")
def ext_id(server: Any) -> str:
    """G26: a unique property, created through the properties interface."""
    create_unique_property(server.client(), "guide_ext_id")
    return "guide_ext_id"


def read_batch(sdk: Any, ids: list[str], **options: Any) -> Any:
    body = tickets.BatchReadInputSimplePublicObjectId(
        inputs=[tickets.SimplePublicObjectId(id=key) for key in ids],
        **{"properties": [], "properties_with_history": [], **options},
    )
    return sdk.crm.tickets.batch_api.read(body)


def test_an_account_can_create_a_unique_property(http: httpx2.Client) -> None:
    """G26: POST with `hasUniqueValue` answers 201 and the definition."""
    body = {
        "name": "guide_unique",
        "label": "Unique",
        "type": "string",
        "fieldType": "text",
        "groupName": "ticketinformation",
        "hasUniqueValue": True,
    }
    answer = http.post("/crm/v3/properties/tickets", json=body)
    assert answer.status_code == 201
    assert answer.json()["hasUniqueValue"] is True


def test_a_unique_value_belongs_to_one_ticket(sdk: Any, ext_id: str) -> None:
    """G26: a second ticket with the same value is refused, and told who has it."""
    first = create_ticket(sdk, **{ext_id: "taken"})
    with pytest.raises(tickets.ApiException) as raised:
        create_ticket(sdk, **{ext_id: "taken"})
    assert raised.value.status == 400
    assert f"{first.id} already has that value." in raised.value.body


def test_chosen_tickets_are_read_by_record_id(sdk: Any, ext_id: str) -> None:
    """G22, G24: without `idProperty` the ids are record ids, whatever else the tickets carry."""
    made = create_ticket(sdk, **{ext_id: "by-record-id"})
    found = read_batch(sdk, [made.id], properties=["subject"])
    assert type(found) is tickets.BatchResponseSimplePublicObject
    assert [item.id for item in found.results] == [made.id]
    unknown = read_batch(sdk, ["by-record-id"])
    assert type(unknown) is tickets.BatchResponseSimplePublicObjectWithErrors
    assert (unknown.results, unknown.num_errors) == ([], 1)


def test_chosen_tickets_are_read_by_a_unique_property(sdk: Any, ext_id: str) -> None:
    """G22, G24: `idProperty` names the property that the ids are values of."""
    made = {key: create_ticket(sdk, key, **{ext_id: key}).id for key in ("abc", "def")}
    found = read_batch(sdk, ["abc", "def"], properties=["subject"], id_property=ext_id)
    assert {item.properties["subject"]: item.id for item in found.results} == made


def test_values_that_nobody_has_are_named_in_one_error(sdk: Any, ext_id: str) -> None:
    """G22, G24: found ones come back beside the error."""
    made = create_ticket(sdk, **{ext_id: "present"})
    found = read_batch(sdk, ["present", "lost", "gone"], id_property=ext_id)
    assert type(found) is tickets.BatchResponseSimplePublicObjectWithErrors
    assert [item.id for item in found.results] == [made.id]
    assert found.num_errors == 1
    assert found.errors[0].context["ids"] == ["lost", "gone"]


def test_one_ticket_is_read_by_a_unique_property(sdk: Any, ext_id: str) -> None:
    """G24: the same name works as a query of the single call."""
    made = create_ticket(sdk, **{ext_id: "single"})
    assert sdk.crm.tickets.basic_api.get_by_id("single", id_property=ext_id).id == made.id


def test_a_property_that_is_not_unique_finds_nothing(sdk: Any) -> None:
    """G24: only unique properties take the place of the record id."""
    with pytest.raises(tickets.ApiException) as raised:
        read_batch(sdk, ["x"], id_property="subject")
    assert raised.value.status == 400
    assert "non-unique 0-5 property subject" in raised.value.body


def test_earlier_values_come_with_a_batch(sdk: Any) -> None:
    """G25: `propertiesWithHistory` in the body, newest first; never set means no key."""
    made = create_ticket(sdk)
    for stage in ("2", "3"):
        body = tickets.SimplePublicObjectInput(properties={"hs_pipeline_stage": stage})
        sdk.crm.tickets.basic_api.update(made.id, body)
    found = read_batch(sdk, [made.id], properties_with_history=["hs_pipeline_stage", "content"])
    history = found.results[0].properties_with_history
    assert [item.value for item in history["hs_pipeline_stage"]] == ["3", "2", "1"]
    assert [item.source_type for item in history["hs_pipeline_stage"]] == ["INTEGRATION"] * 3
    assert "content" not in history


def test_earlier_values_are_read_for_fifty_at_a_time(http: httpx2.Client) -> None:
    """G25: the batch with history takes fewer inputs than the one without."""
    inputs = [{"id": str(number)} for number in range(1, 52)]
    with_history = http.post(f"{T}/batch/read", json={"inputs": inputs, "propertiesWithHistory": ["subject"]})
    assert with_history.status_code == 400
    assert "property histories is 50" in with_history.json()["message"]
    assert http.post(f"{T}/batch/read", json={"inputs": inputs}).status_code == 207


def test_a_ticket_is_updated_by_a_unique_property(sdk: Any, ext_id: str) -> None:
    """G28: single PATCH with `idProperty`."""
    made = create_ticket(sdk, **{ext_id: "patched"})
    body = tickets.SimplePublicObjectInput(properties={"subject": "by its own id"})
    changed = sdk.crm.tickets.basic_api.update("patched", body, id_property=ext_id)
    assert type(changed) is tickets.SimplePublicObject
    assert (changed.id, changed.properties["subject"]) == (made.id, "by its own id")


def test_tickets_are_updated_by_a_unique_property_in_a_batch(sdk: Any, ext_id: str) -> None:
    """G28, G29: each input carries its own `idProperty`, or none."""
    first = create_ticket(sdk, **{ext_id: "batch-a"})
    second = create_ticket(sdk)
    inputs = [
        tickets.SimplePublicObjectBatchInput(id="batch-a", id_property=ext_id, properties={"subject": "A"}),
        tickets.SimplePublicObjectBatchInput(id=second.id, properties={"subject": "B"}),
    ]
    body = tickets.BatchInputSimplePublicObjectBatchInput(inputs=inputs)
    answer = sdk.crm.tickets.batch_api.update(body)
    assert type(answer) is tickets.BatchResponseSimplePublicObject
    assert {item.id: item.properties["subject"] for item in answer.results} == {first.id: "A", second.id: "B"}


def test_upsert_creates_and_updates_by_a_unique_property(sdk: Any, ext_id: str) -> None:
    """G24, G7: one call for both; the answer says which was which."""
    known = create_ticket(sdk, **{ext_id: "known"})
    inputs = [
        tickets.SimplePublicObjectBatchInputUpsert(
            id=key, id_property=ext_id, properties={"subject": key, "hs_pipeline_stage": "2"}
        )
        for key in ("known", "fresh")
    ]
    answer = sdk.crm.tickets.batch_api.upsert(tickets.BatchInputSimplePublicObjectBatchInputUpsert(inputs=inputs))
    assert type(answer) is tickets.BatchResponseSimplePublicUpsertObject
    by_newness = {item.new: item for item in answer.results}
    assert by_newness[False].id == known.id
    assert by_newness[True].properties[ext_id] == "fresh"


def test_the_unique_property_is_listed_as_such(sdk: Any, ext_id: str) -> None:
    """G26, G11: the definition can be read back."""
    found = sdk.crm.properties.core_api.get_by_name("tickets", ext_id)
    assert type(found) is properties.ModelProperty
    assert (found.name, found.has_unique_value, found.type) == (ext_id, True, "string")
