"""Where nothing is yet: each page says what it is, and offers one button and one line for a terminal that does it."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.desk import Desk
from tests.support.server import Server

SHELL = "/bin/sh"
RECORDS = "#!/bin/sh\nfor one; do printf '%s\\0' \"$one\"; done\n"
APP = "4711"


@dataclass(slots=True)
class Terminal:
    """A shell in which `curl` only says how it was called; the call is then made with the client of the tests."""

    server: Server
    folder: Path

    def __post_init__(self) -> None:
        program = self.folder / "curl"
        program.write_text(RECORDS)
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

    def run(self, line: str, **names: str) -> httpx2.Response:
        """Type a line where the variables have these values; what the server answers."""
        search = os.pathsep.join([str(self.folder), os.defpath])
        environment = {"PATH": search, "TOKEN": self.server.token, **names}
        done = subprocess.run([SHELL, "-c", line], env=environment, capture_output=True, text=True, check=True)
        words = done.stdout.split("\0")[:-1]
        options: dict[str, list[str]] = {"-X": [], "-H": [], "-d": []}
        addresses = []
        rest = iter(words)
        for word in rest:
            options[word].append(next(rest)) if word in options else addresses.append(word)
        (address,) = addresses
        assert address.startswith(f"{self.server.url}/"), line
        body = "".join(options["-d"])
        method = "".join(options["-X"]) or ("POST" if body else "GET")
        headers = dict(header.split(": ", 1) for header in options["-H"])
        with httpx2.Client(trust_env=False, timeout=20) as client:
            return client.request(method, address, headers=headers, content=body.encode())


@pytest.fixture
def terminal(fresh_server: Server, tmp_path: Path) -> Terminal:
    return Terminal(fresh_server, tmp_path)


@pytest.fixture
def empty_desk(page: Page, fresh_server: Server) -> Desk:
    """The interface over an account in which nothing has happened."""
    desk = Desk(page, fresh_server)
    desk.enter()
    return desk


def empties(desk: Desk) -> Locator:
    return desk.page.get_by_test_id("empty")


def line_of(part: Locator) -> str:
    """The one line of a place where nothing is, which has one button beside the one that copies the line."""
    copying = part.get_by_role("button", name="Copy the command")
    doing = part.locator("button, a").and_(part.page.locator(":not([aria-label='Copy the command'])"))
    expect(part.get_by_test_id("curl")).to_have_count(1)
    expect(copying).to_have_count(1)
    expect(doing).to_have_count(1)
    line = part.get_by_test_id("curl").inner_text()
    assert "$TOKEN" in line
    assert part.page.evaluate("document.documentElement.scrollWidth") <= part.page.viewport_size["width"]  # type: ignore[index]
    return line


PAGES = {
    "/": "nothing has happened yet",
    "/board": "no tickets",
    "/tickets": "no rows",
    "/contacts": "no rows",
    "/companies": "no rows",
    "/settings/tokens": "no access tokens yet",
    "/settings/apps": "no apps yet",
    "/settings/owners": "no owners yet",
    "/settings/users": "nobody has an account yet",
    "/settings/labels/tickets/contacts": "no labels of your own",
}


def test_every_empty_page_has_one_button_and_a_line_that_fills_it(empty_desk: Desk, terminal: Terminal) -> None:
    desk = empty_desk
    for path, text in PAGES.items():
        if path in ("/board", "/tickets"):  # the page before put a ticket there
            with desk.http() as http:
                for row in http.get("/crm/v3/objects/tickets").json()["results"]:
                    http.delete(f"/crm/v3/objects/tickets/{row['id']}")
        desk.go(path)
        expect(empties(desk)).to_contain_text(text, ignore_case=True)
        answer = terminal.run(line_of(empties(desk)))
        assert answer.status_code in (200, 201), (path, answer.text)
        desk.go(path)
        desk.settle()
        expect(empties(desk)).to_have_count(0)


def test_what_comes_to_an_empty_board_is_shown_at_once(empty_desk: Desk, terminal: Terminal) -> None:
    desk = empty_desk
    desk.go("/board")
    line = line_of(empties(desk))
    desk.settle()
    made = terminal.run(line).json()
    expect(desk.page.locator(f"[data-card='{made['id']}']")).to_be_visible()
    expect(empties(desk)).to_have_count(0)
    expect(desk.page.get_by_role("button", name="1 new")).to_have_count(0)


def test_a_filtered_board_without_cards_offers_to_clear_the_filters(empty_desk: Desk, terminal: Terminal) -> None:
    """The line asks the same question, whatever signs are in it."""
    desk = empty_desk
    with desk.http() as http:
        properties = {"subject": "Bell rings", "hs_pipeline_stage": "1"}
        made = http.post("/crm/v3/objects/tickets", json={"properties": properties}).json()["id"]
    desk.go("/board", priority="URGENT")
    field = desk.page.get_by_role("textbox", name="Filter by text")
    field.fill('it\'s $HOME `x` "y"')
    expect(empties(desk)).to_contain_text("No ticket matches")
    expect(empties(desk).get_by_test_id("curl")).to_contain_text('"query"')  # a moment after the last key
    answer = terminal.run(line_of(empties(desk)))
    assert (answer.status_code, answer.json()["total"]) == (200, 0)
    assert json.loads(answer.request.content)["query"] == 'it\'s $HOME `x` "y"'
    empties(desk).get_by_role("button", name="Clear filters").click()
    expect(desk.page.locator(f"[data-card='{made}']")).to_be_visible()
    expect(field).to_have_value("")
    expect(empties(desk)).to_have_count(0)


def test_lines_that_are_about_a_record_work_once_its_number_is_in_them(empty_desk: Desk, terminal: Terminal) -> None:
    desk = empty_desk
    desk.go("/bin", type="contacts")
    archive = line_of(empties(desk))
    desk.go("/settings/webhooks")
    target = line_of(empties(desk))
    desk.go("/contacts/77")
    missing = line_of(empties(desk))
    with desk.http() as http:
        made = http.post("/crm/v3/objects/contacts", json={"properties": {"email": "a@b.example"}}).json()["id"]
    assert terminal.run(archive, ID=made).status_code == 204
    desk.go("/bin", type="contacts")
    expect(desk.page.locator("[data-binned]")).to_have_count(1)
    assert terminal.run(target, ID=APP).status_code == 200
    assert terminal.run(missing).status_code == 404


def test_an_app_without_webhooks_says_how_to_set_them(empty_desk: Desk, terminal: Terminal) -> None:
    desk = empty_desk
    desk.go("/settings/webhooks", app=APP)
    expect(empties(desk)).to_have_count(2)
    for part in empties(desk).all():
        assert terminal.run(line_of(part)).status_code in (200, 201)
    desk.go("/settings/webhooks", app=APP)
    desk.settle()
    expect(empties(desk)).to_have_count(0)
    expect(desk.page.get_by_text("ticket.creation")).to_be_visible()


def test_a_new_record_says_how_it_gets_notes_and_links(empty_desk: Desk, terminal: Terminal) -> None:
    desk = empty_desk
    others = {}
    with desk.http() as http:

        def create(object_type: str, **properties: str) -> str:
            return str(http.post(f"/crm/v3/objects/{object_type}", json={"properties": properties}).json()["id"])

        company = create("companies", name="Wheels Ltd")
        others["contacts"] = create("contacts", email="a@b.example")
        others["tickets"] = create("tickets", subject="Bell", hs_pipeline_stage="1")
        others["deals"] = create("deals", dealname="Bells", dealstage="appointmentscheduled", pipeline="default")
        others["companies"] = create("companies", name="Spokes Ltd")
    desk.go(f"/companies/{company}")
    desk.settle()
    timeline = desk.page.get_by_role("region", name="Timeline").get_by_test_id("empty")
    links = desk.page.get_by_role("region", name="Associations").get_by_test_id("empty")
    expect(links).to_have_count(len(others))
    lines = [line_of(part) for part in links.all()]
    note = line_of(timeline)
    timeline.get_by_role("button", name="Write the first note").click()
    expect(desk.page.get_by_role("textbox", name="Write a note")).to_be_focused()
    assert terminal.run(note).status_code == 201
    for line in lines:
        object_type = next(one for one in others if f"/default/{one}/" in line)
        assert terminal.run(line, ID=others[object_type]).status_code == 200, line
    desk.go(f"/companies/{company}")
    desk.settle()
    expect(desk.page.get_by_text("Called back, all is well.")).to_be_visible()
    for other in others.values():
        expect(desk.page.locator(f"[data-linked='{other}']")).to_be_visible()
    expect(empties(desk)).to_have_count(0)


def test_lists_of_the_settings_that_a_search_leaves_empty_offer_everything(
    empty_desk: Desk, terminal: Terminal
) -> None:
    desk, page = empty_desk, empty_desk.page
    with desk.http() as http:
        http.post("/spokedesk/v1/owners", json={"email": "o@b.example", "lastName": "Own"}).raise_for_status()
    for path, field in (("properties", "Search properties"), ("owners", "Search by name")):
        desk.go(f"/settings/{path}")
        page.get_by_label(field).fill("nosuchwordatall")
        expect(empties(desk)).to_contain_text("Nothing matches")
        assert terminal.run(line_of(empties(desk))).status_code == 200
        empties(desk).get_by_role("button", name="Clear filters").click()
        expect(page.get_by_label(field)).to_have_value("")
        expect(page.get_by_role("row").nth(1)).to_be_visible()
    desk.go("/settings/properties")
    page.get_by_role("radiogroup").get_by_text("Custom").click()
    answer = terminal.run(line_of(empties(desk)))
    assert answer.status_code == 201, answer.text
    desk.go("/settings/properties")
    page.get_by_role("radiogroup").get_by_text("Custom").click()
    expect(page.locator(f"[data-property='{answer.json()['name']}']")).to_be_visible()


def test_an_object_type_that_cannot_have_pipelines_leads_to_one_that_has(empty_desk: Desk, terminal: Terminal) -> None:
    desk = empty_desk
    schema: dict[str, Any] = {
        "name": "bicycle",
        "labels": {"singular": "Bicycle", "plural": "Bicycles"},
        "primaryDisplayProperty": "frame",
        "requiredProperties": ["frame"],
        "properties": [{"name": "frame", "label": "Frame", "type": "string", "fieldType": "text"}],
        "associatedObjects": [],
    }
    with desk.http() as http:
        made = http.post("/crm-object-schemas/v3/schemas", json=schema).raise_for_status().json()
    desk.go(f"/settings/pipelines/{made['objectTypeId']}")
    expect(empties(desk)).to_contain_text("No pipelines")
    expect(desk.page.get_by_role("button", name="New pipeline")).to_have_count(0)
    answer = terminal.run(line_of(empties(desk)))
    assert (answer.status_code, answer.json()["results"]) == (200, [])
    empties(desk).get_by_role("link", name="Pipelines of tickets").click()
    expect(desk.page.get_by_role("heading", name="Support Pipeline")).to_be_visible()


def test_the_log_without_calls_leads_to_a_token_and_with_filters_to_all_calls(
    empty_desk: Desk, terminal: Terminal
) -> None:
    desk, page = empty_desk, empty_desk.page
    desk.go("/calls")
    page.get_by_role("button", name="Forget all").click()
    expect(empties(desk)).to_contain_text("Calls appear here")
    assert terminal.run(line_of(empties(desk))).status_code == 200
    expect(page.get_by_role("list", name="API log").get_by_role("listitem")).to_have_count(1)
    page.get_by_label("Path contains").fill("nosuchpath")
    expect(empties(desk)).to_contain_text("No call matches")
    empties(desk).get_by_role("button", name="Clear filters").click()
    expect(page.get_by_label("Path contains")).to_have_value("")
    expect(page.get_by_role("list", name="API log").get_by_role("listitem")).to_have_count(1)


def test_a_view_can_be_saved_from_a_terminal_as_well(empty_desk: Desk, terminal: Terminal) -> None:
    desk, page = empty_desk, empty_desk.page
    desk.go("/tickets", show=json.dumps({"query": "it's late", "columns": ["subject"]}))
    page.get_by_role("button", name="Save as a new view").click()
    dialog = page.get_by_role("dialog", name="Save as a new view")
    dialog.get_by_label("Name").fill("Late ones")
    answer = terminal.run(dialog.get_by_test_id("curl").inner_text())
    assert answer.status_code == 201, answer.text
    desk.go("/tickets", view=answer.json()["id"])
    expect(page.get_by_role("button", name="Late ones", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("textbox", name="Search in these rows")).to_have_value("it's late")


@pytest.mark.parametrize(
    ("path", "button", "fields", "shown"),
    [
        ("/contacts", "New contact", {"E-mail": "ada@example.com", "First name": "Ada"}, "ada@example.com"),
        ("/companies", "New company", {"Name": "Wheels Ltd"}, "Wheels Ltd"),
    ],
)
def test_the_first_contact_and_company_are_made_by_the_button(
    empty_desk: Desk, path: str, button: str, fields: dict[str, str], shown: str
) -> None:
    page = empty_desk.page
    empty_desk.go(path)
    empties(empty_desk).get_by_role("button", name=button).click()
    dialog = page.get_by_role("dialog", name=button)
    for label, value in fields.items():
        dialog.get_by_label(label).fill(value)
    page.keyboard.press("Enter")
    expect(empty_desk.notice("was created")).to_be_visible()
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page.locator("[data-row]")).to_contain_text(shown)
    # once there are some, it stands beside the title
    expect(page.get_by_role("button", name=button)).to_be_visible()
    expect(dialog).to_have_count(0)


def test_why_a_contact_was_refused_stands_in_the_dialog(empty_desk: Desk) -> None:
    page = empty_desk.page
    with empty_desk.http() as http:
        http.post("/crm/v3/objects/contacts", json={"properties": {"email": "ada@example.com"}}).raise_for_status()
    empty_desk.go("/contacts")
    page.get_by_role("button", name="New contact").click()
    dialog = page.get_by_role("dialog", name="New contact")
    expect(dialog.get_by_role("button", name="Create contact")).to_be_disabled()
    dialog.get_by_label("E-mail").fill("ada@example.com")
    dialog.get_by_role("button", name="Create contact").click()
    expect(dialog.get_by_role("alert")).to_contain_text("already exists")
