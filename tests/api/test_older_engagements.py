"""Engagements: activities of every kind behind one call; and their part in the first form of links."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import ACCOUNT_ID, START, Api
from tests.support.factories import insert_owner

pytestmark = pytest.mark.fidelity("observed", source="clients", of=["older_engagements.*", "older_links.*"])

ENGAGEMENTS = "/engagements/v1/engagements"
LINKS = "/crm-associations/v1/associations"


@pytest.fixture
def api() -> Api:
    api = Api()
    insert_owner(api, 5)
    return api


def create(api: Api, kind: str = "NOTE", **metadata: Any) -> int:
    answer = api.post(ENGAGEMENTS, {"engagement": {"type": kind}, "metadata": metadata})
    assert answer.status == 200, answer.json
    return int(answer.json["engagement"]["id"])


def record(api: Api, noun: str, **given: str) -> int:
    return int(api.post(f"/crm/v3/objects/{noun}", {"properties": given}).json["id"])


def ends(api: Api) -> dict[str, int]:
    """A record of each kind that engagements belong to."""
    return {
        "contactIds": record(api, "contacts", firstname="Ada"),
        "companyIds": record(api, "companies", name="Acme"),
        "dealIds": record(api, "deals", dealname="Big"),
        "ticketIds": record(api, "tickets", subject="s", hs_pipeline_stage="1"),
    }


def test_a_note_is_created_with_owner_time_files_and_links(api: Api) -> None:
    others = ends(api)
    body = {
        "engagement": {"active": True, "ownerId": 5, "type": "NOTE", "timestamp": START},
        "associations": {**{name: [number] for name, number in others.items()}, "ownerIds": [], "workflowIds": []},
        "attachments": [{"id": 4241968539}],
        "metadata": {"body": "note body", "unknown": {"is": "passed over"}},
    }
    made = api.post(ENGAGEMENTS, body).json
    told = made["engagement"]
    assert (told["portalId"], told["active"], told["type"]) == (ACCOUNT_ID, True, "NOTE")
    assert (told["ownerId"], told["timestamp"]) == (5, START)
    assert told["createdAt"] <= told["lastUpdated"] <= api.clock()
    assert made["associations"] == {
        **{name: [number] for name, number in others.items()},
        "ownerIds": [],
        "workflowIds": [],
    }
    assert made["attachments"] == [{"id": 4241968539}]
    assert made["metadata"] == {"body": "note body"}
    assert api.get(f"{ENGAGEMENTS}/{told['id']}").json == made
    newer = api.get(f"/crm/v3/objects/notes/{told['id']}", properties="hs_note_body,hs_timestamp").json["properties"]
    assert newer["hs_note_body"] == "note body"


@pytest.mark.parametrize(
    ("kind", "metadata", "noun", "values"),
    [
        (
            "CALL",
            {"title": "t", "durationMilliseconds": 38000, "toNumber": "(857) 829-5489", "status": "COMPLETED"},
            "calls",
            {"hs_call_title": "t", "hs_call_duration": "38000", "hs_call_to_number": "(857) 829-5489"},
        ),
        (
            "TASK",
            {"subject": "s", "body": "b", "status": "NOT_STARTED", "forObjectType": "CONTACT"},
            "tasks",
            {"hs_task_subject": "s", "hs_task_status": "NOT_STARTED"},
        ),
        (
            "MEETING",
            {"title": "t", "body": "b", "startTime": START, "endTime": START + 60_000},
            "meetings",
            {"hs_meeting_title": "t"},
        ),
        ("EMAIL", {"subject": "s", "html": "<p>h</p>", "text": "h"}, "emails", {"hs_email_subject": "s"}),
    ],
)
def test_what_is_particular_to_a_kind_is_metadata(
    api: Api, kind: str, metadata: dict[str, Any], noun: str, values: dict[str, str]
) -> None:
    number = create(api, kind, **metadata)
    read = api.get(f"{ENGAGEMENTS}/{number}").json
    assert read["engagement"]["type"] == kind
    assert metadata.items() <= read["metadata"].items()
    newer = api.get(f"/crm/v3/objects/{noun}/{number}", properties=",".join(values)).json["properties"]
    assert values.items() <= newer.items()


def test_a_meeting_happens_when_it_starts_and_others_now(api: Api) -> None:
    meeting, note = create(api, "MEETING", startTime=START - 5000), create(api)
    assert api.get(f"{ENGAGEMENTS}/{meeting}").json["engagement"]["timestamp"] == START - 5000
    assert START < api.get(f"{ENGAGEMENTS}/{note}").json["engagement"]["timestamp"] <= api.clock()


def test_an_email_says_who_wrote_to_whom(api: Api) -> None:
    people = {
        "from": {"email": "a@example.com", "firstName": "A"},
        "to": [{"email": "b@example.com"}],
        "cc": [],
        "bcc": [{"email": "ü@example.com"}],
    }
    number = create(api, "INCOMING_EMAIL", subject="s", **people)
    found = api.get(f"{ENGAGEMENTS}/{number}").json["metadata"]
    assert {name: found[name] for name in people} == people
    assert api.get(f"{ENGAGEMENTS}/{create(api, 'EMAIL')}").json["metadata"] == {
        "from": {},
        "to": [],
        "cc": [],
        "bcc": [],
    }


@pytest.mark.parametrize("headers", ["no JSON", "[1]", "[" * 5000])
def test_headers_that_are_none_say_nothing(api: Api, headers: str) -> None:
    values = {"hs_timestamp": str(START), "hs_email_headers": headers}
    number = record(api, "emails", **values)
    assert api.get(f"{ENGAGEMENTS}/{number}").json["metadata"]["from"] == {}


def test_a_change_leaves_what_it_does_not_name_and_adds_links(api: Api) -> None:
    person = record(api, "contacts", firstname="Ada")
    number = create(api, "TASK", subject="s", body="b")
    body = {"engagement": {"ownerId": 5}, "associations": {"contactIds": [person]}, "metadata": {"subject": "other"}}
    changed = api.patch(f"{ENGAGEMENTS}/{number}", body).json
    assert (changed["metadata"]["subject"], changed["metadata"]["body"]) == ("other", "b")
    assert (changed["engagement"]["ownerId"], changed["associations"]["contactIds"]) == (5, [person])
    assert api.patch(f"{ENGAGEMENTS}/{number}", {"metadata": {}}).json["metadata"] == changed["metadata"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"engagement": {"type": "PARTY"}},
        {"engagement": {}},
        {"engagement": {"type": "NOTE", "ownerId": 99}},
        {"engagement": {"type": "NOTE", "timestamp": "soon"}},
        {"engagement": {"type": "NOTE"}, "associations": {"contactIds": [999]}},
        {"engagement": {"type": "NOTE"}, "associations": {"contactIds": "1"}},
        {"engagement": {"type": "CALL"}, "metadata": {"durationMilliseconds": "long"}},
        {"engagement": {"type": "NOTE"}, "metadata": {"body": {"a": 1}}},
    ],
)
def test_a_bad_engagement_is_refused(api: Api, body: Any) -> None:
    answer = api.post(ENGAGEMENTS, body)
    assert (answer.status, answer.json["status"]) == (400, "error")
    assert api.get(f"{ENGAGEMENTS}/paged").json["results"] == []


def test_pages_hold_every_kind_in_order_of_id(api: Api) -> None:
    made = [create(api, kind) for kind in ("NOTE", "CALL", "TASK", "NOTE", "MEETING", "EMAIL", "CALL")]
    seen: list[int] = []
    offset, more = 0, True
    while more:
        page = api.get(f"{ENGAGEMENTS}/paged", limit=3, offset=offset).json
        seen += [item["engagement"]["id"] for item in page["results"]]
        offset, more = page["offset"], page["hasMore"]
    assert seen == made


def test_the_ones_that_changed_last_come_first(api: Api) -> None:
    made = [create(api, kind, body="b") for kind in ("NOTE", "CALL", "TASK", "MEETING")]
    api.patch(f"{ENGAGEMENTS}/{made[1]}", {"metadata": {"body": "c"}})
    made.append(made.pop(1))
    first = api.get(f"{ENGAGEMENTS}/recent/modified", count=3).json
    assert [item["engagement"]["id"] for item in first["results"]] == made[:0:-1]
    assert (first["hasMore"], first["offset"], first["total"]) == (True, 3, 4)
    rest = api.get(f"{ENGAGEMENTS}/recent/modified", count=3, offset=3).json
    assert ([item["engagement"]["id"] for item in rest["results"]], rest["hasMore"]) == (made[:1], False)
    assert api.get(f"{ENGAGEMENTS}/recent/modified", since=api.clock()).json["total"] == 0


def test_engagements_of_a_record_are_listed(api: Api) -> None:
    ticket = record(api, "tickets", subject="s", hs_pipeline_stage="1")
    made = [create(api, kind) for kind in ("NOTE", "CALL", "TASK")]
    for number in made[:2]:
        assert api.put(f"{ENGAGEMENTS}/{number}/associations/TICKET/{ticket}").status == 204
    page = api.get(f"{ENGAGEMENTS}/associated/TICKET/{ticket}/paged", limit=1).json
    assert ([item["engagement"]["id"] for item in page["results"]], page["hasMore"]) == (made[:1], True)
    page = api.get(f"{ENGAGEMENTS}/associated/TICKET/{ticket}/paged", offset=page["offset"]).json
    assert ([item["engagement"]["id"] for item in page["results"]], page["hasMore"]) == (made[1:2], False)
    assert api.get(f"{ENGAGEMENTS}/associated/PARTY/1/paged").status == 400
    assert api.put(f"{ENGAGEMENTS}/{made[0]}/associations/TICKET/999").status == 400
    assert api.put(f"{ENGAGEMENTS}/{made[0]}/associations/NOTE/1").status == 400


def test_a_deleted_engagement_is_gone(api: Api) -> None:
    number = create(api)
    assert api.delete(f"{ENGAGEMENTS}/{number}").status == 204
    for answer in (
        api.get(f"{ENGAGEMENTS}/{number}"),
        api.delete(f"{ENGAGEMENTS}/{number}"),
        api.get(f"{ENGAGEMENTS}/x"),
    ):
        assert answer.status == 404
    assert api.get(f"{ENGAGEMENTS}/paged").json == {"results": [], "hasMore": False, "offset": 0}


def test_a_record_of_another_kind_is_no_engagement(api: Api) -> None:
    assert api.get(f"{ENGAGEMENTS}/{record(api, 'contacts', firstname='Ada')}").status == 404


# definition ids 7 to 12, 17 and 18: links between activities of any kind and others

DEFINITIONS = {"companyIds": (7, 8), "contactIds": (9, 10), "dealIds": (11, 12), "ticketIds": (17, 18)}


def link(start: int, end: int, definition: int | str) -> dict[str, Any]:
    return {"fromObjectId": start, "toObjectId": end, "category": "HUBSPOT_DEFINED", "definitionId": definition}


@pytest.mark.parametrize("entry", DEFINITIONS)
def test_activities_of_any_kind_are_linked_by_one_definition(api: Api, entry: str) -> None:
    other, (arriving, leaving) = ends(api)[entry], DEFINITIONS[entry]
    note, call, email = create(api), create(api, "CALL"), create(api, "EMAIL")
    assert api.put(LINKS, link(other, note, arriving)).status == 204
    assert (
        api.put(f"{LINKS}/create-batch", [link(call, other, leaving), link(email, other, str(leaving))]).status == 204
    )
    assert api.get(f"{LINKS}/{other}/HUBSPOT_DEFINED/{arriving}").json == {
        "results": [note, call, email],
        "hasMore": False,
        "offset": email,
    }
    assert api.get(f"{LINKS}/{call}/HUBSPOT_DEFINED/{leaving}").json["results"] == [other]
    assert api.get(f"{ENGAGEMENTS}/{note}").json["associations"][entry] == [other]
    assert api.put(f"{LINKS}/delete", link(call, other, leaving)).status == 204
    assert api.get(f"{LINKS}/{other}/HUBSPOT_DEFINED/{arriving}").json["results"] == [note, email]


def test_an_activity_that_is_not_there_is_no_end_of_a_link(api: Api) -> None:
    person = record(api, "contacts", firstname="Ada")
    answer = api.put(LINKS, link(person, 999, 9))
    assert (answer.status, answer.json["category"]) == (400, "VALIDATION_ERROR")
    assert api.put(LINKS, link(person, person, 9)).status == 400
    assert api.put(f"{LINKS}/delete", link(person, 999, 9)).status == 204
    assert api.get(f"{LINKS}/999/HUBSPOT_DEFINED/10").json["results"] == []


@pytest.mark.parametrize("definition", [9, 10])
def test_links_of_activities_need_a_scope_of_either_end(api: Api, definition: int) -> None:
    note, person = create(api), record(api, "contacts", firstname="Ada")
    ids = (person, note) if definition == 9 else (note, person)
    api.token = api.grant("deals", ["crm.objects.deals.write", "crm.objects.deals.read"])
    assert api.put(LINKS, link(*ids, definition)).status == 403
    assert api.get(f"{LINKS}/{ids[0]}/HUBSPOT_DEFINED/{definition}").status == 403
    api.token = api.grant("contacts", ["crm.objects.contacts.read"])
    assert api.put(LINKS, link(*ids, definition)).status == 403
    assert api.get(f"{LINKS}/{ids[0]}/HUBSPOT_DEFINED/{definition}").status == 200
