"""Body of the search call."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from spokedesk.api.bodies import Body, Scalar


class FilterInput(Body, rename="camel"):
    property_name: str | UnsetType = UNSET
    operator: str | UnsetType = UNSET
    value: Scalar = None
    high_value: Scalar = None
    values: list[Scalar] | None = None
    REQUIRED = ("propertyName", "operator")


class FilterGroup(Struct):
    filters: list[FilterInput] | None = None


class SortInput(Struct, rename="camel"):
    property_name: str | None = None
    direction: str | None = None


class SearchBody(Body, rename="camel"):
    filter_groups: list[FilterGroup] | None = None
    filters: list[FilterInput] | None = None
    query: str | None = None
    sorts: list[str | SortInput] | None = None
    properties: list[str] | None = None
    limit: int | str | None = None
    after: int | str | None = None
