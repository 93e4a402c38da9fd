"""The API driven in-process: a client over `Service` and a database, with a clock and ids that tests control."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

from spokedesk.api import service
from spokedesk.api.calls import Request, Response
from spokedesk.api.endpoints import ENDPOINTS
from spokedesk.api.routes import RouteTable
from spokedesk.api.service import Service, Store, Stores
from spokedesk.crm.account import FIDELITIES, Account, AccountSettings
from spokedesk.engine.accounts import open_account
from spokedesk.engine.tokens import create_token, every_scope
from spokedesk.storage.database import Database, Transaction, Work, read_and_wait
from tests.support.stores import default_database

ACCOUNT_ID = 10_000_001
FULL_TOKEN = "pat-na1-test-full"
START = 1_790_000_000_000


@dataclass(slots=True)
class Clock:
    """Milliseconds; every look moves it on by `step`."""

    at: int = START
    step: int = 1

    def __call__(self) -> int:
        self.at += self.step
        return self.at


@dataclass(slots=True)
class Answer:
    """A response with its JSON decoded; `headers` has lower-case names."""

    status: int
    headers: Mapping[str, str]
    raw: bytes
    json: Any = field(default=None)


def answer_of(response: Response) -> Answer:
    headers = {name.decode(): value.decode("latin-1") for name, value in response.headers}
    is_json = "json" in headers.get("content-type", "")
    return Answer(response.status, headers, response.body, jsonlib.loads(response.body) if is_json else None)


@cache
def route_table() -> RouteTable:
    """The routes of this process: nothing changes them, and to find all their paths takes longer than most tests."""
    return RouteTable(ENDPOINTS)


def make_service(stores: Stores) -> Service:
    with patch.object(service, "RouteTable", lambda endpoints: route_table()):
        return Service(stores)


class Api:
    """An account behind a service. Calls are answered before they return (databases in memory)."""

    def __init__(
        self,
        fidelity: str = "observed",
        settings: AccountSettings | None = None,
        database: Database | None = None,
        clock: Callable[[], int] | None = None,
    ) -> None:
        self.clock = clock or Clock()
        self.database: Database = database or default_database(self.clock, self)
        self.account = Account(ACCOUNT_ID, FIDELITIES[fidelity], settings or AccountSettings())
        self.store = Store(self.database)
        self.service = make_service(self.store)
        self.token: str | None = FULL_TOKEN

        async def prepare(tx: Transaction) -> None:
            await open_account(tx, self.account, "Test")
            await create_token(tx, FULL_TOKEN, name="full", scopes=every_scope())

        self.write(prepare)

    def write(self, work: Work[Any]) -> Any:
        """Run storage or engine functions in one committed write transaction of the account."""
        outcome: list[Any] = []

        def done(result: Any, error: BaseException | None) -> None:
            if error is not None:
                raise error
            outcome.append(result)

        self.database.write(ACCOUNT_ID, work, done)
        return outcome[0]

    def read(self, work: Work[Any]) -> Any:
        return read_and_wait(self.database, ACCOUNT_ID, work)

    def grant(self, token: str, scopes: Iterable[str], *, expires_at: int | None = None) -> str:
        """Another token of the account."""

        async def prepare(tx: Transaction) -> None:
            await create_token(tx, token, name=token, scopes=scopes, expires_at=expires_at)

        self.write(prepare)
        return token

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | str = "",
        json: Any = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request; `headers` replaces the default ones, so that a call without a token can be made."""
        if headers is None:
            headers = {"authorization": f"Bearer {self.token}", "content-type": "application/json"}
        if body is None:
            body = b"" if json is None else jsonlib.dumps(json).encode()
        text = query if isinstance(query, str) else urlencode(query, doseq=True)
        request = Request(
            method,
            path,
            text,
            {"host": "spokedesk.test", **{name.lower(): value for name, value in headers.items()}},
            body,
            received_at=self.clock(),
            peer="127.0.0.1",
            bound="127.0.0.1",
        )
        answers: list[Response] = []
        self.service.handle(request, answers.append)
        assert len(answers) == 1, f"{len(answers)} answers to one request"
        return answer_of(answers[0])

    def get(self, path: str, **query: Any) -> Answer:
        return self.call("GET", path, query=query)

    def post(self, path: str, json: Any = None, **query: Any) -> Answer:
        return self.call("POST", path, json=json, query=query)

    def patch(self, path: str, json: Any = None, **query: Any) -> Answer:
        return self.call("PATCH", path, json=json, query=query)

    def put(self, path: str, json: Any = None, **query: Any) -> Answer:
        return self.call("PUT", path, json=json, query=query)

    def delete(self, path: str, **query: Any) -> Answer:
        return self.call("DELETE", path, query=query)
