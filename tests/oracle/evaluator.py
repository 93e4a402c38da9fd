"""What a search has to find, told as naively as possible: every record is looked at, in plain Python.

Nothing of the server is used here. Instants are Unix milliseconds.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CJK_NAMES = ("CJK UNIFIED", "CJK COMPATIBILITY IDEOGRAPH", "HIRAGANA", "KATAKANA", "HALFWIDTH KATAKANA", "HANGUL SYL")
TEXTS = ("text", "phone")
BY_VALUE = ("number", "date", "datetime")
CHOICES = ("select", "multi", "flag")
SEARCHED = ("subject", "content", "hs_pipeline_stage", "hs_ticket_category", "hs_ticket_id")


class Refused(Exception):
    """The query cannot be answered: 400."""


@dataclass(frozen=True)
class Known:
    """One record: its values as stored, the ids of linked contacts, and when it was made."""

    id: int
    values: Mapping[str, str]
    created: int
    linked: frozenset[int] = field(default=frozenset())

    def value(self, name: str) -> str:
        return str(self.id) if name in ("hs_object_id", "hs_ticket_id") else self.values.get(name, "")


def millis(text: str) -> int:
    """An instant or a day in any of the forms that clients send; raise Refused for anything else."""
    text = text.strip()
    if text.lstrip("+-").isdigit() and text.isascii():
        return int(text)
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise Refused from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - EPOCH) // timedelta(milliseconds=1)


def decimal(text: str) -> Decimal:
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        raise Refused from None
    if "e" in text.lower() or not found.is_finite():
        raise Refused
    return found


def comparable(kind: str, text: str) -> Any:
    if kind == "number":
        return decimal(text)
    if kind in ("date", "datetime"):
        return millis(text)
    return text.casefold() if kind in TEXTS else text


def is_cjk(character: str) -> bool:
    return unicodedata.name(character, "").startswith(CJK_NAMES)


def words(text: str) -> list[str]:
    """Letters and digits that stand together; of CJK characters that stand together every two neighbours."""
    runs: list[tuple[bool, str]] = []
    together = False
    for character in text.casefold():
        if not character.isalnum():
            together = False
            continue
        cjk = is_cjk(character)
        if together and runs[-1][0] == cjk:
            runs[-1] = (cjk, runs[-1][1] + character)
        else:
            runs.append((cjk, character))
        together = True
    found = []
    for cjk, run in runs:
        found += [run[place : place + 2] for place in range(len(run) - 1)] if cjk and len(run) > 1 else [run]
    return found


def matches(pattern: str, text: str) -> bool:
    """`*` stands for any text, every other character for itself."""
    first, *rest = pattern.split("*")
    if not rest:
        return pattern == text
    *middle, last = rest
    if not text.startswith(first):
        return False
    text = text[len(first) :]
    for part in middle:
        place = text.find(part)
        if place < 0:
            return False
        text = text[place + len(part) :]
    return text.endswith(last)


def contains(kind: str, stored: str, wanted: str) -> bool | None:
    """Whether a value has these words; None when nothing can be said, which neither operator finds."""
    if kind == "multi":
        return wanted in stored.split(";")
    if kind in ("date", "datetime", "flag"):
        return None
    if kind == "select" and "*" not in wanted:
        return wanted == stored
    folded = stored.casefold()
    if "*" in wanted:
        candidates = [folded] if kind == "select" else [folded, *words(stored)]
        return any(matches(wanted.casefold(), candidate) for candidate in candidates)
    sought, present = words(wanted), words(stored)
    if not sought:
        return None
    return any(present[place : place + len(sought)] == sought for place in range(len(present)))


def is_one_of(kind: str, stored: str, given: Sequence[str]) -> bool:
    if kind == "multi":
        return any(option in given for option in stored.split(";"))
    if kind in TEXTS:
        # stored values are lowered, given ones are not
        return any(text == text.lower() and text.casefold() == stored.casefold() for text in given)
    return comparable(kind, stored) in [comparable(kind, text) for text in given]


def text_of(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def check(kinds: Mapping[str, str], item: Mapping[str, Any]) -> None:
    """Raise for a filter that cannot be answered, whatever there is to find."""
    name, operator = item["propertyName"], item["operator"]
    is_link = name.startswith("associations.")
    if name not in kinds and not is_link:
        raise Refused
    if is_link and operator not in ("EQ", "NEQ", "IN", "NOT_IN", "HAS_PROPERTY", "NOT_HAS_PROPERTY"):
        raise Refused
    if operator in ("HAS_PROPERTY", "NOT_HAS_PROPERTY"):
        return
    needed = ["values"] if operator in ("IN", "NOT_IN") else ["value"]
    needed += ["highValue"] if operator == "BETWEEN" else []
    if any(item.get(key) is None for key in needed):
        raise Refused
    if not is_link and kinds[name] in BY_VALUE and "CONTAINS" not in operator:
        for key in needed:
            for operand in item[key] if key == "values" else [item[key]]:
                comparable(kinds[name], text_of(operand))


def holds(kinds: Mapping[str, str], record: Known, item: Mapping[str, Any]) -> bool:
    """Whether one filter holds for one record."""
    name, operator = item["propertyName"], item["operator"]
    if name.startswith("associations."):
        return links_hold(record, operator, item)
    kind, stored = kinds[name], record.value(name)
    if operator == "NOT_HAS_PROPERTY":
        return stored == ""
    if stored == "" or operator == "HAS_PROPERTY":
        return stored != ""
    if operator in ("IN", "NOT_IN"):
        return is_one_of(kind, stored, [text_of(value) for value in item["values"]]) is (operator == "IN")
    wanted = text_of(item["value"])
    if "CONTAINS" in operator:
        return contains(kind, stored, wanted) is bool(operator == "CONTAINS_TOKEN")
    if operator in ("EQ", "NEQ"):
        return bool(comparable(kind, stored) == comparable(kind, wanted)) is bool(operator == "EQ")
    if kind in CHOICES:
        return False
    left, right = comparable(kind, stored), comparable(kind, wanted)
    if operator == "BETWEEN":
        return bool(right <= left <= comparable(kind, text_of(item["highValue"])))
    return bool({"LT": left < right, "LTE": left <= right, "GT": left > right, "GTE": left >= right}[operator])


def links_hold(record: Known, operator: str, item: Mapping[str, Any]) -> bool:
    if operator == "HAS_PROPERTY":
        return bool(record.linked)
    if operator == "NOT_HAS_PROPERTY":
        return not record.linked
    named = item["values"] if operator in ("IN", "NOT_IN") else [item["value"]]
    linked = any(text_of(one) == str(contact) for one in named for contact in record.linked)
    return bool(record.linked) and linked is (operator in ("EQ", "IN"))


def asked(record: Known, query: str) -> bool:
    texts = [record.value(name).casefold() for name in SEARCHED]
    return all(any(word in text for text in texts) for word in query.casefold().split())


def evaluate(kinds: Mapping[str, str], records: Sequence[Known], body: Mapping[str, Any]) -> tuple[int, list[int]]:
    """How many records match, and the ids of the asked page in order. Raise Refused for what cannot be answered."""
    groups = [group.get("filters", []) for group in body.get("filterGroups", ())]
    if body.get("filters"):
        groups.append(body["filters"])
    for group in groups:
        for item in group:
            check(kinds, item)
    groups = [group for group in groups if group]
    found = [
        record
        for record in records
        if (not groups or any(all(holds(kinds, record, item) for item in group) for group in groups))
        and asked(record, body.get("query") or "")
    ]
    ordered = in_order(kinds, found, body.get("sorts") or ())
    limit, after = int(body.get("limit", 10)), int(body.get("after", 0))
    return len(found), [record.id for record in ordered[after : after + limit]]


def in_order(kinds: Mapping[str, str], found: Sequence[Known], sorts: Sequence[Any]) -> list[Known]:
    """By the first sort alone; what has no value comes last, equal values in order of id."""
    by_id = sorted(found, key=lambda record: record.id)
    if not sorts:
        return sorted(by_id, key=lambda record: record.created)
    sort = sorts[0]
    if isinstance(sort, str):
        name, descending = sort.removeprefix("-"), sort.startswith("-")
    else:
        name, descending = sort["propertyName"], sort.get("direction") == "DESCENDING"
    if name not in kinds:
        raise Refused
    having = [record for record in by_id if record.value(name) != ""]
    having.sort(key=lambda record: comparable(kinds[name], record.value(name)), reverse=descending)
    return [*having, *(record for record in by_id if record.value(name) == "")]
