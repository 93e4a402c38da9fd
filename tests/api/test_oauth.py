"""The token calls: what is exchanged for what, in which shapes, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from spokedesk.crm.account import AccountSettings
from tests.support.api import ACCOUNT_ID, START, Answer, Api, Clock
from tests.support.oauth import (
    CHALLENGE,
    CLIENT_ID,
    CLIENT_SECRET,
    REDIRECT,
    VERIFIER,
    exchange,
    exchange_code,
    get_code,
    install,
    make_app,
    refresh,
    submit,
)

pytestmark = pytest.mark.fidelity("documented", source="spec", of="oauth.*")

TICKETS = "/crm/v3/objects/tickets"
NEWER = ["/oauth/v3/token", "/oauth/2026-03/token", "/oauth/2026-09/token"]
TOKEN_CALLS = ["/oauth/v1/token", *NEWER]
MINUTES = 60_000


@pytest.fixture
def api() -> Api:
    made = Api(clock=Clock(START, step=0))
    make_app(made)
    return made


def call_with(api: Api, token: str, method: str = "GET", path: str = TICKETS, json: Any = None) -> Answer:
    return api.call(method, path, json=json, headers={"authorization": f"Bearer {token}"})


@pytest.mark.parametrize("path", TOKEN_CALLS)
def test_a_code_is_exchanged_for_tokens_in_every_version(api: Api, path: str) -> None:
    answer = exchange_code(api, get_code(api), path)
    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json
    assert set(body) == {
        "access_token",
        "refresh_token",
        "expires_in",
        "token_type",
        "token_use",
        "hub_id",
        "user_id",
        "scopes",
    }
    assert (body["expires_in"], body["token_type"], body["token_use"]) == (1800, "bearer", "access_token")
    assert (body["hub_id"], body["scopes"]) == (ACCOUNT_ID, ["oauth", "tickets"])
    assert body["access_token"].startswith("C")
    assert len(body["access_token"]) > 60
    assert body["refresh_token"].startswith("na1-")
    assert call_with(api, body["access_token"]).status == 200


@pytest.mark.parametrize("path", TOKEN_CALLS)
def test_a_refresh_token_gives_another_access_token_and_stays_the_same(api: Api, path: str) -> None:
    first = install(api)
    answer = refresh(api, first["refresh_token"], path)
    assert answer.status == 200
    assert answer.json["refresh_token"] == first["refresh_token"]
    assert answer.json["access_token"] != first["access_token"]
    assert answer.json["scopes"] == first["scopes"]
    for token in (first["access_token"], answer.json["access_token"]):
        assert call_with(api, token).status == 200


def test_a_token_opens_only_what_was_allowed(api: Api) -> None:
    token = install(api, scope="crm.objects.contacts.read")["access_token"]
    assert call_with(api, token, path="/crm/v3/objects/contacts").status == 200
    denied = call_with(api, token)
    assert (denied.status, denied.json["category"]) == (403, "MISSING_SCOPES")


def test_a_write_carries_the_app_as_its_source(api: Api) -> None:
    app_id = make_app(api, "another").id
    token = exchange_code(api, get_code(api, client_id="another"), client_id="another").json["access_token"]
    body = {"properties": {"subject": "s", "hs_pipeline_stage": "1"}}
    made = call_with(api, token, "POST", TICKETS, body)
    assert made.status == 201
    found = api.get(f"{TICKETS}/{made.json['id']}", propertiesWithHistory="subject").json
    history = found["propertiesWithHistory"]["subject"][0]
    assert (history["sourceType"], history["sourceId"]) == ("INTEGRATION", str(app_id))


def test_the_first_version_takes_secrets_from_the_query_too(api: Api) -> None:
    token = install(api)["refresh_token"]
    form = {"grant_type": "refresh_token", "client_id": CLIENT_ID}
    query = f"?client_secret={CLIENT_SECRET}&refresh_token={token}"
    body = b"grant_type=refresh_token&client_id=" + CLIENT_ID.encode()
    assert api.call("POST", "/oauth/v1/token", query=query[1:], body=body, headers={}).status == 200
    assert api.call("POST", "/oauth/v3/token", query=query[1:], body=body, headers={}).status == 400
    assert submit(api, "/oauth/v1/token", form).status == 400


@pytest.mark.parametrize("path", TOKEN_CALLS)
def test_an_app_gets_a_token_in_its_own_name_for_scopes_that_were_listed(api: Api, path: str) -> None:
    make_app(api, "listed", scopes=("tickets",))
    answer = exchange(api, path, grant_type="client_credentials", client_id="listed", scope="tickets")
    assert answer.status == 200
    assert (answer.json["token_use"], answer.json["scopes"]) == ("client_credentials", ["oauth", "tickets"])
    assert "refresh_token" not in answer.json
    assert call_with(api, answer.json["access_token"]).status == 200


def test_an_app_gets_nothing_in_its_own_name_that_was_not_listed(api: Api) -> None:
    answer = exchange(api, "/oauth/v3/token", grant_type="client_credentials", scope="tickets content")
    assert answer.status == 400
    assert (answer.json["status"], answer.json["error"]) == ("BAD_SCOPE", "invalid_scope")
    assert answer.json["message"] == "the app may not be granted: content, tickets"


REFUSED: list[tuple[dict[str, str | None], str, str, str]] = [
    ({"grant_type": None}, "BAD_GRANT_TYPE", "missing or unknown grant type", "unsupported_grant_type"),
    ({"grant_type": "password"}, "BAD_GRANT_TYPE", "missing or unknown grant type", "unsupported_grant_type"),
    ({"client_id": None}, "BAD_CLIENT_ID", "missing or unknown client id", "invalid_client"),
    ({"client_id": "nobody"}, "BAD_CLIENT_ID", "missing or unknown client id", "invalid_client"),
    ({"client_secret": None}, "BAD_CLIENT_SECRET", "missing or invalid client secret", "invalid_client"),
    ({"client_secret": "guess"}, "BAD_CLIENT_SECRET", "missing or invalid client secret", "invalid_client"),
    ({"code": None}, "BAD_AUTH_CODE", "missing or unknown auth code", "invalid_grant"),
    ({"code": "guess"}, "BAD_AUTH_CODE", "missing or unknown auth code", "invalid_grant"),
    ({"redirect_uri": None}, "BAD_REDIRECT_URI", "missing redirect uri", "invalid_request"),
    (
        {"redirect_uri": REDIRECT + "/"},
        "MISMATCH_REDIRECT_URI_AUTH_CODE",
        "the redirect uri is not the one that the auth code was made for",
        "invalid_grant",
    ),
    ({"code_verifier": VERIFIER}, "BAD_AUTH_CODE", "missing or invalid code verifier", "invalid_grant"),
    (
        {"grant_type": "refresh_token", "refresh_token": None},
        "BAD_REFRESH_TOKEN",
        "missing or invalid refresh token",
        "invalid_grant",
    ),
    (
        {"grant_type": "refresh_token", "refresh_token": "na1-guess"},
        "BAD_REFRESH_TOKEN",
        "missing or invalid refresh token",
        "invalid_grant",
    ),
]


@pytest.mark.parametrize(("changes", "code", "message", "error"), REFUSED)
@pytest.mark.parametrize("path", TOKEN_CALLS)
def test_a_refusal_has_the_shape_of_its_version(
    api: Api, path: str, changes: dict[str, str | None], code: str, message: str, error: str
) -> None:
    good = get_code(api)
    answer = exchange_code(api, good, path, **changes)
    assert answer.status == 400
    identity = answer.headers["x-hubspot-correlation-id"]
    expected = {"status": code, "message": message, "correlationId": identity}
    if path == "/oauth/v1/token":
        expected["requestId"] = identity
    else:
        expected |= {"category": "VALIDATION_ERROR", "error": error, "error_description": message}
    assert answer.json == expected
    assert exchange_code(api, good, path).status == 200, "a refused try costs the code nothing"


def test_a_code_works_once(api: Api) -> None:
    code = get_code(api)
    first = exchange_code(api, code)
    assert first.status == 200
    assert exchange_code(api, code).json["status"] == "BAD_AUTH_CODE"
    assert call_with(api, first.json["access_token"]).status == 200


def test_a_code_belongs_to_the_app_that_asked_for_it(api: Api) -> None:
    make_app(api, "another")
    code = get_code(api)
    assert exchange_code(api, code, client_id="another").json["status"] == "BAD_AUTH_CODE"
    assert exchange_code(api, code).status == 200


def test_a_refresh_token_belongs_to_the_app_that_got_it(api: Api) -> None:
    make_app(api, "another")
    token = install(api)["refresh_token"]
    assert refresh(api, token, client_id="another").json["status"] == "BAD_REFRESH_TOKEN"
    assert refresh(api, token).status == 200


@pytest.mark.parametrize("verifier", [None, "w" * 43, VERIFIER[:-1], CHALLENGE])
def test_a_code_with_a_challenge_needs_the_verifier(api: Api, verifier: str | None) -> None:
    code = get_code(api, code_challenge=CHALLENGE, code_challenge_method="S256")
    refused = exchange_code(api, code, code_verifier=verifier)
    assert refused.json["message"] == "missing or invalid code verifier"
    assert exchange_code(api, code, code_verifier=VERIFIER).status == 200


def test_a_code_lives_ten_minutes_to_the_second(api: Api) -> None:
    clock: Any = api.clock
    early, late = get_code(api), get_code(api)
    clock.at += 10 * MINUTES - 1000
    assert exchange_code(api, early).status == 200
    clock.at += 2000
    answer = exchange_code(api, late)
    assert (answer.status, answer.json["status"]) == (400, "EXPIRED_AUTH_CODE")


def test_an_access_token_lives_thirty_minutes_to_the_second(api: Api) -> None:
    clock: Any = api.clock
    tokens = install(api)
    clock.at += 30 * MINUTES - 1000
    assert call_with(api, tokens["access_token"]).status == 200
    assert api.call("GET", f"/oauth/v1/access-tokens/{tokens['access_token']}", headers={}).json["expires_in"] == 1
    clock.at += 2000
    answer = call_with(api, tokens["access_token"])
    assert (answer.status, answer.json["category"]) == (401, "EXPIRED_AUTHENTICATION")
    assert answer.json["message"] == "The OAuth token used to make this call expired 1 second(s) ago."
    assert refresh(api, tokens["refresh_token"]).status == 200


def test_long_expired_tokens_and_codes_are_forgotten(api: Api) -> None:
    clock: Any = api.clock
    tokens = install(api)
    clock.at += 8 * 24 * 60 * MINUTES
    assert call_with(api, tokens["access_token"]).json["category"] == "EXPIRED_AUTHENTICATION"
    assert refresh(api, tokens["refresh_token"]).status == 200
    assert call_with(api, tokens["access_token"]).json["category"] == "INVALID_AUTHENTICATION"
    assert api.get(TICKETS).status == 200, "a private app's token has no end"


def test_with_rotation_every_refresh_token_works_once_and_reuse_ends_the_family() -> None:
    api = Api(settings=AccountSettings(rotate_refresh_tokens=True))
    make_app(api)
    other = install(api)
    first = install(api)
    second = refresh(api, first["refresh_token"]).json
    assert second["refresh_token"] != first["refresh_token"]
    third = refresh(api, second["refresh_token"]).json
    assert call_with(api, third["access_token"]).status == 200
    assert refresh(api, first["refresh_token"]).json["status"] == "BAD_REFRESH_TOKEN"
    assert refresh(api, third["refresh_token"]).json["status"] == "BAD_REFRESH_TOKEN"
    for token in (first, second, third):
        assert call_with(api, token["access_token"]).status == 401
    assert call_with(api, other["access_token"]).status == 200


def test_deleting_a_refresh_token_ends_its_access_tokens_alone(api: Api) -> None:
    mine, other = install(api), install(api)
    again = refresh(api, mine["refresh_token"]).json
    gone = api.call("DELETE", f"/oauth/v1/refresh-tokens/{mine['refresh_token']}", headers={})
    assert (gone.status, gone.raw) == (204, b"")
    for token in (mine["access_token"], again["access_token"]):
        assert call_with(api, token).status == 401
    assert refresh(api, mine["refresh_token"]).json["status"] == "BAD_REFRESH_TOKEN"
    assert call_with(api, other["access_token"]).status == 200
    assert api.call("DELETE", f"/oauth/v1/refresh-tokens/{mine['refresh_token']}", headers={}).status == 404


def test_an_access_token_tells_what_it_is_worth(api: Api) -> None:
    token = install(api)["access_token"]
    answer = api.call("GET", f"/oauth/v1/access-tokens/{token}", headers={})
    assert answer.status == 200
    assert answer.json == {
        "token": token,
        "user": "admin@spokedesk.test",
        "hub_domain": "spokedesk.test",
        "scopes": ["oauth", "tickets"],
        "hub_id": ACCOUNT_ID,
        "app_id": 1_000_001,
        "expires_in": 1800,
        "user_id": 1,
        "token_type": "access",
        "is_private_distribution": True,
    }


def test_a_refresh_token_tells_what_it_is_worth(api: Api) -> None:
    token = install(api)["refresh_token"]
    answer = api.call("GET", f"/oauth/v1/refresh-tokens/{token}", headers={})
    assert answer.status == 200
    assert answer.json == {
        "token": token,
        "user": "admin@spokedesk.test",
        "hub_domain": "spokedesk.test",
        "scopes": ["oauth", "tickets"],
        "hub_id": ACCOUNT_ID,
        "client_id": CLIENT_ID,
        "user_id": 1,
        "token_type": "refresh",
    }


@pytest.mark.parametrize("kind", ["access-tokens", "refresh-tokens"])
@pytest.mark.parametrize("token", ["guess", "%00", "pat-na1-test-full"])
def test_a_token_that_no_app_has_is_not_found(api: Api, kind: str, token: str) -> None:
    answer = api.call("GET", f"/oauth/v1/{kind}/{token}", headers={})
    assert (answer.status, answer.json["message"]) == (404, "resource not found")


def introspect(api: Api, path: str, token: str | None, **changes: str | None) -> Answer:
    fields: dict[str, str | None] = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "token": token}
    return submit(api, path + "/introspect", fields | changes)


@pytest.mark.parametrize("path", NEWER)
def test_an_app_looks_into_its_own_tokens(api: Api, path: str) -> None:
    tokens = install(api)
    access = introspect(api, path, tokens["access_token"]).json
    assert access == {
        "active": True,
        "token_use": "access_token",
        "token": tokens["access_token"],
        "token_type": "access",
        "client_id": CLIENT_ID,
        "app_id": 1_000_001,
        "hub_id": ACCOUNT_ID,
        "hub_domain": "spokedesk.test",
        "user": "admin@spokedesk.test",
        "user_id": 1,
        "scopes": ["oauth", "tickets"],
        "expires_in": 1800,
        "is_private_distribution": True,
    }
    refresh_facts = introspect(api, path, tokens["refresh_token"], token_type_hint="refresh_token").json
    assert (refresh_facts["token_use"], refresh_facts["token_type"]) == ("refresh_token", "refresh")
    assert "expires_in" not in refresh_facts


@pytest.mark.parametrize("path", NEWER)
def test_an_app_learns_nothing_of_other_tokens(api: Api, path: str) -> None:
    make_app(api, "another")
    tokens = install(api)
    for token in (tokens["access_token"], tokens["refresh_token"], "guess", "pat-na1-test-full", None):
        answer = introspect(api, path, token, client_id="another")
        assert (answer.status, answer.json) == (200, {"active": False})
    assert introspect(api, path, tokens["access_token"], client_secret="guess").json["error"] == "invalid_client"


@pytest.mark.parametrize("path", NEWER)
def test_an_app_ends_its_own_tokens(api: Api, path: str) -> None:
    fields: dict[str, str | None] = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    one, two = install(api), install(api)
    answer = submit(api, path + "/revoke", fields | {"token": one["access_token"]})
    assert (answer.status, answer.raw) == (200, b"")
    assert call_with(api, one["access_token"]).status == 401
    assert introspect(api, path, one["access_token"]).json == {"active": False}
    assert refresh(api, one["refresh_token"]).status == 200
    assert submit(api, path + "/revoke", fields | {"token": two["refresh_token"]}).status == 200
    assert call_with(api, two["access_token"]).status == 401
    assert introspect(api, path, two["refresh_token"]).json == {"active": False}


def test_an_app_cannot_end_what_is_not_its_own(api: Api) -> None:
    make_app(api, "another")
    tokens = install(api)
    fields: dict[str, str | None] = {"client_id": "another", "client_secret": CLIENT_SECRET}
    for token in (tokens["access_token"], tokens["refresh_token"], api.token, "guess"):
        assert submit(api, "/oauth/v3/token/revoke", fields | {"token": token}).status == 200
    assert call_with(api, tokens["access_token"]).status == 200
    assert refresh(api, tokens["refresh_token"]).status == 200
    assert api.get(TICKETS).status == 200
    wrong = fields | {"client_id": CLIENT_ID, "client_secret": "guess", "token": tokens["access_token"]}
    assert submit(api, "/oauth/v3/token/revoke", wrong).status == 400


def test_a_pasted_token_of_a_private_app_is_checked_without_a_header(api: Api) -> None:
    path = "/oauth/v2/private-apps/get/access-token-info"
    api.grant("pat-na1-pasted", ["tickets"])
    answer = api.call("POST", path, json={"tokenKey": "pat-na1-pasted"}, headers={})
    assert answer.status == 200
    assert answer.json == {"userId": 1, "hubId": ACCOUNT_ID, "appId": 100_003, "scopes": ["oauth", "tickets"]}
    for wrong in ("guess", install(api)["access_token"]):
        assert api.call("POST", path, json={"tokenKey": wrong}, headers={}).status == 404
    assert api.call("POST", path, json={}, headers={}).status == 400
    assert api.call("POST", path, json={"tokenKey": 7}, headers={}).status == 400


def test_any_pasted_token_is_good_where_any_token_is_accepted(api: Api) -> None:
    api.store.any_token_account = ACCOUNT_ID
    answer = api.call("POST", "/oauth/v2/private-apps/get/access-token-info", json={"tokenKey": "x"}, headers={})
    assert (answer.status, answer.json["hubId"]) == (200, ACCOUNT_ID)
    assert "tickets" in answer.json["scopes"]


def test_any_token_learns_its_account_in_the_oldest_words(api: Api) -> None:
    answer = call_with(api, install(api)["access_token"], path="/integrations/v1/me")
    assert answer.status == 200
    assert answer.json == {
        "portalId": ACCOUNT_ID,
        "timeZone": "UTC",
        "accountType": "STANDARD",
        "currency": "USD",
        "utcOffset": "+00:00",
        "utcOffsetMilliseconds": 0,
    }


@pytest.mark.parametrize("path", [*TOKEN_CALLS, "/oauth/v3/token/introspect", "/oauth/v3/token/revoke"])
@pytest.mark.parametrize(
    "body",
    [b"client_id=%FF", b"client_id=\xff", b"client_id=a&client_id=b", b"client_id=%00", b"&".join([b"x=1"] * 101)],
)
def test_a_form_that_could_mean_anything_is_refused(api: Api, path: str, body: bytes) -> None:
    answer = api.call("POST", path, body=body, headers={})
    assert (answer.status, answer.json["category"]) == (400, "VALIDATION_ERROR")


@pytest.mark.parametrize("body", [b"", b"{}", b"&&&", b"grant_type", b"=x", b"unknown=1"])
def test_a_form_without_what_is_needed_is_an_ordinary_refusal(api: Api, body: bytes) -> None:
    assert api.call("POST", "/oauth/v1/token", body=body, headers={}).json["status"] == "BAD_GRANT_TYPE"


def test_a_form_may_not_be_large(api: Api) -> None:
    assert api.call("POST", "/oauth/v1/token", body=b"x=" + b"y" * 65_536, headers={}).status == 413
