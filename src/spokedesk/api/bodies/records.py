"""Bodies of the record calls, single and in batches."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from spokedesk.api.bodies import Body, Scalar


class ObjectId(Struct):
    id: str | int | None = None


class AssociationSpec(Struct, rename="camel"):
    association_category: str | None = None
    association_type_id: int | str | None = None


class AssociationInput(Struct, rename="camel"):
    """A link of a create request, in the documented form or the older flat one."""

    to: ObjectId | None = None
    types: list[AssociationSpec] | None = None
    to_object_id: str | int | None = None
    association_type_id: int | str | None = None
    association_category: str | None = None
    label: str | None = None


Associations = list[AssociationInput] | AssociationInput | None


class CreateBody(Body, rename="camel"):
    properties: dict[str, Scalar] | UnsetType = UNSET
    associations: Associations = None
    object_write_trace_id: str | int | None = None
    REQUIRED = ("properties",)


class UpdateBody(Body):
    properties: dict[str, Scalar] | UnsetType = UNSET
    REQUIRED = ("properties",)


class BatchCreateBody(Body):
    inputs: list[CreateBody] | UnsetType = UNSET
    REQUIRED = ("inputs",)


class BatchUpdateInput(Body, rename="camel"):
    id: str | int | UnsetType = UNSET
    properties: dict[str, Scalar] | UnsetType = UNSET
    id_property: str | None = None
    object_write_trace_id: str | int | None = None
    REQUIRED = ("id", "properties")


class BatchUpdateBody(Body):
    inputs: list[BatchUpdateInput] | UnsetType = UNSET
    REQUIRED = ("inputs",)


class IdInput(Body):
    id: str | int | UnsetType = UNSET
    REQUIRED = ("id",)


class BatchReadBody(Body, rename="camel"):
    inputs: list[IdInput] | UnsetType = UNSET
    properties: list[str] | None = None
    properties_with_history: list[str] | None = None
    id_property: str | None = None
    REQUIRED = ("inputs",)


class BatchIdsBody(Body):
    inputs: list[IdInput] | UnsetType = UNSET
    REQUIRED = ("inputs",)


class MergeBody(Body, rename="camel"):
    primary_object_id: str | int | UnsetType = UNSET
    object_id_to_merge: str | int | UnsetType = UNSET
    REQUIRED = ("primaryObjectId", "objectIdToMerge")


class EraseBody(Body, rename="camel"):
    object_id: str | int | UnsetType = UNSET
    id_property: str | None = None
    REQUIRED = ("objectId",)
