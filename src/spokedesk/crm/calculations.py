"""Calculated properties of an object type: the order in which they follow, and their values for a record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from spokedesk.crm.formulas import Formula, FormulaError, check_output, parse_formula, result_of
from spokedesk.crm.properties import PropertyDefinition


@dataclass(frozen=True, slots=True)
class Calculation:
    """One calculated property. `sources` are the names under which what it follows from is stored; `twins` leads to
    them from names in the formula that are another name of the same value.
    """

    name: str
    formula: Formula
    sources: frozenset[str]
    twins: Mapping[str, str]
    options: frozenset[str] | None = None

    def value(self, values: Mapping[str, str]) -> str:
        """The text to store; "" when it cannot be worked out or is none of the options."""
        if self.twins:
            values = {**values, **{name: values.get(stored, "") for name, stored in self.twins.items()}}
        found = result_of(self.formula, values)
        return found if self.options is None or found in self.options else ""


def ordered_calculations(
    properties: Mapping[str, PropertyDefinition], stored_name: Callable[[str], str]
) -> tuple[Calculation, ...]:
    """The formulas of a type, each behind those that it follows from. One that can no longer be read, or that
    follows from itself, is left out: its values stay as they are.
    """
    known = {name: item for name, item in properties.items() if item.calculation_formula is not None}
    found: dict[str, Calculation] = {}
    for name in known:
        place(name, known, found, stored_name, ())
    return tuple(found.values())


def place(
    name: str,
    known: Mapping[str, PropertyDefinition],
    found: dict[str, Calculation],
    stored_name: Callable[[str], str],
    above: tuple[str, ...],
) -> None:
    """Put a formula behind its sources. `above` are the ones that wait for it."""
    if name in found or name in above:
        return
    definition = known[name]
    try:
        formula = parse_formula(definition.calculation_formula or "")
        check_output(formula, definition.type)
    except FormulaError:
        return
    for source in formula.names:
        if source in known:
            place(source, known, found, stored_name, (*above, name))
    options = frozenset(option.value for option in definition.options) if definition.type == "enumeration" else None
    stored = {source: stored_name(source) for source in formula.names}
    twins = {source: other for source, other in stored.items() if source != other}
    found[name] = Calculation(name, formula, frozenset(stored.values()), twins, options or None)


def find_cycle(name: str, formula: Formula, properties: Mapping[str, PropertyDefinition]) -> list[str] | None:
    """How a property would follow from itself, as the names on the way; None when it does not."""
    waiting: list[list[str]] = [[name, source] for source in formula.names]
    seen: set[str] = set()
    while waiting:
        path = waiting.pop()
        if path[-1] == name:
            return path
        definition = properties.get(path[-1])
        if path[-1] in seen or definition is None or definition.calculation_formula is None:
            continue
        seen.add(path[-1])
        try:
            further = parse_formula(definition.calculation_formula).names
        except FormulaError:
            continue
        waiting += [[*path, source] for source in further]
    return None


def calculated_values(
    calculations: Iterable[Calculation], values: Mapping[str, str], touched: Iterable[str] | None = None
) -> dict[str, str]:
    """What calculations give for a record that differs from what it holds. Only those are worked out that follow,
    directly or not, from a property in `touched`; None means all.
    """
    after, changed = dict(values), None if touched is None else set(touched)
    found: dict[str, str] = {}
    for calculation in calculations:
        if changed is not None and changed.isdisjoint(calculation.sources):
            continue
        value = calculation.value(after)
        if value != after.get(calculation.name, ""):
            found[calculation.name] = after[calculation.name] = value
            if changed is not None:
                changed.add(calculation.name)
    return found
