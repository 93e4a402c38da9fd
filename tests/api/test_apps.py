"""OAuth apps as admins manage them through the API, and what the OAuth calls make of them."""

from __future__ import annotations

from typing import Any

import pytest

from spokedesk.engine.assertions import ASSERTION_TYPE
from tests.support.api import START, Api, Clock
from tests.support.assertions import PUBLIC_PEM, assertion_of
from tests.support.oauth import (
    REDIRECT,
    decide,
    exchange,
    exchange_code,
    get_code,
    install,
    make_app,
    open_page,
    submit,
)

pytestmark = pytest.mark.fidelity("own", source="own", of="apps.*")

APPS = "/spokedesk/v1/apps"
NEW = {"name": "Portal", "redirectUris": [REDIRECT], "scopes": ["tickets"]}


@pytest.fixture
def api() -> Api:
    return Api(clock=Clock(START, step=0))


def test_an_app_shows_its_secret_once_and_can_be_allowed(api: Api) -> None:
    made = api.post(APPS, NEW)
    assert made.status == 201
    app = made.json
    secret = app.pop("clientSecret")
    assert (app["id"], app["name"], app["redirectUris"]) == ("1000001", "Portal", [REDIRECT])
    assert (app["scopes"], app["hasPublicKey"]) == (["tickets"], False)
    listed = api.get(APPS)
    assert listed.json == {"results": [app]}
    assert secret.encode() not in listed.raw
    client = {"client_id": app["clientId"], "client_secret": secret}
    tokens = exchange_code(api, get_code(api, client_id=app["clientId"]), "/oauth/v1/token", **client)
    assert tokens.status == 200
    assert tokens.json["scopes"] == ["oauth", "tickets"]
    refused = exchange_code(
        api, get_code(api, client_id=app["clientId"]), client_id=app["clientId"], client_secret=secret[:-1]
    )
    assert refused.json["status"] == "BAD_CLIENT_SECRET"


def test_an_app_that_is_ended_takes_its_tokens_along(api: Api) -> None:
    app = make_app(api)
    tokens = install(api)
    headers = {"authorization": f"Bearer {tokens['access_token']}"}
    assert api.call("GET", "/crm/v3/objects/tickets", headers=headers).status == 200
    assert api.delete(f"{APPS}/{app.id}").status == 204
    assert api.call("GET", "/crm/v3/objects/tickets", headers=headers).status == 401
    again = exchange(api, grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert again.json["status"] == "BAD_CLIENT_ID"
    assert "revokedAt" in api.get(APPS).json["results"][0]
    assert api.delete(f"{APPS}/{app.id}").status == 404
    assert api.get(f"/webhooks/v3/{app.id}/subscriptions").status == 404


def test_numbers_go_on_and_are_not_given_again(api: Api) -> None:
    first = api.post(APPS, NEW).json["id"]
    api.delete(f"{APPS}/{first}")
    assert api.post(APPS, NEW).json["id"] == str(int(first) + 1)
    assert [row["id"] for row in api.get(APPS).json["results"]] == [first, str(int(first) + 1)]


def test_an_app_without_scopes_may_ask_for_any_and_addresses_are_compared(api: Api) -> None:
    app = api.post(APPS, {"name": " Any ", "redirectUris": [f" {REDIRECT} ", "", REDIRECT]}).json
    assert (app["name"], app["redirectUris"], app["scopes"]) == ("Any", [REDIRECT], [])
    page = open_page(api, "/oauth/authorize", client_id=app["clientId"], scope="crm.objects.contacts.read")
    assert decide(api, page).status == 303
    other = open_page(api, "/oauth/authorize", client_id=app["clientId"], redirect_uri=f"{REDIRECT}/2")
    assert other.status == 400


def test_an_app_with_a_key_proves_itself_by_signature(api: Api) -> None:
    app = api.post(APPS, {**NEW, "publicKey": f"\n{PUBLIC_PEM}\n"}).json
    assert app["hasPublicKey"] is True
    client = app["clientId"]
    claims = {"iss": client, "sub": client, "aud": "http://spokedesk.test", "exp": START // 1000 + 60}
    fields = {"client_assertion": assertion_of(claims), "client_assertion_type": ASSERTION_TYPE}
    answer = submit(api, "/oauth/v3/token", {"grant_type": "client_credentials", **fields})
    assert answer.status == 200


@pytest.mark.parametrize(
    ("changes", "name", "message"),
    [
        ({"name": " "}, "name", "An app needs a name"),
        ({"name": "x" * 201}, "name", "A name has at most 200 characters"),
        ({"redirectUris": []}, "redirectUris", "An app needs at least one address"),
        ({"redirectUris": ["  "]}, "redirectUris", "An app needs at least one address"),
        ({"redirectUris": ["https://a.example"] * 101}, "redirectUris", "An app has at most 100 addresses"),
        ({"redirectUris": ["https://a.example/" + "x" * 2000]}, "redirectUris", "has more than 2000 characters"),
        ({"redirectUris": ["http://app.example/back"]}, "redirectUris", "must begin with https://"),
        ({"redirectUris": ["javascript:alert(1)"]}, "redirectUris", "must be a plain http or https address"),
        ({"scopes": ["no scope"]}, "scopes", "no scope is not the name of a scope"),
        ({"scopes": ["tickets"] * 501}, "scopes", "An app has at most 500 scopes"),
        ({"publicKey": "hello"}, "publicKey", "is neither a PEM file nor a JSON web key"),
        ({"publicKey": "[" * 20_000}, "publicKey", "is neither a PEM file nor a JSON web key"),
        ({"publicKey": "1" * 20_001}, "publicKey", "has more than 20000 characters"),
    ],
)
def test_what_would_be_no_app_is_refused_with_its_field(api: Api, changes: Any, name: str, message: str) -> None:
    answer = api.post(APPS, {**NEW, **changes})
    assert answer.status == 400
    detail = answer.json["errors"][0]
    assert detail["context"] == {"propertyName": [name]}
    assert message in detail["message"]
    assert api.get(APPS).json == {"results": []}


def test_bodies_of_other_shapes_are_refused(api: Api) -> None:
    assert "redirectUris" in api.post(APPS, {"name": "x"}).json["message"]
    assert api.post(APPS, {**NEW, "redirectUris": "https://a.example"}).status == 400
    assert api.post(APPS, {**NEW, "name": "x" * 70_000}).status == 413
    assert api.delete(f"{APPS}/x").status == 404
    assert api.delete(f"{APPS}/{10**30}").status == 404


def test_only_admins_manage_apps(api: Api) -> None:
    api.grant("weak", ["tickets", "crm.objects.contacts.read"])
    headers = {"authorization": "Bearer weak"}
    assert api.call("GET", APPS, headers=headers).status == 403
    assert api.call("POST", APPS, json=NEW, headers=headers).status == 403
    assert api.call("DELETE", f"{APPS}/1000001", headers=headers).status == 403


def read_tickets(api: Api, token: str, object_type: str = "tickets") -> int:
    headers = {"authorization": f"Bearer {token}"}
    return api.call("GET", f"/crm/v3/objects/{object_type}", headers=headers).status


BOTH = ["crm.objects.contacts.read", "tickets"]


def test_parts_of_an_app_are_changed_and_the_rest_stays(api: Api) -> None:
    made = api.post(APPS, {**NEW, "publicKey": PUBLIC_PEM}).json
    del made["clientSecret"]
    other = "https://portal.example/back"
    for change in ({"name": " Till "}, {"redirectUris": [other, f" {other} "]}, {"scopes": ["tickets", "content"]}):
        answer = api.call("PATCH", f"{APPS}/{made['id']}", json=change)
        made |= {"name": "Till"} if "name" in change else {}
        made |= {"redirectUris": [other]} if "redirectUris" in change else {}
        made |= {"scopes": ["content", "tickets"]} if "scopes" in change else {}
        assert (answer.status, answer.json) == (200, made)
        assert api.get(APPS).json == {"results": [made]}
    assert api.call("PATCH", f"{APPS}/{made['id']}", json={}).json == made
    gone = api.call("PATCH", f"{APPS}/{made['id']}", json={"publicKey": ""}).json
    assert gone == {**made, "hasPublicKey": False}
    back = api.call("PATCH", f"{APPS}/{made['id']}", json={"publicKey": PUBLIC_PEM, "name": None}).json
    assert back == made


def test_a_scope_that_is_taken_is_gone_from_tokens_and_codes_at_once(api: Api) -> None:
    """The private token of the account, which has the same scopes, keeps them."""
    app = make_app(api, scopes=tuple(BOTH))
    tokens = install(api, scope=" ".join(BOTH))
    waiting = get_code(api, scope=" ".join(BOTH))
    api.grant("private", BOTH)
    assert read_tickets(api, tokens["access_token"]) == 200
    assert read_tickets(api, tokens["access_token"], "contacts") == 200
    assert api.call("PATCH", f"{APPS}/{app.id}", json={"scopes": ["crm.objects.contacts.read"]}).status == 200
    assert read_tickets(api, tokens["access_token"]) == 403
    assert read_tickets(api, tokens["access_token"], "contacts") == 200
    again = exchange(api, grant_type="refresh_token", refresh_token=tokens["refresh_token"]).json
    assert again["scopes"] == ["crm.objects.contacts.read", "oauth"]
    assert read_tickets(api, again["access_token"]) == 403
    assert exchange_code(api, waiting).json["scopes"] == ["crm.objects.contacts.read", "oauth"]
    assert read_tickets(api, "private") == 200


def test_a_scope_that_is_given_comes_with_the_next_consent_only(api: Api) -> None:
    """Also one that was taken before: nobody was asked for it since."""
    app = make_app(api, scopes=tuple(BOTH))
    tokens = install(api, scope=" ".join(BOTH))
    api.call("PATCH", f"{APPS}/{app.id}", json={"scopes": ["crm.objects.contacts.read"]})
    for wider in (BOTH, []):
        assert api.call("PATCH", f"{APPS}/{app.id}", json={"scopes": wider}).json["scopes"] == wider
        assert read_tickets(api, tokens["access_token"]) == 403
        again = exchange(api, grant_type="refresh_token", refresh_token=tokens["refresh_token"]).json
        assert again["scopes"] == ["crm.objects.contacts.read", "oauth"]
    assert read_tickets(api, install(api, scope=" ".join(BOTH))["access_token"]) == 200


def test_an_app_that_might_ask_for_anything_keeps_what_it_is_narrowed_to(api: Api) -> None:
    app = make_app(api)
    token = install(api, scope=" ".join(BOTH))["access_token"]
    api.call("PATCH", f"{APPS}/{app.id}", json={"scopes": ["tickets"]})
    assert (read_tickets(api, token), read_tickets(api, token, "contacts")) == (200, 403)


def test_a_code_for_an_address_that_is_taken_is_void(api: Api) -> None:
    app = make_app(api)
    code = get_code(api)
    other = "https://portal.example/back"
    api.call("PATCH", f"{APPS}/{app.id}", json={"redirectUris": [other]})
    assert exchange_code(api, code).json["status"] == "BAD_AUTH_CODE"
    assert open_page(api).status == 400
    assert open_page(api, redirect_uri=other).status == 200


def test_an_app_of_another_number_keeps_its_tokens_scopes(api: Api) -> None:
    make_app(api)
    token = install(api)["access_token"]
    other = api.post(APPS, NEW).json
    api.call("PATCH", f"{APPS}/{other['id']}", json={"scopes": ["content"]})
    assert read_tickets(api, token) == 200


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"name": " "}, "name"),
        ({"redirectUris": []}, "redirectUris"),
        ({"redirectUris": ["http://app.example/back"]}, "redirectUris"),
        ({"scopes": ["no scope"]}, "scopes"),
        ({"publicKey": "hello"}, "publicKey"),
    ],
)
def test_a_change_that_would_leave_no_app_is_refused_with_its_field(api: Api, change: Any, name: str) -> None:
    made = api.post(APPS, NEW).json
    answer = api.call("PATCH", f"{APPS}/{made['id']}", json={"name": "Other", **change})
    assert answer.status == 400
    assert answer.json["errors"][0]["context"] == {"propertyName": [name]}
    assert api.get(APPS).json["results"][0]["name"] == "Portal"


def test_only_live_apps_are_changed_and_only_by_admins(api: Api) -> None:
    made = api.post(APPS, NEW).json["id"]
    api.grant("weak", BOTH)
    weak = api.call("PATCH", f"{APPS}/{made}", json={"name": "x"}, headers={"authorization": "Bearer weak"})
    assert weak.status == 403
    api.delete(f"{APPS}/{made}")
    for number in (made, "1000009", "x", str(10**30)):
        assert api.call("PATCH", f"{APPS}/{number}", json={"name": "x"}).status == 404
    assert api.call("PATCH", f"{APPS}/{made}", json={"name": ["x"]}).status == 400
