"""Single records: list, create, read, update, archive, merge, restore."""

from __future__ import annotations

from collections.abc import Sequence

from spokedesk.api import query
from spokedesk.api.bodies.records import AssociationInput, Associations, CreateBody
from spokedesk.api.calls import Call, Reply
from spokedesk.api.json_door import needed_text, text_of, texts_of
from spokedesk.api.render import (
    next_page,
    read_properties,
    render_outcome,
    render_reading,
    render_record,
)
from spokedesk.crm.definitions import Definitions, Selection
from spokedesk.crm.identifiers import record_id
from spokedesk.engine import merges, reads, records
from spokedesk.engine.batches import all_or_nothing
from spokedesk.engine.definitions import load_definitions
from spokedesk.engine.links import LinkRequest
from spokedesk.engine.reads import Reading, Wanted
from spokedesk.errors import InvalidRequest, NotFound
from spokedesk.storage.records import list_records as list_page

NOTHING_WANTED = Wanted()
PAGE = 10
LARGEST_PAGE = 100
LARGEST_HISTORY_PAGE = 50


async def definitions_of(call: Call) -> Definitions:
    return await load_definitions(call.tx, call.context.account, call.object_type)


def read_wanted(call: Call) -> Wanted:
    """What the query string asks for beside the properties."""
    if not call.query:
        return NOTHING_WANTED
    return Wanted(
        history=query.names(call.query, "propertiesWithHistory"),
        links=tuple(call.context.types.resolve(name) for name in query.names(call.query, "associations")),
    )


def read_names(call: Call, definitions: Definitions, wanted: Wanted) -> Selection:
    """The properties of the answer; those with history are among them."""
    if not call.query:
        return definitions.select(())
    asked = query.names(call.query, "properties")
    return definitions.select((*(asked or definitions.object_type.default_properties), *wanted.history))


async def list_records(call: Call) -> Reply:
    """GET a page of live or archived records, in order of id."""
    definitions = await definitions_of(call)
    wanted = read_wanted(call)
    limit = query.limit(call.query, PAGE, LARGEST_HISTORY_PAGE if wanted.history else LARGEST_PAGE)
    found = await list_page(
        call.tx,
        call.object_type.id,
        first_id=query.after_id(call.query),
        limit=limit + 1,
        archived=query.flag(call.query, "archived"),
    )
    page = await reads.complete(call.tx, call.context.account, definitions, found[:limit], wanted)
    names = read_names(call, definitions, wanted)
    body: dict[str, object] = {"results": [render_reading(item, names, definitions, call) for item in page]}
    if len(found) > limit:
        body["paging"] = next_page(call, str(found[limit - 1].id + 1))
    return Reply(200, body)


async def read_record(call: Call) -> Reply:
    """GET one record by id, or by a unique property."""
    definitions = await definitions_of(call)
    wanted = read_wanted(call)
    record = await reads.find_one(
        call.tx,
        definitions,
        call.path["record_id"],
        query.text(call.query, "idProperty"),
        archived=query.flag(call.query, "archived"),
    )
    reading = Reading(record)
    if wanted.history or wanted.links:
        (reading,) = await reads.complete(call.tx, call.context.account, definitions, [record], wanted)
    return Reply(200, render_reading(reading, read_names(call, definitions, wanted), definitions, call))


def read_links(associations: Associations) -> list[LinkRequest]:
    """The links of a create request, both documented forms; one object stands for a list of one."""
    if associations is None:
        return []
    items = [associations] if isinstance(associations, AssociationInput) else associations
    return [request for item in items for request in read_link(item)]


def read_link(item: AssociationInput) -> Sequence[LinkRequest]:
    if item.to is None and item.types is None:
        return [
            LinkRequest(
                needed_text(item.to_object_id),
                type_number(item.association_type_id),
                item.association_category,
                item.label,
            )
        ]
    target = needed_text(item.to.id if item.to else None)
    return [
        LinkRequest(target, type_number(spec.association_type_id), spec.association_category or "HUBSPOT_DEFINED")
        for spec in item.types or ()
    ]


def type_number(value: int | str | None) -> int:
    """An association type id; raise when it is missing or no number."""
    text = text_of(value) or ""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise InvalidRequest(
            "Invalid input JSON on line 1, column 1. Some required fields were not set: [associationTypeId]"
        )
    return int(text)


def read_new_record(body: CreateBody) -> records.NewRecord:
    return records.NewRecord(texts_of(body.properties), read_links(body.associations))


async def create_record(call: Call) -> Reply:
    """POST one record; the batch of one."""
    definitions = await definitions_of(call)
    new = read_new_record(call.body)
    (outcome,) = await records.create_records(call.tx, call.context, definitions, [new])
    all_or_nothing([outcome])
    body = render_outcome(outcome, new.properties, definitions, call, text_of(call.body.object_write_trace_id))
    return Reply(201, body, location=f"{call.request.path.rstrip('/')}/{body['id']}")


async def update_record(call: Call) -> Reply:
    """PATCH one record by id, or by a unique property."""
    values = texts_of(call.body.properties)
    if not values:
        raise InvalidRequest("No properties found to update, please provide at least one.")
    definitions = await definitions_of(call)
    key, id_property = call.path["record_id"], query.text(call.query, "idProperty")
    record = await reads.find_one(call.tx, definitions, key, id_property)
    update = records.RecordUpdate(key, id_property, values)
    (outcome,) = await records.update_records(call.tx, call.context, definitions, [update], [record])
    all_or_nothing([outcome])
    return Reply(200, render_outcome(outcome, values, definitions, call, None))


async def archive_record(call: Call) -> Reply:
    """DELETE to the recycle bin; an id that is not there is no error."""
    definitions = await definitions_of(call)
    record = record_id(call.path["record_id"])
    await records.archive_records(call.tx, call.context, definitions, [record])
    return Reply(204)


async def merge_records(call: Call) -> Reply:
    """POST two ids; the answer is the surviving record."""
    if not call.object_type.mergeable:
        raise InvalidRequest(f"Records of type {call.object_type.error_name} cannot be merged")
    definitions = await definitions_of(call)
    primary, other = needed_text(call.body.primary_object_id), needed_text(call.body.object_id_to_merge)
    record = await merges.merge_records(call.tx, call.context, definitions, primary, other)
    properties = read_properties(record, definitions.select(()), definitions, call)
    return Reply(200, render_record(record, properties, definitions, call))


async def erase_record(call: Call) -> Reply:
    """POST an id or unique value: all that is known of the record is gone for good. An unknown one is no error."""
    if call.object_type.plural != "contacts" and not (
        call.object_type.plural == "tickets" and call.version.erases_tickets
    ):
        raise NotFound("resource not found")
    definitions = await definitions_of(call)
    key, id_property = needed_text(call.body.object_id), call.body.id_property
    traces = await records.erase_record(call.tx, call.context, definitions, key, id_property)
    call.calls.of(call.context.account.id).forget(traces, call.context.now)
    return Reply(204)


async def restore_record(call: Call) -> Reply:
    """POST our own call: bring a record back from the recycle bin."""
    definitions = await definitions_of(call)
    key = record_id(call.path["record_id"])
    (outcome,) = await records.restore_records(call.tx, call.context, definitions, [key])
    all_or_nothing([outcome])
    assert outcome.record is not None, "errors were raised before"
    wanted = read_wanted(call)
    (reading,) = await reads.complete(call.tx, call.context.account, definitions, [outcome.record], wanted)
    return Reply(200, render_reading(reading, read_names(call, definitions, wanted), definitions, call))
