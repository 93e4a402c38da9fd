"""What is remembered of a token between calls, and that it is forgotten the moment it stops being true."""

from __future__ import annotations

from dataclasses import replace

import pytest

from spokedesk.api.auth import DemoAccess
from spokedesk.api.service import MAX_ADMISSIONS
from spokedesk.storage.accounts import replace_settings
from spokedesk.storage.database import Transaction
from spokedesk.storage.sqlite import MemoryDatabase
from spokedesk.storage.tokens import list_tokens, mark_revoked
from tests.support.api import ACCOUNT_ID, START, Api, Clock

TICKETS = "/crm/v3/objects/tickets"


@pytest.fixture
def api() -> Api:
    return Api()


def ask(api: Api, token: str) -> int:
    return api.call("GET", TICKETS, headers={"authorization": f"Bearer {token}"}).status


def test_a_token_is_looked_up_once_while_nothing_changes() -> None:
    api = Api(database=MemoryDatabase())
    assert ask(api, api.token or "") == 200
    remembered = api.store.admissions[api.token or ""]
    assert ask(api, api.token or "") == 200
    assert api.store.admissions[api.token or ""] is remembered


def test_a_remembered_token_ends_at_its_last_millisecond() -> None:
    clock = Clock(step=0)
    api = Api(clock=clock)
    api.grant("short", ["tickets"], expires_at=START + 1000)
    clock.at = START + 999
    assert ask(api, "short") == 200
    clock.at = START + 1000
    assert ask(api, "short") == 401


def test_a_remembered_token_that_is_revoked_is_refused_at_the_next_call(api: Api) -> None:
    api.grant("other", ["tickets"])
    assert ask(api, "other") == 200

    async def revoke(tx: Transaction) -> None:
        token = next(row for row in await list_tokens(tx) if row.name == "other")
        assert await mark_revoked(tx, token.id, tx.now) == 1

    api.write(revoke)
    assert ask(api, "other") == 401


def test_a_change_of_the_account_is_seen_at_the_next_call(api: Api) -> None:
    assert api.get(TICKETS).headers.get("x-hubspot-ratelimit-max") is None

    async def limit(tx: Transaction) -> None:
        settings = replace(api.account.settings, rate_limits="free")
        await replace_settings(tx, replace(api.account, settings=settings))

    api.write(limit)
    assert api.get(TICKETS).headers["x-hubspot-ratelimit-max"] == "100"


def test_a_token_that_depends_on_who_asks_is_never_remembered(api: Api) -> None:
    api.store.demo = DemoAccess(ACCOUNT_ID, "pat-demo", loopback_only=True, allowed_hosts=("spokedesk.test",))
    assert ask(api, "pat-demo") == 200
    assert "pat-demo" not in api.store.admissions
    elsewhere = api.call("GET", TICKETS, headers={"authorization": "Bearer pat-demo", "host": "elsewhere.test"})
    assert elsewhere.status == 401


def test_only_so_many_tokens_are_remembered(api: Api) -> None:
    assert ask(api, api.token or "") == 200
    known = api.store.admissions[api.token or ""]
    api.store.admissions.update({f"t{number}": known for number in range(MAX_ADMISSIONS)})
    api.grant("another", ["tickets"])
    assert ask(api, "another") == 200
    assert len(api.store.admissions) == 1
