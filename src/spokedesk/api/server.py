"""The HTTP server: uvicorn's start, signals and end around connections of our own."""

from __future__ import annotations

import errno
import gc
import signal
import socket
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import uvicorn

from spokedesk.api.app import App
from spokedesk.api.connection import Connection, Edge, Limits
from spokedesk.api.proxies import TrustedProxies

BACKLOG = 1024
SWITCH_SECONDS = 0.0005

Ready = Callable[[str, int], None]


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


def tune_interpreter() -> None:
    """Settings of the interpreter that are right for a process that serves.

    The writer's thread and the event loop take turns ten times as often as by default: who comes back from a flush
    waits for the loop to let go, up to 5 ms. Measured with 16 clients that create tickets, pairs of runs: 2,142 to
    1,636, 2,027 to 1,948 and 2,077 to 1,678 creates/s.

    What was made until now (modules, catalog, routes) lives as long as the process, so it is not searched for garbage
    any more. Measured in one process: 179 to 156 µs per create.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.freeze()


def make_server(
    app: App,
    host: str,
    port: int,
    ready: Ready,
    *,
    limits: Limits | None = None,
    proxies: TrustedProxies | None = None,
) -> ReadyServer:
    """A server for the application; `run()` serves until a signal, then drains for up to 30 s."""
    limits = limits or Limits()
    edge = Edge(app.service, limits, proxies or TrustedProxies())
    protocol = type("Protocol", (Connection,), {"edge": edge})
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
