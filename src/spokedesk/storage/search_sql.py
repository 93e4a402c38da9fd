"""SearchPlan to SQL: the only module that composes statements, and only from the closed tables below.

Values are always bound. A property name reaches the text through `sql_name` alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from spokedesk.crm.properties import PropertyDefinition
from spokedesk.crm.property_values import TEXT_TYPES, SearchValue
from spokedesk.crm.records import Record
from spokedesk.crm.search import AssociationCondition, Condition, SearchPlan, words_key
from spokedesk.storage.database import Transaction
from spokedesk.storage.dialect import Dialect
from spokedesk.storage.records import COLUMNS, record_of

SAFE_NAME = re.compile(r"[a-z][a-z0-9_]{0,99}(?: words)?")
NUMERIC = ("number", "date", "datetime")
UNLIKE_JSON = re.compile(r'["\\\x00-\x1f\x7f]')

# {x} is the expression of the property, {a} and {b} are the places of the operands
COMPARISONS = {
    "eq": "{x} = {a}",
    "neq": "{x} <> {a}",
    "lt": "{x} < {a}",
    "lte": "{x} <= {a}",
    "gt": "{x} > {a}",
    "gte": "{x} >= {a}",
    "between": "{x} BETWEEN {a} AND {b}",
    "has": "{x} IS NOT NULL",
    "not_has": "{x} IS NULL",
}
LINKED = """
    SELECT association.from_id FROM association JOIN record AS target
      ON target.account_id = association.account_id AND target.object_type = association.to_type
     AND target.id = association.to_id AND target.archived_at IS NULL
    WHERE association.account_id = :account_id AND association.from_type = :object_type
      AND association.to_type = {to_type}{ids}"""
LINKS = {
    "in": "id IN ({linked})",
    "not_in": "id IN ({any}) AND id NOT IN ({linked})",
    "has": "id IN ({any})",
    "not_has": "id NOT IN ({any})",
}


class Statement:
    """The growing WHERE clause and its parameters."""

    def __init__(self, object_type: str, hot: Mapping[str, str], dialect: Dialect) -> None:
        self.hot = hot
        self.dialect = dialect
        self.params: dict[str, Any] = {"object_type": object_type}

    def place(self, value: Any) -> str:
        """A parameter for one value; letters only, so that it can also stand in a list test."""
        name = "p" + "".join(chr(ord("a") + int(digit)) for digit in str(len(self.params)))
        self.params[name] = value
        return f":{name}"

    def operand(self, definition: PropertyDefinition, value: SearchValue) -> str:
        """The place of one operand; a fraction is no value of an integer column, so both are compared as numbers."""
        place = self.place(value)
        is_column = (definition.stored_as or definition.name) in self.hot
        return f"CAST({place} AS NUMERIC)" if is_column and isinstance(value, float) else place

    def value(self, definition: PropertyDefinition) -> str:
        """The expression of a property: its own column, or the folded value in the search document."""
        name = definition.stored_as or definition.name
        column = self.hot.get(name)
        if column is not None:
            return column
        if definition.is_multiple:
            return f"NULLIF(properties ->> {sql_name(name)}, ''){self.dialect.by_code_point}"
        if definition.type in NUMERIC:
            return self.dialect.number.format(document="search_values", name=sql_name(name))
        return f"(search_values ->> {sql_name(name)}){self.dialect.by_code_point}"

    def words(self, definition: PropertyDefinition) -> str:
        """The space-separated words of a text."""
        name = definition.stored_as or definition.name
        text = f"COALESCE(search_values ->> {sql_name(words_key(name))}, search_values ->> {sql_name(name)})"
        column = self.hot.get(name)
        if column is not None:
            return f"lower(CAST({column} AS TEXT))"
        # the sign and the point of a number are no part of its words, as in any text
        return f"replace(replace({text}, '-', ' '), '.', ' ')" if definition.type == "number" else text

    def condition(self, condition: Condition) -> str:
        definition, test = condition.definition, condition.test
        if test == "never":
            return "1 = 0"
        if test in COMPARISONS:
            places = [self.operand(definition, operand) for operand in condition.operands]
            first, second = (*places, "", "")[:2]
            return COMPARISONS[test].format(x=self.value(definition), a=first, b=second)
        if test in ("in", "not_in"):
            return self.membership(definition, condition.operands, negated=test == "not_in")
        negated = test.startswith("not_")
        found = (self.adjacent if test.endswith("words") else self.glob)(definition, condition.patterns[0])
        return f"({self.value(definition)} IS NOT NULL AND NOT ({found}))" if negated else f"({found})"

    def membership(self, definition: PropertyDefinition, operands: Sequence[SearchValue], *, negated: bool) -> str:
        if (definition.stored_as or definition.name) in self.hot:
            operands = [operand for operand in operands if not isinstance(operand, float)]
        given = self.place(list(operands))
        found = f"{self.value(definition)} = EACH({given})"
        if definition.is_multiple:
            chosen = f"search_values -> {sql_name(definition.name)}"
            elements = self.dialect.elements.format(chosen)
            found = f"EXISTS (SELECT 1 FROM {elements} AS chosen WHERE chosen.element = EACH({given}))"
        return f"({self.value(definition)} IS NOT NULL AND NOT ({found}))" if negated else found

    def adjacent(self, definition: PropertyDefinition, wanted: str) -> str:
        place = self.place(f"% {wanted} %")
        return f"' ' || {self.words(definition)} || ' ' LIKE {place}"

    def glob(self, definition: PropertyDefinition, pattern: str) -> str:
        """`*` stands for any text; everything else is literal. LIKE takes linear time where a regex would not.

        Options are matched as a whole: unlike words they may contain any character.
        """
        place = self.place(like_pattern(pattern))
        whole = f"lower(CAST({self.value(definition)} AS TEXT)) LIKE {place} ESCAPE '\\'"
        if definition.type == "enumeration":
            return whole
        words = self.dialect.words.format(self.words(definition))
        return f"{whole} OR EXISTS (SELECT 1 FROM {words} AS part WHERE part.word LIKE {place} ESCAPE '\\')"

    def association(self, condition: AssociationCondition) -> str:
        to_type = self.place(condition.to_type)
        linked = LINKED.format(to_type=to_type, ids="")
        named = linked
        if condition.test in ("in", "not_in"):
            ids = self.place(list(condition.ids))
            named = LINKED.format(to_type=to_type, ids=f" AND association.to_id = EACH({ids})")
        return LINKS[condition.test].format(linked=named, any=linked)

    def query_word(self, word: str, searched: Sequence[PropertyDefinition]) -> str:
        """The word stands anywhere in one of the properties. Where that helps, only documents in which it stands at all
        are looked into; one that JSON writes in another way is looked for in every document.
        """
        place = self.place(f"%{escape_like(word)}%")
        inside: list[str] = []
        others: list[str] = []
        for item in searched:
            is_inside = item.type in TEXT_TYPES and (item.stored_as or item.name) not in self.hot
            test = f"lower(CAST({self.value(item)} AS TEXT)) LIKE {place} ESCAPE '\\'"
            (inside if is_inside else others).append(test)
        if inside:
            found = f"({' OR '.join(inside)})"
            plain = not UNLIKE_JSON.search(word)
            mentioned = self.dialect.mentions.format(document="search_values", pattern=place) if plain else ""
            others.append(f"({mentioned}{found})")
        return f"({' OR '.join(others)})" if others else "1 = 0"

    def where(self, plan: SearchPlan) -> str:
        clauses = ["account_id = :account_id", "object_type = :object_type", "archived_at IS NULL"]
        groups = [self.group(group) for group in plan.groups if group]
        if groups:
            clauses.append(f"({' OR '.join(groups)})")
        clauses.extend(self.query_word(word, plan.searched) for word in plan.query_words)
        return "\n  AND ".join(clauses)

    def group(self, group: Sequence[Condition | AssociationCondition]) -> str:
        parts = [
            self.association(item) if isinstance(item, AssociationCondition) else self.condition(item) for item in group
        ]
        return f"({' AND '.join(parts)})"

    def order(self, plan: SearchPlan) -> str:
        """Records without a value come last; equal ones in order of id."""
        if plan.sort is None:
            return "created_at, id"
        expression = self.value(plan.sort)
        direction = "DESC" if plan.descending else "ASC"
        if expression in ("id", "created_at", "updated_at"):
            return f"{expression} {direction}, id"
        return f"{expression} {direction} NULLS LAST, id"


def sql_name(name: str) -> str:
    """A property name as a literal, so that an expression index can serve it; anything unusual is refused."""
    if not SAFE_NAME.fullmatch(name):
        raise ValueError(f"not a property name: {name!r}")
    return f"'{name}'"


def escape_like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def like_pattern(glob: str) -> str:
    """`*` becomes `%`, several in a row one; every other character stands for itself."""
    return "%".join(escape_like(part) for part in re.split(r"\*+", glob))


async def find_matching(
    tx: Transaction, object_type: str, hot: Mapping[str, str], plan: SearchPlan
) -> tuple[int, list[Record]]:
    """How many live records match in all, and the asked page of them. A page that is not full tells how many there are,
    so that a search that finds little goes through the records once.
    """
    page = await list_matching(tx, object_type, hot, replace(plan, limit=plan.limit + 1)) if plan.limit else []
    if 0 < len(page) <= plan.limit or (plan.limit and not page and plan.offset == 0):
        return plan.offset + len(page), page
    return await count_matching(tx, object_type, hot, plan), page[: plan.limit]


async def count_matching(tx: Transaction, object_type: str, hot: Mapping[str, str], plan: SearchPlan) -> int:
    """How many live records match."""
    statement = Statement(object_type, hot, tx.dialect)
    row = await tx.row(f"SELECT COUNT(*) FROM record WHERE {statement.where(plan)}", **statement.params)
    return int(row[0]) if row else 0


async def list_matching(tx: Transaction, object_type: str, hot: Mapping[str, str], plan: SearchPlan) -> list[Record]:
    """The asked page of the live records that match; looking ends when it is full."""
    statement = Statement(object_type, hot, tx.dialect)
    where, order = statement.where(plan), statement.order(plan)
    rows = await tx.rows(
        f"SELECT {COLUMNS} FROM record WHERE {where} ORDER BY {order} LIMIT :limit OFFSET :offset",
        **statement.params,
        limit=plan.limit,
        offset=plan.offset,
    )
    return [record_of(row) for row in rows]
