"""Streams of events: each looks for itself when something was written, so nothing is queued and nothing is missed.

A stream that looked up to a number looks again from there. Who reads slowly is looked for less often, in larger steps;
writes of other processes are found at the next regular look.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any, TypeVar

from spokedesk.api.calls import Request
from spokedesk.errors import NotAuthenticated, SpokedeskError, TokenExpired, Unavailable
from spokedesk.storage.database import Database, Transaction, Work

MEDIA_TYPE = "text/event-stream"
HEADERS = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
)
MAX_STREAMS = 64
MAX_OF_ONE = 8
LOOK_SECONDS = 1.0
HEARTBEAT_SECONDS = 15.0
TOGETHER_SECONDS = 0.05
HEARTBEAT = b": heartbeat\n\n"

T = TypeVar("T")


def wants_stream(request: Request) -> bool:
    return MEDIA_TYPE in request.headers.get("accept", "")


def event(name: str, data: bytes, number: int | None = None) -> bytes:
    """One event as it is sent. `data` is JSON, so it has no line breaks."""
    identity = b"" if number is None else b"id: %d\n" % number
    return b"event: %s\n%sdata: %s\n\n" % (name.encode(), identity, data)


Looked = Awaitable[tuple[bytes, Any]]

CHANGES, CALLS = "changes", "calls"
"""What streams wait for."""


class Streams:
    """The open streams of a store, on its event loop; those that sleep, by what they wait for."""

    def __init__(self) -> None:
        self.holders: Counter[str] = Counter()
        self.sleeping: dict[str, set[asyncio.Future[None]]] = {CHANGES: set(), CALLS: set()}

    def check_room(self, holder: str) -> None:
        """Raise when there are too many streams, in all or of one holder."""
        if self.holders.total() >= MAX_STREAMS or self.holders[holder] >= MAX_OF_ONE:
            raise Unavailable("There are too many streams. Please ask for pages instead.", retry_after=5)

    def wake(self, topic: str) -> None:
        """There may be something to tell."""
        for sleeper in self.sleeping[topic]:
            if not sleeper.done():
                sleeper.set_result(None)

    async def follow(
        self, topic: str, holder: str, database: Database, look: Callable[[Transaction, Any], Looked]
    ) -> AsyncGenerator[bytes, None]:
        """Events as `look` finds them, each time in a transaction of its own, until the token has ended."""
        known: Any = None

        async def work(tx: Transaction) -> tuple[bytes, Any]:
            return await look(tx, known)

        loop = asyncio.get_running_loop()
        self.holders[holder] += 1
        try:
            spoke_at = loop.time()
            while True:
                try:
                    found, known = await asked(database, work)
                except (NotAuthenticated, TokenExpired):
                    yield event("end", b'{"reason":"token"}')
                    return
                except SpokedeskError:
                    found = b""  # busy; the next look finds it
                if found:
                    spoke_at = loop.time()
                    yield found
                    continue
                if loop.time() - spoke_at >= HEARTBEAT_SECONDS:
                    spoke_at = loop.time()
                    yield HEARTBEAT
                await self.sleep(topic)
        finally:
            self.holders[holder] -= 1
            if not self.holders[holder]:
                del self.holders[holder]

    async def sleep(self, topic: str) -> None:
        """Until something happens, and a moment longer, so that what comes together is told together."""
        sleeper = asyncio.get_running_loop().create_future()
        self.sleeping[topic].add(sleeper)
        try:
            await asyncio.wait_for(sleeper, LOOK_SECONDS)
        except TimeoutError:
            return
        finally:
            self.sleeping[topic].discard(sleeper)
        await asyncio.sleep(TOGETHER_SECONDS)


async def asked(database: Database, work: Work[T]) -> T:
    """The result of a read; databases answer through a callback, on this loop."""
    answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()

    def done(result: T, error: BaseException | None) -> None:
        if answer.done():
            return
        if error is None:
            answer.set_result(result)
        else:
            answer.set_exception(error)

    database.read(0, work, done)
    return await answer
