"""Signing in to a running server: the link at its start, one click in a demo, hashing that nobody else waits for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

from tests.support.commands import spokedesk
from tests.support.server import Server, start_server

PASSWORD = "correct horse battery"
SESSION = "/spokedesk/v1/session"
TICKETS = "/crm/v3/objects/tickets"


def browser(server: Server) -> httpx2.Client:
    return httpx2.Client(base_url=server.url, headers={"x-spokedesk-csrf": "1"}, timeout=20, trust_env=False)


def token_of(client: httpx2.Client) -> str:
    answer = client.post(f"{SESSION}/token")
    assert answer.status_code == 200, answer.text
    found: str = answer.json()["accessToken"]
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sign-in") / "data"


@pytest.fixture(scope="module")
def desk(folder: Path) -> Iterator[Server]:
    server = start_server(data=folder, log=folder.parent / "server.log")
    with browser(server) as client:
        link = server.facts["sign_in"].partition("#link=")[2]
        body = {"link": link, "password": PASSWORD, "email": "ada@example.com", "firstName": "Ada"}
        assert client.post(f"{SESSION}/link", json=body).json()["user"]["role"] == "admin"
    yield server
    server.stop()


def test_the_first_user_signs_in_and_works(desk: Server) -> None:
    with browser(desk) as client:
        signed = client.post(SESSION, json={"email": "ada@example.com", "password": PASSWORD})
        assert signed.status_code == 200
        headers = {"authorization": f"Bearer {token_of(client)}"}
        ticket = {"properties": {"subject": "s", "hs_pipeline_stage": "1"}}
        assert client.post(TICKETS, json=ticket, headers=headers).status_code == 201
        assert client.delete(SESSION).status_code == 204
        assert client.get(TICKETS, headers=headers).status_code == 401


def test_nobody_waits_while_a_password_is_hashed(desk: Server) -> None:
    """The answers to calls that are made afterwards come first."""
    body = {"email": "nobody@example.com", "password": "wrong password"}
    with browser(desk) as client, browser(desk) as other, ThreadPoolExecutor(1) as pool:
        assert other.get("/healthz").status_code == 200
        signing_in = pool.submit(client.post, SESSION, json=body)
        time.sleep(0.02)
        served = 0
        while not signing_in.done():
            assert other.get("/healthz").status_code == 200
            served += 1
        assert signing_in.result().status_code == 401
        assert served >= 3


def test_a_user_who_is_disabled_at_the_terminal_is_out_at_once(desk: Server, folder: Path) -> None:
    made = spokedesk("user", "add", "bob@example.com", "--role", "agent", "--data", str(folder), "--url", desk.url)
    assert made.returncode == 0, made.stderr
    link = made.stdout.partition("#link=")[2].split()[0]
    with browser(desk) as client:
        assert client.post(f"{SESSION}/link", json={"link": link, "password": PASSWORD}).status_code == 200
        headers = {"authorization": f"Bearer {token_of(client)}"}
        assert client.get(TICKETS, headers=headers).status_code == 200
        assert spokedesk("user", "disable", "bob@example.com", "--data", str(folder)).returncode == 0
        assert client.get(TICKETS, headers=headers).status_code == 401
        assert client.post(f"{SESSION}/token").status_code == 401


def test_later_starts_print_no_link(folder: Path, desk: Server) -> None:
    desk.stop()
    server = start_server(data=folder)
    try:
        assert server.facts["sign_in"] is None
    finally:
        server.stop()


def test_a_stand_in_is_signed_in_to_with_one_click() -> None:
    server = start_server("--stand-in")
    try:
        assert server.facts["sign_in"] is None
        with browser(server) as client:
            assert client.get(SESSION).json()["demoSignIn"] is True
            assert client.post(f"{SESSION}/demo").status_code == 200
            headers = {"authorization": f"Bearer {token_of(client)}"}
            assert client.get("/spokedesk/v1/me", headers=headers).json()["user"]["role"] == "admin"
    finally:
        server.stop()
