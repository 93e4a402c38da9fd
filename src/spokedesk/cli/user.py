"""`spokedesk user`: people who sign in."""

from __future__ import annotations

import json
from typing import Any

import click

from spokedesk.api.sessions import SIGN_IN_PAGE
from spokedesk.cli.options import Place, json_option, place_option
from spokedesk.cli.token import on_account
from spokedesk.crm.instants import iso
from spokedesk.crm.users import Role, User
from spokedesk.engine.users import NewLink, create_user, make_link, update_user
from spokedesk.errors import SpokedeskError
from spokedesk.settings import DEFAULT_PORT
from spokedesk.storage.database import Transaction
from spokedesk.storage.users import find_user_by_email, list_users

DEFAULT_URL = f"http://127.0.0.1:{DEFAULT_PORT}"

account_option = place_option("Folder of the database; a server may be running on it.")
url_option = click.option(
    "--url", default=DEFAULT_URL, show_default=True, metavar="URL", help="Where people reach the server."
)


@click.group("user", short_help="Add, list and disable people who sign in.")
def command() -> None:
    """Add, list and disable people who sign in to the web UI.

    All of it works beside a running server. Each user is an owner, to whom records can be given.
    """


@command.command("add")
@account_option
@click.argument("email")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default="agent",
    show_default=True,
    help="What the user may do: everything, read and write records, or read.",
)
@click.option("--first-name", default="", metavar="NAME", help="Shown where the user owns or changed something.")
@click.option("--last-name", default="", metavar="NAME", help="The same.")
@url_option
@json_option
def add(place: Place, email: str, url: str, as_json: bool, **options: str) -> None:
    """Add a user, and show the link with which the user chooses a password.

    In a folder without a database an empty account is made first.
    """

    async def work(tx: Transaction) -> tuple[User, NewLink]:
        names = {name: options[name] for name in ("first_name", "last_name")}
        user = await create_user(tx, email=email, role=Role(options["role"]), **names)
        return user, await make_link(tx, user)

    show_link(refusable(place, work, may_make=True), url, as_json)


@command.command("link")
@account_option
@click.argument("email")
@url_option
@json_option
def link(place: Place, email: str, url: str, as_json: bool) -> None:
    """Show a new link with which a user chooses a password. It ends the ones before."""

    async def work(tx: Transaction) -> tuple[User, NewLink]:
        user = await known_user(tx, email)
        return user, await make_link(tx, user)

    show_link(refusable(place, work), url, as_json)


@command.command("list")
@account_option
@json_option
def list_all(place: Place, as_json: bool) -> None:
    """Show who may sign in."""
    found: list[User] = on_account(place, list_users)
    if as_json:
        click.echo(json.dumps([describe(user) for user in found]))
        return
    if not found:
        click.echo(f"No users yet. Add one: spokedesk user add you@example.com --role admin {place}")
        return
    click.echo("STATE     ROLE       LAST SIGN-IN          E-MAIL, NAME")
    for user in found:
        last = iso(user.signed_in_at)[:19] if user.signed_in_at is not None else "never"
        click.echo(f"{user.state:<9} {user.role.value:<10} {last:<21} {user.email} {user.first_name} {user.last_name}")


@command.command("disable")
@account_option
@click.argument("email")
@json_option
def disable(place: Place, email: str, as_json: bool) -> None:
    """Sign a user out everywhere, for good. Records keep their owner."""

    async def work(tx: Transaction) -> User:
        return await update_user(tx, await known_user(tx, email), disabled=True)

    user = refusable(place, work)
    click.echo(json.dumps(describe(user)) if as_json else f"{user.email} cannot sign in any more.")


def refusable(place: Place, work: Any, *, may_make: bool = False) -> Any:
    """Run a write; what the rules refuse ends with their sentence and status 1."""
    try:
        return on_account(place, work, may_make=may_make)
    except SpokedeskError as error:
        raise click.ClickException(error.message) from error


async def known_user(tx: Transaction, email: str) -> User:
    user = await find_user_by_email(tx, email)
    if user is None:
        raise click.ClickException(f"There is no user {email}. See: spokedesk user list")
    return user


def show_link(found: tuple[User, NewLink], url: str, as_json: bool) -> None:
    user, made = found
    address = f"{url.rstrip('/')}{SIGN_IN_PAGE}{made.token}"
    if as_json:
        click.echo(json.dumps({**describe(user), "link": address, "link_expires_at": iso(made.expires_at)}))
    else:
        click.echo(f"{address}\n\nIt is shown this one time and good once, until {iso(made.expires_at)}.")


def describe(user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "owner_id": user.owner_id,
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "role": user.role.value,
        "state": user.state,
        "created_at": iso(user.created_at),
        "last_sign_in_at": iso(user.signed_in_at) if user.signed_in_at is not None else None,
    }
