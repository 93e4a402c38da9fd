"""Shapes of the answers that the web UI reads under /spokedesk/v1, for the document only."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType

from spokedesk.api.openapi.answers import Instant, Paging, Record


class User(Struct, kw_only=True, rename="camel"):
    """Somebody who signs in. `ownerId` is what records hold, `id` what their history names."""

    id: str
    owner_id: str | UnsetType = UNSET
    email: str
    first_name: str
    last_name: str
    role: Literal["admin", "agent", "read-only"]
    state: Literal["active", "invited", "disabled"]
    created_at: Instant
    last_sign_in_at: Instant | UnsetType = UNSET


class UserPage(Struct, kw_only=True):
    results: list[User]
    paging: Paging | UnsetType = UNSET


class SignInLink(Struct, kw_only=True, rename="camel"):
    """With it a user chooses a password, once. `path` is to be put behind the server's address."""

    token: str
    path: str
    expires_at: Instant


class NewUser(Struct, kw_only=True):
    user: User
    link: SignInLink


class NewSignInLink(Struct, kw_only=True):
    link: SignInLink


class SignInOffer(Struct, kw_only=True, rename="camel"):
    """Ways to sign in."""

    demo_sign_in: bool
    has_users: bool
    minimum_password_length: int


class SignedIn(Struct, kw_only=True):
    """The session is in the cookie."""

    user: User


class SessionToken(Struct, kw_only=True, rename="camel"):
    """A short access token with the scopes of the user's role. `expiresIn` is seconds."""

    access_token: str
    token_type: str
    expires_in: int
    scopes: list[str]
    user: User
    account_id: int


class LinkFacts(Struct, kw_only=True, rename="camel"):
    """Whom a link is for; `first`: for whoever becomes the first user."""

    email: str | None
    first_name: str
    last_name: str
    first: bool
    expires_at: Instant


class Caller(Struct, kw_only=True, rename="camel"):
    """Who makes a call. Programs are no users."""

    user: User | UnsetType = UNSET
    account_id: int
    fidelity: str
    scopes: list[str]
    recycle_bin_days: int
    version: str


class Change(Struct, kw_only=True, rename="camel"):
    """One write to one record. `kind` is create, update, archive, restore, merge or a later one."""

    sequence: int
    object_type: str
    object_type_id: str
    id: str
    kind: str
    properties: list[str]
    at: Instant
    source_type: str
    source_id: str | UnsetType = UNSET
    user_id: int | UnsetType = UNSET


class ChangePage(Struct, kw_only=True):
    """`after` is for the next call, `latest` the newest number of the account."""

    results: list[Change]
    after: int
    latest: int
    more: bool


class LoggedToken(Struct, kw_only=True, rename="camel"):
    """Whose token a call carried; `hint` is its end."""

    name: str
    kind: Literal["private_app", "oauth", "session", "process"]
    hint: str | UnsetType = UNSET
    user_id: str | UnsetType = UNSET


class LoggedError(Struct, kw_only=True):
    """What the answer of a refused call says."""

    category: str | UnsetType = UNSET
    message: str | UnsetType = UNSET


class LoggedCall(Struct, kw_only=True, rename="camel"):
    """A call and how it was answered. Bytes are those of the whole bodies."""

    id: str
    at: Instant
    method: str
    path: str
    query: str
    status: int
    ms: float
    correlation_id: str
    request_bytes: int
    response_bytes: int
    token: LoggedToken | UnsetType = UNSET
    error: LoggedError | UnsetType = UNSET


class LoggedCallPage(Struct, kw_only=True):
    """Calls, newest first; `oldest` and `latest` are the numbers that the log holds."""

    results: list[LoggedCall]
    latest: str
    oldest: str | UnsetType = UNSET


class LoggedOperation(Struct, kw_only=True):
    key: str
    summary: str


class LimitUse(Struct, kw_only=True):
    """How much of a limit a call took."""

    name: str
    used: int
    limit: int


class WholeLoggedCall(LoggedCall, kw_only=True, rename="camel"):
    """A call with headers and bodies, secrets masked. Any one of `scopesNeeded` opens it."""

    request_headers: dict[str, str]
    response_headers: dict[str, str]
    request_body: str | UnsetType = UNSET
    response_body: str | UnsetType = UNSET
    request_cut: bool
    response_cut: bool
    operation: LoggedOperation | UnsetType = UNSET
    scopes_needed: list[str]
    scopes_held: list[str]
    limits: list[LimitUse]


class ChangeSource(Struct, kw_only=True, rename="camel"):
    """Through what something was done, and by whom."""

    source_type: str
    source_id: str | UnsetType = UNSET
    user_id: int | UnsetType = UNSET


class BinnedRecord(Record, kw_only=True, rename="camel"):
    """A record in the recycle bin; less than a day left counts as one."""

    days_left: int
    erased_at: Instant
    archived_by: ChangeSource | UnsetType = UNSET


class BinPage(Struct, kw_only=True, rename="camel"):
    """Records in the recycle bin, the last archived first."""

    results: list[BinnedRecord]
    total: int
    recycle_bin_days: int
    paging: Paging | UnsetType = UNSET


class Erased(Struct, kw_only=True):
    """Ids that were erased, and those that are not in the recycle bin."""

    erased: list[str]
    missing: list[str]


class View(Struct, kw_only=True, rename="camel"):
    """A saved view. `definition.filterGroups` is what the search takes; the rest is up to whoever shows it."""

    id: str
    name: str
    object_type: str
    shared: bool
    built_in: bool
    owned_by_me: bool
    definition: dict[str, Any]
    created_at: Instant | UnsetType = UNSET
    updated_at: Instant | UnsetType = UNSET


class ViewList(Struct, kw_only=True):
    results: list[View]


class StageCount(Struct, kw_only=True, rename="camel"):
    """How many records stand in an open stage."""

    pipeline_id: str
    stage_id: str
    count: int


class DayCount(Struct, kw_only=True):
    day: str
    created: int
    closed: int


class CloseTimes(Struct, kw_only=True):
    """Milliseconds from created to closed, of what was closed in these days; half and nine tenths were quicker."""

    count: int
    median: int | UnsetType = UNSET
    p90: int | UnsetType = UNSET


class OldestRecord(Struct, kw_only=True, rename="camel"):
    """An open record that has waited long."""

    id: str
    subject: str | UnsetType = UNSET
    created_at: Instant
    pipeline_id: str
    stage_id: str
    owner_id: str | UnsetType = UNSET


class Statistics(Struct, kw_only=True, rename="camel"):
    """Figures of the home screen. `days` has every day, the oldest first."""

    open_by_stage: list[StageCount]
    days: list[DayCount]
    time_to_close: CloseTimes
    oldest_open: list[OldestRecord]
    open: int
    unassigned: int
    as_of: Instant


class Found(Struct, kw_only=True, rename="camel"):
    """A record as a list of several types shows it."""

    object_type: str
    object_type_id: str
    id: str
    title: str
    detail: str
    updated_at: Instant


class FoundList(Struct, kw_only=True):
    results: list[Found]


class ScopeName(Struct, kw_only=True):
    name: str


class ScopeList(Struct, kw_only=True):
    results: list[ScopeName]


class PrivateToken(Struct, kw_only=True, rename="camel"):
    """A token of a private app; `hint` is its end."""

    id: str
    name: str
    hint: str
    scopes: list[str]
    created_at: Instant
    revoked_at: Instant | UnsetType = UNSET


class PrivateTokenList(Struct, kw_only=True):
    results: list[PrivateToken]


class NewPrivateToken(PrivateToken, kw_only=True):
    """The only answer that holds the token itself."""

    token: str


class OAuthApp(Struct, kw_only=True, rename="camel"):
    """A program that people may give access to the account. Without scopes it may ask for every scope."""

    id: str
    client_id: str
    name: str
    redirect_uris: list[str]
    scopes: list[str]
    has_public_key: bool
    created_at: Instant
    revoked_at: Instant | UnsetType = UNSET


class OAuthAppList(Struct, kw_only=True):
    results: list[OAuthApp]


class NewOAuthApp(OAuthApp, kw_only=True, rename="camel"):
    """The only answer that holds the secret."""

    client_secret: str
