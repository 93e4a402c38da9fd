"""Records in their first forms: an object of value objects, each with who wrote it and when."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

from spokedesk.api import query
from spokedesk.api.bodies.older_paths import NameValueInput
from spokedesk.api.calls import Call, Reply
from spokedesk.api.handlers.records import definitions_of
from spokedesk.api.json_door import items_of, needed_text, text_of
from spokedesk.api.render import read_properties
from spokedesk.crm.definitions import Definitions, Selection
from spokedesk.crm.history import PastValue
from spokedesk.crm.instants import parse_day, parse_instant
from spokedesk.crm.properties import PropertyDefinition
from spokedesk.crm.records import Record
from spokedesk.engine import reads, records
from spokedesk.engine.batches import all_or_nothing, check_count
from spokedesk.engine.reads import Reading, Wanted
from spokedesk.engine.records import NewRecord, RecordUpdate
from spokedesk.errors import InvalidRequest
from spokedesk.storage.records import Recently
from spokedesk.storage.records import list_records as list_page

PAGE = 100
LARGEST_PAGE = 250
MOST_RECENT = 10_000


def read_values(inputs: Sequence[NameValueInput]) -> dict[str, str | None]:
    """A list of names and values; the last one of a name counts."""
    return {needed_text(item.name): text_of(item.value) for item in inputs}


def older_value(definition: PropertyDefinition | None, value: str) -> str:
    """A value as these calls write it: days and instants are milliseconds."""
    if definition is not None and value and definition.type in ("date", "datetime"):
        at = parse_day(value) if definition.type == "date" else parse_instant(value)
        return value if at is None else str(at)
    return value


def render_version(name: str, past: PastValue, definition: PropertyDefinition | None) -> dict[str, Any]:
    return {
        "name": name,
        "value": older_value(definition, past.value),
        "timestamp": past.at,
        "source": past.source.type,
        "sourceId": past.source.id,
    }


def render_value(
    name: str, value: str, past: Sequence[PastValue], record: Record, definition: PropertyDefinition | None
) -> dict[str, Any]:
    """A value and its past ones; one that is worked out while reading has none, and the record's own time."""
    versions = [render_version(name, item, definition) for item in past]
    newest = versions[0] if versions else {"timestamp": record.updated_at, "source": "CALCULATED", "sourceId": None}
    return {
        "versions": versions,
        "value": older_value(definition, value),
        "timestamp": newest["timestamp"],
        "source": newest["source"],
        "sourceId": newest["sourceId"],
    }


def render_values(
    reading: Reading,
    chosen: Selection,
    definitions: Definitions,
    call: Call,
    *,
    with_past: Collection[str] | None = None,
) -> dict[str, Any]:
    """Those of the chosen properties that have a value. `with_past` names the ones whose older values are shown too,
    None stands for all of them.
    """
    record, past = reading.record, reading.history or {}
    found = {}
    for name, value in read_properties(record, chosen, definitions, call).items():
        if value:
            versions = past.get(name, ())
            if with_past is not None and name not in with_past:
                versions = versions[:1]
            found[name] = render_value(name, value, versions, record, definitions.properties.get(name))
    return found


async def read_all(found: Sequence[Record], chosen: Selection, definitions: Definitions, call: Call) -> list[Reading]:
    """Records with the past values of the chosen properties."""
    wanted = Wanted(history=tuple(name for name, _ in chosen.names))
    return await reads.complete(call.tx, call.context.account, definitions, found, wanted)


def render_older(reading: Reading, chosen: Selection, definitions: Definitions, call: Call) -> dict[str, Any]:
    """A record with those of the chosen properties that have a value."""
    record = reading.record
    return {
        "objectType": definitions.object_type.error_name,
        "portalId": call.context.account.id,
        "objectId": record.id,
        "properties": render_values(reading, chosen, definitions, call),
        "version": record.revision,
        "isDeleted": record.archived_at is not None,
    }


async def render_all(found: Sequence[Record], chosen: Selection, definitions: Definitions, call: Call) -> list[Any]:
    page = await read_all(found, chosen, definitions, call)
    return [render_older(reading, chosen, definitions, call) for reading in page]


def everything_of(record: Record, definitions: Definitions) -> Selection:
    """Every property that a record has a value of."""
    return definitions.select(tuple(sorted(record.properties)))


async def render_written(record: Record, definitions: Definitions, call: Call) -> Any:
    """The answer to a write: every property that has a value, as it is stored now."""
    stored = await reads.find_one(call.tx, definitions, str(record.id), None)
    chosen = everything_of(stored, definitions)
    return (await render_all([stored], chosen, definitions, call))[0]


def read_chosen(call: Call, definitions: Definitions) -> Selection:
    return definitions.select(query.names(call.query, "properties"))


async def create_one(call: Call, definitions: Definitions, new: NewRecord) -> Record:
    """A new record; raise what is wrong with it."""
    (outcome,) = await records.create_records(call.tx, call.context, definitions, [new])
    all_or_nothing([outcome])
    assert outcome.record is not None, "errors were raised before"
    return outcome.record


async def update_one(call: Call, definitions: Definitions, record: Record, values: Mapping[str, str | None]) -> Record:
    """A record with other values; raise what is wrong with them."""
    update = RecordUpdate(str(record.id), None, values)
    (outcome,) = await records.update_records(call.tx, call.context, definitions, [update], [record])
    all_or_nothing([outcome])
    assert outcome.record is not None, "errors were raised before"
    return outcome.record


def page_size(call: Call, *names: str, default: int = PAGE, largest: int = LARGEST_PAGE) -> int:
    """The first of these parameters that is there; more than the largest page is the largest page."""
    for name in names:
        value = query.whole_number(call.query, name)
        if value is not None:
            if value < 1:
                raise InvalidRequest(f"The {name} must be at least 1")
            return min(value, largest)
    return default


def page_start(call: Call, name: str = "offset") -> int:
    return max(0, query.whole_number(call.query, name) or 0)


def read_recently(call: Call, column: Literal["created_at", "updated_at"]) -> Recently:
    """Which of the newest records a call asks for; nobody gets further than ten thousand."""
    since = query.whole_number(call.query, "since")
    return Recently(column, since=max(0, since or 0), offset=min(page_start(call), MOST_RECENT))


async def create_record(call: Call) -> Reply:
    """POST one record as a list of names and values."""
    definitions = await definitions_of(call)
    record = await create_one(call, definitions, NewRecord(read_values(call.body)))
    return Reply(200, await render_written(record, definitions, call))


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
    record = await reads.find_one(call.tx, definitions, call.path["record_id"], None)
    updated = await update_one(call, definitions, record, read_values(call.body))
    return Reply(200, await render_written(updated, definitions, call))


async def archive_record(call: Call) -> Reply:
    """DELETE one record to the recycle bin; one that is not there is an error here."""
    definitions = await definitions_of(call)
    record = await reads.find_one(call.tx, definitions, call.path["record_id"], None)
    await records.archive_records(call.tx, call.context, definitions, [record.id])
    return Reply(204)


async def list_records(call: Call) -> Reply:
    """GET the live records behind an id, a hundred at most."""
    definitions = await definitions_of(call)
    offset = page_start(call)
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
