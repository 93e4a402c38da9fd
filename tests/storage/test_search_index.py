"""The searches that people run most are served by an index, and no stored text can break a statement."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from spokedesk.crm.search import Filter, SearchQuery, Sort
from spokedesk.engine.context import Context
from spokedesk.engine.definitions import load_definitions
from spokedesk.engine.object_types import standard_type, standard_types
from spokedesk.engine.search import search_records
from spokedesk.storage.database import Database, Transaction
from tests.support.api import Api, Clock
from tests.support.factories import insert_record
from tests.support.postgres import EMPTIED
from tests.support.stores import ACCOUNT, KINDS, SOURCE, create_work, make_account, open_database, read, ticket, write

STAGE = Filter("hs_pipeline_stage", "EQ", "2")
STAGES = Filter("hs_pipeline_stage", "IN", values=("2", "3"))
PIPELINE = Filter("hs_pipeline", "EQ", "0")
OWNER = Filter("hubspot_owner_id", "EQ", "5")
CHANGED = Filter("hs_lastmodifieddate", "GTE", "2026-01-01T00:00:00Z")
CREATED = Filter("createdate", "BETWEEN", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z")
NEWEST = Sort("hs_lastmodifieddate", descending=True)
LATEST = Sort("createdate", descending=True)


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Database]:
    """One that no other test had before: rows that were deleted there would have a say in which index is the best."""
    is_postgres = request.param == "postgres"
    opened = EMPTIED.make(clock) if is_postgres else open_database(request.param, tmp_path, clock)
    make_account(opened)
    yield opened
    opened.close()


def object_type_id(name: str) -> str | None:
    found = standard_types().find(name)
    return None if found is None else found.id


class Explained:
    """A transaction that asks how a statement would be run before it runs it."""

    def __init__(self, tx: Transaction) -> None:
        self.tx = tx
        self.plans: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.tx, name)

    async def explain(self, sql: str, params: Mapping[str, Any]) -> None:
        if self.tx.dialect.name == "sqlite":
            rows = await self.tx.rows(f"EXPLAIN QUERY PLAN {sql}", **params)
            self.plans.append("; ".join(row[3] for row in rows))
            return
        # a table of twenty rows is read whole unless that is made dear; what then is used can be used
        for way in ("seqscan", "bitmapscan", "sort"):
            await self.tx.execute(f"SET LOCAL enable_{way} = off")
        rows = await self.tx.rows(f"EXPLAIN (COSTS OFF) {sql}", **params)
        self.plans.append("; ".join(in_words_of_sqlite(row[0]) for row in rows))

    async def rows(self, sql: str, **params: Any) -> Sequence[Any]:
        await self.explain(sql, params)
        return await self.tx.rows(sql, **params)

    async def row(self, sql: str, **params: Any) -> Any:
        await self.explain(sql, params)
        return await self.tx.row(sql, **params)


def in_words_of_sqlite(line: str) -> str:
    """One line of PostgreSQL's plan, so that the tests below say it once."""
    line = re.sub(r"Index (?:Only )?Scan(?: Backward)? using (\w+)", r"USING INDEX \1", line)
    line = re.sub(r"^\W*Seq Scan on", "SCAN", line)
    line = re.sub(r"^\W*Incremental Sort", "USE TEMP B-TREE FOR LAST TERM", line)
    return re.sub(r"^\W*Sort$", "USE TEMP B-TREE", line)


def plans_of(database: Database, query: SearchQuery) -> tuple[str, str]:
    """How the count and the page of a search are run that finds more than a page."""
    page, count = statements_of(database, replace(query, limit=5))
    return count, page


def statements_of(database: Database, query: SearchQuery) -> list[str]:
    """How each statement of a search is run."""

    async def work(tx: Transaction) -> list[str]:
        kind = standard_type("tickets")
        definitions = await load_definitions(tx, ACCOUNT, kind)
        explained: Any = Explained(tx)
        await search_records(explained, Context(ACCOUNT, SOURCE, tx.now), definitions, query)
        found: list[str] = explained.plans
        return found

    return read(database, work)


def fill(database: Database) -> None:
    """Some tickets that every query below finds."""
    write(database, create_work([ticket(f"printer {n}", hs_ticket_priority="HIGH") for n in range(20)]))
    write(
        database,
        lambda tx: tx.execute(
            "UPDATE record SET stage = '2', owner = '5', updated_at = 1767657600000 - (id % 2) * 1000000000000,"
            " created_at = 1767657600000 + id WHERE account_id = :account_id"
        ),
    )
    if database.dialect.name == "postgres":
        write(database, lambda tx: tx.execute("ANALYZE record"))  # as it does by itself after a minute


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (SearchQuery(((STAGE,),)), "record_stage"),
        (SearchQuery(((STAGES,),)), "record_stage"),
        (SearchQuery(((PIPELINE, STAGE),)), "record_stage"),
        (SearchQuery(((STAGE,),), sorts=(LATEST,)), "record_stage"),
        (SearchQuery(((OWNER,),)), "record_owner"),
        (SearchQuery(((OWNER, STAGE),)), "record_owner"),
        (SearchQuery(((CHANGED,),)), "record_updated"),
        (SearchQuery(((CHANGED,),), sorts=(NEWEST,)), "record_updated"),
        (SearchQuery(((CREATED,),), sorts=(LATEST,)), "record_created"),
    ],
)
def test_the_main_searches_are_served_by_an_index(database: Database, query: SearchQuery, index: str) -> None:
    fill(database)
    count, page = plans_of(database, query)
    assert f"INDEX {index}" in count
    assert "USING INDEX record_" in page or "USING COVERING INDEX record_" in page


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (SearchQuery(sorts=(NEWEST,)), "record_updated"),
        (SearchQuery(((CHANGED,),), sorts=(NEWEST,)), "record_updated"),
        (SearchQuery(), "record_created"),
        (SearchQuery(sorts=(LATEST,)), "record_created"),
        (SearchQuery(((STAGE,),)), "record_stage"),
    ],
)
def test_the_main_orders_come_out_of_an_index_without_sorting(
    database: Database, query: SearchQuery, index: str
) -> None:
    fill(database)
    _, page = plans_of(database, query)
    assert f"INDEX {index}" in page
    assert "TEMP B-TREE" not in page.replace("TEMP B-TREE FOR LAST TERM", "")


@pytest.mark.parametrize(
    ("query", "statements"),
    [
        (SearchQuery(query="nothing of the kind"), 1),
        (SearchQuery(query="printer 7"), 1),
        (SearchQuery(query="printer", limit=20), 1),
        (SearchQuery(query="printer", limit=5, after=18), 1),
        (SearchQuery(query="printer", limit=19), 2),
        (SearchQuery(query="printer", limit=5, after=30), 2),
        (SearchQuery(query="printer", limit=0), 1),
    ],
)
def test_a_search_counts_only_what_a_page_does_not_tell(
    database: Database, query: SearchQuery, statements: int
) -> None:
    fill(database)
    assert len(statements_of(database, query)) == statements


def test_no_search_without_filter_looks_at_archived_records_or_other_types(database: Database) -> None:
    fill(database)
    count, page = plans_of(database, SearchQuery())
    assert "SCAN record" not in count
    assert "SCAN record" not in page


NASTY = [
    '"',
    "\\",
    '\\"',
    "'",
    '","',
    "]",
    "a\"b c'd",
    "%",
    "_",
    "%%__\\%",
    "\x01\x1f",
    "é\u2028x",
    "{}",
    ":account_id",
    "😀",
]


@pytest.mark.parametrize("operator", ["EQ", "NEQ", "CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN", "IN", "GT"])
@pytest.mark.parametrize("name", ["subject", "content", "hs_pipeline_stage", "hubspot_owner_id", "hs_ticket_category"])
def test_no_stored_or_asked_text_breaks_a_search(name: str, operator: str) -> None:
    """Values that would be punctuation in SQL, JSON or patterns are ordinary text."""
    api = Api()
    for number, text in enumerate(NASTY):
        insert_record(api, "tickets", 5000 + number, {"subject": "x", "hs_pipeline_stage": "1", name: text})
    for text in NASTY:
        for value in (text, f"{text}*", f"*{text}", f"a{text}b"):
            chosen = {"values": [value]} if operator == "IN" else {"value": value}
            filters = [{"propertyName": name, "operator": operator, **chosen}]
            answer = api.post("/crm/v3/objects/tickets/search", {"filterGroups": [{"filters": filters}]})
            assert answer.status in (200, 400), answer.json
            answer = api.post("/crm/v3/objects/tickets/search", {"query": value, "sorts": [name]})
            assert answer.status in (200, 400), answer.json


@pytest.mark.parametrize("text", NASTY)
def test_a_stored_text_is_found_by_itself(api: Api, text: str) -> None:
    insert_record(api, "tickets", 5000, {"subject": text, "hs_pipeline_stage": "1"})
    insert_record(api, "tickets", 5001, {"subject": f"not {text}", "hs_pipeline_stage": "1"})
    filters = [{"propertyName": "subject", "operator": "EQ", "value": text}]
    answer = api.post("/crm/v3/objects/tickets/search", {"filterGroups": [{"filters": filters}]})
    assert [item["id"] for item in answer.json["results"]] == ["5000"]
