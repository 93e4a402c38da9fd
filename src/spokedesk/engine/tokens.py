"""Access tokens of private apps: made once, stored as a hash, looked up on every call."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from spokedesk import catalog
from spokedesk.crm.history import Source
from spokedesk.crm.instants import iso
from spokedesk.crm.object_schemas import CUSTOM_READ, CUSTOM_WRITE
from spokedesk.crm.scopes import (
    ADMIN,
    DEVELOPERS_READ,
    DEVELOPERS_WRITE,
    OAUTH,
    OWNERS_READ,
    PERSONAL,
    record_scopes,
    schema_scopes,
)
from spokedesk.errors import TokenExpired
from spokedesk.storage import tokens
from spokedesk.storage.database import Transaction
from spokedesk.storage.tokens import TokenRow

FIRST_APP_ID = 100_001
PRIVATE_APP = "private_app"
SESSION = "session"
UNITS = (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1))


@dataclass(frozen=True, slots=True)
class Grant:
    """What a good token allows, and as whom it writes. `installed`: it belongs to an app that came through OAuth.

    `is_stored`: it stands in the database, until `expires_at` (ms), and does not depend on who sends it.
    `is_person`: somebody who signed in holds it, not a program.
    """

    account_id: int
    scopes: frozenset[str]
    source: Source
    installed: bool = False
    is_stored: bool = False
    expires_at: int | None = None
    is_person: bool = False


@lru_cache(maxsize=4096)
def hash_token(token: str) -> str:
    """Tokens are random and long, so one round of SHA-256 is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


@cache
def every_scope() -> frozenset[str]:
    """All scopes that this server knows."""
    found = {OAUTH, OWNERS_READ, "crm.schemas.custom.read", "crm.schemas.custom.write", *CUSTOM_READ, *CUSTOM_WRITE}
    found.update((DEVELOPERS_READ, DEVELOPERS_WRITE, ADMIN, PERSONAL))
    for object_type in catalog.object_types():
        for writes in (False, True):
            found.update(record_scopes(object_type, writes=writes))
            found.update(schema_scopes(object_type, writes=writes))
    return frozenset(found)


def new_token() -> str:
    """`pat-na1-…`: the prefix that client-side checks look for, 122 random bits."""
    return f"pat-na1-{uuid.UUID(bytes=secrets.token_bytes(16), version=4)}"


async def create_token(
    tx: Transaction,
    token: str,
    *,
    name: str,
    scopes: Iterable[str],
    kind: str = PRIVATE_APP,
    expires_at: int | None = None,
) -> TokenRow:
    """Store the hash of a token; the text itself is never kept."""
    token_id = await tokens.find_last_id(tx) + 1
    row = TokenRow(
        token_hash=hash_token(token),
        account_id=tx.account_id,
        id=token_id,
        kind=kind,
        name=name,
        hint=token[-4:],
        scopes=" ".join(sorted({*scopes, OAUTH})),
        app_id=FIRST_APP_ID + token_id,
        user_id=None,
        created_at=tx.now,
        expires_at=expires_at,
        revoked_at=None,
    )
    await tokens.insert_token(tx, row)
    return row


async def end_token(tx: Transaction, token_id: int) -> bool:
    """End a token that somebody made; False when there is no live one with that number."""
    return await tokens.mark_revoked(tx, token_id, tx.now) > 0


async def find_grant(tx: Transaction, token: str) -> Grant | None:
    """What a token allows; None for one that nobody issued or that was revoked. Raise TokenExpired after its end."""
    row = await tokens.find_access(tx, hash_token(token))
    if row is None or row[5] is not None:
        return None
    if row[4] is not None and row[4] <= tx.now:
        raise expired(row[4], tx.now)
    grant: Grant | None = tx.cache.get(row)
    if grant is None:
        account_id, scopes, app_id, user_id = row[:4]
        is_person = row[6] == SESSION
        source = Source("INTEGRATION", str(app_id), "INTEGRATION", user_id)
        if is_person:
            source = Source("CRM_UI", f"userId:{user_id}", None, user_id)
        grant = tx.cache[row] = Grant(
            account_id,
            frozenset(scopes.split()),
            source,
            installed=row[6] not in (PRIVATE_APP, SESSION),
            is_stored=True,
            expires_at=row[4],
            is_person=is_person,
        )
    return grant


def expired(expires_at: int, now: int) -> TokenExpired:
    seconds = max(1, (now - expires_at) // 1000)
    unit, size = next((item for item in UNITS if seconds >= 2 * item[1]), UNITS[-1])
    return TokenExpired(
        f"The OAuth token used to make this call expired {seconds // size} {unit}(s) ago.",
        context={"expire time": [iso(expires_at)]},
    )
