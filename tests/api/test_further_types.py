"""Products, quotes, orders, leads and the other objects around deals: data of the catalog, served by the same calls."""

from __future__ import annotations

from typing import Any

import pytest

from spokedesk import catalog
from tests.support.api import Api

pytestmark = pytest.mark.fidelity(
    "documented", source="spec", of=["records.create_record", "records.update_record", "search.*"]
)

# a value to create with and what a path may call the type
TYPES: dict[str, tuple[dict[str, str], str]] = {
    "products": ({"name": "Toner"}, "0-7"),
    "line_items": ({"name": "Toner"}, "line_item"),
    "quotes": ({"hs_title": "Offer", "hs_expiration_date": "2026-12-31T00:00:00Z"}, "quote"),
    "feedback_submissions": ({"hs_submission_name": "Answer"}, "0-19"),
    "invoices": ({"hs_number": "INV-1"}, "0-53"),
    "subscriptions": ({"hs_name": "Plan"}, "commerce_subscriptions"),
    "deal_splits": ({"hs_deal_split_percentage": "0.5"}, "deal_split"),
    "goal_targets": ({"hs_goal_name": "More"}, "goals"),
    "discounts": ({"hs_label": "Spring"}, "0-84"),
    "fees": ({"hs_label": "Setup"}, "0-85"),
    "taxes": ({"hs_label": "VAT"}, "tax"),
    "payments": ({"hs_customer_email": "a@example.com"}, "commerce_payments"),
    "users": ({"hs_given_name": "Ada"}, "0-115"),
    "orders": ({"hs_order_name": "Order 1"}, "0-123"),
    "leads": ({"hs_lead_name": "Ada"}, "0-136"),
    "carts": ({"hs_cart_name": "Cart 1"}, "0-142"),
    "services": ({"hs_name": "Setup"}, "0-162"),
    "courses": ({"hs_course_name": "Basics"}, "0-410"),
    "listings": ({"hs_name": "Flat"}, "0-420"),
    "appointments": ({"hs_appointment_name": "Visit"}, "0-421"),
}
OLDER = {"tickets", "contacts", "companies", "deals"}


@pytest.fixture(scope="module")
def api() -> Api:
    return Api()


def test_every_type_of_the_catalog_is_tried_here_or_elsewhere() -> None:
    assert {kind.plural for kind in catalog.object_types() if not kind.is_activity} == TYPES.keys() | OLDER


@pytest.mark.parametrize("plural", TYPES)
def test_a_record_of_every_type_lives_through_every_call(api: Api, plural: str) -> None:
    given, alias = TYPES[plural]
    kind = catalog.resolve_object_type(plural)
    assert kind is not None
    created = api.post(f"/crm/v3/objects/{plural}", {"properties": given})
    assert created.status == 201, created.json
    number = created.json["id"]
    assert given.items() <= created.json["properties"].items()
    read = api.get(f"/crm/objects/2026-03/{alias}/{number}").json
    assert set(kind.default_properties) == read["properties"].keys()
    assert api.get(f"/crm/v3/objects/{alias}").json["results"][-1]["id"] == number
    name, value = next(iter(given.items()))
    found = api.post(
        f"/crm/v3/objects/{plural}/search",
        {"filterGroups": [{"filters": [{"propertyName": name, "operator": "EQ", "value": value}]}]},
    )
    assert [item["id"] for item in found.json["results"]] == [number]
    changed = api.patch(f"/crm/v3/objects/{plural}/{number}", {"properties": {"hs_object_source_label": "x"}})
    assert changed.json["errors"][0]["code"] == "READ_ONLY_VALUE"
    assert api.delete(f"/crm/v3/objects/{plural}/{number}").status == 204
    assert api.get(f"/crm/v3/objects/{plural}/{number}").status == 404
    assert api.get(f"/crm/v3/properties/{alias}/{name}").json["name"] == name


@pytest.mark.parametrize("plural", TYPES)
def test_only_its_scopes_open_a_type(plural: str) -> None:
    api = Api()
    kind = catalog.resolve_object_type(plural)
    assert kind is not None
    path = f"/crm/v3/objects/{plural}"
    api.token = api.grant("reader", [kind.read_scopes[0]])
    assert api.get(path).status == 200
    wrote = api.post(path, {"properties": TYPES[plural][0]})
    if kind.read_scopes[0] not in kind.write_scopes:
        assert wrote.json["errors"][0]["context"] == {"requiredGranularScopes": list(kind.write_scopes)}
    api.token = api.grant("writer", [kind.write_scopes[0]])
    assert api.post(path, {"properties": TYPES[plural][0]}).status == 201
    api.token = api.grant("others", ["tickets", "crm.objects.contacts.write", "crm.objects.companies.read"])
    assert (api.get(path).status, api.get(path).json["category"]) == (403, "MISSING_SCOPES")


@pytest.mark.parametrize(
    ("plural", "missing"),
    [("leads", "hs_lead_name"), ("quotes", "hs_expiration_date"), ("courses", "hs_course_name")],
)
def test_what_a_type_cannot_be_without_is_asked_for(api: Api, plural: str, missing: str) -> None:
    given: dict[str, Any] = {"hs_title": "Offer"} if plural == "quotes" else {}
    answer = api.post(f"/crm/v3/objects/{plural}", {"properties": given})
    assert (answer.status, answer.json["category"]) == (400, "VALIDATION_ERROR")
    assert missing in str(answer.json)


def test_stages_of_orders_are_checked_and_leave_their_times(api: Api) -> None:
    processed, delivered = "937ea84d-0a4f-4dcf-9028-3f9c2aafbf03", "3725360f-519b-4b18-a593-494d60a29c9f"
    order = api.post("/crm/v3/objects/orders", {"properties": {"hs_order_name": "1", "hs_pipeline_stage": processed}})
    assert order.json["properties"]["hs_pipeline"] == "14a2e10e-5471-408a-906e-c51f3b04369e"
    path = f"/crm/v3/objects/orders/{order.json['id']}"
    assert api.patch(path, {"properties": {"hs_pipeline_stage": "1"}}).status == 400
    assert api.patch(path, {"properties": {"hs_pipeline_stage": delivered}}).status == 200
    names = [
        f"hs_v2_date_{what}_{stage.replace('-', '_')}"
        for what, stage in (("exited", processed), ("entered", delivered))
    ]
    found = api.get(path, properties=",".join(names)).json["properties"]
    assert found[names[0]] == found[names[1]] is not None


def test_a_line_item_is_linked_to_its_deal(api: Api) -> None:
    deal = api.post("/crm/v3/objects/deals", {"properties": {"dealname": "Big"}}).json["id"]
    spec = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 20}]
    body = {"properties": {"name": "Toner"}, "associations": [{"to": {"id": deal}, "types": spec}]}
    item = api.post("/crm/v3/objects/line_items", body).json["id"]
    answer = api.get(f"/crm/v4/objects/deals/{deal}/associations/line_items")
    assert [(row["toObjectId"], row["associationTypes"][0]["typeId"]) for row in answer.json["results"]] == [
        (int(item), 19)
    ]
