"""What a scene is, and what it is opened with."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.desk import Desk, address

REFUSAL = {
    "status": "error",
    "message": "Not just now",
    "category": "VALIDATION_ERROR",
    "correlationId": "0f2c3c3e-8d0f-4f4b-9b66-0d5f1f1f4d3a",
}


OVERLAY = "[role=dialog], [role=menu]"
NOWHERE = "/no/such/page"
FOLLOW = """path => {
  history.pushState(null, "", path);
  dispatchEvent(new PopStateEvent("popstate", { state: null }));
}"""


class Place(Enum):
    """Where a visit is, as far as it decides how the next page is opened."""

    ELSEWHERE = "whatever is open has to be loaded anew"
    NOWHERE = "the page that stands for none is open, over which nothing lies"
    PAGE = "a page is open that can be left by a link"
    SPOILED = "what was done outlives the page"


@dataclass(slots=True)
class Visit:
    """Somebody in front of a page, and the records that this test made to look at."""

    desk: Desk
    made: dict[str, Any] = field(default_factory=dict)
    place: Place = Place.ELSEWHERE

    @property
    def page(self) -> Page:
        return self.desk.page

    def leave(self) -> None:
        """To the page that stands for none, in English, so that nothing is left of the scene before."""
        if self.place is Place.PAGE:
            self.follow(NOWHERE)
            self.desk.switch_language("en")
            self.nowhere().wait_for()
            expect(self.page.locator(OVERLAY)).to_have_count(0)
            self.place = Place.NOWHERE
        else:
            if self.page.url.startswith(self.desk.server.url):
                self.desk.use_language("en")
            self.place = Place.ELSEWHERE

    def at(self, path: str, /, **query: str) -> None:
        """Be on a page. To load everything anew for each scene would take longer than to look at it."""
        if self.place is Place.NOWHERE:
            self.follow(address(path, query))
            expect(self.nowhere()).to_have_count(0)
            self.desk.wait_for_heading()
        else:
            self.desk.go(path, **query)
        if self.place is not Place.SPOILED:
            self.place = Place.PAGE

    def spoil(self) -> None:
        """What is done from here on is not over with the page: the next scene loads everything anew."""
        self.place = Place.SPOILED

    def follow(self, place: str) -> None:
        """Go on as a link does."""
        self.page.evaluate(FOLLOW, place)

    def nowhere(self) -> Locator:
        return self.page.get_by_role("heading", name="There is no such page")

    def press(self, name: str, place: Locator | None = None) -> None:
        """The first button of a name, in a part of the page if one is given."""
        (place or self.page).get_by_role("button", name=name, exact=True).first.click()

    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    def refuse(self, pattern: str, status: int = 400, method: str | None = None) -> None:
        """Answer every call of an address, or those of one method, as if the server refused it."""

        def answer(route: Route) -> None:
            if method in (None, route.request.method):
                route.fulfill(status=status, json=REFUSAL)
            else:
                route.fallback()

        self.answer(pattern, answer)

    def answer(self, pattern: str, handler: Callable[[Route], object]) -> None:
        """Answer the calls of an address in the server's place."""
        self.spoil()
        self.page.route(pattern, handler)

    def wait_for_refusal(self, place: Locator | None = None) -> None:
        """Until the page, or a part of it, says that something was refused; other parts may say so too."""
        (place or self.page).get_by_role("alert").first.wait_for()

    def withhold(self, pattern: str) -> None:
        """Never answer the calls of an address."""
        self.answer(pattern, lambda route: None)


@dataclass(frozen=True, slots=True)
class Scene:
    """One thing to look at. It is opened in English; the language and appearance change while it is open."""

    name: str
    open: Callable[[Visit], object]
    route: str
    """The address as a `route.ts` has it; one of the frame's own begins with `app:`."""

    overlay: str = ""
    """The source file that draws the dialog, panel or menu which is open, without its ending."""

    is_again: bool = False
    """Whether it is a further state of what another scene shows: looked at in one more language, not in all of them."""

    is_loading: bool = False
    """Whether an answer is still awaited, for as long as it is looked at."""


def pattern_of(route: str) -> re.Pattern[str]:
    """Which paths an address of a `route.ts` stands for."""
    parts = [
        "(?:/[^/]+)?"
        if part.startswith(":") and part.endswith("?")
        else "/[^/]+"
        if part.startswith(":")
        else f"/{part}"
        for part in route.strip("/").split("/")
    ]
    return re.compile("".join(parts))
