"""Links between records: resolving what a create request wrote, storing and removing both directions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from spokedesk import catalog
from spokedesk.crm.associations import (
    CATEGORIES,
    HUBSPOT_DEFINED,
    Association,
    AssociationType,
    TypesBetween,
    both_directions,
    choose_primary,
    current_id,
    invalid_targets,
    invalid_type,
    linkable_id,
    unknown_label,
)
from spokedesk.crm.object_types import ObjectType
from spokedesk.crm.records import Record
from spokedesk.crm.rollups import COMPANY
from spokedesk.engine.association_limits import refuse_excess
from spokedesk.engine.context import Context
from spokedesk.engine.definitions import load_types_between
from spokedesk.engine.rollups import refresh_rollups
from spokedesk.errors import SpokedeskError
from spokedesk.storage import associations, records
from spokedesk.storage.database import Transaction

# a link seen from one side, with the definition of its type
Typed = tuple[Association, AssociationType]


@dataclass(frozen=True, slots=True)
class LinkRequest:
    """One wanted type to one target. Without a category the id is looked up among all; `label` adds that type."""

    target: str
    type_id: int
    category: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class LinkChanges:
    """The rows, both directions of each link, that a write adds and takes away. What was there before is not in it."""

    added: Sequence[Association]
    removed: Sequence[Association]


async def resolve_links(
    tx: Transaction, context: Context, kind: ObjectType, wanted: Mapping[int, Sequence[LinkRequest]]
) -> tuple[dict[int, list[Association]], dict[int, SpokedeskError]]:
    """The rows for each record's requests (from its side, implied types included), or why they are refused.

    The target's type follows from the type id, which is defined for one pair of types.
    """
    if not wanted:
        return {}, {}
    outgoing = await outgoing_types(tx, context, kind)
    resolved: dict[int, list[Association]] = {}
    refused: dict[int, SpokedeskError] = {}
    for record_id, requests in wanted.items():
        try:
            resolved[record_id] = [
                row for request in requests for row in resolve_request(context, record_id, request, outgoing, kind)
            ]
        except SpokedeskError as error:
            refused[record_id] = error
    missing = await missing_targets(tx, [row for rows in resolved.values() for row in rows])
    for record_id, rows in list(resolved.items()):
        lost = [(row.to_type, row.to_id) for row in rows if (row.to_type, row.to_id) in missing]
        if lost:
            name = context.types.resolve(lost[0][0]).error_name
            ids = dict.fromkeys(str(to_id) for to_type, to_id in lost if to_type == lost[0][0])
            refused[record_id] = invalid_targets(name, list(ids))
            del resolved[record_id]
    for record_id, excess in (await refuse_excess(tx, context, resolved)).items():
        refused[record_id] = excess
        del resolved[record_id]
    return resolved, refused


async def outgoing_types(tx: Transaction, context: Context, kind: ObjectType) -> list[TypesBetween]:
    """Every direction in which records of a type can be linked."""
    return [await load_types_between(tx, context.account, kind.id, target.id) for target in context.types.types]


def resolve_request(
    context: Context, record_id: int, request: LinkRequest, outgoing: Sequence[TypesBetween], kind: ObjectType
) -> list[Association]:
    """The rows that one request stands for; raise when its type or label does not exist."""
    type_id = current_id(request.category, request.type_id, catalog.association_aliases())
    types, found = find_type(outgoing, request.category, type_id)
    if found is None or types is None:
        raise invalid_type(request.category or HUBSPOT_DEFINED, request.type_id)
    target = context.types.resolve(found.to_type)
    to_id = linkable_id(request.target)
    if to_id is None:
        raise invalid_targets(target.error_name, [request.target])
    chosen = list(types.implied(found))
    if request.label is not None:
        labelled = types.find_label(request.label)
        if labelled is None:
            raise unknown_label(request.label, kind.error_name, target.error_name)
        chosen.append(labelled)
    return [
        Association(kind.id, record_id, found.to_type, to_id, item.category, item.type_id)
        for item in dict.fromkeys(chosen)
    ]


def find_type(
    outgoing: Sequence[TypesBetween], category: str | None, type_id: int
) -> tuple[TypesBetween | None, AssociationType | None]:
    """The one pair of types in which the id is defined; without a category the vendor's ids go first."""
    for wanted in CATEGORIES if category is None else (category,):
        for types in outgoing:
            found = types.find(wanted, type_id)
            if found is not None:
                return types, found
    return None, None


async def missing_targets(tx: Transaction, rows: Iterable[Association]) -> set[tuple[str, int]]:
    """Which targets are unknown or archived."""
    wanted: dict[str, set[int]] = {}
    for row in rows:
        wanted.setdefault(row.to_type, set()).add(row.to_id)
    missing: set[tuple[str, int]] = set()
    for to_type, ids in wanted.items():
        live = await records.find_live_ids(tx, to_type, sorted(ids))
        missing.update((to_type, absent) for absent in ids - live)
    return missing


async def store_links(
    tx: Transaction, context: Context, rows: Sequence[Association], *, of_new_records: bool = False
) -> dict[tuple[str, int], Record]:
    """Write links in both directions and refresh what follows; returns the records that changed by it.

    A record has at most one primary company: a new one takes the label from the old, and the first company that a
    record is linked to gets it by itself, if the account wants that. Links of records made just now are not looked
    for among those that exist.
    """
    changes = await plan_links(tx, context, await with_types(tx, context, rows), of_new_records)
    return await apply_links(tx, context, changes)


async def remove_links(tx: Transaction, context: Context, rows: Sequence[Association]) -> None:
    """Remove types between records, both directions; the plain type takes every label of the pair with it."""
    named = await with_types(tx, context, rows)
    existing = await existing_links(tx, [row for row, _ in named])
    asked = set(rows)
    emptied = {ends(row) for row, known in named if known.label is None}
    gone = [row for row in existing if row in asked or ends(row) in emptied]
    await apply_links(tx, context, LinkChanges((), mirrored(await with_types(tx, context, gone))))


async def remove_pairs(
    tx: Transaction, context: Context, from_type: str, to_type: str, pairs: Sequence[tuple[int, int]]
) -> None:
    """Remove every type between pairs of records (from, to), both directions."""
    gone = await associations.list_between(tx, from_type, to_type, pairs)
    await apply_links(tx, context, LinkChanges((), mirrored(await with_types(tx, context, gone))))


async def apply_links(tx: Transaction, context: Context, changes: LinkChanges) -> dict[tuple[str, int], Record]:
    """Store what changes and refresh what follows from it; nothing at all is written when nothing changes."""
    if changes.removed:
        await associations.erase_associations(tx, changes.removed)
    if changes.added:
        await associations.insert_associations(tx, changes.added)
    return await refresh_rollups(tx, context, [*changes.added, *changes.removed])


async def with_types(tx: Transaction, context: Context, rows: Iterable[Association]) -> list[Typed]:
    """Each row with its definition; rows of a type that is not defined are left out."""
    between: dict[tuple[str, str], TypesBetween] = {}
    named: list[Typed] = []
    for row in rows:
        pair = (row.from_type, row.to_type)
        if pair not in between:
            between[pair] = await load_types_between(tx, context.account, *pair)
        known = between[pair].find(row.category, row.type_id)
        if known is not None:
            named.append((row, known))
    return named


def mirrored(named: Iterable[Typed]) -> list[Association]:
    """Both directions of links, each row once."""
    return list(dict.fromkeys(row for link, known in named for row in both_directions(link, known)))


def ends(row: Association) -> tuple[str, int, str, int]:
    return row.from_type, row.from_id, row.to_type, row.to_id


async def existing_links(tx: Transaction, rows: Iterable[Association]) -> set[Association]:
    """Every link, of any type, between the ends of these rows and in their direction."""
    pairs: dict[tuple[str, str], set[tuple[int, int]]] = {}
    for row in rows:
        pairs.setdefault((row.from_type, row.to_type), set()).add((row.from_id, row.to_id))
    found: set[Association] = set()
    for (from_type, to_type), wanted in pairs.items():
        found.update(await associations.list_between(tx, from_type, to_type, list(wanted)))
    return found


async def plan_links(
    tx: Transaction, context: Context, named: Sequence[Typed], of_new_records: bool = False
) -> LinkChanges:
    """Decide which rows are new, and which lose the Primary type to them."""
    by_owner: dict[str, dict[int, list[Association]]] = {}
    for row, known in named:
        side = company_side(row, known)
        if side is not None:
            by_owner.setdefault(side.from_type, {}).setdefault(side.from_id, []).append(side)
    gained: list[Typed] = []
    lost: list[Typed] = []
    refused: list[Typed] = []
    for owner_type, wanted in by_owner.items():
        primary = (await load_types_between(tx, context.account, owner_type, COMPANY)).primary
        if primary is None:
            continue
        existing = await links_to_companies(tx, owner_type, list(wanted))
        for owner, links in wanted.items():
            before = existing.get(owner, [])
            company = choose_primary(
                before, links, primary, first_is_primary=context.account.settings.first_company_is_primary
            )
            if company is not None:
                row = Association(owner_type, owner, COMPANY, company, *primary.key)
                gained.append((row, primary))
                lost.extend((row, primary) for row in others(before, primary, company))
                refused.extend((row, primary) for row in others(links, primary, company))
    unwanted = set(mirrored(refused))
    kept = [item for item in named if item[0] not in unwanted] + gained
    present = set() if of_new_records else await existing_links(tx, [row for row, _ in kept])
    return LinkChanges(mirrored(item for item in kept if item[0] not in present), mirrored(lost))


def company_side(row: Association, known: AssociationType) -> Association | None:
    """A link to a company as seen from the other record; None for links without a company."""
    return next((side for side in both_directions(row, known) if side.to_type == COMPANY), None)


async def links_to_companies(tx: Transaction, owner_type: str, ids: Sequence[int]) -> dict[int, list[Association]]:
    """The links of each record to companies. Archived companies count: their links are only hidden."""
    found: dict[int, list[Association]] = {}
    for row in await associations.list_links_to(tx, owner_type, ids, COMPANY):
        found.setdefault(row.from_id, []).append(row)
    return found


def others(rows: Iterable[Association], primary: AssociationType, company: int) -> list[Association]:
    """The rows that make another company the primary one."""
    return [row for row in rows if (row.category, row.type_id) == primary.key and row.to_id != company]


async def has_primary_company(tx: Transaction, context: Context, kind: ObjectType, record_id: int) -> bool:
    """Whether a record has a primary company in any state."""
    primary = (await load_types_between(tx, context.account, kind.id, COMPANY)).primary
    if primary is None:
        return False
    rows = await associations.list_links_to(tx, kind.id, [record_id], COMPANY)
    return any((row.category, row.type_id) == primary.key for row in rows)
