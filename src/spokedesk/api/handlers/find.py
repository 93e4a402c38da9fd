"""Finding records of several types at once."""

from __future__ import annotations

from typing import Any

from spokedesk.api import query
from spokedesk.api.calls import Call, Reply
from spokedesk.crm.instants import iso
from spokedesk.crm.object_types import ObjectType
from spokedesk.crm.records import Record
from spokedesk.crm.scopes import is_granted, record_scopes
from spokedesk.engine.find import find_records
from spokedesk.errors import InvalidRequest

PAGE, LARGEST_PAGE, LONGEST = 5, 20, 200
# the properties by which people know a record, and one that tells it from others
TITLES = {
    "tickets": (("subject",), "content"),
    "contacts": (("firstname", "lastname"), "email"),
    "companies": (("name",), "domain"),
    "deals": (("dealname",), "amount"),
}
SHOWN_DETAIL = 120


def title_of(record: Record, kind: ObjectType) -> str:
    """By what people know a record; empty when it has none of it."""
    names, _ = TITLES.get(kind.plural, (("name",), ""))
    return " ".join(text for name in names if (text := record.properties.get(name)))


def render_found(record: Record, kind: ObjectType) -> dict[str, Any]:
    detail = record.properties.get(TITLES[kind.plural][1], "")[:SHOWN_DETAIL]
    return {
        "objectType": kind.plural,
        "objectTypeId": kind.id,
        "id": str(record.id),
        "title": title_of(record, kind) or detail or str(record.id),
        "detail": detail,
        "updatedAt": iso(record.updated_at),
    }


async def find_everywhere(call: Call) -> Reply:
    """GET records whose texts match, of the types that the token may read."""
    text = (query.text(call.query, "q") or "").strip()
    if not text or len(text) > LONGEST:
        raise InvalidRequest(f"q must be a text of 1 to {LONGEST} characters")
    limit = query.limit(call.query, PAGE, LARGEST_PAGE)
    kinds = [
        kind
        for name in TITLES
        if is_granted(record_scopes(kind := call.context.types.resolve(name), writes=False), call.scopes)
    ]
    found = await find_records(call.tx, call.context, kinds, text, limit)
    return Reply(200, {"results": [render_found(record, kind) for kind, record in found]})
