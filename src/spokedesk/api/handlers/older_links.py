"""Links in their first form: one association type at a time, named by its id, which says both object types."""

from __future__ import annotations

from collections.abc import Sequence

from spokedesk.api import query
from spokedesk.api.bodies.older_paths import OlderLinkBody
from spokedesk.api.calls import Call, Reply
from spokedesk.api.handlers.older_engagements import kinds_of
from spokedesk.api.handlers.older_records import page_start
from spokedesk.api.json_door import needed_text
from spokedesk.crm.associations import HUBSPOT_DEFINED, AssociationType, WantedType, invalid_targets
from spokedesk.crm.identifiers import record_id
from spokedesk.crm.object_types import ObjectType
from spokedesk.crm.scopes import is_granted, link_scopes
from spokedesk.engine import associations, engagements
from spokedesk.engine.associations import Direction, LinkInput
from spokedesk.engine.batches import check_count
from spokedesk.engine.definitions import find_association_type, load_types_between
from spokedesk.errors import MissingScopes
from spokedesk.storage.associations import list_targets

PAGE = 100


# definition ids that stand for activities of every kind: the other end, whether the activity is where links start
ENGAGEMENTS = {
    "7": ("company", False),
    "8": ("company", True),
    "9": ("contact", False),
    "10": ("contact", True),
    "11": ("deal", False),
    "12": ("deal", True),
    "17": ("ticket", False),
    "18": ("ticket", True),
}


def engagement_end(category: str | None, definition_id: str) -> tuple[str, bool] | None:
    return ENGAGEMENTS.get(definition_id) if category in (None, HUBSPOT_DEFINED) else None


def check_scopes(call: Call, ends: Sequence[ObjectType], *, writes: bool) -> None:
    """Raise when the token may not see links between these types.

    The check is here and not at the edge: the object types are in no path.
    """
    needed = link_scopes(ends, writes=writes)
    if not is_granted(needed, call.scopes):
        raise MissingScopes(needed)


async def find_definition(call: Call, category: str | None, definition_id: str, *, writes: bool) -> AssociationType:
    """The type that an id means; raise when there is none."""
    wanted = WantedType(category or HUBSPOT_DEFINED, definition_id)
    known = await find_association_type(call.tx, call.context.account, wanted)
    direction = direction_of(known, call)
    check_scopes(call, (direction.from_kind, direction.to_kind), writes=writes)
    return known


async def find_engagement_type(
    call: Call, end: tuple[str, bool], engagement: str, *, writes: bool
) -> AssociationType | None:
    """The type between the kind of one activity and the other end; None when there is no such activity."""
    other, leaves = call.context.types.resolve(end[0]), end[1]
    check_scopes(call, (call.context.types.resolve("note"), other), writes=writes)
    record = await engagements.find_any(call.tx, kinds_of(call), engagement)
    if record is None:
        return None
    ends = (record.object_type, other.id) if leaves else (other.id, record.object_type)
    return (await load_types_between(call.tx, call.context.account, *ends)).plain


def direction_of(known: AssociationType, call: Call) -> Direction:
    types = call.context.types
    return Direction(types.resolve(known.from_type), types.resolve(known.to_type))


async def read_links(
    call: Call, bodies: Sequence[OlderLinkBody], *, forgiving: bool = False
) -> dict[AssociationType, list[LinkInput]]:
    """The links of a request by their type; `forgiving` passes over activities that are not there."""
    check_count(len(bodies))
    found: dict[AssociationType, list[LinkInput]] = {}
    for body in bodies:
        definition, ends = needed_text(body.definition_id), (body.from_object_id, body.to_object_id)
        from_id, to_id = map(needed_text, ends)
        known: AssociationType | None = None
        end = engagement_end(body.category, definition)
        if end is None:
            known = await find_definition(call, body.category, definition, writes=True)
        else:
            activity = from_id if end[1] else to_id
            known = await find_engagement_type(call, end, activity, writes=True)
            if known is None and not forgiving:
                raise invalid_targets("ENGAGEMENT", [activity])
        if known is not None:
            wanted = [WantedType(known.category, str(known.type_id))]
            found.setdefault(known, []).append(LinkInput(from_id, to_id, wanted))
    return found


async def link_all(call: Call, bodies: Sequence[OlderLinkBody]) -> Reply:
    """All or none."""
    for known, inputs in (await read_links(call, bodies)).items():
        for outcome in await associations.associate(call.tx, call.context, direction_of(known, call), inputs):
            if outcome.error is not None:
                raise outcome.error
    return Reply(204)


async def unlink_all(call: Call, bodies: Sequence[OlderLinkBody]) -> Reply:
    """What is not there is no error."""
    for known, inputs in (await read_links(call, bodies, forgiving=True)).items():
        await associations.disassociate(call.tx, call.context, direction_of(known, call), inputs)
    return Reply(204)


async def create_link(call: Call) -> Reply:
    """PUT one link."""
    return await link_all(call, [call.body])


async def create_links(call: Call) -> Reply:
    """PUT a list of links, all or none."""
    return await link_all(call, call.body)


async def delete_link(call: Call) -> Reply:
    """PUT one link to remove."""
    return await unlink_all(call, [call.body])


async def delete_links(call: Call) -> Reply:
    """PUT a list of links to remove."""
    return await unlink_all(call, call.body)


async def list_links(call: Call) -> Reply:
    """GET the ids of records to which one record is linked by a type, in order."""
    offset = page_start(call)
    limit = query.limit(call.query, PAGE, PAGE)
    behind = [to_id for to_id in await list_linked(call) if to_id > offset]
    page = behind[:limit]
    answer = {"results": page, "hasMore": len(behind) > limit, "offset": page[-1] if page else offset}
    return Reply(200, answer)


async def list_linked(call: Call) -> list[int]:
    category, definition = call.path["category"], call.path["definition_id"]
    end = engagement_end(category, definition)
    key = record_id(call.path["record_id"])
    if end is None:
        known = await find_definition(call, category, definition, writes=False)
    elif end[1]:
        found = await find_engagement_type(call, end, str(key), writes=False)
        if found is None:
            return []
        known = found
    else:
        other = call.context.types.resolve(end[0])
        check_scopes(call, (call.context.types.resolve("note"), other), writes=False)
        return await engagements.list_linked(call.tx, kinds_of(call), other, key)
    return [to_id for _, to_id in await list_targets(call.tx, [key], known)]
