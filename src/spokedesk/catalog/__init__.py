"""What every account starts with: object types, default properties, pipelines and association types.

The facts are TOML files beside this module, one per object type; a new file is a new object type. Nothing is read at
import. `object_types` reads the heads of the files only; the property list of a type is read when first asked for.
All answers are cached and shared, so callers must not change them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

from spokedesk.catalog.reading import (
    CatalogError,
    Head,
    check_unique,
    read_association_types,
    read_definitions,
    read_head,
)
from spokedesk.crm.associations import AssociationType
from spokedesk.crm.object_types import ObjectType
from spokedesk.crm.pipelines import Pipeline
from spokedesk.crm.properties import PropertyDefinition, PropertyGroup

ASSOCIATIONS_FILE = "associations.toml"

__all__ = [
    "CatalogError",
    "association_aliases",
    "association_types",
    "default_definitions",
    "default_groups",
    "default_pipelines",
    "object_types",
    "resolve_object_type",
]


def object_types() -> tuple[ObjectType, ...]:
    """Every object type that is served, by ascending id."""
    return tuple(head.object_type for head in _heads().values())


def resolve_object_type(name: str) -> ObjectType | None:
    """The type that a path or parameter means by its id, singular or plural name in any letter case."""
    return _spellings().get(name.lower())


@cache
def default_definitions(object_type_id: str) -> Mapping[str, PropertyDefinition]:
    """Default property definitions by name, core ones first; KeyError for a type that is not in the catalog."""
    head = _heads()[object_type_id]
    file = f"{head.object_type.plural}.toml"
    return MappingProxyType(read_definitions(file, _text(file), head))


def default_groups(object_type_id: str) -> tuple[PropertyGroup, ...]:
    """Default property groups in display order; KeyError for a type that is not in the catalog."""
    return _heads()[object_type_id].groups


def default_pipelines(object_type_id: str) -> tuple[Pipeline, ...]:
    """Pipelines to seed, none for most types; KeyError for a type that is not in the catalog."""
    return _heads()[object_type_id].pipelines


def association_types() -> tuple[AssociationType, ...]:
    """Association types between two served object types, one per direction."""
    return _associations()[0]


def association_aliases() -> Mapping[int, int]:
    """Old association type ids and the ids that took their place, in the same direction."""
    return _associations()[1]


@cache
def _heads() -> Mapping[str, Head]:
    files = [entry.name for entry in resources.files(__name__).iterdir() if entry.name.endswith(".toml")]
    heads = [read_head(file, _text(file)) for file in sorted(files) if file != ASSOCIATIONS_FILE]
    heads.sort(key=lambda head: [int(part) for part in head.object_type.id.split("-")])
    check_unique("*.toml", "object type", [head.object_type.id for head in heads])
    return MappingProxyType({head.object_type.id: head for head in heads})


@cache
def _spellings() -> Mapping[str, ObjectType]:
    """Lower-case spelling to object type; two types may not share one."""
    spellings: dict[str, ObjectType] = {}
    for object_type in object_types():
        for spelling in set(object_type.names):
            if spellings.setdefault(spelling.lower(), object_type) is not object_type:
                raise CatalogError(f"{object_type.plural}.toml", spelling, "names another object type already")
    return MappingProxyType(spellings)


@cache
def _associations() -> tuple[tuple[AssociationType, ...], Mapping[int, int]]:
    type_ids = {object_type.singular: object_type.id for object_type in object_types()}
    found, aliases = read_association_types(ASSOCIATIONS_FILE, _text(ASSOCIATIONS_FILE), type_ids)
    return found, MappingProxyType(aliases)


def _text(file: str) -> str:
    return resources.files(__name__).joinpath(file).read_text(encoding="utf-8")
