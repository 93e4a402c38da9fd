"""Owners: people (or queues) to whom records belong."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Team:
    id: str
    name: str
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Owner:
    """`id` is what `hubspot_owner_id` holds; `user_id` is the login behind it. Instants are milliseconds."""

    id: int
    user_id: int | None
    email: str
    first_name: str
    last_name: str
    kind: str = "PERSON"
    teams: tuple[Team, ...] = ()
    created_at: int = 0
    updated_at: int = 0
    archived_at: int | None = None
