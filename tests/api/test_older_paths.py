"""The first forms of the calls: value objects, bare lists, definition ids; the engine behind them is the same."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import ACCOUNT_ID, Api
from tests.support.custom_objects import create_car, define

pytestmark = pytest.mark.fidelity(
    "observed", source="clients", of=["older_paths.*", "older_records.*", "older_links.*"]
)

TICKETS = "/crm-objects/v1/objects/tickets"
LINKS = "/crm-associations/v1/associations"


@pytest.fixture
def api() -> Api:
    return Api()


def values(**given: Any) -> list[dict[str, Any]]:
    return [{"name": name, "value": value} for name, value in given.items()]


def create(api: Api, **given: Any) -> dict[str, Any]:
    answer = api.post(TICKETS, values(**{"subject": "Old", "hs_pipeline_stage": "1", **given}))
    assert answer.status == 200, answer.json
    found: dict[str, Any] = answer.json
    return found


def contact(api: Api) -> int:
    return int(api.post("/crm/v3/objects/contacts", {"properties": {"firstname": "Ada"}}).json["id"])


def link(ticket: int, to: int, definition: int | str = 16, **changes: Any) -> dict[str, Any]:
    given = {"fromObjectId": ticket, "toObjectId": to, "category": "HUBSPOT_DEFINED", "definitionId": definition}
    return {**given, **changes}


CALLS: list[tuple[str, str, Any]] = [
    ("POST", TICKETS, values(subject="x", hs_pipeline_stage="1")),
    ("GET", f"{TICKETS}/1", None),
    ("PUT", f"{TICKETS}/1", values(subject="x")),
    ("DELETE", f"{TICKETS}/1", None),
    ("GET", f"{TICKETS}/paged", None),
    ("POST", f"{TICKETS}/batch-read", {"ids": [1]}),
    ("GET", "/properties/v1/tickets/properties", None),
    ("GET", "/properties/v2/tickets/groups", None),
    ("GET", "/crm-pipelines/v1/pipelines/tickets", None),
    ("PUT", LINKS, link(1, 2)),
    ("PUT", f"{LINKS}/create-batch", [link(1, 2)]),
    ("PUT", f"{LINKS}/delete", link(1, 2)),
    ("PUT", f"{LINKS}/delete-batch", [link(1, 2)]),
    ("GET", f"{LINKS}/1/HUBSPOT_DEFINED/16", None),
]


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
def test_a_call_needs_a_token_with_a_scope_of_what_it_is_about(api: Api, method: str, path: str, body: Any) -> None:
    assert api.call(method, path, json=body, headers={}).status == 401
    api.token = api.grant("pat-deals", ["crm.objects.deals.read", "crm.objects.deals.write"])
    answer = api.call(method, path, json=body)
    assert (answer.status, answer.json["category"]) == (403, "MISSING_SCOPES")


@pytest.mark.parametrize(("method", "path", "body"), [call for call in CALLS if call[0] in ("PUT", "DELETE")])
def test_a_scope_to_read_does_not_write(api: Api, method: str, path: str, body: Any) -> None:
    api.token = api.grant("pat-reads", ["crm.objects.tickets.read", "crm.objects.contacts.read"])
    assert api.call(method, path, json=body).status == 403


def test_a_record_is_created_from_names_and_values(api: Api) -> None:
    made = create(api, content="Smoke")
    assert (made["objectType"], made["portalId"], made["isDeleted"]) == ("TICKET", ACCOUNT_ID, False)
    subject = made["properties"]["subject"]
    assert (subject["value"], subject["source"]) == ("Old", "INTEGRATION")
    assert subject["versions"] == [{"name": "subject"} | {key: subject[key] for key in subject if key != "versions"}]
    read = api.get(f"/crm/v3/objects/tickets/{made['objectId']}", properties="content").json
    assert read["properties"]["content"] == "Smoke"
    assert api.get(f"{TICKETS}/{made['objectId']}").json["properties"]["subject"] == subject


def test_a_value_is_stamped_with_the_time_it_was_written_and_never_with_one_to_come(api: Api) -> None:
    made = create(api)
    api.put(f"{TICKETS}/{made['objectId']}", values(subject="New"))
    read = api.get(f"{TICKETS}/{made['objectId']}", properties="subject,hs_pipeline_stage").json["properties"]
    assert [version["value"] for version in read["subject"]["versions"]] == ["New", "Old"]
    assert read["hs_pipeline_stage"]["timestamp"] < read["subject"]["timestamp"] <= api.clock()


def test_only_the_properties_that_were_asked_for_and_have_a_value_are_read(api: Api) -> None:
    made = create(api)
    read = api.call("GET", f"{TICKETS}/{made['objectId']}", query="properties=subject&properties=content").json
    assert set(read["properties"]) == {"subject", "createdate", "hs_lastmodifieddate", "hs_object_id"}


def test_an_update_leaves_other_values_and_shows_them(api: Api) -> None:
    made = create(api, content="Smoke")
    changed = api.put(f"{TICKETS}/{made['objectId']}", values(hs_pipeline_stage=4))
    assert changed.status == 200
    assert changed.json["version"] > made["version"]
    shown = {name: item["value"] for name, item in changed.json["properties"].items()}
    assert (shown["hs_pipeline_stage"], shown["content"], shown["subject"]) == ("4", "Smoke", "Old")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (values(subject="x"), 400),
        (values(subject="x", hs_pipeline_stage="99"), 400),
        ([{"value": "x"}], 400),
        ({}, 400),
    ],
)
def test_a_bad_record_is_refused(api: Api, body: Any, status: int) -> None:
    answer = api.post(TICKETS, body)
    assert answer.status == status
    assert answer.json["status"] == "error"
    assert api.get(f"{TICKETS}/paged").json["objects"] == []


def test_a_deleted_record_is_only_seen_by_those_who_ask_for_it(api: Api) -> None:
    made = create(api)["objectId"]
    assert api.delete(f"{TICKETS}/{made}").status == 204
    assert api.get(f"{TICKETS}/{made}").status == 404
    assert api.get(f"{TICKETS}/{made}", includeDeletes="true").json["isDeleted"] is True
    assert api.delete(f"{TICKETS}/{made}").status == 404
    assert api.put(f"{TICKETS}/{made}", values(subject="x")).status == 404
    assert api.get(f"{TICKETS}/abc").status == 404


def test_pages_follow_each_other_by_offset(api: Api) -> None:
    made = [create(api)["objectId"] for _ in range(5)]
    offset, seen, more = 0, [], True
    while more:
        page = api.get(f"{TICKETS}/paged", offset=offset, limit=2, properties="subject").json
        seen += [item["objectId"] for item in page["objects"]]
        offset, more = page["offset"], page["hasMore"]
    assert seen == made
    assert api.get(f"{TICKETS}/paged", offset=offset).json == {"objects": [], "hasMore": False, "offset": offset}
    assert api.get(f"{TICKETS}/paged", limit=101).status == 400


def test_several_records_are_read_by_id(api: Api) -> None:
    first, second, gone = (create(api)["objectId"] for _ in range(3))
    api.delete(f"{TICKETS}/{gone}")
    found = api.post(f"{TICKETS}/batch-read", {"ids": [first, str(second), gone, 999]}, properties="subject").json
    assert {key: item["objectId"] for key, item in found.items()} == {str(first): first, str(second): second}
    assert api.post(f"{TICKETS}/batch-read", {}).status == 400


@pytest.mark.parametrize("prefix", ["/properties/v1", "/properties/v2"])
def test_properties_are_a_bare_list(api: Api, prefix: str) -> None:
    found = {item["name"]: item for item in api.get(f"{prefix}/tickets/properties").json}
    newer = {item["name"] for item in api.get("/crm/v3/properties/tickets").json["results"]}
    assert set(found) == newer
    priority = found["hs_ticket_priority"]
    assert priority["options"][0] | {"readOnly": False, "doubleData": 0.0} == priority["options"][0]
    assert (priority["deleted"], priority["readOnlyValue"], priority["hubspotDefined"]) == (False, False, True)
    assert found["hs_object_id"]["readOnlyValue"] is True
    assert isinstance(priority["createdAt"], int)


def test_a_property_is_defined_changed_and_archived(api: Api) -> None:
    base = "/properties/v2/tickets/properties"
    body = {
        "name": "colour",
        "label": "Colour",
        "type": "string",
        "fieldType": "text",
        "groupName": "ticketinformation",
    }
    made = api.post(base, body)
    assert (made.status, made.json["mutableDefinitionNotDeletable"]) == (200, False)
    assert api.post(base, body).status == 409
    assert api.get(f"{base}/named/colour").json == made.json
    assert api.put(f"{base}/named/colour", {"label": "Paint"}).json["label"] == "Paint"
    assert create(api, colour="red")["properties"]["colour"]["value"] == "red"
    assert api.delete(f"{base}/named/colour").status == 204
    assert api.get(f"{base}/named/colour").status == 404


def test_groups_are_a_bare_list_with_their_properties_on_request(api: Api) -> None:
    plain = api.get("/properties/v2/tickets/groups").json
    assert {"name", "displayName", "displayOrder"} == set(plain[0])
    full = api.get("/properties/v2/tickets/groups", includeProperties="true").json
    inside = {item["name"]: {entry["name"] for entry in item["properties"]} for item in full}
    assert "subject" in inside["ticketinformation"]
    assert sum(map(len, inside.values())) == len(api.get("/properties/v2/tickets/properties").json)


def test_pipelines_have_their_stages(api: Api) -> None:
    (found,) = api.get("/crm-pipelines/v1/pipelines/tickets").json["results"]
    assert (found["pipelineId"], found["objectType"], found["default"], found["active"]) == ("0", "TICKET", True, True)
    assert [stage["stageId"] for stage in found["stages"]] == ["1", "2", "3", "4"]
    assert found["stages"][3]["metadata"] == {"ticketState": "CLOSED", "isClosed": "true"}


def test_records_are_linked_by_definition_id_in_either_direction(api: Api) -> None:
    ticket, first, second = create(api)["objectId"], contact(api), contact(api)
    assert api.put(LINKS, link(ticket, first)).status == 204
    assert api.put(LINKS, link(second, ticket, 15)).status == 204
    assert api.get(f"{LINKS}/{ticket}/HUBSPOT_DEFINED/16").json == {
        "results": [first, second],
        "hasMore": False,
        "offset": second,
    }
    assert api.get(f"{LINKS}/{first}/HUBSPOT_DEFINED/15").json["results"] == [ticket]
    assert api.get(f"/crm/v3/objects/tickets/{ticket}", associations="contacts").json["associations"]["contacts"]
    assert api.put(f"{LINKS}/delete", link(ticket, first)).status == 204
    assert api.get(f"{LINKS}/{ticket}/HUBSPOT_DEFINED/16").json["results"] == [second]


def test_batches_link_and_unlink_pairs_of_several_kinds(api: Api) -> None:
    ticket, person = create(api)["objectId"], contact(api)
    company = int(api.post("/crm/v3/objects/companies", {"properties": {"name": "C"}}).json["id"])
    both = [link(ticket, person), link(ticket, company, "26")]
    assert api.put(f"{LINKS}/create-batch", both).status == 204
    for definition, target in ((16, person), (26, company)):
        assert api.get(f"{LINKS}/{ticket}/HUBSPOT_DEFINED/{definition}").json["results"] == [target]
    assert api.put(f"{LINKS}/delete-batch", both).status == 204
    assert api.put(f"{LINKS}/delete-batch", both).status == 204, "what is not there is no error"
    assert api.get(f"{LINKS}/{ticket}/HUBSPOT_DEFINED/16").json["results"] == []


@pytest.mark.parametrize(
    "changes",
    [{"definitionId": 9999}, {"definitionId": "x"}, {"category": "OTHER"}, {"toObjectId": 999}],
)
def test_one_bad_link_refuses_all_of_a_batch(api: Api, changes: dict[str, Any]) -> None:
    ticket, person = create(api)["objectId"], contact(api)
    answer = api.put(f"{LINKS}/create-batch", [link(ticket, person), link(ticket, person, **changes)])
    assert (answer.status, answer.json["category"]) == (400, "VALIDATION_ERROR")
    assert api.get(f"{LINKS}/{ticket}/HUBSPOT_DEFINED/16").json["results"] == []


def test_pages_of_links_follow_each_other_by_offset(api: Api) -> None:
    ticket, people = create(api)["objectId"], [contact(api) for _ in range(3)]
    api.put(f"{LINKS}/create-batch", [link(ticket, person) for person in people])
    path = f"{LINKS}/{ticket}/HUBSPOT_DEFINED/16"
    first = api.get(path, limit=2).json
    assert first == {"results": people[:2], "hasMore": True, "offset": people[1]}
    assert api.get(path, limit=2, offset=first["offset"]).json["results"] == people[2:]


def test_links_of_custom_objects_have_ids_of_their_own(api: Api) -> None:
    made = define(api, associatedObjects=["tickets"])
    wanted = {(item["fromObjectTypeId"], item["toObjectTypeId"]): item["id"] for item in made["associations"]}
    definition = wanted["0-5", "2-1"]
    ticket, car = create(api)["objectId"], int(create_car(api))
    assert api.put(LINKS, link(ticket, car, definition, category="USER_DEFINED")).status == 204
    assert api.get(f"{LINKS}/{ticket}/USER_DEFINED/{definition}").json["results"] == [car]
    api.token = api.grant("pat-custom", ["crm.objects.custom.read"])
    assert api.get(f"{LINKS}/{ticket}/USER_DEFINED/{definition}").status == 200
    assert api.get(f"{LINKS}/{ticket}/HUBSPOT_DEFINED/16").status == 403


@pytest.mark.parametrize(
    ("noun", "error_name", "name"),
    [("contacts", "CONTACT", "firstname"), ("companies", "COMPANY", "name"), ("products", "PRODUCT", "name")],
)
def test_records_of_other_types_are_paged_in_the_same_form(api: Api, noun: str, error_name: str, name: str) -> None:
    path = f"/crm-objects/v1/objects/{noun}"
    made = api.post(path, values(**{name: "Ada"})).json["objectId"]
    (found,) = api.get(f"{path}/paged", properties=name).json["objects"]
    assert (found["objectId"], found["properties"][name]["value"]) == (made, "Ada")
    assert api.get(f"{path}/{made}").json["objectType"] == error_name


def test_days_and_instants_are_milliseconds(api: Api) -> None:
    made = create(api, createdate="2026-09-01T00:00:00.250Z")
    assert made["properties"]["createdate"]["value"] == "1788220800250"
    assert made["properties"]["createdate"]["versions"][0]["value"] == "1788220800250"
