"""The settings of OAuth apps: made, shown once, allowed, revoked and refused; and the webhooks of one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.desk import Desk
from tests.browser.test_settings import dialog, press, read, row

APPS = "/spokedesk/v1/apps"
BACK = "https://portal.example/back"


@pytest.fixture
def app(desk: Desk) -> Iterator[dict[str, Any]]:
    """An app of this test."""
    with desk.http() as http:
        body = {"name": "Cargo bikes", "redirectUris": [BACK], "scopes": ["tickets"]}
        made = http.post(APPS, json=body).json()
        yield made
        http.delete(f"{APPS}/{made['id']}")


def shown(desk: Desk, app: dict[str, Any]) -> Locator:
    """Its row; those of earlier tests are there as well, revoked."""
    return desk.page.locator(f"[data-app='{app['id']}']")


def chooser(desk: Desk) -> Locator:
    return desk.page.get_by_role("combobox", name="OAuth app")


def test_an_app_is_made_allowed_and_revoked(desk: Desk) -> None:
    """From the form to a consent page that knows the app, and to one that does not any more."""
    page, form = desk.page, dialog(desk)
    desk.go("/settings/apps")
    page.get_by_role("button", name="New app").click()
    form.get_by_label("Name").fill("Fleet portal")
    form.get_by_label("Redirect addresses").fill(f"{BACK}\nhttp://localhost:3000/back")
    form.get_by_label("Filter scopes").fill("contacts")
    form.get_by_label("crm.objects.contacts.read").check()
    form.get_by_role("button", name="Create").click()
    secret = page.get_by_test_id("secret").inner_text()
    assert re.fullmatch(r"[0-9a-f-]{36}", secret)
    consent = form.locator("code").filter(has_text="/oauth/authorize").inner_text()
    page.get_by_role("button", name="Done").click()
    made = next(one for one in read(desk, APPS)["results"] if one["name"] == "Fleet portal")
    assert made["redirectUris"] == [BACK, "http://localhost:3000/back"]
    assert made["scopes"] == ["crm.objects.contacts.read"]
    for text in (made["id"], made["clientId"], BACK, "1 scope", "Active"):
        expect(row(desk, "Fleet portal")).to_contain_text(text)
    assert secret not in page.content()
    page.goto(consent)
    expect(page.get_by_role("heading").filter(has_text="Fleet portal")).to_be_visible()
    desk.go("/settings/apps")
    press(desk, "Revoke “Fleet portal”")
    dialog(desk).get_by_role("button", name="Revoke").click()
    expect(row(desk, "Fleet portal")).to_contain_text("Revoked")
    page.goto(consent)
    expect(page.get_by_role("heading").filter(has_text="Fleet portal")).to_have_count(0)


def test_what_the_server_refuses_stands_at_its_field(desk: Desk) -> None:
    form = dialog(desk)
    before = read(desk, APPS)
    desk.go("/settings/apps")
    desk.page.get_by_role("button", name="New app").click()
    form.get_by_role("button", name="Create").click()
    expect(form.get_by_label("Name")).to_have_accessible_description(re.compile("An app needs a name"))
    form.get_by_label("Name").fill("Fleet portal")
    form.get_by_label("Redirect addresses").fill("http://portal.example")
    form.get_by_role("button", name="Create").click()
    described = re.compile("http://portal.example must begin with https://")
    expect(form.get_by_label("Redirect addresses")).to_have_accessible_description(described)
    form.get_by_label("Redirect addresses").fill(BACK)
    form.get_by_label("Public key").fill("secret")
    form.get_by_role("button", name="Create").click()
    expect(form.get_by_label("Public key")).to_have_accessible_description(re.compile("neither a PEM file"))
    desk.page.route(f"**{APPS}", lambda route: route.abort())
    form.get_by_role("button", name="Create").click()
    expect(form.get_by_role("alert")).to_contain_text("The server cannot be reached")
    expect(form.get_by_label("Name")).to_have_value("Fleet portal")
    desk.page.unroute(f"**{APPS}")
    assert read(desk, APPS) == before


def test_an_app_is_edited_and_what_it_loses_is_said(desk: Desk, app: dict[str, Any]) -> None:
    """Also a scope that only other servers know stays with it."""
    with desk.http() as http:
        scopes = ["tickets", "content"]
        http.patch(f"{APPS}/{app['id']}", json={"scopes": scopes}).raise_for_status()
    form, other = dialog(desk), "http://localhost:3000/back"
    desk.go("/settings/apps")
    press(desk, "Edit “Cargo bikes”")
    expect(form.get_by_label("Name")).to_have_value("Cargo bikes")
    expect(form.get_by_label("Redirect addresses")).to_have_value(BACK)
    form.get_by_label("Name").fill("Fleet of cargo bikes")
    form.get_by_label("Redirect addresses").fill("http://portal.example")
    form.get_by_label("Filter scopes").fill("content")
    expect(form.get_by_label("content", exact=True)).to_be_checked()
    form.get_by_label("Filter scopes").fill("tickets")
    expect(form.get_by_text("loses at once")).to_have_count(0)
    form.get_by_label("tickets", exact=True).uncheck()
    expect(form.get_by_text("loses at once")).to_be_visible()
    form.get_by_label("crm.objects.tickets.read", exact=True).check()
    form.get_by_role("button", name="Save").click()
    described = re.compile("http://portal.example must begin with https://")
    expect(form.get_by_label("Redirect addresses")).to_have_accessible_description(described)
    form.get_by_label("Redirect addresses").fill(f"{BACK}\n{other}")
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)
    expect(shown(desk, app)).to_contain_text("Fleet of cargo bikes")
    expect(shown(desk, app)).to_contain_text(other)
    stored = next(one for one in read(desk, APPS)["results"] if one["id"] == app["id"])
    assert (stored["redirectUris"], stored["scopes"]) == ([BACK, other], ["content", "crm.objects.tickets.read"])


def test_an_app_that_is_gone_already_is_told(desk: Desk, app: dict[str, Any]) -> None:
    desk.go("/settings/apps")
    press(desk, "Revoke “Cargo bikes”")
    with desk.http() as http:
        assert http.delete(f"{APPS}/{app['id']}").status_code == 204
    dialog(desk).get_by_role("button", name="Revoke").click()
    expect(dialog(desk).get_by_role("alert")).to_contain_text(f"There is no active app {app['id']}")


def test_apps_that_cannot_be_listed_are_told_and_asked_for_again(desk: Desk, app: dict[str, Any]) -> None:
    page = desk.page
    page.route(f"**{APPS}", lambda route: route.fulfill(status=400, json={"message": "Not today", "category": "X"}))
    desk.go("/settings/apps")
    expect(page.get_by_role("alert").filter(has_text="Not today")).to_be_visible()
    page.unroute(f"**{APPS}")
    page.get_by_role("button", name="Try again").click()
    expect(shown(desk, app)).to_be_visible()


def test_webhooks_offer_the_apps_and_other_ids(desk: Desk, app: dict[str, Any]) -> None:
    page = desk.page
    desk.go("/settings/apps")
    page.get_by_role("link", name="Webhooks of “Cargo bikes”").click()
    expect(chooser(desk)).to_have_value(f"Cargo bikes ({app['id']})")
    expect(page.get_by_text("events go nowhere")).to_be_visible()
    expect(page.get_by_label("App id")).to_have_count(0)
    chooser(desk).click()
    page.get_by_role("option", name="Another id…").click()
    page.get_by_label("App id").fill("1")
    page.get_by_label("App id").press("Enter")
    expect(page.get_by_role("alert").filter(has_text="App '1' does not exist")).to_be_visible()
    chooser(desk).click()
    page.get_by_role("option", name=re.compile("Cargo bikes")).click()
    expect(page).to_have_url(re.compile(f"app={app['id']}$"))
    expect(page.get_by_text("events go nowhere")).to_be_visible()


def test_revoked_apps_are_not_offered(desk: Desk, app: dict[str, Any]) -> None:
    with desk.http() as http:
        other = http.post(APPS, json={"name": "Gone", "redirectUris": [BACK]}).json()
        http.delete(f"{APPS}/{other['id']}")
    desk.go("/settings/webhooks")
    chooser(desk).click()
    expect(desk.page.get_by_role("option", name=re.compile(app["name"]))).to_be_visible()
    expect(desk.page.get_by_role("option", name=re.compile("Gone"))).to_have_count(0)
