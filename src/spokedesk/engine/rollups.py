"""Keeping the values of tickets that follow from their links up to date, and their pins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from spokedesk.crm import ticket_rules
from spokedesk.crm.associations import Association
from spokedesk.crm.calculations import calculated_values
from spokedesk.crm.definitions import Definitions
from spokedesk.crm.history import Source
from spokedesk.crm.instants import iso
from spokedesk.crm.object_types import ObjectType
from spokedesk.crm.records import Record, RecordChange, apply_change
from spokedesk.crm.rollups import COMPANY, FOLLOWED, ROLLED_UP, TICKET, ticket_rollups
from spokedesk.engine.changes import replace_changes
from spokedesk.engine.context import Context
from spokedesk.engine.definitions import load_definitions, load_types_between
from spokedesk.engine.object_types import standard_type
from spokedesk.storage import associations, records
from spokedesk.storage.database import Transaction

CALCULATED = Source("CALCULATED", label="CALCULATED")
CHUNK = 500


async def refresh_neighbours(
    tx: Transaction, context: Context, kind: ObjectType, ids: Sequence[int]
) -> dict[tuple[str, int], Record]:
    """Bring tickets linked to these records, and these if they are tickets, up to date after the records were
    archived, restored or changed.
    """
    if kind.id != TICKET and kind.id not in ROLLED_UP:
        return {}
    return await refresh_rollups(tx, context, await associations.list_all_associations(tx, kind.id, ids))


async def follow_changes(tx: Transaction, context: Context, kind: ObjectType, changes: Iterable[RecordChange]) -> None:
    """Bring tickets up to date after updates of records that are linked to them."""
    followed = FOLLOWED.get(kind.id)
    changed = [change.record.id for change in changes if followed in change.changed]
    if changed:
        await refresh_neighbours(tx, context, kind, changed)


async def refresh_rollups(
    tx: Transaction, context: Context, touched: Iterable[Association]
) -> dict[tuple[str, int], Record]:
    """Recalculate the live tickets at one end of changed links; returns those whose values changed.

    A pin on an activity that is no longer linked is cleared. A ticket whose values stay the same is not written.
    """
    tickets: set[int] = set()
    for row in touched:
        if row.from_type == TICKET and row.to_type in ROLLED_UP:
            tickets.add(row.from_id)
        if row.to_type == TICKET and row.from_type in ROLLED_UP:
            tickets.add(row.to_id)
    if not tickets:
        return {}
    definitions = await load_definitions(tx, context.account, standard_type(TICKET))
    ordered = sorted(tickets)
    refreshed: dict[tuple[str, int], Record] = {}
    for start in range(0, len(ordered), CHUNK):
        for ticket in await refresh_tickets(tx, context, definitions, ordered[start : start + CHUNK]):
            refreshed[ticket.object_type, ticket.id] = ticket
    return refreshed


async def refresh_tickets(
    tx: Transaction, context: Context, definitions: Definitions, ids: Sequence[int]
) -> list[Record]:
    """Read everything in a fixed number of statements, write the tickets that change."""
    found = await records.get_records(tx, TICKET, ids)
    live = [ticket for ticket in found.values() if ticket.archived_at is None]
    live_ids = [ticket.id for ticket in live]
    summaries = await associations.summarise_links(tx, TICKET, live_ids)
    companies = await primary_companies(tx, context, live_ids)
    lost_pins = await find_lost_pins(tx, live)
    changes = []
    for ticket in live:
        values = ticket_rollups(summaries.get(ticket.id, ()), companies.get(ticket.id))
        if ticket.id in lost_pins:
            values[ticket_rules.PINNED] = ""
        changed = {
            name: value
            for name, value in values.items()
            if name in definitions.properties and ticket.properties.get(name, "") != value
        }
        if changed:
            changed["hs_lastmodifieddate"] = iso(context.now)
            changed |= calculated_values(definitions.calculations, {**ticket.properties, **changed}, changed)
            changes.append(apply_change(ticket, changed, "rollup", context.now))
    await replace_changes(tx, context, definitions, changes, source=CALCULATED)
    return [change.record for change in changes]


async def primary_companies(tx: Transaction, context: Context, tickets: Sequence[int]) -> dict[int, tuple[int, str]]:
    """Id and name of the primary company of each ticket that has a live one."""
    primary = (await load_types_between(tx, context.account, TICKET, COMPANY)).primary
    if primary is None:
        return {}
    pairs = await associations.list_targets(tx, tickets, primary)
    found = await records.get_records(tx, COMPANY, sorted({company for _, company in pairs}))
    return {
        ticket: (company, found[company].properties.get("name", "")) for ticket, company in pairs if company in found
    }


async def find_lost_pins(tx: Transaction, tickets: Sequence[Record]) -> set[int]:
    """Tickets whose pinned activity is archived or no longer linked."""
    pinned = {ticket.id: pin for ticket in tickets if (pin := ticket.properties.get(ticket_rules.PINNED))}
    if not pinned:
        return set()
    linked = {(row.from_id, str(row.to_id)) for row in await associations.list_live_links(tx, TICKET, list(pinned))}
    return {ticket for ticket, pin in pinned.items() if (ticket, pin) not in linked}
