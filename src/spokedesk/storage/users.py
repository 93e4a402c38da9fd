"""The tables of people who sign in: local_user, user_session, user_link."""

from __future__ import annotations

from dataclasses import dataclass

from spokedesk.crm.users import Role, User, email_key
from spokedesk.storage.database import Row, Transaction

COLUMNS = "id, owner_id, email, first_name, last_name, role, password, created_at, signed_in_at, disabled_at"


@dataclass(frozen=True, slots=True)
class Session:
    """A browser in which somebody signed in. `family` ties its access tokens together. Instants are milliseconds."""

    token_hash: str
    user_id: int
    family: str
    created_at: int
    used_at: int


@dataclass(frozen=True, slots=True)
class Link:
    """A link that lets somebody choose a password; without a user, the one that makes the first."""

    token_hash: str
    user_id: int | None
    created_at: int
    expires_at: int


def user_of(row: Row) -> User:
    user_id, owner_id, email, first, last, role, password, created_at, signed_in_at, disabled_at = row
    return User(user_id, owner_id, email, first, last, Role(role), password, created_at, signed_in_at, disabled_at)


def columns_of(user: User) -> dict[str, object]:
    return {
        "id": user.id,
        "owner_id": user.owner_id,
        "email": user.email,
        "email_key": email_key(user.email),
        "first_name": user.first_name,
        "last_name": user.last_name,
        "role": user.role.value,
        "password": user.password,
        "created_at": user.created_at,
        "signed_in_at": user.signed_in_at,
        "disabled_at": user.disabled_at,
    }


async def insert_user(tx: Transaction, user: User) -> None:
    await tx.execute(
        f"""
        INSERT INTO local_user (account_id, {COLUMNS}, email_key)
        VALUES (:account_id, :id, :owner_id, :email, :first_name, :last_name, :role, :password,
                :created_at, :signed_in_at, :disabled_at, :email_key)
        """,
        **columns_of(user),
    )


async def replace_user(tx: Transaction, user: User) -> None:
    """Write every column of a known user."""
    await tx.execute(
        """
        UPDATE local_user
        SET owner_id = :owner_id, email = :email, email_key = :email_key, first_name = :first_name,
            last_name = :last_name, role = :role, password = :password, created_at = :created_at,
            signed_in_at = :signed_in_at, disabled_at = :disabled_at
        WHERE account_id = :account_id AND id = :id
        """,
        **columns_of(user),
    )


async def find_user(tx: Transaction, user_id: int) -> User | None:
    row = await tx.row(f"SELECT {COLUMNS} FROM local_user WHERE account_id = :account_id AND id = :id", id=user_id)
    return None if row is None else user_of(row)


async def find_user_by_email(tx: Transaction, email: str) -> User | None:
    row = await tx.row(
        f"SELECT {COLUMNS} FROM local_user WHERE account_id = :account_id AND email_key = :email_key",
        email_key=email_key(email),
    )
    return None if row is None else user_of(row)


async def list_users(tx: Transaction, *, after: int = 0, limit: int = 1000) -> list[User]:
    """Users from an id upwards, in order of id."""
    rows = await tx.rows(
        f"""
        SELECT {COLUMNS}
        FROM local_user
        WHERE account_id = :account_id AND id >= :after
        ORDER BY id
        LIMIT :limit
        """,
        after=after,
        limit=limit,
    )
    return [user_of(row) for row in rows]


async def find_any_user(tx: Transaction) -> bool:
    """Whether anybody was ever made a user here."""
    return await tx.row("SELECT 1 FROM local_user WHERE account_id = :account_id LIMIT 1") is not None


async def count_admins(tx: Transaction) -> int:
    """How many can sign in as admin, or could by the link that they were given."""
    row = await tx.row(
        """
        SELECT COUNT(*)
        FROM local_user
        WHERE account_id = :account_id AND role = 'admin' AND disabled_at IS NULL AND password IS NOT NULL
        """
    )
    return row[0] if row else 0


async def insert_session(tx: Transaction, session: Session) -> None:
    await tx.execute(
        """
        INSERT INTO user_session (account_id, token_hash, user_id, family, created_at, used_at)
        VALUES (:account_id, :token_hash, :user_id, :family, :created_at, :used_at)
        """,
        token_hash=session.token_hash,
        user_id=session.user_id,
        family=session.family,
        created_at=session.created_at,
        used_at=session.used_at,
    )


async def find_session(tx: Transaction, token_hash: str) -> Session | None:
    row = await tx.row(
        """
        SELECT token_hash, user_id, family, created_at, used_at
        FROM user_session
        WHERE account_id = :account_id AND token_hash = :token_hash
        """,
        token_hash=token_hash,
    )
    return None if row is None else Session(*row)


async def mark_session_used(tx: Transaction, token_hash: str) -> None:
    await tx.execute(
        "UPDATE user_session SET used_at = :now WHERE account_id = :account_id AND token_hash = :token_hash",
        now=tx.now,
        token_hash=token_hash,
    )


async def list_families(tx: Transaction, user_id: int) -> list[str]:
    """The families of access tokens of a user's sessions."""
    rows = await tx.rows(
        "SELECT family FROM user_session WHERE account_id = :account_id AND user_id = :user_id", user_id=user_id
    )
    return [row[0] for row in rows]


async def erase_sessions(tx: Transaction, user_id: int, but: str = "") -> None:
    """End the sessions of a user, except the one of a family."""
    await tx.execute(
        "DELETE FROM user_session WHERE account_id = :account_id AND user_id = :user_id AND family <> :but",
        user_id=user_id,
        but=but,
    )


async def erase_session(tx: Transaction, token_hash: str) -> None:
    await tx.execute(
        "DELETE FROM user_session WHERE account_id = :account_id AND token_hash = :token_hash", token_hash=token_hash
    )


async def erase_old_sessions(tx: Transaction, used_before: int, made_before: int) -> None:
    """Forget sessions that nobody can go on with."""
    await tx.execute(
        "DELETE FROM user_session WHERE account_id = :account_id AND (used_at < :used OR created_at < :made)",
        used=used_before,
        made=made_before,
    )


async def insert_link(tx: Transaction, link: Link) -> None:
    await tx.execute(
        """
        INSERT INTO user_link (account_id, token_hash, user_id, created_at, expires_at)
        VALUES (:account_id, :token_hash, :user_id, :created_at, :expires_at)
        """,
        token_hash=link.token_hash,
        user_id=link.user_id,
        created_at=link.created_at,
        expires_at=link.expires_at,
    )


async def find_link(tx: Transaction, token_hash: str) -> Link | None:
    row = await tx.row(
        """
        SELECT token_hash, user_id, created_at, expires_at
        FROM user_link
        WHERE account_id = :account_id AND token_hash = :token_hash
        """,
        token_hash=token_hash,
    )
    return None if row is None else Link(*row)


async def take_link(tx: Transaction, token_hash: str) -> bool:
    """Use a link up; True for the one transaction that does."""
    taken = await tx.execute(
        "DELETE FROM user_link WHERE account_id = :account_id AND token_hash = :token_hash", token_hash=token_hash
    )
    return taken == 1


async def erase_links(tx: Transaction, user_id: int | None) -> None:
    """End the links of a user, or those that make the first one; and all whose time is over."""
    await tx.execute(
        """
        DELETE FROM user_link
        WHERE account_id = :account_id AND (COALESCE(user_id, 0) = :user_id OR expires_at < :now)
        """,
        user_id=user_id or 0,
        now=tx.now,
    )
