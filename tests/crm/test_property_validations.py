"""Each validation rule: the arguments it takes, the properties it suits, the values it keeps out."""

from __future__ import annotations

import pytest

from spokedesk.crm.instants import after_period, iso, parse_instant
from spokedesk.crm.patterns import Effort
from spokedesk.crm.properties import PropertyDefinition
from spokedesk.crm.property_validations import KINDS, Judging, ValidationRule, apply_rules, check_rule
from spokedesk.errors import InvalidRequest

pytestmark = pytest.mark.fidelity(
    "inferred",
    source="inferred",
    of=[
        "INVALID_ALPHANUMERIC",
        "INVALID_NUMERIC",
        "INVALID_FORMAT",
        "INVALID_SPECIAL_CHARACTERS",
        "INVALID_WHITESPACE",
        "INVALID_MAX_LENGTH",
        "INVALID_MIN_LENGTH",
        "INVALID_REGEX",
        "INVALID_MIN_NUMBER",
        "INVALID_MAX_NUMBER",
        "INVALID_DECIMAL",
        "INVALID_PHONE_NUMBER",
        "INVALID_EMAIL_DOMAIN",
        "INVALID_DOMAIN",
        "INVALID_URL",
        "INVALID_URL_DOMAIN",
        "INVALID_DAY_OF_WEEK",
    ],
)
NOON = 1_790_000_000_000
"""2026-09-21T14:13:20Z, a Monday."""
TEXT = ("string", "text")
AREA = ("string", "textarea")
PHONE = ("string", "phonenumber")
NUMBER = ("number", "number")
DATE = ("date", "date")
INSTANT = ("datetime", "date")


def definition(kind: tuple[str, str], **changes: object) -> PropertyDefinition:
    return PropertyDefinition("p", "P", *kind, "g", **changes)  # type: ignore[arg-type]


def judge(kind: tuple[str, str], rule: ValidationRule, value: str) -> tuple[str, list[tuple[str, str]]]:
    judging = Judging(NOON, Effort())
    kept, problems = apply_rules([check_rule(rule, definition(kind))], definition(kind), value, judging)
    return kept, [(problem.code, problem.message) for problem in problems]


# type, arguments, property, values that keep it, values that do not, the text about those
RULES = [
    ("ALPHANUMERIC", ["ALPHANUMERIC"], TEXT, ["aB9", "é1"], ["a b", "a-b"], "Enter only letters and numbers"),
    ("ALPHANUMERIC", ["ALPHA_ONLY"], AREA, ["aé"], ["a1", "a b"], "Enter only letters"),
    ("ALPHANUMERIC", ["NUMERIC_ONLY"], TEXT, ["0123"], ["1a", "1.5", "-1"], "Enter only numbers"),
    ("FORMAT", ["UPPER"], TEXT, ["AB 1"], ["Ab"], "Enter only uppercase letters"),
    ("FORMAT", ["LOWER"], TEXT, ["ab 1"], ["Ab"], "Enter only lowercase letters"),
    ("FORMAT", ["CAPITALIZATION"], TEXT, ["Big Red 1st", "O'Neil"], ["Big red"],
     "Capitalize the first letter of each word"),
    ("SPECIAL_CHARACTERS", ["NOT_ALLOWED"], AREA, ["ab 12\né"], ["a$", "a_b"], "Special characters are not allowed"),
    ("WHITESPACE", [], TEXT, ["ab"], ["a b", " a"], "Whitespace is not allowed"),
    ("WHITESPACE", ["ALL"], TEXT, ["ab"], ["a\tb"], "Whitespace is not allowed"),
    ("WHITESPACE", ["TRIM"], TEXT, ["a b"], [" a", "a\n"], "Whitespace is not allowed"),
    ("MAX_LENGTH", ["3"], TEXT, ["abc"], ["abcd"], "Enter 3 characters or fewer"),
    ("MIN_LENGTH", ["3"], PHONE, ["123"], ["12"], "Enter 3 characters or more"),
    ("REGEX", ["^a+$", "Only a"], TEXT, ["aa"], ["ab"], "Only a"),
    ("REGEX", ["b"], AREA, ["abc"], ["ac"], "Enter a value in the right format"),
    ("MIN_NUMBER", ["-1.5"], NUMBER, ["-1.50", "3"], ["-1.51"], "Enter a number of -1.5 or more"),
    ("MAX_NUMBER", ["10"], NUMBER, ["10.0", "9"], ["10.01", "100"], "Enter a number of 10 or less"),
    ("DECIMAL", ["2"], NUMBER, ["1", "1.25", "1.250"], ["1.255"], "Enter a number with at most 2 decimal places"),
    ("PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE", [], PHONE, ["+49 (30) 123-456", "+14155550100 ext 7"],
     ["030 123456", "+0123456789", "call me"], "Enter a phone number with its country code"),
    ("PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE", ["de"], PHONE, ["+49 30 123456"], ["+1 415 555 0100"],
     "Enter a phone number with its country code"),
    ("EMAIL", [], TEXT, ["a@b.example"], ["a@b", "a b@c.example", "@b.example"], "Enter an email address"),
    ("EMAIL_ALLOWED_DOMAINS", ["b.example"], TEXT, ["x@b.example", "x@c.B.example"], ["x@ab.example", "b.example"],
     "Enter an email address of one of these domains: b.example"),
    ("EMAIL_BLOCKED_DOMAINS", ["b.example", "c.example"], TEXT, ["x@d.example"], ["x@B.example", "x@y.c.example"],
     "Enter an email address of none of these domains: b.example, c.example"),
    ("DOMAIN", [], TEXT, ["a.example", "bücher.example"], ["a", "a..b", "-a.example", "http://a.example", "1.2.3.4"],
     "Enter a domain"),
    ("URL", [], TEXT, ["https://a.example/x?y#z", "a.example", "http://u@a.example:80/"],
     ["a", "ftp://a.example", "https://a.example/ b", "http://a.example:99999"], "Enter a URL"),
    ("URL_ALLOWED_DOMAINS", ["a.example"], TEXT, ["https://x.a.example/"], ["https://xa.example/"],
     "Enter a URL of one of these domains: a.example"),
    ("URL_BLOCKED_DOMAINS", ["a.example"], TEXT, ["https://b.example"], ["https://A.example/", "x"],
     "Enter a URL of none of these domains: a.example"),
    ("DAYS_OF_WEEK", ["MONDAY", "SUNDAY"], DATE, ["2026-09-21", "1969-12-28"], ["2026-09-22"],
     "Enter a date on one of these days: MONDAY, SUNDAY"),
    ("DAYS_OF_WEEK", ["MONDAY"], INSTANT, ["2026-09-21T23:59:59Z"], ["2026-09-22T00:00:00Z"],
     "Enter a date on one of these days: MONDAY"),
    ("START_DATE", ["1640995200000"], DATE, ["2022-01-01"], ["2021-12-31"], "Enter a date on or after 2022-01-01"),
    ("END_DATE", ["1640995200000"], DATE, ["2022-01-01"], ["2022-01-02"], "Enter a date on or before 2022-01-01"),
    ("START_DATETIME", ["1640995200000"], INSTANT, ["2022-01-01T00:00:00Z"], ["2021-12-31T23:59:59.999Z"],
     "Enter a date on or after 2022-01-01T00:00:00Z"),
    ("END_DATETIME", ["1640995200000"], INSTANT, ["2022-01-01T00:00:00Z"], ["2022-01-01T00:00:00.001Z"],
     "Enter a date on or before 2022-01-01T00:00:00Z"),
    ("AFTER_DURATION", ["P7D"], DATE, ["2026-09-28"], ["2026-09-27"], "Enter a date at least P7D after now"),
    ("BEFORE_DURATION", ["P1M"], DATE, ["2026-08-21"], ["2026-08-22"], "Enter a date at least P1M before now"),
    ("AFTER_DATETIME_DURATION", ["PT1H"], INSTANT, ["2026-09-21T15:13:20Z"], ["2026-09-21T15:13:19Z"],
     "Enter a date at least PT1H after now"),
    ("BEFORE_DATETIME_DURATION", ["P1Y"], INSTANT, ["2025-09-21T14:13:20Z"], ["2025-09-21T14:13:21Z"],
     "Enter a date at least P1Y before now"),
]  # fmt: skip


def test_every_kind_of_rule_is_judged_here() -> None:
    assert {row[0] for row in RULES} == set(KINDS)


@pytest.mark.parametrize(("rule_type", "arguments", "kind", "good", "bad", "text"), RULES)
def test_a_rule_lets_in_what_keeps_it_and_nothing_else(
    rule_type: str, arguments: list[str], kind: tuple[str, str], good: list[str], bad: list[str], text: str
) -> None:
    rule = ValidationRule(rule_type, tuple(arguments))
    assert {value: judge(kind, rule, value)[1] for value in good} == {value: [] for value in good}
    for value in bad:
        (problem,) = judge(kind, rule, value)[1]
        assert problem[1] == text, value
        assert problem[0].startswith("INVALID_")


@pytest.mark.parametrize(
    ("rule_type", "arguments"),
    [("ALPHANUMERIC", []), ("ALPHANUMERIC", ["X"]), ("ALPHANUMERIC", ["ALPHA_ONLY", "NUMERIC_ONLY"])]
    + [("FORMAT", ["upper"]), ("SPECIAL_CHARACTERS", []), ("WHITESPACE", ["NONE"]), ("WHITESPACE", ["ALL", "TRIM"])]
    + [("MAX_LENGTH", [text]) for text in ("0", "10001", "1.5", "x", "", "1" * 30)]
    + [("MIN_LENGTH", ["0"]), ("REGEX", []), ("REGEX", [""]), ("REGEX", ["a", "b", "c"]), ("REGEX", ["("])]
    + [("MIN_NUMBER", ["1e5"]), ("MAX_NUMBER", ["NaN"]), ("MAX_NUMBER", []), ("DECIMAL", ["21"]), ("DECIMAL", ["-1"])]
    + [("PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE", ["zz"]), ("EMAIL", ["x"]), ("EMAIL_ALLOWED_DOMAINS", [])]
    + [("EMAIL_ALLOWED_DOMAINS", ["a.example"] * 21), ("URL_BLOCKED_DOMAINS", ["nodomain"])]
    + [("DAYS_OF_WEEK", ["FUNDAY"]), ("DAYS_OF_WEEK", []), ("START_DATE", ["2022-01-01"])]
    + [("END_DATETIME", ["999999999999999"]), ("START_DATETIME", ["-99999999999999999"])]
    + [("AFTER_DURATION", [text]) for text in ("P", "PT", "7D", "P7", "P1001Y", "P-1D")],
)
def test_arguments_that_a_rule_cannot_have_are_refused(rule_type: str, arguments: list[str]) -> None:
    kind = sorted(KINDS[rule_type].suits)[0]
    with pytest.raises(InvalidRequest) as caught:
        check_rule(ValidationRule(rule_type, tuple(arguments)), definition(kind))
    assert caught.value.message.startswith(f"Invalid ruleArguments for the rule type {rule_type}: ")


def test_a_rule_for_another_type_of_property_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="cannot be set for the property 'p' of the type 'number'"):
        check_rule(ValidationRule("MAX_LENGTH", ("3",)), definition(NUMBER))
    with pytest.raises(InvalidRequest, match="cannot be set"):
        check_rule(ValidationRule("MAX_LENGTH", ("3",)), definition(TEXT, read_only_value=True))


def test_a_rule_that_no_longer_suits_its_property_is_passed_over() -> None:
    rule = ValidationRule("MAX_LENGTH", ("1",))
    assert apply_rules([rule], definition(NUMBER), "12345", Judging(NOON, Effort())) == ("12345", [])


@pytest.mark.parametrize(
    ("rule", "value", "stored"),
    [
        (ValidationRule("FORMAT", ("UPPER",), True), "Ab", "AB"),
        (ValidationRule("FORMAT", ("CAPITALIZATION",), True), "big red", "Big Red"),
        (ValidationRule("WHITESPACE", ("TRIM",), True), " a b ", "a b"),
        (ValidationRule("WHITESPACE", (), True), " a b ", "ab"),
        (ValidationRule("EMAIL", (), True), " A@B.example", "a@b.example"),
    ],
)
def test_a_rule_that_normalises_brings_the_value_into_its_form(rule: ValidationRule, value: str, stored: str) -> None:
    assert judge(TEXT, rule, value) == (stored, [])
    assert judge(TEXT, ValidationRule(rule.type, rule.arguments, False), value)[1] != []


def test_every_broken_rule_is_reported() -> None:
    rules = [ValidationRule("MAX_LENGTH", ("1",)), ValidationRule("ALPHANUMERIC", ("ALPHA_ONLY",))]
    _, problems = apply_rules(rules, definition(TEXT), "12", Judging(NOON, Effort()))
    assert [problem.code for problem in problems] == ["INVALID_MAX_LENGTH", "INVALID_ALPHA"]


def test_a_text_that_costs_too_much_to_match_is_refused_and_not_let_in() -> None:
    rules = [ValidationRule("REGEX", ("^a*$",))]
    _, problems = apply_rules(rules, definition(TEXT), "a" * 100, Judging(NOON, Effort(5)))
    assert [problem.code for problem in problems] == ["INVALID_REGEX"]
    assert "too much text" in problems[0].message


@pytest.mark.parametrize(
    ("start", "period", "sign", "end"),
    [
        ("2026-01-31T10:00:00Z", "P1M", 1, "2026-02-28T10:00:00Z"),
        ("2024-02-29T00:00:00Z", "P1Y", 1, "2025-02-28T00:00:00Z"),
        ("2026-03-31T00:00:00Z", "P1M1D", -1, "2026-02-27T00:00:00Z"),
        ("2026-01-01T00:00:00Z", "P1W2DT3H4M5S", 1, "2026-01-10T03:04:05Z"),
        ("2026-01-15T00:00:00Z", "P13M", -1, "2024-12-15T00:00:00Z"),
    ],
)
def test_periods_follow_the_calendar(start: str, period: str, sign: int, end: str) -> None:
    at = parse_instant(start)
    assert at is not None
    moved = after_period(at, period, sign)
    assert moved is not None
    assert iso(moved) == end
