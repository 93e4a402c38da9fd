"""What only tickets do: automatic properties, closing and reopening, the pinned activity."""

from __future__ import annotations

from collections.abc import Mapping

from spokedesk.crm.instants import iso, parse_instant
from spokedesk.errors import ErrorDetail, InvalidRequest, Problem

PINNED = "hs_pinned_engagement_id"
# types whose records can be pinned, by object type id
PINNABLE = ("0-46", "0-47", "0-48", "0-49", "0-27", "0-18", "0-116")

NEW_TICKET = {
    "hs_is_visible_in_help_desk": "true",
    "hs_last_message_from_visitor": "false",
    "hs_num_associated_companies": "0",
    "hs_num_associated_conversations": "0",
    "hs_num_times_contacted": "0",
    "num_notes": "0",
}


def new_ticket_values(ticket_id: int, created: str) -> dict[str, str]:
    """What a ticket has from its first moment without anybody saying so."""
    return {**NEW_TICKET, "hs_helpdesk_sort_timestamp": created, "hs_ticket_id": str(ticket_id)}


def closing_values(
    before: Mapping[str, str], given: Mapping[str, str], *, was_closed: bool, is_closed: bool, now: int
) -> dict[str, str]:
    """What entering or leaving a closed stage changes. A `closed_date` in the same request wins.

    `before` holds the values that the write starts from, `createdate` included.
    """
    changed = {"hs_is_closed": "true" if is_closed else "false"}
    if is_closed:
        closed = given.get("closed_date") or (before.get("closed_date") if was_closed else None) or iso(now)
        changed["closed_date"] = closed
        changed["time_to_close"] = duration(before.get("createdate", ""), closed)
    elif was_closed:
        changed["hs_last_closed_date"] = before.get("closed_date") or iso(now)
        changed["hs_ticket_reopened_at"] = iso(now)
        changed["time_to_close"] = ""
        if "closed_date" not in given:
            changed["closed_date"] = ""
    return changed


def duration(start: str, end: str) -> str:
    """Milliseconds between two instants as text, never negative; empty when one is unknown."""
    first, last = parse_instant(start), parse_instant(end)
    return "" if first is None or last is None else str(max(0, last - first))


def not_associated(engagement: str, error_name: str, record_id: int) -> InvalidRequest:
    """The refusal of a pin on an activity that is not linked to the record."""
    text = f"Engagement {engagement} is not associated with {error_name} {record_id}"
    detail = ErrorDetail(text, code="ENGAGEMENT_NOT_ASSOCIATED", context={"propertyName": [PINNED]})
    return InvalidRequest(text, details=[detail])


def check_pin(value: str) -> Problem | None:
    """A pin is the id of an activity."""
    if value and not (value.isascii() and value.isdigit() and len(value) <= 18):
        return Problem(PINNED, "INVALID_INTEGER", f"{value} was not a valid number.", value)
    return None
