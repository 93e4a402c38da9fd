"""One server at a time on a folder; commands may write beside it; a killed server leaves no obstacle."""

from __future__ import annotations

import fcntl
import json
import signal
import threading
import time
from pathlib import Path

import pytest

from spokedesk.errors import StoreError
from spokedesk.storage.folder import LOCK_NAME, acquire_lock, is_served
from spokedesk.storage.sqlite import FileDatabase, write_beside
from tests.support.commands import spokedesk
from tests.support.server import make_token, start_desk, start_server
from tests.support.stores import create_work, make_account, read_subjects, ticket, write


def test_a_second_server_is_refused_at_once_with_one_clear_line(tmp_path: Path) -> None:
    server = start_desk(tmp_path)
    try:
        refused = spokedesk("serve", "--port", "0", "--data", str(server.data))
        started = time.monotonic()
        with pytest.raises(StoreError, match=f"in use by another Spokedesk server .process {server.process.pid}."):
            FileDatabase(tmp_path / "data")
        assert time.monotonic() - started < 1
    finally:
        server.stop()
    assert refused.returncode == 3
    assert refused.stdout == ""
    assert len(refused.stderr.splitlines()) == 1
    assert f"process {server.process.pid}" in refused.stderr
    assert "Stop it, or start elsewhere with --data DIR." in refused.stderr


def test_the_lock_of_a_killed_server_is_no_obstacle(tmp_path: Path) -> None:
    first = start_desk(tmp_path)
    first.process.send_signal(signal.SIGKILL)
    assert first.stop() == -signal.SIGKILL
    assert (tmp_path / "data" / LOCK_NAME).read_text() == str(first.process.pid)
    second = start_server(token=first.token, data=first.data)
    try:
        with second.http() as client:
            assert client.get("/crm/v3/objects/tickets").status_code == 200
    finally:
        assert second.stop() == 0


def test_a_moment_of_looking_at_the_lock_refuses_nobody(tmp_path: Path) -> None:
    """`is_served` takes the lock for an instant; a server that starts just then must not give up."""
    folder = tmp_path / "data"
    FileDatabase(folder).close()
    looked = (folder / LOCK_NAME).open("a+")
    fcntl.flock(looked, fcntl.LOCK_EX)
    threading.Timer(0.06, looked.close).start()
    acquire_lock(folder).close()


def test_a_folder_is_served_exactly_while_a_database_is_open(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    database = FileDatabase(folder)
    assert is_served(folder)
    database.close()
    assert not is_served(folder)


def test_a_database_that_cannot_be_opened_lets_go_of_the_lock(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "spokedesk.db").write_text("this is no database, and it is long enough to be looked at as one" * 20)
    with pytest.raises(StoreError, match="must be a Spokedesk database"):
        FileDatabase(folder)
    assert not is_served(folder)


def test_a_token_made_and_revoked_beside_a_running_server_counts_from_the_next_call(tmp_path: Path) -> None:
    server = start_desk(tmp_path)
    try:
        assert server.data is not None
        token = make_token(server.data)
        with server.http(token) as client:
            assert client.get("/crm/v3/objects/tickets").status_code == 200
            made = client.post(
                "/crm/v3/objects/tickets", json={"properties": {"subject": "x", "hs_pipeline_stage": "1"}}
            )
            assert made.status_code == 201
            rows = json.loads(spokedesk("token", "list", "--data", str(server.data), "--json").stdout)
            (number,) = [row["id"] for row in rows if row["hint"] == token[-4:]]
            assert spokedesk("token", "revoke", "--data", str(server.data), str(number)).returncode == 0
            assert client.get("/crm/v3/objects/tickets").status_code == 401
        with server.http() as client:
            assert client.get("/crm/v3/objects/tickets").status_code == 200
    finally:
        assert server.stop() == 0


def test_a_write_beside_a_busy_writer_gets_its_turn_and_loses_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    database = FileDatabase(folder)
    make_account(database)
    stop = threading.Event()

    def keep_writing() -> None:
        while not stop.is_set():
            write(database, create_work([ticket("server")]))

    thread = threading.Thread(target=keep_writing)
    thread.start()
    try:
        for _ in range(5):
            write_beside(folder, 10_000_001, create_work([ticket("beside")]))
    finally:
        stop.set()
        thread.join()
    subjects = list(read_subjects(database).values())
    database.close()
    assert subjects.count("beside") == 5
    assert subjects.count("server") > 0


def test_a_write_beside_that_fails_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    database = FileDatabase(folder)
    make_account(database)

    async def work(tx: object) -> None:
        await create_work([ticket("never")])(tx)  # type: ignore[arg-type]
        raise StoreError("no")

    with pytest.raises(StoreError, match="no"):
        write_beside(folder, 10_000_001, work)
    write(database, create_work([ticket("after")]))
    assert list(read_subjects(database).values()) == ["after"]
    database.close()


def test_a_write_beside_leaves_the_log_to_the_server(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    database = FileDatabase(folder)
    make_account(database)
    before = (folder / "spokedesk.db").read_bytes()
    much = [ticket("beside", content="x" * 50_000) for _ in range(100)]
    write_beside(folder, 10_000_001, create_work(much))
    assert (folder / "spokedesk.db-wal").stat().st_size > 5_000_000
    assert (folder / "spokedesk.db").read_bytes() == before
    assert list(read_subjects(database).values()) == ["beside"] * 100
    database.close()
