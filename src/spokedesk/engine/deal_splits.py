"""Deal splits: records of their own, read and replaced by the deals that they share out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from spokedesk.crm.deal_splits import OWNER, Split, check_splits, split_values
from spokedesk.crm.object_types import ObjectType
from spokedesk.crm.records import Record
from spokedesk.engine.batches import all_or_nothing
from spokedesk.engine.context import Context
from spokedesk.engine.definitions import load_definitions, load_types_between
from spokedesk.engine.links import LinkRequest
from spokedesk.engine.records import (
    NewRecord,
    RecordUpdate,
    archive_records,
    create_records,
    update_records,
)
from spokedesk.storage.associations import list_links_to
from spokedesk.storage.database import Transaction
from spokedesk.storage.records import get_records


async def list_splits(
    tx: Transaction, context: Context, deals: ObjectType, deal_ids: Sequence[int]
) -> dict[int, list[Record]]:
    """The live splits of each deal, in order of id; none is an empty list."""
    kind = context.types.resolve("deal_split")
    links = await list_links_to(tx, deals.id, deal_ids, kind.id)
    records = await get_records(tx, kind.id, sorted({link.to_id for link in links}))
    found: dict[int, list[Record]] = {deal_id: [] for deal_id in deal_ids}
    for deal_id, split_id in sorted({(link.from_id, link.to_id) for link in links}):
        record = records.get(split_id)
        if record is not None and record.archived_at is None:
            found[deal_id].append(record)
    return found


async def replace_splits(
    tx: Transaction, context: Context, deals: Mapping[int, Record], wanted: Mapping[int, Sequence[Split]]
) -> None:
    """Give each deal exactly these splits: an owner's split keeps its id, those of owners who are gone are archived.

    All of it or nothing; raise for shares that do not add up and for values that are not valid.
    """
    for deal_id, splits in wanted.items():
        check_splits(str(deal_id), splits)
    kind, deal_kind = context.types.resolve("deal_split"), context.types.resolve("deal")
    definitions = await load_definitions(tx, context.account, kind)
    before = await list_splits(tx, context, deal_kind, list(wanted))
    links = await load_types_between(tx, context.account, kind.id, deal_kind.id)
    assert links.plain is not None, "the catalog links deal splits to deals"
    created: list[NewRecord] = []
    updates: list[tuple[RecordUpdate, Record]] = []
    gone: list[int] = []
    for deal_id, splits in wanted.items():
        known = {record.properties.get(OWNER, ""): record for record in before[deal_id]}
        for split in splits:
            values = split_values(deal_id, deals[deal_id].properties.get("amount", ""), split)
            record = known.pop(split.owner_id, None)
            if record is None:
                created.append(NewRecord(values, [LinkRequest(str(deal_id), links.plain.type_id)]))
            else:
                updates.append((RecordUpdate(str(record.id), None, values), record))
        gone.extend(record.id for record in known.values())
    all_or_nothing(await create_records(tx, context, definitions, created))
    changes = [update for update, _ in updates]
    all_or_nothing(await update_records(tx, context, definitions, changes, [record for _, record in updates]))
    await archive_records(tx, context, definitions, gone)
