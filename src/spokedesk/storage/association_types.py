"""The association_type table: the types that an account defined (labels)."""

from __future__ import annotations

from collections.abc import Sequence

from spokedesk.crm.associations import AssociationType
from spokedesk.storage.database import Transaction

COLUMNS = "from_type, to_type, category, type_id, inverse_type_id, label, name"


async def list_association_types(tx: Transaction) -> list[AssociationType]:
    rows = await tx.rows(
        f"""
        SELECT {COLUMNS}
        FROM association_type
        WHERE account_id = :account_id
        ORDER BY from_type, to_type, type_id
        """
    )
    return [AssociationType(*row) for row in rows]


async def insert_association_types(tx: Transaction, types: Sequence[AssociationType]) -> None:
    await tx.execute_many(
        f"""
        INSERT INTO association_type (account_id, {COLUMNS})
        VALUES (:account_id, :from_type, :to_type, :category, :type_id, :inverse_type_id, :label, :name)
        """,
        [
            {
                "from_type": item.from_type,
                "to_type": item.to_type,
                "category": item.category,
                "type_id": item.type_id,
                "inverse_type_id": item.inverse_type_id,
                "label": item.label,
                "name": item.name,
            }
            for item in types
        ],
    )


async def replace_label(tx: Transaction, item: AssociationType) -> None:
    """Give one direction of a type another label."""
    await tx.execute(
        """
        UPDATE association_type
        SET label = :label
        WHERE account_id = :account_id AND from_type = :from_type AND to_type = :to_type
          AND category = :category AND type_id = :type_id
        """,
        label=item.label,
        from_type=item.from_type,
        to_type=item.to_type,
        category=item.category,
        type_id=item.type_id,
    )


async def erase_association_type(tx: Transaction, item: AssociationType) -> None:
    await tx.execute(
        """
        DELETE FROM association_type
        WHERE account_id = :account_id AND from_type = :from_type AND to_type = :to_type
          AND category = :category AND type_id = :type_id
        """,
        from_type=item.from_type,
        to_type=item.to_type,
        category=item.category,
        type_id=item.type_id,
    )
