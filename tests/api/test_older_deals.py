"""Deals in their first form."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import ACCOUNT_ID, Api

pytestmark = pytest.mark.fidelity("observed", source="clients", of="older_deals.*")

DEAL = "/deals/v1/deal"


@pytest.fixture
def api() -> Api:
    return Api()


def values(**given: Any) -> dict[str, Any]:
    return {"properties": [{"name": name, "value": value} for name, value in given.items()]}


def create(api: Api, **given: Any) -> int:
    answer = api.post(DEAL, values(**{"dealname": "Big", "dealstage": "closedwon", **given}))
    assert answer.status == 200, answer.json
    return int(answer.json["dealId"])


def record(api: Api, noun: str, **given: str) -> int:
    return int(api.post(f"/crm/v3/objects/{noun}", {"properties": given}).json["id"])


def test_a_deal_is_created_with_what_it_belongs_to(api: Api) -> None:
    person, company = record(api, "contacts", firstname="Ada"), record(api, "companies", name="Acme")
    body = {
        "associations": {"associatedVids": [person], "associatedCompanyIds": [str(company)]},
        **values(dealname="Big", amount=12.5, closedate=1_790_000_000_000),
    }
    made = api.post(DEAL, body).json
    assert (made["portalId"], made["isDeleted"]) == (ACCOUNT_ID, False)
    assert made["associations"] == {
        "associatedVids": [person],
        "associatedCompanyIds": [company],
        "associatedDealIds": [],
        "associatedTicketIds": [],
    }
    found = made["properties"]
    assert (found["amount"]["value"], found["closedate"]["value"]) == ("12.5", "1790000000000")
    assert found["dealname"]["source"] == "INTEGRATION"
    assert api.post(DEAL, {"associations": {"associatedVids": [999]}, **values(dealname="x")}).status == 400
    assert len(api.get(f"{DEAL}/paged").json["deals"]) == 1


def test_a_deal_is_read_and_changed(api: Api) -> None:
    number = create(api)
    changed = api.put(f"{DEAL}/{number}", values(dealname="Bigger")).json
    assert [item["value"] for item in changed["properties"]["dealname"]["versions"]] == ["Bigger", "Big"]
    assert api.get(f"{DEAL}/{number}").json == changed
    assert api.put(f"{DEAL}/{number}", values(dealstage="nowhere")).status == 400
    assert api.delete(f"{DEAL}/{number}").status == 204
    assert api.get(f"{DEAL}/{number}").status == 404
    assert api.delete(f"{DEAL}/{number}").status == 404


def test_pages_follow_each_other_by_offset(api: Api) -> None:
    made = [create(api, dealname=str(number)) for number in range(5)]
    seen: list[int] = []
    offset, more = 0, True
    while more:
        page = api.get(f"{DEAL}/paged", limit=2, offset=offset, properties="dealname").json
        seen += [item["dealId"] for item in page["deals"]]
        offset, more = page["offset"], page["hasMore"]
    assert seen == made


def test_a_list_shows_links_and_all_values_on_request(api: Api) -> None:
    person, number = record(api, "contacts", firstname="Ada"), create(api, description="long")
    api.call("PUT", f"{DEAL}/{number}/associations/CONTACT", query=f"id={person}")
    (plain,) = api.get(f"{DEAL}/paged", properties="dealname").json["deals"]
    assert (plain["associations"]["associatedVids"], "description" in plain["properties"]) == ([], False)
    (full,) = api.get(f"{DEAL}/paged", includeAssociations="true", includeAllProperties="true").json["deals"]
    assert full["associations"]["associatedVids"] == [person]
    assert full["properties"]["description"]["value"] == "long"
    assert full["properties"]["hs_lastmodifieddate"]["timestamp"] <= api.clock()


@pytest.mark.parametrize("which", ["modified", "created"])
def test_the_newest_come_first(api: Api, which: str) -> None:
    made = [create(api) for _ in range(3)]
    first = api.get(f"{DEAL}/recent/{which}", count=2).json
    assert [item["dealId"] for item in first["results"]] == made[:0:-1]
    assert (first["hasMore"], first["offset"], first["total"]) == (True, 2, 3)
    assert api.get(f"{DEAL}/recent/{which}", count=2, offset=2).json["results"][0]["dealId"] == made[0]


def test_deals_are_linked_and_unlinked(api: Api) -> None:
    number, people = create(api), [record(api, "contacts", firstname=name) for name in "ab"]
    path, query = f"{DEAL}/{number}/associations", "&".join(f"id={person}" for person in people)
    assert api.call("PUT", f"{path}/CONTACT", query=query).status == 204
    assert api.get(f"{DEAL}/{number}").json["associations"]["associatedVids"] == people
    page = api.get(f"{DEAL}/associated/CONTACT/{people[0]}/paged").json
    assert ([item["dealId"] for item in page["deals"]], page["hasMore"], page["offset"]) == ([number], False, number)
    assert api.call("DELETE", f"{path}/contact", query=f"id={people[0]}").status == 204
    assert api.get(f"{DEAL}/{number}").json["associations"]["associatedVids"] == people[1:]
    assert api.call("PUT", f"{path}/CONTACT", query="id=999").status == 400
    assert api.call("PUT", f"{path}/NOTE", query="id=1").status == 400
    assert api.get(f"{DEAL}/associated/nothing/1/paged").status == 400


def test_pipelines_are_a_bare_list_with_probabilities(api: Api) -> None:
    (found,) = api.get("/deals/v1/pipelines").json
    assert (found["pipelineId"], found["staticDefault"]) == ("default", True)
    stages = {stage["stageId"]: stage for stage in found["stages"]}
    assert (stages["closedwon"]["probability"], stages["closedwon"]["closedWon"]) == (1.0, True)
    assert (stages["closedlost"]["probability"], stages["closedlost"]["closedWon"]) == (0.0, False)
    assert api.get("/deals/v1/pipelines/default").json == found
    assert api.get("/deals/v1/pipelines/none").status == 404


def test_links_need_a_scope_to_write_deals(api: Api) -> None:
    number, person = create(api), record(api, "contacts", firstname="Ada")
    api.token = api.grant("reader", ["crm.objects.deals.read", "crm.objects.contacts.write"])
    assert api.call("PUT", f"{DEAL}/{number}/associations/CONTACT", query=f"id={person}").status == 403
    assert api.get(f"{DEAL}/associated/CONTACT/{person}/paged").json["deals"] == []
