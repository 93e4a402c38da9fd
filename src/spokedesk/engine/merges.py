"""Merging two records: the survivor takes over values, links and unique values; the old ids lead to it."""

from __future__ import annotations

from dataclasses import replace

from spokedesk.crm.associations import Association, both_directions
from spokedesk.crm.definitions import Definitions
from spokedesk.crm.records import MERGED, Record, RecordChange, plan_merge
from spokedesk.crm.rollups import COMPANY
from spokedesk.engine import links, reads, rollups
from spokedesk.engine.changes import insert_changes, replace_changes
from spokedesk.engine.context import Context
from spokedesk.engine.definitions import load_types_between
from spokedesk.errors import InvalidRequest, RecordNotFound
from spokedesk.storage import accounts, associations, records, unique_values
from spokedesk.storage.database import Transaction


async def merge_records(
    tx: Transaction, context: Context, definitions: Definitions, primary_key: str, other_key: str
) -> Record:
    """Merge the second record into the first; the account's setting says whether the survivor gets a new id."""
    if primary_key == other_key:
        raise InvalidRequest("A record cannot be merged with itself")
    primary = await reads.find_one(tx, definitions, primary_key, None)
    other = await reads.find_one(tx, definitions, other_key, None)
    if primary.id == other.id:
        raise InvalidRequest("The records have been merged already")
    change = plan_merge(primary, other, definitions, context.now)
    if len(change.changed[MERGED].split(";")) > reads.MAX_MERGES:
        raise InvalidRequest(f"Cannot have more than {reads.MAX_MERGES} identities on a profile")
    if context.account.settings.merge_id_policy == "new_id":
        return await merge_into_new(tx, context, definitions, change, [primary, other])
    await absorb(tx, context, definitions, [other], primary.id)
    await replace_changes(tx, context, definitions, [change])
    await rollups.follow_changes(tx, context, definitions.object_type, [change])
    return await move_links(tx, context, definitions, [other], change.record)


async def merge_into_new(
    tx: Transaction, context: Context, definitions: Definitions, change: RecordChange, sources: list[Record]
) -> Record:
    """The survivor is a new record; both old ids lead to it."""
    new_id, sequence = await accounts.take_numbers(tx, ids=1, sequences=1)
    own_ids = {name: str(new_id) for name in ("hs_object_id", "hs_ticket_id") if name in change.record.properties}
    merged = ";".join([str(sources[0].id), change.changed[MERGED]])
    properties = {**change.record.properties, **own_ids, MERGED: merged}
    record = replace(change.record, id=new_id, properties=properties, revision=0)
    await absorb(tx, context, definitions, sources, new_id)
    created = RecordChange(record, properties, "merge")
    await insert_changes(tx, context, definitions, [created], sequence)
    return await move_links(tx, context, definitions, sources, record)


async def absorb(
    tx: Transaction, context: Context, definitions: Definitions, sources: list[Record], survivor: int
) -> None:
    """Take records out of every list; their ids lead to the survivor from now on."""
    gone = [
        RecordChange(replace(source, archived_at=context.now, merged_into=survivor), {}, "merged", before=source)
        for source in sources
    ]
    await replace_changes(tx, context, definitions, gone)
    for source in sources:
        await unique_values.erase_unique_values(tx, source.object_type, source.id)


async def move_links(
    tx: Transaction, context: Context, definitions: Definitions, sources: list[Record], survivor: Record
) -> Record:
    """Give the survivor every link of the absorbed records, without doubles and without a second primary company."""
    kind = definitions.object_type
    has_primary = await links.has_primary_company(tx, context, kind, survivor.id)
    moved: list[Association] = []
    gone: list[Association] = []
    for source in sources:
        for row in await associations.list_all_associations(tx, kind.id, [source.id]):
            types = await load_types_between(tx, context.account, row.from_type, row.to_type)
            known = types.find(row.category, row.type_id)
            if known is None:
                continue
            gone.extend(both_directions(row, known))
            is_self = row.to_type == kind.id and row.to_id in (survivor.id, *(item.id for item in sources))
            is_primary = known == types.primary and row.to_type == COMPANY
            if not is_self and not (has_primary and is_primary):
                has_primary = has_primary or is_primary
                moved.extend(both_directions(replace(row, from_id=survivor.id), known))
    await associations.erase_associations(tx, gone)
    await associations.insert_associations(tx, moved)
    refreshed = await rollups.refresh_rollups(tx, context, [*gone, *moved])
    return refreshed.get((survivor.object_type, survivor.id)) or await current(tx, survivor)


async def current(tx: Transaction, record: Record) -> Record:
    found = await records.find_record(tx, record.object_type, record.id)
    if found is None:
        raise RecordNotFound(str(record.id))
    return found
