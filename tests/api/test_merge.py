"""Merging two records."""

from __future__ import annotations

from typing import Any

import pytest

from spokedesk.crm.account import AccountSettings
from tests.support.api import Answer, Api
from tests.support.factories import define_properties, link_records, make_property

T = "/crm/v3/objects/tickets"


def desk(**settings: Any) -> Api:
    api = Api(settings=AccountSettings(**settings))
    define_properties(api, make_property("ext_id", has_unique_value=True), make_property("words"))
    return api


@pytest.fixture
def api() -> Api:
    return desk()


def made(api: Api, **values: Any) -> str:
    answer = api.post(T, {"properties": {"subject": "s", "hs_pipeline_stage": "1", **values}})
    assert answer.status == 201, answer.raw
    return str(answer.json["id"])


def contact(api: Api, name: str) -> str:
    return str(api.post("/crm/v3/objects/contacts", {"properties": {"firstname": name}}).json["id"])


def merge(api: Api, primary: object, other: object) -> Answer:
    return api.post(f"{T}/merge", {"primaryObjectId": primary, "objectIdToMerge": other})


def values(api: Api, ticket: str, *names: str) -> dict[str, Any]:
    found: dict[str, Any] = api.get(f"{T}/{ticket}", properties=",".join(names)).json["properties"]
    return {name: found[name] for name in names}


def test_the_primary_record_keeps_its_values_and_takes_what_it_lacks(api: Api) -> None:
    primary = made(api, subject="kept", hs_pipeline_stage="2")
    other = made(api, subject="lost", content="taken over", hs_pipeline_stage="3")
    answer = merge(api, int(primary), other)
    assert (answer.status, answer.json["id"]) == (200, primary)
    assert values(api, primary, "subject", "content", "hs_pipeline_stage", "hs_merged_object_ids") == {
        "subject": "kept",
        "content": "taken over",
        "hs_pipeline_stage": "2",
        "hs_merged_object_ids": other,
    }


def test_the_older_creation_survives(api: Api) -> None:
    primary, other = made(api, createdate="2024-05-01"), made(api, createdate="2020-05-01")
    assert merge(api, primary, other).json["createdAt"] == "2020-05-01T00:00:00Z"
    assert values(api, primary, "createdate") == {"createdate": "2020-05-01T00:00:00Z"}


def test_the_old_id_leads_to_the_survivor(api: Api) -> None:
    primary, other = made(api), made(api)
    merge(api, primary, other)
    assert api.get(f"{T}/{other}").json["id"] == primary
    changed = api.patch(f"{T}/{other}", {"properties": {"words": "w"}})
    assert (changed.status, changed.json["id"]) == (200, primary)
    read = api.post(f"{T}/batch/read", {"inputs": [{"id": other}, {"id": primary}]})
    assert (read.status, [item["id"] for item in read.json["results"]]) == (200, [primary])


def test_a_chain_of_merges_leads_to_its_end(api: Api) -> None:
    first, second, third = made(api), made(api), made(api)
    merge(api, second, first)
    merge(api, third, second)
    assert api.get(f"{T}/{first}").json["id"] == third
    merged = values(api, third, "hs_merged_object_ids")["hs_merged_object_ids"].split(";")
    assert sorted(merged) == sorted([first, second])


def test_a_batch_update_passes_over_old_ids_without_a_word(api: Api) -> None:
    primary, other, plain = made(api), made(api), made(api)
    merge(api, primary, other)
    inputs = [{"id": key, "properties": {"words": "w"}} for key in (other, plain)]
    answer = api.post(f"{T}/batch/update", {"inputs": inputs})
    assert (answer.status, [item["id"] for item in answer.json["results"]]) == (200, [plain])
    assert values(api, primary, "words") == {"words": None}


def test_the_absorbed_record_is_in_no_list_and_cannot_be_archived_or_restored(api: Api) -> None:
    primary, other = made(api, subject="unicorn"), made(api, subject="unicorn")
    merge(api, primary, other)
    assert [item["id"] for item in api.get(T).json["results"]] == [primary]
    assert api.get(T, archived="true").json["results"] == []
    assert api.post(f"{T}/search", {"query": "unicorn"}).json["total"] == 1
    assert api.delete(f"{T}/{other}").status == 204
    assert api.get(f"{T}/{primary}").status == 200
    assert api.post(f"/spokedesk/v1/objects/tickets/{other}/restore").status == 404


def test_links_of_both_are_united(api: Api) -> None:
    primary, other = made(api), made(api)
    ada, bob = contact(api, "Ada"), contact(api, "Bob")
    for ticket, linked in ((primary, ada), (other, ada), (other, bob)):
        link_records(api, "tickets", int(ticket), linked, 16)
    merge(api, primary, other)
    found = api.get(f"{T}/{primary}", associations="contacts").json["associations"]["contacts"]["results"]
    assert [item["id"] for item in found] == [ada, bob]
    back = api.get(f"/crm/v3/objects/contacts/{bob}", associations="tickets").json["associations"]["tickets"]
    assert [item["id"] for item in back["results"]] == [primary]


def test_unique_values_of_the_absorbed_record_find_the_survivor(api: Api) -> None:
    primary, other = made(api), made(api, ext_id="k")
    merge(api, primary, other)
    assert api.get(f"{T}/k", idProperty="ext_id").json["id"] == primary


def test_a_unique_value_that_was_not_taken_over_is_free(api: Api) -> None:
    primary, other = made(api, ext_id="a"), made(api, ext_id="b")
    merge(api, primary, other)
    assert values(api, primary, "ext_id") == {"ext_id": "a"}
    assert api.get(f"{T}/b", idProperty="ext_id").status == 404
    assert made(api, ext_id="b") not in (primary, other)


def test_the_merge_is_part_of_the_history(api: Api) -> None:
    primary, other = made(api), made(api, content="from the other")
    merge(api, primary, other)
    found = api.get(f"{T}/{primary}", propertiesWithHistory="content").json["propertiesWithHistory"]
    assert [item["value"] for item in found["content"]] == ["from the other"]


def test_with_the_other_policy_the_survivor_has_a_new_id() -> None:
    api = desk(merge_id_policy="new_id")
    primary, other = made(api, subject="kept", ext_id="k"), made(api, content="taken over")
    survivor = merge(api, primary, other).json["id"]
    assert survivor not in (primary, other)
    assert [api.get(f"{T}/{old}").json["id"] for old in (primary, other)] == [survivor, survivor]
    assert values(api, survivor, "subject", "content", "hs_object_id", "hs_ticket_id") == {
        "subject": "kept",
        "content": "taken over",
        "hs_object_id": survivor,
        "hs_ticket_id": survivor,
    }
    merged = values(api, survivor, "hs_merged_object_ids")["hs_merged_object_ids"].split(";")
    assert sorted(merged) == sorted([primary, other])
    assert api.get(f"{T}/k", idProperty="ext_id").json["id"] == survivor


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        ({}, "[primaryObjectId, objectIdToMerge]"),
        ({"primaryObjectId": "1"}, "[objectIdToMerge]"),
        ({"objectIdToMerge": "1"}, "[primaryObjectId]"),
    ],
)
def test_both_ids_must_be_named(api: Api, body: dict[str, str], missing: str) -> None:
    answer = api.post(f"{T}/merge", body)
    assert answer.status == 400
    assert (
        answer.json["message"]
        == f"Invalid input JSON on line 1, column 2. Some required fields were not set: {missing}"
    )


def test_a_record_cannot_be_merged_with_itself(api: Api) -> None:
    primary, other = made(api), made(api)
    assert merge(api, primary, primary).status == 400
    merge(api, primary, other)
    assert merge(api, other, primary).status == 400


def test_unknown_and_archived_records_cannot_be_merged(api: Api) -> None:
    primary, gone = made(api), made(api)
    api.delete(f"{T}/{gone}")
    assert [merge(api, primary, key).status for key in (gone, "999", "abc")] == [404, 404, 404]
    assert [merge(api, key, primary).status for key in (gone, "999", "abc")] == [404, 404, 404]


def test_activities_cannot_be_merged(api: Api) -> None:
    notes = [api.post("/crm/v3/objects/notes", {"properties": {"hs_timestamp": "0"}}).json["id"] for _ in range(2)]
    body = {"primaryObjectId": notes[0], "objectIdToMerge": notes[1]}
    assert api.post("/crm/v3/objects/notes/merge", body).status == 400


@pytest.mark.parametrize("policy", ["keep", "new_id"])
def test_tickets_follow_the_name_that_their_company_takes_over(policy: str) -> None:
    api = desk() if policy == "keep" else desk(merge_id_policy="new_id")
    companies = [
        api.post("/crm/v3/objects/companies", {"properties": {**given, "domain": "acme.example"}}).json["id"]
        for given in ({}, {"name": "Acme"})
    ]
    ticket = made(api)
    link_records(api, "tickets", int(ticket), companies[0], 26)
    assert values(api, ticket, "hs_primary_company_name") == {"hs_primary_company_name": None}
    body = {"primaryObjectId": companies[0], "objectIdToMerge": companies[1]}
    survivor = api.post("/crm/v3/objects/companies/merge", body).json["id"]
    assert values(api, ticket, "hs_primary_company_id", "hs_primary_company_name") == {
        "hs_primary_company_id": survivor,
        "hs_primary_company_name": "Acme",
    }
