"""Limits tracking, limits that an account sets on links, and the daily calls of private apps."""

from __future__ import annotations

from typing import Any

import pytest

from spokedesk.crm.account import AccountSettings
from spokedesk.storage.association_limits import list_limits
from tests.support.api import Answer, Api
from tests.support.factories import insert_owner
from tests.support.linking import create, spec

pytestmark = [
    pytest.mark.fidelity("documented", source="spec", of=["limits.*", "association_limits.*", "account_info.*"]),
]

ASSOCIATIONS = "/crm/v4/associations"
CONFIGURATIONS = "definitions/configurations/tickets/contacts"
MACHINE = {
    "name": "machine",
    "labels": {"singular": "Machine", "plural": "Machines"},
    "primaryDisplayProperty": "serial",
    "properties": [{"name": "serial", "label": "Serial", "type": "string", "fieldType": "text"}],
}
PLAIN = {"category": "HUBSPOT_DEFINED", "typeId": 16}


@pytest.fixture
def api() -> Api:
    return Api()


def limit_links(api: Api, largest: Any = 1, **other: Any) -> Answer:
    path = f"{ASSOCIATIONS}/{CONFIGURATIONS}/batch/create"
    return api.post(path, {"inputs": [{**PLAIN, "maxToObjectIds": largest, **other}]})


def link(api: Api, ticket: str, contact: str) -> Answer:
    return api.put(f"/crm/v4/objects/tickets/{ticket}/associations/contacts/{contact}", [spec(16)])


def test_a_limit_is_set_listed_changed_and_taken_away(api: Api) -> None:
    created = limit_links(api, 3)
    assert created.status == 201
    row = {**PLAIN, "label": None, "userEnforcedMaxToObjectIds": 3}
    assert created.json["results"] == [row]
    assert api.get(f"{ASSOCIATIONS}/definitions/configurations/all").json == {"results": [row]}
    assert api.get(f"{ASSOCIATIONS}/{CONFIGURATIONS}").json == {"results": [row]}
    assert api.get(f"{ASSOCIATIONS}/definitions/configurations/contacts/tickets").json == {"results": []}
    changed = api.post(f"{ASSOCIATIONS}/{CONFIGURATIONS}/batch/update", {"inputs": [{**PLAIN, "maxToObjectIds": 5}]})
    assert (changed.status, changed.json["results"]) == (200, [{**PLAIN, "userEnforcedMaxToObjectIds": 5}])
    purge = f"{ASSOCIATIONS}/{CONFIGURATIONS}/batch/purge"
    assert [api.post(purge, {"inputs": [PLAIN]}).status for _ in range(2)] == [204, 204]
    assert api.get(f"{ASSOCIATIONS}/{CONFIGURATIONS}").json == {"results": []}


@pytest.mark.parametrize(
    ("version", "created", "purged"), [("2025-09", 200, 200), ("2026-03", 201, 200), ("2026-09", 200, 200)]
)
def test_dated_versions_have_statuses_of_their_own(api: Api, version: str, created: int, purged: int) -> None:
    base = f"/crm/associations/{version}/{CONFIGURATIONS}/batch"
    assert api.post(f"{base}/create", {"inputs": [{**PLAIN, "maxToObjectIds": 2}]}).status == created
    assert api.post(f"{base}/purge", {"inputs": [PLAIN]}).status == purged


def test_a_bad_limit_is_reported_beside_good_ones(api: Api) -> None:
    inputs = [
        {**PLAIN, "maxToObjectIds": 2},
        {**PLAIN, "maxToObjectIds": 0},
        {**PLAIN, "typeId": 1, "maxToObjectIds": 2},
    ]
    answer = api.post(f"{ASSOCIATIONS}/{CONFIGURATIONS}/batch/create", {"inputs": inputs})
    assert (answer.status, len(answer.json["results"]), answer.json["numErrors"]) == (207, 1, 2)


def test_a_link_beyond_the_limit_is_refused_and_nothing_is_written(api: Api) -> None:
    ticket, first, second = create(api, "tickets"), create(api, "contacts"), create(api, "contacts")
    assert limit_links(api, 1).status == 201
    assert link(api, ticket, first).status == 201
    assert link(api, ticket, first).status == 201
    refused = link(api, ticket, second)
    assert (refused.status, refused.json["category"]) == (400, "VALIDATION_ERROR")
    assert refused.json["context"]["maxToObjectIds"] == ["1"]
    linked = api.get(f"/crm/v4/objects/tickets/{ticket}/associations/contacts").json["results"]
    assert [row["toObjectId"] for row in linked] == [int(first)]


def test_the_limit_holds_from_the_other_side_and_in_batches(api: Api) -> None:
    ticket, first, second = create(api, "tickets"), create(api, "contacts"), create(api, "contacts")
    limit_links(api, 1)
    inputs = [{"from": {"id": contact}, "to": {"id": ticket}, "types": [spec(15)]} for contact in (first, second)]
    answer = api.post(f"{ASSOCIATIONS}/contacts/tickets/batch/create", {"inputs": inputs})
    assert (answer.status, len(answer.json["results"]), answer.json["numErrors"]) == (207, 1, 1)


def test_a_new_record_may_not_break_a_limit_of_what_it_is_linked_to(api: Api) -> None:
    contact = create(api, "contacts")
    path = f"{ASSOCIATIONS}/definitions/configurations/contacts/tickets/batch/create"
    inputs = [{"category": "HUBSPOT_DEFINED", "typeId": 15, "maxToObjectIds": 1}]
    assert api.post(path, {"inputs": inputs}).status == 201
    body = {
        "properties": {"subject": "Printer", "hs_pipeline_stage": "1"},
        "associations": [{"to": {"id": contact}, "types": [spec(16)]}],
    }
    assert [api.post("/crm/v3/objects/tickets", body).status for _ in range(2)] == [201, 400]
    assert len(api.get("/crm/v3/objects/tickets").json["results"]) == 1


def test_the_primary_company_moves_even_where_one_company_is_the_limit(api: Api) -> None:
    ticket, first, second = create(api, "tickets"), create(api, "companies"), create(api, "companies")
    path = f"{ASSOCIATIONS}/definitions/configurations/tickets/companies/batch/create"
    inputs = [{"category": "HUBSPOT_DEFINED", "typeId": 26, "maxToObjectIds": 1}]
    assert api.post(path, {"inputs": inputs}).status == 201
    base = f"/crm/v4/objects/tickets/{ticket}/associations/companies"
    assert [api.put(f"{base}/{company}", [spec(26)]).status for company in (first, second)] == [201, 201]


def test_a_report_is_accepted_for_a_known_user(api: Api) -> None:
    insert_owner(api, 101, "ann@example.com")
    answer = api.post(f"{ASSOCIATIONS}/usage/high-usage-report/102")
    assert (answer.status, answer.json["userId"], answer.json["userEmail"]) == (200, 102, "ann@example.com")
    assert isinstance(answer.json["enqueueTime"], str)
    dated = api.post("/crm/associations/2026-09/usage/high-usage-report/102").json["enqueueTime"]
    assert (set(dated), dated["dateOnly"]) == ({"value", "dateOnly", "timeZoneShift"}, False)
    refused = [api.post(f"{ASSOCIATIONS}/usage/high-usage-report/{user}") for user in ("7", "x")]
    assert [(one.status, one.json["category"]) for one in refused] == [(404, "OBJECT_NOT_FOUND")] * 2


def test_a_limit_goes_with_its_label(api: Api) -> None:
    (there, back) = api.post(f"{ASSOCIATIONS}/tickets/contacts/labels", {"name": "a", "label": "A"}).json["results"]
    path = f"{ASSOCIATIONS}/{CONFIGURATIONS}/batch/create"
    inputs = [{"category": "USER_DEFINED", "typeId": there["typeId"], "maxToObjectIds": 1}]
    assert api.post(path, {"inputs": inputs}).json["results"][0]["label"] == "A"
    assert api.delete(f"{ASSOCIATIONS}/tickets/contacts/labels/{back['typeId']}").status == 204
    assert api.read(list_limits) == []


def test_a_limit_goes_with_its_custom_object(api: Api) -> None:
    schemas = "/crm-object-schemas/v3/schemas"
    made = api.post(schemas, {**MACHINE, "associatedObjects": ["TICKET"]}).json
    name, (first, *_) = made["objectTypeId"], made["associations"]
    between = f"{first['fromObjectTypeId']}/{first['toObjectTypeId']}"
    inputs = [{"category": "USER_DEFINED", "typeId": int(first["id"]), "maxToObjectIds": 1}]
    answer = api.post(f"{ASSOCIATIONS}/definitions/configurations/{between}/batch/create", {"inputs": inputs})
    assert answer.status == 201, answer.json
    assert [api.delete(f"{schemas}/{name}").status, api.delete(f"{schemas}/{name}/purge").status] == [204, 204]
    assert api.read(list_limits) == []


def test_records_and_properties_are_counted(api: Api) -> None:
    create(api, "tickets")
    body = {"name": "room", "label": "Room", "type": "string", "fieldType": "text", "groupName": "ticketinformation"}
    assert api.post("/crm/v3/properties/tickets", body).status == 201
    records = api.get("/crm/v3/limits/records").json
    tickets = {row["objectTypeId"]: row for row in records["hubspotDefinedObjectTypes"]}["0-5"]
    assert (tickets["usage"], tickets["singularLabel"], tickets["pluralLabel"]) == (1, "Ticket", "Tickets")
    assert records["customObjectTypes"]["overallUsage"] == 0
    custom = api.get("/crm/v3/limits/custom-properties").json
    assert (custom["overallUsage"], custom["overallLimit"], custom["overallPercentage"]) == (1, 10_000, 0.01)
    row = next(row for row in custom["byObjectType"] if row["objectTypeId"] == "0-5")
    assert (row["limit"], row["usage"], row["percentage"]) == (1000, 1, 0.1)
    assert api.get("/crm/v3/limits/calculated-properties").json["overallUsage"] == 0
    assert api.get("/crm/v3/limits/custom-object-types").json == {"limit": 10, "usage": 0, "percentage": 0.0}


def test_the_default_pipeline_is_not_counted(api: Api) -> None:
    def usage() -> int:
        rows = api.get("/crm/limits/2026-09/pipelines").json["hubspotDefinedObjectTypes"]
        return int(next(row["usage"] for row in rows if row["objectTypeId"] == "0-5"))

    assert usage() == 0
    stage = {"label": "Done", "displayOrder": 0, "metadata": {"ticketState": "CLOSED"}}
    body = {"label": "Repairs", "displayOrder": 1, "stages": [stage]}
    assert api.post("/crm/v3/pipelines/tickets", body).status == 201
    assert usage() == 1


def test_labels_are_counted_by_direction(api: Api) -> None:
    assert api.get("/crm/v3/limits/associations/labels").json == {"results": []}
    api.post(f"{ASSOCIATIONS}/tickets/contacts/labels", {"name": "reporter", "label": "Reporter"})
    (there, back) = api.get("/crm/v3/limits/associations/labels").json["results"]
    assert {there["fromObjectType"]["objectTypeId"], back["fromObjectType"]["objectTypeId"]} == {"0-5", "0-1"}
    assert (there["limit"], there["usage"], there["percentage"], there["allLabels"]) == (50, 1, 2.0, ["Reporter"])
    narrow = api.get("/crm/v3/limits/associations/labels", fromObjectTypeId="0-5", toObjectTypeId="0-2").json["results"]
    assert [row["usage"] for row in narrow] == [0]
    assert api.get("/crm/v3/limits/associations/labels", fromObjectTypeId="widgets").status == 400


def test_records_at_and_near_their_limit_are_named(api: Api) -> None:
    base = "/crm/v3/limits/associations/records"
    full, near = create(api, "tickets", subject="Full"), create(api, "tickets", subject="Near")
    contacts = [create(api, "contacts") for _ in range(5)]
    limit_links(api, 5)
    assert api.get(f"{base}/from").json == {"results": []}
    for ticket, count in ((full, 5), (near, 4)):
        for contact in contacts[:count]:
            assert link(api, ticket, contact).status == 201
    busy = {"hasRecordsAtLimit": True, "hasRecordsNearLimit": True, "singularLabel": "Ticket", "pluralLabel": "Tickets"}
    assert api.get(f"{base}/from").json == {"results": [{**busy, "objectTypeId": "0-5"}]}
    assert [row["objectTypeId"] for row in api.get(f"{base}/tickets/to").json["results"]] == ["0-1"]
    assert api.get(f"{base}/0-5/0-1").json == {
        "limit": 5,
        "totalRecordsAtLimit": 1,
        "totalRecordsNearLimit": 1,
        "atLimitFromRecordSamples": [{"objectId": int(full), "label": "Full"}],
        "nearLimitFromRecordSamples": [{"objectId": int(near), "label": "Near", "usage": 4, "percentage": 80.0}],
    }
    assert api.get(f"{base}/0-1/0-5").json["totalRecordsAtLimit"] == 0


def test_calls_of_the_day_are_counted_where_limits_hold() -> None:
    path = "/account-info/v3/api-usage/daily/private-apps"
    (row,) = Api().get(path).json["results"]
    assert (row["currentUsage"], row["usageLimit"], row["fetchStatus"]) == (0, 625_000, "SUCCESS")
    api = Api(settings=AccountSettings(rate_limits="free"))
    api.get("/crm/v3/owners")
    (row,) = api.get(path).json["results"]
    assert (row["currentUsage"], row["usageLimit"]) == (2, 250_000)
    assert row["collectedAt"] < row["resetsAt"]
    assert row["resetsAt"].endswith("T00:00:00Z")
