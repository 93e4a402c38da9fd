"""The frame around every page: signing in and out, languages, appearance, keys, commands, and a server that is gone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.desk import PSEUDO, Desk
from tests.browser.people import PASSWORD, add_person
from tests.support.server import Server


def test_a_deep_link_leads_through_the_sign_in_page_and_back(desk: Desk) -> None:
    page = desk.page
    desk.go("/")
    page.get_by_role("button", name=re.compile("Account and appearance")).click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/sign-in"))
    desk.go("/board", text="battery")
    expect(page).to_have_url(re.compile(r"/sign-in\?next="))
    page.get_by_role("button", name="Enter the demo").click()
    expect(page).to_have_url(f"{desk.server.url}/board?text=battery")


def test_who_has_a_password_signs_in_with_it(page: Page, demo_server: Server) -> None:
    desk = Desk(page, demo_server)
    person = add_person(desk, "Pia", "Word", "agent")
    desk.go("/sign-in")
    page.get_by_role("textbox", name="E-mail").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    expect(page).to_have_url(f"{desk.server.url}/")


WAITED = """() => {
  window.waited = [];
  new MutationObserver(() => {
    const mark = document.querySelector("main > [role=status]");
    if (mark) window.waited.push(mark.getAttribute("aria-label"));
  }).observe(document, { childList: true, subtree: true });
}"""


def test_the_code_of_a_page_comes_while_the_session_is_asked_for(desk: Desk) -> None:
    """The answer about the session is held back until the page's code is there; then nothing waits for it any more."""
    page = desk.page.context.new_page()
    held: list[Route] = []
    files: list[str] = []
    page.on("request", lambda one: files.append(one.url) if "/assets/" in one.url else None)
    page.route("**/session/token", lambda route: held.append(route))
    page.add_init_script(f"({WAITED})()")
    with (
        page.expect_request("**/session/token"),
        page.expect_request_finished(lambda one: re.search(r"/assets/Board-.*\.js", one.url) is not None),
    ):
        page.goto(f"{desk.server.url}/board")
    page.wait_for_timeout(500)
    held[0].continue_()
    expect(page.locator("[data-card]").first).to_be_visible()
    assert page.evaluate("window.waited") == []
    assert len(held) == 1
    assert len(files) <= 25, files


@pytest.mark.parametrize("target", ["//evil.example/", "/\\evil.example/", "https://evil.example/"])
def test_the_sign_in_page_leads_nowhere_else(desk: Desk, target: str) -> None:
    desk.page.goto(f"{desk.server.url}/sign-in?next={target}")
    expect(desk.page.get_by_role("navigation", name="Main")).to_be_visible()
    assert desk.page.url.startswith(f"{desk.server.url}/")


def test_the_token_is_kept_nowhere_that_outlives_the_page(desk: Desk) -> None:
    desk.go("/board")
    desk.settle()
    kept = desk.page.evaluate(
        "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href])"
    )
    assert desk.server.token not in kept
    assert "token" not in kept.lower()


def test_an_unknown_address_says_so(desk: Desk) -> None:
    desk.go("/no/such/page")
    expect(desk.page.get_by_role("heading", name="There is no such page")).to_be_visible()
    desk.page.get_by_role("link", name="Go to the start page").click()
    expect(desk.page.get_by_role("heading", name="There is no such page")).to_have_count(0)


def test_the_language_changes_without_reloading_and_stays(desk: Desk) -> None:
    page = desk.page
    desk.go("/board")
    page.evaluate("window.here = true")
    page.get_by_role("button", name=re.compile("Account and appearance")).click()
    page.get_by_role("button", name="日本語").click()
    expect(page.get_by_role("heading", name="ボード")).to_be_visible()
    assert page.evaluate("window.here") is True
    assert page.evaluate("document.documentElement.lang") == "ja"
    page.reload()
    expect(page.get_by_role("heading", name="ボード")).to_be_visible()


def test_what_is_chosen_in_one_tab_holds_in_the_others(desk: Desk) -> None:
    desk.go("/board")
    other = desk.page.context.new_page()
    other.goto(f"{desk.server.url}/board")
    expect(other.get_by_role("heading", name="Board")).to_be_visible()
    desk.page.get_by_role("button", name=re.compile("Account and appearance")).click()
    desk.page.get_by_role("button", name="Deutsch").click()
    desk.page.get_by_text("Kompakt", exact=True).click()
    expect(other.get_by_role("button", name="Neues Ticket")).to_be_visible()
    expect(other.locator("html")).to_have_attribute("data-density", "compact")


def test_a_browser_whose_language_is_none_still_shows_dates_and_numbers(desk: Desk) -> None:
    """Chromium on a Linux with LANG=C."""
    desk.page.add_init_script("Object.defineProperty(navigator, 'languages', { get: () => ['en-US@posix'] })")
    desk.go("/")
    desk.settle()
    assert desk.page.evaluate("navigator.languages") == ["en-US@posix"]
    expect(desk.page.get_by_role("heading", name="This page broke")).to_have_count(0)
    expect(desk.page.get_by_role("heading", level=1)).to_be_visible()


def test_a_browser_in_another_language_is_greeted_in_it(page: Page, desk: Desk) -> None:
    assert page.context.browser is not None
    context = page.context.browser.new_context(locale="fr-CH")
    other = context.new_page()
    other.goto(f"{desk.server.url}/sign-in")
    expect(other.get_by_role("heading", name="Se connecter à Spokedesk")).to_be_visible()
    context.close()


def test_dark_light_and_density_are_chosen_in_the_menu_and_stay(desk: Desk) -> None:
    page = desk.page
    root = page.locator("html")
    desk.go("/")
    page.get_by_role("button", name=re.compile("Account and appearance")).click()
    page.get_by_text("Dark", exact=True).click()
    expect(root).to_have_attribute("data-mantine-color-scheme", "dark")
    page.get_by_text("Compact", exact=True).click()
    expect(root).to_have_attribute("data-density", "compact")
    page.reload()
    expect(root).to_have_attribute("data-mantine-color-scheme", "dark")
    expect(root).to_have_attribute("data-density", "compact")


def test_the_key_sheet_lists_the_keys_of_this_page(desk: Desk) -> None:
    desk.go("/board")
    desk.settle()
    desk.page.keyboard.press("?")
    sheet = desk.page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet.get_by_text("Choose a stage for the card")).to_be_visible()
    expect(sheet.get_by_text("Commands and search")).to_be_visible()
    desk.page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)


def test_the_command_menu_finds_records_by_number_and_text_and_runs_commands(desk: Desk) -> None:
    page = desk.page
    with desk.http() as http:
        ticket = http.get("/crm/v3/objects/tickets", params={"limit": 1, "properties": "subject"}).json()["results"][0]
    desk.go("/")
    desk.settle()
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Search")
    field.fill(ticket["id"])
    expect(page.get_by_role("option", name=ticket["properties"]["subject"])).to_be_visible()
    field.fill(ticket["properties"]["subject"])
    expect(page.get_by_role("option", name=ticket["properties"]["subject"]).first).to_be_visible()
    field.fill("dark app")
    page.get_by_role("option", name="Use the dark appearance").wait_for()
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    expect(field).to_have_count(0)


def test_keys_do_nothing_while_somebody_types(desk: Desk) -> None:
    desk.go("/board")
    field = desk.page.get_by_role("textbox", name="Filter by text")
    field.click()
    field.press_sequentially("c?/")
    expect(field).to_have_value("c?/")
    expect(desk.page.get_by_role("dialog")).to_have_count(0)


def test_a_ticket_is_created_from_anywhere(desk: Desk) -> None:
    page = desk.page
    desk.go("/board")
    desk.settle()
    page.keyboard.press("c")
    dialog = page.get_by_role("dialog", name="New ticket")
    expect(dialog.get_by_label("Subject")).to_be_focused()
    dialog.get_by_label("Subject").fill("Bell rings by itself")
    page.keyboard.press("Enter")
    said = desk.notice("was created").inner_text()  # for a moment
    expect(page.get_by_role("link", name="Bell rings by itself")).to_be_visible()
    made = re.search(r"Ticket (\d+)", said)
    assert made is not None
    with desk.http() as http:
        found = http.get(f"/crm/v3/objects/tickets/{made[1]}").json()["properties"]
        assert (found["subject"], found["hs_pipeline"], found["hs_pipeline_stage"]) == (
            "Bell rings by itself",
            "0",
            "1",
        )
        http.delete(f"/crm/v3/objects/tickets/{made[1]}")


def test_a_new_ticket_says_whose_it_is(desk: Desk) -> None:
    """Who was chosen stays the same for another one, until somebody else is."""
    page = desk.page
    with desk.http() as http:
        body = {"properties": {"email": "nils@quagga.example", "firstname": "Nils", "lastname": "Quagga"}}
        contact = http.post("/crm/v3/objects/contacts", json=body).raise_for_status().json()["id"]
    desk.go("/tickets")
    page.keyboard.press("c")
    dialog = page.get_by_role("dialog", name="New ticket")
    dialog.get_by_label("Subject").fill("Quagga one")
    field = dialog.get_by_role("combobox", name="Requester")
    field.fill("quagga")
    page.get_by_role("option", name="Nils Quagga · nils@quagga.example").click()
    expect(field).to_have_value("Nils Quagga · nils@quagga.example")
    dialog.get_by_label("Create another").check()
    with page.expect_response("**/crm/v3/objects/tickets") as answers:
        dialog.get_by_role("button", name="Create ticket").click()
    made = [answers.value.json()["id"]]
    dialog.get_by_label("Subject").fill("Quagga two")
    expect(field).to_have_value("Nils Quagga · nils@quagga.example")
    dialog.locator("button[aria-label='Clear']").click()  # for the mouse only; keys choose the same one again
    with page.expect_response("**/crm/v3/objects/tickets") as answers:
        dialog.get_by_role("button", name="Create ticket").click()
    made.append(answers.value.json()["id"])
    with desk.http() as http:
        links = [http.get(f"/crm/v4/objects/tickets/{one}/associations/contacts").json()["results"] for one in made]
        assert [[str(link["toObjectId"]) for link in found] for found in links] == [[contact], []]
        for path in (*(f"tickets/{one}" for one in made), f"contacts/{contact}"):
            http.delete(f"/crm/v3/objects/{path}")


def test_a_refused_ticket_keeps_what_was_typed_and_shows_the_servers_words(desk: Desk) -> None:
    page = desk.page
    said = "Property values were not valid: no such day"
    body = {"status": "error", "message": said, "category": "VALIDATION_ERROR", "correlationId": "c-1"}
    page.route("**/crm/v3/objects/tickets", lambda route: route.fulfill(status=400, json=body))
    desk.go("/")
    desk.settle()
    page.keyboard.press("c")
    dialog = page.get_by_role("dialog", name="New ticket")
    dialog.get_by_label("Subject").fill("Refused")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_have_text(said)
    expect(dialog.get_by_label("Subject")).to_have_value("Refused")


def test_what_is_not_accessible_is_found_with_its_place(desk: Desk) -> None:
    desk.go("/board")
    desk.page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img id=\"bare\" src=\"x\">')")
    (problem,) = desk.accessibility_problems()
    assert problem.startswith("image-alt: #bare Fix any of the following:")


def test_the_frame_and_its_menus_are_translated(desk: Desk) -> None:
    page = desk.page
    desk.use_language(PSEUDO)
    desk.go("/board")
    desk.settle()
    page.locator("nav button").last.click()  # its name is in the pseudo language
    page.get_by_role("dialog").wait_for()
    assert desk.untranslated() == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    for key in ("?", "Control+k", "c"):
        page.keyboard.press(key)
        page.get_by_role("dialog").wait_for()
        desk.settle()
        assert (key, desk.untranslated()) == (key, [])
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_text_that_was_never_translated_is_found(desk: Desk) -> None:
    desk.use_language(PSEUDO)
    desk.go("/board")
    desk.settle()
    desk.page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<p title=\"Left in\">In English</p>')"
    )
    assert desk.untranslated() == ["In English", "Left in"]


def test_without_a_server_the_page_says_so_and_goes_on_when_it_is_back(desk: Desk) -> None:
    page = desk.page
    desk.go("/board")
    desk.settle()
    for address in ("**/crm/**", "**/healthz"):
        page.route(address, lambda route: route.abort())
    page.get_by_role("textbox", name="Filter by text").fill("bell")
    banner = page.get_by_text("The server cannot be reached")
    expect(banner.first).to_be_visible()
    for address in ("**/crm/**", "**/healthz"):
        page.unroute(address)
    expect(banner).to_have_count(0)
    expect(page.locator("[data-card]").first).to_be_visible()


def test_an_ended_session_leads_to_the_sign_in_page_and_back_to_the_same_place(desk: Desk) -> None:
    """The session is ended elsewhere; the page hears of it with its next call, not with a broken view."""
    page = desk.page
    desk.go("/board", priority="HIGH")
    desk.settle()
    ended = page.evaluate(
        "fetch('/spokedesk/v1/session', {method: 'DELETE', headers: {'X-Spokedesk-CSRF': '1'}}).then(one => one.status)"
    )
    assert ended == 204
    page.get_by_role("textbox", name="Filter by text").fill("battery")
    expect(page.get_by_text("Your session has ended")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_role("button", name="Enter the demo").click()
    expect(page).to_have_url(f"{desk.server.url}/board?text=battery&priority=HIGH")


def test_a_token_that_ended_is_renewed_without_a_word(desk: Desk) -> None:
    page = desk.page
    desk.go("/board")
    desk.settle()
    refused = {"status": "error", "message": "expired", "category": "EXPIRED_AUTHENTICATION"}
    tokens: list[str] = []
    page.on("request", lambda one: tokens.append(one.url) if one.url.endswith("/session/token") else None)
    page.route("**/tickets/search", lambda route: route.fulfill(status=401, json=refused), times=1)
    page.get_by_role("textbox", name="Filter by text").fill("battery")
    expect(page).to_have_url(f"{desk.server.url}/board?text=battery")
    desk.settle()
    expect(page.locator("[data-card]").first).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    assert len(tokens) == 1
