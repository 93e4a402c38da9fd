"""Linking, unlinking and listing links of existing records: always on lists of inputs, one outcome each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spokedesk import catalog
from spokedesk.crm.associations import (
    Association,
    AssociationType,
    TypesBetween,
    WantedType,
    invalid_targets,
    linkable_id,
)
from spokedesk.crm.identifiers import record_id
from spokedesk.crm.object_types import ObjectType
from spokedesk.engine import links
from spokedesk.engine.association_limits import refuse_excess
from spokedesk.engine.context import Context
from spokedesk.engine.definitions import load_definitions, load_types_between
from spokedesk.engine.reads import find_one, numeric_id
from spokedesk.errors import InvalidRequest, NotFound, RecordNotFound, SpokedeskError
from spokedesk.storage import associations, records
from spokedesk.storage.database import Transaction

MAX_INPUTS = 2000
MAX_READ_INPUTS = 1000
# an input of a removal may name many targets; this many pairs keep the writer busy for about a second
MAX_PAIRS = 20_000
PAGE = 500


@dataclass(frozen=True, slots=True)
class Direction:
    """From records of one type to records of another, or of the same."""

    from_kind: ObjectType
    to_kind: ObjectType


@dataclass(frozen=True, slots=True)
class LinkInput:
    """Two record ids as sent, and the types wanted between them; None stands for the plain type."""

    from_id: str
    to_id: str
    types: Sequence[WantedType] | None = None


@dataclass(frozen=True, slots=True)
class Linked:
    """Two linked records and the types that the input named."""

    from_id: int
    to_id: int
    types: tuple[AssociationType, ...]


@dataclass(frozen=True, slots=True)
class LinkOutcome:
    """What became of one input."""

    index: int
    linked: Linked | None = None
    error: SpokedeskError | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A record at the other end, and all types of the link."""

    id: int
    types: tuple[AssociationType, ...]


@dataclass(frozen=True, slots=True)
class TargetPage:
    """Records linked to one record, by id; `has_more` when others follow."""

    targets: tuple[Target, ...]
    has_more: bool


async def load_types(tx: Transaction, context: Context, direction: Direction) -> TypesBetween:
    return await load_types_between(tx, context.account, direction.from_kind.id, direction.to_kind.id)


async def associate(
    tx: Transaction, context: Context, direction: Direction, inputs: Sequence[LinkInput]
) -> list[LinkOutcome]:
    """Link each input's records on its own; one bad input never stops the others. What exists already is no error."""
    types = await load_types(tx, context, direction)
    planned: dict[int, Linked] = {}
    errors: dict[int, SpokedeskError] = {}
    for index, item in enumerate(inputs):
        try:
            planned[index] = read_input(item, direction, types)
        except SpokedeskError as error:
            errors[index] = error
    missing = await missing_ends(tx, direction, list(planned.values()))
    for index, linked in list(planned.items()):
        refusal = missing.get((linked.from_id, linked.to_id))
        if refusal is not None:
            errors[index] = refusal
            del planned[index]
    wanted = {index: rows_of(linked, direction, types) for index, linked in planned.items()}
    for index, excess in (await refuse_excess(tx, context, wanted)).items():
        errors[index] = excess
        del planned[index]
    rows = [row for index in planned for row in wanted[index]]
    if rows:
        await links.store_links(tx, context, list(dict.fromkeys(rows)))
    return [LinkOutcome(index, planned.get(index), errors.get(index)) for index in range(len(inputs))]


def read_input(item: LinkInput, direction: Direction, types: TypesBetween) -> Linked:
    """Ids and types of an input; raise for what cannot be one."""
    found = wanted_types(item, direction, types)
    from_id, to_id = linkable_id(item.from_id), linkable_id(item.to_id)
    if from_id is None:
        raise invalid_targets(direction.from_kind.error_name, [item.from_id])
    if to_id is None or (from_id == to_id and direction.from_kind == direction.to_kind):
        raise invalid_targets(direction.to_kind.error_name, [item.to_id])
    return Linked(from_id, to_id, found)


def wanted_types(item: LinkInput, direction: Direction, types: TypesBetween) -> tuple[AssociationType, ...]:
    if item.types is not None:
        if not item.types:
            raise InvalidRequest("At least one association type is needed")
        return tuple(types.resolve(wanted, catalog.association_aliases()) for wanted in item.types)
    if types.plain is None:
        raise InvalidRequest(
            f"There is no unlabeled association type between {direction.from_kind.error_name} and "
            f"{direction.to_kind.error_name}"
        )
    return (types.plain,)


async def missing_ends(
    tx: Transaction, direction: Direction, planned: Sequence[Linked]
) -> Mapping[tuple[int, int], SpokedeskError]:
    """Why pairs cannot be linked: one of the records is unknown or archived."""
    from_ids = {item.from_id for item in planned}
    to_ids = {item.to_id for item in planned}
    if not planned:
        return {}
    lost_from = from_ids - await records.find_live_ids(tx, direction.from_kind.id, sorted(from_ids))
    lost_to = to_ids - await records.find_live_ids(tx, direction.to_kind.id, sorted(to_ids))
    refused: dict[tuple[int, int], SpokedeskError] = {}
    for item in planned:
        pair = (item.from_id, item.to_id)
        if item.from_id in lost_from:
            refused[pair] = invalid_targets(direction.from_kind.error_name, [str(item.from_id)])
        elif item.to_id in lost_to:
            refused[pair] = invalid_targets(direction.to_kind.error_name, [str(item.to_id)])
    return refused


def rows_of(linked: Linked, direction: Direction, types: TypesBetween) -> list[Association]:
    """The rows of an input from its side, the implied plain type included."""
    implied = dict.fromkeys(known for wanted in linked.types for known in types.implied(wanted))
    return [row_of(linked.from_id, linked.to_id, direction, known) for known in implied]


def row_of(from_id: int, to_id: int, direction: Direction, known: AssociationType) -> Association:
    return Association(direction.from_kind.id, from_id, direction.to_kind.id, to_id, known.category, known.type_id)


async def disassociate(tx: Transaction, context: Context, direction: Direction, inputs: Sequence[LinkInput]) -> None:
    """Remove the named types; the plain one takes all others along. Links that are not there are no error.

    Raise, before anything is removed, for a type that is not defined or an id that is no number.
    """
    types = await load_types(tx, context, direction)
    rows = [
        row_of(record_id(item.from_id), record_id(item.to_id), direction, known)
        for item in inputs
        for known in wanted_types(item, direction, types)
    ]
    await links.remove_links(tx, context, rows)


async def disassociate_all(
    tx: Transaction, context: Context, direction: Direction, pairs: Sequence[tuple[str, str]]
) -> None:
    """Remove every type between pairs of records; raise for an id that is no number."""
    ids = [(record_id(from_id), record_id(to_id)) for from_id, to_id in pairs]
    await links.remove_pairs(tx, context, direction.from_kind.id, direction.to_kind.id, ids)


async def list_targets(
    tx: Transaction, context: Context, direction: Direction, key: str, *, above: int, limit: int
) -> TargetPage:
    """Records linked to the one that a path names, behind the id `above`; raise NotFound when that one is missing."""
    definitions = await load_definitions(tx, context.account, direction.from_kind)
    try:
        record = await find_one(tx, definitions, key, None)
    except RecordNotFound as error:
        raise NotFound(error.message) from error
    types = await load_types(tx, context, direction)
    return await read_page(tx, direction, types, record.id, above=above, limit=limit)


async def read_page(
    tx: Transaction, direction: Direction, types: TypesBetween, from_id: int, *, above: int, limit: int
) -> TargetPage:
    rows = await associations.list_page(
        tx, direction.from_kind.id, from_id, direction.to_kind.id, above=above, targets=limit + 1
    )
    return page_of(rows, types, limit)


def page_of(rows: Sequence[Association], types: TypesBetween, limit: int) -> TargetPage:
    """Rows of one record, in order, joined per target."""
    found: dict[int, set[tuple[str, int]]] = {}
    for row in rows:
        found.setdefault(row.to_id, set()).add((row.category, row.type_id))
    targets = [
        Target(to_id, tuple(known for known in types.types if known.key in keys)) for to_id, keys in found.items()
    ]
    return TargetPage(tuple(targets[:limit]), len(targets) > limit)


async def list_targets_of_many(
    tx: Transaction, context: Context, direction: Direction, keys: Sequence[tuple[str, int]]
) -> list[TargetPage]:
    """The first page of each (id as sent, id that it starts behind); an unknown or archived record has no links."""
    types = await load_types(tx, context, direction)
    wanted = [(numeric_id(text) or 0, above) for text, above in keys]
    live = await records.find_live_ids(tx, direction.from_kind.id, sorted({from_id for from_id, _ in wanted}))
    first_ids = [from_id for from_id, above in dict.fromkeys(wanted) if from_id in live and above == 0]
    by_record: dict[int, list[Association]] = {}
    if first_ids:
        for row in await associations.list_associations(
            tx, direction.from_kind.id, first_ids, direction.to_kind.id, targets=PAGE + 1
        ):
            by_record.setdefault(row.from_id, []).append(row)
    pages = []
    for from_id, above in wanted:
        if above and from_id in live:
            pages.append(await read_page(tx, direction, types, from_id, above=above, limit=PAGE))
        else:
            pages.append(page_of(by_record.get(from_id, ()), types, PAGE))
    return pages
