"""Chapter: associate existing tickets with records and activities."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from hubspot.crm.associations import v4

from tests.support.server import create_record, create_ticket

T = "/crm/v3/objects/tickets"


def test_a_ticket_is_linked_to_a_contact(sdk: Any, http: httpx2.Client) -> None:
    """G30: PUT answers 200 and the ticket with its associations."""
    ticket, contact = create_ticket(sdk).id, create_record(sdk, "contacts", email="put@example.com")
    answer = http.put(f"{T}/{ticket}/associations/contacts/{contact}/16")
    assert answer.status_code == 200
    assert answer.json()["id"] == ticket
    assert answer.json()["associations"]["contacts"]["results"] == [{"id": contact, "type": "ticket_to_contact"}]


@pytest.mark.parametrize(
    ("object_type", "type_id", "name"),
    [("notes", 227, "ticket_to_note"), ("calls", 219, "ticket_to_call"), ("tasks", 229, "ticket_to_task")],
)
def test_a_ticket_is_linked_to_an_activity(
    sdk: Any, http: httpx2.Client, object_type: str, type_id: int, name: str
) -> None:
    """G30: activities go like records."""
    ticket = create_ticket(sdk).id
    activity = create_record(sdk, object_type, hs_timestamp="2026-10-01T12:00:00Z")
    assert http.put(f"{T}/{ticket}/associations/{object_type}/{activity}/{type_id}").status_code == 200
    read = sdk.crm.tickets.basic_api.get_by_id(ticket, associations=[object_type])
    assert [(link.id, link.type) for link in read.associations[object_type].results] == [(activity, name)]


def test_linking_twice_changes_nothing(sdk: Any, http: httpx2.Client) -> None:
    """G30: repeating the call is no error and makes no second link."""
    ticket, contact = create_ticket(sdk).id, create_record(sdk, "contacts", email="twice@example.com")
    path = f"{T}/{ticket}/associations/contacts/{contact}/16"
    first, second = http.put(path), http.put(path)
    assert (first.status_code, second.status_code) == (200, 200)
    assert len(second.json()["associations"]["contacts"]["results"]) == 1


def test_the_type_id_comes_from_the_labels_call(sdk: Any, http: httpx2.Client) -> None:
    """G30, G13: the id that the labels call names is the one that PUT takes; one of another pair is refused."""
    ticket, company = create_ticket(sdk).id, create_record(sdk, "companies", name="Typed Ltd")
    page = sdk.crm.associations.v4.schema.definitions_api.get_all("tickets", "companies")
    plain = next(item.type_id for item in page.results if item.label is None)
    assert http.put(f"{T}/{ticket}/associations/companies/{company}/{plain}").status_code == 200
    refused = http.put(f"{T}/{ticket}/associations/companies/{company}/227")
    assert refused.status_code == 400
    assert refused.json()["message"] == "One or more associations are invalid"


def test_an_unknown_target_is_refused(sdk: Any, http: httpx2.Client) -> None:
    """G30: both ends must exist."""
    ticket = create_ticket(sdk).id
    answer = http.put(f"{T}/{ticket}/associations/contacts/999999999/16")
    assert answer.status_code == 400
    assert answer.json()["context"]["INVALID_OBJECT_IDS"] == ["CONTACT=999999999 is not valid"]


def test_the_general_association_interface_sees_both_directions(sdk: Any) -> None:
    """G3, G23, G30: what one side writes, the other side reads."""
    ticket, contact = create_ticket(sdk).id, create_record(sdk, "contacts", email="both@example.com")
    api = sdk.crm.associations.v4.basic_api
    spec = v4.AssociationSpec(association_category="HUBSPOT_DEFINED", association_type_id=16)
    written = api.create("tickets", ticket, "contacts", contact, [spec])
    assert type(written) is v4.LabelsBetweenObjectPair
    there = api.get_page("tickets", ticket, "contacts").results[0]
    back = api.get_page("contacts", contact, "tickets").results[0]
    assert (str(there.to_object_id), there.association_types[0].type_id) == (contact, 16)
    assert (str(back.to_object_id), back.association_types[0].type_id) == (ticket, 15)
