"""The record table: one row per ticket, contact …, current state only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from spokedesk.crm.records import Record
from spokedesk.errors import Conflict
from spokedesk.storage.database import Row, Transaction
from spokedesk.storage.documents import texts, to_document

COLUMNS = "object_type, id, revision, properties, created_at, updated_at, archived_at, merged_into"
LATEST = 2**62
STAGE_COLUMNS = ("pipeline", "stage", "owner", "priority")


def record_of(row: Row) -> Record:
    object_type, record_id, revision, properties, created_at, updated_at, archived_at, merged_into = row
    return Record(object_type, record_id, texts(properties), created_at, updated_at, revision, archived_at, merged_into)


def columns_of(record: Record, search_values: Mapping[str, Any], hot: Mapping[str, str]) -> dict[str, Any]:
    """The parameters of a row; hot text columns hold the value or NULL, never an empty text."""
    values: dict[str, Any] = {
        "object_type": record.object_type,
        "id": record.id,
        "revision": record.revision,
        "properties": to_document(record.properties),
        "search_values": to_document(search_values),
        "created_at": record.created_at,
        "updated_at": record.updated_at,
        "archived_at": record.archived_at,
        "merged_into": record.merged_into,
        **dict.fromkeys(STAGE_COLUMNS),
    }
    for name, column in hot.items():
        if column in STAGE_COLUMNS:
            values[column] = record.properties.get(name) or None
    return values


async def insert_records(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write new records, given as `columns_of` makes them."""
    await tx.execute_many(
        """
        INSERT INTO record (
          account_id, object_type, id, revision, properties, search_values,
          created_at, updated_at, archived_at, merged_into, pipeline, stage, owner, priority
        ) VALUES (
          :account_id, :object_type, :id, :revision, :properties, :search_values,
          :created_at, :updated_at, :archived_at, :merged_into, :pipeline, :stage, :owner, :priority
        )
        """,
        rows,
    )


async def replace_record(tx: Transaction, row: Mapping[str, Any]) -> None:
    """Write a new state over revision `revision`; raise Conflict if someone else wrote since it was read."""
    written = await tx.execute(
        """
        UPDATE record
        SET revision = revision + 1, properties = :properties, search_values = :search_values,
            created_at = :created_at, updated_at = :updated_at, archived_at = :archived_at,
            merged_into = :merged_into, pipeline = :pipeline, stage = :stage, owner = :owner, priority = :priority
        WHERE account_id = :account_id AND object_type = :object_type AND id = :id AND revision = :revision
        """,
        **row,
    )
    if written == 0:
        raise Conflict(f"record {row['object_type']}/{row['id']} was written by somebody else")


async def find_record(tx: Transaction, object_type: str, record_id: int) -> Record | None:
    """One record in any state."""
    row = await tx.row(
        f"""
        SELECT {COLUMNS}
        FROM record
        WHERE account_id = :account_id AND object_type = :object_type AND id = :id
        """,
        object_type=object_type,
        id=record_id,
    )
    return None if row is None else record_of(row)


async def get_records(tx: Transaction, object_type: str, ids: Sequence[int]) -> dict[int, Record]:
    """Records by id in any state, archived and merged ones included; unknown ids are absent."""
    if len(ids) == 1:
        found = await find_record(tx, object_type, ids[0])
        return {} if found is None else {found.id: found}
    rows = await tx.rows(
        f"""
        SELECT {COLUMNS}
        FROM record
        WHERE account_id = :account_id AND object_type = :object_type AND id = EACH(:ids)
        """,
        object_type=object_type,
        ids=list(ids),
    )
    return {row[1]: record_of(row) for row in rows}


async def find_live_ids(tx: Transaction, object_type: str, ids: Sequence[int]) -> set[int]:
    """Which of these ids belong to live records."""
    rows = await tx.rows(
        """
        SELECT id
        FROM record
        WHERE account_id = :account_id AND object_type = :object_type AND id = EACH(:ids) AND archived_at IS NULL
        """,
        object_type=object_type,
        ids=list(ids),
    )
    return {row[0] for row in rows}


async def list_records(tx: Transaction, object_type: str, *, first_id: int, limit: int, archived: bool) -> list[Record]:
    """Records from an id upwards, live or archived ones; merged-away ones are in neither list."""
    state = "archived_at IS NOT NULL AND merged_into IS NULL" if archived else "archived_at IS NULL"
    rows = await tx.rows(
        f"""
        SELECT {COLUMNS}
        FROM record
        WHERE account_id = :account_id AND object_type = :object_type AND id >= :first_id AND {state}
        ORDER BY id
        LIMIT :limit
        """,
        object_type=object_type,
        first_id=first_id,
        limit=limit,
    )
    return [record_of(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Recently:
    """Newest records first, by `column` (created_at or updated_at): not before `since`, from below (`at`, `record_id`)
    on, `offset` of them left out.
    """

    column: Literal["created_at", "updated_at"]
    since: int = 0
    at: int = LATEST
    record_id: int = LATEST
    offset: int = 0


async def list_recent(tx: Transaction, object_type: str, wanted: Recently, limit: int) -> list[Record]:
    """Live records, the newest first."""
    column = wanted.column
    rows = await tx.rows(
        f"""
        SELECT {COLUMNS}
        FROM record
        WHERE account_id = :account_id AND object_type = :object_type AND archived_at IS NULL
          AND {column} >= :since AND {column} <= :at AND ({column} < :at OR id < :record_id)
        ORDER BY {column} DESC, id DESC
        LIMIT :limit OFFSET :offset
        """,
        object_type=object_type,
        since=wanted.since,
        at=wanted.at,
        record_id=wanted.record_id,
        limit=limit,
        offset=wanted.offset,
    )
    return [record_of(row) for row in rows]


async def count_recent(tx: Transaction, object_type: str, wanted: Recently) -> int:
    """How many live records there are since then."""
    row = await tx.row(
        f"""
        SELECT COUNT(*)
        FROM record
        WHERE account_id = :account_id AND object_type = :object_type AND archived_at IS NULL
          AND {wanted.column} >= :since
        """,
        object_type=object_type,
        since=wanted.since,
    )
    return int(row[0]) if row else 0


async def list_records_in_any_state(tx: Transaction, object_type: str, *, first_id: int, limit: int) -> list[Record]:
    """Records from an id upwards: live, archived and merged-away ones."""
    rows = await tx.rows(
        f"""
        SELECT {COLUMNS}
        FROM record
        WHERE account_id = :account_id AND object_type = :object_type AND id >= :first_id
        ORDER BY id
        LIMIT :limit
        """,
        object_type=object_type,
        first_id=first_id,
        limit=limit,
    )
    return [record_of(row) for row in rows]


async def list_records_with(tx: Transaction, object_type: str, name: str, *, first_id: int, limit: int) -> list[Record]:
    """Records in any state that mention a property, from an id upwards; a few others may be among them."""
    rows = await tx.rows(
        f"""
        SELECT {COLUMNS}
        FROM record
        WHERE account_id = :account_id AND object_type = :object_type AND id >= :first_id
          AND CAST(properties AS TEXT) LIKE :mention
        ORDER BY id
        LIMIT :limit
        """,
        object_type=object_type,
        first_id=first_id,
        mention=f'%"{name}":%',
        limit=limit,
    )
    return [record_of(row) for row in rows]


async def replace_search_values(
    tx: Transaction, object_type: str, documents: Sequence[tuple[int, Mapping[str, Any]]]
) -> None:
    """Write what records are searched by, after definitions changed. Counts as a write to the row, so that nobody
    who read it before can put the old values back.
    """
    await tx.execute_many(
        """
        UPDATE record
        SET search_values = :search_values, revision = revision + 1
        WHERE account_id = :account_id AND object_type = :object_type AND id = :id
        """,
        [
            {"object_type": object_type, "id": record_id, "search_values": to_document(document)}
            for record_id, document in documents
        ],
    )


async def replace_properties(
    tx: Transaction, object_type: str, documents: Sequence[tuple[int, Mapping[str, str], Mapping[str, Any]]]
) -> None:
    """Write (id, stored texts, what they are searched by) of records anew, after a property was purged; counts as a
    write to the row, like `replace_search_values`.
    """
    await tx.execute_many(
        """
        UPDATE record
        SET properties = :properties, search_values = :search_values, revision = revision + 1
        WHERE account_id = :account_id AND object_type = :object_type AND id = :id
        """,
        [
            {
                "object_type": object_type,
                "id": record_id,
                "properties": to_document(texts),
                "search_values": to_document(values),
            }
            for record_id, texts, values in documents
        ],
    )


async def count_records(tx: Transaction, object_type: str, *, archived: bool = False) -> int:
    """How many records are live, or in the recycle bin."""
    state = "archived_at IS NOT NULL AND merged_into IS NULL" if archived else "archived_at IS NULL"
    row = await tx.row(
        f"SELECT COUNT(*) FROM record WHERE account_id = :account_id AND object_type = :object_type AND {state}",
        object_type=object_type,
    )
    return int(row[0]) if row else 0


async def list_ids_in_stages(
    tx: Transaction, object_type: str, pipeline: str, stages: Sequence[str], limit: int
) -> list[int]:
    """Ids of live records that are in one of the stages of a pipeline."""
    rows = await tx.rows(
        """
        SELECT id
        FROM record
        WHERE account_id = :account_id AND object_type = :object_type AND archived_at IS NULL
          AND stage = EACH(:stages) AND pipeline = :pipeline
        ORDER BY id
        LIMIT :limit
        """,
        object_type=object_type,
        pipeline=pipeline,
        stages=list(stages),
        limit=limit,
    )
    return [row[0] for row in rows]


async def list_archived_ids_with(tx: Transaction, object_type: str, name: str, value: str) -> list[int]:
    """Ids of records in the recycle bin, and of merged-away ones, that have exactly this value."""
    rows = await tx.rows(
        """
        SELECT id
        FROM record
        WHERE account_id = :account_id AND object_type = :object_type AND archived_at IS NOT NULL
          AND properties ->> :name = :value
        ORDER BY id
        """,
        object_type=object_type,
        name=name,
        value=value,
    )
    return [row[0] for row in rows]


async def list_expired_ids(tx: Transaction, object_type: str, before: int, limit: int) -> list[int]:
    """Ids of records that were archived before an instant."""
    rows = await tx.rows(
        """
        SELECT id
        FROM record
        WHERE account_id = :account_id AND object_type = :object_type AND archived_at IS NOT NULL
          AND archived_at < :before AND merged_into IS NULL
        ORDER BY id
        LIMIT :limit
        """,
        object_type=object_type,
        before=before,
        limit=limit,
    )
    return [row[0] for row in rows]


async def erase_records(tx: Transaction, object_type: str, ids: Sequence[int]) -> None:
    """Remove records with their history, unique values and links; nothing of them can be restored."""
    for statement in (
        "DELETE FROM revision WHERE account_id = :account_id AND object_type = :type AND record_id = EACH(:ids)",
        "DELETE FROM unique_value WHERE account_id = :account_id AND object_type = :type AND record_id = EACH(:ids)",
        "DELETE FROM association WHERE account_id = :account_id AND from_type = :type AND from_id = EACH(:ids)",
        "DELETE FROM association WHERE account_id = :account_id AND to_type = :type AND to_id = EACH(:ids)",
        "DELETE FROM record WHERE account_id = :account_id AND object_type = :type AND id = EACH(:ids)",
    ):
        await tx.execute(statement, type=object_type, ids=list(ids))
