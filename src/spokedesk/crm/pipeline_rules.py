"""The rules for pipelines and stages: what may be created, changed and deleted, and how stages keep their order.

A change of a stage is a change of its pipeline: every function decides the whole pipeline as it will be.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from spokedesk.crm.object_types import ObjectType
from spokedesk.crm.pipelines import Pipeline, Stage
from spokedesk.crm.property_values import DECIMAL
from spokedesk.errors import AlreadyExists, InvalidRequest, NotFound

MAX_PIPELINES = 100
MAX_STAGES = 100
MAX_STAGES_OF_OTHERS = 30
MAX_PIPELINE_ID = 36
MAX_STAGE_ID = 100


@dataclass(frozen=True, slots=True)
class StageInput:
    """What a client says about a stage; None is what it left unsaid. New stages have got their id by now."""

    id: str | None = None
    label: str | None = None
    display_order: int | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PipelineInput:
    """What a client says about a pipeline; None is what it left unsaid."""

    id: str | None = None
    label: str | None = None
    display_order: int | None = None
    stages: tuple[StageInput, ...] = ()


@dataclass(frozen=True, slots=True)
class PipelineRules:
    """What a change is checked against: the other pipelines of the type, ids taken by other types, the time (ms),
    and whether tickets must keep a closed stage.
    """

    object_type: ObjectType
    pipelines: Mapping[str, Pipeline]
    foreign_ids: Collection[str]
    now: int
    needs_closed_stage: bool = False


def unknown_pipeline(pipeline_id: str) -> NotFound:
    return NotFound(f"Pipeline '{pipeline_id}' does not exist", context={"pipelineId": [pipeline_id]})


def unknown_stage(stage_id: str) -> NotFound:
    return NotFound(f"Pipeline stage '{stage_id}' does not exist", context={"stageId": [stage_id]})


def plan_create(wanted: PipelineInput, rules: PipelineRules) -> Pipeline:
    """Decide a new pipeline with its stages."""
    pipeline_id = wanted.id or ""
    if rules.object_type.has_lifecycle:
        raise InvalidRequest(f"Records of type {rules.object_type.error_name} have one pipeline, their lifecycle")
    if len(rules.pipelines) >= MAX_PIPELINES:
        raise InvalidRequest(f"An object type can have at most {MAX_PIPELINES} pipelines")
    check_length("pipelineId", pipeline_id, MAX_PIPELINE_ID)
    if pipeline_id in rules.pipelines or pipeline_id in rules.foreign_ids:
        raise InvalidRequest(f"There's another pipeline in this account with pipelineId {pipeline_id}")
    label = checked_label(wanted.label)
    check_pipeline_label(label, pipeline_id, rules)
    stages = plan_stages((), wanted.stages, pipeline_id, rules)
    check_closed_stage((), stages, rules)
    return Pipeline(pipeline_id, label, wanted.display_order or 0, stages, rules.now, rules.now)


def plan_update(pipeline: Pipeline, changes: PipelineInput, rules: PipelineRules) -> Pipeline:
    """Decide a renamed or moved pipeline; every stage counts as updated with it."""
    label = pipeline.label if changes.label is None else checked_label(changes.label)
    check_pipeline_label(label, pipeline.id, rules)
    return replace(
        pipeline,
        label=label,
        display_order=pipeline.display_order if changes.display_order is None else changes.display_order,
        stages=tuple(replace(stage, updated_at=rules.now) for stage in pipeline.stages),
        updated_at=rules.now,
    )


def plan_replace(pipeline: Pipeline, wanted: PipelineInput, rules: PipelineRules) -> Pipeline:
    """Decide a pipeline with exactly the given stages: those named by id stay, the others are new, the rest goes."""
    label = checked_label(wanted.label)
    check_pipeline_label(label, pipeline.id, rules)
    stages = plan_stages(pipeline.stages, wanted.stages, pipeline.id, rules)
    check_closed_stage((), stages, rules)
    return replace(pipeline, label=label, display_order=wanted.display_order or 0, stages=stages, updated_at=rules.now)


def plan_stages(
    before: Sequence[Stage], wanted: Sequence[StageInput], pipeline_id: str, rules: PipelineRules
) -> tuple[Stage, ...]:
    """All stages of a pipeline, in order; those that were there before keep what is left unsaid."""
    if not wanted:
        raise no_stage()
    if len(wanted) > most_stages(rules.object_type):
        raise too_many_stages(rules.object_type)
    ids = [item.id or "" for item in wanted]
    if repeated := [stage_id for stage_id in ids if ids.count(stage_id) > 1]:
        raise InvalidRequest(f"The stages of the request are already using stage id {repeated[0]} more than once")
    elsewhere = next((stage_id for stage_id in ids if holder_of(stage_id, pipeline_id, rules)), None)
    if elsewhere is not None:
        raise AlreadyExists(
            f"Stage id {elsewhere} exists in another pipeline",
            sub_category="PipelineError.STAGE_ID_EXISTS_IN_ANOTHER_PIPELINE",
        )
    known = {stage.id: stage for stage in before}
    stages: tuple[Stage, ...] = ()
    for item in wanted:
        stages = place(stages, make_stage(item, known.get(item.id or ""), rules), rules.now)
    check_stage_labels(stages)
    return stages


def holder_of(stage_id: str, but: str, rules: PipelineRules) -> str | None:
    """The other pipeline that has a stage of that id."""
    pipelines = rules.pipelines.values()
    return next((item.id for item in pipelines if item.id != but and item.stage(stage_id)), None)


def plan_create_stage(pipeline: Pipeline, wanted: StageInput, rules: PipelineRules) -> Pipeline:
    """Decide a pipeline with one more stage."""
    stage_id = wanted.id or ""
    holder = pipeline.id if pipeline.stage(stage_id) else holder_of(stage_id, pipeline.id, rules)
    if holder is not None:
        raise InvalidRequest(f"Pipeline {holder} is already using stage id {stage_id}")
    if len(pipeline.stages) >= most_stages(rules.object_type):
        raise too_many_stages(rules.object_type)
    return with_stage(pipeline, make_stage(wanted, None, rules), rules)


def plan_update_stage(pipeline: Pipeline, stage: Stage, changes: StageInput, rules: PipelineRules) -> Pipeline:
    """Decide a pipeline with one changed stage; metadata that is not mentioned stays."""
    return with_stage(pipeline, make_stage(replace(changes, id=stage.id), stage, rules), rules)


def with_stage(pipeline: Pipeline, stage: Stage, rules: PipelineRules) -> Pipeline:
    stages = place(pipeline.stages, stage, rules.now)
    check_stage_labels(stages)
    check_closed_stage(pipeline.stages, stages, rules)
    return replace(pipeline, stages=stages, updated_at=rules.now)


def plan_erase_stage(pipeline: Pipeline, stage: Stage, rules: PipelineRules) -> Pipeline:
    """Decide a pipeline without one of its stages."""
    stages = tuple(item for item in pipeline.stages if item.id != stage.id)
    if not stages:
        raise no_stage()
    check_closed_stage(pipeline.stages, stages, rules)
    return replace(pipeline, stages=stages, updated_at=rules.now)


def check_erasable(pipeline: Pipeline, kind: ObjectType) -> None:
    """Records that name no pipeline need the default one."""
    if pipeline.id == kind.default_pipeline:
        raise InvalidRequest(f"The default pipeline '{pipeline.id}' cannot be deleted")


def make_stage(wanted: StageInput, before: Stage | None, rules: PipelineRules) -> Stage:
    """A stage as the client wants it, over what it was before."""
    stage_id = wanted.id or ""
    check_length("stageId", stage_id, MAX_STAGE_ID)
    label = before.label if before and wanted.label is None else checked_label(wanted.label)
    order = before.display_order if before and wanted.display_order is None else wanted.display_order or 0
    if order < 0:
        raise InvalidRequest(f"The displayOrder of a stage must be 0 or more, but given: {order}")
    metadata = METADATA.get(rules.object_type.plural, state_metadata)
    return Stage(
        id=stage_id,
        label=label,
        display_order=order,
        metadata=metadata({**(before.metadata if before else {}), **wanted.metadata}),
        created_at=before.created_at if before else rules.now,
        updated_at=rules.now,
    )


def place(stages: Sequence[Stage], stage: Stage, now: int) -> tuple[Stage, ...]:
    """The stages with one put in its place. A slot that another stage holds puts it right behind that one and
    renumbers all from 0; a free slot changes only the stage itself.
    """
    others = [item for item in stages if item.id != stage.id]
    holder = next((index for index, item in enumerate(others) if item.display_order == stage.display_order), None)
    if holder is None:
        return tuple(sorted((*others, stage), key=lambda item: item.display_order))
    ordered = [*others[: holder + 1], stage, *others[holder + 1 :]]
    return tuple(
        item if item.display_order == order else replace(item, display_order=order, updated_at=now)
        for order, item in enumerate(ordered)
    )


def ticket_metadata(given: Mapping[str, str]) -> dict[str, str]:
    """Tickets: open or closed; what else is sent is passed over."""
    state = given.get("ticketState", "OPEN")
    check_state("ticketState", state)
    return {"ticketState": state, "isClosed": "true" if state == "CLOSED" else "false"}


def state_metadata(given: Mapping[str, str]) -> dict[str, str]:
    """Other records with stages: open or closed under another name."""
    state = given.get("state", "OPEN")
    check_state("state", state)
    return {"state": state, "isClosed": "true" if state == "CLOSED" else "false"}


def no_metadata(given: Mapping[str, str]) -> dict[str, str]:
    """Stages of life are neither open nor closed."""
    return {}


def check_state(name: str, state: str) -> None:
    if state not in ("OPEN", "CLOSED"):
        raise bad_metadata(f"{name} must be one of [OPEN, CLOSED], but given: {state}")


def deal_metadata(given: Mapping[str, str]) -> dict[str, str]:
    """Deals: how likely a deal is to be won, from 0 to 1; both ends are closed stages."""
    text = given.get("probability")
    if text is None:
        raise InvalidRequest("You must specify probability when writing a dealstage")
    if not DECIMAL.fullmatch(text) or not 0 <= float(text) <= 1:
        raise bad_metadata(f"probability must be a number from 0 to 1, but given: {text}")
    probability = abs(float(text))
    return {
        "probability": canonical(probability),
        "isClosed": "true" if probability in (0.0, 1.0) else "false",
    }


def canonical(probability: float) -> str:
    """`0.5`, `1.0`: the shortest text, never with an exponent."""
    text = str(probability)
    return f"{probability:.20f}".rstrip("0") if "e" in text else text


METADATA: Mapping[str, Callable[[Mapping[str, str]], dict[str, str]]] = {
    "tickets": ticket_metadata,
    "deals": deal_metadata,
    "contacts": no_metadata,
    "companies": no_metadata,
}


def bad_metadata(message: str) -> InvalidRequest:
    return InvalidRequest(message, sub_category="PipelineError.INVALID_PIPELINE_STAGE_METADATA")


def no_stage() -> InvalidRequest:
    return InvalidRequest("Pipeline must have at least one stage")


def most_stages(kind: ObjectType) -> int:
    return MAX_STAGES if kind.plural in ("tickets", "deals") or kind.id.startswith("2-") else MAX_STAGES_OF_OTHERS


def too_many_stages(kind: ObjectType) -> InvalidRequest:
    return InvalidRequest(f"A pipeline can have at most {most_stages(kind)} stages")


def checked_label(label: str | None) -> str:
    """A label as it was given, blanks included; raise when nothing can be seen of it."""
    text = label or ""
    if not text.strip():
        raise InvalidRequest("A label must not be empty")
    return text


def check_length(name: str, text: str, longest: int) -> None:
    if len(text) > longest:
        raise InvalidRequest(f"{name} must be at most {longest} characters long, but has {len(text)}")


def check_pipeline_label(label: str, pipeline_id: str, rules: PipelineRules) -> None:
    if any(item.label.lower() == label.lower() for item in rules.pipelines.values() if item.id != pipeline_id):
        raise InvalidRequest(f"An active pipeline with label '{label}' already exists")


def check_stage_labels(stages: Iterable[Stage]) -> None:
    """Labels differ by more than letter case and outer blanks."""
    seen: set[str] = set()
    for stage in stages:
        key = stage.label.strip().lower()
        if key in seen:
            raise InvalidRequest(
                f"A stage with label '{stage.label}' already exists in this pipeline",
                sub_category="PipelineError.STAGE_LABEL_EXISTS",
            )
        seen.add(key)


def check_closed_stage(before: Sequence[Stage], after: Sequence[Stage], rules: PipelineRules) -> None:
    """Tickets need a stage in which they are done. A pipeline that never had one may stay without it."""
    if not rules.needs_closed_stage or rules.object_type.plural != "tickets":
        return
    had_none = bool(before) and not any(stage.is_closed for stage in before)
    if not had_none and not any(stage.is_closed for stage in after):
        raise InvalidRequest(
            "A ticket pipeline must have at least one stage with the ticketState CLOSED",
            sub_category="PipelineError.MISSING_CLOSED_STAGE",
        )


def in_use(stage_ids: Sequence[str], record_ids: Sequence[int]) -> InvalidRequest:
    """The refusal to delete stages that live records are in."""
    stages, records = f"[{', '.join(stage_ids)}]", f"[{', '.join(map(str, record_ids))}]"
    return InvalidRequest(
        f"Stage IDs: {stages} are being referenced by object IDs: {records}",
        context={"stageIds": [stages], "objectIds": [records]},
        sub_category="PipelineError.STAGE_ID_IN_USE",
    )


def differences(before: Pipeline | None, after: Pipeline | None) -> Iterator[tuple[str, Pipeline | Stage]]:
    """What changed between two states, as (action, value): the pipeline first, then its stages."""
    whole = after or before
    if whole is not None:
        yield action_of(before, after), whole
    old = {stage.id: stage for stage in before.stages} if before else {}
    new = {stage.id: stage for stage in after.stages} if after else {}
    for stage_id in {**old, **new}:
        was, now = old.get(stage_id), new.get(stage_id)
        if was and now and replace(was, updated_at=now.updated_at) == now:
            continue
        stage = now or was
        if stage is not None:
            yield action_of(was, now), stage


def action_of(before: object, after: object) -> str:
    if before is None:
        return "CREATE"
    return "UPDATE" if after is not None else "DELETE"
