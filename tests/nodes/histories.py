"""Whether what clients saw of single values could have happened one after another, in an order that time allows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

Key = tuple[str, str]
"""A record and one of its properties."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One look at a value, or one change of it. Without `end` nobody knows whether it happened. Times in ns."""

    key: Key
    value: str
    writes: bool
    start: int
    end: int | None


def find_violations(operations: Iterable[Operation], orders: Mapping[Key, Sequence[str]]) -> list[str]:
    """`orders` are the values that each key took, as the history of the records has them.

    In every such order each operation has its place: a change where its value stands, a look behind the change that it
    saw. It agrees with time if nothing that had ended has a later place than what began afterwards; of two changes
    the first must have the smaller one.
    """
    by_key: dict[Key, list[Operation]] = {}
    for operation in operations:
        by_key.setdefault(operation.key, []).append(operation)
    found: list[str] = []
    for key, some in by_key.items():
        places = {value: place for place, value in enumerate(orders.get(key, ()), 1)}
        if len(places) != len(orders.get(key, ())):
            found.append(f"{key}: a change happened twice: {orders[key]}")
        places[""] = 0
        found.extend(disagreements(key, some, places))
    return found


def disagreements(key: Key, operations: list[Operation], places: Mapping[str, int]) -> Iterable[str]:
    running: list[tuple[int, int]] = []  # (end, place) of those that have begun
    latest = 0  # the last place of all that have ended
    for operation in sorted(operations, key=lambda item: item.start):
        while running and running[0][0] < operation.start:
            latest = max(latest, heappop(running)[1])
        place = places.get(operation.value)
        if place is None:
            if operation.end is not None:
                yield f"{key}: {operation} is in no history"
            continue
        if place < latest or (operation.writes and place == latest):
            yield f"{key}: {operation} has place {place}, but place {latest} had ended before"
        if operation.end is not None:
            heappush(running, (operation.end, place))
