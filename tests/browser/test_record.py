"""The record page: properties in place, what happened, what belongs to it, the server's reasons beside the fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.desk import PSEUDO, Desk
from tests.browser.people import add_person

Made = dict[str, Any]


@pytest.fixture
def ticket(desk: Desk) -> Iterator[Made]:
    """A ticket of this test, whose page is open."""
    made = create(desk, "tickets", subject="Loose handlebar", hs_pipeline_stage="1", hs_ticket_priority="LOW")
    desk.go(f"/tickets/{made['id']}")
    row(desk, "subject").wait_for()
    yield made
    with desk.http() as http:
        http.delete(f"/crm/v3/objects/tickets/{made['id']}")


def create(desk: Desk, object_type: str, **properties: str) -> Made:
    with desk.http() as http:
        answer = http.post(f"/crm/v3/objects/{object_type}", json={"properties": properties})
        assert answer.status_code == 201, answer.text
        made: Made = answer.json()
        return made


def add_note(desk: Desk, ticket_id: str, body: str) -> None:
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 228}]
    note = {
        "properties": {"hs_timestamp": "2026-01-01T00:00:00Z", "hs_note_body": body},
        "associations": [{"to": {"id": ticket_id}, "types": types}],
    }
    with desk.http() as http:
        http.post("/crm/v3/objects/notes", json=note).raise_for_status()


def read(desk: Desk, object_type: str, record_id: str, *properties: str) -> Any:
    with desk.http() as http:
        query = {"properties": ",".join(properties)}
        return http.get(f"/crm/v3/objects/{object_type}/{record_id}", params=query).json()["properties"]


def row(desk: Desk, name: str) -> Locator:
    return desk.page.locator(f"[data-property='{name}']")


def edit(desk: Desk, name: str) -> Locator:
    """Open the control of a property."""
    row(desk, name).locator("dd > button").first.click()
    return row(desk, name)


def timeline(desk: Desk) -> Locator:
    return desk.page.get_by_role("region", name="Timeline")


def associations(desk: Desk, kind: str) -> Locator:
    return desk.page.get_by_role("region", name=kind, exact=True)


def test_a_text_is_edited_with_the_keyboard_alone(desk: Desk, ticket: Made) -> None:
    value = row(desk, "subject").get_by_role("button", name="Ticket name Loose handlebar")
    value.focus()
    desk.page.keyboard.press("Enter")
    field = row(desk, "subject").get_by_role("textbox", name="Ticket name")
    expect(field).to_be_focused()
    field.fill("Loose saddle")
    desk.page.keyboard.press("Enter")
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Loose saddle")
    expect(row(desk, "subject").locator("dd > button").first).to_be_focused()
    assert read(desk, "tickets", ticket["id"], "subject")["subject"] == "Loose saddle"


def test_escape_leaves_everything_as_it_was(desk: Desk, ticket: Made) -> None:
    writes: list[str] = []
    desk.page.on("request", lambda request: writes.append(request.url) if request.method == "PATCH" else None)
    edit(desk, "subject").get_by_role("textbox").fill("Something else")
    desk.page.keyboard.press("Escape")
    expect(row(desk, "subject").get_by_role("button", name="Loose handlebar")).to_be_focused()
    assert writes == []


def test_every_type_of_property_has_its_control(desk: Desk, ticket: Made) -> None:
    page = desk.page
    edit(desk, "hs_ticket_priority")
    page.get_by_role("option", name="Urgent").click()
    expect(row(desk, "hs_ticket_priority")).to_contain_text("Urgent")
    edit(desk, "hs_pipeline_stage")
    page.get_by_role("option", name="Waiting on contact").click()
    expect(row(desk, "hs_pipeline_stage")).to_contain_text("Waiting on contact")
    edit(desk, "hubspot_owner_id")
    page.get_by_role("option", name="Declan McGrath").click()
    expect(row(desk, "hubspot_owner_id")).to_contain_text("Declan McGrath")
    edit(desk, "affected_parts")
    row(desk, "affected_parts").get_by_role("checkbox", name="Battery").check()
    row(desk, "affected_parts").get_by_role("checkbox", name="Display").check()
    row(desk, "affected_parts").get_by_role("button", name="Save").click()
    expect(row(desk, "affected_parts").locator("dd > button").first).to_contain_text("Battery")
    edit(desk, "warranty_until").locator("input[type=date]").fill("2027-03-31")
    page.keyboard.press("Enter")
    expect(row(desk, "warranty_until")).to_contain_text("31 Mar 2027")
    text = edit(desk, "content").get_by_role("textbox")
    text.fill("\n".join(map(str, range(9))))
    assert text.evaluate("field => field.scrollHeight <= field.clientHeight")
    text.fill("First line\nsecond line")
    page.keyboard.press("Control+Enter")
    expect(row(desk, "content").get_by_role("button", name="First line second line")).to_be_visible()
    edit(desk, "closed_date").locator("input[type=datetime-local]").fill("2027-01-02T03:04")
    page.keyboard.press("Enter")
    expect(row(desk, "closed_date")).to_contain_text("2 Jan 2027, 03:04")
    names = "hs_ticket_priority", "hs_pipeline_stage", "affected_parts", "warranty_until", "content", "closed_date"
    found = read(desk, "tickets", ticket["id"], *names)
    assert [found[name] for name in names[:2]] == ["URGENT", "2"]
    assert set(found["affected_parts"].split(";")) == {"battery", "display"}
    assert found["warranty_until"] == "2027-03-31"
    assert found["content"] == "First line\nsecond line"
    moment = page.evaluate("new Date('2027-01-02T03:04').toISOString()")
    assert found["closed_date"].replace("Z", "") == moment.replace(".000Z", "")


def test_what_the_server_refuses_stands_beside_the_field(desk: Desk, ticket: Made) -> None:
    field = edit(desk, "satisfaction").get_by_role("textbox")
    field.fill("abc")
    desk.page.keyboard.press("Enter")
    expect(row(desk, "satisfaction")).to_contain_text("abc was not a valid number.")
    expect(field).to_have_value("abc")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("4")
    desk.page.keyboard.press("Enter")
    expect(row(desk, "satisfaction").get_by_role("button", name="Satisfaction 4")).to_be_focused()


def test_what_is_written_waits_for_a_server_that_is_gone(desk: Desk, ticket: Made) -> None:
    page, path = desk.page, f"**/crm/v3/objects/tickets/{ticket['id']}"
    page.route(path, lambda route: route.abort())
    field = edit(desk, "subject").get_by_role("textbox")
    field.fill("Written in a tunnel")
    page.keyboard.press("Enter")
    expect(row(desk, "subject")).to_contain_text("The server cannot be reached")
    expect(field).to_have_value("Written in a tunnel")
    page.unroute(path)
    row(desk, "subject").get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Written in a tunnel")
    assert read(desk, "tickets", ticket["id"], "subject")["subject"] == "Written in a tunnel"


def test_another_pipeline_begins_with_its_first_stage(desk: Desk, ticket: Made) -> None:
    with desk.http() as http:
        other = http.get("/crm/v3/pipelines/tickets").json()["results"][1]
    edit(desk, "hs_pipeline")
    desk.page.get_by_role("option", name=other["label"]).click()
    first = min(other["stages"], key=lambda stage: stage["displayOrder"])
    expect(row(desk, "hs_pipeline_stage")).to_contain_text(first["label"])
    assert read(desk, "tickets", ticket["id"], "hs_pipeline")["hs_pipeline"] == other["id"]


def test_a_property_is_found_by_its_name(desk: Desk, ticket: Made) -> None:
    page = desk.page
    page.keyboard.press("f")
    expect(page.get_by_role("textbox", name="Find a property")).to_be_focused()
    page.keyboard.type("language")
    expect(row(desk, "customer_language")).to_be_visible()
    expect(row(desk, "subject")).to_be_hidden()
    page.keyboard.press("Control+a")
    page.keyboard.type("no such thing")
    expect(page.get_by_text("No property has this name")).to_be_visible()


def test_the_history_of_a_property_says_value_time_source_and_who(desk: Desk, ticket: Made) -> None:
    page = desk.page
    edit(desk, "hs_ticket_priority")
    page.get_by_role("option", name="High").click()
    expect(row(desk, "hs_ticket_priority")).to_contain_text("High")
    row(desk, "hs_ticket_priority").get_by_role("button", name="History of Priority").click()
    drawer = page.get_by_role("dialog", name="Priority")
    rows = drawer.get_by_role("row")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_contain_text("High")
    expect(rows.nth(1)).to_contain_text("Web interface")
    expect(rows.nth(1)).to_contain_text("Imogen Ashdown")
    expect(rows.nth(2)).to_contain_text("Low")
    expect(rows.nth(2)).to_contain_text("Integration")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()


def test_a_note_is_written_pinned_and_unpinned(desk: Desk, ticket: Made) -> None:
    page = desk.page
    page.keyboard.press("n")
    expect(page.get_by_role("textbox", name="Write a note")).to_be_focused()
    page.keyboard.type("Customer sent <b>photos</b> & a video\nsecond line")
    page.keyboard.press("Control+Enter")
    note = timeline(desk).get_by_role("article").filter(has_text="Customer sent <b>photos</b> & a video")
    expect(note).to_be_visible()
    field = page.get_by_role("textbox", name="Write a note")
    expect(field).to_have_value("")
    field.fill("\n".join(map(str, range(6))))
    assert field.evaluate("field => field.scrollHeight <= field.clientHeight")
    field.fill("")
    with desk.http() as http:
        linked = http.get(f"/crm/v4/objects/tickets/{ticket['id']}/associations/notes").json()["results"]
    (note_id,) = [str(one["toObjectId"]) for one in linked]
    body = read(desk, "notes", note_id, "hs_note_body")["hs_note_body"]
    assert body == "Customer sent &lt;b&gt;photos&lt;/b&gt; &amp; a video<br>second line"
    note.hover()
    note.get_by_role("button", name="Pin to the top").click()
    pinned = timeline(desk).get_by_role("region", name="Pinned")
    expect(pinned.get_by_role("article")).to_contain_text("second line")
    expect(timeline(desk).get_by_role("article")).to_have_count(1)
    assert read(desk, "tickets", ticket["id"], "hs_pinned_engagement_id")["hs_pinned_engagement_id"] == note_id
    pinned.get_by_role("button", name="Unpin").click()
    expect(pinned).to_be_hidden()
    assert not read(desk, "tickets", ticket["id"], "hs_pinned_engagement_id").get("hs_pinned_engagement_id")


def test_a_note_that_the_server_refuses_is_not_lost(desk: Desk, ticket: Made) -> None:
    """It is longer than a property may be: the reason stands there, and so does the text."""
    field = desk.page.get_by_role("textbox", name="Write a note")
    field.fill("x" * 70_000)
    desk.page.get_by_role("button", name="Save note").click()
    expect(timeline(desk).get_by_role("alert")).to_contain_text(re.compile("hs_note_body|65|long", re.IGNORECASE))
    assert len(field.input_value()) == 70_000


def test_bodies_are_text_whatever_is_in_them(desk: Desk, ticket: Made) -> None:
    attack = "document.title='broken'"
    body = f'<p>one</p><img src=x onerror="{attack}"><script>{attack}</script><ul><li>two</li></ul>'
    add_note(desk, ticket["id"], body)
    desk.go(f"/tickets/{ticket['id']}")
    note = timeline(desk).get_by_role("article").filter(has_text="one")
    expect(note).to_contain_text("• two")
    assert note.locator("img, script").count() == 0
    assert "broken" not in desk.page.title()


def test_stage_changes_are_part_of_the_timeline(desk: Desk, ticket: Made) -> None:
    edit(desk, "hs_pipeline_stage")
    desk.page.get_by_role("option", name="Waiting on us").click()
    change = timeline(desk).get_by_role("listitem").first
    expect(change).to_contain_text(re.compile(r"Ticket status\s*New\s*Waiting on us.*Imogen Ashdown", re.DOTALL))


def test_records_are_added_labelled_and_removed(desk: Desk, ticket: Made) -> None:
    page, contacts = desk.page, associations(desk, "Contacts")
    path = f"/crm/v4/objects/tickets/{ticket['id']}/associations/contacts"
    contacts.get_by_role("button", name="Add a contact").click()
    dialog = page.get_by_role("dialog", name="Add a contact")
    expect(dialog.get_by_role("combobox", name="Which contact?")).to_be_focused()
    page.keyboard.type("amelia.whitaker")
    expect(dialog.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    linked = contacts.get_by_role("listitem").filter(has_text="Amelia Whitaker")
    expect(linked).to_be_visible()
    linked.get_by_role("button", name="Change how Amelia Whitaker belongs here").click()
    page.get_by_role("checkbox", name="Reporter").click()
    expect(page.get_by_role("checkbox", name="Reporter")).to_be_checked()
    expect(linked).to_contain_text("Reporter")
    with desk.http() as http:
        (found,) = http.get(path).json()["results"]
        assert {one["label"] for one in found["associationTypes"]} == {None, "Reporter"}
        page.get_by_role("button", name="Remove from here").click()
        expect(linked).to_be_hidden()
        left = http.get(path).json()["results"]
        page.get_by_role("button", name="Undo").click()  # offered for a few seconds only
        assert left == []
        expect(linked).to_contain_text("Reporter")
        assert len(http.get(path).json()["results"]) == 1


def test_two_records_become_one(desk: Desk, ticket: Made) -> None:
    page = desk.page
    other = create(desk, "tickets", subject="Loose handlebar again", hs_pipeline_stage="1", content="It wobbles.")
    page.get_by_role("button", name="Merge").click()
    dialog = page.get_by_role("dialog", name="Merge two records")
    dialog.get_by_role("combobox").fill(other["id"])
    dialog.get_by_role("option", name="Loose handlebar again").click()
    expect(dialog).to_contain_text("This cannot be undone.")
    dialog.get_by_role("button", name="Merge", exact=True).click()
    expect(desk.notice("“Loose handlebar again” was merged into this")).to_be_visible()
    expect(row(desk, "content")).to_contain_text("It wobbles.")
    desk.go(f"/tickets/{other['id']}")
    expect(page).to_have_url(f"{desk.server.url}/tickets/{ticket['id']}")


def test_a_refused_merge_says_why(desk: Desk, ticket: Made) -> None:
    """The other one is gone by the time that it is confirmed."""
    page = desk.page
    other = create(desk, "tickets", subject="Handlebar, soon gone", hs_pipeline_stage="1")
    page.get_by_role("button", name="Merge").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox").fill(other["id"])
    dialog.get_by_role("option", name="Handlebar, soon gone").click()
    with desk.http() as http:
        http.delete(f"/crm/v3/objects/tickets/{other['id']}")
    dialog.get_by_role("button", name="Merge", exact=True).click()
    expect(dialog.get_by_role("alert").last).to_contain_text(re.compile(other["id"] + "|not found", re.IGNORECASE))


def test_archiving_is_undone_and_the_page_says_where_it_is(desk: Desk, ticket: Made) -> None:
    page = desk.page
    page.get_by_role("button", name="Archive").click()
    expect(page.get_by_text("This is in the recycle bin")).to_be_visible()
    with desk.http() as http:
        path = f"/crm/v3/objects/tickets/{ticket['id']}"
        # offered for a few seconds only
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_text("This is in the recycle bin")).to_be_hidden()
        assert http.get(path).status_code == 200
        page.get_by_role("button", name="Archive").click()
        expect(page.get_by_text("This is in the recycle bin")).to_be_visible()
        expect(row(desk, "subject").locator("dd > button")).to_have_count(1)
        assert http.get(path).status_code == 404
        page.get_by_role("button", name="Restore").click()
        expect(page.get_by_role("button", name="Archive")).to_be_visible()
        assert http.get(path).status_code == 200


@pytest.mark.parametrize("number", ["999999999", "nonsense"])
def test_a_record_that_never_was_is_said_to_be_none(desk: Desk, number: str) -> None:
    desk.go(f"/contacts/{number}")
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("There is no such record")


def test_contacts_and_companies_have_the_same_page(desk: Desk) -> None:
    with desk.http() as http:
        company = http.get("/crm/v3/objects/companies", params={"limit": 1}).json()["results"][0]
    desk.go(f"/companies/{company['id']}")
    expect(desk.page.get_by_role("heading", level=1)).to_have_text(company["properties"]["name"])
    contact = associations(desk, "Contacts").get_by_role("link").first
    name = contact.inner_text()
    contact.click()
    expect(desk.page.get_by_role("heading", level=1)).to_have_text(name)
    expect(associations(desk, "Companies")).to_contain_text(company["properties"]["name"])


def test_who_else_edits_the_ticket_is_said_and_shown(desk: Desk, ticket: Made) -> None:
    olga = add_person(desk, "Olga", "Other", "agent")
    desk.page.reload()
    row(desk, "subject").wait_for()
    desk.settle()
    with olga.http() as http:
        body = {"properties": {"hs_ticket_priority": "HIGH", "content": "Called twice."}}
        http.patch(f"/crm/v3/objects/tickets/{ticket['id']}", json=body).raise_for_status()
    news = desk.page.get_by_role("status").filter(has_text="Olga Other changed")
    expect(news).to_contain_text("Priority")
    expect(news).to_contain_text("Ticket description")
    expect(row(desk, "hs_ticket_priority")).to_contain_text("High")
    expect(row(desk, "hs_ticket_priority")).to_have_attribute("data-fresh", "true")
    news.get_by_role("button", name="Dismiss").click()
    expect(news).to_have_count(0)
    with olga.http() as http:
        http.delete(f"/crm/v3/objects/tickets/{ticket['id']}").raise_for_status()
    expect(desk.page.get_by_text("Olga Other moved this to the recycle bin")).to_be_visible()
    expect(desk.page.get_by_text("This is in the recycle bin")).to_be_visible()


def test_what_somebody_else_writes_meanwhile_is_said_beside_the_field(desk: Desk, ticket: Made) -> None:
    """Two people edit the same property: what is being written stays, and nothing is replaced unseen."""
    desk.settle()
    field = edit(desk, "subject").get_by_role("textbox")
    field.fill("My words")
    path = f"/crm/v3/objects/tickets/{ticket['id']}"
    with desk.http() as http:
        http.patch(path, json={"properties": {"subject": "Their words"}}).raise_for_status()
    warning = "Meanwhile somebody changed this to “Their words”. Saving replaces it."
    expect(row(desk, "subject")).to_contain_text(warning)
    expect(field).to_have_value("My words")
    expect(field).to_be_focused()
    desk.page.keyboard.press("Enter")
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("My words")
    assert read(desk, "tickets", ticket["id"], "subject")["subject"] == "My words"


def test_a_note_of_somebody_else_appears_by_itself(desk: Desk, ticket: Made) -> None:
    desk.settle()
    add_note(desk, ticket["id"], "Spoke to the courier")
    expect(timeline(desk).get_by_role("article")).to_contain_text("Spoke to the courier")


def test_own_changes_are_no_news(desk: Desk, ticket: Made) -> None:
    desk.settle()
    edit(desk, "hs_ticket_priority")
    with desk.page.expect_response(lambda answer: answer.request.method == "PATCH"):
        desk.page.get_by_role("option", name="Urgent").click()
    with desk.http() as http:
        # the feed tells in order: once this one is said, the one before has been heard of
        body = {"properties": {"subject": "By a program"}}
        http.patch(f"/crm/v3/objects/tickets/{ticket['id']}", json=body).raise_for_status()
    news = desk.page.get_by_role("status").filter(has_text="changed")
    expect(news).to_contain_text("changed Ticket name")
    expect(news).not_to_contain_text("Priority")


def test_who_only_reads_edits_nothing(desk: Desk, ticket: Made) -> None:
    add_person(desk, "Rita", "Reader", "read-only").sign_in_here()
    desk.go(f"/tickets/{ticket['id']}")
    expect(row(desk, "subject")).to_contain_text("Loose handlebar")
    expect(row(desk, "subject").get_by_role("button")).to_have_count(1)  # its history
    expect(desk.page.get_by_role("textbox", name="Write a note")).to_have_count(0)
    expect(desk.page.get_by_role("button", name="Archive")).to_have_count(0)
    expect(desk.page.get_by_role("button", name="Add a contact")).to_have_count(0)


def rich_ticket(desk: Desk) -> str:
    """One of the demo with a pinned note."""
    with desk.http() as http:
        pinned = [{"propertyName": "hs_pinned_engagement_id", "operator": "HAS_PROPERTY"}]
        body = {"filterGroups": [{"filters": pinned}], "limit": 1}
        return str(http.post("/crm/v3/objects/tickets/search", json=body).json()["results"][0]["id"])


def test_the_record_page_is_translated(desk: Desk) -> None:
    desk.use_language(PSEUDO)
    desk.go(f"/tickets/{rich_ticket(desk)}")
    desk.settle()
    assert desk.untranslated() == []
    row(desk, "hs_pipeline_stage").hover()
    row(desk, "hs_pipeline_stage").locator("dd > button").last.click()
    desk.page.get_by_role("dialog").get_by_role("table").wait_for()
    assert desk.untranslated() == []
    desk.page.keyboard.press("Escape")
    desk.page.locator("header button").last.wait_for()
    desk.page.locator("section[aria-labelledby=links-contacts] header button").click()
    desk.page.get_by_role("dialog").get_by_role("option").first.wait_for()
    assert desk.untranslated() == []
