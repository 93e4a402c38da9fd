"""The model of search: every record is looked at, one after another, in plain Python."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from tests.model.kinds import CREATED, MODIFIED, Rec, Refused
from tests.model.values import PROPS, Prop, comparable
from tests.model.world import World

SEARCHED = {
    "tickets": ("subject", "content", "hs_pipeline_stage", "hs_ticket_id"),
    "contacts": ("firstname", "lastname", "email"),
    "companies": ("name", "domain"),
    "notes": ("hs_note_body",),
}
EXTRA = {"hs_object_id": Prop("number"), "hs_is_closed": Prop("bool")}
OPERATORS = (
    *("EQ", "NEQ", "LT", "LTE", "GT", "GTE", "BETWEEN", "IN", "NOT_IN"),
    *("HAS_PROPERTY", "NOT_HAS_PROPERTY", "CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN"),
)


def prop_of(kind: str, name: str) -> Prop:
    if name in (CREATED[kind], MODIFIED[kind]):
        return Prop("datetime")
    found = PROPS[kind].get(name) or EXTRA.get(name)
    if found is None:
        raise Refused(400, "There was a problem with the request.", None)
    return found


def run_search(world: World, kind: str, body: Mapping[str, Any]) -> tuple[int, list[Rec]]:
    """(total, the asked page); raise for what is wrong with the query."""
    groups = [group["filters"] for group in body.get("filterGroups", ())]
    if body.get("filters"):
        groups.append(body["filters"])
    unknown = [item["operator"] for group in groups for item in group if item["operator"] not in OPERATORS]
    if unknown:
        raise Refused(400, None, None)
    limit, after = int(body.get("limit", 10)), int(body.get("after", 0))
    if limit > 200 or after + limit > 10_000 or len(groups) > 5 or any(len(group) > 6 for group in groups):
        raise Refused(400, None)
    for group in groups:
        for item in group:
            check_filter(kind, item)
    sorts = body.get("sorts", ())
    if sorts:
        prop_of(kind, sort_of(sorts[0])[0])
    found = [
        rec
        for rec in world.of_kind(kind)
        if (not any(groups) or any(group and all(holds(world, rec, item) for item in group) for group in groups))
        and asked(rec, body.get("query", ""))
    ]
    found.sort(key=lambda rec: (rec.created, rec.id))
    if sorts:
        found = ordered(found, *sort_of(sorts[0]))
    return len(found), found[after : after + limit]


def sort_of(sort: Any) -> tuple[str, bool]:
    if isinstance(sort, str):
        return sort.removeprefix("-"), sort.startswith("-")
    return sort["propertyName"], sort["direction"] == "DESCENDING"


def ordered(found: Sequence[Rec], name: str, descending: bool) -> list[Rec]:
    """By value, ties by id; records without a value come last."""
    by_id = sorted(found, key=lambda rec: rec.id)
    have = [rec for rec in by_id if rec.props.get(name)]
    have.sort(key=lambda rec: comparable(prop_of(rec.kind, name), rec.props[name]), reverse=descending)
    return [*have, *(rec for rec in by_id if not rec.props.get(name))]


def check_filter(kind: str, item: Mapping[str, Any]) -> None:
    """Raise for a filter that cannot be answered."""
    name, operator = item["propertyName"], item["operator"]
    if name.startswith("associations."):
        return
    prop = prop_of(kind, name)
    if operator in ("HAS_PROPERTY", "NOT_HAS_PROPERTY"):
        return
    operands = item.get("values") if operator in ("IN", "NOT_IN") else [item.get("value")]
    if operator == "BETWEEN":
        operands = [item.get("value"), item.get("highValue")]
    if operands is None or None in operands:
        raise Refused(400, None)
    if prop.kind in ("number", "date", "datetime", "pin") and "CONTAINS" not in operator:
        for operand in operands:
            if not readable(prop, str(operand)):
                raise Refused(400, None)


def readable(prop: Prop, text: str) -> bool:
    if prop.kind in ("number", "pin"):
        return re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", text) is not None
    return comparable(prop, text) is not None


def holds(world: World, rec: Rec, item: Mapping[str, Any]) -> bool:
    name, operator = item["propertyName"], item["operator"]
    if name.startswith("associations."):
        linked = {target for _, target in world.linked(rec, name.removeprefix("associations."))}
        if operator == "HAS_PROPERTY":
            return bool(linked)
        if operator == "NOT_HAS_PROPERTY":
            return not linked
        return int(item["value"]) in linked
    stored = rec.props.get(name) or ""
    if operator == "NOT_HAS_PROPERTY":
        return stored == ""
    if stored == "" or operator == "HAS_PROPERTY":
        return stored != ""
    return tested(prop_of(rec.kind, name), stored, operator, item)


def tested(prop: Prop, stored: str, operator: str, item: Mapping[str, Any]) -> bool:
    if "CONTAINS_TOKEN" in operator:
        if prop.kind in ("date", "datetime", "bool"):
            return False
        return contains(prop, stored, str(item["value"])) != operator.startswith("NOT")
    if operator in ("IN", "NOT_IN"):
        return member(prop, stored, [str(value) for value in item["values"]]) != operator.startswith("NOT")
    left, right = comparable(prop, stored), comparable(prop, str(item["value"]))
    if operator == "EQ":
        return bool(left == right)
    if operator == "NEQ":
        return bool(left != right)
    if prop.kind in ("select", "multi", "bool", "owner", "place"):
        return False
    if operator == "BETWEEN":
        return bool(right <= left <= comparable(prop, str(item["highValue"])))
    return bool({"LT": left < right, "LTE": left <= right, "GT": left > right, "GTE": left >= right}[operator])


def member(prop: Prop, stored: str, given: Sequence[str]) -> bool:
    """Given texts of string properties are not folded, stored ones are."""
    if prop.kind == "multi":
        return bool(set(stored.split(";")) & set(given))
    if prop.kind in ("text", "email"):
        return stored.casefold() in given
    return comparable(prop, stored) in [comparable(prop, text) for text in given]


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def contains(prop: Prop, stored: str, wanted: str) -> bool:
    if prop.kind == "multi":
        return wanted in stored.split(";")
    if "*" in wanted:
        pattern = wanted.casefold()
        return any(fnmatchcase(text, pattern) for text in (stored.casefold(), *words_of(stored)))
    sought, found = words_of(wanted), words_of(stored)
    return any(found[start : start + len(sought)] == sought for start in range(len(found))) if sought else False


def asked(rec: Rec, query: str) -> bool:
    texts = [rec.props.get(name, "").casefold() for name in SEARCHED[rec.kind]]
    return all(any(word in text for text in texts) for word in query.casefold().split())
