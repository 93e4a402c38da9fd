"""The revision table: one row per write, which is history, audit trail and change feed at once."""

from __future__ import annotations

from collections.abc import Sequence

from spokedesk.crm.history import Revision, Source
from spokedesk.storage.database import Row, Transaction
from spokedesk.storage.documents import texts, to_document

COLUMNS = "sequence, object_type, record_id, kind, changed, at, source_type, source_id, source_label, user_id"


def revision_of(row: Row) -> Revision:
    sequence, object_type, record_id, kind, changed, at, source_type, source_id, source_label, user_id = row
    source = Source(source_type, source_id, source_label, user_id)
    return Revision(sequence, object_type, record_id, kind, texts(changed), at, source)


async def insert_revisions(tx: Transaction, revisions: Sequence[Revision]) -> None:
    await tx.execute_many(
        f"""
        INSERT INTO revision (account_id, {COLUMNS})
        VALUES (:account_id, :sequence, :object_type, :record_id, :kind, :changed, :at,
                :source_type, :source_id, :source_label, :user_id)
        """,
        [
            {
                "sequence": revision.sequence,
                "object_type": revision.object_type,
                "record_id": revision.record_id,
                "kind": revision.kind,
                "changed": to_document(revision.changed),
                "at": revision.at,
                "source_type": revision.source.type,
                "source_id": revision.source.id,
                "source_label": revision.source.label,
                "user_id": revision.source.user_id,
            }
            for revision in revisions
        ],
    )


async def list_revisions(tx: Transaction, object_type: str, ids: Sequence[int]) -> dict[int, list[Revision]]:
    """Every write to these records, oldest first; a record without one is absent."""
    rows = await tx.rows(
        f"""
        SELECT {COLUMNS}
        FROM revision
        WHERE account_id = :account_id AND object_type = :object_type AND record_id = EACH(:ids)
        ORDER BY record_id, sequence
        """,
        object_type=object_type,
        ids=list(ids),
    )
    found: dict[int, list[Revision]] = {}
    for row in rows:
        found.setdefault(row[2], []).append(revision_of(row))
    return found


async def list_changes(tx: Transaction, after: int, limit: int) -> list[Revision]:
    """Writes of the account behind a sequence number, in commit order."""
    rows = await tx.rows(
        f"""
        SELECT {COLUMNS}
        FROM revision
        WHERE account_id = :account_id AND sequence > :after
        ORDER BY sequence
        LIMIT :limit
        """,
        after=after,
        limit=limit,
    )
    return [revision_of(row) for row in rows]
