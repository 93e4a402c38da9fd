"""Deal splits by the deals that they share out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from spokedesk.api.bodies.deal_splits import DealSplitInput
from spokedesk.api.calls import Call, Reply
from spokedesk.api.handlers.records import definitions_of
from spokedesk.api.json_door import items_of, needed_text
from spokedesk.api.render import missing_records, render_batch, render_reading
from spokedesk.crm.deal_splits import Split, read_percentage
from spokedesk.crm.records import Record
from spokedesk.engine import deal_splits, reads
from spokedesk.engine.batches import check_count, check_distinct
from spokedesk.engine.definitions import load_definitions
from spokedesk.engine.reads import Reading
from spokedesk.errors import NotFound


async def find_deals(call: Call, keys: Sequence[str]) -> tuple[dict[int, Record], list[str]]:
    """The live deals behind ids, and the ids of which there is none; raise for another object type in the path."""
    if call.object_type.plural != "deals":
        raise NotFound("resource not found")
    check_count(len(keys))
    check_distinct(keys, keys)
    found = await reads.find_many(call.tx, await definitions_of(call), keys, None)
    live = {key: record for key, record in zip(keys, found, strict=True) if record and record.archived_at is None}
    return {record.id: record for record in live.values()}, [key for key in keys if key not in live]


async def reply_splits(call: Call, deals: Mapping[int, Record], missing: Sequence[str]) -> Reply:
    """The splits of each deal as they are now."""
    definitions = await load_definitions(call.tx, call.context.account, call.context.types.resolve("deal_split"))
    splits = await deal_splits.list_splits(call.tx, call.context, call.object_type, list(deals))
    chosen = definitions.select(())
    results = [
        {
            "id": str(deal_id),
            "splits": [render_reading(Reading(record), chosen, definitions, call) for record in splits[deal_id]],
        }
        for deal_id in deals
    ]
    errors = [missing_records(call.object_type.error_name, missing)] if missing else []
    return Reply(207 if missing else 200, render_batch(call, results, errors))


def read_split(item: DealSplitInput) -> Split:
    return Split(needed_text(item.owner_id), read_percentage(needed_text(item.percentage)))


async def read_batch(call: Call) -> Reply:
    """POST ids of deals for their splits."""
    deals, missing = await find_deals(call, [needed_text(item.id) for item in items_of(call.body.inputs)])
    return await reply_splits(call, deals, missing)


async def upsert_batch(call: Call) -> Reply:
    """POST how each deal is shared from now on; all or nothing, except that unknown deals are reported beside."""
    wanted = {needed_text(item.id): item.splits for item in items_of(call.body.inputs)}
    deals, missing = await find_deals(call, [needed_text(item.id) for item in items_of(call.body.inputs)])
    splits = {
        int(key): [read_split(item) for item in items_of(given)] for key, given in wanted.items() if key not in missing
    }
    await deal_splits.replace_splits(call.tx, call.context, deals, splits)
    return await reply_splits(call, deals, missing)
