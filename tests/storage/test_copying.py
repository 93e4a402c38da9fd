"""Copies hold everything, go on after an interruption, and are compared before anybody can serve them."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any

import apsw
import asyncpg
import pytest

from spokedesk.errors import StoreError
from spokedesk.storage import copying
from spokedesk.storage.copying import Checksum, Copied, copy_everything
from spokedesk.storage.folder import FILE_NAME, UNFINISHED_NAME
from spokedesk.storage.postgres import PostgresDatabase
from spokedesk.storage.postgres_copying import PostgresTarget, opened, postgres_origin, postgres_target
from spokedesk.storage.postgres_session import APPLICATION
from spokedesk.storage.sqlite import FileDatabase
from spokedesk.storage.sqlite_copying import SqliteTarget, sqlite_origin, sqlite_target
from spokedesk.storage.tables import BOOKKEEPING, POSTGRES_COLUMNS, SQLITE_COLUMNS, Table, tables_of
from tests.support.everything import contents, document_columns, fill_every_table
from tests.support.nodes import nodes
from tests.support.postgres import databases, execute, fetch
from tests.support.stores import create_work, make_account, ticket, update_work, write
from tests.support.threads import served

Place = Path | str
TABLE = Table("t", ("id", "text", "document"), ("id",), frozenset({"document"}))


@pytest.fixture(scope="module")
def documents() -> Mapping[str, frozenset[str]]:
    return document_columns()


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, documents: Mapping[str, frozenset[str]]) -> Path:
    """A folder whose database has rows in every table."""
    folder = tmp_path_factory.mktemp("full") / "data"
    fill_every_table(folder, documents)
    return folder


@pytest.fixture
def empty_urls() -> Iterator[Callable[[], str]]:
    """Makes PostgreSQL databases without anything in them."""
    made: list[str] = []

    def make() -> str:
        made.append(databases().make())
        return made[-1]

    yield make
    for url in made:
        databases().drop(url)


@pytest.fixture(params=["file", "postgres"])
def target(request: pytest.FixtureRequest, tmp_path: Path, empty_urls: Callable[[], str]) -> Place:
    """An empty place of each kind."""
    return tmp_path / "target" if request.param == "file" else empty_urls()


def open_origin(place: Place, **options: bool) -> AbstractAsyncContextManager[Any]:
    return sqlite_origin(place, **options) if isinstance(place, Path) else postgres_origin(place, **options)


def open_target(place: Place, source: str) -> AbstractAsyncContextManager[Any]:
    return sqlite_target(place, source) if isinstance(place, Path) else postgres_target(place, source)


def copy(origin: Place, target: Place, **options: bool) -> list[Copied]:
    async def run() -> list[Copied]:
        async with open_origin(origin, **options) as taken, open_target(target, str(origin)) as filled:
            return await copy_everything(taken, filled)

    return asyncio.run(run())


def test_every_table_that_a_migration_makes_is_copied_or_named_as_bookkeeping(
    tmp_path: Path, empty_urls: Callable[[], str]
) -> None:
    made = set()
    for entry in resources.files("spokedesk.storage").joinpath("migrations").iterdir():
        made.update(re.findall(r"^CREATE TABLE (\w+)", entry.read_text(), re.MULTILINE))
    assert "record" in made
    FileDatabase(tmp_path / "data").close()
    connection = apsw.Connection(str(tmp_path / "data" / FILE_NAME))
    in_file = tables_of(connection.execute(SQLITE_COLUMNS).fetchall())
    connection.close()
    url = empty_urls()
    PostgresDatabase(url).close()
    in_postgres = tables_of(fetch(url, POSTGRES_COLUMNS))
    assert set(in_file) == set(in_postgres) == made - set(BOOKKEEPING)
    for name, table in in_file.items():
        assert (table.columns, table.key) == (in_postgres[name].columns, in_postgres[name].key)


def test_a_table_without_a_primary_key_is_refused() -> None:
    with pytest.raises(StoreError, match="The table loose has no primary key"):
        tables_of([("loose", "a", 0, None)])


def test_every_row_of_every_table_arrives_in_both_directions_and_between_two_of_a_kind(
    full: Path, tmp_path: Path, empty_urls: Callable[[], str], documents: Mapping[str, frozenset[str]]
) -> None:
    """From a file to PostgreSQL, on to another one, back to a file, and on to another one."""
    places: list[Place] = [full, empty_urls(), empty_urls(), tmp_path / "back", tmp_path / "again"]
    before = contents(full, documents)
    assert all(len(rows) == 40 for rows in before.values())
    copies = [copy(origin, target) for origin, target in pairwise(places)]
    for place in places[1:]:
        assert contents(place, documents) == before
    assert {item.table: (item.rows, item.written) for item in copies[0]} == dict.fromkeys(before, (40, 40))
    assert copies[0] == copies[1] == copies[2]


def test_the_source_is_not_changed(full: Path, tmp_path: Path) -> None:
    before = (full / FILE_NAME).read_bytes()
    copy(full, tmp_path / "target")
    assert (full / FILE_NAME).read_bytes() == before


def test_a_copy_is_served_like_any_database(tmp_path: Path, empty_urls: Callable[[], str]) -> None:
    database = FileDatabase(tmp_path / "data")
    make_account(database)
    first = write(database, create_work([ticket("one")]))
    database.close()
    url = empty_urls()
    copy(tmp_path / "data", url)
    with nodes(url) as (node,):
        second = node.write(create_work([ticket("two")]))
    copy(url, tmp_path / "back")
    back = FileDatabase(tmp_path / "back")
    third = write(back, create_work([ticket("three")]))
    back.close()
    assert first[0] < second[0] < third[0]


def test_a_server_that_ends_just_now_is_no_obstacle(full: Path, tmp_path: Path, empty_urls: Callable[[], str]) -> None:
    """Its connections are there for a moment longer than itself."""
    url = empty_urls()
    copy(full, url)
    connected = threading.Event()

    async def linger() -> None:
        connection = await asyncpg.connect(url, server_settings={"application_name": APPLICATION})
        connected.set()
        await asyncio.sleep(0.5)
        await connection.close()

    thread = threading.Thread(target=asyncio.run, args=(linger(),))
    thread.start()
    assert connected.wait(30)
    assert copy(url, tmp_path / "back")
    thread.join()


def checksum(*rows: Sequence[Any]) -> tuple[int, str]:
    made = Checksum(TABLE)
    made.add([tuple(row) for row in rows])
    return made.result


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('{"a":"1","bb":"2"}', '{"bb": "2", "a": "1"}'),
        ('{"a":{"y":1,"x":2}}', '{"a": {"x": 2, "y": 1}}'),
        ('{"a":1e5}', '{"a": 100000}'),
        ('{"a":1.50}', '{"a": 1.5}'),
        ('{"a":2.5e-7}', '{"a": 0.00000025}'),
        ('{"a":1e300}', '{"a": 1' + "0" * 300 + "}"),
        ('{"a":"\\u00e4"}', '{"a": "ä"}'),
        ("null", " null"),
    ],
)
def test_documents_that_say_the_same_have_one_checksum(one: str, other: str) -> None:
    assert checksum((1, "x", one)) == checksum((1, "x", other))


@pytest.mark.parametrize(
    "other",
    [
        [],
        [(1, "x", '{"a": "1"}'), (2, "x", "{}")],
        [(2, "x", '{"a": "1"}')],
        [(1, "y", '{"a": "1"}')],
        [(1, None, '{"a": "1"}')],
        [(1, "x", '{"a": 1}')],
        [(1, "x", '{"a": "1", "b": ""}')],
        [(1, "x", '{"a": ["1"]}')],
        [(1, "x", None)],
    ],
)
def test_rows_that_differ_have_another_checksum(other: list[Any]) -> None:
    assert checksum((1, "x", '{"a":"1"}')) != checksum(*other)


def test_numbers_too_large_for_a_float_keep_their_last_digit() -> None:
    assert checksum((1, "", '{"a":0.1234567890123456789}')) != checksum((1, "", '{"a":0.1234567890123456788}'))
    assert checksum((1, "", '{"a":12345678901234567890}')) != checksum((1, "", '{"a":12345678901234567891}'))


class Stopped(Exception):
    """Stands for a kill between two chunks."""


def stop_after(monkeypatch: pytest.MonkeyPatch, chunks: int) -> list[int]:
    """Let so many chunks be written; returns how many rows each had."""
    monkeypatch.setattr(copying, "CHUNK_ROWS", 7)
    monkeypatch.setattr("spokedesk.storage.postgres_copying.FIRST_ROWS", 7)
    written: list[int] = []
    for kind in (SqliteTarget, PostgresTarget):
        monkeypatch.setattr(kind, "insert", stopping(kind.insert, written, chunks))
    return written


def stopping(insert: Any, written: list[int], chunks: int) -> Any:
    async def stopping_insert(self: Any, table: Table, rows: Sequence[Any]) -> None:
        if len(written) == chunks:
            raise Stopped
        await insert(self, table, rows)
        written.append(len(rows))

    return stopping_insert


def test_an_interrupted_copy_goes_on_and_writes_no_row_twice(
    full: Path, target: Place, monkeypatch: pytest.MonkeyPatch, documents: Mapping[str, frozenset[str]]
) -> None:
    written = 0
    for chunks in (0, 1, 9, 30):
        with monkeypatch.context() as patch:
            rows = stop_after(patch, chunks)
            with pytest.raises(Stopped):
                copy(full, target)
            written += sum(rows)
    done = copy(full, target)
    everything = contents(full, documents)
    assert contents(target, documents) == everything
    assert 0 < written == sum(map(len, everything.values())) - sum(item.written for item in done)


def test_what_was_copied_before_the_source_changed_is_copied_again(
    full: Path,
    tmp_path: Path,
    target: Place,
    monkeypatch: pytest.MonkeyPatch,
    documents: Mapping[str, frozenset[str]],
) -> None:
    copy(full, tmp_path / "source")
    with monkeypatch.context() as patch:
        stop_after(patch, 60)
        with pytest.raises(Stopped):
            copy(tmp_path / "source", target)
    connection = apsw.Connection(str(tmp_path / "source" / FILE_NAME))
    connection.execute("UPDATE account SET name = 'renamed' WHERE account_id = (SELECT MIN(account_id) FROM account)")
    connection.execute("DELETE FROM association WHERE to_id IN (SELECT MIN(to_id) FROM association)")
    connection.close()
    copied = {item.table: item for item in copy(tmp_path / "source", target)}
    assert contents(target, documents) == contents(tmp_path / "source", documents)
    assert copied["account"].written == 40
    assert copied["access_token"].written == 0


def test_an_unfinished_copy_is_refused_by_whoever_would_serve_it(
    full: Path, target: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        stop_after(patch, 5)
        with pytest.raises(Stopped):
            copy(full, target)
    with pytest.raises(StoreError, match=r"is an unfinished copy. Go on with it: spokedesk copy --from PLACE"):
        FileDatabase(target) if isinstance(target, Path) else PostgresDatabase(target)


def test_an_unfinished_copy_of_something_else_is_refused(
    full: Path, tmp_path: Path, target: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        stop_after(patch, 5)
        with pytest.raises(Stopped):
            copy(full, target)
    FileDatabase(tmp_path / "other").close()
    with pytest.raises(StoreError, match=f"is an unfinished copy of {full}"):
        copy(tmp_path / "other", target)


def test_a_copy_killed_between_its_last_two_steps_is_begun_again(full: Path, tmp_path: Path) -> None:
    """The note is gone and the file has not its name yet."""
    target = tmp_path / "target"
    copy(full, target)
    (target / FILE_NAME).rename(target / UNFINISHED_NAME)
    assert sum(item.written for item in copy(full, target)) > 0
    assert not (target / UNFINISHED_NAME).exists()


def test_a_target_in_use_is_refused_untouched(full: Path, tmp_path: Path, empty_urls: Callable[[], str]) -> None:
    FileDatabase(tmp_path / "used").close()
    with pytest.raises(StoreError, match=r"holds a database already. Name an empty place."):
        copy(full, tmp_path / "used")
    with pytest.raises(StoreError, match=r"holds a database already. Name an empty place.|is being served|in use"):
        copy(full, full)
    url, theirs = empty_urls(), empty_urls()
    PostgresDatabase(url).close()
    with pytest.raises(StoreError, match=r"holds a database already. Name an empty one."):
        copy(full, url)
    execute(theirs, "CREATE TABLE theirs (a INT)")
    with pytest.raises(StoreError, match="tables of another program"):
        copy(full, theirs)
    assert fetch(theirs, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == [("theirs",)]


def test_two_copies_to_one_target_do_not_mix(full: Path, target: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spokedesk.storage.postgres_copying.TURN_SECONDS", 1)

    async def run() -> None:
        async with open_target(target, str(full)):
            with pytest.raises(StoreError, match=r"in use by another|Another copy to"):
                async with open_target(target, str(full)):
                    pass

    asyncio.run(run())


def test_a_killed_copy_is_waited_for_until_the_server_notices(full: Path, empty_urls: Callable[[], str]) -> None:
    url = empty_urls()

    async def run() -> None:
        async with opened(url) as gone:
            await gone.execute("SELECT pg_advisory_lock($1)", -5_836_665_117_072_162_815)
            asyncio.get_running_loop().call_later(0.4, gone.terminate)
            async with open_target(url, str(full)):
                pass

    asyncio.run(run())


def test_a_row_that_is_lost_on_the_way_is_noticed(full: Path, target: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def losing(insert: Any) -> Any:
        async def insert_but_one(self: Any, table: Table, rows: Sequence[Any]) -> None:
            await insert(self, table, rows[:-1] if table.name == "record" else rows)

        return insert_but_one

    for kind in (SqliteTarget, PostgresTarget):
        monkeypatch.setattr(kind, "insert", losing(kind.insert))
    with pytest.raises(StoreError, match=r"The copy of record differs: 40 rows with checksum \w{16} were read"):
        copy(full, target)
    with pytest.raises(StoreError, match="is an unfinished copy"):
        FileDatabase(target) if isinstance(target, Path) else PostgresDatabase(target)


def test_a_served_source_is_refused_unless_a_snapshot_will_do(tmp_path: Path, empty_urls: Callable[[], str]) -> None:
    with served(tmp_path):
        with pytest.raises(StoreError, match=r"is being served. Stop it first, .*--snapshot"):
            copy(tmp_path / "data", tmp_path / "no")
        copy(tmp_path / "data", tmp_path / "copied", in_use=True)
    url = empty_urls()
    copy(tmp_path / "copied", url)
    with nodes(url) as (node,):
        (record_id,) = node.write(create_work([ticket("x")]))
        with pytest.raises(StoreError, match=r"is being served .* Stop it first"):
            copy(url, tmp_path / "no")
        node.write(update_work(record_id, {"subject": "y"}))
        copied = copy(url, tmp_path / "again", in_use=True)
    assert {item.table: item.rows for item in copied}["revision"] == 2
    copy(url, tmp_path / "after")


def test_what_is_written_during_a_copy_is_in_none_of_its_tables(
    tmp_path: Path, target: Place, monkeypatch: pytest.MonkeyPatch, empty_urls: Callable[[], str]
) -> None:
    """A write between two tables would otherwise be in one of them only."""
    database = FileDatabase(tmp_path / "data")
    make_account(database)
    write(database, create_work([ticket("one")]))

    def writing(insert: Any) -> Any:
        async def insert_and_write(self: Any, table: Table, rows: Sequence[Any]) -> None:
            await insert(self, table, rows)
            write(database, create_work([ticket("meanwhile")]))

        return insert_and_write

    for kind in (SqliteTarget, PostgresTarget):
        monkeypatch.setattr(kind, "insert", writing(kind.insert))
    copied = {item.table: item.rows for item in copy(tmp_path / "data", target, in_use=True)}
    assert (copied["record"], copied["revision"]) == (1, 1)
    database.close()


def test_a_source_of_another_schema_is_refused_untouched(tmp_path: Path, empty_urls: Callable[[], str]) -> None:
    FileDatabase(tmp_path / "data").close()
    connection = apsw.Connection(str(tmp_path / "data" / FILE_NAME))
    connection.execute("PRAGMA user_version = 3")
    connection.close()
    with pytest.raises(StoreError, match="has schema 3, this release copies schema"):
        copy(tmp_path / "data", tmp_path / "no")
    url = empty_urls()
    PostgresDatabase(url).close()
    execute(url, "UPDATE schema_version SET version = 3")
    with pytest.raises(StoreError, match="has schema 3, this release copies schema"):
        copy(url, tmp_path / "no")


def test_a_source_that_is_none_is_refused(tmp_path: Path, empty_urls: Callable[[], str]) -> None:
    with pytest.raises(StoreError, match="holds no database"):
        copy(tmp_path / "none", tmp_path / "no")
    with pytest.raises(StoreError, match="holds no database of Spokedesk"):
        copy(empty_urls(), tmp_path / "no")
    with pytest.raises(StoreError, match=r"^postgresql://me@127\.0\.0\.1:1/x: "):
        copy("postgresql://me:secret@127.0.0.1:1/x", tmp_path / "no")
    with pytest.raises(StoreError, match=r"behind a pooler. Copy from and to the server itself"):
        copy("postgresql://me:secret@127.0.0.1:1/x?pooler=transaction", tmp_path / "no")


@pytest.mark.parametrize("kind", ["file", "postgres"])
def test_long_rows_come_a_few_at_a_time(
    kind: str, tmp_path: Path, empty_urls: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is in memory is bounded by characters, not by rows alone."""
    database = FileDatabase(tmp_path / "data")
    make_account(database)
    write(database, create_work([ticket("x", content="c" * 5000) for _ in range(120)]))
    database.close()
    place: Place = tmp_path / "data"
    if kind == "postgres":
        place = empty_urls()
        copy(tmp_path / "data", place)
    monkeypatch.setattr(copying, "CHUNK_CHARACTERS", 60_000)

    async def sizes() -> list[int]:
        async with open_origin(place) as origin:
            table = (await origin.tables())["revision"]
            return [sum(map(copying.size_of, rows)) async for rows in origin.chunks(table)]

    found = asyncio.run(sizes())
    assert len(found) >= 8
    assert max(found[1:]) < 80_000
