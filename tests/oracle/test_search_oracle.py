"""The search against a naive evaluator: thousands of generated queries, not one difference."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from spokedesk.storage import search_sql
from tests.oracle.account import KINDS, TICKETS, Searched, make_searched
from tests.oracle.evaluator import Known, Refused, contains, evaluate, in_order, matches, words
from tests.oracle.queries import CELLS, IMPOSSIBLE, OPERATORS, TYPES, Cell, Generator

SEED = 20_261_123
QUERIES, LONG_QUERIES = 2_000, 100_000
ACCOUNTS = 4


class Tally:
    """How often each operator met each type, with something to find and without; and what else was asked for."""

    def __init__(self) -> None:
        self.cells: Counter[Cell] = Counter()
        self.others: Counter[str] = Counter()

    def count(self, generator: Generator, body: dict[str, Any], total: int) -> None:
        for group in body["filterGroups"]:
            for item in group["filters"]:
                self.cells[generator.cell_of(item)] += 1
        for name in ("query", "sorts", "filters", "after"):
            self.others[name] += name in body
        self.others["several groups"] += len(body["filterGroups"]) > 1
        self.others["found" if total else "found nothing"] += 1
        for sort in body.get("sorts", ()):
            name = sort if isinstance(sort, str) else sort["propertyName"]
            self.others[f"sort by {KINDS[name.removeprefix('-')]}"] += 1

    def table(self) -> str:
        lines = [f"{'':20}" + "".join(f"{kind:>14}" for kind in (*TYPES, "link"))]
        for operator in OPERATORS:
            counts = [
                f"{self.cells[operator, kind, True]}/{self.cells[operator, kind, False]}" for kind in (*TYPES, "link")
            ]
            lines.append(f"{operator:20}" + "".join(f"{text:>14}" for text in counts))
        return "\n".join([*lines, ", ".join(f"{name} {count}" for name, count in sorted(self.others.items()))])


def ask(searched: Searched, body: dict[str, Any]) -> tuple[int, list[int]] | str:
    """What the server found."""
    answer = searched.api.post(f"{TICKETS}/search", body)
    if answer.status == 400:
        return "refused"
    assert answer.status == 200, (body, answer.json)
    ids = [int(item["id"]) for item in answer.json["results"]]
    following = int(body.get("after", 0)) + len(ids)
    expected = {"next": {"after": str(following)}} if ids and following < answer.json["total"] else None
    assert answer.json.get("paging") == expected
    return answer.json["total"], ids


def compare(queries: int, seed: int = SEED, stop_at: int = 20) -> tuple[Tally, list[str]]:
    """Ask and evaluate; returns what was asked and every difference, the first of them only."""
    tally, different = Tally(), []
    for place in range(ACCOUNTS):
        searched = make_searched(seed + place)
        generator = Generator(searched, seed + place)
        for number in range(place, queries, ACCOUNTS):
            body = generator.search(number // ACCOUNTS)
            expected: tuple[int, list[int]] | str
            try:
                expected = evaluate(KINDS, searched.records, body)
                tally.count(generator, body, expected[0])
            except Refused:
                expected = "refused"
                tally.others["refused"] += 1
            found = ask(searched, body)
            if found != expected:
                different.append(f"{body}: expected {expected}, found {found}")
                if len(different) >= stop_at:
                    return tally, different
    return tally, different


def test_the_search_finds_what_a_naive_look_at_every_record_finds(long_run: bool) -> None:
    queries = LONG_QUERIES if long_run else QUERIES
    tally, different = compare(queries)
    print(f"\n{queries} searches, {len(different)} differences; hit/no hit of each filter:\n{tally.table()}")
    assert different == []
    assert [cell for cell in CELLS if not tally.cells[cell]] == []
    assert [cell for cell in IMPOSSIBLE if tally.cells[cell]] == []
    for name in ("query", "sorts", "filters", "after", "several groups", "found", "found nothing", "refused"):
        assert tally.others[name] > 10, name
    assert all(tally.others[f"sort by {kind}"] for kind in TYPES)


FAULTS: dict[str, tuple[str, str, Any]] = {
    "less or equal is less": ("COMPARISONS", "lte", "{x} < {a}"),
    "not equal finds empty values": ("COMPARISONS", "neq", "{x} IS DISTINCT FROM {a}"),
    "between leaves out its upper end": ("COMPARISONS", "between", "{x} >= {a} AND {x} < {b}"),
    "not linked finds records without links": ("LINKS", "not_in", "id NOT IN ({linked})"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_noticed(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    table, key, text = FAULTS[fault]
    monkeypatch.setitem(getattr(search_sql, table), key, text)
    assert compare(800, stop_at=1)[1]


def test_wildcards_of_sql_that_come_through_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_sql, "escape_like", lambda text: text)
    assert compare(2000, stop_at=1)[1]


def test_the_evaluator_splits_words_as_the_reference_says() -> None:
    assert words("Foo_bar, don't") == ["foo", "bar", "don", "t"]
    assert words("Grüße プリンタ 印") == ["grüsse", "プリ", "リン", "ンタ", "印"]
    assert words("abcプリx") == ["abc", "プリ", "x"]
    assert contains("text", "プリンタ", "プ") is False
    assert contains("text", "プリンタ", "リンタ") is True
    assert contains("text", "paper jam", "jam paper") is False
    assert contains("text", "printer", "print") is False
    assert contains("text", "bob@hubspot.com", "*@hubspot.com") is True
    assert contains("text", "x", "--") is None


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [("a*c", "abc", True), ("a*c", "ac", True), ("ab*b", "ab", False), ("*", "", True), ("a*b*a", "aba", True),
     ("*%*", "a%b", True), ("*%*", "ab", False), ("a", "a", True), ("a", "ab", False)],
)  # fmt: skip
def test_the_evaluator_knows_patterns(pattern: str, text: str, fits: bool) -> None:
    assert matches(pattern, text) is fits


def test_the_evaluator_puts_what_has_no_value_last() -> None:
    records = [Known(1, {}, 5), Known(2, {"o_number_some": "10"}, 4), Known(3, {"o_number_some": "9"}, 3)]
    assert [record.id for record in in_order(KINDS, records, ["-o_number_some"])] == [2, 3, 1]
    assert [record.id for record in in_order(KINDS, records, ["o_number_some"])] == [3, 2, 1]
    assert [record.id for record in in_order(KINDS, records, [])] == [3, 2, 1]
