"""Pipelines and their stages: list, create, read, change, replace, delete, and who changed them."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UnsetType

from spokedesk.api import query
from spokedesk.api.bodies.pipelines import Metadata, PipelineBody, StageBody, StageUpdateBody
from spokedesk.api.calls import Call, Reply
from spokedesk.api.handlers.records import definitions_of
from spokedesk.api.json_door import items_of, text_of
from spokedesk.crm.definitions import Definitions
from spokedesk.crm.instants import iso
from spokedesk.crm.pipeline_rules import PipelineInput, StageInput
from spokedesk.crm.pipelines import Pipeline, Stage
from spokedesk.engine import pipelines
from spokedesk.engine.pipelines import Demands, find_pipeline, find_stage
from spokedesk.errors import InvalidRequest
from spokedesk.storage.pipelines import PipelineAudit

compact = msgspec.json.Encoder().encode
# what generated clients send in place of the pipeline of a stage: they have no parameter for it
UNFILLED = "{pipelineId}"


def read_metadata(metadata: Metadata) -> dict[str, str]:
    """Metadata values as texts, whatever JSON type they came in; nulls say nothing."""
    texts = {name: text_of(value) for name, value in (metadata or {}).items()}
    return {name: text for name, text in texts.items() if text is not None}


def read_stage(body: StageBody | StageUpdateBody, stage_id: str | None) -> StageInput:
    """What a body says about a stage, a new one or a change."""
    check_not_archiving(body.archived)
    return StageInput(
        id=stage_id or None,
        label=None if isinstance(body.label, UnsetType) else body.label,
        display_order=None if isinstance(body.display_order, UnsetType) else body.display_order,
        metadata=read_metadata(body.metadata),
    )


def read_pipeline(body: PipelineBody, pipeline_id: str | None) -> PipelineInput:
    return PipelineInput(
        id=pipeline_id or None,
        label=None if isinstance(body.label, UnsetType) else body.label,
        display_order=None if isinstance(body.display_order, UnsetType) else body.display_order,
        stages=tuple(read_stage(stage, stage.stage_id) for stage in items_of(body.stages)),
    )


def check_not_archiving(archived: bool | None) -> None:
    """`archived` could only bring something back, and what was deleted is gone."""
    if archived:
        raise InvalidRequest("archived can only be used to restore; use DELETE to delete")


def read_demands(call: Call, *flags: str) -> Demands:
    """What the version, the settings and the query ask for; `flags` are parameters that forbid deleting what is
    in use.
    """
    asked = [query.flag(call.query, name) for name in flags]
    return Demands(
        closed_stage=call.version.enforces_rules or call.context.account.settings.require_closed_stage,
        unused_stages=call.version.checks_stage_use or any(asked),
    )


REFERENCES = "validateReferencesBeforeDelete"
DEAL_STAGES = "validateDealStageUsagesBeforeDelete"


def render_stage(stage: Stage) -> dict[str, Any]:
    return {
        "id": stage.id,
        "label": stage.label,
        "displayOrder": stage.display_order,
        "metadata": dict(sorted(stage.metadata.items())),
        "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
        "createdAt": iso(stage.created_at),
        "updatedAt": iso(stage.updated_at),
        "archived": False,
    }


def render_pipeline(pipeline: Pipeline) -> dict[str, Any]:
    return {
        "id": pipeline.id,
        "label": pipeline.label,
        "displayOrder": pipeline.display_order,
        "stages": [render_stage(stage) for stage in pipeline.stages],
        "createdAt": iso(pipeline.created_at),
        "updatedAt": iso(pipeline.updated_at),
        "archived": False,
    }


def render_audit(audit: PipelineAudit, account_id: int) -> dict[str, Any]:
    """One change; the state that it left (or ended) is JSON inside a text."""
    if isinstance(audit.state, Pipeline):
        noun, state = "Pipeline", render_pipeline(audit.state)
    else:
        noun, state = "Stage", render_stage(audit.state)
    found: dict[str, Any] = {
        "portalId": account_id,
        "identifier": f"{account_id}:{audit.stage_id or audit.pipeline_id}",
        "action": audit.action,
        "timestamp": iso(audit.at),
        "message": f"{noun} {audit.action.lower()}",
        "rawObject": compact(state).decode(),
    }
    if audit.user_id is not None:
        found["fromUserId"] = audit.user_id
    return found


async def list_pipelines(call: Call) -> Reply:
    """GET all pipelines of an object type with their stages; none for a type that has no pipelines."""
    definitions = await definitions_of(call)
    return Reply(200, {"results": [render_pipeline(pipeline) for pipeline in definitions.pipelines.values()]})


async def create_pipeline(call: Call) -> Reply:
    """POST one pipeline with its stages."""
    wanted = read_pipeline(call.body, call.body.pipeline_id)
    definitions = await definitions_of(call)
    pipeline = await pipelines.create_pipeline(call.tx, call.context, definitions, wanted, read_demands(call))
    return Reply(201, render_pipeline(pipeline))


async def read_one(call: Call) -> Reply:
    """GET one pipeline."""
    return Reply(200, render_pipeline(find_pipeline(await definitions_of(call), call.path["pipeline_id"])))


async def update_pipeline(call: Call) -> Reply:
    """PATCH name or position of a pipeline."""
    check_not_archiving(call.body.archived)
    body = call.body
    changes = PipelineInput(label=body.label, display_order=body.display_order)
    definitions = await definitions_of(call)
    pipeline = await pipelines.update_pipeline(call.tx, call.context, definitions, call.path["pipeline_id"], changes)
    return Reply(200, render_pipeline(pipeline))


async def replace_pipeline(call: Call) -> Reply:
    """PUT a pipeline: stages that are not among the given ones are deleted."""
    wanted = read_pipeline(call.body, call.path["pipeline_id"])
    demands = read_demands(call, REFERENCES, DEAL_STAGES)
    definitions = await definitions_of(call)
    pipeline = await pipelines.replace_pipeline(call.tx, call.context, definitions, wanted, demands)
    return Reply(200, render_pipeline(pipeline))


async def erase_pipeline(call: Call) -> Reply:
    """DELETE a pipeline, for good."""
    demands = read_demands(call, REFERENCES, DEAL_STAGES)
    definitions = await definitions_of(call)
    await pipelines.erase_pipeline(call.tx, call.context, definitions, call.path["pipeline_id"], demands)
    return Reply(204)


async def list_pipeline_audits(call: Call) -> Reply:
    """GET the changes of a pipeline, newest first."""
    audits = await pipelines.list_audits(call.tx, await definitions_of(call), call.path["pipeline_id"])
    return Reply(200, {"results": [render_audit(audit, call.context.account.id) for audit in audits]})


async def list_stages(call: Call) -> Reply:
    """GET the stages of a pipeline, in order."""
    pipeline = find_pipeline(await definitions_of(call), call.path["pipeline_id"])
    return Reply(200, {"results": [render_stage(stage) for stage in pipeline.stages]})


async def create_stage(call: Call) -> Reply:
    """POST one more stage."""
    body: StageBody = call.body
    wanted = read_stage(body, body.stage_id)
    definitions = await definitions_of(call)
    stage = await pipelines.create_stage(call.tx, call.context, definitions, call.path["pipeline_id"], wanted)
    return Reply(201, render_stage(stage))


async def read_stage_by_id(call: Call) -> Reply:
    """GET one stage."""
    pipeline = find_pipeline(await definitions_of(call), call.path["pipeline_id"])
    return Reply(200, render_stage(find_stage(pipeline, call.path["stage_id"])))


async def update_stage(call: Call) -> Reply:
    """PATCH or PUT a stage; metadata is merged either way."""
    changes = read_stage(call.body, call.path["stage_id"])
    stage = await pipelines.update_stage(
        call.tx,
        call.context,
        await definitions_of(call),
        call.path["pipeline_id"],
        changes,
        demands=read_demands(call),
    )
    return Reply(200, render_stage(stage))


async def erase_stage(call: Call) -> Reply:
    """DELETE a stage, for good; one that does not exist is no error."""
    await pipelines.erase_stage(
        call.tx,
        call.context,
        await definitions_of(call),
        call.path["pipeline_id"],
        call.path["stage_id"],
        demands=read_demands(call, REFERENCES),
    )
    return Reply(204)


def pipeline_with(definitions: Definitions, stage_id: str) -> str | None:
    """The id of the pipeline that a stage is in."""
    for pipeline in definitions.pipelines.values():
        if any(stage.id == stage_id for stage in pipeline.stages):
            return pipeline.id
    return None


async def list_stage_audits(call: Call) -> Reply:
    """GET the changes of a stage, newest first."""
    definitions, stage_id = await definitions_of(call), call.path["stage_id"]
    pipeline_id = call.path["pipeline_id"]
    if pipeline_id == UNFILLED:
        pipeline_id = pipeline_with(definitions, stage_id) or pipeline_id
    audits = await pipelines.list_audits(call.tx, definitions, pipeline_id, stage_id)
    return Reply(200, {"results": [render_audit(audit, call.context.account.id) for audit in audits]})
