"""Users, owners and tokens as admins manage them; links with which people choose a password."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from spokedesk.crm.users import FIRST_LINK_LIFE, LINK_LIFE, Role
from spokedesk.engine.users import make_link
from spokedesk.storage.database import Transaction
from tests.support.api import Answer, Api, Clock
from tests.support.factories import insert_owner
from tests.support.users import PASSWORD, SESSION, Browser, add_user, cheap_passwords, signed_in

pytestmark = pytest.mark.fidelity("own", source="own", of=["users.*", "tokens.*"])

USERS = "/spokedesk/v1/users"
OWNERS = "/spokedesk/v1/owners"
TOKENS = "/spokedesk/v1/tokens"
TICKETS = "/crm/v3/objects/tickets"


@pytest.fixture(autouse=True)
def cheap() -> Iterator[None]:
    with cheap_passwords():
        yield


@pytest.fixture
def api() -> Api:
    return Api()


def first_link(api: Api) -> str:
    async def work(tx: Transaction) -> str:
        return (await make_link(tx, None)).token

    link: str = api.write(work)
    return link


def accept(api: Api, link: str, password: str = PASSWORD, **names: Any) -> tuple[Browser, Answer]:
    browser = Browser(api)
    return browser, browser.call("POST", f"{SESSION}/link", {"link": link, "password": password, **names})


def pass_time(api: Api, milliseconds: int) -> None:
    assert isinstance(api.clock, Clock)
    api.clock.at += milliseconds


# --- links ---------------------------------------------------------------------------------------------------------


def test_the_first_link_makes_one_admin_and_is_used_up(api: Api) -> None:
    assert Browser(api).call("GET", SESSION).json == {
        "demoSignIn": False,
        "hasUsers": False,
        "minimumPasswordLength": 10,
    }
    link = first_link(api)
    facts = Browser(api).call("POST", f"{SESSION}/link/read", {"link": link}).json
    assert (facts["first"], facts["email"]) == (True, None)
    browser, answer = accept(api, link, email="ada@example.com", firstName="Ada", lastName="Lee")
    assert (answer.status, answer.json["user"]["role"]) == (200, "admin")
    assert browser.bearer("GET", USERS).json["results"][0]["email"] == "ada@example.com"
    assert Browser(api).call("GET", SESSION).json["hasUsers"] is True
    assert accept(api, link, email="eve@example.com")[1].status == 404


def test_a_first_link_is_worth_nothing_once_there_is_a_user(api: Api) -> None:
    link = first_link(api)
    add_user(api, "ada@example.com")
    assert accept(api, link, email="eve@example.com")[1].status == 404
    assert Browser(api).call("POST", f"{SESSION}/link/read", {"link": link}).status == 404


def test_a_new_first_link_ends_the_one_before_and_all_end_by_themselves(api: Api) -> None:
    old, new = first_link(api), first_link(api)
    assert accept(api, old, email="eve@example.com")[1].status == 404
    pass_time(api, FIRST_LINK_LIFE)
    assert accept(api, new, email="ada@example.com")[1].status == 404


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"password": "short", "email": "a@example.com"}, "password"),
        ({"password": "x" * 1001, "email": "a@example.com"}, "password"),
        ({"email": "no address"}, "email"),
        ({}, "email"),
        ({"email": "a" * 250 + "@example.com"}, "email"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_refused_field_is_named_and_the_link_stays_good(api: Api, values: dict[str, str], name: str) -> None:
    link = first_link(api)
    refused = accept(api, link, **values)[1]
    assert (refused.status, refused.json["category"]) == (400, "VALIDATION_ERROR")
    assert refused.json["errors"][0]["context"] == {"propertyName": [name]}
    assert accept(api, link, email="ada@example.com")[1].status == 200


@pytest.mark.parametrize("link", ["", "x", "1.x", "10000001.x", "10000001.", "9" * 40 + ".x", "²³.x"])
def test_a_text_that_is_no_link_is_not_found(api: Api, link: str) -> None:
    first_link(api)
    assert accept(api, link, email="ada@example.com")[1].status == 404


# --- users ---------------------------------------------------------------------------------------------------------


def test_an_admin_adds_a_user_who_chooses_a_password_by_link(api: Api) -> None:
    admin = signed_in(api, "ada@example.com")
    made = admin.bearer("POST", USERS, {"email": " Bob@Example.com ", "role": "agent", "firstName": "Bob"})
    assert made.status == 201
    user, link = made.json["user"], made.json["link"]
    assert (user["email"], user["state"], user["role"]) == ("Bob@Example.com", "invited", "agent")
    assert link["path"] == f"/sign-in#link={link['token']}"
    facts = Browser(api).call("POST", f"{SESSION}/link/read", {"link": link["token"]}).json
    assert (facts["email"], facts["firstName"], facts["first"]) == ("Bob@Example.com", "Bob", False)
    browser, answer = accept(api, link["token"])
    assert (answer.status, answer.json["user"]["state"]) == (200, "active")
    assert answer.json["user"]["id"] == user["id"]
    assert browser.bearer("GET", TICKETS).status == 200
    assert accept(api, link["token"])[1].status == 404


def test_a_user_is_an_owner_to_whom_records_can_be_given(api: Api) -> None:
    admin = signed_in(api, "ada@example.com")
    user = admin.bearer("POST", USERS, {"email": "bob@example.com", "role": "agent", "lastName": "Ray"}).json["user"]
    owner = api.get(f"/crm/v3/owners/{user['ownerId']}").json
    assert (owner["email"], owner["lastName"], owner["userId"]) == ("bob@example.com", "Ray", int(user["id"]))
    ticket = {"subject": "s", "hs_pipeline_stage": "1", "hubspot_owner_id": user["ownerId"]}
    assert api.post(TICKETS, {"properties": ticket}).status == 201


def test_an_owner_with_the_same_address_becomes_the_users(api: Api) -> None:
    insert_owner(api, 701, "Bob@example.com")
    admin = signed_in(api, "ada@example.com")
    user = admin.bearer("POST", USERS, {"email": "bob@example.com", "role": "agent"}).json["user"]
    assert (user["ownerId"], user["id"], user["firstName"]) == ("701", "702", "An")
    assert len(api.get("/crm/v3/owners").json["results"]) == 2


def test_an_address_is_taken_once(api: Api) -> None:
    admin = signed_in(api, "ada@example.com")
    again = admin.bearer("POST", USERS, {"email": "ADA@example.com", "role": "agent"})
    assert (again.status, again.json["category"]) == (409, "OBJECT_ALREADY_EXISTS")


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({"email": "bob@example.com", "role": "owner"}, "role"),
        ({"email": "bob", "role": "agent"}, "email"),
        ({"email": "bob@example.com", "role": "agent", "firstName": "x" * 201}, "firstName"),
    ],
)
def test_what_a_user_cannot_be_is_refused(api: Api, body: dict[str, str], name: str) -> None:
    answer = signed_in(api, "ada@example.com").bearer("POST", USERS, body)
    assert (answer.status, answer.json["errors"][0]["context"]) == (400, {"propertyName": [name]})
    assert len(api.get(USERS).json["results"]) == 1


def test_disabling_ends_sessions_tokens_and_links_and_archives_the_owner(api: Api) -> None:
    admin = signed_in(api, "ada@example.com")
    browser = signed_in(api, "bob@example.com", Role.AGENT)
    token = browser.token()
    user = browser.bearer("GET", "/spokedesk/v1/me").json["user"]
    link = admin.bearer("POST", f"{USERS}/{user['id']}/link").json["link"]["token"]
    assert admin.bearer("PATCH", f"{USERS}/{user['id']}", {"disabled": True}).json["state"] == "disabled"
    assert browser.bearer("GET", TICKETS, token=token).status == 401
    assert browser.call("POST", f"{SESSION}/token").status == 401
    assert Browser(api).sign_in("bob@example.com").status == 401
    assert accept(api, link)[1].status == 404
    assert admin.bearer("POST", f"{USERS}/{user['id']}/link").status == 400
    assert api.get(f"/crm/v3/owners/{user['ownerId']}").status == 404
    assert admin.bearer("PATCH", f"{USERS}/{user['id']}", {"disabled": False}).json["state"] == "active"
    assert Browser(api).sign_in("bob@example.com").status == 200
    assert api.get(f"/crm/v3/owners/{user['ownerId']}").status == 200


def test_another_role_holds_for_tokens_that_are_in_use(api: Api) -> None:
    admin = signed_in(api, "ada@example.com")
    browser = signed_in(api, "bob@example.com", Role.ADMIN)
    token = browser.token()
    user_id = browser.bearer("GET", "/spokedesk/v1/me").json["user"]["id"]
    assert admin.bearer("PATCH", f"{USERS}/{user_id}", {"role": "read-only"}).json["role"] == "read-only"
    assert browser.bearer("GET", USERS, token=token).status == 401
    assert browser.bearer("GET", USERS).status == 403


@pytest.mark.parametrize("change", [{"disabled": True}, {"role": "agent"}])
def test_the_last_admin_who_can_sign_in_stays_one(api: Api, change: dict[str, Any]) -> None:
    admin = signed_in(api, "ada@example.com")
    add_user(api, "new@example.com", Role.ADMIN, password=None)
    user_id = admin.bearer("GET", "/spokedesk/v1/me").json["user"]["id"]
    answer = admin.bearer("PATCH", f"{USERS}/{user_id}", change)
    assert (answer.status, answer.json["category"]) == (400, "VALIDATION_ERROR")
    add_user(api, "bob@example.com", Role.ADMIN)
    assert admin.bearer("PATCH", f"{USERS}/{user_id}", change).status == 200


def test_a_new_link_ends_the_old_one_and_sessions_end_when_it_is_used(api: Api) -> None:
    admin = signed_in(api, "ada@example.com")
    browser = signed_in(api, "bob@example.com")
    user_id = browser.bearer("GET", "/spokedesk/v1/me").json["user"]["id"]
    old, new = (admin.bearer("POST", f"{USERS}/{user_id}/link").json["link"]["token"] for _ in range(2))
    assert accept(api, old, "another password")[1].status == 404
    assert accept(api, new, "another password")[1].status == 200
    assert browser.call("POST", f"{SESSION}/token").status == 401
    assert Browser(api).sign_in("bob@example.com").status == 401
    assert Browser(api).sign_in("bob@example.com", "another password").status == 200
    late = admin.bearer("POST", f"{USERS}/{user_id}/link").json["link"]["token"]
    pass_time(api, LINK_LIFE)
    assert accept(api, late, "a third password")[1].status == 404


def test_users_are_listed_in_pages(api: Api) -> None:
    for number in range(5):
        add_user(api, f"{number}@example.com", Role.AGENT, password=None)
    seen, after = "", "0"
    for _ in range(3):
        page = api.get(USERS, limit=2, after=after).json
        seen += "".join(user["email"][0] for user in page["results"])
        after = page.get("paging", {}).get("next", {}).get("after", "end")
    assert (seen, after) == ("01234", "end")


@pytest.mark.parametrize("user_id", ["0", "999999", "x", "-1", "9" * 30, "²"])
def test_unknown_users_are_not_found(api: Api, user_id: str) -> None:
    assert api.patch(f"{USERS}/{user_id}", {"role": "agent"}).status == 404
    assert api.post(f"{USERS}/{user_id}/link").status == 404


# --- owners --------------------------------------------------------------------------------------------------------


def test_owners_are_added_changed_and_archived(api: Api) -> None:
    made = api.post(OWNERS, {"email": "queue@example.com", "type": "QUEUE", "lastName": "Hotline"})
    assert (made.status, made.json["type"]) == (201, "QUEUE")
    path = f"{OWNERS}/{made.json['id']}"
    assert api.patch(path, {"lastName": "Night", "email": "night@example.com"}).json["email"] == "night@example.com"
    assert api.patch(path, {"archived": True}).json["archived"] is True
    assert api.get("/crm/v3/owners").json["results"] == []
    assert api.patch(path, {"archived": False}).json["archived"] is False
    assert api.get(f"/crm/v3/owners/{made.json['id']}").json["lastName"] == "Night"


def test_owners_that_cannot_be_are_refused(api: Api) -> None:
    api.post(OWNERS, {"email": "a@example.com"})
    second = api.post(OWNERS, {"email": "b@example.com"}).json["id"]
    assert api.post(OWNERS, {"email": "A@example.com"}).status == 409
    assert api.patch(f"{OWNERS}/{second}", {"email": "a@EXAMPLE.com"}).status == 409
    assert api.post(OWNERS, {"email": "c@example.com", "type": "ROBOT"}).status == 400
    assert api.post(OWNERS, {}).status == 400
    assert api.patch(f"{OWNERS}/77", {"lastName": "x"}).status == 404


# --- tokens --------------------------------------------------------------------------------------------------------


def test_a_token_is_shown_once_works_and_ends(api: Api) -> None:
    made = api.post(TOKENS, {"name": "Billing", "scopes": ["crm.objects.contacts.read"]})
    assert made.status == 201
    token = made.json["token"]
    assert token.startswith("pat-na1-")
    assert made.json["hint"] == token[-4:]
    headers = {"authorization": f"Bearer {token}"}
    assert api.call("GET", "/crm/v3/objects/contacts", headers=headers).status == 200
    assert api.call("GET", TOKENS, headers=headers).status == 403
    listed = api.get(TOKENS)
    assert [row["name"] for row in listed.json["results"]] == ["full", "Billing"]
    assert token.encode() not in listed.raw
    assert api.delete(f"{TOKENS}/{made.json['id']}").status == 204
    assert api.call("GET", "/crm/v3/objects/contacts", headers=headers).status == 401
    assert api.delete(f"{TOKENS}/{made.json['id']}").status == 404
    assert "revokedAt" in api.get(TOKENS).json["results"][1]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({"name": "x", "scopes": []}, "scopes"),
        ({"name": "x", "scopes": ["crm.objects.nothing.read"]}, "scopes"),
        ({"name": "  ", "scopes": ["tickets"]}, "name"),
        ({"name": "x" * 201, "scopes": ["tickets"]}, "name"),
    ],
)
def test_a_token_that_would_be_none_is_refused(api: Api, body: dict[str, Any], name: str) -> None:
    answer = api.post(TOKENS, body)
    assert (answer.status, answer.json["errors"][0]["context"]) == (400, {"propertyName": [name]})
    assert len(api.get(TOKENS).json["results"]) == 1


def test_session_tokens_are_not_among_the_tokens_that_people_made(api: Api) -> None:
    signed_in(api, "ada@example.com").token()
    assert [row["name"] for row in api.get(TOKENS).json["results"]] == ["full"]


def test_scopes_are_listed(api: Api) -> None:
    names = [row["name"] for row in api.get("/spokedesk/v1/scopes").json["results"]]
    assert names == sorted(names)
    assert {"tickets", "crm.objects.contacts.read", "spokedesk.admin"} <= set(names)
