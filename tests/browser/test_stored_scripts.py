"""Scripts that somebody stored as data, on every address that a screen has and in what opens there: none runs.

None even asks the policy. Beside records and definitions they are names of people, tokens, apps, views, labels and
object types, and the API log has seen them all. A new screen is looked at without a change here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from tests.architecture.sources import ROOT
from tests.browser.desk import Desk
from tests.browser.payloads import PAYLOADS
from tests.support.server import Server, start_server

TEXTS = [f"{text} {number}" for number, text in enumerate(PAYLOADS)]
"""Told apart without looking at letter case, as labels have to be."""
SHORT = [text for text in TEXTS if len(text) <= 50]
WATCH = """document.addEventListener("securitypolicyviolation", (event) => blocked(event.violatedDirective))"""
LINKS = """[...document.querySelectorAll("a[href], form[action], iframe")]
  .map((one) => one.href ?? one.action ?? one.src)
  .filter((one) => !one.startsWith("http"))"""
OPEN_STAGE = {"ticketState": "OPEN"}
SEEN_MS = 300
"""By then a script has run, or its policy has stopped it."""
STEP_MS, REPORT_STEPS = 50, 200
PARTS = 3


@dataclass
class Watch:
    """What ran on a page, what its policy stopped, and the links that would run something."""

    desk: Desk
    fired: list[str] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        page = self.desk.page
        page.expose_function("xss", lambda: self.fired.append(page.url))
        page.expose_function("blocked", lambda directive: self.blocked.append(f"{page.url} {directive}"))
        page.add_init_script(WATCH)
        page.on("dialog", self.dismiss)

    def dismiss(self, dialog: Dialog) -> None:
        self.fired.append(dialog.message)
        dialog.dismiss()

    def found(self) -> list[str]:
        """Whatever is wrong on the page as it is now."""
        self.desk.settle()
        self.desk.page.wait_for_timeout(SEEN_MS)
        links: list[str] = self.desk.page.evaluate(LINKS)
        return [*self.fired, *self.blocked, *links]


@dataclass(frozen=True, slots=True)
class Stored:
    """A server whose every text is a payload, and ids to show one record of each type, and one call."""

    server: Server
    ids: dict[str, str]
    call_id: str


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


def text_properties(http: Any, object_type: str) -> list[str]:
    """Names of the properties that take any text."""
    found = http.get(f"/crm/v3/properties/{object_type}").json()["results"]
    return [
        one["name"]
        for one in found
        if one["type"] == "string"
        and not one.get("calculated")
        and not one["modificationMetadata"]["readOnlyValue"]
        and one["name"] not in ("email", "hs_additional_emails", "domain", "website")
    ]


def store_records(http: httpx2.Client) -> dict[str, str]:
    """A ticket per stage, with contact, company, note and deleted ones; ids to show one of each."""
    values = {f"xss_{place}": text for place, text in enumerate(TEXTS)}
    owners = made(http.get("/crm/v3/owners?limit=100"))["results"]
    ids: dict[str, str] = {}
    for kind in ("contacts", "companies", "tickets"):
        names = text_properties(http, kind)
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


@pytest.fixture(scope="module")
def stored() -> Iterator[Stored]:
    server = start_server("--stand-in", "--demo", token="pat-demo")
    with server.http() as http:
        store_definitions(http)
        store_people(http)
        ids = store_records(http)
        call_id = made(http.get("/spokedesk/v1/calls?method=POST&path=/notes"))["results"][0]["id"]
    yield Stored(server, ids, call_id)
    server.stop()


@pytest.fixture
def desk(page: Page, stored: Stored) -> Desk:
    """Signed in where every text is a payload."""
    desk = Desk(page, stored.server)
    desk.enter()
    return desk


@pytest.fixture
def watch(desk: Desk) -> Watch:
    return Watch(desk)


def addresses(stored: Stored) -> list[str]:
    """Every address that a screen of the sources has, with something stored in the place of each parameter; a table
    with many columns, and a log that is searched.
    """
    found: list[str] = []
    for path in sorted((ROOT / "webui" / "src" / "screens").glob("*/route.ts")):
        for address in re.findall(r'\bpath: "([^"]+)"', path.read_text(encoding="utf-8")):
            kind = address.split("/")[1]
            record = dict.fromkeys(("id", "recordId"), stored.ids.get(kind, ""))
            values = {**SHOWN, **record, "callId": stored.call_id}
            shown = address
            for name in re.findall(r":(\w+)\??", address):
                assert name in values, f"{address}: what is it to show here?"
                shown = re.sub(rf":{name}\b\??", values[name], shown)
            found.append(shown)
    columns = ["subject", "content", "hs_pipeline_stage", "xss_options", *(f"xss_{place}" for place in range(0, 50, 6))]
    return [*dict.fromkeys(found), f"/tickets?show={json.dumps({'columns': columns})}", SEARCHED]


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
            page.wait_for_timeout(SEEN_MS)
            page.keyboard.press("Escape")
            overlay.first.wait_for(state="detached")


SEARCHED = "/calls?text=onerror"
WITHOUT_DATA = {"/settings/webhooks", "/bin", "/calls", SEARCHED}
"""They show addresses as they came, encoded, titles as plain text, and what an app has to be chosen for."""


@pytest.mark.parametrize("part", range(PARTS))
def test_no_stored_script_runs_on_any_screen(watch: Watch, stored: Stored, part: int) -> None:
    page, shown = watch.desk.page, dict[str, int]()
    for address in addresses(stored)[part::PARTS]:
        watch.desk.go(address)
        assert (address, watch.found()) == (address, [])
        shown[address] = page.locator("body").inner_text().count("xss(")
        open_what_opens(watch.desk, address)
        assert (address, watch.found()) == (address, [])
    print(f"\n{len(PAYLOADS)} payloads, shown per screen: {shown}")
    assert {address for address, count in shown.items() if count == 0} <= WITHOUT_DATA


def test_what_is_stored_is_shown_as_it_is(watch: Watch) -> None:
    """On the board: in headings, links and menus."""
    page = watch.desk.page
    watch.desk.go("/board/xss")
    expect(page.get_by_role("heading", name=TEXTS[0], exact=True)).to_be_visible()
    expect(page.get_by_role("link", name=TEXTS[0], exact=True)).to_be_visible()
    watch.desk.settle()
    assert page.locator("body").inner_text().count("xss(") >= len(PAYLOADS) // 2
    page.locator("[data-card] button").first.click()
    page.get_by_role("menu").wait_for()
    assert watch.found() == []


def test_no_menu_panel_or_dialog_runs_them(watch: Watch) -> None:
    page = watch.desk.page
    watch.desk.go("/tickets")
    for name in ("Columns", "Filters"):
        page.get_by_role("button", name=name, exact=True).click()
        panel = page.get_by_role("dialog", name=name)
        panel.get_by_role("combobox").first.fill("xss")
        expect(panel.get_by_role("option").first).to_be_visible()
        assert (name, watch.found()) == (name, [])
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        expect(panel).to_have_count(0)
    page.get_by_role("checkbox", name="Select all rows that are loaded").click()
    page.get_by_role("region", name="Selection").get_by_role("button", name="Edit").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="Property").fill("xss")
    page.get_by_role("option").first.click()
    dialog.get_by_role("table").wait_for()
    assert watch.found() == []
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search").fill("xss")
    page.get_by_role("option", name="xss()").first.wait_for()
    assert watch.found() == []
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.keyboard.press("c")
    for name in ("Pipeline", "Stage"):
        dialog.get_by_role("combobox", name=name).click()
        page.get_by_role("option").first.wait_for()
        assert (name, watch.found()) == (name, [])


@pytest.fixture
def control(browser: Browser, demo_server: Server) -> Iterator[Watch]:
    """A page whose reports fail nothing: here they are wanted."""
    context = browser.new_context()
    desk = Desk(context.new_page(), demo_server)
    desk.enter()
    yield Watch(desk)
    context.close()


def test_one_that_got_through_is_found(control: Watch) -> None:
    """Markup forced into our page runs nothing, but is reported; a link that it made is found as well."""
    page = control.desk.page
    control.desk.go("/board")
    markup = PAYLOADS[5] + "<a href='javascript:xss()'>x</a>"
    page.evaluate("text => document.querySelector('main').insertAdjacentHTML('beforeend', text)", markup)
    for _ in range(REPORT_STEPS):
        if control.blocked:
            break
        page.wait_for_timeout(STEP_MS)
    assert "script-src" in control.blocked[0]
    assert control.fired == []
    assert "javascript:xss()" in control.found()


def test_the_payloads_are_many_and_would_run_where_markup_is_taken_for_markup(browser: Browser) -> None:
    """The test of the test: as HTML on a page without a policy most of them do what they are for."""
    assert len(set(PAYLOADS)) == 50
    context = browser.new_context()
    page = context.new_page()
    page.goto("about:blank")
    ran = 0
    for text in PAYLOADS:
        page.set_content(f"<script>window.fired=[];window.xss=()=>fired.push(1)</script><div>{text}</div>")
        page.wait_for_timeout(60)
        ran += bool(page.evaluate("window.fired?.length"))
    context.close()
    print(f"\n{ran} of {len(PAYLOADS)} run by themselves in a page that does not defend itself")
    assert ran >= 20
