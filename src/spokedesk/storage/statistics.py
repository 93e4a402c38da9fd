"""Counting records for people to look at, all of it in the database: by stage, by day, how long they took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spokedesk.storage.database import Transaction

LIVE = "account_id = :account_id AND object_type = :object_type AND archived_at IS NULL"
IN_PIPELINE = "(CAST(:pipeline AS TEXT) IS NULL OR pipeline = CAST(:pipeline AS TEXT))"
DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class Window:
    """From an instant (ms) on; days begin `offset` milliseconds before they do in UTC. `pipeline` None means all."""

    object_type: str
    since: int
    offset: int
    pipeline: str | None


async def count_by_stage(tx: Transaction, object_type: str, stages: Sequence[str]) -> dict[str, int]:
    """How many live records stand in each of some stages; a stage without one is absent."""
    rows = await tx.rows(
        f"SELECT stage, COUNT(*) FROM record WHERE {LIVE} AND stage = EACH(:stages) GROUP BY stage",
        object_type=object_type,
        stages=list(stages),
    )
    return {row[0]: row[1] for row in rows}


async def count_without_owner(tx: Transaction, object_type: str, stages: Sequence[str]) -> int:
    """How many live records in some stages belong to nobody."""
    row = await tx.row(
        f"SELECT COUNT(*) FROM record WHERE {LIVE} AND stage = EACH(:stages) AND owner IS NULL",
        object_type=object_type,
        stages=list(stages),
    )
    return row[0] if row else 0


async def count_created(tx: Transaction, window: Window) -> dict[int, int]:
    """How many live records were created on each day, by the number of the day."""
    rows = await tx.rows(
        f"""
        SELECT (created_at + CAST(:offset AS BIGINT)) / {DAY}, COUNT(*)
        FROM record
        WHERE {LIVE} AND created_at >= :since AND {IN_PIPELINE}
        GROUP BY 1
        """,
        object_type=window.object_type,
        since=window.since,
        offset=window.offset,
        pipeline=window.pipeline,
    )
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True, slots=True)
class Closed:
    """How many were closed in a window, on which day, and within how many ms half and nine tenths of them were."""

    days: Mapping[int, int]
    count: int = 0
    median: int | None = None
    p90: int | None = None


async def count_closed(tx: Transaction, window: Window, closed: str, stages: Sequence[str]) -> Closed:
    """Records in closed stages; `closed` is the property that holds when. What was closed was written then or later.

    They are looked through once: days have a number, the line of the whole has none.
    """
    rows = await tx.rows(
        f"""
        WITH gone AS MATERIALIZED (
          SELECT at, at - created_at AS took
          FROM (
            SELECT CAST(search_values ->> CAST(:closed AS TEXT) AS BIGINT) AS at, created_at
            FROM record
            WHERE {LIVE} AND updated_at >= :since AND stage = EACH(:stages) AND {IN_PIPELINE}
          ) AS closed
          WHERE at >= :since
        ), ranked AS (
          SELECT took, ROW_NUMBER() OVER (ORDER BY took) AS place, COUNT(*) OVER () AS total FROM gone
        )
        SELECT (at + CAST(:offset AS BIGINT)) / {DAY}, COUNT(*), NULL, NULL FROM gone GROUP BY 1
        UNION ALL
        SELECT NULL, COUNT(*),
               MAX(CASE WHEN place = (total + 1) / 2 THEN took END),
               MAX(CASE WHEN place = (total * 9 + 9) / 10 THEN took END)
        FROM ranked
        """,
        object_type=window.object_type,
        since=window.since,
        offset=window.offset,
        pipeline=window.pipeline,
        closed=closed,
        stages=list(stages),
    )
    ((_, count, median, p90),) = [row for row in rows if row[0] is None]
    return Closed({row[0]: row[1] for row in rows if row[0] is not None}, count, median, p90)


async def find_oldest(tx: Transaction, object_type: str, stage: str, limit: int) -> list[tuple[int, int]]:
    """When created, and id, of the live records that were created first among those in a stage."""
    rows = await tx.rows(
        f"SELECT created_at, id FROM record WHERE {LIVE} AND stage = :stage ORDER BY created_at, id LIMIT :limit",
        object_type=object_type,
        stage=stage,
        limit=limit,
    )
    return [(row[0], row[1]) for row in rows]
