"""The pipelines that a new account has."""

from __future__ import annotations

import pytest

from spokedesk import catalog


def test_tickets_start_with_the_support_pipeline() -> None:
    (pipeline,) = catalog.default_pipelines("0-5")
    assert (pipeline.id, pipeline.label, pipeline.display_order) == ("0", "Support Pipeline", 0)
    assert [(stage.id, stage.label, stage.display_order, stage.metadata) for stage in pipeline.stages] == [
        ("1", "New", 0, {"ticketState": "OPEN", "isClosed": "false"}),
        ("2", "Waiting on contact", 1, {"ticketState": "OPEN", "isClosed": "false"}),
        ("3", "Waiting on us", 2, {"ticketState": "OPEN", "isClosed": "false"}),
        ("4", "Closed", 3, {"ticketState": "CLOSED", "isClosed": "true"}),
    ]
    assert [stage.is_closed for stage in pipeline.stages] == [False, False, False, True]


def test_deals_start_with_the_sales_pipeline() -> None:
    (pipeline,) = catalog.default_pipelines("0-3")
    assert (pipeline.id, pipeline.label) == ("default", "Sales Pipeline")
    assert [(stage.id, stage.metadata["probability"], stage.is_closed) for stage in pipeline.stages] == [
        ("appointmentscheduled", "0.2", False),
        ("qualifiedtobuy", "0.4", False),
        ("presentationscheduled", "0.6", False),
        ("decisionmakerboughtin", "0.8", False),
        ("contractsent", "0.9", False),
        ("closedwon", "1.0", True),
        ("closedlost", "0.0", True),
    ]


@pytest.mark.parametrize(
    ("object_type_id", "pipeline_id", "stages", "closed"),
    [
        (
            "0-123",
            "14a2e10e-5471-408a-906e-c51f3b04369e",
            "Open Processed Shipped Delivered Cancelled",
            "Delivered Cancelled",
        ),
        ("0-136", "lead-pipeline-id", "New Attempting Connected Qualified Disqualified", "Qualified Disqualified"),
        ("0-162", "ba9cdbd6-e220-45b2-a5a2-d67ebdcbade6", "New In_Progress Closed", "Closed"),
    ],
)
def test_orders_leads_and_services_have_one_pipeline(
    object_type_id: str, pipeline_id: str, stages: str, closed: str
) -> None:
    (pipeline,) = catalog.default_pipelines(object_type_id)
    assert pipeline.id == pipeline_id
    assert [stage.label.replace(" ", "_") for stage in pipeline.stages] == stages.split()
    assert [stage.label for stage in pipeline.stages if stage.is_closed] == closed.split()
    assert all((stage.metadata["state"] == "CLOSED") is stage.is_closed for stage in pipeline.stages)


def test_no_other_type_has_a_pipeline() -> None:
    with_pipelines = {each.plural for each in catalog.object_types() if catalog.default_pipelines(each.id)}
    assert with_pipelines == {"tickets", "deals", "orders", "leads", "services", "contacts", "companies"}


@pytest.mark.parametrize(("object_type_id", "plural"), [("0-1", "contacts"), ("0-2", "companies")])
def test_people_and_companies_go_through_their_lifecycle(object_type_id: str, plural: str) -> None:
    (pipeline,) = catalog.default_pipelines(object_type_id)
    assert (pipeline.id, pipeline.label) == (f"{plural}-lifecycle-pipeline", "Lifecycle Stage Pipeline")
    option = catalog.default_definitions(object_type_id)["lifecyclestage"].options
    assert [(stage.id, stage.label) for stage in pipeline.stages] == [(item.value, item.label) for item in option]
    assert len(pipeline.stages) == 8
    assert all(stage.metadata == {} and not stage.is_closed for stage in pipeline.stages)


def test_a_type_names_its_pipeline_properties_exactly_when_it_has_pipelines() -> None:
    named = {
        each.plural: (each.pipeline_property, each.stage_property, each.default_pipeline)
        for each in catalog.object_types()
        if each.pipeline_property or each.stage_property or each.default_pipeline
    }
    assert named == {
        "tickets": ("hs_pipeline", "hs_pipeline_stage", "0"),
        "deals": ("pipeline", "dealstage", "default"),
        "orders": ("hs_pipeline", "hs_pipeline_stage", "14a2e10e-5471-408a-906e-c51f3b04369e"),
        "leads": ("hs_pipeline", "hs_pipeline_stage", "lead-pipeline-id"),
        "contacts": ("hs_pipeline", "lifecyclestage", "contacts-lifecycle-pipeline"),
        "companies": ("hs_pipeline", "lifecyclestage", "companies-lifecycle-pipeline"),
        "services": ("hs_pipeline", "hs_pipeline_stage", "ba9cdbd6-e220-45b2-a5a2-d67ebdcbade6"),
    }


def test_seeded_pipelines_date_from_the_epoch() -> None:
    (pipeline,) = catalog.default_pipelines("0-5")
    assert (pipeline.created_at, pipeline.updated_at) == (0, 0)
    assert {(stage.created_at, stage.updated_at) for stage in pipeline.stages} == {(0, 0)}
