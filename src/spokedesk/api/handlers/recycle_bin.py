"""The recycle bin: listing what lies in it, and erasing some of it before its time."""

from __future__ import annotations

from typing import Any

from spokedesk.api import query
from spokedesk.api.bodies.records import BatchIdsBody
from spokedesk.api.calls import Call, Reply
from spokedesk.api.handlers.records import definitions_of, read_names, read_wanted
from spokedesk.api.json_door import items_of, needed_text
from spokedesk.api.render import next_page, render_reading
from spokedesk.crm.history import Source
from spokedesk.crm.instants import DAY, iso
from spokedesk.engine.reads import Reading
from spokedesk.engine.recycle_bin import NEWEST, Binned, erase_from_bin
from spokedesk.engine.recycle_bin import list_bin as list_page
from spokedesk.errors import InvalidRequest

PAGE, LARGEST_PAGE, BATCH = 50, 100, 100


def render_source(source: Source) -> dict[str, Any]:
    """Who did something: a user, an app, an import."""
    found: dict[str, Any] = {"sourceType": source.type}
    if source.id is not None:
        found["sourceId"] = source.id
    if source.user_id is not None:
        found["userId"] = source.user_id
    return found


def render_binned(item: Binned, rendered: dict[str, Any], now: int) -> dict[str, Any]:
    """A record with the days that are left, counted up: less than a day is one."""
    found = {**rendered, "daysLeft": max(0, -((now - item.erased_at) // DAY)), "erasedAt": iso(item.erased_at)}
    if item.archived_by is not None:
        found["archivedBy"] = render_source(item.archived_by)
    return found


def read_cursor(call: Call) -> tuple[int, int]:
    """`INSTANT-ID` of the last record of the page before."""
    text = query.text(call.query, "after")
    if text is None:
        return NEWEST
    at, _, record_id = text.partition("-")
    if not all(part.isascii() and part.isdigit() and len(part) <= 18 for part in (at, record_id)):
        raise InvalidRequest("Unable to parse value for query parameter: after")
    return int(at), int(record_id)


async def list_bin(call: Call) -> Reply:
    """GET what can be restored, the last archived first."""
    definitions = await definitions_of(call)
    limit = query.limit(call.query, PAGE, LARGEST_PAGE)
    total, found = await list_page(call.tx, call.context, call.object_type.id, read_cursor(call), limit + 1)
    names = read_names(call, definitions, read_wanted(call))
    now = call.context.now
    body: dict[str, Any] = {
        "results": [
            render_binned(item, render_reading(Reading(item.record), names, definitions, call), now)
            for item in found[:limit]
        ],
        "total": total,
        "recycleBinDays": call.context.account.settings.recycle_bin_days,
    }
    if len(found) > limit:
        last = found[limit - 1].record
        body["paging"] = next_page(call, f"{last.archived_at}-{last.id}")
    return Reply(200, body)


def read_ids(body: BatchIdsBody) -> list[str]:
    """The ids of a batch; raise when there are none or too many."""
    ids = [needed_text(item.id) for item in items_of(body.inputs)]
    if not ids or len(ids) > BATCH:
        raise InvalidRequest(f"Between 1 and {BATCH} inputs are needed")
    return ids


async def erase_batch(call: Call) -> Reply:
    """POST ids: those that lie in the recycle bin are erased for good."""
    definitions = await definitions_of(call)
    ids = read_ids(call.body)
    numbers = [int(text) for text in ids if text.isascii() and text.isdigit() and len(text) <= 18]
    erased = await erase_from_bin(call.tx, definitions, numbers)
    call.calls.of(call.context.account.id).forget(erased.traces, call.context.now)
    gone = {str(number) for number in erased.ids}
    distinct = dict.fromkeys(ids)
    answer = {
        "erased": [text for text in distinct if text in gone],
        "missing": [text for text in distinct if text not in gone],
    }
    return Reply(200, answer)
