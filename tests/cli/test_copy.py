"""`spokedesk copy`: what it says, what it refuses, and that a killed one goes on; answers are the same afterwards."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from spokedesk.demo.telling import seed_demo
from spokedesk.engine.accounts import open_account
from spokedesk.engine.tokens import create_token, every_scope
from spokedesk.errors import StoreError
from spokedesk.storage.database import Database, run, write_and_wait
from spokedesk.storage.postgres import PostgresDatabase
from spokedesk.storage.sqlite import FileDatabase
from tests.cli.commands import spokedesk
from tests.fuzz.seeds import headers_of, make_account, make_seeds
from tests.support.api import FULL_TOKEN, Answer, Api, Clock
from tests.support.everything import contents, document_columns
from tests.support.postgres import databases
from tests.support.server import environment
from tests.support.stores import ACCOUNT, Waited

SIZE = 25
LATER = 2_000_000_000_000
DEMO_KINDS = ("tickets", "contacts", "companies", "deals", "emails", "notes", "calls", "tasks")
RANDOM = {
    "clientId",
    "clientSecret",
    "correlationId",
    "requestId",
    "token",
    "hint",
    "link",
    "access_token",
    "refresh_token",
    "startedAt",
    "completedAt",
    "url",
}
NOT_STORED = ("/spokedesk/v1/calls", "/openapi.json", "/docs")
"""The log of calls is in the memory of a server; the other two are the same for everybody."""

# Chunks of a few rows, a line for each that is written, and a moment in which to be killed.
SLOW = """
import time
from spokedesk.storage import copying, postgres_copying, sqlite_copying
copying.CHUNK_ROWS = postgres_copying.FIRST_ROWS = 20
def slowed(insert):
    async def slow_insert(self, table, rows):
        await insert(self, table, rows)
        print(len(rows), flush=True)
        time.sleep(0.005)
    return slow_insert
for kind in (sqlite_copying.SqliteTarget, postgres_copying.PostgresTarget):
    kind.insert = slowed(kind.insert)
from spokedesk.cli import main
main()
"""


@pytest.fixture(scope="module")
def documents() -> Mapping[str, frozenset[str]]:
    return document_columns()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small demo account and a token."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    database = FileDatabase(folder)

    async def write(work: Any) -> Any:
        return write_and_wait(database, ACCOUNT.id, work)

    write_and_wait(database, ACCOUNT.id, lambda tx: open_account(tx, ACCOUNT, "Test"))
    run(seed_demo(ACCOUNT, write, size=SIZE))
    write_and_wait(database, ACCOUNT.id, lambda tx: create_token(tx, FULL_TOKEN, name="full", scopes=every_scope()))
    database.close()
    return folder


@pytest.fixture
def empty_url() -> Iterator[str]:
    url = databases().make()
    yield url
    databases().drop(url)


def copied(origin: Path | str, target: Path | str) -> dict[str, Any]:
    result = spokedesk("copy", "--from", origin, "--to", target, "--json")
    assert result.exit_code == 0, result.output
    return {table["table"]: table for table in json.loads(result.stdout)["tables"]}


def test_it_says_what_was_copied_and_how_to_serve_it(demo: Path, tmp_path: Path, empty_url: str) -> None:
    result = spokedesk("copy", "--from", demo, "--to", empty_url)
    assert result.exit_code == 0, result.output
    *tables, empty, last = result.stdout.splitlines()
    rows = {line.split()[0]: int(line.split()[1].replace(",", "")) for line in tables}
    assert rows["account"] == rows["access_token"] == 1
    assert rows["record"] > SIZE
    assert empty.endswith(" more tables are empty.")
    assert last.startswith(f"{sum(rows.values()):,} rows in ")
    assert last.endswith("count and checksum of each table agree. Serve them: spokedesk serve --database URL")
    back = spokedesk("copy", "--from", empty_url, "--to", tmp_path / "back")
    assert back.stdout.splitlines()[:-1] == [*tables, empty]
    assert back.stdout.endswith(f"Serve them: spokedesk serve --data {tmp_path / 'back'}\n")
    assert back.stderr == "Rows ...\n"


def test_progress_counts_every_row_once_on_each_side(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, int]] = []

    @contextmanager
    def watched(label: str, *, quiet: bool = False) -> Iterator[Any]:
        yield lambda done, total: seen.append((done, total))

    monkeypatch.setattr("spokedesk.cli.copy.drawn_progress", watched)
    tables = copied(demo, tmp_path / "target")
    rows = sum(table["rows"] for table in tables.values())
    assert {total for _, total in seen} == {2 * rows}
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1] == (2 * rows, 2 * rows)


@pytest.mark.parametrize("place", ["mysql://x/y", "sqlite:///x", ""])
def test_a_place_is_a_folder_or_a_url_of_postgresql(place: str, tmp_path: Path) -> None:
    result = spokedesk("copy", "--from", place, "--to", tmp_path / "target")
    assert result.exit_code == 2
    assert "it is a folder, or a URL that begins with postgresql://" in result.stderr


def test_a_password_is_not_shown(tmp_path: Path) -> None:
    result = spokedesk("copy", "--from", "postgresql://me:secret@127.0.0.1:1/x", "--to", tmp_path / "target")
    assert isinstance(result.exception, StoreError)
    assert str(result.exception).startswith("postgresql://me@127.0.0.1:1/x: ")


def test_ctrl_c_says_how_to_go_on(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("spokedesk.cli.copy.copy_everything", interrupted)
    result = spokedesk("copy", "--from", demo, "--to", tmp_path / "target")
    assert isinstance(result.exception, StoreError)
    assert str(result.exception) == "Interrupted. The same command goes on where it stopped."


def start_slow(origin: Path | str, target: Path | str) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", SLOW, "copy", "--from", str(origin), "--to", str(target), "--json"]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment())


def run_until(chunks: int | None, origin: Path | str, target: Path | str) -> tuple[list[int], str]:
    """How many rows it wrote each time until it was killed after so many of them, or its end; and its last line."""
    process = start_slow(origin, target)
    assert process.stdout is not None
    written: list[int] = []
    last = ""
    with process:
        for line in process.stdout:
            last = line
            if line.startswith("{"):
                continue
            written.append(int(line))
            if len(written) == chunks:
                process.kill()
        error = "" if process.stderr is None else process.stderr.read()
    assert process.returncode == (0 if chunks is None else -9), error
    return written, last


@pytest.mark.parametrize("direction", ["to postgres", "to file"])
def test_a_copy_that_was_killed_several_times_is_complete_in_the_end(
    demo: Path, tmp_path: Path, empty_url: str, direction: str, documents: Mapping[str, frozenset[str]]
) -> None:
    origin: Path | str = demo
    target: Path | str = empty_url
    if direction == "to file":
        copied(demo, empty_url)
        origin, target = empty_url, tmp_path / "target"
    written: list[int] = []
    for chunks in (1, 4, 9, 6):
        written += run_until(chunks, origin, target)[0]
    rest, report = run_until(None, origin, target)
    tables = json.loads(report)["tables"]
    assert contents(target, documents) == contents(demo, documents)
    rows = sum(table["rows"] for table in tables)
    # a row is written once; a chunk may have been on disk before the line about it could be read
    assert rows - 4 * 20 <= sum(written) + sum(rest) <= rows
    assert sum(table["written"] for table in tables) == sum(rest) < rows


class Served(Api):
    """The API over a database that has its account and token already."""

    def __init__(self, database: Database) -> None:
        super().__init__(database=Waited(database), clock=Clock())

    def write(self, work: Any) -> Any:
        """Nothing is prepared: everything was copied."""


@dataclass(slots=True)
class Copies:
    """The account of a folder over the original, a copy in PostgreSQL, and a copy of that in a folder."""

    clock: Clock
    served: list[Served]

    def answer(self, method: str, path: str, query: str = "", body: bytes = b"") -> Answer:
        """What all three say to a call."""
        self.clock.at += 1000
        answers = [
            api.call(method, path, query=query, body=body, headers={**headers_of(), "host": "desk"})
            for api in self.served
        ]
        told = [(answer.status, without_chance(answer.json), b"" if answer.json else answer.raw) for answer in answers]
        for place, other in (("PostgreSQL", told[1]), ("a file again", told[2])):
            assert other == told[0], f"answered otherwise from {place}: {method} {path}?{query} {body!r}"
        return answers[0]

    def get(self, path: str, query: str = "") -> Any:
        found = self.answer("GET", path, query)
        assert found.status == 200, found.json
        return found.json


@contextmanager
def served_copies(origin: Path, folder: Path, url: str) -> Iterator[Copies]:
    """Nobody looks at the clock more often than the others: it stands still during a call."""
    copied(origin, url)
    copied(url, folder / "back")
    clock = Clock(at=LATER, step=0)
    places: list[Database] = [
        FileDatabase(origin, clock),
        PostgresDatabase(url, clock),
        FileDatabase(folder / "back", clock),
    ]
    try:
        yield Copies(clock, [Served(database) for database in places])
    finally:
        for database in places:
            database.close()


def without_chance(value: Any) -> Any:
    """An answer without what no two servers have in common."""
    if isinstance(value, dict):
        return {name: without_chance(item) for name, item in value.items() if name not in RANDOM}
    return [without_chance(item) for item in value] if isinstance(value, list) else value


def test_every_call_of_the_api_is_answered_the_same_by_a_copy(tmp_path: Path, empty_url: str) -> None:
    """Reads and writes, one after another on each side: the copies go on as the original would have."""
    database = FileDatabase(tmp_path / "original", Clock())
    make_account(Waited(database))
    database.close()
    with served_copies(tmp_path / "original", tmp_path, empty_url) as copies:
        statuses = [
            copies.answer(seed.method, seed.path, seed.query, seed.body).status
            for seed in make_seeds()
            if not seed.path.startswith(NOT_STORED)
        ]
    assert len(statuses) > 200
    assert sum(status < 300 for status in statuses) > 150


def test_a_demo_account_reads_the_same_in_a_copy(tmp_path: Path, empty_url: str, demo: Path) -> None:
    copied(demo, tmp_path / "original")
    with served_copies(tmp_path / "original", tmp_path, empty_url) as copies:
        records = sum(read_everything(copies, kind) for kind in DEMO_KINDS)
        assert records > 3 * SIZE
        for path in ("/crm/v3/owners", "/account-info/v3/details", "/spokedesk/v1/changes", "/spokedesk/v1/tokens"):
            copies.get(path)
        body = json.dumps({"properties": {"subject": "new", "hs_pipeline_stage": "1"}}).encode()
        assert copies.answer("POST", "/crm/v3/objects/tickets", body=body).status == 201


def read_everything(copies: Copies, kind: str) -> int:
    """Definitions, all records with all values, history and links, and searches; returns how many records."""
    copies.get(f"/crm/v3/pipelines/{kind}")
    names = ",".join(item["name"] for item in copies.get(f"/crm/v3/properties/{kind}")["results"])
    wanted = f"limit=50&properties={names}&associations=contacts,companies,tickets"
    wanted += "&propertiesWithHistory=subject,hs_pipeline_stage,hubspot_owner_id"
    records = 0
    for archived in ("false", "true"):
        after = "0"
        while after:
            page = copies.get(f"/crm/v3/objects/{kind}", f"{wanted}&archived={archived}&after={after}")
            records += len(page["results"])
            after = page.get("paging", {}).get("next", {}).get("after", "")
    for name, direction in (("hs_object_id", "ASCENDING"), ("hs_lastmodifieddate", "DESCENDING")):
        body = {"sorts": [{"propertyName": name, "direction": direction}], "limit": 50, "query": "e"}
        copies.answer("POST", f"/crm/v3/objects/{kind}/search", body=json.dumps(body).encode())
    return records
