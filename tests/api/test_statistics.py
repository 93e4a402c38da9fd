"""Figures of the home screen, held against counting by hand."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

import pytest

from spokedesk.crm.instants import DAY
from tests.support.api import Api, Clock
from tests.support.factories import define_pipeline, insert_owner, make_pipeline

pytestmark = pytest.mark.fidelity("own", source="own", of="statistics.*")

STATISTICS = "/spokedesk/v1/statistics/tickets"
TICKETS = "/crm/v3/objects/tickets"
HOUR = 3_600_000


@pytest.fixture
def api() -> Api:
    made = Api()
    define_pipeline(made, make_pipeline("second", "Second", [("new", "New", False), ("done", "Done", True)]))
    insert_owner(made, 101)
    return made


def pass_time(api: Api, milliseconds: int) -> None:
    assert isinstance(api.clock, Clock)
    api.clock.at += milliseconds


def create(api: Api, pipeline: str = "0", stage: str = "1", **values: str) -> str:
    properties = {"subject": "s", "hs_pipeline": pipeline, "hs_pipeline_stage": stage, **values}
    made = api.post(TICKETS, {"properties": properties})
    assert made.status == 201, made.raw
    found: str = made.json["id"]
    return found


def move(api: Api, ticket: str, stage: str) -> None:
    assert api.patch(f"{TICKETS}/{ticket}", {"properties": {"hs_pipeline_stage": stage}}).status == 200


def read(api: Api, **query: Any) -> dict[str, Any]:
    answer = api.get(STATISTICS, **query)
    assert answer.status == 200, answer.raw
    found: dict[str, Any] = answer.json
    return found


def test_an_empty_account_has_zeros_for_every_day(api: Api) -> None:
    found = read(api, days=3)
    assert [(day["created"], day["closed"]) for day in found["days"]] == [(0, 0)] * 3
    assert found["timeToClose"] == {"count": 0}
    assert (found["open"], found["unassigned"], found["oldestOpen"]) == (0, 0, [])
    assert {stage["stageId"] for stage in found["openByStage"]} == {"1", "2", "3", "new"}


def test_times_to_close_are_ranked(api: Api) -> None:
    for hours in (1, 2, 3, 4, 10):
        ticket = create(api)
        pass_time(api, hours * HOUR)
        move(api, ticket, "4")
    times = read(api)["timeToClose"]
    assert times["count"] == 5
    assert times["median"] // HOUR == 3
    assert times["p90"] // HOUR == 10


def test_who_waits_longest_comes_first_and_only_if_it_is_open(api: Api) -> None:
    made = [create(api, subject=f"s{number}", hubspot_owner_id="101") for number in range(14)]
    move(api, made[0], "4")
    api.delete(f"{TICKETS}/{made[1]}")
    oldest = read(api)["oldestOpen"]
    assert [row["id"] for row in oldest] == made[2:12]
    assert (oldest[0]["subject"], oldest[0]["ownerId"], oldest[0]["stageId"]) == ("s2", "101", "1")
    assert oldest[0]["pipelineId"] == "0"


def test_one_pipeline_alone(api: Api) -> None:
    create(api)
    ticket = create(api, "second", "new")
    create(api, "second", "new", hubspot_owner_id="101")
    move(api, ticket, "done")
    found = read(api, pipeline="second")
    assert (found["open"], found["unassigned"]) == (1, 0)
    assert found["openByStage"] == [{"pipelineId": "second", "stageId": "new", "count": 1}]
    assert (found["days"][-1]["created"], found["days"][-1]["closed"]) == (2, 1)
    assert read(api)["open"] == 2


def test_a_reopened_ticket_is_not_closed(api: Api) -> None:
    ticket = create(api)
    move(api, ticket, "4")
    move(api, ticket, "1")
    found = read(api)
    assert (found["days"][-1]["closed"], found["timeToClose"]["count"], found["open"]) == (0, 0, 1)


@pytest.mark.parametrize("offset", [0, 840, -720, 345])
def test_days_begin_where_the_caller_is(api: Api, offset: int) -> None:
    create(api)
    pass_time(api, 13 * HOUR)
    create(api)
    zone = timedelta(minutes=offset)
    tickets = api.get(TICKETS).json["results"]
    days = Counter((datetime.fromisoformat(row["createdAt"]) + zone).date().isoformat() for row in tickets)
    found = {day["day"]: day["created"] for day in read(api, offset=offset, days=4)["days"]}
    assert {day: count for day, count in found.items() if count} == days
    assert list(found) == sorted(found)
    assert len(found) == 4


def test_figures_are_those_of_counting_by_hand(api: Api) -> None:
    dice = random.Random(7)
    for _ in range(100):
        pipeline, stages = dice.choice([("0", ("1", "2", "3", "4")), ("second", ("new", "done"))])
        ticket = create(
            api, pipeline, dice.choice(stages[:1]), **({"hubspot_owner_id": "101"} if dice.random() < 0.4 else {})
        )
        pass_time(api, dice.randrange(6 * HOUR))
        if dice.random() < 0.6:
            move(api, ticket, dice.choice((*stages, stages[-1])))
        if dice.random() < 0.1:
            api.delete(f"{TICKETS}/{ticket}")
        pass_time(api, dice.randrange(9 * HOUR))
    assert isinstance(api.clock, Clock)
    now = datetime.fromtimestamp(api.clock.at / 1000, UTC)
    names = "hs_pipeline,hs_pipeline_stage,closed_date,hubspot_owner_id"
    tickets = api.get(TICKETS, limit=100, properties=names).json["results"]
    days, first = 20, (now - timedelta(days=19)).date().isoformat()
    created = Counter(row["createdAt"][:10] for row in tickets)
    closed = [row for row in tickets if row["properties"]["hs_pipeline_stage"] in ("4", "done")]
    in_window = [row for row in closed if row["properties"]["closed_date"][:10] >= first]
    took = sorted(
        round(
            (
                datetime.fromisoformat(row["properties"]["closed_date"]) - datetime.fromisoformat(row["createdAt"])
            ).total_seconds()
            * 1000
        )
        for row in in_window
    )
    opened = [row for row in tickets if row not in closed]
    found = read(api, days=days)
    assert len(tickets) > 40
    assert len(took) > 5
    assert {day["day"]: day["created"] for day in found["days"] if day["created"]} == {
        day: count for day, count in created.items() if day >= first
    }
    assert {day["day"]: day["closed"] for day in found["days"] if day["closed"]} == Counter(
        row["properties"]["closed_date"][:10] for row in in_window
    )
    assert found["timeToClose"] == {
        "count": len(took),
        "median": took[ceil(len(took) * 0.5) - 1],
        "p90": took[ceil(len(took) * 0.9) - 1],
    }
    assert found["open"] == len(opened)
    assert found["unassigned"] == sum(not row["properties"].get("hubspot_owner_id") for row in opened)
    assert {stage["stageId"]: stage["count"] for stage in found["openByStage"] if stage["count"]} == Counter(
        row["properties"]["hs_pipeline_stage"] for row in opened
    )


@pytest.mark.parametrize(
    "query", ["days=0", "days=367", "days=x", "offset=-721", "offset=841", "offset=9.5", f"days={'9' * 30}"]
)
def test_what_cannot_be_counted_is_refused(api: Api, query: str) -> None:
    assert api.call("GET", STATISTICS, query=query).status == 400


def test_a_pipeline_that_is_not_there_is_not_found(api: Api) -> None:
    assert api.get(STATISTICS, pipeline="nothing").status == 404


def test_types_without_pipelines_have_no_figures(api: Api) -> None:
    assert api.get("/spokedesk/v1/statistics/notes").status == 400


def test_deals_have_figures_too(api: Api) -> None:
    made = api.post("/crm/v3/objects/deals", {"properties": {"dealname": "Big", "dealstage": "appointmentscheduled"}})
    assert made.status == 201, made.raw
    answer = api.get("/spokedesk/v1/statistics/deals")
    assert (answer.status, answer.json["open"], answer.json["oldestOpen"][0]["subject"]) == (200, 1, "Big")
    assert (
        api.patch(f"/crm/v3/objects/deals/{made.json['id']}", {"properties": {"dealstage": "closedwon"}}).status == 200
    )
    answer = api.get("/spokedesk/v1/statistics/deals")
    assert (answer.json["open"], answer.json["days"][-1]["closed"]) == (0, 1)


def test_old_days_fall_out(api: Api) -> None:
    ticket = create(api)
    move(api, ticket, "4")
    pass_time(api, 3 * DAY)
    assert read(api, days=3)["timeToClose"]["count"] == 0
    assert read(api, days=4)["timeToClose"]["count"] == 1
