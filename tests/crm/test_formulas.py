"""Formulas of calculated properties: what they may say, what they give, and that none of them runs away."""

from __future__ import annotations

import random
import time

import pytest

from spokedesk.crm.calculations import calculated_values, find_cycle, ordered_calculations
from spokedesk.crm.formula_functions import FUNCTIONS
from spokedesk.crm.formulas import MAX_PARTS, WORDS, FormulaError, check_output, parse_formula, result_of
from spokedesk.crm.properties import PropertyDefinition, PropertyOption

VALUES = {
    "a": "1",
    "b": "2.5",
    "big": "123456789012345678901234567890",
    "text": "hello",
    "number_text": "12.50",
    "set": "x;y",
    "yes": "true",
    "no": "false",
    "day": "2026-09-21",
    "instant": "2026-09-21T00:00:01.500Z",
    "empty": "",
}


def result(text: str) -> str:
    return result_of(parse_formula(text), VALUES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # literals, operators, what binds tighter
        ("1005", "1005"),
        ("1.5589", "1.5589"),
        ("a + b * 2", "6"),
        ("(a + b) * 2", "7"),
        ("10a", "10"),
        ("100a - 2(b + 1)", "93"),
        ("10max(a, b)", "25"),
        ("a * (100 - b/(50 - b))", "99.9473684210526316"),
        ("-a", "-1"),
        ("a - -a", "2"),
        ("b - a - a", "0.5"),
        ("a / 3", "0.3333333333333333"),
        ("2 / 3", "0.6666666666666667"),
        ("0 * -1", "0"),
        ("big + 1", "123456789012345678901234567891"),
        ("1e3 + a", "1001"),
        ("a / 0", ""),
        # dates count milliseconds
        ("instant - day", "1500"),
        ("year(day)", "2026"),
        ("month(instant)", "9"),
        ("time_between(day, instant)", "1500"),
        # comparisons and logic
        ("a < 100", "true"),
        ("a + b - 100.2a * 150 equals 150 - 230", "false"),
        ("a <= 1 and b >= 2.5", "true"),
        ("a > 1 or b != 2.5 xor a = 1", "true"),
        ("not (bool(yes) and bool(no))", "true"),
        ("not not bool(yes)", "true"),
        ("string(text) != 'test_string'", "true"),
        ('string(text) = "hello"', "true"),
        ("'a' = 'A'", "false"),
        ("bool(yes) = true", "true"),
        # texts
        ("'it\\'s ' + string(text)", "it's hello"),
        ("string(text) + ''", "hello"),
        ("concatenate('a', 'b', string(text), string(number_text))", "abhello12.50"),
        ("contains('hello', 'ello')", "true"),
        ("contains('ello', 'hello')", "false"),
        ("begins_with(string(text), 'he')", "true"),
        ("set_contains_string(string(set), 'y')", "true"),
        ("set_contains_string(string(set), 'x;y')", "false"),
        ("to_upper_case(string(text))", "HELLO"),
        ("to_lower_case('ABC')", "abc"),
        ("string_length(string(text))", "5"),
        ("substring(string(text), 1, 3)", "ell"),
        ("substring(string(text), 3)", "lo"),
        ("'Number of cars: ' + number_to_string(b)", "Number of cars: 2.5"),
        ("string_to_number(string(number_text)) * 2", "25"),
        ("string_to_number(string(text))", ""),
        # functions of numbers
        ("max(a, b, 3)", "3"),
        ("min(a, b)", "1"),
        ("abs(0 - b)", "2.5"),
        ("abs(0 - big)", "123456789012345678901234567890"),
        ("round_nearest(b)", "3"),
        ("round_up(a / 3, 2)", "0.34"),
        ("round_down(0 - b)", "-3"),
        ("sqrt(b * 10)", "5"),
        ("sqrt(0 - 1)", ""),
        ("power(2, 10)", "1024"),
        ("power(2, 5000)", ""),
        ("power(10, 90)", ""),
        ("is_multiple_of(10, b)", "true"),
        ("is_multiple_of(10, 0)", ""),
        # nothing
        ("empty", ""),
        ("a + empty", ""),
        ("empty > 1", ""),
        ("text", ""),
        ("yes", ""),
        ("bool(text)", ""),
        ("string(empty) = ''", ""),
        ("is_present(empty)", "false"),
        ("is_present(bool(a))", "false"),
        ("is_blank(string(empty))", "true"),
        ("coalesce(empty, 0) + a", "1"),
        ("coalesce(string(empty), string(text))", "hello"),
        ("bool(empty) and bool(no)", "false"),
        ("bool(empty) or bool(yes)", "true"),
        ("bool(empty) and bool(yes)", ""),
        # conditions
        ("if a = 1 then 'one' else 'many'", "one"),
        ("IF b < 1 THEN 'low' ElseIf b < 2 then 'mid' ELSE 'high'", "high"),
        ("if b < 1 then 'low'", ""),
        ("if b < 1 then 'low' endif", ""),
        ("if empty > 1 then 'x' else 'y'", ""),
        ("if is_present(empty) then empty else 0", "0"),
        ("if a = 1 then if b = 1 then 'p' endif else 'q'", ""),
        ("if a = 2 then if b = 1 then 'p' endif else 'q'", "q"),
        ("10 + (if a = 1 then 5 else 6)", "15"),
        ("if is_present(string(text)) then string(text) else string(empty)", "hello"),
        ("if is_present(day) then if is_present(a) and a >= 1 then true else false else ''", "true"),
    ],
)
@pytest.mark.fidelity("documented", source="guide", of="properties.create_property")
def test_a_formula_gives(text: str, expected: str) -> None:
    assert result(text) == expected


@pytest.mark.fidelity("observed", source="recorded", of="properties.create_property")
def test_a_literal_stands_in_for_what_it_is_added_to() -> None:
    """Recorded: five terms with an empty one have no sum, but `(x + 0)` in place of the empty one gives them one."""
    assert result("a + b + empty") == ""
    assert result("a + b + (empty + 0)") == "3.5"
    assert result("empty - 1") == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("is_present(a) * a", "Sub-expression output type: Boolean is not compatible with input type: BigDecimal"),
        ("if a then 1 else 2", "Sub-expression output type: BigDecimal is not compatible with input type: Boolean"),
        ("coalesce(a, false)", "Sub-expression output type: Boolean is not compatible with input type: BigDecimal"),
        ("'Number of cars: ' + a", "Sub-expression output type: BigDecimal is not compatible with input type: String"),
        ("a = 'x'", "Sub-expression output type: String is not compatible with input type: BigDecimal"),
        (
            "if a = 1 then 1 else 'x'",
            "Sub-expression output type: String is not compatible with input type: BigDecimal",
        ),
        ("not a", "Sub-expression output type: BigDecimal is not compatible with input type: Boolean"),
        ("'a' < 'b'", "Sub-expression output type: String is not compatible with input type: BigDecimal"),
        ("max(a)", "The function max takes 2 to 100 inputs, but was given 1"),
        ("contains('a', 1)", "Sub-expression output type: BigDecimal is not compatible with input type: String"),
    ],
)
def test_what_does_not_fit_together_is_refused(text: str, message: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse_formula(text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "place", "found"),
    [
        ("a +", "line 1 and column 4", "EOF"),
        ("a $ b", "line 1 and column 3", "$"),
        ("a\n+ nope(a)", "line 2 and column 3", "nope"),
        ("if(a = 1, 1, 2)", "line 1 and column 9", ","),
        ("ifnull(a, 0)", "line 1 and column 1", "ifnull"),
        ("if a = 1 then 1 else 2 endif", "line 1 and column 24", "endif"),
        ("if a = 1 { 1 }", "line 1 and column 10", "{"),
        ("'open", "line 1 and column 1", "'"),
        ("string(1)", "line 1 and column 8", "1"),
        ("", "line 1 and column 1", "EOF"),
        ("a b", "line 1 and column 3", "b"),
        ("(a", "line 1 and column 3", "EOF"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text: str, place: str, found: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse_formula(text)
    assert str(caught.value).startswith(f"Unable to parse calculation formula in {place} - ")
    assert str(caught.value).endswith(f" expected, {found} encountered.")


@pytest.mark.parametrize(
    "text", ["a" * 5001, "(" * 60 + "a" + ")" * 60, "+".join(["a"] * MAX_PARTS), "if a = 1 then " * 60 + "1"]
)
def test_a_formula_has_bounds(text: str) -> None:
    with pytest.raises(FormulaError):
        parse_formula(text)


def test_no_text_breaks_the_reader_and_no_formula_the_arithmetic() -> None:
    dice = random.Random(3)
    pieces = [
        "a",
        "b",
        "empty",
        "big",
        "1",
        "1e400",
        "0.5",
        "'x'",
        "''",
        "(",
        ")",
        ",",
        *"+-*/<>=",
        "!=",
        "string(text)",
    ]
    pieces += [*sorted(WORDS), *(f"{name}(" for name in FUNCTIONS), "bool(yes)", "\n", "$"]
    read = 0
    started = time.process_time()
    for _ in range(20_000):
        text = " ".join(dice.choice(pieces) for _ in range(dice.randrange(1, 12)))
        try:
            formula = parse_formula(text)
        except FormulaError:
            continue
        read += 1
        assert len(result_of(formula, VALUES)) <= 65_536
    print(f"\n{read} of 20,000 could be read, {time.process_time() - started:.1f} s")
    assert read > 300


def test_numbers_cannot_be_blown_up() -> None:
    text = "power(" * 30 + "big" + ", 1000)" * 30
    started = time.process_time()
    assert result(text) == ""
    assert result("*".join(["big"] * 200)) == ""
    assert result("concatenate(string(text), string(text))") == "hellohello"
    long = result_of(parse_formula("+".join(["string(text)"] * 200)), {"text": "x" * 65_000})
    assert long == ""
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("text", "fits", "does_not"),
    [
        ("a", "number", "string"),
        ("a > 1", "bool", "number"),
        ("'x'", "enumeration", "bool"),
        ("string(text)", "string", "number"),
    ],
)
def test_a_formula_has_to_fit_the_type_of_its_property(text: str, fits: str, does_not: str) -> None:
    check_output(parse_formula(text), fits)
    with pytest.raises(FormulaError, match="is not compatible"):
        check_output(parse_formula(text), does_not)


# --- several formulas ----------------------------------------------------------------------------------------------


def calculated(name: str, formula: str, type: str = "number", options: tuple[str, ...] = ()) -> PropertyDefinition:
    return PropertyDefinition(
        name,
        name,
        type,
        "calculation_equation",
        "g",
        calculation_formula=formula,
        options=tuple(PropertyOption(option, option) for option in options),
    )


def by_name(*definitions: PropertyDefinition) -> dict[str, PropertyDefinition]:
    return {definition.name: definition for definition in definitions}


def same(name: str) -> str:
    return name


def test_formulas_are_worked_out_behind_what_they_follow_from() -> None:
    known = by_name(calculated("d", "c * 2"), calculated("c", "b + a"), calculated("e", "d + c"))
    calculations = ordered_calculations(known, same)
    assert [item.name for item in calculations] == ["c", "d", "e"]
    assert calculated_values(calculations, VALUES) == {"c": "3.5", "d": "7", "e": "10.5"}


def test_only_what_follows_from_a_change_is_worked_out_and_only_differences_are_told() -> None:
    known = by_name(calculated("c", "a * 2"), calculated("d", "c - 1"), calculated("e", "b"))
    calculations = ordered_calculations(known, same)
    assert calculated_values(calculations, {**VALUES, "e": "old"}, ["a"]) == {"c": "2", "d": "1"}
    assert calculated_values(calculations, {**VALUES, "c": "2", "d": "1"}, ["a"]) == {}
    assert calculated_values(calculations, {"a": "", "c": "2", "d": "1"}, ["a"]) == {"c": "", "d": ""}


def test_an_enumeration_takes_its_options_only() -> None:
    calculations = ordered_calculations(by_name(calculated("c", "string(text)", "enumeration", ("bye",))), same)
    assert calculated_values(calculations, VALUES) == {}
    assert calculated_values(calculations, {**VALUES, "text": "bye"}) == {"c": "bye"}


def test_another_name_of_a_value_leads_to_it() -> None:
    calculations = ordered_calculations(
        by_name(calculated("c", "old_a + 1")), lambda name: {"old_a": "a"}.get(name, name)
    )
    assert calculated_values(calculations, VALUES, ["a"]) == {"c": "2"}


def test_a_formula_that_follows_from_itself_or_cannot_be_read_is_left_alone() -> None:
    known = by_name(calculated("c", "d"), calculated("d", "c"), calculated("e", "if ("), calculated("f", "a"))
    assert calculated_values(ordered_calculations(known, same), VALUES)["f"] == "1"
    assert find_cycle("c", parse_formula("d + 1"), known) == ["c", "d", "c"]
    assert find_cycle("f", parse_formula("a"), known) is None
