"""The interface as a test uses it: signing in, going somewhere, dragging, and looking at what is there."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field

import httpx2
from playwright.sync_api import Locator, Page, Request, expect

from tests.browser.chromium import axe_source
from tests.support.server import Server

CSRF = {"X-Spokedesk-CSRF": "1"}
STEPS = 8
STEP_MS = 25
BEFORE_RELEASE_MS = 150
QUIET_STEPS = 8
SETTLE_SECONDS = 15
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
PSEUDO = "en-XA"
SWITCH_LANGUAGE = """value => {
  localStorage.setItem("spokedesk-preferences", value);
  window.dispatchEvent(new StorageEvent("storage", { key: "spokedesk-preferences", newValue: value }));
}"""
# the whole result also describes every element that is well: megabytes, which take longer to hand over than to find
VIOLATIONS = """async ([place, tags]) => {
  const options = { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] };
  const { violations } = await axe.run(document.querySelector(place), options);
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target} ${node.failureSummary}`));
}"""
MOTION_ENDED = """() => Promise.all(
  document.getAnimations()
    .filter((one) => one.effect.getComputedTiming().endTime !== Infinity)
    .map((one) => one.finished.catch(() => undefined)),
).then(() => undefined)"""
UNTRANSLATED = """() => {
  const shown = (element) => element.checkVisibility({ visibilityProperty: true });
  const ours = (element) => !element.closest("[data-value], code, script, style, noscript, [aria-hidden=true]");
  const found = new Set();
  const check = (text, element) => {
    let plain = text, before;  // a text may stand inside of another
    do { before = plain; plain = plain.replace(/⟦[^⟦⟧]*⟧/g, ""); } while (plain !== before);
    if (/\\p{L}/u.test(plain) && ours(element) && shown(element)) found.add(text.trim());
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) check(texts.currentNode.data, texts.currentNode.parentElement);
  for (const element of document.body.querySelectorAll("[aria-label], [title], [placeholder], [alt]"))
    for (const name of ["aria-label", "title", "placeholder", "alt"]) check(element.getAttribute(name) ?? "", element);
  return [...found];
}"""


@dataclass
class Desk:
    """A page on a server."""

    page: Page
    server: Server
    open_requests: set[Request] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self.note_request(request))
        self.page.on("requestfinished", lambda request: self.open_requests.discard(request))
        self.page.on("requestfailed", lambda request: self.open_requests.discard(request))

    def note_request(self, request: Request) -> None:
        """Count it as open, unless it is a stream, which stays open for as long as the page."""
        if "text/event-stream" not in request.headers.get("accept", ""):
            self.open_requests.add(request)

    def enter(self) -> None:
        """Signed in by the call that the demo's button makes, in the page's own profile; no page is opened yet."""
        made = self.page.context.request.post(f"{self.server.url}/spokedesk/v1/session/demo", headers=CSRF)
        assert made.ok, made.text()

    def sign_in(self) -> None:
        """One click, as the demo offers it."""
        self.page.goto(f"{self.server.url}/sign-in")
        self.page.get_by_role("button", name="Enter the demo").click()
        expect(self.page.get_by_role("navigation", name="Main")).to_be_visible()

    def go(self, path: str, /, **query: str) -> None:
        """Open an address; the session of the cookie goes on."""
        text = "&".join(f"{name}={value}" for name, value in query.items())
        self.page.goto(f"{self.server.url}{path}{'?' + text if text else ''}")
        self.page.locator("main h1, main h2").first.wait_for()

    def settle(self) -> None:
        """Wait until nothing has been loaded for a moment, which leaves time to draw it."""
        deadline = time.monotonic() + SETTLE_SECONDS
        quiet = 0
        while quiet < QUIET_STEPS:
            assert time.monotonic() < deadline, [request.url for request in self.open_requests]
            self.page.wait_for_timeout(STEP_MS)
            quiet = 0 if self.open_requests else quiet + 1

    def http(self) -> httpx2.Client:
        """The public API beside the page."""
        return self.server.http()

    def drag(self, source: Locator, target: Locator) -> None:
        """Press, move in small steps, rest, release: what native drag events need to be noticed."""
        source.scroll_into_view_if_needed()
        start, end = source.bounding_box(), target.bounding_box()
        assert start is not None
        assert end is not None
        mouse = self.page.mouse
        x, y = start["x"] + start["width"] / 2, start["y"] + min(20, start["height"] / 2)
        goal_x, goal_y = end["x"] + end["width"] / 2, end["y"] + min(80, end["height"] / 2)
        mouse.move(x, y)
        mouse.down()
        for step in range(1, STEPS + 1):
            mouse.move(x + (goal_x - x) * step / STEPS, y + (goal_y - y) * step / STEPS)
            self.page.wait_for_timeout(STEP_MS)
        self.page.wait_for_timeout(BEFORE_RELEASE_MS)
        mouse.up()

    def use_scheme(self, scheme: str) -> None:
        """`light` or `dark`, as the operating system would ask for it."""
        self.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")

    def use_language(self, language: str) -> None:
        """As if it had been chosen in the menu before; takes effect at the next address that is opened."""
        if not self.page.url.startswith(self.server.url):
            self.page.goto(f"{self.server.url}/healthz")  # any address of the server will do to store something
        value = json.dumps({"language": language})
        self.page.evaluate("value => localStorage.setItem('spokedesk-preferences', value)", value)

    def switch_language(self, language: str) -> None:
        """As if it had been chosen in another tab: what is open stays open."""
        value = json.dumps({"language": language})
        self.page.evaluate(SWITCH_LANGUAGE, value)
        self.page.wait_for_function("language => document.documentElement.lang === language", arg=language)

    def accessibility_problems(self, place: str = ":root") -> list[str]:
        """What axe-core finds against WCAG 2.1 A and AA in a part of the page, each with the places."""
        if not self.page.evaluate("'axe' in window"):
            # evaluated by the driver, so the page's policy does not stand in the way
            self.page.evaluate(axe_source())
        # a color that is on its way to another is neither
        self.page.evaluate(MOTION_ENDED)
        found: list[str] = self.page.evaluate(VIOLATIONS, [place, WCAG])
        return found

    def untranslated(self) -> list[str]:
        """In the pseudo language: visible texts and labels of ours that never went through the catalogs."""
        found: list[str] = self.page.evaluate(UNTRANSLATED)
        return found

    def notice(self, text: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("region", name="Messages").get_by_text(text)
