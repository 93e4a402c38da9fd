"""Work that takes too long for the event loop and the writer, done on a thread before a handler runs."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from spokedesk.errors import Unavailable

MAX_WAITING = 16

Task = Callable[[], Any]
Done = Callable[[Any, BaseException | None], None]
Post = Callable[[Callable[[], None]], None]


class Preparing:
    """One thread for passwords. Without an event loop, as in tests, the work is done where it is called."""

    def __init__(self) -> None:
        self.post: Post | None = None
        self.thread: ThreadPoolExecutor | None = None
        self.waiting = 0

    def run(self, task: Task, done: Done) -> None:
        """Call `done(result, error)` on the loop afterwards; raise Unavailable when too many wait."""
        if self.post is None:
            self.work(task, done, lambda call: call())
            return
        if self.waiting >= MAX_WAITING:
            raise Unavailable("The server is busy. Please try again.")
        if self.thread is None:
            self.thread = ThreadPoolExecutor(1, thread_name_prefix="spokedesk-password")
        self.waiting += 1
        self.thread.submit(self.work, task, partial(self.finish, done), self.post)

    def work(self, task: Task, done: Done, post: Post) -> None:
        try:
            result = task()
        except Exception as error:
            post(partial(done, None, error))
        else:
            post(partial(done, result, None))

    def finish(self, done: Done, result: Any, error: BaseException | None) -> None:
        self.waiting -= 1
        done(result, error)

    def close(self) -> None:
        """Let what runs end; what waits is dropped."""
        if self.thread is not None:
            self.thread.shutdown(wait=True, cancel_futures=True)
