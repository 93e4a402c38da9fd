"""Pinning an activity on a ticket, end to end: it must be linked, and the pin goes when the link or activity goes."""

from __future__ import annotations

import pytest

from tests.support.api import Answer, Api
from tests.support.linking import archive, create, link, property_of, restore, spec

PIN = "hs_pinned_engagement_id"


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def note(api: Api) -> str:
    return create(api, "notes")


@pytest.fixture
def ticket(api: Api, note: str) -> str:
    """A ticket with a linked note."""
    made = create(api, "tickets")
    link(api, f"tickets/{made}", f"notes/{note}", 227)
    return made


def pin(api: Api, ticket: str, value: object) -> Answer:
    return api.patch(f"/crm/v3/objects/tickets/{ticket}", {"properties": {PIN: value}})


def pinned(api: Api, ticket: str) -> str | None:
    return property_of(api, f"tickets/{ticket}", PIN)


@pytest.mark.parametrize("as_number", [True, False])
def test_a_linked_activity_can_be_pinned(api: Api, ticket: str, note: str, as_number: bool) -> None:
    answer = pin(api, ticket, int(note) if as_number else note)
    assert (answer.status, answer.json["properties"][PIN]) == (200, note)
    assert pinned(api, ticket) == note


@pytest.mark.parametrize(
    ("object_type", "type_id"),
    [
        ("calls", 219),
        ("emails", 223),
        ("meetings", 225),
        ("tasks", 229),
        ("communications", 84),
        ("postal_mail", 456),
    ],
)
def test_every_kind_of_activity_can_be_pinned(api: Api, ticket: str, object_type: str, type_id: int) -> None:
    activity = create(api, object_type, hs_timestamp="2026-09-01T10:00:00Z")
    link(api, f"tickets/{ticket}", f"{object_type}/{activity}", type_id)
    assert pin(api, ticket, activity).status == 200


def test_another_pin_replaces_the_first(api: Api, ticket: str, note: str) -> None:
    other = create(api, "notes")
    link(api, f"tickets/{ticket}", f"notes/{other}", 227)
    assert [pin(api, ticket, note).status, pin(api, ticket, other).status] == [200, 200]
    assert pinned(api, ticket) == other


def test_an_empty_value_unpins(api: Api, ticket: str, note: str) -> None:
    pin(api, ticket, note)
    assert pin(api, ticket, "").status == 200
    assert pinned(api, ticket) == ""


def test_an_activity_that_is_not_linked_cannot_be_pinned(api: Api, ticket: str) -> None:
    other = create(api, "notes")
    answer = pin(api, ticket, other)
    assert (answer.status, answer.json["category"]) == (400, "VALIDATION_ERROR")
    assert answer.json["message"] == f"Engagement {other} is not associated with TICKET {ticket}"
    assert answer.json["errors"][0]["code"] == "ENGAGEMENT_NOT_ASSOCIATED"
    assert pinned(api, ticket) is None


def test_a_linked_record_that_is_no_activity_cannot_be_pinned(api: Api, ticket: str) -> None:
    contact = create(api, "contacts")
    link(api, f"tickets/{ticket}", f"contacts/{contact}", 16)
    assert pin(api, ticket, contact).status == 400


def test_an_archived_activity_cannot_be_pinned(api: Api, ticket: str, note: str) -> None:
    archive(api, "notes", note)
    assert pin(api, ticket, note).status == 400


def test_a_pin_that_is_no_number_is_reported_as_such(api: Api, ticket: str) -> None:
    answer = pin(api, ticket, "first")
    assert (answer.status, answer.json["errors"][0]["code"]) == (400, "INVALID_INTEGER")


def test_a_new_ticket_may_pin_what_the_same_request_links(api: Api, note: str) -> None:
    body = {
        "properties": {"subject": "s", "hs_pipeline_stage": "1", PIN: int(note)},
        "associations": [{"to": {"id": int(note)}, "types": [spec(227)]}],
    }
    answer = api.post("/crm/v3/objects/tickets", body)
    assert (answer.status, answer.json["properties"][PIN]) == (201, note)
    assert pinned(api, answer.json["id"]) == note


def test_a_new_ticket_cannot_pin_what_it_does_not_link(api: Api, note: str) -> None:
    body = {"properties": {"subject": "s", "hs_pipeline_stage": "1", PIN: note}}
    answer = api.post("/crm/v3/objects/tickets", body)
    assert (answer.status, answer.json["errors"][0]["code"]) == (400, "ENGAGEMENT_NOT_ASSOCIATED")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("DELETE", "/crm/v3/objects/tickets/{ticket}/associations/notes/{note}/227", None),
        ("DELETE", "/crm/v3/objects/notes/{note}/associations/tickets/{ticket}/228", None),
        ("DELETE", "/crm/v4/objects/tickets/{ticket}/associations/notes/{note}", None),
        ("DELETE", "/crm/v4/objects/notes/{note}/associations/tickets/{ticket}", None),
        ("DELETE", "/crm/v3/objects/notes/{note}", None),
        ("POST", "/crm/v3/objects/notes/batch/archive", '{{"inputs":[{{"id":"{note}"}}]}}'),
        (
            "POST",
            "/crm/v4/associations/tickets/notes/batch/archive",
            '{{"inputs":[{{"from":{{"id":"{ticket}"}},"to":[{{"id":"{note}"}}]}}]}}',
        ),
    ],
)
def test_the_pin_goes_with_the_link_or_the_activity(
    api: Api, ticket: str, note: str, method: str, path: str, body: str | None
) -> None:
    pin(api, ticket, note)
    raw = (body or "").format(ticket=ticket, note=note).encode()
    assert api.call(method, path.format(ticket=ticket, note=note), body=raw).status == 204
    assert pinned(api, ticket) == ""


def test_a_pin_does_not_return_with_a_restored_activity(api: Api, ticket: str, note: str) -> None:
    pin(api, ticket, note)
    archive(api, "notes", note)
    restore(api, "notes", note)
    assert pinned(api, ticket) == ""


def test_the_pin_stays_when_another_activity_goes(api: Api, ticket: str, note: str) -> None:
    other = create(api, "notes")
    link(api, f"tickets/{ticket}", f"notes/{other}", 227)
    pin(api, ticket, note)
    archive(api, "notes", other)
    assert pinned(api, ticket) == note


def test_the_pin_goes_through_a_merge_with_its_activity(api: Api, ticket: str, note: str) -> None:
    pin(api, ticket, note)
    survivor = create(api, "tickets")
    merged = api.post("/crm/v3/objects/tickets/merge", {"primaryObjectId": survivor, "objectIdToMerge": ticket})
    assert (merged.status, pinned(api, survivor)) == (200, note)
