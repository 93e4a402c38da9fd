"""Validation rules of properties: what values an administrator lets in, beyond what the type asks for.

The names of the rules, their arguments and the properties that they suit are the vendor's. Of the texts about values
that break one only "Enter only letters" is public; the others are ours in its manner.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from spokedesk.crm.addresses import CALLING_CODES, host_of, is_below, is_domain, is_email, is_full_number
from spokedesk.crm.instants import DAY, WHOLE_NUMBER, after_period, day, iso, parse_day, parse_instant
from spokedesk.crm.patterns import Effort, OutOfEffort, PatternError, compile_pattern
from spokedesk.crm.properties import PropertyDefinition
from spokedesk.errors import InvalidRequest, NotFound, Problem

MAX_DOMAINS = 20
MAX_LENGTH = 10_000
MAX_PLACES = 20
MAX_MESSAGE = 500
DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
NUMBER = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})")

TEXT = {("string", "text")}
TEXTS = {("string", "text"), ("string", "textarea")}
TYPED = {*TEXTS, ("string", "phonenumber")}
NUMBERS = {("number", "number")}
PHONES = {("string", "phonenumber"), ("phone_number", "phonenumber")}
DATES = {("date", "date")}
INSTANTS = {("datetime", "date")}

Arguments = Sequence[str]


@dataclass(frozen=True, slots=True)
class ValidationRule:
    """A rule as an administrator set it. `normalises`: a value is brought into its form before it is judged."""

    type: str
    arguments: tuple[str, ...]
    normalises: bool | None = None


@dataclass(frozen=True, slots=True)
class Judging:
    """What judging a value may need besides the value: the time (ms), and the effort left for patterns."""

    now: int
    effort: Effort


@dataclass(frozen=True, slots=True)
class RuleKind:
    """A type of rule: the (type, field type) it suits, what its arguments must be, when a value keeps it.

    `refusal` makes code and text for a value that does not; `form` is how a value is normalised.
    """

    suits: set[tuple[str, str]]
    wants: str
    accepts: Callable[[Arguments], bool]
    keeps: Callable[[str, Arguments, Judging], bool]
    refusal: Callable[[Arguments], tuple[str, str]]
    form: Callable[[str, Arguments], str] | None = None


def find_kind(rule_type: str) -> RuleKind:
    """The kind of that name; raise for one that there is not."""
    found = KINDS.get(rule_type)
    if found is None:
        raise InvalidRequest(
            f"Unable to parse value for path parameter: ruleType. {rule_type[:100]} is not one of "
            f"[{', '.join(sorted(KINDS))}]"
        )
    return found


def find_rule(rules: Sequence[ValidationRule], property_name: str, rule_type: str) -> ValidationRule:
    """The rule of that type of a property; raise NotFound when none was set."""
    find_kind(rule_type)
    for rule in rules:
        if rule.type == rule_type:
            return rule
    raise NotFound(
        f"Property '{property_name}' has no validation rule of the type {rule_type}",
        context={"propertyName": [property_name], "ruleType": [rule_type]},
    )


def check_rule(rule: ValidationRule, definition: PropertyDefinition) -> ValidationRule:
    """A rule that may be set for a property; raise when its arguments or the property do not suit it."""
    kind = find_kind(rule.type)
    if definition.read_only_value or not suits(rule, definition):
        raise InvalidRequest(
            f"A rule of the type {rule.type} cannot be set for the property '{definition.name}' of the type "
            f"'{definition.type}' with the field type '{definition.field_type}'",
            context={"propertyName": [definition.name], "ruleType": [rule.type]},
        )
    if not kind.accepts(rule.arguments):
        raise InvalidRequest(
            f"Invalid ruleArguments for the rule type {rule.type}: {kind.wants}",
            context={"propertyName": [definition.name], "ruleType": [rule.type]},
        )
    if rule.type == "REGEX":
        try:
            compile_pattern(rule.arguments[0])
        except PatternError as error:
            raise InvalidRequest(
                f"Invalid ruleArguments for the rule type REGEX: the regular expression cannot be used, {error}",
                context={"propertyName": [definition.name], "ruleType": [rule.type]},
            ) from None
    return rule


def suits(rule: ValidationRule, definition: PropertyDefinition) -> bool:
    """Whether a rule applies to what the property is now; its type may have changed under the rule."""
    return (definition.type, definition.field_type) in KINDS[rule.type].suits


def apply_rules(
    rules: Sequence[ValidationRule], definition: PropertyDefinition, value: str, judging: Judging
) -> tuple[str, list[Problem]]:
    """The value in the form that the rules give it, and a problem for each rule that it breaks."""
    used = [(KINDS[rule.type], rule) for rule in rules if suits(rule, definition)]
    for kind, rule in used:
        if rule.normalises and kind.form is not None:
            value = kind.form(value, rule.arguments)
    problems = []
    for kind, rule in used:
        try:
            kept = kind.keeps(value, rule.arguments, judging)
        except OutOfEffort:
            text = "The request holds too much text to check it against the regular expression of this property"
            problems.append(Problem(definition.name, "INVALID_REGEX", text, value))
            continue
        if not kept:
            code, text = kind.refusal(rule.arguments)
            problems.append(Problem(definition.name, code, text, value))
    return value, problems


def none(arguments: Arguments) -> bool:
    return len(arguments) == 0


def one_of(*allowed: str) -> Callable[[Arguments], bool]:
    return lambda arguments: len(arguments) == 1 and arguments[0] in allowed


def at_most_one_of(*allowed: str) -> Callable[[Arguments], bool]:
    return lambda arguments: len(arguments) <= 1 and set(arguments) <= set(allowed)


def whole(least: int, most: int) -> Callable[[Arguments], bool]:
    def accepts(arguments: Arguments) -> bool:
        if len(arguments) != 1 or not WHOLE_NUMBER.fullmatch(arguments[0]):
            return False
        return least <= int(arguments[0]) <= most

    return accepts


def number(arguments: Arguments) -> bool:
    return len(arguments) == 1 and NUMBER.fullmatch(arguments[0]) is not None


# what has a date
moment = whole(-62_135_596_800_000, 253_402_300_799_999)


def period(arguments: Arguments) -> bool:
    return len(arguments) == 1 and after_period(0, arguments[0]) is not None


def domains(arguments: Arguments) -> bool:
    return 1 <= len(arguments) <= MAX_DOMAINS and all(map(is_domain, arguments))


def days(arguments: Arguments) -> bool:
    return 1 <= len(arguments) <= len(DAYS) and set(arguments) <= set(DAYS)


def country(arguments: Arguments) -> bool:
    return len(arguments) <= 1 and all(name in CALLING_CODES for name in arguments)


def pattern(arguments: Arguments) -> bool:
    return 1 <= len(arguments) <= 2 and arguments[0] != "" and len(arguments[-1]) <= max(MAX_MESSAGE, 1000)


CHARACTERS: Mapping[str, tuple[Callable[[str], bool], str, str]] = {
    "ALPHANUMERIC": (str.isalnum, "INVALID_ALPHANUMERIC", "Enter only letters and numbers"),
    "ALPHA_ONLY": (str.isalpha, "INVALID_ALPHA", "Enter only letters"),
    "NUMERIC_ONLY": (str.isdecimal, "INVALID_NUMERIC", "Enter only numbers"),
}
CAPITALIZE = "Capitalize the first letter of each word"
CASES: Mapping[str, tuple[Callable[[str], str], str]] = {
    "CAPITALIZATION": (lambda text: re.sub(r"(?<!\w)[^\W\d_]", lambda found: found[0].upper(), text), CAPITALIZE),
    "UPPER": (str.upper, "Enter only uppercase letters"),
    "LOWER": (str.lower, "Enter only lowercase letters"),
}


def has_no_signs(value: str, arguments: Arguments, judging: Judging) -> bool:
    return all(character.isalnum() or character.isspace() for character in value)


def has_no_blanks(value: str, arguments: Arguments, judging: Judging) -> bool:
    if "TRIM" in arguments:
        return value == value.strip()
    return not any(character.isspace() for character in value)


def without_blanks(value: str, arguments: Arguments) -> str:
    return value.strip() if "TRIM" in arguments else "".join(value.split())


def has_places(value: str, arguments: Arguments, judging: Judging) -> bool:
    return len(value.partition(".")[2].rstrip("0")) <= int(arguments[0])


def matches(value: str, arguments: Arguments, judging: Judging) -> bool:
    return compile_pattern(arguments[0]).is_found_in(value, judging.effort)


def instant_of(value: str) -> int:
    """Values have been checked by their type: a day or an instant."""
    at = parse_day(value)
    return (parse_instant(value) or 0) if at is None else at


def on_a_day(value: str, arguments: Arguments, judging: Judging) -> bool:
    # 1 January 1970 was a Thursday
    return DAYS[(instant_of(value) // DAY + 3) % 7] in arguments


def border(arguments: Arguments, judging: Judging, sign: int, *, whole_days: bool) -> int:
    """Now, or today, moved by a period."""
    start = judging.now - judging.now % DAY if whole_days else judging.now
    moved = after_period(start, arguments[0], sign)
    return start if moved is None else moved


def email_is_from(value: str, arguments: Arguments) -> bool:
    return is_email(value) and is_below(value.rpartition("@")[2], [name.lower() for name in arguments])


def url_is_from(value: str, arguments: Arguments) -> bool:
    host = host_of(value)
    return host is not None and is_below(host, [name.lower() for name in arguments])


def said(code: str, text: str) -> Callable[[Arguments], tuple[str, str]]:
    """`{0}` in a text is the first argument, `{all}` stands for all of them."""
    return lambda arguments: (code, text.format(*arguments, all=", ".join(arguments)))


def date_kinds(suited: set[tuple[str, str]], suffix: str, *, whole_days: bool) -> dict[str, RuleKind]:
    """The rules that dates and instants have alike."""
    show = day if whole_days else iso

    def limit(arguments: Arguments) -> str:
        at = int(arguments[0])
        return show(at - at % DAY) if whole_days else iso(at)

    return {
        f"START_{suffix}": RuleKind(
            suited, "one Unix timestamp in milliseconds", moment,
            lambda value, arguments, judging: instant_of(value) >= int(arguments[0]),
            lambda arguments: ("INVALID_DATE", f"Enter a date on or after {limit(arguments)}"),
        ),
        f"END_{suffix}": RuleKind(
            suited, "one Unix timestamp in milliseconds", moment,
            lambda value, arguments, judging: instant_of(value) <= int(arguments[0]),
            lambda arguments: ("INVALID_DATE", f"Enter a date on or before {limit(arguments)}"),
        ),
    }  # fmt: skip


def period_kinds(suited: set[tuple[str, str]], name: str, *, whole_days: bool) -> dict[str, RuleKind]:
    def after(value: str, arguments: Arguments, judging: Judging) -> bool:
        return instant_of(value) >= border(arguments, judging, 1, whole_days=whole_days)

    def before(value: str, arguments: Arguments, judging: Judging) -> bool:
        return instant_of(value) <= border(arguments, judging, -1, whole_days=whole_days)

    wants = "one ISO 8601 period, such as P7D"
    return {
        f"AFTER_{name}": RuleKind(
            suited, wants, period, after, said("INVALID_DATE", "Enter a date at least {0} after now")
        ),
        f"BEFORE_{name}": RuleKind(
            suited, wants, period, before, said("INVALID_DATE", "Enter a date at least {0} before now")
        ),
    }


KINDS: Mapping[str, RuleKind] = {
    "ALPHANUMERIC": RuleKind(
        TEXTS, f"one of [{', '.join(CHARACTERS)}]", one_of(*CHARACTERS),
        lambda value, arguments, judging: CHARACTERS[arguments[0]][0](value),
        lambda arguments: CHARACTERS[arguments[0]][1:],
    ),
    "FORMAT": RuleKind(
        TEXTS, f"one of [{', '.join(CASES)}]", one_of(*CASES),
        lambda value, arguments, judging: CASES[arguments[0]][0](value) == value,
        lambda arguments: ("INVALID_FORMAT", CASES[arguments[0]][1]),
        lambda value, arguments: CASES[arguments[0]][0](value),
    ),
    "SPECIAL_CHARACTERS": RuleKind(
        TEXTS, "NOT_ALLOWED", one_of("NOT_ALLOWED"), has_no_signs,
        said("INVALID_SPECIAL_CHARACTERS", "Special characters are not allowed"),
    ),
    "WHITESPACE": RuleKind(
        TEXT, "none, or one of [ALL, TRIM]", at_most_one_of("ALL", "TRIM"), has_no_blanks,
        said("INVALID_WHITESPACE", "Whitespace is not allowed"), without_blanks,
    ),
    "MAX_LENGTH": RuleKind(
        TYPED, f"one whole number from 1 to {MAX_LENGTH}", whole(1, MAX_LENGTH),
        lambda value, arguments, judging: len(value) <= int(arguments[0]),
        said("INVALID_MAX_LENGTH", "Enter {0} characters or fewer"),
    ),
    "MIN_LENGTH": RuleKind(
        TYPED, "one whole number of 1 or more", whole(1, 65_536),
        lambda value, arguments, judging: len(value) >= int(arguments[0]),
        said("INVALID_MIN_LENGTH", "Enter {0} characters or more"),
    ),
    "REGEX": RuleKind(
        TEXTS, "a regular expression and the text that tells what is wrong", pattern, matches,
        lambda arguments: ("INVALID_REGEX", arguments[1] if arguments[1:] else "Enter a value in the right format"),
    ),
    "MIN_NUMBER": RuleKind(
        NUMBERS, "one number", number,
        lambda value, arguments, judging: Decimal(value) >= Decimal(arguments[0]),
        said("INVALID_MIN_NUMBER", "Enter a number of {0} or more"),
    ),
    "MAX_NUMBER": RuleKind(
        NUMBERS, "one number", number,
        lambda value, arguments, judging: Decimal(value) <= Decimal(arguments[0]),
        said("INVALID_MAX_NUMBER", "Enter a number of {0} or less"),
    ),
    "DECIMAL": RuleKind(
        NUMBERS, f"one whole number from 0 to {MAX_PLACES}", whole(0, MAX_PLACES), has_places,
        said("INVALID_DECIMAL", "Enter a number with at most {0} decimal places"),
    ),
    "PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE": RuleKind(
        PHONES, "none, or the two letters of a country", country,
        lambda value, arguments, judging: is_full_number(value, arguments[0] if arguments else None),
        said("INVALID_PHONE_NUMBER", "Enter a phone number with its country code"),
    ),
    "EMAIL": RuleKind(
        TEXT, "none", none, lambda value, arguments, judging: is_email(value),
        said("INVALID_EMAIL", "Enter an email address"), lambda value, arguments: value.strip().lower(),
    ),
    "EMAIL_ALLOWED_DOMAINS": RuleKind(
        TEXT, f"1 to {MAX_DOMAINS} domains", domains,
        lambda value, arguments, judging: email_is_from(value, arguments),
        said("INVALID_EMAIL_DOMAIN", "Enter an email address of one of these domains: {all}"),
    ),
    "EMAIL_BLOCKED_DOMAINS": RuleKind(
        TEXT, f"1 to {MAX_DOMAINS} domains", domains,
        lambda value, arguments, judging: is_email(value) and not email_is_from(value, arguments),
        said("INVALID_EMAIL_DOMAIN", "Enter an email address of none of these domains: {all}"),
    ),
    "DOMAIN": RuleKind(
        TEXT, "none", none, lambda value, arguments, judging: is_domain(value),
        said("INVALID_DOMAIN", "Enter a domain"), lambda value, arguments: value.strip().lower(),
    ),
    "URL": RuleKind(
        TEXT, "none", none, lambda value, arguments, judging: host_of(value) is not None,
        said("INVALID_URL", "Enter a URL"), lambda value, arguments: value.strip(),
    ),
    "URL_ALLOWED_DOMAINS": RuleKind(
        TEXT, f"1 to {MAX_DOMAINS} domains", domains,
        lambda value, arguments, judging: url_is_from(value, arguments),
        said("INVALID_URL_DOMAIN", "Enter a URL of one of these domains: {all}"),
    ),
    "URL_BLOCKED_DOMAINS": RuleKind(
        TEXT, f"1 to {MAX_DOMAINS} domains", domains,
        lambda value, arguments, judging: host_of(value) is not None and not url_is_from(value, arguments),
        said("INVALID_URL_DOMAIN", "Enter a URL of none of these domains: {all}"),
    ),
    "DAYS_OF_WEEK": RuleKind(
        DATES | INSTANTS, f"1 to 7 of [{', '.join(DAYS)}]", days, on_a_day,
        said("INVALID_DAY_OF_WEEK", "Enter a date on one of these days: {all}"),
    ),
    **date_kinds(DATES, "DATE", whole_days=True),
    **date_kinds(INSTANTS, "DATETIME", whole_days=False),
    **period_kinds(DATES, "DURATION", whole_days=True),
    **period_kinds(INSTANTS, "DATETIME_DURATION", whole_days=False),
}  # fmt: skip
