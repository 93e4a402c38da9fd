"""`spokedesk token`: access tokens of private apps."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from typing import Any, TypeVar

import click

from spokedesk.api.stores import find_first_account, make_first_account, open_database
from spokedesk.cli.options import Place, json_option, place_option
from spokedesk.crm.instants import iso
from spokedesk.engine.tokens import create_token, every_scope, new_token
from spokedesk.errors import StoreError
from spokedesk.settings import Settings
from spokedesk.storage.accounts import list_account_ids
from spokedesk.storage.database import Transaction, Work, write_and_wait
from spokedesk.storage.sqlite import FILE_NAME, is_served, write_beside
from spokedesk.storage.tokens import TokenRow, list_tokens, mark_revoked

T = TypeVar("T")

account_option = place_option("Folder of the database; a server may be running on it.")


@click.group("token", short_help="Create, list and revoke access tokens.")
def command() -> None:
    """Create, list and revoke access tokens.

    All of it works beside a running server, which takes or refuses a token from the next call on.
    """


def on_account(place: Place, work: Work[T], *, may_make: bool = False) -> T:
    """Run a write on the (first) account of a place, beside running servers or alone."""

    async def on_first(tx: Transaction) -> T:
        account_ids = await list_account_ids(tx)
        if not account_ids:
            raise no_account(place)
        await tx.enter(account_ids[0])
        return await work(tx)

    if place.database is None:
        exists = (place.folder / FILE_NAME).exists()
        if not exists and not may_make:
            raise no_account(place)
        if exists and is_served(place.folder):
            return write_beside(place.folder, 0, on_first)
    settings = Settings(data=place.folder, database=place.database)
    database = open_database(settings)
    try:
        if may_make and find_first_account(database) is None:
            make_first_account(database, settings)
            click.echo(f"Made a new, empty account in {place.shown}.", err=True)
        return write_and_wait(database, 0, on_first)
    finally:
        database.close()


def no_account(place: Place) -> StoreError:
    return StoreError(
        f"{place.shown} holds no account. Name the place that your server uses with --data DIR or --database URL."
    )


@command.command("create")
@account_option
@click.option("--name", default="private app", show_default=True, help="What the token is for.")
@click.option(
    "--scope", "scopes", multiple=True, metavar="SCOPE", help="Grant this, e.g. crm.objects.contacts.read. Repeatable."
)
@click.option("--all-scopes", is_flag=True, help="Grant everything.")
@json_option
def create(place: Place, name: str, scopes: tuple[str, ...], all_scopes: bool, as_json: bool) -> None:
    """Make a token and show it, this one time.

    Only a hash of it is stored. In a folder without a database an empty account is made first.
    """
    if not scopes and not all_scopes:
        raise click.UsageError("A token needs scopes. Name each with --scope, or give --all-scopes.")
    check_scopes(scopes)
    token = new_token()
    granted = every_scope() if all_scopes else frozenset(scopes)
    row = on_account(place, lambda tx: create_token(tx, token, name=name, scopes=granted), may_make=True)
    if as_json:
        click.echo(json.dumps({"token": token, **describe(row)}))
    else:
        click.echo(f"{token}\n\nIt is shown this one time. Token number {row.id} of account {row.account_id}.")


def check_scopes(scopes: Sequence[str]) -> None:
    """Raise a usage error for the first scope that nobody asks for, with the name that may have been meant."""
    known = every_scope()
    for scope in scopes:
        if scope not in known:
            close = difflib.get_close_matches(scope, known, n=1)
            hint = f" Did you mean {close[0]}?" if close else ""
            raise click.UsageError(f"There is no scope {scope}.{hint}")


@command.command("list")
@account_option
@json_option
def list_all(place: Place, as_json: bool) -> None:
    """Show what is known of the tokens, never their text."""
    rows: Sequence[TokenRow] = on_account(place, list_tokens)
    if as_json:
        click.echo(json.dumps([describe(row) for row in rows]))
        return
    if not rows:
        click.echo(f"No tokens yet. Make one: spokedesk token create --all-scopes {place}")
        return
    click.echo("  NO  ENDS IN  STATE    CREATED                   NAME, SCOPES")
    for row in rows:
        state = "revoked" if row.revoked_at else "active"
        scopes = row.scopes.split()
        shown = ", ".join(scopes) if len(scopes) < 5 else f"{len(scopes)} scopes"
        click.echo(f"{row.id:>4}  …{row.hint:<7} {state:<8} {iso(row.created_at):<25} {row.name}: {shown}")


@command.command("revoke")
@account_option
@click.argument("token_id", type=int, metavar="NO")
@json_option
def revoke(place: Place, token_id: int, as_json: bool) -> None:
    """End the token with this number (see 'token list')."""
    if not on_account(place, lambda tx: mark_revoked(tx, token_id, tx.now)):
        raise click.ClickException(f"There is no active token number {token_id}. See: spokedesk token list {place}")
    click.echo(json.dumps({"id": token_id, "revoked": True}) if as_json else f"Token {token_id} is revoked.")


def describe(row: TokenRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "account_id": row.account_id,
        "name": row.name,
        "hint": row.hint,
        "scopes": row.scopes.split(),
        "created_at": iso(row.created_at),
        "revoked_at": iso(row.revoked_at) if row.revoked_at else None,
    }
