"""What a scene is, and what it is opened with."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Locator, Page, Route

from tests.browser.desk import Desk

REFUSAL = {
    "status": "error",
    "message": "Not just now",
    "category": "VALIDATION_ERROR",
    "correlationId": "0f2c3c3e-8d0f-4f4b-9b66-0d5f1f1f4d3a",
}


@dataclass(slots=True)
class Visit:
    """Somebody in front of a page, and the records that this test made to look at."""

    desk: Desk
    made: dict[str, Any] = field(default_factory=dict)

    @property
    def page(self) -> Page:
        return self.desk.page

    def press(self, name: str, place: Locator | None = None) -> None:
        """The first button of a name, in a part of the page if one is given."""
        (place or self.page).get_by_role("button", name=name, exact=True).first.click()

    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    def refuse(self, address: str, status: int = 400, method: str | None = None) -> None:
        """Answer every call of an address, or those of one method, as if the server refused it."""

        def answer(route: Route) -> None:
            if method in (None, route.request.method):
                route.fulfill(status=status, json=REFUSAL)
            else:
                route.fallback()

        self.page.route(address, answer)

    def wait_for_refusal(self, place: Locator | None = None) -> None:
        """Until the page, or a part of it, says that something was refused; other parts may say so too."""
        (place or self.page).get_by_role("alert").first.wait_for()

    def withhold(self, address: str) -> None:
        """Never answer the calls of an address."""
        self.page.route(address, lambda route: None)


@dataclass(frozen=True, slots=True)
class Scene:
    """One thing to look at. It is opened in English; the language and appearance change while it is open."""

    name: str
    open: Callable[[Visit], object]
    route: str
    """The address as a `route.ts` has it; one of the frame's own begins with `app:`."""

    overlay: str = ""
    """The source file that draws the dialog, panel or menu which is open, without its ending."""

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
