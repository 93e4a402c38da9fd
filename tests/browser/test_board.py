"""The board: cards in columns, moved by keys, menu and mouse, and put back when the server refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.desk import PSEUDO, Desk

FIRST, SECOND = "1", "2"


@pytest.fixture
def ticket(desk: Desk) -> Iterator[dict[str, Any]]:
    """A ticket of this test in the first stage, on top of the board that is open."""
    with desk.http() as http:
        properties = {"subject": "Squeaking saddle", "hs_pipeline_stage": FIRST, "hs_ticket_priority": "HIGH"}
        made = http.post("/crm/v3/objects/tickets", json={"properties": properties}).json()
        desk.go("/board")
        card(desk, made["id"]).wait_for()
        yield made
        http.delete(f"/crm/v3/objects/tickets/{made['id']}")


def column(desk: Desk, label: str) -> Locator:
    return desk.page.get_by_role("region", name=label)


def card(desk: Desk, ticket_id: str) -> Locator:
    return desk.page.locator(f"[data-card='{ticket_id}']")


def stage_of(desk: Desk, ticket_id: str) -> str:
    with desk.http() as http:
        return str(http.get(f"/crm/v3/objects/tickets/{ticket_id}").json()["properties"]["hs_pipeline_stage"])


def counter(desk: Desk, label: str) -> Locator:
    return column(desk, label).get_by_label(re.compile(r"^[\d,]+ tickets?$"))


def count(desk: Desk, label: str) -> int:
    """How many tickets a column says that it has, of which some may be on their way."""
    expect(counter(desk, label)).to_have_text(re.compile(r"\d"))
    return int(counter(desk, label).inner_text().replace(",", ""))


def test_columns_are_the_stages_with_the_counts_that_the_api_has(desk: Desk) -> None:
    desk.go("/board")
    desk.settle()
    with desk.http() as http:
        stages = http.get("/crm/v3/pipelines/tickets/0").json()["stages"]
        expect(desk.page.get_by_role("heading", level=2)).to_have_text([stage["label"] for stage in stages])
        for stage in stages:
            filters = [
                {"propertyName": "hs_pipeline", "operator": "EQ", "value": "0"},
                {"propertyName": "hs_pipeline_stage", "operator": "EQ", "value": stage["id"]},
            ]
            body = {"filterGroups": [{"filters": filters}], "limit": 1}
            total = http.post("/crm/v3/objects/tickets/search", json=body).json()["total"]
            expect(counter(desk, stage["label"])).to_have_text(f"{total:,}")


def test_a_card_is_moved_with_the_keyboard_alone(desk: Desk, ticket: dict[str, Any]) -> None:
    """Tab to the board, arrows to the card, Shift and an arrow to move it; the focus goes with it."""
    page, moved = desk.page, card(desk, ticket["id"])
    before = count(desk, "New"), count(desk, "Waiting on contact")
    page.get_by_role("combobox", name="Priority").focus()
    page.keyboard.press("Tab")
    expect(moved.get_by_role("link")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(moved.get_by_role("link")).not_to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(moved.get_by_role("link")).to_be_focused()
    with page.expect_response(lambda answer: answer.request.method == "PATCH") as answered:
        page.keyboard.press("Shift+ArrowRight")
    assert answered.value.request.post_data_json == {"properties": {"hs_pipeline_stage": SECOND}}
    expect(column(desk, "Waiting on contact").locator(f"[data-card='{ticket['id']}'] a")).to_be_focused()
    expect(page.locator("[aria-live=assertive]")).to_have_text("“Squeaking saddle” was moved to Waiting on contact")
    desk.settle()
    expect(counter(desk, "New")).to_have_text(f"{before[0] - 1:,}")
    expect(counter(desk, "Waiting on contact")).to_have_text(f"{before[1] + 1:,}")
    assert stage_of(desk, ticket["id"]) == SECOND


def test_a_card_is_moved_with_its_menu(desk: Desk, ticket: dict[str, Any]) -> None:
    page, moved = desk.page, card(desk, ticket["id"])
    moved.get_by_role("link").focus()
    page.keyboard.press("m")
    menu = page.get_by_role("menu")
    expect(menu.get_by_role("menuitem", name="New")).to_be_disabled()
    menu.get_by_role("menuitem", name="Waiting on us").press("Enter")
    expect(column(desk, "Waiting on us").locator(f"[data-card='{ticket['id']}'] a")).to_be_focused()
    desk.settle()
    assert stage_of(desk, ticket["id"]) == "3"


def test_a_card_is_dragged_with_one_patch(desk: Desk, ticket: dict[str, Any]) -> None:
    patches: list[str] = []
    desk.page.on("request", lambda request: patches.append(request.url) if request.method == "PATCH" else None)
    desk.drag(card(desk, ticket["id"]), column(desk, "Waiting on contact"))
    expect(column(desk, "Waiting on contact").locator(f"[data-card='{ticket['id']}']")).to_be_visible()
    desk.settle()
    assert patches == [f"{desk.server.url}/crm/v3/objects/tickets/{ticket['id']}"]
    assert stage_of(desk, ticket["id"]) == SECOND


@pytest.mark.parametrize("way", ["drag", "keys"])
def test_a_refused_move_is_taken_back_with_the_servers_reason(desk: Desk, ticket: dict[str, Any], way: str) -> None:
    """The stage is gone by the time that the card is moved there, which a page without its stream has not heard of: the
    refusal is the server's own.
    """
    page = desk.page
    page.route("**/spokedesk/v1/changes**", lambda route: route.abort())
    with desk.http() as http:
        stages = "/crm/v3/pipelines/tickets/0/stages"
        new = {"label": "Soon gone", "displayOrder": 99, "metadata": {"ticketState": "OPEN"}}
        stage = http.post(stages, json=new).json()
        desk.go("/board")
        card(desk, ticket["id"]).wait_for()
        expect(column(desk, "Soon gone")).to_be_visible()
        before = count(desk, "New")
        assert http.delete(f"{stages}/{stage['id']}").status_code == 204
    if way == "drag":
        desk.drag(card(desk, ticket["id"]), column(desk, "Soon gone"))
    else:
        card(desk, ticket["id"]).get_by_role("link").focus()
        page.keyboard.press("m")
        page.get_by_role("menuitem", name="Soon gone").click()
    message = page.get_by_role("alert").filter(has_text="went back to New")
    expect(message).to_contain_text(re.compile("Soon gone|hs_pipeline_stage|stage", re.IGNORECASE))
    expect(message.locator("code")).to_have_text(re.compile(r"[0-9a-f-]{36}"))
    expect(column(desk, "New").locator(f"[data-card='{ticket['id']}']")).to_be_visible()
    if way == "keys":
        expect(card(desk, ticket["id"]).get_by_role("link")).to_be_focused()
    desk.settle()
    expect(counter(desk, "New")).to_have_text(f"{before:,}")
    assert stage_of(desk, ticket["id"]) == FIRST


def test_filters_are_in_the_address_and_narrow_every_column(desk: Desk, ticket: dict[str, Any]) -> None:
    page = desk.page
    page.get_by_role("textbox", name="Filter by text").fill("squeaking")
    page.get_by_role("combobox", name="Priority").click()
    page.get_by_role("option", name="High").click()
    expect(page).to_have_url(re.compile("text=squeaking"))
    expect(page).to_have_url(re.compile("priority=HIGH"))
    expect(page.locator("[data-card]")).to_have_count(1)
    page.reload()
    expect(page.locator("[data-card]")).to_have_count(1)
    page.get_by_role("combobox", name="Owner").click()
    page.get_by_role("option", name="Unassigned").click()
    expect(page).to_have_url(re.compile("owner=none"))
    expect(card(desk, ticket["id"])).to_be_visible()


def test_every_pipeline_has_its_board(desk: Desk) -> None:
    desk.go("/board")
    with desk.http() as http:
        other = http.get("/crm/v3/pipelines/tickets").json()["results"][1]
    desk.page.get_by_role("combobox", name="Pipeline").click()
    desk.page.get_by_role("option", name=other["label"]).click()
    expect(desk.page).to_have_url(f"{desk.server.url}/board/{other['id']}")
    labels = [stage["label"] for stage in sorted(other["stages"], key=lambda stage: stage["displayOrder"])]
    expect(desk.page.get_by_role("heading", level=2)).to_have_text(labels)


def test_a_long_column_loads_as_it_is_scrolled(desk: Desk) -> None:
    desk.go("/board")
    desk.settle()
    closed = column(desk, "Closed")
    assert count(desk, "Closed") > 200
    seen: set[str] = set()
    for _ in range(40):
        drawn = closed.locator("[data-card]").evaluate_all("cards => cards.map(card => card.dataset.card)")
        assert len(drawn) < 40
        seen.update(drawn)
        if len(seen) > 120:
            break
        closed.get_by_test_id("cards").evaluate("element => element.scrollBy(0, 600)")
        desk.settle()
    assert len(seen) > 120


def test_the_board_is_translated(desk: Desk) -> None:
    desk.use_language(PSEUDO)
    desk.go("/board")
    desk.settle()
    desk.page.locator("[data-card] button").first.click()
    desk.page.get_by_role("menu").wait_for()
    assert desk.untranslated() == []


def test_what_others_do_is_shown_as_it_happens(desk: Desk, ticket: dict[str, Any]) -> None:
    """A card that somebody else moves leaves its column; in the other it waits behind a pill, so that nothing jumps."""
    desk.settle()
    with desk.http() as http:
        url = f"/crm/v3/objects/tickets/{ticket['id']}"
        http.patch(url, json={"properties": {"subject": "Squeaking saddle, urgent"}})
        expect(column(desk, "New").get_by_role("link", name="Squeaking saddle, urgent")).to_be_visible()
        http.patch(url, json={"properties": {"hs_pipeline_stage": SECOND}})
    expect(card(desk, ticket["id"])).to_have_count(0)
    column(desk, "Waiting on contact").get_by_role("button", name="1 new").click()
    expect(column(desk, "Waiting on contact").locator(f"[data-card='{ticket['id']}']")).to_be_visible()
    expect(desk.page.get_by_role("button", name="1 new")).to_have_count(0)


def test_after_a_break_the_stream_goes_on_where_it_was(desk: Desk, ticket: dict[str, Any]) -> None:
    desk.settle()
    url = f"/crm/v3/objects/tickets/{ticket['id']}"
    with desk.http() as http:
        http.patch(url, json={"properties": {"subject": "Before the break"}})
        expect(desk.page.get_by_role("link", name="Before the break")).to_be_visible()
        desk.page.context.set_offline(True)
        http.patch(url, json={"properties": {"subject": "During the break"}})
        desk.page.wait_for_timeout(500)
        desk.page.context.set_offline(False)
    expect(desk.page.get_by_role("link", name="During the break")).to_be_visible()


TYPE_AND_CHOOSE = """([field, option]) => {
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, "squeaking");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  option.click();
  const end = performance.now() + 500;
  while (performance.now() < end);
}"""


def test_filters_that_are_changed_in_the_same_moment_all_stay(desk: Desk, ticket: dict[str, Any]) -> None:
    """The page is busy until the text is due, so that it comes before the page has drawn what was chosen."""
    page = desk.page
    page.get_by_role("combobox", name="Priority").click()
    option = page.get_by_role("option", name="High")
    option.wait_for()
    field = page.get_by_role("textbox", name="Filter by text")
    page.evaluate(TYPE_AND_CHOOSE, [field.element_handle(), option.element_handle()])
    expect(page).to_have_url(re.compile("text=squeaking"))
    expect(page).to_have_url(re.compile("priority=HIGH"))
