"""OAuth apps as admins manage them: made with a secret that is shown once, listed, changed, ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from spokedesk.api.bodies.apps import AppCreateBody, AppUpdateBody
from spokedesk.api.calls import Call, Reply
from spokedesk.api.handlers.users import number_of
from spokedesk.api.json_door import items_of, needed_text
from spokedesk.crm.instants import iso
from spokedesk.crm.oauth import LONGEST_KEY, SCOPE, App, redirect_problem
from spokedesk.crm.users import check_name, refused_field
from spokedesk.engine.assertions import read_public_key
from spokedesk.engine.oauth import create_app as store_app
from spokedesk.engine.oauth import new_identity
from spokedesk.engine.oauth import revoke_app as end_app
from spokedesk.engine.oauth import update_app as change_app
from spokedesk.errors import NotFound
from spokedesk.storage.apps import find_app_by_id
from spokedesk.storage.apps import list_apps as list_stored

MOST_ADDRESSES, LONGEST_ADDRESS = 100, 2000
MOST_SCOPES = 500


def render_app(app: App) -> dict[str, Any]:
    """What is known of an app; never its secret, of which there is a hash only."""
    found: dict[str, Any] = {
        "id": str(app.id),
        "clientId": app.client_id,
        "name": app.name,
        "redirectUris": list(app.redirect_uris),
        "scopes": list(app.scopes),
        "hasPublicKey": app.public_key is not None,
        "createdAt": iso(app.created_at),
    }
    if app.revoked_at is not None:
        found["revokedAt"] = iso(app.revoked_at)
    return found


def checked_name(text: str) -> str:
    name = check_name("name", text)
    if not name:
        raise refused_field("name", "An app needs a name")
    return name


def checked_addresses(uris: Sequence[str]) -> list[str]:
    found = [uri.strip() for uri in uris if uri.strip()]
    if not found:
        raise refused_field("redirectUris", "An app needs at least one address to which people are sent back")
    if len(found) > MOST_ADDRESSES:
        raise refused_field("redirectUris", f"An app has at most {MOST_ADDRESSES} addresses")
    for uri in found:
        problem = f"has more than {LONGEST_ADDRESS} characters" if len(uri) > LONGEST_ADDRESS else redirect_problem(uri)
        if problem is not None:
            raise refused_field("redirectUris", f"{uri[:100]} {problem}")
    return found


def checked_scopes(scopes: Sequence[str]) -> list[str]:
    """Any name that could be a scope: programs ask for scopes of parts that this server does not have."""
    if len(scopes) > MOST_SCOPES:
        raise refused_field("scopes", f"An app has at most {MOST_SCOPES} scopes")
    for scope in scopes:
        if not SCOPE.fullmatch(scope):
            raise refused_field("scopes", f"{scope[:100]} is not the name of a scope")
    return list(scopes)


def checked_key(text: str) -> str | None:
    """The key without space around it; None for an empty one. One that cannot check anything is refused."""
    text = text.strip()
    if not text:
        return None
    try:
        if len(text) > LONGEST_KEY:
            raise ValueError(f"has more than {LONGEST_KEY} characters")
        read_public_key(text)
    except ValueError as error:
        raise refused_field("publicKey", f"This key cannot check signatures ({error})") from error
    return text


async def list_apps(call: Call) -> Reply:
    """GET the apps of the account, also those that were ended."""
    return Reply(200, {"results": [render_app(app) for app in await list_stored(call.tx)]})


async def create_app(call: Call) -> Reply:
    """POST a name and addresses; the answer is the only place where the secret is."""
    body: AppCreateBody = call.body
    name = checked_name(needed_text(body.name))
    client_id, client_secret = new_identity(), new_identity()
    app = await store_app(
        call.tx,
        client_id,
        client_secret,
        name=name,
        redirect_uris=checked_addresses(items_of(body.redirect_uris)),
        scopes=checked_scopes(body.scopes or ()),
        public_key=checked_key(body.public_key or ""),
    )
    return Reply(201, {**render_app(app), "clientSecret": client_secret})


async def update_app(call: Call) -> Reply:
    """PATCH name, addresses, scopes or key. What the app was granted keeps none of the scopes that are taken."""
    body: AppUpdateBody = call.body
    app_id = number_of(call, "app_id", "App")
    app = await find_app_by_id(call.tx, app_id)
    if app is None or app.revoked_at is not None:
        raise NotFound(f"There is no active app {app_id}")
    changed = await change_app(
        call.tx,
        app,
        name=None if body.name is None else checked_name(body.name),
        redirect_uris=None if body.redirect_uris is None else checked_addresses(body.redirect_uris),
        scopes=None if body.scopes is None else checked_scopes(body.scopes),
        public_key=None if body.public_key is None else checked_key(body.public_key) or "",
    )
    return Reply(200, render_app(changed))


async def revoke_app(call: Call) -> Reply:
    """DELETE: the app and every token that it was given are refused from the next call on."""
    app_id = number_of(call, "app_id", "App")
    if not await end_app(call.tx, app_id):
        raise NotFound(f"There is no active app {app_id}")
    return Reply(204)
