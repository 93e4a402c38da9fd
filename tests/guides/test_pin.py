"""Chapter: pin an activity on a ticket."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from hubspot.crm import tickets
from hubspot.crm.objects import notes

from tests.support.server import create_record, create_ticket, linked

T = "/crm/v3/objects/tickets"
PINNED = "hs_pinned_engagement_id"
WHEN = "2026-10-01T12:00:00Z"


def make_linked(sdk: Any, http: httpx2.Client, ticket: str, object_type: str = "notes", type_id: int = 227) -> str:
    """An activity that is linked to the ticket."""
    activity = create_record(sdk, object_type, hs_timestamp=WHEN)
    assert http.put(f"{T}/{ticket}/associations/{object_type}/{activity}/{type_id}").status_code == 200
    return activity


def pin(sdk: Any, ticket: str, activity: object) -> Any:
    body = tickets.SimplePublicObjectInput(properties={PINNED: activity})
    return sdk.crm.tickets.basic_api.update(ticket, body).properties[PINNED]


def pinned(sdk: Any, ticket: str) -> Any:
    return sdk.crm.tickets.basic_api.get_by_id(ticket, properties=[PINNED]).properties.get(PINNED)


def test_a_linked_activity_is_pinned_and_replaced(sdk: Any, http: httpx2.Client) -> None:
    """G32, G34: as a number or a text; the second pin takes the place of the first."""
    ticket = create_ticket(sdk).id
    first, second = make_linked(sdk, http, ticket), make_linked(sdk, http, ticket)
    assert pin(sdk, ticket, int(first)) == first
    assert pin(sdk, ticket, second) == second
    assert pinned(sdk, ticket) == second


def test_the_guide_works_from_the_command_line_too(sdk: Any, http: httpx2.Client) -> None:
    """G32: the request of the guide as plain HTTP."""
    ticket = create_ticket(sdk).id
    note = make_linked(sdk, http, ticket)
    answer = http.patch(f"{T}/{ticket}", json={"properties": {PINNED: int(note)}})
    assert answer.status_code == 200
    assert answer.json()["properties"][PINNED] == note


def test_an_empty_text_takes_the_pin_off(sdk: Any, http: httpx2.Client) -> None:
    """G32: nothing is pinned then."""
    ticket = create_ticket(sdk).id
    pin(sdk, ticket, make_linked(sdk, http, ticket))
    assert pin(sdk, ticket, "") == ""
    assert pinned(sdk, ticket) is None


@pytest.mark.parametrize(
    ("object_type", "type_id"),
    [("calls", 219), ("emails", 223), ("meetings", 225), ("tasks", 229), ("communications", 84), ("postal_mail", 456)],
)
def test_every_kind_of_activity_can_be_pinned(sdk: Any, http: httpx2.Client, object_type: str, type_id: int) -> None:
    """G32, G35: the id comes from the interface of its type."""
    ticket = create_ticket(sdk).id
    activity = make_linked(sdk, http, ticket, object_type, type_id)
    listed = sdk.crm.objects.basic_api.get_page(object_type, after=activity, limit=1)
    assert [item.id for item in listed.results] == [activity]
    assert pin(sdk, ticket, activity) == activity


def test_an_activity_is_pinned_by_the_request_that_creates_the_ticket(sdk: Any) -> None:
    """G33: with the association in the same request."""
    note = create_record(sdk, "notes", hs_timestamp=WHEN, hs_note_body="first")
    body = tickets.SimplePublicObjectInputForCreate(
        properties={"subject": "s", "hs_pipeline_stage": "1", PINNED: int(note)}, associations=[linked(note, 227)]
    )
    made = sdk.crm.tickets.basic_api.create(body)
    assert type(made) is tickets.SimplePublicObject
    assert made.properties[PINNED] == note
    assert pinned(sdk, made.id) == note


def test_an_activity_that_is_not_linked_cannot_be_pinned(sdk: Any) -> None:
    """G34: neither on a change nor on a create; the old pin stays."""
    note = create_record(sdk, "notes", hs_timestamp=WHEN)
    ticket = create_ticket(sdk).id
    with pytest.raises(tickets.ApiException) as raised:
        pin(sdk, ticket, note)
    assert raised.value.status == 400
    assert "ENGAGEMENT_NOT_ASSOCIATED" in raised.value.body
    with pytest.raises(tickets.ApiException):
        create_ticket(sdk, **{PINNED: note})
    assert pinned(sdk, ticket) is None


def test_a_pin_goes_with_its_activity(sdk: Any, http: httpx2.Client) -> None:
    """G34: a deleted activity is no longer pinned."""
    ticket = create_ticket(sdk).id
    note = make_linked(sdk, http, ticket)
    pin(sdk, ticket, note)
    sdk.crm.objects.basic_api.archive("notes", note)
    assert pinned(sdk, ticket) is None


def test_ids_of_activities_come_from_their_own_interface(sdk: Any) -> None:
    """G35: the notes interface of the SDK creates and lists them."""
    body = notes.SimplePublicObjectInputForCreate(properties={"hs_timestamp": WHEN, "hs_note_body": "listed"})
    made = sdk.crm.objects.notes.basic_api.create(body)
    assert type(made) is notes.SimplePublicObject
    page = sdk.crm.objects.notes.basic_api.get_page(limit=1, after=made.id, properties=["hs_note_body"])
    assert [item.properties["hs_note_body"] for item in page.results] == ["listed"]
