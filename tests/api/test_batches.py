"""Batches: read, create, update, upsert, archive, restore."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Answer, Api
from tests.support.factories import define_properties, make_property

T = "/crm/v3/objects/tickets"
CONTACTS = "/crm/v3/objects/contacts"
RESTORE = "/spokedesk/v1/objects/tickets/batch/restore"
CALLS = ("read", "create", "update", "upsert", "archive")
BAD = {"hs_ticket_priority": "SUPER"}


@pytest.fixture
def api() -> Api:
    api = Api()
    define_properties(
        api,
        make_property("ext_id", has_unique_value=True),
        make_property("serial", has_unique_value=True),
    )
    return api


def new(**values: Any) -> dict[str, Any]:
    return {"properties": {"subject": "s", "hs_pipeline_stage": "1", **values}}


def made(api: Api, **values: Any) -> str:
    answer = api.post(T, new(**values))
    assert answer.status == 201, answer.raw
    return str(answer.json["id"])


def batch(api: Api, call: str, *inputs: Any, **body: Any) -> Answer:
    return api.post(f"{T}/batch/{call}", {"inputs": list(inputs), **body})


def change(key: str, **values: Any) -> dict[str, Any]:
    return {"id": key, "properties": values}


def ids(answer: Answer) -> list[str]:
    return [item["id"] for item in answer.json["results"]]


def subject(api: Api, ticket: str) -> str:
    return str(api.get(f"{T}/{ticket}").json["properties"]["subject"])


# --- every call -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("body", [{}, {"inputs": None}, {"inputs": {}}, {"inputs": "x"}, {"inputs": [1]}, []])
def test_a_batch_without_a_list_of_inputs_is_refused(api: Api, call: str, body: Any) -> None:
    assert api.post(f"{T}/batch/{call}", body).status == 400


@pytest.mark.parametrize("call", CALLS)
def test_missing_inputs_are_named(api: Api, call: str) -> None:
    message = api.post(f"{T}/batch/{call}", {}).json["message"]
    assert message == "Invalid input JSON on line 1, column 2. Some required fields were not set: [inputs]"


@pytest.mark.parametrize(("call", "status"), list(zip(CALLS, (200, 201, 200, 200, 204), strict=True)))
def test_an_empty_batch_is_answered_like_any_other(api: Api, call: str, status: int) -> None:
    answer = batch(api, call)
    assert answer.status == status
    assert status == 204 or (answer.json["status"], answer.json["results"]) == ("COMPLETE", [])


@pytest.mark.parametrize("call", CALLS)
def test_a_hundred_inputs_are_the_most(api: Api, call: str) -> None:
    inputs = [{"id": str(number), "idProperty": "ext_id", **new()} for number in range(1, 102)]
    refused = batch(api, call, *inputs)
    assert refused.status == 400
    assert refused.json["message"] == (
        "The maximum number of inputs supported in a batch is 100. Please reduce the number of items and try again"
    )
    assert api.get(T).json["results"] == []
    assert batch(api, call, *inputs[1:]).status < 300


@pytest.mark.parametrize("call", ["create", "update", "upsert"])
def test_a_trace_id_may_not_be_used_twice(api: Api, call: str) -> None:
    first, second = made(api), made(api)
    inputs = [
        {"id": key, **new(subject="n"), "idProperty": "ext_id" if call == "upsert" else None, "objectWriteTraceId": "t"}
        for key in (first, second)
    ]
    answer = batch(api, call, *inputs)
    assert (answer.status, answer.json["category"]) == (400, "VALIDATION_ERROR")
    assert answer.json["context"] == {"objectWriteTraceId": ["t"]}
    assert subject(api, first) == "s"


# --- read -----------------------------------------------------------------------------------------------------------


def test_reading_takes_numbers_and_texts_and_answers_each_record_once(api: Api) -> None:
    first, second = made(api), made(api)
    answer = batch(api, "read", {"id": second}, {"id": int(first)}, {"id": second})
    assert (answer.status, ids(answer)) == (200, [second, first])


def test_everything_that_is_missing_shares_one_error(api: Api) -> None:
    ticket, gone = made(api), made(api)
    api.delete(f"{T}/{gone}")
    answer = batch(api, "read", {"id": "9"}, {"id": ticket}, {"id": gone}, {"id": "a@b.co"}, {"id": "9" * 40})
    assert (answer.status, ids(answer)) == (207, [ticket])
    assert answer.json["numErrors"] == 1
    (error,) = answer.json["errors"]
    assert error["context"] == {"ids": ["9", gone, "a@b.co", "9" * 40]}
    assert error["category"] == "OBJECT_NOT_FOUND"
    assert "correlationId" not in error


def test_archived_records_are_read_when_asked_for(api: Api) -> None:
    live, gone = made(api), made(api)
    api.delete(f"{T}/{gone}")
    answer = api.post(f"{T}/batch/read", {"inputs": [{"id": live}, {"id": gone}]}, archived="true")
    assert (answer.status, ids(answer)) == (207, [gone])
    assert answer.json["results"][0]["archived"] is True


def test_reading_by_address_does_not_look_at_its_case(api: Api) -> None:
    contact = api.post(CONTACTS, {"properties": {"email": "ada@example.com"}}).json["id"]
    body = {"inputs": [{"id": "ADA@example.com"}, {"id": "bob@example.com"}], "idProperty": "email"}
    answer = api.post(f"{CONTACTS}/batch/read", body)
    assert (answer.status, ids(answer)) == (207, [contact])
    assert answer.json["errors"][0]["context"]["ids"] == ["bob@example.com"]


def test_two_spellings_of_one_record_are_read_once(api: Api) -> None:
    contact = api.post(CONTACTS, {"properties": {"email": "ada@example.com"}}).json["id"]
    body = {"inputs": [{"id": "ADA@example.com"}, {"id": "ada@example.com"}], "idProperty": "email"}
    assert ids(api.post(f"{CONTACTS}/batch/read", body)) == [contact]


@pytest.mark.parametrize("name", ["subject", "nope"])
def test_only_a_unique_property_takes_the_place_of_the_id(api: Api, name: str) -> None:
    for call in ("read", "update", "upsert"):
        item = {"id": "x", "idProperty": name, **new()}
        answer = batch(api, call, item, idProperty=name)
        assert (call, answer.status) == (call, 400)
        assert answer.json["message"] == (
            f"Unable to perform update/upsert by non-unique 0-5 property {name} in portal ID 10000001"
        )


def test_history_comes_with_a_batch(api: Api) -> None:
    first, second = made(api, subject="a"), made(api, subject="b")
    api.patch(f"{T}/{first}", {"properties": {"subject": "c"}})
    answer = batch(
        api, "read", {"id": first}, {"id": second}, propertiesWithHistory=["subject"], properties=["content"]
    )
    found = [[value["value"] for value in item["propertiesWithHistory"]["subject"]] for item in answer.json["results"]]
    assert found == [["c", "a"], ["b"]]
    assert {"content", "subject"} <= set(answer.json["results"][0]["properties"])


# --- create ---------------------------------------------------------------------------------------------------------


def test_created_records_come_back_in_the_order_of_the_inputs(api: Api) -> None:
    answer = batch(api, "create", *[new(subject=str(number)) for number in range(20)])
    assert answer.status == 201
    assert [item["properties"]["subject"] for item in answer.json["results"]] == [str(n) for n in range(20)]
    assert ids(answer) == sorted(ids(answer), key=int)


def test_without_trace_ids_the_bad_values_of_all_inputs_are_in_one_error(api: Api) -> None:
    answer = batch(api, "create", new(**BAD), new(), new(nope="1"))
    assert answer.status == 400
    assert [item["code"] for item in answer.json["errors"]] == ["INVALID_OPTION", "PROPERTY_DOESNT_EXIST"]
    assert api.get(T).json["results"] == []


def test_with_some_trace_ids_the_batch_is_still_all_or_nothing(api: Api) -> None:
    answer = batch(api, "create", {**new(), "objectWriteTraceId": "a"}, new(**BAD))
    assert answer.status == 400
    assert api.get(T).json["results"] == []


def test_with_trace_ids_every_input_stands_alone(api: Api) -> None:
    made(api, ext_id="taken")
    inputs = [
        {**new(subject="good"), "objectWriteTraceId": 1},
        {**new(**BAD, nope="1"), "objectWriteTraceId": 2},
        {"properties": {"subject": "no stage"}, "objectWriteTraceId": 3},
        {**new(ext_id="taken"), "objectWriteTraceId": 4},
        {**new(), "associations": [{"to": {"id": 999}, "types": [{"associationTypeId": 16}]}], "objectWriteTraceId": 5},
    ]
    answer = batch(api, "create", *inputs)
    assert (answer.status, answer.json["numErrors"]) == (207, 4)
    assert [(item["objectWriteTraceId"], item["properties"]["subject"]) for item in answer.json["results"]] == [
        ("1", "good")
    ]
    assert [error["context"]["objectWriteTraceId"] for error in answer.json["errors"]] == [["2"], ["3"], ["4"], ["5"]]
    assert "INVALID_OPTION" in answer.json["errors"][0]["message"]
    assert answer.json["errors"][1]["context"]["properties"] == ["hs_pipeline_stage"]
    assert "already has that value" in answer.json["errors"][2]["message"]
    assert answer.json["errors"][3]["context"]["INVALID_OBJECT_IDS"] == ["CONTACT=999 is not valid"]
    assert len(api.get(T).json["results"]) == 2


def test_two_inputs_cannot_have_the_same_unique_value(api: Api) -> None:
    answer = batch(api, "create", new(ext_id="k"), new(ext_id="k"))
    assert answer.status == 400
    assert "already has that value" in answer.json["message"]
    traced = batch(api, "create", *[{**new(ext_id="k"), "objectWriteTraceId": name} for name in "ab"])
    assert (traced.status, len(traced.json["results"])) == (207, 1)
    assert traced.json["errors"][0]["context"]["objectWriteTraceId"] == ["b"]
    assert [item["id"] for item in api.get(T).json["results"]] == ids(traced)


def test_a_known_address_in_a_batch_names_its_contact(api: Api) -> None:
    known = api.post(CONTACTS, {"properties": {"email": "a@b.co"}}).json["id"]
    inputs = [{"properties": {"email": "A@b.co"}, "objectWriteTraceId": "x"}]
    error = api.post(f"{CONTACTS}/batch/create", {"inputs": inputs}).json["errors"][0]
    assert (error["category"], error["context"]["existingId"]) == ("CONFLICT", [known])
    assert api.post(f"{CONTACTS}/batch/create", {"inputs": [{"properties": {"email": "a@B.co"}}]}).status == 409


def test_the_version_of_september_2025_answers_a_ticket_batch_with_200(api: Api) -> None:
    body = {"inputs": [new()]}
    assert api.post("/crm/objects/2025-09/tickets/batch/create", body).status == 200
    assert api.post("/crm/objects/2026-03/tickets/batch/create", body).status == 201
    contact = {"inputs": [{"properties": {"email": "a@b.co"}}]}
    assert api.post("/crm/objects/2025-09/contacts/batch/create", contact).status == 201


# --- update ---------------------------------------------------------------------------------------------------------


def test_unknown_ids_are_reported_beside_the_good_ones(api: Api) -> None:
    ticket, gone = made(api), made(api)
    api.delete(f"{T}/{gone}")
    answer = batch(
        api,
        "update",
        change("9", subject="n"),
        change(ticket, subject="n"),
        change(gone, subject="n"),
        change("x", subject="n"),
    )
    assert (answer.status, ids(answer)) == (207, [ticket])
    assert answer.json["numErrors"] == 1
    assert answer.json["errors"][0]["context"] == {"ids": ["9", gone, "x"]}
    assert subject(api, ticket) == "n"


def test_with_trace_ids_each_missing_id_has_its_own_error(api: Api) -> None:
    inputs = [{**change(key, subject="n"), "objectWriteTraceId": f"t{key}"} for key in ("8", "9")]
    answer = batch(api, "update", *inputs)
    assert [error["context"] for error in answer.json["errors"]] == [
        {"ids": ["8"], "objectWriteTraceId": ["t8"]},
        {"ids": ["9"], "objectWriteTraceId": ["t9"]},
    ]


def test_with_trace_ids_a_bad_update_leaves_the_others_alone(api: Api) -> None:
    first, second = made(api), made(api)
    inputs = [
        {**change(first, subject="n"), "objectWriteTraceId": "a"},
        {**change(second, subject="n", **BAD), "objectWriteTraceId": "b"},
    ]
    answer = batch(api, "update", *inputs)
    assert (answer.status, ids(answer)) == (207, [first])
    assert answer.json["results"][0]["objectWriteTraceId"] == "a"
    assert (subject(api, first), subject(api, second)) == ("n", "s")


def test_an_input_without_properties_changes_nothing(api: Api) -> None:
    ticket = made(api)
    before = api.get(f"{T}/{ticket}").json
    assert ids(batch(api, "update", change(ticket))) == [ticket]
    assert api.get(f"{T}/{ticket}").json == before


@pytest.mark.parametrize("second", ["same", "padded", "by value", "by hs_object_id"])
def test_one_record_cannot_be_named_twice(api: Api, second: str) -> None:
    ticket = made(api, ext_id="k")
    names = {
        "same": {"id": ticket},
        "padded": {"id": f"0{ticket}"},
        "by value": {"id": "k", "idProperty": "ext_id"},
        "by hs_object_id": {"id": ticket, "idProperty": "hs_object_id"},
    }
    answer = batch(api, "update", change(ticket, subject="a"), {**change("", subject="b"), **names[second]})
    assert (answer.status, answer.json["category"]) == (400, "VALIDATION_ERROR")
    assert answer.json["context"] == {"ids": [names[second]["id"]]}
    assert answer.json["message"] == f"Duplicate IDs found in batch input: [{names[second]['id']}]. IDs must be unique"
    assert subject(api, ticket) == "s"


def test_duplicates_are_refused_with_trace_ids_too(api: Api) -> None:
    ticket = made(api)
    inputs = [{**change(ticket, subject=name), "objectWriteTraceId": name} for name in "ab"]
    assert batch(api, "update", *inputs).status == 400


def test_inputs_may_mix_ids_and_unique_values(api: Api) -> None:
    first, second, third = made(api, ext_id="a"), made(api, serial="b"), made(api)
    answer = batch(
        api,
        "update",
        {**change("a", subject="1"), "idProperty": "ext_id"},
        {**change("b", subject="2"), "idProperty": "serial"},
        change(third, subject="3"),
        {**change("none", subject="4"), "idProperty": "serial"},
    )
    assert (answer.status, ids(answer)) == (207, [first, second, third])
    assert answer.json["errors"][0]["context"] == {"ids": ["none"]}


def test_a_batch_update_leaves_one_entry_of_history_per_change(api: Api) -> None:
    tickets = [made(api) for _ in range(3)]
    batch(api, "update", *[change(key, subject="n") for key in tickets])
    found = batch(api, "read", *[{"id": key} for key in tickets], propertiesWithHistory=["subject"])
    for item in found.json["results"]:
        assert [value["value"] for value in item["propertiesWithHistory"]["subject"]] == ["n", "s"]


# --- upsert ---------------------------------------------------------------------------------------------------------


def upsert_input(key: str, name: str = "ext_id", **values: Any) -> dict[str, Any]:
    return {"id": key, "idProperty": name, "properties": values}


def test_upsert_updates_what_exists_and_creates_the_rest(api: Api) -> None:
    known = made(api, ext_id="k", content="kept")
    answer = batch(
        api,
        "upsert",
        upsert_input("n", subject="new", hs_pipeline_stage="2"),
        upsert_input("k", subject="changed"),
        upsert_input("m", "serial", subject="other property", hs_pipeline_stage="1"),
    )
    assert answer.status == 200
    assert [item["new"] for item in answer.json["results"]] == [True, False, True]
    assert answer.json["results"][0]["properties"]["ext_id"] == "n"
    assert answer.json["results"][1]["id"] == known
    assert answer.json["results"][2]["properties"]["serial"] == "m"
    assert api.get(f"{T}/{known}").json["properties"]["content"] == "kept"


def test_upsert_needs_a_unique_property(api: Api) -> None:
    ticket = made(api)
    for item in ({"id": ticket, "properties": {}}, upsert_input(ticket, "hs_object_id")):
        answer = batch(api, "upsert", item)
        assert answer.status == 400
        assert "non-unique 0-5 property hs_object_id" in answer.json["message"]


def test_the_created_ones_of_an_upsert_need_what_every_new_ticket_needs(api: Api) -> None:
    answer = batch(api, "upsert", upsert_input("n", subject="no stage"))
    assert (answer.status, answer.json["context"]) == (400, {"properties": ["hs_pipeline_stage"]})


def test_a_failing_upsert_without_trace_ids_writes_nothing(api: Api) -> None:
    known = made(api, ext_id="k")
    answer = batch(api, "upsert", upsert_input("k", subject="changed"), upsert_input("n", subject="x", **BAD))
    assert answer.status == 400
    assert subject(api, known) == "s"
    assert len(api.get(T).json["results"]) == 1


def test_with_trace_ids_an_upsert_does_what_it_can(api: Api) -> None:
    made(api, ext_id="k")
    inputs = [
        {**upsert_input("n", subject="x"), "objectWriteTraceId": "1"},
        {**upsert_input("k", subject="changed"), "objectWriteTraceId": "2"},
    ]
    answer = batch(api, "upsert", *inputs)
    assert (answer.status, answer.json["numErrors"]) == (207, 1)
    assert [(item["new"], item["objectWriteTraceId"]) for item in answer.json["results"]] == [(False, "2")]
    assert answer.json["errors"][0]["context"]["objectWriteTraceId"] == ["1"]


def test_the_same_value_cannot_be_upserted_twice(api: Api) -> None:
    values = {"subject": "s", "hs_pipeline_stage": "1"}
    assert batch(api, "upsert", upsert_input("n", **values), upsert_input("n", **values)).status == 400
    contact = {"idProperty": "email", "properties": {}}
    inputs = [{"id": "a@b.co", **contact}, {"id": "A@B.co", **contact}]
    assert api.post(f"{CONTACTS}/batch/upsert", {"inputs": inputs}).status == 400


def test_one_record_cannot_be_upserted_by_two_of_its_unique_values(api: Api) -> None:
    ticket = made(api, ext_id="k", serial="z")
    answer = batch(api, "upsert", upsert_input("k", subject="a"), upsert_input("z", "serial", subject="b"))
    assert (answer.status, answer.json["context"]) == (400, {"ids": ["z"]})
    assert subject(api, ticket) == "s"


def test_contacts_are_upserted_by_their_address(api: Api) -> None:
    item = {"id": "Ada@Example.com", "idProperty": "email", "properties": {"firstname": "Ada"}}
    first = api.post(f"{CONTACTS}/batch/upsert", {"inputs": [item]}).json["results"][0]
    again = api.post(f"{CONTACTS}/batch/upsert", {"inputs": [{**item, "id": "ADA@example.com"}]}).json["results"][0]
    assert (first["new"], again["new"], again["id"]) == (True, False, first["id"])
    assert first["properties"]["email"] == "ada@example.com"


# --- archive and restore --------------------------------------------------------------------------------------------


def test_a_batch_archives_what_is_there(api: Api) -> None:
    first, second, kept = made(api), made(api), made(api)
    answer = batch(api, "archive", {"id": first}, {"id": int(second)}, {"id": "999"})
    assert (answer.status, answer.raw) == (204, b"")
    assert [item["id"] for item in api.get(T).json["results"]] == [kept]


@pytest.mark.parametrize("second", ["{}", "0{}"])
def test_one_id_cannot_be_archived_twice_in_a_batch(api: Api, second: str) -> None:
    ticket = made(api)
    assert batch(api, "archive", {"id": ticket}, {"id": second.format(ticket)}).status == 400
    assert api.get(f"{T}/{ticket}").status == 200


def test_a_text_among_the_ids_stops_the_whole_archiving(api: Api) -> None:
    ticket = made(api)
    assert batch(api, "archive", {"id": ticket}, {"id": "abc"}).status == 404
    assert api.get(f"{T}/{ticket}").status == 200


def test_a_batch_restores_what_is_in_the_bin_and_names_the_rest(api: Api) -> None:
    gone, live = made(api), made(api)
    api.delete(f"{T}/{gone}")
    answer = api.post(RESTORE, {"inputs": [{"id": live}, {"id": gone}, {"id": "999"}, {"id": gone}]})
    assert (answer.status, ids(answer)) == (207, [gone])
    assert answer.json["errors"][0]["context"] == {"ids": [live, "999"]}
    assert api.get(f"{T}/{gone}").status == 200


def test_of_two_records_with_one_value_only_one_returns(api: Api) -> None:
    first = made(api, ext_id="k")
    api.delete(f"{T}/{first}")
    second = made(api, ext_id="k")
    api.delete(f"{T}/{second}")
    answer = api.post(RESTORE, {"inputs": [{"id": first}, {"id": second}]})
    assert (answer.status, ids(answer)) == (207, [first])
    assert "already has that value" in answer.json["errors"][0]["message"]
    assert api.get(f"{T}/k", idProperty="ext_id").json["id"] == first
