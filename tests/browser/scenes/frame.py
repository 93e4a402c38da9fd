"""The frame around every page, and the way in."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.scenes.scene import REFUSAL, Scene, Visit

SIGN_IN = "/sign-in"
BIN = "/bin"
SESSION = "**/spokedesk/v1/session"


def go(visit: Visit) -> None:
    """A page with little on it, to look at what is not of any page, and stays when a page is left."""
    visit.desk.go(BIN, type="calls")
    visit.page.get_by_role("heading", name="Nothing lies here").wait_for()


def go_to_board(visit: Visit) -> None:
    visit.desk.go("/board")
    visit.page.locator("[data-card]").first.wait_for()


def user_menu(visit: Visit) -> None:
    go(visit)
    visit.page.get_by_role("button", name=re.compile("Account and appearance")).click()


def key(name: str) -> Callable[[Visit], None]:
    def press(visit: Visit) -> None:
        go(visit)
        visit.page.keyboard.press(name)

    return press


def found(visit: Visit) -> None:
    go(visit)
    visit.page.keyboard.press("Control+k")
    visit.page.get_by_role("combobox", name="Search").fill("amelia")
    visit.page.get_by_role("option", name=re.compile("Amelia")).first.wait_for()


def nothing_found(visit: Visit) -> None:
    go(visit)
    visit.page.keyboard.press("/")
    visit.page.get_by_role("combobox", name="Search").fill("nosuchwordatall")
    visit.page.get_by_text("Nothing found").wait_for()


def search_refused(visit: Visit) -> None:
    go(visit)
    visit.refuse("**/spokedesk/v1/find*")
    visit.page.keyboard.press("/")
    visit.page.get_by_role("combobox", name="Search").fill("bell")
    visit.wait_for_refusal(visit.dialog())


def create(visit: Visit) -> None:
    go(visit)
    visit.page.keyboard.press("c")


def create_refused(visit: Visit) -> None:
    create(visit)
    refusal = {
        **REFUSAL,
        "errors": [{"message": "no such day", "code": "INVALID", "context": {"propertyName": ["subject"]}}],
    }
    visit.answer("**/crm/v3/objects/tickets", lambda route: route.fulfill(status=400, json=refusal))
    visit.page.get_by_role("textbox", name="Subject").fill("Refused")
    visit.page.keyboard.press("Enter")
    visit.wait_for_refusal(visit.dialog())


def create_choosing_whose(visit: Visit) -> None:
    create(visit)
    visit.dialog().get_by_role("combobox", name="Requester").fill("amelia")
    visit.page.get_by_role("option", name=re.compile("Amelia")).first.wait_for()


def create_party(visit: Visit) -> None:
    visit.desk.go("/contacts")
    visit.press("New contact")


def create_party_refused(visit: Visit) -> None:
    visit.desk.go("/companies")
    visit.press("New company")
    refusal = {
        **REFUSAL,
        "errors": [{"message": "no such domain", "code": "INVALID", "context": {"propertyName": ["domain"]}}],
    }
    visit.answer("**/crm/v3/objects/companies", lambda route: route.fulfill(status=400, json=refusal))
    visit.dialog().get_by_role("textbox", name="Domain").fill("nowhere")
    visit.page.keyboard.press("Enter")
    visit.wait_for_refusal(visit.dialog())


def create_choosing(visit: Visit) -> None:
    create(visit)
    visit.dialog().get_by_role("combobox", name="Priority").click()
    visit.page.get_by_role("option", name="Urgent").wait_for()


def told(visit: Visit) -> None:
    """A good notice with its button, and a bad one with the server's words."""
    go_to_board(visit)
    visit.refuse("**/crm/v3/objects/tickets/*", method="PATCH")
    card = visit.page.locator("[data-card]").first
    card.get_by_role("link").focus()
    visit.page.keyboard.press("Shift+ArrowRight")
    visit.wait_for_refusal(visit.page.get_by_role("region", name="Messages"))


def server_gone(visit: Visit) -> None:
    go_to_board(visit)
    for address in ("**/crm/**", "**/healthz", "**/spokedesk/**"):
        visit.answer(address, lambda route: route.abort())
    visit.page.get_by_role("textbox", name="Filter by text").fill("bell")
    visit.page.get_by_text("The server cannot be reached").first.wait_for()


def page_broken(visit: Visit) -> None:
    """The code of a page that cannot be loaded."""
    go(visit)
    visit.answer("**/assets/Calls-*.js", lambda route: route.abort())
    visit.page.get_by_role("link", name="API log").click()
    visit.page.get_by_role("heading", name="This page broke").wait_for()


def session_refused(visit: Visit) -> None:
    visit.refuse("**/spokedesk/v1/session/token")
    visit.page.goto(f"{visit.desk.server.url}/bin")
    visit.wait_for_refusal()


def at_the_door(visit: Visit) -> None:
    visit.page.context.clear_cookies()
    visit.desk.go(SIGN_IN)
    visit.page.get_by_role("button").first.wait_for()


def session_ended(visit: Visit) -> None:
    visit.page.context.clear_cookies()
    visit.desk.go(SIGN_IN, expired="1")
    visit.page.get_by_text("Your session has ended").wait_for()


def offered(visit: Visit, **offer: bool) -> None:
    answer = {"demoSignIn": False, "hasUsers": False, "minimumPasswordLength": 8, **offer}
    visit.page.context.clear_cookies()
    visit.answer(
        SESSION, lambda route: route.fulfill(json=answer) if route.request.method == "GET" else route.fallback()
    )
    visit.desk.go(SIGN_IN)
    visit.page.get_by_role("button", name="Sign in", exact=True).wait_for()


def password_refused(visit: Visit) -> None:
    offered(visit, hasUsers=True)
    visit.page.get_by_role("textbox", name="E-mail").fill("nobody@example.com")
    visit.page.get_by_label("Password", exact=True).fill("not the password")
    visit.page.get_by_role("button", name="Sign in", exact=True).click()
    visit.wait_for_refusal()


def offer_refused(visit: Visit) -> None:
    visit.page.context.clear_cookies()
    visit.refuse(SESSION)
    visit.desk.go(SIGN_IN)
    visit.wait_for_refusal()


def offer_awaited(visit: Visit) -> None:
    visit.page.context.clear_cookies()
    visit.withhold(SESSION)
    visit.desk.go(SIGN_IN)


def by_link(visit: Visit) -> None:
    """The link of an invitation."""
    visit.page.context.clear_cookies()
    if "link" not in visit.made:
        body = {"email": f"door{visit.made['ticket']}@example.com", "firstName": "Dora", "role": "read-only"}
        with visit.desk.http() as http:
            invited = http.post("/spokedesk/v1/users", json=body).raise_for_status().json()
        visit.made["link"] = invited["link"]["token"]
    open_link(visit, visit.made["link"])
    visit.page.get_by_label("Password", exact=True).wait_for()


def open_link(visit: Visit, link: str) -> None:
    visit.page.goto("about:blank")  # only the fragment would be different from the page before
    visit.page.goto(f"{visit.desk.server.url}{SIGN_IN}#link={link}")


def link_refused(visit: Visit) -> None:
    by_link(visit)
    errors = [{"message": "Too easy to guess", "context": {"propertyName": ["password"]}}]
    answer = {**REFUSAL, "errors": errors}
    visit.answer(f"{SESSION}/link", lambda route: route.fulfill(status=400, json=answer))
    visit.page.get_by_label("Password", exact=True).fill("12345678901234")
    visit.press("Set password and sign in")
    visit.page.get_by_text("Too easy to guess").first.wait_for()


def link_used_up(visit: Visit) -> None:
    visit.page.context.clear_cookies()
    open_link(visit, "nosuchlink")
    visit.wait_for_refusal()


def first_account(visit: Visit) -> None:
    facts = {"email": None, "firstName": "", "lastName": "", "first": True, "expiresAt": "2030-01-01T00:00:00Z"}
    visit.page.context.clear_cookies()
    visit.answer(f"{SESSION}/link/read", lambda route: route.fulfill(json=facts))
    open_link(visit, "first")
    visit.page.get_by_label("First name").wait_for()


def unknown_address(visit: Visit) -> None:
    visit.desk.go("/no/such/page")
    expect(visit.page.get_by_role("heading", name="There is no such page")).to_be_visible()


FRAME = (
    Scene("user menu", user_menu, BIN, "UserMenu"),
    Scene("key sheet", key("?"), BIN, "KeyboardSheet"),
    Scene("command menu", key("Control+k"), BIN, "CommandMenu"),
    Scene("command menu with records", found, BIN, "CommandMenu", is_again=True),
    Scene("command menu with nothing", nothing_found, BIN, "CommandMenu", is_again=True),
    Scene("command menu, search refused", search_refused, BIN, "CommandMenu", is_again=True),
    Scene("quick create", create, BIN, "QuickCreate"),
    Scene("quick create, refused", create_refused, BIN, "QuickCreate", is_again=True),
    Scene("quick create, choosing", create_choosing, BIN, "QuickCreate", is_again=True),
    Scene("quick create, choosing whose", create_choosing_whose, BIN, "QuickCreate", is_again=True),
    Scene("new contact", create_party, "/contacts", "CreateParty"),
    Scene("new company, refused", create_party_refused, "/companies", "CreateParty", is_again=True),
    Scene("a refusal in the corner", told, "/board", is_again=True),
    Scene("server gone", server_gone, "/board", is_loading=True, is_again=True),
    Scene("a page that broke", page_broken, "/calls", is_again=True),
    Scene("session refused", session_refused, BIN, is_again=True),
    Scene("unknown address", unknown_address, "app:*"),
)

DOOR = (
    Scene("sign-in of the demo", at_the_door, "app:/sign-in"),
    Scene("session ended", session_ended, "app:/sign-in", is_again=True),
    Scene("sign-in without users", offered, "app:/sign-in", is_again=True),
    Scene("sign-in with users", lambda visit: offered(visit, hasUsers=True), "app:/sign-in", is_again=True),
    Scene(
        "demo and users", lambda visit: offered(visit, hasUsers=True, demoSignIn=True), "app:/sign-in", is_again=True
    ),
    Scene("password refused", password_refused, "app:/sign-in", is_again=True),
    Scene("offer refused", offer_refused, "app:/sign-in", is_again=True),
    Scene("offer awaited", offer_awaited, "app:/sign-in", is_loading=True, is_again=True),
    Scene("link of an invitation", by_link, "app:/sign-in"),
    Scene("new password refused", link_refused, "app:/sign-in", is_again=True),
    Scene("link that is used up", link_used_up, "app:/sign-in", is_again=True),
    Scene("first account", first_account, "app:/sign-in"),
)
