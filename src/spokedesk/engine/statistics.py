"""What the home screen shows: how much is open, what came and went day by day, how long it took, who waits longest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spokedesk.crm.definitions import Definitions
from spokedesk.crm.instants import DAY
from spokedesk.crm.records import Record
from spokedesk.errors import InvalidRequest, NotFound
from spokedesk.storage import pipelines, records, statistics
from spokedesk.storage.database import Transaction
from spokedesk.storage.statistics import Closed, Window

OLDEST = 10
CLOSED_AT = {"tickets": "closed_date", "deals": "closedate"}
"""The property that holds when a record was closed, of types that have one."""


@dataclass(frozen=True, slots=True)
class StageCount:
    pipeline_id: str
    stage_id: str
    count: int


@dataclass(frozen=True, slots=True)
class DayCount:
    """`day` is counted from 1 January 1970, in the days that were asked for."""

    day: int
    created: int
    closed: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """Durations are milliseconds, None when nothing was closed."""

    open_by_stage: Sequence[StageCount]
    days: Sequence[DayCount]
    closed: int
    median: int | None
    p90: int | None
    oldest: Sequence[Record]
    without_owner: int


async def read_statistics(
    tx: Transaction, definitions: Definitions, *, pipeline_id: str | None, days: int, offset: int
) -> Statistics:
    """Figures of the last days, today included, and of what is open now. `offset` is milliseconds east of UTC."""
    kind = definitions.object_type
    if kind.stage_property is None:
        raise InvalidRequest(f"Records of type {kind.error_name} have no pipelines")
    found = await pipelines.list_pipelines(tx, kind.id)
    if pipeline_id is not None:
        found = [pipeline for pipeline in found if pipeline.id == pipeline_id]
        if not found:
            raise NotFound(f"There is no pipeline {pipeline_id}")
    opened = {stage.id: pipeline.id for pipeline in found for stage in pipeline.stages if not stage.is_closed}
    closed = [stage.id for pipeline in found for stage in pipeline.stages if stage.is_closed]
    today = (tx.now + offset) // DAY
    first = today - days + 1
    window = Window(kind.id, first * DAY - offset, offset, pipeline_id)
    created = await statistics.count_created(tx, window)
    closed_at = CLOSED_AT.get(kind.plural)
    gone = Closed({})
    if closed_at is not None and closed:
        gone = await statistics.count_closed(tx, window, closed_at, closed)
    counts = await statistics.count_by_stage(tx, kind.id, list(opened))
    return Statistics(
        open_by_stage=[StageCount(pipeline, stage, counts.get(stage, 0)) for stage, pipeline in opened.items()],
        days=[DayCount(day, created.get(day, 0), gone.days.get(day, 0)) for day in range(first, today + 1)],
        closed=gone.count,
        median=gone.median,
        p90=gone.p90,
        oldest=await list_oldest(tx, kind.id, [stage for stage, count in counts.items() if count]),
        without_owner=await statistics.count_without_owner(tx, kind.id, list(opened)),
    )


async def list_oldest(tx: Transaction, object_type: str, stages: Sequence[str]) -> list[Record]:
    """The records that were created first in any of some stages; each stage has an index that begins with them."""
    found = [pair for stage in stages for pair in await statistics.find_oldest(tx, object_type, stage, OLDEST)]
    ids = [record_id for _, record_id in sorted(found)[:OLDEST]]
    known = await records.get_records(tx, object_type, ids) if ids else {}
    return [known[record_id] for record_id in ids if record_id in known]
