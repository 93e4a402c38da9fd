"""Names as long as anybody gives them, without a space in them: nothing grows out of its place."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.desk import Desk
from tests.support.server import Server

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
FOLDED = "donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft"
MAIL = f"{FOLDED[:64]}@{FOLDED[:60]}.example"
SIDEWAYS = """() => {
  const found = [];
  if (document.documentElement.scrollWidth > innerWidth) found.push(`page ${document.documentElement.scrollWidth}`);
  // what is meant to be moved sideways: rows of tables, columns of the board, lines of commands
  // of the settings' tables on a telephone only
  const narrow = innerWidth < 1000 ? "[data-sideways]" : "[data-sideways]:not(:has(> table))";
  const isMeant = (element) => element.matches(`${narrow}, [data-testid=rows], code, pre, textarea, input`);
  for (const element of document.querySelectorAll("body *")) {
    if (!element.checkVisibility() || element.clientWidth === 0 || element.closest("svg, .visually-hidden")) continue;
    const { overflowX, position } = getComputedStyle(element);
    const name = `${element.tagName}.${[...element.classList].join(".")} ${element.textContent.trim().slice(0, 30)}`;
    if (["auto", "scroll"].includes(overflowX)) {
      if (!isMeant(element) && element.scrollWidth > element.clientWidth + 1)
        found.push(`${name} is moved sideways: ${element.scrollWidth} > ${element.clientWidth}`);
      continue;
    }
    const isInside = element.parentElement.closest(`${narrow}, [data-testid=rows], code, pre, .clip`);
    if (isInside || overflowX !== "visible") continue;
    const { left, right, width } = element.getBoundingClientRect();
    if (width > 1 && position !== "fixed" && (right > innerWidth + 1 || left < -1))
      found.push(`${name} ends at ${Math.round(right)}`);
  }
  return [...new Set(found)].slice(0, 12);
}"""


@pytest.fixture
def long_desk(page: Page, fresh_server: Server) -> Desk:
    """An account in which everything has a long name, and the paths that show it."""
    desk = Desk(page, fresh_server)
    desk.enter()
    return desk


def furnish(desk: Desk) -> list[str]:
    """Give everything a long name; the pages that show it."""
    with desk.http() as http:

        def post(path: str, body: Any) -> dict[str, Any]:
            found: dict[str, Any] = http.post(path, json=body).raise_for_status().json()
            return found

        def record(object_type: str, **properties: str) -> str:
            return str(post(f"/crm/v3/objects/{object_type}", {"properties": properties})["id"])

        stages = [{"label": f"{LONG[:78]}{number}", "displayOrder": number, "metadata": {}} for number in range(2)]
        pipeline = post("/crm/v3/pipelines/tickets", {"label": LONG, "displayOrder": 0, "stages": stages})
        stage = pipeline["stages"][0]["id"]
        fields = {"type": "enumeration", "fieldType": "select", "groupName": FOLDED[:60]}
        option = {"label": LONG, "value": FOLDED, "displayOrder": 0}
        post("/crm/v3/properties/tickets/groups", {"name": FOLDED[:60], "label": LONG})
        post("/crm/v3/properties/tickets", {"name": FOLDED, "label": LONG, "options": [option], **fields})
        post("/crm/v4/associations/tickets/contacts/labels", {"name": FOLDED[:60], "label": LONG[:50]})
        post("/spokedesk/v1/tokens", {"name": LONG, "scopes": ["tickets"]})
        app = {"name": LONG, "redirectUris": [f"https://portal.example/{FOLDED}"], "scopes": [FOLDED]}
        app_id = post("/spokedesk/v1/apps", app)["id"]
        user = {"email": MAIL, "firstName": LONG, "lastName": LONG, "role": "agent"}
        post("/spokedesk/v1/users", user)
        owner = post("/spokedesk/v1/owners", {"email": f"q{MAIL}", "firstName": LONG, "lastName": LONG})["id"]
        target = {"targetUrl": f"https://hooks.example/{FOLDED}", "throttling": {"maxConcurrentRequests": 10}}
        http.put(f"/webhooks/v3/{app_id}/settings", json=target).raise_for_status()
        change = {"eventType": "ticket.propertyChange", "propertyName": FOLDED, "active": True}
        post(f"/webhooks/v3/{app_id}/subscriptions", change)
        post("/spokedesk/v1/views/tickets", {"name": LONG, "shared": True, "definition": {}})
        place = {"hs_pipeline": pipeline["id"], "hs_pipeline_stage": stage, "hubspot_owner_id": owner}
        ticket = record("tickets", subject=LONG, content=LONG, hs_ticket_priority="HIGH", **{FOLDED: FOLDED}, **place)
        contact = record("contacts", email=MAIL, firstname=LONG, lastname=LONG, jobtitle=LONG)
        company = record("companies", name=LONG, domain=f"{FOLDED[:60]}.example", city=LONG)
        for other in (f"contacts/{contact}", f"companies/{company}"):
            object_type, other_id = other.split("/")
            path = f"/crm/v4/objects/tickets/{ticket}/associations/default/{object_type}/{other_id}"
            http.put(path).raise_for_status()
        types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 228}]
        note = {"hs_timestamp": "2026-01-01T00:00:00Z", "hs_note_body": LONG}
        links = [{"to": {"id": ticket}, "types": types}]
        post("/crm/v3/objects/notes", {"properties": note, "associations": links})
        http.delete(f"/crm/v3/objects/tickets/{record('tickets', subject=LONG, **place)}").raise_for_status()
        call = http.get(f"/crm/v3/objects/tickets/{FOLDED}?properties={FOLDED}")
        assert call.status_code == 404
        call_id = http.get("/spokedesk/v1/calls?status=404").json()["results"][0]["id"]
    return [
        *(
            "/",
            f"/board/{pipeline['id']}",
            "/tickets",
            "/contacts",
            "/companies",
            "/bin",
            "/calls",
            f"/calls/{call_id}",
        ),
        *(f"/tickets/{ticket}", f"/contacts/{contact}", f"/companies/{company}"),
        *(f"/settings/{one}" for one in ("pipelines", "properties", "groups", "labels/tickets/contacts", "users")),
        *(f"/settings/{one}" for one in ("owners", "tokens", "apps")),
        f"/settings/webhooks?app={app_id}",
        "/settings/properties?group=" + FOLDED[:60],
    ]


def test_long_names_stay_in_their_places(long_desk: Desk) -> None:
    desk, page = long_desk, long_desk.page
    found = {}
    paths = furnish(desk)
    for language, width in (("en", 390), ("de", 390), ("de", 1280)):
        page.set_viewport_size({"width": width, "height": 800})
        desk.use_language(language)
        for path in paths:
            desk.go(path)
            desk.settle()
            found[language, width, path] = page.evaluate(SIDEWAYS)
    wide = {where: what for where, what in found.items() if what}
    assert not wide, "\n".join(f"{where}: {what}" for where, what in wide.items())
