"""Everything that is defined for one object type of one account, at one moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from spokedesk.crm.calculations import Calculation, ordered_calculations
from spokedesk.crm.object_types import ObjectType
from spokedesk.crm.pipelines import Pipeline
from spokedesk.crm.properties import PropertyDefinition, PropertyGroup
from spokedesk.crm.property_validations import ValidationRule

MAX_SELECTIONS = 500
RUNNING = ("hs_v2_latest_time_in_", "hs_v2_cumulative_time_in_", "hs_v2_time_in_current_stage")


@dataclass(frozen=True, slots=True)
class Selection:
    """The properties of an answer, sorted: (name, name it is stored under); and whether one of them still runs."""

    names: tuple[tuple[str, str], ...]
    has_running_times: bool


@dataclass(frozen=True)
class Definitions:
    """`properties` holds the active ones; `archived` those in the recycle bin. `validations` are the rules of the
    properties that have any, in order of their type.

    `selections` and `foldings` remember what was worked out from them.
    """

    object_type: ObjectType
    properties: Mapping[str, PropertyDefinition]
    archived: Mapping[str, PropertyDefinition]
    groups: Mapping[str, PropertyGroup]
    pipelines: Mapping[str, Pipeline]
    unique_names: tuple[str, ...]
    validations: Mapping[str, tuple[ValidationRule, ...]] = field(default_factory=dict)
    selections: dict[tuple[str, ...], Selection] = field(default_factory=dict, init=False, compare=False)
    foldings: dict[str, Callable[[str], Any] | None] = field(default_factory=dict, init=False, compare=False)

    @cached_property
    def calculations(self) -> tuple[Calculation, ...]:
        """The calculated properties, each behind those that it follows from."""
        return ordered_calculations(self.properties, self.stored_name)

    def is_unique(self, name: str) -> bool:
        """Whether records can be found by the property: declared unique, or a contact's e-mail address."""
        return name in self.unique_names

    def select(self, asked: tuple[str, ...]) -> Selection:
        """The defined ones of the asked names (of the default set if none are), and the ever-present three."""
        known = self.selections.get(asked)
        if known is None:
            kind = self.object_type
            wanted = {*(asked or kind.default_properties), *kind.always_returned} & self.properties.keys()
            names = tuple((name, self.stored_name(name)) for name in sorted(wanted))
            known = Selection(names, any(stored.startswith(RUNNING) for _, stored in names))
            if len(self.selections) < MAX_SELECTIONS:
                self.selections[asked] = known
        return known

    def stored_name(self, name: str) -> str:
        """The name under which a value is kept; older twins of a property share it."""
        definition = self.properties.get(name)
        return (definition.stored_as or name) if definition else name

    def with_property(self, definition: PropertyDefinition) -> Definitions:
        """The same with one property added, changed, archived or restored."""
        active = {name: item for name, item in self.properties.items() if name != definition.name}
        archived = {name: item for name, item in self.archived.items() if name != definition.name}
        (active if definition.archived_at is None else archived)[definition.name] = definition
        return replace(
            self, properties=active, archived=archived, unique_names=unique_names_of(self.object_type, active)
        )


def unique_names_of(object_type: ObjectType, active: Mapping[str, PropertyDefinition]) -> tuple[str, ...]:
    """The properties of which no two live records may hold the same value."""
    unique = [name for name, definition in active.items() if definition.has_unique_value]
    if object_type.unique_property and object_type.unique_property not in unique:
        unique.append(object_type.unique_property)
    return tuple(unique)
