"""Activities of all kinds under one roof: finding and listing them whatever they are."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import replace

from spokedesk.crm.identifiers import record_id
from spokedesk.crm.object_types import ObjectType
from spokedesk.crm.records import Record
from spokedesk.errors import RecordNotFound
from spokedesk.storage.associations import list_links_to
from spokedesk.storage.database import Transaction
from spokedesk.storage.records import Recently, count_recent, find_record, get_records, list_recent, list_records


async def find_any(tx: Transaction, kinds: Sequence[ObjectType], key: str) -> Record | None:
    """The live record of any of the kinds that has the id."""
    wanted = record_id(key)
    for kind in kinds:
        record = await find_record(tx, kind.id, wanted)
        if record is not None and record.archived_at is None:
            return record
    return None


async def find_engagement(tx: Transaction, kinds: Sequence[ObjectType], key: str) -> Record:
    """The same; raise when there is none."""
    record = await find_any(tx, kinds, key)
    if record is None:
        raise RecordNotFound(key)
    return record


async def list_engagements(tx: Transaction, kinds: Sequence[ObjectType], *, first_id: int, limit: int) -> list[Record]:
    """Live records of all the kinds together, in order of id."""
    pages = [await list_records(tx, kind.id, first_id=first_id, limit=limit, archived=False) for kind in kinds]
    return sorted((record for page in pages for record in page), key=lambda record: record.id)[:limit]


async def list_recent_engagements(
    tx: Transaction, kinds: Sequence[ObjectType], wanted: Recently, limit: int
) -> list[Record]:
    """Live records of all the kinds together, the newest first."""
    whole = replace(wanted, offset=0)
    pages = [await list_recent(tx, kind.id, whole, wanted.offset + limit) for kind in kinds]
    ordered = heapq.merge(*pages, key=lambda record: (getattr(record, wanted.column), record.id), reverse=True)
    return list(ordered)[wanted.offset : wanted.offset + limit]


async def count_engagements(tx: Transaction, kinds: Sequence[ObjectType], wanted: Recently) -> int:
    return sum([await count_recent(tx, kind.id, wanted) for kind in kinds])


async def get_engagements(tx: Transaction, kinds: Sequence[ObjectType], ids: Sequence[int]) -> list[Record]:
    """The live ones of these ids, in order of id."""
    found = [record for kind in kinds for record in (await get_records(tx, kind.id, ids)).values()]
    return sorted((record for record in found if record.archived_at is None), key=lambda record: record.id)


async def list_linked(tx: Transaction, kinds: Sequence[ObjectType], end: ObjectType, owner: int) -> list[int]:
    """Ids of the live records of all the kinds to which one record is linked, in order."""
    ids = {link.to_id for kind in kinds for link in await list_links_to(tx, end.id, [owner], kind.id)}
    return [record.id for record in await get_engagements(tx, kinds, sorted(ids))]
