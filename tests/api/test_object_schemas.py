"""Defining custom objects: per endpoint token, scope, bad and good request, then the rules."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import ACCOUNT_ID, Answer, Api
from tests.support.custom_objects import (
    CARS,
    SCHEMAS,
    codes,
    create_car,
    define,
    schema_body,
    text_property,
    user_token,
)

pytestmark = [
    pytest.mark.fidelity("documented", source="spec", of="object_schemas.*"),
    pytest.mark.fidelity(
        "observed", source="recorded", of=["EXISTING_OBJECT_RECORDS", "PRIMARY_DISPLAY_PROPERTY_REQUIRED"]
    ),
]

CAR = f"{SCHEMAS}/2-1"
ACTIVITIES = {"0-18", "0-27", "0-46", "0-47", "0-48", "0-49", "0-116"}
LINK = {"fromObjectTypeId": "2-1", "toObjectTypeId": "0-5", "name": "car_of_ticket"}
READS: list[tuple[str, str, Any]] = [
    ("GET", SCHEMAS, None),
    ("GET", CAR, None),
    ("POST", f"{SCHEMAS}/batch/read", {"inputs": ["2-1"]}),
]
WRITES: list[tuple[str, str, Any]] = [
    ("POST", SCHEMAS, schema_body()),
    ("PATCH", CAR, {"description": "Wheels"}),
    ("DELETE", CAR, None),
    ("DELETE", f"{CAR}/purge", None),
    ("POST", f"{CAR}/associations", LINK),
    ("DELETE", f"{CAR}/associations/1", None),
]


@pytest.fixture
def api() -> Api:
    return Api()


def names(answer: Answer) -> list[str]:
    assert answer.status in (200, 207), answer.json
    return [item["name"] for item in answer.json["results"]]


def linked_types(schema: dict[str, Any]) -> set[str]:
    """The types that links lead to, seen from the schema."""
    own = schema["objectTypeId"]
    return {item["toObjectTypeId"] for item in schema["associations"] if item["fromObjectTypeId"] == own}


def as_token(api: Api, token: str, method: str, path: str, body: Any) -> Answer:
    return api.call(method, path, json=body, headers={"authorization": f"Bearer {token}"})


@pytest.mark.parametrize(("method", "path", "body"), READS + WRITES)
def test_a_call_without_token_is_refused(api: Api, method: str, path: str, body: Any) -> None:
    assert api.call(method, path, json=body, headers={}).status == 401


@pytest.mark.parametrize(("method", "path", "body"), READS + WRITES)
def test_scopes_of_records_do_not_allow_schemas_to_be_seen(api: Api, method: str, path: str, body: Any) -> None:
    api.grant("pat-records", ["crm.objects.custom.read", "crm.objects.custom.write", "tickets"])
    answer = as_token(api, "pat-records", method, path, body)
    assert answer.status == 403
    wanted = "crm.schemas.custom.read" if (method, path, body) in READS else "crm.schemas.custom.write"
    assert answer.json["errors"][0]["context"] == {"requiredGranularScopes": [wanted]}


@pytest.mark.parametrize(("method", "path", "body"), READS + WRITES)
def test_the_reading_scope_reads_and_does_not_write(api: Api, method: str, path: str, body: Any) -> None:
    define(api)
    api.grant("pat-reads", ["crm.schemas.custom.read"])
    expected = 200 if (method, path, body) in READS else 403
    assert as_token(api, "pat-reads", method, path, body).status == expected


@pytest.mark.parametrize("prefix", [SCHEMAS, "/crm/v3/schemas", "/crm-object-schemas/2026-03/schemas"])
def test_schemas_are_served_under_every_prefix(api: Api, prefix: str) -> None:
    made = api.post(prefix, schema_body())
    assert made.status == 201
    assert made.headers["location"] == f"http://spokedesk.test{prefix}/2-1"
    assert api.get(f"{prefix}/2-1").json == made.json
    assert api.get(f"{prefix}/").json["results"] == [made.json]


def test_a_new_schema_is_shown_as_it_was_asked_for(api: Api) -> None:
    made = define(api, secondaryDisplayProperties=["year"], description="On wheels")
    assert {key: value for key, value in made.items() if key not in ("properties", "associations")} == {
        "id": "1",
        "objectTypeId": "2-1",
        "fullyQualifiedName": f"p{ACCOUNT_ID}_car",
        "name": "car",
        "labels": {"singular": "Car", "plural": "Cars"},
        "primaryDisplayProperty": "model",
        "secondaryDisplayProperties": ["year"],
        "requiredProperties": ["model"],
        "searchableProperties": ["model", "plate"],
        "description": "On wheels",
        "archived": False,
        "createdAt": made["createdAt"],
        "updatedAt": made["createdAt"],
    }
    own = {item["name"]: item for item in made["properties"] if not item["hubspotDefined"]}
    assert sorted(own) == ["model", "plate", "year"]
    assert {item["groupName"] for item in made["properties"]} == {"car_information"}
    assert (own["plate"]["hasUniqueValue"], own["year"]["type"]) == (True, "number")
    assert {"hs_createdate", "hs_lastmodifieddate", "hs_object_id", "hubspot_owner_id"} <= {
        item["name"] for item in made["properties"]
    }


def test_a_new_schema_is_linked_to_every_kind_of_activity(api: Api) -> None:
    made = define(api)
    assert linked_types(made) == ACTIVITIES
    both = {(item["fromObjectTypeId"], item["toObjectTypeId"]) for item in made["associations"]}
    assert ("0-46", "2-1") in both
    assert len(both) == len(made["associations"]) == 2 * len(ACTIVITIES)
    assert len({item["id"] for item in made["associations"]}) == len(made["associations"])


@pytest.mark.parametrize("spelling", ["TICKET", "0-5", "tickets"])
def test_a_new_schema_is_linked_to_what_was_asked_for_in_any_spelling(api: Api, spelling: str) -> None:
    made = define(api, associatedObjects=[spelling, "CONTACT", "note"])
    assert linked_types(made) == ACTIVITIES | {"0-5", "0-1"}
    assert len(made["associations"]) == 2 * (len(ACTIVITIES) + 2)


def test_a_schema_can_be_linked_to_another_custom_object(api: Api) -> None:
    define(api)
    assert linked_types(define(api, "wheel", associatedObjects=["p_car"])) == ACTIVITIES | {"2-1"}
    assert linked_types(api.get(CAR).json) == ACTIVITIES | {"2-2"}


def test_a_schema_can_be_linked_to_itself(api: Api) -> None:
    made = define(api, associatedObjects=["p_car"])
    read = api.get(CAR).json
    assert linked_types(made) == linked_types(read) == ACTIVITIES | {"2-1"}
    assert len({item["id"] for item in read["associations"]}) == len(read["associations"])


@pytest.mark.parametrize(
    ("changes", "missing"),
    [({"name": None}, "name"), ({"labels": None}, "labels"), ({"properties": [{"label": "x"}]}, "name")],
)
def test_a_field_that_is_missing_is_named(api: Api, changes: dict[str, Any], missing: str) -> None:
    body = schema_body() | changes
    answer = api.post(SCHEMAS, {key: value for key, value in body.items() if value is not None})
    assert (answer.status, answer.json["category"]) == (400, "VALIDATION_ERROR")
    assert "Some required fields were not set" in answer.json["message"]
    assert missing in answer.json["message"]


def test_a_schema_without_a_property_to_show_is_refused_with_a_code(api: Api) -> None:
    answer = api.post(SCHEMAS, schema_body(primaryDisplayProperty=None))
    assert (answer.status, answer.json["category"]) == (400, "VALIDATION_ERROR")
    assert codes(answer) == ["PRIMARY_DISPLAY_PROPERTY_REQUIRED"]


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "my car"},
        {"name": "a" * 51},
        {"labels": {"singular": "x" * 51, "plural": "Cars"}},
        {"primaryDisplayProperty": "colour"},
        {"requiredProperties": ["colour"]},
        {"searchableProperties": ["colour"]},
        {"properties": [text_property("model"), text_property("model")]},
        {"properties": [{**text_property("model"), "type": "poem"}]},
        {"properties": [text_property("model", groupName="nowhere")]},
        {"associatedObjects": ["widgets"]},
    ],
)
def test_a_bad_schema_is_refused_and_nothing_of_it_stays(api: Api, changes: dict[str, Any]) -> None:
    answer = api.post(SCHEMAS, schema_body(**changes))
    assert 400 <= answer.status < 500, answer.json
    assert names(api.get(SCHEMAS)) == []
    assert api.get(CARS).status == 400
    assert define(api)["objectTypeId"] == "2-1"


def test_a_name_is_taken_in_any_case_while_its_schema_is_active(api: Api) -> None:
    define(api)
    answer = api.post(SCHEMAS, schema_body("CAR"))
    assert (answer.status, answer.json["category"]) == (409, "OBJECT_ALREADY_EXISTS")


@pytest.mark.parametrize("spelling", ["2-1", f"p{ACCOUNT_ID}_car", f"P{ACCOUNT_ID}_CAR", "p_car", "car"])
def test_a_schema_is_read_by_every_name_of_it(api: Api, spelling: str) -> None:
    made = define(api)
    assert api.get(f"{SCHEMAS}/{spelling}").json == made


@pytest.mark.parametrize("name", ["2-99", "p_lorry", "p5_car", "lorry"])
def test_an_unknown_schema_is_not_found(api: Api, name: str) -> None:
    define(api)
    for method, path, body in [*READS[1:2], *WRITES[1:]]:
        answer = api.call(method, path.replace("2-1", name, 1), json=body)
        assert (answer.status, answer.json["category"]) == (404, "OBJECT_NOT_FOUND"), (method, path)


def test_only_custom_objects_are_listed(api: Api) -> None:
    assert names(api.get(SCHEMAS)) == []
    define(api)
    define(api, "boat")
    assert names(api.get(SCHEMAS)) == ["car", "boat"]


@pytest.mark.parametrize("spelling", ["tickets", "TICKET", "0-5"])
def test_the_schema_of_a_standard_object_is_read(api: Api, spelling: str) -> None:
    found = api.get(f"{SCHEMAS}/{spelling}").json
    assert (found["objectTypeId"], found["name"], found["archived"]) == ("0-5", "TICKET", False)
    assert "subject" in {item["name"] for item in found["properties"]}
    assert {"0-1", "0-2", "0-46"} <= {item["toObjectTypeId"] for item in found["associations"]}


@pytest.mark.parametrize(("method", "body"), [("PATCH", {"description": "mine"}), ("DELETE", None)])
def test_the_schema_of_a_standard_object_cannot_be_changed(api: Api, method: str, body: Any) -> None:
    answer = api.call(method, f"{SCHEMAS}/tickets", json=body)
    assert (answer.status, answer.json["category"]) == (400, "VALIDATION_ERROR")
    assert "cannot be changed" in answer.json["message"]
    assert api.delete(f"{SCHEMAS}/tickets/purge").status == 400
    assert api.get("/crm/v3/objects/tickets").status == 200


@pytest.mark.parametrize("flag", ["includePropertyDefinitions", "includeAssociationDefinitions"])
def test_parts_of_a_schema_can_be_left_out(api: Api, flag: str) -> None:
    define(api)
    part = "properties" if "Property" in flag else "associations"
    body = {"inputs": ["2-1"], flag: False}
    for found in (
        api.get(SCHEMAS, **{flag: "false"}).json["results"][0],
        api.get(CAR, **{flag: "false"}).json,
        api.post(f"{SCHEMAS}/batch/read", body).json["results"][0],
    ):
        assert found[part] == []
        assert found["associations" if part == "properties" else "properties"]


def test_a_change_is_answered_without_properties(api: Api) -> None:
    made = define(api)
    answer = api.patch(CAR, {"labels": {"singular": "Auto", "plural": "Autos"}, "searchableProperties": ["year"]})
    assert answer.status == 200
    assert "properties" not in answer.json
    assert (answer.json["id"], answer.json["labels"]["plural"]) == ("1", "Autos")
    read = api.get(CAR).json
    assert (read["labels"], read["searchableProperties"]) == ({"singular": "Auto", "plural": "Autos"}, ["year"])
    assert read["updatedAt"] > read["createdAt"] == made["createdAt"]
    assert (read["requiredProperties"], read["primaryDisplayProperty"]) == (["model"], "model")


@pytest.mark.parametrize(
    "changes",
    [
        {"primaryDisplayProperty": "colour"},
        {"primaryDisplayProperty": ""},
        {"requiredProperties": ["colour"]},
        {"secondaryDisplayProperties": ["colour"]},
        {"searchableProperties": ["colour"]},
        {"labels": {"singular": "", "plural": "Cars"}},
    ],
)
def test_a_bad_change_is_refused_and_changes_nothing(api: Api, changes: dict[str, Any]) -> None:
    made = define(api)
    answer = api.patch(CAR, changes)
    assert (answer.status, answer.json["category"]) == (400, "VALIDATION_ERROR")
    assert api.get(CAR).json == made


def test_properties_become_required_and_searchable_by_a_change(api: Api) -> None:
    define(api)
    create_car(api)
    found = api.post(f"{CARS}/search", {"query": "1955"})
    assert found.json["total"] == 0
    api.patch(CAR, {"requiredProperties": ["model", "year"], "searchableProperties": ["year"]})
    refused = api.post(CARS, {"properties": {"model": "Beetle"}})
    assert (refused.status, refused.json["context"]) == (400, {"properties": ["year"]})
    made = create_car(api, year="1955")
    assert [item["id"] for item in api.post(f"{CARS}/search", {"query": "1955"}).json["results"]] == [made]


def test_a_schema_with_records_is_not_archived(api: Api) -> None:
    define(api)
    car = create_car(api)
    answer = api.delete(CAR)
    assert (answer.status, answer.json["category"], codes(answer)) == (
        400,
        "VALIDATION_ERROR",
        ["EXISTING_OBJECT_RECORDS"],
    )
    assert api.get(f"{CARS}/{car}").status == 200
    api.delete(f"{CARS}/{car}")
    assert api.delete(CAR).status == 204


def test_an_archived_schema_is_only_among_the_archived(api: Api) -> None:
    define(api)
    assert api.delete(CAR).status == 204
    assert names(api.get(SCHEMAS)) == []
    assert names(api.get(SCHEMAS, archived="true")) == ["car"]
    assert api.get(CAR).status == 404
    assert api.get(CAR, archived="true").json["archived"] is True
    assert api.delete(CAR).status == 404
    answer = api.get(CARS)
    assert (answer.status, answer.json["message"]) == (400, "Unable to infer object type from: p_car")
    assert api.get("/crm/v3/objects/2-1").json["message"] == "Invalid object or event type id: 2-1"


@pytest.mark.parametrize("purge", [f"{CAR}?archived=true", f"{CAR}/purge"])
def test_an_archived_schema_is_purged(api: Api, purge: str) -> None:
    define(api)
    path, _, query = purge.partition("?")
    assert api.call("DELETE", path, query=query).status == 404, "it is still active"
    api.delete(CAR)
    assert api.call("DELETE", path, query=query).status == 204
    assert names(api.get(SCHEMAS, archived="true")) == []
    assert api.call("DELETE", path, query=query).status == 404


def test_the_name_of_an_archived_schema_starts_afresh(api: Api) -> None:
    define(api)
    create_car(api, plate="A 1")
    kept = api.get(CARS).json["results"][0]["id"]
    api.delete(f"{CARS}/{kept}")
    api.delete(CAR)
    made = define(api, properties=[text_property("model")], searchableProperties=["model"])
    assert made["objectTypeId"] == "2-2"
    assert names(api.get(SCHEMAS, archived="true")) == []
    assert {item["name"] for item in made["properties"] if not item["hubspotDefined"]} == {"model"}
    assert api.get(CARS, archived="true").json["results"] == []
    assert linked_types(made) == ACTIVITIES


def test_a_further_link_is_defined_and_used_and_deleted(api: Api) -> None:
    define(api)
    answer = api.post(f"{CAR}/associations", LINK)
    assert answer.status == 201
    made = answer.json
    assert (made["fromObjectTypeId"], made["toObjectTypeId"], made["name"]) == ("2-1", "0-5", "car_of_ticket")
    assert made["createdAt"]
    assert made["updatedAt"]
    assert made["id"] in {item["id"] for item in api.get(CAR).json["associations"]}
    assert made["id"] in {item["id"] for item in api.get(f"{SCHEMAS}/tickets").json["associations"]}
    car = create_car(api)
    ticket = api.post("/crm/v3/objects/tickets", {"properties": {"hs_pipeline_stage": "1"}}).json["id"]
    assert api.put(f"/crm/v4/objects/p_car/{car}/associations/default/tickets/{ticket}").status == 200
    assert api.delete(f"{CAR}/associations/{made['id']}").status == 204
    assert linked_types(api.get(CAR).json) == ACTIVITIES
    assert api.get(f"/crm/v4/objects/tickets/{ticket}/associations/p_car").json["results"] == []
    assert api.delete(f"{CAR}/associations/{made['id']}").status == 404


@pytest.mark.parametrize("spellings", [("p_car", "TICKET"), ("2-1", "tickets"), ("0-5", "2-1")])
def test_a_further_link_takes_every_spelling_and_either_direction(api: Api, spellings: tuple[str, str]) -> None:
    define(api)
    start, end = spellings
    made = api.post(f"{CAR}/associations", {"fromObjectTypeId": start, "toObjectTypeId": end})
    assert made.status == 201
    assert {made.json["fromObjectTypeId"], made.json["toObjectTypeId"]} == {"2-1", "0-5"}
    assert made.json["name"]


def test_a_further_link_begins_or_ends_at_the_object_of_the_path(api: Api) -> None:
    define(api)
    define(api, "boat")
    define(api, "wheel")
    answer = api.post(f"{CAR}/associations", {"fromObjectTypeId": "2-2", "toObjectTypeId": "2-3"})
    assert (answer.status, answer.json["category"]) == (400, "VALIDATION_ERROR")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"fromObjectTypeId": "2-1"}, 400),
        ({"toObjectTypeId": "0-5"}, 400),
        ({"fromObjectTypeId": "2-1", "toObjectTypeId": "widgets"}, 400),
        ({"fromObjectTypeId": "2-1", "toObjectTypeId": "0-46", "name": "second"}, 400),
        ({"fromObjectTypeId": "2-1", "toObjectTypeId": "0-5", "name": "taken"}, 409),
    ],
)
def test_a_bad_link_is_refused(api: Api, body: dict[str, str], status: int) -> None:
    define(api)
    api.post(f"{CAR}/associations", {"fromObjectTypeId": "2-1", "toObjectTypeId": "0-1", "name": "taken"})
    assert api.post(f"{CAR}/associations", body).status == status


def test_a_link_between_standard_objects_stays(api: Api) -> None:
    define(api)
    assert api.delete(f"{SCHEMAS}/tickets/associations/16").status == 404
    assert api.get(f"{SCHEMAS}/tickets").status == 200


@pytest.mark.parametrize("item", ["2-1", {"id": "2-1"}, "p_car", f"p{ACCOUNT_ID}_car"])
def test_several_schemas_are_read_at_once(api: Api, item: Any) -> None:
    made = define(api)
    define(api, "boat")
    answer = api.post(f"{SCHEMAS}/batch/read", {"inputs": [item, "2-2"]})
    assert (answer.status, answer.json["status"], names(answer)) == (200, "COMPLETE", ["car", "boat"])
    assert answer.json["results"][0] == made


def test_standard_schemas_are_read_in_a_batch_too(api: Api) -> None:
    assert names(api.post(f"{SCHEMAS}/batch/read", {"inputs": ["0-5"]})) == ["TICKET"]


def test_unknown_schemas_of_a_batch_are_reported_beside_the_others(api: Api) -> None:
    define(api)
    answer = api.post(f"{SCHEMAS}/batch/read", {"inputs": ["2-1", "2-8"]})
    assert (answer.status, names(answer), answer.json["numErrors"]) == (207, ["car"], 1)
    assert answer.json["errors"][0]["category"] == "OBJECT_NOT_FOUND"
    assert "2-8" in answer.json["errors"][0]["message"]
    assert api.post(f"{SCHEMAS}/batch/read", {}).status == 400


def test_a_schema_says_which_users_defined_and_changed_it(api: Api) -> None:
    made = define(api)
    assert "createdByUserId" not in made, "the token of the tests belongs to nobody"
    user_token(api, "pat-user", 4711)
    api.token = "pat-user"
    assert api.patch(CAR, {"description": "Wheels"}).json["updatedByUserId"] == 4711
    assert define(api, "boat")["createdByUserId"] == 4711
    found = api.get(f"{SCHEMAS}/2-2").json
    assert (found["createdByUserId"], found["updatedByUserId"]) == (4711, 4711)
    assert "createdByUserId" not in api.get(f"{SCHEMAS}/2-2", includeAuditMetadata="false").json
