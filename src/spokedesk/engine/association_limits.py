"""Setting limits on links, and refusing links that would break one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from spokedesk import catalog
from spokedesk.crm.account import Account
from spokedesk.crm.association_limits import Direction, LinkLimit, excess, limit_reached, plan_limit
from spokedesk.crm.associations import PRIMARY, Association, AssociationType, TypesBetween, WantedType, both_directions
from spokedesk.engine.context import Context
from spokedesk.engine.definitions import load_types_between
from spokedesk.errors import InvalidRequest, SpokedeskError
from spokedesk.storage import accounts, association_limits, associations
from spokedesk.storage.database import Transaction

Typed = tuple[Association, AssociationType]


@dataclass(frozen=True, slots=True)
class LimitOutcome:
    """What became of one input: the limit and its type, or why there is none."""

    limit: LinkLimit | None = None
    known: AssociationType | None = None
    error: SpokedeskError | None = None


async def load_limits(tx: Transaction, account: Account) -> Mapping[Direction, LinkLimit]:
    """The limits of an account as of its latest change of definitions."""
    key = ("association limits", account.id, account.definitions_revision)
    known: dict[Direction, LinkLimit] | None = tx.cache.get(key) if tx.cacheable else None
    if known is None:
        known = {limit.direction: limit for limit in await association_limits.list_limits(tx)}
        if tx.cacheable:
            for old in range(key[2] - 8, key[2]):
                tx.cache.pop((*key[:2], old), None)
            tx.cache[key] = known
    return known


async def set_limits(
    tx: Transaction, types: TypesBetween, inputs: Sequence[tuple[WantedType, int]]
) -> list[LimitOutcome]:
    """Set or change limits of one direction; one bad input never stops the others."""
    outcomes: list[LimitOutcome] = []
    for wanted, largest in inputs:
        try:
            known = types.resolve(wanted, catalog.association_aliases())
            outcomes.append(LimitOutcome(plan_limit(known, largest), known))
        except SpokedeskError as error:
            outcomes.append(LimitOutcome(error=error))
    good = [outcome.limit for outcome in outcomes if outcome.limit is not None]
    if good:
        await association_limits.replace_limits(tx, good)
        await accounts.mark_definitions_changed(tx)
    return outcomes


async def purge_limits(tx: Transaction, types: TypesBetween, wanted: Sequence[WantedType]) -> None:
    """Take limits away; where there is none, that is no error."""
    found = [types.resolve(item, catalog.association_aliases()) for item in wanted]
    for known in found:
        await association_limits.erase_limit(tx, known.from_type, known.to_type, *known.key)
    await accounts.mark_definitions_changed(tx)


async def refuse_excess(
    tx: Transaction, context: Context, wanted: Mapping[int, Sequence[Association]]
) -> dict[int, InvalidRequest]:
    """Which inputs would give a record more links than the account allows; those before one count for it.

    The label of the primary company moves, so it is never too much.
    """
    limits = await load_limits(tx, context.account)
    if not limits:
        return {}
    typed = {index: await counted(tx, context, rows) for index, rows in wanted.items()}
    present = await linked_now(tx, limits, [row for rows in typed.values() for row in rows])
    refused: dict[int, InvalidRequest] = {}
    for index, rows in typed.items():
        for row in rows:
            broken = excess(limits, present, direction_of(row), (row.from_id, row.to_id))
            if broken is not None:
                name = context.types.resolve(row.from_type).error_name
                refused[index] = limit_reached(broken, name, row.from_id)
                break
        else:
            for row in rows:
                present.setdefault((direction_of(row), row.from_id), set()).add(row.to_id)
    return refused


def direction_of(row: Association) -> Direction:
    return (row.from_type, row.to_type, row.category, row.type_id)


async def counted(tx: Transaction, context: Context, rows: Iterable[Association]) -> list[Association]:
    """Both directions of the links that limits are about."""
    found: list[Association] = []
    for row in rows:
        types = await load_types_between(tx, context.account, row.from_type, row.to_type)
        known = types.find(row.category, row.type_id)
        if known is not None and known.label != PRIMARY:
            found.extend(both_directions(row, known))
    return list(dict.fromkeys(found))


async def linked_now(
    tx: Transaction, limits: Mapping[Direction, LinkLimit], rows: Iterable[Association]
) -> dict[tuple[Direction, int], set[int]]:
    """The records that each record is linked to already, for directions with a limit. Hidden links count."""
    wanted: dict[tuple[str, str], set[int]] = {}
    for row in rows:
        if direction_of(row) in limits:
            wanted.setdefault((row.from_type, row.to_type), set()).add(row.from_id)
    present: dict[tuple[Direction, int], set[int]] = {}
    for (from_type, to_type), ids in wanted.items():
        for row in await associations.list_links_to(tx, from_type, sorted(ids), to_type):
            present.setdefault((direction_of(row), row.from_id), set()).add(row.to_id)
    return present
