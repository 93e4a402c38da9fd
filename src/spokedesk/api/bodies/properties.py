"""Bodies of the property calls: definitions, options, groups, batches."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import UNSET, Meta, UnsetType

from spokedesk.api.bodies import Body, Scalar

Order = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
"""A position among others, as 32 bits hold it."""


class OptionBody(Body, rename="camel"):
    label: str | UnsetType = UNSET
    value: Scalar = UNSET
    display_order: Order | None = None
    hidden: bool | None = None
    description: str | None = None
    REQUIRED = ("label", "value")


class PropertyUpdateBody(Body, rename="camel"):
    """What a PATCH may change; other keys of a property are passed over."""

    label: str | UnsetType | None = UNSET
    type: str | UnsetType | None = UNSET
    field_type: str | UnsetType | None = UNSET
    group_name: str | UnsetType | None = UNSET
    description: str | None = None
    options: list[OptionBody] | None = None
    display_order: Order | None = None
    hidden: bool | None = None
    form_field: bool | None = None
    calculation_formula: str | None = None
    show_currency_symbol: bool | None = None
    currency_property_name: str | None = None
    number_display_hint: str | None = None
    text_display_hint: str | None = None


class PropertyCreateBody(PropertyUpdateBody, rename="camel"):
    name: str | UnsetType = UNSET
    has_unique_value: bool | None = None
    external_options: bool | None = None
    referenced_object_type: str | None = None
    date_display_hint: str | None = None
    data_sensitivity: str | None = None
    REQUIRED: ClassVar[tuple[str, ...]] = ("name", "label", "type", "fieldType", "groupName")


class PropertyBatchCreateBody(Body):
    inputs: list[PropertyCreateBody] | UnsetType = UNSET
    REQUIRED = ("inputs",)


class PropertyNameBody(Body):
    name: str | UnsetType = UNSET
    REQUIRED = ("name",)


class PropertyBatchReadBody(Body, rename="camel"):
    inputs: list[PropertyNameBody] | UnsetType = UNSET
    archived: bool | None = None
    data_sensitivity: str | None = None
    REQUIRED = ("inputs",)


class PropertyBatchNamesBody(Body):
    inputs: list[PropertyNameBody] | UnsetType = UNSET
    REQUIRED = ("inputs",)


class GroupCreateBody(Body, rename="camel"):
    name: str | UnsetType = UNSET
    label: str | UnsetType = UNSET
    display_order: Order | None = None
    REQUIRED = ("name", "label")


class GroupUpdateBody(Body, rename="camel"):
    label: str | None = None
    display_order: Order | None = None
