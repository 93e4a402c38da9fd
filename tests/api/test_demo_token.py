"""The demo token: in memory only, for programs on this machine only, and what takes its place elsewhere."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from spokedesk.api.auth import DEMO_TOKEN, VENDOR_HOSTS, DemoAccess
from spokedesk.api.calls import Request, Response
from spokedesk.api.service import Service
from spokedesk.api.stores import demo_access, open_store
from spokedesk.engine.tokens import hash_token
from spokedesk.settings import Settings
from tests.support.api import ACCOUNT_ID, Api

LOCAL = DemoAccess(ACCOUNT_ID, DEMO_TOKEN, loopback_only=True)


def status(
    access: DemoAccess | None,
    token: str = DEMO_TOKEN,
    *,
    host: str = "127.0.0.1:8765",
    peer: str = "127.0.0.1",
    bound: str = "127.0.0.1",
    further: dict[str, str] | None = None,
) -> int:
    """What a list of tickets is answered with."""
    api = Api()
    api.store.demo = access
    headers = {"host": host, "authorization": f"Bearer {token}", **(further or {})}
    answers: list[Response] = []
    request = Request("GET", "/crm/v3/objects/tickets", headers=headers, peer=peer, bound=bound)
    api.service.handle(request, answers.append)
    return answers[0].status


def test_the_demo_token_opens_the_account_on_this_machine() -> None:
    assert status(LOCAL) == 200
    assert status(LOCAL, peer="::1", bound="::1", host="[::1]:8765") == 200


def test_a_process_without_demo_does_not_know_the_token() -> None:
    assert status(None) == 401


@pytest.mark.parametrize("token", ["pat-dem", "pat-demo2", "PAT-DEMO", "pat-demö", "pat-demo\udc80"])
def test_a_token_that_only_looks_like_it_is_refused(token: str) -> None:
    assert status(LOCAL, token) == 401


@pytest.mark.parametrize("peer", ["192.168.1.5", "203.0.113.7", "2001:db8::1", "0.0.0.0", "", "nobody"])
def test_a_peer_elsewhere_is_refused(peer: str) -> None:
    assert status(LOCAL, peer=peer) == 401


@pytest.mark.parametrize("bound", ["192.168.1.5", "0.0.0.0", "2001:db8::1", ""])
def test_a_connection_that_came_in_at_another_address_is_refused(bound: str) -> None:
    assert status(LOCAL, bound=bound) == 401


@pytest.mark.parametrize(
    "name",
    ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port", "x-forwarded-server"],
)
def test_a_forwarded_request_is_refused_whatever_the_header_says(name: str) -> None:
    assert status(LOCAL, further={name: "127.0.0.1"}) == 401


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8765", "127.0.0.1", "[::1]", *VENDOR_HOSTS, "api.hubapi.com:443"]
)
def test_names_of_this_machine_and_of_the_vendor_are_accepted(host: str) -> None:
    assert status(LOCAL, host=host) == 200


@pytest.mark.parametrize(
    "host", ["", "evil.example", "localhost.evil.example", "api.hubapi.com.evil.example", "127.0.0.2", "[::2]", ":8765"]
)
def test_any_other_name_is_refused_because_a_web_page_may_have_made_it_up(host: str) -> None:
    assert status(LOCAL, host=host) == 401


@pytest.mark.parametrize("given", ["desk.test", "Desk.Test:8765"])
def test_a_further_name_can_be_allowed(given: str) -> None:
    access = demo_access(Settings(demo=True, allow_hosts=(given,)), ACCOUNT_ID)
    assert status(access, host="desk.test:8765") == 200
    assert status(LOCAL, host="desk.test:8765") == 401


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.1.2.3"])
def test_the_well_known_token_exists_on_loopback_only(host: str) -> None:
    assert demo_access(Settings(demo=True, host=host), ACCOUNT_ID) == LOCAL


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "desk.test"])
def test_bound_elsewhere_the_demo_has_a_random_token_instead(host: str) -> None:
    first = demo_access(Settings(demo=True, host=host), ACCOUNT_ID)
    second = demo_access(Settings(demo=True, host=host), ACCOUNT_ID)
    assert first is not None
    assert second is not None
    assert len(first.token) > 30
    assert first.token != second.token
    assert status(first, DEMO_TOKEN) == 401
    assert status(first, first.token, peer="192.168.1.9", bound="192.168.1.5", host="desk.test") == 200


def test_without_demo_there_is_no_token_of_the_process() -> None:
    assert demo_access(Settings(), ACCOUNT_ID) is None


def test_a_database_in_memory_has_a_random_token_because_none_can_be_stored_in_it() -> None:
    access = demo_access(Settings(ephemeral=True), ACCOUNT_ID)
    assert access is not None
    assert status(access, access.token) == 200
    assert status(access) == 401


@pytest.mark.parametrize("demo", [False, True])
def test_a_token_of_the_environment_is_valid_from_anywhere_and_replaces_the_well_known_one(demo: bool) -> None:
    access = demo_access(Settings(demo=demo, token="from-the-environment"), ACCOUNT_ID)
    assert status(access, "from-the-environment", peer="203.0.113.7", bound="203.0.113.8", host="desk.test") == 200
    assert status(access) == 401


@pytest.mark.parametrize("settings", [{"demo": True}, {"token": "from-the-environment"}])
def test_neither_token_nor_its_hash_is_ever_in_the_database(
    tmp_path: Path, settings: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    """Also after calls with it, of which one writes; and nothing is logged."""
    token = settings.get("token", DEMO_TOKEN)
    caplog.set_level(logging.DEBUG)
    store = open_store(Settings(data=tmp_path, **settings))  # type: ignore[arg-type]
    done: list[Response] = []
    for method, path in (("GET", "/crm/v3/objects/contacts"), ("POST", "/crm/v3/objects/contacts")):
        headers = {"host": "localhost", "authorization": f"Bearer {token}", "content-type": "application/json"}
        body = b'{"properties": {"firstname": "Ada"}}' if method == "POST" else b""
        request = Request(method, path, headers=headers, body=body, peer="127.0.0.1", bound="127.0.0.1")
        Service(store).handle(request, done.append)
    store.database.close()
    assert [response.status for response in done] == [200, 201]
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"Ada" in stored
    for secret in (token, hash_token(token)):
        assert secret.encode() not in stored
        assert secret not in caplog.text
