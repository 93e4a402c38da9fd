"""Search: operators per type, groups, order, pages, words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Answer, Api
from tests.support.factories import (
    archive_record,
    define_properties,
    insert_record,
    link_records,
    make_property,
)

T = "/crm/v3/objects/tickets"
FLAGS = ("true", "false")

# name of a ticket -> what it has; the names are subjects, so that results read as a word
TICKETS: dict[str, dict[str, str]] = {
    "one": {
        "words": "Grüße aus Köln",
        "score": "5",
        "due": "2026-01-01",
        "moment": "2026-01-01T12:00:00Z",
        "tags": "a;b",
        "vip": "true",
        "colour": "red",
    },
    "two": {
        "words": "プリンタが動かない",
        "score": "5.0",
        "due": "2026-02-01",
        "moment": "2026-01-01T13:00:00.500Z",
        "tags": "b c",
        "vip": "false",
        "colour": "Dark blue",
    },
    "three": {"words": "50% off_now a_b", "score": "50", "due": "2026-03-01", "tags": "a", "colour": 'x"y\\z'},
    "four": {"words": "STRASSE, foo-bar@example.com", "score": "-3"},
    "five": {"words": ""},
}


@pytest.fixture(scope="module")
def api() -> Api:
    """An account that no test of this module changes."""
    api = Api()
    define_properties(
        api,
        make_property("words"),
        make_property("score", "number", "number"),
        make_property("due", "date", "date"),
        make_property("moment", "datetime", "date"),
        make_property("vip", "bool", "booleancheckbox", options=FLAGS),
        make_property("colour", "enumeration", "select", options=("red", "Dark blue", 'x"y\\z')),
        make_property("tags", "enumeration", "checkbox", options=("a", "b", "b c")),
    )
    for number, (name, values) in enumerate(TICKETS.items(), start=101):
        insert_record(api, "tickets", number, {"subject": name, "hs_pipeline_stage": "1", "hs_pipeline": "0", **values})
    insert_record(api, "tickets", 120, {"subject": "gone", "words": "Grüße", "score": "5", "hs_pipeline_stage": "1"})
    archive_record(api, "tickets", 120)
    insert_record(api, "contacts", 201, {"firstname": "Ada"})
    insert_record(api, "contacts", 202, {"firstname": "Bob"})
    insert_record(api, "contacts", 203, {"firstname": "Gone"})
    link_records(api, "tickets", 101, "201", 16)
    link_records(api, "tickets", 102, "201", 16)
    link_records(api, "tickets", 102, "202", 16)
    link_records(api, "tickets", 103, "203", 16)
    archive_record(api, "contacts", 203)
    return api


def search(api: Api, **body: Any) -> Answer:
    return api.post(f"{T}/search", body)


def names(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.raw
    return [item["properties"]["subject"] for item in answer.json["results"]]


def condition(name: str, operator: str, *values: Any) -> dict[str, Any]:
    """A filter in the form that its operator takes."""
    found: dict[str, Any] = {"propertyName": name, "operator": operator}
    if operator in ("IN", "NOT_IN"):
        found["values"] = list(values)
    elif operator == "BETWEEN":
        found["value"], found["highValue"] = values
    elif values:
        found["value"] = values[0]
    return found


def matching(api: Api, *filters: dict[str, Any]) -> str:
    """The tickets that all filters find, as one text in order of creation."""
    answer = search(api, filterGroups=[{"filters": list(filters)}])
    assert answer.status != 200 or answer.json["total"] == len(answer.json["results"])
    return " ".join(names(answer))


MATCHES: list[tuple[str, str, tuple[Any, ...], str]] = [
    # numbers compare by value
    ("score", "EQ", ("5",), "one two"),
    ("score", "EQ", (5,), "one two"),
    ("score", "EQ", ("5.00",), "one two"),
    ("score", "NEQ", ("5",), "three four"),
    ("score", "LT", ("5",), "four"),
    ("score", "LTE", ("5",), "one two four"),
    ("score", "GT", ("5",), "three"),
    ("score", "GTE", ("5.0",), "one two three"),
    ("score", "BETWEEN", ("-3", "5"), "one two four"),
    ("score", "BETWEEN", ("5", "-3"), ""),
    ("score", "IN", ("5", 50), "one two three"),
    ("score", "NOT_IN", ("5",), "three four"),
    ("score", "HAS_PROPERTY", (), "one two three four"),
    ("score", "NOT_HAS_PROPERTY", (), "five"),
    ("score", "CONTAINS_TOKEN", ("5*",), "one two three"),
    ("score", "EQ", ("123456789012345678901234567890",), ""),
    # days and instants
    ("due", "EQ", ("2026-02-01",), "two"),
    ("due", "EQ", ("1769904000000",), "two"),
    ("due", "NEQ", ("2026-02-01",), "one three"),
    ("due", "LT", ("2026-02-01",), "one"),
    ("due", "GTE", ("2026-02-01T00:00:00Z",), "two three"),
    ("due", "BETWEEN", ("2026-01-01", "2026-02-01"), "one two"),
    ("due", "BETWEEN", ("2026-01-02", "1772323200000"), "two three"),
    ("due", "IN", ("2026-01-01", "2026-03-01"), "one three"),
    ("due", "CONTAINS_TOKEN", ("2026*",), ""),
    ("moment", "EQ", ("2026-01-01T13:00:00+01:00",), "one"),
    ("moment", "GT", ("2026-01-01T12:00:00Z",), "two"),
    ("moment", "BETWEEN", ("2026-01-01", "2026-01-01T12:00:00Z"), "one"),
    ("moment", "IN", ("2026-01-01T13:00:00.500Z",), "two"),
    # one option, several options, flags: case counts
    ("colour", "EQ", ("red",), "one"),
    ("colour", "EQ", ("Red",), ""),
    ("colour", "EQ", ("Dark blue",), "two"),
    ("colour", "NEQ", ("red",), "two three"),
    ("colour", "IN", ("red", "Dark blue"), "one two"),
    ("colour", "NOT_IN", ("red",), "two three"),
    ("colour", "GT", ("a",), ""),
    ("colour", "BETWEEN", ("a", "z"), ""),
    ("colour", "CONTAINS_TOKEN", ("red",), "one"),
    ("colour", "CONTAINS_TOKEN", ("Dark",), ""),
    ("colour", "CONTAINS_TOKEN", ("d*",), "two"),
    ("colour", "CONTAINS_TOKEN", ('*"y\\*',), "three"),
    ("colour", "NOT_CONTAINS_TOKEN", ("d*",), "one three"),
    ("tags", "EQ", ("a;b",), "one"),
    ("tags", "EQ", ("b;a",), ""),
    ("tags", "NEQ", ("a;b",), "two three"),
    ("tags", "IN", ("a",), "one three"),
    ("tags", "IN", ("b", "b c"), "one two"),
    ("tags", "NOT_IN", ("a",), "two"),
    ("tags", "CONTAINS_TOKEN", ("b",), "one"),
    ("tags", "NOT_CONTAINS_TOKEN", ("b",), "two three"),
    ("tags", "HAS_PROPERTY", (), "one two three"),
    ("vip", "EQ", ("true",), "one"),
    ("vip", "EQ", (True,), "one"),
    ("vip", "NEQ", ("true",), "two"),
    ("vip", "IN", (False, True), "one two"),
    ("vip", "LT", ("true",), ""),
    ("hs_pipeline_stage", "EQ", (1,), "one two three four five"),
    ("hs_pipeline_stage", "NEQ", ("2",), "one two three four five"),
    ("hs_pipeline_stage", "IN", ("2", "3"), ""),
    # texts: any case, whole value
    ("words", "EQ", ("GRÜSSE AUS KÖLN",), "one"),
    ("words", "EQ", ("Grüße aus Köln",), "one"),
    ("words", "EQ", ("Grüße",), ""),
    ("words", "NEQ", ("grüsse aus köln",), "two three four"),
    ("words", "LT", ("h",), "one three"),
    ("words", "GT", ("h",), "two four"),
    ("words", "BETWEEN", ("g", "t"), "one four"),
    ("words", "IN", ("grüße aus köln",), "one"),
    ("words", "IN", ("Grüße aus Köln",), ""),
    ("words", "NOT_IN", ("grüße aus köln",), "two three four"),
    ("words", "EQ", ("",), ""),
    ("words", "HAS_PROPERTY", (), "one two three four"),
    ("words", "NOT_HAS_PROPERTY", (), "five"),
    # words: whole ones, adjacent and in order
    ("words", "CONTAINS_TOKEN", ("köln",), "one"),
    ("words", "CONTAINS_TOKEN", ("KÖLN",), "one"),
    ("words", "CONTAINS_TOKEN", ("koln",), ""),
    ("words", "CONTAINS_TOKEN", ("grüsse",), "one"),
    ("words", "CONTAINS_TOKEN", ("aus köln",), "one"),
    ("words", "CONTAINS_TOKEN", ("köln aus",), ""),
    ("words", "CONTAINS_TOKEN", ("grüße köln",), ""),
    ("words", "CONTAINS_TOKEN", ("kö",), ""),
    ("words", "CONTAINS_TOKEN", ("straße",), "four"),
    ("words", "CONTAINS_TOKEN", ("foo-bar",), "four"),
    ("words", "CONTAINS_TOKEN", ("foo",), "four"),
    ("words", "CONTAINS_TOKEN", ("example.com",), "four"),
    ("words", "CONTAINS_TOKEN", ("-",), ""),
    ("words", "CONTAINS_TOKEN", ("a_b",), "three"),
    ("words", "CONTAINS_TOKEN", ("axb",), ""),
    ("words", "NOT_CONTAINS_TOKEN", ("köln",), "two three four"),
    # scripts without blanks: pairs of characters
    ("words", "CONTAINS_TOKEN", ("プリンタ",), "two"),
    ("words", "CONTAINS_TOKEN", ("リン",), "two"),
    ("words", "CONTAINS_TOKEN", ("プ",), ""),
    ("words", "CONTAINS_TOKEN", ("プタ",), ""),
    # patterns: over each word and over the whole value, everything but * stands for itself
    ("words", "CONTAINS_TOKEN", ("kö*",), "one"),
    ("words", "CONTAINS_TOKEN", ("*ÖLN",), "one"),
    ("words", "CONTAINS_TOKEN", ("g*köln",), "one"),
    ("words", "CONTAINS_TOKEN", ("*@example.com",), "four"),
    ("words", "CONTAINS_TOKEN", ("*%*",), "three"),
    ("words", "CONTAINS_TOKEN", ("*f_n*",), "three"),
    ("words", "CONTAINS_TOKEN", ("*o_b*",), ""),
    ("words", "CONTAINS_TOKEN", ("k?ln",), ""),
    ("words", "CONTAINS_TOKEN", ("k.ln*",), ""),
    ("words", "CONTAINS_TOKEN", ("*",), "one two three four"),
    ("words", "CONTAINS_TOKEN", ("***",), "one two three four"),
    ("words", "NOT_CONTAINS_TOKEN", ("*o*",), "one two"),
    # what the server maintains
    ("hs_object_id", "EQ", ("103",), "three"),
    ("hs_object_id", "GT", (103,), "four five"),
    ("hs_object_id", "IN", ("101", "105", "120"), "one five"),
    ("hs_ticket_id", "EQ", ("103",), "three"),
    ("createdate", "LTE", ("2099-01-01",), "one two three four five"),
    ("hs_lastmodifieddate", "GT", ("2099-01-01",), ""),
    # links to live records
    ("associations.contacts", "EQ", ("201",), "one two"),
    ("associations.contact", "EQ", (202,), "two"),
    ("associations.0-1", "IN", ("202", "999"), "two"),
    ("associations.contacts", "NEQ", ("202",), "one"),
    ("associations.contacts", "NOT_IN", ("201",), ""),
    ("associations.contacts", "HAS_PROPERTY", (), "one two"),
    ("associations.contacts", "NOT_HAS_PROPERTY", (), "three four five"),
    ("associations.contacts", "EQ", ("203",), ""),
    ("associations.companies", "HAS_PROPERTY", (), ""),
]


@pytest.mark.parametrize(("name", "operator", "values", "found"), MATCHES, ids=lambda item: str(item)[:40])
def test_an_operator_finds_what_it_should(
    api: Api, name: str, operator: str, values: tuple[Any, ...], found: str
) -> None:
    assert matching(api, condition(name, operator, *values)) == found


BAD: list[dict[str, Any]] = [
    condition("nope", "EQ", "1"),
    condition("Words", "EQ", "1"),
    condition("words", "EQ"),
    condition("words", "LIKE", "x"),
    condition("words", "eq", "x"),
    {"propertyName": "words", "operator": "IN", "value": "x"},
    {"propertyName": "words", "operator": "BETWEEN", "value": "a"},
    {"propertyName": "words", "operator": "BETWEEN", "highValue": "a"},
    {"propertyName": "words"},
    {"operator": "EQ", "value": "x"},
    condition("score", "EQ", "five"),
    condition("score", "IN", "5", "five"),
    condition("due", "GT", "soon"),
    condition("moment", "LT", "2026-99-99"),
    condition("words", "EQ", ["a"]),
    condition("associations.widgets", "EQ", "1"),
    condition("associations.contacts", "GT", "1"),
    condition("words", "CONTAINS_TOKEN", "x" * 3001),
    condition("words'", "EQ", "1"),
]


@pytest.mark.parametrize("bad", BAD, ids=str)
def test_a_filter_that_makes_no_sense_is_refused(api: Api, bad: dict[str, Any]) -> None:
    answer = search(api, filterGroups=[{"filters": [bad]}])
    assert (answer.status, answer.json["status"]) == (400, "error")
    assert answer.json["correlationId"]


def test_a_value_beside_not_has_property_is_passed_over(api: Api) -> None:
    assert matching(api, condition("words", "NOT_HAS_PROPERTY", "x")) == "five"


def test_filters_of_a_group_all_hold_and_groups_are_alternatives(api: Api) -> None:
    low, red = condition("score", "LT", "10"), condition("colour", "EQ", "red")
    off = condition("words", "CONTAINS_TOKEN", "off")
    assert matching(api, low, red) == "one"
    assert names(search(api, filterGroups=[{"filters": [low, red]}, {"filters": [off]}])) == ["one", "three"]
    assert names(search(api, filters=[off], filterGroups=[{"filters": [red]}])) == ["one", "three"]
    assert names(search(api, filterGroups=[])) == names(search(api)) == list(TICKETS)


def test_query_and_filters_must_both_hold(api: Api) -> None:
    red = condition("colour", "EQ", "red")
    assert names(search(api, query="ONE", filters=[red])) == ["one"]
    assert names(search(api, query="two", filters=[red])) == []


# --- order and pages ------------------------------------------------------------------------------------------------

ORDERS: list[tuple[Any, str]] = [
    ("score", "four one two three five"),
    ("-score", "three one two four five"),
    ({"propertyName": "score"}, "four one two three five"),
    ({"propertyName": "score", "direction": "DESCENDING"}, "three one two four five"),
    ({"propertyName": "score", "direction": "descending"}, "three one two four five"),
    ("words", "three one four two five"),
    ("-words", "two four one three five"),
    ("due", "one two three four five"),
    ("-moment", "two one three four five"),
    ("colour", "two one three four five"),
    ("subject", "five four one three two"),
    ("-hs_object_id", "five four three two one"),
    ("createdate", "one two three four five"),
    ("-createdate", "five four three two one"),
]


@pytest.mark.parametrize(("sort", "order"), ORDERS, ids=str)
def test_results_are_ordered_by_value_and_those_without_one_come_last(api: Api, sort: Any, order: str) -> None:
    assert " ".join(names(search(api, sorts=[sort]))) == order


def test_only_the_first_sort_counts_and_ties_go_by_id(api: Api) -> None:
    assert names(search(api, sorts=["vip", "-score"])) == names(search(api, sorts=["vip"]))


@pytest.mark.parametrize(
    "sort", ["nope", "", "-", "associations.contacts", {}, None, 5, {"propertyName": "score", "direction": "UP"}]
)
def test_an_unknown_order_is_refused(api: Api, sort: Any) -> None:
    assert search(api, sorts=[sort]).status == 400


def test_pages_follow_each_other_by_offset(api: Api) -> None:
    seen: list[str] = []
    after: str | None = None
    while after is not None or not seen:
        answer = search(api, limit=2, sorts=["-score"], **({"after": after} if after else {}))
        assert answer.json["total"] == 5
        seen += names(answer)
        after = answer.json["paging"]["next"]["after"] if "paging" in answer.json else None
        assert after in ("2", "4", None)
    assert " ".join(seen) == "three one two four five"


@pytest.mark.parametrize("body", [{"limit": "3"}, {"limit": 3, "after": 0}, {"limit": 3, "after": ""}])
def test_limit_and_offset_may_be_texts(api: Api, body: dict[str, Any]) -> None:
    answer = search(api, **body)
    assert names(answer) == ["one", "two", "three"]
    assert answer.json["paging"] == {"next": {"after": "3"}}


def test_behind_the_last_page_there_is_nothing(api: Api) -> None:
    answer = search(api, after=5)
    assert (answer.json["total"], answer.json["results"]) == (5, [])
    assert "paging" not in answer.json


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"limit": 201}, "limit must be between 0 and 200"),
        ({"limit": -1}, "limit must be a whole number"),
        ({"limit": "many"}, "limit must be a whole number"),
        ({"limit": 1.5}, "Floating-point value"),
        ({"after": "x"}, "after must be a whole number"),
        ({"after": -1}, "after must be a whole number"),
        ({"after": 9_901, "limit": 100}, "10000"),
        ({"after": 2**63}, "after must be a whole number"),
        ({"query": "x" * 3001}, "too long"),
        ({"filterGroups": [{"filters": [condition("score", "EQ", "1")]}] * 6}, "too many filterGroups (count: 6"),
        ({"filters": [condition("score", "EQ", "1")] * 7}, "too many filters per filterGroup (count: 7"),
        ({"filterGroups": [{"filters": [condition("score", "EQ", "1")] * 5}] * 4}, "too many filters (count: 20"),
        ({"filters": [condition("score", "IN", *range(1001))]}, "too many values"),
    ],
    ids=lambda item: str(item)[:40],
)
def test_limits_are_kept(api: Api, body: dict[str, Any], said: str) -> None:
    answer = search(api, **body)
    assert answer.status == 400
    assert said in answer.json["message"]


@pytest.mark.parametrize("body", [{"limit": 200}, {"after": 9_900, "limit": 100}, {"query": "x" * 3000}])
def test_the_last_value_within_a_limit_is_fine(api: Api, body: dict[str, Any]) -> None:
    assert search(api, **body).status == 200


# --- words of the query ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def library() -> Api:
    api = Api()
    texts = {
        101: {"subject": "Drucker streikt", "content": "Papierstau in Größe A4"},
        102: {"subject": "プリンタ", "content": "動かない"},
        103: {"subject": "100% of_it", "content": 'quote " and \\ backslash, say"it, c:\\b'},
        104: {"subject": "Papier bestellen", "hs_ticket_category": "BILLING_ISSUE"},
    }
    for number, values in texts.items():
        insert_record(api, "tickets", number, {"hs_pipeline": "0", "hs_pipeline_stage": "1", **values})
    return api


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("drucker", [101]),
        ("PAPIER", [101, 104]),
        ("papier drucker", [101]),
        ("papier  \t bestellen", [104]),
        ("stau", [101]),
        ("größe", [101]),
        ("grösse", [101]),
        ("GRÖSSE", [101]),
        ("a4 streikt", [101]),
        ("a4 bestellen", []),
        ("プリ", [102]),
        ("プ", [102]),
        ("billing", [104]),
        ("103", [103]),
        ("%", [103]),
        ("_", [103, 104]),
        ("\\", [103]),
        ('"', [103]),
        ('Y"I', [103]),
        ("C:\\b", [103]),
        ("f_i", [103]),
        ("f%t", []),
        ("", [101, 102, 103, 104]),
        ("   ", [101, 102, 103, 104]),
        ("nothing of the kind", []),
    ],
)
def test_every_word_of_a_query_occurs_somewhere_in_the_searched_properties(
    library: Api, query: str, found: list[int]
) -> None:
    answer = search(library, query=query)
    assert answer.status == 200, answer.raw
    assert [int(item["id"]) for item in answer.json["results"]] == found


def test_a_change_is_found_at_once() -> None:
    api = Api()
    insert_record(api, "tickets", 101, {"subject": "before", "hs_pipeline": "0", "hs_pipeline_stage": "1"})
    assert api.patch(f"{T}/101", {"properties": {"subject": "after"}}).status == 200
    assert search(api, query="before").json["total"] == 0
    assert search(api, query="after").json["total"] == 1
    assert api.delete(f"{T}/101").status == 204
    assert search(api, query="after").json["total"] == 0
    assert api.post("/spokedesk/v1/objects/tickets/101/restore").status == 200
    assert search(api, query="after").json["total"] == 1


def test_results_have_the_properties_that_were_asked_for_and_the_three_that_always_come(api: Api) -> None:
    found = search(api, properties=["score", "nope"], limit=1).json["results"][0]
    assert found["properties"].keys() == {"score", "createdate", "hs_lastmodifieddate", "hs_object_id"}
    assert list(found) == ["id", "properties", "createdAt", "updatedAt", "archived", "url"]


@pytest.mark.parametrize(
    "body",
    [
        [],
        "x",
        {"filters": {}},
        {"filterGroups": [1]},
        {"filterGroups": [{"filters": [None]}]},
        {"query": 5},
        {"sorts": {}},
    ],
    ids=str,
)
def test_a_body_of_another_shape_is_refused(api: Api, body: Any) -> None:
    assert api.post(f"{T}/search", body).status == 400


def test_other_object_types_are_searched_by_their_own_properties(api: Api) -> None:
    found = api.post("/crm/v3/objects/contacts/search", {"query": "ada"}).json
    assert [item["id"] for item in found["results"]] == ["201"]
    assert api.post("/crm/v3/objects/widgets/search", {}).status == 400
