"""The access_token table. Only hashes are stored; the lookup gives the account along with the grant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spokedesk.storage.database import Row, Transaction


@dataclass(frozen=True, slots=True)
class TokenRow:
    """What is known of one token. Instants are milliseconds; `hint` is its visible end.

    `family` ties the tokens of one consent together. Those have no number of their own: `id` is 0, `family` is set.
    """

    token_hash: str
    account_id: int
    id: int
    kind: str
    name: str
    hint: str
    scopes: str
    app_id: int
    user_id: int | None
    created_at: int
    expires_at: int | None
    revoked_at: int | None
    family: str | None = None


COLUMNS = (
    "token_hash, account_id, id, kind, name, hint, scopes, app_id, user_id, created_at, expires_at, revoked_at, family"
)


async def find_access(tx: Transaction, token_hash: str) -> Row | None:
    """What every call needs of a token of any account: account id, scopes, app id, user id, expiry, revocation, kind.

    Its account is read by a second statement: a join takes five times as long as two lookups.
    """
    return await tx.row(
        """
        SELECT account_id, scopes, app_id, user_id, expires_at, revoked_at, kind
        FROM access_token
        WHERE token_hash = :token_hash
        """,
        token_hash=token_hash,
    )


async def find_token(tx: Transaction, token_hash: str) -> TokenRow | None:
    """All that is known of a token of any account."""
    row = await tx.row(f"SELECT {COLUMNS} FROM access_token WHERE token_hash = :token_hash", token_hash=token_hash)
    return None if row is None else TokenRow(*row)


async def list_tokens(tx: Transaction) -> list[TokenRow]:
    """The numbered tokens of the account, which are those that people made."""
    rows = await tx.rows(f"SELECT {COLUMNS} FROM access_token WHERE account_id = :account_id AND id > 0 ORDER BY id")
    return [TokenRow(*row) for row in rows]


async def find_last_id(tx: Transaction) -> int:
    """The highest number of a token of the account; 0 when there is none."""
    row = await tx.row("SELECT COALESCE(MAX(id), 0) FROM access_token WHERE account_id = :account_id")
    return row[0] if row else 0


async def insert_token(tx: Transaction, token: TokenRow) -> None:
    await tx.execute(
        f"""
        INSERT INTO access_token ({COLUMNS})
        VALUES (:token_hash, :account, :id, :kind, :name, :hint, :scopes, :app_id, :user_id,
                :created_at, :expires_at, :revoked_at, :family)
        """,
        token_hash=token.token_hash,
        account=token.account_id,
        id=token.id,
        kind=token.kind,
        name=token.name,
        hint=token.hint,
        scopes=token.scopes,
        app_id=token.app_id,
        user_id=token.user_id,
        created_at=token.created_at,
        expires_at=token.expires_at,
        revoked_at=token.revoked_at,
        family=token.family,
    )


async def mark_revoked(tx: Transaction, token_id: int, at: int) -> int:
    """How many tokens were revoked by this: 0 when there is none with that id, or it was revoked before."""
    return await tx.execute(
        """
        UPDATE access_token
        SET revoked_at = :at
        WHERE account_id = :account_id AND id = :token_id AND id > 0 AND revoked_at IS NULL
        """,
        token_id=token_id,
        at=at,
    )


async def mark_hash_revoked(tx: Transaction, token_hash: str) -> None:
    """End one token of the account by its hash."""
    await tx.execute(
        """
        UPDATE access_token
        SET revoked_at = :now
        WHERE account_id = :account_id AND token_hash = :token_hash AND revoked_at IS NULL
        """,
        token_hash=token_hash,
        now=tx.now,
    )


async def erase_expired(tx: Transaction, expired_before: int) -> None:
    """Forget tokens of apps that ended long ago."""
    await tx.execute(
        """
        DELETE FROM access_token
        WHERE account_id = :account_id AND expires_at < :before AND family IS NOT NULL
        """,
        before=expired_before,
    )


async def erase_families(tx: Transaction, families: Sequence[str]) -> None:
    """Forget every token of some families."""
    await tx.execute(
        "DELETE FROM access_token WHERE account_id = :account_id AND family = EACH(:families)", families=list(families)
    )


async def erase_ended(tx: Transaction, family: str) -> None:
    """Forget the tokens of a family whose time is over."""
    await tx.execute(
        "DELETE FROM access_token WHERE account_id = :account_id AND family = :family AND expires_at <= :now",
        family=family,
        now=tx.now,
    )
