"""Which stage a write may put a record in, and the times that each entry into a stage leaves behind."""

from __future__ import annotations

from collections.abc import Mapping

from spokedesk.crm.definitions import Definitions
from spokedesk.crm.instants import iso, parse_instant
from spokedesk.crm.pipelines import Pipeline, Stage, default_pipeline, stage_key
from spokedesk.errors import Problem

ENTERED_CURRENT = "hs_v2_date_entered_current_stage"
TIME_IN_CURRENT = "hs_v2_time_in_current_stage"


def find_stage(values: Mapping[str, str], definitions: Definitions) -> Stage | None:
    """The stage that a record with these values is in; None when it was deleted or there is none."""
    object_type = definitions.object_type
    pipeline = definitions.pipelines.get(values.get(object_type.pipeline_property or "", ""))
    return pipeline.stage(values.get(object_type.stage_property or "", "")) if pipeline else None


def check_stage(
    given: Mapping[str, str], current: Mapping[str, str], definitions: Definitions
) -> tuple[dict[str, str], list[Problem]]:
    """What the write adds (the default pipeline), and what is wrong with the pipeline or stage it names.

    Only internal ids are accepted; the stage must belong to the pipeline that the record ends up in.
    """
    kind = definitions.object_type
    if kind.pipeline_property is None or kind.stage_property is None:
        return {}, []
    named = given.get(kind.pipeline_property) or None
    if named is not None and named not in definitions.pipelines:
        allowed = ", ".join(definitions.pipelines)
        text = f"{named} was not one of the allowed options: [{allowed}]"
        return {}, [Problem(kind.pipeline_property, "INVALID_OPTION", text, named)]
    target = target_pipeline(named or current.get(kind.pipeline_property) or None, definitions)
    stage_id = given.get(kind.stage_property) or (current.get(kind.stage_property) if named else None)
    if target is None or not stage_id:
        return {}, []
    if target.stage(stage_id) is None and kind.has_lifecycle:
        text = f"{stage_id} was not one of the allowed options: [{', '.join(stage.id for stage in target.stages)}]"
        return {}, [Problem(kind.stage_property, "INVALID_OPTION", text, stage_id)]
    if target.stage(stage_id) is None:
        text = (
            f"{stage_id} is not a valid pipeline stage ID. Valid options are: "
            f"pipelineId={target.id} : [{', '.join(stage.id for stage in target.stages)}]"
        )
        return {}, [Problem(kind.stage_property, "INVALID_OPTION", text, stage_id)]
    return {kind.pipeline_property: target.id}, []


def without_steps_back(
    values: Mapping[str, str], current: Mapping[str, str], definitions: Definitions
) -> Mapping[str, str]:
    """The values of an update without a stage of life that lies before the present one: such a step is passed over in
    silence. Whoever wants it clears the stage first.
    """
    kind = definitions.object_type
    if not kind.has_lifecycle or kind.stage_property is None or not values.get(kind.stage_property):
        return values
    before, after = find_stage(current, definitions), find_stage({**current, **values}, definitions)
    if before is None or after is None or after.display_order >= before.display_order:
        return values
    return {name: value for name, value in values.items() if name != kind.stage_property}


def later_stage(
    mine: Mapping[str, str], theirs: Mapping[str, str], definitions: Definitions, now: int
) -> dict[str, str]:
    """What a record takes over in a merge when the other one is further in its lifecycle."""
    kind = definitions.object_type
    before, after = find_stage(mine, definitions), find_stage(theirs, definitions)
    if not kind.has_lifecycle or kind.stage_property is None or after is None:
        return {}
    if before is not None and after.display_order <= before.display_order:
        return {}
    times = stage_times(mine, mine.get(kind.stage_property, ""), after.id, now)
    known = {name: value for name, value in times.items() if name in definitions.properties}
    return {**known, kind.stage_property: after.id}


def target_pipeline(pipeline_id: str | None, definitions: Definitions) -> Pipeline | None:
    if pipeline_id is not None:
        return definitions.pipelines.get(pipeline_id)
    return default_pipeline(definitions.pipelines.values(), definitions.object_type.default_pipeline)


def stage_times(before: Mapping[str, str], stage_before: str, stage_after: str, now: int) -> dict[str, str]:
    """Entry, exit and duration (ms) properties that moving from one stage to another changes.

    An empty `stage_before` is a new record. Entered and exited are those of the latest visit.
    """
    changed: dict[str, str] = {}
    if stage_before:
        changed.update(leave_stage(before, stage_key(stage_before), now))
    key = stage_key(stage_after)
    changed[f"hs_v2_date_entered_{key}"] = changed[ENTERED_CURRENT] = iso(now)
    exited = f"hs_v2_date_exited_{key}"
    if before.get(exited):
        changed[exited] = ""
    return changed


def leave_stage(before: Mapping[str, str], key: str, now: int) -> dict[str, str]:
    entered = parse_instant(before.get(f"hs_v2_date_entered_{key}", ""))
    latest = max(0, now - entered) if entered is not None else 0
    earlier = int(before.get(f"hs_v2_cumulative_time_in_{key}") or 0)
    return {
        f"hs_v2_date_exited_{key}": iso(now),
        f"hs_v2_latest_time_in_{key}": str(latest),
        f"hs_v2_cumulative_time_in_{key}": str(earlier + latest),
    }


def running_times(values: Mapping[str, str], stage_id: str, now: int) -> dict[str, str]:
    """Durations that still grow: those of the stage the record is in, as of now."""
    entered = parse_instant(values.get(ENTERED_CURRENT, ""))
    if entered is None or not stage_id:
        return {}
    latest = max(0, now - entered)
    key = stage_key(stage_id)
    earlier = int(values.get(f"hs_v2_cumulative_time_in_{key}") or 0)
    return {
        TIME_IN_CURRENT: str(latest),
        f"hs_v2_latest_time_in_{key}": str(latest),
        f"hs_v2_cumulative_time_in_{key}": str(earlier + latest),
    }
