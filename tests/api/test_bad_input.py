"""Nothing that a client sends breaks the server: a bad request is refused in the one shape, and nothing is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from spokedesk.storage.database import Transaction
from tests.fuzz.seeds import headers_of, make_account
from tests.support.api import Answer, Api

pytestmark = [
    pytest.mark.fidelity("observed", source="recorded", of=["InvalidBody", "InvalidRequest"]),
    pytest.mark.fidelity("own", source="rfc9110", of=["BodyTooLarge", "UriTooLong"]),
    pytest.mark.fidelity("inferred", source="rfc9110", of="MethodNotAllowed"),
]

TICKETS = "/crm/v3/objects/tickets"
TABLES = (
    "record",
    "revision",
    "unique_value",
    "association",
    "association_type",
    "association_limit",
    "property_definition",
    "property_group",
    "pipeline",
    "owner",
)


@pytest.fixture(scope="module")
def shared() -> Api:
    """One account for all: every test here leaves it as it was."""
    return make_account()


@pytest.fixture
def api(shared: Api) -> Iterator[Api]:
    before = contents(shared)
    yield shared
    assert contents(shared) == before


def contents(api: Api) -> list[Any]:
    """Every row of the account, and the counters."""

    async def work(tx: Transaction) -> list[Any]:
        found = [list(await tx.rows(f"SELECT * FROM {table} ORDER BY 1, 2, 3, 4")) for table in TABLES]
        counters = await tx.rows("SELECT next_id, next_sequence, definitions_revision FROM account")
        return [*found, list(counters)]

    found: list[Any] = api.read(work)
    return found


def assert_refused(answer: Answer, status: int, text: str = "") -> None:
    """The shape of every error: status, message, correlationId, the last one in the headers too."""
    assert answer.status == status, answer.raw
    assert answer.json["status"] == "error"
    assert text in answer.json["message"]
    assert answer.json["correlationId"] == answer.headers["x-hubspot-correlation-id"]
    assert answer.headers["content-type"] == "application/json;charset=utf-8"


def ticket(**values: Any) -> bytes:
    return json.dumps({"properties": {"subject": "x", "hs_pipeline_stage": "1", **values}}).encode()


# the JSON door

BODIES = {
    "nothing": b"",
    "only blanks": b" \n\t",
    "an open object": b'{"properties":',
    "an open text": b'{"properties":{"subject":"x',
    "trailing garbage": ticket() + b"x",
    "two values": ticket() + ticket(),
    "a comment": b"/* no */" + ticket(),
    "single quotes": b"{'properties':{}}",
    "a trailing comma": b'{"properties":{"subject":"x",}}',
    "a byte order mark": b"\xef\xbb\xbf" + ticket(),
    "UTF-16": ticket().decode().encode("utf-16"),
    "bytes that are no UTF-8": b'{"properties":{"subject":"\xff","hs_pipeline_stage":"1"}}',
    "an overlong form": b'{"properties":{"subject":"\xc0\xaf","hs_pipeline_stage":"1"}}',
    "a lone surrogate": b'{"properties":{"subject":"\\ud800","hs_pipeline_stage":"1"}}',
    "a surrogate the wrong way round": b'{"properties":{"subject":"\\udc00\\ud800","hs_pipeline_stage":"1"}}',
    "a raw NUL": b'{"properties":{"subject":"a\x00b","hs_pipeline_stage":"1"}}',
    "an escaped NUL": b'{"properties":{"subject":"a\\u0000b","hs_pipeline_stage":"1"}}',
    "a raw line feed in a text": b'{"properties":{"subject":"a\nb","hs_pipeline_stage":"1"}}',
    "NaN": b'{"properties":{"weight":NaN,"subject":"x","hs_pipeline_stage":"1"}}',
    "Infinity": b'{"properties":{"weight":Infinity,"subject":"x","hs_pipeline_stage":"1"}}',
    "-Infinity": b'{"properties":{"weight":-Infinity,"subject":"x","hs_pipeline_stage":"1"}}',
    "a number too large for its type": b'{"properties":{"weight":1e999,"subject":"x","hs_pipeline_stage":"1"}}',
    "a number of 5,000 digits": b'{"properties":{"weight":' + b"9" * 5000 + b',"subject":"x","hs_pipeline_stage":"1"}}',
    "an octal number": b'{"properties":{"weight":017,"subject":"x","hs_pipeline_stage":"1"}}',
    "an array": b"[]",
    "a text": b'"properties"',
    "a number": b"1",
    "true": b"true",
    "null": b"null",
    "no properties": b"{}",
    "properties that are a list": b'{"properties":[]}',
    "properties that are a text": b'{"properties":"x"}',
    "properties that are null": b'{"properties":null}',
    "a value that is a list": b'{"properties":{"subject":["x"],"hs_pipeline_stage":"1"}}',
    "a value that is an object": b'{"properties":{"subject":{"a":1},"hs_pipeline_stage":"1"}}',
    "33 lists": b"[" * 33 + b"]" * 33,
    "100,000 lists": b"[" * 100_000,
    "100,000 objects": b'{"a":' * 100_000,
    "links that are a text": b'{"properties":{"subject":"x","hs_pipeline_stage":"1"},"associations":"x"}',
    "a link without a target": ticket()[:-1] + b',"associations":[{"types":[{"associationTypeId":16}]}]}',
    "a link to a text": ticket()[:-1] + b',"associations":[{"to":{"id":"x"},"types":[{"associationTypeId":16}]}]}',
    "a link of an enormous type": ticket()[:-1]
    + b',"associations":[{"toObjectId":11,"associationTypeId":'
    + b"9" * 50
    + b"}]}",
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_not_what_the_call_needs_is_refused(api: Api, name: str) -> None:
    assert_refused(api.call("POST", TICKETS, body=BODIES[name]), 400)


@pytest.mark.parametrize("name", ["nothing", "100,000 lists", "a raw NUL", "an array", "null", "no properties"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PATCH", f"{TICKETS}/1"),
        ("POST", f"{TICKETS}/batch/create"),
        ("POST", f"{TICKETS}/batch/update"),
        ("POST", f"{TICKETS}/batch/upsert"),
        ("POST", f"{TICKETS}/batch/read"),
        ("POST", f"{TICKETS}/batch/archive"),
        ("POST", f"{TICKETS}/merge"),
    ],
)
def test_every_call_with_a_body_has_the_same_door(api: Api, method: str, path: str, name: str) -> None:
    assert_refused(api.call(method, path, body=BODIES[name]), 400)


def test_the_place_of_a_mistake_is_named(api: Api) -> None:
    assert_refused(
        api.call("POST", TICKETS, body=b'{"properties":{,}}'), 400, "Invalid input JSON on line 1, column 16"
    )


def test_the_last_of_repeated_keys_counts(shared: Api) -> None:
    body = b'{"properties":{"subject":"first","subject":"second","hs_pipeline_stage":"1"}}'
    answer = shared.call("POST", TICKETS, body=body)
    assert (answer.status, answer.json["properties"]["subject"]) == (201, "second")


@pytest.mark.parametrize(
    ("raw", "stored"),
    [
        (b"9223372036854775808", "9223372036854775808"),
        (b"-9223372036854775809", "-9223372036854775809"),
        (b"0.1", "0.1"),
        (b"12345678901234567890.123", "12345678901234567890.123"),
        (b"true", None),
        (b"1e5", None),
        (b"-0", "0"),
    ],
)
def test_numbers_are_kept_digit_by_digit_or_refused(shared: Api, raw: bytes, stored: str | None) -> None:
    body = b'{"properties":{"weight":' + raw + b',"subject":"x","hs_pipeline_stage":"1"}}'
    answer = shared.call("POST", TICKETS, body=body)
    if stored is None:
        assert_refused(answer, 400, "was not a valid number")
    else:
        assert (answer.status, answer.json["properties"]["weight"]) == (201, stored)


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "multipart/form-data; boundary=x", "application/xml", "\xff"]
)
def test_the_content_type_is_not_looked_at(shared: Api, content_type: str) -> None:
    headers = {**headers_of(), "content-type": content_type}
    assert shared.call("POST", TICKETS, body=ticket(), headers=headers).status == 201


@pytest.mark.parametrize(
    ("path", "limit"), [(TICKETS, 2_000_000), (f"{TICKETS}/batch/create", 10_000_000), (f"{TICKETS}/merge", 2_000_000)]
)
def test_a_body_over_the_limit_of_its_call_is_refused(api: Api, path: str, limit: int) -> None:
    assert_refused(api.call("POST", path, body=b" " * (limit + 1)), 413, str(limit))
    assert_refused(api.call("POST", path, body=b" " * limit), 400)


# names and ids

ODD_IDS = ("0", "999999", str(2**63 - 1), str(2**63), str(10**30), "9" * 4000, "00000000000000000000000000000")
NO_IDS = (
    "-1",
    "+1",
    "abc",
    "1.0",
    "1e3",
    "0x1",
    " 1",
    "1,2",
    "٣",
    "１",
    "%C2%B2",
    "%D9%A3",
    "%00",
    "%FF",
    "1%2F2",
    "null",
    "~",
)


@pytest.mark.parametrize("record_id", ODD_IDS)
def test_an_id_that_no_record_has_is_not_found(api: Api, record_id: str) -> None:
    assert_refused(api.get(f"{TICKETS}/{record_id}"), 404, "resource not found")
    assert_refused(api.patch(f"{TICKETS}/{record_id}", {"properties": {"subject": "y"}}), 404, "resource not found")
    assert api.delete(f"{TICKETS}/{record_id}").status == 204
    assert_refused(api.post(f"{TICKETS}/merge", {"primaryObjectId": record_id, "objectIdToMerge": "2"}), 404)


@pytest.mark.parametrize("record_id", NO_IDS)
def test_what_is_no_number_is_no_id(api: Api, record_id: str) -> None:
    for method in ("GET", "PATCH", "DELETE"):
        body = b'{"properties":{"subject":"y"}}'
        assert_refused(api.call(method, f"{TICKETS}/{record_id}", body=body), 404, "objectId are usually numeric")


@pytest.mark.parametrize("record_id", [*ODD_IDS, "-1", "abc", "", "٣", " 1 ", 2**63, -1, 10**30])
def test_unknown_ids_in_a_batch_are_listed_as_they_were_sent(api: Api, record_id: Any) -> None:
    answer = api.post(f"{TICKETS}/batch/read", {"inputs": [{"id": record_id}]})
    assert (answer.status, answer.json["results"]) == (207, [])
    assert answer.json["errors"][0]["context"]["ids"] == [str(record_id)]
    answer = api.post(f"{TICKETS}/batch/update", {"inputs": [{"id": record_id, "properties": {"subject": "y"}}]})
    assert (answer.status, answer.json["results"]) == (207, [])


@pytest.mark.parametrize("record_id", [True, None, 1.5, [], {}, ["1"]])
def test_ids_of_another_json_type_are_refused(api: Api, record_id: Any) -> None:
    answer = api.post(f"{TICKETS}/batch/read", {"inputs": [{"id": record_id}]})
    assert_refused(answer, 400, "Invalid input JSON")


@pytest.mark.parametrize(
    "name", ["widgets", "0-9999", "2-77", "ticket%00", "%FF", "p_x", "tickets%20", "t" * 5000, "..."]
)
def test_an_unknown_object_type_is_refused(api: Api, name: str) -> None:
    for method, path in (("GET", f"/crm/v3/objects/{name}"), ("GET", f"/crm/v3/objects/{name}/1")):
        assert_refused(api.call(method, path), 400)
    assert_refused(api.post(f"/crm/v3/objects/{name}/search", {}), 400)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"no_such": "1"}, "PROPERTY_DOESNT_EXIST"),
        ({"": "1"}, "PROPERTY_DOESNT_EXIST"),
        ({"x" * 70_000: "1"}, "PROPERTY_DOESNT_EXIST"),
        ({"subject'); DROP TABLE record; --": "1"}, "PROPERTY_DOESNT_EXIST"),
        ({"hs_pipeline": "none"}, "INVALID_OPTION"),
        ({"hs_pipeline_stage": "New"}, "INVALID_OPTION"),
        ({"hs_pipeline_stage": "none"}, "INVALID_OPTION"),
        ({"tags": "a;z"}, "INVALID_OPTION"),
        ({"hs_ticket_priority": "low"}, "INVALID_OPTION"),
        ({"hubspot_owner_id": "9" * 5000}, "INVALID_INTEGER"),
        ({"hubspot_owner_id": "٣"}, "INVALID_INTEGER"),
        ({"hs_pinned_engagement_id": "9" * 5000}, "INVALID_INTEGER"),
        ({"hs_pinned_engagement_id": "-1"}, "INVALID_INTEGER"),
        ({"weight": "9" * 101}, "INVALID_INTEGER"),
        ({"weight": "١٢"}, "INVALID_INTEGER"),
        ({"due": "9" * 5000}, "INVALID_DATE"),
        ({"due": "0000-00-00"}, "INVALID_DATE"),
        ({"seen_at": "9999999999999999999"}, "INVALID_LONG"),
        ({"seen_at": "-" * 10_000}, "INVALID_LONG"),
        ({"seen_at": "2026-01-01T25:00:00Z"}, "INVALID_LONG"),
        ({"seen_at": str(10**17)}, "INVALID_DATE"),
        ({"seen_at": "0001-01-01T00:00:00+14:00"}, "INVALID_DATE"),
        ({"subject": "x" * 65_537}, "INVALID_STRING_LENGTH"),
        ({"hs_object_id": "7"}, "READ_ONLY_VALUE"),
    ],
)
def test_a_bad_value_is_refused_with_its_code(api: Api, values: dict[str, str], code: str) -> None:
    for answer in (api.call("POST", TICKETS, body=ticket(**values)), api.patch(f"{TICKETS}/1", {"properties": values})):
        assert_refused(answer, 400, "Property values were not valid")
        (detail,) = answer.json["errors"]
        assert (detail["code"], detail["context"]["propertyName"]) == (code, [next(iter(values))])


def test_one_bad_input_of_a_batch_without_trace_ids_leaves_nothing_behind(api: Api) -> None:
    inputs = [{"properties": {"subject": str(number), "hs_pipeline_stage": "1"}} for number in range(99)]
    bad = {"properties": {"subject": "x", "hs_pipeline_stage": "1", "ext_id": "A"}}
    assert_refused(api.post(f"{TICKETS}/batch/create", {"inputs": [*inputs, bad]}), 400, "already has that value")
    updates = [{"id": str(number), "properties": {"subject": "y"}} for number in (1, 2, 3)]
    updates.append({"id": "4", "properties": {"ext_id": "A"}})
    assert_refused(api.post(f"{TICKETS}/batch/update", {"inputs": updates}), 400, "already has that value")


@pytest.mark.parametrize("call", ["create", "update", "upsert", "read", "archive"])
def test_a_batch_over_its_limit_is_refused(api: Api, call: str) -> None:
    inputs = [{"id": str(1000 + number), "properties": {}} for number in range(101)]
    assert_refused(api.post(f"{TICKETS}/batch/{call}", {"inputs": inputs}), 400, "supported in a batch is 100")


# queries

BAD_QUERIES = (
    *(f"limit={value}" for value in ("0", "-1", "101", "x", "1e1", "9" * 400, "%20", "%D9%A3", "1.0", "NaN")),
    *(f"after={value}" for value in ("-1", "x", "9" * 400, "1.5", "%D9%A3")),
    *(f"archived={value}" for value in ("1", "yes", "%00", "truefalse")),
    "associations=widgets",
    "associations=contacts,%00",
    "properties=%00",
    "properties=%ff",
    "idProperty=%00",
    "x=%ff",
    "%ff=x",
    "a=&" * 3000,
)


@pytest.mark.parametrize("query", BAD_QUERIES, ids=lambda query: query[:30])
def test_a_query_that_cannot_be_read_is_refused(api: Api, query: str) -> None:
    assert_refused(api.call("GET", TICKETS, query=query), 400)


@pytest.mark.parametrize(
    "query", ["%", "%zz", "a=%", "&&&", "=", "=&=", "?", "limit", "limit=", "x" * 10_000, "properties=" + "a," * 4000]
)
def test_a_query_that_means_nothing_changes_nothing(api: Api, query: str) -> None:
    assert api.call("GET", TICKETS, query=query).status == 200


@pytest.mark.parametrize("length", [20_000, 1_000_000])
def test_a_request_line_over_the_limit_is_refused(api: Api, length: int) -> None:
    assert_refused(api.call("GET", TICKETS, query="x" * length), 414)
    assert_refused(api.call("GET", f"{TICKETS}/{'1' * length}"), 414)


def test_a_request_line_of_16_000_characters_is_read(api: Api) -> None:
    assert api.call("GET", TICKETS, query="properties=" + "x" * 16_000).status == 200


# paths and methods

NO_PATHS = (
    "/crm",
    "/crm/v3/objects",
    "/crm/v3/objects/",
    "/crm/v3//objects/tickets",
    "/crm/v9/objects/tickets",
    "/crm/objects/2020-01/tickets",
    "/crm/v3/objects/tickets/1/2",
    "/crm/v3/objects/tickets/batch",
    "/crm/v3/objects/tickets//1",
    "/crm/v3/objects/../objects/tickets",
    "/crm/v3/%6fbjects/tickets",
    "/CRM/v3/objects/tickets",
    "crm/v3/objects/tickets/1/x",
    "/crm/v3/objects/tickets%2f1",
    "*",
    "http://x/crm/v3/objects/tickets",
    "/\x00",
    "/a" * 5000,
)


@pytest.mark.parametrize("path", NO_PATHS, ids=lambda path: repr(path[:40]))
def test_a_path_that_is_none_is_refused(api: Api, path: str) -> None:
    assert_refused(api.call("GET", path), 400 if path.endswith("%2f1") else 404)


def test_dots_are_no_way_up(api: Api) -> None:
    assert_refused(api.get(f"{TICKETS}/.."), 404, "objectId are usually numeric")
    assert_refused(api.get(f"{TICKETS}/%2e%2e"), 404, "objectId are usually numeric")
    assert_refused(api.get(f"{TICKETS}/../contacts"), 404, "resource not found")


@pytest.mark.parametrize(
    "method", ["TRACE", "OPTIONS", "HEAD", "PUT", "CONNECT", "BREW", "get", "", "G" * 5000, "\xff"]
)
def test_another_method_is_refused(api: Api, method: str) -> None:
    assert_refused(api.call(method, TICKETS), 405, "Method Not Allowed")


@pytest.mark.parametrize(
    "token",
    ["", "Bearer", "Bearer ", "Basic cGF0OmRlbW8=", "Bearer nobody", "Bearer \xff\x00", "Bearer " + "x" * 60_000],
)
def test_a_bad_authorization_is_refused_before_anything_else(api: Api, token: str) -> None:
    for path in (TICKETS, "/crm/v3/objects/widgets"):
        assert_refused(api.call("POST", path, body=b"{", headers={"authorization": token}), 401)


# search

BAD_SEARCHES: dict[str, Any] = {
    "an unknown property": {"filters": [{"propertyName": "none", "operator": "EQ", "value": "1"}]},
    "an internal name": {"filters": [{"propertyName": "subject words", "operator": "EQ", "value": "1"}]},
    "a name that is SQL": {"filters": [{"propertyName": "a' OR '1'='1", "operator": "EQ", "value": "1"}]},
    "an unknown sort": {"sorts": ["none"]},
    "an empty sort": {"sorts": [""]},
    "a sort that is a number": {"sorts": [1]},
    "an unknown direction": {"sorts": [{"propertyName": "subject", "direction": "UP"}]},
    "an unknown operator": {"filters": [{"propertyName": "subject", "operator": "LIKE", "value": "1"}]},
    "no operator": {"filters": [{"propertyName": "subject", "value": "1"}]},
    "no value": {"filters": [{"propertyName": "subject", "operator": "EQ"}]},
    "a list as value": {"filters": [{"propertyName": "subject", "operator": "EQ", "value": ["x"]}]},
    "an object as value": {"filters": [{"propertyName": "subject", "operator": "EQ", "value": {}}]},
    "no values": {"filters": [{"propertyName": "subject", "operator": "IN"}]},
    "10,000 values": {"filters": [{"propertyName": "subject", "operator": "IN", "values": ["x"] * 10_000}]},
    "half a range": {"filters": [{"propertyName": "weight", "operator": "BETWEEN", "value": "1"}]},
    "a number that is none": {"filters": [{"propertyName": "weight", "operator": "GT", "value": "1e999"}]},
    "an instant that is none": {"filters": [{"propertyName": "seen_at", "operator": "GT", "value": "soon"}]},
    "an unknown type": {"filters": [{"propertyName": "associations.none", "operator": "EQ", "value": "1"}]},
    "six groups": {"filterGroups": [{"filters": []}] * 6},
    "10,000 groups": {"filterGroups": [{}] * 10_000},
    "seven filters": {"filters": [{"propertyName": "subject", "operator": "HAS_PROPERTY"}] * 7},
    "a long query": {"query": "x" * 3001},
    "a long pattern": {"filters": [{"propertyName": "subject", "operator": "CONTAINS_TOKEN", "value": "*a" * 2000}]},
    "limit 201": {"limit": 201},
    "limit -1": {"limit": -1},
    "a limit that is none": {"limit": "x"},
    "an enormous limit": {"limit": 10**40},
    "a page behind the last": {"after": 10_000},
    "a negative page": {"after": "-1"},
    "a list of properties that is a text": {"properties": "subject"},
    "a property that is a number": {"properties": [1]},
}


@pytest.mark.parametrize("name", BAD_SEARCHES)
def test_a_search_that_cannot_be_answered_is_refused(api: Api, name: str) -> None:
    assert_refused(api.post(f"{TICKETS}/search", BAD_SEARCHES[name]), 400)


@pytest.mark.parametrize(
    "body",
    [
        {"filters": [{"propertyName": "subject", "operator": "CONTAINS_TOKEN", "value": "*" * 1000}]},
        {"filters": [{"propertyName": "subject", "operator": "CONTAINS_TOKEN", "value": "*a" * 1000}]},
        {"filters": [{"propertyName": "subject", "operator": "CONTAINS_TOKEN", "value": "%_\\'\""}]},
        {"filters": [{"propertyName": "subject", "operator": "CONTAINS_TOKEN", "value": "🔥"}]},
        {"filters": [{"propertyName": "subject", "operator": "IN", "values": ["x" * 1000] * 1000}]},
        {"filters": [{"propertyName": "associations.contact", "operator": "EQ", "value": "9" * 400}]},
        {"filters": [{"propertyName": "hs_object_id", "operator": "EQ", "value": str(10**30)}]},
        {"filters": [{"propertyName": "weight", "operator": "LT", "value": "9" * 400}]},
        {"query": "%_\\ " * 500},
        {"query": "a " * 1499},
        {"filterGroups": None, "filters": [], "sorts": None, "query": None},
        {"unknown": {"deep": [1, [2, [3]]]}},
    ],
    ids=lambda body: json.dumps(body)[:60],
)
def test_a_search_for_nothing_sensible_is_answered_quickly(api: Api, body: Any) -> None:
    assert api.post(f"{TICKETS}/search", body).status == 200


def test_the_shape_is_checked_at_all() -> None:
    with pytest.raises(AssertionError):
        assert_refused(Answer(400, {}, b"", {"status": "error", "message": "x", "correlationId": "y"}), 404)
