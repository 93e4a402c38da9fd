"""As what two records belong together: labels given and taken away on a record page, also with the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.desk import PSEUDO, Desk
from tests.browser.people import add_person
from tests.browser.test_record import Made, associations, create

LABELS = "/crm/v4/associations/tickets/contacts/labels"
LIMITS = "/crm/v4/associations/definitions/configurations/tickets/contacts"


@pytest.fixture
def pair(desk: Desk) -> Iterator[Made]:
    """A ticket and a contact of this test that belong together, and a label of their own."""
    ticket = create(desk, "tickets", subject="Loose handlebar", hs_pipeline_stage="1")
    contact = create(desk, "contacts", firstname="Pat", lastname="Rider")
    with desk.http() as http:
        http.put(f"/crm/v4/objects/tickets/{ticket['id']}/associations/default/contacts/{contact['id']}")
        made = http.post(LABELS, json={"name": "courier", "label": "Courier"}).json()["results"]
        desk.go(f"/tickets/{ticket['id']}")
        rider(desk).wait_for()
        yield {"id": ticket["id"], "contact": contact["id"], "type": made[0]["typeId"]}
        http.delete(f"{LABELS}/{made[0]['typeId']}")
        http.delete(f"/crm/v3/objects/tickets/{ticket['id']}")
        http.delete(f"/crm/v3/objects/contacts/{contact['id']}")


def rider(desk: Desk) -> Locator:
    return associations(desk, "Contacts").get_by_role("listitem").filter(has_text="Pat Rider")


def menu_button(desk: Desk) -> Locator:
    return rider(desk).get_by_role("button", name="Change how Pat Rider belongs here")


def checkbox(desk: Desk, label: str) -> Locator:
    return desk.page.get_by_role("checkbox", name=label)


def labels_of(desk: Desk, pair: Made) -> set[Any]:
    """Of the only contact of the ticket."""
    with desk.http() as http:
        (link,) = http.get(f"/crm/v4/objects/tickets/{pair['id']}/associations/contacts").json()["results"]
        return {one["label"] for one in link["associationTypes"]}


def test_an_agent_changes_labels_with_the_keyboard_alone(desk: Desk, pair: Made) -> None:
    add_person(desk, "Una", "Vale", "agent").sign_in_here()
    desk.go(f"/tickets/{pair['id']}")
    keyboard = desk.page.keyboard
    menu_button(desk).focus()
    keyboard.press("Enter")
    expect(checkbox(desk, "Courier")).to_be_visible()
    expect(desk.page.get_by_role("link", name="Manage labels")).to_have_count(0)
    for _ in range(10):
        if checkbox(desk, "Courier").evaluate("element => element === document.activeElement"):
            break
        keyboard.press("Tab")
    keyboard.press("Space")
    chip = rider(desk).get_by_role("button", name="Courier")
    expect(chip).to_be_visible()
    assert labels_of(desk, pair) == {None, "Courier"}
    keyboard.press("Escape")
    expect(checkbox(desk, "Courier")).to_have_count(0)
    expect(menu_button(desk)).to_be_focused()
    chip.press("Enter")
    expect(checkbox(desk, "Courier")).to_be_checked()
    checkbox(desk, "Courier").press("Space")
    expect(chip).to_have_count(0)
    assert labels_of(desk, pair) == {None}


def test_who_only_reads_sees_labels_and_changes_none(desk: Desk, pair: Made) -> None:
    with desk.http() as http:
        spec = [{"associationCategory": "USER_DEFINED", "associationTypeId": pair["type"]}]
        http.put(f"/crm/v4/objects/tickets/{pair['id']}/associations/contacts/{pair['contact']}", json=spec)
    add_person(desk, "Rea", "Dunn", "read-only").sign_in_here()
    desk.go(f"/tickets/{pair['id']}")
    expect(rider(desk)).to_contain_text("Courier")
    expect(rider(desk).get_by_role("button")).to_have_count(0)


def test_a_label_that_the_server_refuses_is_told_in_the_menu(desk: Desk, pair: Made) -> None:
    """Another contact is the one courier that a ticket may have."""
    spec = {"associationCategory": "USER_DEFINED", "associationTypeId": pair["type"]}
    limit = {"category": "USER_DEFINED", "typeId": pair["type"], "maxToObjectIds": 1}
    with desk.http() as http:
        other = create(desk, "contacts", firstname="Kit", lastname="Lane")
        http.put(f"/crm/v4/objects/tickets/{pair['id']}/associations/contacts/{other['id']}", json=[spec])
        http.post(f"{LIMITS}/batch/create", json={"inputs": [limit]}).raise_for_status()
        menu_button(desk).click()
        checkbox(desk, "Courier").click()
        refusal = desk.page.get_by_role("dialog").get_by_role("alert")
        expect(refusal).to_contain_text("already has the 1 associations that are allowed")
        expect(checkbox(desk, "Courier")).not_to_be_checked()
        purge = {"inputs": [{"category": "USER_DEFINED", "typeId": pair["type"]}]}
        http.post(f"{LIMITS}/batch/purge", json=purge).raise_for_status()
        checkbox(desk, "Courier").click()
        expect(refusal).to_have_count(0)
        expect(checkbox(desk, "Courier")).to_be_checked()
        http.delete(f"/crm/v3/objects/contacts/{other['id']}")


def test_labels_that_cannot_be_listed_are_told(desk: Desk, pair: Made) -> None:
    desk.page.route(f"**{LABELS}", lambda route: route.fulfill(status=400, json={"message": "Not today"}))
    menu_button(desk).click()
    expect(desk.page.get_by_role("dialog").get_by_role("alert")).to_contain_text("Not today")


def test_an_admin_gets_to_the_labels_when_there_are_none(desk: Desk, pair: Made) -> None:
    desk.page.route(f"**{LABELS}", lambda route: route.fulfill(json={"results": []}))
    menu_button(desk).click()
    expect(desk.page.get_by_text("There are no labels yet.")).to_be_visible()
    desk.page.get_by_role("link", name="Manage labels").click()
    expect(desk.page.get_by_role("heading", name="Association labels")).to_be_visible()


def test_the_menu_is_translated(desk: Desk, pair: Made) -> None:
    desk.use_language(PSEUDO)
    desk.go(f"/tickets/{pair['id']}")
    desk.page.locator(f"[data-linked='{pair['contact']}'] button").last.click()
    checkbox(desk, "Courier").click()
    desk.page.locator(f"[data-linked='{pair['contact']}']").get_by_role("button", name="Courier").wait_for()
    assert desk.untranslated() == []
