"""Turns the text of one catalog file into values, refusing anything inconsistent.

A file of an object type has two parts. The head (the type's own keys, `[hot_columns]`, `[[groups]]`, `[[pipelines]]`)
is small and read alone to resolve names; everything from the line `[properties]` on is read when somebody asks for
definitions. Properties under `core` are seeded first and cannot be archived, those under `other` can. Keys are the
names of the value classes; what equals the default is left out, and so is `group_name` for the first group. The order
of groups, pipelines, stages and options is their display order; options read `value = 'label'`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from spokedesk.crm.associations import HUBSPOT_DEFINED, AssociationType
from spokedesk.crm.object_types import ObjectType
from spokedesk.crm.pipelines import Pipeline, Stage
from spokedesk.crm.properties import PropertyDefinition, PropertyGroup, PropertyOption

T = TypeVar("T")

DEFINED_AT = 1_577_836_800_000
"""When every default property claims to have been made: the start of 2020, in milliseconds."""

PROPERTIES_HEADING = "[properties]"

HOT_COLUMNS = frozenset({"id", "created_at", "updated_at", "owner", "pipeline", "stage", "priority"})

CALCULATIONS = frozenset({"calculation_equation", "calculation_rollup", "calculation_read_time"})

# datetime with `number` is odd, but one default property of deals really says so
FIELD_TYPES: Mapping[str, frozenset[str]] = {
    "string": frozenset({"text", "textarea", "html", "phonenumber", "file"}) | CALCULATIONS,
    "number": frozenset({"number", "calculation_score"}) | CALCULATIONS,
    "bool": frozenset({"booleancheckbox"}) | CALCULATIONS,
    "enumeration": frozenset({"select", "radio", "checkbox", "booleancheckbox"}) | CALCULATIONS,
    "date": frozenset({"date"}) | CALCULATIONS,
    "datetime": frozenset({"date", "number"}) | CALCULATIONS,
    "phone_number": frozenset({"phonenumber"}),
    "object_coordinates": frozenset({"text"}),
    "json": frozenset({"text"}),
}


class CatalogError(Exception):
    """A catalog file contradicts itself; the message names the file and the entry."""

    def __init__(self, file: str, entry: str, reason: str) -> None:
        super().__init__(f"{file}: {entry}: {reason}")


@dataclass(frozen=True, slots=True)
class Head:
    """What a file says before its properties."""

    object_type: ObjectType
    groups: tuple[PropertyGroup, ...]
    pipelines: tuple[Pipeline, ...]


def read_head(file: str, text: str) -> Head:
    """Everything above the properties."""
    table = parse(file, text.partition(f"\n{PROPERTIES_HEADING}\n")[0])
    groups = [
        build(file, f"group {row.get('name')!r}", PropertyGroup, {**row, "display_order": order})
        for order, row in enumerate(table.pop("groups", []))
    ]
    pipelines = [read_pipeline(file, order, row) for order, row in enumerate(table.pop("pipelines", []))]
    keys = {name: tuple(value) if isinstance(value, list) else value for name, value in table.items()}
    head = Head(build(file, "object type", ObjectType, keys), tuple(groups), tuple(pipelines))
    check_head(file, head)
    return head


def read_pipeline(file: str, order: int, row: dict[str, Any]) -> Pipeline:
    """A seeded pipeline; its instants stay 0, which is what the live service reports for these."""
    entry = f"pipeline {row.get('id')!r}"
    stages = tuple(
        build(file, f"{entry}, stage {stage.get('id')!r}", Stage, {**stage, "display_order": position})
        for position, stage in enumerate(row.pop("stages", []))
    )
    check_unique(file, "stage", [stage.id for stage in stages])
    return build(file, entry, Pipeline, {**row, "display_order": order, "stages": stages})


def check_head(file: str, head: Head) -> None:
    """What can be said without knowing the properties."""
    object_type = head.object_type
    if file != f"{object_type.plural}.toml":
        raise CatalogError(file, "object type", f"the file of {object_type.plural!r} must be {object_type.plural}.toml")
    if not head.groups:
        raise CatalogError(file, "object type", "has no property group")
    check_unique(file, "group", [group.name for group in head.groups])
    check_unique(file, "pipeline", [pipeline.id for pipeline in head.pipelines])
    check_unique(file, "hot column", list(object_type.hot_columns.values()))
    for name, column in object_type.hot_columns.items():
        if column not in HOT_COLUMNS:
            raise CatalogError(file, f"hot column of {name!r}", f"there is no column {column!r}")
    if object_type.default_pipeline not in {None, *(pipeline.id for pipeline in head.pipelines)}:
        raise CatalogError(file, "default_pipeline", f"there is no pipeline {object_type.default_pipeline!r}")


def read_definitions(file: str, text: str, head: Head) -> dict[str, PropertyDefinition]:
    """The default definitions by name, core ones first."""
    before, heading, body = text.partition(f"\n{PROPERTIES_HEADING}\n")
    if not heading:
        raise CatalogError(file, PROPERTIES_HEADING, "is missing")
    # blank lines keep the line numbers of a parse error true
    table = parse(file, "\n" * (before.count("\n") + 2) + body)
    if unknown := table.keys() - {"core", "other"}:
        raise CatalogError(file, PROPERTIES_HEADING, f"unknown lists {sorted(unknown)}")
    rows = [(row, core) for core in (True, False) for row in table.get("core" if core else "other", [])]
    check_unique(file, "property", [str(row.get("name")) for row, _ in rows])
    group_names = [group.name for group in head.groups]
    definitions = [read_definition(file, row, core, group_names) for row, core in rows]
    by_name = {definition.name: definition for definition in definitions}
    check_named_properties(file, head.object_type, by_name)
    return by_name


def read_definition(file: str, row: dict[str, Any], core: bool, group_names: Sequence[str]) -> PropertyDefinition:
    """One default property. Options of an enumeration are closed unless the file says otherwise."""
    entry = f"property {row.get('name')!r}"
    labels: dict[str, str] = row.pop("options", {})
    if len(set(labels.values())) < len(labels):
        raise CatalogError(file, entry, "two options have the same label")
    values = {
        "group_name": group_names[0],
        "read_only_options": row.get("type") == "enumeration",
        "archivable": not core,
        "core": core,
        "hubspot_defined": True,
        "created_at": DEFINED_AT,
        "updated_at": DEFINED_AT,
        **row,
        "options": tuple(PropertyOption(label, value, order) for order, (value, label) in enumerate(labels.items())),
    }
    definition = build(file, entry, PropertyDefinition, values)
    check_definition(file, entry, definition, group_names)
    return definition


def check_definition(file: str, entry: str, definition: PropertyDefinition, group_names: Sequence[str]) -> None:
    """What one definition must satisfy by itself."""
    if definition.field_type not in FIELD_TYPES.get(definition.type, ()):
        raise CatalogError(file, entry, f"unknown combination {definition.type}/{definition.field_type}")
    if definition.group_name not in group_names:
        raise CatalogError(file, entry, f"there is no group {definition.group_name!r}")
    if definition.options and definition.type != "enumeration":
        raise CatalogError(file, entry, f"{definition.type} takes no options")
    if definition.calculated and not definition.read_only_value:
        raise CatalogError(file, entry, "is calculated and must be read-only")


def check_named_properties(file: str, object_type: ObjectType, known: Mapping[str, PropertyDefinition]) -> None:
    """Every property that the object type mentions exists."""
    single = (
        object_type.created_property,
        object_type.modified_property,
        object_type.unique_property,
        object_type.pipeline_property,
        object_type.stage_property,
    )
    mentions = {
        "default_properties": object_type.default_properties,
        "required_properties": object_type.required_properties,
        "searchable_properties": object_type.searchable_properties,
        "hot_columns": tuple(object_type.hot_columns),
        "object type": ("hs_object_id", *(name for name in single if name is not None)),
    }
    for entry, names in mentions.items():
        if missing := [name for name in names if name not in known]:
            raise CatalogError(file, entry, f"there is no property {missing[0]!r}")
        check_unique(file, f"{entry}, name", names)


def read_association_types(
    file: str, text: str, type_ids: Mapping[str, str]
) -> tuple[tuple[AssociationType, ...], dict[int, int]]:
    """Association types whose two ends are in `type_ids` (singular name to object type id), and the old ids."""
    table = parse(file, text)
    rows: list[dict[str, Any]] = table.get("types", [])
    check_directions(file, rows)
    served = [row for row in rows if row["from"] in type_ids and row["to"] in type_ids]
    for row in served:
        if "inverse" not in row:
            raise CatalogError(file, f"type {association_name(row)!r}", "both ends are served, so it needs an inverse")
    association_types = tuple(
        AssociationType(
            from_type=type_ids[row["from"]],
            to_type=type_ids[row["to"]],
            category=HUBSPOT_DEFINED,
            type_id=row["id"],
            inverse_type_id=row["inverse"],
            label=row.get("label"),
            name=association_name(row),
        )
        for row in served
    )
    aliases = {int(old): current for old, current in table.get("aliases", {}).items()}
    known = {association_type.type_id for association_type in association_types}
    for old, current in aliases.items():
        if old in known or current not in known:
            raise CatalogError(file, f"alias {old}", f"must be a free id for a known one, not for {current}")
    return association_types, aliases


def check_directions(file: str, rows: Iterable[dict[str, Any]]) -> None:
    """Ids and names are unique inside a direction, and every inverse points back."""
    inverses: dict[tuple[str, str, int], int | None] = {}
    names: set[tuple[str, str, str]] = set()
    for row in rows:
        if missing := {"from", "to", "id"} - row.keys():
            raise CatalogError(file, f"type {row}", f"lacks {sorted(missing)}")
        if unknown := row.keys() - {"from", "to", "id", "inverse", "label", "name"}:
            raise CatalogError(file, f"type {association_name(row)!r}", f"unknown keys {sorted(unknown)}")
        key = (row["from"], row["to"], row["id"])
        name = (row["from"], row["to"], association_name(row))
        if key in inverses or name in names:
            raise CatalogError(file, f"type {name[2]!r}", f"id {row['id']} or the name is there twice")
        inverses[key] = row.get("inverse")
        names.add(name)
    for (from_name, to_name, type_id), inverse in inverses.items():
        if inverse is not None and inverses.get((to_name, from_name, inverse)) != type_id:
            raise CatalogError(file, f"type {type_id} ({from_name} to {to_name})", f"{inverse} does not point back")


def association_name(row: Mapping[str, Any]) -> str:
    """What the v3 calls say for a type; usually made of its two ends."""
    return str(row.get("name", f"{row['from']}_to_{row['to']}"))


def parse(file: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogError(file, "syntax", str(error)) from error


def build(file: str, entry: str, kind: type[T], values: Mapping[str, Any]) -> T:
    """An instance of a value class, with its complaint about unknown or missing keys made readable."""
    try:
        return kind(**values)
    except TypeError as error:
        raise CatalogError(file, entry, str(error)) from error


def check_unique(file: str, noun: str, names: Sequence[str]) -> None:
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise CatalogError(file, f"{noun} {twice!r}", "is there twice")
