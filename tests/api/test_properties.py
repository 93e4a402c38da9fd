"""The property calls on the wire: single, in batches, groups; who may use them, and what they answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.api import Answer, Api

pytestmark = [
    pytest.mark.fidelity("documented", source="spec", of="properties.*"),
    pytest.mark.fidelity("observed", source="recorded", of=["properties.erase_group", "GroupInUse", "AlreadyExists"]),
]

BASE = "/crm/v3/properties/tickets"
COLOR = {"name": "color", "label": "Color", "type": "string", "fieldType": "text", "groupName": "ticketinformation"}
CALLS = [
    ("GET", BASE, None),
    ("POST", BASE, {**COLOR, "name": "other"}),
    ("GET", f"{BASE}/color", None),
    ("PATCH", f"{BASE}/color", {"label": "Hue"}),
    ("DELETE", f"{BASE}/color", None),
    ("POST", f"{BASE}/batch/create", {"inputs": [{**COLOR, "name": "other"}]}),
    ("POST", f"{BASE}/batch/read", {"inputs": [{"name": "color"}]}),
    ("POST", f"{BASE}/batch/archive", {"inputs": [{"name": "color"}]}),
    ("GET", f"{BASE}/groups", None),
    ("POST", f"{BASE}/groups", {"name": "extra", "label": "Extra"}),
    ("GET", f"{BASE}/groups/more", None),
    ("PATCH", f"{BASE}/groups/more", {"label": "Most"}),
    ("DELETE", f"{BASE}/groups/more", None),
]
GOOD = [200, 201, 200, 200, 204, 201, 200, 204, 200, 201, 200, 200, 204]


@pytest.fixture
def api() -> Api:
    api = Api()
    assert api.post(BASE, COLOR).status == 201
    assert api.post(f"{BASE}/groups", {"name": "more", "label": "More"}).status == 201
    return api


def reads(method: str, path: str) -> bool:
    return method == "GET" or path.endswith("/read")


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
def test_call_without_a_token_is_refused(api: Api, method: str, path: str, body: Any) -> None:
    answer = api.call(method, path, json=body, headers={})
    assert (answer.status, answer.json["category"]) == (401, "INVALID_AUTHENTICATION")


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
def test_call_without_a_fitting_scope_is_refused(api: Api, method: str, path: str, body: Any) -> None:
    api.token = api.grant("pat-na1-narrow", ["crm.schemas.contacts.read", "crm.schemas.contacts.write"])
    answer = api.call(method, path, json=body)
    assert (answer.status, answer.json["category"]) == (403, "MISSING_SCOPES")


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
def test_schema_read_scope_reads_and_does_not_write(api: Api, method: str, path: str, body: Any) -> None:
    api.token = api.grant("pat-na1-reader", ["crm.schemas.tickets.read"])
    assert api.call(method, path, json=body).status == (200 if reads(method, path) else 403)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"), [(*call, s) for call, s in zip(CALLS, GOOD, strict=True)]
)
@pytest.mark.parametrize("prefix", ["/crm/v3/properties", "/crm/properties/2025-09", "/crm/properties/2026-09"])
def test_good_call_succeeds_in_every_version(
    api: Api, method: str, path: str, body: Any, status: int, prefix: str
) -> None:
    answer = api.call(method, path.replace("/crm/v3/properties", prefix), json=body)
    assert answer.status == status, answer.json


@pytest.mark.parametrize(
    ("method", "path", "body"), [call for call in CALLS if call[2] is not None and call[0] == "POST"]
)
def test_body_without_its_required_fields_is_refused_naming_them(api: Api, method: str, path: str, body: Any) -> None:
    answer = api.call(method, path, json={})
    assert (answer.status, answer.json["category"]) == (400, "VALIDATION_ERROR")
    assert f"Some required fields were not set: [{', '.join(body)}]" in answer.json["message"]


def refused(answer: Answer, status: int, category: str | None = "VALIDATION_ERROR") -> dict[str, Any]:
    assert (answer.status, answer.json.get("category")) == (status, category), answer.json
    assert answer.json["status"] == "error"
    assert answer.json["correlationId"]
    body: dict[str, Any] = answer.json
    return body


def test_created_property_is_answered_whole_with_its_location(api: Api) -> None:
    answer = api.post(BASE, {**COLOR, "name": "ext_id", "hasUniqueValue": True, "formField": True})
    at = answer.json["createdAt"]
    assert answer.status == 201
    assert answer.headers["location"] == f"http://spokedesk.test{BASE}/ext_id"
    assert answer.json == {
        "name": "ext_id",
        "label": "Color",
        "type": "string",
        "fieldType": "text",
        "description": "",
        "groupName": "ticketinformation",
        "options": [],
        "displayOrder": -1,
        "calculated": False,
        "externalOptions": False,
        "hasUniqueValue": True,
        "hidden": False,
        "hubspotDefined": False,
        "modificationMetadata": {
            "archivable": True,
            "readOnlyDefinition": False,
            "readOnlyOptions": False,
            "readOnlyValue": False,
        },
        "formField": True,
        "dataSensitivity": "non_sensitive",
        "createdAt": at,
        "updatedAt": at,
        "archived": False,
    }
    assert api.get(f"{BASE}/ext_id").json == answer.json


def test_everything_that_was_set_is_shown(api: Api) -> None:
    sent = {
        **COLOR,
        "name": "price",
        "type": "number",
        "fieldType": "number",
        "showCurrencySymbol": True,
        "currencyPropertyName": "currency",
        "numberDisplayHint": "currency",
        "displayOrder": 4,
        "hidden": True,
        "description": "What it costs",
    }
    found = api.post(BASE, sent).json
    assert {name: found[name] for name in sent} == sent


def test_default_property_says_what_may_be_changed_of_it(api: Api) -> None:
    found = api.get(f"{BASE}/subject").json
    assert found["hubspotDefined"] is True
    assert found["createdAt"] == "2020-01-01T00:00:00Z"
    assert found["modificationMetadata"] == {
        "archivable": False,
        "readOnlyDefinition": True,
        "readOnlyOptions": True,
        "readOnlyValue": False,
    }
    assert api.get(f"{BASE}/hs_ticket_priority").json["modificationMetadata"]["readOnlyOptions"] is False
    assert api.get(f"{BASE}/hs_object_id").json["modificationMetadata"]["readOnlyValue"] is True


def test_default_boolean_shows_its_two_options(api: Api) -> None:
    assert [option["value"] for option in api.get(f"{BASE}/hs_in_helpdesk").json["options"]] == ["true", "false"]


def test_owner_property_lists_no_owners(api: Api) -> None:
    found = api.get(f"{BASE}/hubspot_owner_id").json
    assert (found["options"], found["externalOptions"], found["referencedObjectType"]) == ([], True, "OWNER")


def test_options_are_shown_with_order_and_description(api: Api) -> None:
    options = [
        {"label": "Red", "value": "red"},
        {"label": "Blue", "value": 7, "displayOrder": 9, "hidden": True, "description": "sky"},
    ]
    found = api.post(BASE, {**COLOR, "name": "shade", "type": "enumeration", "fieldType": "select", "options": options})
    assert found.json["options"] == [
        {"label": "Red", "value": "red", "description": "", "displayOrder": 0, "hidden": False},
        {"label": "Blue", "value": "7", "description": "sky", "displayOrder": 9, "hidden": True},
    ]


def test_list_holds_default_and_custom_properties_without_paging(api: Api) -> None:
    answer = api.get(BASE)
    names = [item["name"] for item in answer.json["results"]]
    assert list(answer.json) == ["results"]
    assert {"subject", "color", "hs_v2_date_entered_1"} <= set(names)
    assert names == sorted(names)


def test_list_can_be_narrowed_to_some_names(api: Api) -> None:
    answer = api.get(BASE, properties="subject,color,nope")
    assert [item["name"] for item in answer.json["results"]] == ["color", "subject"]


def test_list_of_sensitive_properties_is_empty_and_reading_one_is_not_found(api: Api) -> None:
    assert api.get(BASE, dataSensitivity="sensitive").json == {"results": []}
    refused(api.get(f"{BASE}/color", dataSensitivity="sensitive"), 404, "OBJECT_NOT_FOUND")
    refused(api.get(BASE, dataSensitivity="secret"), 400)


def test_unknown_property_is_reported_with_its_name(api: Api) -> None:
    for answer in (api.get(f"{BASE}/nope"), api.patch(f"{BASE}/nope", {"label": "x"}), api.delete(f"{BASE}/nope")):
        body = refused(answer, 404, "OBJECT_NOT_FOUND")
        assert body["message"] == "Property 'nope' does not exist"
        assert body["context"] == {"propertyName": ["nope"]}


def test_unknown_object_type_is_refused(api: Api) -> None:
    answer = api.get("/crm/v3/properties/widgets")
    assert refused(answer, 400, None)["message"] == "Unable to infer object type from: widgets"


def test_object_type_may_be_spelled_in_every_way(api: Api) -> None:
    for name in ("ticket", "TICKETS", "0-5"):
        assert api.get(f"/crm/v3/properties/{name}/color").status == 200


def test_name_that_is_taken_conflicts(api: Api) -> None:
    body = refused(api.post(BASE, COLOR), 409, "OBJECT_ALREADY_EXISTS")
    assert body["message"] == "A property named 'color' already exists."
    assert body["subCategory"] == "Properties.PROPERTY_WITH_NAME_EXISTS"


def test_boolean_without_its_options_is_refused_with_a_code(api: Api) -> None:
    body = refused(api.post(BASE, {**COLOR, "name": "flag", "type": "bool", "fieldType": "booleancheckbox"}), 400)
    assert body["subCategory"] == "PropertyValidationError.INVALID_BOOLEAN_OPTION"
    assert body["errors"][0]["code"] == "INVALID_BOOLEAN_OPTION"


def test_order_beyond_32_bits_is_refused(api: Api) -> None:
    assert api.post(BASE, {**COLOR, "name": "far", "displayOrder": 2**31}).status == 400
    assert api.post(f"{BASE}/groups", {"name": "far", "label": "Far", "displayOrder": 2**70}).status == 400


def test_patch_changes_only_what_is_sent(api: Api) -> None:
    before = api.get(f"{BASE}/color").json
    answer = api.patch(f"{BASE}/color", {"label": "Hue", "description": None, "hasUniqueValue": True})
    assert answer.status == 200
    assert answer.json == {**before, "label": "Hue", "updatedAt": answer.json["updatedAt"]}
    assert answer.json["updatedAt"] > before["updatedAt"]
    assert api.get(f"{BASE}/color").json == answer.json


def test_patch_of_a_default_definition_is_refused(api: Api) -> None:
    refused(api.patch(f"{BASE}/subject", {"label": "Topic"}), 400)


def test_options_of_the_priority_can_be_extended_and_used(api: Api) -> None:
    options = [{"label": "Low", "value": "LOW"}, {"label": "Blocker", "value": "BLOCKER"}]
    assert api.patch(f"{BASE}/hs_ticket_priority", {"options": options}).status == 200
    values = {"subject": "Printer", "hs_pipeline_stage": "1", "hs_ticket_priority": "BLOCKER"}
    assert api.post("/crm/v3/objects/tickets", {"properties": values}).status == 201
    values["hs_ticket_priority"] = "HIGH"
    assert "INVALID_OPTION" in api.post("/crm/v3/objects/tickets", {"properties": values}).json["message"]


def test_archived_property_is_found_only_among_the_archived_ones(api: Api) -> None:
    answer = api.delete(f"{BASE}/color")
    assert (answer.status, answer.raw) == (204, b"")
    refused(api.get(f"{BASE}/color"), 404, "OBJECT_NOT_FOUND")
    found = api.get(f"{BASE}/color", archived="true").json
    assert found["archived"] is True
    assert found["archivedAt"] == found["updatedAt"]
    assert [item["name"] for item in api.get(BASE, archived="true").json["results"]] == ["color"]
    assert "color" not in [item["name"] for item in api.get(BASE).json["results"]]


def test_active_property_is_not_found_among_the_archived_ones(api: Api) -> None:
    refused(api.get(f"{BASE}/color", archived="true"), 404, "OBJECT_NOT_FOUND")


def test_archiving_twice_is_not_found(api: Api) -> None:
    api.delete(f"{BASE}/color")
    refused(api.delete(f"{BASE}/color"), 404, "OBJECT_NOT_FOUND")


def test_core_property_cannot_be_archived(api: Api) -> None:
    refused(api.delete(f"{BASE}/subject"), 400)
    refused(api.delete(f"{BASE}/hs_v2_date_entered_1"), 400)


def test_property_in_use_cannot_be_archived(api: Api) -> None:
    formula = {**COLOR, "name": "age", "type": "number", "calculationFormula": "closed_date - color"}
    made = api.post(BASE, formula)
    assert (made.json["calculated"], made.json["fieldType"]) == (True, "calculation_equation")
    assert made.json["modificationMetadata"]["readOnlyValue"] is True
    body = refused(api.delete(f"{BASE}/color"), 400)
    assert body["subCategory"] == "PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE"
    assert body["context"] == {"usageCount": ["1"]}
    assert body["errors"][0]["context"] == {"parentType": ["CALCULATED_PROPERTY"], "parentName": ["age"]}
    assert api.delete(f"{BASE}/age").status == 204
    assert api.delete(f"{BASE}/color").status == 204


def test_batch_create_reports_the_bad_ones_beside_the_good(api: Api) -> None:
    inputs = [{**COLOR, "name": "one"}, COLOR, {**COLOR, "name": "one"}, {**COLOR, "name": "Two"}]
    answer = api.post(f"{BASE}/batch/create", {"inputs": inputs})
    assert answer.status == 207
    assert [item["name"] for item in answer.json["results"]] == ["one"]
    assert answer.json["numErrors"] == 3
    assert [error["category"] for error in answer.json["errors"]] == [
        "OBJECT_ALREADY_EXISTS",
        "OBJECT_ALREADY_EXISTS",
        "VALIDATION_ERROR",
    ]
    assert [error["context"]["propertyName"] for error in answer.json["errors"]] == [["color"], ["one"], ["Two"]]
    assert api.get(f"{BASE}/one").status == 200


def test_batch_read_reports_unknown_names(api: Api) -> None:
    inputs = [{"name": "color"}, {"name": "nope"}]
    answer = api.post(f"{BASE}/batch/read", {"archived": False, "inputs": inputs})
    assert answer.status == 207
    assert [item["name"] for item in answer.json["results"]] == ["color"]
    assert answer.json["errors"][0]["context"] == {"propertyName": ["nope"]}
    good = api.post(f"{BASE}/batch/read", {"inputs": inputs[:1]})
    assert (good.status, good.json["status"], "errors" in good.json) == (200, "COMPLETE", False)


def test_batch_read_of_archived_properties(api: Api) -> None:
    api.delete(f"{BASE}/color")
    body = {"archived": True, "inputs": [{"name": "color"}]}
    assert api.post(f"{BASE}/batch/read", body).json["results"][0]["archived"] is True


def test_batch_archive_passes_over_unknown_and_archived_names(api: Api) -> None:
    body = {"inputs": [{"name": "color"}, {"name": "nope"}]}
    assert [api.post(f"{BASE}/batch/archive", body).status for _ in range(2)] == [204, 204]
    assert api.get(f"{BASE}/color").status == 404


def test_batch_archive_with_a_core_property_archives_nothing(api: Api) -> None:
    refused(api.post(f"{BASE}/batch/archive", {"inputs": [{"name": "color"}, {"name": "subject"}]}), 400)
    assert api.get(f"{BASE}/color").status == 200


@pytest.mark.parametrize("call", ["create", "read", "archive"])
def test_batch_of_more_than_100_is_refused(api: Api, call: str) -> None:
    inputs = [{**COLOR, "name": f"p{number}"} for number in range(101)]
    assert "100" in refused(api.post(f"{BASE}/batch/{call}", {"inputs": inputs}), 400)["message"]


def test_groups_are_listed_default_ones_first(api: Api) -> None:
    assert api.get(f"{BASE}/groups").json == {
        "results": [
            {"name": "ticketinformation", "label": "Ticket information", "displayOrder": 0, "archived": False},
            {"name": "more", "label": "More", "displayOrder": -1, "archived": False},
        ]
    }


def test_group_can_be_renamed_and_moved_but_keeps_its_name(api: Api) -> None:
    answer = api.patch(f"{BASE}/groups/more", {"label": "Most", "displayOrder": 5, "name": "other"})
    assert answer.json == {"name": "more", "label": "Most", "displayOrder": 5, "archived": False}
    assert api.get(f"{BASE}/groups/more").json == answer.json


def test_group_of_a_name_that_is_taken_conflicts(api: Api) -> None:
    refused(api.post(f"{BASE}/groups", {"name": "more", "label": "Again"}), 409, "OBJECT_ALREADY_EXISTS")


def test_missing_group_is_not_found(api: Api) -> None:
    path = f"{BASE}/groups/nope"
    for answer in (api.get(path), api.patch(path, {"label": "x"}), api.delete(path)):
        refused(answer, 404, "OBJECT_NOT_FOUND")


def test_group_with_active_properties_is_kept_with_an_error_inside_an_error(api: Api) -> None:
    api.patch(f"{BASE}/color", {"groupName": "more"})
    answer = api.delete(f"{BASE}/groups/more")
    assert answer.status == 400
    assert set(answer.json) == {"status", "message", "correlationId"}
    assert json.loads(answer.json["message"]) == {
        "status": "error",
        "message": "Can't delete or purge a group with active properties",
        "correlationId": answer.json["correlationId"],
        "category": "VALIDATION_ERROR",
        "subCategory": "PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES",
    }


def test_group_of_archived_properties_goes_and_can_be_made_anew(api: Api) -> None:
    api.patch(f"{BASE}/color", {"groupName": "more"})
    api.delete(f"{BASE}/color")
    assert api.delete(f"{BASE}/groups/more").status == 204
    assert len(api.get(f"{BASE}/groups").json["results"]) == 1
    assert api.post(BASE, {**COLOR, "groupName": "more"}).json["message"] == "more group does not exist"
    assert api.post(f"{BASE}/groups", {"name": "more", "label": "Fresh"}).json["label"] == "Fresh"
