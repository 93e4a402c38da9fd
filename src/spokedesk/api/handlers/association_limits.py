"""Limits that an account sets on its links, and the report on records with many of them."""

from __future__ import annotations

from typing import Any

from msgspec import UnsetType

from spokedesk.api.bodies.associations import LimitInput, LimitTypeInput
from spokedesk.api.calls import Call, Reply
from spokedesk.api.errors import render_error
from spokedesk.api.handlers.associations_v4 import direction_of, removed
from spokedesk.api.json_door import items_of, needed_text
from spokedesk.api.render import render_batch
from spokedesk.crm.association_limits import LinkLimit
from spokedesk.crm.associations import AssociationType, TypesBetween, WantedType
from spokedesk.crm.instants import iso
from spokedesk.engine import association_limits
from spokedesk.engine.associations import MAX_INPUTS, load_types
from spokedesk.engine.batches import check_count
from spokedesk.engine.definitions import load_types_between
from spokedesk.errors import NotFound
from spokedesk.storage.owners import find_owner


def read_type(item: LimitInput | LimitTypeInput) -> WantedType:
    return WantedType(needed_text(item.category), needed_text(item.type_id))


def render_limit(limit: LinkLimit) -> dict[str, Any]:
    return {
        "category": limit.category,
        "typeId": limit.type_id,
        "userEnforcedMaxToObjectIds": limit.largest,
    }


def render_labelled(limit: LinkLimit, known: AssociationType) -> dict[str, Any]:
    return {**render_limit(limit), "label": known.label}


def render_limits(limits: list[LinkLimit], types: TypesBetween) -> list[dict[str, Any]]:
    named = [(limit, types.find(limit.category, limit.type_id)) for limit in limits]
    return [render_labelled(limit, known) for limit, known in named if known is not None]


async def list_limits(call: Call) -> Reply:
    """GET every limit of the account."""
    limits = await association_limits.load_limits(call.tx, call.context.account)
    results: list[dict[str, Any]] = []
    for limit in limits.values():
        types = await load_types_between(call.tx, call.context.account, limit.from_type, limit.to_type)
        results += render_limits([limit], types)
    return Reply(200, {"results": results})


async def list_limits_between(call: Call) -> Reply:
    """GET the limits of one direction."""
    types = await load_types(call.tx, call.context, direction_of(call))
    limits = await association_limits.load_limits(call.tx, call.context.account)
    chosen = [
        limit for limit in limits.values() if (limit.from_type, limit.to_type) == (types.from_type, types.to_type)
    ]
    return Reply(200, {"results": render_limits(chosen, types)})


async def set_limits(call: Call, status: int, *, labelled: bool) -> Reply:
    inputs = items_of(call.body.inputs)
    check_count(len(inputs), limit=MAX_INPUTS)
    types = await load_types(call.tx, call.context, direction_of(call))
    wanted = [
        (read_type(item), 0 if isinstance(item.max_to_object_ids, UnsetType) else item.max_to_object_ids)
        for item in inputs
    ]
    outcomes = await association_limits.set_limits(call.tx, types, wanted)
    results = [
        render_labelled(one.limit, one.known) if labelled else render_limit(one.limit)
        for one in outcomes
        if one.limit is not None and one.known is not None
    ]
    errors = [render_error(one.error, call.context.account.id, None) for one in outcomes if one.error is not None]
    return Reply(207 if errors else status, render_batch(call, results, errors))


async def create_limits(call: Call) -> Reply:
    """POST limits for types of one direction."""
    return await set_limits(call, call.version.limits_created_status, labelled=True)


async def update_limits(call: Call) -> Reply:
    """POST other numbers; a type without a limit gets one."""
    return await set_limits(call, 200, labelled=False)


async def purge_limits(call: Call) -> Reply:
    """POST types that shall have no limit."""
    inputs = items_of(call.body.inputs)
    check_count(len(inputs), limit=MAX_INPUTS)
    types = await load_types(call.tx, call.context, direction_of(call))
    await association_limits.purge_limits(call.tx, types, [read_type(item) for item in inputs])
    return removed(call)


async def request_usage_report(call: Call) -> Reply:
    """POST for a report by mail on records with many links. It is accepted and not sent: there is no mail here."""
    key = call.path["user_id"]
    known = key.isascii() and key.isdigit() and len(key) <= 18
    owner = await find_owner(call.tx, int(key), by_user_id=True, archived=False) if known else None
    if owner is None:
        raise NotFound(f"User {key} does not exist", context={"userId": [key]})
    now = call.context.now
    # an object by the published description, which the official Python SDK cannot read; it calls the v4 path only
    enqueued: Any = iso(now) if call.version.numeric_link_ids else {"value": now, "dateOnly": False, "timeZoneShift": 0}
    return Reply(200, {"userId": int(key), "userEmail": owner.email, "enqueueTime": enqueued})
