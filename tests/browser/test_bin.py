"""The recycle bin: who put what there, how long it stays, the way back, and the way out for good."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.desk import PSEUDO, Desk
from tests.browser.people import add_person
from tests.support.server import Server

TICKETS = "/crm/v3/objects/tickets"


def archive(desk: Desk, *subjects: str) -> list[str]:
    """Tickets that lie in the recycle bin."""
    ids = []
    with desk.http() as http:
        for subject in subjects:
            properties = {"subject": subject, "hs_pipeline_stage": "1"}
            made = http.post(TICKETS, json={"properties": properties}).json()
            assert http.delete(f"{TICKETS}/{made['id']}").status_code == 204
            ids.append(made["id"])
    return ids


@pytest.fixture
def binned(desk: Desk) -> Iterator[list[str]]:
    """Two tickets of this test in the recycle bin, whose page is open."""
    ids = archive(desk, "Bent fork", "Torn seat")
    desk.go("/bin")
    row(desk, ids[0]).wait_for()
    yield ids
    with desk.http() as http:
        http.post("/spokedesk/v1/recycle-bin/tickets/erase", json={"inputs": [{"id": one} for one in ids]})


def row(desk: Desk, record_id: str) -> Locator:
    return desk.page.locator(f"[data-binned='{record_id}']")


def status(desk: Desk, record_id: str, **query: str) -> int:
    with desk.http() as http:
        return http.get(f"{TICKETS}/{record_id}", params=query).status_code


def choose(desk: Desk, *ids: str) -> None:
    for one in ids:
        row(desk, one).get_by_role("checkbox").focus()
        desk.page.keyboard.press("Space")


def confirm(desk: Desk, word: str) -> Locator:
    dialog = desk.page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill(word)
    return dialog.get_by_role("button", name="Delete for good")


def test_each_row_says_who_when_and_how_long_it_stays(desk: Desk) -> None:
    (by_api,) = archive(desk, "Archived by a program")
    with desk.http() as http:
        made = http.post(TICKETS, json={"properties": {"subject": "Archived here", "hs_pipeline_stage": "1"}}).json()
    desk.go(f"/tickets/{made['id']}")
    desk.page.get_by_role("button", name="Archive", exact=True).click()
    expect(desk.page.get_by_text("This is in the recycle bin")).to_be_visible()
    desk.go("/bin")
    expect(row(desk, made["id"])).to_contain_text("Imogen Ashdown")
    with desk.http() as http:
        days = http.get("/spokedesk/v1/recycle-bin/tickets", params={"limit": 1}).json()["recycleBinDays"]
    expect(row(desk, made["id"])).to_contain_text(f"{days:,} days left")
    expect(row(desk, made["id"]).locator("time")).to_be_visible()
    expect(row(desk, by_api)).to_contain_text("Integration")
    row(desk, by_api).get_by_role("link", name="Archived by a program").click()
    expect(desk.page.get_by_text("This is in the recycle bin")).to_be_visible()


def test_a_name_is_shown_as_it_was_written(desk: Desk) -> None:
    (odd,) = archive(desk, "Error <b> 3 & more")
    desk.go("/bin")
    expect(row(desk, odd)).to_contain_text("Error <b> 3 & more")


def test_one_is_restored_with_its_button(desk: Desk, binned: list[str]) -> None:
    row(desk, binned[0]).get_by_role("button", name="Restore Bent fork").click()
    expect(desk.notice("1 record was restored.")).to_be_visible()
    expect(row(desk, binned[0])).to_have_count(0)
    expect(row(desk, binned[1])).to_be_visible()
    assert [status(desk, one) for one in binned] == [200, 404]


def test_many_are_restored_with_the_keyboard_alone(desk: Desk, binned: list[str]) -> None:
    page = desk.page
    choose(desk, *binned)
    expect(page.get_by_text("2 chosen")).to_be_visible()
    page.get_by_role("button", name="Restore", exact=True).focus()
    page.keyboard.press("Enter")
    expect(desk.notice("2 records were restored.")).to_be_visible()
    for one in binned:
        expect(row(desk, one)).to_have_count(0)
        assert status(desk, one) == 200


def test_what_is_gone_by_then_is_said(desk: Desk, binned: list[str]) -> None:
    choose(desk, *binned)
    with desk.http() as http:
        # the page must not have heard of it when the button is pressed
        desk.page.route("**/spokedesk/v1/changes*", lambda route: route.abort())
        http.post("/spokedesk/v1/recycle-bin/tickets/erase", json={"inputs": [{"id": binned[0]}]}).raise_for_status()
    desk.page.get_by_role("button", name="Restore", exact=True).click()
    expect(desk.notice("1 record was restored. 1 was no longer here.")).to_be_visible()


def test_deleting_for_good_wants_a_word(desk: Desk, binned: list[str]) -> None:
    page = desk.page
    choose(desk, binned[0])
    page.get_by_role("button", name="Delete for good").click()
    dialog = page.get_by_role("dialog", name="Delete 1 record for good")
    expect(dialog).to_contain_text("Bent fork")
    expect(dialog.get_by_role("textbox")).to_be_focused()
    expect(dialog.get_by_role("button", name="Delete for good")).to_be_disabled()
    expect(confirm(desk, "delet")).to_be_disabled()
    page.keyboard.press("Enter")
    assert status(desk, binned[0], archived="true") == 200
    expect(confirm(desk, "delete")).to_be_enabled()
    page.keyboard.press("Enter")
    expect(desk.notice("1 record was deleted for good.")).to_be_visible()
    expect(row(desk, binned[0])).to_have_count(0)
    assert [status(desk, one, archived="true") for one in binned] == [404, 200]


def test_a_refused_deletion_says_why_and_stays_open(desk: Desk, binned: list[str]) -> None:
    """The server is out of reach at that moment."""
    page = desk.page
    choose(desk, binned[0])
    page.get_by_role("button", name="Delete for good").click()
    page.route("**/recycle-bin/tickets/erase", lambda route: route.abort())
    confirm(desk, "delete").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("The server cannot be reached")
    page.unroute("**/recycle-bin/tickets/erase")
    page.get_by_role("dialog").get_by_role("button", name="Delete for good").click()
    expect(desk.notice("1 record was deleted for good.")).to_be_visible()


def test_only_an_administrator_deletes_for_good(desk: Desk, binned: list[str]) -> None:
    agent = add_person(desk, "Agnes", "Agent", "agent")
    agent.sign_in_here()
    desk.go("/bin")
    choose(desk, binned[0])
    expect(desk.page.get_by_role("button", name="Restore", exact=True)).to_be_visible()
    expect(desk.page.get_by_role("button", name="Delete for good")).to_have_count(0)


def test_who_only_reads_sees_the_bin_and_changes_nothing(desk: Desk, binned: list[str]) -> None:
    reader = add_person(desk, "Rita", "Reader", "read-only")
    reader.sign_in_here()
    desk.go("/bin")
    expect(row(desk, binned[0])).to_contain_text("Bent fork")
    expect(desk.page.get_by_role("checkbox")).to_have_count(0)
    expect(desk.page.get_by_role("button", name=re.compile("Restore"))).to_have_count(0)


def test_a_list_that_is_refused_says_why_and_is_asked_for_again(desk: Desk, binned: list[str]) -> None:
    page = desk.page
    refusal = {"status": "error", "message": "Not just now", "category": "VALIDATION_ERROR", "correlationId": "c0ffee"}
    page.route("**/recycle-bin/contacts*", lambda route: route.fulfill(status=400, json=refusal))
    page.get_by_role("button", name=re.compile("^Contacts")).click()
    failed = page.get_by_role("alert").filter(has_text="Not just now")
    expect(failed).to_be_visible()
    page.unroute("**/recycle-bin/contacts*")
    failed.get_by_role("button", name="Try again").click()
    expect(failed).to_have_count(0)


def test_the_bin_follows_what_others_do(desk: Desk, binned: list[str]) -> None:
    (later,) = archive(desk, "Archived while looking")
    expect(row(desk, later)).to_be_visible()
    with desk.http() as http:
        http.post(f"/spokedesk/v1/objects/tickets/{later}/restore").raise_for_status()
    expect(row(desk, later)).to_have_count(0)


def test_an_empty_bin_says_what_it_is_for(page: Any, fresh_server: Server) -> None:
    desk = Desk(page, fresh_server)
    desk.enter()
    desk.go("/bin")
    expect(page.get_by_role("heading", name="Nothing lies here")).to_be_visible()
    expect(page.get_by_text("curl -X DELETE")).to_be_visible()


def test_the_bin_is_translated(desk: Desk, binned: list[str]) -> None:
    desk.use_language(PSEUDO)
    desk.go("/bin")
    choose(desk, *binned)
    assert desk.untranslated() == []
    desk.page.locator("button[data-variant=light]").last.click()
    desk.page.get_by_role("dialog").get_by_role("textbox").wait_for()
    assert desk.untranslated() == []
