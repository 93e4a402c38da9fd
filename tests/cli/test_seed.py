"""`spokedesk seed`: as many tickets as asked for, only into an empty folder that nobody serves."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from spokedesk.errors import StoreError
from spokedesk.storage.folder import FILE_NAME
from tests.cli.commands import spokedesk, stored_bytes
from tests.support.threads import served


def values(data: Path, sql: str) -> list[object]:
    connection = apsw.Connection(str(data / FILE_NAME))
    found = [row[0] for row in connection.execute(sql)]
    connection.close()
    return found


@pytest.mark.parametrize("size", [1, 7])
def test_it_makes_as_many_tickets_as_asked_for(tmp_path: Path, size: int) -> None:
    result = spokedesk("seed", "--size", str(size), "--data", tmp_path, "--fidelity", "observed")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"{size} tickets in ")
    assert f"spokedesk serve --data {tmp_path}" in result.stdout
    assert values(tmp_path, "SELECT COUNT(*) FROM record WHERE object_type = '0-5'") == [size]
    assert values(tmp_path, "SELECT fidelity FROM account") == ["observed"]


def test_another_number_tells_another_story(tmp_path: Path) -> None:
    stories = []
    for name, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        assert spokedesk("seed", "--size", "9", "--seed", seed, "--data", tmp_path / name).exit_code == 0
        stories.append(values(tmp_path / name, "SELECT properties FROM record ORDER BY object_type, id"))
    assert stories[0] == stories[1]
    assert stories[0] != stories[2]


def test_its_records_stay_in_the_recycle_bin(tmp_path: Path) -> None:
    """The story has its own time, so it lies further back with every day."""
    assert spokedesk("seed", "--size", "1", "--data", tmp_path).exit_code == 0
    assert values(tmp_path, "SELECT settings ->> 'recycle_bin_days' FROM account") == [36_500]


def test_a_folder_in_use_by_its_owner_is_refused_and_left_alone(tmp_path: Path) -> None:
    assert spokedesk("token", "create", "--all-scopes", "--data", tmp_path).exit_code == 0
    before = stored_bytes(tmp_path)
    result = spokedesk("seed", "--size", "1", "--data", tmp_path)
    assert isinstance(result.exception, StoreError)
    assert (
        str(result.exception)
        == f"{tmp_path} holds an account already. Seed an empty place, with --data DIR or --database URL."
    )
    assert stored_bytes(tmp_path) == before


def test_a_folder_that_is_served_is_refused(tmp_path: Path) -> None:
    with served(tmp_path):
        result = spokedesk("seed", "--size", "1", "--data", tmp_path / "data")
    assert isinstance(result.exception, StoreError)
    assert "is in use by another Spokedesk server" in str(result.exception)


@pytest.mark.parametrize("size", ["0", "-5", "many"])
def test_a_size_that_is_none_is_refused(tmp_path: Path, size: str) -> None:
    result = spokedesk("seed", "--size", size, "--data", tmp_path)
    assert result.exit_code == 2
    assert "Invalid value for '--size'" in result.stderr
