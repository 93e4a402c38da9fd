"""Sessions of browsers: one secret in a cookie, good for short access tokens with the scopes of the user's role."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from spokedesk.crm.users import ACCESS_LIFE, DAY, SESSION_IDLE, SESSION_LIFE, User, role_scopes
from spokedesk.engine.tokens import SESSION, every_scope, hash_token
from spokedesk.errors import NotAuthenticated
from spokedesk.storage import accounts, tokens, users
from spokedesk.storage.database import Transaction
from spokedesk.storage.tokens import TokenRow
from spokedesk.storage.users import Session


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A live session and whose it is."""

    session: Session
    user: User


async def use_first_account(tx: Transaction) -> int:
    """Go on in the oldest account of the store, in which people sign in."""
    account_ids = await accounts.list_account_ids(tx)
    if not account_ids:
        raise NotAuthenticated
    await tx.enter(account_ids[0])
    return tx.account_id


async def open_session(tx: Transaction, user: User, prefix: str = "") -> str:
    """A new session of a user; returns what the cookie holds. `prefix` says in which database it is looked for."""
    await users.erase_old_sessions(tx, tx.now - SESSION_IDLE, tx.now - SESSION_LIFE)
    await tokens.erase_expired(tx, tx.now - DAY)
    cookie = f"{prefix}{tx.account_id}.{secrets.token_urlsafe(32)}"
    session = Session(hash_token(cookie), user.id, f"session-{secrets.token_hex(12)}", tx.now, tx.now)
    await users.insert_session(tx, session)
    await users.replace_user(tx, replace(user, signed_in_at=tx.now))
    return cookie


async def find_session(tx: Transaction, cookie: str | None, prefix: str = "") -> SignedIn | None:
    """The live session of a cookie; the transaction goes on in its account."""
    account, _, secret = (cookie or "").removeprefix(prefix).partition(".")
    if not cookie or not secret or not (account.isascii() and account.isdigit() and len(account) <= 18):
        return None
    await tx.enter(int(account))
    session = await users.find_session(tx, hash_token(cookie))
    if session is None or session.used_at < tx.now - SESSION_IDLE or session.created_at < tx.now - SESSION_LIFE:
        return None
    user = await users.find_user(tx, session.user_id)
    return None if user is None or user.disabled_at is not None else SignedIn(session, user)


async def issue_token(tx: Transaction, signed_in: SignedIn) -> tuple[str, frozenset[str]]:
    """A new access token of a session, and its scopes. The text is nowhere else."""
    session, user = signed_in.session, signed_in.user
    token = f"spk-{secrets.token_urlsafe(32)}"
    scopes = role_scopes(user.role, every_scope())
    await tokens.erase_ended(tx, session.family)
    await tokens.insert_token(
        tx,
        TokenRow(
            token_hash=hash_token(token),
            account_id=tx.account_id,
            id=0,
            kind=SESSION,
            name=user.email,
            hint=token[-4:],
            scopes=" ".join(sorted(scopes)),
            app_id=0,
            user_id=user.id,
            created_at=tx.now,
            expires_at=tx.now + ACCESS_LIFE,
            revoked_at=None,
            family=session.family,
        ),
    )
    await users.mark_session_used(tx, session.token_hash)
    return token, scopes


async def end_session(tx: Transaction, signed_in: SignedIn) -> None:
    """Sign out: the session and every token of it are gone."""
    await tokens.erase_families(tx, [signed_in.session.family])
    await users.erase_session(tx, signed_in.session.token_hash)


async def family_of(tx: Transaction, token: str) -> str:
    """The family of an access token; empty when it has none."""
    row = await tokens.find_token(tx, hash_token(token))
    return (row.family or "") if row is not None else ""
