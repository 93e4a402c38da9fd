"""What other nodes changed of that which is remembered: PostgreSQL tells by a notification."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from itertools import count

from spokedesk.storage.postgres_session import Connection

CHANNEL = "spokedesk_changed"
BEAT_SECONDS = 2.0
AGE_SECONDS = 6.0
"""What was remembered is not believed when the server has not been heard of for so long."""

log = logging.getLogger("spokedesk.storage")


class News:
    """Counts changes. `epoch` is the same two numbers as long as nothing changed and the server is heard of."""

    def __init__(
        self, connect: Callable[[], Awaitable[Connection]], forget: Callable[[], None], *, pooled: bool
    ) -> None:
        self.connect = connect
        self.forget_cache = forget
        self.pooled = pooled
        self.changes = 0
        self.heard_at = float("-inf")
        self.unheard = count(1)
        self.task: asyncio.Task[None] | None = None

    def epoch(self) -> tuple[int, int]:
        if time.monotonic() - self.heard_at > AGE_SECONDS:
            return -1, next(self.unheard)
        return 0, self.changes

    def changed(self, *_: object) -> None:
        self.changes += 1

    def forget(self) -> None:
        """The server may have changed without a word."""
        self.changes += 1
        self.forget_cache()

    async def listen_on(self, connection: Connection) -> None:
        if not self.pooled:
            await connection.add_listener(CHANNEL, self.changed)

    def start(self) -> None:
        """Listen all the time; through a pooler nobody could, so nothing is remembered there."""
        if not self.pooled:
            self.task = asyncio.get_running_loop().create_task(self.listen())

    async def listen(self) -> None:
        while True:
            connection = None
            try:
                connection = await self.connect()
                await self.listen_on(connection)
                self.forget()
                while True:
                    await connection.execute("SELECT 1")
                    self.heard_at = time.monotonic()
                    await asyncio.sleep(BEAT_SECONDS)
            except Exception as error:
                log.warning("not connected to the database: %s", str(error) or type(error).__name__)
                self.heard_at = float("-inf")
                self.forget()
            finally:
                if connection is not None:
                    connection.terminate()
            await asyncio.sleep(0.2)

    async def close(self) -> None:
        if self.task is not None:
            self.task.cancel()
            await asyncio.wait([self.task])
            self.task = None
