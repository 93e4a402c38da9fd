"""From a request value to a response value, knowing nothing of any server: the API as a function.

`handle` answers through a callback, because a write is answered only after the commit of its group. In memory, and for
reads, the callback has been called when `handle` returns.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from random import getrandbits
from typing import Any, Protocol

import msgspec

from spokedesk.api import call_log, ui
from spokedesk.api.attempts import Attempts
from spokedesk.api.auth import DemoAccess, Scope, authenticate, bearer_token, needed_scopes, unstored_grant
from spokedesk.api.call_log import CallLog
from spokedesk.api.calls import Call, Look, Reply, Request, Response, Watcher
from spokedesk.api.endpoints import ENDPOINTS
from spokedesk.api.errors import render_error, status_of
from spokedesk.api.form_door import is_form, read_form
from spokedesk.api.handlers.search import search_records
from spokedesk.api.json_door import read_body
from spokedesk.api.preparing import Preparing
from spokedesk.api.query import parse_query, text
from spokedesk.api.rate_limits import RateLimiter
from spokedesk.api.routes import SINGLE_BODY, Prepare, Route, RouteTable
from spokedesk.api.sessions import demo_of
from spokedesk.api.streams import CHANGES, HEADERS, Streams
from spokedesk.crm.account import FIDELITIES, Account, AccountSettings
from spokedesk.crm.history import Source
from spokedesk.crm.object_types import ObjectType, ObjectTypes
from spokedesk.crm.rollups import FOLLOWED
from spokedesk.crm.scopes import is_granted
from spokedesk.engine.context import Context
from spokedesk.engine.object_types import load_object_types
from spokedesk.engine.tokens import Grant
from spokedesk.errors import (
    BodyTooLarge,
    MissingScopes,
    NotAuthenticated,
    NotFound,
    SpokedeskError,
    TooManyAttempts,
    Unavailable,
    UriTooLong,
)
from spokedesk.storage.accounts import find_account
from spokedesk.storage.database import Database, Transaction, Work

log = logging.getLogger("spokedesk.api")
encode = msgspec.json.Encoder().encode

MAX_URI = 16_384
MAX_WAITING = 64
MAX_ADMISSIONS = 1000
BRIEF_BODY = 16_384
TYPE_PARAMETERS = ("object_type", "from_type", "to_type")
FIXED_HEADERS = [
    (b"vary", b"origin"),
    (b"access-control-allow-credentials", b"false"),
    (b"x-content-type-options", b"nosniff"),
]
JSON_HEADER = (b"content-type", b"application/json;charset=utf-8")

NOBODY = Context(Account(0, FIDELITIES["documented"], AccountSettings()), Source("API"), 0)

Headers = Sequence[tuple[bytes, bytes]]
Respond = Callable[[Response], None]


@dataclass(frozen=True, slots=True)
class Admission:
    """Who a token is, and the account and its types as they were at a state of the store."""

    state: tuple[int, int]
    grant: Grant
    account: Account
    types: ObjectTypes


class Stores(Protocol):
    """Where the account of a request lives. The desk has one store, a stand-in one per world."""

    def find(self, request: Request) -> Store: ...


@dataclass(slots=True)
class Store:
    """A database and the access that exists beside its stored tokens."""

    database: Database
    demo: DemoAccess | None = None
    any_token_account: int | None = None
    waiting: Counter[str] = field(default_factory=Counter)
    admissions: dict[str, Admission] = field(default_factory=dict)
    limiter: RateLimiter = field(default_factory=RateLimiter)
    attempts: Attempts = field(default_factory=Attempts)
    streams: Streams = field(default_factory=Streams)
    calls: CallLog = field(init=False)

    def __post_init__(self) -> None:
        self.calls = CallLog(self.streams)

    def find(self, request: Request) -> Store:
        """A single store is its own directory."""
        return self


def random_id() -> str:
    """A version 4 UUID. It only has to be unique, so it costs neither a system call nor the class."""
    text = getrandbits(128).to_bytes(16, "big").hex()
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


@dataclass(slots=True)
class Pending:
    """A request on its way through the edge."""

    request: Request
    respond: Respond
    correlation_id: str
    store: Store
    route: Route
    path: Mapping[str, str]
    query: Mapping[str, Any]
    object_types: dict[str, ObjectType]
    started: float
    body: Any = None
    grant: Grant | None = None
    account: Account | None = None
    types: ObjectTypes | None = None
    limit_headers: Headers = ()
    counted: tuple[Headers, SpokedeskError | None] | None = None
    prepared: Any = None
    is_prepared: bool = False


class Service:
    """The API over one or more stores."""

    def __init__(self, stores: Stores, new_id: Callable[[], str] = random_id) -> None:
        self.stores = stores
        self.routes = RouteTable(ENDPOINTS)
        self.new_id = new_id
        self.preparing = Preparing()

    def handle(self, request: Request, respond: Respond) -> None:
        """Answer one request. Nothing is raised: every failure becomes a response."""
        correlation_id, started = self.new_id(), call_log.clock()
        try:
            pending = self.find(request, respond, correlation_id, started)
        except NotFound as error:
            page = ui.answer(request, is_api=self.routes.has_prefix(request.path))
            respond(page or self.refuse(request, error, correlation_id, started))
            return
        except Exception as error:
            respond(self.refuse(request, error, correlation_id, started))
            return
        try:
            self.start(pending)
        except Exception as error:
            finish(pending, None, error)

    def refuse(
        self, request: Request, error: Exception, correlation_id: str | None = None, started: float | None = None
    ) -> Response:
        """The answer to a request that leads nowhere, or is too large to be read. It is kept in the API log."""
        response = error_response(error, correlation_id or self.new_id(), 0)
        began = call_log.clock() if started is None else started
        self.stores.find(request).calls.record(request, response, began, (None, None, {}))
        return response

    def body_limit(self, request: Request) -> int:
        """How many bytes the body of this request may have, also when no such call exists."""
        try:
            return self.routes.find(request.method, request.path)[0].endpoint.body_limit
        except SpokedeskError:
            return SINGLE_BODY

    def find(self, request: Request, respond: Respond, correlation_id: str, started: float) -> Pending:
        """The route of a request and the store that it is for."""
        if len(request.path) + len(request.query) > MAX_URI:
            raise UriTooLong("The request URI is too long")
        route, path = self.routes.find(request.method, request.path)
        endpoint = route.endpoint
        if len(request.body) > endpoint.body_limit:
            raise BodyTooLarge(f"The request body is larger than {endpoint.body_limit} bytes")
        store = self.stores.find(request)
        return Pending(request, respond, correlation_id, store, route, path, {}, {}, started)

    def start(self, pending: Pending) -> None:
        """Authenticate and read the body in the documented order, then run or queue the handler."""
        store, endpoint = pending.store, pending.route.endpoint
        if endpoint.prepare is not None and not pending.is_prepared:
            self.prepare(pending, endpoint.prepare)
        elif endpoint.scope is Scope.PUBLIC:
            self.start_public(pending)
        elif endpoint.writes or endpoint.scan:
            store.database.read(0, lambda tx: admit(tx, pending), partial(self.queue_admitted, pending))
        else:
            store.database.read(0, lambda tx: admit_and_run(tx, pending), partial(finish, pending))

    def queue_admitted(self, pending: Pending, grant: Grant | None, error: BaseException | None) -> None:
        """Go on with a call that must wait for its turn, once it is known whose it is."""
        if grant is None:
            finish(pending, None, error)
            return
        try:
            self.queue(pending, pending.store.database, grant.account_id, lambda tx: run_handler(tx, pending))
        except Exception as refusal:
            finish(pending, None, refusal)

    def start_public(self, pending: Pending) -> None:
        """Run or queue a call that needs no token: its handler finds out for itself whose account it is about."""
        pending.query = parse_query(pending.request.query)
        pending.body = read_input(pending)
        database = public_database(pending)
        if pending.route.endpoint.writes:
            self.queue(pending, database, 0, lambda tx: run_public(tx, pending))
        else:
            database.read(0, lambda tx: run_public(tx, pending), partial(finish, pending))

    def prepare(self, pending: Pending, prepare: Prepare) -> None:
        """The long computation of a call, on a thread; then the call goes on like any other."""

        async def plan(tx: Transaction) -> Callable[[], Any]:
            if pending.route.endpoint.scope is Scope.PUBLIC:
                pending.query = parse_query(pending.request.query)
                pending.body = read_input(pending)
                return await prepare(public_call(tx, pending))
            await admit(tx, pending)
            return await prepare(await private_call(tx, pending))

        def go_on(result: Any, error: BaseException | None) -> None:
            pending.prepared, pending.is_prepared = result, True
            self.unless(pending, error, lambda: self.start(pending))

        def planned(task: Any, error: BaseException | None) -> None:
            self.unless(pending, error, lambda: self.preparing.run(task, go_on))

        public_database(pending).read(0, plan, planned)

    def unless(self, pending: Pending, error: BaseException | None, step: Callable[[], None]) -> None:
        """Take the next step of a call unless the one before failed; any failure is its answer."""
        if error is None:
            try:
                step()
            except Exception as failure:
                error = failure
        if error is not None:
            finish(pending, None, error)

    def queue(self, pending: Pending, database: Database, account_id: int, work: Work[Reply]) -> None:
        """Hand a write or a long read to the database; too many waiting ones of a kind are turned away."""
        store, lane = pending.store, "write" if pending.route.endpoint.writes else "scan"
        if store.waiting[lane] >= MAX_WAITING:
            raise Unavailable("The server is busy. Please try again.")
        store.waiting[lane] += 1

        def done(reply: Reply | None, error: BaseException | None) -> None:
            store.waiting[lane] -= 1
            finish(pending, reply, error)
            if lane == "write":
                store.streams.wake(CHANGES)

        try:
            if lane == "write":
                database.write(account_id, work, done, brief=is_brief(pending))
            else:
                database.scan(account_id, work, done)
        except Exception:
            store.waiting[lane] -= 1
            raise


async def find_admission(tx: Transaction, store: Store, request: Request) -> Admission:
    """What there is to know of a token. As long as nobody commits anything it is found once, not at every call; what
    depends on who asks, as the demo token does, is found anew.
    """
    token = bearer_token(request)
    state = await tx.state()
    known = store.admissions.get(token)
    if known is not None and known.state == state:
        expires_at = known.grant.expires_at
        if expires_at is None or expires_at > tx.now:
            return known
    grant = await authenticate(tx, request, store.demo, store.any_token_account)
    await tx.enter(grant.account_id)
    account = await find_account(tx)
    if account is None:
        raise NotAuthenticated
    found = Admission(state, grant, account, await load_object_types(tx, account))
    if grant.is_stored:
        if len(store.admissions) >= MAX_ADMISSIONS:
            store.admissions.clear()
        store.admissions[token] = found
    return found


async def admit(tx: Transaction, pending: Pending) -> Grant:
    """Check token, object types, scope and body of a request, in this order; raise at the first that fails."""
    store, endpoint = pending.store, pending.route.endpoint
    known = await find_admission(tx, store, pending.request)
    grant, account, types = known.grant, known.account, known.types
    pending.grant, pending.account, pending.types = grant, account, types
    await tx.enter(grant.account_id)
    if pending.counted is None:  # once, though a read may be begun anew
        is_search = endpoint.handler is search_records
        pending.counted = store.limiter.admit(account, grant, tx.now, is_search=is_search)
    pending.limit_headers, refusal = pending.counted
    if refusal is not None:
        raise refusal
    for name in TYPE_PARAMETERS:
        if name in pending.path:
            pending.object_types[name] = types.resolve(pending.path[name])
    if endpoint.object_type is not None:
        pending.object_types["object_type"] = types.resolve(endpoint.object_type)
    needed = needed_scopes(endpoint.scope, pending.object_types)
    if not is_granted(needed, grant.scopes):
        raise MissingScopes(needed)
    if pending.request.query:
        pending.query = parse_query(pending.request.query)
    pending.body = read_input(pending)
    return grant


def is_brief(pending: Pending) -> bool:
    """Whether a write takes no longer than a read: one record, little said of it, and no others that follow it."""
    endpoint = pending.route.endpoint
    if not endpoint.brief or len(pending.request.body) > BRIEF_BODY:
        return False
    return endpoint.method == "POST" or not any(kind.id in FOLLOWED for kind in pending.object_types.values())


def read_input(pending: Pending) -> Any:
    """The body of the request as the value that its endpoint asks for."""
    shape, raw = pending.route.endpoint.body, pending.request.body
    if shape is None:
        return None
    return read_form(raw, shape) if is_form(shape) else read_body(raw, shape)


def public_database(pending: Pending) -> Database:
    """Where a call without a token is answered: in the demo app's own database when it is about that app."""
    demo, body = pending.store.demo, pending.body
    if pending.route.endpoint.family == "own":
        own = demo_of(demo, pending.request, pending.route.endpoint.tail)
        return own.apps if own is not None and own.apps is not None else pending.store.database
    if demo is not None:
        client_id = getattr(body, "client_id", None) or text(pending.query, "client_id")
        token = pending.path.get("token") or getattr(body, "token", None)
        if demo.apps is not None and demo.has_app(pending.request, client_id, token):
            return demo.apps
    return pending.store.database


async def admit_and_run(tx: Transaction, pending: Pending) -> Reply:
    await admit(tx, pending)
    return await run_handler(tx, pending)


async def run_handler(tx: Transaction, pending: Pending) -> Reply:
    """The handler inside its transaction."""
    return await pending.route.endpoint.handler(await private_call(tx, pending))


async def private_call(tx: Transaction, pending: Pending) -> Call:
    """What a handler sees of a request whose token was admitted."""
    grant, version = pending.grant, pending.route.version
    account = pending.account
    if pending.route.endpoint.writes or pending.route.endpoint.scan:
        account = await find_account(tx)  # as this transaction sees it
        pending.types = None
    if grant is None or account is None:
        raise NotAuthenticated
    context = Context(
        account,
        grant.source,
        tx.now,
        lenient_dates=version.enforces_rules,
        enforces_create_rules=version.enforces_rules,
        types=pending.types or await load_object_types(tx, account),
    )
    call = Call(tx, context, version, pending.path, pending.query, pending.body, pending.request, pending.object_types)
    call.scopes = grant.scopes
    call.correlation_id = pending.correlation_id
    call.calls_today = pending.store.limiter.calls_today(account, tx.now)
    call.is_person, call.attempts, call.prepared = grant.is_person, pending.store.attempts, pending.prepared
    call.calls = pending.store.calls
    demo = pending.store.demo
    call.demo_user = demo.user if demo is not None and demo.is_of(grant) else None
    return call


async def run_public(tx: Transaction, pending: Pending) -> Reply:
    """A call without a token, which sees no account."""
    return await pending.route.endpoint.handler(public_call(tx, pending))


def public_call(tx: Transaction, pending: Pending) -> Call:
    """What a handler sees of a request without a token."""
    store, request = pending.store, pending.request
    demo = store.demo
    usable = demo is not None and demo.loopback_only and demo.is_at_this_machine(request)
    token = demo.token if demo is not None and usable else None
    call = Call(tx, NOBODY, pending.route.version, pending.path, pending.query, pending.body, request, {})
    call.demo_token = token
    call.correlation_id = pending.correlation_id
    call.unstored_grant = lambda text: unstored_grant(request, text, demo, store.any_token_account)
    call.demo_user = demo.user if demo is not None and demo.may_sign_in(request) else None
    call.attempts, call.prepared, call.calls = store.attempts, pending.prepared, store.calls
    return call


def finish(pending: Pending, reply: Reply | None, error: BaseException | None) -> None:
    """Turn a reply or an error into the response, and keep both in the API log."""
    response = response_of(pending, reply, error)
    pending.respond(response)
    known = pending.route.endpoint, pending.grant, pending.object_types
    pending.store.calls.record(pending.request, response, pending.started, known)


def response_of(pending: Pending, reply: Reply | None, error: BaseException | None) -> Response:
    account_id = pending.grant.account_id if pending.grant else 0
    if error is not None or reply is None:
        response = error_response(error, pending.correlation_id, account_id)
        response.headers.extend(pending.limit_headers)
        return response
    try:
        response = make_response(reply.status, reply.body, pending.correlation_id, reply.headers)
        if reply.location is not None:
            location = f"{pending.request.base_url}{reply.location}"
            response.headers.append((b"location", location.encode("latin-1", "replace")))
        response.headers.extend(pending.limit_headers)
        if reply.follow is not None:
            open_stream(pending, response, reply.follow, reply.topic)
    except Exception as failure:
        response = error_response(failure, pending.correlation_id, account_id)
        response.headers.extend(pending.limit_headers)
    return response


def open_stream(pending: Pending, response: Response, look: Look, topic: str) -> None:
    """Let a response go on as a stream, whose token is looked at anew each time."""
    store, grant = pending.store, pending.grant
    assert grant is not None, "only calls with a token are followed"
    holder = f"{grant.account_id} {grant.source.type} {grant.source.id}"
    store.streams.check_room(holder)

    async def look_again(tx: Transaction, state: Any) -> tuple[bytes, Any]:
        known = await find_admission(tx, store, pending.request)
        await tx.enter(known.grant.account_id)
        return await look(Watcher(tx, known.account, known.types, known.grant.scopes), state)

    response.headers.extend(HEADERS)
    response.stream = store.streams.follow(topic, holder, store.database, look_again)


def make_response(status: int, body: Any, correlation_id: str, own: Headers = ()) -> Response:
    identity = correlation_id.encode()
    headers = [*FIXED_HEADERS, (b"x-hubspot-correlation-id", identity), (b"x-request-id", identity), *own]
    if body is None:
        return Response(status, headers, b"")
    if isinstance(body, bytes):
        return Response(status, headers, body)
    headers.append(JSON_HEADER)
    return Response(status, headers, encode(body))


def error_response(error: BaseException | None, correlation_id: str, account_id: int) -> Response:
    """The response to an error; one that is not ours is logged once and shown as nothing but its id."""
    if isinstance(error, SpokedeskError):
        if isinstance(error, Unavailable):
            log.warning("unavailable", exc_info=error, extra={"correlation_id": correlation_id})
        response = make_response(status_of(error), render_error(error, account_id, correlation_id), correlation_id)
        if isinstance(error, Unavailable | TooManyAttempts):
            response.headers.append((b"retry-after", str(error.retry_after).encode()))
        return response
    log.error("internal error", exc_info=error, extra={"correlation_id": correlation_id})
    body = {"status": "error", "message": "internal error", "correlationId": correlation_id}
    return make_response(500, body, correlation_id)
