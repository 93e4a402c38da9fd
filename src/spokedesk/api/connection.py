"""A client's connection: bytes to requests, responses to bytes, in order, under deadlines and limits.

The parser calls back as it goes through what came; a request is handed to the service when it is whole. One is answered
at a time: what a client sends ahead waits, and nothing is read beyond the buffer that it came in.
"""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import lru_cache
from http import HTTPStatus
from typing import Any, ClassVar, cast

import httptools
import uvicorn
from uvicorn.server import ServerState

from spokedesk.api.calls import Request, Response
from spokedesk.api.proxies import TrustedProxies
from spokedesk.api.routes import SINGLE_BODY
from spokedesk.api.service import Service, error_response
from spokedesk.errors import BodyTooLarge, SpokedeskError, Unavailable
from spokedesk.storage.sqlite import system_clock

log = logging.getLogger("spokedesk.api")

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
PHRASES = {status.value: status.phrase for status in HTTPStatus}
STATUS_LINES = {status: f"HTTP/1.1 {status} {PHRASES.get(status, '')}".encode() for status in range(200, 600)}
MAX_HELD_BODIES = 64_000_000
NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one client may cost. Times are seconds, sizes bytes.

    `receive` is for a whole request, `send` for a client that has stopped reading its answer.
    """

    receive: float = 15
    send: float = 30
    keep_alive: int = 75
    drain: int = 30
    connections: int = 512
    head: int = 64 * 1024


@dataclass(slots=True)
class Edge:
    """What the connections of a server share: whom they ask, their limits, and what they hold together."""

    service: Service
    limits: Limits
    proxies: TrustedProxies = field(default_factory=TrustedProxies)
    open: set[Connection] = field(default_factory=set)
    held_bodies: int = 0


class Arrival:
    """A request as far as it has come, until it is answered. `refused` is why it is answered without being read."""

    __slots__ = (
        "asks_first",
        "chunks",
        "headers",
        "is_head",
        "is_timed",
        "keeps_open",
        "refused",
        "request",
        "size",
        "url",
    )

    def __init__(self) -> None:
        self.url = b""
        self.headers: dict[str, str] = {}
        self.chunks: list[bytes] = []
        self.size = 0
        self.asks_first = self.is_head = self.is_timed = False
        self.keeps_open = True
        self.refused: SpokedeskError | None = None
        self.request: Request | None = None


class Connection(asyncio.Protocol):
    """The protocol of one connection. uvicorn makes it, counts it in `connections` and calls `shutdown`."""

    edge: ClassVar[Edge]
    transport: asyncio.Transport

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self.loop = _loop or asyncio.get_running_loop()
        self.state = server_state
        self.limits = self.edge.limits
        self.parser = httptools.HttpRequestParser(self)
        # what comes behind a request that ends the connection is no reason not to answer that request
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self.arriving: Arrival | None = None
        self.waiting: deque[Arrival] = deque()
        self.answering: Arrival | None = None
        self.in_head = self.may_start = True
        self.head_bytes = 0
        self.is_deaf = self.is_ending = self.is_lost = self.is_stalled = False
        self.due = self.wakes_at = NEVER
        self.timer: asyncio.TimerHandle | None = None
        self.streaming: asyncio.Task[None] | None = None
        self.room: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's has no common base class
        self.scheme = "https" if transport.get_extra_info("sslcontext") else "http"
        self.peer = host_of(transport.get_extra_info("peername"))
        self.bound = host_of(transport.get_extra_info("sockname"))
        self.state.connections.add(cast(Any, self))
        if len(self.edge.open) >= self.limits.connections:
            self.refuse(503, "The server has too many connections. Please try again.")
            return
        self.edge.open.add(self)
        self.expect(self.limits.receive)

    def connection_lost(self, exc: Exception | None) -> None:
        """What was handed to the service goes on there: a write whose client has gone is still executed."""
        self.is_lost = True
        self.edge.open.discard(self)
        self.state.connections.discard(cast(Any, self))
        for arrival in self.waiting:
            self.edge.held_bodies -= arrival.size
        self.waiting.clear()
        if self.arriving is not None:
            self.edge.held_bodies -= self.arriving.size
            self.arriving = None
        if self.timer is not None:
            self.timer.cancel()
        if self.streaming is not None:
            self.streaming.cancel()

    def shutdown(self) -> None:
        """Close as soon as what was begun is answered; at once when nothing was."""
        self.is_ending = True
        if self.streaming is not None:
            self.streaming.cancel()
        elif self.answering is None and not self.waiting and (self.arriving is None or self.in_head):
            self.close()

    # what comes in

    def data_received(self, data: bytes) -> None:
        if self.is_deaf or self.transport.is_closing():
            return
        self.head_bytes += len(data)
        self.may_start = True
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            pass  # nobody here speaks another protocol; the request itself is answered
        except httptools.HttpParserError:
            self.refuse(400, "Invalid HTTP request received.")
            return
        if self.waiting:
            self.transport.pause_reading()
        if self.arriving is not None:
            if not self.arriving.is_timed:
                self.arriving.is_timed = True
                self.expect(self.limits.receive)
            if self.in_head and self.head_bytes > self.limits.head:
                self.refuse(431, "The request headers are too large")

    def on_message_begin(self) -> None:
        self.arriving = Arrival()
        self.in_head = True

    def on_url(self, url: bytes) -> None:
        if self.arriving is not None:
            self.arriving.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header, or behind a chunked body a trailer: nobody here wants trailers, so none is kept."""
        if self.arriving is not None and self.in_head:
            self.arriving.headers[header_name(name)] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        arrival = self.arriving
        self.in_head = False
        if arrival is None:
            return
        arrival.request = self.read_head(arrival)
        arrival.keeps_open = self.parser.should_keep_alive() and self.parser.get_http_version() != "1.0"
        declared = arrival.headers.get("content-length", "")
        if declared.isdigit():
            self.check_size(arrival, int(declared))
        if arrival.refused is None and arrival.headers.get("expect", "").lower() == "100-continue":
            arrival.asks_first = True
            self.invite()

    def read_head(self, arrival: Arrival) -> Request:
        """The request, still without its body; raise httptools' error for a target that is none."""
        method = self.parser.get_method().decode()
        if arrival.url.startswith(b"/") and b"#" not in arrival.url:
            path, _, query = arrival.url.partition(b"?")
        else:
            target = httptools.parse_url(arrival.url)
            path, query = target.path or b"/", target.query or b""
        arrival.is_head = method == "HEAD"
        request = Request(
            "GET" if arrival.is_head else method,
            path.decode("latin-1"),
            query.decode("latin-1"),
            arrival.headers,
            scheme=self.scheme,
            peer=self.peer,
            bound=self.bound,
            head_size=self.head_bytes,
        )
        self.edge.proxies.follow(request)
        return request

    def on_body(self, chunk: bytes) -> None:
        arrival = self.arriving
        if arrival is None:
            return
        arrival.size += len(chunk)
        arrival.chunks.append(chunk)
        self.edge.held_bodies += len(chunk)
        self.check_size(arrival, arrival.size)

    def check_size(self, arrival: Arrival, size: int) -> None:
        """Refuse a body, at once, when it is or will be over the limit, or when all bodies together are."""
        assert arrival.request is not None
        limit = SINGLE_BODY if size <= SINGLE_BODY else self.edge.service.body_limit(arrival.request)
        if size > limit:
            arrival.refused = BodyTooLarge(f"The request body is larger than {limit} bytes")
        elif self.edge.held_bodies > MAX_HELD_BODIES:
            arrival.refused = Unavailable("The server is receiving too much at once. Please try again.")
        else:
            return
        arrival.request.received_at = system_clock()
        arrival.keeps_open = False
        arrival.chunks.clear()
        self.take(arrival)

    def on_message_complete(self) -> None:
        arrival = self.arriving
        self.in_head, self.head_bytes = True, 0
        if arrival is None or arrival.request is None:
            return
        arrival.request.body = arrival.chunks[0] if len(arrival.chunks) == 1 else b"".join(arrival.chunks)
        arrival.request.received_at = system_clock()
        self.take(arrival)

    # what is answered

    def take(self, arrival: Arrival) -> None:
        """Answer now, or in its turn. Only the first request of a buffer is answered before others have theirs."""
        self.arriving = None
        if self.is_deaf:
            self.edge.held_bodies -= arrival.size
            return
        self.is_deaf = not arrival.keeps_open
        if self.may_start and self.answering is None and not self.waiting and not self.is_stalled:
            self.may_start = False
            self.start(arrival)
            return
        self.waiting.append(arrival)
        if self.answering is None and len(self.waiting) == 1:
            self.loop.call_soon(self.go_on)

    def start(self, arrival: Arrival) -> None:
        self.answering = arrival
        if arrival.request is None:
            self.respond(error_response(arrival.refused, self.edge.service.new_id(), 0))
        elif arrival.refused is not None:
            self.respond(self.edge.service.refuse(arrival.request, arrival.refused))
        else:
            self.edge.service.handle(arrival.request, self.respond)

    def go_on(self) -> None:
        """Turn to what waits; read on when nothing does."""
        if self.answering is not None or self.is_stalled or self.transport.is_closing():
            return
        if self.waiting:
            self.start(self.waiting.popleft())
        if not self.waiting and not self.is_deaf and not self.transport.is_closing():
            self.transport.resume_reading()

    def respond(self, response: Response) -> None:
        """Send the answer to what is being answered."""
        arrival = self.answering
        assert arrival is not None
        self.edge.held_bodies -= arrival.size
        if self.is_lost:
            return
        closes = response.stream is not None or ((self.is_deaf or self.is_ending) and not self.waiting)
        try:
            head = render_head(response, self.state.default_headers, closes=closes)
        except ValueError as error:
            response = error_response(error, self.edge.service.new_id(), 0)
            head = render_head(response, self.state.default_headers, closes=closes)
        if response.stream is not None and not arrival.is_head:
            self.transport.write(head)
            self.streaming = self.loop.create_task(self.pump(response.stream))
            return
        self.answering = None
        self.transport.write(head if arrival.is_head else b"".join((head, response.body)))
        if closes:
            self.close()
            return
        if not self.is_stalled:
            self.expect(self.limits.keep_alive if self.arriving is None else self.limits.receive)
        if self.waiting:
            self.loop.call_soon(self.go_on)
        else:
            self.invite()

    async def pump(self, stream: AsyncGenerator[bytes, None]) -> None:
        """Send what a stream yields as the client takes it; its end, or the client's, is that of the connection."""
        try:
            async with aclosing(stream):
                async for chunk in stream:
                    if self.is_stalled:
                        self.room = self.loop.create_future()
                        await self.room
                    self.transport.write(chunk)
        except Exception:
            log.exception("a stream broke off")
        finally:
            self.streaming = None
            self.close()

    def invite(self) -> None:
        """Tell a client that asks before it sends its body to go on, when it is its turn."""
        arrival = self.arriving
        if arrival is not None and arrival.asks_first and self.answering is None and not self.waiting:
            arrival.asks_first = False
            self.transport.write(CONTINUE)

    def refuse(self, status: int, message: str) -> None:
        """Answer below the service and close.

        While an earlier answer is outstanding nothing is said, because it would be taken for that answer.
        """
        if self.transport.is_closing():
            return
        self.is_deaf = True
        if self.answering is not None or self.waiting:
            self.transport.pause_reading()
            return
        self.transport.write(refusal(status, message))
        self.close()

    def close(self) -> None:
        """Close when the client has what was sent; it has only so long to take it."""
        if not self.is_lost:
            self.transport.close()
            self.expect(self.limits.send)

    # what takes too long

    def pause_writing(self) -> None:
        """The client does not take its answer: it gets no further one, and has only so long."""
        self.is_stalled = True
        self.expect(self.limits.send)

    def resume_writing(self) -> None:
        self.is_stalled = False
        if self.room is not None:
            self.room.set_result(None)
            self.room = None
        if not self.transport.is_closing():
            self.expect(self.limits.receive)
            self.go_on()

    def expect(self, seconds: float) -> None:
        """Look after so many seconds, in place of what was said before. The timer runs on when it comes early enough:
        a connection on which requests come and are answered sets none.
        """
        self.due = self.loop.time() + seconds
        if self.due < self.wakes_at:
            if self.timer is not None:
                self.timer.cancel()
            self.set_timer()

    def set_timer(self) -> None:
        self.wakes_at = self.due
        self.timer = self.loop.call_at(self.due, self.wake)

    def wake(self) -> None:
        """Something is overdue. Receiving and sending have a deadline, thinking has not."""
        if self.loop.time() < self.due:
            self.set_timer()
        elif self.is_stalled or self.transport.is_closing():
            self.transport.abort()
        elif self.answering is not None or self.waiting:
            self.due += self.limits.receive
            self.set_timer()
        elif self.arriving is not None:
            self.refuse(408, f"The request was not received within {self.limits.receive:g} seconds")
        else:
            self.wakes_at = NEVER
            self.close()


@lru_cache(maxsize=512)
def header_name(name: bytes) -> str:
    """In small letters. Remembered, so that the calls in the API log share one text."""
    return name.decode("latin-1").lower()


def host_of(address: Any) -> str:
    """The address of one end of a connection; a Unix socket has none."""
    return str(address[0]) if isinstance(address, tuple) else ""


def render_head(response: Response, added: list[tuple[bytes, bytes]], *, closes: bool) -> bytes:
    """Status line and headers. A line break inside a header would begin another one, so it ends in an error.

    `join` takes a fifth of the time of `+` on short bytes.
    """
    lines = [STATUS_LINES[response.status], *map(b": ".join, added), *map(b": ".join, response.headers)]
    if response.status != 204 and response.stream is None:
        lines.append(b"content-length: %d" % len(response.body))
    if closes:
        lines.append(b"connection: close")
    head = b"\r\n".join(lines)
    if head.count(b"\n") != len(lines) - 1 or head.count(b"\r") != len(lines) - 1:
        raise ValueError("a header holds a line break")
    return b"".join((head, b"\r\n\r\n"))


def refusal(status: int, message: str) -> bytes:
    """A whole response in the shape of every other error."""
    identity = str(uuid.uuid4())
    category = "SERVICE_UNAVAILABLE" if status == 503 else "VALIDATION_ERROR"
    body = {"status": "error", "message": message, "correlationId": identity, "category": category}
    headers = [
        (b"content-type", b"application/json;charset=utf-8"),
        (b"x-hubspot-correlation-id", identity.encode()),
        *([(b"retry-after", b"1")] if status == 503 else []),
    ]
    response = Response(status, headers, json.dumps(body).encode())
    return render_head(response, [], closes=True) + response.body
