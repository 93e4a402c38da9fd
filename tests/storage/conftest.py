"""Every test that asks for `database` runs on each kind of database: one contract for all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from spokedesk.storage.database import Database
from spokedesk.storage.sqlite import FileDatabase
from tests.support.api import Api, Clock
from tests.support.loops import Loop
from tests.support.recording_vfs import Recording, recorded
from tests.support.stores import KINDS, Waited, let_go, make_account, open_database


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Database]:
    """A database with one account and a clock that the test controls."""
    opened = open_database(request.param, tmp_path, clock)
    make_account(opened)
    yield opened
    let_go(opened)


@pytest.fixture(params=KINDS)
def api(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Api]:
    """The API over each kind of database."""
    opened = open_database(request.param, tmp_path, clock)
    yield Api(database=Waited(opened), clock=clock)
    let_go(opened)


@pytest.fixture
def files(tmp_path: Path) -> Iterator[FileDatabase]:
    """A database on disk with one account."""
    opened = FileDatabase(tmp_path / "data")
    make_account(opened)
    yield opened
    opened.close()


@pytest.fixture
def recording() -> Iterator[Recording]:
    with recorded() as made:
        yield made


@pytest.fixture
def recorded_files(tmp_path: Path, recording: Recording) -> Iterator[FileDatabase]:
    """A database on a disk that is watched, and fails where the test says so."""
    opened = FileDatabase(tmp_path / "data", vfs=recording.name)
    make_account(opened)
    yield opened
    opened.close()


@pytest.fixture
def loop() -> Iterator[Loop]:
    running = Loop()
    yield running
    running.end()


@pytest.fixture
def looped(files: FileDatabase, loop: Loop) -> FileDatabase:
    loop.run(lambda: files.on_loop(loop.post))
    return files
