"""A browser that is opened while the web interface is still being built, beside a server that already serves."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import pytest
from playwright.sync_api import Page, expect

from spokedesk.api.ui_state import FILE_NAME
from tests.architecture.sources import ROOT
from tests.browser.desk import Desk
from tests.support.server import Server, start_server

PACKAGE = ROOT / "src" / "spokedesk"
PROGRAM = "import sys; sys.path.insert(0, {place!r}); from spokedesk.cli import main; main()"


@dataclass
class Unbuilt:
    """A server whose files are being built by this test."""

    server: Server
    ui: Path
    state: TextIO

    def write_state(self, text: str) -> None:
        self.state.seek(0)
        self.state.truncate()
        self.state.write(text)
        self.state.flush()

    def finish(self) -> None:
        """What `webui/build.py` does at the end."""
        shutil.copytree(PACKAGE / "ui", self.ui.with_name("ui-new"))
        self.ui.with_name("ui-new").rename(self.ui)
        self.write_state("")
        fcntl.flock(self.state, fcntl.LOCK_UN)


@pytest.fixture
def unbuilt(tmp_path: Path) -> Iterator[Unbuilt]:
    package = tmp_path / "spokedesk"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("ui", "ui-*", "__pycache__"))
    with (package / FILE_NAME).open("w") as state:
        fcntl.flock(state, fcntl.LOCK_EX)
        server = start_server("--stand-in", "--demo", program=("-c", PROGRAM.format(place=str(tmp_path))))
        made = Unbuilt(server, package / "ui", state)
        made.write_state("building: packages of npm")
        yield made
        server.stop()


def test_the_board_opens_by_itself_as_soon_as_it_is_built(page: Page, unbuilt: Unbuilt) -> None:
    page.goto(f"{unbuilt.server.url}/board")
    expect(page.get_by_role("status")).to_contain_text("packages of npm")
    unbuilt.write_state("building: build")
    expect(page.get_by_role("status")).to_contain_text("Step: build")
    unbuilt.finish()
    page.get_by_role("button", name="Enter the demo").click()
    expect(page).to_have_url(f"{unbuilt.server.url}/board")
    expect(page.get_by_role("heading", name="Board")).to_be_visible()


def test_a_build_that_failed_is_told_and_the_next_one_noticed(page: Page, unbuilt: Unbuilt) -> None:
    unbuilt.write_state("npm ci failed.")
    fcntl.flock(unbuilt.state, fcntl.LOCK_UN)
    page.goto(unbuilt.server.url)
    expect(page.get_by_role("heading")).to_have_text("There is no web interface")
    expect(page.get_by_text("npm ci failed.")).to_be_visible()
    unbuilt.finish()
    expect(page.get_by_role("button", name="Enter the demo")).to_be_visible()


@pytest.mark.parametrize("is_at_work", [True, False])
def test_the_page_in_between_is_accessible(page: Page, unbuilt: Unbuilt, is_at_work: bool) -> None:
    if not is_at_work:
        unbuilt.write_state("npm ci failed.")
        fcntl.flock(unbuilt.state, fcntl.LOCK_UN)
    desk = Desk(page, unbuilt.server)
    page.goto(f"{unbuilt.server.url}/board")
    for scheme in ("light", "dark"):
        desk.use_scheme(scheme)
        assert (scheme, desk.accessibility_problems()) == (scheme, [])
