"""Bodies of the calls that define custom objects."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from spokedesk.api.bodies import Body
from spokedesk.api.bodies.properties import PropertyCreateBody


class LabelsBody(Struct):
    singular: str | None = None
    plural: str | None = None


class SchemaPropertyBody(PropertyCreateBody, rename="camel"):
    """A property of a new object; its group is the object's own unless it says otherwise."""

    REQUIRED = ("name", "label", "type", "fieldType")


class SchemaUpdateBody(Body, rename="camel"):
    labels: LabelsBody | UnsetType | None = UNSET
    description: str | None = None
    primary_display_property: str | None = None
    secondary_display_properties: list[str] | None = None
    required_properties: list[str] | None = None
    searchable_properties: list[str] | None = None


class SchemaCreateBody(SchemaUpdateBody, rename="camel"):
    name: str | UnsetType = UNSET
    properties: list[SchemaPropertyBody] | None = None
    associated_objects: list[str] | None = None
    REQUIRED = ("name", "labels")


class SchemaAssociationBody(Body, rename="camel"):
    from_object_type_id: str | UnsetType = UNSET
    to_object_type_id: str | UnsetType = UNSET
    name: str | None = None
    REQUIRED = ("fromObjectTypeId", "toObjectTypeId")


class SchemaIdBody(Body):
    id: str | UnsetType = UNSET
    REQUIRED = ("id",)


class SchemaBatchReadBody(Body, rename="camel"):
    inputs: list[str | SchemaIdBody] | UnsetType = UNSET
    include_property_definitions: bool | None = None
    include_association_definitions: bool | None = None
    include_audit_metadata: bool | None = None
    REQUIRED = ("inputs",)
