"""The only source of chance in the story."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

Item = TypeVar("Item")


class Dice:
    """Seeded chance, built on `Random.random` alone: its sequence is promised to stay the same in every Python."""

    __slots__ = ("random",)

    def __init__(self, seed: int) -> None:
        self.random = Random(seed).random

    def pick(self, items: Sequence[Item]) -> Item:
        """One of the items, all equally likely."""
        return items[int(self.random() * len(items))]

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` up to, not including, `high`."""
        return low + int(self.random() * (high - low))

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.random() < probability
