"""Records, and the decisions about them: what a create, an update, a restore or a merge changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from spokedesk.crm import stage_changes, ticket_rules
from spokedesk.crm.calculations import calculated_values
from spokedesk.crm.definitions import Definitions
from spokedesk.crm.history import Source
from spokedesk.crm.instants import iso, parse_instant
from spokedesk.crm.pipelines import stage_key
from spokedesk.crm.property_values import ValueRules, check_values
from spokedesk.errors import Problem, RequiredMissing, ValuesInvalid

OWNER = "hubspot_owner_id"
MERGED = "hs_merged_object_ids"


@dataclass(slots=True)
class Record:
    """One ticket, contact …: its stored texts by property name, and what the store keeps beside them.

    `revision` counts writes; instants are milliseconds. `merged_into` is the record that absorbed this one.
    """

    object_type: str
    id: int
    properties: Mapping[str, str]
    created_at: int
    updated_at: int
    revision: int = 0
    archived_at: int | None = None
    merged_into: int | None = None


@dataclass(slots=True)
class RecordChange:
    """A decided write: the new state, the values that differ from before, and what kind of event it is."""

    record: Record
    changed: Mapping[str, str]
    kind: str
    before: Record | None = None
    written: tuple[str, ...] = field(default=())


def check_input(
    raw: Mapping[str, str | None], current: Mapping[str, str], definitions: Definitions, rules: ValueRules
) -> dict[str, str]:
    """The normalised values of one request, default pipeline included; raise with every problem at once."""
    values, problems = check_values(raw, definitions, current, rules)
    implied, stage_problems = stage_changes.check_stage(values, current, definitions)
    pin = ticket_rules.check_pin(values.get(ticket_rules.PINNED, ""))
    problems.extend(stage_problems)
    problems.extend([pin] if pin else [])
    if problems:
        raise ValuesInvalid(in_request_order(problems, raw))
    if not current:
        # an empty pipeline on a new record is none, like one that was not sent
        values = {name: value for name, value in values.items() if value != "" or name not in implied}
    return {**implied, **values}


def in_request_order(problems: list[Problem], raw: Mapping[str, str | None]) -> list[Problem]:
    order = {name: index for index, name in enumerate(raw)}
    return sorted(problems, key=lambda problem: order.get(problem.property_name, len(order)))


def plan_create(
    record_id: int,
    values: Mapping[str, str],
    definitions: Definitions,
    source: Source,
    rules: ValueRules,
) -> RecordChange:
    """Decide the first state of a record from checked values. `createdate` may be given, to keep an older date."""
    kind = definitions.object_type
    given = {name: value for name, value in values.items() if value != ""}
    created = given.get(kind.created_property) or iso(rules.now)
    properties = {
        **source_values(source, definitions),
        **given,
        kind.created_property: created,
        kind.modified_property: iso(rules.now),
        "hs_object_id": str(record_id),
    }
    properties.update(derived_values({}, properties, given, definitions, rules.now))
    if kind.plural == "tickets":
        properties.update(ticket_rules.new_ticket_values(record_id, created))
    properties.update(calculated_values(definitions.calculations, properties))
    created_at = parse_instant(created)
    if created_at is None:
        created_at = rules.now
    record = Record(kind.id, record_id, properties, created_at, rules.now)
    return RecordChange(record, properties, "create", written=tuple(values))


def check_required(values: Mapping[str, str], definitions: Definitions, required: tuple[str, ...]) -> None:
    """Raise when a create request lacks, or leaves empty, what its type cannot be without."""
    missing = [name for name in required if not values.get(name)]
    if missing:
        raise RequiredMissing(definitions.object_type.error_name, missing)


def plan_update(
    record: Record, values: Mapping[str, str], definitions: Definitions, source: Source, now: int
) -> RecordChange:
    """Decide what an update changes; values that stay the same are no change and leave no history."""
    kind = definitions.object_type
    written = tuple(values)
    values = stage_changes.without_steps_back(values, record.properties, definitions)
    lasting = (kind.created_property, *(() if kind.has_lifecycle else (kind.pipeline_property, kind.stage_property)))
    emptied = [name for name in lasting if name and values.get(name) == ""]
    if emptied:
        raise RequiredMissing(kind.error_name, emptied)
    before = record.properties
    after = {**before, **values}
    changed = {name: value for name, value in values.items() if before.get(name, "") != value}
    if changed:
        derived = derived_values(before, after, values, definitions, now)
        if source.user_id is not None and "hs_updated_by_user_id" in definitions.properties:
            derived["hs_updated_by_user_id"] = str(source.user_id)
        derived[kind.modified_property] = iso(now)
        changed.update({name: value for name, value in derived.items() if before.get(name, "") != value})
        changed.update(calculated_values(definitions.calculations, {**before, **changed}, changed))
    return apply_change(record, changed, "update", now, written)


def apply_change(
    record: Record, changed: Mapping[str, str], kind: str, now: int, written: tuple[str, ...] = ()
) -> RecordChange:
    """The change that gives a record these values; none of them means that nothing is written."""
    after = replace(record, properties={**record.properties, **changed}, updated_at=now) if changed else record
    if "createdate" in changed and (created := parse_instant(changed["createdate"])) is not None:
        after = replace(after, created_at=created)
    return RecordChange(after, changed, kind, before=record, written=written)


def derived_values(
    before: Mapping[str, str],
    after: Mapping[str, str],
    given: Mapping[str, str],
    definitions: Definitions,
    now: int,
) -> dict[str, str]:
    """What follows from a write: stage times, closing, owner dates, parts of an e-mail address."""
    kind = definitions.object_type
    derived: dict[str, str] = {}
    if kind.stage_property is not None and kind.pipeline_property is not None:
        moved = any(before.get(name) != after.get(name) for name in (kind.stage_property, kind.pipeline_property))
        if moved and after.get(kind.stage_property):
            derived.update(stage_values(before, after, given, definitions, now))
        elif moved and before.get(kind.stage_property):
            derived.update(stage_changes.leave_stage(before, stage_key(before[kind.stage_property]), now))
    if before.get(OWNER, "") != after.get(OWNER, ""):
        derived.update(owner_values(after.get(OWNER, ""), definitions, now))
    if kind.plural == "contacts" and before.get("email", "") != after.get("email", ""):
        derived["hs_email_domain"] = after.get("email", "").partition("@")[2]
    if kind.plural == "tickets":
        closed = derived.get("closed_date", after.get("closed_date", ""))
        derived["time_to_close"] = ticket_rules.duration(after.get("createdate", ""), closed)
    return {name: value for name, value in derived.items() if value != "" or before.get(name)}


def stage_values(
    before: Mapping[str, str],
    after: Mapping[str, str],
    given: Mapping[str, str],
    definitions: Definitions,
    now: int,
) -> dict[str, str]:
    kind = definitions.object_type
    stage_property = kind.stage_property or ""
    derived = stage_changes.stage_times(before, before.get(stage_property, ""), after[stage_property], now)
    stage_after = stage_changes.find_stage(after, definitions)
    is_closed = stage_after is not None and stage_after.is_closed
    if kind.plural == "tickets":
        was_closed = before.get("hs_is_closed") == "true"
        opening = {**before, "createdate": after.get("createdate", "")}
        at = parse_instant(after.get("createdate", "")) if not before else now
        derived.update(
            ticket_rules.closing_values(opening, given, was_closed=was_closed, is_closed=is_closed, now=at or now)
        )
    elif kind.plural == "deals":
        derived["hs_is_closed"] = "true" if is_closed else "false"
        if is_closed and not after.get("closedate"):
            derived["closedate"] = iso(now)
    return {name: value for name, value in derived.items() if name in definitions.properties}


def owner_values(owner_id: str, definitions: Definitions, now: int) -> dict[str, str]:
    derived = {"hubspot_owner_assigneddate": iso(now) if owner_id else "", "hs_all_owner_ids": owner_id}
    return {name: value for name, value in derived.items() if name in definitions.properties}


def source_values(source: Source, definitions: Definitions) -> dict[str, str]:
    """Where a new record came from."""
    values = {
        "hs_object_source": source.type,
        "hs_object_source_id": source.id,
        "hs_object_source_label": source.label or source.type,
        "hs_created_by_user_id": None if source.user_id is None else str(source.user_id),
    }
    return {name: value for name, value in values.items() if value and name in definitions.properties}


def followed_by_merge(primary: Record, changed: dict[str, str], definitions: Definitions, now: int) -> dict[str, str]:
    """What follows from values that a survivor takes over; an open ticket takes no closing date over."""
    before = primary.properties
    if "closed_date" in changed and before.get("hs_is_closed") != "true":
        del changed["closed_date"]
    after = {**before, **changed}
    derived = owner_values(changed[OWNER], definitions, now) if OWNER in changed else {}
    if "email" in changed and definitions.object_type.plural == "contacts":
        derived["hs_email_domain"] = changed["email"].partition("@")[2]
    if definitions.object_type.plural == "tickets":
        derived["time_to_close"] = ticket_rules.duration(after.get("createdate", ""), after.get("closed_date", ""))
    return {name: value for name, value in derived.items() if before.get(name, "") != value}


def plan_merge(primary: Record, other: Record, definitions: Definitions, now: int) -> RecordChange:
    """Decide what the survivor takes over: values it lacks, the older creation, the list of absorbed ids.

    The survivor keeps its own pipeline, stage and owner; of two stages of a lifecycle it has the later one.
    """
    kind = definitions.object_type
    changed: dict[str, str] = {}
    for name, value in other.properties.items():
        definition = definitions.properties.get(name)
        writable = definition is not None and not definition.read_only_value
        if writable and value and not primary.properties.get(name):
            changed[name] = value
    changed.update(stage_changes.later_stage(primary.properties, other.properties, definitions, now))
    if other.created_at < primary.created_at:
        changed[kind.created_property] = other.properties[kind.created_property]
    changed.update(followed_by_merge(primary, changed, definitions, now))
    earlier = [primary.properties.get(MERGED, ""), other.properties.get(MERGED, ""), str(other.id)]
    changed[MERGED] = ";".join(part for part in earlier if part)
    changed[kind.modified_property] = iso(now)
    changed.update(calculated_values(definitions.calculations, {**primary.properties, **changed}, changed))
    return apply_change(primary, changed, "merge", now)
