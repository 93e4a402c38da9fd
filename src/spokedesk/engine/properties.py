"""Defining properties and groups: read what there is, decide in `crm`, write, see to values already stored."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from spokedesk.crm import property_rules
from spokedesk.crm.account import Account
from spokedesk.crm.definitions import Definitions
from spokedesk.crm.instants import DAY
from spokedesk.crm.properties import PropertyDefinition, PropertyGroup
from spokedesk.crm.property_rules import PropertyInput
from spokedesk.crm.records import Record
from spokedesk.crm.search import search_document
from spokedesk.engine.calculations import start_calculating
from spokedesk.engine.context import Context
from spokedesk.engine.definitions import default_groups, load_definitions
from spokedesk.engine.object_types import load_object_types
from spokedesk.engine.stored_values import claim_stored_values, pages_with, rebuild_search_values
from spokedesk.errors import SpokedeskError
from spokedesk.storage import properties, property_validations, records, unique_values
from spokedesk.storage.accounts import find_account, mark_definitions_changed
from spokedesk.storage.database import Transaction


async def create_properties(
    tx: Transaction, context: Context, definitions: Definitions, inputs: Sequence[PropertyInput]
) -> list[PropertyDefinition | SpokedeskError]:
    """Create each property on its own, or bring back the archived one of that name; the definition or why not."""
    results: list[PropertyDefinition | SpokedeskError] = []
    calculated = False
    oldest = oldest_archived(context.account, context.now)
    others = await properties.list_custom_definitions(tx)
    for wanted in inputs:
        try:
            user = context.source.user_id
            definition = property_rules.plan_create(wanted, definitions, context.now, user, oldest)
            property_rules.check_account_limits(definition, others)
            definitions = await make_way(tx, definitions, definition.name, oldest)
            definitions = await bring_in(tx, definitions, definition)
        except SpokedeskError as error:
            results.append(error)
        else:
            results.append(definition)
            others.append(definition)
            calculated = calculated or definition.calculation_formula is not None
    if calculated:
        await start_calculating(tx, context, definitions)
    if any(isinstance(result, PropertyDefinition) for result in results):
        await mark_definitions_changed(tx)
    return results


def oldest_archived(account: Account, now: int) -> int:
    """What was archived before is gone for good (ms)."""
    return now - account.settings.recycle_bin_days * DAY


async def make_way(tx: Transaction, definitions: Definitions, name: str, oldest: int) -> Definitions:
    """Purge an archived property whose time is over, so that a new one of its name finds nothing of it."""
    archived = definitions.archived.get(name)
    if archived is None or not property_rules.is_expired(archived, oldest):
        return definitions
    kind = definitions.object_type.id
    async for page in pages_with(tx, kind, name):
        await strip_values(tx, definitions, page, name)
    await properties.erase_definition(tx, kind, name)
    await property_validations.erase_rules(tx, kind, name)
    left = {other: item for other, item in definitions.archived.items() if other != name}
    rules = {other: item for other, item in definitions.validations.items() if other != name}
    return replace(definitions, archived=left, validations=rules)


async def strip_values(tx: Transaction, definitions: Definitions, found: Sequence[Record], name: str) -> None:
    """Take the values of an archived property out of records, and out of what they are searched by."""
    stripped = []
    for record in found:
        if name in record.properties:
            left = {other: value for other, value in record.properties.items() if other != name}
            stripped.append((record.id, left, search_document(left, definitions)))
    if stripped:
        await records.replace_properties(tx, definitions.object_type.id, stripped)


async def list_expired_properties(tx: Transaction) -> list[tuple[str, str]]:
    """(object type, name) of every archived property of the account whose time is over."""
    account = await find_account(tx)
    if account is None:
        return []
    oldest = oldest_archived(account, tx.now)
    archived = await properties.list_archived_definitions(tx, oldest)
    return [(object_type, item.name) for object_type, item in archived if property_rules.is_expired(item, oldest)]


async def purge_property(tx: Transaction, object_type: str, name: str, first_id: int, limit: int = 500) -> int | None:
    """Take the values of an expired property out of the next records from an id on; returns the id to go on with, and
    None when nothing is left of the property.
    """
    account = await find_account(tx)
    types = await load_object_types(tx, account) if account else None
    kind = types.find(object_type) if types else None
    if account is None or kind is None or (object_type, name) not in await list_expired_properties(tx):
        return None
    definitions = await load_definitions(tx, account, kind)
    found = await records.list_records_in_any_state(tx, object_type, first_id=first_id, limit=limit)
    await strip_values(tx, definitions, found, name)
    if len(found) == limit:
        return found[-1].id + 1
    await properties.erase_definition(tx, object_type, name)
    await property_validations.erase_rules(tx, object_type, name)
    await mark_definitions_changed(tx)
    return None


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
    if updated.calculation_formula is not None and current.calculation_formula is None:
        others = [item for item in await properties.list_custom_definitions(tx) if item != current]
        property_rules.check_account_limits(updated, others)
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
