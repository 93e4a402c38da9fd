"""Property values: checked and normalised on the way in, folded for searching.

The texts are those that clients match on. A rule returns the value to store, or the problem.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from spokedesk.crm.addresses import EMAIL
from spokedesk.crm.definitions import Definitions
from spokedesk.crm.instants import DAY, WHOLE_NUMBER, day, is_far_away, iso, parse_day, parse_instant
from spokedesk.crm.patterns import Effort
from spokedesk.crm.properties import PropertyDefinition
from spokedesk.crm.property_validations import Judging, apply_rules
from spokedesk.errors import Problem

MAX_TEXT = 65_536
MAX_NUMBER = 100
SECONDS_BELOW = 10**10
INT32 = 2**31
DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")

SearchValue = str | int | float | list[str]
Folding = Callable[[str], SearchValue | None]


@dataclass(slots=True)
class ValueRules:
    """What checking a value needs to know besides its definition. `owner_ids` is None when any owner will do."""

    now: int
    owner_ids: Collection[str] | None = None
    lenient_dates: bool = False
    effort: Effort = field(default_factory=Effort)


Rule = Callable[[PropertyDefinition, str, ValueRules], str | Problem]


def check_values(
    raw_values: Mapping[str, str | None], definitions: Definitions, current: Mapping[str, str], rules: ValueRules
) -> tuple[dict[str, str], list[Problem]]:
    """Normalised values and every problem at once, both in the order of the request; null values are passed over."""
    values: dict[str, str] = {}
    problems: list[Problem] = []
    # checked together, with a text of their own
    stage_names = (definitions.object_type.pipeline_property, definitions.object_type.stage_property)
    for name, raw in raw_values.items():
        definition = definitions.properties.get(name)
        if definition is None:
            problems.append(Problem(name, "PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist'))
        elif definition.read_only_value:
            text = f'"{name}" is a read only property; its value cannot be set.'
            problems.append(Problem(name, "READ_ONLY_VALUE", text, raw or ""))
        elif raw is not None and name in stage_names:
            values[name] = raw
        elif raw is not None:
            outcome = normalise(definition, raw, current.get(name, ""), rules)
            if isinstance(outcome, Problem):
                problems.append(outcome)
            elif outcome and name in definitions.validations:
                judging = Judging(rules.now, rules.effort)
                values[name], found = apply_rules(definitions.validations[name], definition, outcome, judging)
                problems += found
            else:
                values[name] = outcome
    return values, problems


def normalise(definition: PropertyDefinition, raw: str, before: str, rules: ValueRules) -> str | Problem:
    """The text to store for one value; `""` clears every type. `before` is the stored value, for appending."""
    if raw == "":
        return ""
    if definition.type not in TEXT_TYPES and raw != raw.strip():
        text = f'"{raw}" includes leading or trailing whitespace.'
        return Problem(definition.name, "LEADING_TRAILING_WHITESPACE", text, raw)
    if definition.is_multiple and raw.startswith(";"):
        return append(definition, raw[1:], before, rules)
    return RULES.get(definition.type, check_text)(definition, raw, rules)


def append(definition: PropertyDefinition, added: str, before: str, rules: ValueRules) -> str | Problem:
    """More options for those that are stored; of these some may have been removed from the property since."""
    checked = RULES[definition.type](definition, added, rules) if added else ""
    if isinstance(checked, Problem) or not before:
        return checked
    return ";".join(dict.fromkeys([*before.split(";"), *(checked.split(";") if checked else ())]))


def check_text(definition: PropertyDefinition, raw: str, rules: ValueRules) -> str | Problem:
    if len(raw) > MAX_TEXT:
        text = f"Property value must not exceed {MAX_TEXT} characters"
        return Problem(definition.name, "INVALID_STRING_LENGTH", text, raw)
    if definition.name == "email" and definition.hubspot_defined:
        return check_email(definition, raw)
    return raw


def check_email(definition: PropertyDefinition, raw: str) -> str | Problem:
    """Addresses are stored in lower case, which makes them unique whatever their case."""
    address = raw.strip().lower()
    if EMAIL.fullmatch(address):
        return address
    return Problem(definition.name, "INVALID_EMAIL", f"Email address {raw} is invalid", raw)


def check_number(definition: PropertyDefinition, raw: str, rules: ValueRules) -> str | Problem:
    if DECIMAL.fullmatch(raw) and len(raw) <= MAX_NUMBER:
        return raw
    return Problem(definition.name, "INVALID_INTEGER", f"{raw} was not a valid number.", raw)


def check_day(definition: PropertyDefinition, raw: str, rules: ValueRules) -> str | Problem:
    at = parse_day(raw)
    if at is None and (rules.lenient_dates or WHOLE_NUMBER.fullmatch(raw)):
        at = lenient_instant(raw) if rules.lenient_dates else parse_instant(raw)
    if at is None:
        return Problem(definition.name, "INVALID_DATE", f"{raw} was not a valid date.", raw)
    if is_far_away(at, rules.now):
        return far_away(definition, raw)
    if at % DAY and not rules.lenient_dates:
        hours, rest = divmod(at % DAY, 3_600_000)
        minutes, rest = divmod(rest, 60_000)
        seconds, millis = divmod(rest, 1000)
        text = f"{raw} is at {hours}:{minutes}:{seconds}.{millis} UTC, not midnight!"
        return Problem(definition.name, "INVALID_DATE", text, raw)
    return day(at)


def normalised_days(raw_values: Mapping[str, str | None], definitions: Definitions) -> list[tuple[str, str, int]]:
    """(name, text as sent, instant at midnight) of the dates that only lenient reading accepted."""
    found = []
    for name, raw in raw_values.items():
        definition = definitions.properties.get(name)
        if raw and definition is not None and definition.type == "date" and parse_day(raw) is None:
            at = lenient_instant(raw)
            if at is not None and raw != str(at - at % DAY):
                found.append((name, raw, at - at % DAY))
    return found


def lenient_instant(raw: str) -> int | None:
    """As `parse_instant`, and a number too small for milliseconds of our time that is no midnight means seconds."""
    at = parse_instant(raw)
    if at is not None and at % DAY and abs(at) < SECONDS_BELOW and WHOLE_NUMBER.fullmatch(raw):
        return at * 1000
    return at


def check_instant(definition: PropertyDefinition, raw: str, rules: ValueRules) -> str | Problem:
    at = parse_instant(raw)
    if at is None:
        return Problem(definition.name, "INVALID_LONG", f"{raw} was not a valid long.", raw)
    if is_far_away(at, rules.now):
        return far_away(definition, raw)
    return iso(at)


def far_away(definition: PropertyDefinition, raw: str) -> Problem:
    text = f"{raw} is more than 1,000 years ago or 1,000 years from now."
    return Problem(definition.name, "INVALID_DATE", text, raw)


def check_flag(definition: PropertyDefinition, raw: str, rules: ValueRules) -> str | Problem:
    value = raw.lower()
    return value if value in ("true", "false") else not_an_option(definition, raw, ("true", "false"))


def check_option(definition: PropertyDefinition, raw: str, rules: ValueRules) -> str | Problem:
    if definition.external_options:
        return check_owner(definition, raw, rules)
    options = [option.value for option in definition.options]
    if not options:
        # the options of this default property are not recorded: any value is kept
        return check_text(definition, raw, rules)
    if not definition.is_multiple:
        return raw if raw in options else not_an_option(definition, raw, options)
    chosen = list(dict.fromkeys(raw.split(";")))
    unknown = next((value for value in chosen if value not in options), None)
    return ";".join(chosen) if unknown is None else not_an_option(definition, unknown, options)


def not_an_option(definition: PropertyDefinition, raw: str, options: Collection[str]) -> Problem:
    text = f"{raw} was not one of the allowed options: [{', '.join(options)}]"
    return Problem(definition.name, "INVALID_OPTION", text, raw)


def check_owner(definition: PropertyDefinition, raw: str, rules: ValueRules) -> str | Problem:
    if definition.referenced_object_type not in (None, "OWNER"):
        return check_text(definition, raw, rules)
    ids = raw.split(";") if definition.is_multiple else [raw]
    for owner_id in ids:
        if not WHOLE_NUMBER.fullmatch(owner_id) or not -INT32 <= int(owner_id) < INT32:
            text = f"{owner_id} was not a valid integer (for owner ID)."
            return Problem(definition.name, "INVALID_INTEGER", text, raw)
        if rules.owner_ids is not None and owner_id not in rules.owner_ids:
            return Problem(definition.name, "INVALID_OWNER_ID", f"Owner {owner_id} does not exist", raw)
    return raw


TEXT_TYPES = ("string", "phone_number", "json", "object_coordinates")
RULES: Mapping[str, Rule] = {
    "number": check_number,
    "date": check_day,
    "datetime": check_instant,
    "bool": check_flag,
    "enumeration": check_option,
}


def fold(definition: PropertyDefinition, value: str) -> SearchValue | None:
    """The form in which a stored value is searched and sorted; None when there is nothing to find."""
    return folding(definition)(value) if value != "" else None


def folding(definition: PropertyDefinition) -> Folding:
    """How the values of a property, the empty one aside, are folded."""
    if definition.is_multiple:
        return split_options
    return FOLDINGS.get(definition.type, str.casefold)


def split_options(value: str) -> list[str]:
    return value.split(";")


@lru_cache(maxsize=4096)
def fold_number(value: str) -> int | float | None:
    """A number that the database compares by value; whole numbers stay exact up to 18 digits."""
    whole, _, fraction = value.partition(".")
    if WHOLE_NUMBER.fullmatch(whole) and not fraction.strip("0"):
        return int(whole)
    return float(value) if DECIMAL.fullmatch(value) else None


FOLDINGS: Mapping[str, Folding] = {
    "number": fold_number,
    "datetime": parse_instant,
    "date": parse_day,
    "enumeration": str,
    "bool": str,
}
