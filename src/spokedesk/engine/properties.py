"""Defining properties and groups: read what there is, decide in `crm`, write, see to values already stored."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from spokedesk.crm import property_rules
from spokedesk.crm.definitions import Definitions
from spokedesk.crm.properties import PropertyDefinition, PropertyGroup
from spokedesk.crm.property_rules import PropertyInput
from spokedesk.engine.calculations import start_calculating
from spokedesk.engine.context import Context
from spokedesk.engine.definitions import default_groups
from spokedesk.engine.stored_values import claim_stored_values, rebuild_search_values
from spokedesk.errors import SpokedeskError
from spokedesk.storage import properties, unique_values
from spokedesk.storage.accounts import mark_definitions_changed
from spokedesk.storage.database import Transaction


async def create_properties(
    tx: Transaction, context: Context, definitions: Definitions, inputs: Sequence[PropertyInput]
) -> list[PropertyDefinition | SpokedeskError]:
    """Create each property on its own, or bring back the archived one of that name; the definition or why not."""
    results: list[PropertyDefinition | SpokedeskError] = []
    calculated = False
    for wanted in inputs:
        try:
            definition = property_rules.plan_create(wanted, definitions, context.now, context.source.user_id)
            definitions = await bring_in(tx, definitions, definition)
        except SpokedeskError as error:
            results.append(error)
        else:
            results.append(definition)
            calculated = calculated or definition.calculation_formula is not None
    if calculated:
        await start_calculating(tx, context, definitions)
    if any(isinstance(result, PropertyDefinition) for result in results):
        await mark_definitions_changed(tx)
    return results


async def bring_in(tx: Transaction, definitions: Definitions, definition: PropertyDefinition) -> Definitions:
    """Store a new or restored definition; nothing is written when values of an earlier life cannot be unique."""
    restored = definition.name in definitions.archived
    after = definitions.with_property(definition)
    if restored and definition.has_unique_value:
        await claim_stored_values(tx, after, definition.name)
    await properties.replace_definition(tx, definitions.object_type.id, definition)
    if restored:
        await rebuild_search_values(tx, after, definition.name)
    return after


async def update_property(
    tx: Transaction, context: Context, definitions: Definitions, name: str, changes: PropertyInput
) -> PropertyDefinition:
    """Change one active property; values that records hold stay as they are, unless a formula gives others."""
    current = property_rules.find_property(definitions, name)
    updated = property_rules.plan_update(current, changes, definitions, context.now, context.source.user_id)
    if updated is current:
        return current
    await properties.replace_definition(tx, definitions.object_type.id, updated)
    if (updated.type, updated.is_multiple) != (current.type, current.is_multiple):
        await rebuild_search_values(tx, definitions.with_property(updated), name)
    if updated.calculation_formula is not None:
        await start_calculating(tx, context, definitions.with_property(updated))
    await mark_definitions_changed(tx)
    return updated


async def archive_property(tx: Transaction, context: Context, definitions: Definitions, name: str) -> None:
    """Move one active property to the recycle bin; raise NotFound when there is none."""
    property_rules.find_property(definitions, name)
    await archive_properties(tx, context, definitions, [name])


async def archive_properties(
    tx: Transaction, context: Context, definitions: Definitions, names: Collection[str]
) -> None:
    """Move properties to the recycle bin, all or none; unknown and archived names are passed over.

    The values stay with their records, so that they can come back.
    """
    leaving = [definitions.properties[name] for name in dict.fromkeys(names) if name in definitions.properties]
    for definition in leaving:
        property_rules.check_archivable(definition, definitions, names)
    for definition in leaving:
        archived = replace(definition, archived_at=context.now, updated_at=context.now)
        await properties.replace_definition(tx, definitions.object_type.id, archived)
        if definition.has_unique_value:
            await unique_values.erase_property_values(tx, definitions.object_type.id, definition.name)
    if leaving:
        await mark_definitions_changed(tx)


async def replace_group(tx: Transaction, definitions: Definitions, group: PropertyGroup) -> None:
    """Store a new or changed group."""
    await properties.replace_group(tx, definitions.object_type.id, group)
    await mark_definitions_changed(tx)


async def create_group(
    tx: Transaction, definitions: Definitions, name: str, label: str, display_order: int | None
) -> PropertyGroup:
    group = property_rules.plan_group(name, label, display_order, definitions)
    await replace_group(tx, definitions, group)
    return group


async def update_group(
    tx: Transaction, definitions: Definitions, name: str, label: str | None, display_order: int | None
) -> PropertyGroup:
    """Change label or position; the name of a group is fixed."""
    group = property_rules.find_group(definitions, name)
    updated = property_rules.plan_group_update(group, label, display_order)
    await replace_group(tx, definitions, updated)
    return updated


async def erase_group(tx: Transaction, definitions: Definitions, name: str) -> None:
    """Delete a group without active properties, for good."""
    group = property_rules.find_group(definitions, name)
    defaults = [item.name for item in default_groups(definitions.object_type)]
    property_rules.check_group_erasable(group, definitions, defaults)
    await properties.erase_group(tx, definitions.object_type.id, name)
    await mark_definitions_changed(tx)
