"""The pipeline tables: pipelines with their stages, and who changed them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spokedesk.crm.pipelines import Pipeline, Stage
from spokedesk.storage.database import Row, Transaction
from spokedesk.storage.documents import from_document, to_document


@dataclass(frozen=True, slots=True)
class PipelineAudit:
    """One change of a pipeline, or of one of its stages; `state` is what it left, or what was deleted."""

    sequence: int
    pipeline_id: str
    stage_id: str | None
    action: str
    state: Pipeline | Stage
    at: int
    user_id: int | None


async def list_pipelines(tx: Transaction, object_type: str) -> list[Pipeline]:
    """By display order, then label."""
    rows = await tx.rows(
        "SELECT definition FROM pipeline WHERE account_id = :account_id AND object_type = :object_type",
        object_type=object_type,
    )
    pipelines = [from_document(row[0], Pipeline) for row in rows]
    return sorted(pipelines, key=lambda pipeline: (pipeline.display_order, pipeline.label, pipeline.id))


async def replace_pipeline(tx: Transaction, object_type: str, pipeline: Pipeline) -> None:
    """Write a pipeline over whatever had its id."""
    await tx.execute(
        """
        INSERT INTO pipeline (account_id, object_type, id, definition)
        VALUES (:account_id, :object_type, :id, :definition)
        ON CONFLICT (account_id, object_type, id) DO UPDATE SET definition = excluded.definition
        """,
        object_type=object_type,
        id=pipeline.id,
        definition=to_document(pipeline),
    )


async def erase_pipeline(tx: Transaction, object_type: str, pipeline_id: str) -> None:
    await tx.execute(
        "DELETE FROM pipeline WHERE account_id = :account_id AND object_type = :object_type AND id = :id",
        object_type=object_type,
        id=pipeline_id,
    )


async def insert_audits(tx: Transaction, object_type: str, audits: Sequence[PipelineAudit]) -> None:
    await tx.execute_many(
        """
        INSERT INTO pipeline_audit
          (account_id, object_type, sequence, pipeline_id, stage_id, action, raw_object, at, user_id)
        VALUES
          (:account_id, :object_type, :sequence, :pipeline_id, :stage_id, :action, :raw_object, :at, :user_id)
        """,
        [
            {
                "object_type": object_type,
                "sequence": audit.sequence,
                "pipeline_id": audit.pipeline_id,
                "stage_id": audit.stage_id,
                "action": audit.action,
                "raw_object": to_document(audit.state),
                "at": audit.at,
                "user_id": audit.user_id,
            }
            for audit in audits
        ],
    )


async def list_audits(tx: Transaction, object_type: str, pipeline_id: str) -> list[PipelineAudit]:
    """Changes of a pipeline and its stages, newest first."""
    rows = await tx.rows(
        """
        SELECT sequence, pipeline_id, stage_id, action, raw_object, at, user_id
        FROM pipeline_audit
        WHERE account_id = :account_id AND object_type = :object_type AND pipeline_id = :pipeline_id
        ORDER BY sequence DESC
        """,
        object_type=object_type,
        pipeline_id=pipeline_id,
    )
    return [audit_of(row) for row in rows]


def audit_of(row: Row) -> PipelineAudit:
    sequence, pipeline_id, stage_id, action, raw_object, at, user_id = row
    state: Pipeline | Stage
    state = from_document(raw_object, Pipeline) if stage_id is None else from_document(raw_object, Stage)
    return PipelineAudit(sequence, pipeline_id, stage_id, action, state, at, user_id)
