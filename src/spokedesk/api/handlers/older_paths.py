"""Calls of the first API versions that clients still make: other shapes over the same engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from spokedesk.api import query
from spokedesk.api.bodies.older_paths import NameValueInput, OlderLinkBody
from spokedesk.api.calls import Call, Reply
from spokedesk.api.handlers.properties import read_property, render_property
from spokedesk.api.handlers.records import definitions_of
from spokedesk.api.json_door import items_of, needed_text, text_of
from spokedesk.api.render import read_properties
from spokedesk.crm.associations import HUBSPOT_DEFINED, AssociationType, WantedType
from spokedesk.crm.definitions import Definitions, Selection
from spokedesk.crm.history import PastValue
from spokedesk.crm.identifiers import record_id
from spokedesk.crm.pipelines import Pipeline, Stage
from spokedesk.crm.properties import PropertyDefinition
from spokedesk.crm.property_rules import find_property
from spokedesk.crm.records import Record
from spokedesk.crm.scopes import is_granted, link_scopes
from spokedesk.engine import associations, properties, reads, records
from spokedesk.engine.associations import Direction, LinkInput
from spokedesk.engine.batches import all_or_nothing, check_count
from spokedesk.engine.definitions import find_association_type
from spokedesk.engine.reads import Reading, Wanted
from spokedesk.errors import MissingScopes, SpokedeskError
from spokedesk.storage.associations import list_targets
from spokedesk.storage.records import list_records as list_page

PAGE = 100

# records: an object of value objects, each with who wrote it and when


def read_values(inputs: Sequence[NameValueInput]) -> dict[str, str | None]:
    """A list of names and values; the last one of a name counts."""
    return {needed_text(item.name): text_of(item.value) for item in inputs}


def render_version(name: str, value: PastValue) -> dict[str, Any]:
    return {
        "name": name,
        "value": value.value,
        "timestamp": value.at,
        "source": value.source.type,
        "sourceId": value.source.id,
    }


def render_value(name: str, value: str, past: Sequence[PastValue], record: Record) -> dict[str, Any]:
    """A value and its past ones; one that is worked out while reading has none, and the record's own time."""
    versions = [render_version(name, item) for item in past]
    newest = versions[0] if versions else {"timestamp": record.updated_at, "source": "CALCULATED", "sourceId": None}
    return {
        "versions": versions,
        "value": value,
        "timestamp": newest["timestamp"],
        "source": newest["source"],
        "sourceId": newest["sourceId"],
    }


def render_older(reading: Reading, chosen: Selection, definitions: Definitions, call: Call) -> dict[str, Any]:
    """A record with those of the chosen properties that have a value."""
    record, past = reading.record, reading.history or {}
    values = read_properties(record, chosen, definitions, call)
    return {
        "objectType": definitions.object_type.error_name,
        "portalId": call.context.account.id,
        "objectId": record.id,
        "properties": {
            name: render_value(name, value, past.get(name, ()), record) for name, value in values.items() if value
        },
        "version": record.revision,
        "isDeleted": record.archived_at is not None,
    }


async def render_all(found: Sequence[Record], chosen: Selection, definitions: Definitions, call: Call) -> list[Any]:
    wanted = Wanted(history=tuple(name for name, _ in chosen.names))
    page = await reads.complete(call.tx, call.context.account, definitions, found, wanted)
    return [render_older(reading, chosen, definitions, call) for reading in page]


async def render_written(record: Record, definitions: Definitions, call: Call) -> Any:
    """The answer to a write: every property that has a value, as it is stored now."""
    stored = await reads.find_one(call.tx, definitions, str(record.id), None)
    chosen = definitions.select(tuple(sorted(stored.properties)))
    return (await render_all([stored], chosen, definitions, call))[0]


def read_chosen(call: Call, definitions: Definitions) -> Selection:
    return definitions.select(query.names(call.query, "properties"))


async def create_record(call: Call) -> Reply:
    """POST one record as a list of names and values."""
    definitions = await definitions_of(call)
    new = records.NewRecord(read_values(call.body))
    (outcome,) = await records.create_records(call.tx, call.context, definitions, [new])
    all_or_nothing([outcome])
    assert outcome.record is not None, "errors were raised before"
    return Reply(200, await render_written(outcome.record, definitions, call))


async def read_record(call: Call) -> Reply:
    """GET one record by id."""
    definitions = await definitions_of(call)
    archived = query.flag(call.query, "includeDeletes")
    key = call.path["record_id"]
    (record,) = await reads.find_many(call.tx, definitions, [key], None, follow=True) if archived else (None,)
    if record is None:
        record = await reads.find_one(call.tx, definitions, key, None)
    (found,) = await render_all([record], read_chosen(call, definitions), definitions, call)
    return Reply(200, found)


async def update_record(call: Call) -> Reply:
    """PUT names and values over those of one record; others stay."""
    definitions = await definitions_of(call)
    key = call.path["record_id"]
    record = await reads.find_one(call.tx, definitions, key, None)
    update = records.RecordUpdate(key, None, read_values(call.body))
    (outcome,) = await records.update_records(call.tx, call.context, definitions, [update], [record])
    all_or_nothing([outcome])
    assert outcome.record is not None, "errors were raised before"
    return Reply(200, await render_written(outcome.record, definitions, call))


async def archive_record(call: Call) -> Reply:
    """DELETE one record to the recycle bin; one that is not there is an error here."""
    definitions = await definitions_of(call)
    record = await reads.find_one(call.tx, definitions, call.path["record_id"], None)
    await records.archive_records(call.tx, call.context, definitions, [record.id])
    return Reply(204)


async def list_records(call: Call) -> Reply:
    """GET the live records behind an id, a hundred at most."""
    definitions = await definitions_of(call)
    offset = max(0, query.whole_number(call.query, "offset") or 0)
    limit = query.limit(call.query, PAGE, PAGE)
    found = await list_page(call.tx, call.object_type.id, first_id=offset + 1, limit=limit + 1, archived=False)
    page = found[:limit]
    return Reply(
        200,
        {
            "objects": await render_all(page, read_chosen(call, definitions), definitions, call),
            "hasMore": len(found) > limit,
            "offset": page[-1].id if page else offset,
        },
    )


async def read_batch(call: Call) -> Reply:
    """POST ids; the answer has the live records by id, and nothing about the others."""
    definitions = await definitions_of(call)
    keys = list(dict.fromkeys(needed_text(item) for item in items_of(call.body.ids)))
    check_count(len(keys))
    found = await reads.find_many(call.tx, definitions, keys, None)
    live = [record for record in found if record is not None and record.archived_at is None]
    rendered = await render_all(live, read_chosen(call, definitions), definitions, call)
    return Reply(200, {str(item["objectId"]): item for item in rendered})


# properties: bare lists, instants in milliseconds


def render_older_property(definition: PropertyDefinition) -> dict[str, Any]:
    found = render_property(definition)
    metadata = found.pop("modificationMetadata")
    for name in ("dataSensitivity", "archived", "archivedAt"):
        found.pop(name, None)
    found["options"] = [{**option, "readOnly": False, "doubleData": 0.0} for option in found["options"]]
    found.update(
        createdAt=definition.created_at,
        updatedAt=definition.updated_at,
        readOnlyValue=metadata["readOnlyValue"],
        readOnlyDefinition=metadata["readOnlyDefinition"],
        mutableDefinitionNotDeletable=not metadata["archivable"] and not metadata["readOnlyDefinition"],
        favorited=False,
        deleted=definition.archived_at is not None,
    )
    return found


async def list_properties(call: Call) -> Reply:
    """GET every active property."""
    definitions = await definitions_of(call)
    return Reply(200, [render_older_property(item) for _, item in sorted(definitions.properties.items())])


async def create_property(call: Call) -> Reply:
    """POST one property."""
    definitions = await definitions_of(call)
    (result,) = await properties.create_properties(call.tx, call.context, definitions, [read_property(call.body)])
    if isinstance(result, SpokedeskError):
        raise result
    return Reply(200, render_older_property(result))


async def read_one_property(call: Call) -> Reply:
    """GET one property."""
    return Reply(200, render_older_property(find_property(await definitions_of(call), call.path["name"])))


async def update_property(call: Call) -> Reply:
    """PUT what is to change about a property."""
    definitions = await definitions_of(call)
    changes = read_property(call.body)
    updated = await properties.update_property(call.tx, call.context, definitions, call.path["name"], changes)
    return Reply(200, render_older_property(updated))


async def archive_property(call: Call) -> Reply:
    """DELETE one property to the recycle bin."""
    await properties.archive_property(call.tx, call.context, await definitions_of(call), call.path["name"])
    return Reply(204)


async def list_groups(call: Call) -> Reply:
    """GET the groups, with `includeProperties=true` what is in them."""
    definitions = await definitions_of(call)
    groups: list[dict[str, Any]] = [
        {"name": group.name, "displayName": group.label, "displayOrder": group.display_order}
        for group in definitions.groups.values()
    ]
    if query.flag(call.query, "includeProperties"):
        for group in groups:
            inside = (item for _, item in sorted(definitions.properties.items()) if item.group_name == group["name"])
            group["properties"] = [render_older_property(item) for item in inside]
    return Reply(200, groups)


# pipelines


def render_older_stage(stage: Stage) -> dict[str, Any]:
    return {
        "stageId": stage.id,
        "label": stage.label,
        "displayOrder": stage.display_order,
        "metadata": dict(stage.metadata),
        "createdAt": stage.created_at,
        "updatedAt": stage.updated_at,
        "active": True,
    }


def render_older_pipeline(pipeline: Pipeline, definitions: Definitions) -> dict[str, Any]:
    kind = definitions.object_type
    return {
        "pipelineId": pipeline.id,
        "objectType": kind.error_name,
        "objectTypeId": kind.id,
        "label": pipeline.label,
        "displayOrder": pipeline.display_order,
        "stages": [render_older_stage(stage) for stage in pipeline.stages],
        "createdAt": pipeline.created_at,
        "updatedAt": pipeline.updated_at,
        "active": True,
        "default": pipeline.id == kind.default_pipeline,
    }


async def list_pipelines(call: Call) -> Reply:
    """GET the pipelines of an object type with their stages."""
    definitions = await definitions_of(call)
    found = [render_older_pipeline(pipeline, definitions) for pipeline in definitions.pipelines.values()]
    return Reply(200, {"results": found})


# links: one association type at a time, named by its id, which says both object types


async def find_definition(call: Call, category: str | None, definition_id: str, *, writes: bool) -> AssociationType:
    """The type that an id means; raise when there is none, or the token may not see links of that kind.

    The scope check is here and not at the edge: the object types are in no path.
    """
    wanted = WantedType(category or HUBSPOT_DEFINED, definition_id)
    known = await find_association_type(call.tx, call.context.account, wanted)
    direction = direction_of(known, call)
    needed = link_scopes((direction.from_kind, direction.to_kind), writes=writes)
    if not is_granted(needed, call.scopes):
        raise MissingScopes(needed)
    return known


def direction_of(known: AssociationType, call: Call) -> Direction:
    types = call.context.types
    return Direction(types.resolve(known.from_type), types.resolve(known.to_type))


async def read_links(call: Call, bodies: Sequence[OlderLinkBody]) -> dict[AssociationType, list[LinkInput]]:
    """The links of a request by their type."""
    check_count(len(bodies))
    found: dict[AssociationType, list[LinkInput]] = {}
    for body in bodies:
        known = await find_definition(call, body.category, needed_text(body.definition_id), writes=True)
        ends = needed_text(body.from_object_id), needed_text(body.to_object_id)
        found.setdefault(known, []).append(LinkInput(*ends, [WantedType(known.category, str(known.type_id))]))
    return found


async def link_all(call: Call, bodies: Sequence[OlderLinkBody]) -> Reply:
    """All or none."""
    for known, inputs in (await read_links(call, bodies)).items():
        for outcome in await associations.associate(call.tx, call.context, direction_of(known, call), inputs):
            if outcome.error is not None:
                raise outcome.error
    return Reply(204)


async def unlink_all(call: Call, bodies: Sequence[OlderLinkBody]) -> Reply:
    """What is not there is no error."""
    for known, inputs in (await read_links(call, bodies)).items():
        await associations.disassociate(call.tx, call.context, direction_of(known, call), inputs)
    return Reply(204)


async def create_link(call: Call) -> Reply:
    """PUT one link."""
    return await link_all(call, [call.body])


async def create_links(call: Call) -> Reply:
    """PUT a list of links, all or none."""
    return await link_all(call, call.body)


async def delete_link(call: Call) -> Reply:
    """PUT one link to remove."""
    return await unlink_all(call, [call.body])


async def delete_links(call: Call) -> Reply:
    """PUT a list of links to remove."""
    return await unlink_all(call, call.body)


async def list_links(call: Call) -> Reply:
    """GET the ids of records to which one record is linked by a type, in order."""
    known = await find_definition(call, call.path["category"], call.path["definition_id"], writes=False)
    offset = max(0, query.whole_number(call.query, "offset") or 0)
    limit = query.limit(call.query, PAGE, PAGE)
    rows = await list_targets(call.tx, [record_id(call.path["record_id"])], known)
    behind = [to_id for _, to_id in rows if to_id > offset]
    page = behind[:limit]
    answer = {"results": page, "hasMore": len(behind) > limit, "offset": page[-1] if page else offset}
    return Reply(200, answer)
