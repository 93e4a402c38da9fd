"""Engagements: activities of all kinds behind one call, with what is particular to a kind under `metadata`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from spokedesk.api.bodies.older_engagements import EngagementLinks, OlderEngagementBody
from spokedesk.api.calls import Call, Reply
from spokedesk.api.handlers.older_records import create_one, page_size, page_start, read_recently, update_one
from spokedesk.api.json_door import needed_text, text_of
from spokedesk.crm.identifiers import record_id
from spokedesk.crm.instants import parse_instant
from spokedesk.crm.object_types import ObjectType
from spokedesk.crm.records import Record
from spokedesk.engine import associations, engagements, reads, records
from spokedesk.engine.associations import Direction, LinkInput
from spokedesk.engine.definitions import load_definitions, load_types_between
from spokedesk.engine.links import LinkRequest
from spokedesk.engine.reads import Reading, Wanted
from spokedesk.engine.records import NewRecord
from spokedesk.errors import InvalidRequest
from spokedesk.storage.records import Recently

TIME, OWNER, FILES, HEADERS = "hs_timestamp", "hubspot_owner_id", "hs_attachment_ids", "hs_email_headers"
# the word of these calls, the object type, and under which property each entry of the metadata is kept
KINDS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "NOTE": ("note", {"body": "hs_note_body"}),
    "CALL": (
        "call",
        {
            "title": "hs_call_title",
            "body": "hs_call_body",
            "status": "hs_call_status",
            "disposition": "hs_call_disposition",
            "durationMilliseconds": "hs_call_duration",
            "toNumber": "hs_call_to_number",
            "fromNumber": "hs_call_from_number",
            "recordingUrl": "hs_call_recording_url",
            "direction": "hs_call_direction",
        },
    ),
    "EMAIL": (
        "email",
        {
            "subject": "hs_email_subject",
            "html": "hs_email_html",
            "text": "hs_email_text",
            "status": "hs_email_status",
            "messageId": "hs_email_message_id",
            "threadId": "hs_email_thread_id",
        },
    ),
    "MEETING": (
        "meeting",
        {
            "title": "hs_meeting_title",
            "body": "hs_meeting_body",
            "startTime": "hs_meeting_start_time",
            "endTime": "hs_meeting_end_time",
            "location": "hs_meeting_location",
            "externalUrl": "hs_meeting_external_url",
            "internalMeetingNotes": "hs_internal_meeting_notes",
            "meetingOutcome": "hs_meeting_outcome",
        },
    ),
    "TASK": (
        "task",
        {
            "subject": "hs_task_subject",
            "body": "hs_task_body",
            "status": "hs_task_status",
            "priority": "hs_task_priority",
            "taskType": "hs_task_type",
            "forObjectType": "hs_task_for_object_type",
            "completionDate": "hs_task_completion_date",
            "reminders": "hs_task_reminders",
        },
    ),
}
WORDS = {singular: word for word, (singular, _) in KINDS.items()}
# e-mails that came in or were forwarded are e-mails like others
ALIASES = {"INCOMING_EMAIL": "EMAIL", "FORWARDED_EMAIL": "EMAIL"}
PEOPLE = ("from", "sender", "to", "cc", "bcc")
NUMBERS = ("hs_call_duration",)
INSTANTS = ("hs_meeting_start_time", "hs_meeting_end_time", "hs_task_completion_date")
LINKED = {"contactIds": "contact", "companyIds": "company", "dealIds": "deal", "ticketIds": "ticket"}


def kinds_of(call: Call) -> list[ObjectType]:
    return [call.context.types.resolve(singular) for singular, _ in KINDS.values()]


# rendering


def number_of(text: str) -> Any:
    return int(text) if text.isdigit() else text


def render_metadata(word: str, values: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for entry, name in KINDS[word][1].items():
        value = values.get(name)
        if value:
            convert: Callable[[str], Any] = str
            if name in NUMBERS:
                convert = number_of
            elif name in INSTANTS:
                convert = parse_instant
            found[entry] = [number_of(part) for part in value.split(";")] if entry == "reminders" else convert(value)
    return {**render_people(values), **found} if word == "EMAIL" else found


def render_people(values: Mapping[str, str]) -> dict[str, Any]:
    """Who wrote to whom, from the headers that a client left; texts that are none say nothing."""
    try:
        headers = msgspec.json.decode(values.get(HEADERS) or "{}")
    except (msgspec.DecodeError, RecursionError):
        headers = {}
    known = headers if isinstance(headers, dict) else {}
    people = {name: known[name] for name in PEOPLE if name in known}
    return {"from": {}, "to": [], "cc": [], "bcc": [], **people}


def render_engagement(reading: Reading, call: Call) -> dict[str, Any]:
    record, values = reading.record, reading.record.properties
    word = WORDS[call.context.types.resolve(record.object_type).singular]
    engagement: dict[str, Any] = {
        "id": record.id,
        "portalId": call.context.account.id,
        "active": record.archived_at is None,
        "createdAt": record.created_at,
        "lastUpdated": record.updated_at,
        "type": word,
        "timestamp": parse_instant(values.get(TIME, "")) or record.created_at,
    }
    for entry, name in (
        ("ownerId", OWNER),
        ("createdBy", "hs_created_by_user_id"),
        ("modifiedBy", "hs_updated_by_user_id"),
    ):
        if values.get(name):
            engagement[entry] = number_of(values[name])
    linked = {page.object_type.singular: sorted({to_id for to_id, _ in page.rows}) for page in reading.links}
    return {
        "engagement": engagement,
        "associations": {
            **{name: linked.get(kind, []) for name, kind in LINKED.items()},
            "ownerIds": [],
            "workflowIds": [],
        },
        "attachments": [{"id": number_of(item)} for item in values.get(FILES, "").split(";") if item],
        "metadata": render_metadata(word, values),
    }


async def render_all(call: Call, found: Sequence[Record]) -> list[dict[str, Any]]:
    """Records of any kinds, in the order given."""
    wanted = Wanted(links=tuple(call.context.types.resolve(kind) for kind in LINKED.values()))
    rendered: dict[int, dict[str, Any]] = {}
    for kind in kinds_of(call):
        own = [record for record in found if record.object_type == kind.id]
        definitions = await load_definitions(call.tx, call.context.account, kind)
        for reading in await reads.complete(call.tx, call.context.account, definitions, own, wanted):
            rendered[reading.record.id] = render_engagement(reading, call)
    return [rendered[record.id] for record in found]


async def render_one(call: Call, kind: ObjectType, number: int) -> dict[str, Any]:
    """An engagement as it is stored now."""
    return (await render_all(call, [await engagements.find_engagement(call.tx, [kind], str(number))]))[0]


# lists


async def list_engagements(call: Call) -> Reply:
    """GET the live engagements behind an id."""
    start, limit = page_start(call), page_size(call, "limit", "count")
    found = await engagements.list_engagements(call.tx, kinds_of(call), first_id=start + 1, limit=limit + 1)
    page = found[:limit]
    body = {"results": await render_all(call, page), "hasMore": len(found) > limit}
    return Reply(200, {**body, "offset": page[-1].id if page else start})


async def list_changed(call: Call) -> Reply:
    """GET the engagements that changed last."""
    wanted, limit = read_recently(call, "updated_at"), page_size(call, "count", "limit")
    return await reply_newest(call, wanted, limit)


async def reply_newest(call: Call, wanted: Recently, limit: int) -> Reply:
    kinds = kinds_of(call)
    found = await engagements.list_recent_engagements(call.tx, kinds, wanted, limit + 1)
    page = found[:limit]
    return Reply(
        200,
        {
            "results": await render_all(call, page),
            "hasMore": len(found) > limit,
            "offset": wanted.offset + len(page),
            "total": await engagements.count_engagements(call.tx, kinds, wanted),
        },
    )


async def list_associated(call: Call) -> Reply:
    """GET the engagements of one record."""
    end = call.context.types.find(call.path["kind"])
    if end is None or end.singular not in LINKED.values():
        raise InvalidRequest(f"{call.path['kind'][:60]} is not a type that engagements are linked to here")
    owner = record_id(call.path["to_id"])
    start, limit = page_start(call), page_size(call, "limit", "count")
    kinds = kinds_of(call)
    behind = [number for number in await engagements.list_linked(call.tx, kinds, end, owner) if number > start]
    found = await engagements.get_engagements(call.tx, kinds, behind[: limit + 1])
    page = found[:limit]
    body = {"results": await render_all(call, page), "hasMore": len(found) > limit}
    return Reply(200, {**body, "offset": page[-1].id if page else start})


# single engagements


async def find(call: Call) -> tuple[Record, ObjectType]:
    record = await engagements.find_engagement(call.tx, kinds_of(call), call.path["record_id"])
    return record, call.context.types.resolve(record.object_type)


async def read_engagement(call: Call) -> Reply:
    """GET one engagement of whatever kind."""
    record, _ = await find(call)
    return Reply(200, (await render_all(call, [record]))[0])


def read_word(text: str | None) -> str:
    word = (text or "").upper()
    word = ALIASES.get(word, word)
    if word not in KINDS:
        raise InvalidRequest(f"The engagement type must be one of [{', '.join(KINDS)}], not {(text or '')[:60]}")
    return word


def read_values(body: OlderEngagementBody, word: str) -> dict[str, str | None]:
    """The values that a body names; entries of the metadata that no property stands for are passed over."""
    values: dict[str, str | None] = {}
    if not isinstance(body.engagement, msgspec.UnsetType):
        if body.engagement.owner_id is not None:
            values[OWNER] = text_of(body.engagement.owner_id)
        if body.engagement.timestamp is not None:
            values[TIME] = text_of(body.engagement.timestamp)
    if body.attachments is not None:
        values[FILES] = ";".join(needed_text(item.id) for item in body.attachments)
    metadata = body.metadata or {}
    for entry, name in KINDS[word][1].items():
        given = metadata.get(entry)
        if given is not None:
            values[name] = (
                ";".join(text_of(item) or "" for item in given) if isinstance(given, list) else text_of(given)
            )
    people = {name: metadata[name] for name in PEOPLE if metadata.get(name) is not None} if word == "EMAIL" else {}
    if people:
        values[HEADERS] = json.dumps(people, ensure_ascii=False, separators=(",", ":"))
    return values


async def read_links(call: Call, kind: ObjectType, links: EngagementLinks | None) -> list[tuple[ObjectType, str, int]]:
    """What an engagement is to be linked to: the kind, the id, the association type."""
    found: list[tuple[ObjectType, str, int]] = []
    given = (links.contact_ids, links.company_ids, links.deal_ids, links.ticket_ids) if links else ()
    for ids, singular in zip(given, LINKED.values(), strict=False):
        target = call.context.types.resolve(singular)
        plain = (await load_types_between(call.tx, call.context.account, kind.id, target.id)).plain
        if plain is not None:
            found.extend((target, needed_text(item), plain.type_id) for item in ids or ())
    return found


async def create_engagement(call: Call) -> Reply:
    """POST one engagement; without a time it happened now."""
    word = read_word(call.body.engagement.type)
    kind = call.context.types.resolve(KINDS[word][0])
    values = read_values(call.body, word)
    start = values.get("hs_meeting_start_time") if word == "MEETING" else None
    links = [LinkRequest(key, type_id) for _, key, type_id in await read_links(call, kind, call.body.associations)]
    definitions = await load_definitions(call.tx, call.context.account, kind)
    new = NewRecord({TIME: start or str(call.context.now), **values}, links)
    record = await create_one(call, definitions, new)
    return Reply(200, await render_one(call, kind, record.id))


async def update_engagement(call: Call) -> Reply:
    """PATCH one engagement: what is named takes the place of what was there, links are added."""
    record, kind = await find(call)
    definitions = await load_definitions(call.tx, call.context.account, kind)
    values = read_values(call.body, WORDS[kind.singular])
    if values:
        await update_one(call, definitions, record, values)
    for target, key, _ in await read_links(call, kind, call.body.associations):
        await link(call, kind, target, LinkInput(str(record.id), key))
    return Reply(200, await render_one(call, kind, record.id))


async def archive_engagement(call: Call) -> Reply:
    """DELETE one engagement to the recycle bin."""
    record, kind = await find(call)
    definitions = await load_definitions(call.tx, call.context.account, kind)
    await records.archive_records(call.tx, call.context, definitions, [record.id])
    return Reply(204)


async def link(call: Call, kind: ObjectType, target: ObjectType, wanted: LinkInput) -> None:
    (outcome,) = await associations.associate(call.tx, call.context, Direction(kind, target), [wanted])
    if outcome.error is not None:
        raise outcome.error


async def link_engagement(call: Call) -> Reply:
    """PUT a link from one engagement to a record."""
    record, kind = await find(call)
    end = call.context.types.find(call.path["kind"])
    if end is None or end.singular not in LINKED.values():
        raise InvalidRequest(f"{call.path['kind'][:60]} is not a type that engagements are linked to here")
    await link(call, kind, end, LinkInput(str(record.id), call.path["to_id"]))
    return Reply(204)
