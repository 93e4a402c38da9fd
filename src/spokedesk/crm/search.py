"""Search: from what a client asks to a plan that `storage/search_sql.py` turns into SQL.

Everything that can be wrong with a query is found here; the plan holds definitions and folded operands only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from spokedesk.crm.definitions import Definitions
from spokedesk.crm.properties import PropertyDefinition
from spokedesk.crm.property_values import TEXT_TYPES, SearchValue, fold, folding
from spokedesk.crm.tokens import words
from spokedesk.errors import InvalidRequest, UnclassifiedRequest

MAX_GROUPS = 5
MAX_FILTERS_PER_GROUP = 6
MAX_FILTERS = 18
MAX_LIMIT = 200
MAX_QUERY = 3000
MAX_WINDOW = 10_000
MAX_VALUES = 1000
LONG_TEXT = 4000

NOT_FILTERABLE = ("hs_body_preview_html", "hs_email_html", "hs_body_preview")


@dataclass(frozen=True, slots=True)
class Filter:
    """One test of one property, as the client wrote it."""

    property_name: str
    operator: str
    value: str | None = None
    high_value: str | None = None
    values: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Sort:
    property_name: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """Groups are alternatives, the filters of a group all hold, `query` must be found as well."""

    groups: tuple[tuple[Filter, ...], ...] = ()
    query: str = ""
    sorts: tuple[Sort, ...] = ()
    limit: int = 10
    after: int = 0


@dataclass(frozen=True, slots=True)
class Condition:
    """A decided test. `test` names a row of the table in search_sql; operands are folded like stored values."""

    test: str
    definition: PropertyDefinition
    operands: tuple[SearchValue, ...] = ()
    patterns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AssociationCondition:
    """A test of which records of another type are linked."""

    test: str
    to_type: str
    ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """What to find: any group, every word of the query, in which order, which page."""

    groups: tuple[tuple[Condition | AssociationCondition, ...], ...]
    query_words: tuple[str, ...]
    searched: tuple[PropertyDefinition, ...]
    sort: PropertyDefinition | None
    descending: bool
    limit: int
    offset: int


ResolveType = Callable[[str], str | None]


def plan_search(query: SearchQuery, definitions: Definitions, resolve_type: ResolveType) -> SearchPlan:
    """Check limits, names and operands. `resolve_type` gives the object type id of a name in any spelling."""
    check_limits(query)
    groups = [plan_group(group, definitions, resolve_type) for group in query.groups]
    sort = None
    if query.sorts:
        sort = find_property(query.sorts[0].property_name, definitions)
    return SearchPlan(
        groups=tuple(groups),
        query_words=tuple(dict.fromkeys(query.query.casefold().split())),
        searched=tuple(
            definitions.properties[name]
            for name in definitions.object_type.searchable_properties
            if name in definitions.properties
        ),
        sort=sort,
        descending=bool(query.sorts) and query.sorts[0].descending,
        limit=query.limit,
        offset=query.after,
    )


def check_limits(query: SearchQuery) -> None:
    if not 0 <= query.limit <= MAX_LIMIT:
        raise InvalidRequest(f"Invalid input JSON: limit must be between 0 and {MAX_LIMIT}")
    if query.after < 0 or query.after + query.limit > MAX_WINDOW:
        raise InvalidRequest(f"The requested page is outside of the first {MAX_WINDOW} results of the search")
    if len(query.query) > MAX_QUERY:
        raise InvalidRequest(f"The search query is too long (length: {len(query.query)}, max allowed: {MAX_QUERY})")
    counts = [len(group) for group in query.groups]
    check_count("filterGroups", len(counts), MAX_GROUPS)
    check_count("filters per filterGroup", max(counts, default=0), MAX_FILTERS_PER_GROUP)
    check_count("filters", sum(counts), MAX_FILTERS)


def check_count(what: str, count: int, allowed: int) -> None:
    if count > allowed:
        raise InvalidRequest(f"There are too many {what} (count: {count}, max allowed: {allowed})")


def plan_group(
    group: Sequence[Filter], definitions: Definitions, resolve_type: ResolveType
) -> tuple[Condition | AssociationCondition, ...]:
    conditions: list[Condition | AssociationCondition] = []
    for item in group:
        kind, _, target = item.property_name.partition(".")
        if kind == "associations" and target:
            conditions.append(plan_association(item, resolve_type(target)))
        else:
            conditions.append(plan_condition(item, find_property(item.property_name, definitions)))
    return tuple(conditions)


def find_property(name: str, definitions: Definitions) -> PropertyDefinition:
    definition = definitions.properties.get(name)
    if definition is None or name in NOT_FILTERABLE:
        raise UnclassifiedRequest("There was a problem with the request.")
    return definition


def plan_association(item: Filter, to_type: str | None) -> AssociationCondition:
    tests = {"EQ": "in", "IN": "in", "NEQ": "not_in", "NOT_IN": "not_in", "HAS_PROPERTY": "has"}
    test = "not_has" if item.operator == "NOT_HAS_PROPERTY" else tests.get(item.operator)
    if to_type is None or test is None:
        raise UnclassifiedRequest("There was a problem with the request.")
    texts = needed_values(item) if item.operator in ("IN", "NOT_IN") else ()
    if item.operator in ("EQ", "NEQ"):
        texts = (needed_value(item),)
    ids = tuple(int(text) for text in texts if text.isascii() and text.isdigit() and len(text) <= 18)
    return AssociationCondition(test, to_type, ids)


def plan_condition(item: Filter, definition: PropertyDefinition) -> Condition:
    return OPERATORS[item.operator](item, definition)


def plan_presence(item: Filter, definition: PropertyDefinition) -> Condition:
    return Condition("has" if item.operator == "HAS_PROPERTY" else "not_has", definition)


def plan_equal(item: Filter, definition: PropertyDefinition) -> Condition:
    value = needed_value(item)
    operand: SearchValue = value if definition.is_multiple else operand_of(definition, value)
    return Condition("eq" if item.operator == "EQ" else "neq", definition, (operand,))


def plan_order(item: Filter, definition: PropertyDefinition) -> Condition:
    value = needed_value(item)
    if definition.type in ("enumeration", "bool"):
        return Condition("never", definition)
    return Condition(item.operator.lower(), definition, (operand_of(definition, value),))


def plan_between(item: Filter, definition: PropertyDefinition) -> Condition:
    low = needed_value(item)
    if item.high_value is None:
        raise InvalidRequest("The highValue of a BETWEEN filter must be set")
    if definition.type in ("enumeration", "bool"):
        return Condition("never", definition)
    return Condition("between", definition, (operand_of(definition, low), operand_of(definition, item.high_value)))


def plan_membership(item: Filter, definition: PropertyDefinition) -> Condition:
    """The given texts of string properties are not lowered, so one in capitals never matches."""
    texts = needed_values(item)
    if definition.type == "string":
        # values are stored case-folded, which goes further than lower case: a given ß has to become ss as well
        operands: tuple[SearchValue, ...] = tuple(text.casefold() for text in texts if text == text.lower())
    elif definition.type in ("number", "date", "datetime"):
        operands = tuple(operand_of(definition, text) for text in texts)
    else:
        operands = texts
    return Condition("in" if item.operator == "IN" else "not_in", definition, operands)


def plan_tokens(item: Filter, definition: PropertyDefinition) -> Condition:
    """Words adjacent and in order, or with `*` a pattern over each word and over the whole value."""
    value = needed_value(item)
    negated = item.operator == "NOT_CONTAINS_TOKEN"
    if len(value) > MAX_QUERY:
        raise InvalidRequest(f"A filter value is too long (length: {len(value)}, max allowed: {MAX_QUERY})")
    if definition.is_multiple or (definition.type == "enumeration" and "*" not in value):
        # an option is one token
        return Condition("not_in" if negated else "in", definition, (value,))
    if definition.type in ("date", "datetime", "bool"):
        return Condition("never", definition)
    if "*" in value:
        folded = value.casefold()
        return Condition("not_glob" if negated else "glob", definition, patterns=(folded,))
    wanted = split_words(value)
    if not wanted:
        return Condition("never", definition)
    return Condition("not_words" if negated else "words", definition, patterns=(wanted,))


def needed_value(item: Filter) -> str:
    if item.value is None:
        raise InvalidRequest(f"A filter with the operator {item.operator} must have a value")
    return item.value


def needed_values(item: Filter) -> tuple[str, ...]:
    if item.values is None:
        raise InvalidRequest(f"A filter with the operator {item.operator} must have values")
    check_count("values", len(item.values), MAX_VALUES)
    return item.values


def operand_of(definition: PropertyDefinition, text: str) -> SearchValue:
    """The folded form of an operand; raise when a number or an instant cannot be read."""
    folded = fold(definition, text.strip() if definition.type in ("number", "date", "datetime") else text)
    if folded is None and definition.type == "date":
        instant = PropertyDefinition("", "", "datetime", "date", "")
        folded = fold(instant, text.strip())
    if folded is None and definition.type in ("number", "date", "datetime"):
        raise InvalidRequest(f"{text} is not a valid value for the property {definition.name}")
    return "" if folded is None else folded


OPERATORS: Mapping[str, Callable[[Filter, PropertyDefinition], Condition]] = {
    "EQ": plan_equal,
    "NEQ": plan_equal,
    "LT": plan_order,
    "LTE": plan_order,
    "GT": plan_order,
    "GTE": plan_order,
    "BETWEEN": plan_between,
    "IN": plan_membership,
    "NOT_IN": plan_membership,
    "HAS_PROPERTY": plan_presence,
    "NOT_HAS_PROPERTY": plan_presence,
    "CONTAINS_TOKEN": plan_tokens,
    "NOT_CONTAINS_TOKEN": plan_tokens,
}


def search_document(properties: Mapping[str, str], definitions: Definitions) -> dict[str, SearchValue]:
    """What is stored for searching: folded values of everything that has no column of its own.

    A text whose words differ from its folded form also gets them, under a name that no property can have.
    """
    foldings = definitions.foldings
    document: dict[str, SearchValue] = {}
    for name, value in properties.items():
        if value == "":
            continue
        try:
            fold_value = foldings[name]
        except KeyError:
            fold_value = foldings[name] = stored_folding(name, definitions)
        if fold_value is fold_text:
            document[name], split = remembered_text(value) if len(value) <= LONG_TEXT else fold_text(value)
            if split is not None:
                document[words_key(name)] = split
        elif fold_value is not None and (folded := fold_value(value)) is not None:
            document[name] = folded
    return document


def stored_folding(name: str, definitions: Definitions) -> Callable[[str], Any] | None:
    """How the values of a property are folded for storing; None for those that are searched in another way."""
    definition = definitions.properties.get(name)
    if definition is None or name in definitions.object_type.hot_columns:
        return None
    return fold_text if definition.type in TEXT_TYPES else folding(definition)


def fold_text(value: str) -> tuple[str, str | None]:
    """A folded text, and its words if they are something else."""
    folded = value.casefold()
    if folded.isascii() and folded.isalnum():
        return folded, None
    split = split_words(folded)
    return folded, split if split != folded else None


remembered_text = lru_cache(maxsize=1024)(fold_text)
"""The same texts come back with every write to a record."""


def split_words(text: str) -> str:
    return " ".join(words(text))


def words_key(name: str) -> str:
    """Where the words of a text are kept; the blank keeps it apart from every property name."""
    return f"{name} words"
