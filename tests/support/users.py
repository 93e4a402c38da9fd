"""People who sign in, as tests need them: users with cheap passwords, browsers with a cookie."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from spokedesk.crm.users import Role, User
from spokedesk.engine import passwords
from spokedesk.engine.users import accept_link, create_user, make_link
from spokedesk.storage.database import Transaction
from tests.support.api import Answer, Api

PASSWORD = "correct horse battery"
SESSION = "/spokedesk/v1/session"
CSRF = {"x-spokedesk-csrf": "1"}


@contextmanager
def cheap_passwords() -> Iterator[None]:
    """Hashes that take no time; what is stored says how it was made, so both kinds can be checked."""
    with patch.object(passwords, "COST", 16), patch.object(passwords, "LANES", 1):
        yield


def add_user(api: Api, email: str, role: Role = Role.ADMIN, password: str | None = PASSWORD) -> User:
    """A user of the account, with a password unless it is None."""

    async def work(tx: Transaction) -> User:
        user = await create_user(tx, email=email, first_name="Ada", last_name="Lee", role=role)
        if password is None:
            return user
        link = await make_link(tx, user)
        return await accept_link(tx, link.token, passwords.hash_password(password))

    user: User = api.write(work)
    return user


@dataclass
class Browser:
    """Keeps the cookies that it is given, and sends what a page of the server would send."""

    api: Api
    headers: dict[str, str] = field(default_factory=lambda: dict(CSRF))
    cookies: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, json: Any = None, **headers: str) -> Answer:
        sent = {**self.headers, "content-type": "application/json", **headers}
        if self.cookies:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = b"" if json is None else jsonlib.dumps(json).encode()
        answer = self.api.call(method, path, body=body, headers=sent)
        if "set-cookie" in answer.headers:
            name, _, value = answer.headers["set-cookie"].partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def sign_in(self, email: str, password: str = PASSWORD) -> Answer:
        return self.call("POST", SESSION, {"email": email, "password": password})

    def token(self) -> str:
        """A new access token of the session."""
        answer = self.call("POST", f"{SESSION}/token")
        assert answer.status == 200, answer.raw
        found: str = answer.json["accessToken"]
        return found

    def bearer(self, method: str, path: str, json: Any = None, *, token: str | None = None) -> Answer:
        """A call with an access token, as the pages make them."""
        return self.call(method, path, json, authorization=f"Bearer {token or self.token()}")


def signed_in(api: Api, email: str, role: Role = Role.ADMIN) -> Browser:
    """A new user in a browser of its own."""
    add_user(api, email, role)
    browser = Browser(api)
    assert browser.sign_in(email).status == 200
    return browser
