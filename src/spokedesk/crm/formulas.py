"""Formulas of calculated properties: read once, then worked out for a record from its stored texts.

The grammar, the functions and the words of errors are the vendor's. Nothing is a value of its own (None): what is
worked out from nothing is nothing, unless `is_present`, `is_blank` or `coalesce` ask for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, DecimalException
from functools import lru_cache

from spokedesk.crm.formula_functions import (
    ARITHMETIC,
    BOOLEAN,
    FUNCTIONS,
    NOTHING,
    NUMBER,
    TEXT,
    Function,
    Value,
    to_text,
)
from spokedesk.crm.instants import parse_instant

MAX_FORMULA = 5000
MAX_PARTS = 500
MAX_DEPTH = 40
MAX_TEXT = 65_536
MAX_DIGITS = 100
DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3}(?![A-Za-z_0-9]))?)"
    r"|(?P<text>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<sign><=|>=|!=|[-+*/<>=(),]))",
    re.DOTALL,
)
ESCAPE = re.compile(r"\\(.)", re.DOTALL)
WORDS = {"if", "then", "elseif", "else", "endif", "and", "or", "xor", "not", "true", "false", "equals"}
READERS = {"string": TEXT, "bool": BOOLEAN, "timestamp": NUMBER}

Values = Mapping[str, str]
Work = Callable[[Values], Value]


class FormulaError(Exception):
    """A formula cannot be read; the text says where and why."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a formula: the type of its value, and how to work it out."""

    type: str
    work: Work
    is_literal: bool = False


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that can be worked out. `names` are the properties that it mentions, in order."""

    type: str
    names: tuple[str, ...]
    work: Work


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    position: int


def tokens_of(text: str) -> list[Token]:
    found: list[Token] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = TOKEN.match(text, position)
        if match is None:
            skipped = len(text[position:]) - len(text[position:].lstrip())
            raise error(text, position + skipped, "a number, a text, a name or an operator", text[position + skipped])
        kind = match.lastgroup or ""
        found.append(Token(kind, match[kind] if kind != "name" else match[kind].lower(), match.start(kind)))
        position = match.end()
    return [*found, Token("end", "EOF", end)]


def error(text: str, position: int, expected: str, found: str) -> FormulaError:
    line = text.count("\n", 0, position) + 1
    column = position - text.rfind("\n", 0, position)
    return FormulaError(
        f"Unable to parse calculation formula in line {line} and column {column} - {expected} expected, "
        f"{found[:50]} encountered."
    )


def mismatch(found: str, wanted: str) -> FormulaError:
    return FormulaError(
        f"Sub-expression output type: {NAMES[found]} is not compatible with input type: {NAMES[wanted]}"
    )


NAMES = {NUMBER: "BigDecimal", TEXT: "String", BOOLEAN: "Boolean", NOTHING: "String"}


class Parser:
    """Reads a formula from left to right; each method reads what binds tighter than the one before."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens_of(text)
        self.position = 0
        self.names: dict[str, None] = {}
        self.depth = 0
        self.parts = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.position]

    def take(self, *texts: str) -> str | None:
        """The next token if it is one of these words or signs; it is passed then."""
        token = self.next
        if token.kind in ("name", "sign") and token.text in texts:
            self.position += 1
            return token.text
        return None

    def need(self, text: str) -> None:
        if self.take(text) is None:
            raise self.unexpected(text)

    def unexpected(self, expected: str) -> FormulaError:
        return error(self.text, self.next.position, expected, self.next.text)

    def made(self, type: str, work: Work, *, is_literal: bool = False) -> Part:
        self.parts += 1
        if self.parts > MAX_PARTS:
            raise FormulaError(f"The calculation formula has more than {MAX_PARTS} parts")
        return Part(type, work, is_literal)

    def statement(self) -> Part:
        """A condition with its branches, or a plain expression."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FormulaError("The calculation formula is nested too deeply")
        part = self.condition() if self.take("if") else self.either()
        self.depth -= 1
        return part

    def condition(self) -> Part:
        branches = [self.branch()]
        while self.take("elseif"):
            branches.append(self.branch())
        other = self.statement() if self.take("else") else None
        if other is None:
            self.take("endif")
        type = NOTHING
        for part in (*(result for _, result in branches), *([other] if other else [])):
            type = self.common(type, part.type)

        def work(values: Values) -> Value:
            for asked, result in branches:
                answer = asked.work(values)
                if answer is None:
                    return None
                if answer:
                    return result.work(values)
            return other.work(values) if other is not None else None

        return self.made(type, work)

    def branch(self) -> tuple[Part, Part]:
        asked = self.wanted(self.statement(), BOOLEAN)
        self.need("then")
        return asked, self.statement()

    def common(self, one: str, other: str) -> str:
        """The type of what is either of two; an empty text stands for nothing of any type."""
        if NOTHING in (one, other):
            return other if one == NOTHING else one
        if one != other:
            raise mismatch(other, one)
        return one

    def wanted(self, part: Part, type: str) -> Part:
        if part.type != type and not (type == TEXT and part.type == NOTHING):
            raise mismatch(part.type, type)
        return part

    def either(self) -> Part:
        left = self.both()
        while sign := self.take("or", "xor"):
            left = self.logic(sign, left, self.both())
        return left

    def both(self) -> Part:
        left = self.negation()
        while self.take("and"):
            left = self.logic("and", left, self.negation())
        return left

    def logic(self, sign: str, left: Part, right: Part) -> Part:
        one, other = self.wanted(left, BOOLEAN).work, self.wanted(right, BOOLEAN).work

        def work(values: Values) -> Value:
            first, second = one(values), other(values)
            decisive = {"or": True, "and": False}.get(sign)
            if decisive is not None and decisive in (first, second):
                return decisive
            if first is None or second is None:
                return None
            return first != second if sign == "xor" else not decisive

        return self.made(BOOLEAN, work)

    def negation(self) -> Part:
        depth = 0
        while self.take("not"):
            depth += 1
        part = self.comparison()
        for _ in range(depth):
            part = self.negated(self.wanted(part, BOOLEAN).work)
        return part

    def negated(self, inner: Work) -> Part:
        def work(values: Values) -> Value:
            value = inner(values)
            return None if value is None else not value

        return self.made(BOOLEAN, work)

    def comparison(self) -> Part:
        left = self.sum()
        sign = self.take("<", ">", "<=", ">=", "=", "equals", "!=")
        if sign is None:
            return left
        right = self.sum()
        if sign in ("=", "equals", "!="):
            self.common(left.type, right.type)
        else:
            self.wanted(left, NUMBER)
            self.wanted(right, NUMBER)
        return self.made(BOOLEAN, of_two(COMPARISONS[sign], left.work, right.work))

    def sum(self) -> Part:
        left = self.product()
        while sign := self.take("+", "-"):
            right = self.product()
            if sign == "+" and TEXT in (left.type, right.type):
                left = self.made(TEXT, of_two(joined, self.joinable(left), self.joinable(right)))
            else:
                self.wanted(left, NUMBER)
                left = self.arithmetic(sign, left, self.wanted(right, NUMBER))
        return left

    def joinable(self, part: Part) -> Work:
        """A part that is joined with another text: an empty text is one here, not nothing."""
        return (lambda values: "") if part.type == NOTHING else self.wanted(part, TEXT).work

    def product(self) -> Part:
        left = self.unary()
        while True:
            sign = self.take("*", "/")
            if sign is None and not (left.is_literal and left.type == NUMBER and self.starts_a_factor()):
                return left
            right = self.unary()
            self.wanted(left, NUMBER)
            left = self.arithmetic(sign or "*", left, self.wanted(right, NUMBER))

    def starts_a_factor(self) -> bool:
        """Whether what comes is multiplied with the number before it: `10amount`, `2(a + b)`."""
        token = self.next
        return (token.kind == "name" and token.text not in WORDS) or (token.kind == "sign" and token.text == "(")

    def arithmetic(self, sign: str, left: Part, right: Part) -> Part:
        act = of_two(ARITHMETIC[sign], left.work, right.work)
        if sign == "+" and left.is_literal != right.is_literal:
            act = plus_literal(left, right)
        return self.made(NUMBER, act)

    def unary(self) -> Part:
        signs = 0
        while self.take("-"):
            signs += 1
        part = self.primary()
        if not signs:
            return part
        inner, factor = self.wanted(part, NUMBER).work, Decimal((-1) ** signs)
        return self.made(NUMBER, of_two(ARITHMETIC["*"], inner, lambda values: factor), is_literal=part.is_literal)

    def primary(self) -> Part:
        token = self.next
        if token.kind == "number":
            self.position += 1
            number = Decimal(token.text)
            return self.made(NUMBER, lambda values: number, is_literal=True)
        if token.kind == "text":
            self.position += 1
            text = ESCAPE.sub(r"\1", token.text[1:-1])
            return self.made(TEXT if text else NOTHING, lambda values: text or None, is_literal=True)
        if self.take("("):
            part = self.statement()
            self.need(")")
            return Part(part.type, part.work)
        if word := self.take("true", "false"):
            return self.made(BOOLEAN, lambda values: word == "true", is_literal=True)
        if token.kind == "name" and token.text not in WORDS:
            self.position += 1
            return self.call(token) if self.take("(") else self.property(token.text, NUMBER)
        raise self.unexpected(OPERANDS)

    def property(self, name: str, type: str) -> Part:
        self.names.setdefault(name)
        read = READ[type]
        return self.made(type, lambda values: read(values.get(name, "")))

    def call(self, token: Token) -> Part:
        """A function, of which the name and the opening parenthesis have been read."""
        if token.text in READERS:
            name = self.next
            if name.kind != "name" or name.text in WORDS:
                raise self.unexpected("IDENTIFIER")
            self.position += 1
            self.need(")")
            return self.property(name.text, READERS[token.text])
        function = FUNCTIONS.get(token.text)
        if function is None:
            raise error(self.text, token.position, OPERANDS, token.text)
        arguments = [self.statement()]
        while self.take(","):
            arguments.append(self.statement())
        self.need(")")
        return self.called(token.text, function, arguments)

    def called(self, name: str, function: Function, arguments: Sequence[Part]) -> Part:
        if not function.least <= len(arguments) <= function.most:
            raise FormulaError(
                f"The function {name} takes {function.least} to {function.most} inputs, but was given {len(arguments)}"
            )
        type = NOTHING
        for index, part in enumerate(arguments):
            wanted = function.inputs[min(index, len(function.inputs) - 1)]
            if wanted is None:
                type = self.common(type, part.type)
            else:
                self.wanted(part, wanted)
        works = [
            self.joinable(part) if function.output == TEXT and part.type == NOTHING else part.work for part in arguments
        ]
        act, sees_nothing = function.act, function.sees_nothing

        def work(values: Values) -> Value:
            inputs = [one(values) for one in works]
            if not sees_nothing and None in inputs:
                return None
            return act(*inputs)

        return self.made(function.output or type, work)


OPERANDS = ", ".join(["-", *FUNCTIONS, "if", "(", "DECIMAL", "string literal", "true", "false", "IDENTIFIER", *READERS])


def of_two(act: Callable[[Value, Value], Value], one: Work, other: Work) -> Work:
    """What two values give; nothing when one of them is nothing."""

    def work(values: Values) -> Value:
        first, second = one(values), other(values)
        return None if first is None or second is None else act(first, second)

    return work


def plus_literal(left: Part, right: Part) -> Work:
    """Observed of the live service: `(x + 0)` is 0 when x has no value, although `x + y` has none then."""
    one, other, is_left = left.work, right.work, left.is_literal

    def work(values: Values) -> Value:
        first, second = one(values), other(values)
        if first is None or second is None:
            return first if is_left else second
        return ARITHMETIC["+"](first, second)

    return work


def joined(first: Value, second: Value) -> Value:
    text = f"{first}{second}"
    return text if len(text) <= MAX_TEXT else None


COMPARISONS: Mapping[str, Callable[[Value, Value], Value]] = {
    "<": lambda first, second: first < second,  # type: ignore[operator]
    ">": lambda first, second: first > second,  # type: ignore[operator]
    "<=": lambda first, second: first <= second,  # type: ignore[operator]
    ">=": lambda first, second: first >= second,  # type: ignore[operator]
    "=": lambda first, second: first == second,
    "equals": lambda first, second: first == second,
    "!=": lambda first, second: first != second,
}


def read_number(text: str) -> Value:
    """A stored text as a number: instants and days count milliseconds; what is neither is nothing."""
    if DECIMAL.fullmatch(text) and len(text) <= MAX_DIGITS:
        return Decimal(text)
    at = parse_instant(text) if text[4:5] == "-" else None
    return None if at is None else Decimal(at)


READ: Mapping[str, Callable[[str], Value]] = {
    NUMBER: read_number,
    TEXT: lambda text: text or None,
    BOOLEAN: lambda text: {"true": True, "false": False}.get(text),
}
OUTPUTS = {"number": NUMBER, "bool": BOOLEAN, "string": TEXT, "enumeration": TEXT}


@lru_cache(maxsize=1024)
def parse_formula(text: str) -> Formula:
    """The formula of a text; raise FormulaError."""
    if len(text) > MAX_FORMULA:
        raise FormulaError(f"The calculation formula is longer than {MAX_FORMULA} characters")
    parser = Parser(text)
    part = parser.statement()
    if parser.next.kind != "end":
        raise parser.unexpected("*, -, +, /, >, <, >=, <=, =, equals, !=, or, and, xor")
    return Formula(part.type, tuple(parser.names), part.work)


def check_output(formula: Formula, property_type: str) -> None:
    """Raise FormulaError unless a property of that type can hold what a formula gives."""
    wanted = OUTPUTS.get(property_type, TEXT)
    if formula.type not in (wanted, NOTHING):
        raise mismatch(formula.type, wanted)


def result_of(formula: Formula, values: Values) -> str:
    """What a formula gives for stored texts, as the text to store; "" when it cannot be worked out."""
    try:
        value = formula.work(values)
    except DecimalException:
        return ""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    return to_text(value) or ""
