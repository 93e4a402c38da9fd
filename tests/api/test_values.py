"""Values: what each type takes, in which form it is stored, what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Answer, Api
from tests.support.factories import define_properties, insert_owner, make_property

T = "/crm/v3/objects/tickets"
COLOURS = ("red", "green", "Dark blue")


@pytest.fixture
def api() -> Api:
    """An account with one custom property of each kind."""
    api = Api()
    define_properties(
        api,
        make_property("words"),
        make_property("ext_id", has_unique_value=True),
        make_property("score", "number", "number"),
        make_property("due", "date", "date"),
        make_property("moment", "datetime", "date"),
        make_property("vip", "bool", "booleancheckbox", options=("true", "false")),
        make_property("colour", "enumeration", "select", options=COLOURS),
        make_property("tags", "enumeration", "checkbox", options=("a", "b", "c")),
        make_property("helper", "enumeration", "select", external_options=True),
    )
    insert_owner(api, 77)
    return api


def create(api: Api, **values: Any) -> Answer:
    return api.post(T, {"properties": {"subject": "s", "hs_pipeline_stage": "1", **values}})


def made(api: Api, **values: Any) -> str:
    answer = create(api, **values)
    assert answer.status == 201, answer.raw
    return str(answer.json["id"])


def patch(api: Api, ticket: str, **values: Any) -> Answer:
    return api.patch(f"{T}/{ticket}", {"properties": values})


def value(api: Api, ticket: str, name: str) -> Any:
    return api.get(f"{T}/{ticket}", properties=name).json["properties"].get(name)


def codes(answer: Answer) -> list[tuple[str, str]]:
    """(code, property) of every problem that an answer reports."""
    assert answer.status == 400, answer.raw
    return [(item["code"], item["context"]["propertyName"][0]) for item in answer.json["errors"]]


STORED: list[tuple[str, Any, str]] = [
    ("words", "  kept as is \n", "  kept as is \n"),
    ("words", 17, "17"),
    ("words", 1.50, "1.5"),
    ("words", True, "true"),
    ("words", "Grüße 日本語 🎫", "Grüße 日本語 🎫"),
    ("words", "x" * 65_536, "x" * 65_536),
    ("score", "3039", "3039"),
    ("score", -3.25, "-3.25"),
    ("score", "007.10", "007.10"),
    ("score", 12345678901234567890123, "12345678901234567890123"),
    ("due", "2026-02-28", "2026-02-28"),
    ("due", 1_572_480_000_000, "2019-10-31"),
    ("due", "0", "1970-01-01"),
    ("due", "-86400000", "1969-12-31"),
    ("moment", "2026-10-01", "2026-10-01T00:00:00Z"),
    ("moment", "2026-10-01T12:00", "2026-10-01T12:00:00Z"),
    ("moment", "2026-10-01T12:00:00.25+02:00", "2026-10-01T10:00:00.250Z"),
    ("moment", "2026-10-01T12:00:00.123456789Z", "2026-10-01T12:00:00.123Z"),
    ("moment", 1_790_000_000_001, "2026-09-21T14:13:20.001Z"),
    ("vip", "TRUE", "true"),
    ("vip", False, "false"),
    ("colour", "Dark blue", "Dark blue"),
    ("tags", "b;a", "b;a"),
    ("tags", "b;a;b", "b;a"),
    ("tags", ";c", "c"),
    ("hubspot_owner_id", 77, "77"),
    ("helper", "77", "77"),
    ("hs_ticket_category", "PRODUCT_ISSUE;GENERAL_INQUIRY", "PRODUCT_ISSUE;GENERAL_INQUIRY"),
]
REFUSED: list[tuple[str, Any, str]] = [
    ("words", "x" * 65_537, "INVALID_STRING_LENGTH"),
    ("score", "1,000", "INVALID_INTEGER"),
    ("score", "1e5", "INVALID_INTEGER"),
    ("score", 1e-20, "INVALID_INTEGER"),
    ("score", "NaN", "INVALID_INTEGER"),
    ("score", "٣", "INVALID_INTEGER"),
    ("score", True, "INVALID_INTEGER"),
    ("score", " 5", "LEADING_TRAILING_WHITESPACE"),
    ("due", "2026-02-30", "INVALID_DATE"),
    ("due", "01.02.2026", "INVALID_DATE"),
    ("due", "1572483600000", "INVALID_DATE"),
    ("due", "9" * 16, "INVALID_DATE"),
    ("due", "2026-10-01T00:00:00Z", "INVALID_DATE"),
    ("moment", "yesterday", "INVALID_LONG"),
    ("moment", "2026-13-01T00:00:00Z", "INVALID_LONG"),
    ("moment", "9" * 18, "INVALID_DATE"),
    ("vip", "yes", "INVALID_OPTION"),
    ("colour", "Red", "INVALID_OPTION"),
    ("colour", "red ", "LEADING_TRAILING_WHITESPACE"),
    ("tags", "a;x", "INVALID_OPTION"),
    ("tags", "a; b", "INVALID_OPTION"),
    ("hubspot_owner_id", "78", "INVALID_OWNER_ID"),
    ("hubspot_owner_id", "29947847357121", "INVALID_INTEGER"),
    ("hubspot_owner_id", "me", "INVALID_INTEGER"),
    ("hs_pinned_engagement_id", "x", "INVALID_INTEGER"),
    ("hs_pipeline", "nowhere", "INVALID_OPTION"),
]


def short(item: object) -> str:
    return str(item)[:30]


@pytest.mark.parametrize(("name", "sent", "stored"), STORED, ids=short)
def test_a_value_is_stored_in_the_form_of_its_type(api: Api, name: str, sent: Any, stored: str) -> None:
    ticket = made(api, **{name: sent})
    assert value(api, ticket, name) == stored
    assert patch(api, made(api), **{name: sent}).json["properties"][name] == stored


@pytest.mark.parametrize(("name", "sent", "code"), REFUSED, ids=short)
def test_a_value_that_breaks_the_rule_of_its_type_is_refused(api: Api, name: str, sent: Any, code: str) -> None:
    ticket = made(api)
    for answer in (create(api, **{name: sent}), patch(api, ticket, **{name: sent})):
        assert codes(answer) == [(code, name)]
        assert f'"name":"{name}"' in answer.json["message"]
    assert value(api, ticket, name) in (None, "0")


@pytest.mark.parametrize("name", ["words", "score", "due", "moment", "vip", "colour", "tags", "hubspot_owner_id"])
def test_an_empty_text_clears_a_value_of_any_type(api: Api, name: str) -> None:
    sent = next(sent for other, sent, _ in STORED if other == name)
    ticket = made(api, **{name: sent})
    assert patch(api, ticket, **{name: ""}).json["properties"][name] == ""
    assert value(api, ticket, name) == ""


def test_a_leading_semicolon_adds_to_the_stored_set(api: Api) -> None:
    ticket = made(api, tags="b")
    assert patch(api, ticket, tags=";a;b").json["properties"]["tags"] == "b;a"


@pytest.mark.parametrize(
    "name", ["hs_object_id", "hs_ticket_id", "hs_lastmodifieddate", "hs_is_closed", "time_to_close", "num_notes"]
)
def test_what_the_server_maintains_cannot_be_written(api: Api, name: str) -> None:
    answer = patch(api, made(api), **{name: "1"})
    assert codes(answer) == [("READ_ONLY_VALUE", name)]
    assert answer.json["errors"][0]["message"] == f'"{name}" is a read only property; its value cannot be set.'
