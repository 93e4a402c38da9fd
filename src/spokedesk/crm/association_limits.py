"""Limits that an account sets on links: how many records one record may be linked to by a type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spokedesk.crm.associations import AssociationType
from spokedesk.errors import InvalidRequest

LARGEST = 2**31 - 1

Direction = tuple[str, str, str, int]
"""From type, to type, category and type id: one direction of a type."""


@dataclass(frozen=True, slots=True)
class LinkLimit:
    """At most `largest` records of `to_type` for each record of `from_type`, by one type."""

    from_type: str
    to_type: str
    category: str
    type_id: int
    largest: int

    @property
    def direction(self) -> Direction:
        return (self.from_type, self.to_type, self.category, self.type_id)


def plan_limit(known: AssociationType, largest: int) -> LinkLimit:
    """A limit for one direction of a type; raise for a number that cannot be one."""
    if not 0 < largest <= LARGEST:
        raise InvalidRequest(f"maxToObjectIds must be between 1 and {LARGEST}")
    return LinkLimit(known.from_type, known.to_type, known.category, known.type_id, largest)


def excess(
    limits: Mapping[Direction, LinkLimit],
    present: Mapping[tuple[Direction, int], set[int]],
    direction: Direction,
    ends: Sequence[int],
) -> LinkLimit | None:
    """The limit that a link from one record to another would break; None when there is room for it."""
    limit = limits.get(direction)
    from_id, to_id = ends
    if limit is None:
        return None
    linked = present.get((direction, from_id), set())
    return limit if to_id not in linked and len(linked) >= limit.largest else None


def limit_reached(limit: LinkLimit, error_name: str, record_id: int) -> InvalidRequest:
    return InvalidRequest(
        f"{error_name} {record_id} already has the {limit.largest} associations that are allowed for type "
        f"{limit.category}={limit.type_id}",
        context={
            "associationSpec": [f"{limit.category}={limit.type_id}"],
            "maxToObjectIds": [str(limit.largest)],
            "fromObjectId": [str(record_id)],
        },
    )
