"""The object_schema table: the custom objects of an account."""

from __future__ import annotations

from spokedesk.crm.object_schemas import ObjectSchema
from spokedesk.storage.database import Transaction
from spokedesk.storage.documents import from_document, to_document


async def list_schemas(tx: Transaction) -> list[ObjectSchema]:
    """Every schema, active and archived, in order of creation."""
    rows = await tx.rows("SELECT definition FROM object_schema WHERE account_id = :account_id")
    return sorted((from_document(row[0], ObjectSchema) for row in rows), key=lambda schema: int(schema.id[2:]))


async def replace_schema(tx: Transaction, schema: ObjectSchema) -> None:
    """Write a schema over whatever had its id."""
    await tx.execute(
        """
        INSERT INTO object_schema (account_id, id, definition, archived_at)
        VALUES (:account_id, :id, :definition, :archived_at)
        ON CONFLICT (account_id, id) DO UPDATE SET definition = excluded.definition, archived_at = excluded.archived_at
        """,
        id=schema.id,
        definition=to_document(schema),
        archived_at=schema.archived_at,
    )


async def erase_schema(tx: Transaction, schema_id: str) -> None:
    """Remove a schema with its records, properties, groups and association types."""
    for statement in (
        "DELETE FROM association WHERE account_id = :account_id AND from_type = :id",
        "DELETE FROM association WHERE account_id = :account_id AND to_type = :id",
        "DELETE FROM association_type WHERE account_id = :account_id AND (from_type = :id OR to_type = :id)",
        "DELETE FROM association_limit WHERE account_id = :account_id AND (from_type = :id OR to_type = :id)",
        "DELETE FROM unique_value WHERE account_id = :account_id AND object_type = :id",
        "DELETE FROM revision WHERE account_id = :account_id AND object_type = :id",
        "DELETE FROM record WHERE account_id = :account_id AND object_type = :id",
        "DELETE FROM property_definition WHERE account_id = :account_id AND object_type = :id",
        "DELETE FROM calculation_backlog WHERE account_id = :account_id AND object_type = :id",
        "DELETE FROM property_validation WHERE account_id = :account_id AND object_type = :id",
        "DELETE FROM property_group WHERE account_id = :account_id AND object_type = :id",
        "DELETE FROM object_schema WHERE account_id = :account_id AND id = :id",
    ):
        await tx.execute(statement, id=schema_id)
