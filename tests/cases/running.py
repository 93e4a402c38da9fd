"""Running one case in one profile; the outcome is remembered for the tests that look at all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from tests.cases.matching import differences
from tests.support.api import Answer, Api
from tests.support.cases import UnknownSetting, load_cases, prepare, send
from tests.support.documents import document

TICKETS = "/crm/v3/objects/tickets"

# Cases that do not pass yet, and why. One that passes must be taken out.
NOT_YET: Mapping[str, str] = {}


def content_was_kept(api: Api) -> list[str]:
    found = api.get(f"{TICKETS}/101", properties="content").json
    return differences({"properties": {"content": "keep"}}, found, "afterwards")


def no_ticket_exists(api: Api) -> list[str]:
    return differences({"results": []}, api.get(TICKETS).json, "afterwards")


def ticket_is_unchanged(api: Api) -> list[str]:
    found = api.get(f"{TICKETS}/101", propertiesWithHistory="subject,hs_pipeline_stage").json
    wanted = {
        "properties": {"subject": "Ticket 101", "hs_pipeline_stage": "1"},
        "propertiesWithHistory": {"subject": "$len:1", "hs_pipeline_stage": "$len:1"},
    }
    return differences(wanted, found, "afterwards")


# What the note of a case asks for beyond the answer.
AFTERWARDS: Mapping[str, Callable[[Api], list[str]]] = {
    "value-null-ignored": content_was_kept,
    "batch-create-atomic-400": no_ticket_exists,
    "create-one-bad-target-fails-all": no_ticket_exists,
    "batch-update-validation-400": ticket_is_unchanged,
}


def body_differences(wanted: Any, answer: Answer) -> list[str]:
    """Where the body is not as wanted; None asks for an empty one."""
    if wanted is None:
        return [f"body: {answer.raw[:200]!r} instead of nothing"] if answer.raw else []
    return differences(wanted, answer.json, "body")


@cache
def failures(case_id: str, profile: str) -> tuple[str, ...]:
    """What the answer to a case does wrong, nothing when it passes."""
    case = load_cases()[case_id]
    try:
        api = prepare(case, profile)
    except UnknownSetting as error:
        return (f"there is no setting {error}",)
    found: list[str] = []
    for request in case.before:
        earlier = send(api, request)
        if not 200 <= earlier.status < 300:
            return (f"before: {request['method']} {request['path']} answers {earlier.status} {earlier.raw!r}",)
    answer = send(api, case.request)
    found.extend(differences(case.expect["status"], answer.status, "status"))
    if "body_subset" in case.expect:
        found.extend(body_differences(case.expect["body_subset"], answer))
    found.extend(differences(case.expect.get("headers", {}), dict(answer.headers), "headers"))
    found.extend(document().answer_problems(case.request["method"], case.request["path"].partition("?")[0], answer))
    if case_id in AFTERWARDS:
        found.extend(AFTERWARDS[case_id](api))
    return tuple([*found, f"answer: {answer.status} {answer.raw[:1500]!r}"] if found else ())
