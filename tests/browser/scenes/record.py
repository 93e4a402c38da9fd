"""The page of one record, and what opens over it."""

from __future__ import annotations

import re

from playwright.sync_api import Locator

from tests.browser.people import add_person
from tests.browser.scenes.scene import Scene, Visit

TICKET = "/tickets/:id"


def ticket(visit: Visit) -> None:
    visit.at(f"/tickets/{visit.made['ticket']}")
    row(visit, "subject").wait_for()
    visit.page.get_by_role("article").first.wait_for()


def row(visit: Visit, name: str) -> Locator:
    return visit.page.locator(f"[data-property='{name}']")


def edit(visit: Visit, name: str) -> Locator:
    row(visit, name).locator("dd > button").first.click()
    return row(visit, name)


def everything_of_a_ticket(visit: Visit) -> None:
    ticket(visit)
    visit.page.get_by_text("Show empty ones too").click()


def choosing(visit: Visit) -> None:
    ticket(visit)
    edit(visit, "hs_ticket_priority")
    visit.page.get_by_role("option", name="Urgent").wait_for()


def value_refused(visit: Visit) -> None:
    ticket(visit)
    visit.refuse("**/crm/v3/objects/tickets/*", method="PATCH")
    edit(visit, "subject").get_by_role("textbox").fill("Refused")
    visit.page.keyboard.press("Enter")
    row(visit, "subject").get_by_text("Not just now").wait_for()


def note_refused(visit: Visit) -> None:
    ticket(visit)
    visit.refuse("**/crm/v3/objects/notes")
    visit.page.get_by_role("textbox", name="Write a note").fill("Refused")
    visit.page.keyboard.press("Control+Enter")
    visit.wait_for_refusal()


def no_property(visit: Visit) -> None:
    ticket(visit)
    visit.page.get_by_role("textbox", name="Find a property").fill("nosuchproperty")
    visit.page.get_by_text("No property has this name").wait_for()


def history(visit: Visit) -> None:
    ticket(visit)
    row(visit, "subject").hover()
    row(visit, "subject").get_by_role("button", name="History of").click()
    visit.dialog().get_by_role("table").wait_for()


def history_refused(visit: Visit) -> None:
    ticket(visit)
    visit.refuse("**/crm/v3/objects/tickets/**")
    row(visit, "content").hover()
    row(visit, "content").get_by_role("button", name="History of").click()
    visit.wait_for_refusal(visit.dialog())


def adding(visit: Visit) -> None:
    ticket(visit)
    visit.press("Add a contact")
    visit.dialog().get_by_role("combobox").fill("amelia")
    visit.dialog().get_by_role("option").first.wait_for()


def adding_nobody(visit: Visit) -> None:
    ticket(visit)
    visit.press("Add a company")
    visit.dialog().get_by_role("combobox").fill("nosuchwordatall")
    visit.dialog().get_by_text("Nothing found").wait_for()


def link_menu(visit: Visit) -> None:
    ticket(visit)
    linked = visit.page.locator("[data-linked]").first
    linked.hover()
    linked.get_by_role("button", name=re.compile("^Change how")).click()
    visit.page.get_by_role("button", name="Remove from here").wait_for()


def link_menu_refused(visit: Visit) -> None:
    visit.refuse("**/associations/tickets/contacts/labels")  # a page that has labels asks for none
    ticket(visit)
    linked = visit.page.locator("[data-linked]").first
    linked.hover()
    linked.get_by_role("button", name=re.compile("^Change how")).click()
    visit.wait_for_refusal(visit.dialog())


def merge(visit: Visit) -> None:
    ticket(visit)
    visit.press("Merge")
    visit.dialog().get_by_role("combobox").fill(visit.made["other"])
    visit.dialog().get_by_role("option").first.wait_for()


def merge_asked(visit: Visit) -> None:
    merge(visit)
    visit.dialog().get_by_role("option").first.click()
    visit.refuse("**/crm/v3/objects/tickets/merge")
    visit.press("Merge", visit.dialog())
    visit.dialog().get_by_role("alert").filter(has_text="Not just now").wait_for()


def others(visit: Visit) -> None:
    """A page knows the names of those who were there when it was loaded."""
    olga = add_person(visit.desk, "Olga", "Other", "agent")
    visit.spoil()
    ticket(visit)
    visit.desk.settle()
    with olga.http() as http:
        body = {"properties": {"content": "Changed by somebody else."}}
        http.patch(f"/crm/v3/objects/tickets/{visit.made['ticket']}", json=body).raise_for_status()
    visit.page.get_by_role("status").filter(has_text="Olga Other changed").wait_for()


def meanwhile(visit: Visit) -> None:
    ticket(visit)
    visit.spoil()
    visit.desk.settle()
    edit(visit, "subject").get_by_role("textbox").fill("My words")
    with visit.desk.http() as http:
        body = {"properties": {"subject": "Looked at, their words"}}
        http.patch(f"/crm/v3/objects/tickets/{visit.made['ticket']}", json=body).raise_for_status()
    row(visit, "subject").get_by_text("Meanwhile somebody").wait_for()


def in_the_bin(visit: Visit) -> None:
    visit.at(f"/tickets/{visit.made['binned']}")
    visit.page.get_by_text("This is in the recycle bin").wait_for()


def linked_page(object_type: str) -> Scene:
    def go(visit: Visit) -> None:
        with visit.desk.http() as http:
            found = http.get(f"/crm/v3/objects/{object_type}", params={"limit": 1}).json()["results"][0]
        visit.at(f"/{object_type}/{found['id']}")
        visit.page.locator("[data-property]").first.wait_for()

    return Scene(f"one of {object_type}", go, f"/{object_type}/:id")


def no_such(visit: Visit) -> None:
    visit.at("/contacts/999999999")
    visit.page.get_by_role("heading", name="There is no such record").first.wait_for()


def record_refused(visit: Visit) -> None:
    visit.refuse("**/crm/v3/objects/companies/**", status=403)
    visit.page.goto(f"{visit.desk.server.url}/companies/1")
    visit.wait_for_refusal()


RECORD = (
    Scene("ticket", ticket, TICKET),
    Scene("all properties", everything_of_a_ticket, TICKET, is_again=True),
    Scene("choosing a value", choosing, TICKET, is_again=True),
    Scene("value refused", value_refused, TICKET, is_again=True),
    Scene("note refused", note_refused, TICKET, is_again=True),
    Scene("no property", no_property, TICKET, is_again=True),
    Scene("history", history, TICKET, "History"),
    Scene("history, refused", history_refused, TICKET, "History", is_again=True),
    Scene("adding", adding, TICKET, "AddLink"),
    Scene("adding nobody", adding_nobody, TICKET, "AddLink", is_again=True),
    Scene("menu of a link", link_menu, TICKET, "LinkMenu"),
    Scene("menu of a link, refused", link_menu_refused, TICKET, "LinkMenu", is_again=True),
    Scene("merge", merge, TICKET, "Merge"),
    Scene("merge, refused", merge_asked, TICKET, "Merge", is_again=True),
    Scene("what others do", others, TICKET, is_again=True),
    Scene("two at one property", meanwhile, TICKET, is_again=True),
    Scene("in the recycle bin", in_the_bin, TICKET, is_again=True),
    linked_page("contacts"),
    linked_page("companies"),
    Scene("no such record", no_such, "/contacts/:id", is_again=True),
    Scene("record, refused", record_refused, "/companies/:id", is_again=True),
)
