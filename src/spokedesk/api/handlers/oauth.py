"""The calls of OAuth clients: exchanging, looking at and ending tokens. None of them needs an access token."""

from __future__ import annotations

from typing import Any

from spokedesk.api.auth import host_name
from spokedesk.api.bodies.oauth import TokenForm
from spokedesk.api.calls import Call, Reply
from spokedesk.api.json_door import needed_text
from spokedesk.api.query import text
from spokedesk.crm.oauth import ACCESS_LIFE, App, Credentials, Refusal, TokenRequest
from spokedesk.engine import oauth
from spokedesk.engine.assertions import OPENID, sign_with_secret
from spokedesk.engine.oauth import CLIENT_KIND, Issued, TokenFacts
from spokedesk.errors import NotFound

NOT_KEPT = ((b"cache-control", b"no-store"),)
# until people sign in, one stands for all who may install an app
ADMINISTRATOR = 1


async def exchange_v1(call: Call) -> Reply:
    """POST for tokens; this oldest form also takes the secrets from the query, and has its own shape of errors."""
    form = call.body
    secret = form.client_secret or text(call.query, "client_secret")
    refresh_token = form.refresh_token or text(call.query, "refresh_token")
    request = read_request(form, Credentials(form.client_id, secret), refresh_token)
    answer = await oauth.exchange(call.tx, request)
    if isinstance(answer, Issued):
        return Reply(200, render_issued(answer, request.credentials, call), headers=NOT_KEPT)
    return Reply(400, render_refusal_v1(answer, call.correlation_id), headers=NOT_KEPT)


async def exchange(call: Call) -> Reply:
    """POST for tokens."""
    request = read_request(call.body, credentials_of(call), call.body.refresh_token)
    answer = await oauth.exchange(call.tx, request)
    if isinstance(answer, Issued):
        return Reply(200, render_issued(answer, request.credentials, call), headers=NOT_KEPT)
    return refused(answer, call)


def read_request(form: TokenForm, credentials: Credentials, refresh_token: str | None) -> TokenRequest:
    return TokenRequest(
        grant_type=form.grant_type,
        credentials=credentials,
        code=form.code,
        redirect_uri=form.redirect_uri,
        code_verifier=form.code_verifier,
        refresh_token=refresh_token,
        scope=form.scope,
    )


def credentials_of(call: Call) -> Credentials:
    """Who the client says that it is. A signed statement may be meant for the server, or for one of these calls."""
    here, path = call.request.base_url, call.request.path.rstrip("/")
    token_path = path.removesuffix("/introspect").removesuffix("/revoke")
    form = call.body
    return Credentials(
        form.client_id,
        form.client_secret,
        form.client_assertion,
        form.client_assertion_type,
        (here, f"{here}/", f"{here}{path}", f"{here}{token_path}"),
    )


async def introspect(call: Call) -> Reply:
    """POST for what a token is worth, asked by the app that it belongs to."""
    app = await client_of(call)
    if isinstance(app, Refusal):
        return refused(app, call)
    facts = await oauth.find_facts(call.tx, app, call.body.token or "")
    if facts is None:
        return Reply(200, {"active": False}, headers=NOT_KEPT)
    body = {"active": True, "token_use": token_use(facts), **render_facts(call, facts, call.body.token)}
    return Reply(200, body | {"client_id": app.client_id, "app_id": app.id}, headers=NOT_KEPT)


async def revoke(call: Call) -> Reply:
    """POST to end a token; that there is no such token is no error."""
    app = await client_of(call)
    if isinstance(app, Refusal):
        return refused(app, call)
    await oauth.end_token(call.tx, app, call.body.token or "")
    return Reply(200)


async def read_access_token(call: Call) -> Reply:
    """GET what an access token is worth, for whoever holds it."""
    facts = await oauth.find_access_facts(call.tx, call.path["token"])
    if facts is None:
        raise NotFound("resource not found")
    body = render_facts(call, facts, call.path["token"])
    return Reply(200, body | {"app_id": facts.app.id}, headers=NOT_KEPT)


async def read_refresh_token(call: Call) -> Reply:
    """GET what a refresh token is worth, for whoever holds it."""
    facts = await oauth.find_refresh_facts(call.tx, call.path["token"])
    if facts is None:
        raise NotFound("resource not found")
    body = render_facts(call, facts, call.path["token"])
    del body["is_private_distribution"]
    return Reply(200, body | {"client_id": facts.app.client_id}, headers=NOT_KEPT)


async def delete_refresh_token(call: Call) -> Reply:
    """DELETE a refresh token and the access tokens that came from it."""
    if not await oauth.end_refresh_token(call.tx, call.path["token"]):
        raise NotFound("resource not found")
    return Reply(204)


async def read_private_app(call: Call) -> Reply:
    """POST the token of a private app for account, app and scopes: how many tools check a pasted token."""
    token = needed_text(call.body.token_key)
    row = await oauth.find_private_app(call.tx, token)
    if row is not None:
        body = {"userId": row.user_id or ADMINISTRATOR, "hubId": row.account_id, "appId": row.app_id}
        return Reply(200, body | {"scopes": row.scopes.split()}, headers=NOT_KEPT)
    grant = call.unstored_grant(token)
    if grant is None:
        raise NotFound("resource not found")
    body = {"userId": ADMINISTRATOR, "hubId": grant.account_id, "appId": int(grant.source.id or 0)}
    return Reply(200, body | {"scopes": sorted(grant.scopes)}, headers=NOT_KEPT)


async def client_of(call: Call) -> App | Refusal:
    return await oauth.authenticate_client(call.tx, credentials_of(call))


def token_use(facts: TokenFacts) -> str:
    if facts.kind == CLIENT_KIND:
        return CLIENT_KIND
    return "refresh_token" if facts.expires_at is None else "access_token"


def render_issued(issued: Issued, credentials: Credentials, call: Call) -> dict[str, Any]:
    body: dict[str, Any] = {"access_token": issued.access_token}
    if issued.refresh_token is not None:
        body["refresh_token"] = issued.refresh_token
    body |= {
        "expires_in": ACCESS_LIFE // 1000,
        "token_type": "bearer",
        "token_use": CLIENT_KIND if issued.kind == CLIENT_KIND else "access_token",
        "hub_id": issued.account_id,
        "user_id": issued.user_id or ADMINISTRATOR,
        "scopes": list(issued.scopes),
    }
    if OPENID in issued.scopes and issued.kind != CLIENT_KIND and credentials.client_secret:
        body["id_token"] = sign_with_secret(id_claims(issued, credentials, call), credentials.client_secret)
    return body


def id_claims(issued: Issued, credentials: Credentials, call: Call) -> dict[str, Any]:
    """Who allowed it, for the client that holds the secret."""
    now = call.tx.now // 1000
    return {
        "iss": call.request.base_url,
        "sub": str(issued.user_id or ADMINISTRATOR),
        "aud": credentials.client_id,
        "iat": now,
        "exp": now + ACCESS_LIFE // 1000,
        "hub_id": issued.account_id,
    }


def render_facts(call: Call, facts: TokenFacts, token: str) -> dict[str, Any]:
    """What every answer about a token has in common."""
    domain = host_name(call.request.named_host)
    body: dict[str, Any] = {
        "token": token,
        "user": f"admin@{domain.strip('[]')}",
        "hub_domain": domain,
        "scopes": list(facts.scopes),
        "hub_id": facts.account_id,
        "user_id": facts.user_id or ADMINISTRATOR,
        "token_type": "refresh" if facts.expires_at is None else "access",
        "is_private_distribution": True,
    }
    if facts.expires_at is not None:
        body["expires_in"] = max(0, (facts.expires_at - call.tx.now) // 1000)
    return body


def render_refusal_v1(refusal: Refusal, correlation_id: str) -> dict[str, Any]:
    return {
        "status": refusal.code,
        "message": refusal.message,
        "correlationId": correlation_id,
        "requestId": correlation_id,
    }


def refused(refusal: Refusal, call: Call) -> Reply:
    """The error of the newer calls: the live service's shape with the fields of RFC 6749 beside it."""
    body = {
        "status": refusal.code,
        "message": refusal.message,
        "correlationId": call.correlation_id,
        "category": "VALIDATION_ERROR",
        "error": refusal.error,
        "error_description": refusal.message,
    }
    return Reply(400, body, headers=NOT_KEPT)
