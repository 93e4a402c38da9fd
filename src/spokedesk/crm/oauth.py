"""OAuth 2.0 as rules over values: redirect addresses, scopes, PKCE, what an exchange needs. Times are milliseconds."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlencode, urlsplit

from spokedesk.crm.scopes import OAUTH

CODE_LIFE = 600_000
ACCESS_LIFE = 1_800_000
LONGEST_KEY = 20_000

SCOPE = re.compile(r"[a-z][a-z0-9._-]{0,99}")
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
REDIRECT = re.compile(r"https?://[A-Za-z0-9._\[\]:-]+(?:[/?][!$-;=?-\[\]_a-z~]*)?")
LOCAL_ENDINGS = (".localhost", ".local", ".internal", ".test")


@dataclass(frozen=True, slots=True)
class App:
    """A program that may be given access to its account. Without `scopes` of its own it may ask for any.

    `public_key` is the text of a key by which it may prove who it is, in place of its secret.
    """

    client_id: str
    account_id: int
    id: int
    name: str
    secret_hash: str
    redirect_uris: tuple[str, ...]
    scopes: tuple[str, ...]
    created_at: int
    revoked_at: int | None = None
    public_key: str | None = None


@dataclass(frozen=True, slots=True)
class Credentials:
    """How a client says who it is: by id and secret, or by a statement that it signed for one of the `audience`."""

    client_id: str | None = None
    client_secret: str | None = None
    assertion: str | None = None
    assertion_type: str | None = None
    audience: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Code:
    """What a consent allowed, until it is exchanged: for which app, to which address, proven by which challenge."""

    app_id: int
    redirect_uri: str
    scopes: tuple[str, ...]
    challenge: str | None
    user_id: int | None
    expires_at: int
    used_at: int | None = None


@dataclass(frozen=True, slots=True)
class ConsentRequest:
    """What the address of the consent page asks for."""

    client_id: str | None = None
    redirect_uri: str | None = None
    scope: str | None = None
    optional_scope: str | None = None
    state: str | None = None
    response_type: str | None = None
    code_challenge: str | None = None
    code_challenge_method: str | None = None


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """What a client sends to be given tokens."""

    grant_type: str | None = None
    credentials: Credentials = Credentials()
    code: str | None = None
    redirect_uri: str | None = None
    code_verifier: str | None = None
    refresh_token: str | None = None
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing was granted: the code of the older calls, a sentence, the error name of RFC 6749."""

    code: str
    message: str
    error: str = "invalid_grant"


BAD_GRANT_TYPE = Refusal("BAD_GRANT_TYPE", "missing or unknown grant type", "unsupported_grant_type")
BAD_CLIENT_ID = Refusal("BAD_CLIENT_ID", "missing or unknown client id", "invalid_client")
BAD_CLIENT_SECRET = Refusal("BAD_CLIENT_SECRET", "missing or invalid client secret", "invalid_client")
BAD_CLIENT_ASSERTION = Refusal("BAD_CLIENT_ASSERTION", "missing or invalid client assertion", "invalid_client")
BAD_AUTH_CODE = Refusal("BAD_AUTH_CODE", "missing or unknown auth code")
BAD_VERIFIER = Refusal("BAD_AUTH_CODE", "missing or invalid code verifier")
EXPIRED_AUTH_CODE = Refusal("EXPIRED_AUTH_CODE", "the auth code has expired")
BAD_REDIRECT_URI = Refusal("BAD_REDIRECT_URI", "missing redirect uri", "invalid_request")
MISMATCHED_REDIRECT_URI = Refusal(
    "MISMATCH_REDIRECT_URI_AUTH_CODE", "the redirect uri is not the one that the auth code was made for"
)
BAD_REFRESH_TOKEN = Refusal("BAD_REFRESH_TOKEN", "missing or invalid refresh token")


def bad_scope(scopes: Iterable[str]) -> Refusal:
    return Refusal("BAD_SCOPE", f"the app may not be granted: {', '.join(sorted(scopes))}", "invalid_scope")


def redirect_problem(uri: str) -> str | None:
    """Why an address may not be registered; None when it may. Unencrypted ones must be on this machine or network."""
    if not REDIRECT.fullmatch(uri):
        return "must be a plain http or https address without user name and fragment"
    try:
        parts = urlsplit(uri)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "must have a host and a port that exist"
    if not host:
        return "must have a host"
    if parts.scheme == "http" and not is_local(host):
        return "must begin with https:// unless it is on this machine or a local network"
    return None


def is_local(host: str) -> bool:
    """Names and addresses that do not leave the machine or its network."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith(LOCAL_ENDINGS)


def origin_of(uri: str) -> str:
    """Scheme, host and port of a registered address."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}"


def redirect_to(uri: str, answer: Mapping[str, str | None]) -> str:
    """The address with the answer behind whatever query it has."""
    given = urlencode({name: value for name, value in answer.items() if value is not None})
    return f"{uri}{'&' if '?' in uri else '?'}{given}"


def split_scopes(text: str | None) -> tuple[str, ...]:
    """Space-separated names, each once."""
    return tuple(dict.fromkeys((text or "").split()))


def is_allowed(app: App, scope: str) -> bool:
    """Whether an app may be granted a scope; one that this server does not know gives nothing."""
    if scope == OAUTH:
        return True
    return scope in app.scopes if app.scopes else SCOPE.fullmatch(scope) is not None


def remaining_scopes(app: App, scopes: str) -> str:
    """What is left of scopes, separated by spaces, that were granted before the app became what it is."""
    return " ".join(scope for scope in scopes.split() if is_allowed(app, scope))


def granted_scopes(app: App, request: ConsentRequest) -> tuple[str, ...]:
    """What a consent grants: all that was asked for, and of the optional ones those that the app may have."""
    wanted = split_scopes(request.scope) or app.scopes
    optional = (scope for scope in split_scopes(request.optional_scope) if is_allowed(app, scope))
    return tuple(sorted({OAUTH, *wanted, *optional}))


def consent_problem(app: App, request: ConsentRequest) -> str | None:
    """Why nobody can be asked for this consent, in a sentence; None when somebody can."""
    denied = [scope for scope in split_scopes(request.scope) if not is_allowed(app, scope)]
    if denied:
        return f"The app is not set up for these scopes: {', '.join(denied)}"
    if request.response_type not in (None, "code"):
        return "The response_type must be code."
    if request.code_challenge is None:
        return None if request.code_challenge_method is None else "The code_challenge is missing."
    if request.code_challenge_method != "S256" or not CHALLENGE.fullmatch(request.code_challenge):
        return "The code_challenge must be made with the code_challenge_method S256."
    return None


def challenge_of(verifier: str) -> str:
    """S256: what a verifier is announced by."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def is_proven(challenge: str | None, verifier: str | None) -> bool:
    """Whether a verifier belongs to a challenge. One without the other proves nothing."""
    if challenge is None or verifier is None:
        return challenge is verifier
    return VERIFIER.fullmatch(verifier) is not None and hmac.compare_digest(challenge, challenge_of(verifier))


def exchange_problem(app: App, code: Code | None, request: TokenRequest, now: int) -> Refusal | None:
    """Why a code cannot be exchanged by this app now; None when it can."""
    if code is None or code.app_id != app.id or code.used_at is not None:
        return BAD_AUTH_CODE
    if now >= code.expires_at:
        return EXPIRED_AUTH_CODE
    if request.redirect_uri is None:
        return BAD_REDIRECT_URI
    if request.redirect_uri != code.redirect_uri:
        return MISMATCHED_REDIRECT_URI
    return None if is_proven(code.challenge, request.code_verifier) else BAD_VERIFIER


def own_scopes(app: App, wanted: Collection[str]) -> tuple[str, ...] | Refusal:
    """What an app gets in its own name, without anybody's consent: nothing that was not listed when it was made."""
    denied = set(wanted) - {OAUTH, *app.scopes}
    if denied:
        return bad_scope(denied)
    return tuple(sorted({OAUTH, *(wanted or app.scopes)}))
