"""Writing decided changes: record, unique values and revision together, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence

from spokedesk.crm.definitions import Definitions
from spokedesk.crm.history import Revision, Source
from spokedesk.crm.records import RecordChange
from spokedesk.crm.search import search_document
from spokedesk.engine.context import Context
from spokedesk.storage import accounts, records, revisions, unique_values
from spokedesk.storage.database import Transaction


async def insert_changes(
    tx: Transaction, context: Context, definitions: Definitions, changes: Sequence[RecordChange], first_sequence: int
) -> None:
    """Store new records with their first revision and their unique values."""
    if not changes:
        return
    hot = definitions.object_type.hot_columns
    await records.insert_records(
        tx,
        [
            records.columns_of(change.record, search_document(change.record.properties, definitions), hot)
            for change in changes
        ],
    )
    await revisions.insert_revisions(tx, revisions_of(changes, context.source, context.now, first_sequence))
    claims = [claim for change in changes for claim in claims_of(change, definitions)]
    if claims:
        await unique_values.insert_unique_values(tx, definitions.object_type.id, claims)


async def replace_changes(
    tx: Transaction,
    context: Context,
    definitions: Definitions,
    changes: Sequence[RecordChange],
    source: Source | None = None,
) -> None:
    """Store new states of existing records; a change that changes nothing leaves no trace."""
    changes = [change for change in changes if change.changed or change.kind not in ("update", "rollup")]
    if not changes:
        return
    _, sequence = await accounts.take_numbers(tx, sequences=len(changes))
    hot = definitions.object_type.hot_columns
    for change in changes:
        document = search_document(change.record.properties, definitions)
        await records.replace_record(tx, records.columns_of(change.record, document, hot))
        freed = [name for name in definitions.unique_names if name in change.changed]
        if freed and change.record.archived_at is None:
            await unique_values.erase_unique_values(tx, change.record.object_type, change.record.id, freed)
    await revisions.insert_revisions(tx, revisions_of(changes, source or context.source, context.now, sequence))
    claims = [
        claim for change in changes if change.record.archived_at is None for claim in claims_of(change, definitions)
    ]
    if claims:
        await unique_values.insert_unique_values(tx, definitions.object_type.id, claims)


def revisions_of(changes: Sequence[RecordChange], source: Source, at: int, first_sequence: int) -> list[Revision]:
    return [
        Revision(
            sequence=first_sequence + index,
            object_type=change.record.object_type,
            record_id=change.record.id,
            kind=change.kind,
            changed=change.changed,
            at=at,
            source=source,
        )
        for index, change in enumerate(changes)
    ]


def claims_of(change: RecordChange, definitions: Definitions) -> list[tuple[str, str, int]]:
    """The unique values that a change claims: (property, value, record id)."""
    return [
        (name, value, change.record.id) for name in definitions.unique_names if (value := change.changed.get(name, ""))
    ]
