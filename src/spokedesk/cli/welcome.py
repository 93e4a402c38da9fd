"""What a server says when it serves: facts for programs, a greeting for people."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from ipaddress import ip_address

import click

from spokedesk import __version__
from spokedesk.api.auth import DEMO_TOKEN, DemoApp
from spokedesk.settings import Settings


@dataclass(frozen=True, slots=True)
class Facts:
    """The fields of the `--json` line. `token` is None when the server has none of its own, or was given one.

    `app` holds the credentials of the demo account's OAuth app; `sign_in` is the link that makes the first user.
    """

    url: str
    token: str | None
    account_id: int
    data: str
    fidelity: str
    pid: int
    version: str = __version__
    app: DemoApp | None = None
    sign_in: str | None = None

    def as_json(self) -> str:
        return json.dumps(asdict(self))


def local_url(host: str, port: int) -> str:
    """The address for clients on this machine; a server on every address is reached through loopback."""
    address = ip_address(host)
    if address.is_unspecified:
        host = "127.0.0.1" if address.version == 4 else "::1"
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def greeting(facts: Facts, settings: Settings) -> str:
    """A few lines that end with a call that works."""
    usable = "$SPOKEDESK_TOKEN" if settings.token else facts.token or "TOKEN"
    python = 'os.environ["SPOKEDESK_TOKEN"]' if settings.token else f'"{usable}"'
    kept = "  (lost when the server stops)" if settings.in_memory else ""
    lines = [
        click.style(f"Spokedesk {facts.version}", bold=True),
        "",
        f"  API base   {click.style(facts.url, fg='cyan')}   in the place of the vendor's host",
        f"  Account    {facts.account_id}, answers as {facts.fidelity}",
        f"  Data       {facts.data}{kept}",
        f"  Token      {token_text(facts, settings)}",
        *app_lines(facts),
        *browser_lines(facts),
        "",
        click.style("Try it", bold=True),
        f'  curl -s -H "Authorization: Bearer {usable}" "{facts.url}/crm/v3/objects/tickets?limit=2"',
        f'  HubSpot(access_token={python}, host="{facts.url}", base_url="{facts.url}")',
        "",
        "Stop with Ctrl+C",
    ]
    return "\n".join(lines)


def app_lines(facts: Facts) -> list[str]:
    """The demo account's OAuth app, if there is one."""
    if facts.app is None:
        return []
    return [f"  OAuth app  {facts.app.client_id} / {facts.app.client_secret}, refresh token {facts.app.refresh_token}"]


def browser_lines(facts: Facts) -> list[str]:
    """Where people look, and how they get in."""
    if facts.sign_in:
        return [f"  Sign in    {facts.sign_in}   (good once, within a day: it makes the first user)"]
    enter = "   (enter the demo with one click)" if facts.token == DEMO_TOKEN else ""
    return [f"  Browser    {facts.url}{enter}"]


def token_text(facts: Facts, settings: Settings) -> str:
    """Where the token comes from, or how to get one."""
    if settings.token:
        return "the one in SPOKEDESK_TOKEN"
    if facts.token is None:
        place = "--database URL" if settings.database else f"--data {settings.data}"
        return f"make one: spokedesk token create --all-scopes {place}"
    if settings.stand_in:
        return f"{facts.token}, or any other"
    return f"{facts.token}   (while this server runs)"
