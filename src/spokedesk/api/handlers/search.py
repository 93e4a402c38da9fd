"""Searching records."""

from __future__ import annotations

from collections.abc import Sequence

from spokedesk.api.bodies.search import FilterInput, SearchBody, SortInput
from spokedesk.api.calls import Call, Reply
from spokedesk.api.handlers.records import definitions_of
from spokedesk.api.json_door import needed_text, text_of
from spokedesk.api.render import render_reading
from spokedesk.crm.search import OPERATORS, Filter, SearchQuery, Sort
from spokedesk.engine.reads import Reading
from spokedesk.engine.search import search_records as search
from spokedesk.errors import InvalidBody, InvalidRequest

PAGE = 10


def read_filter(item: FilterInput) -> Filter:
    operator = needed_text(item.operator)
    if operator not in OPERATORS:
        raise InvalidBody(
            "Invalid input JSON on line 1, column 1: Cannot deserialize value of type "
            f'`com.hubspot.inbounddb.publicobject.core.v2.filters.FilterOperator` from String "{operator}": not one '
            f"of the values accepted for Enum class: [{', '.join(OPERATORS)}]"
        )
    values = None if item.values is None else tuple(text_of(value) or "" for value in item.values)
    return Filter(needed_text(item.property_name), operator, text_of(item.value), text_of(item.high_value), values)


def read_filters(items: Sequence[FilterInput] | None) -> tuple[Filter, ...]:
    return tuple(read_filter(item) for item in items or ())


def read_sort(item: str | SortInput) -> Sort:
    """`"-createdate"`, or an object with name and direction."""
    if isinstance(item, str):
        return Sort(item.removeprefix("-"), descending=item.startswith("-"))
    direction = (item.direction or "ASCENDING").upper()
    if direction not in ("ASCENDING", "DESCENDING"):
        raise InvalidBody(f"Invalid input JSON on line 1, column 1: {direction} is not a sort direction")
    return Sort(item.property_name or "", descending=direction == "DESCENDING")


def read_number(value: int | str | None, name: str, default: int) -> int:
    """A whole number given as number or text."""
    text = text_of(value)
    if text is None or text == "":
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise InvalidRequest(f"Invalid input JSON: {name} must be a whole number, not {text[:50]}")
    return int(text)


def read_search(body: SearchBody) -> SearchQuery:
    groups = [read_filters(group.filters) for group in body.filter_groups or ()]
    if body.filters:
        groups.append(read_filters(body.filters))
    return SearchQuery(
        groups=tuple(groups),
        query=body.query or "",
        sorts=tuple(read_sort(item) for item in body.sorts or ()),
        limit=read_number(body.limit, "limit", PAGE),
        after=read_number(body.after, "after", 0),
    )


async def search_records(call: Call) -> Reply:
    """POST a query; the page starts at the offset `after`."""
    definitions = await definitions_of(call)
    wanted = read_search(call.body)
    total, found = await search(call.tx, call.context, definitions, wanted)
    names = definitions.select(tuple(call.body.properties or ()))
    body: dict[str, object] = {
        "total": total,
        "results": [render_reading(Reading(record), names, definitions, call) for record in found],
    }
    following = wanted.after + len(found)
    if found and following < total:
        body["paging"] = {"next": {"after": str(following)}}
    return Reply(200, body)
