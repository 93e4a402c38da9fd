"""Saved views of an object type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import UnsetType

from spokedesk.api.bodies import NumberText
from spokedesk.api.bodies.views import ViewCreateBody, ViewUpdateBody
from spokedesk.api.calls import Call, Reply
from spokedesk.api.json_door import needed_text
from spokedesk.crm.instants import iso
from spokedesk.crm.users import refused_field
from spokedesk.crm.views import LARGEST_DEFINITION, View, built_in_views
from spokedesk.engine import views
from spokedesk.engine.views import Viewer
from spokedesk.storage.users import find_user

LARGEST_NUMBER = 2**53


def viewer_of(call: Call) -> Viewer:
    return Viewer(call.context.source.user_id if call.is_person else None, call.scopes)


def render_view(view: View, call: Call) -> dict[str, Any]:
    return {
        "id": str(view.id),
        "name": view.name,
        "objectType": call.object_type.plural,
        "shared": view.is_shared,
        "builtIn": False,
        "ownedByMe": viewer_of(call).owns(view),
        "definition": view.definition,
        "createdAt": iso(view.created_at),
        "updatedAt": iso(view.updated_at),
    }


def render_built_in(key: str, name: str, definition: Mapping[str, Any], call: Call) -> dict[str, Any]:
    return {
        "id": key,
        "name": name,
        "objectType": call.object_type.plural,
        "shared": True,
        "builtIn": True,
        "ownedByMe": False,
        "definition": definition,
    }


def plain(value: Any) -> Any:
    """A value of a body as JSON has it: numbers with a fraction are texts there. Raise for numbers that pages lose."""
    if isinstance(value, NumberText):
        value = float(value)
    if isinstance(value, int | float) and not abs(value) <= LARGEST_NUMBER:
        raise refused_field("definition", "The definition holds a number that cannot be kept")
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def read_definition(value: dict[str, Any] | UnsetType) -> dict[str, Any]:
    """A definition that is not too large to be kept."""
    found: dict[str, Any] = plain({} if isinstance(value, UnsetType) else value)
    if len(msgspec.json.encode(found)) > LARGEST_DEFINITION:
        raise refused_field("definition", f"The definition of a view has at most {LARGEST_DEFINITION} bytes")
    return found


async def owner_of(call: Call) -> int | None:
    """The owner that the caller is."""
    user_id = call.context.source.user_id
    if not call.is_person or user_id is None:
        return None
    user = await find_user(call.tx, user_id) or call.demo_user
    return None if user is None else user.owner_id


async def list_views(call: Call) -> Reply:
    """GET the built-in views, then those that the caller sees."""
    built_in = built_in_views(await owner_of(call))
    found = [render_built_in(key, name, definition, call) for key, (name, definition) in built_in.items()]
    found += [render_view(view, call) for view in await views.list_views(call.tx, call.object_type, viewer_of(call))]
    return Reply(200, {"results": found})


async def create_view(call: Call) -> Reply:
    """POST a view."""
    body: ViewCreateBody = call.body
    view = await views.create_view(
        call.tx,
        call.object_type,
        viewer_of(call),
        name=needed_text(body.name),
        is_shared=body.shared,
        definition=read_definition(body.definition),
    )
    return Reply(201, render_view(view, call))


async def update_view(call: Call) -> Reply:
    """PATCH name, definition, or who sees it."""
    body: ViewUpdateBody = call.body
    viewer = viewer_of(call)
    view = await views.find_own(call.tx, call.object_type, call.path["view_id"], viewer)
    changed = await views.update_view(
        call.tx,
        call.object_type,
        viewer,
        view,
        name=body.name,
        is_shared=body.shared,
        definition=None if body.definition is None else read_definition(body.definition),
    )
    return Reply(200, render_view(changed, call))


async def erase_view(call: Call) -> Reply:
    """DELETE a view."""
    view = await views.find_own(call.tx, call.object_type, call.path["view_id"], viewer_of(call))
    await views.erase_view(call.tx, call.object_type, view)
    return Reply(204)
