"""The real thing: a `spokedesk serve` process on loopback, its tokens, the official client, raw HTTP."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from hubspot import HubSpot
from hubspot.crm import objects, properties, tickets

START_SECONDS = 180
"""With demo data it takes a few, and very many on a machine that has more to do than it can."""
STOP_SECONDS = 35


def run_command(*arguments: str) -> dict[str, Any]:
    """A finished `spokedesk` command with `--json`; its one line."""
    done = subprocess.run(
        [sys.executable, "-m", "spokedesk", *arguments, "--json"],
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
        env=environment(),
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def environment() -> dict[str, str]:
    """This process's environment without settings of ours."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SPOKEDESK_")}


def make_token(data: Path, scopes: Sequence[str] = ()) -> str:
    """A stored token of the account in a data folder, with all scopes unless some are named."""
    wanted = [part for scope in scopes for part in ("--scope", scope)] if scopes else ["--all-scopes"]
    token: str = run_command("token", "create", "--data", str(data), *wanted)["token"]
    return token


@dataclass(slots=True)
class Server:
    """A running server process. Stop it when it is no longer needed."""

    process: subprocess.Popen[bytes]
    facts: dict[str, Any]
    token: str
    data: Path | None = None

    @property
    def url(self) -> str:
        return str(self.facts["url"])

    def client(self, token: str | None = None) -> Any:
        """The official SDK as anybody would point it here; it manages webhooks with the key, everything else with the
        token.
        """
        secret = token or self.token
        return HubSpot(access_token=secret, api_key=secret, host=self.url, base_url=self.url)

    def http(self, token: str | None = None) -> httpx2.Client:
        headers = {"Authorization": f"Bearer {token or self.token}"}
        return httpx2.Client(base_url=self.url, headers=headers, timeout=20, trust_env=False)

    def stop(self) -> int:
        """Ask it to end, and wait until it has."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(STOP_SECONDS)
            raise
        finally:
            if self.process.stdout is not None:
                self.process.stdout.close()


def start_server(
    *options: str,
    token: str = "",
    data: Path | None = None,
    log: Path | None = None,
    program: Sequence[str] = ("-m", "spokedesk"),
) -> Server:
    """Start `spokedesk serve` on a free port and wait until it says that it serves."""
    place = [] if data is None else ["--data", str(data)]
    with (log or Path(os.devnull)).open("ab") as errors:
        process = subprocess.Popen(
            [sys.executable, *program, "serve", "--host", "127.0.0.1", "--port", "0", "--json"] + [*place, *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=environment(),
        )
    line = first_line(process)
    if not line:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
        said = log.read_text(errors="replace")[-2000:] if log else ""
        raise AssertionError(f"the server did not start within {START_SECONDS} s: {said}")
    facts = json.loads(line)
    return Server(process, facts, token or facts.get("token") or "", data)


def first_line(process: subprocess.Popen[bytes]) -> bytes:
    """What the process prints first; nothing if it ends or takes too long."""
    assert process.stdout is not None
    deadline = time.monotonic() + START_SECONDS
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while time.monotonic() < deadline:
            if selector.select(timeout=0.2):
                return process.stdout.readline()
    return b""


def start_desk(folder: Path, *options: str) -> Server:
    """A server on disk with one account and a stored token of all scopes."""
    data = folder / "data"
    token = make_token(data)
    return start_server(*options, token=token, data=data, log=folder / "server.log")


def create_ticket(sdk: Any, subject: str = "Printer", **properties: str) -> Any:
    """A ticket made through the SDK, in the first stage unless said otherwise."""
    body = tickets.SimplePublicObjectInputForCreate(
        properties={"subject": subject, "hs_pipeline_stage": "1", **properties}
    )
    made = sdk.crm.tickets.basic_api.create(body)
    assert type(made) is tickets.SimplePublicObject
    return made


def create_record(sdk: Any, object_type: str, **properties: str) -> str:
    """The id of a record of any type, made through the SDK's general interface."""
    body = objects.SimplePublicObjectInputForCreate(properties=properties)
    made = sdk.crm.objects.basic_api.create(object_type, body)
    assert type(made) is objects.SimplePublicObject
    return str(made.id)


def linked(to_id: object, type_id: int) -> Any:
    """The `associations` element of a create request."""
    spec = tickets.AssociationSpec(association_category="HUBSPOT_DEFINED", association_type_id=type_id)
    return tickets.PublicAssociationsForObject(to=tickets.PublicObjectId(id=to_id), types=[spec])


def create_unique_property(sdk: Any, name: str) -> None:
    """A text property of tickets whose values are unique."""
    body = properties.PropertyCreate(
        name=name,
        label=name,
        type="string",
        field_type="text",
        group_name="ticketinformation",
        has_unique_value=True,
    )
    made = sdk.crm.properties.core_api.create("tickets", body)
    assert type(made) is properties.ModelProperty
    assert made.has_unique_value is True
