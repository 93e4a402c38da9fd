"""Whom the files belong to, and what is said when they cannot be used."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from spokedesk.errors import StoreError
from spokedesk.storage import migrate
from spokedesk.storage.dialect import SQLITE
from spokedesk.storage.migrate import Migrations
from spokedesk.storage.sqlite import FileDatabase, is_served
from tests.support.commands import spokedesk
from tests.support.stores import create_work, make_account, ticket, write

NOBODY = 65534


@pytest.fixture
def open_umask() -> Iterator[None]:
    """The most generous setting that a user can have."""
    before = os.umask(0)
    yield
    os.umask(before)


@contextmanager
def without_privileges() -> Iterator[None]:
    """Root may write anywhere, so it steps down for a moment."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A folder that everybody can enter, down from the root."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def modes(folder: Path) -> dict[str, str]:
    return {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in folder.iterdir()}


@pytest.mark.usefixtures("open_umask")
def test_everything_in_the_folder_is_for_its_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "data"
    database = FileDatabase(folder)
    make_account(database)
    write(database, create_work([ticket("secret")]))
    assert oct(stat.S_IMODE(folder.stat().st_mode)) == "0o700"
    expected = ["spokedesk.db", "spokedesk.db-shm", "spokedesk.db-wal", "spokedesk.lock"]
    assert modes(folder) == dict.fromkeys(expected, "0o600")
    database.close()
    original = Migrations.__init__

    def later(self: Migrations, dialect: object) -> None:
        original(self, SQLITE)
        self.texts[max(self.texts) + 1] = "CREATE TABLE added (id BIGINT)"

    monkeypatch.setattr(migrate.Migrations, "__init__", later)
    FileDatabase(folder).close()
    copies = {name: mode for name, mode in modes(folder).items() if name.startswith("before-")}
    assert list(copies.values()) == ["0o600"]


def test_a_file_that_was_readable_by_others_is_closed_to_them(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    FileDatabase(folder).close()
    (folder / "spokedesk.db").chmod(0o644)
    FileDatabase(folder).close()
    assert modes(folder)["spokedesk.db"] == "0o600"


def test_a_folder_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o750)
    FileDatabase(folder).close()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o750


@pytest.mark.parametrize("existing", [False, True])
def test_a_read_only_folder_is_named_in_one_clear_line(reachable: Path, existing: bool) -> None:
    folder = reachable / "data"
    if existing:
        FileDatabase(folder).close()
    else:
        folder.mkdir()
    folder.chmod(0o555)
    with without_privileges(), pytest.raises(StoreError) as refused:
        FileDatabase(folder)
    line = str(refused.value)
    assert line == f"{folder} cannot be used for data: Permission denied. It must be a writable folder on a local disk."
    folder.chmod(0o755)


def test_a_folder_that_cannot_be_made_is_named_in_one_clear_line(reachable: Path) -> None:
    reachable.chmod(0o555)
    with without_privileges(), pytest.raises(StoreError, match="cannot be used for data: Permission denied"):
        FileDatabase(reachable / "data")
    with without_privileges(), pytest.raises(StoreError, match="cannot be used for data"):
        is_served(reachable)


@pytest.mark.parametrize("command", [("serve", "--port", "0"), ("token", "create", "--all-scopes")])
def test_commands_end_with_status_3_and_one_line_when_the_folder_cannot_be_used(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    (tmp_path / "file").write_text("")
    done = spokedesk(*command, "--data", str(tmp_path / "file" / "data"))
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (3, "", 1)
    assert "cannot be used for data" in done.stderr
