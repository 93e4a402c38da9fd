"""Scopes: what a token may do. Any one of the scopes named for a call suffices."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from spokedesk.crm.object_types import ObjectType

# always granted
OAUTH = "oauth"
OWNERS_READ = "crm.objects.owners.read"
# what the developer of an app may do with it
DEVELOPERS_READ = "developers-read"
DEVELOPERS_WRITE = "developers-write"
# our own: users, tokens, the API log, erasing; and what people keep for themselves
ADMIN = "spokedesk.admin"
PERSONAL = "spokedesk.personal.write"


def record_scopes(object_type: ObjectType, *, writes: bool) -> tuple[str, ...]:
    return object_type.write_scopes if writes else object_type.read_scopes


def schema_scopes(object_type: ObjectType, *, writes: bool) -> tuple[str, ...]:
    """Properties and pipelines of a type: its schema scopes, or for reading any scope of its records."""
    if object_type.id.startswith("2-"):
        return ("crm.schemas.custom.write",) if writes else ("crm.schemas.custom.read", *object_type.read_scopes)
    own = ("tickets",) if object_type.plural == "tickets" else ()
    if writes:
        return (f"crm.schemas.{object_type.plural}.write", *own)
    return (f"crm.schemas.{object_type.plural}.read", *object_type.read_scopes)


def link_scopes(ends: Sequence[ObjectType], *, writes: bool) -> tuple[str, ...]:
    """Links between two types: a scope of either end."""
    return tuple(dict.fromkeys(scope for end in ends for scope in record_scopes(end, writes=writes)))


def is_granted(needed: Collection[str], granted: Collection[str]) -> bool:
    for scope in needed:
        if scope in granted:
            return True
    return not needed
