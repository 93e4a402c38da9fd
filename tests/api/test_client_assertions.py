"""Clients that prove who they are by a signature, and ID tokens."""

from __future__ import annotations

import hmac
import json
from typing import Any

import pytest

from spokedesk.crm.oauth import App
from spokedesk.engine.assertions import ASSERTION_TYPE, decode_part
from spokedesk.engine.oauth import create_app
from spokedesk.storage.database import Transaction
from tests.support.api import ACCOUNT_ID, START, Answer, Api, Clock
from tests.support.assertions import PUBLIC_PEM, assertion_of
from tests.support.oauth import CLIENT_ID, CLIENT_SECRET, REDIRECT, exchange_code, get_code, make_app, refresh, submit

pytestmark = pytest.mark.fidelity(
    "documented", source="spec", of=["oauth.exchange", "oauth.introspect", "oauth.revoke"]
)

SIGNING = "22222222-2222-4222-a222-222222222222"
HOST = "http://spokedesk.test"
NEWER = ["/oauth/v3/token", "/oauth/2026-03/token", "/oauth/2026-09/token"]


@pytest.fixture
def api() -> Api:
    made = Api(clock=Clock(START, step=0))
    make_app(made)

    async def work(tx: Transaction) -> App:
        return await create_app(
            tx, SIGNING, "a", name="Signing", redirect_uris=(REDIRECT,), scopes=("tickets",), public_key=PUBLIC_PEM
        )

    made.write(work)
    return made


def signed(path: str = "/oauth/v3/token", **changes: Any) -> dict[str, str]:
    claims = {"iss": SIGNING, "sub": SIGNING, "aud": f"{HOST}{path}", "exp": START // 1000 + 60, **changes}
    return {"client_assertion": assertion_of(claims), "client_assertion_type": ASSERTION_TYPE}


def own(api: Api, path: str = "/oauth/v3/token", **fields: str | None) -> Answer:
    return submit(api, path, {"grant_type": "client_credentials", **fields})


@pytest.mark.parametrize("path", NEWER)
def test_a_signature_takes_the_place_of_the_secret(api: Api, path: str) -> None:
    answer = own(api, path, **signed(path))
    assert (answer.status, answer.json["scopes"]) == (200, ["oauth", "tickets"])
    assert own(api, path, client_id=SIGNING, **signed(path)).status == 200
    bearer = {"authorization": f"Bearer {answer.json['access_token']}"}
    assert api.call("GET", "/crm/v3/objects/tickets", headers=bearer).status == 200


@pytest.mark.parametrize("audience", [HOST, f"{HOST}/", f"{HOST}/oauth/v3/token", [f"{HOST}/oauth/v3/token", "x"]])
def test_it_is_meant_for_this_server(api: Api, audience: Any) -> None:
    assert own(api, **signed(aud=audience)).status == 200


@pytest.mark.parametrize(
    "fields",
    [
        signed(aud="https://api.example.com/oauth/v3/token"),
        signed(iss="other"),
        signed(exp=START // 1000 - 1),
        {**signed(), "client_id": CLIENT_ID},
        {**signed(), "client_assertion_type": "urn:other"},
        {"client_assertion": signed()["client_assertion"]},
        {"client_assertion_type": ASSERTION_TYPE},
        {**signed(), "client_assertion": "no.such.thing"},
        # a secret beside it does not help
        {"client_assertion_type": ASSERTION_TYPE, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET},
        signed(iss=CLIENT_ID, sub=CLIENT_ID),
    ],
)
def test_what_proves_nothing_is_refused(api: Api, fields: dict[str, str]) -> None:
    answer = own(api, **fields)
    assert (answer.status, answer.json["status"], answer.json["error"]) == (
        400,
        "BAD_CLIENT_ASSERTION",
        "invalid_client",
    )


def test_an_app_that_was_revoked_proves_nothing(api: Api) -> None:
    from spokedesk.engine.oauth import revoke_app

    api.write(lambda tx: revoke_app(tx, 1_000_002))
    assert own(api, **signed()).status == 400


def test_the_first_form_knows_secrets_only(api: Api) -> None:
    answer = own(api, "/oauth/v1/token", **signed("/oauth/v1/token"))
    assert (answer.status, answer.json["status"]) == (400, "BAD_CLIENT_ID")


def test_codes_refresh_tokens_and_questions_take_signatures_too(api: Api) -> None:
    code = get_code(api, client_id=SIGNING)
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
    tokens = submit(api, "/oauth/v3/token", {**fields, **signed()}).json
    again = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    assert submit(api, "/oauth/v3/token", {**again, **signed()}).status == 200
    asked = {"token": tokens["access_token"]}
    for path in ("/oauth/v3/token/introspect", "/oauth/v3/token"):
        told = submit(api, "/oauth/v3/token/introspect", {**asked, **signed(path)}).json
        assert (told["active"], told["client_id"]) == (True, SIGNING)
    assert submit(api, "/oauth/v3/token/revoke", {**asked, **signed("/oauth/v3/token/revoke")}).status == 200
    assert submit(api, "/oauth/v3/token/introspect", {**asked, **signed()}).json == {"active": False}


def claims_of(token: str, secret: str) -> dict[str, Any]:
    """What an ID token says, checked as a client does it."""
    head, claims, signature = token.split(".")
    assert json.loads(decode_part(head) or b"")["alg"] == "HS256"
    assert decode_part(signature) == hmac.digest(secret.encode(), f"{head}.{claims}".encode(), "sha256")
    found: dict[str, Any] = json.loads(decode_part(claims) or b"")
    return found


@pytest.mark.parametrize("path", ["/oauth/v1/token", *NEWER])
def test_who_asks_for_openid_is_told_who_allowed_it(api: Api, path: str) -> None:
    tokens = exchange_code(api, get_code(api, scope="tickets openid"), path).json
    claims = claims_of(tokens["id_token"], CLIENT_SECRET)
    assert claims == {
        "iss": HOST,
        "sub": str(tokens["user_id"]),
        "aud": CLIENT_ID,
        "iat": START // 1000,
        "exp": START // 1000 + 1800,
        "hub_id": ACCOUNT_ID,
    }
    again = refresh(api, tokens["refresh_token"], path).json
    assert claims_of(again["id_token"], CLIENT_SECRET)["sub"] == claims["sub"]


def test_nobody_else_is_told(api: Api) -> None:
    assert "id_token" not in exchange_code(api, get_code(api)).json
    assert "id_token" not in own(api, **signed()).json
