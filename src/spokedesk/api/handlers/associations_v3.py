"""Links in the v3 shape: one type at a time, named like `ticket_to_contact`, one row per record and type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from spokedesk.api import query
from spokedesk.api.bodies.associations import NamedLinkInput
from spokedesk.api.calls import Call, Reply
from spokedesk.api.errors import render_error
from spokedesk.api.handlers.associations_v4 import (
    direction_of,
    no_links,
    only_linked,
    path_input,
    read_id,
    render_errors,
)
from spokedesk.api.handlers.records import read_names
from spokedesk.api.json_door import items_of, needed_text
from spokedesk.api.render import next_page, render_batch, render_reading
from spokedesk.crm.associations import WantedType
from spokedesk.engine import associations, reads
from spokedesk.engine.associations import (
    MAX_INPUTS,
    MAX_READ_INPUTS,
    PAGE,
    Linked,
    LinkInput,
    TargetPage,
    load_types,
)
from spokedesk.engine.batches import check_count
from spokedesk.engine.definitions import load_definitions
from spokedesk.errors import SpokedeskError


def read_named(item: NamedLinkInput) -> LinkInput:
    return LinkInput(read_id(item.from_id), read_id(item.to_id), [WantedType(None, needed_text(item.type))])


def path_types(call: Call) -> list[WantedType]:
    """The type that ends the path, as id or name."""
    return [WantedType(None, call.path["association_type"])]


def render_rows(page: TargetPage) -> list[dict[str, Any]]:
    """A row per record and type, labelled ones before the plain one."""
    return [
        {"id": str(target.id), "type": known.name}
        for target in page.targets
        for known in sorted(target.types, key=lambda known: (known.label is None, known.name))
    ]


def render_named(linked: Linked) -> dict[str, Any]:
    return {
        "from": {"id": str(linked.from_id)},
        "to": {"id": str(linked.to_id)},
        "type": linked.types[0].name,
    }


def next_targets(call: Call, page: TargetPage, **place: Any) -> dict[str, Any]:
    """The cursor behind a page: the first id that may come next."""
    return next_page(call, str(page.targets[-1].id + 1), **place)


async def put_link(call: Call) -> Reply:
    """PUT one type between two records; the answer is the record with its links to that type of records."""
    direction = direction_of(call)
    wanted = path_input(call, path_types(call))
    linked = only_linked(await associations.associate(call.tx, call.context, direction, [wanted]))
    definitions = await load_definitions(call.tx, call.context.account, direction.from_kind)
    record = await reads.find_one(call.tx, definitions, str(linked.from_id), None)
    links = reads.Wanted(links=(direction.to_kind,))
    (reading,) = await reads.complete(call.tx, call.context.account, definitions, [record], links)
    return Reply(200, render_reading(reading, read_names(call, definitions, links), definitions, call))


async def delete_link(call: Call) -> Reply:
    """DELETE one type between two records; the plain one takes all others along."""
    wanted = path_input(call, path_types(call))
    await associations.disassociate(call.tx, call.context, direction_of(call), [wanted])
    return Reply(204)


async def list_links(call: Call) -> Reply:
    """GET the links of one record to one type. `limit` counts records, each with all its rows."""
    first_id = query.after_id(call.query)
    limit = query.limit(call.query, PAGE, PAGE)
    page = await associations.list_targets(
        call.tx, call.context, direction_of(call), call.path["record_id"], above=max(0, first_id - 1), limit=limit
    )
    body: dict[str, Any] = {"results": render_rows(page)}
    if page.has_more:
        body["paging"] = next_targets(call, page)
    return Reply(200, body)


async def list_types(call: Call) -> Reply:
    """GET the types of one direction with their v3 names."""
    types = await load_types(call.tx, call.context, direction_of(call))
    return Reply(200, {"results": [{"id": str(known.type_id), "name": known.name} for known in types.types]})


async def create_batch(call: Call) -> Reply:
    """POST one type for each of many pairs of records; bad inputs are reported beside the good ones."""
    inputs: Sequence[NamedLinkInput] = items_of(call.body.inputs)
    check_count(len(inputs), limit=MAX_INPUTS)
    wanted = [read_named(item) for item in inputs]
    outcomes = await associations.associate(call.tx, call.context, direction_of(call), wanted)
    results = [render_named(outcome.linked) for outcome in outcomes if outcome.linked is not None]
    errors = render_errors(call, outcomes)
    return Reply(207 if errors else 201, render_batch(call, results, errors))


async def archive_batch(call: Call) -> Reply:
    """POST types to be removed between pairs of records."""
    inputs: Sequence[NamedLinkInput] = items_of(call.body.inputs)
    check_count(len(inputs), limit=MAX_INPUTS)
    await associations.disassociate(call.tx, call.context, direction_of(call), [read_named(item) for item in inputs])
    return Reply(204)


async def read_batch(call: Call) -> Reply:
    """POST record ids to read their links; records without any are reported as errors."""
    inputs = items_of(call.body.inputs)
    check_count(len(inputs), limit=MAX_READ_INPUTS)
    direction = direction_of(call)
    keys = list(dict.fromkeys(read_id(item) for item in inputs))
    pages = await associations.list_targets_of_many(call.tx, call.context, direction, [(key, 0) for key in keys])
    results: list[dict[str, Any]] = []
    lost: list[SpokedeskError] = []
    for key, page in zip(keys, pages, strict=True):
        if not page.targets:
            lost.append(no_links(direction, key))
            continue
        result: dict[str, Any] = {"from": {"id": key}, "to": render_rows(page)}
        if page.has_more:
            path = f"/crm/v3/objects/{direction.from_kind.plural}/{key}/associations/{direction.to_kind.plural}"
            result["paging"] = next_targets(call, page, path=path, keep_query=False)
        results.append(result)
    errors = [render_error(error, call.context.account.id, None) for error in lost]
    return Reply(207 if errors else 200, render_batch(call, results, errors))
