"""The two fidelity profiles: three differences, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Answer, Api

T = "/crm/v3/objects/tickets"
NEW = {"subject": "s", "hs_pipeline_stage": "1"}


def desk(profile: str) -> tuple[Api, str]:
    """An account with one ticket whose content was cleared and whose priority was never set."""
    api = Api(profile)
    ticket: str = api.post(T, {"properties": {**NEW, "content": "x"}}).json["id"]
    api.patch(f"{T}/{ticket}", {"properties": {"content": ""}})
    return api, ticket


def read_everywhere(api: Api, ticket: str) -> dict[str, Any]:
    """The properties of the ticket as each kind of read gives them, asked for by name and by default."""
    asked = ["content", "hs_ticket_priority"]
    names = {"properties": ",".join(asked)}
    return {
        "one": api.get(f"{T}/{ticket}", **names).json,
        "one by default": api.get(f"{T}/{ticket}").json,
        "list": api.get(T, **names).json["results"][0],
        "batch": api.post(f"{T}/batch/read", {"inputs": [{"id": ticket}], "properties": asked}).json["results"][0],
        "search": api.post(f"{T}/search", {"properties": asked}).json["results"][0],
    }


def test_what_has_no_value_is_left_out_of_reads_as_the_guides_say() -> None:
    for place, found in read_everywhere(*desk("documented")).items():
        assert (place, set(found["properties"]) & {"content", "hs_ticket_priority"}) == (place, set())


def test_what_has_no_value_is_null_or_empty_as_recorded() -> None:
    for place, found in read_everywhere(*desk("observed")).items():
        assert (place, found["properties"]["content"]) == (place, "")
        assert (place, found["properties"]["hs_ticket_priority"]) == (place, None)


@pytest.mark.parametrize("profile", ["documented", "observed"])
def test_the_answer_to_a_write_echoes_cleared_values_in_both_profiles(profile: str) -> None:
    api, ticket = desk(profile)
    changed = api.patch(f"{T}/{ticket}", {"properties": {"subject": ""}}).json
    assert changed["properties"]["subject"] == ""
    inputs = [{"id": ticket, "properties": {"hs_ticket_priority": ""}}]
    batch = api.post(f"{T}/batch/update", {"inputs": inputs}).json
    assert batch["results"][0]["properties"]["hs_ticket_priority"] == ""


@pytest.mark.parametrize("profile", ["documented", "observed"])
def test_a_property_that_never_had_a_value_has_no_history_in_either_profile(profile: str) -> None:
    api, ticket = desk(profile)
    found = api.get(f"{T}/{ticket}", propertiesWithHistory="hs_ticket_priority,content").json
    assert [item["value"] for item in found["propertiesWithHistory"]["content"]] == ["", "x"]
    assert "hs_ticket_priority" not in found["propertiesWithHistory"]


def create_without_subject(api: Api) -> list[Answer]:
    values = {"properties": {"hs_pipeline_stage": "1"}}
    return [api.post(T, values), api.post(f"{T}/batch/create", {"inputs": [values]})]


def test_the_guides_demand_a_subject() -> None:
    api = Api("documented")
    for answer in create_without_subject(api):
        assert answer.status == 400
        assert answer.json["context"] == {"properties": ["subject"]}
    assert api.get(T).json["results"] == []


def test_recorded_tickets_need_no_subject() -> None:
    assert [answer.status for answer in create_without_subject(Api("observed"))] == [201, 201]


def test_other_object_types_need_no_subject() -> None:
    assert Api("documented").post("/crm/v3/objects/contacts", {"properties": {"email": "a@b.co"}}).status == 201


BATCHES = {
    "read": {"id": "1001"},
    "create": {"properties": NEW},
    "update": {"id": "1001", "properties": {"subject": "n"}},
}


@pytest.mark.parametrize("call", BATCHES)
def test_batch_answers_have_request_times_and_links_as_the_guides_say(call: str) -> None:
    api, _ = desk("documented")
    found = api.post(f"{T}/batch/{call}", {"inputs": [BATCHES[call]]}).json
    assert found["links"] == {}
    assert found["requestedAt"] <= found["startedAt"] <= found["completedAt"]


@pytest.mark.parametrize("call", BATCHES)
def test_recorded_batch_answers_have_neither(call: str) -> None:
    api, _ = desk("observed")
    found = api.post(f"{T}/batch/{call}", {"inputs": [BATCHES[call]]}).json
    assert set(found) == {"status", "results", "startedAt", "completedAt"}


def test_two_accounts_of_different_profiles_answer_alike_in_everything_else() -> None:
    """One history of calls, both profiles: same status, and same bodies but for the known differences."""
    documented, observed = Api("documented"), Api("observed")
    calls: list[tuple[str, str, Any]] = [
        ("POST", T, {"properties": NEW}),
        ("POST", T, {"properties": {"hs_pipeline_stage": "9", "nope": "1"}}),
        ("GET", f"{T}/1001?properties=subject,hs_pipeline", None),
        ("PATCH", f"{T}/1001", {"properties": {"hs_pipeline_stage": "4"}}),
        ("POST", f"{T}/search", {"query": "s", "properties": ["subject"]}),
        ("GET", f"{T}/77", None),
        ("DELETE", f"{T}/1001", None),
        ("POST", "/spokedesk/v1/objects/tickets/1001/restore?properties=subject", None),
    ]
    for method, path, body in calls:
        where, _, query = path.partition("?")
        first = documented.call(method, where, query=query, json=body)
        second = observed.call(method, where, query=query, json=body)
        assert first.status == second.status, path
        assert without_ids(first.json) == without_ids(second.json), path


def without_ids(body: Any) -> Any:
    """A body without what every answer has of its own."""
    if not isinstance(body, dict):
        return body
    return {name: value for name, value in body.items() if name != "correlationId"}
