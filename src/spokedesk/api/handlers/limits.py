"""Limits tracking: how much of each limit the account has used up, counted when asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from spokedesk.api import query
from spokedesk.api.calls import Call, Reply
from spokedesk.crm import account_limits
from spokedesk.crm.account_limits import SAMPLES, Share
from spokedesk.crm.association_labels import MAX_LABELS, count_labels
from spokedesk.crm.associations import USER_DEFINED, TypesBetween
from spokedesk.crm.definitions import Definitions
from spokedesk.crm.object_types import ObjectType
from spokedesk.crm.pipeline_rules import MAX_PIPELINES
from spokedesk.crm.property_rules import MAX_CUSTOM
from spokedesk.engine.association_limits import load_limits
from spokedesk.engine.definitions import is_custom, load_every_type, load_types_between
from spokedesk.storage.association_limits import list_busy_records
from spokedesk.storage.records import count_records, get_records

Counts = Sequence[tuple[ObjectType, int]]


def describe(kind: ObjectType) -> dict[str, Any]:
    """An object type as these answers name it."""
    return {
        "objectTypeId": kind.id,
        "singularLabel": kind.label,
        "pluralLabel": kind.plural.replace("_", " ").capitalize(),
    }


def render_share(share: Share) -> dict[str, Any]:
    return {"limit": share.limit, "usage": share.usage, "percentage": share.percentage}


def render_overall(limit: int, counts: Counts, types: list[dict[str, Any]]) -> dict[str, Any]:
    share = Share(limit, sum(count for _, count in counts))
    return {
        "overallLimit": share.limit,
        "overallUsage": share.usage,
        "overallPercentage": share.percentage,
        "byObjectType": types,
    }


def with_usage(counts: Counts) -> list[dict[str, Any]]:
    return [{**describe(kind), "usage": count} for kind, count in counts]


def with_shares(counts: Counts, limit: int) -> list[dict[str, Any]]:
    return [{**describe(kind), **render_share(Share(limit, count))} for kind, count in counts]


def split_kinds(counts: Counts, limit: int, custom_limit: int) -> dict[str, Any]:
    """Standard types with a limit each, custom ones with one for all."""
    standard = [item for item in counts if not is_custom(item[0])]
    custom = [item for item in counts if is_custom(item[0])]
    return {
        "hubspotDefinedObjectTypes": with_shares(standard, limit),
        "customObjectTypes": render_overall(custom_limit, custom, with_usage(custom)),
    }


async def definitions_of_all(call: Call) -> list[Definitions]:
    return await load_every_type(call.tx, call.context.account)


async def read_records(call: Call) -> Reply:
    """GET the number of records of each type."""
    counts = [(kind, await count_records(call.tx, kind.id)) for kind in call.context.types.types]
    return Reply(200, split_kinds(counts, account_limits.RECORDS, account_limits.CUSTOM_RECORDS))


async def read_pipelines(call: Call) -> Reply:
    """GET the number of pipelines of each type that has any; the default one is not counted."""
    counts = [
        (one.object_type, sum(name != one.object_type.default_pipeline for name in one.pipelines))
        for one in await definitions_of_all(call)
        if one.object_type.pipeline_property and not one.object_type.has_lifecycle
    ]
    return Reply(200, split_kinds(counts, MAX_PIPELINES, MAX_PIPELINES))


def count_properties(every: Iterable[Definitions], *, calculated: bool) -> Counts:
    """How many properties of its own an account has per type, calculated ones alone or all."""
    return [
        (
            one.object_type,
            sum(not item.hubspot_defined and (item.calculated or not calculated) for item in one.properties.values()),
        )
        for one in every
    ]


async def read_custom_properties(call: Call) -> Reply:
    """GET the number of properties that the account defined."""
    counts = count_properties(await definitions_of_all(call), calculated=False)
    types = with_shares(counts, MAX_CUSTOM)
    return Reply(200, render_overall(account_limits.CUSTOM_PROPERTIES, counts, types))


async def read_calculated_properties(call: Call) -> Reply:
    """GET the number of calculated properties that the account defined."""
    counts = count_properties(await definitions_of_all(call), calculated=True)
    return Reply(200, render_overall(account_limits.CALCULATED_PROPERTIES, counts, with_usage(counts)))


async def read_custom_types(call: Call) -> Reply:
    """GET the number of custom object types."""
    count = sum(is_custom(kind) for kind in call.context.types.types)
    return Reply(200, render_share(Share(account_limits.CUSTOM_OBJECT_TYPES, count)))


async def read_labels(call: Call) -> Reply:
    """GET the labels of each pair of types that has any, or of the pairs that the query narrows to."""
    kinds = call.context.types
    asked = [query.text(call.query, name) for name in ("fromObjectTypeId", "toObjectTypeId")]
    start, end = (None if name is None else kinds.resolve(name) for name in asked)
    results: list[dict[str, Any]] = []
    for from_kind in kinds.types if start is None else [start]:
        for to_kind in kinds.types if end is None else [end]:
            types = await load_types_between(call.tx, call.context.account, from_kind.id, to_kind.id)
            if count_labels(types) or (start and end):
                results.append(render_labels(from_kind, to_kind, types))
    return Reply(200, {"results": results})


def render_labels(from_kind: ObjectType, to_kind: ObjectType, types: TypesBetween) -> dict[str, Any]:
    own = [known.label for known in types.types if known.category == USER_DEFINED and known.label is not None]
    return {
        "fromObjectType": describe(from_kind),
        "toObjectType": describe(to_kind),
        **render_share(Share(MAX_LABELS, count_labels(types))),
        "allLabels": list(dict.fromkeys(own)),
    }


Busy = Mapping[tuple[str, str], Sequence[tuple[int, Share]]]


async def busy_records(call: Call) -> Busy:
    """Per pair of types, the records that have used up most or all of the links that they may have."""
    limits = await load_limits(call.tx, call.context.account)
    largest: dict[tuple[str, str], int] = {}
    for limit in limits.values():
        pair = (limit.from_type, limit.to_type)
        largest[pair] = min(limit.largest, largest.get(pair, account_limits.LINKS))
    least = min([account_limits.LINKS, *largest.values()])
    found: dict[tuple[str, str], list[tuple[int, Share]]] = {}
    for from_type, to_type, record_id, usage in await list_busy_records(
        call.tx, max(1, int(least * account_limits.NEAR))
    ):
        share = Share(largest.get((from_type, to_type), account_limits.LINKS), usage)
        if share.is_at_limit or share.is_near_limit:
            found.setdefault((from_type, to_type), []).append((record_id, share))
    return found


def render_busy(kind: ObjectType, shares: Sequence[Share]) -> dict[str, Any]:
    return {
        **describe(kind),
        "hasRecordsAtLimit": any(share.is_at_limit for share in shares),
        "hasRecordsNearLimit": any(share.is_near_limit for share in shares),
    }


async def list_busy_sources(call: Call) -> Reply:
    """GET the types with records that are near or at the limit of links."""
    busy = await busy_records(call)
    shares = {
        kind.id: [share for (start, _), rows in busy.items() if start == kind.id for _, share in rows]
        for kind in call.context.types.types
    }
    results = [render_busy(kind, shares[kind.id]) for kind in call.context.types.types if shares[kind.id]]
    return Reply(200, {"results": results})


async def list_busy_targets(call: Call) -> Reply:
    """GET the types to which records of one type have nearly or all the links that they may have."""
    start = call.object_types["from_type"].id
    busy = await busy_records(call)
    results = [
        render_busy(kind, [share for _, share in busy[start, kind.id]])
        for kind in call.context.types.types
        if (start, kind.id) in busy
    ]
    return Reply(200, {"results": results})


async def read_busy_pair(call: Call) -> Reply:
    """GET the records of one type that have nearly or all the links to another type that they may have."""
    start, end = call.object_types["from_type"], call.object_types["to_type"]
    rows = (await busy_records(call)).get((start.id, end.id), ())
    limits = [
        item.largest
        for item in (await load_limits(call.tx, call.context.account)).values()
        if (item.from_type, item.to_type) == (start.id, end.id)
    ]
    full = [(record_id, share) for record_id, share in rows if share.is_at_limit]
    near = [(record_id, share) for record_id, share in rows if share.is_near_limit]
    labels = await labels_of(call, start, [record_id for record_id, _ in (*full[:SAMPLES], *near[:SAMPLES])])
    body = {
        "limit": min([account_limits.LINKS, *limits]),
        "totalRecordsAtLimit": len(full),
        "totalRecordsNearLimit": len(near),
        "atLimitFromRecordSamples": [
            {"objectId": record_id, "label": labels[record_id]} for record_id, _ in full[:SAMPLES]
        ],
        "nearLimitFromRecordSamples": [
            {"objectId": record_id, "label": labels[record_id], "usage": share.usage, "percentage": share.percentage}
            for record_id, share in near[:SAMPLES]
        ],
    }
    return Reply(200, body)


async def labels_of(call: Call, kind: ObjectType, ids: Sequence[int]) -> dict[int, str]:
    """What people call records: the value of the type's first searchable property, else the id."""
    found = await get_records(call.tx, kind.id, ids)
    name = kind.searchable_properties[0] if kind.searchable_properties else ""
    return {
        record_id: (found[record_id].properties.get(name) if record_id in found else None) or str(record_id)
        for record_id in ids
    }
