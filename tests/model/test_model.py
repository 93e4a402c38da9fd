"""Random calls to the whole API, each compared with a model in plain dicts that was written independently."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.model.machine import BatchMachine
from tests.model.tally import Tally
from tests.support.stores import DEFAULT

STEPS = 60
# every outcome that a run has to have seen
READING = ("200", "404 no such record", "404 not numeric")
OUTCOMES: dict[str, tuple[str, ...]] = {
    "create": ("201", "400 INVALID_OPTION", "400 links invalid", "400 required missing", "409 contact exists"),
    "create linked": ("201", "400 links invalid"),
    "update": (*READING, "400 INVALID_OPTION", "400 not unique", "400 nothing to update"),
    "move": (*READING, "400 INVALID_OPTION"),
    "pin": (*READING, "400 ENGAGEMENT_NOT_ASSOCIATED"),
    "read": (*READING, "400 not unique"),
    "history": READING,
    "list": ("200",),
    "archive": ("204", "404 not numeric"),
    "restore": (*READING, "400 unique value taken"),
    "merge": (*READING, "400 merge with itself", "400 not mergeable"),
    "associate": ("200", "400 links invalid"),
    "disassociate": ("204", "400 links invalid", "404 not numeric"),
    "batch create": ("201", "207", "400 INVALID_OPTION", "400 duplicate trace ids"),
    "batch update": ("200", "207 some missing", "400 duplicate ids", "400 duplicate trace ids", "400 not unique"),
    "batch upsert": ("200", "207", "400 duplicate ids", "400 duplicate trace ids", "400 not unique"),
    "batch read": ("200", "207 some missing", "400 not unique"),
    "batch archive": ("204", "400 duplicate ids", "404 not numeric"),
    "batch restore": ("200", "207 some missing", "404 not numeric"),
    "search": ("200", "400 not as expected", "400 other", "400 too many", "400 unknown property"),
}
# these by whichever call: alone (400, 409), and among others in a batch (207)
REFUSALS = (
    *("INVALID_DATE", "INVALID_EMAIL", "INVALID_INTEGER", "INVALID_LONG", "INVALID_OPTION", "INVALID_OWNER_ID"),
    *("INVALID_MAX_NUMBER", "INVALID_REGEX"),
    *("INVALID_STRING_LENGTH", "LEADING_TRAILING_WHITESPACE", "PROPERTY_DOESNT_EXIST", "READ_ONLY_VALUE"),
    *("required missing", "links invalid", "unique value taken"),
)
ANYWHERE = {
    *(f"{status} {refusal}" for status in (207, 400) for refusal in REFUSALS),
    "207 contact exists",
    "400 merged already",
}


def test_the_server_and_the_model_never_differ(long_run: bool) -> None:
    # a run that hunts a planted fault only wants to know whether there is a difference
    asked = os.environ.get("SPOKEDESK_MODEL_STEPS")
    some = 20_000 if DEFAULT.kind == "memory" else 2_000
    wanted = int(asked or (500_000 if long_run else some))
    BatchMachine.tally = tally = Tally()
    options = settings(
        max_examples=wanted // 45 + 10,
        stateful_step_count=STEPS,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate,) if asked else (Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    run_state_machine_as_test(BatchMachine, settings=options)
    print(tally.table())
    assert tally.steps >= wanted
    if not asked and wanted > 2_000:
        assert tally.missing((operation, outcome) for operation, kinds in OUTCOMES.items() for outcome in kinds) == []
        assert ANYWHERE - {outcome for _, outcome in tally.counts} == set()
