"""Create, update, upsert, archive and restore: always on lists of inputs, one outcome each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from spokedesk.crm import ticket_rules
from spokedesk.crm.account import Account
from spokedesk.crm.associations import Association
from spokedesk.crm.calculations import calculated_values
from spokedesk.crm.definitions import Definitions
from spokedesk.crm.identifiers import conflict, unique_key
from spokedesk.crm.instants import DAY
from spokedesk.crm.object_types import ObjectType
from spokedesk.crm.property_values import INT32, ValueRules
from spokedesk.crm.records import MERGED, Record, RecordChange, check_input, check_required, plan_create, plan_update
from spokedesk.engine import links, reads, rollups
from spokedesk.engine.batches import Outcome, check_distinct
from spokedesk.engine.changes import insert_changes, replace_changes
from spokedesk.engine.context import Context
from spokedesk.engine.links import LinkRequest
from spokedesk.errors import ErrorDetail, InvalidRequest, RecordNotFound, SpokedeskError
from spokedesk.storage import accounts, associations, owners, records, revisions, unique_values
from spokedesk.storage.database import Transaction

SHORTEST_TRACE = 3


@dataclass(frozen=True, slots=True)
class NewRecord:
    """One create input: values as sent (null passed over), and the links wanted."""

    properties: Mapping[str, str | None]
    links: Sequence[LinkRequest] = ()


@dataclass(frozen=True, slots=True)
class RecordUpdate:
    """One update input: the id or unique value as sent, the property it belongs to, the values."""

    key: str
    id_property: str | None
    properties: Mapping[str, str | None]


async def value_rules(
    tx: Transaction, context: Context, definitions: Definitions, raws: Iterable[Mapping[str, str | None]]
) -> ValueRules:
    """Everything that checking these values needs, owners looked up in one statement."""
    if not context.account.settings.check_owner_ids:
        return ValueRules(context.now, None, context.lenient_dates)
    wanted: set[int] = set()
    for raw in raws:
        for name, value in raw.items():
            definition = definitions.properties.get(name)
            if value and definition is not None and definition.external_options:
                parts = (part for part in value.split(";") if part.isascii() and part.isdigit() and len(part) <= 10)
                wanted.update(number for part in parts if (number := int(part)) < INT32)
    known = await owners.find_existing_ids(tx, sorted(wanted)) if wanted else set()
    return ValueRules(context.now, frozenset(map(str, known)), context.lenient_dates)


def required_names(context: Context, definitions: Definitions) -> tuple[str, ...]:
    """What a create request must carry: the type's own, and the subject of tickets in profiles that say so."""
    kind = definitions.object_type
    subject = ("subject",) if kind.plural == "tickets" and context.account.fidelity.requires_subject else ()
    return (*kind.required_properties, *subject)


def check_create_rules(context: Context, definitions: Definitions, values: Mapping[str, str]) -> None:
    """Properties that an administrator made required on create; only some API versions enforce them."""
    if not context.enforces_create_rules:
        return
    rules = context.account.settings.create_required.get(definitions.object_type.plural, ())
    details = [
        ErrorDetail(f"A value for {name} must be provided", "MISSING_REQUIRED_PROPERTY", {"propertyName": [name]})
        for name in rules
        if not values.get(name)
    ]
    if details:
        raise InvalidRequest("The property values provided are invalid", details=details)


def with_first_stage(context: Context, definitions: Definitions, values: dict[str, str]) -> dict[str, str]:
    """The values of a new contact or company, with the stage of life in which the account lets them begin."""
    kind, wanted = definitions.object_type, context.account.settings.initial_lifecycle_stage
    if not wanted or not kind.has_lifecycle or kind.stage_property in values:
        return values
    pipeline = definitions.pipelines.get(kind.default_pipeline or "")
    if pipeline is None or pipeline.stage(wanted) is None:
        return values
    return {**values, kind.pipeline_property or "": pipeline.id, kind.stage_property or "": wanted}


async def create_records(
    tx: Transaction, context: Context, definitions: Definitions, inputs: Sequence[NewRecord]
) -> list[Outcome]:
    """Create each input on its own; one bad input never stops the others."""
    rules = await value_rules(tx, context, definitions, [item.properties for item in inputs])
    first_id, first_sequence = await accounts.take_numbers(tx, ids=len(inputs), sequences=len(inputs))
    errors: dict[int, SpokedeskError] = {}
    planned: dict[int, RecordChange] = {}
    for index, item in enumerate(inputs):
        try:
            values = check_input(item.properties, {}, definitions, rules)
            check_required(values, definitions, required_names(context, definitions))
            check_create_rules(context, definitions, values)
            values = with_first_stage(context, definitions, values)
            planned[index] = plan_create(first_id + index, values, definitions, context.source, rules)
        except SpokedeskError as error:
            errors[index] = error
    wanted = {planned[index].record.id: inputs[index].links for index in planned if inputs[index].links}
    resolved, refused = await links.resolve_links(tx, context, definitions.object_type, wanted)
    for index, change in list(planned.items()):
        refusal = refused.get(change.record.id)
        refusal = refusal or check_new_pin(change, resolved.get(change.record.id, ()), definitions)
        if refusal is not None:
            errors[index] = refusal
            del planned[index]
    errors.update(await claim_unique_values(tx, definitions, planned))
    changes = list(planned.values())
    await insert_changes(tx, context, definitions, changes, first_sequence)
    rows = [link for change in changes for link in resolved.get(change.record.id, ())]
    refreshed = await links.store_links(tx, context, rows, of_new_records=True) if rows else {}
    return [
        Outcome(index, error=errors[index]) if index in errors else created_outcome(index, planned[index], refreshed)
        for index in range(len(inputs))
    ]


def created_outcome(index: int, change: RecordChange, refreshed: Mapping[tuple[str, int], Record]) -> Outcome:
    record = refreshed.get((change.record.object_type, change.record.id), change.record)
    return Outcome(index, record=record, created=True)


def check_new_pin(change: RecordChange, rows: Iterable[Association], definitions: Definitions) -> SpokedeskError | None:
    """A pin on a new record must name an activity that the same request links."""
    pinned = change.record.properties.get(ticket_rules.PINNED)
    if not pinned or any(row.to_id == int(pinned) and row.to_type in ticket_rules.PINNABLE for row in rows):
        return None
    return ticket_rules.not_associated(pinned, definitions.object_type.error_name, change.record.id)


async def claim_unique_values(
    tx: Transaction, definitions: Definitions, planned: dict[int, RecordChange]
) -> dict[int, SpokedeskError]:
    """Take the changes whose unique values are held elsewhere out of `planned`; returns why, by input."""
    if not definitions.unique_names:
        return {}
    claims = {
        index: {
            unique_key(name, value): value
            for name in definitions.unique_names
            if (value := change.changed.get(name, ""))
        }
        for index, change in planned.items()
    }
    keys = [key for claim in claims.values() for key in claim]
    if not keys:
        return {}
    holders = await unique_values.find_holders(tx, definitions.object_type.id, keys)
    errors: dict[int, SpokedeskError] = {}
    for index, claim in claims.items():
        record = planned[index].record
        taken = next((key for key in claim if holders.get(key, record.id) != record.id), None)
        if taken is None:
            holders.update(dict.fromkeys(claim, record.id))
        else:
            errors[index] = conflict(tx.account_id, definitions, taken, record.id, holders[taken])
            del planned[index]
    return errors


async def update_records(
    tx: Transaction,
    context: Context,
    definitions: Definitions,
    updates: Sequence[RecordUpdate],
    found: Sequence[Record | None],
) -> list[Outcome]:
    """Apply each update to the record that was found for it; None there is an unknown record."""
    rules = await value_rules(tx, context, definitions, [item.properties for item in updates])
    errors: dict[int, SpokedeskError] = {}
    planned: dict[int, RecordChange] = {}
    for index, (update, record) in enumerate(zip(updates, found, strict=True)):
        if record is None:
            errors[index] = RecordNotFound(update.key)
            continue
        try:
            values = check_input(update.properties, record.properties, definitions, rules)
            change = plan_update(record, values, definitions, context.source, context.now)
            await check_changed_pin(tx, change, definitions)
            planned[index] = change
        except SpokedeskError as error:
            errors[index] = error
    errors.update(await claim_unique_values(tx, definitions, planned))
    await replace_changes(tx, context, definitions, list(planned.values()))
    await rollups.follow_changes(tx, context, definitions.object_type, planned.values())
    return [
        Outcome(index, error=errors[index]) if index in errors else updated_outcome(index, planned[index])
        for index in range(len(updates))
    ]


def updated_outcome(index: int, change: RecordChange) -> Outcome:
    return Outcome(index, record=change.record, written=(*change.written, *change.changed))


async def check_changed_pin(tx: Transaction, change: RecordChange, definitions: Definitions) -> None:
    pinned = change.changed.get(ticket_rules.PINNED)
    if not pinned:
        return
    linked = await associations.list_live_links(tx, change.record.object_type, [change.record.id])
    if not any(row.to_id == int(pinned) and row.to_type in ticket_rules.PINNABLE for row in linked):
        raise ticket_rules.not_associated(pinned, definitions.object_type.error_name, change.record.id)


def check_distinct_records(found: Sequence[Record | None], updates: Sequence[RecordUpdate]) -> None:
    """Raise when two inputs name one record, which they may do in different ways."""
    known = [(record.id, update.key) for record, update in zip(found, updates, strict=True) if record is not None]
    check_distinct([record for record, _ in known], [key for _, key in known])


async def upsert_records(
    tx: Transaction, context: Context, definitions: Definitions, inputs: Sequence[RecordUpdate]
) -> list[Outcome]:
    """Update the record that holds each unique value, or create one with it."""
    found = await reads.find_by_unique_values(tx, definitions, [(item.id_property or "", item.key) for item in inputs])
    check_distinct_records(found, inputs)
    existing = [index for index, record in enumerate(found) if record is not None]
    missing = [index for index, record in enumerate(found) if record is None]
    updated = await update_records(
        tx, context, definitions, [inputs[index] for index in existing], [found[index] for index in existing]
    )
    created = await create_records(
        tx,
        context,
        definitions,
        [
            NewRecord({**inputs[index].properties, inputs[index].id_property or "": inputs[index].key})
            for index in missing
        ],
    )
    outcomes = {
        index: replace(outcome, index=index)
        for index, outcome in (*zip(existing, updated, strict=True), *zip(missing, created, strict=True))
    }
    return [outcomes[index] for index in range(len(inputs))]


async def archive_records(
    tx: Transaction, context: Context, definitions: Definitions, ids: Sequence[int]
) -> list[Record]:
    """Move live records to the recycle bin; unknown and archived ids are passed over."""
    kind = definitions.object_type
    found = await records.get_records(tx, kind.id, list(dict.fromkeys(ids)))
    live = [record for record in found.values() if record.archived_at is None]
    changes = [RecordChange(replace(record, archived_at=context.now), {}, "archive", before=record) for record in live]
    await replace_changes(tx, context, definitions, changes)
    for record in live:
        await unique_values.erase_unique_values(tx, kind.id, record.id)
    await rollups.refresh_neighbours(tx, context, kind, [record.id for record in live])
    return [change.record for change in changes]


async def restore_records(
    tx: Transaction, context: Context, definitions: Definitions, ids: Sequence[int]
) -> list[Outcome]:
    """Bring records back from the recycle bin with id, history and links; their unique values must still be free."""
    kind = definitions.object_type
    found = await records.get_records(tx, kind.id, ids)
    oldest = context.now - context.account.settings.recycle_bin_days * DAY
    errors: dict[int, SpokedeskError] = {}
    planned: dict[int, RecordChange] = {}
    for index, record_id in enumerate(ids):
        record = found.get(record_id)
        in_bin = record is not None and record.archived_at is not None and record.merged_into is None
        if record is None or not in_bin or (record.archived_at or 0) < oldest:
            errors[index] = RecordNotFound(str(record_id))
            continue
        claims = {name: record.properties.get(name, "") for name in definitions.unique_names}
        planned[index] = RecordChange(replace(record, archived_at=None), claims, "restore", before=record)
    errors.update(await claim_unique_values(tx, definitions, planned))
    restored = {index: brought_back(change, definitions) for index, change in planned.items()}
    await replace_changes(tx, context, definitions, list(restored.values()))
    claimed = [
        (name, value, change.record.id)
        for change in planned.values()
        for name, value in change.changed.items()
        if value
    ]
    if claimed:
        await unique_values.insert_unique_values(tx, kind.id, claimed)
    refreshed = await rollups.refresh_neighbours(tx, context, kind, [item.record.id for item in restored.values()])
    return [
        Outcome(index, error=errors[index])
        if index in errors
        else Outcome(index, record=refreshed.get((kind.id, restored[index].record.id), restored[index].record))
        for index in range(len(ids))
    ]


def brought_back(change: RecordChange, definitions: Definitions) -> RecordChange:
    """The change that restores a record; formulas may have changed while it lay in the recycle bin."""
    values = change.record.properties
    changed = calculated_values(definitions.calculations, values)
    return replace(change, record=replace(change.record, properties={**values, **changed}), changed=changed)


async def erase_record(
    tx: Transaction, context: Context, definitions: Definitions, key: str, id_property: str | None
) -> set[str]:
    """Remove for good every record that an id or unique value leads to, with history, unique values and links.

    Those in the recycle bin are among them, and all that were merged into one. Returns the traces that they may have
    left outside of the database: ids, and texts that they hold or held.
    """
    kind = definitions.object_type
    found = await reads.find_many(tx, definitions, [key], id_property, follow=True)
    if id_property is not None and id_property != "hs_object_id":
        name, value = unique_key(id_property, key)
        archived = await records.list_archived_ids_with(tx, kind.id, name, value) if value else []
        found += await reads.follow_merges(tx, definitions, archived)
    survivors = {record.id: record for record in found if record is not None}
    absorbed = [text for record in survivors.values() for text in record.properties.get(MERGED, "").split(";")]
    known = await records.get_records(tx, kind.id, [int(text) for text in absorbed if text])
    ids = [*survivors, *(record.id for record in known.values() if record.merged_into is not None)]
    if not ids:
        return set()
    traces = await traces_of(tx, definitions, ids)
    await archive_records(tx, context, definitions, ids)  # brings what was linked to them up to date
    await records.erase_records(tx, kind.id, ids)
    await accounts.mark_erased(tx)
    tx.erased = True
    return traces | {key}


async def traces_of(tx: Transaction, definitions: Definitions, ids: Sequence[int]) -> set[str]:
    """By what records can be recognised: their ids, and every text of some length that somebody gave them."""
    found = {str(record_id) for record_id in ids}
    texts = {
        name
        for name, definition in definitions.properties.items()
        if definition.type == "string" and not definition.read_only_value
    }
    for history in (await revisions.list_revisions(tx, definitions.object_type.id, ids)).values():
        for revision in history:
            for name, value in revision.changed.items():
                if name in texts and len(value) >= SHORTEST_TRACE:
                    found.add(value)
    return found


async def purge_expired(tx: Transaction, account: Account, kind: ObjectType, limit: int = 500) -> int:
    """Erase records that have been in the recycle bin for longer than it keeps them; returns how many."""
    ids = await records.list_expired_ids(tx, kind.id, tx.now - account.settings.recycle_bin_days * DAY, limit)
    if ids:
        await records.erase_records(tx, kind.id, ids)
    return len(ids)


async def find_live(tx: Transaction, definitions: Definitions, record_id: int) -> Record | None:
    """A record that is not in the recycle bin, or the one that absorbed it."""
    (found,) = await reads.follow_merges(tx, definitions, [record_id])
    return found if found is not None and found.archived_at is None else None
