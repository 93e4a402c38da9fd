"""The unique_value table: its primary key decides races, whoever looked before."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import apsw
import asyncpg
import pytest

from spokedesk.errors import SpokedeskError
from spokedesk.storage.database import Database, Transaction
from spokedesk.storage.sqlite import FileDatabase
from spokedesk.storage.unique_values import erase_unique_values, find_holders, insert_unique_values
from tests.support.stores import ACCOUNT_ID, create_work, make_account, one_value, read, write


def claim(database: Database, *values: tuple[str, str, int], object_type: str = "0-1") -> None:
    write(database, lambda tx: insert_unique_values(tx, object_type, values))


def holders(database: Database, *keys: tuple[str, str]) -> dict[tuple[str, str], int]:
    return read(database, lambda tx: find_holders(tx, "0-1", keys))


def test_holders_are_found_and_free_values_are_absent(database: Database) -> None:
    claim(database, ("email", "a", 1), ("email", "b", 2), ("code", "a", 3))
    asked = (("email", "a"), ("email", "b"), ("email", "c"), ("code", "a"), ("code", "b"))
    assert holders(database, *asked) == {("email", "a"): 1, ("email", "b"): 2, ("code", "a"): 3}
    assert holders(database) == {}


def test_a_second_claim_is_refused_by_the_key_itself(database: Database) -> None:
    claim(database, ("email", "a", 1))
    with pytest.raises((apsw.ConstraintError, asyncpg.UniqueViolationError)):
        claim(database, ("email", "b", 2), ("email", "a", 2))
    assert holders(database, ("email", "a"), ("email", "b")) == {("email", "a"): 1}


def test_the_same_value_may_be_held_in_another_account_and_of_another_type(database: Database) -> None:
    claim(database, ("email", "a", 1))
    claim(database, ("email", "a", 2), object_type="0-2")

    async def elsewhere(tx: Transaction) -> None:
        tx.account_id = ACCOUNT_ID + 1
        await insert_unique_values(tx, "0-1", [("email", "a", 3)])

    write(database, elsewhere)
    assert holders(database, ("email", "a")) == {("email", "a"): 1}


def test_freeing_frees_the_named_properties_or_all(database: Database) -> None:
    claim(database, ("email", "a", 1), ("code", "x", 1), ("email", "b", 2))
    write(database, lambda tx: erase_unique_values(tx, "0-1", 1, ["email"]))
    asked = (("email", "a"), ("code", "x"), ("email", "b"))
    assert holders(database, *asked) == {("code", "x"): 1, ("email", "b"): 2}
    claim(database, ("email", "a", 3))
    write(database, lambda tx: erase_unique_values(tx, "0-1", 1))
    assert holders(database, *asked) == {("email", "a"): 3, ("email", "b"): 2}


def test_of_many_who_claim_one_value_at_once_exactly_one_wins(tmp_path: Path) -> None:
    """200 races of 16: every loser is told why, nobody gets an internal error, nothing of a loser is left."""
    races, runners = 200, 16
    database = FileDatabase(tmp_path / "data")
    make_account(database)
    outcomes: list[list[BaseException | None]] = []
    finished = threading.Semaphore(0)
    for race in range(races):
        errors: list[BaseException | None] = []
        outcomes.append(errors)

        def done(result: Any, error: BaseException | None, errors: list[BaseException | None] = errors) -> None:
            errors.append(error)
            finished.release()

        for _ in range(runners):
            database.write(ACCOUNT_ID, create_work([{"email": f"race{race}@example.com"}], "contacts"), done)
    for _ in range(races * runners):
        assert finished.acquire(timeout=60)
    winners = [errors.count(None) for errors in outcomes]
    losers = {type(error) for errors in outcomes for error in errors if error is not None}
    assert winners == [1] * races
    assert all(issubclass(kind, SpokedeskError) for kind in losers)
    assert read(database, one_value("SELECT COUNT(*) FROM record WHERE account_id = :account_id")) == races
    assert read(database, one_value("SELECT COUNT(*) FROM unique_value WHERE account_id = :account_id")) == races
    database.close()
