"""What others do to the rows of a table that somebody looks at: what comes, what is called otherwise, what it costs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Request, expect

from tests.browser.desk import Desk
from tests.browser.test_table import SEARCH, archive, open_own, rows, three_wombats

SOON_MS = 3000
"""Longer than changes are collected for."""


@pytest.fixture
def own(desk: Desk) -> Iterator[list[str]]:
    yield from three_wombats(desk)


def owners_of(desk: Desk) -> list[str]:
    with desk.http() as http:
        return [row["id"] for row in http.get("/crm/v3/owners").json()["results"]]


def calls_of(desk: Desk) -> list[str]:
    """Paths that the page asks for from now on, without the stream of changes."""
    asked: list[str] = []

    def note(request: Request) -> None:
        path = urlsplit(request.url).path
        if path.startswith(("/crm/", "/spokedesk/")) and path != "/spokedesk/v1/changes":
            asked.append(path)

    desk.page.on("request", note)
    return asked


def patch(desk: Desk, ticket_id: str, **properties: str) -> None:
    with desk.http() as http:
        http.patch(f"/crm/v3/objects/tickets/{ticket_id}", json={"properties": properties}).raise_for_status()


URGENT = {"propertyName": "hs_ticket_priority", "operator": "IN", "values": ["HIGH", "URGENT"]}
OWNED = {"propertyName": "hubspot_owner_id", "operator": "HAS_PROPERTY"}
MARCH = {"propertyName": "createdate", "operator": "GTE", "value": "2000-03-01"}
BREEZE = {"propertyName": "content", "operator": "NOT_CONTAINS_TOKEN", "value": "wombatbreeze"}
LATER = {"sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}]}


@pytest.mark.parametrize(
    ("filters", "out_of", "into", "still", "beside"),
    [
        ([URGENT, OWNED], "LOW", "HIGH", "URGENT", {}),
        ([{**URGENT, "operator": "NOT_IN"}, MARCH], "HIGH", "LOW", "MEDIUM", {}),
        ([{**URGENT, "operator": "EQ", "value": "HIGH"}], "LOW", "HIGH", "HIGH", {"content": "again"}),
        ([{**URGENT, "operator": "NEQ", "value": "HIGH"}, BREEZE], "HIGH", "LOW", "URGENT", {}),
        ([{**URGENT, "operator": "HAS_PROPERTY"}], "", "LOW", "HIGH", {}),
    ],
    ids=["IN", "NOT_IN", "EQ", "NEQ", "HAS_PROPERTY"],
)
def test_a_row_that_begins_to_match_is_announced_and_one_that_goes_on_is_not(
    desk: Desk, own: list[str], filters: list[Any], out_of: str, into: str, still: str, beside: dict[str, str]
) -> None:
    """In a table of which only the first rows were read; those of this test are its last."""
    page = desk.page
    owner = {"hubspot_owner_id": owners_of(desk)[0]}
    patch(desk, own[0], hs_ticket_priority=out_of, **owner)
    patch(desk, own[1], hs_ticket_priority=into, **owner)
    desk.go("/tickets", show=json.dumps({"filterGroups": [{"filters": filters}], **LATER}))
    expect(rows(desk).first).to_be_visible()
    desk.settle()
    patch(desk, own[1], hs_ticket_priority=still, **beside)  # was there before, further down
    patch(desk, own[2], content="Nothing that is asked for")
    patch(desk, own[0], hs_ticket_priority=into)
    expect(page.get_by_role("button", name="1 new", exact=True)).to_be_visible()
    page.wait_for_timeout(SOON_MS)
    expect(page.get_by_role("button", name="1 new", exact=True)).to_be_visible()
    patch(desk, own[0], hs_ticket_priority=out_of)
    expect(page.get_by_role("button", name=re.compile("new$"))).to_have_count(0)


def test_a_row_that_begins_to_have_the_words_is_announced(desk: Desk, own: list[str]) -> None:
    """More rows have the word than are read; one of them gets another word."""
    herd = [f"Wallaby {number} of many" for number in range(110)]
    with desk.http() as http:
        inputs = [{"properties": {"subject": one, "hs_pipeline_stage": "1"}} for one in herd]
        for start in (0, 100):
            part = {"inputs": inputs[start : start + 100]}
            http.post("/crm/v3/objects/tickets/batch/create", json=part).raise_for_status()
        body = {"query": "wallaby", "limit": 200, "sorts": ["-hs_object_id"]}
        made = [row["id"] for row in http.post(SEARCH, json=body).json()["results"]]
    desk.go("/tickets", show=json.dumps({"query": "wallaby", **LATER}))
    expect(rows(desk).first).to_be_visible()
    desk.settle()
    patch(desk, made[0], subject="Wallaby with a bell")
    patch(desk, own[0], subject="Wombat with a wallaby")
    patch(desk, own[1], subject="Wombat without")
    expect(desk.page.get_by_role("button", name="1 new", exact=True)).to_be_visible()
    desk.page.wait_for_timeout(SOON_MS)
    expect(desk.page.get_by_role("button", name="1 new", exact=True)).to_be_visible()
    archive(desk, made)


def test_a_hundred_changes_cost_a_filtered_table_a_handful_of_calls(desk: Desk) -> None:
    """Half of them are about what the filters ask for, in steps as somebody's integration would write them."""
    with desk.http() as http:
        inputs = [{"properties": {"subject": f"Quoll {one}", "hs_pipeline_stage": "1"}} for one in range(50)]
        found = http.post("/crm/v3/objects/tickets/batch/create", json={"inputs": inputs}).json()["results"]
    made = [row["id"] for row in found]
    desk.go("/tickets", show=json.dumps({"filterGroups": [{"filters": [URGENT]}], **LATER}))
    expect(rows(desk).first).to_be_visible()
    desk.settle()
    asked = calls_of(desk)
    with desk.http() as http:
        for change in ({"content": "Nothing that is asked for"}, {"hs_ticket_priority": "HIGH"}):
            for start in range(0, 50, 10):
                part = [{"id": one, "properties": change} for one in made[start : start + 10]]
                http.post("/crm/v3/objects/tickets/batch/update", json={"inputs": part}).raise_for_status()
                desk.page.wait_for_timeout(100)
    expect(desk.page.get_by_role("button", name="50 new", exact=True)).to_be_visible()
    print(f"\n100 changes: {len(asked)} calls of the page: {asked}")
    assert 2 <= len(asked) <= 8
    archive(desk, made)


def test_requesters_follow_their_contacts(desk: Desk, own: list[str]) -> None:
    contacts = []
    with desk.http() as http:
        for number, ticket in enumerate(own[:2]):
            made = http.post("/crm/v3/objects/contacts", json={"properties": {"email": f"w{number}@wombat.example"}})
            contacts.append(made.raise_for_status().json()["id"])
            path = f"/crm/v4/objects/tickets/{ticket}/associations/default/contacts/{contacts[-1]}"
            http.put(path).raise_for_status()
        open_own(desk, columns=["subject", "requester"])
        expect(rows(desk).first).to_contain_text("w0@wombat.example")
        desk.settle()
        asked = calls_of(desk)
        for number in range(20):
            body = {"properties": {"email": f"new{number}@wombat.example"}}
            http.patch(f"/crm/v3/objects/contacts/{contacts[0]}", json=body).raise_for_status()
        expect(rows(desk).first).to_contain_text("new19@wombat.example")
        expect(rows(desk).nth(1)).to_contain_text("w1@wombat.example")
        assert 1 <= len(asked) <= 3, asked
        http.patch(f"/crm/v3/objects/contacts/{contacts[0]}", json={"properties": {"phone": "1"}}).raise_for_status()
        http.delete(f"/crm/v3/objects/contacts/{contacts[1]}").raise_for_status()
        expect(rows(desk).nth(1)).not_to_contain_text("@wombat.example")
        http.delete(f"/crm/v3/objects/contacts/{contacts[0]}").raise_for_status()
        expect(rows(desk).first).not_to_contain_text("@wombat.example")


def test_a_requester_who_is_linked_later_is_shown_within_a_minute(desk: Desk, own: list[str]) -> None:
    """No change tells of links."""
    page = desk.page
    page.clock.install()
    open_own(desk, columns=["subject", "requester"])
    desk.settle()
    with desk.http() as http:
        made = http.post("/crm/v3/objects/contacts", json={"properties": {"email": "late@wombat.example"}}).json()["id"]
        http.put(f"/crm/v4/objects/tickets/{own[0]}/associations/default/contacts/{made}").raise_for_status()
        expect(rows(desk).first).not_to_contain_text("late@wombat.example")
        page.clock.fast_forward(60_000)
        expect(rows(desk).first).to_contain_text("late@wombat.example")
        http.delete(f"/crm/v3/objects/contacts/{made}").raise_for_status()
