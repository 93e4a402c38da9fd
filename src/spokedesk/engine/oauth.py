"""OAuth 2.0: making apps, codes and tokens, exchanging them, ending them.

A refusal is a value, not an exception, because some of what is learnt from a refused request has to be kept.
"""

from __future__ import annotations

import hmac
import secrets
import uuid
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace

from spokedesk.crm import oauth
from spokedesk.crm.account import Account
from spokedesk.crm.oauth import App, Code, ConsentRequest, Credentials, Refusal, TokenRequest
from spokedesk.engine.assertions import ASSERTION_TYPE, claimed_client, is_proven_by, read_public_key
from spokedesk.engine.tokens import every_scope, hash_token
from spokedesk.storage import apps, tokens
from spokedesk.storage.accounts import find_account, insert_account
from spokedesk.storage.apps import RefreshRow
from spokedesk.storage.database import Transaction
from spokedesk.storage.tokens import TokenRow

FIRST_APP = 1_000_001
KIND = "oauth"
CLIENT_KIND = "client_credentials"
DAY = 86_400_000
KEPT_EXPIRED = 7 * DAY
KEPT_ROTATED = 90 * DAY


@dataclass(frozen=True, slots=True)
class Issued:
    """The tokens of a successful exchange; the only place where their texts are."""

    access_token: str
    refresh_token: str | None
    account_id: int
    user_id: int | None
    scopes: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """What is told about a live token. `expires_at` (ms) is None for refresh tokens."""

    account_id: int
    app: App
    user_id: int | None
    scopes: tuple[str, ...]
    kind: str
    expires_at: int | None = None


def new_identity() -> str:
    """A UUID of 122 random bits: client ids and secrets, codes."""
    return str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))


def new_access_token() -> str:
    return f"C{secrets.token_urlsafe(63)}"


def new_refresh_token() -> str:
    return f"na1-{new_identity()}"


async def create_app(
    tx: Transaction,
    client_id: str,
    client_secret: str,
    *,
    name: str,
    redirect_uris: Iterable[str],
    scopes: Iterable[str],
    public_key: str | None = None,
) -> App:
    """Store an app of the account; of its secret only the hash is kept."""
    existing = await apps.list_apps(tx)
    app = App(
        client_id=client_id,
        account_id=tx.account_id,
        id=max((app.id + 1 for app in existing), default=FIRST_APP),
        name=name,
        secret_hash=hash_token(client_secret),
        redirect_uris=tuple(dict.fromkeys(redirect_uris)),
        scopes=tuple(sorted(set(scopes))),
        created_at=tx.now,
        public_key=public_key,
    )
    await apps.insert_app(tx, app)
    return app


async def update_app(
    tx: Transaction,
    app: App,
    *,
    name: str | None = None,
    redirect_uris: Iterable[str] | None = None,
    scopes: Iterable[str] | None = None,
    public_key: str | None = None,
) -> App:
    """Change an app. None leaves a part of it as it is, an empty key takes its key away.

    A scope that is taken from it is gone at once from everything that it was granted. One that it is given comes with
    the next consent only: nobody was asked for it. A code that waits for an address which was taken is void.
    """
    after = replace(
        app,
        name=app.name if name is None else name,
        redirect_uris=app.redirect_uris if redirect_uris is None else tuple(dict.fromkeys(redirect_uris)),
        scopes=app.scopes if scopes is None else tuple(sorted(set(scopes))),
        public_key=app.public_key if public_key is None else public_key or None,
    )
    await apps.update_app(tx, after)
    if after.scopes != app.scopes:
        for granted in await apps.list_granted(tx, app.id):
            remaining = oauth.remaining_scopes(after, granted)
            if remaining != granted:
                await apps.replace_granted(tx, app.id, granted, remaining)
    taken = set(app.redirect_uris) - set(after.redirect_uris)
    if taken:
        await apps.erase_codes_for(tx, app.id, sorted(taken))
    return after


async def revoke_app(tx: Transaction, app_id: int) -> bool:
    """End an app and everything that it was granted; False when there is no live one with that number."""
    if not await apps.mark_app_revoked(tx, app_id):
        return False
    await apps.mark_grants_revoked(tx, app_id)
    return True


DEMO_REDIRECTS = ("http://localhost:3000/oauth-callback", "http://127.0.0.1:3000/oauth-callback")


async def open_demo_app(
    tx: Transaction, account: Account, client_id: str, client_secret: str, refresh_token: str
) -> None:
    """An empty database with an app that was granted all scopes, as if somebody had gone through its consent page."""
    await insert_account(tx, account, "Demo app")
    app = await create_app(tx, client_id, client_secret, name="Demo app", redirect_uris=DEMO_REDIRECTS, scopes=())
    await insert_refresh(tx, app, refresh_token, tuple(sorted(every_scope())), family=new_identity(), user_id=None)


async def find_live_app(tx: Transaction, client_id: str | None) -> App | None:
    """The app with that client id, if it was not revoked; the transaction goes on in its account."""
    app = await apps.find_app(tx, client_id) if client_id else None
    if app is None or app.revoked_at is not None:
        return None
    await tx.enter(app.account_id)
    return app


async def authenticate_client(tx: Transaction, given: Credentials) -> App | Refusal:
    """The app that a client is, by its secret or, when it sends an assertion, by that alone."""
    if given.assertion is not None or given.assertion_type is not None:
        return await authenticate_by_assertion(tx, given)
    app = await find_live_app(tx, given.client_id)
    if app is None:
        return oauth.BAD_CLIENT_ID
    if not hmac.compare_digest(hash_token(given.client_secret or ""), app.secret_hash):
        return oauth.BAD_CLIENT_SECRET
    return app


async def authenticate_by_assertion(tx: Transaction, given: Credentials) -> App | Refusal:
    assertion = given.assertion or ""
    client_id = claimed_client(assertion)
    if given.assertion_type != ASSERTION_TYPE or given.client_id not in (None, client_id):
        return oauth.BAD_CLIENT_ASSERTION
    app = await find_live_app(tx, client_id)
    if app is None or app.public_key is None:
        return oauth.BAD_CLIENT_ASSERTION
    is_proven = is_proven_by(assertion, read_public_key(app.public_key), app.client_id, given.audience, tx.now)
    return app if is_proven else oauth.BAD_CLIENT_ASSERTION


async def may_consent(tx: Transaction, token: str) -> bool:
    """Whether a text is the token of a private app of this account, with all scopes."""
    row = await tokens.find_token(tx, hash_token(token))
    return (
        row is not None
        and row.account_id == tx.account_id
        and row.family is None
        and row.revoked_at is None
        and (row.expires_at is None or row.expires_at > tx.now)
        and every_scope() <= set(row.scopes.split())
    )


async def issue_code(tx: Transaction, app: App, request: ConsentRequest, user_id: int | None = None) -> str:
    """A code for a consent that was given, by a user or without one, to a request without problems."""
    code = new_identity()
    kept = Code(
        app_id=app.id,
        redirect_uri=request.redirect_uri or "",
        scopes=oauth.granted_scopes(app, request),
        challenge=request.code_challenge,
        user_id=user_id,
        expires_at=tx.now + oauth.CODE_LIFE,
    )
    await apps.insert_code(tx, hash_token(code), kept)
    await apps.erase_codes(tx, tx.now - DAY)
    return code


async def exchange(tx: Transaction, request: TokenRequest) -> Issued | Refusal:
    """Tokens for a code, a refresh token or the client's own name. The transaction must be committed either way."""
    grant = GRANTS.get(request.grant_type or "")
    if grant is None:
        return oauth.BAD_GRANT_TYPE
    app = await authenticate_client(tx, request.credentials)
    return app if isinstance(app, Refusal) else await grant(tx, app, request)


async def exchange_code(tx: Transaction, app: App, request: TokenRequest) -> Issued | Refusal:
    """The code is marked inside this transaction, and only one transaction can do that."""
    code_hash = hash_token(request.code or "")
    code = await apps.find_code(tx, code_hash)
    problem = oauth.exchange_problem(app, code, request, tx.now)
    if problem is not None or code is None:
        return problem or oauth.BAD_AUTH_CODE
    if not await apps.mark_code_used(tx, code_hash):
        return oauth.BAD_AUTH_CODE
    family, refresh_token = new_identity(), new_refresh_token()
    await insert_refresh(tx, app, refresh_token, code.scopes, family=family, user_id=code.user_id)
    access_token = await insert_access(tx, app, code.scopes, family=family, user_id=code.user_id)
    return Issued(access_token, refresh_token, app.account_id, code.user_id, code.scopes, KIND)


async def exchange_refresh(tx: Transaction, app: App, request: TokenRequest) -> Issued | Refusal:
    """A new access token. The refresh token stays the same, unless the account wants it replaced at every use."""
    refresh_token = request.refresh_token or ""
    row = await apps.find_refresh(tx, hash_token(refresh_token))
    if row is None or (row.account_id, row.app_id) != (app.account_id, app.id) or row.revoked_at is not None:
        return oauth.BAD_REFRESH_TOKEN
    scopes = tuple(row.scopes.split())
    if row.rotated_at is not None:
        # somebody has a copy of it: nobody can tell who, so all that came from it ends
        await apps.mark_family_revoked(tx, row.family)
        return oauth.BAD_REFRESH_TOKEN
    if await rotates(tx):
        if not await apps.mark_rotated(tx, row.token_hash):
            return oauth.BAD_REFRESH_TOKEN
        refresh_token = new_refresh_token()
        await insert_refresh(tx, app, refresh_token, scopes, family=row.family, user_id=row.user_id)
        await apps.erase_rotated(tx, row.family, tx.now - KEPT_ROTATED)
    access_token = await insert_access(tx, app, scopes, family=row.family, user_id=row.user_id)
    return Issued(access_token, refresh_token, app.account_id, row.user_id, scopes, KIND)


async def exchange_client(tx: Transaction, app: App, request: TokenRequest) -> Issued | Refusal:
    """An access token in the app's own name, for scopes that were listed when the app was made."""
    scopes = oauth.own_scopes(app, oauth.split_scopes(request.scope))
    if isinstance(scopes, Refusal):
        return scopes
    access_token = await insert_access(tx, app, scopes, family=new_identity(), user_id=None, kind=CLIENT_KIND)
    return Issued(access_token, None, app.account_id, None, scopes, CLIENT_KIND)


GRANTS: dict[str, Callable[[Transaction, App, TokenRequest], Awaitable[Issued | Refusal]]] = {
    "authorization_code": exchange_code,
    "refresh_token": exchange_refresh,
    "client_credentials": exchange_client,
}


async def rotates(tx: Transaction) -> bool:
    account = await find_account(tx)
    return account is not None and account.settings.rotate_refresh_tokens


async def insert_refresh(
    tx: Transaction, app: App, token: str, scopes: tuple[str, ...], *, family: str, user_id: int | None
) -> None:
    row = RefreshRow(
        token_hash=hash_token(token),
        account_id=app.account_id,
        app_id=app.id,
        family=family,
        scopes=" ".join(scopes),
        user_id=user_id,
        created_at=tx.now,
    )
    await apps.insert_refresh(tx, row)


async def insert_access(
    tx: Transaction, app: App, scopes: tuple[str, ...], *, family: str, user_id: int | None, kind: str = KIND
) -> str:
    """A new access token, and the forgetting of those that ended days ago."""
    token = new_access_token()
    row = TokenRow(
        token_hash=hash_token(token),
        account_id=app.account_id,
        id=0,
        kind=kind,
        name=app.name,
        hint=token[-4:],
        scopes=" ".join(scopes),
        app_id=app.id,
        user_id=user_id,
        created_at=tx.now,
        expires_at=tx.now + oauth.ACCESS_LIFE,
        revoked_at=None,
        family=family,
    )
    await tokens.insert_token(tx, row)
    await tokens.erase_expired(tx, tx.now - KEPT_EXPIRED)
    return token


async def find_access_facts(tx: Transaction, token: str) -> TokenFacts | None:
    """What is known of a live access token of an app; None for every other text."""
    row = await tokens.find_token(tx, hash_token(token))
    if row is None or row.family is None or row.revoked_at is not None:
        return None
    if row.expires_at is None or row.expires_at <= tx.now:
        return None
    await tx.enter(row.account_id)
    app = await apps.find_app_by_id(tx, row.app_id)
    if app is None:
        return None
    return TokenFacts(row.account_id, app, row.user_id, tuple(row.scopes.split()), row.kind, row.expires_at)


async def find_refresh_facts(tx: Transaction, token: str) -> TokenFacts | None:
    """What is known of a live refresh token; None for every other text."""
    row = await find_live_refresh(tx, token)
    app = None if row is None else await apps.find_app_by_id(tx, row.app_id)
    if row is None or app is None:
        return None
    return TokenFacts(row.account_id, app, row.user_id, tuple(row.scopes.split()), KIND)


async def find_live_refresh(tx: Transaction, token: str) -> RefreshRow | None:
    """The row of a refresh token; the transaction goes on in its account."""
    row = await apps.find_refresh(tx, hash_token(token))
    if row is None or row.revoked_at is not None or row.rotated_at is not None:
        return None
    await tx.enter(row.account_id)
    return row


async def find_facts(tx: Transaction, app: App, token: str) -> TokenFacts | None:
    """What an app may know of a token: only whether it is a live one of its own."""
    facts = await find_access_facts(tx, token) or await find_refresh_facts(tx, token)
    return facts if facts is not None and facts.app.client_id == app.client_id else None


async def end_refresh_token(tx: Transaction, token: str) -> bool:
    """End a refresh token and the access tokens that came from it; False when there is no such live token."""
    row = await find_live_refresh(tx, token)
    if row is None:
        return False
    await apps.mark_family_revoked(tx, row.family)
    return True


async def end_token(tx: Transaction, app: App, token: str) -> None:
    """End a token of an app: an access token alone, a refresh token with all that came from it."""
    facts = await find_facts(tx, app, token)
    if facts is None:
        return
    if facts.expires_at is None:
        await end_refresh_token(tx, token)
    else:
        await tokens.mark_hash_revoked(tx, hash_token(token))


async def find_private_app(tx: Transaction, token: str) -> TokenRow | None:
    """The live token of a private app."""
    row = await tokens.find_token(tx, hash_token(token))
    if row is None or row.family is not None or row.revoked_at is not None:
        return None
    return row if row.expires_at is None or row.expires_at > tx.now else None


async def is_known(tx: Transaction, client_id: str | None, token: str | None) -> bool:
    """Whether this database has that app or, when no app is named, that token."""
    if client_id is not None:
        return await apps.find_app(tx, client_id) is not None
    if token is None:
        return False
    token_hash = hash_token(token)
    return await tokens.find_token(tx, token_hash) is not None or await apps.find_refresh(tx, token_hash) is not None
