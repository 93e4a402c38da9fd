"""Deals in their first form, with what they are linked to, and their pipelines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from spokedesk.api import query
from spokedesk.api.bodies.older_companies import DealLinks
from spokedesk.api.calls import Call, Reply
from spokedesk.api.handlers.older_records import (
    create_one,
    everything_of,
    page_size,
    page_start,
    read_recently,
    read_values,
    render_values,
    update_one,
)
from spokedesk.api.handlers.records import definitions_of
from spokedesk.api.json_door import needed_text
from spokedesk.crm.definitions import Definitions, Selection
from spokedesk.crm.identifiers import record_id
from spokedesk.crm.object_types import ObjectType
from spokedesk.crm.pipelines import Pipeline
from spokedesk.crm.records import Record
from spokedesk.crm.scopes import is_granted, link_scopes
from spokedesk.engine import associations, reads, records
from spokedesk.engine.associations import Direction, LinkInput
from spokedesk.engine.definitions import load_types_between
from spokedesk.engine.links import LinkRequest
from spokedesk.engine.pipelines import find_pipeline
from spokedesk.engine.reads import Reading, Wanted
from spokedesk.engine.records import NewRecord
from spokedesk.errors import InvalidRequest, MissingScopes
from spokedesk.storage.associations import list_targets
from spokedesk.storage.records import Recently, count_recent, get_records, list_recent
from spokedesk.storage.records import list_records as list_page

# what a deal may be linked to here: the list of ids, the object type
LINKED = {
    "associatedVids": "contact",
    "associatedCompanyIds": "company",
    "associatedDealIds": "deal",
    "associatedTicketIds": "ticket",
}


def render_deal(
    reading: Reading, chosen: Selection, definitions: Definitions, call: Call, *, whole: bool = False
) -> dict[str, Any]:
    record = reading.record
    past = None if whole else query.names(call.query, "propertiesWithHistory")
    linked = {page.object_type.singular: sorted({to_id for to_id, _ in page.rows}) for page in reading.links}
    return {
        "portalId": call.context.account.id,
        "dealId": record.id,
        "isDeleted": record.archived_at is not None,
        "associations": {name: linked.get(kind, []) for name, kind in LINKED.items()},
        "properties": render_values(reading, chosen, definitions, call, with_past=past),
        "imports": [],
        "stateChanges": [],
    }


async def read_linked(
    call: Call, definitions: Definitions, found: Sequence[Record], chosen: Selection, *, links: bool
) -> list[Reading]:
    """Deals with past values and, where wanted, the first hundred links to each kind of record."""
    kinds = tuple(call.context.types.resolve(kind) for kind in LINKED.values()) if links else ()
    wanted = Wanted(history=tuple(name for name, _ in chosen.names), links=kinds)
    return await reads.complete(call.tx, call.context.account, definitions, found, wanted)


async def render_page(call: Call, definitions: Definitions, found: Sequence[Record]) -> list[dict[str, Any]]:
    asked = (*query.names(call.query, "properties"), *query.names(call.query, "propertiesWithHistory"))
    if query.flag(call.query, "includeAllProperties"):
        asked = tuple(sorted({name for record in found for name in record.properties}))
    chosen = definitions.select(asked)
    links = query.flag(call.query, "includeAssociations")
    page = await read_linked(call, definitions, found, chosen, links=links)
    return [render_deal(item, chosen, definitions, call) for item in page]


async def render_whole(call: Call, definitions: Definitions, record: Record) -> dict[str, Any]:
    chosen = everything_of(record, definitions)
    (reading,) = await read_linked(call, definitions, [record], chosen, links=True)
    return render_deal(reading, chosen, definitions, call, whole=True)


async def list_deals(call: Call) -> Reply:
    """GET the live deals behind an id."""
    definitions = await definitions_of(call)
    start, limit = page_start(call), page_size(call, "limit", "count")
    found = await list_page(call.tx, call.object_type.id, first_id=start + 1, limit=limit + 1, archived=False)
    page = found[:limit]
    body = {"deals": await render_page(call, definitions, page), "hasMore": len(found) > limit}
    return Reply(200, {**body, "offset": page[-1].id if page else start})


async def list_newest(call: Call, wanted: Recently) -> Reply:
    definitions = await definitions_of(call)
    limit = page_size(call, "count", "limit")
    found = await list_recent(call.tx, call.object_type.id, wanted, limit + 1)
    page = found[:limit]
    chosen = definitions.select(tuple(sorted({name for record in page for name in record.properties})))
    readings = await read_linked(call, definitions, page, chosen, links=True)
    return Reply(
        200,
        {
            "results": [render_deal(item, chosen, definitions, call) for item in readings],
            "hasMore": len(found) > limit,
            "offset": wanted.offset + len(page),
            "total": await count_recent(call.tx, call.object_type.id, wanted),
        },
    )


async def list_changed(call: Call) -> Reply:
    """GET the deals that changed last."""
    return await list_newest(call, read_recently(call, "updated_at"))


async def list_created(call: Call) -> Reply:
    """GET the newest deals."""
    return await list_newest(call, read_recently(call, "created_at"))


async def list_associated(call: Call) -> Reply:
    """GET the deals of a contact or company."""
    kind = other_end(call, writes=False)
    start, limit = page_start(call), page_size(call, "limit", "count")
    types = await load_types_between(call.tx, call.context.account, kind.id, call.object_type.id)
    plain = types.plain
    pairs = await list_targets(call.tx, [record_id(call.path["to_id"])], plain) if plain is not None else []
    behind = [deal for _, deal in pairs if deal > start]
    found = await get_records(call.tx, call.object_type.id, behind[:limit])
    page = [found[deal] for deal in behind[:limit]]
    body = {"deals": await render_page(call, await definitions_of(call), page), "hasMore": len(behind) > limit}
    return Reply(200, {**body, "offset": page[-1].id if page else start})


# single deals


async def find_deal(call: Call, definitions: Definitions) -> Record:
    return await reads.find_one(call.tx, definitions, call.path["record_id"], None)


async def read_deal(call: Call) -> Reply:
    """GET one deal with all its values."""
    definitions = await definitions_of(call)
    return Reply(200, await render_whole(call, definitions, await find_deal(call, definitions)))


async def read_links(call: Call, links: DealLinks | None) -> list[LinkRequest]:
    """The links of a new deal, each of the plain type to its kind of record."""
    found: list[LinkRequest] = []
    given = (links.associated_vids, links.associated_company_ids, links.associated_deal_ids) if links else ()
    tickets = (links.associated_ticket_ids,) if links else ()
    for ids, kind in zip((*given, *tickets), LINKED.values(), strict=False):
        target = call.context.types.resolve(kind)
        types = await load_types_between(call.tx, call.context.account, call.object_type.id, target.id)
        if types.plain is not None:
            found.extend(LinkRequest(needed_text(item), types.plain.type_id) for item in ids or ())
    return found


async def create_deal(call: Call) -> Reply:
    """POST one deal as a list of names and values, and what it belongs to."""
    definitions = await definitions_of(call)
    new = NewRecord(read_values(call.body.properties or ()), await read_links(call, call.body.associations))
    return Reply(200, await render_whole(call, definitions, await create_one(call, definitions, new)))


async def update_deal(call: Call) -> Reply:
    """PUT names and values over those of one deal; others stay."""
    definitions = await definitions_of(call)
    record = await find_deal(call, definitions)
    updated = await update_one(call, definitions, record, read_values(call.body.properties or ()))
    return Reply(200, await render_whole(call, definitions, updated))


async def archive_deal(call: Call) -> Reply:
    """DELETE one deal to the recycle bin."""
    definitions = await definitions_of(call)
    record = await find_deal(call, definitions)
    await records.archive_records(call.tx, call.context, definitions, [record.id])
    return Reply(204)


def other_end(call: Call, *, writes: bool) -> ObjectType:
    """The kind of record that the path names beside deals; raise when the token may see neither, or it cannot be."""
    kind = call.context.types.find(call.path["kind"])
    if kind is None or kind.singular not in LINKED.values():
        raise InvalidRequest(f"{call.path['kind'][:60]} is not a type that deals are linked to here")
    needed = link_scopes((call.object_type, kind), writes=writes)
    if not is_granted(needed, call.scopes):
        raise MissingScopes(needed)
    return kind


def deal_links(call: Call) -> tuple[Direction, list[LinkInput]]:
    kind = other_end(call, writes=True)
    deal = str(record_id(call.path["record_id"]))
    ids = [str(record_id(item)) for item in query.names(call.query, "id")]
    return Direction(call.object_type, kind), [LinkInput(deal, item) for item in ids]


async def link_deal(call: Call) -> Reply:
    """PUT links from one deal to the ids of the query, all or none."""
    direction, inputs = deal_links(call)
    for outcome in await associations.associate(call.tx, call.context, direction, inputs):
        if outcome.error is not None:
            raise outcome.error
    return Reply(204)


async def unlink_deal(call: Call) -> Reply:
    """DELETE links from one deal; those that are not there are no error."""
    direction, inputs = deal_links(call)
    await associations.disassociate(call.tx, call.context, direction, inputs)
    return Reply(204)


# pipelines


def render_pipeline(pipeline: Pipeline, definitions: Definitions) -> dict[str, Any]:
    return {
        "pipelineId": pipeline.id,
        "label": pipeline.label,
        "active": True,
        "displayOrder": pipeline.display_order,
        "staticDefault": pipeline.id == definitions.object_type.default_pipeline,
        "stages": [
            {
                "stageId": stage.id,
                "label": stage.label,
                "displayOrder": stage.display_order,
                "probability": float(stage.metadata.get("probability", 0)),
                "closedWon": stage.metadata.get("probability") == "1.0",
                "active": True,
            }
            for stage in pipeline.stages
        ],
    }


async def list_pipelines(call: Call) -> Reply:
    """GET the pipelines of deals as a bare list."""
    definitions = await definitions_of(call)
    return Reply(200, [render_pipeline(pipeline, definitions) for pipeline in definitions.pipelines.values()])


async def read_pipeline(call: Call) -> Reply:
    """GET one pipeline of deals."""
    definitions = await definitions_of(call)
    return Reply(200, render_pipeline(find_pipeline(definitions, call.path["pipeline_id"]), definitions))
