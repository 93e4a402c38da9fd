"""Figures for the home screen."""

from __future__ import annotations

from datetime import date
from typing import Any

from spokedesk.api import query
from spokedesk.api.calls import Call, Reply
from spokedesk.api.handlers.find import title_of
from spokedesk.api.handlers.records import definitions_of
from spokedesk.crm.instants import EPOCH_DAY, iso
from spokedesk.crm.object_types import ObjectType
from spokedesk.crm.records import Record
from spokedesk.engine.statistics import read_statistics as count
from spokedesk.errors import InvalidRequest

MINUTE = 60_000
DAYS, MOST_DAYS = 30, 366
WEST, EAST = -720, 840


def number_between(call: Call, name: str, default: int, least: int, most: int) -> int:
    value = query.whole_number(call.query, name)
    if value is None:
        return default
    if not least <= value <= most:
        raise InvalidRequest(f"The value of {name} must be between {least} and {most}")
    return value


def render_oldest(record: Record, kind: ObjectType) -> dict[str, Any]:
    values = record.properties
    found: dict[str, Any] = {
        "id": str(record.id),
        "createdAt": iso(record.created_at),
        "stageId": values.get(kind.stage_property or "", ""),
        "pipelineId": values.get(kind.pipeline_property or "", ""),
    }
    title = title_of(record, kind)
    if title:
        found["subject"] = title
    if values.get("hubspot_owner_id"):
        found["ownerId"] = values["hubspot_owner_id"]
    return found


async def read_statistics(call: Call) -> Reply:
    """GET how much is open, created and closed by day, times to close, the oldest that waits."""
    definitions = await definitions_of(call)
    days = number_between(call, "days", DAYS, 1, MOST_DAYS)
    offset = number_between(call, "offset", 0, WEST, EAST)
    found = await count(
        call.tx,
        definitions,
        pipeline_id=query.text(call.query, "pipeline"),
        days=days,
        offset=offset * MINUTE,
    )
    times: dict[str, Any] = {"count": found.closed}
    if found.median is not None and found.p90 is not None:
        times |= {"median": found.median, "p90": found.p90}
    body = {
        "openByStage": [
            {"pipelineId": item.pipeline_id, "stageId": item.stage_id, "count": item.count}
            for item in found.open_by_stage
        ],
        "days": [
            {
                "day": date.fromordinal(EPOCH_DAY + item.day).isoformat(),
                "created": item.created,
                "closed": item.closed,
            }
            for item in found.days
        ],
        "timeToClose": times,
        "oldestOpen": [render_oldest(record, call.object_type) for record in found.oldest],
        "open": sum(item.count for item in found.open_by_stage),
        "unassigned": found.without_owner,
        "asOf": iso(call.context.now),
    }
    return Reply(200, body)
