"""What pipelines and stages may be: labels, ids, order, metadata, the closed stage, and what an audit tells apart."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from spokedesk import catalog
from spokedesk.crm.pipeline_rules import (
    PipelineInput,
    PipelineRules,
    StageInput,
    canonical,
    check_erasable,
    differences,
    plan_create,
    plan_create_stage,
    plan_erase_stage,
    plan_replace,
    plan_update,
    plan_update_stage,
    state_metadata,
)
from spokedesk.crm.pipelines import Pipeline, Stage
from spokedesk.errors import AlreadyExists, InvalidRequest, SpokedeskError

pytestmark = pytest.mark.fidelity("observed", source="recorded", of="PipelineError.*")

NOW = 1_790_000_000_000
OPEN = {"ticketState": "OPEN", "isClosed": "false"}
CLOSED = {"ticketState": "CLOSED", "isClosed": "true"}


def make_rules(*pipelines: Pipeline, object_type: str = "tickets", **changes: Any) -> PipelineRules:
    kind = catalog.resolve_object_type(object_type)
    assert kind is not None, "the catalog has the type"
    rules = PipelineRules(kind, {pipeline.id: pipeline for pipeline in pipelines}, frozenset({"default"}), NOW)
    return replace(rules, **changes)


def make_pipeline(*stages: Stage, id: str = "p", label: str = "Support") -> Pipeline:
    return Pipeline(id, label, 0, stages or (Stage("a", "A", 0, OPEN, 1, 1), Stage("z", "Z", 1, CLOSED, 1, 1)), 1, 1)


def wanted(*stages: StageInput, **changes: Any) -> PipelineInput:
    return PipelineInput(**{"id": "new", "label": "New", "display_order": 1, "stages": stages, **changes})


def step(stage_id: str, order: int = 0, state: str = "OPEN", label: str | None = None) -> StageInput:
    return StageInput(stage_id, label or stage_id.upper(), order, {"ticketState": state})


def places(pipeline: Pipeline) -> list[tuple[str, int]]:
    return [(stage.id, stage.display_order) for stage in pipeline.stages]


def refusal(rules: PipelineRules, pipeline: PipelineInput) -> SpokedeskError:
    with pytest.raises(SpokedeskError) as caught:
        plan_create(pipeline, rules)
    return caught.value


def test_new_pipeline_has_its_stages_in_order_with_derived_metadata() -> None:
    made = plan_create(wanted(step("b", 5, "CLOSED"), step("a", 2)), make_rules())
    assert made == Pipeline(
        "new", "New", 1, (Stage("a", "A", 2, OPEN, NOW, NOW), Stage("b", "B", 5, CLOSED, NOW, NOW)), NOW, NOW
    )


def test_pipeline_without_stages_is_refused() -> None:
    assert refusal(make_rules(), wanted()).message == "Pipeline must have at least one stage"


def test_pipeline_labels_are_unique_whatever_their_case() -> None:
    error = refusal(make_rules(make_pipeline(label="Support")), wanted(step("b"), label="SUPPORT"))
    assert error.message == "An active pipeline with label 'SUPPORT' already exists"


@pytest.mark.parametrize("label", ["", "  ", None])
def test_empty_labels_are_refused(label: str | None) -> None:
    assert "label" in refusal(make_rules(), wanted(step("b"), label=label)).message
    assert "label" in refusal(make_rules(), wanted(StageInput("b", label, 0))).message


def test_stage_labels_are_unique_whatever_case_and_outer_blanks() -> None:
    error = refusal(make_rules(), wanted(step("a", 0, label="Done"), step("b", 1, label=" dONE ")))
    assert error.sub_category == "PipelineError.STAGE_LABEL_EXISTS"


def test_labels_are_stored_as_given() -> None:
    made = plan_create(wanted(step("a", label=" Done "), label=" Mine "), make_rules())
    assert (made.label, made.stages[0].label) == (" Mine ", " Done ")


@pytest.mark.parametrize("taken", ["p", "default"])
def test_pipeline_id_of_this_or_another_object_type_is_refused(taken: str) -> None:
    error = refusal(make_rules(make_pipeline()), wanted(step("b"), id=taken))
    assert isinstance(error, InvalidRequest)
    assert error.message.startswith("There's another pipeline")
    assert error.message.endswith(f"with pipelineId {taken}")


def test_stage_id_of_another_pipeline_conflicts_on_pipeline_create() -> None:
    error = refusal(make_rules(make_pipeline()), wanted(step("z")))
    assert isinstance(error, AlreadyExists)
    assert error.sub_category == "PipelineError.STAGE_ID_EXISTS_IN_ANOTHER_PIPELINE"


def test_stage_id_twice_in_a_request_is_refused() -> None:
    assert "already using stage id b" in refusal(make_rules(), wanted(step("b"), step("b", 1, label="C"))).message


def test_ids_keep_case_dots_and_blanks() -> None:
    made = plan_create(wanted(step("My Stage.1"), id="My Pipe.1"), make_rules())
    assert (made.id, made.stages[0].id) == ("My Pipe.1", "My Stage.1")


def test_ids_have_a_length_limit() -> None:
    assert plan_create(wanted(step("s" * 100), id="p" * 36), make_rules()).id == "p" * 36
    assert "pipelineId" in refusal(make_rules(), wanted(step("s"), id="p" * 37)).message
    assert "stageId" in refusal(make_rules(), wanted(step("s" * 101))).message


def test_101_stages_are_too_many() -> None:
    stages = [step(f"s{number}", number) for number in range(101)]
    assert "at most 100 stages" in refusal(make_rules(), wanted(*stages)).message
    full = plan_create(wanted(*stages[:100]), make_rules())
    with pytest.raises(InvalidRequest):
        plan_create_stage(full, step("more", 200), make_rules(full))


def test_101_pipelines_are_too_many() -> None:
    many = [make_pipeline(Stage(f"s{n}", "S", 0), id=f"p{n}", label=f"L{n}") for n in range(100)]
    assert "at most 100 pipelines" in refusal(make_rules(*many), wanted(step("b"))).message
    assert plan_create(wanted(step("b")), make_rules(*many[1:])).id == "new"


def test_negative_stage_order_is_refused() -> None:
    assert "displayOrder" in refusal(make_rules(), wanted(step("b", -1))).message


def test_free_slot_changes_only_that_stage() -> None:
    pipeline = make_pipeline()
    after = plan_create_stage(pipeline, step("b", 7), make_rules(pipeline))
    assert places(after) == [("a", 0), ("z", 1), ("b", 7)]
    assert after.stages[:2] == pipeline.stages


def test_taken_slot_puts_the_stage_right_behind_the_holder_and_renumbers() -> None:
    pipeline = make_pipeline(Stage("a", "A", 2, OPEN, 1, 1), Stage("z", "Z", 5, CLOSED, 1, 1))
    after = plan_create_stage(pipeline, step("b", 2), make_rules(pipeline))
    assert places(after) == [("a", 0), ("b", 1), ("z", 2)]
    assert [stage.updated_at for stage in after.stages] == [NOW, NOW, NOW]


def test_stages_of_one_request_that_share_a_slot_follow_each_other() -> None:
    made = plan_create(wanted(step("a", 0), step("b", 0), step("c", 1)), make_rules())
    assert places(made) == [("a", 0), ("b", 1), ("c", 2)]


def test_moving_a_stage_to_a_taken_slot_shifts_the_others() -> None:
    pipeline = make_pipeline(Stage("a", "A", 0, OPEN), Stage("b", "B", 1, OPEN), Stage("z", "Z", 2, CLOSED))
    after = plan_update_stage(pipeline, pipeline.stages[0], StageInput("a", display_order=2), make_rules(pipeline))
    assert places(after) == [("b", 0), ("z", 1), ("a", 2)]


def test_writing_the_same_order_again_changes_nothing_else() -> None:
    pipeline = make_pipeline()
    changes = StageInput("a", label="Other", display_order=0)
    after = plan_update_stage(pipeline, pipeline.stages[0], changes, make_rules(pipeline))
    assert after.stages == (Stage("a", "Other", 0, OPEN, 1, NOW), pipeline.stages[1])


def test_ticket_state_defaults_to_open_and_unknown_keys_are_dropped() -> None:
    stage = StageInput("b", "B", 0, {"isClosed": "true", "color": "red"})
    assert plan_create(wanted(stage), make_rules()).stages[0].metadata == OPEN


@pytest.mark.parametrize("state", ["open", "DONE", ""])
def test_other_ticket_states_are_refused(state: str) -> None:
    error = refusal(make_rules(), wanted(step("b", 0, state)))
    assert error.sub_category == "PipelineError.INVALID_PIPELINE_STAGE_METADATA"


def test_metadata_of_an_update_is_merged() -> None:
    pipeline = make_pipeline()
    after = plan_update_stage(pipeline, pipeline.stages[1], StageInput("z", label="End"), make_rules(pipeline))
    assert after.stages[1] == Stage("z", "End", 1, CLOSED, 1, NOW)


@pytest.mark.parametrize(
    ("given", "stored", "closed"),
    [("0.50", "0.5", "false"), ("1", "1.0", "true"), ("0", "0.0", "true"), (".2", "0.2", "false")],
)
def test_deal_probability_is_kept_in_its_canonical_form(given: str, stored: str, closed: str) -> None:
    stage = StageInput("b", "B", 0, {"probability": given, "isClosed": "maybe"})
    made = plan_create(wanted(stage), make_rules(object_type="deals"))
    assert made.stages[0].metadata == {"probability": stored, "isClosed": closed}


def test_small_probability_has_no_exponent() -> None:
    assert canonical(0.00000001) == "0.00000001"


def test_deal_stage_needs_a_probability() -> None:
    error = refusal(make_rules(object_type="deals"), wanted(StageInput("b", "B", 0)))
    assert "must specify probability when writing a dealstage" in error.message


@pytest.mark.parametrize("probability", ["1.01", "-0.1", "half", "1e-1", ""])
def test_probability_is_a_number_from_0_to_1(probability: str) -> None:
    stage = StageInput("b", "B", 0, {"probability": probability})
    error = refusal(make_rules(object_type="deals"), wanted(stage))
    assert error.sub_category == "PipelineError.INVALID_PIPELINE_STAGE_METADATA"


def test_closed_stage_is_demanded_of_tickets_where_the_rule_holds() -> None:
    rules = make_rules(needs_closed_stage=True)
    error = refusal(rules, wanted(step("b")))
    assert error.sub_category == "PipelineError.MISSING_CLOSED_STAGE"
    assert plan_create(wanted(step("b")), make_rules()).stages
    assert plan_create(wanted(step("b", 0, "CLOSED")), rules).stages


def test_closed_stage_is_not_demanded_of_deals() -> None:
    stage = StageInput("b", "B", 0, {"probability": "0.5"})
    assert plan_create(wanted(stage), make_rules(object_type="deals", needs_closed_stage=True)).stages


def test_last_closed_stage_cannot_be_opened_or_deleted_where_the_rule_holds() -> None:
    pipeline = make_pipeline()
    rules = make_rules(pipeline, needs_closed_stage=True)
    opened = StageInput("z", metadata={"ticketState": "OPEN"})
    with pytest.raises(InvalidRequest):
        plan_update_stage(pipeline, pipeline.stages[1], opened, rules)
    with pytest.raises(InvalidRequest):
        plan_erase_stage(pipeline, pipeline.stages[1], rules)
    assert plan_update_stage(pipeline, pipeline.stages[1], opened, make_rules(pipeline)).stages[1].metadata == OPEN


def test_all_open_pipeline_of_before_can_still_be_changed() -> None:
    pipeline = make_pipeline(Stage("a", "A", 0, OPEN))
    rules = make_rules(pipeline, needs_closed_stage=True)
    changed = plan_update_stage(pipeline, pipeline.stages[0], StageInput("a", label="B"), rules)
    assert changed.stages[0].label == "B"


def test_update_of_a_pipeline_keeps_the_unsaid_and_touches_every_stage() -> None:
    pipeline = make_pipeline()
    after = plan_update(pipeline, PipelineInput(label="Help"), make_rules(pipeline))
    assert (after.label, after.display_order, after.created_at, after.updated_at) == ("Help", 0, 1, NOW)
    assert [stage.updated_at for stage in after.stages] == [NOW, NOW]


def test_pipeline_may_keep_its_own_label_but_not_take_another_ones() -> None:
    pipeline, other = make_pipeline(), make_pipeline(Stage("o", "O", 0), id="q", label="Other")
    assert plan_update(pipeline, PipelineInput(label="support"), make_rules(pipeline, other)).label == "support"
    with pytest.raises(InvalidRequest):
        plan_update(pipeline, PipelineInput(label="other"), make_rules(pipeline, other))


def test_replacement_keeps_named_stages_and_drops_the_rest() -> None:
    pipeline = make_pipeline()
    stages = (StageInput("z", "End", 1), step("new", 0))
    after = plan_replace(pipeline, wanted(*stages, id="p"), make_rules(pipeline))
    assert after.stages == (Stage("new", "NEW", 0, OPEN, NOW, NOW), Stage("z", "End", 1, CLOSED, 1, NOW))
    assert (after.id, after.created_at, after.display_order) == ("p", 1, 1)


def test_replacement_keeps_the_rules_of_labels_and_closed_stages() -> None:
    pipeline, other = make_pipeline(), make_pipeline(Stage("o", "O", 0), id="q", label="Other")
    rules = make_rules(pipeline, other, needs_closed_stage=True)
    with pytest.raises(InvalidRequest) as caught:
        plan_replace(pipeline, wanted(StageInput("z", "Z", 1), id="p", label="other"), rules)
    assert caught.value.message == "An active pipeline with label 'other' already exists"
    with pytest.raises(InvalidRequest) as caught:
        plan_replace(pipeline, wanted(StageInput("a", "A", 0), id="p"), rules)
    assert caught.value.sub_category == "PipelineError.MISSING_CLOSED_STAGE"


def test_stage_cannot_take_the_label_of_another() -> None:
    pipeline = make_pipeline()
    with pytest.raises(InvalidRequest) as created:
        plan_create_stage(pipeline, step("b", 9, label="a"), make_rules(pipeline))
    with pytest.raises(InvalidRequest) as updated:
        plan_update_stage(pipeline, pipeline.stages[1], StageInput("z", "A "), make_rules(pipeline))
    for caught in (created, updated):
        assert caught.value.sub_category == "PipelineError.STAGE_LABEL_EXISTS"


def test_stages_of_other_object_types_have_a_state() -> None:
    assert state_metadata({"state": "CLOSED", "x": "y"}) == {"state": "CLOSED", "isClosed": "true"}
    assert state_metadata({}) == {"state": "OPEN", "isClosed": "false"}
    with pytest.raises(InvalidRequest):
        state_metadata({"state": "closed"})


def test_stage_id_in_use_is_refused_on_stage_create() -> None:
    pipeline, other = make_pipeline(), make_pipeline(Stage("o", "O", 0), id="q", label="Other")
    for stage_id, holder in (("a", "p"), ("o", "q")):
        with pytest.raises(InvalidRequest) as caught:
            plan_create_stage(pipeline, step(stage_id, 9), make_rules(pipeline, other))
        assert caught.value.message == f"Pipeline {holder} is already using stage id {stage_id}"


def test_last_stage_cannot_be_deleted() -> None:
    pipeline = make_pipeline(Stage("a", "A", 0, OPEN))
    with pytest.raises(InvalidRequest) as caught:
        plan_erase_stage(pipeline, pipeline.stages[0], make_rules(pipeline))
    assert caught.value.message == "Pipeline must have at least one stage"


def test_default_pipeline_cannot_be_deleted() -> None:
    kind = make_rules().object_type
    with pytest.raises(InvalidRequest):
        check_erasable(make_pipeline(id="0"), kind)
    check_erasable(make_pipeline(id="1"), kind)


def test_differences_name_the_pipeline_and_every_stage_that_really_changed() -> None:
    before = make_pipeline()
    after = replace(
        before,
        stages=(replace(before.stages[0], updated_at=NOW), Stage("b", "B", 1, OPEN, NOW, NOW)),
        updated_at=NOW,
    )
    found = [(action, value.id) for action, value in differences(before, after)]
    assert found == [("UPDATE", "p"), ("DELETE", "z"), ("CREATE", "b")]
    assert [action for action, _ in differences(None, before)] == ["CREATE"] * 3
    assert [action for action, _ in differences(before, None)] == ["DELETE"] * 3
