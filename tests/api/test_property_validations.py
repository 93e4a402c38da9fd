"""The validation rules of properties on the wire, and what they do to writes of records in every version."""

from __future__ import annotations

import time
from typing import Any

import pytest

from spokedesk.api.versions import ALL
from tests.support.api import Answer, Api
from tests.support.custom_objects import SCHEMAS, define

pytestmark = [
    pytest.mark.fidelity(
        "documented",
        source="guide",
        of=["property_validations.list_*", "property_validations.read_rule", "property_validations.replace_rule"],
    ),
    pytest.mark.fidelity("documented", source="changelog", of="INVALID_ALPHA"),
]

BASE = "/crm/v3/property-validations/tickets"
OWN = "/spokedesk/v1/property-validations/tickets"
CALLS = [
    ("GET", BASE, None),
    ("GET", f"{BASE}/subject", None),
    ("GET", f"{BASE}/subject/rule-type/MAX_LENGTH", None),
    ("PUT", f"{BASE}/subject/rule-type/MIN_LENGTH", {"ruleArguments": ["2"]}),
    ("DELETE", f"{OWN}/subject/rule-type/MAX_LENGTH", None),
]


@pytest.fixture
def api() -> Api:
    api = Api()
    assert put(api, "subject", "MAX_LENGTH", "20").status == 204
    return api


def put(api: Api, name: str, rule_type: str, *arguments: str, **more: Any) -> Answer:
    return api.put(f"{BASE}/{name}/rule-type/{rule_type}", {"ruleArguments": list(arguments), **more})


def create(api: Api, **values: Any) -> Answer:
    return api.post("/crm/v3/objects/tickets", {"properties": {"subject": "a", "hs_pipeline_stage": "1", **values}})


def codes(answer: Answer) -> list[tuple[str, str]]:
    assert answer.status == 400
    return [(error["context"]["propertyName"][0], error["code"]) for error in answer.json["errors"]]


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
def test_call_without_a_token_is_refused(api: Api, method: str, path: str, body: Any) -> None:
    assert api.call(method, path, json=body, headers={}).status == 401


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
def test_call_without_a_fitting_scope_is_refused(api: Api, method: str, path: str, body: Any) -> None:
    api.token = api.grant("pat-na1-narrow", ["crm.schemas.contacts.read", "crm.schemas.contacts.write"])
    answer = api.call(method, path, json=body)
    assert (answer.status, answer.json["category"]) == (403, "MISSING_SCOPES")


def test_rules_are_read_back_by_object_property_and_type(api: Api) -> None:
    assert put(api, "subject", "FORMAT", "UPPER", shouldApplyNormalization=True).status == 204
    assert put(api, "content", "WHITESPACE").status == 400, "a textarea has no such rule"
    assert put(api, "content", "REGEX", "^x", "Begin with x").status == 204
    longest = {"ruleType": "MAX_LENGTH", "ruleArguments": ["20"]}
    upper = {"ruleType": "FORMAT", "ruleArguments": ["UPPER"], "shouldApplyNormalization": True}
    regex = {"ruleType": "REGEX", "ruleArguments": ["^x", "Begin with x"]}
    assert api.get(BASE).json == {
        "results": [
            {"propertyName": "content", "propertyValidationRules": [regex]},
            {"propertyName": "subject", "propertyValidationRules": [upper, longest]},
        ]
    }
    assert api.get(f"{BASE}/subject").json == {"results": [upper, longest]}
    assert api.get(f"{BASE}/subject/rule-type/FORMAT").json == upper
    assert api.get(f"{BASE}/hs_ticket_priority").json == {"results": []}


def test_putting_a_rule_again_replaces_it_and_no_other(api: Api) -> None:
    put(api, "subject", "MIN_LENGTH", "2")
    put(api, "subject", "MAX_LENGTH", "30")
    rules = api.get(f"{BASE}/subject").json["results"]
    assert [(rule["ruleType"], rule["ruleArguments"]) for rule in rules] == [
        ("MAX_LENGTH", ["30"]),
        ("MIN_LENGTH", ["2"]),
    ]


@pytest.mark.parametrize("version", [version for version in ALL if version.prefixes("property_validations")])
def test_rules_are_the_same_under_every_version(api: Api, version: Any) -> None:
    (prefix,) = version.prefixes("property_validations")
    assert api.put(f"{prefix}/0-5/subject/rule-type/MIN_LENGTH", {"ruleArguments": ["2"]}).status == 204
    types = [rule["ruleType"] for rule in api.get(f"{prefix}/ticket/subject").json["results"]]
    assert types == ["MAX_LENGTH", "MIN_LENGTH"]
    (objects, *_) = version.prefixes("objects")
    body = {"properties": {"subject": "a", "hs_pipeline_stage": "1"}}
    assert codes(api.post(f"{objects}/tickets", body)) == [("subject", "INVALID_MIN_LENGTH")]


@pytest.mark.fidelity("documented", source="changelog", of=["INVALID_ALPHA", "ValuesInvalid"])
def test_a_broken_rule_is_reported_as_the_changelog_shows_it(api: Api) -> None:
    path = "/crm/v3/property-validations/contacts/{}/rule-type/ALPHANUMERIC"
    for name in ("firstname", "lastname"):
        assert api.put(path.format(name), {"ruleArguments": ["ALPHA_ONLY"]}).status == 204
    answer = api.post("/crm/v3/objects/contacts", {"properties": {"firstname": "A1", "lastname": "B2"}})
    assert answer.status == 400
    assert answer.json["category"] == "VALIDATION_ERROR"
    entry = '{"isValid":false,"message":"Enter only letters","error":"INVALID_ALPHA","name":"firstname"'
    assert answer.json["message"].startswith(f"Property values were not valid: [{entry}")
    assert codes(answer) == [("firstname", "INVALID_ALPHA"), ("lastname", "INVALID_ALPHA")]


def test_all_problems_of_a_write_come_at_once(api: Api) -> None:
    put(api, "subject", "ALPHANUMERIC", "NUMERIC_ONLY")
    answer = create(api, subject="x" * 21, nope="1", hs_ticket_priority="X")
    assert codes(answer) == [
        ("subject", "INVALID_NUMERIC"),
        ("subject", "INVALID_MAX_LENGTH"),
        ("nope", "PROPERTY_DOESNT_EXIST"),
        ("hs_ticket_priority", "INVALID_OPTION"),
    ]


def test_rules_hold_for_updates_batches_and_upserts(api: Api) -> None:
    record = create(api).json["id"]
    long = {"subject": "x" * 21}
    assert codes(api.patch(f"/crm/v3/objects/tickets/{record}", {"properties": long})) == [
        ("subject", "INVALID_MAX_LENGTH")
    ]
    body = {"inputs": [{"id": record, "properties": long}]}
    assert codes(api.post("/crm/v3/objects/tickets/batch/update", body)) == [("subject", "INVALID_MAX_LENGTH")]
    assert api.patch(f"/crm/v3/objects/tickets/{record}", {"properties": {"content": "y"}}).status == 200


def test_an_empty_value_clears_whatever_the_rules_say(api: Api) -> None:
    put(api, "subject", "MIN_LENGTH", "1")
    record = create(api).json["id"]
    assert api.patch(f"/crm/v3/objects/tickets/{record}", {"properties": {"subject": ""}}).status == 200


def test_a_rule_leaves_stored_values_alone(api: Api) -> None:
    record = create(api, subject="abc def").json["id"]
    put(api, "subject", "MAX_LENGTH", "2")
    read = api.get(f"/crm/v3/objects/tickets/{record}", properties="subject")
    assert read.json["properties"]["subject"] == "abc def"


def test_a_normalised_value_is_what_is_stored(api: Api) -> None:
    put(api, "subject", "FORMAT", "UPPER", shouldApplyNormalization=True)
    assert create(api, subject="Printer").json["properties"]["subject"] == "PRINTER"


@pytest.mark.fidelity("own", source="own", of="property_validations.erase_rule")
def test_a_removed_rule_no_longer_holds(api: Api) -> None:
    assert api.delete(f"{OWN}/subject/rule-type/MAX_LENGTH").status == 204
    assert create(api, subject="x" * 21).status == 201
    missing = api.delete(f"{OWN}/subject/rule-type/MAX_LENGTH")
    assert (missing.status, missing.json["category"]) == (404, "OBJECT_NOT_FOUND")


def test_unknown_properties_rules_and_types_are_told_apart(api: Api) -> None:
    for path in (f"{BASE}/nope", f"{BASE}/nope/rule-type/MAX_LENGTH", f"{BASE}/subject/rule-type/REGEX"):
        answer = api.get(path)
        assert (answer.status, answer.json["category"]) == (404, "OBJECT_NOT_FOUND")
    assert put(api, "nope", "MAX_LENGTH", "1").status == 404
    for answer in (api.get(f"{BASE}/subject/rule-type/max"), put(api, "subject", "NOPE", "1")):
        assert (answer.status, answer.json["category"]) == (400, "VALIDATION_ERROR")
    assert api.get("/crm/v3/property-validations/widgets").status == 400


@pytest.mark.parametrize(
    "body", [None, {}, {"ruleArguments": "3"}, {"ruleArguments": [3]}, {"ruleArguments": [None]}, {"ruleArguments": {}}]
)
def test_a_body_without_a_list_of_texts_is_refused(api: Api, body: Any) -> None:
    assert api.put(f"{BASE}/subject/rule-type/MAX_LENGTH", body).status == 400
    assert api.get(f"{BASE}/subject").json["results"][0]["ruleArguments"] == ["20"]


def test_an_archived_property_takes_its_rules_along_and_brings_them_back(api: Api) -> None:
    body = {"name": "code", "label": "Code", "type": "string", "fieldType": "text", "groupName": "ticketinformation"}
    api.post("/crm/v3/properties/tickets", body)
    put(api, "code", "MAX_LENGTH", "2")
    api.delete("/crm/v3/properties/tickets/code")
    assert [item["propertyName"] for item in api.get(BASE).json["results"]] == ["subject"]
    assert api.get(f"{BASE}/code").status == 404
    api.post("/crm/v3/properties/tickets", body)
    assert codes(create(api, code="abc")) == [("code", "INVALID_MAX_LENGTH")]


@pytest.mark.fidelity("inferred", source="own", of="properties.archive_property")
def test_rules_of_a_property_are_no_reason_not_to_archive_it(api: Api) -> None:
    """A program cannot take rules away, so that it could never archive what has one; formulas are a reason."""
    body = {"name": "code", "label": "Code", "type": "string", "fieldType": "text", "groupName": "ticketinformation"}
    api.post("/crm/v3/properties/tickets", body)
    put(api, "code", "MAX_LENGTH", "2")
    assert api.delete("/crm/v3/properties/tickets/code").status == 204
    for answer in (put(api, "code", "MAX_LENGTH", "3"), api.delete(f"{OWN}/code/rule-type/MAX_LENGTH")):
        assert (answer.status, answer.json["category"]) == (404, "OBJECT_NOT_FOUND")


@pytest.mark.fidelity("inferred", source="own", of="properties.create_property")
def test_a_property_that_comes_back_with_another_type_is_not_held_to_rules_of_the_one_before(api: Api) -> None:
    body = {"name": "code", "label": "Code", "type": "string", "fieldType": "text", "groupName": "ticketinformation"}
    api.post("/crm/v3/properties/tickets", body)
    put(api, "code", "MAX_LENGTH", "2")
    api.delete("/crm/v3/properties/tickets/code")
    assert api.post("/crm/v3/properties/tickets", {**body, "type": "number", "fieldType": "number"}).status == 201
    assert create(api, code="12345").json["properties"]["code"] == "12345"
    assert put(api, "code", "MAX_NUMBER", "9").status == 204
    assert codes(create(api, code="12345")) == [("code", "INVALID_MAX_NUMBER")]


def test_custom_objects_have_rules_and_lose_them_when_they_are_purged(api: Api) -> None:
    define(api)
    path = "/crm/v3/property-validations/p_car/model"
    assert api.put(f"{path}/rule-type/MAX_LENGTH", {"ruleArguments": ["2"]}).status == 204
    assert api.post("/crm/v3/objects/p_car", {"properties": {"model": "abc"}}).status == 400
    assert api.delete(f"{SCHEMAS}/p_car").status == 204
    assert api.delete(f"{SCHEMAS}/p_car/purge").status == 204
    rows = api.read(lambda tx: tx.rows("SELECT property FROM property_validation WHERE account_id = :account_id"))
    assert [name for (name,) in rows] == ["subject"]


def test_an_expression_that_would_run_away_does_not_hold_the_server_up(api: Api) -> None:
    api.delete(f"{OWN}/subject/rule-type/MAX_LENGTH")
    assert put(api, "subject", "REGEX", "(x+x+)+y|(a?){400}a{400}", "Nope").status == 204
    started = time.process_time()
    inputs = [{"properties": {"subject": "x" * 60_000, "hs_pipeline_stage": "1"}} for _ in range(100)]
    answer = api.post("/crm/v3/objects/tickets/batch/create", {"inputs": inputs})
    assert answer.status == 400
    assert time.process_time() - started < 10
