"""More people than the one who is signed in."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import httpx2

from tests.browser.desk import CSRF, Desk

PASSWORD = "correct horse battery"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account and a password."""

    desk: Desk
    email: str
    user: dict[str, Any]

    def http(self) -> httpx2.Client:
        """The public API as this person."""
        url = self.desk.server.url
        with httpx2.Client(base_url=url, headers=CSRF, trust_env=False) as session:
            body = {"email": self.email, "password": PASSWORD}
            session.post("/spokedesk/v1/session", json=body).raise_for_status()
            token = session.post("/spokedesk/v1/session/token").json()["accessToken"]
        return httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, trust_env=False)

    def sign_in_here(self) -> None:
        """In the profile of the test, instead of whoever is there; the next page that is opened is this person's."""
        context = self.desk.page.context
        context.clear_cookies()
        body = {"email": self.email, "password": PASSWORD}
        made = context.request.post(f"{self.desk.server.url}/spokedesk/v1/session", data=body, headers=CSRF)
        assert made.ok, made.text()


def add_person(desk: Desk, first_name: str, last_name: str, role: str) -> Person:
    """A new user of the account, who has chosen a password."""
    email = f"{first_name.lower()}.{uuid.uuid4().hex[:8]}@example.com"
    body = {"email": email, "firstName": first_name, "lastName": last_name, "role": role}
    with desk.http() as http:
        made = http.post("/spokedesk/v1/users", json=body)
        assert made.status_code == 201, made.text
        link = {"link": made.json()["link"]["token"], "password": PASSWORD}
        http.post("/spokedesk/v1/session/link", json=link, headers=CSRF).raise_for_status()
        http.cookies.clear()
    return Person(desk, email, made.json()["user"])
