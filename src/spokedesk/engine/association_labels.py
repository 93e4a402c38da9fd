"""Defining, renaming and deleting association labels, always both directions together."""

from __future__ import annotations

from dataclasses import replace

from spokedesk import catalog
from spokedesk.crm.account import Account
from spokedesk.crm.association_labels import (
    NewLabel,
    Pair,
    check_deletable,
    check_label,
    find_own,
    inverse_of,
    plan_label,
)
from spokedesk.crm.associations import AssociationType
from spokedesk.crm.object_types import ObjectType
from spokedesk.engine.context import Context
from spokedesk.engine.definitions import load_types_between
from spokedesk.storage import accounts, association_limits, association_types, associations
from spokedesk.storage.database import Transaction


async def load_pair(tx: Transaction, account: Account, from_kind: ObjectType, to_kind: ObjectType) -> Pair:
    return Pair(
        from_kind,
        to_kind,
        await load_types_between(tx, account, from_kind.id, to_kind.id),
        await load_types_between(tx, account, to_kind.id, from_kind.id),
    )


async def create_label(
    tx: Transaction, context: Context, from_kind: ObjectType, to_kind: ObjectType, new: NewLabel
) -> list[AssociationType]:
    """Define a label; returns the type of each direction, or the one that is its own inverse."""
    pair = await load_pair(tx, context.account, from_kind, to_kind)
    existing = [*catalog.association_types(), *await association_types.list_association_types(tx)]
    added = plan_label(pair, new, existing)
    await association_types.insert_association_types(tx, added)
    await accounts.mark_definitions_changed(tx)
    return [known for known in added if known.label is not None or not new.label]


async def change_label(tx: Transaction, pair: Pair, type_id: int, new: NewLabel) -> None:
    """Give both directions of a type other texts; ids and name stay."""
    check_label(new.label, may_be_empty=False)
    check_label(new.inverse_label, may_be_empty=True)
    known = find_own(pair, type_id)
    inverse = inverse_of(pair, known)
    await association_types.replace_label(tx, replace(known, label=new.label))
    if inverse != known:
        await association_types.replace_label(tx, replace(inverse, label=new.inverse_label or new.label))
    await accounts.mark_definitions_changed(tx)


async def delete_label(tx: Transaction, pair: Pair, type_id: int) -> None:
    """Remove both directions of a type, from every pair of records too; either id names it."""
    known = find_own(pair, type_id)
    check_deletable(pair, known)
    for item in dict.fromkeys((known, inverse_of(pair, known))):
        await associations.erase_type(tx, item)
        await association_types.erase_association_type(tx, item)
        await association_limits.erase_limit(tx, item.from_type, item.to_type, *item.key)
    await accounts.mark_definitions_changed(tx)
