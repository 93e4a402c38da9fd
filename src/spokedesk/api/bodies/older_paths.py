"""Bodies of the older paths."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from spokedesk.api.bodies import Body, Scalar


class NameValueInput(Body):
    """One property of a record; null says nothing about it."""

    name: str | UnsetType = UNSET
    value: Scalar = None
    REQUIRED = ("name",)


class OlderIdsBody(Body):
    ids: list[str | int] | UnsetType = UNSET
    REQUIRED = ("ids",)


class OlderLinkBody(Body, rename="camel"):
    """Two records and the id of the association type from the first to the second."""

    from_object_id: str | int | UnsetType = UNSET
    to_object_id: str | int | UnsetType = UNSET
    category: str | None = None
    definition_id: int | str | UnsetType = UNSET
    REQUIRED = ("fromObjectId", "toObjectId", "definitionId")
