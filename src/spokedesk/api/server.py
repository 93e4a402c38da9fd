"""The HTTP server: uvicorn with deadlines and limits of our own below the application."""

from __future__ import annotations

import asyncio
import errno
import json
import signal
import socket
import sys
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from types import FrameType
from typing import Any, ClassVar

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from spokedesk.api.app import App

BACKLOG = 1024
SWITCH_SECONDS = 0.0005

Ready = Callable[[str, int], None]


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


CONTINUE = b"HTTP/1.1 100"


class JoinedWrites:
    """A transport that sends the head of a response together with its body: one system call, one packet.

    Everything but writing and closing is the transport's own.
    """

    __slots__ = ("head", "transport")

    def __init__(self, transport: Any) -> None:
        self.transport = transport
        self.head = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.transport, name)

    def write(self, data: bytes) -> None:
        if self.head:
            data, self.head = self.head + data, b""
        elif data.endswith(b"\r\n\r\n") and data.startswith(b"HTTP/1.1") and not data.startswith(CONTINUE):
            self.head = data
            return
        if data and not self.transport.is_closing():
            self.transport.write(data)

    def flush(self) -> None:
        """Send a head that no body follows."""
        if self.head:
            self.write(b"")

    def close(self) -> None:
        self.flush()
        self.transport.close()

    def abort(self) -> None:
        self.transport.abort()


class BoundedProtocol(HttpToolsProtocol):
    """A connection whose requests must arrive whole within a deadline, and of which there are only so many."""

    limits: ClassVar[Limits] = Limits()
    open_connections: ClassVar[set[HttpToolsProtocol]] = set()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deadline: asyncio.TimerHandle | None = None
        self.stalled: asyncio.TimerHandle | None = None
        self.head_bytes = 0
        self.in_head = True
        self.in_body = False
        self.has_begun = False

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.transport: Any = JoinedWrites(transport)
        if len(self.open_connections) >= self.limits.connections:
            self.refuse(503, "The server has too many connections. Please try again.")
            return
        self.open_connections.add(self)
        self.start_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        self.open_connections.discard(self)
        self.stop_deadline()
        self.stop_stall()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        self.head_bytes += len(data)
        super().data_received(data)
        if self.deadline is None and (self.has_begun or self.in_body):
            self.start_deadline()  # a request that came whole needs none
        if self.in_head and self.head_bytes > self.limits.head:
            self.refuse(431, "The request headers are too large")

    def on_message_begin(self) -> None:
        self.in_head = self.has_begun = True
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header, or behind a chunked body a trailer: nobody here wants trailers, so none is kept."""
        if not self.in_body:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self.in_head, self.in_body = False, True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self.in_head, self.in_body, self.has_begun = True, False, False
        self.head_bytes = 0
        self.stop_deadline()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        self.transport.flush()
        super().on_response_complete()
        if self.transport.is_closing():
            self.start_stall()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self.start_stall()

    def pause_writing(self) -> None:
        super().pause_writing()
        self.start_stall()

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.transport.is_closing():
            self.stop_stall()

    def start_deadline(self) -> None:
        self.deadline = self.loop.call_later(self.limits.receive, self.give_up)

    def stop_deadline(self) -> None:
        if self.deadline is not None:
            self.deadline.cancel()
            self.deadline = None

    def start_stall(self) -> None:
        """From now on the client has only so long to read what it was sent."""
        if self.stalled is None:
            self.stalled = self.loop.call_later(self.limits.send, self.transport.abort)

    def stop_stall(self) -> None:
        if self.stalled is not None:
            self.stalled.cancel()
            self.stalled = None

    def is_answering(self) -> bool:
        """Whether an earlier request of this connection still waits for its answer."""
        cycle: Any = self.cycle
        return bool(self.pipeline) or (self.in_head and cycle is not None and not cycle.response_complete)

    def give_up(self) -> None:
        """The request did not arrive in time; a connection on which nothing came is closed without a word."""
        if self.transport.is_closing():
            return
        if self.is_answering():
            self.start_deadline()
        elif not self.has_begun:
            self.transport.close()
        else:
            self.refuse(408, f"The request was not received within {self.limits.receive:g} seconds")

    def send_400_response(self, msg: str) -> None:
        self.refuse(400, msg)

    def refuse(self, status: int, message: str) -> None:
        """Answer below the application and close.

        While an earlier answer is outstanding nothing is said, because it would be taken for that answer.
        """
        if self.transport.is_closing():
            return
        if self.is_answering():
            self.cycle.keep_alive = False
            self.flow.pause_reading()
            return
        self.transport.write(refusal(status, message))
        self.transport.close()
        self.start_stall()


def refusal(status: int, message: str) -> bytes:
    """A whole response in the shape of every other error."""
    identity = str(uuid.uuid4())
    category = "SERVICE_UNAVAILABLE" if status == 503 else "VALIDATION_ERROR"
    body = {"status": "error", "message": message, "correlationId": identity, "category": category}
    content = json.dumps(body).encode()
    lines = [
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        "content-type: application/json;charset=utf-8",
        f"x-hubspot-correlation-id: {identity}",
        f"content-length: {len(content)}",
        "connection: close",
        *(["retry-after: 1"] if status == 503 else []),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def bind(host: str, port: int) -> list[socket.socket]:
    """Sockets that hold the address but do not listen yet, one per address of the name; raise OSError.

    Port 0 takes any free port, the same for all of them.
    """
    bound: list[socket.socket] = []
    failures: list[OSError] = []
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    for family, _, _, _, address in dict.fromkeys(found):
        number = bound[0].getsockname()[1] if bound else port
        try:
            bound.append(bind_one(family, (address[0], number, *address[2:])))
        except OSError as error:
            failures.append(error)
    # a machine without IPv6 may still have it as an address of localhost
    if not bound or any(error.errno != errno.EADDRNOTAVAIL for error in failures):
        for item in bound:
            item.close()
        raise failures[0]
    return bound


def bind_one(family: int, address: tuple[Any, ...]) -> socket.socket:
    found = socket.socket(family, socket.SOCK_STREAM)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            found.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        found.bind(address)
    except BaseException:
        found.close()
        raise
    return found


class ReadyServer(uvicorn.Server):
    """Says where it listens as soon as it does, and ends with status 0 when it was asked to end.

    `failure` is why it could not listen.
    """

    def __init__(self, config: uvicorn.Config, ready: Ready) -> None:
        super().__init__(config)
        self.ready = ready
        self.failure: OSError | None = None

    async def startup(self, sockets: Any = None) -> None:
        try:
            await super().startup(sockets)
        except SystemExit:  # the address is taken; the caller says so in its own words
            self.should_exit = True
        except OSError as error:  # somebody else began to listen there after it was bound
            self.failure, self.should_exit = error, True
            await self.lifespan.shutdown()
        if self.started and self.servers:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            self.ready(host, port)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Drain at the first signal; a second Ctrl+C does not wait. The signal is not raised again afterwards."""
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        self.should_exit = True


def share_interpreter() -> None:
    """Let the writer thread and the event loop take turns ten times as often as the interpreter's default.

    A writer that comes back from a flush waits for the loop to let go: up to 5 ms. Measured with 16 clients that
    create tickets, pairs of runs: 2,142 to 1,636, 2,027 to 1,948 and 2,077 to 1,678 creates/s.
    """
    sys.setswitchinterval(SWITCH_SECONDS)


def make_server(app: App, host: str, port: int, ready: Ready, limits: Limits | None = None) -> ReadyServer:
    """A server for the application; `run()` serves until a signal, then drains for up to 30 s."""
    limits = limits or Limits()
    protocol = type("Protocol", (BoundedProtocol,), {"limits": limits, "open_connections": set()})
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=protocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=BACKLOG,
        timeout_keep_alive=limits.keep_alive,
        timeout_graceful_shutdown=limits.drain,
    )
    return ReadyServer(config, ready)
