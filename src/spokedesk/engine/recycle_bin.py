"""The recycle bin as people see it: what lies in it, since when, through whom, and erasing before its time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spokedesk.crm.definitions import Definitions
from spokedesk.crm.history import Source
from spokedesk.crm.instants import DAY
from spokedesk.crm.records import MERGED, Record
from spokedesk.engine.context import Context
from spokedesk.engine.records import traces_of
from spokedesk.storage import accounts, records, recycle_bin
from spokedesk.storage.database import Transaction

NEWEST = (2**62, 2**62)


@dataclass(frozen=True, slots=True)
class Binned:
    """A record in the recycle bin. `erased_at` (ms) is when it will be erased by itself."""

    record: Record
    erased_at: int
    archived_by: Source | None


@dataclass(frozen=True, slots=True)
class Erased:
    """What became of records that were to be erased; `traces` as in `records.erase_record`."""

    ids: Sequence[int]
    missing: Sequence[int]
    traces: set[str]


async def list_bin(
    tx: Transaction, context: Context, object_type: str, before: tuple[int, int] = NEWEST, limit: int = 100
) -> tuple[int, list[Binned]]:
    """How many records can be restored, and a page of them: the last archived first, behind an instant and id."""
    kept = context.account.settings.recycle_bin_days * DAY
    oldest = context.now - kept
    found = await recycle_bin.list_bin(tx, object_type, oldest=oldest, before=before, limit=limit)
    archivers = await recycle_bin.find_archivers(tx, object_type, [record.id for record in found]) if found else {}
    binned = [Binned(record, (record.archived_at or 0) + kept, archivers.get(record.id)) for record in found]
    return await recycle_bin.count_bin(tx, object_type, oldest), binned


async def erase_from_bin(tx: Transaction, definitions: Definitions, ids: Sequence[int]) -> Erased:
    """Remove archived records for good, with what was merged into them; live ones stay untouched."""
    kind = definitions.object_type
    found = await records.get_records(tx, kind.id, list(dict.fromkeys(ids)))
    gone = [record for record in found.values() if record.archived_at is not None and record.merged_into is None]
    absorbed = [int(text) for record in gone for text in record.properties.get(MERGED, "").split(";") if text]
    merged = await records.get_records(tx, kind.id, absorbed) if absorbed else {}
    all_ids = [record.id for record in (*gone, *merged.values())]
    traces = await traces_of(tx, definitions, all_ids) if all_ids else set()
    if all_ids:
        await records.erase_records(tx, kind.id, all_ids)
        await accounts.mark_erased(tx)
        tx.erased = True
    erased = {record.id for record in gone}
    distinct = dict.fromkeys(ids)
    return Erased([one for one in distinct if one in erased], [one for one in distinct if one not in erased], traces)
