"""The settings: pipelines, properties, labels, users, owners, tokens and webhooks, changed and refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.desk import PSEUDO, Desk
from tests.support.server import Server

PAGES = ("pipelines", "properties", "groups", "labels", "users", "owners", "tokens", "apps", "webhooks")
STAGES = [
    {"label": "Opened", "displayOrder": 0, "stageId": "set-1", "metadata": {"ticketState": "OPEN"}},
    {"label": "Sorted", "displayOrder": 1, "stageId": "set-2", "metadata": {"ticketState": "OPEN"}},
    {"label": "Finished", "displayOrder": 2, "stageId": "set-3", "metadata": {"ticketState": "CLOSED"}},
]


@pytest.fixture
def pipeline(desk: Desk) -> Iterator[dict[str, Any]]:
    """A pipeline of this test, shown in the settings."""
    with desk.http() as http:
        body = {"label": "Bicycle fair", "displayOrder": 9, "pipelineId": "set-fair", "stages": STAGES}
        made = http.post("/crm/v3/pipelines/tickets", json=body).json()
        desk.go("/settings/pipelines")
        panel(desk, "Bicycle fair").wait_for()
        yield made
        http.delete(f"/crm/v3/pipelines/tickets/{made['id']}")


@pytest.fixture
def fresh(page: Page, fresh_server: Server) -> Desk:
    """An account of this test alone, signed in as its demo user."""
    desk = Desk(page, fresh_server)
    desk.enter()
    return desk


def panel(desk: Desk, label: str) -> Locator:
    return desk.page.get_by_role("region", name=label)


def dialog(desk: Desk) -> Locator:
    return desk.page.get_by_role("dialog")


def press(desk: Desk, name: str) -> None:
    desk.page.get_by_role("button", name=name, exact=True).click()


def row(desk: Desk, text: str) -> Locator:
    return desk.page.get_by_role("row").filter(has_text=text)


def read(desk: Desk, path: str) -> Any:
    with desk.http() as http:
        return http.get(path).json()


def stage_labels(desk: Desk, pipeline: dict[str, Any]) -> list[str]:
    return [stage["label"] for stage in read(desk, f"/crm/v3/pipelines/tickets/{pipeline['id']}")["stages"]]


def test_a_pipeline_is_made_renamed_and_deleted(desk: Desk) -> None:
    desk.go("/settings")
    press(desk, "New pipeline")
    dialog(desk).get_by_label("Name").fill("Warranty")
    dialog(desk).get_by_label("Internal id (optional)").fill("warranty-1")
    dialog(desk).get_by_role("button", name="Create").press("Enter")
    expect(panel(desk, "Warranty").locator("b")).to_have_text(["New", "In progress", "Closed"])
    made = read(desk, "/crm/v3/pipelines/tickets/warranty-1")
    assert [stage["metadata"]["isClosed"] for stage in made["stages"]] == ["false", "false", "true"]
    press(desk, "Rename “Warranty”")
    dialog(desk).get_by_label("Name").fill("Warranty claims")
    dialog(desk).get_by_label("Name").press("Enter")
    expect(panel(desk, "Warranty claims")).to_be_visible()
    press(desk, "Delete “Warranty claims”")
    dialog(desk).get_by_role("button", name="Delete").click()
    expect(panel(desk, "Warranty claims")).to_have_count(0)
    assert read(desk, "/crm/v3/pipelines/tickets/warranty-1")["category"] == "OBJECT_NOT_FOUND"


def test_a_stage_is_added_closed_and_deleted_and_its_id_copied(desk: Desk, pipeline: dict[str, Any]) -> None:
    fair = panel(desk, "Bicycle fair")
    fair.get_by_role("button", name="Add a stage").click()
    dialog(desk).get_by_label("Name").fill("Parked")
    dialog(desk).get_by_label("Internal id (optional)").fill("set-parked")
    dialog(desk).get_by_role("button", name="Create").click()
    parked = fair.locator("[data-stage='set-parked']")
    expect(parked).to_contain_text("Open")
    fair.get_by_role("button", name="Edit “Parked”").click()
    dialog(desk).get_by_label("State").select_option("Closed")
    dialog(desk).get_by_role("button", name="Save").click()
    expect(parked).to_contain_text("Closed")
    stages = f"/crm/v3/pipelines/tickets/{pipeline['id']}/stages"
    assert read(desk, f"{stages}/set-parked")["metadata"]["ticketState"] == "CLOSED"
    assert desk.copied_by(parked.get_by_role("button", name="Copy set-parked")) == "set-parked"
    fair.get_by_role("button", name="Delete “Parked”").click()
    dialog(desk).get_by_role("button", name="Delete").click()
    expect(parked).to_have_count(0)
    assert stage_labels(desk, pipeline) == ["Opened", "Sorted", "Finished"]


def test_stages_are_ordered_with_the_keyboard(desk: Desk, pipeline: dict[str, Any]) -> None:
    fair, page = panel(desk, "Bicycle fair"), desk.page
    grip = fair.get_by_role("button", name=re.compile("^Move “Finished”"))
    grip.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(fair.locator("b")).to_have_text(["Finished", "Opened", "Sorted"])
    expect(grip).to_be_focused()
    expect(page.locator("[aria-live=assertive]").get_by_text("“Finished” is now 1 of 3")).to_have_count(1)
    desk.settle()
    assert stage_labels(desk, pipeline) == ["Finished", "Opened", "Sorted"]
    page.keyboard.press("End")
    expect(fair.locator("b")).to_have_text(["Opened", "Sorted", "Finished"])
    desk.settle()
    page.reload()
    expect(fair.locator("b")).to_have_text(["Opened", "Sorted", "Finished"])
    assert stage_labels(desk, pipeline) == ["Opened", "Sorted", "Finished"]


def test_stages_are_dragged_into_order(desk: Desk, pipeline: dict[str, Any]) -> None:
    fair = panel(desk, "Bicycle fair")
    grip = fair.get_by_role("button", name=re.compile("^Move “Opened”"))
    desk.drag(grip, fair.locator("[data-stage='set-3']"))
    expect(fair.locator("b")).to_have_text(["Sorted", "Finished", "Opened"])
    desk.settle()
    assert stage_labels(desk, pipeline) == ["Sorted", "Finished", "Opened"]


def test_pipelines_are_ordered_with_the_keyboard(desk: Desk, pipeline: dict[str, Any]) -> None:
    names = [one["label"] for one in read(desk, "/crm/v3/pipelines/tickets")["results"]]
    heading = desk.page.get_by_role("heading", level=3)
    expect(heading).to_have_text(names)
    desk.page.get_by_role("button", name=re.compile("^Move “Bicycle fair”")).press("ArrowUp")
    expect(heading).to_have_text([*names[:-2], "Bicycle fair", names[-2]])
    desk.settle()
    listed = read(desk, "/crm/v3/pipelines/tickets")["results"]
    ordered = sorted(listed, key=lambda one: one["displayOrder"])
    assert [one["label"] for one in ordered] == [*names[:-2], "Bicycle fair", names[-2]]
    desk.page.get_by_role("button", name=re.compile("^Move “Bicycle fair”")).press("ArrowDown")
    expect(heading).to_have_text(names)
    desk.settle()


def test_what_the_server_refuses_stands_in_the_dialog(desk: Desk, pipeline: dict[str, Any]) -> None:
    """A stage with a ticket in it, then a name that is taken."""
    fair = panel(desk, "Bicycle fair")
    with desk.http() as http:
        properties = {"subject": "In the way", "hs_pipeline": "set-fair", "hs_pipeline_stage": "set-2"}
        ticket = http.post("/crm/v3/objects/tickets", json={"properties": properties}).json()
        fair.get_by_role("button", name="Delete “Sorted”").click()
        dialog(desk).get_by_role("button", name="Delete").click()
        refusal = dialog(desk).get_by_role("alert")
        expect(refusal).to_contain_text(re.compile("set-2|stage", re.IGNORECASE))
        expect(refusal.locator("code")).to_have_text(re.compile(r"[0-9a-f-]{36}"))
        dialog(desk).get_by_role("button", name="Cancel").click()
        expect(dialog(desk)).to_have_count(0)
        http.delete(f"/crm/v3/objects/tickets/{ticket['id']}")
    fair.get_by_role("button", name="Edit “Sorted”").click()
    dialog(desk).get_by_label("Name").fill("Opened")
    dialog(desk).get_by_role("button", name="Save").click()
    expect(dialog(desk).get_by_role("alert")).to_contain_text("Opened")
    assert stage_labels(desk, pipeline) == ["Opened", "Sorted", "Finished"]


def test_a_server_that_is_gone_is_told_and_the_form_keeps_what_was_typed(desk: Desk) -> None:
    desk.go("/settings/pipelines")
    press(desk, "New pipeline")
    dialog(desk).get_by_label("Name").fill("Lost in transit")
    desk.page.route("**/crm/v3/pipelines/tickets", lambda route: route.abort())
    dialog(desk).get_by_role("button", name="Create").click()
    expect(dialog(desk).get_by_role("alert")).to_contain_text("The server cannot be reached")
    expect(dialog(desk).get_by_label("Name")).to_have_value("Lost in transit")
    desk.page.unroute("**/crm/v3/pipelines/tickets")


def test_a_property_with_options_is_made_changed_and_archived(desk: Desk) -> None:
    desk.go("/settings/properties/tickets")
    press(desk, "New property")
    form = dialog(desk)
    form.get_by_label("Label", exact=True).fill("Frame size (cm)")
    expect(form.get_by_label("Internal name")).to_have_value("frame_size_cm")
    form.get_by_label("Type").select_option("Dropdown")
    for label in ("Small", "Large"):
        form.get_by_role("button", name="Add an option").click()
        form.get_by_label("Label of the option").last.fill(label)
    form.get_by_role("button", name=re.compile("^Move “Large”")).press("ArrowUp")
    form.get_by_role("button", name="Create").click()
    expect(dialog(desk)).to_have_count(0)
    path = "/crm/v3/properties/tickets/frame_size_cm"
    assert [(one["label"], one["value"]) for one in read(desk, path)["options"]] == [
        ("Large", "large"),
        ("Small", "small"),
    ]
    desk.page.get_by_label("Search properties").fill("frame size")
    expect(desk.page.locator("[data-property]")).to_have_count(1)
    expect(desk.page.get_by_role("status").filter(has_text="1 property")).to_be_visible()
    press(desk, "Edit “Frame size (cm)”")
    form.get_by_role("button", name="Remove “Small”").click()
    form.get_by_label("Description").fill("Seat tube")
    form.get_by_role("button", name="Save").click()
    expect(dialog(desk)).to_have_count(0)
    changed = read(desk, path)
    assert (changed["description"], [one["value"] for one in changed["options"]]) == ("Seat tube", ["large"])
    press(desk, "Archive “Frame size (cm)”")
    dialog(desk).get_by_role("button", name="Archive").click()
    expect(desk.page.locator("[data-property]")).to_have_count(0)
    assert read(desk, path)["category"] == "OBJECT_NOT_FOUND"


def test_a_unique_property_and_a_refused_name(desk: Desk) -> None:
    desk.go("/settings/properties/contacts")
    press(desk, "New property")
    form = dialog(desk)
    form.get_by_label("Label", exact=True).fill("Customer number")
    form.get_by_label("Internal name").fill("Not a name!")
    form.get_by_label("No two records may have the same value").check()
    form.get_by_role("button", name="Create").click()
    expect(form.get_by_role("alert")).to_contain_text(re.compile("name", re.IGNORECASE))
    form.get_by_label("Internal name").fill("set_customer_number")
    form.get_by_role("button", name="Create").click()
    expect(dialog(desk)).to_have_count(0)
    assert read(desk, "/crm/v3/properties/contacts/set_customer_number")["hasUniqueValue"] is True
    desk.page.get_by_label("Search properties").fill("set_customer")
    expect(desk.page.locator("[data-property]")).to_have_count(1)
    expect(desk.page.locator("[data-property]")).to_contain_text("Unique")
    with desk.http() as http:
        http.delete("/crm/v3/properties/contacts/set_customer_number")


def test_a_definition_of_the_system_can_be_read_only(desk: Desk) -> None:
    desk.go("/settings/properties/tickets")
    desk.page.get_by_label("Search properties").fill("hs_lastmodifieddate")
    desk.page.locator("[data-property='hs_lastmodifieddate']").get_by_role("button", name=re.compile("^Edit")).click()
    expect(dialog(desk)).to_contain_text("belongs to the system")
    expect(dialog(desk).get_by_label("Label", exact=True)).to_be_disabled()


def test_association_labels_are_made_renamed_and_deleted(desk: Desk) -> None:
    desk.go("/settings/labels/tickets/companies")
    press(desk, "New label")
    dialog(desk).get_by_label("Label", exact=True).fill("Repaired by")
    dialog(desk).get_by_label(re.compile("^Label seen from")).fill("Repairs")
    dialog(desk).get_by_role("button", name="Create").click()
    expect(row(desk, "Repaired by")).to_contain_text("USER_DEFINED")
    press(desk, "Show the other direction")
    expect(row(desk, "Repairs")).to_be_visible()
    expect(desk.page).to_have_url(re.compile("/settings/labels/companies/tickets"))
    press(desk, "Show the other direction")
    press(desk, "Rename “Repaired by”")
    dialog(desk).get_by_label("Label", exact=True).fill("Fixed by")
    dialog(desk).get_by_role("button", name="Save").click()
    expect(row(desk, "Fixed by")).to_be_visible()
    labels = "/crm/v4/associations/tickets/companies/labels"
    assert "Fixed by" in [one["label"] for one in read(desk, labels)["results"]]
    press(desk, "Delete “Fixed by”")
    dialog(desk).get_by_role("button", name="Delete").click()
    expect(row(desk, "Fixed by")).to_have_count(0)
    assert "Fixed by" not in [one["label"] for one in read(desk, labels)["results"]]


def test_a_token_is_shown_once_and_works_until_it_is_revoked(desk: Desk) -> None:
    page = desk.page
    desk.go("/settings/tokens")
    page.get_by_role("button", name="New access token").click()
    form = dialog(desk)
    form.get_by_role("button", name="Create").click()
    expect(form.get_by_text("A token needs a name")).to_have_count(2)
    form.get_by_label("Name").fill("Billing sync")
    form.get_by_role("button", name="Work with tickets").click()
    form.get_by_label("Filter scopes").fill("contacts")
    form.get_by_label("crm.objects.contacts.read").check()
    form.get_by_role("button", name="Create").click()
    secret = page.get_by_test_id("secret").inner_text()
    assert secret.startswith("pat-")
    headers = {"Authorization": f"Bearer {secret}"}
    with httpx2.Client(base_url=desk.server.url, headers=headers, trust_env=False) as http:
        scopes = http.get("/spokedesk/v1/me").json()["scopes"]
        assert {"tickets", "crm.objects.contacts.read"} <= set(scopes)
        assert "crm.objects.contacts.write" not in scopes
        page.get_by_role("button", name="Done").click()
        expect(row(desk, "Billing sync")).to_contain_text(f"…{secret[-4:]}")
        assert secret not in page.content()
        press(desk, "Revoke “Billing sync”")
        dialog(desk).get_by_role("button", name="Revoke").click()
        expect(row(desk, "Billing sync")).to_contain_text("Revoked")
        assert http.get("/spokedesk/v1/me").status_code == 401


def test_somebody_is_invited_signs_in_and_is_disabled(fresh: Desk, browser: Browser) -> None:
    page = fresh.page
    fresh.go("/settings/users")
    press(fresh, "Invite somebody")
    dialog(fresh).get_by_label("E-mail").fill("nobody")
    dialog(fresh).get_by_role("button", name="Create the invitation").click()
    expect(dialog(fresh).get_by_role("alert")).to_contain_text(re.compile("email|address", re.IGNORECASE))
    dialog(fresh).get_by_label("E-mail").fill("una@spokedesk.example")
    dialog(fresh).get_by_label("First name").fill("Una")
    dialog(fresh).get_by_role("button", name="Create the invitation").click()
    link = page.get_by_test_id("secret").inner_text()
    page.get_by_role("button", name="Done").click()
    expect(row(fresh, "Una")).to_contain_text("Invited")
    other = browser.new_context(locale="en-GB").new_page()
    other.goto(link)
    other.get_by_label("Password", exact=True).fill("saddle-and-chain")
    other.get_by_role("button", name="Set password and sign in").click()
    expect(other.get_by_role("navigation", name="Main")).to_be_visible()
    other.goto(f"{fresh.server.url}/settings/users")
    expect(other.get_by_text("Settings are for administrators")).to_be_visible()
    expect(other.get_by_role("link", name="Settings")).to_have_count(0)
    page.reload()
    expect(row(fresh, "Una")).to_contain_text("Active")
    page.get_by_label("Role of Una").select_option("Administrator")
    fresh.settle()
    assert read(fresh, "/spokedesk/v1/users")["results"][0]["role"] == "admin"
    page.get_by_label("Role of Una").select_option("Read only")
    expect(page.get_by_role("region", name="Messages").get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Role of Una")).to_have_value("admin")
    with fresh.http() as http:
        second = {"email": "ada@spokedesk.example", "role": "admin"}
        assert http.post("/spokedesk/v1/users", json=second).status_code == 201
    other.context.close()


def test_owners_are_made_changed_archived_and_restored(desk: Desk) -> None:
    page = desk.page
    desk.go("/settings/owners")
    press(desk, "New owner")
    dialog(desk).get_by_label("E-mail").fill("workshop@spokedesk.example")
    dialog(desk).get_by_label("First name").fill("Workshop")
    dialog(desk).get_by_label("Kind").select_option("Queue")
    dialog(desk).get_by_role("button", name="Create").click()
    expect(row(desk, "Workshop")).to_contain_text("Queue")
    press(desk, "Edit “Workshop”")
    dialog(desk).get_by_label("Last name").fill("East")
    dialog(desk).get_by_role("button", name="Save").click()
    page.get_by_label("Search by name").fill("workshop e")
    expect(page.get_by_role("row")).to_have_count(2)
    press(desk, "Archive “Workshop East”")
    dialog(desk).get_by_role("button", name="Archive").click()
    expect(page.get_by_text("Nothing matches")).to_be_visible()
    page.get_by_label("Show archived").check()
    press(desk, "Restore “Workshop East”")
    expect(page.get_by_role("button", name="Archive “Workshop East”")).to_be_visible()
    found = read(desk, "/crm/v3/owners?email=workshop@spokedesk.example")["results"]
    assert [(one["type"], one["lastName"]) for one in found] == [("QUEUE", "East")]
    press(desk, "New owner")
    dialog(desk).get_by_label("E-mail").fill("workshop@spokedesk.example")
    dialog(desk).get_by_role("button", name="Create").click()
    expect(dialog(desk).get_by_role("alert")).to_contain_text("An owner with this address exists already")
    with desk.http() as http:
        http.patch(f"/spokedesk/v1/owners/{found[0]['id']}", json={"archived": True})


def test_webhooks_of_an_app(fresh: Desk) -> None:
    page = fresh.page
    fresh.go("/settings/webhooks")
    page.get_by_label("App id").fill("4711")
    page.get_by_label("App id").press("Enter")
    expect(page.get_by_text("events go nowhere")).to_be_visible()
    press(fresh, "Set the address")
    dialog(fresh).get_by_label("Address").fill("ftp://nowhere")
    dialog(fresh).get_by_role("button", name="Save").click()
    expect(dialog(fresh).get_by_role("alert")).to_contain_text("ftp://nowhere")
    dialog(fresh).get_by_label("Address").fill("https://hooks.example/spokedesk")
    dialog(fresh).get_by_label("Requests at the same time").fill("12")
    dialog(fresh).get_by_role("button", name="Save").click()
    expect(page.get_by_text("At most 12 requests at a time")).to_be_visible()
    press(fresh, "New subscription")
    dialog(fresh).get_by_label("Internal name of the property").fill("subject")
    dialog(fresh).get_by_role("button", name="Create").click()
    toggle = page.get_by_role("switch", name="“ticket.propertyChange · subject” is active")
    expect(toggle).to_be_checked()
    toggle.press("Space")
    expect(toggle).not_to_be_checked()
    fresh.settle()
    listed = read(fresh, "/webhooks/v3/4711/subscriptions")["results"]
    assert [(one["eventType"], one["propertyName"], one["active"]) for one in listed] == [
        ("ticket.propertyChange", "subject", False)
    ]
    press(fresh, "Remove “ticket.propertyChange · subject”")
    dialog(fresh).get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No subscriptions yet")).to_be_visible()
    press(fresh, "Remove where events go")
    dialog(fresh).get_by_role("button", name="Remove").click()
    expect(page.get_by_text("events go nowhere")).to_be_visible()


def test_an_app_that_does_not_exist_is_told(desk: Desk) -> None:
    desk.go("/settings/webhooks", app="1")
    expect(desk.page.get_by_role("alert").filter(has_text="App '1' does not exist")).to_be_visible()


def test_the_settings_are_translated(desk: Desk) -> None:
    desk.use_language(PSEUDO)
    for page in PAGES:
        desk.go(f"/settings/{page}")
        desk.settle()
        assert desk.untranslated() == [], page
        new = desk.page.locator("main header button, main .mantine-Button-root").first
        if page != "webhooks":
            new.click()
            dialog(desk).wait_for()
            assert desk.untranslated() == [], page
