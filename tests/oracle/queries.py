"""Random searches, driven so that every operator meets every type of property, with and without anything to find."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from tests.oracle.account import KINDS, LINKS, WORDS, Searched, some_value, spellings
from tests.oracle.evaluator import Refused, check, holds

OPERATORS = (
    *("EQ", "NEQ", "LT", "LTE", "GT", "GTE", "BETWEEN", "IN", "NOT_IN"),
    *("HAS_PROPERTY", "NOT_HAS_PROPERTY", "CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN"),
)
LINK_OPERATORS = ("EQ", "NEQ", "IN", "NOT_IN", "HAS_PROPERTY", "NOT_HAS_PROPERTY")
TYPES = ("text", "phone", "number", "date", "datetime", "select", "multi", "flag")
RANGES = ("LT", "LTE", "GT", "GTE", "BETWEEN")
TOKENS = ("CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN")
Cell = tuple[str, str, bool]

# what can never be found, and what is always found
IMPOSSIBLE = {
    *((operator, kind, True) for operator in RANGES for kind in ("select", "multi", "flag")),
    *((operator, kind, True) for operator in TOKENS for kind in ("date", "datetime", "flag")),
}
CELLS: tuple[Cell, ...] = tuple(
    cell
    for kind in TYPES
    for operator in OPERATORS
    for cell in ((operator, kind, True), (operator, kind, False))
    if cell not in IMPOSSIBLE
) + tuple(
    (operator, "link", hit)
    for operator in LINK_OPERATORS
    for hit in (True, False)
    # some are linked and some are not, so these find something whatever is asked
    if hit or operator not in ("NEQ", "HAS_PROPERTY", "NOT_HAS_PROPERTY")
)


class Generator:
    """Searches from a seed. The first filter of each belongs to a cell given by its number."""

    def __init__(self, searched: Searched, seed: int) -> None:
        self.searched = searched
        self.random = random.Random(seed)

    def cell_of(self, item: dict[str, Any]) -> Cell:
        """Where a filter is counted."""
        kind = "link" if item["propertyName"] == LINKS else KINDS[item["propertyName"]]
        hit = any(holds(KINDS, record, item) for record in self.searched.records)
        return item["operator"], kind, hit

    def filter_of(self, cell: Cell) -> dict[str, Any]:
        """A filter of this cell; one of its neighbour if fifty tries do not give any."""
        operator, kind, hit = cell
        for _ in range(50):
            item = self.link(operator) if kind == "link" else self.filter(operator, kind)
            try:
                check(KINDS, item)
                if self.cell_of(item)[2] == hit:
                    break
            except Refused:
                continue
        return item

    def link(self, operator: str) -> dict[str, Any]:
        ids = [str(contact) for contact in (*self.searched.contacts, 999_999)]
        item: dict[str, Any] = {"propertyName": LINKS, "operator": operator}
        if operator in ("EQ", "NEQ"):
            item["value"] = self.random.choice(ids)
        elif operator in ("IN", "NOT_IN"):
            item["values"] = self.random.sample(ids, self.random.randint(1, len(ids)))
        return item

    def filter(self, operator: str, kind: str) -> dict[str, Any]:
        name = self.random.choice([name for name, known in KINDS.items() if known == kind])
        item: dict[str, Any] = {"propertyName": name, "operator": operator}
        if operator in ("IN", "NOT_IN"):
            everything = self.random.random() < 0.2
            values = self.all_values(name) if everything else [self.operand(name, kind) for _ in range(3)]
            item["values"] = values[: self.random.randint(1, 3)] if not everything else values
        elif operator in TOKENS:
            item["value"] = self.token(name, kind)
        elif operator not in ("HAS_PROPERTY", "NOT_HAS_PROPERTY"):
            item["value"] = self.operand(name, kind)
        if operator == "BETWEEN":
            item["highValue"] = self.operand(name, kind)
        return item

    def stored(self, name: str, kind: str) -> str:
        """A value that some record has; any value of the type when none has one."""
        values = [value for record in self.searched.records if (value := record.value(name))]
        return self.random.choice(values) if values else some_value(kind, self.random)

    def all_values(self, name: str) -> list[str]:
        return sorted(
            {
                value.lower() if KINDS[name] in ("text", "phone") else value
                for record in self.searched.records
                if (value := record.value(name))
            }
        ) or ["x"]

    def operand(self, name: str, kind: str) -> Any:
        """Mostly a value that is there, in another spelling; sometimes one at the end of everything, or of nothing."""
        chance = self.random.random()
        if chance < 0.6:
            return spellings(kind, self.stored(name, kind), self.random)
        if chance < 0.8:
            return spellings(kind, some_value(kind, self.random), self.random)
        extremes: dict[str, tuple[Any, ...]] = {
            "number": ("-99999999", "99999999999999999", 5, -7.75),
            "date": ("1900-01-01", "2099-01-01", "2026-01-01T13:00:00+02:00"),
            "datetime": ("1900-01-01", "2099-01-01T00:00:00Z", "2026-01-01T02:00:00+02:00"),
            "flag": ("true", "false", True, False, "TRUE", "1"),
        }
        return self.random.choice(extremes.get(kind, ("", "\u0001", "zzzz", "\U0010ffff", "RED", "red;Red", "x*y")))

    def token(self, name: str, kind: str) -> str:
        """A word, some words, or a pattern of what is stored."""
        text = self.stored(name, kind) if self.random.random() < 0.8 else self.random.choice(WORDS)
        if kind == "multi" and self.random.random() < 0.5:
            return self.random.choice(text.split(";"))
        start = self.random.randrange(len(text) or 1)
        piece = text[start : start + self.random.randint(1, 8)]
        shapes = (text, text.upper(), piece, f"{piece}*", f"*{piece}", f"*{piece}*", f"{text[:2]}*{text[-2:]}", "*", "")
        return self.random.choice((*shapes, self.random.choice(text.split() or [text])))

    def sort(self) -> Any:
        name = self.random.choice(list(KINDS))
        descending = self.random.random() < 0.5
        if self.random.random() < 0.5:
            return f"-{name}" if descending else name
        return {"propertyName": name, "direction": "DESCENDING" if descending else "ASCENDING"}

    def query_text(self) -> str:
        record = self.random.choice(self.searched.records)
        text = record.value(self.random.choice(("subject", "content", "hs_ticket_id", "hs_ticket_category"))) or "x"
        start = self.random.randrange(len(text))
        pieces = [text[start : start + self.random.randint(1, 12)]]
        if self.random.random() < 0.3:
            pieces.append(self.random.choice(WORDS))
        joined = " ".join(pieces)
        return joined.upper() if self.random.random() < 0.3 else joined

    def search(self, number: int) -> dict[str, Any]:
        """The search with this number; half of them are one filter alone, so that no other can hide its mistakes."""
        body: dict[str, Any] = {"limit": 200, "properties": ["hs_object_id"]}
        filters = [self.filter_of(CELLS[number % len(CELLS)])]
        if self.random.random() < 0.5:
            body["filterGroups"] = [{"filters": filters}]
        else:
            groups: list[Sequence[Any]] = [filters]
            for _ in range(self.random.randint(0, 5)):
                if self.random.random() < 0.4 and len(groups) < 4:
                    groups.append([])
                if len(groups[-1]) < 6:
                    groups[-1] = [*groups[-1], self.filter_of(self.random.choice(CELLS))]
            body["filterGroups"] = [{"filters": group} for group in groups]
            if self.random.random() < 0.2:
                body["filters"] = [self.filter_of(self.random.choice(CELLS))]
        if self.random.random() < 0.2:
            body["query"] = self.query_text()
        if self.random.random() < 0.5:
            body["sorts"] = [self.sort()]
        if self.random.random() < 0.4:
            body["limit"] = self.random.choice((0, 1, 7, "20", 200))
            body["after"] = self.random.choice((0, 1, "5", 30, "170"))
        if self.random.random() < 0.02:
            self.spoil(body)
        return body

    def spoil(self, body: dict[str, Any]) -> None:
        """Make a search one that cannot be answered."""
        item = body["filterGroups"][0]["filters"][0]
        kind = self.random.choice(("operand", "property", "sort", "missing"))
        if kind == "operand":
            item.update(
                propertyName="o_number_some", operator="EQ", value=self.random.choice(("", "ten", "1,5", "1e3"))
            )
        elif kind == "property":
            item["propertyName"] = "no_such_property"
        elif kind == "sort":
            body["sorts"] = ["no_such_property"]
        else:
            item.update(operator="IN", values=None)
