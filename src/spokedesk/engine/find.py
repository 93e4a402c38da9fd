"""Finding records of several types at once, by text or by id, as a command menu does."""

from __future__ import annotations

from collections.abc import Sequence

from spokedesk.crm.object_types import ObjectType
from spokedesk.crm.records import Record
from spokedesk.engine.context import Context
from spokedesk.engine.definitions import load_definitions
from spokedesk.engine.search import find_newest
from spokedesk.storage.database import Transaction
from spokedesk.storage.records import get_records

LARGEST_ID = 18


async def find_records(
    tx: Transaction, context: Context, kinds: Sequence[ObjectType], text: str, limit: int
) -> list[tuple[ObjectType, Record]]:
    """Live records of each type that match, the one with that id first, then the newest; at most `limit` of each."""
    found: list[tuple[ObjectType, Record]] = []
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= LARGEST_ID else None
    for kind in kinds:
        of_kind: dict[int, Record] = {}
        if number is not None:
            of_kind |= await get_records(tx, kind.id, [number])
        definitions = await load_definitions(tx, context.account, kind)
        matching = await find_newest(tx, definitions, text, limit)
        of_kind |= {record.id: record for record in matching if record.id not in of_kind}
        found += [(kind, record) for record in of_kind.values() if record.archived_at is None][:limit]
    return found
