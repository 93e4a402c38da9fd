"""Chapter: restore deleted tickets. The vendor has no public call for it; ours stands under a path of our own."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from hubspot.crm import tickets

from tests.support.server import create_record, create_ticket

pytestmark = pytest.mark.fidelity("own", source="own", of=["records.restore_record", "batches.restore_batch"])

T = "/crm/v3/objects/tickets"
RESTORE = "/spokedesk/v1/objects/tickets"


def test_a_deleted_ticket_is_restored(sdk: Any, http: httpx2.Client) -> None:
    """G38: the live record comes back with id, values, history and associations."""
    ticket = create_ticket(sdk, "Back again", content="kept")
    contact = create_record(sdk, "contacts", firstname="Linked")
    assert http.put(f"{T}/{ticket.id}/associations/contacts/{contact}/16").status_code == 200
    sdk.crm.tickets.basic_api.update(ticket.id, tickets.SimplePublicObjectInput(properties={"subject": "Second"}))
    sdk.crm.tickets.basic_api.archive(ticket.id)
    answer = http.post(f"{RESTORE}/{ticket.id}/restore")
    assert answer.status_code == 200
    assert (answer.json()["id"], answer.json()["archived"]) == (ticket.id, False)
    assert "archivedAt" not in answer.json()
    read = sdk.crm.tickets.basic_api.get_by_id(
        ticket.id, associations=["contacts"], properties_with_history=["subject"], properties=["content"]
    )
    assert read.properties["content"] == "kept"
    assert [link.id for link in read.associations["contacts"].results] == [contact]
    assert [item.value for item in read.properties_with_history["subject"]] == ["Second", "Back again"]
    assert read.created_at == ticket.created_at


def test_a_restored_ticket_is_found_and_can_be_changed(sdk: Any, http: httpx2.Client) -> None:
    """G38: it is like any other ticket again."""
    ticket = create_ticket(sdk, "Okapi returns")
    sdk.crm.tickets.basic_api.archive(ticket.id)
    assert http.post(f"{RESTORE}/{ticket.id}/restore").status_code == 200
    found = sdk.crm.tickets.search_api.do_search(tickets.PublicObjectSearchRequest(query="okapi"))
    assert [item.id for item in found.results] == [ticket.id]
    body = tickets.SimplePublicObjectInput(properties={"hs_pipeline_stage": "3"})
    assert sdk.crm.tickets.basic_api.update(ticket.id, body).properties["hs_pipeline_stage"] == "3"


def test_several_tickets_are_restored_at_once(sdk: Any, http: httpx2.Client) -> None:
    """G38: a batch of ids; what is not in the bin is named."""
    made = [create_ticket(sdk).id for _ in range(2)]
    for key in made:
        sdk.crm.tickets.basic_api.archive(key)
    answer = http.post(f"{RESTORE}/batch/restore", json={"inputs": [{"id": key} for key in made]})
    assert answer.status_code == 200
    assert [item["id"] for item in answer.json()["results"]] == made
    again = http.post(f"{RESTORE}/batch/restore", json={"inputs": [{"id": made[0]}]})
    assert again.status_code == 207
    assert again.json()["errors"][0]["context"]["ids"] == [made[0]]


def test_only_deleted_tickets_can_be_restored(sdk: Any, http: httpx2.Client) -> None:
    """G38: 404 for a live one and for one that never was."""
    live = http.post(f"{RESTORE}/{create_ticket(sdk).id}/restore")
    never = http.post(f"{RESTORE}/999999999/restore")
    assert [answer.status_code for answer in (live, never)] == [404, 404]
    assert live.json()["message"] == "resource not found"
