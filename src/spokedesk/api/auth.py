"""Who asks: from the Authorization header to a grant, and which scopes a call needs."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from ipaddress import ip_address

from spokedesk.api.calls import Request
from spokedesk.api.query import parse_query, text
from spokedesk.crm.history import Source
from spokedesk.crm.object_types import ObjectType
from spokedesk.crm.scopes import (
    ADMIN,
    DEVELOPERS_READ,
    DEVELOPERS_WRITE,
    OWNERS_READ,
    PERSONAL,
    link_scopes,
    record_scopes,
    schema_scopes,
)
from spokedesk.crm.users import User
from spokedesk.engine.oauth import is_known
from spokedesk.engine.tokens import FIRST_APP_ID, Grant, every_scope, find_grant
from spokedesk.errors import NotAuthenticated
from spokedesk.storage.database import Database, Transaction, read_and_wait

DEMO_TOKEN = "pat-demo"
DEVELOPER_PATHS = ("/webhooks/", "/app-webhooks/")
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
# a client that was redirected here by name resolution still sends the vendor's name
VENDOR_HOSTS = ("api.hubapi.com", "api.hubspot.com", "api-eu1.hubapi.com", "api-na1.hubapi.com", "api-na2.hubapi.com")


class Scope(Enum):
    """What a route needs; the object types of its path decide the exact names."""

    RECORD_READ = "record read"
    RECORD_WRITE = "record write"
    SCHEMA_READ = "schema read"
    SCHEMA_WRITE = "schema write"
    LINK_READ = "link read"
    LINK_WRITE = "link write"
    CUSTOM_READ = "custom object schema read"
    CUSTOM_WRITE = "custom object schema write"
    ANY_RECORDS = "records of any type"
    OWNERS = "owners"
    DEVELOPER_READ = "developer read"
    DEVELOPER_WRITE = "developer write"
    ADMIN = "admin"
    PERSONAL = "personal"
    ANY_TOKEN = "any token"
    PUBLIC = "public"


FIXED_SCOPES = {
    Scope.OWNERS: (OWNERS_READ,),
    Scope.CUSTOM_READ: ("crm.schemas.custom.read",),
    Scope.CUSTOM_WRITE: ("crm.schemas.custom.write",),
    Scope.DEVELOPER_READ: (DEVELOPERS_READ, DEVELOPERS_WRITE),
    Scope.DEVELOPER_WRITE: (DEVELOPERS_WRITE,),
    Scope.ADMIN: (ADMIN,),
    Scope.PERSONAL: (PERSONAL,),
}


def needed_scopes(scope: Scope, object_types: Mapping[str, ObjectType]) -> tuple[str, ...]:
    """The scopes of which a token must have one; none means that any token will do."""
    kinds = list(object_types.values())
    if scope in (Scope.RECORD_READ, Scope.RECORD_WRITE):
        return record_scopes(kinds[0], writes=scope is Scope.RECORD_WRITE)
    if scope in (Scope.SCHEMA_READ, Scope.SCHEMA_WRITE):
        return schema_scopes(kinds[0], writes=scope is Scope.SCHEMA_WRITE)
    if scope in (Scope.LINK_READ, Scope.LINK_WRITE):
        return link_scopes(kinds, writes=scope is Scope.LINK_WRITE)
    if scope is Scope.ANY_RECORDS:
        return any_record_scopes()
    return FIXED_SCOPES.get(scope, ())


@cache
def any_record_scopes() -> tuple[str, ...]:
    """The scopes of which one opens what is about all records, such as how many there are."""
    about_records = (name for name in sorted(every_scope()) if name.startswith("crm.objects.") or name == "tickets")
    return tuple(name for name in about_records if name != OWNERS_READ)


@dataclass(frozen=True, slots=True)
class DemoApp:
    """What an OAuth client of the demo account needs to know."""

    client_id: str
    client_secret: str
    refresh_token: str


DEMO_APP = DemoApp("demo-client", "demo-secret", "demo-refresh")


@dataclass(frozen=True, slots=True)
class DemoAccess:
    """A token that lives only in the memory of this process, for whoever sits at this machine.

    `token` is the well-known one on loopback; bound elsewhere it is a random one, valid from anywhere. The same holds
    for `app`, which is kept with all that it is granted in `apps`, a database of its own in memory. Only the event loop
    uses that. `user` signs in with one click, on loopback alone; the sessions are in `apps` too.
    """

    account_id: int
    token: str
    loopback_only: bool
    allowed_hosts: tuple[str, ...] = ()
    app: DemoApp | None = None
    apps: Database | None = None
    user: User | None = None

    def grant(self, request: Request, token: str) -> Grant | None:
        if not secrets.compare_digest(token.encode("utf-8", "replace"), self.token.encode()):
            return None
        if not self.is_open_to(request):
            return None
        return Grant(self.account_id, every_scope(), Source("INTEGRATION", str(FIRST_APP_ID), "INTEGRATION"))

    def app_grant(self, request: Request, token: str) -> Grant | None:
        """What an access token of the demo app allows."""
        if self.apps is None or not self.is_open_to(request):
            return None
        found = read_and_wait(self.apps, self.account_id, lambda tx: find_grant(tx, token))
        return None if found is None else replace(found, is_stored=False)  # it depends on who sends it

    def has_app(self, request: Request, client_id: str | None, token: str | None) -> bool:
        """Whether a client id or token is the demo app's, and the request may use it."""
        if self.apps is None or not self.is_open_to(request):
            return False
        return read_and_wait(self.apps, self.account_id, lambda tx: is_known(tx, client_id, token))

    def may_sign_in(self, request: Request) -> bool:
        """Whether one click is enough for whoever makes this request."""
        return self.user is not None and self.loopback_only and self.is_at_this_machine(request)

    def is_of(self, grant: Grant) -> bool:
        """Whether a grant is that of the user who signed in with one click."""
        return grant.is_person and not grant.is_stored and self.user is not None

    def is_open_to(self, request: Request) -> bool:
        return not self.loopback_only or self.is_at_this_machine(request)

    def is_at_this_machine(self, request: Request) -> bool:
        """Both ends are loopback, nothing was forwarded, and the name that was asked for is one of ours."""
        if any(name == "forwarded" or name.startswith("x-forwarded-") for name in request.headers):
            return False
        host = host_name(request.headers.get("host", ""))
        if host not in (*LOCAL_HOSTS, *VENDOR_HOSTS, *self.allowed_hosts):
            return False
        return is_loopback(request.peer) and is_loopback(request.bound)


def host_name(header: str) -> str:
    """The Host header without its port."""
    name, _, port = header.rpartition(":")
    return (name if name and port.isdigit() else header).lower()


def is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def bearer_token(request: Request) -> str:
    """The token of the Authorization header; raise when there is none.

    Calls that manage webhooks take it as `hapikey` of the query too, the only place where SDKs put it.
    """
    if request.path.startswith(DEVELOPER_PATHS) and "authorization" not in request.headers:
        key = text(parse_query(request.query), "hapikey")
        if key is not None:
            return key
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotAuthenticated
    return token.strip()


async def authenticate(
    tx: Transaction, request: Request, demo: DemoAccess | None, any_token_account: int | None
) -> Grant:
    """The grant of a request's token. `any_token_account` takes every non-empty token, with all scopes."""
    token = bearer_token(request)
    grant = await find_grant(tx, token)
    if grant is None and demo is not None:
        grant = demo.app_grant(request, token)
    if grant is None:
        grant = unstored_grant(request, token, demo, any_token_account)
    if grant is None:
        raise NotAuthenticated
    return grant


def unstored_grant(
    request: Request, token: str, demo: DemoAccess | None, any_token_account: int | None
) -> Grant | None:
    """What a token allows that is in no database."""
    grant = None if demo is None else demo.grant(request, token)
    if grant is None and any_token_account is not None:
        source = Source("INTEGRATION", str(FIRST_APP_ID), "INTEGRATION")
        grant = Grant(any_token_account, every_scope(), source)
    return grant
