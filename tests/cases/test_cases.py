"""Every reference case, in every profile that it names."""

from __future__ import annotations

import pytest

from tests.cases.running import AFTERWARDS, NOT_YET, failures
from tests.support.cases import load_cases

pytestmark = pytest.mark.xdist_group("cases")  # one process runs each case once, for all who look at it
RUNS = [(case.id, profile) for case in load_cases().values() for profile in case.profiles]


@pytest.mark.parametrize(("case_id", "profile"), RUNS, ids=[f"{case_id}-{profile}" for case_id, profile in RUNS])
def test_case(case_id: str, profile: str) -> None:
    found = failures(case_id, profile)
    if case_id in NOT_YET:
        passing = [name for name in load_cases()[case_id].profiles if not failures(case_id, name)]
        assert passing != list(load_cases()[case_id].profiles), f"{case_id} passes: remove it from NOT_YET"
        return
    case = load_cases()[case_id]
    assert not found, "\n".join([f"{case.request['method']} {case.request['path']} ({case.provenance})", *found])


def test_nine_of_ten_cases_pass() -> None:
    """A case counts when it passes in all of its profiles."""
    cases = load_cases().values()
    passing = [case.id for case in cases if not any(failures(case.id, profile) for profile in case.profiles)]
    print(f"{len(passing)} of {len(cases)} cases pass ({len(RUNS)} runs)")
    for case_id, reason in NOT_YET.items():
        print(f"not yet: {case_id}: {reason}")
    assert len(passing) >= 0.9 * len(cases)


def test_only_known_cases_are_excused_and_each_has_a_reason() -> None:
    assert set(NOT_YET) <= set(load_cases())
    assert all(NOT_YET.values())


def test_every_note_about_the_state_afterwards_is_checked() -> None:
    noted = {case.id for case in load_cases().values() if case.note} - {"search-changed-since"}
    assert noted == set(AFTERWARDS), "search-changed-since only explains the order in which records are inserted"
