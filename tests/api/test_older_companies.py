"""Companies in their first form."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import ACCOUNT_ID, Api

pytestmark = pytest.mark.fidelity("observed", source="clients", of="older_companies.*")

COMPANIES = "/companies/v2/companies"


@pytest.fixture
def api() -> Api:
    return Api()


def values(**given: Any) -> dict[str, Any]:
    return {"properties": [{"name": name, "value": value} for name, value in given.items()]}


def create(api: Api, **given: Any) -> int:
    answer = api.post(COMPANIES, values(**given))
    assert answer.status == 200, answer.json
    return int(answer.json["companyId"])


def contact(api: Api, name: str = "Ada") -> int:
    return int(api.post("/crm/v3/objects/contacts", {"properties": {"firstname": name}}).json["id"])


def test_a_company_is_created_read_and_changed(api: Api) -> None:
    number = create(api, name="Acme", domain="acme.example")
    read = api.get(f"{COMPANIES}/{number}").json
    assert (read["portalId"], read["isDeleted"]) == (ACCOUNT_ID, False)
    assert read["properties"]["name"]["value"] == "Acme"
    assert read["properties"]["createdate"]["value"].isdigit()
    changed = api.put(f"{COMPANIES}/{number}", values(name="Acme Ltd")).json
    versions = changed["properties"]["name"]["versions"]
    assert [item["value"] for item in versions] == ["Acme Ltd", "Acme"]
    assert changed["properties"]["domain"]["value"] == "acme.example"
    assert api.put(f"{COMPANIES}/{number}", values(nonsense="x")).status == 400
    assert api.get("/crm/v3/objects/companies/" + str(number)).json["properties"]["name"] == "Acme Ltd"


def test_pages_follow_each_other_by_offset(api: Api) -> None:
    made = [create(api, name=str(number)) for number in range(5)]
    seen: list[int] = []
    offset, more = 0, True
    while more:
        page = api.call(
            "GET", f"{COMPANIES}/paged", query=f"limit=2&offset={offset}&properties=name&properties=domain"
        ).json
        seen += [item["companyId"] for item in page["companies"]]
        offset, more = page["offset"], page["has-more"]
    assert seen == made
    assert len(api.get(f"{COMPANIES}/paged", limit=9999).json["companies"]) == 5
    assert api.get(f"{COMPANIES}/paged", limit="x").status == 400


def test_a_list_shows_older_values_of_those_asked_for(api: Api) -> None:
    number = create(api, name="Acme", domain="a.example")
    api.put(f"{COMPANIES}/{number}", values(name="Other", domain="b.example"))
    query = "properties=domain&propertiesWithHistory=name"
    (found,) = api.call("GET", f"{COMPANIES}/paged", query=query).json["companies"]
    assert [item["value"] for item in found["properties"]["name"]["versions"]] == ["Other", "Acme"]
    assert [item["value"] for item in found["properties"]["domain"]["versions"]] == ["b.example"]


@pytest.mark.parametrize("which", ["modified", "created"])
def test_the_newest_come_first(api: Api, which: str) -> None:
    made = [create(api, name=str(number)) for number in range(4)]
    if which == "modified":
        api.put(f"{COMPANIES}/{made[0]}", values(name="again"))
        made.append(made.pop(0))
    path = f"{COMPANIES}/recent/{which}"
    first = api.get(path, count=3).json
    assert [item["companyId"] for item in first["results"]] == made[:0:-1]
    assert (first["hasMore"], first["offset"], first["total"]) == (True, 3, 4)
    second = api.get(path, count=3, offset=first["offset"]).json
    assert [item["companyId"] for item in second["results"]] == made[:1]
    assert (second["hasMore"], second["offset"]) == (False, 4)
    assert api.get(path, since=api.clock()).json["results"] == []


def test_companies_are_found_by_domain(api: Api) -> None:
    made = [create(api, name=str(number), domain="acme.example") for number in range(3)]
    create(api, name="other", domain="other.example")
    body: dict[str, Any] = {"limit": 2, "requestOptions": {"properties": ["name"]}}
    first = api.post("/companies/v2/domains/acme.example/companies", body).json
    assert [item["companyId"] for item in first["results"]] == made[:2]
    assert (first["hasMore"], first["offset"]["companyId"]) == (True, made[1])
    second = api.post("/companies/v2/domains/acme.example/companies", {**body, "offset": first["offset"]}).json
    assert ([item["companyId"] for item in second["results"]], second["hasMore"]) == (made[2:], False)
    assert api.post("/companies/v2/domains/acme.example/companies", {"limit": 0}).status == 400


def test_contacts_join_and_leave_a_company(api: Api) -> None:
    number, people = create(api, name="Acme"), [contact(api) for _ in range(3)]
    for person in people:
        assert api.put(f"{COMPANIES}/{number}/contacts/{person}").json["companyId"] == number
    assert api.get(f"{COMPANIES}/{number}/vids", count=2).json == {
        "vids": people[:2],
        "hasMore": True,
        "vidOffset": people[1],
    }
    assert api.get(f"{COMPANIES}/{number}/vids", vidOffset=people[1]).json["vids"] == people[2:]
    shown = api.get(f"{COMPANIES}/{number}/contacts").json["contacts"]
    assert [item["vid"] for item in shown] == people
    assert shown[0]["properties"] == [{"name": "firstname", "value": "Ada", "sourceVid": [people[0]]}]
    primary = api.get(f"/crm/v4/objects/contacts/{people[0]}/associations/companies").json["results"][0]
    assert "Primary" in [item["label"] for item in primary["associationTypes"]]
    assert api.delete(f"{COMPANIES}/{number}/contacts/{people[0]}").status == 204
    assert api.delete(f"{COMPANIES}/{number}/contacts/{people[0]}").status == 204
    assert api.get(f"{COMPANIES}/{number}/vids").json["vids"] == people[1:]
    assert api.put(f"{COMPANIES}/{number}/contacts/999").status == 400


def test_a_deleted_company_is_gone(api: Api) -> None:
    number = create(api, name="Acme")
    assert api.delete(f"{COMPANIES}/{number}").json == {"companyId": number, "deleted": True}
    assert api.get(f"{COMPANIES}/{number}").status == 404
    assert api.get(f"{COMPANIES}/abc").status == 404
    assert api.delete(f"{COMPANIES}/{number}").status == 404
    assert api.get(f"{COMPANIES}/paged").json == {"companies": [], "has-more": False, "offset": 0}


def test_properties_of_companies_and_deals_have_addresses_of_their_own(api: Api) -> None:
    for path, noun in (("/companies/v2/properties", "companies"), ("/deals/v1/properties", "deals")):
        assert api.get(path).json == api.get(f"/properties/v1/{noun}/properties").json
