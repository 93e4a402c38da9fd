"""What is defined in an account, put together from the catalog and the store, remembered until it changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from spokedesk import catalog
from spokedesk.crm.account import Account
from spokedesk.crm.associations import AssociationType, TypesBetween, WantedType, current_id, invalid_type
from spokedesk.crm.definitions import Definitions, unique_names_of
from spokedesk.crm.object_schemas import DEFAULT_PROPERTIES
from spokedesk.crm.object_types import ObjectType
from spokedesk.crm.pipelines import Pipeline, stage_properties
from spokedesk.crm.properties import PropertyDefinition, PropertyGroup, PropertyOption
from spokedesk.engine.object_types import load_object_types, standard_type
from spokedesk.storage import association_types, pipelines, properties, property_validations
from spokedesk.storage.database import Transaction


async def load_definitions(tx: Transaction, account: Account, object_type: ObjectType) -> Definitions:
    """Definitions as of the account's latest change, built at most once per change."""
    key = ("definitions", account.id, object_type.id, account.definitions_revision)
    known: Definitions | None = tx.cache.get(key) if tx.cacheable else None
    if known is None:
        known = await build_definitions(tx, object_type)
        if tx.cacheable:
            forget_older(tx, key)
            tx.cache[key] = known
    return known


async def load_every_type(tx: Transaction, account: Account) -> list[Definitions]:
    """The definitions of every object type."""
    types = await load_object_types(tx, account)
    return [await load_definitions(tx, account, object_type) for object_type in types.types]


def forget_older(tx: Transaction, key: tuple[str, int, str, int]) -> None:
    for old in range(key[3] - 8, key[3]):
        tx.cache.pop((*key[:3], old), None)


def is_custom(object_type: ObjectType) -> bool:
    return object_type.id.startswith("2-")


def default_groups(object_type: ObjectType) -> tuple[PropertyGroup, ...]:
    """The groups of a catalog type; a custom object's own one is stored with it."""
    return () if is_custom(object_type) else catalog.default_groups(object_type.id)


def default_definitions(object_type: ObjectType) -> dict[str, PropertyDefinition]:
    """What every record of the type has; custom objects share a few properties, in a group of their own."""
    if not is_custom(object_type):
        return dict(catalog.default_definitions(object_type.id))
    shared = catalog.default_definitions(standard_type("tickets").id)
    # `p<account>_<name>`
    group = f"{object_type.singular.partition('_')[2].lower()}_information"
    return {name: replace(shared[name], group_name=group) for name in DEFAULT_PROPERTIES if name in shared}


async def build_definitions(tx: Transaction, object_type: ObjectType) -> Definitions:
    stored = await properties.list_definitions(tx, object_type.id)
    stored_groups = await properties.list_groups(tx, object_type.id)
    stored_pipelines = await pipelines.list_pipelines(tx, object_type.id) if object_type.pipeline_property else []
    groups = {group.name: group for group in (*default_groups(object_type), *stored_groups)}
    found = default_definitions(object_type)
    if object_type.stage_property:
        found.update(pipeline_properties(found, object_type, stored_pipelines))
    found.update({definition.name: definition for definition in stored})
    active = {name: definition for name, definition in found.items() if definition.archived_at is None}
    return Definitions(
        object_type=object_type,
        properties=active,
        archived={name: item for name, item in found.items() if item.archived_at is not None},
        groups=groups,
        pipelines={pipeline.id: pipeline for pipeline in stored_pipelines},
        unique_names=unique_names_of(object_type, active),
        validations=await property_validations.list_rules(tx, object_type.id),
    )


def pipeline_properties(
    found: dict[str, PropertyDefinition], object_type: ObjectType, stored: Iterable[Pipeline]
) -> dict[str, PropertyDefinition]:
    """What pipelines add: options of the pipeline and stage properties, and the properties of each stage."""
    stored = list(stored)
    pipeline_name, stage_name = object_type.pipeline_property or "", object_type.stage_property or ""
    stages = [stage for pipeline in stored for stage in pipeline.stages]
    group = found[stage_name].group_name
    added = {definition.name: definition for definition in stage_properties(stored, group)}
    options = [PropertyOption(item.label, item.id, item.display_order) for item in stored]
    added[pipeline_name] = replace(found[pipeline_name], options=tuple(options))
    options = [PropertyOption(item.label, item.id, item.display_order) for item in stages]
    added[stage_name] = replace(found[stage_name], options=tuple(options))
    return added


async def load_types_between(tx: Transaction, account: Account, from_type: str, to_type: str) -> TypesBetween:
    """The association types of one direction, the plain one first."""
    key = ("association types", account.id, account.definitions_revision)
    every: dict[tuple[str, str], TypesBetween] | None = tx.cache.get(key) if tx.cacheable else None
    if every is None:
        every = group_types((*catalog.association_types(), *await association_types.list_association_types(tx)))
        if tx.cacheable:
            for old in range(key[2] - 8, key[2]):
                tx.cache.pop((*key[:2], old), None)
            tx.cache[key] = every
    return every.get((from_type, to_type)) or TypesBetween(from_type, to_type, ())


async def find_association_type(tx: Transaction, account: Account, wanted: WantedType) -> AssociationType:
    """The type of a category and id, whatever it links; raise when there is none."""
    type_id = int(wanted.name) if wanted.name.isascii() and wanted.name.isdigit() and len(wanted.name) < 10 else 0
    key = (wanted.category, current_id(wanted.category, type_id, catalog.association_aliases()))
    kinds = {item.id for item in (await load_object_types(tx, account)).types}
    for known in (*catalog.association_types(), *await association_types.list_association_types(tx)):
        if known.key == key and {known.from_type, known.to_type} <= kinds:
            return known
    raise invalid_type(wanted.category or "", wanted.name)


def group_types(types: Iterable[AssociationType]) -> dict[tuple[str, str], TypesBetween]:
    pairs: dict[tuple[str, str], list[AssociationType]] = {}
    for item in types:
        pairs.setdefault((item.from_type, item.to_type), []).append(item)
    return {
        pair: TypesBetween(*pair, tuple(sorted(found, key=lambda item: (item.label is not None, item.type_id))))
        for pair, found in pairs.items()
    }
