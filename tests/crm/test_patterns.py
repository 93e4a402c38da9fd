"""Regular expressions of administrators: they mean what RE2 means, and no text makes them run away."""

from __future__ import annotations

import random
import re
import time

import pytest

from spokedesk.crm.patterns import (
    MAX_REMEMBERED,
    STEPS_PER_REQUEST,
    Effort,
    OutOfEffort,
    PatternError,
    compile_pattern,
)

ATOMS = [
    "a",
    "b",
    "c",
    "é",
    "1",
    ".",
    "[ab]",
    "[^a]",
    "[a-c1]",
    r"\w",
    r"\W",
    r"\d",
    r"\s",
    r"\b",
    "^",
    r"\z",
    "(?m:$)",
]


def found(pattern: str, text: str) -> bool:
    return compile_pattern(pattern).is_found_in(text, Effort())


def make_expression(dice: random.Random, depth: int = 0) -> str:
    kind = dice.randrange(12)
    if depth > 3 or kind < 4:
        return dice.choice(ATOMS)
    if kind < 6:
        return make_expression(dice, depth + 1) + make_expression(dice, depth + 1)
    if kind < 8:
        return f"(?:{make_expression(dice, depth + 1)}|{make_expression(dice, depth + 1)})"
    if kind < 10:
        times = dice.choice(["*", "+", "?", "{2}", "{1,3}", "{0,2}", "{1,}", "*?"])
        return f"(?:{make_expression(dice, depth + 1)}){times}"
    return f"(?{dice.choice('ims')}:{make_expression(dice, depth + 1)})"


def test_generated_expressions_find_what_pythons_own_engine_finds() -> None:
    dice = random.Random(7)
    different, compared, hits = [], 0, 0
    for _ in range(3000):
        expression = make_expression(dice)
        theirs = re.compile(expression.replace(r"\z", r"\Z"), re.ASCII)
        for _ in range(4):
            text = "".join(dice.choice("aAbcé1 x\n") for _ in range(dice.randrange(8)))
            expected = theirs.search(text) is not None
            compared, hits = compared + 1, hits + expected
            if found(expression, text) != expected:
                different.append((expression, text, expected))
    print(f"\n{compared} comparisons, {hits} hits, {len(different)} differences")
    assert different == []
    assert compared > 8000
    assert 1000 < hits < compared - 1000


@pytest.mark.parametrize(
    ("expression", "text", "expected"),
    [
        ("^[A-Z]{2}-[0-9]+$", "AB-12", True),
        ("^[A-Z]{2}-[0-9]+$", "xAB-12", False),
        ("b", "abc", True),
        (r"^\d{5}(-\d{4})?$", "12345-6789", True),
        (r"^\d{5}(-\d{4})?$", "12345-67", False),
        (r"\d", "٣", False),
        (r"^\p{L}+$", "Grüße", True),
        (r"^\pN$", "٣", True),
        (r"^\P{Lu}+$", "aBc", False),
        (r"^[[:alpha:]_]+$", "a_b", True),
        (r"^[[:^digit:]]+$", "a1", False),
        ("^[]a]+$", "]a", True),
        ("^[a-]+$", "a-", True),
        ("(?i)^straße$", "STRAßE", True),
        ("(?i)^[A-Z]$", "ß", False),
        ("^a.b$", "a\nb", False),
        ("(?s)^a.b$", "a\nb", True),
        ("(?m)^b$", "a\nb", True),
        (r"^\Qa.b\E$", "a.b", True),
        (r"^\Qa.b\E$", "axb", False),
        (r"^\x41\x{1F600}$", "A\U0001f600", True),
        ("^(?P<year>[0-9]{4})$", "2026", True),
        ("^(?<year>[0-9]{4})$", "2026", True),
        ("^a{,3}$", "a{,3}", True),
        ("^(?:a(?i)b|c)d$", "aBd", True),
        ("^(?:a(?i)b|c)d$", "Cd", True),
        ("^(?:a(?i)b|c)d$", "abD", False),
        (r"\bcat\b", "a cat.", True),
        (r"\bcat\b", "concat", False),
        ("^(|a)+$", "", True),
        ("^$", "", True),
    ],
)
def test_expressions_mean_what_they_mean_in_re2(expression: str, text: str, expected: bool) -> None:
    assert found(expression, text) is expected


@pytest.mark.parametrize(
    "expression",
    ["(a", "a)", "[a", "a**", "a{3}{2}", "*a", "a{2,1}", "a{1001}", r"\1", "(?=a)", "(?!a)", "(?<=a)", "(?<!a)"]
    + [r"(?P=x)", "(?x)a", "[b-a]", r"\p{Nope}", r"\xZZ", r"\x{110000}", "[[:nope:]]", "a\\", "(?P<1>a)", "(?"]
    + ["a" * 1001, "(" * 61 + ")" * 61, "(?:a{100}){100}", "((){1000}){1000}"],
)
def test_what_cannot_be_matched_safely_is_no_expression(expression: str) -> None:
    with pytest.raises(PatternError):
        compile_pattern(expression)


RUNAWAYS = {
    "(a+)+$": "a" * 65_000 + "b",
    "(a|a)*b": "a" * 65_000,
    "(.*)*x": "a" * 65_000,
    "([a-z]+)*[0-9]": "a" * 65_000,
    "(x+x+)+y": "x" * 65_000,
    "(?:a?){900}a{900}": "a" * 65_000,
    "(a|b|ab)*a(a|b){400}c": "ab" * 32_000,
    "[" + "".join(chr(0x100 + 2 * number) for number in range(450)) + "]{1,1000}z": "".join(
        chr(0x100 + number) for number in range(900)
    )
    * 72,
}


@pytest.mark.parametrize("expression", RUNAWAYS)
def test_no_expression_runs_away(expression: str) -> None:
    """What takes other engines for ever ends here at once, or is given up after a fixed number of steps."""
    effort, started = Effort(), time.process_time()
    try:
        compile_pattern(expression).is_found_in(RUNAWAYS[expression], effort)
    except OutOfEffort:
        assert effort.steps < 0
    used = time.process_time() - started
    print(f"\n{used * 1000:.0f} ms of processor time, {STEPS_PER_REQUEST - effort.steps} steps")
    assert used < 2


def test_one_budget_holds_for_all_values_of_a_request() -> None:
    effort = Effort(1000)
    pattern = compile_pattern("^[a-z]+$")
    assert pattern.is_found_in("abc" * 1000, effort)
    assert pattern.is_found_in("abc" * 500, effort)
    with pytest.raises(OutOfEffort):
        pattern.is_found_in("abc" * 2000, effort)


def test_what_is_remembered_of_a_pattern_stays_small() -> None:
    pattern, dice = compile_pattern("(a|b|ab)*a(a|b){40}c"), random.Random(1)
    for _ in range(12):
        pattern.is_found_in("".join(dice.choice("ab") for _ in range(2000)), Effort(10**9))
    assert pattern.remembered < MAX_REMEMBERED + 5000
    assert sum(len(state.places) + len(state.following) for state in pattern.states.values()) < MAX_REMEMBERED + 5000
