"""Chapter: update tickets."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from hubspot.crm import tickets

from tests.support.server import create_ticket

T = "/crm/v3/objects/tickets"


def update(sdk: Any, ticket: str, **values: object) -> Any:
    changed = sdk.crm.tickets.basic_api.update(ticket, tickets.SimplePublicObjectInput(properties=values))
    assert type(changed) is tickets.SimplePublicObject
    return changed


def test_a_ticket_is_changed_by_its_record_id(sdk: Any) -> None:
    """G27: PATCH answers 200 with what was written; what was not sent stays."""
    made = create_ticket(sdk, "kept", content="before")
    changed = update(sdk, made.id, hs_pipeline_stage="2", content="after")
    assert changed.id == made.id
    assert (changed.properties["hs_pipeline_stage"], changed.properties["content"]) == ("2", "after")
    assert changed.updated_at > made.updated_at
    read = sdk.crm.tickets.basic_api.get_by_id(made.id)
    assert (read.properties["subject"], read.properties["content"]) == ("kept", "after")


def test_the_guide_works_from_the_command_line_too(sdk: Any, http: httpx2.Client) -> None:
    """G27: the request of the guide as plain HTTP."""
    answer = http.patch(f"{T}/{create_ticket(sdk).id}", json={"properties": {"hs_pipeline_stage": "2"}})
    assert answer.status_code == 200
    assert answer.json()["properties"]["hs_pipeline_stage"] == "2"


def test_entering_a_closed_stage_closes_the_ticket(sdk: Any) -> None:
    """G1: `closed_date` has a value then, and is cleared on reopening."""
    made = create_ticket(sdk)
    closed = update(sdk, made.id, hs_pipeline_stage="4")
    assert closed.properties["hs_is_closed"] == "true"
    assert closed.properties["closed_date"] == closed.properties["hs_lastmodifieddate"]
    reopened = update(sdk, made.id, hs_pipeline_stage="1")
    assert (reopened.properties["hs_is_closed"], reopened.properties["closed_date"]) == ("false", "")


def test_clearing_a_value_is_answered_with_an_empty_text(sdk: Any, http: httpx2.Client) -> None:
    """G27, G19: the answer to a write echoes the cleared value, a read leaves it out."""
    made = create_ticket(sdk, content="to be cleared")
    assert update(sdk, made.id, content="").properties["content"] == ""
    assert "content" not in http.get(f"{T}/{made.id}").json()["properties"]


def test_subject_and_stage_need_not_be_sent_again(sdk: Any) -> None:
    """G7, G27: what a create needs, a change does not."""
    assert update(sdk, create_ticket(sdk).id, content="only this").properties["content"] == "only this"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"hs_pipeline_stage": "Closed"}, "INVALID_OPTION"),
        ({"hs_ticket_priority": "SUPER"}, "INVALID_OPTION"),
        ({"no_such_property": "1"}, "PROPERTY_DOESNT_EXIST"),
        ({"hs_ticket_id": "1"}, "READ_ONLY_VALUE"),
    ],
)
def test_bad_values_are_refused_and_nothing_changes(sdk: Any, values: dict[str, str], code: str) -> None:
    """G27, G9: internal ids and options only; the good value beside the bad one is not written either."""
    made = create_ticket(sdk, "unchanged")
    with pytest.raises(tickets.ApiException) as raised:
        update(sdk, made.id, subject="changed", **values)
    assert raised.value.status == 400
    assert code in raised.value.body
    assert sdk.crm.tickets.basic_api.get_by_id(made.id).properties["subject"] == "unchanged"


def test_an_unknown_ticket_cannot_be_changed(sdk: Any) -> None:
    """G27: 404."""
    with pytest.raises(tickets.exceptions.NotFoundException):
        update(sdk, "999999999", subject="nobody")


def test_several_tickets_are_changed_at_once(sdk: Any) -> None:
    """G29: a list of ids and properties."""
    made = [create_ticket(sdk).id for _ in range(3)]
    inputs = [tickets.SimplePublicObjectBatchInput(id=key, properties={"subject": f"n{key}"}) for key in made]
    answer = sdk.crm.tickets.batch_api.update(tickets.BatchInputSimplePublicObjectBatchInput(inputs=inputs))
    assert type(answer) is tickets.BatchResponseSimplePublicObject
    assert answer.status == "COMPLETE"
    assert [item.properties["subject"] for item in answer.results] == [f"n{key}" for key in made]
    assert sdk.crm.tickets.basic_api.get_by_id(made[2]).properties["subject"] == f"n{made[2]}"


def test_one_bad_input_stops_the_whole_batch(sdk: Any, http: httpx2.Client) -> None:
    """G29: without trace ids nothing is written."""
    first, second = create_ticket(sdk, "as before").id, create_ticket(sdk).id
    inputs = [
        {"id": first, "properties": {"subject": "changed"}},
        {"id": second, "properties": {"hs_ticket_priority": "SUPER"}},
    ]
    assert http.post(f"{T}/batch/update", json={"inputs": inputs}).status_code == 400
    assert sdk.crm.tickets.basic_api.get_by_id(first).properties["subject"] == "as before"


def test_a_ticket_moves_to_another_pipeline_with_its_stage(sdk: Any, http: httpx2.Client) -> None:
    """G8, G27: pipeline and stage together; the stage alone is refused."""
    stages = [
        {"label": "Received", "displayOrder": 0, "metadata": {"ticketState": "OPEN"}},
        {"label": "Answered", "displayOrder": 1, "metadata": {"ticketState": "CLOSED"}},
    ]
    body = {"label": "Complaints", "displayOrder": 2, "stages": stages}
    pipeline = http.post("/crm/v3/pipelines/tickets", json=body).json()
    stage = pipeline["stages"][1]["id"]
    ticket = create_ticket(sdk).id
    alone = http.patch(f"{T}/{ticket}", json={"properties": {"hs_pipeline_stage": stage}})
    assert alone.status_code == 400
    moved = update(sdk, ticket, hs_pipeline=pipeline["id"], hs_pipeline_stage=stage)
    assert moved.properties["hs_pipeline"] == pipeline["id"]
    assert moved.properties["hs_is_closed"] == "true"
