"""The association types of two object types: list, define, rename, delete."""

from __future__ import annotations

from msgspec import UnsetType

from spokedesk.api.bodies.associations import LabelBody, NewLabelBody
from spokedesk.api.calls import Call, Reply
from spokedesk.api.handlers.associations_v4 import direction_of, render_type
from spokedesk.api.json_door import needed_text
from spokedesk.crm.association_labels import NewLabel, Pair
from spokedesk.engine import association_labels
from spokedesk.engine.associations import load_types
from spokedesk.errors import InvalidRequest, NotFound


async def pair_of(call: Call) -> Pair:
    direction = direction_of(call)
    return await association_labels.load_pair(call.tx, call.context.account, direction.from_kind, direction.to_kind)


def needed(value: str | UnsetType | None, name: str) -> str:
    """A text that must be there; null counts as missing."""
    if not isinstance(value, str):
        raise InvalidRequest(f"Invalid input JSON on line 1, column 2. Some required fields were not set: [{name}]")
    return value


def type_number(text: str) -> int:
    """An association type id; raise NotFound for what can be none."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise NotFound(f"There is no association type {text}")
    return int(text)


async def list_labels(call: Call) -> Reply:
    """GET every type of one direction, the plain one included."""
    types = await load_types(call.tx, call.context, direction_of(call))
    return Reply(200, {"results": [render_type(known) for known in types.types]})


async def create_label(call: Call) -> Reply:
    """POST a new label; the answer has the type of each direction."""
    body: NewLabelBody = call.body
    new = NewLabel(needed(body.name, "name"), needed(body.label, "label"), body.inverse_label)
    direction = direction_of(call)
    created = await association_labels.create_label(call.tx, call.context, direction.from_kind, direction.to_kind, new)
    return Reply(200, {"results": [render_type(known) for known in created]})


async def update_label(call: Call) -> Reply:
    """PUT other texts; without an inverse label both directions carry the same one."""
    body: LabelBody = call.body
    new = NewLabel("", needed(body.label, "label"), body.inverse_label)
    type_id = type_number(needed_text(body.association_type_id))
    await association_labels.change_label(call.tx, await pair_of(call), type_id, new)
    return Reply(204)


async def delete_label(call: Call) -> Reply:
    """DELETE both directions of a type, from records too."""
    await association_labels.delete_label(call.tx, await pair_of(call), type_number(call.path["type_id"]))
    return Reply(204)
