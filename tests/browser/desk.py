"""The interface as a test uses it: signing in, going somewhere, dragging, and looking at what is there."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx2
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator, Page, Request

from tests.browser.chromium import axe_source
from tests.support.server import Server

CSRF = {"X-Spokedesk-CSRF": "1"}
STEPS = 8
STEP_MS = 25
BEFORE_RELEASE_MS = 150
QUIET_LOOKS = 2
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
# what the page has to do by now is done, and was drawn
IDLE = """() => new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => requestIdleCallback(() => done(), { timeout: 1000 }))))"""
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


def address(path: str, query: Mapping[str, str]) -> str:
    """A path with its query, which the browser encodes."""
    text = "&".join(f"{name}={value}" for name, value in query.items())
    return f"{path}?{text}" if text else path


@dataclass
class Desk:
    """A page on a server."""

    page: Page
    server: Server
    open_requests: set[Request] = field(default_factory=set)
    streams: set[Request] = field(default_factory=set)
    asked: int = 0
    """How many requests the page has made."""

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self.note_request(request))
        self.page.on("response", lambda response: self.note_answer(response.request))
        self.page.on("requestfinished", lambda request: self.open_requests.discard(request))
        self.page.on("requestfailed", lambda request: self.open_requests.discard(request))

    def note_request(self, request: Request) -> None:
        self.asked += 1
        self.open_requests.add(request)
        if "text/event-stream" in request.headers.get("accept", ""):
            self.streams.add(request)

    def note_answer(self, request: Request) -> None:
        """A stream stays open for as long as the page; it waits for nothing any more once it has begun."""
        if request in self.streams:
            self.streams.discard(request)
            self.open_requests.discard(request)

    def enter(self) -> None:
        """Signed in by the call that the demo's button makes, in the page's own profile; no page is opened yet."""
        made = self.page.context.request.post(f"{self.server.url}/spokedesk/v1/session/demo", headers=CSRF)
        assert made.ok, made.text()

    def go(self, path: str, /, **query: str) -> None:
        """Open an address; the session of the cookie goes on."""
        self.page.goto(self.server.url + address(path, query))
        self.wait_for_heading()

    def wait_for_heading(self) -> None:
        """Every page has one."""
        self.page.locator("main h1, main h2").first.wait_for()

    def settle(self) -> None:
        """Wait until nothing is being loaded, what was loaded is drawn, and nothing more is asked for then.

        What the page does only after a while, like searching for what is typed, has to be waited for by its effect.
        """
        deadline = time.monotonic() + SETTLE_SECONDS
        quiet = 0
        while quiet < QUIET_LOOKS:
            assert time.monotonic() < deadline, [request.url for request in self.open_requests]
            before = self.asked
            self.wait_until_idle()
            quiet = quiet + 1 if self.asked == before and not self.open_requests else 0

    def wait_until_idle(self) -> None:
        """Two frames and a moment without work. What the page asked for until then is known here when this returns."""
        try:
            self.page.evaluate(IDLE)
        except PlaywrightError as error:
            if "context was destroyed" not in str(error):
                raise  # otherwise another page is being opened, which asks for something
            self.page.wait_for_load_state()

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

    def copied_by(self, button: Locator) -> str:
        """What a button puts into the clipboard."""
        self.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.page.evaluate("navigator.clipboard.writeText('')")
        button.click()
        self.page.wait_for_function("navigator.clipboard.readText().then((text) => text !== '')")
        text: str = self.page.evaluate("navigator.clipboard.readText()")
        return text

    def notice(self, text: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("region", name="Messages").get_by_text(text)
