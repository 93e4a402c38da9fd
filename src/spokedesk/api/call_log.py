"""The API log: the latest calls of each account, in memory of this process.

Recording happens at every call, so it only keeps references: nothing is parsed, masked or looked up before somebody
reads. Large calls are cut to size; those that deal in secrets leave no bodies.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace

from spokedesk.api.call_ring import CallRing
from spokedesk.api.calls import Request, Response
from spokedesk.api.routes import Endpoint
from spokedesk.api.streams import CALLS, Streams
from spokedesk.crm.object_types import ObjectType
from spokedesk.engine.tokens import Grant

MAX_ACCOUNTS = 50
KEPT = 12_000
KEPT_HEADERS = 4_096
LARGE = 20_000
OVERHEAD = 1_500

USUAL = ("authorization", "content-type", "accept", "user-agent", "host")
SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization", "set-cookie", "x-api-key"})

clock = time.perf_counter

Known = tuple[Endpoint | None, Grant | None, Mapping[str, ObjectType]]
"""What the edge found out about a call."""


class CallLog:
    """The rings of the accounts of a store.

    `home` is the only account of the store: calls that could not be told whose they are, as with a wrong token or
    address, are shown there; with several accounts nobody sees them.
    """

    def __init__(self, streams: Streams) -> None:
        self.rings: OrderedDict[int, CallRing] = OrderedDict()
        self.home: int | None = None
        self.sleeping = streams.sleeping[CALLS]
        self.wake = streams.wake

    def record(self, request: Request, response: Response, started: float, known: Known) -> None:
        """Keep a call that was answered just now. Nobody else may use its values any more.

        This is done for every call, and written to cost little rather than to look nice.
        """
        endpoint, grant, object_types = known
        account_id = self.home if grant is None else grant.account_id
        if account_id is None:
            return
        ring = self.rings.get(account_id) or self.of(account_id)
        body_size, answer_size = len(request.body), len(response.body)
        size = OVERHEAD + request.head_size + body_size + answer_size
        if size > LARGE or response.stream is not None or endpoint is None or endpoint.is_private:
            request, response = cut_request(request), cut_response(response)
            if endpoint is not None and endpoint.is_private:
                request, response = hidden_request(request, endpoint), hidden_response(response)
            size = OVERHEAD + request.head_size + len(request.body) + len(response.body)
        ring.add((size, body_size, answer_size, clock() - started, request, response, endpoint, grant, object_types))
        if self.sleeping:
            self.wake(CALLS)

    def of(self, account_id: int) -> CallRing:
        """The ring of an account; the one that was made first gives way when there are too many."""
        ring = self.rings.get(account_id)
        if ring is None:
            ring = self.rings[account_id] = CallRing()
            while len(self.rings) > MAX_ACCOUNTS:
                self.rings.popitem(last=False)
        return ring


def cut_request(request: Request) -> Request:
    """As much of a request as is kept. Its head may have come in one piece with the body."""
    headers, size = request.headers, request.head_size
    if size - len(request.body) > KEPT_HEADERS:
        headers, size = {name: headers[name][:200] for name in USUAL if name in headers}, KEPT_HEADERS
    return replace(
        request,
        path=request.path[:1000],
        query=request.query[:2000],
        headers=headers,
        body=request.body[:KEPT],
        head_size=size,
    )


def cut_response(response: Response) -> Response:
    return Response(response.status, response.headers, response.body[:KEPT])


def hidden_request(request: Request, endpoint: Endpoint) -> Request:
    """Nothing that may be a secret: no body, no query, no token in the path or in a header."""
    path = request.path.rpartition("/")[0] + "/…" if endpoint.tail.endswith("{token}") else request.path
    headers = {name: value for name, value in request.headers.items() if name not in SECRET_HEADERS}
    bearer = request.headers.get("authorization", "")[-4:]
    if bearer:
        headers["authorization"] = f"Bearer {'•' * 8}{bearer}"
    return replace(request, path=path, query="", headers=headers, body=b"")


def hidden_response(response: Response) -> Response:
    """Refusals hold no secrets and may be read."""
    headers = [(name, value) for name, value in response.headers if name != b"set-cookie"]
    return Response(response.status, headers, response.body if response.status >= 400 else b"")
