"""How often each operation ended in which way, so that a run can show that it tried everything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from tests.support.api import Answer

SENTENCES = {
    "Error creating": "required missing",
    "One or more associations are invalid": "links invalid",
    "Cannot set PropertyValueCoordinates": "unique value taken",
    "Contact already exists": "contact exists",
    "Duplicate IDs": "duplicate ids",
    "Duplicate objectWriteTraceIds": "duplicate trace ids",
    "Unable to perform update/upsert by non-unique": "not unique",
    "No properties found to update": "nothing to update",
    "resource not found": "no such record",
    "Object not found.  objectId": "not numeric",
    "There was a problem": "unknown property",
    "Engagement": "pin not associated",
    "Records of type": "not mergeable",
    "A record cannot be merged": "merge with itself",
    "The records have been merged": "merged already",
    "There are too many": "too many",
    "Could not get some": "some missing",
    "Invalid input JSON on line": "not as expected",
}


class Tally:
    """Counts of (operation, outcome), and of the steps that were really taken."""

    def __init__(self) -> None:
        self.steps = 0
        self.calls = 0
        self.counts: Counter[tuple[str, str]] = Counter()

    def note(self, operation: str, answer: Answer) -> None:
        self.calls += 1
        for outcome in outcomes_of(answer):
            self.counts[(operation, outcome)] += 1

    def table(self) -> str:
        lines = [f"{'operation':14} {'outcome':34} {'times':>8}"]
        lines += [
            f"{operation:14} {outcome:34} {count:8}" for (operation, outcome), count in sorted(self.counts.items())
        ]
        totals = [f"{'steps':49} {self.steps:8}", f"{'compared calls':49} {self.calls:8}"]
        return "\n".join([*lines, *totals])

    def missing(self, wanted: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        return [pair for pair in wanted if not self.counts[pair]]


def outcomes_of(answer: Answer) -> list[str]:
    """The status, and for each error what kind it is."""
    if answer.status == 207:
        return ["207", *sorted({f"207 {kind_of(error)}" for error in answer.json["errors"]})]
    if answer.status < 300:
        return [str(answer.status)]
    return sorted(
        {f"{answer.status} {code}" for code in codes_of(answer.json)} or {f"{answer.status} {kind_of(answer.json)}"}
    )


def codes_of(body: Any) -> list[str]:
    return [detail["code"] for detail in body.get("errors", ()) if "code" in detail]


def kind_of(body: Any) -> str:
    codes = codes_of(body)
    if codes:
        return str(codes[0])
    found = next((name for text, name in SENTENCES.items() if body["message"].startswith(text)), None)
    return found or "other"
