"""The official Python SDK's OAuth calls against a real server, unpatched; its logs and its data afterwards."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx2
import pytest
from hubspot import HubSpot, oauth
from hubspot.oauth.exceptions import ApiException
from hubspot.utils.oauth import get_auth_url

from tests.support.oauth import form_of
from tests.support.server import Server, create_ticket, run_command, start_desk, start_server

REDIRECT = "http://localhost:3000/oauth-callback"
THREADS = 50


@dataclass(slots=True)
class Installed:
    """A desk with an app, as its developer knows it. `tokens_api` is the SDK's, which needs no access token."""

    server: Server
    app: dict[str, Any]
    log: Path
    tokens_api: Any

    def sdk(self, token: str | None = None) -> Any:
        """The SDK as anybody points it here; without a token it can do nothing but OAuth."""
        return HubSpot(access_token=token, host=self.server.url, base_url=self.server.url)

    def credentials(self) -> dict[str, str]:
        return {"client_id": self.app["client_id"], "client_secret": self.app["client_secret"]}

    def consent(self, scope: tuple[str, ...] = ("tickets",), state: str | None = None) -> dict[str, str]:
        """What the app is told after somebody went to the address that the SDK makes and allowed it."""
        vendor = get_auth_url(client_id=self.app["client_id"], redirect_uri=REDIRECT, scope=scope, state=state)
        with httpx2.Client(base_url=self.server.url, trust_env=False, timeout=20) as browser:
            page = browser.get(f"/oauth/authorize?{urlsplit(vendor).query}")
            assert page.status_code == 200
            fields = form_of(page.content).fields | {"access_token": self.server.token, "decision": "approve"}
            answer = browser.post("/oauth/authorize", data=fields)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith(REDIRECT + "?")
        return dict(parse_qsl(urlsplit(answer.headers["location"]).query))

    def exchange(self, code: str) -> Any:
        return self.tokens_api.create(
            grant_type="authorization_code", code=code, redirect_uri=REDIRECT, **self.credentials()
        )

    def refresh(self, token: str) -> Any:
        return self.tokens_api.create(grant_type="refresh_token", refresh_token=token, **self.credentials())


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    folder = tmp_path_factory.mktemp("oauth")
    server = start_desk(folder)
    app = run_command("app", "create", "--data", str(server.data), "--name", "Shop", "--redirect-uri", REDIRECT)
    sdk = HubSpot(host=server.url, base_url=server.url)
    yield Installed(server, app, folder / "server.log", sdk.oauth.tokens_api)
    server.stop()


def test_the_sdk_gets_tokens_for_a_code_and_works_with_them(installed: Installed) -> None:
    answer = installed.consent(state="of mine")
    assert answer["state"] == "of mine"
    tokens = installed.exchange(answer["code"])
    assert type(tokens) is oauth.TokenResponseIF
    assert (tokens.token_type, tokens.expires_in) == ("bearer", 1800)
    sdk = installed.sdk(tokens.access_token)
    made = create_ticket(sdk, "From an app")
    assert sdk.crm.tickets.basic_api.get_by_id(made.id).properties["subject"] == "From an app"


def test_the_sdk_refreshes(installed: Installed) -> None:
    tokens = installed.exchange(installed.consent()["code"])
    again = installed.refresh(tokens.refresh_token)
    assert type(again) is oauth.TokenResponseIF
    assert again.refresh_token == tokens.refresh_token
    assert again.access_token != tokens.access_token
    assert installed.sdk(again.access_token).crm.tickets.basic_api.get_page().results is not None


def test_the_sdk_looks_at_an_access_token(installed: Installed) -> None:
    token = installed.exchange(installed.consent(("tickets", "crm.objects.contacts.read"))["code"]).access_token
    facts = installed.sdk().oauth.access_tokens_api.get(token)
    assert type(facts) is oauth.AccessTokenInfoResponse
    assert facts.token == token
    assert facts.scopes == ["crm.objects.contacts.read", "oauth", "tickets"]
    assert (facts.hub_id, facts.app_id) == (installed.app["account_id"], installed.app["app_id"])
    assert 0 < facts.expires_in <= 1800


def test_the_sdk_looks_at_a_refresh_token_and_deletes_it(installed: Installed) -> None:
    tokens = installed.exchange(installed.consent()["code"])
    api = installed.sdk().oauth.refresh_tokens_api
    facts = api.get(tokens.refresh_token)
    assert type(facts) is oauth.RefreshTokenInfoResponse
    assert (facts.client_id, facts.token_type) == (installed.app["client_id"], "refresh")
    assert api.archive(tokens.refresh_token) is None
    with pytest.raises(ApiException) as failed:
        installed.refresh(tokens.refresh_token)
    assert failed.value.status == 400
    assert json.loads(failed.value.body)["status"] == "BAD_REFRESH_TOKEN"
    with installed.server.http(tokens.access_token) as http:
        assert http.get("/crm/v3/objects/tickets").status_code == 401


def test_the_sdk_is_told_why_a_code_is_no_good(installed: Installed) -> None:
    code = installed.consent()["code"]
    installed.exchange(code)
    with pytest.raises(ApiException) as failed:
        installed.exchange(code)
    body = json.loads(failed.value.body)
    assert (failed.value.status, body["status"]) == (400, "BAD_AUTH_CODE")
    assert body["message"] == "missing or unknown auth code"


def race(installed: Installed) -> list[tuple[int, str | None]]:
    """Status and error code of fifty connections that exchange one code at the same moment."""
    code = installed.consent()["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, **installed.credentials()}
    barrier = threading.Barrier(THREADS)
    answers: list[tuple[int, str | None]] = []

    def run() -> None:
        with closing(HTTPConnection(urlsplit(installed.server.url).netloc, timeout=30)) as connection:
            connection.connect()
            barrier.wait()
            connection.request("POST", "/oauth/v1/token", urlencode(form))
            answer = connection.getresponse()
            answers.append((answer.status, json.loads(answer.read()).get("status")))

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_one_of_fifty_connections_gets_the_code(installed: Installed, long_run: bool) -> None:
    for _ in range(20 if long_run else 3):
        answers = race(installed)
        assert answers.count((200, None)) == 1
        assert answers.count((400, "BAD_AUTH_CODE")) == THREADS - 1


def test_neither_the_log_nor_the_data_hold_a_secret(installed: Installed) -> None:
    code = installed.consent()["code"]
    tokens = installed.exchange(code)
    installed.sdk().oauth.access_tokens_api.get(tokens.access_token)
    with installed.server.http() as http:
        for path in ("/oauth/v1/token", "/oauth/v3/token"):
            wrong = {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token, "client_id": "x"}
            assert http.post(path, data=wrong).status_code == 400
    assert installed.server.data is not None
    kept = b"".join(path.read_bytes() for path in installed.server.data.iterdir()) + installed.log.read_bytes()
    assert installed.app["client_id"].encode() in kept
    for secret in (code, tokens.access_token, tokens.refresh_token, installed.app["client_secret"]):
        assert secret.encode() not in kept


def test_the_demo_app_works_with_the_sdk_without_any_preparation() -> None:
    server = start_server("--stand-in")
    try:
        app = server.facts["app"]
        assert app == {"client_id": "demo-client", "client_secret": "demo-secret", "refresh_token": "demo-refresh"}
        sdk = HubSpot(host=server.url, base_url=server.url)
        tokens = sdk.oauth.tokens_api.create(grant_type="refresh_token", **app)
        made = create_ticket(server.client(tokens.access_token), "From the demo app")
        assert made.properties["subject"] == "From the demo app"
    finally:
        server.stop()
