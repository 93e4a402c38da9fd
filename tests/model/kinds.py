"""What the model knows of kinds of records and of links, and the values it works with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.model.values import instant

KIND_IDS = {"tickets": "0-5", "contacts": "0-1", "companies": "0-2", "notes": "0-46"}
ERROR_NAMES = {"tickets": "TICKET", "contacts": "CONTACT", "companies": "COMPANY", "notes": "NOTE"}
CREATED = {"tickets": "createdate", "contacts": "createdate", "companies": "createdate", "notes": "hs_createdate"}
MODIFIED = {
    "tickets": "hs_lastmodifieddate",
    "contacts": "lastmodifieddate",
    "companies": "hs_lastmodifieddate",
    "notes": "hs_lastmodifieddate",
}
REQUIRED = {"tickets": ("hs_pipeline_stage",), "contacts": (), "companies": (), "notes": ("hs_timestamp",)}
MERGEABLE = ("tickets", "contacts", "companies")
PINNED = "hs_pinned_engagement_id"

# type id: from, to, id of the other direction, what the v3 calls say
TYPES = {
    ("tickets", 16): ("contacts", 15, "ticket_to_contact"),
    ("tickets", 26): ("companies", 25, "ticket_to_company"),
    ("tickets", 339): ("companies", 340, "ticket_to_company_unlabeled"),
    ("tickets", 227): ("notes", 228, "ticket_to_note"),
    ("tickets", 452): ("tickets", 452, "ticket_to_ticket"),
    ("contacts", 15): ("tickets", 16, "contact_to_ticket"),
    ("companies", 25): ("tickets", 26, "company_to_ticket"),
    ("companies", 340): ("tickets", 339, "company_to_ticket_unlabeled"),
    ("notes", 228): ("tickets", 227, "note_to_ticket"),
}
PLAIN = {26: 339, 25: 340}
PRIMARY = (26, 25)
ROLLED_UP = ("companies", "notes")

Link = tuple[str, int, str, int, int]


class Refused(Exception):
    """What the answer to a bad request must be. `problems` are (property, code) pairs."""

    def __init__(
        self,
        status: int,
        message: str | None,
        category: str | None = "VALIDATION_ERROR",
        problems: Sequence[tuple[str, str]] = (),
        context: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(status, message, problems)
        self.status = status
        self.message = message
        self.category = category
        self.problems = list(problems)
        self.context = dict(context or {})


@dataclass(frozen=True)
class Rec:
    """A record as the model keeps it; `past` holds (value, time, channel) newest first."""

    kind: str
    id: int
    props: Mapping[str, str]
    created: int
    updated: int
    archived: int | None = None
    merged: int | None = None
    past: Mapping[str, tuple[tuple[str, int, str], ...]] = field(default_factory=dict)

    @property
    def live(self) -> bool:
        return self.archived is None


NEW_TICKET = {
    "hs_is_visible_in_help_desk": "true",
    "hs_last_message_from_visitor": "false",
    "hs_num_associated_companies": "0",
    "hs_num_associated_conversations": "0",
    "hs_num_times_contacted": "0",
    "num_notes": "0",
}


def state_of(rec: Rec) -> str:
    return "live" if rec.live else "archived" if rec.merged is None else "merged"


def spent_open(props: Mapping[str, str]) -> str:
    """Milliseconds from creation to closing, never negative; empty while there is no closing date."""
    if not props.get("closed_date"):
        return ""
    return str(max(0, (instant(props["closed_date"]) or 0) - (instant(props["createdate"]) or 0)))


def fold_unique(name: str, value: str) -> str:
    return value.strip().lower() if name == "email" else value


def stage_key(stage: str) -> str:
    return "".join(char if char.isalnum() else "_" for char in stage.lower())
