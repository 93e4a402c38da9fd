"""Long words fit: in German nothing is wider than its place, on a small laptop and on a telephone."""

from __future__ import annotations

import pytest
from playwright.sync_api import ViewportSize

from tests.browser.desk import Desk
from tests.browser.scenes import settings
from tests.browser.scenes.scene import Scene, Visit
from tests.browser.test_accessibility import EMPTY, OVER_DEMO, own, visit

__all__ = ["own", "visit"]

PAGES = ("/", "/board", "/tickets", "/contacts", "/bin", "/calls")
SETTINGS = ("pipelines", "properties", "groups", "labels", "users", "owners", "tokens", "apps", "webhooks")
WIDTHS = (1280, 390)
WIDER = """() => {
  const found = [];
  if (document.documentElement.scrollWidth > innerWidth) found.push(`page ${document.documentElement.scrollWidth}`);
  const words = "button, nav a, main header *, main h1, main h2, main h3, main [role=group] *, label";
  for (const element of document.querySelectorAll(words)) {
    const style = getComputedStyle(element);
    const isCut = style.overflowX !== "visible" || style.display === "inline" || style.position === "absolute";
    if (isCut || !element.checkVisibility() || element.clientWidth === 0) continue;
    if (element.scrollWidth > element.clientWidth + 1)
      found.push(`${element.tagName} ${element.textContent.trim()} ${element.scrollWidth} > ${element.clientWidth}`);
  }
  return found;
}"""


def test_nothing_is_wider_than_its_place(desk: Desk) -> None:
    desk.use_language("de")
    wider = {}
    for path in (*PAGES, *(f"/settings/{page}" for page in SETTINGS)):
        desk.go(path)
        for width in WIDTHS:
            desk.page.set_viewport_size({"width": width, "height": 800})
            desk.settle()
            wider[path, width] = desk.page.evaluate(WIDER)
    assert {place: found for place, found in wider.items() if found} == {}


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


NEWS = {"what others do", "two at one property", "rows that come and go", "board with news"}
"""They wait for a page that has been open for a moment to hear of a change; other scenes show the same pages."""


def wider_than_a_telephone(visit: Visit, scenes: tuple[Scene, ...]) -> list[str]:
    """Each scene is opened where there is room, and then looked at where there is little; what is found."""
    page, room = visit.page, visit.page.viewport_size
    found = []
    for scene in scenes:
        if scene.is_loading or scene.name in NEWS:
            continue
        if "refused" in scene.name:
            visit.spoil()  # what was read a moment before would not be asked for again
        visit.leave()
        scene.open(visit)
        page.set_viewport_size(TELEPHONE)
        visit.desk.settle()
        found += [f"{scene.name}: {one}" for one in page.evaluate(ASIDE)]
        page.set_viewport_size(room or TELEPHONE)
        page.unroute_all()
    return found


@pytest.mark.parametrize("group", OVER_DEMO)
def test_no_page_is_wider_than_a_telephone(visit: Visit, group: str) -> None:
    assert wider_than_a_telephone(visit, OVER_DEMO[group]) == []


def test_no_page_of_an_empty_account_is_wider_than_a_telephone(own: Visit) -> None:
    assert wider_than_a_telephone(own, EMPTY) == []


@pytest.mark.parametrize("group", settings.SETTINGS)
def test_no_page_of_the_settings_is_wider_than_a_telephone(own: Visit, group: str) -> None:
    settings.furnish(own)
    assert wider_than_a_telephone(own, settings.SETTINGS[group]) == []
