"""The API log as admins read it: rows, one call in full, a stream; secrets are masked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from spokedesk.api import query
from spokedesk.api.auth import DEMO_TOKEN, needed_scopes
from spokedesk.api.call_log import SECRET_HEADERS, CallLog
from spokedesk.api.call_ring import CallRing, LoggedCall, error_of
from spokedesk.api.calls import Call, Reply, Watcher
from spokedesk.api.openapi.operations import operation_of
from spokedesk.api.streams import CALLS, event, wants_stream
from spokedesk.crm.instants import iso
from spokedesk.errors import InvalidRequest, NotFound
from spokedesk.storage.accounts import find_last_erase
from spokedesk.storage.database import Transaction
from spokedesk.storage.tokens import list_tokens
from spokedesk.storage.users import list_users

PAGE, LARGEST_PAGE = 50, 200
BATCH = 100
SEARCH_WINDOW = 10_000
SEARCH_MILLISECONDS = 5_000
MASK = "•••"

TOKEN = re.compile(r"\b(?:(?:pat-[a-z0-9]+-|spk-|na1-)[A-Za-z0-9_-]{24,}|C[A-Za-z0-9_-]{60,})")
NAMED = re.compile(
    r"(?i)(\"?(?:password|secret|client_secret|access_token|refresh_token|accesstoken|hapikey|api_?key)\"?\s*[=:]\s*)"
    r"(\"(?:[^\"\\]|\\.)*\"|[^&\s\",}]+)"
)
STATUS = re.compile(r"[1-5](?:xx|[0-9]{2})")

encode = msgspec.json.Encoder().encode


def masked(text: str) -> str:
    """A text without what looks like a secret; the end of a token stays, so that it can be told from others."""
    text = TOKEN.sub(lambda match: MASK + match[0][-4:], text)
    return NAMED.sub(lambda match: match[1] + (f'"{MASK}"' if match[2].startswith('"') else MASK), text)


def masked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for name, value in headers.items():
        if name in SECRET_HEADERS:
            scheme, _, rest = value.partition(" ")
            value = f"{scheme} {MASK}{rest[-4:]}" if rest and scheme.lower() == "bearer" else MASK
        found[name] = masked(value)
    return found


@dataclass(frozen=True, slots=True)
class Names:
    """Names of tokens by the id of their app, and of users."""

    apps: Mapping[str, str]
    users: Mapping[int, str]


async def load_names(tx: Transaction) -> Names:
    return Names(
        {str(row.app_id): row.name for row in await list_tokens(tx)},
        {user.id: user.email for user in await list_users(tx)},
    )


def render_token(call: LoggedCall, names: Names) -> dict[str, Any] | None:
    """Whose token it was; its end is all that is told of it."""
    grant = call.grant
    if grant is None:
        return None
    bearer = call.request.headers.get("authorization", "").strip()
    found: dict[str, Any] = {"hint": bearer[-4:]} if len(bearer) > 11 else {}
    user_id = grant.source.user_id
    if user_id is not None:
        found["userId"] = str(user_id)
    if grant.is_person:
        return {**found, "kind": "session", "name": names.users.get(user_id or 0, "demo user")}
    if not grant.is_stored:
        return {
            **found,
            "kind": "process",
            "name": DEMO_TOKEN if bearer.endswith(DEMO_TOKEN) else "token of the server",
        }
    kind = "oauth" if grant.installed else "private_app"
    return {**found, "kind": kind, "name": names.apps.get(grant.source.id or "", f"app {grant.source.id}")}


def render_row(call: LoggedCall, names: Names) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": str(call.id),
        "at": iso(call.request.received_at),
        "method": call.request.method,
        "path": masked(call.request.path),
        "query": masked(call.request.query),
        "status": call.response.status,
        "ms": round(call.seconds * 1000, 2),
        "correlationId": call.correlation_id,
        "requestBytes": call.body_size,
        "responseBytes": call.answer_size,
    }
    token, error = render_token(call, names), error_of(call)
    if token is not None:
        found["token"] = token
    if error is not None:
        found["error"] = {name: masked(text) for name, text in error.items()}
    return found


def render_call(call: LoggedCall, names: Names) -> dict[str, Any]:
    """Everything that is known of a call."""
    answer_headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in call.response.headers}
    found = {
        **render_row(call, names),
        "requestHeaders": masked_headers(call.request.headers),
        "responseHeaders": masked_headers(answer_headers),
        "requestCut": len(call.request.body) < call.body_size,
        "responseCut": len(call.response.body) < call.answer_size,
        "scopesNeeded": [],
        "scopesHeld": sorted(call.grant.scopes) if call.grant is not None else [],
        "limits": limits_of(call, answer_headers),
    }
    for name, body in (("requestBody", call.request.body), ("responseBody", call.response.body)):
        if body:
            found[name] = masked(body.decode("utf-8", "replace"))
    if call.endpoint is not None:
        operation = operation_of(call.endpoint)
        found["operation"] = {"key": operation.key, "summary": operation.summary}
        try:
            found["scopesNeeded"] = list(needed_scopes(call.endpoint.scope, call.object_types))
        except IndexError:
            pass  # the path named no object type that exists
    return found


def limits_of(call: LoggedCall, answer_headers: Mapping[str, str]) -> list[dict[str, Any]]:
    """How much of each limit the call took."""
    found = []

    def add(name: str, used: int, limit: int) -> None:
        found.append({"name": name, "used": used, "limit": limit})

    if call.endpoint is not None and call.endpoint.body is not None:
        add("request body", call.body_size, call.endpoint.body_limit)
    for name, limit, remaining in (
        ("TEN_SECONDLY_ROLLING", "x-hubspot-ratelimit-max", "x-hubspot-ratelimit-remaining"),
        ("DAILY", "x-hubspot-ratelimit-daily", "x-hubspot-ratelimit-daily-remaining"),
    ):
        if limit in answer_headers and remaining in answer_headers:
            allowed = int(answer_headers[limit])
            add(name, allowed - int(answer_headers[remaining]), allowed)
    body = decoded(call)
    if isinstance(body.get("inputs"), list):
        add("inputs of a batch", len(body["inputs"]), BATCH)
    if call.endpoint is not None and call.endpoint.scan:
        add("milliseconds", round(call.seconds * 1000), SEARCH_MILLISECONDS)
    if call.request.path.rstrip("/").endswith("/search"):
        after, limit = (body.get(name, 0) for name in ("after", "limit"))
        if all(str(number).isdigit() and len(str(number)) < 10 for number in (after, limit)):
            add("results of a search", int(after) + int(limit or 10), SEARCH_WINDOW)
    return found


def decoded(call: LoggedCall) -> Mapping[str, Any]:
    """The request body as an object, if it is one and whole."""
    if not call.request.body or len(call.request.body) < call.body_size:
        return {}
    try:
        found = msgspec.json.decode(call.request.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


Test = Callable[[LoggedCall, Names], bool]


def tests_of(call: Call) -> list[Test]:
    """What a row must be to be shown."""
    tests: list[Test] = []
    if method := query.text(call.query, "method"):
        tests.append(lambda row, names: row.request.method == method.upper())
    if status := query.text(call.query, "status"):
        if not STATUS.fullmatch(status.lower()):
            raise InvalidRequest("Unable to parse value for query parameter: status")
        prefix = status.lower().removesuffix("xx")
        tests.append(lambda row, names: str(row.response.status).startswith(prefix))
    if path := query.text(call.query, "path"):
        tests.append(lambda row, names: path.lower() in row.request.path.lower())
    if token := query.text(call.query, "token"):
        tests.append(lambda row, names: is_of_token(row, names, token.lower()))
    if text := query.text(call.query, "text"):
        needle = text.lower()
        tests.append(lambda row, names: holds(row, needle))
    return tests


def is_of_token(row: LoggedCall, names: Names, text: str) -> bool:
    token = render_token(row, names) or {}
    return text in str(token.get("name", "")).lower() or text == str(token.get("hint", "")).lower()


def holds(row: LoggedCall, needle: str) -> bool:
    """Whether a text stands in what a reader of the row may see."""
    raw = needle.encode("utf-8", "replace")
    if (
        needle in row.request.path.lower()
        or needle in masked(row.request.query).lower()
        or needle in row.correlation_id
    ):
        return True
    bodies = [body for body in (row.request.body, row.response.body) if raw in body.lower()]
    return any(needle in masked(body.decode("utf-8", "replace")).lower() for body in bodies)


def number(call: Call, name: str) -> int | None:
    found = query.whole_number(call.query, name)
    if found is not None and found < 0:
        raise InvalidRequest(f"Unable to parse value for query parameter: {name}")
    return found


async def ring_of(tx: Transaction, log: CallLog, account_id: int) -> CallRing:
    """The calls of an account, without what any node erased meanwhile."""
    ring = log.of(account_id)
    ring.catch_up(await find_last_erase(tx))
    return ring


async def list_calls(call: Call) -> Reply:
    """GET the latest calls; with `Accept: text/event-stream` it goes on as they come in."""
    ring, tests = await ring_of(call.tx, call.calls, call.context.account.id), tests_of(call)
    after, before = number(call, "after"), number(call, "before")
    if wants_stream(call.request):
        start = ring.last_id if after is None else after
        return Reply(200, follow=Follower(call, start, tests).look, topic=CALLS)
    limit = query.limit(call.query, PAGE, LARGEST_PAGE)
    names = await load_names(call.tx)
    found: list[dict[str, Any]] = []
    for row in ring.between(after or 0, before):
        if all(test(row, names) for test in tests):
            found.append(render_row(row, names))
            if len(found) == limit:
                break
    body: dict[str, Any] = {"results": found, "latest": str(ring.last_id)}
    if ring.entries:
        body["oldest"] = str(ring.oldest_id)
    return Reply(200, body)


async def read_call(call: Call) -> Reply:
    """GET one call in full."""
    text = call.path["call_id"]
    ring = await ring_of(call.tx, call.calls, call.context.account.id)
    found = ring.find(int(text)) if text.isascii() and text.isdigit() and len(text) <= 18 else None
    if found is None:
        raise NotFound("This call is not in the log, or not any more")
    return Reply(200, render_call(found, await load_names(call.tx)))


async def clear_calls(call: Call) -> Reply:
    """DELETE every call of the account from the log."""
    call.calls.of(call.context.account.id).clear()
    return Reply(204)


class Follower:
    """A stream of calls that begins behind a number. It knows up to which it has told them."""

    def __init__(self, call: Call, after: int, tests: list[Test]) -> None:
        self.log, self.account_id = call.calls, call.context.account.id
        self.after = min(after, self.log.of(self.account_id).last_id)
        self.tests = tests

    async def look(self, watcher: Watcher, known: int | None) -> tuple[bytes, int]:
        """The next calls as events, oldest first; what has left the ring meanwhile is not told."""
        ring, events = await ring_of(watcher.tx, self.log, self.account_id), []
        after = self.after if known is None else known
        if known is None:
            events.append(event("ready", encode({"latest": str(ring.last_id)})))
        rows = list(ring.between(after, None))[-LARGEST_PAGE:]
        if rows:
            names = await load_names(watcher.tx)
            for row in reversed(rows):
                if all(test(row, names) for test in self.tests):
                    events.append(event("call", encode(render_row(row, names)), row.id))
            after = rows[0].id
        return b"".join(events), after
