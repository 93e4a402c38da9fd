"""The life of a server: the store that it serves, from its start to its end. Requests come in by `connection`."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from spokedesk.api.chores import calculate_regularly, purge_properties
from spokedesk.api.service import Service
from spokedesk.api.stores import DeskStore, purge_recycle_bins

log = logging.getLogger("spokedesk.api")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PURGE_SECONDS = 3600


class App:
    """Serves one store until its lifespan ends, then closes it."""

    def __init__(self, store: DeskStore, service: Service | None = None) -> None:
        self.store = store
        self.service = service or Service(store)
        self.purging: asyncio.Task[None] | None = None
        self.calculating: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The lifespan: take the loop at startup; at shutdown close the store, which finishes what waits."""
        await receive()
        loop = asyncio.get_running_loop()

        here = threading.get_ident()

        def post(call: Callable[[], None]) -> None:
            if threading.get_ident() == here:
                loop.call_soon(call)
            else:
                loop.call_soon_threadsafe(call)

        self.store.database.on_loop(post)
        self.service.preparing.post = post
        self.purging = loop.create_task(self.purge_regularly())
        self.calculating = loop.create_task(calculate_regularly(self.store))
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self.purging.cancel()
        self.calculating.cancel()
        await loop.run_in_executor(None, self.service.preparing.close)
        await loop.run_in_executor(None, self.store.database.close)
        await send({"type": "lifespan.shutdown.complete"})

    async def purge_regularly(self) -> None:
        """Empty recycle bins of what is older than they keep."""
        while True:
            try:
                purge_recycle_bins(self.store)
                await purge_properties(self.store)
            except Exception:
                log.exception("the recycle bin could not be emptied")
            await asyncio.sleep(PURGE_SECONDS)
