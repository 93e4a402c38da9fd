"""Bodies of the OAuth calls. Most are forms, as RFC 6749 has it."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from spokedesk.api.bodies import Body, Form


class TokenForm(Form):
    grant_type: str | None = None
    client_id: str | None = None
    client_secret: str | None = None
    code: str | None = None
    redirect_uri: str | None = None
    code_verifier: str | None = None
    refresh_token: str | None = None
    scope: str | None = None
    client_assertion: str | None = None
    client_assertion_type: str | None = None


class OneTokenForm(Form):
    token: str | None = None
    token_type_hint: str | None = None
    client_id: str | None = None
    client_secret: str | None = None
    client_assertion: str | None = None
    client_assertion_type: str | None = None


class ConsentForm(Form):
    client_id: str | None = None
    redirect_uri: str | None = None
    scope: str | None = None
    optional_scope: str | None = None
    state: str | None = None
    response_type: str | None = None
    code_challenge: str | None = None
    code_challenge_method: str | None = None
    check: str | None = None
    decision: str | None = None
    access_token: str | None = None


class TokenKeyBody(Body, rename="camel"):
    token_key: str | UnsetType = UNSET
    REQUIRED = ("tokenKey",)
