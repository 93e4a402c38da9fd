"""axe-core finds nothing, WCAG 2.1 A and AA, in anything a user can come to see: both appearances, every language.

Nor is any of it wider than a telephone.

A page or a dialog that is added without a scene fails the inventory at the end.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, ViewportSize, expect

from tests.architecture.sources import ROOT
from tests.browser.desk import Desk
from tests.browser.people import add_person
from tests.browser.scenes import frame, lists, record, settings
from tests.browser.scenes.scene import OVERLAY, Scene, Visit, pattern_of
from tests.support.server import Server

ENGLISH = (("light", "en"), ("dark", "en"))
TRANSLATED = (("light", "de"), ("dark", "fr"), ("light", "ja"))
DRAWN_IN = "scheme => document.documentElement.dataset.mantineColorScheme === scheme"
SOURCES = ROOT / "webui" / "src"
TELEPHONE: ViewportSize = {"width": 390, "height": 800}
ASIDE = """() => {
  const found = [];
  if (document.documentElement.scrollWidth > innerWidth) found.push(`page ${document.documentElement.scrollWidth}`);
  for (const element of document.querySelectorAll("main, main *, [role=dialog], [role=dialog] *, [role=menu]")) {
    if (element.scrollWidth <= element.clientWidth + 1 || element.clientWidth === 0) continue;
    // what is meant to be moved sideways: rows, columns of the board, lines of commands
    if (element.closest("[data-sideways], [data-testid=rows], code, pre, input, textarea, svg")) continue;
    if (!["auto", "scroll"].includes(getComputedStyle(element).overflowX) || !element.checkVisibility()) continue;
    found.push(`${element.tagName} ${element.className} is moved sideways`);
  }
  return found;
}"""
OVER_DEMO = {
    "frame": frame.FRAME,
    "door": frame.DOOR,
    "home": lists.HOME,
    "board": lists.BOARD,
    "table": lists.TABLE,
    "bin and calls": lists.BIN_AND_CALLS,
    "record": record.RECORD,
}
EMPTY = (*lists.EMPTY, *settings.UNFURNISHED)
ALL = [scene for group in (*OVER_DEMO.values(), *settings.SETTINGS.values(), EMPTY, settings.READER) for scene in group]


def ways_of(scene: Scene) -> list[tuple[str, str]]:
    """Appearances and languages. What is a further state of a page or dialog takes the languages by turns."""
    number = ALL.index(scene)
    return [*ENGLISH, *(TRANSLATED if not scene.is_again else [TRANSLATED[number % len(TRANSLATED)]])]


def look(visit: Visit, scene: Scene) -> list[str]:
    """Open a scene and look at it in its ways; what is found, with the way."""
    desk, page = visit.desk, visit.page
    desk.use_scheme("light")
    visit.leave()
    scene.open(visit)
    path = urlsplit(page.url).path
    assert scene.route == "app:*" or pattern_of(scene.route.removeprefix("app:")).fullmatch(path), path
    if scene.overlay:
        expect(page.locator(OVERLAY).first).to_be_visible()
    found = []
    for number, (scheme, language) in enumerate(ways_of(scene)):
        desk.use_scheme(scheme)
        page.wait_for_function(DRAWN_IN, arg=scheme)
        desk.switch_language(language)
        if not scene.is_loading:
            desk.settle()
        # what lies behind a dialog has a scene of its own; that nothing of it is in the way is seen once per dialog
        place = OVERLAY if scene.overlay and (number or scene.is_again) else ":root"
        found += [f"{scene.name}, {scheme}, {language}: {one}" for one in desk.accessibility_problems(place)]
    if not scene.is_loading:
        found += [f"{scene.name}, on a telephone: {one}" for one in wider_than_a_telephone(desk)]
    page.unroute_all()
    return found


def wider_than_a_telephone(desk: Desk) -> list[str]:
    """What does not fit once there is little room for what was opened where there is much."""
    room = desk.page.viewport_size
    desk.page.set_viewport_size(TELEPHONE)
    desk.settle()
    found: list[str] = desk.page.evaluate(ASIDE)
    desk.page.set_viewport_size(room or TELEPHONE)
    return found


def look_at_all(visit: Visit, scenes: tuple[Scene, ...]) -> None:
    found = []
    for scene in scenes:
        try:
            found += look(visit, scene)
        except (AssertionError, PlaywrightError) as error:
            # the others are still looked at
            found.append(f"{scene.name} cannot be looked at: {error}")
            visit.page.unroute_all()
            visit.spoil()
    assert not found, "\n".join(found)


@pytest.fixture
def visit(desk: Desk) -> Iterator[Visit]:
    """Somebody who has tickets to look at, some of them with what belongs to a ticket."""
    with desk.http() as http:

        def create(path: str, body: object) -> str:
            return str(http.post(path, json=body).raise_for_status().json()["id"])

        def ticket(subject: str) -> str:
            properties = {"subject": subject, "hs_pipeline_stage": "1", "hs_ticket_priority": "HIGH"}
            return create("/crm/v3/objects/tickets", {"properties": properties})

        names = ("ticket", "other", "binned")
        made = {name: ticket(f"Looked at, {name}") for name in names}
        note = {"hs_timestamp": "2026-01-01T00:00:00Z", "hs_note_body": "Called, nobody there"}
        types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 228}]
        links = [{"to": {"id": made["ticket"]}, "types": types}]
        create("/crm/v3/objects/notes", {"properties": note, "associations": links})
        contact = http.get("/crm/v3/objects/contacts", params={"limit": 1}).json()["results"][0]["id"]
        labels = http.get("/crm/v4/associations/tickets/contacts/labels").json()["results"]
        label = next(one for one in labels if one["label"] == "Reporter")
        spec = [{"associationCategory": label["category"], "associationTypeId": label["typeId"]}]
        path = f"/crm/v4/objects/tickets/{made['ticket']}/associations/contacts/{contact}"
        http.put(path, json=spec).raise_for_status()
        http.delete(f"/crm/v3/objects/tickets/{made['binned']}").raise_for_status()
        view = {"name": "Looked at", "shared": True, "definition": {"query": "looked at"}}
        made["view"] = create("/spokedesk/v1/views/tickets", view)
        made["pipeline"] = http.get("/crm/v3/pipelines/tickets").json()["results"][1]["id"]
        later: list[str] = []
        yield Visit(desk, {**made, "later": later})
        http.delete(f"/spokedesk/v1/views/tickets/{made['view']}")
        for one in [*(made[name] for name in names), *later]:
            http.delete(f"/crm/v3/objects/tickets/{one}")


@pytest.fixture
def own(page: Page, fresh_server: Server) -> Visit:
    """The demo user of an account in which nothing has happened."""
    desk = Desk(page, fresh_server)
    desk.enter()
    return Visit(desk)


@pytest.mark.parametrize("group", OVER_DEMO)
def test_nothing_stands_in_anybodys_way(visit: Visit, group: str) -> None:
    look_at_all(visit, OVER_DEMO[group])


def test_nothing_stands_in_the_way_of_who_only_reads(visit: Visit) -> None:
    add_person(visit.desk, "Rita", "Reader", "read-only").sign_in_here()
    look_at_all(visit, settings.READER)


def test_nothing_stands_in_the_way_in_an_empty_account(own: Visit) -> None:
    look_at_all(own, EMPTY)


@pytest.mark.parametrize("group", settings.SETTINGS)
def test_nothing_stands_in_the_way_in_the_settings(own: Visit, group: str) -> None:
    settings.furnish(own)
    look_at_all(own, settings.SETTINGS[group])


ROUTE = re.compile(r'\bpath[:=]\s*"([^"]+)"')
OPENED = re.compile(r"<(?:Modal|Drawer|Popover|Menu|FormDialog)[\s>]")
SHAPES = {"FormDialog"}
"""Draw a dialog for those that use them."""


def test_every_page_has_a_scene() -> None:
    addresses = {
        path for file in SOURCES.glob("screens/*/route.ts") for path in ROUTE.findall(file.read_text(encoding="utf-8"))
    }
    app = set(re.findall(r'<Route path="([^"]+)"', (SOURCES / "app" / "App.tsx").read_text(encoding="utf-8")))
    assert len(addresses) > 15
    assert app == {"/", "*", "/sign-in"}
    assert {scene.route for scene in ALL} == addresses | {"app:/sign-in", "app:*"}
    # each of them in every language
    assert {scene.route for scene in ALL if not scene.is_again and not scene.overlay} == {scene.route for scene in ALL}


def test_every_dialog_and_menu_has_a_scene() -> None:
    drawn: Counter[str] = Counter()
    for file in SOURCES.rglob("*.tsx"):
        drawn[file.stem] += len(OPENED.findall(file.read_text(encoding="utf-8")))
    seen = Counter(scene.overlay for scene in ALL if scene.overlay and not scene.is_again)
    wanted = {name: count for name, count in drawn.items() if count and name not in SHAPES}
    assert len(wanted) > 20
    assert {name: seen[name] for name, count in wanted.items() if seen[name] < count} == {}
    assert set(seen) - set(wanted) == set()
