"""Searching: plan, run, page."""

from __future__ import annotations

from spokedesk.crm.definitions import Definitions
from spokedesk.crm.records import Record
from spokedesk.crm.search import SearchQuery, Sort, plan_search
from spokedesk.engine.context import Context
from spokedesk.storage.database import Transaction
from spokedesk.storage.search_sql import find_matching, list_matching


async def search_records(
    tx: Transaction, context: Context, definitions: Definitions, query: SearchQuery
) -> tuple[int, list[Record]]:
    """How many live records match, and the asked page of them."""

    def object_type_id(name: str) -> str | None:
        found = context.types.find(name)
        return None if found is None else found.id

    plan = plan_search(query, definitions, object_type_id)
    return await find_matching(tx, definitions.object_type.id, definitions.object_type.hot_columns, plan)


async def find_newest(tx: Transaction, definitions: Definitions, text: str, limit: int) -> list[Record]:
    """The live records that hold a text and were created last. They are not counted, so a common text is found soon."""
    kind = definitions.object_type
    query = SearchQuery(query=text, sorts=(Sort(kind.created_property, descending=True),), limit=limit)
    plan = plan_search(query, definitions, lambda name: None)
    return await list_matching(tx, kind.id, kind.hot_columns, plan)
