"""The API log: what clients call, followed as it happens, explained, copied and made again."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest
from playwright.sync_api import Locator, expect

from tests.browser.desk import PSEUDO, Desk

PATH = "/crm/v3/objects/tickets"


@pytest.fixture
def ticket(desk: Desk) -> Iterator[dict[str, Any]]:
    """A ticket of this test, made by a call that is in the log."""
    with desk.http() as http:
        body = {"properties": {"subject": 'It\'s a "loud" bell', "hs_pipeline_stage": "1"}}
        made = http.post(PATH, json=body).json()
        yield made
        http.delete(f"{PATH}/{made['id']}")


def rows(desk: Desk) -> Locator:
    return desk.page.locator("[data-call]")


def detail(desk: Desk) -> Locator:
    return desk.page.get_by_role("region", name="The call in full")


def go(desk: Desk, **filters: str) -> None:
    desk.go(f"/calls?{urlencode(filters)}")


def open_first(desk: Desk, **filters: str) -> None:
    go(desk, **filters)
    rows(desk).first.click()
    detail(desk).get_by_role("heading", level=2).wait_for()


def test_calls_appear_as_they_come_in(desk: Desk, ticket: dict[str, Any]) -> None:
    path = f"{PATH}/{ticket['id']}"
    go(desk, path=path)
    expect(desk.page.get_by_role("status").filter(has_text="Live")).to_be_visible()
    expect(rows(desk)).to_have_count(0)
    with desk.http() as http:
        http.get(path)
        expect(rows(desk)).to_have_count(1)
        http.patch(path, json={"properties": {"subject": "Still loud"}})
        expect(rows(desk)).to_have_count(2)
        http.get(f"{PATH}/999999999?archived=false")
    expect(rows(desk).first).to_contain_text(re.compile(r"PATCH.*200.*ms.*pat-demo", re.DOTALL))
    # the address changes first, so the switch follows a moment later
    desk.page.get_by_role("switch", name="Follow").click()
    expect(desk.page.get_by_role("status").filter(has_text="Paused")).to_be_visible()
    with desk.http() as http:
        http.get(path)
    desk.page.wait_for_timeout(400)
    expect(rows(desk)).to_have_count(2)
    desk.page.get_by_role("button", name="Refresh").click()
    expect(rows(desk)).to_have_count(3)


def test_a_refused_call_is_explained(desk: Desk, ticket: dict[str, Any]) -> None:
    """Its error, the scope that was missing, and the limits that it came near."""
    with desk.http() as http:
        body = {"name": "Only contacts", "scopes": ["crm.objects.contacts.read"]}
        made = http.post("/spokedesk/v1/tokens", json=body).json()
        headers = {"Authorization": f"Bearer {made['token']}"}
        with httpx2.Client(base_url=desk.server.url, headers=headers, trust_env=False) as other:
            refused = other.get(f"{PATH}/{ticket['id']}").json()
        http.delete(f"/spokedesk/v1/tokens/{made['id']}")
    open_first(desk, status="403", token="Only")
    page = detail(desk)
    expect(page).to_contain_text("MISSING_SCOPES")
    expect(page).to_contain_text(refused["correlationId"])
    expect(page.get_by_role("region", name="Scope")).to_contain_text(re.compile("needs one|lacks this scope"))
    expect(page.get_by_role("region", name="Scope").get_by_text("tickets", exact=True)).to_be_visible()
    expect(page).to_contain_text(f"Only contacts (…{made['hint']})")
    assert made["token"] not in desk.page.content()


def test_limits_and_bodies_are_shown(desk: Desk, ticket: dict[str, Any]) -> None:
    with desk.http() as http:
        search = {"query": "loud", "limit": 200, "after": "8000"}
        http.post(f"{PATH}/search", json=search)
    open_first(desk, path="/search", token="pat-demo", method="POST")
    page = detail(desk)
    limits = page.get_by_role("region", name="Limits it came near")
    expect(limits.get_by_role("listitem").filter(has_text="results of a search")).to_contain_text("8,200 / 10,000")
    shown = page.get_by_role("region", name="Request").locator("pre").inner_text()
    assert shown == json.dumps(search, indent=2)
    headers = page.get_by_role("region", name="Request")
    headers.get_by_text(re.compile(r"^\d+ headers$")).click()
    expect(headers).to_contain_text("Bearer •••demo")


def test_the_curl_line_makes_the_same_call(desk: Desk, ticket: dict[str, Any]) -> None:
    """Quotes in a body survive the shell."""
    open_first(desk, path=PATH, method="POST", text=ticket["id"])
    line = desk.copied_by(detail(desk).get_by_role("button", name="Copy as curl"))
    expect(detail(desk).get_by_role("button", name="Copied")).to_be_visible()
    words = shlex.split(line.replace('"Authorization: Bearer $TOKEN"', "'Authorization: Bearer pat-demo'"))
    made = json.loads(
        subprocess.run([*words, "-s", "--noproxy", "*"], capture_output=True, check=True, timeout=20).stdout
    )
    assert made["properties"]["subject"] == 'It\'s a "loud" bell'
    with desk.http() as http:
        http.delete(f"{PATH}/{made['id']}")


def test_a_call_is_made_again_after_a_question(desk: Desk, ticket: dict[str, Any]) -> None:
    path = f"{PATH}/{ticket['id']}"
    with desk.http() as http:
        http.patch(path, json={"properties": {"subject": "Once"}})
        http.patch(path, json={"properties": {"subject": "Twice"}})
        open_first(desk, path=path, method="PATCH", text="Once")
        detail(desk).get_by_role("button", name="Replay").press("Enter")
        expect(detail(desk)).to_contain_text("It writes again, as you.")
        assert http.get(path).json()["properties"]["subject"] == "Twice"
        detail(desk).get_by_role("button", name="Do it again").press("Enter")
        expect(desk.notice("Replayed, answered with 200")).to_be_visible()
        history = http.get(f"{path}?propertiesWithHistory=subject").json()["propertiesWithHistory"]["subject"]
        assert [one["value"] for one in history][:2] == ["Once", "Twice"]
        assert history[0]["sourceType"] == "CRM_UI"


def test_a_path_that_looks_like_another_host_is_replayed_here(desk: Desk) -> None:
    """The token must never leave for a host that some client put in a path."""
    asked: list[str] = []
    with desk.http() as http:
        http.get(f"{desk.server.url}//elsewhere.example/x")
    desk.page.on("request", lambda request: asked.append(request.url) if "elsewhere" in request.url else None)
    open_first(desk, path="//elsewhere.example")
    detail(desk).get_by_role("button", name="Replay").click()
    expect(desk.notice(re.compile("Replayed, answered with 40[04]"))).to_be_visible()
    replayed = [url for url in asked if "/spokedesk/" not in url and "/calls" not in url]
    assert replayed == [f"{desk.server.url}//elsewhere.example/x"]


def test_calls_with_secrets_have_no_bodies_and_no_replay(desk: Desk) -> None:
    with desk.http() as http:
        made = http.post("/spokedesk/v1/tokens", json={"name": "Hidden", "scopes": ["tickets"]}).json()
        http.delete(f"/spokedesk/v1/tokens/{made['id']}")
    open_first(desk, path="/spokedesk/v1/tokens", method="POST")
    expect(detail(desk)).to_contain_text("The body is not kept")
    expect(detail(desk)).to_contain_text("cannot be replayed")
    expect(detail(desk).get_by_role("button", name="Replay")).to_have_count(0)


def test_the_keyboard_goes_from_call_to_call(desk: Desk, ticket: dict[str, Any]) -> None:
    with desk.http() as http:
        for _ in range(3):
            http.get(f"{PATH}/{ticket['id']}")
    go(desk, path=f"{PATH}/{ticket['id']}")
    rows(desk).first.focus()
    desk.page.keyboard.press("ArrowDown")
    expect(rows(desk).nth(1)).to_be_focused()
    desk.page.keyboard.press("Enter")
    expect(detail(desk)).to_be_visible()
    second = desk.page.url
    desk.page.keyboard.press("ArrowDown")
    expect(rows(desk).nth(2)).to_be_focused()
    expect(desk.page).not_to_have_url(second)
    assert "path=" in desk.page.url
    detail(desk).get_by_role("button", name="Close").click()
    expect(detail(desk)).to_have_count(0)


def test_own_calls_are_shown_when_asked_for_and_all_can_be_forgotten(page: Any, fresh_server: Any) -> None:
    desk = Desk(page, fresh_server)
    desk.enter()
    desk.go("/calls")
    expect(desk.page.get_by_text("No calls to show")).to_be_visible()
    desk.page.get_by_role("switch", name="Calls of this interface").press("Space")
    expect(rows(desk).first).to_be_visible()
    desk.page.get_by_role("switch", name="Calls of this interface").press("Space")
    with desk.http() as http:
        http.get(PATH)
    expect(rows(desk)).to_have_count(1)
    desk.page.get_by_role("button", name="Forget all").click()
    expect(desk.page.get_by_text("No calls to show")).to_be_visible()
    expect(rows(desk)).to_have_count(0)


def test_a_call_that_left_the_log_is_told(desk: Desk) -> None:
    desk.go("/calls/999999999")
    expect(detail(desk).get_by_role("alert")).to_contain_text("not in the log, or not any more")


def test_the_log_is_translated(desk: Desk, ticket: dict[str, Any]) -> None:
    desk.use_language(PSEUDO)
    with desk.http() as http:
        http.get(f"{PATH}/{ticket['id']}")
        latest = http.get("/spokedesk/v1/calls?method=GET").json()["results"][0]["id"]
    desk.go(f"/calls/{latest}")
    desk.page.get_by_role("heading", level=2).wait_for()
    assert desk.untranslated() == []
