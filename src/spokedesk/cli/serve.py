"""`spokedesk serve`."""

from __future__ import annotations

import json
import logging
import os
import sys
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from spokedesk.api.app import App
from spokedesk.api.logs import log_as_json
from spokedesk.api.proxies import TrustedProxies
from spokedesk.api.server import bind, make_server, tune_interpreter
from spokedesk.api.sessions import SIGN_IN_PAGE
from spokedesk.api.stores import DeskStore, Write, account_settings, find_first_account, first_link, open_store
from spokedesk.cli.options import data_option, database_option, fidelity_option, json_option, setting
from spokedesk.cli.progress import drawn_progress
from spokedesk.cli.welcome import Facts, greeting, local_url
from spokedesk.crm.account import Account
from spokedesk.crm.rate_limits import NAMES
from spokedesk.engine.users import NewLink
from spokedesk.errors import StoreError
from spokedesk.settings import DEFAULT_PORT, Settings
from spokedesk.storage.postgres_url import shown_url
from spokedesk.storage.sqlite import FILE_NAME

TOKEN_VARIABLE = "SPOKEDESK_TOKEN"
LISTS = ("allow-host", "trusted-proxy")


def read_config(ctx: click.Context, parameter: click.Parameter, path: Path | None) -> Path | None:
    """The values of a TOML file become defaults, below flags and environment."""
    if path is not None:
        try:
            ctx.default_map = config_defaults(tomllib.loads(path.read_text(encoding="utf-8")), ctx.command)
        except (OSError, ValueError) as error:
            raise click.BadParameter(f"{path}: {error}", ctx, parameter) from error
    return path


def config_defaults(file: dict[str, Any], command: click.Command) -> dict[str, Any]:
    """The [serve] table with the names that click knows the options by; raise ValueError for anything else."""
    names = {option.lstrip("-"): item.name or "" for item in command.params for option in item.opts}
    table = dict(file.get("serve", {}))
    if isinstance(table.get("set"), dict):
        table["set"] = [f"{name}={json.dumps(value)}" for name, value in table["set"].items()]
    unknown = [*(file.keys() - {"serve"}), *(f"serve.{name}" for name in table.keys() - names.keys())]
    if unknown:
        raise ValueError(f"{min(unknown)} is no setting; there is one table, [serve], with the options as names")
    return {
        names[name]: [value] if name in LISTS and isinstance(value, str) else value for name, value in table.items()
    }


def read_proxies(ctx: click.Context, parameter: click.Parameter, texts: tuple[str, ...]) -> tuple[str, ...]:
    """Addresses and networks; anything else is refused before the server starts."""
    try:
        TrustedProxies.named(texts)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, parameter) from error
    return texts


def read_account_settings(ctx: click.Context, parameter: click.Parameter, pairs: tuple[str, ...]) -> dict[str, Any]:
    """`name=value` pairs; a value that is JSON is read as such, anything else as text."""
    found: dict[str, Any] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals:
            raise click.BadParameter(f"{pair}: write NAME=VALUE", ctx, parameter)
        try:
            found[name.strip()] = json.loads(text)
        except ValueError:
            found[name.strip()] = text
    try:
        account_settings(found)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, parameter) from error
    return found


@click.command("serve", short_help="Serve an account over HTTP.")
@setting(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    is_eager=True,
    callback=read_config,
    expose_value=False,
    metavar="FILE",
    help="TOML file with a [serve] table of these options. Flags and environment win over it.",
)
@setting("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Where to listen.")
@setting(
    "--port",
    default=DEFAULT_PORT,
    show_default=True,
    type=click.IntRange(0, 65535),
    metavar="NUMBER",
    help="0 takes any free port.",
)
@data_option("Folder of the database; it is made when missing.")
@database_option()
@setting("--ephemeral", is_flag=True, help="Keep everything in memory; it is lost when the server stops.")
@setting(
    "--stand-in",
    is_flag=True,
    help="Test double: --ephemeral --fidelity observed, an empty account that accepts any token.",
)
@fidelity_option()
@setting(
    "--demo/--no-demo",
    default=False,
    help="Fill an empty database with demo data and accept the token pat-demo from this machine.",
)
@setting(
    "--allow-host",
    "allow_hosts",
    multiple=True,
    metavar="NAME",
    help="Accept the demo token under this Host name too. Repeatable.",
)
@setting(
    "--trusted-proxy",
    "trusted_proxies",
    multiple=True,
    callback=read_proxies,
    metavar="ADDRESS",
    help="Believe the X-Forwarded headers of this address or network (10.0.0.0/8). Repeatable.",
)
@setting(
    "--rate-limits",
    type=click.Choice(NAMES),
    help="Limit how often apps may call an account made now, by plan. The same as --set rate_limits=PRESET.",
)
@click.option(
    "--set",
    "account",
    multiple=True,
    callback=read_account_settings,
    metavar="NAME=VALUE",
    help="Setting of an account made now, e.g. recycle_bin_days=30. Repeatable.",
)
@json_option
def command(as_json: bool, rate_limits: str | None, account: dict[str, Any], **options: Any) -> None:
    """Serve an account over HTTP.

    The environment variable SPOKEDESK_TOKEN names an access token that this server accepts, from anywhere and with
    every scope, and never stores.
    """
    settings_given = {"rate_limits": rate_limits} if rate_limits is not None else {}
    if account.get("rate_limits", rate_limits) != rate_limits and is_on_command_line("rate_limits"):
        raise click.UsageError("--rate-limits and --set rate_limits=PRESET differ. Leave out one of the two.")
    account = {**settings_given, **account}
    settings = Settings(**options, account=account, token=os.environ.get(TOKEN_VARIABLE) or None)
    if settings.in_memory and is_on_command_line("data"):
        raise click.UsageError("--data names a folder, but this account would be in memory. Leave out one of the two.")
    if settings.database and (settings.in_memory or is_on_command_line("data")):
        raise click.UsageError("--database names a place of its own. Leave out --data, --ephemeral and --stand-in.")
    serve(settings, as_json)


def is_on_command_line(name: str) -> bool:
    return click.get_current_context().get_parameter_source(name) is ParameterSource.COMMANDLINE


def serve(settings: Settings, as_json: bool) -> None:
    """Serve until a signal. The address is taken first, so that nothing is made when it is not free."""
    log_as_json()
    try:
        sockets = bind(settings.host, settings.port)
    except OSError as error:
        raise cannot_listen(settings, error) from error
    try:
        with drawn_progress("Demo data", quiet=as_json) as progress:
            store = open_store(settings, lambda account, write: seed(account, write, progress))
        account = find_first_account(store.database)
        assert account is not None, "opening a store makes an account"
        link = first_link(store)
        server = make_server(
            App(store),
            settings.host,
            settings.port,
            lambda host, port: welcome(store, account, settings, (local_url(host, port), link), as_json),
            proxies=TrustedProxies.named(settings.trusted_proxies),
        )
        tune_interpreter()
        server.run(sockets)
        store.database.close()
    finally:
        for item in sockets:
            item.close()
    if not server.started:
        raise cannot_listen(settings, server.failure)


async def seed(account: Account, write: Write, progress: Any) -> None:
    from spokedesk.demo.telling import seed_demo  # only a first start with demo data needs it

    await seed_demo(account, write, progress)


def cannot_listen(settings: Settings, error: OSError | None) -> StoreError:
    reason = (error.strerror or str(error)) if error else "it did not start"
    return StoreError(
        f"Cannot listen on {settings.host}:{settings.port}: {reason}. Choose another --port (0: any) or --host."
    )


def welcome(
    store: DeskStore, account: Account, settings: Settings, places: tuple[str, NewLink | None], as_json: bool
) -> None:
    """Say where the server is and how to talk to it."""
    url, link = places
    facts = Facts(
        url=url,
        token=store.demo.token if store.demo is not None and settings.token is None else None,
        account_id=account.id,
        data=place_of(settings),
        fidelity=account.fidelity.name,
        pid=os.getpid(),
        app=store.demo.app if store.demo is not None else None,
    )
    if link is not None:
        facts = replace(facts, sign_in=f"{facts.url}{SIGN_IN_PAGE}{link.token}")
    click.echo(facts.as_json() if as_json else greeting(facts, settings))
    if is_ignored(settings, account):
        click.echo("Note: --fidelity and --set apply to a new account; this one was made before with others.", err=True)
    sys.stdout.flush()
    logging.getLogger("spokedesk").info("serving", extra={"url": facts.url})


def place_of(settings: Settings) -> str:
    """Where the data is, for people: no password."""
    if settings.in_memory:
        return "memory"
    return str(settings.data / FILE_NAME) if settings.database is None else shown_url(settings.database)


def is_ignored(settings: Settings, account: Account) -> bool:
    """Whether something was asked for that the existing account does not follow."""
    wanted = account_settings(settings.account)
    differs = any(getattr(wanted, name) != getattr(account.settings, name) for name in settings.account)
    return differs or settings.fidelity not in (None, account.fidelity.name)
