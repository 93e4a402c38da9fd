"""The start page: figures and plots that agree with the API, each of which leads to the tickets behind it."""

from __future__ import annotations

import json
import re
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect

from tests.browser.desk import PSEUDO, Desk
from tests.support.server import Server

SEARCH = "/crm/v3/objects/tickets/search"
ASK_SECONDS = 3
"""How often the page asks for figures at most."""


def statistics(desk: Desk, days: int = 30) -> dict[str, Any]:
    offset = int(desk.page.evaluate("-new Date().getTimezoneOffset()"))
    with desk.http() as http:
        url = f"/spokedesk/v1/statistics/tickets?days={days}&offset={offset}"
        found: dict[str, Any] = http.get(url).json()
        return found


def total_behind(desk: Desk) -> int:
    """How many tickets the table that is open shows, and the API finds with the filters of its address."""
    desk.page.get_by_role("heading", name="Tickets").wait_for()
    shown = json.loads(parse_qs(urlsplit(desk.page.url).query)["show"][0])
    with desk.http() as http:
        total: int = http.post(SEARCH, json={"filterGroups": shown["filterGroups"], "limit": 1}).json()["total"]
    # the number of filters stands in a button
    expect(desk.page.locator("main header .numeric:not(button *)")).to_have_text([f"{total:,}"])
    return total


def test_figures_are_those_of_the_server_and_lead_to_their_tickets(desk: Desk) -> None:
    page = desk.page
    desk.go("/")
    found = statistics(desk)
    assert found["open"] > 10
    for name, count in (("open tickets", found["open"]), ("open and unassigned", found["unassigned"])):
        desk.go("/")
        page.get_by_role("link", name=f"{count} {name}").click()
        assert total_behind(desk) == count


def test_a_stage_leads_to_its_open_tickets(desk: Desk) -> None:
    page = desk.page
    desk.go("/")
    largest = max(statistics(desk)["openByStage"], key=lambda one: one["count"])
    with desk.http() as http:
        pipelines = http.get("/crm/v3/pipelines/tickets").json()["results"]
    pipeline = next(one for one in pipelines if one["id"] == largest["pipelineId"])
    label = next(stage["label"] for stage in pipeline["stages"] if stage["id"] == largest["stageId"])
    page.get_by_role("link", name=re.compile(rf"^{re.escape(label)} {largest['count']}$")).click()
    assert total_behind(desk) == largest["count"]


def test_a_day_says_its_figures_and_leads_to_what_was_created_then(desk: Desk) -> None:
    page = desk.page
    desk.go("/")
    page.get_by_text("90 days", exact=True).click()
    desk.settle()
    busiest = max(statistics(desk, 90)["days"], key=lambda day: day["created"])
    assert busiest["created"] > 0
    figures = f"{busiest['created']} created, {busiest['closed']} closed"
    day = page.get_by_role("button", name=re.compile(figures)).first
    day.hover()
    expect(page.locator("[aria-live]").get_by_text(re.compile(figures))).to_be_visible()
    day.focus()
    page.keyboard.press("Enter")
    assert total_behind(desk) == busiest["created"]


def test_what_waits_longest_is_named_and_leads_to_the_ticket(desk: Desk) -> None:
    desk.go("/")
    oldest = statistics(desk)["oldestOpen"][0]
    desk.page.get_by_role("region", name="Waiting longest").get_by_role("link").first.click()
    expect(desk.page).to_have_url(f"{desk.server.url}/tickets/{oldest['id']}")


def test_one_pipeline_can_be_looked_at_alone(desk: Desk) -> None:
    page = desk.page
    desk.go("/")
    with desk.http() as http:
        pipeline = http.get("/crm/v3/pipelines/tickets").json()["results"][1]
        alone = http.get(f"/spokedesk/v1/statistics/tickets?days=30&pipeline={pipeline['id']}").json()
    page.get_by_role("combobox", name="Pipeline").click()
    page.get_by_role("option", name=pipeline["label"]).click()
    page.get_by_role("link", name=f"{alone['open']} open tickets").click()
    assert total_behind(desk) == alone["open"]


def create_tickets(desk: Desk, count: int) -> list[str]:
    """One after the other, with a moment between them."""
    made = []
    with desk.http() as http:
        body = {"properties": {"subject": "Flat tyre", "hs_pipeline_stage": "1"}}
        for _ in range(count):
            made.append(http.post("/crm/v3/objects/tickets", json=body).raise_for_status().json()["id"])
            desk.page.wait_for_timeout(100)
    return made


def archive(desk: Desk, ids: list[str]) -> None:
    with desk.http() as http:
        for one in ids:
            http.delete(f"/crm/v3/objects/tickets/{one}").raise_for_status()


def test_figures_follow_what_others_do_without_asking_for_every_change(desk: Desk) -> None:
    page = desk.page
    desk.go("/")
    desk.settle()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/statistics/" in one.url else None)
    before = statistics(desk)["open"]
    begun = time.monotonic()
    made = create_tickets(desk, 30)
    expect(page.get_by_role("link", name=f"{before + 30} open tickets")).to_be_visible()
    assert 1 <= len(asked) <= 2 + (time.monotonic() - begun) / ASK_SECONDS
    archive(desk, made)
    expect(page.get_by_role("link", name=f"{before} open tickets")).to_be_visible()


def test_a_page_that_nobody_sees_asks_for_nothing_and_is_right_when_it_is_seen(desk: Desk) -> None:
    page = desk.page
    show = """state => {
      Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    desk.go("/")
    desk.settle()
    before = statistics(desk)["open"]
    page.evaluate(show, "hidden")
    page.wait_for_timeout(300)
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    made = create_tickets(desk, 2)
    page.wait_for_timeout(1000)
    assert asked == []
    page.evaluate(show, "visible")
    expect(page.get_by_role("link", name=f"{before + 2} open tickets")).to_be_visible()
    archive(desk, made)


def test_an_empty_account_is_told_how_to_begin(desk: Desk, fresh_server: Server) -> None:
    other = Desk(desk.page, fresh_server)
    other.enter()
    other.go("/")
    expect(other.page.get_by_role("heading", name="Nothing has happened yet")).to_be_visible()
    expect(other.page.get_by_text(f'curl "{fresh_server.url}/crm/v3/objects/tickets"')).to_be_visible()
    for path in ("/tickets", "/"):
        other.go(path)
        other.page.get_by_role("main").get_by_role("button", name="New ticket").click()
        expect(other.page.get_by_role("dialog", name="New ticket")).to_be_visible()


def test_the_start_page_is_translated(desk: Desk) -> None:
    desk.use_language(PSEUDO)
    desk.go("/")
    desk.settle()
    assert desk.untranslated() == []
