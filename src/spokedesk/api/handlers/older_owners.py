"""Owners in their first form: a bare list, numbers as numbers, instants in milliseconds."""

from __future__ import annotations

from typing import Any

from spokedesk.api import query
from spokedesk.api.calls import Call, Reply
from spokedesk.crm.identifiers import record_id
from spokedesk.crm.owners import Owner
from spokedesk.errors import NotFound
from spokedesk.storage.owners import find_owner, list_owners

CHUNK = 500


def render_owner(owner: Owner, call: Call) -> dict[str, Any]:
    """`remoteList` says which logins are behind an owner; an archived one has an inactive one."""
    active = owner.archived_at is None
    account = call.context.account.id
    remote = {"portalId": account, "ownerId": owner.id, "remoteType": "HUBSPOT", "active": active}
    return {
        "portalId": account,
        "ownerId": owner.id,
        "type": owner.kind,
        "firstName": owner.first_name,
        "lastName": owner.last_name,
        "email": owner.email,
        "createdAt": owner.created_at,
        "updatedAt": owner.updated_at,
        "remoteList": [] if owner.user_id is None else [{"id": owner.id, "remoteId": str(owner.user_id), **remote}],
        "hasContactsAccess": active,
        "activeUserId": owner.user_id if active else None,
        "userIdIncludingInactive": owner.user_id,
        "isActive": active,
    }


async def list_all(call: Call) -> Reply:
    """GET every active owner, with `includeInactive=true` the archived ones too; `email` narrows to one."""
    email = query.text(call.query, "email")
    found: list[Owner] = []
    for archived in (False, True) if query.flag(call.query, "includeInactive") else (False,):
        after = 0
        while page := await list_owners(call.tx, archived=archived, after=after, limit=CHUNK, email=email):
            found.extend(page)
            after = page[-1].id + 1
    return Reply(200, [render_owner(owner, call) for owner in sorted(found, key=lambda owner: owner.id)])


async def read_owner(call: Call) -> Reply:
    """GET one owner, archived or not."""
    number = record_id(call.path["owner_id"])
    owner = None
    for archived in (False, True):
        owner = owner or await find_owner(call.tx, number, by_user_id=False, archived=archived)
    if owner is None:
        raise NotFound(f"Owner {number} does not exist", context={"ownerId": [str(number)]})
    return Reply(200, render_owner(owner, call))
