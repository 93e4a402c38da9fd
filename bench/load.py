"""A closed-loop HTTP load: so many keep-alive connections, each sends its next request when it has its answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

import uvloop


@dataclass(slots=True)
class Figures:
    """What a round saw: answers, seconds, latencies in seconds (sorted), answers that were not 2xx."""

    answers: int
    seconds: float
    latencies: list[float] = field(default_factory=list)
    refused: int = 0

    @property
    def per_second(self) -> float:
        return self.answers / self.seconds

    def percentile(self, share: float) -> float:
        """Latency in milliseconds below which this share of the answers lies."""
        return self.latencies[min(len(self.latencies) - 1, int(len(self.latencies) * share))] * 1000


class Client(asyncio.Protocol):
    """One connection. Answers must carry a content-length, which every server here sends."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.received = b""
        self.sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's has no common base class
        self.send()

    def send(self) -> None:
        self.sent_at = time.perf_counter()
        self.transport.write(self.run.next_request())

    def data_received(self, data: bytes) -> None:
        self.received += data
        head_end = self.received.find(b"\r\n\r\n")
        if head_end < 0:
            return
        head = self.received[:head_end].lower()
        start = head.find(b"content-length: ") + 16
        length = int(head[start : head.find(b"\r\n", start) if b"\r\n" in head[start:] else None])
        if len(self.received) < head_end + 4 + length:
            return
        self.run.answered(time.perf_counter() - self.sent_at, self.received[9:10] == b"2")
        self.received = b""
        if self.run.is_over():
            self.transport.close()
            self.run.finished()
        else:
            self.send()


class Run:
    """One round of load against one server."""

    def __init__(self, clients: int, seconds: float, request: Callable[[int], bytes]) -> None:
        self.clients = clients
        self.until = time.perf_counter() + seconds
        self.request = request
        self.number = 0
        self.open = clients
        self.figures = Figures(0, seconds)
        self.done: asyncio.Future[None] | None = None

    def next_request(self) -> bytes:
        self.number += 1
        return self.request(self.number)

    def answered(self, latency: float, good: bool) -> None:
        self.figures.answers += 1
        self.figures.latencies.append(latency)
        self.figures.refused += not good

    def is_over(self) -> bool:
        return time.perf_counter() >= self.until

    def finished(self) -> None:
        self.open -= 1
        if self.open == 0 and self.done is not None:
            self.done.set_result(None)

    async def drive(self, host: str, port: int) -> Figures:
        loop = asyncio.get_running_loop()
        self.done = loop.create_future()
        started = time.perf_counter()
        for _ in range(self.clients):
            await loop.create_connection(lambda: Client(self), host, port)
        await asyncio.wait_for(self.done, self.figures.seconds + 30)
        self.figures.seconds = time.perf_counter() - started
        self.figures.latencies.sort()
        return self.figures


def measure(port: int, clients: int, seconds: float, request: Callable[[int], bytes]) -> Figures:
    """Load a server on loopback for so many seconds."""
    return uvloop.run(Run(clients, seconds, request).drive("127.0.0.1", port))
