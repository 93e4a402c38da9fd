"""The demo app: in memory only, for programs on this machine only, like the demo token."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path

import pytest

from spokedesk.api.auth import DEMO_APP, DemoApp
from spokedesk.api.calls import Request, Response
from spokedesk.api.service import Service
from spokedesk.api.stores import DeskStore, open_store
from spokedesk.settings import Settings
from tests.support.api import Answer, answer_of
from tests.support.oauth import form_of

TICKETS = "/crm/v3/objects/tickets"
CALLBACK = "http://localhost:3000/oauth-callback"
LOCAL = "127.0.0.1"


class Desk:
    """A process with a demo account, asked from this machine unless said otherwise."""

    def __init__(self, settings: Settings) -> None:
        self.store: DeskStore = open_store(settings)
        self.service = Service(self.store)
        self.peer = LOCAL
        self.headers = {"host": "127.0.0.1:8765"}

    def call(self, method: str, path: str, query: str = "", body: str = "", **headers: str) -> Answer:
        answers: list[Response] = []
        request = Request(method, path, query, self.headers | headers, body.encode(), peer=self.peer, bound=LOCAL)
        answered = threading.Event()

        def respond(response: Response) -> None:
            answers.append(response)
            answered.set()

        self.service.handle(request, respond)
        assert answered.wait(20)
        return answer_of(answers[0])

    def refresh(
        self, token: str = "demo-refresh", path: str = "/oauth/v1/token", secret: str = "demo-secret"
    ) -> Answer:
        body = f"grant_type=refresh_token&client_id=demo-client&client_secret={secret}&refresh_token={token}"
        return self.call("POST", path, body=body)

    def tickets(self, token: str) -> int:
        return self.call("GET", TICKETS, authorization=f"Bearer {token}").status


def app_of(desk: Desk) -> DemoApp:
    assert desk.store.demo is not None
    assert desk.store.demo.app is not None
    return desk.store.demo.app


@pytest.fixture
def desk() -> Iterator[Desk]:
    found = Desk(Settings(demo=True, ephemeral=True))
    yield found
    found.store.database.close()


@pytest.mark.parametrize("path", ["/oauth/v1/token", "/oauth/v3/token", "/oauth/2026-03/token"])
def test_the_demo_refresh_token_opens_the_demo_account(desk: Desk, path: str) -> None:
    answer = desk.refresh(path=path)
    assert answer.status == 200
    assert answer.json["refresh_token"] == "demo-refresh"
    assert desk.tickets(answer.json["access_token"]) == 200
    assert desk.tickets("pat-demo") == 200


def test_the_demo_app_needs_its_secret(desk: Desk) -> None:
    assert desk.refresh(secret="guess").json["status"] == "BAD_CLIENT_SECRET"
    assert desk.refresh("guess").json["status"] == "BAD_REFRESH_TOKEN"


def test_tokens_of_the_demo_app_tell_what_they_are_worth(desk: Desk) -> None:
    token = desk.refresh().json["access_token"]
    facts = desk.call("GET", f"/oauth/v1/access-tokens/{token}").json
    assert "tickets" in facts["scopes"]
    assert desk.call("GET", "/oauth/v1/refresh-tokens/demo-refresh").json["client_id"] == "demo-client"
    body = f"client_id=demo-client&client_secret=demo-secret&token={token}"
    assert desk.call("POST", "/oauth/v3/token/introspect", body=body).json["active"] is True


def test_one_click_connects_the_demo_app(desk: Desk) -> None:
    page = desk.call("GET", "/oauth/authorize", f"client_id=demo-client&scope=tickets&redirect_uri={CALLBACK}")
    form = form_of(page.raw)
    assert "access_token" not in form.fields
    body = "&".join(f"{name}={value}" for name, value in {**form.fields, "decision": "approve"}.items())
    answer = desk.call("POST", form.action, body=body, cookie=page.headers["set-cookie"].partition(";")[0])
    assert answer.status == 303
    code = answer.headers["location"].partition("code=")[2]
    body = "grant_type=authorization_code&client_id=demo-client&client_secret=demo-secret"
    tokens = desk.call("POST", "/oauth/v1/token", body=f"{body}&code={code}&redirect_uri={CALLBACK}").json
    assert tokens["scopes"] == ["oauth", "tickets"]
    assert desk.tickets(tokens["access_token"]) == 200


def test_a_deleted_demo_refresh_token_is_dead_until_the_next_start(desk: Desk) -> None:
    token = desk.refresh().json["access_token"]
    assert desk.call("DELETE", "/oauth/v1/refresh-tokens/demo-refresh").status == 204
    assert desk.tickets(token) == 401
    assert desk.refresh().json["status"] == "BAD_REFRESH_TOKEN"
    assert desk.tickets("pat-demo") == 200


@pytest.mark.parametrize(
    ("peer", "headers"),
    [
        ("192.168.1.5", {"host": "127.0.0.1:8765"}),
        (LOCAL, {"host": "evil.example"}),
        (LOCAL, {"host": "127.0.0.1:8765", "x-forwarded-for": "127.0.0.1"}),
        (LOCAL, {"host": "127.0.0.1:8765", "forwarded": "for=127.0.0.1"}),
    ],
)
def test_the_demo_app_and_its_tokens_are_unknown_elsewhere(desk: Desk, peer: str, headers: dict[str, str]) -> None:
    token = desk.refresh().json["access_token"]
    desk.peer, desk.headers = peer, headers
    assert desk.refresh().json["status"] == "BAD_CLIENT_ID"
    assert desk.tickets(token) == 401
    assert desk.call("GET", f"/oauth/v1/access-tokens/{token}").status == 404
    assert desk.call("DELETE", "/oauth/v1/refresh-tokens/demo-refresh").status == 404
    page = desk.call("GET", "/oauth/authorize", f"client_id=demo-client&scope=tickets&redirect_uri={CALLBACK}")
    assert page.status == 400


@pytest.mark.parametrize(
    "settings",
    [
        Settings(ephemeral=True),
        Settings(ephemeral=True, demo=True, token="given"),
        Settings(stand_in=True, token="given"),
    ],
)
def test_a_process_without_the_demo_token_has_no_demo_app(settings: Settings) -> None:
    desk = Desk(settings)
    assert desk.refresh().json["status"] == "BAD_CLIENT_ID"
    assert desk.store.demo is None or desk.store.demo.app is None


def test_bound_elsewhere_the_demo_app_has_random_secrets(tmp_path: Path) -> None:
    first = Desk(Settings(demo=True, ephemeral=True, host="0.0.0.0"))
    second = Desk(Settings(stand_in=True, host="0.0.0.0"))
    one, two = app_of(first), app_of(second)
    assert len({one.client_secret, two.client_secret, DEMO_APP.client_secret}) == 3
    assert len({one.refresh_token, two.refresh_token, DEMO_APP.refresh_token}) == 3
    assert first.refresh().json["status"] == "BAD_CLIENT_SECRET"
    first.peer = "192.168.1.5"
    answer = first.refresh(one.refresh_token, secret=one.client_secret)
    assert first.tickets(answer.json["access_token"]) == 200
    page = first.call("GET", "/oauth/authorize", f"client_id=demo-client&scope=tickets&redirect_uri={CALLBACK}")
    assert "access_token" in form_of(page.raw).fields


def test_nothing_of_the_demo_app_is_in_the_database(tmp_path: Path) -> None:
    desk = Desk(Settings(demo=True, data=tmp_path / "data"))
    token = desk.refresh().json["access_token"]
    assert desk.tickets(token) == 200
    desk.store.database.close()
    again = Desk(Settings(data=tmp_path / "data"))
    assert again.refresh().json["status"] == "BAD_CLIENT_ID"
    assert again.tickets(token) == 401
    again.store.database.close()
    stored = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())
    for text in (*astuple(DEMO_APP), token):
        assert text.encode() not in stored


def test_the_rest_of_the_account_is_untouched_by_the_demo_app(desk: Desk) -> None:
    """A call that merely looks like one about the demo app is answered by the account."""
    assert b"tickets" in desk.call("GET", "/", "client_id=demo-client").raw
