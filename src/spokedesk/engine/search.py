"""Searching: plan, run, page."""

from __future__ import annotations

from spokedesk.crm.definitions import Definitions
from spokedesk.crm.records import Record
from spokedesk.crm.search import SearchQuery, plan_search
from spokedesk.engine.context import Context
from spokedesk.storage.database import Transaction
from spokedesk.storage.search_sql import find_matching


async def search_records(
    tx: Transaction, context: Context, definitions: Definitions, query: SearchQuery
) -> tuple[int, list[Record]]:
    """How many live records match, and the asked page of them."""

    def object_type_id(name: str) -> str | None:
        found = context.types.find(name)
        return None if found is None else found.id

    plan = plan_search(query, definitions, object_type_id)
    return await find_matching(tx, definitions.object_type.id, definitions.object_type.hot_columns, plan)
