"""`spokedesk serve` as a process, and what it says when it cannot start."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw
import httpx2
import pytest

from spokedesk import __version__, cli
from spokedesk.api.auth import DEMO_TOKEN
from spokedesk.api.server import bind
from spokedesk.api.stores import FIRST_ACCOUNT, find_first_account, open_store
from spokedesk.cli import serve
from spokedesk.cli.welcome import Facts, greeting, local_url
from spokedesk.engine.tokens import hash_token
from spokedesk.settings import Settings
from spokedesk.storage.folder import FILE_NAME
from spokedesk.storage.sqlite import FileDatabase
from tests.cli.commands import spokedesk, stored_bytes
from tests.support.server import Server, environment, start_server

TICKETS = "/crm/v3/objects/tickets"


def status(server: Server, token: str = DEMO_TOKEN, **headers: str) -> int:
    sent = {"Authorization": f"Bearer {token}", **headers}
    return httpx2.get(f"{server.url}{TICKETS}", headers=sent, trust_env=False).status_code


def total(server: Server) -> int:
    body = {"filterGroups": [], "limit": 1}
    with server.http() as client:
        found: int = client.post(f"{TICKETS}/search", json=body).json()["total"]
        return found


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that was seeded by the first start of `demo`, and that later tests start on again."""
    return tmp_path_factory.mktemp("serve") / "data"


@pytest.fixture(scope="module")
def demo(data: Path) -> Iterator[Server]:
    server = start_server("--demo", data=data, log=data.parent / "first.log")
    yield server
    server.stop()


def test_the_first_line_says_everything_a_program_needs(demo: Server, data: Path) -> None:
    facts = demo.facts
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", facts["url"])
    assert facts["token"] == DEMO_TOKEN
    assert facts["account_id"] == FIRST_ACCOUNT
    assert facts["data"] == str(data / FILE_NAME)
    assert facts["fidelity"] == "documented"
    assert facts["pid"] == demo.process.pid
    assert facts["version"] == __version__


def test_a_demo_has_its_tickets_and_takes_the_demo_token(demo: Server) -> None:
    assert status(demo) == 200
    assert total(demo) > 1100


@pytest.mark.parametrize(
    "headers", [{"X-Forwarded-For": "127.0.0.1"}, {"Forwarded": "for=127.0.0.1"}, {"Host": "evil.example"}]
)
def test_the_demo_token_is_refused_when_the_call_was_not_made_here(demo: Server, headers: dict[str, str]) -> None:
    assert status(demo, **headers) == 401


def test_a_redirected_client_that_still_names_the_vendor_gets_in(demo: Server) -> None:
    assert status(demo, Host="api.hubapi.com") == 200


def test_a_second_server_on_the_folder_is_refused_in_one_line(demo: Server, data: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "spokedesk", "serve", "--data", str(data), "--port", "0"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env=environment(),
    )
    assert done.returncode == 3
    assert done.stdout == ""
    assert re.fullmatch(
        rf"Error: {re.escape(str(data))} is in use by another Spokedesk server \(process {demo.process.pid}\)\. .*\n",
        done.stderr,
    )


def test_a_demo_leaves_no_trace_of_its_token_and_is_told_once(demo: Server, data: Path) -> None:
    """Ended by a signal it goes with status 0. The next start has the same tickets, and knows the token no more."""
    with demo.http() as client:
        first = client.get(TICKETS, params={"limit": 1}).json()["results"][0]["id"]
        assert client.delete(f"{TICKETS}/{first}").status_code == 204
    before = total(demo)
    assert demo.stop() == 0
    stored = stored_bytes(data)
    assert DEMO_TOKEN.encode() not in stored
    assert hash_token(DEMO_TOKEN).encode() not in stored
    again = start_server("--demo", data=data)
    try:
        assert total(again) == before
    finally:
        assert again.stop() == 0
    desk = start_server(data=data)
    try:
        assert desk.facts["token"] is None
        assert desk.facts["account_id"] == FIRST_ACCOUNT
        assert status(desk) == 401
    finally:
        assert desk.stop() == 0


def test_a_stand_in_takes_any_token_in_memory_and_ends_at_ctrl_c(tmp_path: Path) -> None:
    server = start_server("--stand-in", log=tmp_path / "log")
    try:
        assert (server.facts["data"], server.facts["fidelity"]) == ("memory", "observed")
        assert status(server, "anything") == 200
        assert total(server) == 0
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(30) == 0
    finally:
        server.stop()
    assert (tmp_path / "log").read_text() == ""


def test_the_welcome_shows_a_call_that_works(tmp_path: Path) -> None:
    """Read until the last line, then the curl line is taken apart and made."""
    command = [sys.executable, "-m", "spokedesk", "serve", "--ephemeral", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment())
    assert process.stdout is not None
    try:
        lines: list[str] = []
        while not lines or not lines[-1].startswith("Stop with"):
            lines.append(process.stdout.readline())
            assert lines[-1], "the server ended"
        curl = next(line for line in lines if line.strip().startswith("curl"))
        _, _, _, header, url = shlex.split(curl)
        name, _, value = header.partition(": ")
        assert httpx2.get(url, headers={name: value}, trust_env=False).status_code == 200
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()
    assert process.returncode == 0


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """`spokedesk serve ARGS` in this process, where it is expected to end with one line; returns the line."""
    monkeypatch.setattr(serve, "log_as_json", lambda: None)
    for name in [name for name in os.environ if name.startswith("SPOKEDESK_")]:
        monkeypatch.delenv(name)

    def fail(*arguments: str | Path) -> str:
        monkeypatch.setattr(sys, "argv", ["spokedesk", "serve", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 3
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.count("\n") == 1
        assert said.err.startswith("Error: ")
        return said.err.rstrip()

    return fail


def test_a_port_that_is_taken_is_said_before_anything_is_made(failing: Any, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = failing("--port", str(port), "--data", tmp_path / "data")
    assert said == (
        f"Error: Cannot listen on 127.0.0.1:{port}: Address already in use. Choose another --port (0: any) or --host."
    )
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("host", "reason"), [("203.0.113.77", "assign requested address"), ("no.such.invalid", "not known|resolution")]
)
def test_an_address_that_is_not_ours_is_refused(failing: Any, host: str, reason: str) -> None:
    assert re.search(reason, failing("--host", host, "--port", "0", "--ephemeral"))


def test_a_folder_that_cannot_be_one_is_refused(failing: Any, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = failing("--port", "0", "--data", tmp_path / "file" / "data")
    assert said == (
        f"Error: {tmp_path / 'file' / 'data'} cannot be used for data: Not a directory. "
        "It must be a writable folder on a local disk."
    )


def test_a_newer_schema_is_refused_untouched(failing: Any, tmp_path: Path) -> None:
    FileDatabase(tmp_path).close()
    connection = apsw.Connection(str(tmp_path / FILE_NAME))
    connection.execute("PRAGMA user_version = 9999")
    connection.close()
    before = (tmp_path / FILE_NAME).read_bytes()
    assert "was written by a newer Spokedesk (schema 9999" in failing("--port", "0", "--data", tmp_path)
    assert (tmp_path / FILE_NAME).read_bytes() == before


def test_a_file_of_another_program_is_refused(failing: Any, tmp_path: Path) -> None:
    connection = apsw.Connection(str(tmp_path / FILE_NAME))
    connection.execute("CREATE TABLE something (else_ TEXT)")
    connection.close()
    assert "a database of another program" in failing("--port", "0", "--data", tmp_path)


def test_a_name_with_several_addresses_gets_one_port() -> None:
    sockets = bind("localhost", 0)
    try:
        assert {item.getsockname()[1] for item in sockets} == {sockets[0].getsockname()[1]}
        assert {item.getsockname()[0] for item in sockets} <= {"127.0.0.1", "::1"}
    finally:
        for item in sockets:
            item.close()


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:1"),
        ("::1", "http://[::1]:1"),
        ("0.0.0.0", "http://127.0.0.1:1"),
        ("::", "http://[::1]:1"),
        ("192.168.1.5", "http://192.168.1.5:1"),
    ],
)
def test_the_address_that_is_shown_can_be_called_from_here(host: str, url: str) -> None:
    assert local_url(host, 1) == url


def shown(token: str | None, settings: Settings) -> str:
    return greeting(Facts("http://127.0.0.1:1", token, FIRST_ACCOUNT, "x", "documented", 1), settings)


def test_a_token_that_was_given_is_not_shown() -> None:
    text = shown(None, Settings(token="a-secret"))
    assert "a-secret" not in text
    assert "the one in SPOKEDESK_TOKEN" in text
    assert '"Authorization: Bearer $SPOKEDESK_TOKEN"' in text


def test_a_desk_without_a_token_says_how_to_make_one(tmp_path: Path) -> None:
    text = shown(None, Settings(data=tmp_path))
    command = re.search(r"make one: spokedesk (.*)", text)
    assert command is not None
    assert spokedesk(*shlex.split(command[1])).exit_code == 0


def test_it_says_where_people_look_and_how_they_get_in() -> None:
    assert "Browser    http://127.0.0.1:1   (enter the demo with one click)\n" in shown("pat-demo", Settings(demo=True))
    assert "Browser    http://127.0.0.1:1\n" in shown("pat-demo-8f3", Settings(demo=True))  # not from elsewhere
    facts = Facts("http://127.0.0.1:1", None, FIRST_ACCOUNT, "x", "documented", 1, sign_in="http://127.0.0.1:1/link#s")
    assert "Sign in    http://127.0.0.1:1/link#s   (good once" in greeting(facts, Settings())


def test_memory_says_that_it_forgets() -> None:
    assert "lost when the server stops" in shown("t", Settings(ephemeral=True))
    assert "lost when the server stops" not in shown("t", Settings())


@pytest.mark.parametrize(
    ("settings", "ignored"),
    [
        (Settings(fidelity="observed"), True),
        (Settings(account={"currency": "EUR"}), True),
        (Settings(fidelity="documented", account={"currency": "USD"}), False),
        (Settings(), False),
    ],
)
def test_settings_that_an_existing_account_does_not_follow_are_noticed(
    tmp_path: Path, settings: Settings, ignored: bool
) -> None:
    store = open_store(Settings(data=tmp_path))
    account = find_first_account(store.database)
    store.database.close()
    assert account is not None
    assert serve.is_ignored(settings, account) is ignored


def test_json_facts_are_one_line() -> None:
    facts = Facts("http://127.0.0.1:1", None, FIRST_ACCOUNT, "memory", "observed", 1)
    assert "\n" not in facts.as_json()
    assert json.loads(facts.as_json())["token"] is None
