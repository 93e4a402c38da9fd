"""Owners: people and queues to whom records belong. They are read here and managed elsewhere."""

from __future__ import annotations

from typing import Any

from spokedesk.api import query
from spokedesk.api.calls import Call, Reply
from spokedesk.api.render import next_page
from spokedesk.crm.instants import iso
from spokedesk.crm.owners import Owner
from spokedesk.errors import InvalidRequest, NotFound
from spokedesk.storage.owners import find_owner
from spokedesk.storage.owners import list_owners as list_page

PAGE = 100
LARGEST_PAGE = 500
ID_PROPERTIES = ("id", "userId")


def render_owner(owner: Owner) -> dict[str, Any]:
    """`id` is what records hold. An archived owner has lost the login, but it is still said which one it was."""
    archived = owner.archived_at is not None
    found: dict[str, Any] = {
        "id": str(owner.id),
        "email": owner.email,
        "type": owner.kind,
        "firstName": owner.first_name,
        "lastName": owner.last_name,
    }
    if owner.user_id is not None:
        if not archived:
            found["userId"] = owner.user_id
        found["userIdIncludingInactive"] = owner.user_id
    found["createdAt"] = iso(owner.created_at)
    found["updatedAt"] = iso(owner.updated_at)
    found["archived"] = archived
    if owner.teams:
        found["teams"] = [{"id": team.id, "name": team.name, "primary": team.primary} for team in owner.teams]
    return found


async def list_owners(call: Call) -> Reply:
    """GET a page of active or archived owners, in order of id; `email` narrows to one."""
    limit = query.limit(call.query, PAGE, LARGEST_PAGE)
    found = await list_page(
        call.tx,
        archived=query.flag(call.query, "archived"),
        after=query.after_id(call.query),
        limit=limit + 1,
        email=query.text(call.query, "email"),
    )
    body: dict[str, Any] = {"results": [render_owner(owner) for owner in found[:limit]]}
    if len(found) > limit:
        body["paging"] = next_page(call, str(found[limit - 1].id + 1))
    return Reply(200, body)


async def read_owner(call: Call) -> Reply:
    """GET one owner by its id, or by the id of the login behind it."""
    key, id_property = call.path["owner_id"], query.text(call.query, "idProperty") or "id"
    if id_property not in ID_PROPERTIES:
        raise InvalidRequest("Unable to parse value for query parameter: idProperty")
    archived = query.flag(call.query, "archived")
    owner = None
    if key.isascii() and key.isdigit() and len(key) <= 18:
        owner = await find_owner(call.tx, int(key), by_user_id=id_property == "userId", archived=archived)
    if owner is None:
        raise NotFound(f"Owner {key} does not exist", context={"ownerId": [key]})
    return Reply(200, render_owner(owner))
