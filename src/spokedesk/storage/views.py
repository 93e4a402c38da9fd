"""The saved_view table."""

from __future__ import annotations

from typing import Any

from spokedesk.crm.views import View
from spokedesk.storage.database import Row, Transaction
from spokedesk.storage.documents import from_document, to_document

COLUMNS = "id, user_id, name, is_shared, definition, created_at, updated_at"


def view_of(row: Row) -> View:
    view_id, user_id, name, is_shared, definition, created_at, updated_at = row
    document: dict[str, Any] = from_document(definition, dict)
    return View(view_id, user_id, name, bool(is_shared), document, created_at, updated_at)


def columns_of(object_type: str, view: View) -> dict[str, object]:
    return {
        "object_type": object_type,
        "id": view.id,
        "user_id": view.user_id,
        "name": view.name,
        "is_shared": int(view.is_shared),
        "definition": to_document(view.definition),
        "created_at": view.created_at,
        "updated_at": view.updated_at,
    }


async def list_views(tx: Transaction, object_type: str) -> list[View]:
    """Every view of an object type, of whomever, in order of id."""
    rows = await tx.rows(
        f"SELECT {COLUMNS} FROM saved_view WHERE account_id = :account_id AND object_type = :object_type ORDER BY id",
        object_type=object_type,
    )
    return [view_of(row) for row in rows]


async def insert_view(tx: Transaction, object_type: str, view: View) -> None:
    await tx.execute(
        f"""
        INSERT INTO saved_view (account_id, object_type, {COLUMNS})
        VALUES (:account_id, :object_type, :id, :user_id, :name, :is_shared, :definition, :created_at, :updated_at)
        """,
        **columns_of(object_type, view),
    )


async def replace_view(tx: Transaction, object_type: str, view: View) -> None:
    """Write every column of a known view."""
    await tx.execute(
        """
        UPDATE saved_view
        SET user_id = :user_id, name = :name, is_shared = :is_shared, definition = :definition,
            created_at = :created_at, updated_at = :updated_at
        WHERE account_id = :account_id AND object_type = :object_type AND id = :id
        """,
        **columns_of(object_type, view),
    )


async def erase_view(tx: Transaction, object_type: str, view_id: int) -> None:
    await tx.execute(
        "DELETE FROM saved_view WHERE account_id = :account_id AND object_type = :object_type AND id = :id",
        object_type=object_type,
        id=view_id,
    )
