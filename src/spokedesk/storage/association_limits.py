"""The association_limit table: limits that an account sets on links, and the records that come near one."""

from __future__ import annotations

from collections.abc import Sequence

from spokedesk.crm.association_limits import LinkLimit
from spokedesk.storage.database import Transaction

COLUMNS = "from_type, to_type, category, type_id, largest"


async def list_limits(tx: Transaction) -> list[LinkLimit]:
    rows = await tx.rows(
        f"""
        SELECT {COLUMNS}
        FROM association_limit
        WHERE account_id = :account_id
        ORDER BY from_type, to_type, category, type_id
        """
    )
    return [LinkLimit(*row) for row in rows]


async def replace_limits(tx: Transaction, limits: Sequence[LinkLimit]) -> None:
    """Set limits; one that exists for the same direction of a type gets the new number."""
    await tx.execute_many(
        f"""
        INSERT INTO association_limit (account_id, {COLUMNS})
        VALUES (:account_id, :from_type, :to_type, :category, :type_id, :largest)
        ON CONFLICT (account_id, from_type, to_type, category, type_id) DO UPDATE SET largest = excluded.largest
        """,
        [
            {
                "from_type": item.from_type,
                "to_type": item.to_type,
                "category": item.category,
                "type_id": item.type_id,
                "largest": item.largest,
            }
            for item in limits
        ],
    )


async def erase_limit(tx: Transaction, from_type: str, to_type: str, category: str, type_id: int) -> None:
    await tx.execute(
        """
        DELETE FROM association_limit
        WHERE account_id = :account_id AND from_type = :from_type AND to_type = :to_type
          AND category = :category AND type_id = :type_id
        """,
        from_type=from_type,
        to_type=to_type,
        category=category,
        type_id=type_id,
    )


async def list_busy_records(tx: Transaction, least: int) -> list[tuple[str, str, int, int]]:
    """(from type, to type, id, linked records) of every record with at least so many links to records of a type."""
    rows = await tx.rows(
        """
        SELECT from_type, to_type, from_id, COUNT(DISTINCT to_id)
        FROM association
        WHERE account_id = :account_id
        GROUP BY from_type, to_type, from_id
        HAVING COUNT(DISTINCT to_id) >= :least
        ORDER BY from_type, to_type, from_id
        """,
        least=least,
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]
