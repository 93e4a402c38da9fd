"""The same calls to two databases, memory and PostgreSQL: every answer is the same but for its own id."""

from __future__ import annotations

import os
import re
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from spokedesk.storage.database import Work
from spokedesk.storage.sqlite import MemoryDatabase
from tests.model.machine import BatchMachine
from tests.model.tally import Tally
from tests.model.test_model import OUTCOMES, STEPS
from tests.support.api import Answer, Api, Clock
from tests.support.postgres import EMPTIED

REPLAYED, LONG_REPLAYED = 5_000, 100_000
OWN_ID = re.compile(rb'"correlationId":"[0-9a-f-]{36}"')
OWN_HEADERS = ("x-hubspot-correlation-id", "x-request-id")


def comparable(answer: Answer) -> tuple[int, dict[str, str], bytes]:
    """All of an answer that does not name this one call."""
    headers = {name: value for name, value in answer.headers.items() if name not in OWN_HEADERS}
    return answer.status, headers, OWN_ID.sub(b"", answer.raw)


class Twin(Api):
    """An account in memory, and the same on PostgreSQL that is asked the same at the same instant."""

    different = 0
    other: Api | None = None

    def __init__(self, profile: str, clock: Clock) -> None:
        super().__init__(profile, clock=clock, database=MemoryDatabase(clock))
        self.shared = EMPTIED.take(clock)
        self.other = Api(profile, clock=clock, database=self.shared)

    def write(self, work: Work[Any]) -> Any:
        if self.other is not None:
            self.other.write(work)
        return super().write(work)

    def call(self, method: str, path: str, **options: Any) -> Answer:
        assert self.other is not None
        answer, other = super().call(method, path, **options), self.other.call(method, path, **options)
        if comparable(answer) != comparable(other):
            Twin.different += 1
            raise AssertionError(f"{method} {path} {options}\nmemory   {answer.raw!r}\npostgres {other.raw!r}")
        return answer


class TwinMachine(BatchMachine):
    def make_api(self, profile: str, clock: Clock) -> Api:
        return Twin(profile, clock)

    def teardown(self) -> None:
        super().teardown()
        if hasattr(self, "api"):
            assert isinstance(self.api, Twin)
            EMPTIED.give_back(self.api.shared)


def test_two_databases_never_answer_differently(long_run: bool) -> None:
    wanted = int(os.environ.get("SPOKEDESK_MODEL_STEPS") or (LONG_REPLAYED if long_run else REPLAYED))
    TwinMachine.tally = tally = Tally()
    options = settings(
        max_examples=wanted // 45 + 10,
        stateful_step_count=STEPS,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    run_state_machine_as_test(TwinMachine, settings=options)
    print(tally.table())
    print(f"{tally.steps} steps on two databases, {Twin.different} different answers")
    assert tally.steps >= wanted
    assert {operation for operation, _ in tally.counts} >= set(OUTCOMES)
