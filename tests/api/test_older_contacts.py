"""Contacts in their first form, as scripts and older libraries read and write them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import ACCOUNT_ID, Answer, Api
from tests.support.factories import link_records

pytestmark = pytest.mark.fidelity("observed", source="clients", of="older_contacts.*")

LISTS = "/contacts/v1/lists"
CONTACT = "/contacts/v1/contact"


@pytest.fixture
def api() -> Api:
    return Api()


def values(**given: Any) -> dict[str, Any]:
    return {"properties": [{"property": name, "value": value} for name, value in given.items()]}


def create(api: Api, **given: Any) -> int:
    answer = api.post(CONTACT, values(**given))
    assert answer.status == 200, answer.json
    return int(answer.json["vid"])


def vids(answer: Answer) -> list[int]:
    return [item["vid"] for item in answer.json["contacts"]]


def test_a_contact_is_created_with_who_it_is(api: Api) -> None:
    made = api.post(CONTACT, values(email="ada@example.com", firstname="Ada")).json
    assert (made["portal-id"], made["is-contact"], made["canonical-vid"]) == (ACCOUNT_ID, True, made["vid"])
    assert made["properties"]["firstname"]["value"] == "Ada"
    (version,) = made["properties"]["firstname"]["versions"]
    assert (version["value"], version["source-type"]) == ("Ada", "INTEGRATION")
    (profile,) = made["identity-profiles"]
    assert [(item["type"], item["value"], item.get("is-primary")) for item in profile["identities"]] == [
        ("EMAIL", "ada@example.com", True)
    ]
    newer = api.get(f"/crm/v3/objects/contacts/{made['vid']}").json
    assert newer["properties"]["email"] == "ada@example.com"


def test_an_address_that_somebody_has_is_a_conflict_which_says_whose(api: Api) -> None:
    first = create(api, email="ada@example.com")
    answer = api.post(CONTACT, values(email="ADA@example.com"))
    assert (answer.status, answer.json["error"], answer.json["message"]) == (
        409,
        "CONTACT_EXISTS",
        "Contact already exists",
    )
    assert answer.json["identityProfile"]["vid"] == first
    assert answer.json["identityProfile"]["identity"][0]["isPrimary"] is True
    assert answer.json["correlationId"] == answer.headers["x-hubspot-correlation-id"]
    assert len(vids(api.get(f"{LISTS}/all/contacts/all"))) == 1


def test_instants_are_milliseconds(api: Api) -> None:
    vid = create(api, firstname="Ada")
    read = api.get(f"{CONTACT}/vid/{vid}/profile", property="createdate").json["properties"]
    assert int(read["createdate"]["value"]) <= api.clock()
    assert int(read["lastmodifieddate"]["versions"][0]["timestamp"]) <= api.clock()


def test_pages_go_on_by_vid_offset(api: Api) -> None:
    made = [create(api, firstname=str(number)) for number in range(5)]
    seen: list[int] = []
    offset: int | None = None
    while True:
        page = api.get(f"{LISTS}/all/contacts/all", count=2, **({} if offset is None else {"vidOffset": offset}))
        seen += vids(page)
        offset = page.json["vid-offset"]
        if not page.json["has-more"]:
            break
    assert seen == made
    assert api.get(f"{LISTS}/all/contacts/all", count=0).status == 400
    assert len(vids(api.get(f"{LISTS}/all/contacts/all", count=5000))) == 5


def test_a_list_shows_few_values_unless_others_are_asked_for(api: Api) -> None:
    create(api, firstname="Ada", phone="1")
    (plain,) = api.get(f"{LISTS}/all/contacts/all").json["contacts"]
    assert plain["properties"]["firstname"] == {"value": "Ada"}
    assert "phone" not in plain["properties"]
    assert "versionTimestamp" not in plain
    query = "property=phone&property=firstname&propertyMode=value_and_history&includeVersion=true"
    (asked,) = api.call("GET", f"{LISTS}/all/contacts/all", query=query).json["contacts"]
    assert asked["properties"]["phone"]["versions"][0]["value"] == "1"
    assert asked["versionTimestamp"] > 0


@pytest.mark.parametrize("path", ["recently_updated/contacts/recent", "all/contacts/recent"])
def test_the_newest_come_first_and_both_offsets_lead_on(api: Api, path: str) -> None:
    made = [create(api, firstname=str(number)) for number in range(5)]
    if path.startswith("recently"):
        api.post(f"{CONTACT}/vid/{made[1]}/profile", values(firstname="again"))
        made.append(made.pop(1))
    seen: list[int] = []
    offsets: dict[str, int] = {}
    while True:
        page = api.get(f"{LISTS}/{path}", count=2, **offsets)
        seen += vids(page)
        offsets = {"vidOffset": page.json["vid-offset"], "timeOffset": page.json["time-offset"]}
        if not page.json["has-more"]:
            break
    assert seen == made[::-1]


def test_contacts_are_found_by_words(api: Api) -> None:
    made = [create(api, firstname="Ada", lastname=name) for name in ("Lovelace", "Byron")]
    found = api.get("/contacts/v1/search/query", q="ada", count=1).json
    assert (found["total"], found["has-more"], found["offset"], found["query"]) == (2, True, 1, "ada")
    assert vids(api.get("/contacts/v1/search/query", q="byron")) == [made[1]]


@pytest.mark.parametrize("way", ["vid", "email"])
def test_a_contact_is_read_and_changed_by_vid_and_by_address(api: Api, way: str) -> None:
    vid = create(api, email="ada@example.com", firstname="Ada")
    path = f"{CONTACT}/{way}/{vid if way == 'vid' else 'ADA@example.com'}/profile"
    assert api.post(path, values(firstname="Augusta")).status == 204
    read = api.get(path).json
    assert read["vid"] == vid
    assert [item["value"] for item in read["properties"]["firstname"]["versions"]] == ["Augusta", "Ada"]
    assert api.post(path, values(nonsense="x")).status == 400


def test_the_company_of_a_contact_is_shown_with_it(api: Api) -> None:
    vid = create(api, firstname="Ada")
    assert "associated-company" not in api.get(f"{CONTACT}/vid/{vid}/profile").json
    company = api.post("/crm/v3/objects/companies", {"properties": {"name": "Engines"}}).json["id"]
    link_records(api, "contacts", vid, company, 1)
    shown = api.get(f"{CONTACT}/vid/{vid}/profile").json["associated-company"]
    assert (shown["company-id"], shown["properties"]["name"]) == (int(company), {"value": "Engines"})


def test_several_are_read_at_once_and_unknown_ones_left_out(api: Api) -> None:
    first, second = create(api, email="a@example.com"), create(api, email="b@example.com")
    query = f"vid={first}&vid={second}&vid=999"
    assert set(api.call("GET", f"{CONTACT}/vids/batch/", query=query).json) == {str(first), str(second)}
    query = "email=b@example.com&email=nobody@example.com"
    assert set(api.call("GET", f"{CONTACT}/emails/batch/", query=query).json) == {str(second)}


def test_a_contact_is_made_or_changed_by_its_address(api: Api) -> None:
    path = f"{CONTACT}/createOrUpdate/email/ada@example.com"
    made = api.post(path, values(firstname="Ada")).json
    assert made["isNew"] is True
    assert api.post(path, values(firstname="Augusta")).json == {"vid": made["vid"], "isNew": False}
    assert api.get(f"{CONTACT}/email/ada@example.com/profile").json["vid"] == made["vid"]


def test_many_are_written_at_once_all_or_none(api: Api) -> None:
    vid = create(api, firstname="Ada")
    body = [
        {"vid": vid, **values(firstname="Augusta")},
        {"email": "new@example.com", **values(firstname="New")},
        values(email="other@example.com"),
    ]
    assert api.post(f"{CONTACT}/batch", body).status == 202
    assert len(vids(api.get(f"{LISTS}/all/contacts/all"))) == 3
    bad = [{"vid": vid, **values(firstname="lost")}, {"email": "more@example.com", **values(nonsense="x")}]
    assert api.post(f"{CONTACT}/batch", bad).status == 400
    assert api.post(f"{CONTACT}/batch", [values(firstname="nobody")]).status == 400
    read = api.get(f"{CONTACT}/vid/{vid}/profile").json
    assert read["properties"]["firstname"]["value"] == "Augusta"
    assert len(vids(api.get(f"{LISTS}/all/contacts/all"))) == 3


def test_a_deleted_contact_is_gone(api: Api) -> None:
    vid = create(api, email="ada@example.com")
    assert api.delete(f"{CONTACT}/vid/{vid}").json == {"vid": vid, "deleted": True, "reason": "OK"}
    for path in (f"vid/{vid}/profile", "email/ada@example.com/profile", "vid/abc/profile"):
        answer = api.get(f"{CONTACT}/{path}")
        assert (answer.status, answer.json["message"]) == (404, "contact does not exist")
    assert api.delete(f"{CONTACT}/vid/{vid}").status == 404
    assert vids(api.get(f"{LISTS}/all/contacts/all")) == []


def test_a_merged_contact_answers_under_its_old_vid(api: Api) -> None:
    first, second = create(api, firstname="Ada"), create(api, firstname="A.")
    api.post("/crm/v3/objects/contacts/merge", {"primaryObjectId": first, "objectIdToMerge": second})
    read = api.get(f"{CONTACT}/vid/{second}/profile").json
    assert (read["vid"], read["merged-vids"]) == (first, [second])
