"""Streams of events: each looks for itself when something was written, so nothing is queued and nothing is missed.

A stream that looked up to a number looks again from there. Who reads slowly is looked for less often, in larger steps;
writes of other processes are found at the next regular look.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import TypeVar

from spokedesk.api.calls import Look, Request, Watcher
from spokedesk.errors import NotAuthenticated, SpokedeskError, TokenExpired, Unavailable
from spokedesk.storage.database import Database, Transaction

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
Watch = Callable[[Transaction], Awaitable[Watcher]]


def wants_stream(request: Request) -> bool:
    return MEDIA_TYPE in request.headers.get("accept", "")


def event(name: str, data: bytes, number: int | None = None) -> bytes:
    """One event as it is sent. `data` is JSON, so it has no line breaks."""
    identity = b"" if number is None else b"id: %d\n" % number
    return b"event: %s\n%sdata: %s\n\n" % (name.encode(), identity, data)


class Streams:
    """The open streams of a store, on its event loop."""

    def __init__(self) -> None:
        self.holders: Counter[str] = Counter()
        self.sleeping: set[asyncio.Future[None]] = set()

    def check_room(self, holder: str) -> None:
        """Raise when there are too many streams, in all or of one holder."""
        if self.holders.total() >= MAX_STREAMS or self.holders[holder] >= MAX_OF_ONE:
            raise Unavailable("There are too many streams. Please ask for pages instead.", retry_after=5)

    def wake(self) -> None:
        """Something was written."""
        for sleeper in self.sleeping:
            if not sleeper.done():
                sleeper.set_result(None)

    async def follow(self, database: Database, holder: str, watch: Watch, look: Look) -> AsyncGenerator[bytes, None]:
        """Events as `look` finds them, until the token ends. Each look is a transaction of its own."""

        async def work(tx: Transaction) -> bytes:
            return await look(await watch(tx))

        loop = asyncio.get_running_loop()
        self.holders[holder] += 1
        try:
            spoke_at = loop.time()
            while True:
                try:
                    found = await asked(database, work)
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
                await self.sleep()
        finally:
            self.holders[holder] -= 1
            if not self.holders[holder]:
                del self.holders[holder]

    async def sleep(self) -> None:
        """Until something is written, and a moment longer, so that what comes together is told together."""
        sleeper = asyncio.get_running_loop().create_future()
        self.sleeping.add(sleeper)
        try:
            await asyncio.wait_for(sleeper, LOOK_SECONDS)
        except TimeoutError:
            return
        finally:
            self.sleeping.discard(sleeper)
        await asyncio.sleep(TOGETHER_SECONDS)


async def asked(database: Database, work: Callable[[Transaction], Awaitable[T]]) -> T:
    """The result of a read; databases answer through a callback, on this loop."""
    answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()

    def done(result: T, error: BaseException | None) -> None:
        if answer.done():
            return
        if error is None:
            answer.set_result(result)
        else:
            answer.set_exception(error)

    database.read(0, work, done)  # type: ignore[arg-type]
    return await answer
