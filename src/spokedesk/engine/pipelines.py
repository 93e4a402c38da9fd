"""Changing pipelines and stages: read what there is, decide in `crm`, write with an audit entry per change."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from spokedesk import catalog
from spokedesk.crm import pipeline_rules
from spokedesk.crm.definitions import Definitions
from spokedesk.crm.pipeline_rules import PipelineInput, PipelineRules, StageInput
from spokedesk.crm.pipelines import Pipeline, Stage, stage_key
from spokedesk.engine.context import Context
from spokedesk.engine.definitions import build_definitions
from spokedesk.engine.stored_values import rebuild_search_values
from spokedesk.errors import InvalidRequest
from spokedesk.storage import accounts, pipelines, records
from spokedesk.storage.database import Transaction
from spokedesk.storage.pipelines import PipelineAudit

SHOWN_RECORDS = 100


@dataclass(frozen=True, slots=True)
class Demands:
    """What the API version and the request ask for: a closed stage in every ticket pipeline, and that stages which
    live records are in are not deleted.
    """

    closed_stage: bool = False
    unused_stages: bool = False


async def create_pipeline(
    tx: Transaction, context: Context, definitions: Definitions, wanted: PipelineInput, demands: Demands
) -> Pipeline:
    """Create a pipeline with its stages; what has no id gets a new number."""
    kind = definitions.object_type
    if kind.pipeline_property is None:
        raise InvalidRequest(f"Records of type {kind.error_name} have no pipelines")
    rules = await load_rules(tx, context, definitions, demands)
    named = [stage.id for stage in wanted.stages if stage.id]
    count = (not wanted.id) + sum(not stage.id for stage in wanted.stages)
    ids = await take_ids(tx, rules, count, [*named, wanted.id or ""])
    wanted = replace(wanted, id=wanted.id or ids.pop(0), stages=with_ids(wanted.stages, ids))
    pipeline = pipeline_rules.plan_create(wanted, rules)
    await store(tx, context, definitions, None, pipeline)
    await revive_stage_times(tx, definitions, named)
    return pipeline


async def update_pipeline(
    tx: Transaction, context: Context, definitions: Definitions, pipeline_id: str, changes: PipelineInput
) -> Pipeline:
    """Rename or move a pipeline."""
    before = find_pipeline(definitions, pipeline_id)
    rules = await load_rules(tx, context, definitions, Demands())
    after = pipeline_rules.plan_update(before, changes, rules)
    await store(tx, context, definitions, before, after)
    return after


async def replace_pipeline(
    tx: Transaction, context: Context, definitions: Definitions, wanted: PipelineInput, demands: Demands
) -> Pipeline:
    """Give a pipeline exactly the wanted stages; `wanted.id` names it. Stages that are left out are deleted."""
    before = find_pipeline(definitions, wanted.id or "")
    rules = await load_rules(tx, context, definitions, demands)
    named = [stage.id for stage in wanted.stages if stage.id]
    ids = await take_ids(tx, rules, len(wanted.stages) - len(named), named)
    after = pipeline_rules.plan_replace(before, replace(wanted, stages=with_ids(wanted.stages, ids)), rules)
    dropped = [stage.id for stage in before.stages if after.stage(stage.id) is None]
    await check_unused(tx, definitions, before, dropped, demands)
    await store(tx, context, definitions, before, after)
    await revive_stage_times(tx, definitions, [stage_id for stage_id in named if before.stage(stage_id) is None])
    return after


async def erase_pipeline(
    tx: Transaction, context: Context, definitions: Definitions, pipeline_id: str, demands: Demands
) -> None:
    """Delete a pipeline for good; records that were in it keep its ids."""
    before = find_pipeline(definitions, pipeline_id)
    pipeline_rules.check_erasable(before, definitions.object_type)
    await check_unused(tx, definitions, before, [stage.id for stage in before.stages], demands)
    await store(tx, context, definitions, before, None)


async def create_stage(
    tx: Transaction, context: Context, definitions: Definitions, pipeline_id: str, wanted: StageInput
) -> Stage:
    """Add a stage to a pipeline."""
    before = find_pipeline(definitions, pipeline_id)
    rules = await load_rules(tx, context, definitions, Demands())
    named = [wanted.id] if wanted.id else []
    ids = await take_ids(tx, rules, 1 - len(named), ())
    (wanted,) = with_ids([wanted], ids)
    after = pipeline_rules.plan_create_stage(before, wanted, rules)
    await store(tx, context, definitions, before, after)
    await revive_stage_times(tx, definitions, named)
    return find_stage(after, wanted.id or "")


async def update_stage(
    tx: Transaction,
    context: Context,
    definitions: Definitions,
    pipeline_id: str,
    changes: StageInput,
    *,
    demands: Demands,
) -> Stage:
    """Change a stage, which `changes.id` names."""
    before = find_pipeline(definitions, pipeline_id)
    stage = find_stage(before, changes.id or "")
    rules = await load_rules(tx, context, definitions, demands)
    after = pipeline_rules.plan_update_stage(before, stage, changes, rules)
    await store(tx, context, definitions, before, after)
    return find_stage(after, stage.id)


async def erase_stage(
    tx: Transaction,
    context: Context,
    definitions: Definitions,
    pipeline_id: str,
    stage_id: str,
    *,
    demands: Demands,
) -> None:
    """Delete a stage for good; one that does not exist is no error."""
    before = definitions.pipelines.get(pipeline_id)
    stage = before.stage(stage_id) if before else None
    if before is None or stage is None:
        return
    rules = await load_rules(tx, context, definitions, demands)
    after = pipeline_rules.plan_erase_stage(before, stage, rules)
    await check_unused(tx, definitions, before, [stage_id], demands)
    await store(tx, context, definitions, before, after)


def find_pipeline(definitions: Definitions, pipeline_id: str) -> Pipeline:
    """The pipeline of that id; raise NotFound."""
    found = definitions.pipelines.get(pipeline_id)
    if found is None:
        raise pipeline_rules.unknown_pipeline(pipeline_id)
    return found


def find_stage(pipeline: Pipeline, stage_id: str) -> Stage:
    """The stage of that id; raise NotFound."""
    found = pipeline.stage(stage_id)
    if found is None:
        raise pipeline_rules.unknown_stage(stage_id)
    return found


async def list_audits(
    tx: Transaction, definitions: Definitions, pipeline_id: str, stage_id: str | None = None
) -> list[PipelineAudit]:
    """The changes of a pipeline, or of one of its stages, newest first; raise NotFound when there never was one."""
    audits = await pipelines.list_audits(tx, definitions.object_type.id, pipeline_id)
    found = [audit for audit in audits if audit.stage_id == stage_id]
    if not found:
        pipeline = find_pipeline(definitions, pipeline_id)
        if stage_id is not None:
            find_stage(pipeline, stage_id)
    return found


async def load_rules(tx: Transaction, context: Context, definitions: Definitions, demands: Demands) -> PipelineRules:
    """What a change is checked against; pipeline ids are shared by all object types."""
    foreign = [
        pipeline.id
        for kind in catalog.object_types()
        if kind.pipeline_property is not None and kind.id != definitions.object_type.id
        for pipeline in await pipelines.list_pipelines(tx, kind.id)
    ]
    return PipelineRules(
        definitions.object_type, definitions.pipelines, frozenset(foreign), context.now, demands.closed_stage
    )


async def take_ids(tx: Transaction, rules: PipelineRules, count: int, named: Collection[str]) -> list[str]:
    """New numbers that are the id of nothing yet, not even of something in the same request."""
    taken = {*rules.foreign_ids, *rules.pipelines, *named}
    taken.update(stage.id for pipeline in rules.pipelines.values() for stage in pipeline.stages)
    ids: list[str] = []
    while len(ids) < count:
        missing = count - len(ids)
        first, _ = await accounts.take_numbers(tx, ids=missing)
        ids.extend(text for number in range(first, first + missing) if (text := str(number)) not in taken)
    return ids


def with_ids(stages: Sequence[StageInput], ids: Sequence[str]) -> tuple[StageInput, ...]:
    """The stages with the new ids in the places of the missing ones."""
    fresh = iter(ids)
    return tuple(stage if stage.id else replace(stage, id=next(fresh)) for stage in stages)


async def check_unused(
    tx: Transaction, definitions: Definitions, pipeline: Pipeline, stage_ids: Sequence[str], demands: Demands
) -> None:
    """Raise when live records are in one of the stages, if that is demanded."""
    if not demands.unused_stages or not stage_ids:
        return
    used = await records.list_ids_in_stages(tx, definitions.object_type.id, pipeline.id, stage_ids, limit=SHOWN_RECORDS)
    if used:
        raise pipeline_rules.in_use(stage_ids, used)


async def store(
    tx: Transaction, context: Context, definitions: Definitions, before: Pipeline | None, after: Pipeline | None
) -> None:
    """Write the new state (None: gone) and an audit entry for everything that differs."""
    object_type = definitions.object_type.id
    if after is not None:
        await pipelines.replace_pipeline(tx, object_type, after)
    elif before is not None:
        await pipelines.erase_pipeline(tx, object_type, before.id)
    changes = list(pipeline_rules.differences(before, after))
    _, sequence = await accounts.take_numbers(tx, sequences=len(changes))
    whole = after or before
    audits = [
        PipelineAudit(
            sequence=sequence + index,
            pipeline_id=whole.id if whole else "",
            stage_id=value.id if isinstance(value, Stage) else None,
            action=action,
            state=value,
            at=context.now,
            user_id=context.source.user_id,
        )
        for index, (action, value) in enumerate(changes)
    ]
    await pipelines.insert_audits(tx, object_type, audits)
    await accounts.mark_definitions_changed(tx)


async def revive_stage_times(tx: Transaction, definitions: Definitions, stage_ids: Sequence[str]) -> None:
    """A stage that is made again under an old id finds the times of its earlier life; let searches find them too."""
    if not stage_ids:
        return
    after = await build_definitions(tx, definitions.object_type)
    for stage_id in stage_ids:
        await rebuild_search_values(tx, after, f"hs_v2_date_entered_{stage_key(stage_id)}")
