"""Scripts that somebody stored as data, on every address that a screen has: none runs, none even asks the policy.

Beside records and definitions they are names of people, tokens, apps, views, labels and object types, and the API log
has seen them all. A new screen is looked at without a change here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from playwright.sync_api import Browser, Dialog, Page

from tests.architecture.sources import ROOT
from tests.browser.desk import Desk
from tests.browser.payloads import PAYLOADS
from tests.support.server import Server

TEXTS = [f"{text} {number}" for number, text in enumerate(PAYLOADS)]
"""Told apart without looking at letter case, as labels have to be."""
SHORT = [text for text in TEXTS if len(text) <= 50]
WATCH = """document.addEventListener("securitypolicyviolation", (event) => blocked(event.violatedDirective))"""
OPEN_STAGE = {"ticketState": "OPEN"}


@dataclass
class Watch:
    """What ran on a page, and what its policy stopped."""

    fired: list[str] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)

    def over(self, page: Page) -> Watch:
        page.expose_function("xss", lambda: self.fired.append(page.url))
        page.expose_function("blocked", lambda directive: self.blocked.append(f"{page.url} {directive}"))
        page.add_init_script(WATCH)
        page.on("dialog", self.dismiss)
        return self

    def dismiss(self, dialog: Dialog) -> None:
        self.fired.append(dialog.message)
        dialog.dismiss()


def made(answer: httpx2.Response) -> Any:
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def store_definitions(http: httpx2.Client) -> None:
    """A pipeline with a stage per payload, properties, options, links, a type of objects: named by payloads."""
    stages = [
        {"label": text, "displayOrder": place, "stageId": f"xss-{place}", "metadata": OPEN_STAGE}
        for place, text in enumerate(TEXTS)
    ]
    stages.append({"label": "End", "displayOrder": 99, "metadata": {"ticketState": "CLOSED"}})
    pipeline = {"label": TEXTS[10], "displayOrder": -1, "pipelineId": "xss", "stages": stages}
    made(http.post("/crm/v3/pipelines/tickets", json=pipeline))
    for kind in ("tickets", "contacts", "companies"):
        group = {"name": "xss", "label": TEXTS[0], "displayOrder": 0}
        made(http.post(f"/crm/v3/properties/{kind}/groups", json=group))
        definitions: list[dict[str, Any]] = [
            {
                "name": f"xss_{place}",
                "label": text,
                "description": text,
                "groupName": "xss",
                "type": "string",
                "fieldType": "text",
            }
            for place, text in enumerate(TEXTS)
        ]
        options = [{"label": text, "value": f"o{place}", "description": text} for place, text in enumerate(TEXTS)]
        chosen = {"name": "xss_options", "label": TEXTS[18], "groupName": "xss", "type": "enumeration"}
        definitions.append({**chosen, "fieldType": "select", "options": options})
        made(http.post(f"/crm/v3/properties/{kind}/batch/create", json={"inputs": definitions}))
    for place, text in enumerate(SHORT[:6]):
        label = {"name": f"xss_{place}", "label": text, "inverseLabel": text}
        made(http.post("/crm/v4/associations/tickets/contacts/labels", json=label))
    schema = {
        "name": "xss_thing",
        "labels": {"singular": SHORT[0], "plural": SHORT[1]},
        "primaryDisplayProperty": "title",
        "properties": [{"name": "title", "label": SHORT[2], "type": "string", "fieldType": "text"}],
    }
    made(http.post("/crm-object-schemas/v3/schemas", json=schema))


def store_people(http: httpx2.Client) -> None:
    for place, text in enumerate(TEXTS):
        owner = {"email": f"owner{place}@xss.example", "firstName": text[:100], "lastName": text[:100]}
        made(http.post("/spokedesk/v1/owners", json=owner))
        made(http.post("/spokedesk/v1/tokens", json={"name": text[:100], "scopes": ["tickets"]}))
    for text in SHORT[:6]:
        app = {"name": text, "redirectUris": ["https://xss.example/back"], "scopes": ["tickets"]}
        made(http.post("/spokedesk/v1/apps", json=app))
    for place, text in enumerate(TEXTS[:10]):
        user = {"email": f"user{place}@xss.example", "firstName": text, "lastName": text, "role": "agent"}
        made(http.post("/spokedesk/v1/users", json=user))


def store_records(http: httpx2.Client) -> dict[str, str]:
    """A ticket per stage, with contact, company, note and deleted ones; ids to show one of each."""
    values = {f"xss_{place}": text for place, text in enumerate(TEXTS)}
    owners = made(http.get("/crm/v3/owners?limit=100"))["results"]
    ids: dict[str, str] = {}
    for kind, names in (
        ("contacts", ("firstname", "lastname", "jobtitle", "company")),
        ("companies", ("name", "description", "city", "website")),
        ("tickets", ("subject", "content")),
    ):
        rows: list[dict[str, str]] = [dict.fromkeys(names, text) for text in TEXTS]
        for place, row in enumerate(rows):
            if kind == "tickets":
                stage = {"hs_pipeline": "xss", "hs_pipeline_stage": f"xss-{place}"}
                row.update(stage, hubspot_owner_id=owners[place]["id"])
        rows[0] |= {**values, "xss_options": "o1"}
        created = made(
            http.post(f"/crm/v3/objects/{kind}/batch/create", json={"inputs": [{"properties": row} for row in rows]})
        )
        found = [one["id"] for one in created["results"]]
        first = [one["id"] for one in created["results"] if one["properties"].get("xss_0")]
        ids[kind] = (first or found)[0]
        gone = [one for one in found if one != ids[kind]][:3]
        http.post(f"/crm/v3/objects/{kind}/batch/archive", json={"inputs": [{"id": one} for one in gone]})
    for kind in ("contacts", "companies"):
        made(http.put(f"/crm/v4/objects/tickets/{ids['tickets']}/associations/default/{kind}/{ids[kind]}"))
    for place, text in enumerate(TEXTS):
        note = {"hs_note_body": text, "hs_timestamp": f"2026-01-01T00:00:{place:02d}Z"}
        link = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 228}
        body = {"properties": note, "associations": [{"to": {"id": ids["tickets"]}, "types": [link]}]}
        made(http.post("/crm/v3/objects/notes", json=body))
        http.get(f"/crm/v3/objects/tickets/{quote(text, safe='')}?{quote(text)}")
    for kind in ("tickets", "contacts", "companies"):
        for text in TEXTS[:8]:
            http.post(f"/spokedesk/v1/views/{kind}", json={"name": text, "shared": True, "definition": {}})
    return ids


SHOWN = {"pipelineId": "xss", "objectType": "tickets", "from": "tickets", "to": "contacts"}


def addresses(ids: dict[str, str], call_id: str) -> list[str]:
    """Every address that a screen of the sources has, with something stored in the place of each parameter."""
    found: list[str] = []
    for path in sorted((ROOT / "webui" / "src" / "screens").glob("*/route.ts")):
        for address in re.findall(r'\bpath: "([^"]+)"', path.read_text(encoding="utf-8")):
            kind = address.split("/")[1]
            record = dict.fromkeys(("id", "recordId"), ids.get(kind, ""))
            values = {**SHOWN, **record, "callId": call_id}
            shown = address
            for name in re.findall(r":(\w+)\??", address):
                assert name in values, f"{address}: what is it to show here?"
                shown = re.sub(rf":{name}\b\??", values[name], shown)
            found.append(shown)
    return [*dict.fromkeys(found)]


def open_what_opens(desk: Desk, address: str) -> None:
    """Dialogs and menus of a page that show data."""
    page = desk.page
    overlay = page.locator("[role=dialog]")
    for verb in ("Edit", "Rules for", "Delete", "Rename", "Move"):
        button = page.locator("main").get_by_role("button", name=re.compile(f"^{verb} “"))
        if button.count() > 0 and address != "/":
            button.first.click()
            if address.startswith("/settings") and verb != "Move":
                overlay.first.wait_for()
            page.wait_for_timeout(150)
            page.keyboard.press("Escape")
            overlay.first.wait_for(state="detached")


WITHOUT_DATA = {"/settings/webhooks", "/bin", "/calls", "/calls?text=onerror"}
"""They show addresses as they came, encoded, titles as plain text, and what an app has to be chosen for."""


def test_no_stored_script_runs_on_any_screen(page: Page, fresh_server: Server) -> None:
    watch, desk = Watch().over(page), Desk(page, fresh_server)
    with desk.http() as http:
        store_definitions(http)
        store_people(http)
        ids = store_records(http)
        call_id = made(http.get("/spokedesk/v1/calls?method=POST&path=/notes"))["results"][0]["id"]
    desk.sign_in()
    shown: dict[str, int] = {}
    for address in [*addresses(ids, call_id), "/calls?text=onerror"]:
        desk.go(address)
        desk.settle()
        page.wait_for_timeout(300)  # as long as the control below has to see what its policy stops
        shown[address] = page.locator("body").inner_text().count("xss(")
        open_what_opens(desk, address)
    page.keyboard.press("Control+k")
    page.get_by_role("dialog").get_by_role("combobox").fill("xss")
    page.get_by_role("option", name="xss()").first.wait_for()
    shown["search"] = page.get_by_role("dialog").inner_text().count("xss(")
    page.keyboard.press("Escape")
    desk.go("/board/xss")
    page.locator("[data-card]").first.wait_for()
    page.keyboard.press("c")
    page.get_by_role("dialog").get_by_label("Stage").click()
    page.wait_for_timeout(300)
    print(f"\n{len(PAYLOADS)} payloads, shown per screen: {shown}")
    print(f"executed: {len(watch.fired)}, reports of the policy: {len(watch.blocked)}")
    assert {address for address, count in shown.items() if count == 0} <= WITHOUT_DATA
    assert shown["/board/xss"] >= len(PAYLOADS) // 2
    assert watch.fired == []
    assert watch.blocked == []


@pytest.fixture
def watched(browser: Browser) -> Any:
    """A page whose reports fail nothing: here they are wanted."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def test_the_watch_sees_what_the_policy_stops(watched: Page, demo_server: Server) -> None:
    """The control: markup forced into our page runs nothing, but is reported."""
    watch = Watch().over(watched)
    watched.goto(f"{demo_server.url}/sign-in")
    watched.evaluate("text => document.body.insertAdjacentHTML('beforeend', text)", "<img src=x onerror=xss()>")
    watched.wait_for_timeout(300)
    assert watch.fired == []
    assert len(watch.blocked) >= 1
