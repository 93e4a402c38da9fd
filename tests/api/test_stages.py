"""Stages: closing and reopening, and the times that each visit leaves behind."""

from __future__ import annotations

from typing import Any

import pytest

from spokedesk.crm.instants import DAY
from tests.support.api import START, Answer, Api, Clock
from tests.support.factories import define_pipeline, make_pipeline

T = "/crm/v3/objects/tickets"


@pytest.fixture
def api() -> Api:
    return Api()


def create(api: Api, **values: Any) -> Answer:
    return api.post(T, {"properties": {"subject": "s", "hs_pipeline_stage": "1", **values}})


def made(api: Api, **values: Any) -> str:
    answer = create(api, **values)
    assert answer.status == 201, answer.raw
    return str(answer.json["id"])


def patch(api: Api, ticket: str, **values: Any) -> Answer:
    return api.patch(f"{T}/{ticket}", {"properties": values})


def value(api: Api, ticket: str, name: str) -> Any:
    return api.get(f"{T}/{ticket}", properties=name).json["properties"].get(name)


def test_closing_and_reopening_keep_their_dates() -> None:
    clock = Clock(START, step=0)
    api = Api(clock=clock)
    ticket = made(api)
    clock.at += 5000
    closed = patch(api, ticket, hs_pipeline_stage="4").json["properties"]
    assert (closed["closed_date"], closed["time_to_close"]) == ("2026-09-21T14:13:25Z", "5000")
    clock.at += 1000
    reopened = patch(api, ticket, hs_pipeline_stage="2").json["properties"]
    assert (reopened["closed_date"], reopened["time_to_close"]) == ("", "")
    assert reopened["hs_last_closed_date"] == "2026-09-21T14:13:25Z"
    assert reopened["hs_ticket_reopened_at"] == "2026-09-21T14:13:26Z"


def test_the_time_to_close_follows_both_of_its_dates(api: Api) -> None:
    ticket = made(api, hs_pipeline_stage="4", createdate="2024-01-02")
    assert patch(api, ticket, closed_date="2024-01-04").json["properties"]["time_to_close"] == str(2 * DAY)
    assert patch(api, ticket, createdate="2024-01-01").json["properties"]["time_to_close"] == str(3 * DAY)
    assert api.get(f"{T}/{ticket}").json["createdAt"] == "2024-01-01T00:00:00Z"
    assert patch(api, ticket, closed_date="").json["properties"]["time_to_close"] == ""


def test_moving_between_closed_stages_keeps_the_closing_date(api: Api) -> None:
    define_pipeline(
        api, make_pipeline("p", "Other", [("o", "Open", False), ("c1", "Done", True), ("c2", "Void", True)])
    )
    ticket = made(api, hs_pipeline="p", hs_pipeline_stage="o")
    first = patch(api, ticket, hs_pipeline_stage="c1").json["properties"]["closed_date"]
    patch(api, ticket, hs_pipeline_stage="c2")
    assert value(api, ticket, "closed_date") == first


def test_time_in_a_stage_runs_while_the_ticket_is_in_it() -> None:
    clock = Clock(START, step=0)
    api = Api(clock=clock)
    ticket = made(api)
    names = [
        "hs_v2_latest_time_in_1",
        "hs_v2_cumulative_time_in_1",
        "hs_time_in_1",
        "hs_v2_time_in_current_stage",
        "hs_v2_date_exited_1",
    ]

    def times() -> list[Any]:
        found = api.get(f"{T}/{ticket}", properties=",".join(names)).json["properties"]
        return [found[name] for name in names]

    clock.at += 1000
    assert times() == ["1000", "1000", "1000", "1000", None]
    patch(api, ticket, hs_pipeline_stage="2")
    clock.at += 500
    assert times() == ["1000", "1000", "1000", "500", "2026-09-21T14:13:21Z"]
    patch(api, ticket, hs_pipeline_stage="1")
    clock.at += 200
    assert times() == ["200", "1200", "1200", "200", ""]
    patch(api, ticket, hs_pipeline_stage="3")
    clock.at += 50
    assert times() == ["200", "1200", "1200", "50", "2026-09-21T14:13:21.700Z"]


def test_dates_of_entry_are_those_of_the_latest_visit() -> None:
    clock = Clock(START, step=0)
    api = Api(clock=clock)
    ticket = made(api)
    for stage in ("2", "1"):
        clock.at += 1000
        patch(api, ticket, hs_pipeline_stage=stage)
    found = api.get(
        f"{T}/{ticket}", properties="hs_v2_date_entered_1,hs_date_entered_1,hs_v2_date_exited_2,hs_v2_date_exited_1"
    ).json["properties"]
    assert found["hs_v2_date_entered_1"] == found["hs_date_entered_1"] == "2026-09-21T14:13:22Z"
    assert (found["hs_v2_date_exited_2"], found["hs_v2_date_exited_1"]) == ("2026-09-21T14:13:22Z", "")
