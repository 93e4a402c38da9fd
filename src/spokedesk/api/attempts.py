"""Sign-ins are counted, by user and by address: guessing passwords ends after a few."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict, deque

from spokedesk.errors import TooManyAttempts

WINDOW = 15 * 60_000
PER_USER = 10
PER_ADDRESS = 60
MAX_KEYS = 10_000


class Attempts:
    """Attempts of the last quarter of an hour that did not succeed, in memory of this process.

    The oldest keys give way when there are too many. Used on the event loop and on the writer's thread.
    """

    def __init__(self) -> None:
        self.recent: OrderedDict[bytes, deque[tuple[int, str]]] = OrderedDict()
        self.lock = threading.Lock()

    def take(self, user: str, address: str, now: int, identity: str) -> None:
        """Count an attempt before it is known how it ends; raise TooManyAttempts (`now` is milliseconds).

        It counts once, however often the same request, which `identity` names, comes here.
        """
        limits = ((key_of("user", user), PER_USER), (key_of("address", address), PER_ADDRESS))
        with self.lock:
            last = self.recent.get(limits[0][0])
            if last and last[-1][1] == identity:
                return
            waits = [self.wait(key, limit, now) for key, limit in limits]
            if any(waits):
                seconds = max(waits)
                raise TooManyAttempts(
                    f"There were too many attempts to sign in. Please try again in {seconds} seconds.", seconds
                )
            for key, _ in limits:
                self.recent.setdefault(key, deque()).append((now, identity))
                self.recent.move_to_end(key)
            while len(self.recent) > MAX_KEYS:
                self.recent.popitem(last=False)

    def wait(self, key: bytes, limit: int, now: int) -> int:
        """Seconds until there may be another attempt; 0 when there may be one now."""
        times = self.recent.get(key)
        while times and times[0][0] <= now - WINDOW:
            times.popleft()
        if times is None or len(times) < limit:
            return 0
        return (times[0][0] + WINDOW - now) // 1000 + 1

    def succeed(self, user: str, address: str) -> None:
        """The last attempt was the user's own: nothing more is held against the user, one less against the address."""
        with self.lock:
            self.recent.pop(key_of("user", user), None)
            times = self.recent.get(key_of("address", address))
            if times:
                times.pop()


def key_of(kind: str, name: str) -> bytes:
    """The same size for every name, however long."""
    return hashlib.blake2b(f"{kind} {name}".encode("utf-8", "surrogatepass"), digest_size=16).digest()
