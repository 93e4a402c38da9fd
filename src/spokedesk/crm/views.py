"""Saved views: a filter, an order and columns under a name, for one person or for all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from spokedesk.crm.users import refused_field

LONGEST_NAME = 100
LARGEST_DEFINITION = 20_000
MOST_VIEWS = 200


@dataclass(frozen=True, slots=True)
class View:
    """`user_id` is whose it is, None when a program made it. What the definition means is up to whoever shows it."""

    id: int
    user_id: int | None
    name: str
    is_shared: bool
    definition: Mapping[str, Any]
    created_at: int = 0
    updated_at: int = 0


def check_view_name(name: str) -> str:
    name = name.strip()
    if not name:
        raise refused_field("name", "A view needs a name")
    if len(name) > LONGEST_NAME:
        raise refused_field("name", f"The name of a view has at most {LONGEST_NAME} characters")
    return name


def built_in_views(owner_id: int | None) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """Views that are there from the start: key to name and definition. `owner_id` is the owner that the caller is."""
    found: dict[str, tuple[str, Mapping[str, Any]]] = {}
    if owner_id is not None:
        mine = {"propertyName": "hubspot_owner_id", "operator": "EQ", "value": str(owner_id)}
        found["assigned-to-me"] = ("Assigned to me", {"filterGroups": [{"filters": [mine]}]})
    nobodys = {"propertyName": "hubspot_owner_id", "operator": "NOT_HAS_PROPERTY"}
    found["unassigned"] = ("Unassigned", {"filterGroups": [{"filters": [nobodys]}]})
    found["all"] = ("All", {"filterGroups": []})
    return found
