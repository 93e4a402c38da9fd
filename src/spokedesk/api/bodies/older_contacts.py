"""Bodies of the first forms of the calls about contacts."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from spokedesk.api.bodies import Body, Scalar


class ContactValueInput(Body):
    """One property of a contact."""

    property: str | UnsetType = UNSET
    value: Scalar = None
    REQUIRED = ("property",)


class OlderContactBody(Body):
    properties: list[ContactValueInput] | UnsetType = UNSET
    REQUIRED = ("properties",)


class OlderContactInput(Body):
    """A contact of a batch: a known one by its number or address, or a new one."""

    vid: str | int | None = None
    email: str | None = None
    properties: list[ContactValueInput] | UnsetType = UNSET
    REQUIRED = ("properties",)
