"""What the model knows of property values: which there are, what becomes of a raw one, which a test may send.

Written from the reference alone: nothing here is shared with the server.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = 86_400_000
FAR = 365_250 * DAY

OWNERS = ("101", "102")
PIPELINES = {"0": ("1", "2", "3", "4"), "support": ("first", "Wait-9", "done")}
CLOSED = ("4", "done")


@dataclass(frozen=True)
class Prop:
    """`kind` is one of text, number, date, datetime, bool, select, multi, owner, email, pin, place. An administrator
    wants numbers up to `largest`, and none of the characters `without`.
    """

    kind: str
    options: tuple[str, ...] = ()
    largest: int | None = None
    without: str = ""


PROPS: dict[str, dict[str, Prop]] = {
    "tickets": {
        "subject": Prop("text"),
        "content": Prop("text", without="<>"),
        "ext_id": Prop("text"),
        "code": Prop("text"),
        "weight": Prop("number", largest=100),
        "due": Prop("date"),
        "seen_at": Prop("datetime"),
        "createdate": Prop("datetime"),
        "closed_date": Prop("datetime"),
        "flag": Prop("bool"),
        "color": Prop("select", ("red", "Green")),
        "tags": Prop("multi", ("a", "b", "c")),
        "hs_ticket_priority": Prop("select", ("LOW", "MEDIUM", "HIGH", "URGENT")),
        "hubspot_owner_id": Prop("owner"),
        "hs_pinned_engagement_id": Prop("pin"),
        "hs_pipeline": Prop("place"),
        "hs_pipeline_stage": Prop("place"),
    },
    "contacts": {"email": Prop("email"), "firstname": Prop("text"), "lastname": Prop("text")},
    "companies": {"name": Prop("text"), "domain": Prop("text")},
    "notes": {"hs_note_body": Prop("text"), "hs_timestamp": Prop("datetime")},
}
UNIQUE = {"tickets": ("code", "ext_id"), "contacts": ("email",), "companies": (), "notes": ()}
READ_ONLY = {
    "tickets": ("hs_object_id", "load", "time_to_close", "num_notes", "hs_is_closed"),
    "contacts": ("lastmodifieddate",),
    "companies": ("hs_object_id",),
    "notes": ("hs_createdate",),
}


@dataclass(frozen=True)
class Bad:
    """A value that is refused with this code."""

    code: str


def iso(at: int) -> str:
    text = (EPOCH + timedelta(milliseconds=at)).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{at % 1000:03d}Z" if at % 1000 else f"{text}Z"


def instant(text: str) -> int | None:
    if re.fullmatch(r"-?\d{1,18}", text):
        return int(text)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    return (found - EPOCH) // timedelta(milliseconds=1)


def day(text: str) -> int | None:
    try:
        return (date.fromisoformat(text) - EPOCH.date()).days * DAY
    except ValueError:
        return None


def as_text(raw: Any) -> str | None:
    """How a JSON value is taken: numbers and truth values become texts."""
    if raw is None or isinstance(raw, str):
        return raw
    return str(raw).lower() if isinstance(raw, bool) else str(raw)


def check(prop: Prop, text: str, before: str, now: int) -> str | Bad:
    """The text to store, or why not."""
    if text == "":
        return ""
    if prop.kind not in ("text", "email", "place") and text != text.strip():
        return Bad("LEADING_TRAILING_WHITESPACE")
    if prop.kind == "text":
        if set(prop.without) & set(text):
            return Bad("INVALID_REGEX")
        return text if len(text) <= 65_536 else Bad("INVALID_STRING_LENGTH")
    if prop.kind == "email":
        return text.lower() if re.fullmatch(r"[\w.]+@\w+\.\w+", text) else Bad("INVALID_EMAIL")
    if prop.kind == "number":
        if not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", text):
            return Bad("INVALID_INTEGER")
        return Bad("INVALID_MAX_NUMBER") if prop.largest is not None and Decimal(text) > prop.largest else text
    if prop.kind == "pin":
        return text if re.fullmatch(r"\d{1,18}", text) else Bad("INVALID_INTEGER")
    if prop.kind == "owner":
        whole = re.fullmatch(r"-?\d+", text)
        if not whole or abs(int(text)) >= 2**31:
            return Bad("INVALID_INTEGER")
        return text if text in OWNERS else Bad("INVALID_OWNER_ID")
    if prop.kind == "bool":
        return text.lower() if text.lower() in ("true", "false") else Bad("INVALID_OPTION")
    if prop.kind == "select":
        return text if text in prop.options else Bad("INVALID_OPTION")
    if prop.kind == "multi":
        return check_multi(prop, text, before)
    return check_time(prop, text, now)


LOAD = "if is_present(weight) then 2weight + num_notes else 0 - num_notes"


def load_of(props: Mapping[str, str]) -> str:
    """What `LOAD` gives for a ticket, worked out another way."""
    notes, weight = int(props["num_notes"]), props.get("weight")
    found = 2 * Decimal(weight) + notes if weight else Decimal(-notes)
    text = format(abs(found) if found == 0 else found, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def check_multi(prop: Prop, text: str, before: str) -> str | Bad:
    chosen = text.split(";")
    if text.startswith(";"):
        chosen = [*(before.split(";") if before else ()), *chosen[1:]]
    unknown = [value for value in chosen if value not in prop.options]
    return Bad("INVALID_OPTION") if unknown else ";".join(dict.fromkeys(chosen))


def check_time(prop: Prop, text: str, now: int) -> str | Bad:
    if prop.kind == "datetime":
        at = instant(text)
        if at is None:
            return Bad("INVALID_LONG")
        return iso(at) if abs(at - now) <= FAR else Bad("INVALID_DATE")
    at = int(text) if re.fullmatch(r"-?\d{9,18}", text) else day(text)
    if at is None or abs(at - now) > FAR or at % DAY:
        return Bad("INVALID_DATE")
    return iso(at)[:10]


def comparable(prop: Prop, text: str) -> Any:
    """A stored or given value in the form in which search compares and sorts it."""
    if prop.kind in ("number", "pin"):
        return Decimal(text)
    if prop.kind == "datetime":
        return instant(text)
    if prop.kind == "date":
        found = day(text)
        return instant(text) if found is None else found
    return text.casefold() if prop.kind in ("text", "email") else text


TICKET_VALUES: list[tuple[str, Any]] = [
    *[("subject", text) for text in ("Printer on fire", "printer jam", "Reset password", "x_y-z", "", "Ünïcode ß")],
    *[("content", text) for text in ("The printer is on fire", "fire-wall", "a  b", "", "<b>", "<b>")],
    *[("ext_id", text) for text in ("A", "B", "C", "A", "B", "D", "a", "")],
    *[("code", text) for text in ("1", "2", "1", "3", 4, "")],
    *[("weight", raw) for raw in (5, 2.5, "17", "17.0", "-3", "+4", "007", "", "1e5", "1,000", "abc", "100.01", 1000)],
    *[("weight", " 5")] * 3,
    *[
        ("due", raw)
        for raw in ("2026-10-01", "1790812800000", "2025-02-28", "2026-02-30", "1790812800001", "3100-01-01")
    ],
    *[("seen_at", raw) for raw in ("2026-10-01T12:00:00Z", "2026-10-01T14:00:00.250+02:00", 1790812800000, "", "soon")],
    *[("seen_at", raw) for raw in ("2026-10-01", "99999999999999")],
    *[("createdate", raw) for raw in ("2026-01-02T03:04:05Z", "1780000000000", "2025-06-01T00:00:00.5Z", "yesterday")],
    *[("closed_date", raw) for raw in ("2026-09-30T00:00:00Z", 1795000000000, "", "never")],
    *[("flag", raw) for raw in (True, False, "TRUE", "", "yes")],
    *[("color", raw) for raw in ("red", "Green", "", "green")],
    *[("tags", raw) for raw in ("a", "b;c", ";c", "a;a;b", ";a;b", "", "a;z", "a; b")],
    *[("hs_ticket_priority", raw) for raw in ("LOW", "HIGH", "URGENT", "", "high")],
    *[("hubspot_owner_id", raw) for raw in ("101", 102, "", "103", "29947847357121", "me")],
    ("subject", None),
    ("weight", None),
    *[("subject", "y" * 65_537)] * 3,
    *[("nonsense", "1")] * 3,
    *[("hubspot_owner_id", "103")] * 3,
    ("email", "ann@example.com"),
    ("Subject", "1"),
    ("time_to_close", "1"),
    ("load", "1"),
    ("num_notes", 1),
    ("hs_object_id", "7"),
]
CONTACT_VALUES: list[tuple[str, Any]] = [
    *[
        ("email", text)
        for text in ("ann@example.com", "Ann@Example.com", "bob@example.com", "cy@example.org", "", "nope")
    ],
    *[("firstname", text) for text in ("Ann", "Bob", "ann", "")],
    ("email", "ann@example.com"),
    *[("lastname", text) for text in ("O'Hara", "Lee", None)],
    ("lastmodifieddate", "1"),
]
COMPANY_VALUES: list[tuple[str, Any]] = [
    *[("domain", text) for text in ("a.example", "b.example", "", None)],
    *[("name", text) for text in ("Acme", "Umbrella", "")],
]
NOTE_VALUES: list[tuple[str, Any]] = [
    *[("hs_note_body", text) for text in ("called", "wrote", "")],
    *[("hs_timestamp", raw) for raw in ("2026-09-01T00:00:00Z", 1791000000000, "1792000000123", "later")],
]


def mostly_good(kind: str, pairs: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """The pairs with the acceptable ones twice."""
    good = [
        (name, raw)
        for name, raw in pairs
        if name in PROPS[kind] and not isinstance(check(PROPS[kind][name], as_text(raw) or "", "", 1790000000000), Bad)
    ]
    return good * 2 + [pair for pair in pairs if pair not in good]


VALUES = {
    "tickets": mostly_good("tickets", TICKET_VALUES),
    "contacts": mostly_good("contacts", CONTACT_VALUES),
    "companies": mostly_good("companies", COMPANY_VALUES),
    "notes": mostly_good("notes", NOTE_VALUES),
}
PLACES: list[dict[str, Any]] = [
    *[{"hs_pipeline_stage": stage} for stage in ("1", "2", "3", "4", "1", 4)],
    *[{"hs_pipeline": "support", "hs_pipeline_stage": stage} for stage in ("first", "Wait-9", "done", "done")],
    {"hs_pipeline": "0", "hs_pipeline_stage": "2"},
    {"hs_pipeline": "0", "hs_pipeline_stage": "4"},
]
BAD_PLACES: list[dict[str, Any]] = [
    {},
    {"hs_pipeline": "support"},
    {"hs_pipeline": "0"},
    {"hs_pipeline_stage": "done"},
    {"hs_pipeline_stage": "New"},
    {"hs_pipeline_stage": ""},
    {"hs_pipeline": "", "hs_pipeline_stage": "1"},
    {"hs_pipeline": "sales", "hs_pipeline_stage": "1"},
    {"hs_pipeline": "support", "hs_pipeline_stage": "1"},
]
