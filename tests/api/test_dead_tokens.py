"""The calls that are about a token and need none beside it: dead ones and those of others tell and do nothing."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from spokedesk.engine.tokens import every_scope
from tests.support.api import FULL_TOKEN, START, Api, Clock
from tests.support.factories import insert_token
from tests.support.oauth import CLIENT_ID, CLIENT_SECRET, install, make_app, submit

pytestmark = pytest.mark.fidelity("documented", source="spec", of="oauth.*")

OTHER_ID = "22222222-2222-4222-a222-222222222222"
PASTED = "/oauth/v2/private-apps/get/access-token-info"
HOUR = 3_600_000
VERSIONS = ("v3", "2025-09", "2026-03", "2026-09", "2026-09-beta")


@pytest.fixture(scope="module")
def api() -> Api:
    made = Api(clock=Clock(START, step=0))
    make_app(made)
    make_app(made, OTHER_ID)
    return made


@pytest.fixture(scope="module")
def texts(api: Api) -> Mapping[str, str]:
    """A live pair of tokens, and everything that must not pass for one of its kind."""
    assert isinstance(api.clock, Clock)
    insert_token(api, "pat-na1-expired", every_scope(), "private_app", expires_at=START - HOUR)
    old = install(api)
    api.clock.at += HOUR
    gone = install(api)
    api.delete(f"/oauth/v1/refresh-tokens/{gone['refresh_token']}")
    live = install(api)
    return {
        "unknown": "x",
        "of the demo": "pat-demo",
        "expired": old["access_token"],
        "expired private": "pat-na1-expired",
        "revoked": gone["access_token"],
        "revoked refresh": gone["refresh_token"],
        "private": FULL_TOKEN,
        "access": live["access_token"],
        "refresh": live["refresh_token"],
    }


NO_ACCESS = ("unknown", "of the demo", "expired", "expired private", "revoked", "revoked refresh", "private", "refresh")
NO_REFRESH = ("unknown", "of the demo", "expired", "revoked", "revoked refresh", "private", "access")
NO_PRIVATE = ("unknown", "of the demo", "expired", "expired private", "revoked", "revoked refresh", "access", "refresh")


@pytest.mark.parametrize("kind", NO_ACCESS)
def test_what_is_no_live_access_token_is_not_found(api: Api, texts: Mapping[str, str], kind: str) -> None:
    answer = api.call("GET", f"/oauth/v1/access-tokens/{texts[kind]}", headers={})
    assert (answer.status, answer.json["category"]) == (404, "OBJECT_NOT_FOUND")
    assert texts[kind] == "x" or texts[kind] not in answer.raw.decode()


@pytest.mark.parametrize("kind", NO_REFRESH)
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_what_is_no_live_refresh_token_is_not_found(api: Api, texts: Mapping[str, str], kind: str, method: str) -> None:
    assert api.call(method, f"/oauth/v1/refresh-tokens/{texts[kind]}", headers={}).status == 404


@pytest.mark.parametrize("kind", NO_PRIVATE)
def test_what_is_no_live_token_of_a_private_app_is_not_found(api: Api, texts: Mapping[str, str], kind: str) -> None:
    assert api.call("POST", PASTED, json={"tokenKey": texts[kind]}, headers={}).status == 404


@pytest.mark.parametrize("version", VERSIONS)
def test_another_app_learns_nothing_and_ends_nothing(api: Api, texts: Mapping[str, str], version: str) -> None:
    for text in texts.values():
        fields = {"token": text, "client_id": OTHER_ID, "client_secret": CLIENT_SECRET}
        assert submit(api, f"/oauth/{version}/token/introspect", fields).json == {"active": False}
        assert submit(api, f"/oauth/{version}/token/revoke", fields).status == 200
    alive(api, texts)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("client_id", "secret"),
    [(CLIENT_ID, ""), (CLIENT_ID, "x"), (CLIENT_ID, CLIENT_SECRET.upper()), ("nobody", CLIENT_SECRET), ("", "")],
)
def test_nobody_asks_in_the_name_of_an_app(
    api: Api, texts: Mapping[str, str], version: str, client_id: str, secret: str
) -> None:
    for call in ("introspect", "revoke"):
        fields = {"token": texts["access"], "client_id": client_id, "client_secret": secret}
        answer = submit(api, f"/oauth/{version}/token/{call}", fields)
        assert (answer.status, answer.json["error"]) == (400, "invalid_client")
    alive(api, texts)


def alive(api: Api, texts: Mapping[str, str]) -> None:
    """The control: the tokens themselves still work, for the app that they belong to too."""
    bearer = {"authorization": f"Bearer {texts['access']}"}
    assert api.call("GET", "/crm/v3/objects/tickets", headers=bearer).status == 200
    for kind in ("access", "refresh"):
        assert api.call("GET", f"/oauth/v1/{kind}-tokens/{texts[kind]}", headers={}).status == 200
        fields = {"token": texts[kind], "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        assert submit(api, "/oauth/v3/token/introspect", fields).json["active"] is True
    assert api.call("POST", PASTED, json={"tokenKey": FULL_TOKEN}, headers={}).status == 200
