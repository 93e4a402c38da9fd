"""Reading records by id or unique value, with past values and links where they were asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from spokedesk.crm.account import Account
from spokedesk.crm.associations import Association, TypesBetween
from spokedesk.crm.definitions import Definitions
from spokedesk.crm.history import PastValue, past_values
from spokedesk.crm.identifiers import not_unique, record_id, unique_key
from spokedesk.crm.object_types import ObjectType
from spokedesk.crm.records import Record
from spokedesk.engine.definitions import load_types_between
from spokedesk.errors import NotARecordId, RecordNotFound
from spokedesk.storage import associations, records, revisions, unique_values
from spokedesk.storage.database import Transaction

INLINE_LINKS = 100
MAX_MERGES = 250


@dataclass(frozen=True, slots=True)
class LinkPage:
    """The first links of a record to one type: (id, v3 name) rows, and the next id when there are more."""

    object_type: ObjectType
    rows: tuple[tuple[int, str], ...]
    next_id: int | None = None


@dataclass(slots=True)
class Reading:
    """One record and what was asked for beside it."""

    record: Record
    history: Mapping[str, Sequence[PastValue]] | None = None
    links: Sequence[LinkPage] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Names whose past values, and types whose links are wanted."""

    history: tuple[str, ...] = ()
    links: tuple[ObjectType, ...] = field(default=())


async def find_one(
    tx: Transaction, definitions: Definitions, key: str, id_property: str | None, *, archived: bool = False
) -> Record:
    """The record that a path names; ids of merged-away records lead to the survivor. Raise when there is none."""
    if id_property is None or id_property == "hs_object_id":
        wanted = record_id(key)
        record = await records.find_record(tx, definitions.object_type.id, wanted)
        if record is not None and record.merged_into is not None:
            (record,) = await follow_merges(tx, definitions, [wanted])
    else:
        record = (await find_by_unique_values(tx, definitions, [(id_property, key)]))[0]
    if record is None or (record.archived_at is not None) != archived:
        raise RecordNotFound(key)
    return record


async def find_by_unique_values(
    tx: Transaction, definitions: Definitions, keys: Sequence[tuple[str, str]]
) -> list[Record | None]:
    """The live record for each (property, value), None for free values; raise when a property is not unique."""
    for name, _ in keys:
        if not definitions.is_unique(name):
            raise not_unique(tx.account_id, definitions.object_type.id, name or "hs_object_id")
    folded = [unique_key(name, value) for name, value in keys]
    holders = await unique_values.find_holders(tx, definitions.object_type.id, folded)
    found = await records.get_records(tx, definitions.object_type.id, sorted(set(holders.values())))
    return [found.get(holders[key]) if key in holders else None for key in folded]


async def find_many(
    tx: Transaction, definitions: Definitions, keys: Sequence[str], id_property: str | None, *, follow: bool = False
) -> list[Record | None]:
    """A record in any state for each id or unique value as sent; None for unknown ones, texts that are no id too.

    Merged-away records come back as they are, or with `follow` as the record that absorbed them.
    """
    if id_property is not None and id_property != "hs_object_id":
        return await find_by_unique_values(tx, definitions, [(id_property, key) for key in keys])
    ids = [numeric_id(key) or 0 for key in keys]
    if follow:
        return await follow_merges(tx, definitions, ids)
    found = await records.get_records(tx, definitions.object_type.id, sorted(set(ids)))
    return [found.get(known) for known in ids]


def numeric_id(text: str) -> int | None:
    try:
        return record_id(text)
    except NotARecordId:
        return None


async def follow_merges(tx: Transaction, definitions: Definitions, ids: Sequence[int]) -> list[Record | None]:
    """Each record, or the one that absorbed it."""
    found = await records.get_records(tx, definitions.object_type.id, ids)
    followed: list[Record | None] = []
    for wanted in ids:
        record = found.get(wanted)
        for _ in range(MAX_MERGES):
            if record is None or record.merged_into is None:
                break
            record = await records.find_record(tx, definitions.object_type.id, record.merged_into)
        followed.append(record)
    return followed


async def complete(
    tx: Transaction, account: Account, definitions: Definitions, found: Sequence[Record], wanted: Wanted
) -> list[Reading]:
    """Add history and links to records, in a fixed number of statements per kind."""
    if not found or not (wanted.history or wanted.links):
        return [Reading(record) for record in found]
    ids = [record.id for record in found]
    history: dict[int, dict[str, list[PastValue]]] = {}
    if wanted.history:
        history = await read_history(tx, definitions, ids, wanted.history)
    pages: dict[int, list[LinkPage]] = {}
    for target in wanted.links:
        for record, page in (await read_links(tx, account, definitions.object_type, ids, target)).items():
            pages.setdefault(record, []).append(page)
    return [
        Reading(record, history.get(record.id, {}) if wanted.history else None, pages.get(record.id, []))
        for record in found
    ]


async def read_history(
    tx: Transaction, definitions: Definitions, ids: Sequence[int], names: Sequence[str]
) -> dict[int, dict[str, list[PastValue]]]:
    """Past values of the defined ones among the names, by record and name."""
    stored = {name: definitions.stored_name(name) for name in names if name in definitions.properties}
    since = {kept: definitions.properties[name].first_value_at for name, kept in stored.items()}
    found: dict[int, dict[str, list[PastValue]]] = {}
    for record, writes in (await revisions.list_revisions(tx, definitions.object_type.id, ids)).items():
        values = past_values(writes, since)
        found[record] = {name: values[kept] for name, kept in stored.items() if kept in values}
    return found


async def read_links(
    tx: Transaction, account: Account, kind: ObjectType, ids: Sequence[int], target: ObjectType
) -> dict[int, LinkPage]:
    """The first links of each record to one type; records without any are absent."""
    types = await load_types_between(tx, account, kind.id, target.id)
    by_record: dict[int, list[Association]] = {}
    for row in await associations.list_associations(tx, kind.id, ids, target.id, targets=INLINE_LINKS + 1):
        by_record.setdefault(row.from_id, []).append(row)
    return {record: link_page(rows, types, target) for record, rows in by_record.items()}


def link_page(rows: Sequence[Association], types: TypesBetween, target: ObjectType) -> LinkPage:
    """One page of rows, a row per type; the labelled ones of a target stand before its plain one."""
    targets = list(dict.fromkeys(row.to_id for row in rows))
    shown, rest = set(targets[:INLINE_LINKS]), targets[INLINE_LINKS:]
    named = []
    for row in rows:
        known = types.find(row.category, row.type_id)
        if row.to_id in shown and known is not None:
            named.append((row.to_id, known.label is None, known.name))
    named.sort()
    return LinkPage(target, tuple((to_id, name) for to_id, _, name in named), rest[0] if rest else None)
