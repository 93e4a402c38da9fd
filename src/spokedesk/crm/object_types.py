"""Object types: what a kind of record is called, and which of its properties play a special part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from spokedesk.errors import UnknownObjectType


@dataclass(frozen=True, slots=True)
class ObjectType:
    """One kind of record.

    `aliases` are further names of the type in paths; `error_name` is the name in error texts (`TICKET`);
    `hot_columns` maps a property to the typed column of the record table that mirrors it; `display_property` is what
    records of a custom object are called by; `read_scopes` and `write_scopes` are alternatives, any one suffices.
    """

    id: str
    singular: str
    plural: str
    error_name: str
    label: str
    aliases: tuple[str, ...] = ()
    created_property: str = "hs_createdate"
    modified_property: str = "hs_lastmodifieddate"
    default_properties: tuple[str, ...] = ()
    required_properties: tuple[str, ...] = ()
    searchable_properties: tuple[str, ...] = ()
    display_property: str | None = None
    unique_property: str | None = None
    pipeline_property: str | None = None
    stage_property: str | None = None
    default_pipeline: str | None = None
    has_lifecycle: bool = False
    is_activity: bool = False
    mergeable: bool = False
    read_scopes: tuple[str, ...] = ()
    write_scopes: tuple[str, ...] = ()
    hot_columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """How a path may name the type, in the letter case of the catalog."""
        return (self.id, self.singular, self.plural, *self.aliases)

    @property
    def always_returned(self) -> tuple[str, str, str]:
        """Properties in every answer, whatever was asked for."""
        return (self.created_property, self.modified_property, "hs_object_id")


@dataclass(frozen=True)
class ObjectTypes:
    """The object types of an account, and every spelling under which a path may name them (in lower case)."""

    types: tuple[ObjectType, ...]
    names: Mapping[str, ObjectType]

    def find(self, name: str) -> ObjectType | None:
        return self.names.get(name.lower())

    def resolve(self, name: str) -> ObjectType:
        """The object type of a name in any spelling; raise UnknownObjectType."""
        found = self.names.get(name) or self.names.get(name.lower())
        if found is None:
            raise UnknownObjectType(name)
        return found
