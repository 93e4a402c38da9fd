"""What a definition means for records: values under new, changed, archived and restored properties."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Answer, Api

BASE = "/crm/v3/properties/tickets"
TICKETS = "/crm/v3/objects/tickets"
COLOR = {"name": "color", "label": "Color", "type": "string", "fieldType": "text", "groupName": "ticketinformation"}


@pytest.fixture
def api() -> Api:
    return Api()


def define(api: Api, **changes: Any) -> None:
    answer = api.post(BASE, {**COLOR, **changes})
    assert answer.status == 201, answer.json


def create(api: Api, **values: str) -> Answer:
    return api.post(TICKETS, {"properties": {"subject": "Printer", "hs_pipeline_stage": "1", **values}})


def ticket(api: Api, **values: str) -> str:
    answer = create(api, **values)
    assert answer.status == 201, answer.json
    return str(answer.json["id"])


def color(api: Api, ticket_id: str) -> str | None:
    value: str | None = api.get(f"{TICKETS}/{ticket_id}", properties="color").json["properties"].get("color")
    return value


def find(api: Api, operator: str, value: str) -> list[str]:
    filters = [{"propertyName": "color", "operator": operator, "value": value}]
    answer = api.post(f"{TICKETS}/search", {"filterGroups": [{"filters": filters}]})
    assert answer.status == 200, answer.json
    return [item["id"] for item in answer.json["results"]]


def test_new_property_can_be_written_at_once(api: Api) -> None:
    assert "PROPERTY_DOESNT_EXIST" in create(api, color="red").json["message"]
    define(api)
    ticket_id = ticket(api, color="red")
    assert color(api, ticket_id) == "red"
    assert find(api, "EQ", "RED") == [ticket_id]


def test_archived_property_hides_its_values_and_refuses_new_ones(api: Api) -> None:
    define(api)
    ticket_id = ticket(api, color="red")
    api.delete(f"{BASE}/color")
    assert color(api, ticket_id) is None
    answer = api.patch(f"{TICKETS}/{ticket_id}", {"properties": {"color": "blue"}})
    assert "PROPERTY_DOESNT_EXIST" in answer.json["message"]


def test_restored_property_brings_its_values_back_and_they_are_found(api: Api) -> None:
    define(api)
    kept, rewritten = ticket(api, color="red"), ticket(api, color="red")
    api.delete(f"{BASE}/color")
    # a record that is written meanwhile loses the value from what it is searched by
    api.patch(f"{TICKETS}/{rewritten}", {"properties": {"subject": "Scanner"}})
    define(api)
    assert [color(api, kept), color(api, rewritten)] == ["red", "red"]
    assert find(api, "EQ", "red") == [kept, rewritten]


def test_values_of_archived_records_are_found_after_property_and_record_came_back(api: Api) -> None:
    define(api)
    ticket_id = ticket(api, color="red")
    api.delete(f"{BASE}/color")
    api.delete(f"{TICKETS}/{ticket_id}")
    define(api)
    api.post(f"/spokedesk/v1/objects/tickets/{ticket_id}/restore")
    assert find(api, "EQ", "red") == [ticket_id]


def test_property_restored_with_another_type_is_searched_by_that_type(api: Api) -> None:
    define(api)
    small, large = ticket(api, color="9"), ticket(api, color="10")
    assert find(api, "GT", "9") == []
    api.delete(f"{BASE}/color")
    define(api, type="number", fieldType="number")
    assert find(api, "GT", "9") == [large]
    assert find(api, "LT", "10") == [small]


def test_changed_type_is_searched_by_the_new_type(api: Api) -> None:
    define(api)
    ticket(api, color="9")
    large = ticket(api, color="10")
    api.patch(f"{BASE}/color", {"type": "number", "fieldType": "number"})
    assert find(api, "GT", "9") == [large]


def test_checkbox_that_becomes_a_text_is_searched_as_one(api: Api) -> None:
    options = [{"label": "Red", "value": "red"}, {"label": "Blue", "value": "blue"}]
    define(api, type="enumeration", fieldType="checkbox", options=options)
    ticket_id = ticket(api, color="red;blue")
    assert find(api, "CONTAINS_TOKEN", "blue") == [ticket_id]
    assert api.patch(f"{BASE}/color", {"type": "string", "fieldType": "text"}).status == 200
    assert find(api, "EQ", "RED;blue") == [ticket_id]
    assert find(api, "CONTAINS_TOKEN", "Blue") == [ticket_id]


def test_select_that_becomes_a_checkbox_is_searched_by_each_option(api: Api) -> None:
    options = [{"label": "Red", "value": "red"}, {"label": "Blue", "value": "blue"}]
    define(api, type="enumeration", fieldType="select", options=options)
    ticket_id = ticket(api, color="red")
    api.patch(f"{BASE}/color", {"fieldType": "checkbox"})
    assert find(api, "CONTAINS_TOKEN", "red") == [ticket_id]
    api.patch(f"{TICKETS}/{ticket_id}", {"properties": {"color": ";blue"}})
    assert find(api, "CONTAINS_TOKEN", "blue") == [ticket_id]
    assert color(api, ticket_id) == "red;blue"


def test_removed_option_stays_in_records_and_cannot_be_chosen_again(api: Api) -> None:
    options = [{"label": "Red", "value": "red"}, {"label": "Blue", "value": "blue"}]
    define(api, type="enumeration", fieldType="radio", options=options)
    ticket_id = ticket(api, color="red")
    api.patch(f"{BASE}/color", {"options": options[1:]})
    assert color(api, ticket_id) == "red"
    assert "INVALID_OPTION" in create(api, color="red").json["message"]
    assert create(api, color="blue").status == 201


def test_boolean_property_takes_true_and_false_only(api: Api) -> None:
    options = [{"label": "Yes", "value": "true"}, {"label": "No", "value": "false"}]
    define(api, type="bool", fieldType="booleancheckbox", options=options)
    assert color(api, ticket(api, color="TRUE")) == "true"
    assert "INVALID_OPTION" in create(api, color="yes").json["message"]


def test_calculated_property_cannot_be_written(api: Api) -> None:
    define(api, type="number", calculationFormula="closed_date - createdate")
    assert "READ_ONLY_VALUE" in create(api, color="1").json["message"]


def test_unique_property_refuses_a_second_holder_and_finds_records(api: Api) -> None:
    define(api, hasUniqueValue=True)
    ticket_id = ticket(api, color="red")
    assert create(api, color="red").status == 400
    assert api.get(f"{TICKETS}/red", idProperty="color").json["id"] == ticket_id


def test_property_restored_as_unique_claims_the_values_that_live_records_hold(api: Api) -> None:
    define(api)
    gone, ticket_id = ticket(api, color="red"), ticket(api, color="blue")
    api.delete(f"{TICKETS}/{gone}")
    api.delete(f"{BASE}/color")
    define(api, hasUniqueValue=True)
    assert api.get(f"{TICKETS}/blue", idProperty="color").json["id"] == ticket_id
    assert create(api, color="blue").status == 400
    assert create(api, color="red").status == 201


def test_property_with_repeated_values_cannot_be_restored_as_unique(api: Api) -> None:
    define(api)
    first, second = ticket(api, color="red"), ticket(api, color="red")
    api.delete(f"{BASE}/color")
    answer = api.post(BASE, {**COLOR, "hasUniqueValue": True})
    assert (answer.status, answer.json["category"]) == (400, "VALIDATION_ERROR")
    assert answer.json["context"] == {"propertyName": ["color"], "ids": [first, second]}
    assert api.get(f"{BASE}/color").status == 404


def test_unique_property_restored_as_a_plain_one_allows_repetition(api: Api) -> None:
    define(api, hasUniqueValue=True)
    ticket(api, color="red")
    api.delete(f"{BASE}/color")
    define(api)
    assert create(api, color="red").status == 201


def test_values_freed_while_a_unique_property_was_archived_can_be_taken(api: Api) -> None:
    define(api, hasUniqueValue=True)
    first = ticket(api, color="red")
    api.delete(f"{BASE}/color")
    define(api)
    api.patch(f"{TICKETS}/{first}", {"properties": {"color": "blue"}})
    api.delete(f"{BASE}/color")
    define(api, hasUniqueValue=True)
    assert create(api, color="red").status == 201
    assert create(api, color="blue").status == 400
