"""Batches of records: read, create, update, upsert, archive, restore."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from spokedesk.api.bodies.records import BatchUpdateInput, IdInput
from spokedesk.api.calls import Call, Reply
from spokedesk.api.handlers.records import definitions_of, read_new_record
from spokedesk.api.json_door import items_of, needed_text, text_of, texts_of
from spokedesk.api.query import flag
from spokedesk.api.render import (
    missing_records,
    render_batch,
    render_batch_error,
    render_outcome,
    render_reading,
)
from spokedesk.crm.definitions import Definitions
from spokedesk.crm.identifiers import not_unique, record_id, unique_key
from spokedesk.crm.records import Record
from spokedesk.engine import reads, records
from spokedesk.engine.batches import Outcome, all_or_nothing, check_count, check_distinct
from spokedesk.engine.reads import Wanted
from spokedesk.errors import InvalidRequest, RecordNotFound, SpokedeskError


def check_trace_ids(trace_ids: Sequence[str | None]) -> bool:
    """Whether inputs may fail one by one: each must carry a trace id, no two the same."""
    given = [trace_id for trace_id in trace_ids if trace_id is not None]
    if len(set(given)) < len(given):
        repeated = sorted({trace_id for trace_id in given if given.count(trace_id) > 1})
        raise InvalidRequest(
            f"Duplicate objectWriteTraceIds found in batch input: [{', '.join(repeated)}]. IDs must be unique",
            context={"objectWriteTraceId": repeated},
        )
    return bool(trace_ids) and len(given) == len(trace_ids)


@dataclass(frozen=True, slots=True)
class Sent:
    """What the answer needs of an input: its values and trace id, and the id that it named."""

    properties: Mapping[str, str | None]
    trace_id: str | None
    key: str = ""


def reply_outcomes(
    call: Call, definitions: Definitions, outcomes: Sequence[Outcome], sent: Sequence[Sent], status: int
) -> Reply:
    """The answer to a batch write: plain when every input went well, 207 with the errors otherwise."""
    error_name, account_id = call.object_type.error_name, call.context.account.id
    results: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    for outcome in outcomes:
        item = sent[outcome.index]
        if outcome.record is not None:
            results.append(render_outcome(outcome, item.properties, definitions, call, item.trace_id))
        elif outcome.error is not None:
            errors.append(
                render_batch_error(
                    outcome.error, account_id, trace_id=item.trace_id, error_name=error_name, key=item.key
                )
            )
    return Reply(207 if errors else status, render_batch(call, results, join_missing(errors, error_name)))


def join_missing(errors: list[dict[str, Any]], error_name: str) -> list[dict[str, Any]]:
    """Missing ids without trace ids share one entry, as the live service does it."""
    missing: list[str] = []
    rest = []
    for error in errors:
        context = error.get("context")
        if error.get("category") == "OBJECT_NOT_FOUND" and isinstance(context, dict) and list(context) == ["ids"]:
            missing.extend(context["ids"])
        else:
            rest.append(error)
    return [*rest, missing_records(error_name, missing)] if missing else rest


async def read_batch(call: Call) -> Reply:
    """POST ids or unique values; those that are not found share one error."""
    inputs = items_of(call.body.inputs)
    history = tuple(call.body.properties_with_history or ())
    check_count(len(inputs), with_history=bool(history))
    definitions = await definitions_of(call)
    keys = list(dict.fromkeys(needed_text(item.id) for item in inputs))
    archived = flag(call.query, "archived")
    found = await reads.find_many(call.tx, definitions, keys, call.body.id_property, follow=True)
    present: dict[int, Record] = {}
    missing = []
    for key, record in zip(keys, found, strict=True):
        if record is None or (record.archived_at is not None) != archived:
            missing.append(key)
        else:
            present[record.id] = record
    asked = tuple(call.body.properties or ()) or call.object_type.default_properties
    names = definitions.select((*asked, *history))
    page = await reads.complete(
        call.tx, call.context.account, definitions, list(present.values()), Wanted(history=history)
    )
    results = [render_reading(item, names, definitions, call) for item in page]
    errors = [missing_records(call.object_type.error_name, missing)] if missing else []
    return Reply(207 if missing else 200, render_batch(call, results, errors))


async def create_batch(call: Call) -> Reply:
    """POST several new records: all or nothing, unless every input carries a trace id."""
    inputs = items_of(call.body.inputs)
    check_count(len(inputs))
    trace_ids = [text_of(item.object_write_trace_id) for item in inputs]
    partial = check_trace_ids(trace_ids)
    definitions = await definitions_of(call)
    new = [read_new_record(item) for item in inputs]
    outcomes = await records.create_records(call.tx, call.context, definitions, new)
    if not partial:
        all_or_nothing(outcomes)
    status = 200 if call.version.plain_batch_create and call.object_type.plural == "tickets" else 201
    sent = [Sent(item.properties, trace_id) for item, trace_id in zip(new, trace_ids, strict=True)]
    return reply_outcomes(call, definitions, outcomes, sent, status)


def read_update(item: BatchUpdateInput) -> records.RecordUpdate:
    return records.RecordUpdate(needed_text(item.id), item.id_property, texts_of(item.properties))


async def update_batch(call: Call) -> Reply:
    """POST changes to several records; unknown ids are reported beside the good ones, other problems fail all
    unless every input carries a trace id. Merged-away ids are passed over without a word.
    """
    inputs = items_of(call.body.inputs)
    check_count(len(inputs))
    trace_ids = [text_of(item.object_write_trace_id) for item in inputs]
    partial = check_trace_ids(trace_ids)
    updates = [read_update(item) for item in inputs]
    check_distinct([(item.id_property, item.key) for item in updates], [item.key for item in updates])
    definitions = await definitions_of(call)
    found = await find_each(call, definitions, updates)
    records.check_distinct_records(found, updates)
    kept = [index for index, record in enumerate(found) if record is None or record.merged_into is None]
    live = [record if record is not None and record.archived_at is None else None for record in found]
    outcomes = await records.update_records(
        call.tx, call.context, definitions, [updates[index] for index in kept], [live[index] for index in kept]
    )
    if not partial:
        all_or_nothing(outcomes, forgiven=lambda error: isinstance(error, RecordNotFound))
    sent = [Sent(updates[index].properties, trace_ids[index], updates[index].key) for index in kept]
    return reply_outcomes(call, definitions, outcomes, sent, 200)


async def find_each(
    call: Call, definitions: Definitions, updates: Sequence[records.RecordUpdate]
) -> list[Record | None]:
    """The record of each update, looked up once per idProperty."""
    found: list[Record | None] = [None] * len(updates)
    for id_property in dict.fromkeys(item.id_property for item in updates):
        places = [index for index, item in enumerate(updates) if item.id_property == id_property]
        keys = [updates[index].key for index in places]
        for index, record in zip(places, await reads.find_many(call.tx, definitions, keys, id_property), strict=True):
            found[index] = record
    return found


async def upsert_batch(call: Call) -> Reply:
    """POST values by a unique property: update the record that has it, or create one. Always 200 or 207."""
    inputs = items_of(call.body.inputs)
    check_count(len(inputs))
    trace_ids = [text_of(item.object_write_trace_id) for item in inputs]
    partial = check_trace_ids(trace_ids)
    updates = [read_update(item) for item in inputs]
    definitions = await definitions_of(call)
    for item in updates:
        if item.id_property is None or not definitions.is_unique(item.id_property):
            raise not_unique(call.context.account.id, call.object_type.id, item.id_property or "hs_object_id")
    check_distinct([unique_key(item.id_property or "", item.key) for item in updates], [item.key for item in updates])
    outcomes = await records.upsert_records(call.tx, call.context, definitions, updates)
    if not partial:
        all_or_nothing(outcomes)
    sent = [Sent(item.properties, trace_id, item.key) for item, trace_id in zip(updates, trace_ids, strict=True)]
    reply = reply_outcomes(call, definitions, outcomes, sent, 200)
    good = [outcome for outcome in outcomes if outcome.record is not None]
    for result, outcome in zip(reply.body["results"], good, strict=True):
        result["new"] = outcome.created
    return reply


def read_ids(inputs: Sequence[IdInput]) -> list[int]:
    return [record_id(needed_text(item.id)) for item in inputs]


async def archive_batch(call: Call) -> Reply:
    """POST ids for the recycle bin; unknown ones are no error."""
    inputs = items_of(call.body.inputs)
    check_count(len(inputs))
    ids = read_ids(inputs)
    check_distinct(ids, [needed_text(item.id) for item in inputs])
    await records.archive_records(call.tx, call.context, await definitions_of(call), ids)
    return Reply(204)


async def restore_batch(call: Call) -> Reply:
    """POST our own call: bring several records back from the recycle bin."""
    inputs = items_of(call.body.inputs)
    check_count(len(inputs))
    ids = list(dict.fromkeys(read_ids(inputs)))
    definitions = await definitions_of(call)
    outcomes = await records.restore_records(call.tx, call.context, definitions, ids)
    names = definitions.select(())
    results = [
        render_reading(reads.Reading(outcome.record), names, definitions, call)
        for outcome in outcomes
        if outcome.record is not None
    ]
    errors: list[SpokedeskError] = [outcome.error for outcome in outcomes if outcome.error is not None]
    rendered = [
        render_batch_error(
            outcome.error,
            call.context.account.id,
            trace_id=None,
            error_name=call.object_type.error_name,
            key=str(ids[outcome.index]),
        )
        for outcome in outcomes
        if outcome.error is not None
    ]
    body = render_batch(call, results, join_missing(rendered, call.object_type.error_name))
    return Reply(207 if errors else 200, body)
