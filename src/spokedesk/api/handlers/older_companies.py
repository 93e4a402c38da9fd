"""Companies in their first form, with the contacts that belong to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from spokedesk.api import query
from spokedesk.api.calls import Call, Reply
from spokedesk.api.handlers.older_contacts import identities, renamed
from spokedesk.api.handlers.older_records import (
    create_one,
    everything_of,
    page_size,
    page_start,
    read_all,
    read_recently,
    read_values,
    render_values,
    update_one,
)
from spokedesk.api.handlers.records import definitions_of
from spokedesk.api.handlers.search import read_number
from spokedesk.api.json_door import items_of
from spokedesk.crm.associations import HUBSPOT_DEFINED, WantedType
from spokedesk.crm.definitions import Definitions, Selection
from spokedesk.crm.identifiers import record_id
from spokedesk.crm.records import Record
from spokedesk.crm.search import Filter, SearchQuery, Sort
from spokedesk.engine import associations, reads, records
from spokedesk.engine.associations import Direction, LinkInput
from spokedesk.engine.definitions import load_types_between
from spokedesk.engine.reads import Reading
from spokedesk.engine.records import NewRecord
from spokedesk.engine.search import search_records
from spokedesk.errors import InvalidRequest
from spokedesk.storage.associations import list_targets
from spokedesk.storage.records import Recently, count_recent, get_records, list_recent
from spokedesk.storage.records import list_records as list_page

PAGE = 100
MOST_BY_DOMAIN = 100
PRIMARY_OF_CONTACT = "2"
SHOWN_OF_CONTACTS = ("firstname", "lastname", "email", "company", "jobtitle")


def render_company(
    reading: Reading, chosen: Selection, definitions: Definitions, call: Call, *, whole: bool = False
) -> dict[str, Any]:
    record = reading.record
    past = None if whole else query.names(call.query, "propertiesWithHistory")
    return {
        "portalId": call.context.account.id,
        "companyId": record.id,
        "isDeleted": record.archived_at is not None,
        "properties": render_values(reading, chosen, definitions, call, with_past=past),
        "additionalDomains": [],
        "stateChanges": [],
        "mergeAudits": [],
    }


def read_chosen(call: Call, definitions: Definitions) -> Selection:
    past = query.names(call.query, "propertiesWithHistory")
    return definitions.select((*query.names(call.query, "properties"), *past))


async def render_page(call: Call, definitions: Definitions, found: Sequence[Record]) -> list[dict[str, Any]]:
    chosen = read_chosen(call, definitions)
    page = await read_all(found, chosen, definitions, call)
    return [render_company(item, chosen, definitions, call) for item in page]


async def render_whole(call: Call, definitions: Definitions, record: Record) -> dict[str, Any]:
    chosen = everything_of(record, definitions)
    (reading,) = await read_all([record], chosen, definitions, call)
    return render_company(reading, chosen, definitions, call, whole=True)


async def list_companies(call: Call) -> Reply:
    """GET the live companies behind an id."""
    definitions = await definitions_of(call)
    start, limit = page_start(call), page_size(call, "limit", "count")
    found = await list_page(call.tx, call.object_type.id, first_id=start + 1, limit=limit + 1, archived=False)
    page = found[:limit]
    return Reply(
        200,
        {
            "companies": await render_page(call, definitions, page),
            "has-more": len(found) > limit,
            "offset": page[-1].id if page else start,
        },
    )


async def list_newest(call: Call, wanted: Recently) -> Reply:
    definitions = await definitions_of(call)
    limit = page_size(call, "count", "limit")
    found = await list_recent(call.tx, call.object_type.id, wanted, limit + 1)
    page = found[:limit]
    return Reply(
        200,
        {
            "results": await render_page(call, definitions, page),
            "hasMore": len(found) > limit,
            "offset": wanted.offset + len(page),
            "total": await count_recent(call.tx, call.object_type.id, wanted),
        },
    )


async def list_changed(call: Call) -> Reply:
    """GET the companies that changed last."""
    return await list_newest(call, read_recently(call, "updated_at"))


async def list_created(call: Call) -> Reply:
    """GET the newest companies."""
    return await list_newest(call, read_recently(call, "created_at"))


async def find_by_domain(call: Call) -> Reply:
    """POST for the companies that have a domain."""
    definitions = await definitions_of(call)
    options, offset = call.body.request_options, call.body.offset
    start = read_number(offset.company_id if offset else None, "companyId", 0)
    limit = read_number(call.body.limit, "limit", MOST_BY_DOMAIN)
    if not 1 <= limit <= MOST_BY_DOMAIN:
        raise InvalidRequest(f"The limit must be between 1 and {MOST_BY_DOMAIN}")
    filters = (
        Filter("domain", "EQ", call.path["domain"], None, None),
        Filter("hs_object_id", "GT", str(start), None, None),
    )
    wanted = SearchQuery((filters,), "", (Sort("hs_object_id", descending=False),), limit, 0)
    total, found = await search_records(call.tx, call.context, definitions, wanted)
    chosen = definitions.select(tuple(options.properties or ()) if options else ())
    page = await read_all(found, chosen, definitions, call)
    return Reply(
        200,
        {
            "results": [render_company(item, chosen, definitions, call) for item in page],
            "hasMore": total > len(found),
            "offset": {"companyId": found[-1].id if found else start, "isPrimary": True},
        },
    )


# single companies


async def find_company(call: Call, definitions: Definitions) -> Record:
    return await reads.find_one(call.tx, definitions, call.path["record_id"], None)


async def read_company(call: Call) -> Reply:
    """GET one company with all its values."""
    definitions = await definitions_of(call)
    return Reply(200, await render_whole(call, definitions, await find_company(call, definitions)))


async def create_company(call: Call) -> Reply:
    """POST one company as a list of names and values."""
    definitions = await definitions_of(call)
    record = await create_one(call, definitions, NewRecord(read_values(items_of(call.body.properties))))
    return Reply(200, await render_whole(call, definitions, record))


async def update_company(call: Call) -> Reply:
    """PUT names and values over those of one company; others stay."""
    definitions = await definitions_of(call)
    record = await find_company(call, definitions)
    updated = await update_one(call, definitions, record, read_values(items_of(call.body.properties)))
    return Reply(200, await render_whole(call, definitions, updated))


async def archive_company(call: Call) -> Reply:
    """DELETE one company to the recycle bin."""
    definitions = await definitions_of(call)
    record = await find_company(call, definitions)
    await records.archive_records(call.tx, call.context, definitions, [record.id])
    return Reply(200, {"companyId": record.id, "deleted": True})


# the contacts of a company


async def list_members(call: Call) -> tuple[list[int], bool, int]:
    """A page of the contacts of a company: their ids, whether more follow, the last of them."""
    company = await find_company(call, await definitions_of(call))
    start, limit = page_start(call, "vidOffset"), page_size(call, "count")
    contacts = call.context.types.resolve("contact")
    plain = (await load_types_between(call.tx, call.context.account, call.object_type.id, contacts.id)).plain
    pairs = await list_targets(call.tx, [company.id], plain) if plain is not None else []
    behind = [vid for _, vid in pairs if vid > start]
    page = behind[:limit]
    return page, len(behind) > limit, page[-1] if page else start


async def list_member_ids(call: Call) -> Reply:
    """GET the vids of the contacts of a company."""
    page, has_more, last = await list_members(call)
    return Reply(200, {"vids": page, "hasMore": has_more, "vidOffset": last})


async def list_member_contacts(call: Call) -> Reply:
    """GET the contacts of a company, each with a few values."""
    page, has_more, last = await list_members(call)
    found = await get_records(call.tx, call.context.types.resolve("contact").id, page)
    contacts = [render_member(found[vid], call) for vid in page if vid in found]
    return Reply(200, {"contacts": contacts, "hasMore": has_more, "vidOffset": last})


def render_member(record: Record, call: Call) -> dict[str, Any]:
    return {
        "vid": record.id,
        "portalId": call.context.account.id,
        "isContact": True,
        "properties": [
            {"name": name, "value": value, "sourceVid": [record.id]}
            for name in SHOWN_OF_CONTACTS
            if (value := record.properties.get(name))
        ],
        "identities": [{"vid": record.id, "identity": [renamed(item) for item in identities(record)], "linkedVid": []}],
        "formSubmissions": [],
        "listMembership": [],
    }


def member_ids(call: Call) -> tuple[Direction, str, str]:
    types = call.context.types
    company, contact = (str(record_id(call.path[name])) for name in ("record_id", "contact_id"))
    return Direction(types.resolve("company"), types.resolve("contact")), company, contact


async def add_member(call: Call) -> Reply:
    """PUT a contact into a company, which becomes its primary one."""
    direction, company, contact = member_ids(call)
    wanted = LinkInput(company, contact, [WantedType(HUBSPOT_DEFINED, PRIMARY_OF_CONTACT)])
    (outcome,) = await associations.associate(call.tx, call.context, direction, [wanted])
    if outcome.error is not None:
        raise outcome.error
    definitions = await definitions_of(call)
    return Reply(200, await render_whole(call, definitions, await find_company(call, definitions)))


async def remove_member(call: Call) -> Reply:
    """DELETE a contact from a company; one that is not in it is no error."""
    direction, company, contact = member_ids(call)
    await associations.disassociate_all(call.tx, call.context, direction, [(company, contact)])
    return Reply(204)
