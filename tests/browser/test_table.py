"""The table: a search of the API with columns, and what can be done with its rows."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Locator, expect

from tests.browser.desk import PSEUDO, Desk

SEARCH = "/crm/v3/objects/tickets/search"
ASK_SECONDS = 2
"""How often a table asks about changes at most."""


@pytest.fixture
def own(desk: Desk) -> Iterator[list[str]]:
    yield from three_wombats(desk)


def three_wombats(desk: Desk) -> Iterator[list[str]]:
    """Ids of three tickets of a test, which the text `wombat` finds; archived at the end."""
    with desk.http() as http:
        new = [
            {"properties": {"subject": f"Wombat {number}", "hs_pipeline_stage": "1", "content": content}}
            for number, content in enumerate(["plain", "=1+1", 'with, comma and "quotes"'], 1)
        ]
        made = http.post("/crm/v3/objects/tickets/batch/create", json={"inputs": new}).json()["results"]
        ids = [ticket["id"] for ticket in sorted(made, key=lambda one: int(one["id"]))]
        yield ids
        http.post("/crm/v3/objects/tickets/batch/archive", json={"inputs": [{"id": one} for one in ids]})


def rows(desk: Desk) -> Locator:
    return desk.page.locator("[data-row]")


def shown_ids(desk: Desk) -> list[str]:
    ids: list[str] = rows(desk).evaluate_all("rows => rows.map(row => row.dataset.row)")
    return ids


def open_own(desk: Desk, **show: Any) -> None:
    show = {"query": "wombat", "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}], **show}
    desk.go("/tickets", show=json.dumps(show))
    expect(rows(desk)).to_have_count(3)


def read(desk: Desk, ticket_id: str) -> dict[str, Any]:
    with desk.http() as http:
        url = f"/crm/v3/objects/tickets/{ticket_id}?properties=hs_ticket_priority,subject,content"
        found: dict[str, Any] = http.get(url).json()["properties"]
        return found


def copied_search(desk: Desk) -> Any:
    found = json.loads(desk.copied_by(desk.page.get_by_role("button", name="Copy as API search")))
    expect(desk.notice(re.compile(f"POST {SEARCH}")).last).to_be_visible()
    return found


def test_rows_are_those_of_the_api_with_who_asked(desk: Desk) -> None:
    desk.go("/tickets")
    desk.settle()
    with desk.http() as http:
        body = {"sorts": [{"propertyName": "createdate", "direction": "DESCENDING"}], "limit": 5}
        answer = http.post(SEARCH, json=body).json()
        ids = [ticket["id"] for ticket in answer["results"]]
        assert shown_ids(desk)[:5] == ids
        expect(desk.page.get_by_text(f"{answer['total']:,}", exact=True)).to_be_visible()
        # the newest may be those of other tests, for which nobody asked
        links = {one: contacts_of(http, one) for one in shown_ids(desk)}
        asked = next(one for one in links if links[one])
        contact = http.get(f"/crm/v3/objects/contacts/{links[asked][0]}").json()
    expect(desk.page.locator(f"[data-row='{asked}']")).to_contain_text(contact["properties"]["email"])


def contacts_of(http: httpx2.Client, ticket_id: str) -> list[str]:
    found = http.get(f"/crm/v4/objects/tickets/{ticket_id}/associations/contacts").json()["results"]
    return [str(link["toObjectId"]) for link in found]


def test_a_heading_sorts_and_says_so(desk: Desk, own: list[str]) -> None:
    open_own(desk)
    heading = desk.page.get_by_role("columnheader", name="Ticket name")
    heading.get_by_role("button").click()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    expect(rows(desk).first).to_have_attribute("data-row", own[0])
    heading.get_by_role("button").click()
    expect(heading).to_have_attribute("aria-sort", "descending")
    expect(rows(desk).first).to_have_attribute("data-row", own[2])


def test_filters_give_the_rows_that_the_copied_search_gives(desk: Desk) -> None:
    """Two groups, a choice of several values, a text: built by hand in the panel, then asked of the API."""
    page = desk.page
    desk.go("/tickets")
    page.get_by_role("button", name="Filters").click()
    panel = page.get_by_role("dialog", name="Filters")
    panel.get_by_role("combobox", name="Property").click()
    panel.get_by_role("combobox", name="Property").fill("Priority")
    panel.get_by_role("option", name="Priority", exact=True).click()
    panel.get_by_role("combobox", name="Value").click()
    panel.get_by_role("option", name="High").click()
    panel.get_by_role("option", name="Urgent").click()
    panel.get_by_role("button", name="Add an alternative").click()
    second = panel.get_by_role("group", name="or all of these")
    second.get_by_role("combobox", name="Property").fill("Ticket name")
    second.get_by_role("option", name="Ticket name").click()
    second.get_by_role("textbox", name="Value").fill("configurator")
    panel.get_by_role("button", name="Apply").click()
    desk.settle()
    body = copied_search(desk)
    assert [len(group["filters"]) for group in body["filterGroups"]] == [1, 1]
    assert body["filterGroups"][0]["filters"][0]["values"] == ["HIGH", "URGENT"]
    with desk.http() as http:
        answer = http.post(SEARCH, json=body).json()
    assert 0 < answer["total"] < 1152
    visible = shown_ids(desk)
    assert visible == [ticket["id"] for ticket in answer["results"]][: len(visible)]
    expect(page.get_by_text(f"{answer['total']:,}", exact=True)).to_be_visible()


def test_a_long_list_to_choose_from_follows_the_keys(desk: Desk) -> None:
    desk.go("/tickets")
    desk.page.get_by_role("button", name="Filters").click()
    panel = desk.page.get_by_role("dialog", name="Filters")
    panel.get_by_role("combobox", name="Property").click()
    last = panel.get_by_role("option").last
    expect(last).not_to_be_in_viewport()
    desk.page.keyboard.press("ArrowUp")
    expect(last).to_be_in_viewport()


def test_a_day_of_a_filter_is_a_day_where_the_user_is(desk: Desk) -> None:
    page = desk.page
    desk.go("/tickets")
    page.get_by_role("button", name="Filters").click()
    panel = page.get_by_role("dialog", name="Filters")
    panel.get_by_role("combobox", name="Property").fill("Create date")
    panel.get_by_role("option", name="Create date", exact=True).first.click()
    panel.get_by_role("textbox", name="Value").or_(panel.get_by_label("Value")).first.fill("2026-10-30")
    panel.get_by_role("button", name="Apply").click()
    desk.settle()
    begins = page.evaluate("String(new Date('2026-10-30T00:00:00').getTime())")
    assert copied_search(desk)["filterGroups"] == [
        {"filters": [{"propertyName": "createdate", "operator": "GTE", "value": begins}]}
    ]


def test_columns_are_chosen_and_put_in_order(desk: Desk, own: list[str]) -> None:
    page = desk.page
    open_own(desk)
    page.get_by_role("button", name="Columns").click()
    panel = page.get_by_role("dialog", name="Columns")
    panel.get_by_role("combobox", name="Add a column").fill("Ticket description")
    panel.get_by_role("option", name="Ticket description").click()
    for _ in range(6):
        panel.get_by_role("button", name="Move Ticket description forward").click()
    panel.get_by_role("button", name="Remove Requester").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("columnheader").nth(2)).to_have_text("Ticket description")
    expect(page.get_by_role("columnheader", name="Requester")).to_have_count(0)
    expect(rows(desk).first).to_contain_text("plain")
    page.reload()
    expect(page.get_by_role("columnheader").nth(2)).to_have_text("Ticket description")


def test_a_long_table_can_be_read_anywhere(desk: Desk) -> None:
    """The scroll bar is as long as the search; what is in view is read, not all before it."""
    page = desk.page
    desk.go("/tickets")
    desk.settle()
    searches: list[Any] = []
    page.on("request", lambda one: searches.append(one.post_data_json) if one.url.endswith(SEARCH) else None)
    page.get_by_test_id("rows").evaluate("element => element.scrollTo(0, element.scrollHeight)")
    with desk.http() as http:
        body = {"sorts": [{"propertyName": "createdate", "direction": "ASCENDING"}], "limit": 1}
        oldest = http.post(SEARCH, json=body).json()["results"][0]["id"]
    expect(page.locator(f"[data-row='{oldest}']")).to_be_visible()
    assert rows(desk).count() < 80
    assert len(searches) <= 3


def test_many_rows_are_changed_after_a_look_at_what_will_happen(desk: Desk, own: list[str]) -> None:
    page = desk.page
    open_own(desk)
    rows(desk).nth(0).get_by_role("checkbox").click()
    rows(desk).nth(2).get_by_role("checkbox").click(modifiers=["Shift"])
    selection = page.get_by_role("region", name="Selection")
    expect(selection).to_contain_text("3 selected")
    selection.get_by_role("button", name="Edit").click()
    dialog = page.get_by_role("dialog", name="Edit 3 records")
    dialog.get_by_role("combobox", name="Property").fill("Priority")
    page.get_by_role("option", name="Priority", exact=True).click()
    dialog.get_by_role("combobox", name="New value").click()
    page.get_by_role("option", name="Urgent").click()
    expect(dialog.get_by_role("row", name=re.compile("Wombat 2 – Urgent"))).to_be_visible()
    dialog.get_by_role("button", name="Change 3 records").click()
    expect(desk.notice("3 records were changed")).to_be_visible()
    expect(rows(desk).nth(1)).to_contain_text("Urgent")
    assert {read(desk, one)["hs_ticket_priority"] for one in own} == {"URGENT"}


def create(desk: Desk, *subjects: str, pause_ms: int = 0) -> list[str]:
    made = []
    with desk.http() as http:
        for subject in subjects:
            body = {"properties": {"subject": subject, "hs_pipeline_stage": "1"}}
            made.append(http.post("/crm/v3/objects/tickets", json=body).raise_for_status().json()["id"])
            desk.page.wait_for_timeout(pause_ms)
    return made


def archive(desk: Desk, ids: list[str]) -> None:
    with desk.http() as http:
        for one in ids:
            http.delete(f"/crm/v3/objects/tickets/{one}").raise_for_status()


def test_values_change_where_they_stand_and_new_rows_wait(desk: Desk, own: list[str]) -> None:
    page = desk.page
    open_own(desk)
    desk.settle()
    with desk.http() as http:
        body = {"properties": {"subject": "Wombat 2, changed", "hs_ticket_priority": "URGENT"}}
        http.patch(f"/crm/v3/objects/tickets/{own[1]}", json=body).raise_for_status()
    expect(rows(desk).nth(1)).to_contain_text("Wombat 2, changed")
    expect(rows(desk).nth(1)).to_contain_text("Urgent")
    made = create(desk, "Kiwi, which is not asked for", "Wombat 4")
    pill = page.get_by_role("button", name="1 new", exact=True)
    expect(pill).to_be_visible()
    assert shown_ids(desk) == own
    pill.click()
    expect(rows(desk)).to_have_count(4)
    expect(rows(desk).last).to_contain_text("Wombat 4")
    expect(page.get_by_role("button", name=re.compile("new$"))).to_have_count(0)
    archive(desk, made)
    expect(rows(desk).last).to_contain_text("Gone")
    assert rows(desk).count() == 4
    page.get_by_role("button", name="1 gone").click()
    expect(rows(desk)).to_have_count(3)


def test_a_new_row_that_goes_again_is_not_announced_any_more(desk: Desk, own: list[str]) -> None:
    open_own(desk)
    desk.settle()
    made = create(desk, "Wombat 4", "Wombat 5")
    expect(desk.page.get_by_role("button", name="2 new")).to_be_visible()
    archive(desk, made[:1])
    expect(desk.page.get_by_role("button", name="1 new")).to_be_visible()
    archive(desk, made[1:])
    expect(desk.page.get_by_role("button", name=re.compile("new$"))).to_have_count(0)


def test_many_changes_are_asked_about_together(desk: Desk, own: list[str]) -> None:
    page = desk.page
    open_own(desk)
    desk.settle()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if one.url.endswith(("/search", "/batch/read")) else None)
    begun = time.monotonic()
    made = create(desk, *(f"Wombat {number} of a herd" for number in range(40)), pause_ms=60)
    expect(page.get_by_role("button", name="40 new")).to_be_visible()
    assert 1 <= len(asked) <= 2 + (time.monotonic() - begun) / ASK_SECONDS
    archive(desk, made)


def test_the_first_row_of_an_empty_table_is_shown_at_once(desk: Desk) -> None:
    desk.go("/tickets", show=json.dumps({"query": "quokka"}))
    expect(desk.page.get_by_role("heading", name="No rows")).to_be_visible()
    desk.settle()
    made = create(desk, "Quokka in the shed")
    expect(rows(desk)).to_have_count(1)
    archive(desk, made)


def test_what_is_refused_is_told_record_by_record(desk: Desk, own: list[str]) -> None:
    """One of the three is archived meanwhile: the server changes the others and says which it does not know."""
    page = desk.page
    open_own(desk)
    page.get_by_role("checkbox", name="Select all rows that are loaded").click()
    page.get_by_role("region", name="Selection").get_by_role("button", name="Edit").click()
    dialog = page.get_by_role("dialog", name="Edit 3 records")
    dialog.get_by_role("combobox", name="Property").fill("Priority")
    page.get_by_role("option", name="Priority", exact=True).click()
    dialog.get_by_role("combobox", name="New value").click()
    page.get_by_role("option", name="Low").click()
    with desk.http() as http:
        http.delete(f"/crm/v3/objects/tickets/{own[1]}")
    dialog.get_by_role("button", name="Change 3 records").click()
    expect(dialog.get_by_role("alert")).to_have_text("1 record was refused, 2 were changed")
    expect(dialog.get_by_role("row", name=re.compile(f"#{own[1]}"))).to_contain_text("TICKET")
    assert [read(desk, one)["hs_ticket_priority"] for one in (own[0], own[2])] == ["LOW", "LOW"]


def test_one_bad_value_in_a_batch_does_not_keep_the_others_from_being_told(desk: Desk, own: list[str]) -> None:
    """The server refuses such a batch as a whole; then each record is asked for by itself."""
    page = desk.page
    with desk.http() as http:
        unique = {"name": "bike_number", "label": "Bike number", "type": "string", "fieldType": "text"}
        http.post(
            "/crm/v3/properties/tickets", json={**unique, "groupName": "ticketinformation", "hasUniqueValue": True}
        )
    open_own(desk)
    page.get_by_role("checkbox", name="Select all rows that are loaded").click()
    page.get_by_role("region", name="Selection").get_by_role("button", name="Edit").click()
    dialog = page.get_by_role("dialog", name="Edit 3 records")
    dialog.get_by_role("combobox", name="Property").fill("Bike number")
    page.get_by_role("option", name="Bike number").click()
    dialog.get_by_role("textbox", name="New value").fill(f"B-{own[0]}")
    dialog.get_by_role("button", name="Change 3 records").click()
    expect(dialog.get_by_role("alert")).to_have_text("2 records were refused, 1 were changed")
    expect(dialog.get_by_role("row")).to_have_count(3)


def test_the_csv_file_has_the_columns_and_rows_and_no_formulas(desk: Desk, own: list[str]) -> None:
    page = desk.page
    open_own(desk, columns=["subject", "content", "hs_pipeline_stage", "createdate"])
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Export CSV").click()
    assert re.fullmatch(r"tickets-\d{4}-\d\d-\d\d\.csv", downloading.value.suggested_filename)
    raw = downloading.value.path().read_bytes()
    assert raw.startswith("\ufeff".encode())
    table = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert table[0] == ["id", "Ticket name", "Ticket description", "Ticket status", "Create date"]
    assert [line[0] for line in table[1:]] == own
    assert [line[2] for line in table[1:]] == ["plain", "'=1+1", 'with, comma and "quotes"']
    assert table[1][3] == "New"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", table[1][4])


def test_a_question_without_an_answer_shows_how_to_ask_it_elsewhere(desk: Desk) -> None:
    desk.go("/tickets", show=json.dumps({"query": "nosuchwordatall"}))
    expect(desk.page.get_by_role("heading", name="No rows")).to_be_visible()
    expect(desk.page.get_by_text(f'curl "{desk.server.url}{SEARCH}"')).to_be_visible()
    desk.page.get_by_role("button", name="Clear filters").click()
    expect(rows(desk).first).to_be_visible()


@pytest.mark.parametrize(("path", "heading"), [("/contacts", "Contacts"), ("/companies", "Companies")])
def test_people_and_companies_have_the_same_table(desk: Desk, path: str, heading: str) -> None:
    desk.go(path)
    expect(desk.page.get_by_role("heading", name=heading)).to_be_visible()
    expect(rows(desk).first).to_be_visible()


def test_the_table_is_translated(desk: Desk) -> None:
    page = desk.page
    desk.use_language(PSEUDO)
    desk.go("/tickets")
    desk.settle()
    rows(desk).first.get_by_role("checkbox").click()
    assert desk.untranslated() == []
    for button in (0, 1):
        page.locator("main button[aria-haspopup=dialog]").nth(button).click()
        page.get_by_role("dialog").wait_for()
        assert desk.untranslated() == []
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)


def test_views_are_there_from_the_start(desk: Desk) -> None:
    page = desk.page
    desk.go("/tickets")
    views = page.get_by_role("group", name="Views")
    expect(views.get_by_role("button", name="All", exact=True)).to_have_attribute("aria-pressed", "true")
    views.get_by_role("button", name="Unassigned").click()
    expect(page).to_have_url(re.compile("view=unassigned"))
    desk.settle()
    unowned = {"propertyName": "hubspot_owner_id", "operator": "NOT_HAS_PROPERTY"}
    assert unowned in copied_search(desk)["filterGroups"][0]["filters"]
    with desk.http() as http:
        total = http.post(SEARCH, json={"filterGroups": [{"filters": [unowned]}], "limit": 1}).json()["total"]
    expect(rows(desk)).to_have_count(total) if total < 20 else expect(rows(desk).first).to_be_visible()
    views.get_by_role("button", name="Assigned to me").click()
    desk.settle()
    filters = copied_search(desk)["filterGroups"][0]["filters"]
    assert [one["propertyName"] for one in filters] == ["hubspot_owner_id"]


def test_a_view_is_saved_changed_and_deleted(desk: Desk, own: list[str]) -> None:
    page = desk.page
    open_own(desk)
    page.get_by_role("button", name="Save as a new view").click()
    dialog = page.get_by_role("dialog", name="Save as a new view")
    dialog.get_by_role("textbox", name="Name").fill("Wombats")
    dialog.get_by_role("button", name="Save").click()
    views = page.get_by_role("group", name="Views")
    expect(views.get_by_role("button", name="Wombats")).to_have_attribute("aria-pressed", "true")
    expect(rows(desk)).to_have_count(3)
    views.get_by_role("button", name="All", exact=True).click()
    expect(rows(desk).nth(5)).to_be_visible()
    page.reload()
    views.get_by_role("button", name="Wombats").click()
    expect(rows(desk)).to_have_count(3)
    page.get_by_role("textbox", name="Search in these rows").fill("wombat comma")
    expect(rows(desk)).to_have_count(1)
    page.get_by_role("button", name="Save view").click()
    expect(desk.notice("View “Wombats” was saved")).to_be_visible()
    page.reload()
    expect(rows(desk)).to_have_count(1)
    page.get_by_role("button", name="View “Wombats”").click()
    page.get_by_role("menuitem", name="Delete this view").click()
    expect(views.get_by_role("button", name="Wombats")).to_have_count(0)
    expect(rows(desk).nth(5)).to_be_visible()


def test_two_views_of_one_name_are_refused_in_the_servers_words(desk: Desk, own: list[str]) -> None:
    page = desk.page
    for attempt in range(2):
        open_own(desk)
        page.get_by_role("button", name="Save as a new view").click()
        dialog = page.get_by_role("dialog", name="Save as a new view")
        dialog.get_by_role("textbox", name="Name").fill("Twice")
        dialog.get_by_role("button", name="Save").click()
        if attempt == 0:
            expect(dialog).to_have_count(0)
    expect(dialog.get_by_role("alert")).to_have_text("There is a view of that name already")
    page.keyboard.press("Escape")
    page.get_by_role("group", name="Views").get_by_role("button", name="Twice").click()
    page.get_by_role("button", name="View “Twice”").click()
    page.get_by_role("menuitem", name="Delete this view").click()
    expect(page.get_by_role("group", name="Views").get_by_role("button", name="Twice")).to_have_count(0)
