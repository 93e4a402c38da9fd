"""Single records: list, create, read, update, archive, restore."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from spokedesk.crm.instants import DAY
from spokedesk.engine.object_types import standard_type
from spokedesk.engine.records import purge_expired
from spokedesk.storage.accounts import find_account
from spokedesk.storage.database import Transaction
from tests.support.api import START, Answer, Api, Clock
from tests.support.factories import (
    define_properties,
    insert_owner,
    insert_record,
    link_records,
    make_property,
)

T = "/crm/v3/objects/tickets"
CONTACTS = "/crm/v3/objects/contacts"
RESTORE = "/spokedesk/v1/objects/tickets"
COLOURS = ("red", "green", "Dark blue")


@pytest.fixture
def api() -> Api:
    """An account with some custom properties and an owner."""
    api = Api()
    define_properties(
        api,
        make_property("words"),
        make_property("ext_id", has_unique_value=True),
        make_property("score", "number", "number"),
        make_property("colour", "enumeration", "select", options=COLOURS),
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


def history(api: Api, ticket: str, name: str) -> list[str]:
    found = api.get(f"{T}/{ticket}", propertiesWithHistory=name).json["propertiesWithHistory"]
    return [item["value"] for item in found.get(name, [])]


def codes(answer: Answer) -> list[tuple[str, str]]:
    """(code, property) of every problem that an answer reports."""
    assert answer.status == 400, answer.raw
    return [(item["code"], item["context"]["propertyName"][0]) for item in answer.json["errors"]]


# --- create ---------------------------------------------------------------------------------------------------------


def test_a_new_ticket_answers_with_everything_it_has_and_where_it_is(api: Api) -> None:
    answer = create(api, content="text")
    record = answer.json
    assert answer.headers["location"] == f"http://spokedesk.test{T}/{record['id']}"
    assert list(record) == ["id", "properties", "createdAt", "updatedAt", "archived", "url"]
    assert list(record["properties"]) == sorted(record["properties"])
    assert record["properties"]["hs_ticket_id"] == record["properties"]["hs_object_id"] == record["id"]
    assert record["properties"]["createdate"] == record["createdAt"] == record["updatedAt"]
    assert record["properties"]["hs_object_source"] == "INTEGRATION"
    assert None not in record["properties"].values()


@pytest.mark.parametrize("body", [None, {}, {"properties": None}, {"properties": []}, {"properties": "x"}, []])
def test_a_create_request_without_properties_is_refused(api: Api, body: Any) -> None:
    answer = api.post(T, body) if body is not None else api.call("POST", T, body=b"")
    assert answer.status == 400
    assert api.get(T).json["results"] == []


@pytest.mark.parametrize("bad", [{"subject": ["x"]}, {"subject": {"x": 1}}])
def test_a_value_that_is_a_list_or_object_is_refused(api: Api, bad: Mapping[str, Any]) -> None:
    answer = create(api, **bad)
    assert answer.status == 400
    assert "Cannot deserialize value of type `java.lang.String`" in answer.json["message"]


def test_every_problem_is_reported_at_once_in_the_order_of_the_request(api: Api) -> None:
    answer = create(api, nope="1", score="x", hs_ticket_id="1", hs_pipeline_stage="9", colour="Red")
    assert codes(answer) == [
        ("INVALID_OPTION", "hs_pipeline_stage"),
        ("PROPERTY_DOESNT_EXIST", "nope"),
        ("INVALID_INTEGER", "score"),
        ("READ_ONLY_VALUE", "hs_ticket_id"),
        ("INVALID_OPTION", "colour"),
    ]
    assert answer.json["message"].startswith('Property values were not valid: [{"isValid":false,"message":')


def test_a_trace_id_of_a_single_create_comes_back(api: Api) -> None:
    body = {"properties": {"subject": "s", "hs_pipeline_stage": "1"}, "objectWriteTraceId": 7}
    assert api.post(T, body).json["objectWriteTraceId"] == "7"


def test_an_older_date_of_creation_may_be_given(api: Api) -> None:
    record = create(api, createdate="2020-05-01T10:00:00+02:00").json
    assert record["createdAt"] == record["properties"]["createdate"] == "2020-05-01T08:00:00Z"
    assert record["updatedAt"] > record["createdAt"]


def test_a_ticket_created_closed_is_closed_since_its_creation(api: Api) -> None:
    properties = create(api, hs_pipeline_stage="4", createdate="2024-01-01").json["properties"]
    assert properties["closed_date"] == properties["createdate"] == "2024-01-01T00:00:00Z"
    assert (properties["hs_is_closed"], properties["time_to_close"]) == ("true", "0")


def test_a_given_closing_date_wins(api: Api) -> None:
    ticket = made(api, hs_pipeline_stage="4", createdate="2024-01-01", closed_date="2024-01-02")
    assert value(api, ticket, "closed_date") == "2024-01-02T00:00:00Z"
    assert value(api, ticket, "time_to_close") == str(DAY)


def test_ids_are_never_given_out_twice(api: Api) -> None:
    first = made(api)
    api.delete(f"{T}/{first}")
    other = api.post(CONTACTS, {"properties": {"email": "a@b.co"}}).json["id"]
    assert len({first, made(api), other}) == 3


def test_addresses_of_contacts_are_lower_case_and_unique_whatever_their_case(api: Api) -> None:
    first = api.post(CONTACTS, {"properties": {"email": "Ada@Example.com"}}).json
    assert first["properties"]["email"] == "ada@example.com"
    assert first["properties"]["hs_email_domain"] == "example.com"
    second = api.post(CONTACTS, {"properties": {"email": "ADA@example.com"}})
    assert (second.status, second.json["category"]) == (409, "CONFLICT")
    assert second.json["message"] == f"Contact already exists. Existing ID: {first['id']}"
    found = api.get(f"{CONTACTS}/ADA@EXAMPLE.COM", idProperty="email")
    assert found.json["id"] == first["id"]


def test_unique_values_compare_exactly_and_empty_ones_never_clash(api: Api) -> None:
    first = made(api, ext_id="Abc")
    made(api, ext_id="abc")
    made(api, ext_id="")
    made(api, ext_id="")
    answer = create(api, ext_id="Abc")
    assert (answer.status, answer.json["category"]) == (400, "VALIDATION_ERROR")
    assert answer.json["message"].endswith(f"value=Abc}} on 1005. {first} already has that value.")


# --- read -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "properties=words,score",
        "properties=words&properties=score",
        "properties=words%2C%20score",
        "properties=,score,,words",
    ],
)
def test_lists_of_names_arrive_in_several_forms(api: Api, query: str) -> None:
    ticket = made(api, words="w", score="1")
    found = api.call("GET", f"{T}/{ticket}", query=query).json["properties"]
    assert set(found) == {"words", "score", "createdate", "hs_lastmodifieddate", "hs_object_id"}


def test_names_are_case_sensitive_and_unknown_ones_are_passed_over(api: Api) -> None:
    found = api.get(f"{T}/{made(api, words='w')}", properties="Words,nope").json["properties"]
    assert set(found) == {"createdate", "hs_lastmodifieddate", "hs_object_id"}


@pytest.mark.parametrize("path", ["999", "999999999999999999999999999", "0", "%31"])
def test_an_id_that_nothing_has_is_not_found(api: Api, path: str) -> None:
    answer = api.get(f"{T}/{path}")
    assert (answer.status, answer.json["message"]) == (404, "resource not found")
    assert "category" not in answer.json


@pytest.mark.parametrize("key", ["abc", "-1", "1.5", "1001 ", "%C3%A4", "٣"])
def test_an_id_that_is_no_number_is_told_apart(api: Api, key: str) -> None:
    answer = api.get(f"{T}/{key}")
    assert (answer.status, answer.json["category"]) == (404, "OBJECT_NOT_FOUND")
    assert answer.json["message"] == "Object not found.  objectId are usually numeric."


@pytest.mark.parametrize("archived", ["True", "true", "TRUE"])
def test_truth_is_read_in_any_case(api: Api, archived: str) -> None:
    ticket = made(api)
    api.delete(f"{T}/{ticket}")
    assert api.get(f"{T}/{ticket}", archived=archived).json["archived"] is True
    assert api.get(f"{T}/{ticket}", archived="False").status == 404
    assert api.get(f"{T}/{ticket}", archived="1").status == 400


def test_a_live_record_is_not_among_the_archived(api: Api) -> None:
    assert api.get(f"{T}/{made(api)}", archived="true").status == 404


def test_history_has_every_value_newest_first_with_time_and_source(api: Api) -> None:
    ticket = made(api, words="one")
    for words in ("two", "two", "", "three"):
        assert patch(api, ticket, words=words).status == 200
    found = api.get(f"{T}/{ticket}", propertiesWithHistory="words").json
    assert [item["value"] for item in found["propertiesWithHistory"]["words"]] == ["three", "", "two", "one"]
    times = [item["timestamp"] for item in found["propertiesWithHistory"]["words"]]
    assert times == sorted(times, reverse=True)
    assert times[0] == found["updatedAt"]
    assert {item["sourceType"] for item in found["propertiesWithHistory"]["words"]} == {"INTEGRATION"}
    assert all(item["sourceId"].isdigit() for item in found["propertiesWithHistory"]["words"])
    assert found["properties"]["words"] == "three"


def test_history_follows_what_the_server_maintains(api: Api) -> None:
    ticket = made(api)
    patch(api, ticket, hs_pipeline_stage="4")
    assert history(api, ticket, "hs_is_closed") == ["true", "false"]
    assert history(api, ticket, "hs_pipeline_stage") == ["4", "1"]


def test_a_hundred_links_come_with_a_record_and_the_rest_by_a_link_to_follow(api: Api) -> None:
    ticket = made(api)
    contacts = [f"{number}" for number in range(5001, 5104)]
    for contact in contacts:
        insert_record(api, "contacts", int(contact), {"firstname": contact})
        link_records(api, "tickets", int(ticket), contact, 16)
    page = api.get(f"{T}/{ticket}", associations="contacts").json["associations"]["contacts"]
    assert [item["id"] for item in page["results"]] == contacts[:100]
    link = urlsplit(page["paging"]["next"]["link"])
    rest = api.call("GET", link.path, query=link.query).json
    assert [item["id"] for item in rest["results"]] == contacts[100:]


# --- list -----------------------------------------------------------------------------------------------------------


def test_a_list_has_ten_records_in_order_of_id_unless_told_otherwise(api: Api) -> None:
    ids = [made(api) for _ in range(12)]
    page = api.get(T).json
    assert [item["id"] for item in page["results"]] == ids[:10]
    assert page["paging"]["next"]["after"] == str(int(ids[9]) + 1)
    rest = api.get(T, after=page["paging"]["next"]["after"]).json
    assert [item["id"] for item in rest["results"]] == ids[10:]
    assert "paging" not in rest


def test_the_link_of_the_next_page_carries_the_query_along(api: Api) -> None:
    ids = [made(api) for _ in range(4)]
    page = api.call("GET", T, query="limit=2&properties=words%2Cscore&archived=false").json
    link = page["paging"]["next"]["link"]
    assert link.startswith(f"http://spokedesk.test{T}?limit=2&properties=words%2Cscore&archived=false&after=")
    following = api.call("GET", urlsplit(link).path, query=urlsplit(link).query).json
    assert [item["id"] for item in following["results"]] == ids[2:]
    assert "words" in following["results"][0]["properties"]
    assert parse_qs(urlsplit(link).query)["after"] == [page["paging"]["next"]["after"]]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=-1",
        "limit=ten",
        "limit=101",
        "limit=1e1",
        "limit=51&propertiesWithHistory=words",
        "after=x",
        "after=-1",
        "after=99999999999999999999",
        "archived=maybe",
        "associations=widgets",
        "properties=%00",
        "properties=%ff",
    ],
)
def test_a_bad_query_is_refused(api: Api, query: str) -> None:
    assert api.call("GET", T, query=query).status == 400


@pytest.mark.parametrize(
    "query", ["limit=100", "limit=50&propertiesWithHistory=words", "limit=", "unknown=1", "after=0"]
)
def test_a_query_at_its_limits_is_fine(api: Api, query: str) -> None:
    made(api)
    assert len(api.call("GET", T, query=query).json["results"]) == 1


def test_archived_records_have_a_list_of_their_own(api: Api) -> None:
    kept, gone = made(api), made(api)
    api.delete(f"{T}/{gone}")
    assert [item["id"] for item in api.get(T).json["results"]] == [kept]
    archived = api.get(T, archived="true").json["results"]
    assert [(item["id"], item["archived"]) for item in archived] == [(gone, True)]
    assert archived[0]["archivedAt"] > archived[0]["createdAt"]


# --- update ---------------------------------------------------------------------------------------------------------


def test_an_update_answers_with_what_it_wrote_and_what_followed(api: Api) -> None:
    ticket = made(api, words="w", score="1")
    found = patch(api, ticket, hs_pipeline_stage="4", words="").json["properties"]
    assert (found["words"], found["hs_is_closed"], found["hs_pipeline_stage"]) == ("", "true", "4")
    assert {"createdate", "hs_lastmodifieddate", "hs_object_id", "hs_object_source", "hs_ticket_id"} <= set(found)
    assert not {"score", "subject", "num_notes"} & set(found)


def test_a_record_is_updated_by_a_unique_property(api: Api) -> None:
    ticket = made(api, ext_id="k/1 é")
    answer = api.patch(f"{T}/k%2F1%20%C3%A9", {"properties": {"words": "w"}}, idProperty="ext_id")
    assert (answer.status, answer.json["id"]) == (200, ticket)
    assert api.patch(f"{T}/none", {"properties": {"words": "w"}}, idProperty="ext_id").status == 404
    assert api.patch(f"{T}/s", {"properties": {"words": "w"}}, idProperty="subject").status == 400
    assert api.patch(f"{T}/{ticket}", {"properties": {"words": "v"}}, idProperty="hs_object_id").status == 200


def test_the_unique_value_itself_can_be_changed_and_is_free_then(api: Api) -> None:
    ticket, other = made(api, ext_id="old"), made(api, ext_id="other")
    assert patch(api, ticket, ext_id="other").status == 400
    assert patch(api, ticket, ext_id="old").status == 200
    assert patch(api, ticket, ext_id="new").status == 200
    assert patch(api, other, ext_id="old").status == 200
    assert api.get(f"{T}/old", idProperty="ext_id").json["id"] == other


def test_writing_the_same_value_again_changes_nothing(api: Api) -> None:
    ticket = made(api, words="w")
    before = api.get(f"{T}/{ticket}").json
    assert patch(api, ticket, words="w", score="").status == 200
    assert api.get(f"{T}/{ticket}").json == before
    assert history(api, ticket, "words") == ["w"]
    assert history(api, ticket, "score") == []


def test_null_values_are_passed_over(api: Api) -> None:
    ticket = made(api, words="w")
    before = api.get(f"{T}/{ticket}").json
    assert patch(api, ticket, words=None).status == 200
    assert api.get(f"{T}/{ticket}").json == before
    assert codes(patch(api, ticket, nope=None)) == [("PROPERTY_DOESNT_EXIST", "nope")]


def test_an_update_without_properties_is_refused(api: Api) -> None:
    ticket = made(api)
    empty = api.patch(f"{T}/{ticket}", {"properties": {}})
    assert (empty.status, empty.json["message"]) == (
        400,
        "No properties found to update, please provide at least one.",
    )
    missing = api.patch(f"{T}/{ticket}", {})
    assert missing.json["message"].endswith("Some required fields were not set: [properties]")


@pytest.mark.parametrize("name", ["hs_pipeline", "hs_pipeline_stage", "createdate"])
def test_pipeline_stage_and_date_of_creation_cannot_be_emptied(api: Api, name: str) -> None:
    ticket = made(api)
    answer = patch(api, ticket, **{name: ""})
    assert (answer.status, answer.json["context"]) == (400, {"properties": [name]})
    assert value(api, ticket, name)


def test_an_archived_record_cannot_be_updated(api: Api) -> None:
    ticket = made(api)
    api.delete(f"{T}/{ticket}")
    assert patch(api, ticket, words="w").status == 404


def test_the_owner_leaves_a_date_behind(api: Api) -> None:
    ticket = made(api)
    assigned = patch(api, ticket, hubspot_owner_id="77").json
    assert assigned["properties"]["hubspot_owner_assigneddate"] == assigned["updatedAt"]
    assert assigned["properties"]["hs_all_owner_ids"] == "77"
    assert patch(api, ticket, hubspot_owner_id="").json["properties"]["hubspot_owner_assigneddate"] == ""


# --- archive and restore --------------------------------------------------------------------------------------------


def test_archiving_what_is_not_there_is_no_error_but_a_text_is(api: Api) -> None:
    ticket = made(api)
    assert [api.delete(f"{T}/{key}").status for key in (ticket, ticket, "999", "9" * 30)] == [204] * 4
    assert api.delete(f"{T}/abc").status == 404


def test_an_archived_record_frees_its_unique_values_and_cannot_return_while_they_are_taken(api: Api) -> None:
    first = made(api, ext_id="k")
    api.delete(f"{T}/{first}")
    second = made(api, ext_id="k")
    refused = api.post(f"{RESTORE}/{first}/restore")
    assert refused.status == 400
    assert refused.json["message"].endswith(f"on {first}. {second} already has that value.")
    assert api.get(f"{T}/{first}").status == 404
    api.delete(f"{T}/{second}")
    assert api.post(f"{RESTORE}/{first}/restore").status == 200
    assert api.get(f"{T}/k", idProperty="ext_id").json["id"] == first


def test_an_archived_record_is_not_found_by_its_unique_value(api: Api) -> None:
    ticket = made(api, ext_id="k")
    api.delete(f"{T}/{ticket}")
    assert api.get(f"{T}/k", idProperty="ext_id").status == 404


@pytest.mark.parametrize(("days", "status"), [(90, 200), (91, 404)])
def test_the_recycle_bin_keeps_records_for_ninety_days(days: int, status: int) -> None:
    clock = Clock(START, step=0)
    api = Api(clock=clock)
    ticket = made(api)
    api.delete(f"{T}/{ticket}")
    clock.at += days * DAY
    assert api.post(f"{RESTORE}/{ticket}/restore").status == status


def test_purging_erases_only_what_is_older_than_ninety_days() -> None:
    clock = Clock(START, step=0)
    api = Api(clock=clock)
    old, live = made(api), made(api)
    api.delete(f"{T}/{old}")
    clock.at += 60 * DAY
    recent = made(api)
    api.delete(f"{T}/{recent}")
    clock.at += 31 * DAY

    async def purge(tx: Transaction) -> int:
        account = await find_account(tx)
        assert account is not None
        return await purge_expired(tx, account, standard_type("tickets"))

    assert api.write(purge) == 1
    assert api.get(f"{T}/{old}", archived="true").status == 404
    assert [item["id"] for item in api.get(T, archived="true").json["results"]] == [recent]
    assert [item["id"] for item in api.get(T).json["results"]] == [live]


@pytest.mark.parametrize("key", ["999", "abc"])
def test_what_is_not_in_the_bin_cannot_be_restored(api: Api, key: str) -> None:
    live = made(api)
    assert api.post(f"{RESTORE}/{live}/restore").status == 404
    assert api.post(f"{RESTORE}/{key}/restore").status == 404


def test_restoring_keeps_history_and_times(api: Api) -> None:
    ticket = made(api, words="one")
    patch(api, ticket, words="two")
    before = api.get(f"{T}/{ticket}", propertiesWithHistory="words").json
    api.delete(f"{T}/{ticket}")
    restored = api.post(f"{RESTORE}/{ticket}/restore", propertiesWithHistory="words")
    assert restored.json["propertiesWithHistory"] == before["propertiesWithHistory"]
    assert (restored.json["createdAt"], restored.json["archived"]) == (before["createdAt"], False)
