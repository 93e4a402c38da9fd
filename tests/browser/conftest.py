"""A browser, a server with demo data, and somebody who is signed in."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests.browser.chromium import find_chromium
from tests.browser.desk import Desk
from tests.support.server import Server, start_server

PATIENCE_MS = 30_000
"""A machine may have much else to do; what is there at once is not waited for."""
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One browser for all tests of a process; each test has a profile of its own in it."""
    chromium = find_chromium()
    environment: dict[str, str | float | bool] = {**os.environ, **chromium.environment}
    browser = playwright.chromium.launch(executable_path=chromium.program, args=chromium.flags, env=environment)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def demo_server() -> Iterator[Server]:
    """A server with demo data that all tests share: they leave what they did not make as it is."""
    server = start_server("--demo", "--ephemeral")
    yield server
    server.stop()


@pytest.fixture
def fresh_server() -> Iterator[Server]:
    """A server of one test, with the demo token and an empty account."""
    server = start_server("--stand-in", "--demo")
    yield server
    server.stop()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a new profile, in English. What it throws, and what its policy forbids, fails the test."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1700, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if "Content Security" in message.text else None)
    yield page
    context.close()
    assert problems == []


@pytest.fixture
def desk(page: Page, demo_server: Server) -> Desk:
    """The interface over demo data, signed in. The test opens what it is about; each has a session of its own."""
    desk = Desk(page, demo_server)
    desk.enter()
    return desk
