"""Users and owners as admins manage them."""

from __future__ import annotations

from typing import Any

from spokedesk.api import query
from spokedesk.api.bodies.users import OwnerCreateBody, OwnerUpdateBody, UserCreateBody, UserUpdateBody
from spokedesk.api.calls import Call, Reply
from spokedesk.api.handlers.owners import render_owner
from spokedesk.api.handlers.sessions import render_user
from spokedesk.api.json_door import needed_text
from spokedesk.api.render import next_page
from spokedesk.api.sessions import SIGN_IN_PAGE
from spokedesk.crm.instants import iso
from spokedesk.crm.users import read_role
from spokedesk.engine import owners, users
from spokedesk.engine.users import NewLink
from spokedesk.errors import NotFound
from spokedesk.storage.users import list_users as list_page

PAGE, LARGEST_PAGE = 100, 500


def render_link(link: NewLink) -> dict[str, Any]:
    """The secret stands behind a #, so that it is in nobody's log."""
    return {"token": link.token, "path": f"{SIGN_IN_PAGE}{link.token}", "expiresAt": iso(link.expires_at)}


def number_of(call: Call, name: str, what: str) -> int:
    """An id of the path; raise NotFound for a text that cannot be one."""
    text = call.path[name]
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise NotFound(f"{what} {text} does not exist")
    return int(text)


async def list_users(call: Call) -> Reply:
    """GET a page of users in order of id, also those who are disabled."""
    limit = query.limit(call.query, PAGE, LARGEST_PAGE)
    found = await list_page(call.tx, after=query.after_id(call.query), limit=limit + 1)
    body: dict[str, Any] = {"results": [render_user(user) for user in found[:limit]]}
    if len(found) > limit:
        body["paging"] = next_page(call, str(found[limit - 1].id + 1))
    return Reply(200, body)


async def create_user(call: Call) -> Reply:
    """POST address and role; the answer has the link with which the user chooses a password."""
    body: UserCreateBody = call.body
    user = await users.create_user(
        call.tx,
        email=needed_text(body.email),
        first_name=body.first_name or "",
        last_name=body.last_name or "",
        role=read_role(needed_text(body.role)),
    )
    link = await users.make_link(call.tx, user)
    return Reply(201, {"user": render_user(user), "link": render_link(link)})


async def update_user(call: Call) -> Reply:
    """PATCH names, role, or whether the user may sign in."""
    body: UserUpdateBody = call.body
    user = await users.get_user(call.tx, number_of(call, "user_id", "User"))
    changed = await users.update_user(
        call.tx,
        user,
        first_name=body.first_name,
        last_name=body.last_name,
        role=None if body.role is None else read_role(body.role),
        disabled=body.disabled,
    )
    return Reply(200, render_user(changed))


async def create_link(call: Call) -> Reply:
    """POST nothing: a new link for a user, which ends the ones before."""
    user = await users.get_user(call.tx, number_of(call, "user_id", "User"))
    return Reply(201, {"link": render_link(await users.make_link(call.tx, user))})


async def create_owner(call: Call) -> Reply:
    """POST an owner who does not sign in, such as a queue."""
    body: OwnerCreateBody = call.body
    owner = await owners.create_owner(
        call.tx,
        email=needed_text(body.email),
        first_name=body.first_name or "",
        last_name=body.last_name or "",
        kind=body.type or "PERSON",
    )
    return Reply(201, render_owner(owner))


async def update_owner(call: Call) -> Reply:
    """PATCH address, names, or whether records can be given to the owner."""
    body: OwnerUpdateBody = call.body
    owner = await owners.find_any_owner(call.tx, number_of(call, "owner_id", "Owner"))
    changed = await owners.update_owner(
        call.tx,
        owner,
        email=body.email,
        first_name=body.first_name,
        last_name=body.last_name,
        archived=body.archived,
    )
    return Reply(200, render_owner(changed))
