"""Rate limits: the headers of every answer, the windows, what a refusal says, and who shares what."""

from __future__ import annotations

from typing import Any

import pytest

from spokedesk.api.rate_limits import RateLimiter
from spokedesk.crm import rate_limits
from spokedesk.crm.account import FIDELITIES, Account, AccountSettings
from spokedesk.crm.history import Source
from spokedesk.crm.instants import DAY
from spokedesk.engine.tokens import Grant
from spokedesk.errors import RateLimited
from tests.support.api import START, Answer, Api, Clock
from tests.support.oauth import install, make_app

T = "/crm/v3/objects/tickets"
NEW = {"properties": {"subject": "s", "hs_pipeline_stage": "1"}}
PREFIX = "x-hubspot-ratelimit-"
DAILY = ("daily", "daily-remaining")
WINDOW = ("interval-milliseconds", "max", "remaining", "secondly", "secondly-remaining")


def limited(clock: Clock | None = None, **settings: Any) -> Api:
    """An account with limits whose clock stands still."""
    options: dict[str, Any] = {"rate_limits": "professional", **settings}
    return Api(settings=AccountSettings(**options), clock=clock or Clock(START, step=0))


def figures(answer: Answer) -> dict[str, int]:
    """The rate-limit headers without their prefix."""
    return {name.removeprefix(PREFIX): int(value) for name, value in answer.headers.items() if name.startswith(PREFIX)}


def search(api: Api) -> Answer:
    return api.post(f"{T}/search", {})


def test_an_answer_says_what_may_still_be_called() -> None:
    api = limited()
    assert figures(api.get(T)) == {
        "daily": 625_000,
        "daily-remaining": 624_999,
        "interval-milliseconds": 10_000,
        "max": 190,
        "remaining": 189,
        "secondly": 19,
        "secondly-remaining": 19,
    }
    assert figures(api.get(T))["remaining"] == 188


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", f"{T}/999", b"", 404),
        ("POST", T, b"{", 400),
        ("POST", T, b'{"properties":{"nope":"1"}}', 400),
        ("GET", "/crm/v3/objects/widgets", b"", 400),
        ("DELETE", f"{T}/999", b"", 204),
        ("GET", "/crm/v3/owners", b"", 200),
        ("GET", "/integrations/v1/me", b"", 200),
    ],
)
def test_errors_count_and_say_so_like_every_answer(method: str, path: str, body: bytes, status: int) -> None:
    api = limited()
    answer = api.call(method, path, body=body)
    assert answer.status == status
    assert set(figures(answer)) == {*DAILY, *WINDOW}
    assert figures(answer)["remaining"] == 189


def test_a_call_without_a_scope_counts_and_one_without_a_token_does_not() -> None:
    api = limited()
    assert figures(api.call("GET", T, headers={})) == {}
    assert figures(api.call("GET", T, headers={"authorization": "Bearer nobody"})) == {}
    assert figures(api.call("GET", "/crm/v3/nothing")) == {}
    full, api.token = api.token, api.grant("bare", [])
    refused = api.get(T)
    assert (refused.status, figures(refused)["remaining"]) == (403, 189)
    api.token = full
    assert figures(api.get(T))["daily-remaining"] == 625_000 - 2


def test_searches_say_the_daily_figures_only_and_leave_the_window_alone() -> None:
    api = limited()
    assert figures(search(api)) == {"daily": 625_000, "daily-remaining": 624_999}
    assert figures(search(api)) == {"daily": 625_000, "daily-remaining": 624_998}
    assert figures(api.get(T))["remaining"] == 189


@pytest.mark.parametrize(
    ("preset", "window", "day"),
    [
        ("free", 100, 250_000),
        ("professional", 190, 625_000),
        ("enterprise", 190, 1_000_000),
        ("increased", 250, 2_000_000),
        ("on", 190, 625_000),
        ("static", 190, 625_000),
    ],
)
def test_a_preset_names_the_limits_of_a_plan(preset: str, window: int, day: int) -> None:
    found = figures(limited(rate_limits=preset).get(T))
    assert (found["max"], found["daily"], found["secondly"]) == (window, day, window // 10)


def test_every_preset_is_tested_here() -> None:
    assert set(rate_limits.NAMES) == {"off", "free", "professional", "enterprise", "increased", "on", "static"}


def test_single_figures_win_over_the_preset() -> None:
    found = figures(limited(per_10_seconds=30, per_day=50).get(T))
    assert (found["max"], found["remaining"], found["secondly"], found["daily"]) == (30, 29, 3, 50)


def test_off_says_and_refuses_nothing() -> None:
    api = limited(rate_limits="off", per_10_seconds=1, per_day=1, search_per_second=1)
    answers = [call for _ in range(5) for call in (api.get(T), search(api))]
    assert [answer.status for answer in answers] == [200] * 10
    assert [figures(answer) for answer in answers] == [{}] * 10


def test_static_says_the_same_every_time_and_refuses_nothing() -> None:
    api = limited(rate_limits="static", per_10_seconds=2, per_day=3, search_per_second=1)
    answers = [api.get(T) for _ in range(6)]
    assert [answer.status for answer in answers] == [200] * 6
    assert len({tuple(figures(answer).items()) for answer in answers}) == 1
    assert [search(api).status for _ in range(3)] == [200] * 3


def test_the_call_after_the_last_one_is_refused() -> None:
    api = limited(per_10_seconds=3)
    remaining = [figures(api.get(T))["remaining"] for _ in range(3)]
    assert remaining == [2, 1, 0]
    answer = api.get(T)
    assert answer.status == 429
    assert answer.json == {
        "status": "error",
        "message": "You have reached your ten_secondly_rolling limit.",
        "errorType": "RATE_LIMIT",
        "correlationId": answer.headers["x-hubspot-correlation-id"],
        "policyName": "TEN_SECONDLY_ROLLING",
        "requestId": answer.headers["x-hubspot-correlation-id"],
        "category": "RATE_LIMITS",
    }
    assert figures(answer)["remaining"] == 0
    assert set(figures(answer)) == {*DAILY, *WINDOW}
    assert "retry-after" not in answer.headers


def test_a_refused_search_says_so_in_words_of_its_own() -> None:
    api = limited()
    assert [search(api).status for _ in range(6)] == [200] * 5 + [429]
    answer = search(api)
    assert answer.json == {
        "status": "error",
        "message": "You have reached your secondly limit.",
        "correlationId": answer.headers["x-hubspot-correlation-id"],
        "category": "RATE_LIMITS",
    }
    assert set(figures(answer)) == set(DAILY)


def test_the_day_of_an_account_ends() -> None:
    clock = Clock(START, step=0)
    api = limited(clock, per_day=3)
    assert [api.get(T).status, search(api).status, api.get(T).status] == [200] * 3
    answer = api.get(T)
    assert answer.status == 429
    assert (answer.json["message"], answer.json["policyName"]) == ("You have reached your daily limit.", "DAILY")
    assert search(api).json["policyName"] == "DAILY"
    assert figures(answer)["daily-remaining"] == 0
    clock.at = (START // DAY + 1) * DAY
    assert figures(api.get(T))["daily-remaining"] == 2


def test_the_window_rolls() -> None:
    """A call is free again ten seconds after the one that it waits for, not at the next full ten seconds."""
    clock = Clock(START, step=0)
    api = limited(clock, per_10_seconds=2)
    api.get(T)
    clock.at = START + 6_000
    api.get(T)
    clock.at = START + 9_999
    assert api.get(T).status == 429
    clock.at = START + 10_000
    assert api.get(T).status == 200
    assert api.get(T).status == 429
    clock.at = START + 16_000
    assert api.get(T).status == 200


def test_the_second_of_searches_rolls() -> None:
    clock = Clock(START, step=0)
    api = limited(clock, search_per_second=1)
    assert search(api).status == 200
    clock.at = START + 999
    assert search(api).status == 429
    clock.at = START + 1_000
    assert search(api).status == 200


def test_refused_calls_cost_nothing() -> None:
    clock = Clock(START, step=0)
    api = limited(clock, per_10_seconds=2)
    for _ in range(2):
        api.get(T)
    for second in range(1, 10):
        clock.at = START + second * 1000
        assert api.get(T).status == 429
    assert figures(api.get(T))["daily-remaining"] == 625_000 - 2
    clock.at = START + 10_000
    assert figures(api.get(T))["remaining"] == 1


def test_a_refused_call_changes_nothing() -> None:
    api = limited(per_10_seconds=1)
    assert api.post(T, NEW).status == 201
    assert api.post(T, NEW).status == 429
    assert search(api).json["total"] == 1


def test_private_apps_have_windows_of_their_own_and_share_the_day_and_the_searches() -> None:
    api = limited(per_10_seconds=2, search_per_second=1)
    for _ in range(2):
        api.get(T)
    assert api.get(T).status == 429
    api.token = api.grant("second", ["tickets"])
    found = figures(api.get(T))
    assert (found["remaining"], found["daily-remaining"]) == (1, 625_000 - 3)
    assert search(api).status == 200
    api.token = api.grant("third", ["tickets"])
    assert search(api).status == 429


def test_an_app_that_was_installed_through_oauth_has_its_own_limit_and_no_daily_one() -> None:
    api = limited(per_day=1)
    make_app(api)
    api.token = install(api)["access_token"]
    found = [api.get(T) for _ in range(3)]
    assert [answer.status for answer in found] == [200] * 3
    assert figures(found[-1]) == {
        "interval-milliseconds": 10_000,
        "max": 110,
        "remaining": 107,
        "secondly": 11,
        "secondly-remaining": 11,
    }
    assert (search(api).status, figures(search(api))) == (200, {})
    api.token = "pat-na1-test-full"
    answer = api.get(T)
    assert (answer.status, figures(answer)["daily-remaining"]) == (200, 0)


def test_a_new_access_token_of_an_app_is_no_new_window() -> None:
    api = limited(per_10_seconds=2)
    make_app(api)
    full, tokens = api.token, []
    for _ in range(2):
        api.token = full
        tokens.append(install(api)["access_token"])
    statuses = []
    for token in (*tokens, *tokens):
        api.token = token
        statuses.append(api.get(T).status)
    assert statuses == [200, 200, 429, 429]


def grant(number: int) -> Grant:
    return Grant(1, frozenset(), Source("INTEGRATION", str(number), "INTEGRATION"))


def test_what_is_remembered_is_bounded() -> None:
    """By the limits for each app that calls, and by nothing for apps that have not called for ten seconds."""
    account = Account(1, FIDELITIES["observed"], AccountSettings(rate_limits="professional"))
    limiter = RateLimiter()
    for number in range(20_000):
        assert limiter.admit(account, grant(number), START + number * 100, is_search=False)[1] is None
    assert len(limiter.usage[1].windows) <= rate_limits.MANY_APPS + 100
    for _ in range(5_000):
        _, refusal = limiter.admit(account, grant(1), START + 10**7, is_search=False)
    assert isinstance(refusal, RateLimited)
    assert len(limiter.usage[1].windows["1"].calls) == 190


def test_forgetting_idle_apps_keeps_what_counts() -> None:
    usage = rate_limits.Usage()
    usage.window("busy", START).calls.append(START)
    for number in range(rate_limits.MANY_APPS + 5):
        usage.window(f"idle {number}", START + 1)
    assert usage.window("busy", START + 2).used(START + 2) == 1
    assert len(usage.windows) < 20
