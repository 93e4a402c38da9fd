"""Loops as connectors and export scripts run them over the first forms of the calls, each over a few hundred records.

They are written after what such programs read (the names of cursors, where a bookmark comes from, what is looked up
again by id); the code is our own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.api import Api
from tests.support.factories import insert_owner, link_records

pytestmark = pytest.mark.fidelity(
    "observed",
    source="clients",
    of=["older_contacts.*", "older_companies.*", "older_deals.*", "older_engagements.*", "older_owners.list_all"],
)

COUNT = 230
PAGE = Path(__file__).resolve().parents[2] / "docs" / "howto" / "older-clients.md"


@pytest.fixture(scope="module")
def api() -> Api:
    """An account with some hundred records of each kind."""
    api = Api("documented")
    insert_owner(api, 5)
    for start in range(0, COUNT, 100):
        numbers = range(start, min(start + 100, COUNT))
        create(api, "contacts", [{"email": f"{number}@example.com", "firstname": "Ada"} for number in numbers])
        create(api, "companies", [{"name": f"Company {number}"} for number in numbers])
        deals = [{"dealname": f"Deal {number}", "amount": str(number), "dealstage": "closedwon"} for number in numbers]
        create(api, "deals", deals)
        notes = [{"hs_note_body": "n", "hs_timestamp": "2026-09-01T00:00:00Z"} for _ in numbers]
        create(api, "notes", notes)
        create(api, "calls", [{"hs_call_title": "c", "hs_timestamp": "2026-09-01T00:00:00Z"} for _ in numbers[:20]])
        create(api, "tickets", [{"subject": str(number), "hs_pipeline_stage": "1"} for number in numbers])
    return api


def create(api: Api, noun: str, records: list[dict[str, str]]) -> None:
    body = {"inputs": [{"properties": values} for values in records]}
    answer = api.post(f"/crm/v3/objects/{noun}/batch/create", body)
    assert answer.status in (200, 201), answer.json


def ids(api: Api, noun: str) -> set[int]:
    found: set[int] = set()
    after: str | None = None
    while True:
        page = api.get(f"/crm/v3/objects/{noun}", limit=100, **({} if after is None else {"after": after})).json
        found |= {int(item["id"]) for item in page["results"]}
        if "paging" not in page:
            return found
        after = page["paging"]["next"]["after"]


def pages(api: Api, path: str, more: str, sent: str, received: str, **query: Any) -> Iterator[dict[str, Any]]:
    """The loop of all of them: while there is more, send back the offset that came with the page."""
    while True:
        answer = api.get(path, **query)
        assert answer.status == 200, answer.json
        yield answer.json
        if not answer.json[more]:
            return
        query[sent] = answer.json[received]


def test_contacts_are_listed_by_vid_and_read_again_in_batches(api: Api) -> None:
    bookmark, records = 0, {}
    path = "/contacts/v1/lists/all/contacts/all"
    wanted = {"count": 100, "showListMemberships": True, "includeVersion": True}
    for page in pages(api, path, "has-more", "vidOffset", "vid-offset", **wanted):
        vids = [item["vid"] for item in page["contacts"] if item["versionTimestamp"] >= bookmark]
        details = api.get("/contacts/v1/contact/vids/batch/", vid=vids, formSubmissionMode="all").json
        records.update({int(vid): item for vid, item in details.items()})
    assert set(records) == ids(api, "contacts")
    for item in records.values():
        assert int(item["properties"]["lastmodifieddate"]["value"]) / 1000 > 1_700_000_000
        assert {entry["type"] for entry in item["identity-profiles"][0]["identities"]} == {"EMAIL"}
        for value in item["properties"].values():
            assert {"value", "timestamp", "source-type"} <= value["versions"][0].keys()


def test_companies_are_listed_and_read_again_one_by_one(api: Api) -> None:
    path, properties = "/companies/v2/companies/paged", ["createdate", "hs_lastmodifieddate"]
    found = []
    for page in pages(api, path, "has-more", "offset", "offset", limit=250, properties=properties):
        for company in page["companies"]:
            values = company["properties"]
            stamp = (values["hs_lastmodifieddate"] or values["createdate"])["timestamp"]
            assert stamp > 1_700_000_000_000
            found.append(company["companyId"])
    assert set(found) == ids(api, "companies")
    assert len(found) == COUNT
    detail = api.get(f"/companies/v2/companies/{found[7]}").json
    assert detail["properties"]["name"]["value"] == "Company 7"


def test_the_contacts_of_companies_are_a_join(api: Api) -> None:
    company, people = min(ids(api, "companies")), sorted(ids(api, "contacts"))[:130]
    for person in people:
        link_records(api, "contacts", person, str(company), 279)
    path = f"/companies/v2/companies/{company}/vids"
    vids = [vid for page in pages(api, path, "hasMore", "vidOffset", "vidOffset") for vid in page.get("vids", ())]
    assert vids == people


def test_deals_are_listed_with_every_value_and_bookmarked_by_a_timestamp(api: Api) -> None:
    path = "/deals/v1/deal/paged"
    wanted = {"includeAllProperties": True, "allPropertiesFetchMode": "latest_version", "limit": 100}
    found = [deal for page in pages(api, path, "hasMore", "offset", "offset", **wanted) for deal in page["deals"]]
    assert {deal["dealId"] for deal in found} == ids(api, "deals")
    assert all(deal["properties"]["hs_lastmodifieddate"]["timestamp"] > 0 for deal in found)
    assert sum(float(deal["properties"]["amount"]["value"]) for deal in found) == sum(range(COUNT))
    assert {len(entry["versions"]) for deal in found for entry in deal["properties"].values()} <= {0, 1}


def test_engagements_are_listed_whatever_they_are_and_read_again(api: Api) -> None:
    path = "/engagements/v1/engagements/paged"
    found = [item for page in pages(api, path, "hasMore", "offset", "offset", count=250) for item in page["results"]]
    kinds = {"NOTE": "notes", "CALL": "calls"}
    for word, noun in kinds.items():
        assert {one["engagement"]["id"] for one in found if one["engagement"]["type"] == word} == ids(api, noun)
    one = found[3]
    again = api.get(f"/engagements/v1/engagements/{one['engagement']['id']}").json
    assert (again["engagement"]["lastUpdated"], again["metadata"]) == (
        one["engagement"]["lastUpdated"],
        one["metadata"],
    )


@pytest.mark.parametrize(
    ("path", "id_name"),
    [("/companies/v2/companies/recent/modified", "companyId"), ("/deals/v1/deal/recent/modified", "dealId")],
)
def test_what_changed_last_is_read_until_the_bookmark(api: Api, path: str, id_name: str) -> None:
    noun = "companies" if id_name == "companyId" else "deals"
    changed = sorted(ids(api, noun))[:120]
    bookmark = api.clock()
    for number in changed:
        name = "name" if noun == "companies" else "dealname"
        api.patch(f"/crm/v3/objects/{noun}/{number}", {"properties": {name: "changed"}})
    found: list[int] = []
    for page in pages(api, path, "hasMore", "offset", "offset", count=100):
        fresh = [
            item[id_name]
            for item in page["results"]
            if item["properties"]["hs_lastmodifieddate"]["timestamp"] >= bookmark
        ]
        found += fresh
        if len(fresh) < len(page["results"]):
            break
    assert sorted(found) == changed


def test_owners_are_read_in_one_go(api: Api) -> None:
    (owner,) = api.get("/owners/v2/owners/").json
    assert owner["ownerId"] == 5
    assert owner["createdAt"] / 1000 > 0


def test_changes_are_searched_with_plain_filters_numbers_and_numeric_cursors(api: Api) -> None:
    """Bodies without groups, numbers where texts are documented, a cursor that is computed with."""
    last_id, after, found = 0, None, []
    now = api.clock()
    while True:
        body: dict[str, Any] = {
            "filters": [
                {"propertyName": "hs_lastmodifieddate", "operator": "GTE", "value": 0},
                {"propertyName": "hs_lastmodifieddate", "operator": "LTE", "value": now},
                {"propertyName": "hs_object_id", "operator": "GTE", "value": last_id},
            ],
            "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
            "properties": ["subject"],
            "limit": 100,
        }
        if after is not None:
            body["after"] = after
        answer = api.post("/crm/v3/objects/tickets/search", body).json
        found += [int(item["id"]) for item in answer["results"]]
        if "paging" not in answer:
            break
        after = int(answer["paging"]["next"]["after"])
    assert found == sorted(ids(api, "tickets"))


def test_cursors_of_lists_are_whole_numbers(api: Api) -> None:
    page = api.get("/crm/v3/objects/tickets", limit=10).json
    after = int(page["paging"]["next"]["after"])
    following = api.get("/crm/v3/objects/tickets", limit=10, after=after).json
    assert int(following["results"][0]["id"]) > int(page["results"][-1]["id"])


def test_no_timestamp_is_ahead_of_the_clock(api: Api) -> None:
    """Bookmarks are taken from records; one from the future would make a connector miss what comes next."""
    stamps: list[int] = []

    def gather(value: Any, name: str = "") -> None:
        if isinstance(value, dict):
            for key, item in value.items():
                gather(item, key)
        elif isinstance(value, list):
            for item in value:
                gather(item, name)
        elif name in ("timestamp", "lastUpdated", "createdAt", "updatedAt", "versionTimestamp", "addedAt"):
            stamps.append(int(value) if isinstance(value, int) else 0)

    for path in (
        "/contacts/v1/lists/all/contacts/all?propertyMode=value_and_history&includeVersion=true",
        "/companies/v2/companies/paged?limit=50",
        "/deals/v1/deal/paged?limit=50&includeAllProperties=true",
        "/engagements/v1/engagements/paged?limit=50",
        "/crm-objects/v1/objects/tickets/paged?limit=50",
    ):
        name, _, query = path.partition("?")
        gather(api.call("GET", name, query=query).json)
    assert len(stamps) > 500
    assert max(stamps) <= api.clock()


def test_the_page_about_older_clients_names_addresses_that_there_are(api: Api) -> None:
    """And every family of them."""
    rows = [line.split("|")[1] for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `")]
    named = [path.rstrip("…/") for row in rows for path in re.findall(r"`(/[^`]+)`", row)]
    starts = [re.sub(r"\{\w+\}", "{}", path) for path in named]
    served = [re.sub(r"\{\w+\}", "{}", path) for path, _ in api.service.routes.rows]
    assert [start for start in starts if not any(path.startswith(start) for path in served)] == []
    older = [path for path, route in api.service.routes.rows if route.endpoint.family.startswith("older_")]
    families = {path.split("/")[1] for path in older}
    assert len(families) == 9
    assert families <= {start.split("/")[1] for start in starts}
