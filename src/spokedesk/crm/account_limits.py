"""How much of something an account may have, and how much of that is used up."""

from __future__ import annotations

from dataclasses import dataclass

RECORDS = 15_000_000
CUSTOM_RECORDS = 1_500_000
CUSTOM_PROPERTIES = 10_000
CALCULATED_PROPERTIES = 200
CUSTOM_OBJECT_TYPES = 10
LINKS = 50_000
NEAR = 0.8
"""From this share of its limit on, a record counts as near to it."""

SAMPLES = 10


@dataclass(frozen=True, slots=True)
class Share:
    """A limit and what is used of it."""

    limit: int
    usage: int

    @property
    def percentage(self) -> float:
        """From 0 to 100, and above when more is used than allowed."""
        return round(100 * self.usage / self.limit, 2) if self.limit else 0.0

    @property
    def is_at_limit(self) -> bool:
        return self.usage >= self.limit

    @property
    def is_near_limit(self) -> bool:
        return not self.is_at_limit and self.usage >= NEAR * self.limit
