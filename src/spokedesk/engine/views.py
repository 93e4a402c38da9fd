"""Saved views: who sees them, who may change them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from spokedesk.crm.object_types import ObjectType
from spokedesk.crm.scopes import ADMIN, is_granted, record_scopes
from spokedesk.crm.views import MOST_VIEWS, View, built_in_views, check_view_name
from spokedesk.errors import AlreadyExists, InvalidRequest, MissingScopes, NotFound
from spokedesk.storage import accounts, views
from spokedesk.storage.database import Transaction


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: a user, or None for a program, and what the token may do."""

    user_id: int | None
    scopes: Collection[str]

    def sees(self, view: View) -> bool:
        return view.is_shared or self.owns(view)

    def owns(self, view: View) -> bool:
        return self.user_id is not None and view.user_id == self.user_id

    def may_change(self, view: View) -> bool:
        return self.owns(view) or (view.is_shared and ADMIN in self.scopes)


async def list_views(tx: Transaction, kind: ObjectType, viewer: Viewer) -> list[View]:
    """The views that somebody sees, by name."""
    found = [view for view in await views.list_views(tx, kind.id) if viewer.sees(view)]
    return sorted(found, key=lambda view: (view.name.casefold(), view.id))


async def find_own(tx: Transaction, kind: ObjectType, key: str, viewer: Viewer) -> View:
    """A view that somebody may change; raise when it is built in, unknown or not theirs."""
    if key in built_in_views(0):
        raise InvalidRequest("A view that is built in cannot be changed")
    found = next((view for view in await views.list_views(tx, kind.id) if str(view.id) == key), None)
    if found is None or not viewer.sees(found):
        raise NotFound(f"There is no view {key}")
    if not viewer.may_change(found):
        raise MissingScopes((ADMIN,))
    return found


async def create_view(
    tx: Transaction, kind: ObjectType, viewer: Viewer, *, name: str, is_shared: bool, definition: Mapping[str, Any]
) -> View:
    """Keep a view for the caller, or for everybody."""
    check_sharing(kind, viewer, is_shared)
    if viewer.user_id is None and not is_shared:
        raise InvalidRequest("Only a user who signed in can keep a view for oneself. Share it.")
    existing = await views.list_views(tx, kind.id)
    if len(existing) >= MOST_VIEWS:
        raise InvalidRequest(f"There are {MOST_VIEWS} views already, which is the most that there can be")
    number, _ = await accounts.take_numbers(tx, ids=1)
    view = View(number, viewer.user_id, check_view_name(name), is_shared, definition, tx.now, tx.now)
    check_name_free(existing, view)
    await views.insert_view(tx, kind.id, view)
    return view


async def update_view(
    tx: Transaction,
    kind: ObjectType,
    viewer: Viewer,
    view: View,
    *,
    name: str | None = None,
    is_shared: bool | None = None,
    definition: Mapping[str, Any] | None = None,
) -> View:
    """Change what is given of a view that the caller may change."""
    changed = replace(
        view,
        name=view.name if name is None else check_view_name(name),
        is_shared=view.is_shared if is_shared is None else is_shared,
        definition=view.definition if definition is None else definition,
        updated_at=tx.now,
    )
    if changed.user_id is None and not changed.is_shared:
        raise InvalidRequest("A view that a program made belongs to everybody")
    check_sharing(kind, viewer, changed.is_shared)
    check_name_free(await views.list_views(tx, kind.id), changed)
    await views.replace_view(tx, kind.id, changed)
    return changed


async def erase_view(tx: Transaction, kind: ObjectType, view: View) -> None:
    await views.erase_view(tx, kind.id, view.id)


def check_sharing(kind: ObjectType, viewer: Viewer, is_shared: bool) -> None:
    """What everybody sees is for those who may write records."""
    needed = record_scopes(kind, writes=True)
    if is_shared and not is_granted(needed, viewer.scopes):
        raise MissingScopes(needed)


def check_name_free(existing: Collection[View], view: View) -> None:
    for other in existing:
        if other.id != view.id and other.user_id == view.user_id and other.name.casefold() == view.name.casefold():
            raise AlreadyExists("There is a view of that name already", context={"name": [view.name]})
