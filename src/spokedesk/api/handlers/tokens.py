"""Tokens of private apps as admins manage them: made with scopes, shown once, ended."""

from __future__ import annotations

from typing import Any

from spokedesk.api.bodies.users import TokenCreateBody
from spokedesk.api.calls import Call, Reply
from spokedesk.api.handlers.users import number_of
from spokedesk.api.json_door import items_of, needed_text
from spokedesk.crm.instants import iso
from spokedesk.crm.users import check_name, refused_field
from spokedesk.engine.tokens import create_token as store_token
from spokedesk.engine.tokens import end_token, every_scope, new_token
from spokedesk.errors import NotFound
from spokedesk.storage.tokens import TokenRow
from spokedesk.storage.tokens import list_tokens as list_rows


def render_token(row: TokenRow) -> dict[str, Any]:
    """What is known of a token; never its text."""
    found: dict[str, Any] = {
        "id": str(row.id),
        "name": row.name,
        "hint": row.hint,
        "scopes": row.scopes.split(),
        "createdAt": iso(row.created_at),
    }
    if row.revoked_at is not None:
        found["revokedAt"] = iso(row.revoked_at)
    return found


async def list_scopes(call: Call) -> Reply:
    """GET every scope that a token can have."""
    return Reply(200, {"results": [{"name": name} for name in sorted(every_scope())]})


async def list_tokens(call: Call) -> Reply:
    """GET the tokens that people made, also those that were ended."""
    return Reply(200, {"results": [render_token(row) for row in await list_rows(call.tx)]})


async def create_token(call: Call) -> Reply:
    """POST name and scopes; the answer is the only place where the token is."""
    body: TokenCreateBody = call.body
    name = check_name("name", needed_text(body.name))
    if not name:
        raise refused_field("name", "A token needs a name")
    scopes = list(dict.fromkeys(items_of(body.scopes)))
    if not scopes:
        raise refused_field("scopes", "A token needs at least one scope")
    unknown = [scope for scope in scopes if scope not in every_scope()]
    if unknown:
        raise refused_field("scopes", f"There is no scope {unknown[0][:100]}")
    token = new_token()
    row = await store_token(call.tx, token, name=name, scopes=scopes)
    return Reply(201, {**render_token(row), "token": token})


async def revoke_token(call: Call) -> Reply:
    """DELETE: the token is refused from the next call on."""
    token_id = number_of(call, "token_id", "Token")
    if not await end_token(call.tx, token_id):
        raise NotFound(f"There is no active token {token_id}")
    return Reply(204)
