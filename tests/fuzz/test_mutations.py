"""Whatever is sent: never an answer 5xx, never a long wait, every error in the one shape."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass, field

import pytest

from spokedesk.api import query
from spokedesk.api.endpoints import ENDPOINTS
from spokedesk.api.service import Service
from tests.fuzz.mutating import Draft, mutate
from tests.fuzz.seeds import copy_account, make_account, make_seeds, route_name
from tests.support.api import Answer, Api

SEED = 20_261_123
ROUNDS_PER_ACCOUNT = 250
PAGE = "consent"
OAUTH = ("oauth", "oauth_v1", PAGE)
SLOWEST_SECONDS = 1.0
STATUSES = (200, 201, 204, 207, 400, 401, 403, 404, 405, 409, 413, 414)


@dataclass
class Report:
    """What became of the requests; `failures` describes those that broke a rule."""

    statuses: Counter[int] = field(default_factory=Counter)
    routes: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def __str__(self) -> str:
        lines = [f"status {status}: {count}" for status, count in sorted(self.statuses.items())]
        lines += [f"{count:7} {route}" for route, count in sorted(self.routes.items(), key=lambda pair: pair[1])]
        return "\n".join([*lines, f"slowest: {self.slowest * 1000:.0f} ms"])


def fuzz(rounds: int, seed: int) -> Report:
    """Send that many mutated requests, a fresh account every now and then."""
    dice = random.Random(seed)
    template, seeds, report = make_account(), make_seeds(), Report()
    api = template
    for number in range(rounds):
        if number % ROUNDS_PER_ACCOUNT == 0:
            api = copy_account(template)
        draft = mutate(seeds[number % len(seeds)], dice)
        try_one(api, draft, report)
        if len(report.failures) >= 10:
            break
    return report


def try_one(api: Api, draft: Draft, report: Report) -> None:
    started = time.thread_time()
    try:
        answer = api.call(draft.method, draft.path, query=draft.query, body=draft.body, headers=draft.headers)
    except Exception as error:
        report.failures.append(f"{error!r} to {draft}")
        return
    seconds = time.thread_time() - started
    report.slowest = max(report.slowest, seconds)
    report.statuses[answer.status] += 1
    report.routes[draft.route] += 1
    for problem in (
        broken_rule(answer, draft.route.split()[1]),
        f"took {seconds:.1f} s" if seconds > SLOWEST_SECONDS else None,
    ):
        if problem:
            report.failures.append(f"{problem}: {answer.status} {answer.raw[:300]!r} to {draft}")


def broken_rule(answer: Answer, family: str) -> str | None:
    """What is wrong with an answer, whatever it answers. OAuth has error codes and a page of its own."""
    if answer.status >= 500:
        return "server error"
    if family == PAGE and answer.headers.get("content-type", "").startswith("text/html"):
        return None
    if answer.status >= 400:
        body = answer.json
        texts = isinstance(body, dict) and all(isinstance(body.get(key), str) for key in ("message", "correlationId"))
        if not texts or (body["status"] != "error" and family not in OAUTH):
            return "not the shape of an error"
        if body["correlationId"] != answer.headers["x-hubspot-correlation-id"]:
            return "another correlation id"
    return None


def test_no_mutated_request_breaks_the_server(long_run: bool) -> None:
    report = fuzz(100_000 if long_run else 5_000, SEED)
    print(report)
    assert report.failures == []
    assert [status for status in STATUSES if not report.statuses[status]] == []
    assert [name for name in map(route_name, ENDPOINTS) if not report.routes[name]] == []


def test_every_seed_that_is_sent_unchanged_is_understood() -> None:
    template = make_account()
    refused = []
    for seed in make_seeds():
        answer = copy_account(template).call(seed.method, seed.path, query=seed.query, body=seed.body)
        # OAuth calls need an app, of which this account has none; those of a session need a cookie or a secret
        needs_more = seed.route.split()[1] in OAUTH or seed.path.startswith("/spokedesk/v1/session")
        if answer.status >= 400 and not needs_more:
            refused.append((seed, answer.status, answer.raw))
    assert refused == []


def test_a_planted_crash_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    real = query.flag

    def flag(found: query.Query, name: str, default: bool = False) -> bool:
        if len("".join(found.get(name, ()))) > 1:
            raise ZeroDivisionError
        return real(found, name, default)

    monkeypatch.setattr(query, "flag", flag)
    assert any("server error" in failure for failure in fuzz(2_000, SEED).failures)


def test_a_planted_delay_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    api, report = make_account(), Report()
    draft = mutate(make_seeds()[0], random.Random(0))
    slow = SlowService(api.service)
    monkeypatch.setattr(api, "service", slow)
    try_one(api, draft, report)
    assert any("took" in failure for failure in report.failures)


class SlowService(Service):
    """Burns more than a second before it answers."""

    def __init__(self, real: Service) -> None:
        self.real = real

    def handle(self, *args: object) -> None:
        until = time.thread_time() + SLOWEST_SECONDS + 0.1
        while time.thread_time() < until:
            pass
        self.real.handle(*args)  # type: ignore[arg-type]
