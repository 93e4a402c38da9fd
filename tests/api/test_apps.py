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
