"""Working out a new or changed formula for the records that there are: the first ones at once, the rest in the
background, a few at a time.
"""

from __future__ import annotations

from spokedesk.crm.calculations import calculated_values
from spokedesk.crm.definitions import Definitions
from spokedesk.crm.instants import iso
from spokedesk.crm.records import apply_change
from spokedesk.engine.changes import replace_changes
from spokedesk.engine.context import Context
from spokedesk.engine.definitions import load_definitions
from spokedesk.engine.object_types import load_object_types
from spokedesk.engine.rollups import CALCULATED
from spokedesk.storage import calculations, records
from spokedesk.storage.accounts import find_account
from spokedesk.storage.database import Transaction

AT_ONCE = 1000
IN_BACKGROUND = 200


async def start_calculating(tx: Transaction, context: Context, definitions: Definitions) -> None:
    """Bring the calculated values of a type up to date after a formula of it changed."""
    await calculate_from(tx, context, definitions, 0, AT_ONCE)


async def calculate_from(
    tx: Transaction, context: Context, definitions: Definitions, first_id: int, limit: int
) -> None:
    """Bring so many live records up to date, and remember where to go on. Values that stay the same are not written."""
    kind = definitions.object_type
    found = await records.list_records(tx, kind.id, first_id=first_id, limit=limit, archived=False)
    changes = []
    for record in found:
        changed = calculated_values(definitions.calculations, record.properties)
        if changed:
            changed[kind.modified_property] = iso(context.now)
            changes.append(apply_change(record, changed, "rollup", context.now))
    await replace_changes(tx, context, definitions, changes, source=CALCULATED)
    if len(found) == limit:
        await calculations.replace_backlog(tx, kind.id, found[-1].id + 1)
    else:
        await calculations.erase_backlog(tx, kind.id)


async def go_on_calculating(tx: Transaction) -> bool:
    """The next few records of the account that wait for a formula; returns whether more may be waiting."""
    waiting = await calculations.find_backlog(tx)
    account = await find_account(tx)
    if waiting is None or account is None:
        return False
    object_type, first_id = waiting
    types = await load_object_types(tx, account)
    kind = next((item for item in types.types if item.id == object_type), None)
    if kind is None:
        await calculations.erase_backlog(tx, object_type)
        return True
    context = Context(account, CALCULATED, tx.now, types=types)
    await calculate_from(tx, context, await load_definitions(tx, account, kind), first_id, IN_BACKGROUND)
    return True
