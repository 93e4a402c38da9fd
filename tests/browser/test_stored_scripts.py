"""Whatever is stored is shown as a text: none of many payloads runs, and none even gets as far as the page's policy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.desk import Desk
from tests.browser.payloads import PAYLOADS
from tests.support.server import Server, start_server

REPORT = """() => {
  window.fired = [];
  window.xss = () => window.fired.push("ran");
  document.addEventListener("securitypolicyviolation", (event) =>
    window.fired.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
}"""
TYPES = ("tickets", "contacts", "companies", "notes")


@dataclass(slots=True)
class Attack:
    """A server whose every text is a payload, and what there is to look at."""

    server: Server
    pipeline: str = ""
    properties: list[str] = field(default_factory=list)
    ids: dict[str, list[str]] = field(default_factory=dict)


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


def make_definitions(http: Any, attack: Attack) -> None:
    stages = [
        {"label": f"{text} {number}", "displayOrder": number, "metadata": {"ticketState": "OPEN", "isClosed": "false"}}
        for number, text in enumerate(PAYLOADS)
    ]
    made = http.post("/crm/v3/pipelines/tickets", json={"label": PAYLOADS[0], "displayOrder": 0, "stages": stages})
    assert made.status_code == 201, made.text
    attack.pipeline = made.json()["id"]
    group = {"name": "attack", "label": PAYLOADS[5], "displayOrder": 1}
    assert http.post("/crm/v3/properties/tickets/groups", json=group).status_code == 201
    inputs: list[dict[str, Any]] = [
        {
            "name": f"attack_{number}",
            "label": text,
            "description": text,
            "groupName": "attack",
            "type": "enumeration" if number % 2 else "string",
            "fieldType": "select" if number % 2 else "text",
            "options": [{"label": text, "value": "a", "displayOrder": 0}] if number % 2 else [],
        }
        for number, text in enumerate(PAYLOADS)
    ]
    answer = http.post("/crm/v3/properties/tickets/batch/create", json={"inputs": inputs})
    assert answer.status_code == 201, answer.text
    attack.properties = [one["name"] for one in inputs]
    label = {"label": PAYLOADS[7], "name": "attack"}
    http.post("/crm/v4/associations/tickets/contacts/labels", json=label)


def make_records(http: Any, attack: Attack) -> None:
    stages = [one["id"] for one in http.get(f"/crm/v3/pipelines/tickets/{attack.pipeline}").json()["stages"]]
    for object_type in TYPES:
        names = text_properties(http, object_type)
        inputs = []
        for number, text in enumerate(PAYLOADS):
            properties = dict.fromkeys(names, text)
            if object_type == "tickets":
                properties |= {"hs_pipeline": attack.pipeline, "hs_pipeline_stage": stages[number], "attack_1": "a"}
            if object_type == "notes":
                properties |= {"hs_note_body": text, "hs_timestamp": "2026-11-01T10:00:00Z"}
            inputs.append({"properties": properties})
        answer = http.post(f"/crm/v3/objects/{object_type}/batch/create", json={"inputs": inputs})
        assert answer.status_code == 201, answer.text
        attack.ids[object_type] = [one["id"] for one in answer.json()["results"]]
    ticket = attack.ids["tickets"][0]
    for other in ("contacts", "companies", "notes"):
        for one in attack.ids[other]:
            http.put(f"/crm/v4/objects/tickets/{ticket}/associations/default/{other}/{one}")


@pytest.fixture(scope="module")
def attack() -> Iterator[Attack]:
    server = start_server("--stand-in", "--demo", token="pat-demo")
    found = Attack(server)
    with server.http() as http:
        make_definitions(http, found)
        make_records(http, found)
        for number, text in enumerate(PAYLOADS[:5]):
            view = {"name": f"{text} {number}", "shared": True, "definition": {"columns": ["subject", "content"]}}
            assert http.post("/spokedesk/v1/views/tickets", json=view).status_code == 201
        http.delete(f"/crm/v3/objects/tickets/{found.ids['tickets'][-1]}")
        http.get(f"/crm/v3/objects/tickets/{PAYLOADS[5]}")
    yield found
    server.stop()


@pytest.fixture
def attacked(page: Page, attack: Attack) -> Desk:
    page.add_init_script(f"({REPORT})()")
    page.on("dialog", lambda dialog: dialog.accept())
    desk = Desk(page, attack.server)
    desk.sign_in()
    return desk


def fired(desk: Desk) -> list[str]:
    """What ran or was stopped by the policy on this page; links that a payload made are followed first."""
    desk.settle()
    found: list[str] = desk.page.evaluate("window.fired")
    made: list[str] = desk.page.evaluate(
        "[...document.querySelectorAll('a[href], form[action], iframe')].map(one => one.href ?? one.action ?? one.src)"
    )
    return [*found, *(address for address in made if not address.startswith("http"))]


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


def test_no_page_of_the_interface_runs_them(attacked: Desk, attack: Attack) -> None:
    tickets = attack.ids["tickets"]
    columns = ["subject", "content", "hs_pipeline_stage", "attack_1", *attack.properties[::6]]
    shown = json.dumps({"columns": columns})
    pages = [
        ("/", {}),
        (f"/board/{attack.pipeline}", {}),
        ("/tickets", {"show": shown}),
        ("/contacts", {}),
        ("/companies", {}),
        *((f"/tickets/{one}", {}) for one in tickets[:4]),
        (f"/contacts/{attack.ids['contacts'][0]}", {}),
        (f"/companies/{attack.ids['companies'][0]}", {}),
        *((path, {}) for path in ("/bin", "/calls", "/settings", "/settings/pipelines", "/settings/properties")),
    ]
    for path, query in pages:
        attacked.go(path, **query)
        assert (path, fired(attacked)) == (path, [])
    attacked.go(f"/board/{attack.pipeline}")
    expect(attacked.page.get_by_role("heading", name=f"{PAYLOADS[0]} 0")).to_be_visible()
    expect(attacked.page.get_by_role("link", name=PAYLOADS[0], exact=True)).to_be_visible()


def test_no_menu_panel_or_dialog_runs_them(attacked: Desk, attack: Attack) -> None:
    page = attacked.page
    attacked.go(f"/board/{attack.pipeline}")
    page.locator("[data-card] button").first.click()
    page.get_by_role("menu").wait_for()
    assert fired(attacked) == []
    page.keyboard.press("Escape")
    attacked.go("/tickets")
    for name in ("Columns", "Filters"):
        page.get_by_role("button", name=name).click()
        panel = page.get_by_role("dialog", name=name)
        panel.get_by_role("combobox").first.fill("xss")
        expect(panel.get_by_role("option").first).to_be_visible()
        assert (name, fired(attacked)) == (name, [])
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        expect(panel).to_have_count(0)
    page.get_by_role("checkbox", name="Select all rows that are loaded").click()
    page.get_by_role("region", name="Selection").get_by_role("button", name="Edit").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="Property").fill("xss")
    page.get_by_role("option").first.click()
    dialog.get_by_role("table").wait_for()
    assert fired(attacked) == []
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search").fill("xss")
    page.get_by_role("option", name="xss()").first.wait_for()
    assert fired(attacked) == []
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    page.get_by_role("dialog").get_by_role("combobox", name="Pipeline").click()
    assert fired(attacked) == []


def test_one_that_got_through_is_found(browser: Browser, attack: Attack) -> None:
    """Stopped by the policy, it is reported all the same; a link that it made is found as well."""
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.add_init_script(f"({REPORT})()")
    desk = Desk(page, attack.server)
    desk.sign_in()
    desk.go("/board")
    markup = json.dumps(PAYLOADS[5] + "<a href='javascript:xss()'>x</a>")
    page.evaluate(f"document.querySelector('main').insertAdjacentHTML('beforeend', {markup})")
    found = " ".join(fired(desk))
    context.close()
    assert "script-src" in found
    assert "javascript:xss()" in found
