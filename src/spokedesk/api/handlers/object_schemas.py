"""Custom objects: define, change, archive, purge, link; the schemas of standard objects are read-only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from spokedesk.api import query
from spokedesk.api.bodies.object_schemas import (
    LabelsBody,
    SchemaAssociationBody,
    SchemaBatchReadBody,
    SchemaCreateBody,
    SchemaUpdateBody,
)
from spokedesk.api.calls import Call, Reply
from spokedesk.api.handlers.properties import given, read_property, render_property
from spokedesk.api.json_door import items_of, needed_text
from spokedesk.api.render import render_batch
from spokedesk.crm.associations import AssociationType
from spokedesk.crm.instants import iso
from spokedesk.crm.object_schemas import ObjectSchema, SchemaInput, object_type_of
from spokedesk.crm.object_types import ObjectType
from spokedesk.engine import object_schemas
from spokedesk.engine.definitions import load_definitions, load_types_between
from spokedesk.engine.object_types import load_object_types, standard_types
from spokedesk.errors import InvalidRequest, NotFound
from spokedesk.storage.object_schemas import list_schemas as list_stored

STANDARD_CREATED = 0


@dataclass(frozen=True, slots=True)
class Parts:
    """What of a schema is wanted: its properties, its links, who made it."""

    properties: bool = True
    associations: bool = True
    audit: bool = True


def read_parts(call: Call) -> Parts:
    return Parts(
        query.flag(call.query, "includePropertyDefinitions", True),
        query.flag(call.query, "includeAssociationDefinitions", True),
        query.flag(call.query, "includeAuditMetadata", True),
    )


def read_schema(body: SchemaUpdateBody) -> SchemaInput:
    """What a body says about a schema, a new one or a change."""
    labels = body.labels if isinstance(body.labels, LabelsBody) else LabelsBody()
    return SchemaInput(
        name=given(body.name) if isinstance(body, SchemaCreateBody) else None,
        singular=labels.singular,
        plural=labels.plural,
        primary_display_property=body.primary_display_property,
        secondary_display_properties=as_tuple(body.secondary_display_properties),
        required_properties=as_tuple(body.required_properties),
        searchable_properties=as_tuple(body.searchable_properties),
        description=body.description,
    )


def as_tuple(names: list[str] | None) -> tuple[str, ...] | None:
    return None if names is None else tuple(names)


async def render_schema(schema: ObjectSchema, call: Call, parts: Parts) -> dict[str, Any]:
    """A custom object with the parts that are wanted."""
    found = await render_kind(object_type_of(schema), call, parts)
    found.update(
        name=schema.name,
        labels={"singular": schema.singular, "plural": schema.plural},
        primaryDisplayProperty=schema.primary_display_property,
        secondaryDisplayProperties=list(schema.secondary_display_properties),
        requiredProperties=list(schema.required_properties),
        searchableProperties=list(schema.searchable_properties),
        archived=schema.archived_at is not None,
        createdAt=iso(schema.created_at),
        updatedAt=iso(schema.updated_at),
    )
    if schema.description is not None:
        found["description"] = schema.description
    if parts.audit:
        users = {"createdByUserId": schema.created_by, "updatedByUserId": schema.updated_by}
        found.update({name: user for name, user in users.items() if user is not None})
    return found


async def list_links(kind: ObjectType, call: Call) -> list[AssociationType]:
    """Every association type that begins or ends at a type."""
    links: list[AssociationType] = []
    for target in call.context.types.types:
        links.extend((await load_types_between(call.tx, call.context.account, kind.id, target.id)).types)
        if target.id != kind.id:
            links.extend((await load_types_between(call.tx, call.context.account, target.id, kind.id)).types)
    return links


async def render_kind(kind: ObjectType, call: Call, parts: Parts) -> dict[str, Any]:
    """What every schema says, a standard one too."""
    definitions = await load_definitions(call.tx, call.context.account, kind)
    shown = sorted(definitions.properties.items()) if parts.properties else ()
    links = await list_links(kind, call) if parts.associations else ()
    return {
        "id": kind.id.partition("-")[2],
        "objectTypeId": kind.id,
        "fullyQualifiedName": kind.singular if kind.id.startswith("2-") else kind.error_name,
        "name": kind.error_name,
        "labels": {"singular": kind.label, "plural": kind.plural},
        "primaryDisplayProperty": kind.searchable_properties[0] if kind.searchable_properties else None,
        "secondaryDisplayProperties": [],
        "requiredProperties": list(kind.required_properties),
        "searchableProperties": list(kind.searchable_properties),
        "properties": [render_property(item) for _, item in shown],
        "associations": [render_association(item) for item in links],
        "archived": False,
        "createdAt": iso(STANDARD_CREATED),
        "updatedAt": iso(STANDARD_CREATED),
    }


def render_association(item: AssociationType) -> dict[str, Any]:
    return {
        "id": str(item.type_id),
        "fromObjectTypeId": item.from_type,
        "toObjectTypeId": item.to_type,
        "name": item.name,
    }


async def render_named(name: str, call: Call, parts: Parts, *, archived: bool) -> dict[str, Any]:
    """The schema of a standard object, or of a custom one in the wanted state; raise NotFound."""
    standard = standard_types().find(name)
    if standard is not None:
        return await render_kind(standard, call, parts)
    schema = await object_schemas.find_schema(call.tx, call.context.account, name, archived=archived)
    return await render_schema(schema, call, parts)


async def list_schemas(call: Call) -> Reply:
    """GET the custom objects, active or archived."""
    archived, parts = query.flag(call.query, "archived"), read_parts(call)
    found = [schema for schema in await list_stored(call.tx) if (schema.archived_at is not None) == archived]
    return Reply(200, {"results": [await render_schema(schema, call, parts) for schema in found]})


async def create_schema(call: Call) -> Reply:
    """POST a custom object with its first properties and links."""
    body: SchemaCreateBody = call.body
    wanted = object_schemas.NewSchema(
        read_schema(body), [read_property(item) for item in body.properties or ()], body.associated_objects or ()
    )
    schema = await object_schemas.create_schema(call.tx, call.context, wanted)
    call.context = replace(call.context, types=await load_object_types(call.tx, call.context.account))
    location = f"{call.request.path.rstrip('/')}/{schema.id}"
    return Reply(201, await render_schema(schema, call, Parts()), location=location)


async def read_schema_call(call: Call) -> Reply:
    """GET one schema, of a custom or a standard object."""
    archived = query.flag(call.query, "archived")
    return Reply(200, await render_named(call.path["name"], call, read_parts(call), archived=archived))


async def update_schema(call: Call) -> Reply:
    """PATCH one custom object; the answer has no properties."""
    refuse_standard(call.path["name"])
    schema = await object_schemas.update_schema(call.tx, call.context, call.path["name"], read_schema(call.body))
    found = await render_schema(schema, call, Parts(properties=False, associations=False))
    del found["properties"], found["associations"]
    return Reply(200, found)


async def archive_schema(call: Call) -> Reply:
    """DELETE one custom object; `archived=true` erases an archived one for good."""
    refuse_standard(call.path["name"])
    step = object_schemas.purge_schema if query.flag(call.query, "archived") else object_schemas.archive_schema
    await step(call.tx, call.context, call.path["name"])
    return Reply(204)


async def purge_schema(call: Call) -> Reply:
    """DELETE an archived custom object for good."""
    refuse_standard(call.path["name"])
    await object_schemas.purge_schema(call.tx, call.context, call.path["name"])
    return Reply(204)


def refuse_standard(name: str) -> None:
    if standard_types().find(name) is not None:
        raise InvalidRequest(f"The schema of {name} belongs to the server and cannot be changed")


async def create_association(call: Call) -> Reply:
    """POST a further link between two types."""
    body: SchemaAssociationBody = call.body
    new = object_schemas.NewAssociation(
        needed_text(body.from_object_type_id), needed_text(body.to_object_type_id), body.name
    )
    created = await object_schemas.create_association(call.tx, call.context, call.path["name"], new)
    now = iso(call.context.now)
    return Reply(201, {**render_association(created), "createdAt": now, "updatedAt": now})


async def delete_association(call: Call) -> Reply:
    """DELETE a link between types by its id."""
    await object_schemas.delete_association(call.tx, call.context, call.path["name"], call.path["association_id"])
    return Reply(204)


async def read_batch(call: Call) -> Reply:
    """POST ids or names; unknown ones are reported beside the others."""
    body: SchemaBatchReadBody = call.body
    given_parts = (
        body.include_property_definitions,
        body.include_association_definitions,
        body.include_audit_metadata,
    )
    parts = Parts(*(item is not False for item in given_parts))
    results, errors = [], []
    for item in items_of(body.inputs):
        name = item if isinstance(item, str) else needed_text(item.id)
        try:
            results.append(await render_named(name, call, parts, archived=False))
        except NotFound as error:
            errors.append({"status": "error", "category": "OBJECT_NOT_FOUND", "message": error.message})
    return Reply(207 if errors else 200, render_batch(call, results, errors))
