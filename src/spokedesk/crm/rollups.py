"""Values of a ticket that follow from what is linked to it: counts, latest activity, primary company."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from spokedesk.crm.instants import iso

COMPANY = "0-2"
TICKET = "0-5"
CONTACTED = ("0-48", "0-49", "0-47", "0-18")
ACTIVITIES = (*CONTACTED, "0-46", "0-27", "0-116")
ROLLED_UP = (COMPANY, *ACTIVITIES)
# the property of a linked record that shows up in tickets
FOLLOWED = {COMPANY: "name", **dict.fromkeys(ACTIVITIES, "hs_timestamp")}


def ticket_rollups(
    summary: Sequence[tuple[str, int, int | None]], primary_company: tuple[int, str] | None
) -> dict[str, str]:
    """`summary` is (type, count, latest time in ms) per linked type; the company is (id, name)."""
    counts = {linked: count for linked, count, _ in summary}
    latest = {linked: at for linked, _, at in summary if at is not None}
    activity = newest(latest, ACTIVITIES)
    contacted = newest(latest, CONTACTED)
    company_id, company_name = primary_company or ("", "")
    return {
        "hs_num_associated_companies": str(counts.get(COMPANY, 0)),
        "num_notes": str(sum(counts.get(linked, 0) for linked in ACTIVITIES)),
        "num_contacted_notes": str(sum(counts.get(linked, 0) for linked in CONTACTED)),
        "hs_num_times_contacted": str(sum(counts.get(linked, 0) for linked in CONTACTED)),
        "notes_last_updated": activity,
        "hs_notes_last_activity": activity,
        "hs_lastactivitydate": activity,
        "notes_last_contacted": contacted,
        "hs_lastcontacted": contacted,
        "hs_primary_company": company_name,
        "hs_primary_company_id": str(company_id),
        "hs_primary_company_name": company_name,
    }


def newest(latest: Mapping[str, int], types: Sequence[str]) -> str:
    known = [latest[linked] for linked in types if linked in latest]
    return iso(max(known)) if known else ""
