"""Schema changes: all or nothing, a copy before, and a newer schema is left exactly as it is."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from importlib import resources
from pathlib import Path

import apsw
import pytest

from spokedesk import catalog
from spokedesk.crm.pipelines import Pipeline
from spokedesk.errors import StoreError
from spokedesk.storage import migrate
from spokedesk.storage.database import Transaction
from spokedesk.storage.dialect import SQLITE
from spokedesk.storage.migrate import FILE, Migrations, schema_version
from spokedesk.storage.pipelines import list_pipelines
from spokedesk.storage.sqlite import FileDatabase, MemoryDatabase
from tests.support.recording_vfs import recorded
from tests.support.stores import create_work, make_account, read, read_subjects, ticket, write

STEPS = 200
MORE_PIPELINES = 6
"""The migration that gives older accounts the pipelines of further object types."""
GROWTH = "".join(
    f"CREATE TABLE added_{number} (id BIGINT);\nINSERT INTO added_{number} VALUES (1);\n" for number in range(STEPS)
)
UPGRADE = """
import sys
import time
from pathlib import Path
from spokedesk.storage import migrate
from spokedesk.storage.pipelines import list_pipelines
from spokedesk.storage.sqlite import FileDatabase

original = migrate.Migrations.__init__

def with_one_more(self, dialect):
    original(self, dialect)
    self.texts[max(self.texts) + 1] = Path(sys.argv[2]).read_text()

migrate.Migrations.__init__ = with_one_more
print("go", flush=True)
FileDatabase(Path(sys.argv[1])).close()
print("done", flush=True)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A closed database of this release with one ticket."""
    database = FileDatabase(tmp_path / "data")
    make_account(database)
    write(database, create_work([ticket("kept")]))
    database.close()
    return tmp_path / "data"


def release(monkeypatch: pytest.MonkeyPatch, *texts: str) -> int:
    """Pretend to be a later release that has these further migrations; returns its newest schema."""
    original = Migrations.__init__

    def extended(self: Migrations, dialect: object) -> None:
        original(self, SQLITE)
        for text in texts:
            self.texts[max(self.texts) + 1] = text

    monkeypatch.setattr(migrate.Migrations, "__init__", extended)
    return Migrations(SQLITE).newest


def tables(connection: apsw.Connection) -> set[str]:
    return {row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}


def look(folder: Path, name: str = "spokedesk.db") -> tuple[int, set[str]]:
    """Schema version and tables of a file."""
    connection = apsw.Connection(str(folder / name))
    found = schema_version(connection), tables(connection)
    connection.close()
    return found


def test_a_fresh_database_has_the_newest_schema(folder: Path) -> None:
    version, names = look(folder)
    assert version == Migrations(SQLITE).newest
    assert {"account", "record", "revision", "unique_value", "association", "access_token"} <= names


def test_opening_again_changes_nothing(folder: Path) -> None:
    before = (folder / "spokedesk.db").read_bytes()
    FileDatabase(folder).close()
    assert (folder / "spokedesk.db").read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == ["spokedesk.db", "spokedesk.lock"]


def test_migrations_are_numbered_without_gaps() -> None:
    """One after another, and a number is one step: a file for both databases, or one for each, or one for one."""
    names = [entry.name for entry in resources.files("spokedesk.storage").joinpath("migrations").iterdir()]
    steps = {(match[1], match[2]) for name in names if (match := FILE.fullmatch(name))}
    assert sorted({int(number) for number, _ in steps}) == list(range(1, len({number for number, _ in steps}) + 1))
    shared = [number for number, kind in steps if kind is None]
    assert not set(shared) & {number for number, kind in steps if kind is not None}
    assert len(steps) == len(names) == len(set(names))


def test_an_upgrade_keeps_the_data_and_a_copy_from_before(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = Migrations(SQLITE).newest
    newest = release(monkeypatch, "CREATE TABLE added (id BIGINT)")
    database = FileDatabase(folder)
    assert read_subjects(database) == {1001: "kept"}
    database.close()
    version, names = look(folder)
    assert version == newest == old + 1
    assert "added" in names
    copy_version, copy_names = look(folder, f"before-schema-{newest}.db")
    assert copy_version == old
    assert "added" not in copy_names
    assert not list(folder.glob("*.unfinished"))


def test_a_migration_is_run_to_its_end_also_behind_a_statement_with_rows(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release(monkeypatch, "SELECT 1; CREATE TABLE added (id BIGINT)")
    FileDatabase(folder).close()
    assert "added" in look(folder)[1]


def test_the_copy_from_before_can_be_put_back(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as later:
        newest = release(later, "DELETE FROM record")
        FileDatabase(folder).close()
    (folder / f"before-schema-{newest}.db").rename(folder / "spokedesk.db")
    database = FileDatabase(folder)
    assert read_subjects(database) == {1001: "kept"}
    database.close()


def test_the_copy_holds_what_was_still_in_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A killed server leaves its last writes in the write-ahead log."""
    database = FileDatabase(tmp_path / "data")
    make_account(database)
    write(database, create_work([ticket("in the log")]))
    copy = tmp_path / "killed"
    copy.mkdir()
    for name in ("spokedesk.db", "spokedesk.db-wal"):
        (copy / name).write_bytes((tmp_path / "data" / name).read_bytes())
    database.close()
    newest = release(monkeypatch, "CREATE TABLE added (id BIGINT)")
    FileDatabase(copy).close()
    connection = apsw.Connection(str(copy / f"before-schema-{newest}.db"))
    assert connection.execute("SELECT COUNT(*) FROM record").fetchall() == [(1,)]


@pytest.mark.parametrize(
    "broken", ["CREATE TABLE record (id BIGINT)", "THIS IS NOT SQL", "INSERT INTO missing VALUES (1)"]
)
def test_a_broken_migration_leaves_everything_as_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    before = look(folder)
    with monkeypatch.context() as later:
        release(later, "CREATE TABLE added (id BIGINT); DELETE FROM record", broken)
        with pytest.raises(StoreError, match=r"could not be brought from schema \d+ .* as it was before"):
            FileDatabase(folder)
    assert look(folder) == before
    database = FileDatabase(folder)
    assert read_subjects(database) == {1001: "kept"}
    database.close()


def test_a_full_disk_in_the_middle_leaves_everything_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = look(folder)
    with monkeypatch.context() as later, recorded() as recording:
        release(later, GROWTH)
        recording.fail("write", "-wal", error=apsw.FullError, skip=50, times=10**9)
        with pytest.raises(StoreError, match=r"could not be brought .* as it was before"):
            FileDatabase(folder, vfs=recording.name)
        assert recording.count("write", "-wal") == 50
    assert look(folder) == before


def test_a_newer_schema_is_refused_and_not_touched(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as later:
        newest = release(later, "CREATE TABLE added (id BIGINT)")
        FileDatabase(folder).close()
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "spokedesk.lock"}
    with pytest.raises(StoreError, match=f"newer Spokedesk .schema {newest}, this release knows {newest - 1}."):
        FileDatabase(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "spokedesk.lock"} == before


def test_a_newer_schema_is_not_touched_even_when_its_server_was_killed(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its log is full of writes then; opening it the usual way would move them into the file."""
    killed = tmp_path / "killed"
    killed.mkdir()
    with monkeypatch.context() as later:
        release(later, "CREATE TABLE added (id BIGINT)")
        database = FileDatabase(folder)
        write(database, create_work([ticket("in the log")]))
        for name in ("spokedesk.db", "spokedesk.db-wal"):
            (killed / name).write_bytes((folder / name).read_bytes())
        database.close()
    before = {path.name: path.read_bytes() for path in killed.iterdir()}
    assert len(before["spokedesk.db-wal"]) > 0
    with pytest.raises(StoreError, match="newer Spokedesk"):
        FileDatabase(killed)
    assert {name: (killed / name).read_bytes() for name in before} == before


def test_a_file_that_was_left_half_written_is_rolled_back_first(folder: Path, tmp_path: Path) -> None:
    """Before a file keeps a write-ahead log it has a rollback journal, which a look alone cannot play back."""
    half = tmp_path / "half"
    half.mkdir()
    connection = apsw.Connection(str(folder / "spokedesk.db"))
    for statement in ("PRAGMA journal_mode = DELETE", "PRAGMA cache_size = 1", "BEGIN", "DELETE FROM record"):
        connection.execute(statement).fetchall()
    connection.execute("CREATE TABLE filler AS SELECT randomblob(100000)")
    for name in ("spokedesk.db", "spokedesk.db-journal"):
        (half / name).write_bytes((folder / name).read_bytes())
    connection.close(True)
    (half / "spokedesk.db-wal").write_bytes(b"begun")
    database = FileDatabase(half)
    assert read_subjects(database) == {1001: "kept"}
    database.close()
    assert "filler" not in look(half)[1]


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    connection = apsw.Connection(str(folder / "spokedesk.db"))
    connection.execute("CREATE TABLE theirs (id INTEGER)")
    connection.close()
    with pytest.raises(StoreError, match="another program"):
        FileDatabase(folder)
    assert look(folder) == (0, {"theirs"})


def upgrade(folder: Path, text: Path, seconds: float | None) -> float:
    """Upgrade in a process that is killed after some time, or as soon as it is done; how long it lived."""
    command = [sys.executable, "-c", UPGRADE, str(folder), str(text)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "go\n"
    started = time.monotonic()
    if seconds is None:
        assert process.stdout.readline() == "done\n"
    else:
        time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    lived = time.monotonic() - started
    process.communicate()
    return lived


def test_a_kill_in_the_middle_leaves_the_old_schema_or_the_new_one(
    folder: Path, tmp_path: Path, long_run: bool
) -> None:
    """The process is killed at points spread over the whole upgrade, and behind its end."""
    text = tmp_path / "growth.sql"
    text.write_text(GROWTH)
    kept = (folder / "spokedesk.db").read_bytes()
    kills = 500 if long_run else 14
    whole = upgrade(folder, text, None)
    seen = [(look(folder)[0], sum(name.startswith("added_") for name in look(folder)[1]))]
    for number in range(kills):
        for path in folder.glob("spokedesk.db*"):
            path.unlink()
        (folder / "spokedesk.db").write_bytes(kept)
        upgrade(folder, text, whole * number / kills)
        version, names = look(folder)
        seen.append((version, sum(name.startswith("added_") for name in names)))
    newest = Migrations(SQLITE).newest
    old, new = (newest, 0), (newest + 1, STEPS)
    print(f"{len(seen)} kills within {whole * 1000:.0f} ms: {seen.count(old)} old, {seen.count(new)} new")
    assert set(seen) == {old, new}


def test_memory_has_the_same_schema(folder: Path) -> None:
    memory = MemoryDatabase()
    assert (schema_version(memory.connection), tables(memory.connection)) == look(folder)


def test_accounts_made_before_get_the_pipelines_of_types_that_are_served_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Migrations.__init__

    def older(self: Migrations, dialect: object) -> None:
        original(self, SQLITE)
        self.texts = {number: text for number, text in self.texts.items() if number < MORE_PIPELINES}

    with monkeypatch.context() as patch:
        patch.setattr(migrate.Migrations, "__init__", older)
        database = FileDatabase(tmp_path / "data")
        make_account(database)
        write(database, forget_pipelines)
        database.close()
    database = FileDatabase(tmp_path / "data")
    found = read(database, list_every_pipeline)
    database.close()
    assert found == {
        kind.id: list(catalog.default_pipelines(kind.id))
        for kind in catalog.object_types()
        if catalog.default_pipelines(kind.id)
    }


async def forget_pipelines(tx: Transaction) -> None:
    """As accounts were made when only tickets and deals had pipelines."""
    await tx.execute("DELETE FROM pipeline WHERE account_id = :account_id AND object_type NOT IN ('0-3', '0-5')")


async def list_every_pipeline(tx: Transaction) -> dict[str, list[Pipeline]]:
    found = {kind.id: await list_pipelines(tx, kind.id) for kind in catalog.object_types()}
    return {name: pipelines for name, pipelines in found.items() if pipelines}
