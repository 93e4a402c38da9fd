"""Long words fit: in German nothing is wider than its place, on a small laptop and on a telephone."""

from __future__ import annotations

from tests.browser.desk import Desk

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
