"""The latest calls of one account, with their answers: bounded in number and in bytes, searchable for traces."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from spokedesk.crm.object_types import ObjectType
from spokedesk.engine.tokens import Grant

if TYPE_CHECKING:
    from spokedesk.api.calls import Request, Response
    from spokedesk.api.routes import Endpoint

MAX_CALLS = 2_000
MAX_BYTES = 8_000_000
MAX_TRACES = 64
KEPT_ANYWAY = ("authorization", "content-type", "user-agent")

Entry = tuple[int, int, int, float, "Request", "Response", "Endpoint | None", "Grant | None", Mapping[str, ObjectType]]
"""A call as it is kept: its size here, the sizes of both bodies, seconds, and what it was. Making one costs little."""


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """One call and its answer, for reading. Sizes are those of the whole bodies in bytes."""

    id: int
    body_size: int
    answer_size: int
    seconds: float
    request: Request
    response: Response
    endpoint: Endpoint | None
    grant: Grant | None
    object_types: Mapping[str, ObjectType]

    @property
    def correlation_id(self) -> str:
        found = (value for name, value in self.response.headers if name == b"x-hubspot-correlation-id")
        return next(found, b"").decode("latin-1")


class CallRing:
    """The latest calls of one account, numbered from 1; the oldest give way."""

    def __init__(self) -> None:
        self.entries: deque[Entry] = deque()
        self.bytes = 0
        self.last_id = 0
        self.clean_until = 0

    def add(self, entry: Entry) -> None:
        entries = self.entries
        entries.append(entry)
        self.last_id += 1
        self.bytes += entry[0]
        while self.bytes > MAX_BYTES or len(entries) > MAX_CALLS:
            self.bytes -= entries.popleft()[0]

    @property
    def oldest_id(self) -> int:
        """The number of the oldest call; numbers have no gaps."""
        return self.last_id - len(self.entries) + 1

    def find(self, call_id: int) -> LoggedCall | None:
        """A call that is still here."""
        index = call_id - self.oldest_id
        return LoggedCall(call_id, *self.entries[index][1:]) if 0 <= index < len(self.entries) else None

    def between(self, after: int, before: int | None) -> Iterable[LoggedCall]:
        """Calls with numbers in between, newest first."""
        call_id = self.last_id
        for entry in reversed(list(self.entries)):
            if call_id <= after:
                return
            if before is None or call_id < before:
                yield LoggedCall(call_id, *entry[1:])
            call_id -= 1

    def clear(self) -> None:
        """Forget every call; numbers go on."""
        self.entries.clear()
        self.bytes = 0

    def catch_up(self, erased_at: int) -> None:
        """Another node erased something: nobody knows what, so everything that came before (ms) may hold it."""
        if erased_at <= self.clean_until:
            return
        self.clean_until = erased_at
        for entry in list(self.entries):
            if entry[4].received_at <= erased_at:
                blank(entry[4], entry[5])

    def forget(self, traces: Collection[str], at: int) -> None:
        """Take bodies and addresses away from calls in which something of an erased record stands.

        With very many traces all calls lose theirs, which is quicker than to look and as safe. Calls are added after
        they were answered, so no answer can change on its way. `at` is when it is erased (ms). May be called on any
        thread.
        """
        if not traces:
            return
        self.clean_until = max(self.clean_until, at)
        needles = [] if len(traces) > MAX_TRACES else [needle for trace in traces for needle in needles_of(trace)]
        for entry in list(self.entries):
            request, response = entry[4], entry[5]
            if not needles or any(needle in text for text in texts_of(request, response) for needle in needles):
                blank(request, response)


def blank(request: Request, response: Response) -> None:
    """Leave nothing of a call that may be about anybody."""
    request.body = response.body = b""
    request.query = ""
    request.path = request.path.rpartition("/")[0] + "/…"
    request.headers = {name: request.headers[name] for name in KEPT_ANYWAY if name in request.headers}
    response.headers = [(name, value) for name, value in response.headers if name != b"location"]


def needles_of(trace: str) -> set[bytes]:
    """How a text may be written in a body or an address, in small letters."""
    lowered = trace.lower()
    escaped = msgspec.json.encode(trace)[1:-1].lower()
    ascii_only = trace.lower().encode("ascii", "backslashreplace")
    return {lowered.encode("utf-8", "replace"), escaped, ascii_only, quote(lowered).lower().encode()} - {b""}


def texts_of(request: Request, response: Response) -> Iterable[bytes]:
    """Everything of a call in which a trace may stand."""
    yield request.path.lower().encode("utf-8", "replace")
    yield request.query.lower().encode("utf-8", "replace")
    yield from (value.lower().encode("utf-8", "replace") for value in request.headers.values())
    yield request.body.lower()
    yield response.body.lower()


def error_of(call: LoggedCall) -> dict[str, Any] | None:
    """Category and message of a refusal."""
    if call.response.status < 400 or not call.response.body:
        return None
    try:
        found = msgspec.json.decode(call.response.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if not isinstance(found, dict):
        return None
    named = {name: str(found[name])[:500] for name in ("category", "message") if isinstance(found.get(name), str)}
    return named or None
