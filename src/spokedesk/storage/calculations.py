"""The calculation_backlog table: where working out a new formula for all records has got to."""

from __future__ import annotations

from spokedesk.storage.database import Transaction


async def list_waiting_accounts(tx: Transaction) -> list[int]:
    """Every account of the store that has something to work out."""
    rows = await tx.rows("SELECT DISTINCT account_id FROM calculation_backlog ORDER BY account_id")
    return [row[0] for row in rows]


async def find_backlog(tx: Transaction) -> tuple[str, int] | None:
    """An object type of the account that waits, and the id from which on."""
    row = await tx.row(
        """
        SELECT object_type, next_id
        FROM calculation_backlog
        WHERE account_id = :account_id
        ORDER BY object_type
        LIMIT 1
        """
    )
    return None if row is None else (row[0], row[1])


async def replace_backlog(tx: Transaction, object_type: str, next_id: int) -> None:
    await tx.execute(
        """
        INSERT INTO calculation_backlog (account_id, object_type, next_id)
        VALUES (:account_id, :object_type, :next_id)
        ON CONFLICT (account_id, object_type) DO UPDATE SET next_id = excluded.next_id
        """,
        object_type=object_type,
        next_id=next_id,
    )


async def erase_backlog(tx: Transaction, object_type: str) -> None:
    await tx.execute(
        "DELETE FROM calculation_backlog WHERE account_id = :account_id AND object_type = :object_type",
        object_type=object_type,
    )
