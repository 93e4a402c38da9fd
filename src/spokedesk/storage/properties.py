"""The property tables: what an account defined itself, and its changes to default definitions."""

from __future__ import annotations

from spokedesk.crm.properties import PropertyDefinition, PropertyGroup
from spokedesk.storage.database import Transaction
from spokedesk.storage.documents import from_document, to_document


async def list_definitions(tx: Transaction, object_type: str) -> list[PropertyDefinition]:
    """Stored definitions, active and archived ones."""
    rows = await tx.rows(
        """
        SELECT definition
        FROM property_definition
        WHERE account_id = :account_id AND object_type = :object_type
        ORDER BY name
        """,
        object_type=object_type,
    )
    return [from_document(row[0], PropertyDefinition) for row in rows]


async def list_custom_definitions(tx: Transaction) -> list[PropertyDefinition]:
    """The active properties of every object type that the account defined itself."""
    rows = await tx.rows(
        """
        SELECT definition
        FROM property_definition
        WHERE account_id = :account_id AND archived_at IS NULL
        """
    )
    found = [from_document(row[0], PropertyDefinition) for row in rows]
    return [definition for definition in found if not definition.hubspot_defined]


async def list_archived_definitions(tx: Transaction, before: int) -> list[tuple[str, PropertyDefinition]]:
    """(object type, definition) of what was archived before an instant."""
    rows = await tx.rows(
        """
        SELECT object_type, definition
        FROM property_definition
        WHERE account_id = :account_id AND archived_at < :before
        ORDER BY object_type, name
        """,
        before=before,
    )
    return [(row[0], from_document(row[1], PropertyDefinition)) for row in rows]


async def replace_definition(tx: Transaction, object_type: str, definition: PropertyDefinition) -> None:
    """Write a definition over whatever had its name."""
    await tx.execute(
        """
        INSERT INTO property_definition (account_id, object_type, name, definition, archived_at)
        VALUES (:account_id, :object_type, :name, :definition, :archived_at)
        ON CONFLICT (account_id, object_type, name)
        DO UPDATE SET definition = excluded.definition, archived_at = excluded.archived_at
        """,
        object_type=object_type,
        name=definition.name,
        definition=to_document(definition),
        archived_at=definition.archived_at,
    )


async def erase_definition(tx: Transaction, object_type: str, name: str) -> None:
    """Remove what the account defined under a name; of a default property its changes."""
    await tx.execute(
        """
        DELETE FROM property_definition
        WHERE account_id = :account_id AND object_type = :object_type AND name = :name
        """,
        object_type=object_type,
        name=name,
    )


async def list_groups(tx: Transaction, object_type: str) -> list[PropertyGroup]:
    rows = await tx.rows(
        """
        SELECT name, label, display_order
        FROM property_group
        WHERE account_id = :account_id AND object_type = :object_type
        ORDER BY name
        """,
        object_type=object_type,
    )
    return [PropertyGroup(*row) for row in rows]


async def replace_group(tx: Transaction, object_type: str, group: PropertyGroup) -> None:
    """Write a group over whatever had its name."""
    await tx.execute(
        """
        INSERT INTO property_group (account_id, object_type, name, label, display_order)
        VALUES (:account_id, :object_type, :name, :label, :display_order)
        ON CONFLICT (account_id, object_type, name)
        DO UPDATE SET label = excluded.label, display_order = excluded.display_order
        """,
        object_type=object_type,
        name=group.name,
        label=group.label,
        display_order=group.display_order,
    )


async def erase_group(tx: Transaction, object_type: str, name: str) -> None:
    await tx.execute(
        """
        DELETE FROM property_group
        WHERE account_id = :account_id AND object_type = :object_type AND name = :name
        """,
        object_type=object_type,
        name=name,
    )
