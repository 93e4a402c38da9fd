"""The checker itself: what it has to accept and what it has to notice."""

from __future__ import annotations

import pytest

from tests.nodes.histories import Operation, find_violations

KEY = ("1", "a")


def look(value: str, start: int, end: int) -> Operation:
    return Operation(KEY, value, False, start, end)


def change(value: str, start: int, end: int | None) -> Operation:
    return Operation(KEY, value, True, start, end)


ACCEPTED = {
    "nothing yet": [look("", 1, 2), change("x", 3, 4), look("x", 5, 6)],
    "a look during a change may see either": [change("x", 1, 9), look("", 2, 3), look("x", 4, 5)],
    "changes at once in either order": [change("y", 1, 9), change("x", 2, 8), look("y", 10, 11)],
    "a change without an answer that happened": [change("x", 1, None), look("x", 5, 6)],
    "a change without an answer that never happened": [change("z", 1, None), look("x", 5, 6), change("x", 2, 3)],
}
NOTICED = {
    "an old value after the new one was seen": [change("x", 1, 9), look("x", 2, 3), look("", 4, 5)],
    "a change that was answered and is not there": [change("x", 1, 2), change("z", 3, 4)],
    "an old value after the change was answered": [change("x", 1, 2), look("", 3, 4)],
    "the later change stands before the earlier one": [change("y", 1, 2), change("x", 3, 4)],
    "a value that nobody wrote": [look("w", 1, 2)],
    "a change that happened before it began": [look("y", 1, 2), change("x", 3, 4)],
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_could_have_happened_is_accepted(name: str) -> None:
    assert find_violations(ACCEPTED[name], {KEY: ["x", "y"]}) == []


@pytest.mark.parametrize("name", NOTICED)
def test_what_could_not_have_happened_is_noticed(name: str) -> None:
    assert find_violations(NOTICED[name], {KEY: ["x", "y"]})


def test_a_change_that_happened_twice_is_noticed() -> None:
    assert find_violations([change("x", 1, 2)], {KEY: ["x", "x"]})
