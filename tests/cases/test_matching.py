"""The matchers of the case runner: each can match, and each can refuse."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cases.matching import MATCHERS, MISSING, differences

MATCHING: list[tuple[Any, Any]] = [
    ("$any", None),
    ("$any", ""),
    ("$absent", MISSING),
    ("$iso", "2026-10-01T12:00:00Z"),
    ("$iso", "2026-10-01T12:00:00.250Z"),
    ("$digits", "017"),
    ("$len:2", [1, 2]),
    ("$regex:b+", "abbc"),
    ("$not:101,102", "103"),
    ('$unordered:[{"id":1},{"id":2}]', [{"id": 2, "more": 1}, {"id": 1}]),
    ('$unordered:[{},{"id":2}]', [{"id": 2}, {"id": 1}]),
    (None, None),
    ({"a": 1}, {"a": 1, "b": 2}),
    ([{"a": "$any"}, 2], [{"a": 1}, 2]),
    ({}, {"a": 1}),
]
REFUSED: list[tuple[Any, Any]] = [
    ("$any", MISSING),
    ("$absent", None),
    ("$iso", "2026-10-01T12:00:00+00:00"),
    ("$iso", "2026-10-01"),
    ("$iso", 1),
    ("$digits", 17),
    ("$digits", "1.0"),
    ("$digits", ""),
    ("$digits", MISSING),
    ("$len:2", [1]),
    ("$len:2", "ab"),
    ("$regex:b+", "ac"),
    ("$regex:b+", MISSING),
    ("$not:101,102", "102"),
    ("$not:101,102", MISSING),
    ('$unordered:[{"id":1},{"id":2}]', [{"id": 1}]),
    ('$unordered:[{"id":1},{"id":2}]', [{"id": 1}, {"id": 1}]),
    ('$unordered:[{"id":1}]', {"id": 1}),
    (None, MISSING),
    (None, ""),
    (1, True),
    ("1", 1),
    ({"a": 1}, {"b": 1}),
    ({"a": 1}, [1]),
    ([1, 2], [1]),
    ([1, 2], [2, 1]),
    ([], {}),
]


@pytest.mark.parametrize(("wanted", "found"), MATCHING)
def test_what_was_wanted_is_accepted(wanted: Any, found: Any) -> None:
    assert differences(wanted, found) == []


@pytest.mark.parametrize(("wanted", "found"), REFUSED)
def test_anything_else_is_refused(wanted: Any, found: Any) -> None:
    assert differences(wanted, found)


def test_every_matcher_is_shown_to_match_and_to_refuse() -> None:
    def used(rows: list[tuple[Any, Any]]) -> set[str]:
        return {wanted.partition(":")[0] for wanted, _ in rows if isinstance(wanted, str) and wanted.startswith("$")}

    assert used(MATCHING) == used(REFUSED) == set(MATCHERS)


def test_a_difference_says_where_it_is() -> None:
    found = differences({"results": [{"id": "1"}]}, {"results": [{"id": "2"}]})
    assert found == ['$.results[0].id: "2" instead of "1"']


def test_an_unknown_matcher_is_an_error_and_not_a_match() -> None:
    with pytest.raises(KeyError):
        differences("$digit", "1")
