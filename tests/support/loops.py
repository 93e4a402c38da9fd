"""An event loop beside the test, as a server has one."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any


class Loop:
    """An event loop on a thread of its own, to which a database posts."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()

    def post(self, call: Callable[[], None]) -> None:
        self.loop.call_soon_threadsafe(call)

    def run(self, call: Callable[[], Any]) -> Any:
        """Call something on the loop and wait for what it returns."""

        async def called() -> Any:
            return call()

        return asyncio.run_coroutine_threadsafe(called(), self.loop).result(30)

    def end(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(30)
        self.loop.close()
