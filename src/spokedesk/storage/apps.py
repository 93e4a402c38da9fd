"""The tables of OAuth: apps, authorization codes, refresh tokens. Secrets, codes and tokens are stored as hashes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spokedesk.crm.oauth import App, Code
from spokedesk.storage.database import Row, Transaction
from spokedesk.storage.documents import from_document, to_document


@dataclass(frozen=True, slots=True)
class RefreshRow:
    """A refresh token. `family` ties all tokens of one consent together; instants are milliseconds."""

    token_hash: str
    account_id: int
    app_id: int
    family: str
    scopes: str
    user_id: int | None
    created_at: int
    rotated_at: int | None = None
    revoked_at: int | None = None


APP = "client_id, account_id, id, name, secret_hash, redirect_uris, scopes, created_at, revoked_at, public_key"
REFRESH = "token_hash, account_id, app_id, family, scopes, user_id, created_at, rotated_at, revoked_at"


def app_of(row: Row) -> App:
    client_id, account_id, app_id, name, secret_hash, redirect_uris, scopes, created_at, revoked_at, public_key = row
    return App(
        client_id=client_id,
        account_id=account_id,
        id=app_id,
        name=name,
        secret_hash=secret_hash,
        redirect_uris=from_document(redirect_uris, tuple[str, ...]),
        scopes=tuple(scopes.split()),
        created_at=created_at,
        revoked_at=revoked_at,
        public_key=public_key,
    )


async def insert_app(tx: Transaction, app: App) -> None:
    await tx.execute(
        f"""
        INSERT INTO app ({APP})
        VALUES (
          :client_id, :account, :id, :name, :secret_hash, :redirect_uris, :scopes, :created_at, :revoked_at, :public_key
        )
        """,
        client_id=app.client_id,
        account=app.account_id,
        id=app.id,
        name=app.name,
        secret_hash=app.secret_hash,
        redirect_uris=to_document(app.redirect_uris),
        scopes=" ".join(app.scopes),
        created_at=app.created_at,
        revoked_at=app.revoked_at,
        public_key=app.public_key,
    )


async def find_app(tx: Transaction, client_id: str) -> App | None:
    """The app of any account with that client id."""
    row = await tx.row(f"SELECT {APP} FROM app WHERE client_id = :client_id", client_id=client_id)
    return None if row is None else app_of(row)


async def find_app_by_id(tx: Transaction, app_id: int) -> App | None:
    row = await tx.row(f"SELECT {APP} FROM app WHERE account_id = :account_id AND id = :app_id", app_id=app_id)
    return None if row is None else app_of(row)


async def list_apps(tx: Transaction) -> list[App]:
    """Every app of the account, revoked ones included, oldest first."""
    rows = await tx.rows(f"SELECT {APP} FROM app WHERE account_id = :account_id ORDER BY id")
    return [app_of(row) for row in rows]


async def update_app(tx: Transaction, app: App) -> None:
    """Everything of an app that can be different later."""
    await tx.execute(
        """
        UPDATE app
        SET name = :name, redirect_uris = :redirect_uris, scopes = :scopes, public_key = :public_key
        WHERE account_id = :account_id AND id = :id
        """,
        id=app.id,
        name=app.name,
        redirect_uris=to_document(app.redirect_uris),
        scopes=" ".join(app.scopes),
        public_key=app.public_key,
    )


GRANTED = {"refresh_token": "family IS NOT NULL", "access_token": "family IS NOT NULL", "authorization_code": "TRUE"}
"""Where the scopes stand that somebody gave an app: the tables, and which of their rows."""


async def list_granted(tx: Transaction, app_id: int) -> set[str]:
    """Each set of scopes, separated by spaces, that something given to an app has."""
    found: set[str] = set()
    for table, condition in GRANTED.items():
        rows = await tx.rows(
            f"SELECT DISTINCT scopes FROM {table} WHERE account_id = :account_id AND app_id = :app_id AND {condition}",
            app_id=app_id,
        )
        found.update(scopes for (scopes,) in rows)
    return found


async def replace_granted(tx: Transaction, app_id: int, scopes: str, narrowed: str) -> None:
    """Let what was given to an app with some scopes have others from now on."""
    for table, condition in GRANTED.items():
        await tx.execute(
            f"""
            UPDATE {table}
            SET scopes = :narrowed
            WHERE account_id = :account_id AND app_id = :app_id AND scopes = :scopes AND {condition}
            """,
            app_id=app_id,
            scopes=scopes,
            narrowed=narrowed,
        )


async def erase_codes_for(tx: Transaction, app_id: int, redirect_uris: Sequence[str]) -> None:
    """Forget codes that were made for some addresses."""
    await tx.execute(
        """
        DELETE FROM authorization_code
        WHERE account_id = :account_id AND app_id = :app_id AND redirect_uri = EACH(:redirect_uris)
        """,
        app_id=app_id,
        redirect_uris=list(redirect_uris),
    )


async def mark_app_revoked(tx: Transaction, app_id: int) -> int:
    """1 if it was live until now, else 0."""
    return await tx.execute(
        "UPDATE app SET revoked_at = :now WHERE account_id = :account_id AND id = :app_id AND revoked_at IS NULL",
        app_id=app_id,
        now=tx.now,
    )


async def insert_code(tx: Transaction, code_hash: str, code: Code) -> None:
    await tx.execute(
        """
        INSERT INTO authorization_code
          (account_id, code_hash, app_id, redirect_uri, scopes, challenge, user_id, expires_at, used_at)
        VALUES (:account_id, :code_hash, :app_id, :redirect_uri, :scopes, :challenge, :user_id, :expires_at, :used_at)
        """,
        code_hash=code_hash,
        app_id=code.app_id,
        redirect_uri=code.redirect_uri,
        scopes=" ".join(code.scopes),
        challenge=code.challenge,
        user_id=code.user_id,
        expires_at=code.expires_at,
        used_at=code.used_at,
    )


async def find_code(tx: Transaction, code_hash: str) -> Code | None:
    row = await tx.row(
        """
        SELECT app_id, redirect_uri, scopes, challenge, user_id, expires_at, used_at
        FROM authorization_code
        WHERE account_id = :account_id AND code_hash = :code_hash
        """,
        code_hash=code_hash,
    )
    if row is None:
        return None
    app_id, redirect_uri, scopes, challenge, user_id, expires_at, used_at = row
    return Code(app_id, redirect_uri, tuple(scopes.split()), challenge, user_id, expires_at, used_at)


async def mark_code_used(tx: Transaction, code_hash: str) -> int:
    """1 for the one transaction that gets the code, 0 for every other."""
    return await tx.execute(
        """
        UPDATE authorization_code
        SET used_at = :now
        WHERE account_id = :account_id AND code_hash = :code_hash AND used_at IS NULL
        """,
        code_hash=code_hash,
        now=tx.now,
    )


async def erase_codes(tx: Transaction, expired_before: int) -> None:
    await tx.execute(
        "DELETE FROM authorization_code WHERE account_id = :account_id AND expires_at < :before", before=expired_before
    )


async def insert_refresh(tx: Transaction, token: RefreshRow) -> None:
    await tx.execute(
        f"""
        INSERT INTO refresh_token ({REFRESH})
        VALUES (:token_hash, :account, :app_id, :family, :scopes, :user_id, :created_at, :rotated_at, :revoked_at)
        """,
        token_hash=token.token_hash,
        account=token.account_id,
        app_id=token.app_id,
        family=token.family,
        scopes=token.scopes,
        user_id=token.user_id,
        created_at=token.created_at,
        rotated_at=token.rotated_at,
        revoked_at=token.revoked_at,
    )


async def find_refresh(tx: Transaction, token_hash: str) -> RefreshRow | None:
    """The refresh token of any account."""
    row = await tx.row(f"SELECT {REFRESH} FROM refresh_token WHERE token_hash = :token_hash", token_hash=token_hash)
    return None if row is None else RefreshRow(*row)


async def mark_rotated(tx: Transaction, token_hash: str) -> int:
    """1 for the one transaction that replaces the token, 0 for every other."""
    return await tx.execute(
        """
        UPDATE refresh_token
        SET rotated_at = :now
        WHERE account_id = :account_id AND token_hash = :token_hash AND rotated_at IS NULL AND revoked_at IS NULL
        """,
        token_hash=token_hash,
        now=tx.now,
    )


async def mark_family_revoked(tx: Transaction, family: str) -> None:
    """End every refresh and access token of one consent."""
    for table in ("refresh_token", "access_token"):
        await tx.execute(
            f"""
            UPDATE {table}
            SET revoked_at = :now
            WHERE account_id = :account_id AND family = :family AND revoked_at IS NULL
            """,
            family=family,
            now=tx.now,
        )


async def mark_grants_revoked(tx: Transaction, app_id: int) -> None:
    """End every refresh and access token of an app, and its codes."""
    for table in ("refresh_token", "access_token"):
        await tx.execute(
            f"""
            UPDATE {table}
            SET revoked_at = :now
            WHERE account_id = :account_id AND app_id = :app_id AND family IS NOT NULL AND revoked_at IS NULL
            """,
            app_id=app_id,
            now=tx.now,
        )
    await tx.execute(
        "DELETE FROM authorization_code WHERE account_id = :account_id AND app_id = :app_id", app_id=app_id
    )


async def erase_rotated(tx: Transaction, family: str, rotated_before: int) -> None:
    """Forget refresh tokens of a family that were replaced long ago."""
    await tx.execute(
        """
        DELETE FROM refresh_token
        WHERE account_id = :account_id AND family = :family AND rotated_at < :before
        """,
        family=family,
        before=rotated_before,
    )
