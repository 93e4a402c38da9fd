"""Links in the v4 and dated shape: types by category and id, several per pair of records."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from spokedesk.api import query
from spokedesk.api.bodies.associations import LinkInput as LinkBody
from spokedesk.api.bodies.associations import PageInput, PairInput, SpecInput
from spokedesk.api.bodies.records import IdInput
from spokedesk.api.calls import Call, Reply
from spokedesk.api.errors import render_error
from spokedesk.api.json_door import items_of, needed_text, text_of
from spokedesk.api.render import next_page, render_batch
from spokedesk.crm.associations import CATEGORIES, Association, AssociationType, WantedType, both_directions
from spokedesk.engine import associations
from spokedesk.engine.associations import (
    MAX_INPUTS,
    MAX_PAIRS,
    MAX_READ_INPUTS,
    PAGE,
    Direction,
    Linked,
    LinkInput,
    LinkOutcome,
    Target,
)
from spokedesk.engine.batches import check_count
from spokedesk.errors import InvalidBody, InvalidRequest, NotFound, SpokedeskError


def direction_of(call: Call) -> Direction:
    """The two object types that the path names."""
    return Direction(call.object_types["from_type"], call.object_types["to_type"])


def read_spec(spec: SpecInput) -> WantedType:
    category = needed_text(spec.association_category)
    if category not in CATEGORIES:
        raise InvalidBody(
            "Invalid input JSON on line 1, column 1: Cannot deserialize value of type "
            f'`com.hubspot.associations.AssociationCategory` from String "{category}": not one of the values accepted '
            f"for Enum class: [{', '.join(CATEGORIES)}]"
        )
    return WantedType(category, needed_text(spec.association_type_id))


def read_id(item: IdInput | Any) -> str:
    return needed_text(item.id)


def read_pair(item: PairInput) -> LinkInput:
    """Two records to be linked by the plain type."""
    return LinkInput(read_id(item.from_id), read_id(item.to_id))


def read_link(item: LinkBody) -> LinkInput:
    types = [read_spec(spec) for spec in items_of(item.types)]
    return LinkInput(read_id(item.from_id), read_id(item.to_id), types)


def path_input(call: Call, types: Sequence[WantedType] | None = None) -> LinkInput:
    return LinkInput(call.path["record_id"], call.path["to_id"], types)


def link_id(call: Call, record_id: int) -> int | str:
    return record_id if call.version.numeric_link_ids else str(record_id)


def render_linked(call: Call, linked: Linked) -> dict[str, Any]:
    """Two linked records and the texts of the labels that the request named."""
    direction = direction_of(call)
    return {
        "fromObjectTypeId": direction.from_kind.id,
        "fromObjectId": link_id(call, linked.from_id),
        "toObjectTypeId": direction.to_kind.id,
        "toObjectId": link_id(call, linked.to_id),
        "labels": [known.label for known in linked.types if known.label is not None],
    }


def render_type(known: AssociationType) -> dict[str, Any]:
    return {"category": known.category, "typeId": known.type_id, "label": known.label}


def render_target(call: Call, target: Target) -> dict[str, Any]:
    return {
        "toObjectId": link_id(call, target.id),
        "associationTypes": [render_type(known) for known in target.types],
    }


def render_defaults(call: Call, linked: Linked) -> list[dict[str, Any]]:
    """Both directions of a plain link, the lower type id first."""
    direction = direction_of(call)
    rows: list[dict[str, Any]] = []
    for known in linked.types:
        link = Association(
            direction.from_kind.id, linked.from_id, direction.to_kind.id, linked.to_id, known.category, known.type_id
        )
        for row in sorted(both_directions(link, known), key=lambda row: row.type_id):
            spec = {"associationCategory": row.category, "associationTypeId": row.type_id}
            rows.append({"from": {"id": str(row.from_id)}, "to": {"id": str(row.to_id)}, "associationSpec": spec})
    return rows


def render_errors(call: Call, outcomes: Sequence[LinkOutcome]) -> list[dict[str, Any]]:
    account_id = call.context.account.id
    return [render_error(outcome.error, account_id, None) for outcome in outcomes if outcome.error is not None]


def only_linked(outcomes: Sequence[LinkOutcome]) -> Linked:
    """What a call for a single pair did; raise what was wrong with it."""
    (outcome,) = outcomes
    if outcome.error is not None:
        raise outcome.error
    assert outcome.linked is not None, "an outcome without error has its records"
    return outcome.linked


def write_cursor(record_id: int) -> str:
    """An opaque cursor behind a record."""
    return base64.urlsafe_b64encode(str(record_id).encode()).decode().rstrip("=")


def read_cursor(text: str | None) -> int:
    """The id that a page starts behind; raise for what is no cursor of ours."""
    if not text:
        return 0
    try:
        plain = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        plain = b""
    if not (plain.isdigit() and len(plain) <= 18):
        raise InvalidRequest("Unable to parse value for query parameter: after")
    return int(plain)


def no_links(direction: Direction, key: str) -> NotFound:
    """What a batch read says of a record without links."""
    from_name, to_name = direction.from_kind.singular, direction.to_kind.singular
    return NotFound(
        f"No {to_name} is associated with {from_name} {key}.",
        context={"fromObjectId": [key], "fromObjectType": [from_name], "toObjectType": [to_name]},
        sub_category="crm.associations.NO_ASSOCIATIONS_FOUND",
    )


def removed(call: Call) -> Reply:
    """The answer to a batch of removals."""
    return Reply(200, render_batch(call, [])) if call.version.answers_link_removals else Reply(204)


async def list_links(call: Call) -> Reply:
    """GET the records of one type that are linked to one record, all types of each."""
    above = read_cursor(query.text(call.query, "after"))
    limit = query.limit(call.query, PAGE, PAGE)
    page = await associations.list_targets(
        call.tx, call.context, direction_of(call), call.path["record_id"], above=above, limit=limit
    )
    body: dict[str, Any] = {"results": [render_target(call, target) for target in page.targets]}
    if page.has_more:
        body["paging"] = next_page(call, write_cursor(page.targets[-1].id))
    return Reply(200, body)


async def put_link(call: Call) -> Reply:
    """PUT types between two records, beside those that they have; only Primary moves."""
    wanted = path_input(call, [read_spec(spec) for spec in call.body])
    outcomes = await associations.associate(call.tx, call.context, direction_of(call), [wanted])
    return Reply(201, render_linked(call, only_linked(outcomes)))


async def put_default_link(call: Call) -> Reply:
    """PUT the plain type between two records."""
    outcomes = await associations.associate(call.tx, call.context, direction_of(call), [path_input(call)])
    return Reply(200, render_batch(call, render_defaults(call, only_linked(outcomes))))


async def delete_links(call: Call) -> Reply:
    """DELETE every type between two records."""
    pair = (call.path["record_id"], call.path["to_id"])
    await associations.disassociate_all(call.tx, call.context, direction_of(call), [pair])
    return Reply(204)


async def create_batch(call: Call) -> Reply:
    """POST types between many pairs of records; bad inputs are reported beside the good ones."""
    inputs = items_of(call.body.inputs)
    check_count(len(inputs), limit=MAX_INPUTS)
    wanted = [read_link(item) for item in inputs]
    outcomes = await associations.associate(call.tx, call.context, direction_of(call), wanted)
    results = [render_linked(call, outcome.linked) for outcome in outcomes if outcome.linked is not None]
    errors = render_errors(call, outcomes)
    return Reply(207 if errors else call.version.links_created_status, render_batch(call, results, errors))


async def create_default_batch(call: Call) -> Reply:
    """POST the plain type between many pairs of records."""
    inputs = items_of(call.body.inputs)
    check_count(len(inputs), limit=MAX_INPUTS)
    wanted = [read_pair(item) for item in inputs]
    outcomes = await associations.associate(call.tx, call.context, direction_of(call), wanted)
    results = [
        row for outcome in outcomes if outcome.linked is not None for row in render_defaults(call, outcome.linked)
    ]
    errors = render_errors(call, outcomes)
    return Reply(207 if errors else 200, render_batch(call, results, errors))


async def read_batch(call: Call) -> Reply:
    """POST record ids to read their links; records without any are reported as errors."""
    inputs: Sequence[PageInput] = items_of(call.body.inputs)
    check_count(len(inputs), limit=MAX_READ_INPUTS)
    direction = direction_of(call)
    keys = list(dict.fromkeys((needed_text(item.id), read_cursor(text_of(item.after))) for item in inputs))
    pages = await associations.list_targets_of_many(call.tx, call.context, direction, keys)
    results: list[dict[str, Any]] = []
    lost: list[SpokedeskError] = []
    for (key, above), page in zip(keys, pages, strict=True):
        if not page.targets and not above:
            lost.append(no_links(direction, key))
            continue
        result: dict[str, Any] = {"from": {"id": key}, "to": [render_target(call, item) for item in page.targets]}
        if page.has_more:
            path = (
                f"{call.version.prefixes('links')[0]}/{direction.from_kind.plural}/{key}/associations/"
                f"{direction.to_kind.plural}"
            )
            result["paging"] = next_page(call, write_cursor(page.targets[-1].id), path=path, keep_query=False)
        results.append(result)
    errors = [render_error(error, call.context.account.id, None) for error in lost]
    return Reply(207 if errors else 200, render_batch(call, results, errors))


async def archive_batch(call: Call) -> Reply:
    """POST pairs of records between which every type is removed."""
    inputs = items_of(call.body.inputs)
    check_count(len(inputs), limit=MAX_INPUTS)
    pairs = [(read_id(item.from_id), read_id(target)) for item in inputs for target in items_of(item.to_id)]
    check_count(len(pairs), limit=MAX_PAIRS)
    await associations.disassociate_all(call.tx, call.context, direction_of(call), pairs)
    return removed(call)


async def archive_labels_batch(call: Call) -> Reply:
    """POST types to be removed between pairs of records; the plain type takes all others along."""
    inputs = items_of(call.body.inputs)
    check_count(len(inputs), limit=MAX_INPUTS)
    wanted = [read_link(item) for item in inputs]
    await associations.disassociate(call.tx, call.context, direction_of(call), wanted)
    return removed(call)
