"""The functions of formulas: what they take and what they give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from typing import Any

Value = Decimal | str | bool | None

NUMBER, TEXT, BOOLEAN, NOTHING = "number", "text", "boolean", "nothing"
MAX_PLACES = 16
MAX_DIGITS = 80
MAX_POWER = 1000
MAX_TEXT = 65_536
# more digits than any value has, and exponents that stay far from those that take long to write out
EXACT = Context(prec=34, Emax=400, Emin=-400, traps=[Overflow, DivisionByZero, InvalidOperation])
WIDE = Context(prec=120)


@dataclass(frozen=True, slots=True)
class Function:
    """`inputs` are the types of the inputs, the last one for all that follow; None stands for one type that all of
    them share. `output` None is that type too. `sees_nothing`: it is worked out when an input is nothing.
    """

    inputs: tuple[str | None, ...]
    output: str | None
    act: Callable[..., Value]
    least: int = 1
    most: int = 1
    sees_nothing: bool = False


def divide(first: Any, second: Any) -> Value:
    return None if second == 0 else EXACT.divide(first, second)


ARITHMETIC: Mapping[str, Callable[[Any, Any], Value]] = {
    "+": EXACT.add,
    "-": EXACT.subtract,
    "*": EXACT.multiply,
    "/": divide,
}


def rounded(mode: str) -> Callable[..., Value]:
    def act(number: Decimal, places: Decimal = Decimal(0)) -> Value:
        if places != int(places) or not 0 <= places <= MAX_PLACES:
            return None
        return number.quantize(Decimal(1).scaleb(-int(places)), rounding=mode, context=WIDE)

    return act


def power(number: Decimal, exponent: Decimal) -> Value:
    if abs(exponent) > MAX_POWER or (number == 0 and exponent <= 0):
        return None
    return EXACT.power(number, exponent)


def square_root(number: Decimal) -> Value:
    return None if number < 0 else EXACT.sqrt(number)


def concatenate(*texts: str) -> Value:
    return "".join(texts) if sum(map(len, texts)) <= MAX_TEXT else None


def substring(text: str, start: Decimal, length: Decimal | None = None) -> Value:
    """From a place, counted from 0, as many characters as are asked for, or all that follow."""
    begin = int(min(max(start, Decimal(0)), Decimal(MAX_TEXT)))
    end = len(text) if length is None else begin + int(min(max(length, Decimal(0)), Decimal(MAX_TEXT)))
    return text[begin:end] or None


def to_number(text: str) -> Value:
    plain = text.strip()
    sound = len(plain) <= 100 and plain.removeprefix("-").replace(".", "", 1).isdecimal() and plain.isascii()
    return Decimal(plain) if sound else None


def to_text(number: Decimal) -> str | None:
    """Digits without an exponent, at most 16 of them behind the point; None for what no property could hold."""
    if not number.is_finite() or number.adjusted() >= MAX_DIGITS:
        return None
    text = f"{number.quantize(Decimal(1).scaleb(-MAX_PLACES), context=WIDE):f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def moment(number: Decimal) -> datetime | None:
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(number))
    except OverflowError:
        return None


def month(number: Decimal) -> Value:
    at = moment(number)
    return None if at is None else Decimal(at.month)


def year(number: Decimal) -> Value:
    at = moment(number)
    return None if at is None else Decimal(at.year)


def is_multiple(number: Decimal, of: Decimal) -> Value:
    return None if of == 0 else EXACT.remainder(number, of) == 0


def first_present(*values: Value) -> Value:
    return next((value for value in values if value is not None), None)


FUNCTIONS: Mapping[str, Function] = {
    "max": Function((NUMBER,), NUMBER, max, 2, 100),
    "min": Function((NUMBER,), NUMBER, min, 2, 100),
    "abs": Function((NUMBER,), NUMBER, EXACT.abs),
    "sqrt": Function((NUMBER,), NUMBER, square_root),
    "power": Function((NUMBER,), NUMBER, power, 2, 2),
    "round_down": Function((NUMBER,), NUMBER, rounded(ROUND_FLOOR), 1, 2),
    "round_up": Function((NUMBER,), NUMBER, rounded(ROUND_CEILING), 1, 2),
    "round_nearest": Function((NUMBER,), NUMBER, rounded(ROUND_HALF_UP), 1, 2),
    "is_multiple_of": Function((NUMBER,), BOOLEAN, is_multiple, 2, 2),
    "month": Function((NUMBER,), NUMBER, month),
    "year": Function((NUMBER,), NUMBER, year),
    "time_between": Function((NUMBER,), NUMBER, lambda first, second: EXACT.subtract(second, first), 2, 2),
    "is_present": Function((None,), BOOLEAN, lambda value: value is not None, sees_nothing=True),
    "is_blank": Function((None,), BOOLEAN, lambda value: value is None, sees_nothing=True),
    "coalesce": Function((None,), None, first_present, 2, 100, sees_nothing=True),
    "contains": Function((TEXT,), BOOLEAN, lambda text, part: part in text, 2, 2),
    "begins_with": Function((TEXT,), BOOLEAN, lambda text, part: text.startswith(part), 2, 2),
    "set_contains_string": Function((TEXT,), BOOLEAN, lambda text, part: part in text.split(";"), 2, 2),
    "concatenate": Function((TEXT,), TEXT, concatenate, 2, 100),
    "to_lower_case": Function((TEXT,), TEXT, lambda text: text.lower()),
    "to_upper_case": Function((TEXT,), TEXT, lambda text: text.upper()[:MAX_TEXT]),
    "string_length": Function((TEXT,), NUMBER, lambda text: Decimal(len(text))),
    "substring": Function((TEXT, NUMBER), TEXT, substring, 2, 3),
    "number_to_string": Function((NUMBER,), TEXT, to_text),
    "string_to_number": Function((TEXT,), NUMBER, to_number),
}
