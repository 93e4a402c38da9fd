"""`spokedesk app`: programs that may ask for access to the account by OAuth."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from spokedesk.cli.options import Place, json_option
from spokedesk.cli.token import account_option, on_account
from spokedesk.crm.instants import iso
from spokedesk.crm.oauth import LONGEST_KEY, SCOPE, App, redirect_problem
from spokedesk.engine.assertions import read_public_key
from spokedesk.engine.oauth import create_app, new_identity, revoke_app, update_app
from spokedesk.storage.apps import find_app_by_id, list_apps
from spokedesk.storage.database import Transaction


@click.group("app", short_help="Create, list, change and revoke OAuth apps.")
def command() -> None:
    """Create, list, change and revoke OAuth apps, which people allow to use the account.

    All of it works beside a running server, which knows of it from the next call on.
    """


def checked_addresses(ctx: click.Context, parameter: click.Parameter, uris: tuple[str, ...]) -> tuple[str, ...]:
    for uri in uris:
        problem = redirect_problem(uri)
        if problem is not None:
            raise click.BadParameter(f"{uri} {problem}.")
    return uris


def checked_scopes(ctx: click.Context, parameter: click.Parameter, scopes: tuple[str, ...]) -> tuple[str, ...]:
    for scope in scopes:
        if not SCOPE.fullmatch(scope):
            raise click.BadParameter(f"{scope} is not the name of a scope.")
    return scopes


def checked_key(ctx: click.Context, parameter: click.Parameter, file: Path | None) -> str | None:
    """The text of the key; one that cannot check anything is refused."""
    if file is None:
        return None
    try:
        text = file.read_text(encoding="utf-8")[:LONGEST_KEY]
        read_public_key(text)
    except (OSError, ValueError) as error:
        raise click.BadParameter(f"{file}: {error}.") from error
    return text.strip()


@command.command("create")
@account_option
@click.option("--name", required=True, help="What the consent page calls the app.")
@click.option(
    "--redirect-uri",
    "redirect_uris",
    multiple=True,
    required=True,
    callback=checked_addresses,
    help="Address to which people are sent back; may be repeated.",
)
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    callback=checked_scopes,
    help="A scope that it may ask for; may be repeated. Without any it may ask for every scope.",
)
@click.option(
    "--public-key",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    callback=checked_key,
    metavar="FILE",
    help="RSA key (PEM or JWK) by which it may prove who it is with a client_assertion, in place of its secret.",
)
@json_option
def create(
    place: Place,
    *,
    name: str,
    redirect_uris: tuple[str, ...],
    scopes: tuple[str, ...],
    public_key: str | None,
    as_json: bool,
) -> None:
    """Make an app and show its secret, this one time.

    Only a hash of the secret is stored. In a folder without a database an empty account is made first.
    """
    client_id, client_secret = new_identity(), new_identity()

    async def work(tx: Transaction) -> App:
        return await create_app(
            tx,
            client_id,
            client_secret,
            name=name,
            redirect_uris=redirect_uris,
            scopes=scopes,
            public_key=public_key,
        )

    app = on_account(place, work, may_make=True)
    if as_json:
        click.echo(json.dumps({"client_secret": client_secret, **describe(app)}))
    else:
        click.echo(
            f"client id      {client_id}\nclient secret  {client_secret}\n\n"
            f"The secret is shown this one time. App number {app.id} of account {app.account_id}."
        )


@command.command("list")
@account_option
@json_option
def list_all(place: Place, as_json: bool) -> None:
    """Show the apps, never their secrets."""
    apps: Sequence[App] = on_account(place, list_apps)
    if as_json:
        click.echo(json.dumps([describe(app) for app in apps]))
        return
    if not apps:
        click.echo(f"No apps yet. Make one: spokedesk app create --name NAME --redirect-uri ADDRESS {place}")
        return
    click.echo("      NO  CLIENT ID                             STATE    NAME")
    for app in apps:
        click.echo(f"{app.id:>8}  {app.client_id}  {'revoked' if app.revoked_at else 'active':<8} {app.name}")


@command.command("update")
@account_option
@click.argument("app_id", type=int, metavar="NO")
@click.option("--name", help="What the consent page calls the app from now on.")
@click.option(
    "--redirect-uri",
    "redirect_uris",
    multiple=True,
    callback=checked_addresses,
    help="Address to which people are sent back; may be repeated. Those before are forgotten.",
)
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    callback=checked_scopes,
    help="A scope that it may ask for; may be repeated. Those before are forgotten.",
)
@click.option("--any-scope", is_flag=True, help="Let it ask for every scope.")
@json_option
def update(
    place: Place,
    *,
    app_id: int,
    name: str | None,
    redirect_uris: tuple[str, ...],
    scopes: tuple[str, ...],
    any_scope: bool,
    as_json: bool,
) -> None:
    """Change the app with this number (see 'app list'); what no option names stays as it is.

    A scope that it loses is gone at once from every token that it was given. One that it gets comes with the next
    consent only.
    """
    if any_scope and scopes:
        raise click.UsageError("Give either --scope or --any-scope.")
    if name is not None and not name.strip():
        raise click.BadParameter("An app needs a name.", param_hint="--name")

    async def work(tx: Transaction) -> App | None:
        app = await find_app_by_id(tx, app_id)
        if app is None or app.revoked_at is not None:
            return None
        return await update_app(
            tx,
            app,
            name=name and name.strip(),
            redirect_uris=redirect_uris or None,
            scopes=scopes if scopes or any_scope else None,
        )

    app = on_account(place, work)
    if app is None:
        raise click.ClickException(f"There is no active app number {app_id}. See: spokedesk app list {place}")
    if as_json:
        click.echo(json.dumps(describe(app)))
    else:
        click.echo(
            f"App {app.id}, {app.name}: {', '.join(app.scopes) or 'every scope'}; {', '.join(app.redirect_uris)}"
        )


@command.command("revoke")
@account_option
@click.argument("app_id", type=int, metavar="NO")
@json_option
def revoke(place: Place, app_id: int, as_json: bool) -> None:
    """End the app with this number (see 'app list') and every token that it was given."""
    if not on_account(place, lambda tx: revoke_app(tx, app_id)):
        raise click.ClickException(f"There is no active app number {app_id}. See: spokedesk app list {place}")
    click.echo(json.dumps({"app_id": app_id, "revoked": True}) if as_json else f"App {app_id} is revoked.")


def describe(app: App) -> dict[str, Any]:
    return {
        "client_id": app.client_id,
        "app_id": app.id,
        "account_id": app.account_id,
        "name": app.name,
        "redirect_uris": list(app.redirect_uris),
        "scopes": list(app.scopes),
        "has_public_key": app.public_key is not None,
        "created_at": iso(app.created_at),
        "revoked_at": iso(app.revoked_at) if app.revoked_at else None,
    }
