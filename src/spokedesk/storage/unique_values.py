"""The unique_value table: its primary key decides who owns a value."""

from __future__ import annotations

from collections.abc import Sequence

from spokedesk.storage.database import Transaction

UniqueKey = tuple[str, str]


async def find_holders(tx: Transaction, object_type: str, keys: Sequence[UniqueKey]) -> dict[UniqueKey, int]:
    """Which live record holds each (property, value); free values are absent."""
    holders: dict[UniqueKey, int] = {}
    for name in dict.fromkeys(name for name, _ in keys):
        rows = await tx.rows(
            """
            SELECT value, record_id
            FROM unique_value
            WHERE account_id = :account_id AND object_type = :object_type AND property = :property
              AND value = EACH(:values)
            """,
            object_type=object_type,
            property=name,
            values=[value for wanted, value in keys if wanted == name],
        )
        holders.update({(name, value): record_id for value, record_id in rows})
    return holders


async def insert_unique_values(tx: Transaction, object_type: str, values: Sequence[tuple[str, str, int]]) -> None:
    """Claim (property, value) for a record; the primary key refuses a second claim."""
    await tx.execute_many(
        """
        INSERT INTO unique_value (account_id, object_type, property, value, record_id)
        VALUES (:account_id, :object_type, :property, :value, :record_id)
        """,
        [
            {"object_type": object_type, "property": name, "value": value, "record_id": record_id}
            for name, value, record_id in values
        ],
    )


async def erase_unique_values(
    tx: Transaction, object_type: str, record_id: int, names: Sequence[str] | None = None
) -> None:
    """Free the values of a record: of the named properties, or all of them."""
    if names is None:
        await tx.execute(
            """
            DELETE FROM unique_value
            WHERE account_id = :account_id AND object_type = :object_type AND record_id = :record_id
            """,
            object_type=object_type,
            record_id=record_id,
        )
        return
    await tx.execute(
        """
        DELETE FROM unique_value
        WHERE account_id = :account_id AND object_type = :object_type AND record_id = :record_id
          AND property = EACH(:names)
        """,
        object_type=object_type,
        record_id=record_id,
        names=list(names),
    )


async def erase_property_values(tx: Transaction, object_type: str, name: str) -> None:
    """Free every value of a property."""
    await tx.execute(
        "DELETE FROM unique_value WHERE account_id = :account_id AND object_type = :object_type AND property = :name",
        object_type=object_type,
        name=name,
    )
