"""OAuth on disk: one winner of every race, hashes only, and a restart that forgets nothing."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from spokedesk.crm.account import Account, AccountSettings
from spokedesk.crm.oauth import App, ConsentRequest, Credentials, Refusal, TokenRequest
from spokedesk.engine.accounts import open_account
from spokedesk.engine.oauth import Issued, create_app, exchange, find_access_facts, issue_code
from spokedesk.engine.tokens import create_token, find_grant
from spokedesk.errors import TokenExpired
from spokedesk.storage.database import Database, Transaction, read_and_wait
from spokedesk.storage.sqlite import FileDatabase
from spokedesk.storage.tokens import list_tokens, mark_revoked
from tests.support.stores import ACCOUNT, ACCOUNT_ID, KINDS, one_value, open_database, read, waited, write

REDIRECT = "https://app.example.com/cb"
SECRET = "the-secret-of-the-app"
THREADS = 50


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    found = open_database(request.param, tmp_path)
    yield found
    found.close()


def prepare(database: Database, settings: AccountSettings | None = None) -> App:
    account = Account(ACCOUNT_ID, ACCOUNT.fidelity, settings or AccountSettings())

    async def work(tx: Transaction) -> App:
        await open_account(tx, account, "Test")
        return await create_app(tx, "client", SECRET, name="App", redirect_uris=[REDIRECT], scopes=[])

    return write(database, work)


def make_code(database: Database, app: App) -> str:
    wanted = ConsentRequest(app.client_id, REDIRECT, "tickets")
    return write(database, lambda tx: issue_code(tx, app, wanted))


def code_request(code: str) -> TokenRequest:
    return TokenRequest("authorization_code", Credentials("client", SECRET), code=code, redirect_uri=REDIRECT)


def refresh_request(token: str | None) -> TokenRequest:
    return TokenRequest("refresh_token", Credentials("client", SECRET), refresh_token=token)


def exchanged(database: Database, request: TokenRequest) -> Issued | Refusal:
    return write(database, lambda tx: exchange(tx, request))


def installed(database: Database, app: App) -> Issued:
    """The first tokens of an app."""
    found = exchanged(database, code_request(make_code(database, app)))
    assert isinstance(found, Issued)
    return found


def opens(database: Database, token: str) -> bool:
    """Whether an access token is good for a call."""
    return read(database, lambda tx: find_grant(tx, token)) is not None


def at_once(database: Database, request: TokenRequest) -> tuple[list[Issued], list[Refusal]]:
    """The outcomes of one request that many threads make at the same moment."""
    barrier = threading.Barrier(THREADS)
    outcomes: list[Any] = []

    def run() -> None:
        barrier.wait()
        # on account 0, as the API does it: whose the client is turns out inside
        outcomes.append(waited(database.write, 0, lambda tx: exchange(tx, request)))

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [error for _, error in outcomes if error is not None] == []
    results = [result for result, _ in outcomes]
    assert len(results) == THREADS
    won = [result for result in results if isinstance(result, Issued)]
    return won, [result for result in results if isinstance(result, Refusal)]


def test_exactly_one_exchange_of_a_code_wins_a_race(tmp_path: Path, long_run: bool) -> None:
    database = FileDatabase(tmp_path / "data")
    app = prepare(database)
    rounds = 1000 if long_run else 25
    for _ in range(rounds):
        won, lost = at_once(database, code_request(make_code(database, app)))
        assert len(won) == 1
        assert {refusal.code for refusal in lost} == {"BAD_AUTH_CODE"}
        assert opens(database, won[0].access_token)
    assert read(database, one_value("SELECT COUNT(*) FROM refresh_token")) == rounds
    database.close()


def test_with_rotation_at_most_one_refresh_wins_a_race_and_the_family_ends(tmp_path: Path, long_run: bool) -> None:
    """The losers cannot be told from somebody who has a copy, so nothing that came of it may stay alive."""
    database = FileDatabase(tmp_path / "data")
    app = prepare(database, AccountSettings(rotate_refresh_tokens=True))
    for _ in range(200 if long_run else 5):
        first = installed(database, app)
        won, lost = at_once(database, refresh_request(first.refresh_token))
        assert (len(won), len(lost)) == (1, THREADS - 1)
        for token in (first.access_token, won[0].access_token):
            assert not opens(database, token)
        after = exchanged(database, refresh_request(won[0].refresh_token))
        assert isinstance(after, Refusal)
    database.close()


def test_without_rotation_every_refresh_of_a_race_wins(tmp_path: Path) -> None:
    database = FileDatabase(tmp_path / "data")
    app = prepare(database)
    first = installed(database, app)
    won, _ = at_once(database, refresh_request(first.refresh_token))
    assert len({issued.access_token for issued in won}) == THREADS
    assert {issued.refresh_token for issued in won} == {first.refresh_token}
    database.close()


def test_the_database_holds_hashes_only(tmp_path: Path) -> None:
    database = FileDatabase(tmp_path / "data")
    app = prepare(database, AccountSettings(rotate_refresh_tokens=True))
    planted = [SECRET]
    for _ in range(5):
        code, unused = make_code(database, app), make_code(database, app)
        issued = exchanged(database, code_request(code))
        assert isinstance(issued, Issued)
        again = exchanged(database, refresh_request(issued.refresh_token))
        assert isinstance(again, Issued)
        tokens = (issued.access_token, issued.refresh_token, again.access_token, again.refresh_token)
        planted += [code, unused, *(token for token in tokens if token)]
    stored = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())
    database.close()
    stored += b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())
    assert len(set(planted)) == 31
    for text in planted:
        assert text.encode() not in stored
        assert hashlib.sha256(text.encode()).hexdigest().encode() in stored


def test_a_restart_forgets_neither_apps_nor_tokens_nor_used_codes(tmp_path: Path) -> None:
    database = FileDatabase(tmp_path / "data")
    app = prepare(database)
    code, unused = make_code(database, app), make_code(database, app)
    issued = exchanged(database, code_request(code))
    assert isinstance(issued, Issued)
    database.close()
    again = FileDatabase(tmp_path / "data")
    assert read(again, lambda tx: find_grant(tx, issued.access_token)) is not None
    assert isinstance(exchanged(again, code_request(code)), Refusal)
    assert isinstance(exchanged(again, code_request(unused)), Issued)
    assert isinstance(exchanged(again, refresh_request(issued.refresh_token)), Issued)
    again.close()


def test_a_grant_knows_account_scopes_and_app(database: Database) -> None:
    app = prepare(database)
    issued = installed(database, app)
    grant = read_and_wait(database, 0, lambda tx: find_grant(tx, issued.access_token))
    assert grant is not None
    assert (grant.account_id, grant.scopes) == (ACCOUNT_ID, frozenset({"oauth", "tickets"}))
    assert (grant.source.type, grant.source.id) == ("INTEGRATION", str(app.id))


def test_tokens_of_apps_are_not_among_the_numbered_ones(database: Database) -> None:
    app = prepare(database)
    installed(database, app)
    made = write(database, lambda tx: create_token(tx, "pat-na1-mine", name="mine", scopes=["tickets"]))
    assert made.id == 1
    assert [row.id for row in read(database, list_tokens)] == [1]
    assert write(database, lambda tx: mark_revoked(tx, 0, tx.now)) == 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("life", "outlives"), [(600_000, "code"), (1_800_000, "access token")], ids=["code", "access-token"]
)
def test_lives_end_to_the_millisecond(tmp_path: Path, kind: str, life: int, outlives: str) -> None:
    now = [1_790_000_000_000]
    database = open_database(kind, tmp_path, lambda: now[0])
    app = prepare(database)
    early, late = make_code(database, app), make_code(database, app)
    first = exchanged(database, code_request(early))
    assert isinstance(first, Issued)
    attempts: dict[str, Callable[[], bool]] = {
        "code": lambda: isinstance(exchanged(database, code_request(late)), Issued),
        "access token": lambda: is_live(database, first.access_token),
    }
    # the code is tried after its end first, because a success would use it up
    now[0] += life - 1 if outlives == "access token" else life
    assert attempts[outlives]() is (outlives == "access token")
    now[0] += 1
    assert attempts[outlives]() is False
    database.close()


def is_live(database: Database, token: str) -> bool:
    facts = read_and_wait(database, 0, lambda tx: find_access_facts(tx, token))
    try:
        granted = read_and_wait(database, 0, lambda tx: find_grant(tx, token)) is not None
    except TokenExpired:
        granted = False
    assert granted is (facts is not None)
    return granted


def test_a_code_works_in_its_last_millisecond(tmp_path: Path) -> None:
    now = [1_790_000_000_000]
    database = open_database("memory", tmp_path, lambda: now[0])
    app = prepare(database)
    code = make_code(database, app)
    now[0] += 600_000 - 1
    assert isinstance(exchanged(database, code_request(code)), Issued)
    database.close()
