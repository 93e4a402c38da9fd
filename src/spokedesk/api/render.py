"""From values to JSON-ready dicts, given the account's profile and the API version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from spokedesk.api.calls import Call
from spokedesk.api.errors import render_error
from spokedesk.crm import stage_changes
from spokedesk.crm.definitions import Definitions, Selection
from spokedesk.crm.history import PastValue
from spokedesk.crm.instants import iso
from spokedesk.crm.property_values import normalised_days
from spokedesk.crm.records import Record
from spokedesk.engine.batches import Outcome
from spokedesk.engine.reads import LinkPage, Reading
from spokedesk.errors import NotARecordId, RecordExists, RecordNotFound, SpokedeskError

WRITTEN_EXTRAS = (
    "createdate",
    "hs_createdate",
    "hs_lastmodifieddate",
    "lastmodifieddate",
    "hs_object_id",
    "hs_object_source",
    "hs_object_source_id",
    "hs_object_source_label",
    "hs_pipeline",
    "hs_pipeline_stage",
    "hs_ticket_id",
)
# times per stage are kept from the first moment but are no part of the answer to a create
PER_STAGE = "hs_v2_"


def read_properties(record: Record, chosen: Selection, definitions: Definitions, call: Call) -> dict[str, Any]:
    """Values for reading. What was never set or was cleared is sent or left out, as the profile says."""
    values: Mapping[str, str] = record.properties
    if chosen.has_running_times:
        stage = values.get(definitions.object_type.stage_property or "", "")
        values = {**values, **stage_changes.running_times(values, stage, call.context.now)}
    if call.context.account.fidelity.sends_empty_values:
        return {name: values.get(stored) for name, stored in chosen.names}
    return {name: value for name, stored in chosen.names if (value := values.get(stored))}


def created_properties(record: Record, definitions: Definitions) -> dict[str, str]:
    """Everything that a new record has."""
    return {
        name: value
        for name, value in sorted(record.properties.items())
        if value != "" and not name.startswith(PER_STAGE) and name in definitions.properties
    }


def written_properties(record: Record, written: Iterable[str], definitions: Definitions) -> dict[str, str]:
    """What an update wrote (cleared values as empty texts), what followed from it, and the record's identity."""
    names = {*written, *(name for name in WRITTEN_EXTRAS if record.properties.get(name))}
    return {
        name: record.properties.get(name, "")
        for name in sorted(names)
        if name in definitions.properties and not name.startswith(PER_STAGE)
    }


def render_record(
    record: Record, properties: Mapping[str, Any], definitions: Definitions, call: Call
) -> dict[str, Any]:
    """A record without its links, keys in the order of the live service."""
    return {
        "id": str(record.id),
        "properties": properties,
        **times(record),
        "url": record_url(record, call),
    }


def times(record: Record) -> dict[str, Any]:
    found: dict[str, Any] = {
        "createdAt": iso(record.created_at),
        "updatedAt": iso(record.updated_at),
        "archived": record.archived_at is not None,
    }
    if record.archived_at is not None:
        found["archivedAt"] = iso(record.archived_at)
    return found


def record_url(record: Record, call: Call) -> str:
    return f"{call.request.base_url}/contacts/{call.context.account.id}/record/{record.object_type}/{record.id}"


def render_reading(reading: Reading, chosen: Selection, definitions: Definitions, call: Call) -> dict[str, Any]:
    """A record as read: chosen properties, past values, links."""
    record = reading.record
    found: dict[str, Any] = {
        "id": str(record.id),
        "properties": read_properties(record, chosen, definitions, call),
    }
    if reading.history is not None:
        found["propertiesWithHistory"] = {
            name: [render_past(value) for value in values] for name, values in sorted(reading.history.items())
        }
    found.update(times(record))
    if reading.links:
        found["associations"] = {page.object_type.plural: render_links(record, page, call) for page in reading.links}
    found["url"] = record_url(record, call)
    return found


def render_past(value: PastValue) -> dict[str, Any]:
    found: dict[str, Any] = {"value": value.value, "timestamp": iso(value.at), "sourceType": value.source.type}
    if value.source.id is not None:
        found["sourceId"] = value.source.id
    if value.source.label is not None:
        found["sourceLabel"] = value.source.label
    if value.source.user_id is not None:
        found["updatedByUserId"] = value.source.user_id
    return found


def render_links(record: Record, page: LinkPage, call: Call) -> dict[str, Any]:
    found: dict[str, Any] = {"results": [{"id": str(to_id), "type": name} for to_id, name in page.rows]}
    if page.next_id is not None:
        path = f"/crm/v3/objects/{record.object_type}/{record.id}/associations/{page.object_type.plural}"
        found["paging"] = next_page(call, str(page.next_id), path=path, keep_query=False)
    return found


def next_page(call: Call, after: str, *, path: str | None = None, keep_query: bool = True) -> dict[str, Any]:
    """The cursor of the next page, with a link that carries the rest of the query along."""
    pairs = [(name, value) for name, values in call.query.items() for value in values if name != "after"]
    query = urlencode([*(pairs if keep_query else []), ("after", after)])
    link = f"{call.request.base_url}{path or call.request.path}?{query}"
    return {"next": {"after": after, "link": link}}


def render_batch(call: Call, results: Sequence[Any], errors: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """The envelope of every batch answer; `errors` appear only when there are some."""
    started = max(call.context.now, call.request.received_at)
    body: dict[str, Any] = {"status": "COMPLETE", "results": results}
    if errors:
        body["numErrors"] = len(errors)
        body["errors"] = errors
    if call.context.account.fidelity.sends_request_times:
        body["requestedAt"] = iso(min(call.request.received_at or started, started))
    body["startedAt"] = iso(started)
    body["completedAt"] = iso(started)
    if call.context.account.fidelity.sends_request_times:
        body["links"] = {}
    return body


def render_batch_error(
    error: SpokedeskError, account_id: int, *, trace_id: str | None, error_name: str, key: str
) -> dict[str, Any]:
    """One element of `errors`: the single call's error, and which input it belongs to."""
    if isinstance(error, RecordNotFound | NotARecordId):
        return missing_records(error_name, [key], trace_id)
    body = render_error(error, account_id, None)
    context = dict(body.get("context", {}))
    if isinstance(error, RecordExists):
        context["existingId"] = [str(error.existing_id)]
    if trace_id is not None:
        context["objectWriteTraceId"] = [trace_id]
    if context:
        body["context"] = context
    return body


def missing_records(error_name: str, keys: Sequence[str], trace_id: str | None = None) -> dict[str, Any]:
    """The one error that names every id that was not found."""
    context: dict[str, Any] = {"ids": list(keys)}
    if trace_id is not None:
        context["objectWriteTraceId"] = [trace_id]
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "message": f"Could not get some {error_name} objects, they may be deleted or not exist. "
        "Check that ids are valid.",
        "context": context,
    }


def render_warnings(raw: Mapping[str, str | None], definitions: Definitions, call: Call) -> dict[str, Any]:
    """What a version that reads dates leniently made of them; nothing when there is nothing to warn of."""
    if not call.version.enforces_rules:
        return {}
    warnings = [
        {
            "category": "PROPERTY_VALUE_NORMALIZED",
            "message": f"{name} was normalized",
            "context": {"propertyName": name, "rawValue": text, "normalizedValue": str(at)},
        }
        for name, text, at in normalised_days(raw, definitions)
    ]
    return {"warnings": warnings} if warnings else {}


def render_outcome(
    outcome: Outcome, raw: Mapping[str, str | None], definitions: Definitions, call: Call, trace_id: str | None
) -> dict[str, Any]:
    """The answer to one write, single or in a batch; `raw` are the values as sent."""
    record = outcome.record
    assert record is not None, "an outcome without a record has no result"
    properties = (
        created_properties(record, definitions)
        if outcome.created
        else written_properties(record, outcome.written, definitions)
    )
    found = render_record(record, properties, definitions, call)
    if trace_id is not None:
        found["objectWriteTraceId"] = trace_id
    found.update(render_warnings(raw, definitions, call))
    return found
