"""Calculated properties on the wire: defined by a formula, worked out at every write, for old records as well."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from spokedesk.api.chores import calculate_regularly
from spokedesk.engine import calculations
from spokedesk.engine.calculations import go_on_calculating
from tests.support.api import Answer, Api
from tests.support.factories import insert_record

pytestmark = pytest.mark.fidelity(
    "documented", source="guide", of=["properties.create_property", "properties.update_property"]
)

BASE = "/crm/v3/properties/tickets"
TICKETS = "/crm/v3/objects/tickets"


def define(api: Api, name: str, formula: str | None = None, type: str = "number", **more: Any) -> Answer:
    body = {"name": name, "label": name, "type": type, "fieldType": "number", "groupName": "ticketinformation", **more}
    if formula is not None:
        body |= {"calculationFormula": formula, "fieldType": "calculation_equation"}
    return api.post(BASE, body)


@pytest.fixture
def api() -> Api:
    api = Api()
    for name in ("price", "quantity"):
        assert define(api, name).status == 201
    return api


def create(api: Api, **values: str) -> str:
    answer = api.post(TICKETS, {"properties": {"subject": "s", "hs_pipeline_stage": "1", **values}})
    assert answer.status == 201, answer.raw
    return str(answer.json["id"])


def read(api: Api, record: str, *names: str) -> dict[str, str | None]:
    found = api.get(f"{TICKETS}/{record}", properties=",".join(names)).json["properties"]
    return {name: found.get(name) for name in names}


def test_a_value_follows_every_write(api: Api) -> None:
    assert define(api, "total", "price * quantity").status == 201
    assert define(api, "large", "if total > 100 then 'yes' else 'no'", "string").status == 201
    made = api.post(TICKETS, {"properties": {"subject": "s", "hs_pipeline_stage": "1", "price": "7", "quantity": "20"}})
    assert (made.json["properties"]["total"], made.json["properties"]["large"]) == ("140", "yes")
    record = made.json["id"]
    changed = api.patch(f"{TICKETS}/{record}", {"properties": {"quantity": "2"}})
    assert (changed.json["properties"]["total"], changed.json["properties"]["large"]) == ("14", "no")
    api.patch(f"{TICKETS}/{record}", {"properties": {"quantity": ""}})
    assert {name: value or "" for name, value in read(api, record, "total", "large").items()} == {
        "total": "",
        "large": "",
    }
    history = api.get(f"{TICKETS}/{record}", propertiesWithHistory="total").json["propertiesWithHistory"]["total"]
    assert [item["value"] for item in history] == ["", "14", "140"]


def test_a_calculated_value_can_be_searched_and_cannot_be_written(api: Api) -> None:
    define(api, "total", "price * quantity")
    record = create(api, price="7", quantity="20")
    create(api, price="1", quantity="2")
    filters = [{"propertyName": "total", "operator": "GT", "value": "99"}]
    assert [item["id"] for item in api.post(f"{TICKETS}/search", {"filters": filters}).json["results"]] == [record]
    refused = api.patch(f"{TICKETS}/{record}", {"properties": {"total": "1"}})
    assert (refused.status, refused.json["errors"][0]["code"]) == (400, "READ_ONLY_VALUE")


def test_records_that_are_there_get_the_value_when_the_formula_comes_or_changes(api: Api) -> None:
    record = create(api, price="7", quantity="2")
    before = api.get(f"{TICKETS}/{record}").json["updatedAt"]
    define(api, "total", "price * quantity")
    assert read(api, record, "total") == {"total": "14"}
    assert api.get(f"{TICKETS}/{record}").json["updatedAt"] > before
    assert api.patch(f"{BASE}/total", {"calculationFormula": "price + quantity"}).status == 200
    assert read(api, record, "total") == {"total": "9"}
    history = api.get(f"{TICKETS}/{record}", propertiesWithHistory="total").json["propertiesWithHistory"]["total"]
    assert [(item["value"], item["sourceType"]) for item in history] == [("9", "CALCULATED"), ("14", "CALCULATED")]


def test_values_that_follow_from_stages_and_links_are_known_to_formulas(api: Api) -> None:
    define(api, "notes_twice", "2num_notes")
    define(api, "is_done", "bool(hs_is_closed)", "bool")
    record = create(api)
    body = {"properties": {"hs_timestamp": "2026-10-01T12:00:00Z", "hs_note_body": "x"}}
    note = api.post("/crm/v3/objects/notes", body).json["id"]
    api.put(f"/crm/v4/objects/tickets/{record}/associations/default/notes/{note}")
    api.patch(f"{TICKETS}/{record}", {"properties": {"hs_pipeline_stage": "4"}})
    assert read(api, record, "notes_twice", "is_done") == {"notes_twice": "2", "is_done": "true"}


def test_a_record_from_the_recycle_bin_has_the_values_of_todays_formula(api: Api) -> None:
    define(api, "total", "price * quantity")
    record = create(api, price="7", quantity="2")
    api.delete(f"{TICKETS}/{record}")
    api.patch(f"{BASE}/total", {"calculationFormula": "price + quantity"})
    assert api.post(f"/spokedesk/v1/objects/tickets/{record}/restore").status == 200
    assert read(api, record, "total") == {"total": "9"}


def test_a_merged_record_has_the_values_of_what_it_took_over(api: Api) -> None:
    define(api, "total", "price * quantity")
    first, second = create(api, price="7"), create(api, quantity="3")
    merged = api.post(f"{TICKETS}/merge", {"primaryObjectId": first, "objectIdToMerge": second})
    assert read(api, merged.json["id"], "total") == {"total": "21"}


@pytest.mark.parametrize(
    ("formula", "type", "status", "text"),
    [
        ("price *", "number", 400, "Unable to parse calculation formula in line 1 and column 8 - "),
        ("price", "string", 400, "Sub-expression output type: BigDecimal is not compatible with input type: String"),
        ("price + nothing", "number", 404, "Property 'nothing' does not exist"),
        ("power(price, 1", "number", 400, "Unable to parse calculation formula"),
        ("x" * 5001, "number", 400, "The calculation formula is longer than 5000 characters"),
    ],
)
@pytest.mark.fidelity("observed", source="recorded", of="properties.create_property")
def test_a_formula_that_cannot_be_is_refused(api: Api, formula: str, type: str, status: int, text: str) -> None:
    answer = define(api, "bad", formula, type)
    assert (answer.status, answer.json["message"][: len(text)]) == (status, text)
    assert api.get(f"{BASE}/bad").status == 404


def test_a_property_cannot_follow_from_itself_in_any_number_of_steps(api: Api) -> None:
    define(api, "first", "price + 1")
    define(api, "second", "first + 1")
    define(api, "third", "second + 1")
    refused = api.patch(f"{BASE}/first", {"calculationFormula": "third + 1"})
    assert (refused.status, refused.json["category"]) == (400, "VALIDATION_ERROR")
    assert refused.json["message"].endswith("first -> third -> second -> first")
    assert api.get(f"{BASE}/first").json["calculationFormula"] == "price + 1"


def test_a_property_that_a_formula_needs_cannot_be_archived(api: Api) -> None:
    define(api, "total", "price * quantity")
    refused = api.delete(f"{BASE}/price")
    assert (refused.status, refused.json["subCategory"]) == (
        400,
        "PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE",
    )
    assert api.delete(f"{BASE}/total").status == 204
    assert api.delete(f"{BASE}/price").status == 204


def test_an_account_has_at_most_two_hundred_calculated_properties(api: Api) -> None:
    group = {"label": "c", "type": "number", "fieldType": "calculation_equation", "groupName": "ticketinformation"}
    for start in (0, 100):
        names = [f"c{number}" for number in range(start, start + 100)]
        body = {"inputs": [{**group, "name": name, "calculationFormula": "price + 1"} for name in names]}
        assert api.post(f"{BASE}/batch/create", body).status == 201
    refused = define(api, "one_more", "price")
    assert (refused.status, refused.json["message"]) == (400, "An account can have at most 200 calculated properties")
    elsewhere = {**group, "name": "c", "groupName": "contactinformation", "calculationFormula": "1 + 1"}
    assert api.post("/crm/v3/properties/contacts", elsewhere).status == 400
    assert api.patch(f"{BASE}/price", {"calculationFormula": "quantity + 1"}).status == 400
    assert api.get("/crm/v3/limits/calculated-properties").json["overallUsage"] == 200
    assert api.delete(f"{BASE}/c0").status == 204
    assert define(api, "one_more", "price").status == 201


# --- more records than are worked out at once -------------------------------------------------------------------------


def many(api: Api, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Nine tickets, of which three are worked out at once and two at a time in the background."""
    monkeypatch.setattr(calculations, "AT_ONCE", 3)
    monkeypatch.setattr(calculations, "IN_BACKGROUND", 2)
    for number in range(101, 110):
        insert_record(api, "tickets", number, {"subject": "s", "price": str(number)})
    assert define(api, "double", "2price").status == 201
    return [str(number) for number in range(101, 110)]


def known(api: Api, records: list[str]) -> int:
    return sum(bool(read(api, record, "double")["double"]) for record in records)


def test_the_rest_is_worked_out_a_few_at_a_time(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    records = many(api, monkeypatch)
    seen = [known(api, records)]
    while api.write(go_on_calculating):
        seen.append(known(api, records))
    assert seen == [3, 5, 7, 9, 9]
    assert read(api, "109", "double") == {"double": "218"}
    assert api.write(go_on_calculating) is False


def test_a_server_works_out_the_rest_by_itself(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    records = many(api, monkeypatch)

    async def serve_for_a_moment() -> None:
        task = asyncio.create_task(calculate_regularly(api.store))
        for _ in range(200):
            await asyncio.sleep(0.01)
            if known(api, records) == 9:
                break
        task.cancel()

    asyncio.run(serve_for_a_moment())
    assert known(api, records) == 9


def test_a_write_in_between_has_the_new_value_at_once(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    many(api, monkeypatch)
    api.patch(f"{TICKETS}/109", {"properties": {"price": "5"}})
    assert read(api, "109", "double") == {"double": "10"}
