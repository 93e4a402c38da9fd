"""The pages that show many records at once: home, board, tables, recycle bin, API log."""

from __future__ import annotations

import json

from playwright.sync_api import expect

from tests.browser.scenes.scene import Scene, Visit

SEARCH = "**/crm/v3/objects/*/search"
SHOW = json.dumps({"query": "looked at", "columns": ["subject", "hs_ticket_priority", "content"]})


def home(visit: Visit) -> None:
    visit.at("/")
    visit.page.get_by_role("heading", name="Waiting longest").wait_for()


def home_of_a_day(visit: Visit) -> None:
    home(visit)
    visit.page.get_by_text("7 days", exact=True).click()
    visit.desk.settle()
    visit.page.locator("main svg ~ div button").last.focus()


def home_choosing(visit: Visit) -> None:
    home(visit)
    visit.page.get_by_role("combobox", name="Pipeline").click()
    visit.page.get_by_role("option").first.wait_for()


def home_refused(visit: Visit) -> None:
    visit.refuse("**/spokedesk/v1/statistics/**")
    visit.at("/")
    visit.wait_for_refusal()


def home_awaited(visit: Visit) -> None:
    visit.withhold("**/spokedesk/v1/statistics/**")
    visit.at("/")


def board(visit: Visit) -> None:
    visit.at("/board")
    visit.page.locator("[data-card]").first.wait_for()


def board_of_another(visit: Visit) -> None:
    visit.at(f"/board/{visit.made['pipeline']}", priority="URGENT")
    visit.page.get_by_role("heading", level=2).first.wait_for()


def board_with_news(visit: Visit) -> None:
    visit.at("/board", text="looked at")
    visit.spoil()
    visit.desk.settle()
    with visit.desk.http() as http:
        properties = {"subject": "Looked at later", "hs_pipeline_stage": "1"}
        made = http.post("/crm/v3/objects/tickets", json={"properties": properties}).json()
        visit.made["later"].append(made["id"])
    visit.page.get_by_role("button", name="1 new").wait_for()


def board_without_matches(visit: Visit) -> None:
    visit.at("/board", text="nosuchwordatall")
    visit.page.get_by_role("heading", name="No tickets").wait_for()


def card_menu(visit: Visit) -> None:
    visit.at("/board", text="looked at")
    visit.page.locator("[data-card] button").first.click()


def board_refused(visit: Visit) -> None:
    visit.refuse(SEARCH)
    visit.at("/board")
    visit.wait_for_refusal()


def board_awaited(visit: Visit) -> None:
    visit.withhold(SEARCH)
    visit.at("/board")


def table(visit: Visit) -> None:
    """Few rows: each of many costs time, and is like the others."""
    visit.at("/tickets", show=SHOW)
    visit.page.locator("[data-row]").first.wait_for()
    visit.desk.settle()


def whole_table(visit: Visit) -> None:
    visit.at("/tickets")
    visit.page.locator("[data-row]").first.wait_for()


def table_of(object_type: str) -> Scene:
    def go(visit: Visit) -> None:
        visit.at(f"/{object_type}")
        visit.page.locator("[data-row]").first.wait_for()

    return Scene(object_type, go, f"/{object_type}")


def table_with_news(visit: Visit) -> None:
    """One row that is new, one that is gone."""
    table(visit)
    visit.spoil()
    with visit.desk.http() as http:
        gone = visit.page.locator("[data-row]").last.get_attribute("data-row")
        properties = {"subject": "Looked at later", "hs_pipeline_stage": "1"}
        made = http.post("/crm/v3/objects/tickets", json={"properties": properties}).json()
        visit.made["later"].append(made["id"])
        http.delete(f"/crm/v3/objects/tickets/{gone}").raise_for_status()
    visit.page.get_by_role("button", name="1 new · 1 gone").wait_for()


def selection(visit: Visit) -> None:
    table(visit)
    visit.page.locator("[data-row]").first.get_by_role("checkbox").click()
    visit.page.get_by_role("region", name="Selection").wait_for()


def filters(visit: Visit) -> None:
    """Two groups, each kind of control for values."""
    table(visit)
    visit.press("Filters")
    panel = visit.dialog()
    for name, operator in (("Priority", None), ("Create date", "between"), ("Ticket name", None)):
        if panel.get_by_role("combobox", name="Property").last.input_value():
            visit.press("Add a condition", panel)
        panel.get_by_role("combobox", name="Property").last.fill(name)
        panel.get_by_role("option", name=name, exact=True).first.click()
        if operator:
            panel.get_by_role("combobox", name="Comparison").last.click()
            panel.get_by_role("option", name=operator).click()
    visit.press("Add an alternative", panel)
    panel.get_by_role("group", name="or all of these").wait_for()


def filters_choosing(visit: Visit) -> None:
    table(visit)
    visit.press("Filters")
    visit.dialog().get_by_role("combobox", name="Property").click()
    visit.dialog().get_by_role("option").nth(30).wait_for()


def columns(visit: Visit) -> None:
    table(visit)
    visit.press("Columns")
    visit.dialog().get_by_role("combobox", name="Add a column").wait_for()


def new_view(visit: Visit) -> None:
    table(visit)
    visit.press("Save as a new view")


def view_menu(visit: Visit) -> None:
    visit.at("/tickets", view=visit.made["view"])
    visit.press("View “Looked at”")


def bulk_edit(visit: Visit) -> None:
    selection(visit)
    visit.press("Edit", visit.page.get_by_role("region", name="Selection"))
    dialog = visit.dialog()
    dialog.get_by_role("combobox", name="Property").fill("Priority")
    visit.page.get_by_role("option", name="Priority", exact=True).click()
    dialog.get_by_role("combobox", name="New value").click()
    visit.page.get_by_role("option", name="Urgent").click()
    dialog.get_by_role("row", name="Urgent").first.wait_for()


def bulk_edit_refused(visit: Visit) -> None:
    bulk_edit(visit)
    visit.refuse("**/crm/v3/objects/tickets/batch/update")
    visit.refuse("**/crm/v3/objects/tickets/*", method="PATCH")
    visit.dialog().get_by_role("button", name="Change 1 record").click()
    visit.wait_for_refusal(visit.dialog())


def search_copied(visit: Visit) -> None:
    table(visit)
    visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit.spoil()
    visit.press("Copy as API search")
    visit.desk.notice("clipboard").wait_for()


def table_without_rows(visit: Visit) -> None:
    visit.at("/tickets", show=json.dumps({"query": "nosuchwordatall"}))
    visit.page.get_by_role("heading", name="No rows").wait_for()


def table_refused(visit: Visit) -> None:
    visit.refuse(SEARCH)
    visit.at("/contacts")
    visit.wait_for_refusal()


def table_awaited(visit: Visit) -> None:
    visit.withhold(SEARCH)
    visit.at("/companies")


def recycle_bin(visit: Visit) -> None:
    visit.at("/bin")
    visit.page.locator("[data-binned]").first.get_by_role("checkbox").click()


def erase(visit: Visit) -> None:
    recycle_bin(visit)
    visit.press("Delete for good")


def erase_refused(visit: Visit) -> None:
    erase(visit)
    visit.refuse("**/recycle-bin/tickets/erase")
    visit.dialog().get_by_role("textbox").fill("delete")
    visit.press("Delete for good", visit.dialog())
    visit.wait_for_refusal(visit.dialog())


def bin_refused(visit: Visit) -> None:
    visit.refuse("**/spokedesk/v1/recycle-bin/**")
    visit.at("/bin")
    visit.wait_for_refusal()


def bin_awaited(visit: Visit) -> None:
    visit.withhold("**/spokedesk/v1/recycle-bin/**")
    visit.at("/bin")


def calls(visit: Visit) -> None:
    visit.at("/calls")
    visit.page.get_by_role("list", name="API log").get_by_role("listitem").first.wait_for()


def call(visit: Visit) -> None:
    """One that was refused, so that it says why, and asks before it is made again."""
    with visit.desk.http() as http:
        http.patch(f"/crm/v3/objects/tickets/{visit.made['ticket']}", json={"properties": {"hs_pipeline_stage": "x"}})
        latest = http.get("/spokedesk/v1/calls?status=400").json()["results"][0]["id"]
    visit.at(f"/calls/{latest}", path="looked-at-nothing")
    visit.page.locator("pre").first.wait_for()
    visit.press("Replay")
    visit.page.get_by_text("It writes again, as you.").wait_for()


def no_such_call(visit: Visit) -> None:
    visit.at("/calls/999999999", path="looked-at-nothing")
    visit.wait_for_refusal()


def calls_without_matches(visit: Visit) -> None:
    visit.at("/calls", path="nosuchpath")
    visit.page.get_by_role("heading", name="No calls to show").wait_for()


def calls_refused(visit: Visit) -> None:
    visit.refuse("**/spokedesk/v1/calls?*")
    visit.at("/calls")
    visit.wait_for_refusal()


def calls_awaited(visit: Visit) -> None:
    visit.withhold("**/spokedesk/v1/calls?*")
    visit.at("/calls")


def empty(address: str, heading: str, **query: str) -> Scene:
    def go(visit: Visit) -> None:
        visit.at(address, **query)
        expect(visit.page.get_by_role("heading", name=heading)).to_be_visible()

    return Scene(f"nothing at {address}", go, address, is_again=True)


def empty_board(visit: Visit) -> None:
    visit.at("/board")
    visit.page.get_by_role("heading", name="No tickets").wait_for()


def no_calls(visit: Visit) -> None:
    visit.at("/calls")
    visit.press("Forget all")
    visit.page.get_by_role("heading", name="No calls to show").wait_for()


HOME = (
    Scene("home", home, "/"),
    Scene("home with a day", home_of_a_day, "/", is_again=True),
    Scene("home, choosing a pipeline", home_choosing, "/", is_again=True),
    Scene("home, refused", home_refused, "/", is_again=True),
    Scene("home, awaited", home_awaited, "/", is_loading=True, is_again=True),
)
BOARD = (
    Scene("board", board, "/board"),
    Scene("board of another pipeline", board_of_another, "/board/:pipelineId"),
    Scene("board with news", board_with_news, "/board", is_again=True),
    Scene("board without matches", board_without_matches, "/board", is_again=True),
    Scene("menu of a card", card_menu, "/board", "CardMenu"),
    Scene("board, refused", board_refused, "/board", is_again=True),
    Scene("board, awaited", board_awaited, "/board", is_loading=True, is_again=True),
)
TABLE = (
    Scene("tickets", whole_table, "/tickets"),
    table_of("contacts"),
    table_of("companies"),
    Scene("rows that come and go", table_with_news, "/tickets", is_again=True),
    Scene("selection", selection, "/tickets"),
    Scene("filters", filters, "/tickets", "Table"),
    Scene("filters, a long list to choose from", filters_choosing, "/tickets", "Table", is_again=True),
    Scene("columns", columns, "/tickets", "Table"),
    Scene("new view", new_view, "/tickets", "Views"),
    Scene("menu of a view", view_menu, "/tickets", "Views"),
    Scene("bulk edit", bulk_edit, "/tickets", "BulkEdit"),
    Scene("bulk edit, refused", bulk_edit_refused, "/tickets", "BulkEdit", is_again=True),
    Scene("a search that was copied", search_copied, "/tickets", is_again=True),
    Scene("no rows", table_without_rows, "/tickets", is_again=True),
    Scene("table, refused", table_refused, "/contacts", is_again=True),
    Scene("table, awaited", table_awaited, "/companies", is_loading=True, is_again=True),
)
BIN_AND_CALLS = (
    Scene("bin with a choice", recycle_bin, "/bin"),
    Scene("erasing", erase, "/bin", "Erase"),
    Scene("erasing, refused", erase_refused, "/bin", "Erase", is_again=True),
    Scene("bin, refused", bin_refused, "/bin", is_again=True),
    Scene("bin, awaited", bin_awaited, "/bin", is_loading=True, is_again=True),
    Scene("calls", calls, "/calls"),
    Scene("a call", call, "/calls/:callId"),
    Scene("no such call", no_such_call, "/calls/:callId", is_again=True),
    Scene("calls without matches", calls_without_matches, "/calls", is_again=True),
    Scene("calls, refused", calls_refused, "/calls", is_again=True),
    Scene("calls, awaited", calls_awaited, "/calls", is_loading=True, is_again=True),
)
EMPTY = (
    empty("/", "Nothing has happened yet"),
    Scene("empty board", empty_board, "/board", is_again=True),
    empty("/tickets", "No rows"),
    empty("/contacts", "No rows"),
    empty("/companies", "No rows"),
    empty("/bin", "Nothing lies here"),
    Scene("no calls", no_calls, "/calls", is_again=True),
)
