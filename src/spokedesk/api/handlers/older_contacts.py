"""Contacts in their first form: a number called vid, names with hyphens, and who somebody is beside the values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from spokedesk.api import query
from spokedesk.api.bodies.older_contacts import ContactValueInput, OlderContactInput
from spokedesk.api.calls import Call, Reply
from spokedesk.api.handlers.older_records import (
    create_one,
    everything_of,
    older_value,
    page_size,
    page_start,
    read_all,
    update_one,
)
from spokedesk.api.handlers.records import definitions_of
from spokedesk.api.json_door import items_of, needed_text, text_of
from spokedesk.api.render import read_properties, record_url
from spokedesk.crm.definitions import Definitions, Selection
from spokedesk.crm.history import PastValue
from spokedesk.crm.identifiers import record_id
from spokedesk.crm.properties import PropertyDefinition
from spokedesk.crm.records import MERGED, Record
from spokedesk.crm.search import SearchQuery
from spokedesk.engine import reads, records
from spokedesk.engine.batches import all_or_nothing, check_count
from spokedesk.engine.definitions import load_types_between
from spokedesk.engine.reads import Reading
from spokedesk.engine.records import NewRecord, RecordUpdate
from spokedesk.engine.search import search_records
from spokedesk.errors import InvalidRequest, NotFound, RecordExists
from spokedesk.storage.associations import list_targets
from spokedesk.storage.records import LATEST, Recently, get_records, list_recent
from spokedesk.storage.records import list_records as list_page

PAGE, LARGEST_PAGE = 20, 100
LISTED = ("company", "firstname", "lastmodifieddate", "lastname")
COMPANY_VALUES = ("name", "domain", "phone", "website", "city", "state", "country")


def read_values(inputs: Sequence[ContactValueInput]) -> dict[str, str | None]:
    return {needed_text(item.property): text_of(item.value) for item in inputs}


def with_history(call: Call, default: str) -> bool:
    return (query.text(call.query, "propertyMode") or default) == "value_and_history"


# rendering


def render_past(past: PastValue, definition: PropertyDefinition | None) -> dict[str, Any]:
    return {
        "value": older_value(definition, past.value),
        "source-type": past.source.type,
        "source-id": past.source.id,
        "source-label": past.source.label,
        "timestamp": past.at,
        "selected": False,
    }


def identity(record: Record, address: str, *, primary: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "EMAIL", "value": address, "timestamp": record.created_at}
    return {**found, "is-primary": True} if primary else found


def identities(record: Record) -> list[dict[str, Any]]:
    """The addresses of a contact, the primary one first."""
    others = (item for item in record.properties.get("hs_additional_emails", "").split(";") if item)
    email = record.properties.get("email")
    primary = [identity(record, email, primary=True)] if email else []
    return [*primary, *(identity(record, item, primary=False) for item in others)]


def render_contact(
    reading: Reading, chosen: Selection, definitions: Definitions, call: Call, *, history: bool
) -> dict[str, Any]:
    record, past = reading.record, reading.history or {}
    properties: dict[str, Any] = {}
    for name, value in read_properties(record, chosen, definitions, call).items():
        definition = definitions.properties.get(name)
        if value:
            properties[name] = {"value": older_value(definition, value)}
            if history:
                properties[name]["versions"] = [render_past(item, definition) for item in past.get(name, ())]
    found: dict[str, Any] = {
        "vid": record.id,
        "canonical-vid": record.id,
        "merged-vids": [int(item) for item in record.properties.get(MERGED, "").split(";") if item],
        "portal-id": call.context.account.id,
        "is-contact": True,
        "profile-url": record_url(record, call),
        "properties": properties,
        "form-submissions": [],
        "identity-profiles": [
            {
                "vid": record.id,
                "saved-at-timestamp": record.updated_at,
                "deleted-changed-timestamp": 0,
                "identities": identities(record),
            }
        ],
        "merge-audits": [],
    }
    if query.flag(call.query, "showListMemberships", default=True):
        found["list-memberships"] = []
    if query.flag(call.query, "includeVersion"):
        found["versionTimestamp"] = record.updated_at
    return found


def read_chosen(call: Call, definitions: Definitions, record: Record | None = None) -> Selection:
    """The properties of `property`; without any, all of one contact or the few of a list."""
    asked = query.names(call.query, "property")
    if asked or record is None:
        return definitions.select(asked or LISTED)
    return everything_of(record, definitions)


async def render_page(call: Call, definitions: Definitions, found: Sequence[Record]) -> list[dict[str, Any]]:
    chosen, history = read_chosen(call, definitions), with_history(call, "value_only")
    page = await read_all(found, chosen, definitions, call) if history else [Reading(record) for record in found]
    rendered = [render_contact(item, chosen, definitions, call, history=history) for item in page]
    return [{"addedAt": record.created_at, **item} for record, item in zip(found, rendered, strict=True)]


async def render_profile(call: Call, definitions: Definitions, record: Record) -> dict[str, Any]:
    """Everything about one contact, its company among it."""
    chosen, history = read_chosen(call, definitions, record), with_history(call, "value_and_history")
    (reading,) = await read_all([record], chosen, definitions, call)
    found = render_contact(reading, chosen, definitions, call, history=history)
    company = await find_company(call, record)
    if company is not None:
        found["associated-company"] = {
            "company-id": company.id,
            "portal-id": call.context.account.id,
            "properties": {
                name: {"value": value} for name in COMPANY_VALUES if (value := company.properties.get(name))
            },
        }
    return found


async def find_company(call: Call, record: Record) -> Record | None:
    """The primary company of a contact."""
    kind = call.context.types.resolve("company")
    primary = (await load_types_between(call.tx, call.context.account, record.object_type, kind.id)).primary
    pairs = await list_targets(call.tx, [record.id], primary) if primary is not None else []
    found = await get_records(call.tx, kind.id, [company for _, company in pairs])
    return next(iter(found.values()), None)


# lists


async def list_contacts(call: Call) -> Reply:
    """GET the live contacts behind a vid."""
    definitions = await definitions_of(call)
    start, limit = page_start(call, "vidOffset"), page_size(call, "count", default=PAGE, largest=LARGEST_PAGE)
    found = await list_page(call.tx, call.object_type.id, first_id=start + 1, limit=limit + 1, archived=False)
    page = found[:limit]
    return Reply(
        200,
        {
            "contacts": await render_page(call, definitions, page),
            "has-more": len(found) > limit,
            "vid-offset": page[-1].id if page else start,
        },
    )


async def list_newest(call: Call, wanted: Recently) -> Reply:
    definitions = await definitions_of(call)
    limit = page_size(call, "count", default=PAGE, largest=LARGEST_PAGE)
    found = await list_recent(call.tx, call.object_type.id, wanted, limit + 1)
    page = found[:limit]
    last = getattr(page[-1], wanted.column) if page else wanted.at
    return Reply(
        200,
        {
            "contacts": await render_page(call, definitions, page),
            "has-more": len(found) > limit,
            "vid-offset": page[-1].id if page else 0,
            "time-offset": last if page else 0,
        },
    )


def behind(call: Call) -> dict[str, int]:
    """The two halves of the cursor of lists by time."""
    at, vid = (query.whole_number(call.query, name) or 0 for name in ("timeOffset", "vidOffset"))
    return {"at": at, "record_id": vid if vid > 0 else LATEST} if at > 0 else {}


async def list_changed(call: Call) -> Reply:
    """GET the contacts that changed last."""
    return await list_newest(call, Recently("updated_at", **behind(call)))


async def list_created(call: Call) -> Reply:
    """GET the newest contacts."""
    return await list_newest(call, Recently("created_at", **behind(call)))


async def search_contacts(call: Call) -> Reply:
    """GET the contacts in which all words of a text stand."""
    definitions = await definitions_of(call)
    text, start = query.text(call.query, "q") or "", page_start(call)
    limit = page_size(call, "count", default=PAGE, largest=LARGEST_PAGE)
    wanted = SearchQuery(groups=(), query=text, sorts=(), limit=limit, after=start)
    total, found = await search_records(call.tx, call.context, definitions, wanted)
    return Reply(
        200,
        {
            "query": text,
            "offset": start + len(found),
            "has-more": start + len(found) < total,
            "total": total,
            "contacts": await render_page(call, definitions, found),
        },
    )


# single contacts


async def find_contact(call: Call, definitions: Definitions) -> Record:
    """The contact that the path names by vid or address; raise NotFound."""
    email = call.path.get("email")
    key, id_property = (call.path["record_id"], None) if email is None else (email, "email")
    (record,) = await reads.find_many(call.tx, definitions, [key], id_property, follow=True)
    if record is None or record.archived_at is not None:
        raise NotFound("contact does not exist")
    return record


async def read_contact(call: Call) -> Reply:
    """GET one contact by vid or address."""
    definitions = await definitions_of(call)
    return Reply(200, await render_profile(call, definitions, await find_contact(call, definitions)))


async def read_by_vids(call: Call) -> Reply:
    """GET several contacts by vid; the answer is keyed by it, and those that are not there are left out."""
    return await read_several(call, query.names(call.query, "vid"), None)


async def read_by_emails(call: Call) -> Reply:
    """GET several contacts by address."""
    return await read_several(call, query.names(call.query, "email"), "email")


async def read_several(call: Call, keys: Sequence[str], id_property: str | None) -> Reply:
    check_count(len(keys))
    definitions = await definitions_of(call)
    found = await reads.find_many(call.tx, definitions, keys, id_property, follow=id_property is None)
    live = {record.id: record for record in found if record is not None and record.archived_at is None}
    return Reply(200, {str(key): await render_profile(call, definitions, item) for key, item in live.items()})


async def create_contact(call: Call) -> Reply:
    """POST one contact; an address that somebody has is a conflict which names that contact."""
    definitions = await definitions_of(call)
    new = NewRecord(read_values(items_of(call.body.properties)))
    (outcome,) = await records.create_records(call.tx, call.context, definitions, [new])
    if isinstance(outcome.error, RecordExists):
        return await conflict(call, outcome.error)
    all_or_nothing([outcome])
    assert outcome.record is not None, "errors were raised before"
    return Reply(200, await render_profile(call, definitions, outcome.record))


async def conflict(call: Call, error: RecordExists) -> Reply:
    """The error in the words of this call, with the identity of the contact that is there."""
    holder = (await get_records(call.tx, call.object_type.id, [error.existing_id])).get(error.existing_id)
    known = identities(holder) if holder is not None else []
    return Reply(
        409,
        {
            "status": "error",
            "message": "Contact already exists",
            "correlationId": call.correlation_id,
            "requestId": call.correlation_id,
            "error": "CONTACT_EXISTS",
            "identityProfile": {
                "vid": error.existing_id,
                "identity": [{**renamed(item), "source": "UNSPECIFIED"} for item in known],
                "linkedVid": [],
                "isContact": True,
            },
        },
    )


def renamed(item: Mapping[str, Any]) -> dict[str, Any]:
    """The same in the spelling of the later calls."""
    return {"isPrimary" if name == "is-primary" else name: value for name, value in item.items()}


async def update_contact(call: Call) -> Reply:
    """POST other values of one contact."""
    definitions = await definitions_of(call)
    record = await find_contact(call, definitions)
    await update_one(call, definitions, record, read_values(items_of(call.body.properties)))
    return Reply(204)


async def upsert_contact(call: Call) -> Reply:
    """POST values of the contact with an address, which is made when nobody has it."""
    definitions = await definitions_of(call)
    email, values = call.path["email"], read_values(items_of(call.body.properties))
    (record,) = await reads.find_by_unique_values(call.tx, definitions, [("email", email)])
    if record is None:
        made = await create_one(call, definitions, NewRecord({"email": email, **values}))
        return Reply(200, {"vid": made.id, "isNew": True})
    await update_one(call, definitions, record, values)
    return Reply(200, {"vid": record.id, "isNew": False})


async def archive_contact(call: Call) -> Reply:
    """DELETE one contact to the recycle bin."""
    definitions = await definitions_of(call)
    record = await find_contact(call, definitions)
    await records.archive_records(call.tx, call.context, definitions, [record.id])
    return Reply(200, {"vid": record.id, "deleted": True, "reason": "OK"})


async def write_several(call: Call) -> Reply:
    """POST a list of contacts, known ones by vid or address, all or none."""
    inputs: Sequence[OlderContactInput] = call.body
    check_count(len(inputs), limit=1000)
    definitions = await definitions_of(call)
    for item in inputs:
        values = read_values(items_of(item.properties))
        key = item.email or values.get("email") or ""
        if item.vid is not None:
            number = record_id(needed_text(item.vid))
            found = [await records.find_live(call.tx, definitions, number)]
            update = RecordUpdate(str(number), None, values)
            all_or_nothing(await records.update_records(call.tx, call.context, definitions, [update], found))
        elif key:
            update = RecordUpdate(key, "email", {"email": key, **values})
            all_or_nothing(await records.upsert_records(call.tx, call.context, definitions, [update]))
        else:
            raise InvalidRequest("Every contact needs a vid or an email")
    return Reply(202)
