"""The recycle bin: archived records as they lie in the record table, and who archived them."""

from __future__ import annotations

from collections.abc import Sequence

from spokedesk.crm.history import Source
from spokedesk.crm.records import Record
from spokedesk.storage.database import Transaction
from spokedesk.storage.records import COLUMNS, record_of

IN_BIN = """account_id = :account_id AND object_type = :object_type AND archived_at IS NOT NULL
          AND archived_at >= :oldest AND merged_into IS NULL"""


async def list_bin(
    tx: Transaction, object_type: str, *, oldest: int, before: tuple[int, int], limit: int
) -> list[Record]:
    """Records that were archived at or after `oldest`, the last archived first, behind an instant and id."""
    rows = await tx.rows(
        f"""
        SELECT {COLUMNS}
        FROM record
        WHERE {IN_BIN} AND archived_at <= :at AND (archived_at < :at OR id < :id)
        ORDER BY archived_at DESC, id DESC
        LIMIT :limit
        """,
        object_type=object_type,
        oldest=oldest,
        at=before[0],
        id=before[1],
        limit=limit,
    )
    return [record_of(row) for row in rows]


async def count_bin(tx: Transaction, object_type: str, oldest: int) -> int:
    """How many records can still be restored."""
    row = await tx.row(f"SELECT COUNT(*) FROM record WHERE {IN_BIN}", object_type=object_type, oldest=oldest)
    return row[0] if row else 0


async def find_archivers(tx: Transaction, object_type: str, ids: Sequence[int]) -> dict[int, Source]:
    """Who archived records, the last time that it happened."""
    rows = await tx.rows(
        """
        SELECT record_id, source_type, source_id, source_label, user_id
        FROM revision
        WHERE account_id = :account_id AND object_type = :object_type AND record_id = EACH(:ids) AND kind = 'archive'
        ORDER BY sequence
        """,
        object_type=object_type,
        ids=list(ids),
    )
    return {row[0]: Source(*row[1:]) for row in rows}
