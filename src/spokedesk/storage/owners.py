"""The owner table: people to whom records may belong."""

from __future__ import annotations

from collections.abc import Sequence

from spokedesk.crm.owners import Owner, Team
from spokedesk.storage.database import Row, Transaction
from spokedesk.storage.documents import from_document, to_document

COLUMNS = "id, user_id, email, first_name, last_name, kind, teams, created_at, updated_at, archived_at"


def owner_of(row: Row) -> Owner:
    owner_id, user_id, email, first_name, last_name, kind, teams, created_at, updated_at, archived_at = row
    return Owner(
        id=owner_id,
        user_id=user_id,
        email=email,
        first_name=first_name,
        last_name=last_name,
        kind=kind,
        teams=from_document(teams, tuple[Team, ...]),
        created_at=created_at,
        updated_at=updated_at,
        archived_at=archived_at,
    )


async def insert_owners(tx: Transaction, owners: Sequence[Owner]) -> None:
    await tx.execute_many(
        f"""
        INSERT INTO owner (account_id, {COLUMNS})
        VALUES (:account_id, :id, :user_id, :email, :first_name, :last_name, :kind, :teams,
                :created_at, :updated_at, :archived_at)
        """,
        [
            {
                "id": owner.id,
                "user_id": owner.user_id,
                "email": owner.email,
                "first_name": owner.first_name,
                "last_name": owner.last_name,
                "kind": owner.kind,
                "teams": to_document(owner.teams),
                "created_at": owner.created_at,
                "updated_at": owner.updated_at,
                "archived_at": owner.archived_at,
            }
            for owner in owners
        ],
    )


async def list_owners(
    tx: Transaction, *, archived: bool, after: int, limit: int, email: str | None = None
) -> list[Owner]:
    """Owners from an id upwards; `email` (any case) narrows to one."""
    state = "archived_at IS NOT NULL" if archived else "archived_at IS NULL"
    rows = await tx.rows(
        f"""
        SELECT {COLUMNS}
        FROM owner
        WHERE account_id = :account_id AND id >= :after AND {state}
          AND (CAST(:email AS TEXT) IS NULL OR lower(email) = CAST(:email AS TEXT))
        ORDER BY id
        LIMIT :limit
        """,
        after=after,
        limit=limit,
        email=None if email is None else email.lower(),
    )
    return [owner_of(row) for row in rows]


async def find_owner(tx: Transaction, owner_id: int, *, by_user_id: bool, archived: bool) -> Owner | None:
    column = "user_id" if by_user_id else "id"
    state = "archived_at IS NOT NULL" if archived else "archived_at IS NULL"
    row = await tx.row(
        f"SELECT {COLUMNS} FROM owner WHERE account_id = :account_id AND {column} = :owner_id AND {state}",
        owner_id=owner_id,
    )
    return None if row is None else owner_of(row)


async def find_existing_ids(tx: Transaction, ids: Sequence[int]) -> set[int]:
    """Which of the ids belong to owners, active or archived."""
    rows = await tx.rows(
        "SELECT id FROM owner WHERE account_id = :account_id AND id = EACH(:ids)",
        ids=list(ids),
    )
    return {row[0] for row in rows}


async def find_owner_by_email(tx: Transaction, email: str) -> Owner | None:
    """The owner with an address in any case, an active one if there is one."""
    row = await tx.row(
        f"""
        SELECT {COLUMNS}
        FROM owner
        WHERE account_id = :account_id AND lower(email) = :email
        ORDER BY CASE WHEN archived_at IS NULL THEN 0 ELSE 1 END, id
        LIMIT 1
        """,
        email=email.lower(),
    )
    return None if row is None else owner_of(row)


async def replace_owner(tx: Transaction, owner: Owner) -> None:
    """Write what may change of a known owner."""
    await tx.execute(
        """
        UPDATE owner
        SET user_id = :user_id, email = :email, first_name = :first_name, last_name = :last_name,
            updated_at = :updated_at, archived_at = :archived_at
        WHERE account_id = :account_id AND id = :id
        """,
        id=owner.id,
        user_id=owner.user_id,
        email=owner.email,
        first_name=owner.first_name,
        last_name=owner.last_name,
        updated_at=owner.updated_at,
        archived_at=owner.archived_at,
    )


async def is_user_id_taken(tx: Transaction, user_id: int) -> bool:
    """Whether the login of an owner has this number."""
    row = await tx.row(
        "SELECT 1 FROM owner WHERE account_id = :account_id AND user_id = :user_id LIMIT 1", user_id=user_id
    )
    return row is not None
