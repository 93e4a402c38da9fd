"""Archived properties: how long they can come back, and that nothing of them is left after that."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from spokedesk.api.chores import purge_properties
from spokedesk.engine.properties import list_expired_properties, purge_property
from spokedesk.storage.database import Transaction
from tests.support.api import Answer, Api, Clock

pytestmark = pytest.mark.fidelity("observed", source="recorded", of="properties.archive_property")

BASE = "/crm/v3/properties/tickets"
TICKETS = "/crm/v3/objects/tickets"
COLOR = {"name": "color", "label": "Color", "type": "string", "fieldType": "text", "groupName": "ticketinformation"}
DAY = 86_400_000


@pytest.fixture
def api() -> Api:
    """Three tickets with a color, one of them in the recycle bin; the property was archived after that."""
    api = Api()
    assert api.post(BASE, COLOR).status == 201
    api.put("/crm/v3/property-validations/tickets/color/rule-type/MAX_LENGTH", {"ruleArguments": ["9"]})
    for value in ("red", "green", "blue"):
        assert create(api, color=value).status == 201
    api.delete(f"{TICKETS}/{record_with(api, 'blue')}")
    api.delete(f"{BASE}/color")
    return api


def create(api: Api, **values: str) -> Answer:
    return api.post(TICKETS, {"properties": {"subject": "Printer", "hs_pipeline_stage": "1", **values}})


def record_with(api: Api, value: str) -> str:
    filters = [{"propertyName": "color", "operator": "EQ", "value": value}]
    return str(api.post(f"{TICKETS}/search", {"filters": filters}).json["results"][0]["id"])


def later(api: Api, days: int) -> None:
    assert isinstance(api.clock, Clock)
    api.clock.at += days * DAY


def purge(api: Api) -> None:
    asyncio.run(purge_properties(api.store))


def stored(api: Api) -> list[str]:
    """Every document that mentions the property."""

    async def work(tx: Transaction) -> list[str]:
        found = []
        for table, column in (("record", "properties"), ("record", "search_values"), ("property_definition", "name")):
            rows = await tx.rows(f"SELECT {column} FROM {table} WHERE account_id = :account_id")
            found += [str(row[0]) for row in rows if "color" in str(row[0])]
        rows = await tx.rows("SELECT property FROM property_validation WHERE account_id = :account_id")
        return found + [row[0] for row in rows]

    found: list[str] = api.read(work)
    return found


def colors(api: Api) -> list[Any]:
    page = api.get(TICKETS, properties="color", limit=10).json["results"]
    return [item["properties"].get("color") for item in page]


def test_for_ninety_days_a_property_can_come_back_with_its_values(api: Api) -> None:
    later(api, 89)
    purge(api)
    assert api.get(f"{BASE}/color", archived="true").status == 200
    assert api.post(BASE, COLOR).status == 201
    assert colors(api) == ["red", "green"]
    assert api.get("/crm/v3/property-validations/tickets/color").json["results"] != []


def test_after_ninety_days_nothing_of_it_is_left(api: Api) -> None:
    later(api, 91)
    purge(api)
    assert api.get(f"{BASE}/color", archived="true").status == 404
    assert stored(api) == []


def test_a_new_property_of_the_name_finds_no_values_history_or_rules(api: Api) -> None:
    later(api, 91)
    purge(api)
    made = api.post(BASE, {**COLOR, "type": "number", "fieldType": "number"})
    assert (made.status, made.json["createdAt"]) == (201, made.json["updatedAt"])
    assert colors(api) == [None, None]
    record = create(api, color="7").json["id"]
    for wanted in (*[item["id"] for item in api.get(TICKETS).json["results"]], record):
        history = api.get(f"{TICKETS}/{wanted}", propertiesWithHistory="color").json["propertiesWithHistory"]
        assert [item["value"] for item in history.get("color", [])] == (["7"] if wanted == record else [])
    found = api.post(f"{TICKETS}/search", {"filters": [{"propertyName": "color", "operator": "HAS_PROPERTY"}]})
    assert [item["id"] for item in found.json["results"]] == [record]
    assert api.get("/crm/v3/property-validations/tickets/color").json == {"results": []}


def test_a_name_whose_time_is_over_is_free_even_before_the_purge(api: Api) -> None:
    later(api, 91)
    assert api.post(BASE, COLOR).status == 201
    assert colors(api) == [None, None]
    assert create(api, color="longer than nine").status == 201
    purge(api)
    assert colors(api)[-1] == "longer than nine"


def test_a_purge_in_steps_goes_on_where_it_was(api: Api) -> None:
    later(api, 91)
    ((object_type, name),) = api.read(list_expired_properties)
    assert (object_type, name) == ("0-5", "color")

    def step(first_id: int) -> int | None:
        found: int | None = api.write(lambda tx: purge_property(tx, object_type, name, first_id, limit=1))
        return found

    steps, following = 0, step(0)
    while following is not None:
        steps, following = steps + 1, step(following)
    assert steps > 2
    assert stored(api) == []
    assert step(0) is None


def test_an_archived_default_property_stays_in_the_recycle_bin(api: Api) -> None:
    assert api.delete(f"{BASE}/hs_assignment_method").status == 204
    later(api, 400)
    purge(api)
    assert api.get(f"{BASE}/hs_assignment_method", archived="true").status == 200
    assert api.get(f"{BASE}/hs_assignment_method").status == 404


def test_options_that_were_removed_stay_in_records_and_do_not_stop_appending() -> None:
    api = Api()
    options = [{"label": name, "value": name} for name in ("a", "b", "c")]
    body = {**COLOR, "type": "enumeration", "fieldType": "checkbox", "options": options}
    assert api.post(BASE, body).status == 201
    record = create(api, color="a;b").json["id"]
    assert api.patch(f"{BASE}/color", {"options": options[1:]}).status == 200
    assert colors(api) == ["a;b"]
    appended = api.patch(f"{TICKETS}/{record}", {"properties": {"color": ";c;b"}})
    assert appended.json["properties"]["color"] == "a;b;c"
    refused = api.patch(f"{TICKETS}/{record}", {"properties": {"color": "a;c"}})
    assert (refused.status, refused.json["errors"][0]["code"]) == (400, "INVALID_OPTION")
    assert api.patch(f"{TICKETS}/{record}", {"properties": {"color": ";a"}}).status == 400
    filters = [{"propertyName": "color", "operator": "IN", "values": ["a"]}]
    assert api.post(f"{TICKETS}/search", {"filters": filters}).json["total"] == 1
