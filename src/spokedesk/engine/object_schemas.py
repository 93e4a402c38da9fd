"""Defining custom objects: the schema, its properties, its links to other types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from spokedesk import catalog
from spokedesk.crm.account import Account
from spokedesk.crm.association_labels import NewLabel
from spokedesk.crm.associations import AssociationType
from spokedesk.crm.object_schemas import (
    ObjectSchema,
    SchemaInput,
    changed_schema,
    check_names,
    check_schema,
    new_schema,
    next_schema_id,
    object_type_of,
    records_exist,
    unknown_schema,
)
from spokedesk.crm.object_types import ObjectType
from spokedesk.crm.properties import PropertyGroup
from spokedesk.crm.property_rules import PropertyInput
from spokedesk.engine.association_labels import create_label, delete_label, load_pair
from spokedesk.engine.context import Context
from spokedesk.engine.definitions import load_definitions
from spokedesk.engine.object_types import load_object_types, standard_types
from spokedesk.engine.properties import create_properties
from spokedesk.errors import InvalidRequest, NotFound, SpokedeskError
from spokedesk.storage import association_types, object_schemas, properties, records
from spokedesk.storage.accounts import mark_definitions_changed
from spokedesk.storage.database import Transaction


@dataclass(frozen=True, slots=True)
class NewSchema:
    """A custom object to define: its first properties, and what it is linked to besides activities."""

    schema: SchemaInput
    properties: Sequence[PropertyInput] = ()
    associated: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class NewAssociation:
    """A link between two object types, each in any spelling; without a name it gets one from them."""

    from_name: str
    to_name: str
    name: str | None = None


async def create_schema(tx: Transaction, context: Context, wanted: NewSchema) -> ObjectSchema:
    """Define a custom object. The name of an archived one starts afresh: what was left of that is erased."""
    existing = await object_schemas.list_schemas(tx)
    active = [schema for schema in existing if schema.archived_at is None]
    check_schema(wanted.schema, active)
    for old in existing:
        if old.archived_at is not None and old.name.lower() == (wanted.schema.name or "").lower():
            await object_schemas.erase_schema(tx, old.id)
    schema = new_schema(wanted.schema, next_schema_id(existing), context.account.id, context.now)
    schema = replace(schema, created_by=context.source.user_id, updated_by=context.source.user_id)
    await object_schemas.replace_schema(tx, schema)
    group = PropertyGroup(schema.group_name, f"{schema.singular} information", 0)
    await properties.replace_group(tx, schema.id, group)
    await mark_definitions_changed(tx)
    own = [replace(item, group_name=item.group_name or schema.group_name) for item in wanted.properties]
    await define_properties(tx, context, schema, own)
    await link_types(tx, context, schema, wanted.associated)
    return schema


async def define_properties(
    tx: Transaction, context: Context, schema: ObjectSchema, inputs: Sequence[PropertyInput]
) -> None:
    """Create the properties, all or none, then see that the schema names only such as exist."""
    kind = object_type_of(schema)
    definitions = await load_definitions(tx, context.account, kind)
    for result in await create_properties(tx, context, definitions, inputs):
        if isinstance(result, SpokedeskError):
            raise result
    check_names(schema, (await load_definitions(tx, context.account, kind)).properties)


async def link_types(tx: Transaction, context: Context, schema: ObjectSchema, associated: Sequence[str]) -> None:
    """A plain link to every kind of activity, and to the types that were asked for."""
    known = await load_object_types(tx, context.account)
    context = replace(context, types=known)
    own = object_type_of(schema)
    targets = [item for item in catalog.object_types() if item.is_activity]
    targets.extend(known.resolve(name) for name in associated)
    for target in dict.fromkeys(item.id for item in targets):
        kind = known.resolve(target)
        await create_label(tx, context, own, kind, NewLabel(f"{own.singular}_to_{kind.singular}", ""))


async def update_schema(tx: Transaction, context: Context, name: str, wanted: SchemaInput) -> ObjectSchema:
    """Change labels, description and which properties play which part."""
    schema = await find_schema(tx, context.account, name)
    updated = replace(changed_schema(schema, wanted, context.now), updated_by=context.source.user_id)
    definitions = await load_definitions(tx, context.account, object_type_of(schema))
    # what it named before stays, even if the property has been archived since
    check_names(updated, {*definitions.properties, *schema.named_properties})
    await object_schemas.replace_schema(tx, updated)
    await mark_definitions_changed(tx)
    return updated


async def archive_schema(tx: Transaction, context: Context, name: str) -> None:
    """Take a custom object out of use; refused while it has records that are not in the recycle bin."""
    schema = await find_schema(tx, context.account, name)
    count = await records.count_records(tx, schema.id)
    if count:
        raise records_exist(schema.name, count)
    await object_schemas.replace_schema(tx, replace(schema, archived_at=context.now, updated_at=context.now))
    await mark_definitions_changed(tx)


async def purge_schema(tx: Transaction, context: Context, name: str) -> None:
    """Erase an archived custom object with everything that belongs to it."""
    schema = await find_schema(tx, context.account, name, archived=True)
    await object_schemas.erase_schema(tx, schema.id)
    await mark_definitions_changed(tx)


async def find_schema(tx: Transaction, account: Account, name: str, *, archived: bool = False) -> ObjectSchema:
    """The active or archived custom object of an id or name (the bare one too); raise NotFound."""
    wanted = name.lower()
    for schema in await object_schemas.list_schemas(tx):
        names = (schema.id, schema.fully_qualified_name.lower(), f"p_{schema.name.lower()}", schema.name.lower())
        if wanted in names and (schema.archived_at is not None) == archived:
            return schema
    raise unknown_schema(name)


async def find_kind(tx: Transaction, account: Account, name: str) -> ObjectType:
    """The object type of a schema, a standard one too; raise NotFound."""
    standard = standard_types().find(name)
    return standard or object_type_of(await find_schema(tx, account, name))


async def create_association(tx: Transaction, context: Context, name: str, new: NewAssociation) -> AssociationType:
    """Define a further plain link between the object of that name and another one, seen from where it starts."""
    own = await find_kind(tx, context.account, name)
    start, end = context.types.resolve(new.from_name), context.types.resolve(new.to_name)
    if own.id not in (start.id, end.id):
        raise InvalidRequest(f"An association of {name} must begin or end at it")
    label = NewLabel(new.name or f"{start.singular}_to_{end.singular}", "")
    created = await create_label(tx, context, start, end, label)
    return next(item for item in created if item.from_type == start.id)


async def delete_association(tx: Transaction, context: Context, name: str, type_id: str) -> None:
    """Remove a link between types, from every pair of records too; raise NotFound."""
    kind = await find_kind(tx, context.account, name)
    known = await load_object_types(tx, context.account)
    for item in await association_types.list_association_types(tx):
        if kind.id in (item.from_type, item.to_type) and str(item.type_id) == type_id:
            pair = await load_pair(tx, context.account, known.resolve(item.from_type), known.resolve(item.to_type))
            await delete_label(tx, pair, item.type_id)
            return
    raise NotFound(f"Association '{type_id}' does not exist on {name}")
